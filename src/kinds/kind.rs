//! The trait by which a kind of object speaks for itself.

use super::{
    Alteration, Beside, Body, Called, Context, Conversion, DataCheck, Doubled, Folded, Kept, Likeness, LockOrder, Said, Section,
    Shown, Stale, Step, Stub,
};
use crate::catalog::{Catalog, Id, Object};
use crate::error::Result;
use crate::lock::Mode;

/// What a kind of object says for itself; a stage knows no more of it.
pub trait Kind: Sync {
    /// The name, as in [`Id::kind`]: snake case.
    fn name(&self) -> &'static str;

    /// The catalog query: the text of `<kind>.sql`.
    fn query(&self) -> &'static str;

    /// What of the catalogs (a `FROM` and its `WHERE`) holds a row wherever the query returns one, for kinds that many databases
    /// have none of: there the query, which takes longer to be planned than to run, is not sent.
    fn home(&self) -> Option<&'static str> {
        None
    }

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

    /// What keeps it from changing where it stands, and goes before it does and comes again after.
    fn tied_by(&self, from: &Object, to: &Object, context: &Context<'_>) -> Vec<Id> {
        let _ = (from, to, context);
        Vec::new()
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

    /// What puts right in a state that was reached, `is`, what makes no difference and can be as it is in `wanted`; `stood` is it in a
    /// state before that is not to be corrected.
    fn touched_up(&self, stood: Option<&Object>, is: &Object, wanted: &Object, context: &Context<'_>) -> Vec<Step> {
        let _ = (stood, is, wanted, context);
        Vec::new()
    }

    /// What stays another than in `wanted`, where PostgreSQL has nothing that changes it and it makes no difference now: in words.
    fn stays(&self, is: &Object, wanted: &Object) -> Option<String> {
        let _ = (is, wanted);
        None
    }

    /// What could be declared in its place, in words, where it keeps others waiting when it comes or changes; `from` is it before.
    fn otherwise(&self, from: Option<&Object>, to: &Object, context: &Context<'_>) -> Option<String> {
        let _ = (from, to, context);
        None
    }

    /// The object beside which a reader would look for it: a partition beside its table, a sequence beside the column it feeds.
    fn filed_under(&self, object: &Object, catalog: &Catalog) -> Option<Id> {
        let _ = (object, catalog);
        None
    }

    /// The statement that keeps others off an object of that path until the transaction ends, if it is one that clients lock.
    fn lock(&self, path: &[String], mode: Mode) -> Option<String> {
        let _ = (path, mode);
        None
    }

    /// Relations that who uses one of them locks one after the other, by this object.
    fn lock_order(&self, object: &Object, state: &Catalog) -> Vec<LockOrder> {
        let _ = (object, state);
        Vec::new()
    }

    /// Objects that must have come, or gone, when they do so in the same migration, though this one does not need them.
    fn follows(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        let _ = (object, context);
        Vec::new()
    }

    /// Objects that go, change or come only after this one is gone, though it does not need them.
    fn precedes(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        let _ = (object, context);
        Vec::new()
    }

    /// Objects that go only once this one has come, though neither needs the other: it takes over what they saw to.
    fn relieves(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        let _ = (object, context);
        Vec::new()
    }

    /// Objects in whose place it comes: they go only once it has come, unless something else has them go first.
    fn succeeds(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        let _ = (object, context);
        Vec::new()
    }

    /// Objects after whose coming or going it comes, unless something else has it come first.
    fn awaits(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
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

    /// Whether its parent cannot be without it, in that state.
    fn is_vital(&self, object: &Object, state: &Catalog) -> bool {
        let _ = (object, state);
        false
    }

    /// Objects that take this one along when they are dropped, besides its parent.
    fn goes_with(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        let _ = (object, context);
        Vec::new()
    }

    /// What holds it in that state: PostgreSQL lets it go only together with one of these. Where none of them goes, the first is
    /// rebuilt.
    fn held_by(&self, object: &Object, state: &Catalog) -> Vec<Id> {
        let _ = (object, state);
        Vec::new()
    }

    /// Whether it stays when `need` goes, which it needs now.
    fn outlives(&self, object: &Object, need: &Id, context: &Context<'_>) -> bool {
        let _ = (object, need, context);
        false
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

    /// Whether what has this name from now on is another thing, that the old one cannot become: then the old one may have another name.
    fn gives_way(&self, old: &Object, new: &Object) -> bool {
        let _ = (old, new);
        false
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

    /// Where it moves, and the statement, when it stays but for its schema and what refers to its parts follows by itself.
    fn moved(&self, from: &Object, to: &Object) -> Option<(Id, Step)> {
        let _ = (from, to);
        None
    }

    /// Whether the one that goes may well be the one that comes under another name, where a drop and an add would lose what it holds
    /// or what refers to it.
    fn resembles(&self, old: &Object, from: &Catalog, new: &Object, to: &Catalog) -> Option<Likeness> {
        let _ = (old, from, new, to);
        None
    }

    /// Two queries to live rows for what holds something of theirs: one with a row for each, one with a row for each of them in which
    /// it holds something.
    fn contents(&self, object: &Object, context: &Context<'_>) -> Option<[String; 2]> {
        let _ = (object, context);
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

    /// How the values that it replaces when it comes are kept in the table that `archive` names for their column, and that column.
    fn keep_filled(&self, object: &Object, archive: &dyn Fn(&Id) -> String, context: &Context<'_>) -> Option<(Id, Kept)> {
        let _ = (object, archive, context);
        None
    }

    /// The statistics that its alteration takes from the planner.
    fn stale(&self, from: &Object, to: &Object, context: &Context<'_>) -> Option<Stale> {
        let _ = (from, to, context);
        None
    }

    /// What a hint (`using …`, `map …`) says of an object of the desired state; `states` are the one before and the desired one.
    fn said(&self, hint: &str, object: &Object, states: [&Catalog; 2]) -> Result<Said> {
        let _ = (hint, object, states);
        Ok(Said::Nothing)
    }

    /// How it stands beside its successor, none where it only goes, until no application needs it any more. `None`: there is no
    /// need; an error: there is, and it cannot.
    fn doubled(&self, old: &Object, new: Option<&Object>, context: &Context<'_>) -> Result<Option<Doubled>> {
        let _ = (old, new, context);
        Ok(None)
    }

    /// How it is built beside the one that is there and takes its place, where that is large and cannot be changed; `None` where it is
    /// made anew in its place.
    fn exchanged(&self, old: &Object, new: &Object, context: &Context<'_>) -> Result<Option<Doubled>> {
        let _ = (old, new, context);
        Ok(None)
    }

    /// How it is kept in step with what it is computed from until no application writes that any more; `None` where it is not.
    fn computed(&self, new: &Object, context: &Context<'_>) -> Result<Option<Doubled>> {
        let _ = (new, context);
        Ok(None)
    }

    /// What must be shown of a table's rows, in migrations of its own, before it can come in one transaction with all else.
    fn shows(&self, object: &Object, context: &Context<'_>) -> Option<Shown> {
        let _ = (object, context);
        None
    }

    /// Which of two is there while `part`, which it stands on, is doubled: the running application reads what it read before.
    fn beside(&self, object: &Object, part: &Id) -> Beside {
        let _ = (object, part);
        Beside::Old
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

    /// For a routine, a view or a rule: the statements it runs.
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
