//! The literals in a constraint's expression: what a value that satisfies it may be made of.
//!
//! The expression is PostgreSQL's own printing of it, so a scan of its tokens is enough; whether a candidate passes is the server's
//! to say.

use std::collections::BTreeSet;

/// What an expression mentions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Literals {
    pub(super) texts: Vec<String>,
    pub(super) numbers: Vec<String>,
    /// Right operands of `~` and `~*`.
    pub(super) patterns: Vec<String>,
    /// Right operands of `LIKE` and `ILIKE`.
    pub(super) likes: Vec<String>,
    /// Identifiers of all sorts.
    pub(super) names: BTreeSet<String>,
}

impl Literals {
    /// Of several expressions.
    pub(super) fn of<'a>(expressions: impl IntoIterator<Item = &'a str>) -> Literals {
        let mut literals = Literals::default();
        for expression in expressions {
            literals.scan(expression);
        }
        literals.texts.dedup();
        literals.numbers.dedup();
        literals
    }

    fn scan(&mut self, expression: &str) {
        let chars: Vec<char> = expression.chars().collect();
        let mut at = 0;
        let mut operator = String::new();
        while at < chars.len() {
            let start = at;
            match chars[at] {
                '\'' => {
                    let text = quoted(&chars, &mut at, '\'', start > 0 && chars[start - 1] == 'E');
                    self.text(&operator, text);
                    operator.clear();
                }
                '"' => {
                    self.names.insert(quoted(&chars, &mut at, '"', false));
                    operator.clear();
                }
                it if it.is_ascii_digit() => {
                    while chars.get(at).is_some_and(|it| it.is_ascii_digit() || *it == '.') {
                        at += 1;
                    }
                    let number: String = chars[start..at].iter().collect();
                    let sign = if start > 0 && chars[start - 1] == '-' { "-" } else { "" };
                    self.numbers.push(format!("{sign}{number}"));
                    operator.clear();
                }
                it if it.is_alphabetic() || it == '_' => {
                    while chars.get(at).is_some_and(|it| it.is_alphanumeric() || *it == '_' || *it == '$') {
                        at += 1;
                    }
                    let name: String = chars[start..at].iter().collect();
                    let escapes = name == "E" && chars.get(at) == Some(&'\'');
                    if !escapes && !matches!(name.as_str(), "ANY" | "ALL" | "ARRAY") {
                        self.names.insert(name);
                        operator.clear();
                    }
                }
                it if "~!*<>=@#%^&|?-+/".contains(it) => {
                    while chars.get(at).is_some_and(|it| "~!*<>=@#%^&|?-+/".contains(*it)) {
                        at += 1;
                    }
                    operator = chars[start..at].iter().collect();
                }
                _ => at += 1,
            }
        }
    }

    fn text(&mut self, operator: &str, text: String) {
        match operator {
            "~" | "~*" => self.patterns.push(text),
            "~~" | "~~*" => self.likes.push(text),
            _ => {
                // Arrays are folded into one literal: '{a,b}'::text[]
                if let Some(inner) = text.strip_prefix('{').and_then(|it| it.strip_suffix('}')) {
                    self.texts.extend(inner.split(',').map(|it| it.trim_matches('"').to_owned()));
                }
                if text.parse::<f64>().is_ok() {
                    self.numbers.push(text.clone());
                }
                self.texts.push(text);
            }
        }
    }

    /// The numbers that could be lengths or counts.
    pub(super) fn sizes(&self) -> impl Iterator<Item = usize> {
        self.numbers.iter().filter_map(|it| it.parse().ok()).filter(|it| *it <= 2_000)
    }
}

/// What is between quotes, the doubled ones undone; `at` moves behind the last.
fn quoted(chars: &[char], at: &mut usize, quote: char, escapes: bool) -> String {
    let mut text = String::new();
    *at += 1;
    while let Some(it) = chars.get(*at) {
        *at += 1;
        if *it == quote && chars.get(*at) != Some(&quote) {
            break;
        }
        if *it == quote || (escapes && *it == '\\') {
            text.extend(chars.get(*at));
            *at += 1;
        } else {
            text.push(*it);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_is_read_as_postgresql_prints_it() {
        let literals = Literals::of([
            "((x > '-5'::integer) AND (\"a b\" ~ E'^\\\\d{2}$'::text) AND (c ~~ 'it''s%'::text) AND (length(c) <= 10))",
            "(kind = ANY (ARRAY['a'::text, 'b'::text]))",
        ]);
        assert_eq!(literals.texts, ["-5", "a", "b"]);
        assert_eq!(literals.numbers, ["-5", "10"]);
        assert_eq!(literals.patterns, ["^\\d{2}$"]);
        assert_eq!(literals.likes, ["it's%"]);
        assert!(literals.names.contains("a b") && literals.names.contains("kind"));
    }
}
