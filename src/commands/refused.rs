//! A migration that destroys what is stored is not written, and the error says what else there is to do.

use crate::catalog::{Catalog, Object};
use crate::error::{Error, Exit};
use crate::kinds::kind;
use crate::sql;

/// Rows would go and nothing keeps them: that is for the user to say.
pub(super) fn refused(losses: &[String], from: &Catalog, to: &Catalog) -> Error {
    let mut error = Error::new("this migration destroys what is stored, and nothing was written").exit(Exit::Refused);
    for loss in losses {
        error = error.note(format!("lost: {loss}"));
    }
    for it in from.objects.values().filter(|it| gives_way(it, to)) {
        let name = it.id.path.last().map_or("", String::as_str);
        error = error.note(format!(
            "{} keeps every row as a partition of what has its name from now on: declare that partition, with bounds that hold all of \
             them, and write above it: -- schemagen: renamed from {}",
            sql::path(&it.id.path),
            sql::name(name)
        ));
    }
    error.help(
        "say that this is meant with --on-drop drop; or say above a column how its values are converted, and the old ones are kept: \
         -- schemagen: using <expression>",
    )
}

/// Whether something else has its name from now on.
fn gives_way(old: &Object, to: &Catalog) -> bool {
    let is_whole = |it: &Object| it.attrs.get("partition_key").is_some();
    to.get(&old.id).is_some_and(|new| is_whole(new) && kind(&old.id.kind).gives_way(old, new))
}
