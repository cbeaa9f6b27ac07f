//! What a kind of object must say for itself. The list [`KINDS`] is the only place that names them all; every stage goes
//! through the trait.
//!
//! Each kind has a `<kind>.sql`, run as it is on PostgreSQL 14 to 18, that returns the one row shape:
//!
//! | column      | type   | is                                                                                           |
//! |-------------|--------|----------------------------------------------------------------------------------------------|
//! | `path`      | text[] | names from the outermost in (only the part after the parent's, when [`Kind::follows_parent`]) |
//! | `parent`    | text   | address of what it belongs to, or null                                                        |
//! | `addresses` | text[] | catalog addresses it claims: `pg_class/16402/0` = class/oid/objsubid; others may be invented   |
//! | `needs`     | text[] | addresses it needs beyond what `pg_depend` says                                               |
//! | `attrs`     | jsonb  | its properties                                                                                |

use crate::catalog::{Catalog, Id, Object};
use crate::error::Result;

use named::{aside, dropped};

pub use code::{Body, Called, Space};
pub use words::{
    Alteration, Company, Conditions, Context, Conversion, DataCheck, Folded, Kept, Likeness, Manner, Said, Section, Server, Sql,
    Step, Stub, Tried, Verb,
};

/// What a kind of object says for itself; a stage knows no more of it.
pub trait Kind: Sync {
    /// The name, as in [`Id::kind`]: snake case.
    fn name(&self) -> &'static str;

    /// The catalog query: the text of `<kind>.sql`.
    fn query(&self) -> &'static str;

    /// The first major version that has this kind.
    fn since(&self) -> u32 {
        14
    }

    /// Where its statements stand when the order is free.
    fn section(&self) -> Section;

    /// Whether an object's path is its parent's kind and path, then the query's path: so for what any object can have
    /// (comment, owner, grant).
    fn follows_parent(&self) -> bool {
        false
    }

