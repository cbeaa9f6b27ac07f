//! What one piece of SQL names, of all that is lost.

use std::collections::{BTreeMap, BTreeSet};

use super::lost::{Fate, Lost, Words};
use super::read::{Piece, unquoted};
use crate::kinds::Space;
use crate::source::lexer::{Kind, Lexer};
use crate::source::tree::{Node, Tree};

/// One mention of something lost.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Use {
    /// `reads`, `calls`
    pub(super) verb: &'static str,
    /// Whether it may as well be something else.
    pub(super) is_guess: bool,
    /// `another orders`
    pub(super) other: Option<String>,
    pub(super) location: i64,
}

/// What a body's names mean.
pub(super) struct Scope<'a> {
    pub(super) from: &'a Words,
    pub(super) to: &'a Words,
    /// The routine's own search path.
    pub(super) path: Option<Vec<String>>,
    /// The declared types of variables.
    pub(super) variables: BTreeMap<String, Option<Tree>>,
    /// The relations whose rows a record holds: `NEW` those that have the trigger.
    pub(super) rows: BTreeMap<String, BTreeSet<Vec<String>>>,
    /// In SQL a column's name wins over a parameter's.
    pub(super) columns_win: bool,
    /// The type of the rows that the routine returns.
    pub(super) returns: Option<String>,
    /// PostgreSQL has read the body.
    pub(super) is_bound: bool,
}

/// A relation that a piece names.
pub(super) struct Relation<'a> {
    pub(super) name: Vec<String>,
    alias: &'a str,
    pub(super) node: &'a Node,
}

impl Relation<'_> {
    pub(super) fn location(&self) -> i64 {
        self.node.integer("location")
    }
}

/// Whether names as written mean an object, and which other they may mean.
enum Means {
    It,
    ItOr(String),
}

