//! A migration that destroys what is stored is not written, and the error says what else there is to do.

use crate::catalog::{Catalog, Id};
use crate::error::{Error, Exit};
use crate::renames::gives_way;
use crate::sql;

/// Rows would go and nothing keeps them: that is for the user to say.
pub(super) fn refused(losses: &[String], from: &Catalog, to: &Catalog) -> Error {
    let mut error = Error::new("this migration destroys what is stored, and nothing was written").exit(Exit::Refused);
    for loss in losses {
        error = error.note(format!("lost: {loss}"));
    }
    let is_whole = |it: &Id| to.get(it).is_some_and(|it| it.attrs.get("partition_key").is_some());
    for id in from.objects.keys().filter(|it| is_whole(it) && gives_way(it, from, to)) {
        let name = id.path.last().map_or("", String::as_str);
        error = error.note(format!(
            "{} keeps every row as a partition of what has its name from now on: declare that partition, with bounds that hold all of \
             them, and write above it: -- schemagen: renamed from {}",
            sql::path(&id.path),
            sql::name(name)
        ));
    }
    error.help(
        "say that this is meant with --on-drop drop; or say above a column how its values are converted, and the old ones are kept: \
         -- schemagen: using <expression>",
    )
}