    /// The statements that create it; `folded` are the children that stand inside.
    fn create(&self, object: &Object, folded: &[Folded<'_>], context: &Context<'_>) -> Result<Vec<Step>>;

    /// Its text inside its parent's `CREATE`, when it can stand there; `folded` are its own children inside it.
    fn inline(&self, object: &Object, folded: &[Folded<'_>], context: &Context<'_>) -> Result<Option<String>> {
        let _ = (object, folded, context);
        Ok(None)
    }

    /// The statements that drop it.
    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>>;

    /// How it gets from `from` to `to`, whose attributes differ.
    fn alter(&self, from: &Object, to: &Object, context: &Context<'_>) -> Result<Alteration>;

    /// Whether `dependent`, itself unchanged, can stay while this object is altered in place.
    fn survives(&self, from: &Object, to: &Object, dependent: &Object) -> bool {
        let _ = (from, to, dependent);
        true
    }

    /// Names it occupies that an object of another kind or path may want: `relation public.x`, `type public.x`.
    fn names(&self, object: &Object) -> Vec<String> {
        let _ = object;
        Vec::new()
    }

    /// The object whose change of the same verb brings this one along: a partition's column comes with its parent's.
    fn comes_with(&self, object: &Object, context: &Context<'_>) -> Option<Id> {
        let _ = (object, context);
        None
    }

    /// The object beside which a reader would look for it: a partition beside its table, a sequence beside the column it feeds.
    fn filed_under(&self, object: &Object, catalog: &Catalog) -> Option<Id> {
        let _ = (object, catalog);
        None
    }

    /// Objects that must come first when they come in the same migration, though this one does not need them.
    fn follows(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        let _ = (object, context);
        Vec::new()
    }

    /// Objects that go, change or come only after this one is gone, though it does not need them.
    fn precedes(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        let _ = (object, context);
        Vec::new()
    }

    /// Whether others of its name may stand beside it, told apart by their arguments: then an expression can mean one or the other.
    fn overloads(&self) -> bool {
        false
    }

    /// Whether its drop takes its children along.
    fn takes_children(&self) -> bool {
        true
    }

    /// Objects that take this one along when they are dropped, besides its parent.
    fn goes_with(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        let _ = (object, context);
        Vec::new()
    }

    /// Whether its drop is said although its parent goes too.
    fn goes_by_itself(&self, object: &Object, context: &Context<'_>) -> bool {
        let _ = (object, context);
        false
    }

    /// Whether a rebuild loses what people stored: tables, columns, sequences.
    fn holds_rows(&self, object: &Object) -> bool {
        let _ = object;
        false
    }

    /// Whether what is stored in it can be converted where it stands, when a type steps aside for its successor.
    fn converts(&self, object: &Object) -> bool {
        self.holds_rows(object)
    }

    /// What fixes its place besides its name, where PostgreSQL lets it leave that place only together with one of these: a
    /// partition's index under its parent's. What goes and what comes in one place is one object, renamed.
    fn place(&self, object: &Object) -> Option<Vec<Id>> {
        let _ = object;
        None
    }

    /// Whether both say the same but for their names, and hold nothing by which a person would tell them apart: then the one is the
    /// other renamed.
    fn same_but_name(&self, old: &Object, new: &Object) -> bool {
        let _ = (old, new);
        false
    }

    /// The name of a part that PostgreSQL may have chosen: of an identity's sequence, of a NOT NULL constraint.
    fn part_name(&self, object: &Object) -> Option<String> {
        let _ = object;
        None
    }

    /// Takes the name of that part from an object of the same id.
    fn take_part_name(&self, object: &mut Object, from: &Object) {
        let _ = (object, from);
    }

    /// Where in a path of this kind its own name stands: last, but for routines, whose arguments end it.
    fn name_at(&self, path: &[String]) -> usize {
        path.len().saturating_sub(1)
    }

    /// Names inside it that are no objects of their own and that stored values refer to: the labels of an enumerated type.
    fn labels(&self, object: &Object) -> Vec<String> {
        let _ = object;
        Vec::new()
    }

    /// The statements that give an object, or a label inside it, its other name or its other schema; none where PostgreSQL has none.
    fn rename(&self, from: &Id, to: &Id, context: &Context<'_>) -> Vec<Step> {
        let _ = (from, to, context);
        Vec::new()
    }

    /// Whether the one that goes may well be the one that comes under another name, where a drop and an add would lose what it holds
    /// or what refers to it.
    fn resembles(&self, old: &Object, from: &Catalog, new: &Object, to: &Catalog) -> Option<Likeness> {
        let _ = (old, from, new, to);
        None
    }

    /// How what people stored in it is kept in the table `archive`, a quoted name, when it is dropped; `None`: nothing is stored in
    /// it, or it is kept with another object.
    fn keep(&self, object: &Object, archive: &str, context: &Context<'_>) -> Option<Kept> {
        let _ = (object, archive, context);
        None
    }

    /// What is done to values that are there, when it is altered.
    fn conversion(&self, from: &Object, to: &Object, context: &Context<'_>) -> Option<Conversion> {
        let _ = (from, to, context);
        None
    }

    /// How the values that an alteration replaces for good are kept in the table `archive`.
    fn keep_replaced(&self, from: &Object, to: &Object, archive: &str, context: &Context<'_>) -> Option<Kept> {
        let _ = (from, to, archive, context);
        None
    }

    /// What a hint (`using …`, `map …`) says of an object of the desired state; `from` is it before.
    fn said(&self, hint: &str, from: Option<&Object>, to: &Object) -> Result<Said> {
        let _ = (hint, from, to);
        Ok(Said::Nothing)
    }

    /// What to ask of the rows that are there before it comes or changes: those on which that would stop. `from` is it before.
    fn checks(&self, from: Option<&Object>, to: &Object, context: &Context<'_>) -> Result<Vec<DataCheck>> {
        let _ = (from, to, context);
        Ok(Vec::new())
    }

    /// Whether what happens to it may stop on rows of its table, read or change them: not so for what only acts later.
    fn touches_rows(&self) -> bool {
        !self.follows_parent()
    }

    /// Whether it is a relation with rows of its own, at schema and name.
    fn is_table(&self, object: &Object) -> bool {
        let _ = object;
        false
    }

    /// For a type: the statement that moves it out of the way under another name, so that columns of it can be converted
    /// to its successor instead of being dropped; and the statement that drops it under that name.
    fn step_aside(&self, object: &Object, context: &Context<'_>) -> Option<(Step, Step)> {
        let _ = (object, context);
        None
    }

    /// The object as it can stand before what it needs and is needed by; `None` where it only comes whole.
    fn stub(&self, object: &Object, catalog: &Catalog) -> Option<Stub> {
        let _ = (object, catalog);
        None
    }

    /// The ways in which code names it; none for what code does not name.
    fn called(&self, object: &Object) -> Vec<Called> {
        let _ = object;
        Vec::new()
    }

    /// For a routine: its body, when that is a string.
    fn body(&self, object: &Object) -> Option<Body> {
        let _ = object;
        None
    }

    /// For what holds rows: the statements that convert it from a type that stepped aside to its successor.
    fn convert(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        let _ = (object, context);
        Ok(Vec::new())
    }
}

mod access_method;
mod aggregate;
mod attribute;
mod base_type;
mod cast;
mod cluster_mark;
mod code;
mod collation;
mod column;
mod column_settings;
mod comment;
mod composite_type;
mod constraint;
mod constraint_triggers;
mod conversion;
mod data_check;
mod default_grant;
mod default_value;
mod domain;
mod domain_constraint;
mod enum_type;
mod event_trigger;
mod extension;
mod extension_dependency;
mod foreign_data_wrapper;
mod foreign_key;
mod foreign_options;
mod foreign_server;
mod function;
mod grant;
mod identity;
mod index;
mod index_partition;
mod inheritance;
mod kept;
mod language;
mod materialized_view;
mod named;
mod not_null;
mod online;
mod operator;
mod operator_class;
mod operator_family;
mod operator_family_member;
mod owned_by;
mod owner;
mod partition;
mod policy;
mod publication;
mod publication_schema;
mod publication_table;
mod range_type;
mod rename;
mod replica_identity;
mod retype;
mod rule;
mod schema;
mod security_label;
mod sequence;
mod shell_type;
mod statistics;
pub(crate) mod storage_options;
mod subscription;
mod table;
mod target;
mod text_search_configuration;
mod text_search_dictionary;
mod text_search_parser;
mod text_search_template;
mod transform;
mod trigger;
mod user_mapping;
mod view;
mod view_column;
mod words;

/// Every kind; the order breaks ties between statements that are equally ready.
pub const KINDS: &[&dyn Kind] = &[
    &schema::Schema,
    &extension::Extension,
    &language::Language,
    &shell_type::ShellType,
    &enum_type::EnumType,
    &collation::Collation,
    &composite_type::CompositeType,
    &attribute::Attribute,
    &domain::Domain,
    &domain_constraint::DomainConstraint,
    &range_type::RangeType,
    &base_type::BaseType,
    &function::Function,
    &aggregate::Aggregate,
    &cast::Cast,
    &operator::Operator,
    &operator_family::OperatorFamily,
    &operator_family_member::OperatorFamilyMember,
    &operator_class::OperatorClass,
    &access_method::AccessMethod,
    &conversion::Conversion,
    &transform::Transform,
    &text_search_parser::TextSearchParser,
    &text_search_template::TextSearchTemplate,
    &text_search_dictionary::TextSearchDictionary,
    &text_search_configuration::TextSearchConfiguration,
    &foreign_data_wrapper::ForeignDataWrapper,
    &foreign_server::ForeignServer,
    &user_mapping::UserMapping,
    &sequence::Sequence,
    &table::Table,
    &column::Column,
    &default_value::DefaultValue,
    &not_null::NotNull,
    &identity::Identity,
    &column_settings::ColumnSettings,
    &view::View,
    &materialized_view::MaterializedView,
    &view_column::ViewColumn,
    &constraint::Constraint,
    &index::Index,
    &statistics::Statistics,
    &owned_by::OwnedBy,
    &replica_identity::ReplicaIdentity,
    &cluster_mark::ClusterMark,
    &rule::Rule,
    &trigger::Trigger,
    &policy::Policy,
    &owner::Owner,
    &comment::Comment,
    &grant::Grant,
    &security_label::SecurityLabel,
    &extension_dependency::ExtensionDependency,
    &inheritance::Inheritance,
    &partition::Partition,
    &index_partition::IndexPartition,
    &foreign_key::ForeignKey,
    &constraint_triggers::ConstraintTriggers,
    &publication::Publication,
    &publication_schema::PublicationSchema,
    &publication_table::PublicationTable,
    &subscription::Subscription,
    &default_grant::DefaultGrant,
    &event_trigger::EventTrigger,
];

/// The kind of that name. Every id comes from a kind's own query, so it is there.
pub fn kind(name: &str) -> &'static dyn Kind {
    KINDS.iter().copied().find(|it| it.name() == name).unwrap_or_else(|| panic!("no kind is called {name}"))
}
