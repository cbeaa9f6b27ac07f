//! What the code in a routine's body sees of an object, and the body itself.

use crate::catalog::Object;

/// A way in which code names an object, and what it relies on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Called {
    /// What shares one space of names.
    pub space: Space,
    /// Names from the schema in; a column's ends with the column, a label's with the label, a routine's with its arguments.
    pub path: Vec<String>,
    /// What code relies on besides the name: a column's type, what a routine returns. Empty where there is nothing to say.
    pub of: String,
    /// How many arguments a routine takes: the fewest and the most.
    pub arguments: (usize, usize),
}

/// What shares one space of names in code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Space {
    /// Tables, views, sequences: they are types as well, but for sequences.
    Relation,
    /// Columns of relations and of composite types.
    Column,
    /// Functions, procedures, aggregates.
    Routine,
    /// Types and domains.
    Type,
    /// Labels of enumerated types.
    Label,
}

/// A routine whose body is a string that PostgreSQL does not track.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// `function public.total(integer)`
    pub routine: String,
    /// `sql`, `plpgsql`
    pub language: String,
    /// The body.
    pub text: String,
    /// The statement that makes the routine.
    pub definition: String,
    /// The routine's own `search_path`, as it is set.
    pub search_path: Option<String>,
    /// The type of what it returns, or of each row of it: `public.orders`
    pub returns: Option<String>,
    /// PostgreSQL has read it: it knows what each name means, and has none left that is only counted.
    pub is_bound: bool,
}

impl Body {
    /// What stands in the catalogs as PostgreSQL has read it: a query, a rule.
    pub(super) fn bound(what: &str, object: &Object, attr: &str) -> Option<Body> {
        let text = crate::row_names::parsable(object.attrs.get(attr)?.as_str()?);
        let (language, definition) = ("sql".to_owned(), String::new());
        let routine = format!("{what} {}", crate::sql::path(&object.id.path));
        Some(Body { routine, language, text, definition, search_path: None, returns: None, is_bound: true })
    }
}

impl Called {
    /// An object whose path is its name in that space.
    pub(super) fn plain(space: Space, object: &Object) -> Called {
        Called::with(space, object, "")
    }

    /// The same with what code relies on.
    pub(super) fn with(space: Space, object: &Object, of: &str) -> Called {
        Called { space, path: object.id.path.clone(), of: of.to_owned(), arguments: (0, usize::MAX) }
    }
}
