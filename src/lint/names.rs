//! Rules about what a file says, whatever it does: names, versions, and the comments that speak to this program.

use super::Hit;
use super::scene::Scene;
use crate::source::lexer::{Kind, Lexer};
use crate::source::since;
use crate::source::tree::Tree;
use crate::sql::LONGEST;

/// A name that PostgreSQL cuts.
pub(super) fn long(scene: &Scene<'_>) -> Vec<Hit> {
    let sql = &scene.statement.sql;
    let name = |it: &crate::source::lexer::Token| {
        let text = sql.get(it.range.clone())?;
        match it.kind {
            Kind::Word => Some(text.to_owned()),
            Kind::Name => Some(text.strip_prefix('"')?.strip_suffix('"')?.replace("\"\"", "\"")),
            _ => None,
        }
    };
    let long = Lexer::new(sql).filter_map(|it| name(&it).filter(|name| name.len() > LONGEST).map(|name| (it.range.start, name)));
    let hit = |(offset, name): (usize, String)| {
        let end = (0..=LONGEST).rev().find(|it| name.is_char_boundary(*it)).unwrap_or_default();
        let message = format!("PostgreSQL cuts this name after {LONGEST} bytes: {}", &name[..end]);
        Hit::new(offset, message, "choose a shorter one: two that are cut may become the same")
    };
    long.map(hit).collect()
}

/// What the server is too old for.
pub(super) fn newer(scene: &Scene<'_>) -> Vec<Hit> {
    let tree = Tree::Node(scene.node().clone());
    let asked = since::since(&scene.statement.sql, &tree).into_iter().filter(|it| it.major > scene.version);
    let hit = |it: since::Since| {
        let message = format!("this fails: {} needs PostgreSQL {}, and the server is {}", it.what, it.major, scene.version);
        Hit::new(it.offset, message, "write it without, or name the right version with --pg-version")
    };
    asked.map(hit).collect()
}

/// Found where the file is read, or where its comments are.
pub(super) fn elsewhere(_: &Scene<'_>) -> Vec<Hit> {
    Vec::new()
}
