//! The desired catalog in the live database's terms: what the folder does not state stays as it is.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::catalog::{Catalog, Id, Object, is_secret};
use crate::kinds::storage_options;

/// Replaces the shadow's superuser, by which what nobody stated is marked: an object that stands keeps its owner, a new one
/// belongs to `role`.
pub fn adopt(desired: Catalog, live: &Catalog, superuser: &str, role: &str) -> Catalog {
    let mut adopted = rename(desired, superuser, role);
    for (id, object) in &mut adopted.objects {
        let Some(stood) = live.get(id) else { continue };
        storage_options::respell(object, stood);
        if object.attrs.get("_unstated").is_some()
            && let (Some(attrs), Some(owner)) = (object.attrs.as_object_mut(), stood.attrs.get("role"))
        {
            attrs.insert("role".to_owned(), owner.clone());
        }
        if let (Some(attrs), Some(stood)) = (object.attrs.as_object_mut(), stood.attrs.as_object()) {
            // What cannot be seen is not known to differ.
            for (name, value) in stood.iter().filter(|(name, value)| is_secret(name) && value.is_null()) {
                attrs.insert(name.clone(), value.clone());
            }
        }
        let information = |name: &str| stood.attrs.get(name).cloned();
        if let (Some(owner), Some(attrs)) = (information("_owner"), object.attrs.as_object_mut()) {
            attrs.insert("_owner".to_owned(), owner);
        }
    }
    // What the owner was granted it has by owning.
    let owners = |it: &Object| adopted.needs(&it.id).filter_map(|need| adopted.get(need)?.attrs.get("role")).next();
    let own = |it: &Object| {
        let owner = owners(it).or_else(|| it.attrs.get("_owner"));
        it.attrs.get("grantee").is_some_and(|grantee| Some(grantee) == owner)
    };
    let superfluous: BTreeSet<Id> = adopted.objects.values().filter(|it| own(it)).map(|it| it.id.clone()).collect();
    for id in superfluous {
        let (object, needs) = (adopted.objects.remove(&id), adopted.needs.remove(&id));
        // Not so a column's: no column has privileges of its own by default.
        if let Some(object) = object.filter(|it| it.parent.is_some() && it.attrs.get("_column").is_some()).and_then(as_owners) {
            adopted.needs.extend(needs.map(|it| (object.id.clone(), it)));
            adopted.objects.insert(object.id.clone(), object);
        }
    }
    adopted
}

/// A grant to a role that is the owner, as one to the owner.
fn as_owners(mut grant: Object) -> Option<Object> {
    let attrs = grant.attrs.as_object_mut()?;
    let grantee = attrs.remove("grantee")?;
    let role = format!("role {}", grantee.as_str()?);
    attrs.insert("_owner".to_owned(), grantee);
    *grant.id.path.iter_mut().rfind(|it| **it == role)? = "owner".to_owned();
    Some(grant)
}

fn rename(catalog: Catalog, superuser: &str, role: &str) -> Catalog {
    let names = BTreeMap::from([
        (superuser.to_owned(), role.to_owned()),
        (format!("role {superuser}"), format!("role {role}")),
        (format!("by {superuser}"), format!("by {role}")),
    ]);
    let text = |it: &String| names.get(it).unwrap_or(it).clone();
    let id = |it: Id| Id { path: it.path.iter().map(text).collect(), kind: it.kind };
    let set = |it: BTreeSet<Id>| it.into_iter().map(id).collect();
    let objects = catalog.objects.into_iter().map(|(_, it)| {
        let unstated = it.attrs.get("role").is_some_and(|it| it == superuser);
        let mut attrs = it.attrs;
        values(&mut attrs, &names);
        let is_owner = attrs.get("role").is_some();
        if let (true, Some(attrs)) = (is_owner, attrs.as_object_mut()) {
            attrs.insert(if unstated { "_unstated" } else { "_stated" }.to_owned(), Value::Bool(true));
        }
        let object = Object { id: id(it.id), parent: it.parent.map(id), attrs };
        (object.id.clone(), object)
    });
    Catalog {
        objects: objects.collect(),
        needs: catalog.needs.into_iter().map(|(from, to)| (id(from), set(to))).collect(),
        unclaimed: catalog.unclaimed,
    }
}

fn values(value: &mut Value, names: &BTreeMap<String, String>) {
    match value {
        Value::String(text) => {
            if let Some(name) = names.get(text) {
                text.clone_from(name);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|it| values(it, names)),
        Value::Object(fields) => fields.values_mut().for_each(|it| values(it, names)),
        _ => {}
    }
}
