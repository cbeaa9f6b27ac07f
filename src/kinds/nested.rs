//! Conditions inside conditions, written so that they stay inside.
//!
//! `(x AND y) AND z` is read as one list of three (`makeAndExpr`), and what was said as `a BETWEEN 1 AND 9`, or as a comparison of rows,
//! is printed as `(x AND y)`: fed back as it is printed it would be another tree, which is printed in other words (seen on 14 to 18).

use std::ops::Range;

use crate::source::lexer::{Kind, Lexer};

/// A statement with what it says inside an `AND` or `OR` in front of another one as a range or a comparison of rows.
pub(super) fn kept(mut sql: String) -> String {
    while [")) AND ", ")) OR "].iter().any(|it| sql.contains(it))
        && let Some((place, text)) = Tokens::of(&sql).first()
    {
        sql.replace_range(place, &text);
    }
    sql
}

struct Tokens<'a> {
    text: &'a str,
    ranges: Vec<Range<usize>>,
    /// For each bracket that opens, where it closes.
    closes: Vec<Option<usize>>,
}

/// `a >= 1`: a value, an operator, another value.
struct Comparison<'a> {
    left: &'a str,
    operator: &'a str,
    right: &'a str,
}

impl<'a> Tokens<'a> {
    fn of(text: &'a str) -> Tokens<'a> {
        let tokens = Lexer::new(text).filter(|it| !matches!(it.kind, Kind::Line | Kind::Block));
        let ranges: Vec<Range<usize>> = tokens.map(|it| it.range).collect();
        let (mut closes, mut open) = (vec![None; ranges.len()], Vec::new());
        for (at, range) in ranges.iter().enumerate() {
            match &text[range.clone()] {
                "(" => open.push(at),
                ")" => open.pop().into_iter().for_each(|it: usize| closes[it] = Some(at)),
                _ => {}
            }
        }
        Tokens { text, ranges, closes }
    }

    fn word(&self, at: usize) -> &'a str {
        self.ranges.get(at).map_or("", |it| &self.text[it.clone()])
    }

    /// The first condition inside another that can be said otherwise: where it is, and the text.
    fn first(&self) -> Option<(Range<usize>, String)> {
        let is_first = |it: &usize| self.word(it - 1) == "(" && self.word(*it) == "(" && self.word(it + 1) == "(";
        (1..self.ranges.len()).filter(is_first).find_map(|it| self.otherwise(it))
    }

    fn otherwise(&self, open: usize) -> Option<(Range<usize>, String)> {
        let close = self.closes[open]?;
        let word = self.word(close + 1);
        let parts = self.comparisons(open, close, word)?;
        let all = |operator: &str| parts.iter().all(|it| it.operator == operator);
        let list = |of: fn(&Comparison<'a>) -> &'a str| parts.iter().map(of).collect::<Vec<_>>().join(", ");
        let rows = |operator: &str| format!("ROW({}) {operator} ROW({})", list(|it| it.left), list(|it| it.right));
        let range = |[low, high]: [&str; 2], between: &str| match parts.as_slice() {
            [one, two] if one.operator == low && two.operator == high && one.left == two.left => {
                Some(format!("{} {between} {} AND {}", one.left, one.right, two.right))
            }
            _ => None,
        };
        let text = match word {
            "AND" if all("=") => rows("="),
            "OR" if all("<>") => rows("<>"),
            "AND" => range([">=", "<="], "BETWEEN")?,
            "OR" => range(["<", ">"], "NOT BETWEEN")?,
            _ => return None,
        };
        Some((self.ranges[open].start..self.ranges[close].end, format!("({text})")))
    }

    /// The comparisons between two brackets, where it is they alone, each in brackets of its own, with that word in between.
    fn comparisons(&self, open: usize, close: usize, word: &str) -> Option<Vec<Comparison<'a>>> {
        let (mut parts, mut at) = (Vec::new(), open + 1);
        loop {
            let end = self.closes.get(at).copied().flatten()?;
            parts.push(self.comparison(at, end)?);
            if end + 1 == close {
                return Some(parts);
            }
            at = end + 2;
            if self.word(end + 1) != word {
                return None;
            }
        }
    }

    fn comparison(&self, open: usize, close: usize) -> Option<Comparison<'a>> {
        const LETTERS: &str = "+-*/<>=~!@#%^&|`?";
        let (mut letters, mut at) = (Vec::new(), open + 1);
        while at < close {
            letters.extend(LETTERS.contains(self.word(at)).then_some(at));
            at = self.closes[at].unwrap_or(at) + 1;
        }
        let (first, last) = (*letters.first()?, *letters.last()?);
        let operator = &self.text[self.ranges[first].start..self.ranges[last].end];
        let left = self.text[self.ranges[open].end..self.ranges[first].start].trim();
        let right = self.text[self.ranges[last].end..self.ranges[close].start].trim();
        let is_list = ["ANY", "ALL"].contains(&self.word(last + 1));
        (!is_list).then_some(Comparison { left, operator, right })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_inside_stays_inside() {
        for (printed, written) in [
            ("CHECK ((((a >= 1) AND (a <= 10)) AND (b > 0)))", "CHECK (((a BETWEEN 1 AND 10) AND (b > 0)))"),
            (
                "WHERE ((((t.a)::text >= 'x'::text) AND ((t.a)::text <= 'y'::text)) AND f(b) AND ((c >= 1) AND (c <= 2)))",
                "WHERE (((t.a)::text BETWEEN 'x'::text AND 'y'::text) AND f(b) AND ((c >= 1) AND (c <= 2)))",
            ),
            ("SELECT (((f(a) < 1) OR (f(a) > (1 + 2))) OR b);", "SELECT ((f(a) NOT BETWEEN 1 AND (1 + 2)) OR b);"),
            ("((((a = 1) AND (b = '('::text) AND (c = d)) AND e))", "(((ROW(a, b, c) = ROW(1, '('::text, d)) AND e))"),
            ("(((a <> 1) OR (b <> 2)) OR c)", "((ROW(a, b) <> ROW(1, 2)) OR c)"),
            ("(((((a >= 1) AND (a <= 2)) AND b) OR (c AND d)) OR e)", "((((a BETWEEN 1 AND 2) AND b) OR (c AND d)) OR e)"),
        ] {
            assert_eq!(kept(printed.to_owned()), written);
        }
    }

    #[test]
    fn what_stays_as_it_is_when_it_is_read_again_is_left_alone() {
        for text in [
            "CHECK (((a >= 1) AND (a <= 10)))",
            "CHECK (((a >= 1) AND (a <= 10) AND (b > 0)))",
            "CHECK ((((a >= 1) AND (b <= 10)) AND (b > 0)))",
            "CHECK ((((a >= 1) OR (a <= 10)) AND (b > 0)))",
            "CHECK ((((a = 1) OR (a = 10)) OR (b > 0)))",
            "CHECK ((((a = 1) AND (b = ANY (c))) AND (d > 0)))",
            "CHECK ((((a OPERATOR(x.>=) 1) AND (a OPERATOR(x.<=) 10)) AND (b > 0)))",
            "AS $f$ SELECT (((a >= 1) AND (a <= 10)) AND (b > 0)) $f$",
            "COMMENT ON TABLE t IS '(((a >= 1) AND (a <= 10)) AND (b > 0))'",
        ] {
            assert_eq!(kept(text.to_owned()), text);
        }
    }
}
