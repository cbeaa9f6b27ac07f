//! A state in one word, as headers of migrations, `HEAD` and the history hold it: `basis-state`.
//!
//! States are comparable only when they were read alike: on the same major version, which prints expressions in its own way, by the
//! same queries, and with the same objects ignored. The basis stands for these, so that an upgrade is never taken for drift.

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::catalog::{Catalog, Object};
use crate::config::Ignore;
use crate::kinds::{KINDS, Server};

/// The attributes that name roles.
const ROLES: [&str; 5] = ["role", "roles", "grantee", "grantor", "creator"];

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
pub fn of(catalog: &Catalog, server: &Server, ignore: &Ignore) -> String {
    let mut objects: Vec<String> = catalog.objects.values().filter_map(|it| counted(it, &server.role)).collect();
    objects.sort();
    let mut basis = Sha256::new();
    basis.update(format!("{} {ignore:?}", server.major));
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

/// All that counts of an object, the role that runs migrations without its name. The versions of extensions are left out, as the
/// folder decides whether they count, and so is the owner of the schema that a database is born with.
fn counted(object: &Object, role: &str) -> Option<String> {
    if object.id.kind == "owner" && object.id.path == ["schema", "public"] {
        return None;
    }
    let (granted, by) = (format!("role {role}"), format!("by {role}"));
    let is_creator = object.attrs.get("creator").is_some_and(|it| it == role);
    let path = object.id.path.iter().enumerate().map(|(position, it)| match it {
        it if *it == granted => "role",
        it if *it == by => "by",
        it if is_creator && position == 0 && *it == role => "",
        it => it,
    });
    let attrs = object.attrs.as_object().into_iter().flatten();
    let attrs = attrs.filter(|(name, _)| !name.starts_with('_') && !(object.id.kind == "extension" && *name == "version"));
    let attrs = attrs.map(|(name, value)| {
        let value = if ROLES.contains(&name.as_str()) { without(value, role) } else { value.clone() };
        format!("{name}={value}")
    });
    Some(format!("{} {:?} {:?}", object.id.kind, path.collect::<Vec<_>>(), attrs.collect::<Vec<_>>()))
}

/// A role's name, or a list of them, the one that runs migrations left open.
fn without(value: &Value, role: &str) -> Value {
    match value {
        Value::String(it) if it == role => Value::Null,
        Value::Array(items) => {
            let (ours, others): (Vec<Value>, Vec<Value>) = items.iter().cloned().partition(|it| it == role);
            ours.iter().map(|_| Value::Null).chain(others).collect()
        }
        it => it.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::catalog::Id;

    fn fingerprint(role: &str, major: u32, objects: &[(&str, &[&str], Value)]) -> String {
        let object = |(kind, path, attrs): &(&str, &[&str], Value)| {
            let id = Id::new(kind, path);
            (id.clone(), Object { id, parent: None, attrs: attrs.clone() })
        };
        let catalog = Catalog { objects: objects.iter().map(object).collect(), ..Catalog::default() };
        of(&catalog, &Server { major, role: role.to_owned(), ..Server::default() }, &Ignore::default())
    }

    #[test]
    fn the_role_that_migrates_has_no_name() {
        let state = |role: &str| {
            let granted = format!("role {role}");
            let path: [&str; 4] = ["table", "public", "app", &granted];
            fingerprint(
                role,
                17,
                &[
                    ("owner", &["table", "public", "app"], json!({"role": role})),
                    ("grant", &path, json!({"grantee": role})),
                    ("policy", &["public", "app", "p"], json!({"roles": [role, "m"]})),
                ],
            )
        };
        assert_eq!(state("app"), state("zoe"));
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
}
