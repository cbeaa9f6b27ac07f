//! A state in one word, as headers of migrations, `HEAD` and the history hold it: `basis-state`.
//!
//! States are comparable only when they were read alike: on the same major version, which prints expressions in its own way, by the
//! same queries, and with the same objects ignored. The basis stands for these, so that an upgrade is never taken for drift.

use sha2::{Digest, Sha256};

use crate::catalog::{Catalog, Id, Object, is_secret};
use crate::kinds::{KINDS, Server};
use crate::rules::Rules;

/// What two fingerprints say of their states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// They are the same.
    Same,
    /// They differ.
    Different,
    /// They were read in different ways.
    Incomparable,
}

/// The fingerprint of a state. The server's role is who runs migrations: the same schema owned by another one has the same
/// fingerprint.
pub fn of(catalog: &Catalog, server: &Server, rules: &Rules) -> String {
    let managed = catalog.objects.values().filter(|it| !rules.houses_history(it));
    let mut objects: Vec<String> = managed.filter_map(|it| counted(it, &server.role)).collect();
    objects.sort();
    let mut basis = Sha256::new();
    basis.update(format!("{} {:?}", server.major, rules.ignore));
    if let Some(schemas) = &rules.schemas {
        basis.update(format!("{schemas:?}"));
    }
    KINDS.iter().for_each(|it| basis.update(it.query()));
    format!("{}-{}", short(basis, 3), short(Sha256::new_with_prefix(objects.join("\n")), 8))
}

/// Compares two fingerprints.
pub fn compare(one: &str, other: &str) -> Comparison {
    match (one.split_once('-'), other.split_once('-')) {
        (Some(one), Some(other)) if one.0 == other.0 && one.1 == other.1 => Comparison::Same,
        (Some(one), Some(other)) if one.0 == other.0 => Comparison::Different,
        _ => Comparison::Incomparable,
    }
}

fn short(hash: Sha256, bytes: usize) -> String {
    hash.finalize().iter().take(bytes).map(|it| format!("{it:02x}")).collect()
}

/// What the owner of a new database decides, not a migration.
pub(crate) fn is_born_with(id: &Id) -> bool {
    id.kind == "owner" && id.path == ["schema", "public"]
}

/// All that counts of an object. The role that runs migrations has no name where a statement implies it: as owner, and as the one
/// whose default privileges these are. The versions of extensions are left out, as the folder decides whether they count, secrets, as not
/// every role sees them, and the owner of the schema that a database is born with.
fn counted(object: &Object, role: &str) -> Option<String> {
    if is_born_with(&object.id) {
        return None;
    }
    let implied = match object.id.kind.as_str() {
        "owner" => "role",
        "default_grant" => "creator",
        _ => "",
    };
    let is_ours = object.attrs.get(implied).is_some_and(|it| it == role);
    let mut path: Vec<&str> = object.id.path.iter().map(String::as_str).collect();
    if let ("creator", true, Some(first)) = (implied, is_ours, path.first_mut()) {
        *first = "";
    }
    let attrs = object.attrs.as_object().into_iter().flatten();
    let left_out = |name: &str| match object.id.kind.as_str() {
        "extension" => name == "version",
        _ => is_ours && name == implied || is_secret(name),
    };
    let attrs =
        attrs.filter(|(name, _)| !name.starts_with('_') && !left_out(name)).map(|(name, value)| format!("{name}={value}"));
    Some(format!("{} {path:?} {:?}", object.id.kind, attrs.collect::<Vec<_>>()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::catalog::Id;

    fn fingerprint(role: &str, major: u32, objects: &[(&str, &[&str], Value)]) -> String {
        let object = |(kind, path, attrs): &(&str, &[&str], Value)| {
            let id = Id::new(kind, path);
            (id.clone(), Object { id, parent: None, attrs: attrs.clone() })
        };
        let catalog = Catalog { objects: objects.iter().map(object).collect(), ..Catalog::default() };
        of(&catalog, &Server { major, role: role.to_owned(), ..Server::default() }, &Rules::default())
    }

    #[test]
    fn the_role_that_migrates_has_no_name() {
        let state = |role: &str| {
            let grant = json!({"creator": role, "objects": "r"});
            let owner = json!({"role": role});
            fingerprint(role, 17, &[("owner", &["table", "app", "t"], owner), ("default_grant", &[role, "app", "r", "m"], grant)])
        };
        assert_eq!(state("app"), state("zoe"));
        let named = |role: &str| fingerprint(role, 17, &[("policy", &["public", "t", "p"], json!({"roles": ["app"]}))]);
        assert_eq!(named("app"), named("zoe"), "what a statement names is the same whoever runs it");
        let another = fingerprint("app", 17, &[("owner", &["table", "public", "app"], json!({"role": "zoe"}))]);
        let ours = fingerprint("app", 17, &[("owner", &["table", "public", "app"], json!({"role": "app"}))]);
        assert_eq!(compare(&another, &ours), Comparison::Different);
    }

    #[test]
    fn information_does_not_count_and_attributes_do() {
        let column = |attrs: Value| fingerprint("r", 17, &[("column", &["public", "t", "c"], attrs)]);
        assert_eq!(column(json!({"type": "text", "_position": 1})), column(json!({"type": "text", "_position": 2})));
        assert_ne!(column(json!({"type": "text"})), column(json!({"type": "integer"})));
    }

    #[test]
    fn states_of_two_versions_are_not_compared() {
        let (one, other) = (fingerprint("r", 17, &[]), fingerprint("r", 18, &[]));
        assert_eq!(compare(&one, &other), Comparison::Incomparable);
        assert_eq!(compare(&one, &one), Comparison::Same);
        assert_eq!(compare("9a2bf0c7f71fee49", &one), Comparison::Incomparable);
        assert_eq!(compare("9a2bf0c7f71fee49", "9a2bf0c7f71fee49"), Comparison::Incomparable);
    }

    #[test]
    fn the_example_has_states_that_this_version_reads() {
        let head = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/HEAD")).expect("the example's HEAD");
        let is = fingerprint("r", 18, &[]);
        let basis = is.split('-').next().expect("a basis");
        assert!(
            head.contains(&format!(" {basis}-")),
            "a catalog query has changed: in all files of migrations/ write {basis} before the dash of each state, in place of {head}"
        );
    }
}
