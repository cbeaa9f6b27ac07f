//! Values made of values: arrays, rows, ranges.

use crate::rows::literals::Literals;
use crate::rows::values::{SERIES, Values};

/// An element, a field or a bound in double quotes.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Arrays: empty, with nulls, of two dimensions, with other bounds, of every edge.
pub(super) fn array(element: &Values, delimiter: char, literals: &Literals) -> Values {
    let braces = |it: &[String]| format!("{{{}}}", it.join(&delimiter.to_string()));
    let quote = |list: &[String]| list.iter().map(|it| quoted(it)).collect::<Vec<_>>();
    let all: Vec<String> = quote(&[element.derived.as_slice(), &element.edges, &element.series].concat());
    let mut values = Values::default();
    for derived in quote(&element.derived).into_iter().take(20) {
        values.derived.push(braces(&[derived]));
    }
    if element.derived.len() > 1 {
        values.derived.push(braces(&all[..element.derived.len().min(20)]));
    }
    for size in literals.sizes().filter(|it| *it <= 50) {
        for size in [size, size + 1, size.saturating_sub(1)] {
            values.derived.push(braces(&all.iter().cycle().take(size).cloned().collect::<Vec<_>>()));
        }
    }
    values.edges.push("{}".to_owned());
    values.edges.push("{NULL}".to_owned());
    if let [first, second, third, fourth, ..] = all.as_slice() {
        let pair = braces(&[first.clone(), second.clone()]);
        values.edges.push(braces(&[first.clone(), "NULL".to_owned(), second.clone()]));
        values.edges.push(braces(&[pair.clone(), braces(&[third.clone(), fourth.clone()])]));
        values.edges.push(format!("[0:1]={pair}"));
    }
    values.edges.extend(quote(&element.edges).into_iter().map(|it| braces(&[it])));
    values.edges.push(braces(&quote(&element.edges)));
    let items = quote(if element.series.is_empty() { &element.edges } else { &element.series });
    if !items.is_empty() {
        let item = |at: usize| items[at % items.len()].clone();
        // Lengths differ too, so that few elements give many arrays.
        values.series.extend(
            (0..SERIES).map(|at| braces(&(0..=at / items.len().max(1) + at % 3).map(|it| item(at + it)).collect::<Vec<_>>())),
        );
    }
    values
}

/// Rows: each field's values side by side, until each was used.
pub(super) fn row(fields: &[Vec<String>]) -> Values {
    let mut values = Values::default();
    values.edges.push(format!("({})", ",".repeat(fields.len().saturating_sub(1))));
    let longest = fields.iter().map(Vec::len).max().unwrap_or(0).max(SERIES);
    for at in 0..longest {
        // An empty list is a field that only null fits: nothing between the commas.
        let field = |it: &Vec<String>| it.get(at % it.len().max(1)).map_or(String::new(), |it| quoted(it));
        values.series.push(format!("({})", fields.iter().map(field).collect::<Vec<_>>().join(",")));
    }
    values
}

/// Ranges: bounds of an ascending series, so that none overlaps the other; empty and unbounded ones last.
pub(super) fn range(subtype: Values) -> Values {
    let bounds: Vec<String> = subtype.series.iter().map(|it| quoted(it)).collect();
    let mut values = Values { edges_last: true, ..Values::default() };
    values.derived =
        subtype.derived.iter().take(20).flat_map(|it| [format!("[{},)", quoted(it)), format!("(,{})", quoted(it))]).collect();
    values.series = bounds.windows(2).map(|it| format!("[{},{})", it[0], it[1])).collect();
    values.edges.push("empty".to_owned());
    if let (Some(first), Some(last)) = (bounds.first(), bounds.last()) {
        values.edges.extend([
            format!("[{last},{last}]"),
            format!("({first},{last}]"),
            format!("[{last},)"),
            format!("(,{first})"),
        ]);
    }
    values.edges.push("(,)".to_owned());
    values
}

/// Multiranges: none, one, and two ranges that do not touch.
pub(super) fn multirange(range: &Values) -> Values {
    let mut values = Values { edges_last: true, ..Values::default() };
    values.derived = range.derived.iter().map(|it| format!("{{{it}}}")).collect();
    values.series = range.series.chunks(2).map(|it| format!("{{{}}}", it[0])).collect();
    values.series.extend(range.series.windows(4).skip(1).step_by(4).map(|it| format!("{{{},{}}}", it[0], it[2])));
    values.edges.push("{}".to_owned());
    values.edges.extend(range.edges.iter().map(|it| format!("{{{it}}}")));
    values
}
