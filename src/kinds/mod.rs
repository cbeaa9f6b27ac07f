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

pub use code::{Body, Called, Space};
pub(crate) use comes_back::ended;
pub use converted::{Conversion, Takes, Texts, Tried};
pub(crate) use doubled::free;
pub use doubled::{Below, Beside, Doubled, Turned};
pub use keeper::{Keeper, Replaces};
pub use kind::Kind;
pub use lock_order::LockOrder;
pub(crate) use lock_order::all as lock_orders;
use named::{aside, dropped};
pub(crate) use published::refused as refused_updates;
pub use reading::Reading;
pub use round::Round;
pub use verb::Verb;
pub use words::{
    Ahead, Alteration, Company, Conditions, Context, DataCheck, Degree, Folded, Kept, Likeness, Manner, Said, Section, Server,
    Shown, Source, Sql, Stale, Step, Stub,
};

mod access_method;
mod aggregate;
mod attribute;
mod base_type;
mod brackets;
mod brought_back;
mod cast;
mod check_text;
mod cluster_mark;
mod code;
mod collation;
mod column;
mod column_relatives;
mod column_settings;
mod comes_back;
mod comment;
mod composite_type;
mod constraint;
mod constraint_triggers;
mod conversion;
mod converted;
mod data_check;
mod default_grant;
mod default_value;
mod domain;
mod domain_constraint;
mod doubled;
mod enum_type;
mod event_trigger;
mod extension;
mod extension_dependency;
mod filled;
mod foreign_data_wrapper;
mod foreign_key;
mod foreign_options;
mod foreign_server;
mod function;
mod generated;
mod grant;
mod handed_down;
mod identity;
mod index;
mod index_partition;
mod inheritance;
mod inherited_anew;
mod keeper;
mod kept;
mod kept_ahead;
mod key_exchange;
mod key_of_partition;
mod key_swap;
mod kind;
mod labels_in_two;
mod language;
mod lock_order;
mod materialized_view;
mod named;
mod nested;
mod not_null;
mod not_null_name;
mod numbered;
mod online;
mod operator;
mod operator_class;
mod operator_family;
mod operator_family_member;
mod owned_by;
mod owner;
mod partition;
mod partition_order;
mod policy;
mod position;
mod publication;
mod publication_schema;
mod publication_table;
mod published;
mod range_type;
mod reading;
mod relabelled;
mod rename;
mod replica_identity;
mod required;
mod retype;
mod round;
pub(crate) mod row;
mod rule;
mod schema;
mod security_label;
mod sequence;
mod shell_type;
mod stand_in;
mod statistics;
pub(crate) mod storage_options;
mod subscription;
mod succession;
mod table;
mod target;
mod text_search_configuration;
mod text_search_dictionary;
mod text_search_parser;
mod text_search_template;
mod transform;
mod trigger;
mod user_mapping;
mod verb;
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
