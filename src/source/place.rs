//! From an offset in a text to file, line and column.

use crate::error::Place;

/// Lines longer than this are cut: a dump may hold megabytes on one.
const LONGEST_LINE: usize = 400;

/// A place on a line. Far to the right of a very long line only the part around it is kept, and the column counts in that.
fn on_line(file: &str, line: usize, column: usize, text: &str) -> Place {
    let skipped = if column > LONGEST_LINE { column - LONGEST_LINE / 4 } else { 0 };
    let text = text.chars().skip(skipped).take(LONGEST_LINE).collect();
    Place { file: file.to_owned(), line, column: column - skipped, text }
}

/// The offsets at which the lines of a file start.
#[derive(Debug)]
pub(crate) struct Lines<'a> {
    file: &'a str,
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(file: &'a str, text: &'a str) -> Lines<'a> {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(it, _)| it + 1)).collect();
        Lines { file, text, starts }
    }

    /// The place of a byte.
    pub(crate) fn place(&self, offset: usize) -> Place {
        let line = self.line(offset);
        let start = self.starts[line - 1];
        let text = self.text[start..].lines().next().unwrap_or_default();
        let column = self.text[start..offset].chars().count() + 1;
        on_line(self.file, line, column, text)
    }

    /// The number of the line a byte is on, from 1.
    pub(crate) fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|it| *it <= offset)
    }

    /// Whether nothing but space stands before the byte on its line.
    pub(crate) fn starts_line(&self, offset: usize) -> bool {
        self.text[self.starts[self.line(offset) - 1]..offset].trim().is_empty()
    }
}

/// The place of a byte of `sql`, whose own first byte is at `start`.
pub(crate) fn inside(start: &Place, sql: &str, offset: usize) -> Place {
    let Some(line_start) = sql[..offset].rfind('\n').map(|it| it + 1) else {
        let column = start.column + sql[..offset].chars().count();
        if column <= LONGEST_LINE {
            return Place { column, ..start.clone() };
        }
        let text = sql.lines().next().unwrap_or_default();
        return on_line(&start.file, start.line, column - start.column + 1, text);
    };
    let text = sql[line_start..].lines().next().unwrap_or_default();
    let column = sql[line_start..offset].chars().count() + 1;
    let line = start.line + sql[..offset].matches('\n').count();
    on_line(&start.file, line, column, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_has_a_line_and_a_column_in_characters() {
        let text = "eins\n  zwölf drei\n";
        let place = Lines::new("a.sql", text).place(text.find("drei").unwrap());
        assert_eq!((place.line, place.column, place.text.as_str()), (2, 9, "  zwölf drei"));
    }

    #[test]
    fn a_byte_of_a_statement_counts_from_where_it_starts() {
        let start = Place { file: "a.sql".into(), line: 7, column: 3, text: "  SELECT 1,".into() };
        let place = inside(&start, "SELECT 1,\n x", 11);
        assert_eq!((place.line, place.column, place.text.as_str()), (8, 2, " x"));
        assert_eq!(inside(&start, "SELECT 1,\n x", 7).column, 10);
    }
}
