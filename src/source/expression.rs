//! Whether a piece of text is one expression, and nothing that could stand beside one.

use pg_query::NodeEnum;

use super::lexer::{Kind, Lexer};
use super::syntax;

/// Whether it is one expression, without comments, brackets paired.
pub(crate) fn is_expression(text: &str) -> bool {
    let mut depth = 0_i32;
    for token in Lexer::new(text) {
        match (token.kind, &text[token.range.clone()]) {
            (Kind::Line | Kind::Block | Kind::Backslash | Kind::Open, _) | (Kind::Symbol, ";") => return false,
            (Kind::Symbol, "(" | "[") => depth += 1,
            (Kind::Symbol, ")" | "]") => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return false;
        }
    }
    let Ok(Some(NodeEnum::SelectStmt(select))) = syntax::parse(&format!("SELECT ({text})"), false) else { return false };
    depth == 0 && select.target_list.len() == 1 && select.from_clause.is_empty() && select.where_clause.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_expression_is_one() {
        for it in ["a", "left(note, 5)", "CASE WHEN a ~ '^\\d+$' THEN a::int END", "a || ') ;--'", "(a + 1) * 2", "x[1]"] {
            assert!(is_expression(it), "{it}");
        }
        for it in ["", "a)", "a, b)", "1); DROP TABLE t; --", "a -- b", "a /* b */", "1), (2", "a FROM t", "a;", "'open", ")("] {
            assert!(!is_expression(it), "{it}");
        }
    }
}