impl Scope<'_> {
    /// Whether `written` is `full`, an object of that space.
    fn means(&self, space: Space, written: &[String], full: &[String]) -> Option<Means> {
        let (name, schemas) = written.split_last()?;
        if full.last() != Some(name) {
            return None;
        }
        if let Some(schema) = schemas.last() {
            return (Some(schema) == full.first()).then_some(Means::It);
        }
        if let Some(path) = &self.path {
            let first = path.iter().find(|it| self.from.has(space, &[(*it).clone(), name.clone()]))?;
            return (Some(first) == full.first()).then_some(Means::It);
        }
        let is_alone = self.from.named(space, name).chain(self.to.named(space, name)).all(|it| it == full);
        Some(if is_alone { Means::It } else { Means::ItOr(format!("another {}", crate::sql::name(name))) })
    }

    fn is(&self, space: Space, written: &[String], full: &[String]) -> bool {
        self.means(space, written, full).is_some()
    }

    /// Whether a type's name means the relation or type.
    fn is_type(&self, written: &Tree, full: &[String]) -> bool {
        let names = written.strings();
        let is_field = written.node().is_some_and(|it| it.is("pct_type"));
        !is_field && (self.is(Space::Relation, &names, full) || self.is(Space::Type, &names, full))
    }

    /// Whether a type has fields.
    pub(super) fn is_row(from: &Words, to: &Words, of: &Tree) -> bool {
        let Some(node) = of.node().filter(|it| !it.is("pct_type")) else { return false };
        let names = node.get("names").strings();
        let Some(name) = names.last().filter(|_| node.get("array_bounds").items().is_empty()) else { return false };
        [from, to].iter().any(|words| {
            words.named(Space::Relation, name).next().is_some() || words.named(Space::Type, name).any(|it| words.has_fields(it))
        })
    }

    /// The mentions of `lost` in a piece.
    pub(super) fn uses(&self, piece: &Piece, lost: &Lost) -> Vec<Use> {
        match lost.called.space {
            Space::Relation => self.relation(piece, lost),
            Space::Column if lost.fate.is_of_place() => self.counted(piece, lost.called.owner()),
            Space::Column => self.column(piece, lost),
            Space::Routine => self.routine(piece, lost),
            Space::Type => self.named_types(piece, lost.called.names(), Space::Type),
            Space::Label => self.label(piece, lost),
        }
    }

    /// The relations that a piece names, but for its own `WITH` queries.
    pub(super) fn relations(piece: &Piece) -> Vec<Vec<String>> {
        relations(piece).into_iter().map(|it| it.name).collect()
    }

    fn relation(&self, piece: &Piece, lost: &Lost) -> Vec<Use> {
        let full = lost.called.names();
        let used = |names: &[String], location| self.hit("uses", Space::Relation, names, full, location);
        let mut found: Vec<Use> = relations(piece).iter().filter_map(|it| used(&it.name, it.location())).collect();
        piece.tree.walk(&mut |it| {
            if let Some((names, _)) = in_string(it, &["regclass"], &["nextval", "currval", "setval"]) {
                found.extend(used(&names, it.integer("location")));
            }
            true
        });
        found.extend(self.named_types(piece, full, Space::Relation));
        found
    }

    fn named_types(&self, piece: &Piece, full: &[String], space: Space) -> Vec<Use> {
        let mut found = Vec::new();
        piece.tree.walk(&mut |it| {
            if it.name == "TypeName" {
                let mut names = it.get("names").strings();
                if it.is("pct_type") {
                    names.pop();
                }
                found.extend(self.hit("names", space, &names, full, it.integer("location")));
            } else if let Some((names, _)) = in_string(it, &["regtype"], &[]) {
                found.extend(self.hit("names", space, &names, full, it.integer("location")));
            }
            true
        });
        found
    }

    fn routine(&self, piece: &Piece, lost: &Lost) -> Vec<Use> {
        let full = lost.called.names();
        let (fewest, most) = lost.called.arguments;
        let mut found = Vec::new();
        piece.tree.walk(&mut |it| {
            let names = it.get("funcname").strings();
            let count = it.get("args").items().len();
            if it.name == "FuncCall" && (fewest..=most).contains(&count) {
                let takes = |other: &crate::kinds::Called| (other.arguments.0..=other.arguments.1).contains(&count);
                let stays = self.to.overloads(full).any(|it| takes(it) && it.path != lost.called.path);
                let other = self.from.overloads(full).any(|it| takes(it) && it.path != lost.called.path);
                let hit = self.hit("calls", Space::Routine, &names, full, it.integer("location"));
                found.extend(hit.map(|it| Use { is_guess: stays || other, ..it }));
            } else if let Some((names, _)) = in_string(it, &["regproc", "regprocedure"], &[]) {
                found.extend(self.hit("names", Space::Routine, &names, full, it.integer("location")));
            }
            true
        });
        found
    }

    /// A label stands in a string: it counts where its type, or a column or variable of its type, is named too.
    fn label(&self, piece: &Piece, lost: &Lost) -> Vec<Use> {
        let Some((label, of)) = lost.called.path.split_last() else { return Vec::new() };
        let mut found = Vec::new();
        piece.tree.walk(&mut |it| {
            let text = it.get("arg").node().filter(|it| it.name == "AConst").and_then(|it| it.get("val").string());
            if it.name == "TypeCast" && text == Some(label) && self.is_type(it.get("type_name"), of) {
                found.push(Use { verb: "names", is_guess: false, other: None, location: it.integer("location") });
                return false;
            }
            true
        });
        if !found.is_empty() || !self.touches_type(piece, of) {
            return found;
        }
        piece.tree.walk(&mut |it| {
            if it.name == "AConst" && it.get("val").string() == Some(label) {
                found.push(Use { verb: "names", is_guess: true, other: None, location: it.integer("location") });
            }
            true
        });
        found
    }

    fn touches_type(&self, piece: &Piece, of: &[String]) -> bool {
        let shown = crate::sql::path(of);
        let names = columns(piece);
        let of_column = relations(piece).iter().any(|it| {
            let full = self.from.named(Space::Relation, it.name.last().map_or("", String::as_str));
            full.filter(|full| self.is(Space::Relation, &it.name, full)).any(|full| {
                self.from.fields(full).any(|field| field.of == shown && field.path.last().is_some_and(|it| names.contains(it)))
            })
        });
        let of_variable =
            self.variables.iter().any(|(name, it)| names.contains(name) && it.as_ref().is_some_and(|it| self.is_type(it, of)));
        of_column || of_variable
    }

    fn column(&self, piece: &Piece, lost: &Lost) -> Vec<Use> {
        let Some((column, table)) = lost.called.path.split_last() else { return Vec::new() };
        let named = relations(piece);
        let matching: Vec<&Relation<'_>> = named.iter().filter(|it| self.is(Space::Relation, &it.name, table)).collect();
        let other = matching.iter().find_map(|it| match self.means(Space::Relation, &it.name, table) {
            Some(Means::ItOr(other)) => Some(other),
            _ => None,
        });
        let is_elsewhere = named.iter().any(|it| {
            let candidates = self.from.named(Space::Relation, it.name.last().map_or("", String::as_str));
            let mut others = candidates.filter(|full| *full != table && self.is(Space::Relation, &it.name, full));
            others.any(|full| self.from.get(Space::Column, &[full.as_slice(), std::slice::from_ref(column)].concat()).is_some())
        });
        let mut found = if lost.fate == Fate::Dropped { self.filled(piece, table) } else { Vec::new() };
        let mut hit = |verb, is_guess, location| found.push(Use { verb, is_guess, other: other.clone(), location });
        piece.tree.walk(&mut |it| {
            let location = it.integer("location");
            match it.name {
                "ColumnRef" => {
                    if let Some(is_guess) = self.refers(&it.get("fields").strings(), column, table, &matching, is_elsewhere) {
                        hit(if piece.is_target { "writes" } else { "reads" }, is_guess, location);
                    }
                }
                "InsertStmt" | "UpdateStmt" | "MergeStmt" | "MergeWhenClause" => {
                    let target = it.child("relation").map(names_of);
                    if target.is_none_or(|it| self.is(Space::Relation, &it, table)) && !matching.is_empty() {
                        written(it)
                            .filter(|it| it.text("name") == column)
                            .for_each(|it| hit("writes", false, it.integer("location")));
                    }
                }
                "JoinExpr" if !matching.is_empty() && it.get("using_clause").strings().contains(column) => {
                    hit("reads", false, it.child("rarg").map_or(0, |it| it.integer("location")));
                }
                "TypeName" if it.is("pct_type") => {
                    let names = it.get("names").strings();
                    if names.split_last().is_some_and(|(last, of)| last == column && self.is(Space::Relation, of, table)) {
                        hit("takes the type of", false, location);
                    }
                }
                "AIndirection" if it.get("indirection").strings().contains(column) => {
                    let is_named = !matching.is_empty() || !self.named_types(piece, table, Space::Type).is_empty();
                    let variable = it.child("arg").map(|it| it.get("fields").strings()).unwrap_or_default();
                    if is_named || self.holds(&variable, table) == Some(false) {
                        hit("reads", is_named, it.child("arg").map_or(0, |it| it.integer("location")));
                    }
                }
                _ => {}
            }
            true
        });
        found
    }

    /// Whether a reference is to the column, and whether that is a guess.
    fn refers(
        &self,
        names: &[String],
        column: &str,
        table: &[String],
        matching: &[&Relation<'_>],
        elsewhere: bool,
    ) -> Option<bool> {
        let (last, of) = names.split_last()?;
        // `record.field.part`: the field is the column.
        if let [record, field, _] = names
            && field == column
            && let Some(is_guess) = self.holds(std::slice::from_ref(record), table)
        {
            return Some(is_guess);
        }
        if last != column {
            return None;
        }
        match of {
            [] => {
                let is_variable = !self.columns_win && self.variables.contains_key(column);
                (!matching.is_empty() && !is_variable).then_some(elsewhere)
            }
            [it] => {
                let is_it = |relation: &&&Relation<'_>| match relation.alias {
                    "" => relation.name.last() == Some(it),
                    alias => alias == it,
                };
                if matching.iter().any(|it| is_it(&it)) { Some(false) } else { self.holds(of, table) }
            }
            [.., schema, name] => (table == [schema.clone(), name.clone()]).then_some(false),
        }
    }

    /// Whether a variable holds rows of the table: certainly (`false`) or perhaps (`true`).
    fn holds(&self, variable: &[String], table: &[String]) -> Option<bool> {
        let name = variable.last()?.to_lowercase();
        if let Some(Some(of)) = self.variables.get(&name)
            && self.is_type(of, table)
        {
            return Some(false);
        }
        let held = self.rows.get(&name)?;
        held.iter().any(|it| self.is(Space::Relation, it, table)).then_some(held.len() > 1)
    }

    pub(super) fn hit(
        &self,
        verb: &'static str,
        space: Space,
        written: &[String],
        full: &[String],
        location: i64,
    ) -> Option<Use> {
        let other = match self.means(space, written, full)? {
            Means::It => None,
            Means::ItOr(it) => Some(it),
        };
        Some(Use { verb, is_guess: false, other, location })
    }
}

