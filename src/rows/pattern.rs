//! Strings that match a pattern: best effort, as the server has the last word.

use regex_syntax::hir::{Class, Hir, HirKind};

/// Up to `count` different strings for a regular expression; none where its syntax is only PostgreSQL's.
pub(super) fn matches(pattern: &str, count: usize) -> Vec<String> {
    let Ok(hir) = regex_syntax::parse(pattern) else { return Vec::new() };
    let mut found = Vec::new();
    for seed in 0..count {
        let mut text = String::new();
        let mut choice = seed;
        write(&hir, &mut choice, seed % 3, &mut text);
        if !found.contains(&text) {
            found.push(text);
        }
    }
    found
}

/// Strings for a `LIKE` pattern.
pub(super) fn likes(pattern: &str, count: usize) -> Vec<String> {
    (0..count).map(|it| like(pattern, it)).collect()
}

fn like(pattern: &str, number: usize) -> String {
    let mut text = String::new();
    let mut chars = pattern.chars();
    while let Some(it) = chars.next() {
        match it {
            '%' if number > 0 => text.push_str(&number.to_string()),
            '%' => {}
            '_' => text.push(letter(number)),
            '\\' => text.extend(chars.next()),
            it => text.push(it),
        }
    }
    text
}

fn letter(number: usize) -> char {
    char::from_digit(u32::try_from(number % 36).unwrap_or(0), 36).unwrap_or('a')
}

/// Appends one string for the expression; `choice` is used up digit by digit, `more` repeats what may be repeated.
fn write(hir: &Hir, choice: &mut usize, more: usize, text: &mut String) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(it) => text.push_str(&String::from_utf8_lossy(&it.0)),
        HirKind::Class(class) => {
            let members = members(class);
            if let Some(it) = members.get(*choice % members.len().max(1)) {
                text.push(*it);
                *choice /= members.len();
            }
        }
        HirKind::Repetition(it) => {
            let least = it.min as usize;
            let most = it.max.map_or(least + more, |max| (max as usize).min(least + more));
            for _ in 0..most {
                write(&it.sub, choice, more, text);
            }
        }
        HirKind::Capture(it) => write(&it.sub, choice, more, text),
        HirKind::Concat(parts) => parts.iter().for_each(|it| write(it, choice, more, text)),
        HirKind::Alternation(parts) => {
            let part = &parts[*choice % parts.len()];
            *choice /= parts.len();
            write(part, choice, more, text);
        }
    }
}

/// Characters of a class, plain ones first.
fn members(class: &Class) -> Vec<char> {
    let within = |it: char| match class {
        Class::Unicode(class) => class.ranges().iter().any(|range| range.start() <= it && it <= range.end()),
        Class::Bytes(class) => {
            u8::try_from(it).is_ok_and(|it| class.ranges().iter().any(|range| range.start() <= it && it <= range.end()))
        }
    };
    let plain: Vec<char> = ('a'..='z').chain('0'..='9').chain('A'..='Z').filter(|it| within(*it)).collect();
    if plain.is_empty() { (' '..='~').filter(|it| within(*it)).take(10).collect() } else { plain }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_match_their_pattern() {
        for pattern in [r"^\d{5}$", r"^[^@\s]+@[a-z]+\.(com|org)$", "^[A-Z]{2}-[0-9]+$", "^(a|b)?c*$"] {
            let found = matches(pattern, 100);
            let regex = regex::Regex::new(pattern).expect("a pattern");
            assert!(found.iter().all(|it| regex.is_match(it)), "{pattern}: {found:?}");
        }
        assert_eq!(matches(r"^\d{5}$", 100).len(), 100);
        assert_eq!(likes("a_%", 2), ["a0", "a11"]);
    }
}
