//! The brackets that PostgreSQL prints around a check, which nobody would write.

use std::borrow::Cow;

/// A check without the second pair of brackets that PostgreSQL prints around it.
pub(super) fn unbracketed(definition: &str) -> Cow<'_, str> {
    const LEAD: &str = "CHECK (";
    let Some(inner) = definition.strip_prefix(LEAD).filter(|it| it.starts_with('(')) else { return definition.into() };
    let (mut depth, mut quote) = (0_usize, None);
    for (position, letter) in inner.char_indices() {
        match (quote, letter) {
            (Some(open), _) if open == letter => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(letter),
            (None, '(') => depth += 1,
            (None, ')') => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let rest = &inner[position + 1..];
            return if rest.starts_with(')') { format!("{LEAD}{}{rest}", &inner[1..position]).into() } else { definition.into() };
        }
    }
    definition.into()
}