/// The names of columns, or of variables, in a piece.
fn columns(piece: &Piece) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    piece.tree.walk(&mut |it| {
        match it.name {
            "ColumnRef" => names.extend(it.get("fields").strings().into_iter().last()),
            "InsertStmt" | "UpdateStmt" | "MergeWhenClause" => names.extend(written(it).map(|it| it.text("name").to_owned())),
            _ => {}
        }
        true
    });
    names
}

/// The columns that a statement fills, as they are written.
fn written(statement: &Node) -> impl Iterator<Item = &Node> {
    let conflict = statement.child("on_conflict_clause");
    let lists = match statement.name {
        "InsertStmt" => vec![statement.get("cols"), conflict.map_or(&Tree::Nothing, |it| it.get("target_list"))],
        "UpdateStmt" | "MergeWhenClause" => vec![statement.get("target_list")],
        _ => Vec::new(),
    };
    let keys = conflict.and_then(|it| it.child("infer")).map(|it| it.get("index_elems"));
    lists.into_iter().chain(keys).flat_map(Tree::items).filter_map(Tree::node)
}

pub(super) fn names_of(range: &Node) -> Vec<String> {
    let schema = Some(range.text("schemaname").to_owned()).filter(|it| !it.is_empty());
    schema.into_iter().chain([range.text("relname").to_owned()]).collect()
}

