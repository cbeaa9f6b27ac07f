//! Names that PostgreSQL chose: what the folder leaves without a name keeps the one it has in the live database.
//!
//! PostgreSQL numbers a name that is taken (`t_a_fkey1`), so what it chose depends on what stood there at the time, and a database
//! that came to the same schema in another way has other numbers.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Catalog, Object};
use crate::closure::context;
use crate::database::Database;
use crate::error::Result;
use crate::introspect::introspect_ours;
use crate::kinds::{Conditions, Server, kind};
use crate::renames::{Pair, forced};
use crate::rules::Rules;

/// Whether a name of the desired state was chosen by PostgreSQL, and the live one is the same but for its number.
pub struct Chosen<'a> {
    /// The words of the folder: what is among them was not chosen.
    pub said: &'a BTreeSet<String>,
}

impl Chosen<'_> {
    fn is(&self, name: &str, live: &str) -> bool {
        name != live && stem(name) == stem(live) && !self.said.contains(name)
    }

    /// The same for a part, whose name stays when its table or column is renamed: only the ending tells that it was chosen.
    fn is_of_part(&self, name: &str, live: &str) -> bool {
        let ends = |ending: &&str| stem(name).ends_with(*ending) && stem(live).ends_with(*ending);
        name != live && ["_not_null", "_seq"].iter().any(ends) && !self.said.contains(name)
    }

    /// The desired objects that stand in the live database under another number.
    pub fn pairs(&self, desired: &Catalog, live: &Catalog) -> Vec<Pair> {
        let mut pairs = forced(desired, live);
        pairs.retain(|(name, live)| {
            let (last, rest) = (name.path.split_last(), live.path.split_last());
            matches!((last, rest), (Some((name, inside)), Some((live, same))) if inside == same && self.is(name, live))
        });
        pairs
    }

    /// The same for names that are a part of an object: that of an identity's sequence, or of a NOT NULL constraint.
    pub fn parts(&self, desired: &mut Catalog, live: &Catalog) {
        for (id, object) in &mut desired.objects {
            let Some(stood) = live.get(id).filter(|it| !it.same(object)) else { continue };
            let named = |it: &Object| kind(&id.kind).part_name(it);
            if let (Some(name), Some(other)) = (named(object), named(stood))
                && self.is_of_part(&name, &other)
            {
                kind(&id.kind).take_part_name(object, stood);
            }
        }
    }
}

fn stem(name: &str) -> &str {
    name.trim_end_matches(|it: char| it.is_ascii_digit())
}

/// Gives the objects of a loaded folder their live names, and reads what that makes of it. `None` where a name is not free.
pub async fn renamed(
    database: &mut Database,
    catalog: &Catalog,
    pairs: &[Pair],
    server: &Server,
    rules: &Rules,
) -> Result<Option<Catalog>> {
    let changes = BTreeMap::new();
    let context = context(catalog, catalog, &changes, &Conditions::ours(server));
    database.run("BEGIN").await?;
    for step in pairs.iter().flat_map(|(name, live)| kind(&name.kind).rename(name, live, &context)) {
        if let Err(error) = database.run(&step.sql.text()).await {
            tracing::debug!(%error, "a name that PostgreSQL chose could not be given back");
            database.run("ROLLBACK").await?;
            return Ok(None);
        }
    }
    database.run("COMMIT").await?;
    Ok(Some(rules.apply(introspect_ours(database).await?).0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_chosen_when_it_differs_in_its_number_and_nobody_said_it() {
        let said = BTreeSet::from(["t_b_fkey".to_owned()]);
        let chosen = Chosen { said: &said };
        assert!(chosen.is("t_a_fkey", "t_a_fkey1"));
        assert!(chosen.is("t_a_fkey2", "t_a_fkey10"));
        assert!(!chosen.is("t_a_fkey", "t_a_fkey"));
        assert!(!chosen.is("t_a_fkey", "t_c_fkey1"));
        assert!(!chosen.is("t_b_fkey", "t_b_fkey1"));
        assert!(chosen.is_of_part("t_a_not_null", "u_b_not_null1"));
        assert!(!chosen.is_of_part("t_a_not_null", "given"));
    }
}
