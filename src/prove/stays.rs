//! What stays another than it was asked for, because PostgreSQL has nothing that changes it: told, as a later change may meet it.

use crate::catalog::Catalog;
use crate::kinds::kind;

/// So many of one sort are told one by one.
const MOST: usize = 4;

/// In words, what stays another in a state that was reached; of many alike the first, and how many more.
pub(crate) fn stays(is: &Catalog, wanted: &Catalog) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    for of_kind in wanted.objects.values().collect::<Vec<_>>().chunk_by(|one, other| one.id.kind == other.id.kind) {
        let of = |object: &&crate::catalog::Object| kind(&object.id.kind).stays(is.get(&object.id)?, object);
        let all: Vec<String> = of_kind.iter().filter_map(of).collect();
        let more = all.len().saturating_sub(MOST);
        told.extend(all.into_iter().take(MOST));
        told.extend((more > 0).then(|| format!("and {more} more of the same sort")));
    }
    told
}
