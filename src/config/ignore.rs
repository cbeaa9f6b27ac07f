//! What the user said is not ours to manage.

use super::file;
use crate::catalog::Id;
use crate::error::{Error, Result};
use crate::kinds::KINDS;

/// The `[ignore]` section.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ignore {
    /// Objects by kind and name.
    pub objects: Vec<Pattern>,
    /// Leave owners alone.
    pub owners: bool,
    /// Leave privileges alone.
    pub grants: bool,
    /// Leave comments alone.
    pub comments: bool,
    /// Schemas to leave alone, with all that is in them; `*` and `?` stand for any text and any character.
    pub schemas: Vec<String>,
}

/// `kind:glob` or `glob`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// Only this kind.
    pub kind: Option<String>,
    /// The names joined by dots; `*` and `?` stand for any text and any character.
    pub glob: String,
}

impl Ignore {
    pub(super) fn new(section: file::Ignore) -> Result<Ignore> {
        let objects = section.objects.iter().map(|it| pattern(it)).collect::<Result<_>>()?;
        let file::Ignore { owners, grants, comments, schemas, .. } = section;
        Ok(Ignore { objects, owners, grants, comments, schemas })
    }

    /// Whether a pattern names this object. What belongs to it is for the caller to look at.
    pub fn matches(&self, id: &Id) -> bool {
        let name = id.path.join(".");
        self.objects.iter().any(|it| it.kind.as_ref().is_none_or(|kind| *kind == id.kind) && matches(&it.glob, &name))
    }

    /// Whether a schema is to be left alone.
    pub fn matches_schema(&self, schema: &str) -> bool {
        is_among(&self.schemas, schema)
    }
}

/// Whether one of these patterns covers a schema's name.
pub(crate) fn is_among(patterns: &[String], schema: &str) -> bool {
    patterns.iter().any(|it| matches(it, schema))
}

fn pattern(text: &str) -> Result<Pattern> {
    let Some((kind, glob)) = text.split_once(':') else {
        return Ok(Pattern { kind: None, glob: text.to_owned() });
    };
    let kind = kind.trim().replace(' ', "_");
    if KINDS.iter().any(|it| it.name() == kind) {
        return Ok(Pattern { kind: Some(kind), glob: glob.trim().to_owned() });
    }
    let error = Error::new(format!("there is no kind of object called {kind:?} in {text:?}"));
    Err(match file::nearest(&kind, KINDS.iter().map(|it| it.name())) {
        Some(it) => error.help(format!("did you mean {it}?")),
        None => error.help(format!("the kinds are {}", KINDS.iter().map(|it| it.name()).collect::<Vec<_>>().join(", "))),
    })
}

/// Whether a glob covers the whole of a text.
pub(crate) fn matches(glob: &str, text: &str) -> bool {
    let (glob, text): (Vec<char>, Vec<char>) = (glob.chars().collect(), text.chars().collect());
    let (mut at, mut from) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while from < text.len() {
        match glob.get(at) {
            Some('*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(it) if *it == '?' || *it == text[from] => {
                at += 1;
                from += 1;
            }
            // No way on: let the last star take one more character.
            _ => match star {
                Some((place, taken)) => {
                    star = Some((place, taken + 1));
                    at = place + 1;
                    from = taken + 1;
                }
                None => return false,
            },
        }
    }
    glob[at..].iter().all(|it| *it == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_cover_the_whole_name() {
        assert!(matches("public.pg_*", "public.pg_stat"));
        assert!(!matches("public.pg_*", "x.public.pg_stat"));
        assert!(matches("*.tmp_?", "a.b.tmp_1"));
        assert!(!matches("*.tmp_?", "a.b.tmp_12"));
        assert!(matches("*a*b*", "xxaxxbxx"));
        assert!(!matches("", "x"));
    }
}
