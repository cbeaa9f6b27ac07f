//! Brackets in the text of a check, among them those that PostgreSQL prints around it and nobody would write.

use std::borrow::Cow;

/// A check without the second pair of brackets that PostgreSQL prints around it.
pub(super) fn unbracketed(definition: &str) -> Cow<'_, str> {
    const LEAD: &str = "CHECK (";
    let Some(inner) = definition.strip_prefix(LEAD).filter(|it| it.starts_with('(')) else { return definition.into() };
    let mut depth = 0_usize;
    for (position, letter) in unquoted(inner) {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let rest = &inner[position + 1..];
            return if rest.starts_with(')') { format!("{LEAD}{}{rest}", &inner[1..position]).into() } else { definition.into() };
        }
    }
    definition.into()
}

/// Where the bracket opens that closes there.
pub(super) fn opening(text: &str, close: usize) -> Option<usize> {
    let mut open = Vec::new();
    for (position, letter) in unquoted(text).take_while(|it| it.0 < close) {
        match letter {
            '(' => open.push(position),
            ')' => drop(open.pop()),
            _ => {}
        }
    }
    open.pop()
}

/// The letters that stand in no literal and no quoted name, with their places.
fn unquoted(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut quote = None;
    text.char_indices().filter(move |(_, letter)| {
        let is_quoted = quote.is_some();
        match quote {
            Some(open) if open == *letter => quote = None,
            None if matches!(letter, '\'' | '"') => quote = Some(*letter),
            _ => {}
        }
        !is_quoted && quote.is_none()
    })
}
