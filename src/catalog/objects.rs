//! Objects by id, and lists of those that belong together: made when one is first asked for, forgotten with every change.

use std::collections::{BTreeMap, btree_map};
use std::ops::{Deref, DerefMut};
use std::sync::OnceLock;

use super::{Id, Object};

/// Every object by its id.
#[derive(Debug, Default)]
pub struct Objects {
    by_id: BTreeMap<Id, Object>,
    lists: OnceLock<Lists>,
}

/// Ids in order.
#[derive(Debug, Default)]
struct Lists {
    children: BTreeMap<Id, Vec<Id>>,
    partitions: BTreeMap<Vec<String>, Vec<Id>>,
}

impl Objects {
    /// What belongs to an object.
    pub(super) fn children<'a>(&'a self, id: &Id) -> impl Iterator<Item = &'a Object> + use<'a> {
        self.lists().children.get(id).into_iter().flatten().filter_map(|it| self.by_id.get(it))
    }

    /// The partitions of the table at a path, each of which names it.
    pub(super) fn partitions<'a>(&'a self, table: &[String]) -> impl Iterator<Item = &'a Object> + use<'a> {
        self.lists().partitions.get(table).into_iter().flatten().filter_map(|it| self.by_id.get(it))
    }

    fn lists(&self) -> &Lists {
        self.lists.get_or_init(|| {
            let mut lists = Lists::default();
            for (id, object) in &self.by_id {
                if let Some(parent) = &object.parent {
                    lists.children.entry(parent.clone()).or_default().push(id.clone());
                }
                if id.kind == "partition"
                    && let Some(above) = object.attrs.get("parent").and_then(|it| it.as_array())
                {
                    let table = above.iter().filter_map(|it| it.as_str()).map(str::to_owned).collect();
                    lists.partitions.entry(table).or_default().push(id.clone());
                }
            }
            lists
        })
    }
}

impl Clone for Objects {
    fn clone(&self) -> Objects {
        Objects { by_id: self.by_id.clone(), lists: OnceLock::new() }
    }
}

impl Deref for Objects {
    type Target = BTreeMap<Id, Object>;

    fn deref(&self) -> &BTreeMap<Id, Object> {
        &self.by_id
    }
}

impl DerefMut for Objects {
    fn deref_mut(&mut self) -> &mut BTreeMap<Id, Object> {
        self.lists = OnceLock::new();
        &mut self.by_id
    }
}

impl FromIterator<(Id, Object)> for Objects {
    fn from_iter<T: IntoIterator<Item = (Id, Object)>>(objects: T) -> Objects {
        Objects { by_id: objects.into_iter().collect(), lists: OnceLock::new() }
    }
}

impl IntoIterator for Objects {
    type Item = (Id, Object);
    type IntoIter = btree_map::IntoIter<Id, Object>;

    fn into_iter(self) -> Self::IntoIter {
        self.by_id.into_iter()
    }
}

impl<'a> IntoIterator for &'a Objects {
    type Item = (&'a Id, &'a Object);
    type IntoIter = btree_map::Iter<'a, Id, Object>;

    fn into_iter(self) -> Self::IntoIter {
        self.by_id.iter()
    }
}

impl<'a> IntoIterator for &'a mut Objects {
    type Item = (&'a Id, &'a mut Object);
    type IntoIter = btree_map::IterMut<'a, Id, Object>;

    fn into_iter(self) -> Self::IntoIter {
        self.deref_mut().iter_mut()
    }
}