pub(super) fn relations(piece: &Piece) -> Vec<Relation<'_>> {
    let mut ctes = BTreeSet::new();
    piece.tree.walk(&mut |it| {
        if it.name == "CommonTableExpr" {
            ctes.insert(it.text("ctename"));
        }
        true
    });
    let mut found = Vec::new();
    piece.tree.walk(&mut |it| {
        let is_cte = it.text("schemaname").is_empty() && ctes.contains(it.text("relname"));
        if it.name == "RangeVar" && !is_cte {
            let alias = it.child("alias").map_or("", |it| it.text("aliasname"));
            found.push(Relation { name: names_of(it), alias, node: it });
        }
        true
    });
    found
}

/// The name in `'public.orders'::regclass` or `nextval('public.s')`.
fn in_string(node: &Node, types: &[&str], calls: &[&str]) -> Option<(Vec<String>, i64)> {
    let is_one_of = |names: Vec<String>, words: &[&str]| names.last().is_some_and(|it| words.contains(&it.as_str()));
    let text = match node.name {
        "TypeCast" if is_one_of(node.get("type_name").strings(), types) => node.get("arg").string()?,
        "FuncCall" if is_one_of(node.get("funcname").strings(), calls) => {
            let first = node.get("args").items().first()?;
            first.string()?
        }
        _ => return None,
    };
    let text = text.split('(').next().unwrap_or_default();
    let name = Lexer::new(text).filter(|it| matches!(it.kind, Kind::Word | Kind::Name)).map(|it| unquoted(&text[it.range]));
    Some((name.collect(), 0))
}
