//! CSV as lines of cells; the delimiter is found by looking.

use csv::ReaderBuilder;
use rhai::Dynamic;

use super::table::Line;
use crate::failure::{Failure, Kind};

/// Delimiters that are looked for; where all fit as well, the first of them.
const DELIMITERS: [u8; 4] = *b",;\t|";

/// Lines that are looked at to find the delimiter.
const SAMPLE: usize = 50;

/// How CSV is written, where it should not be found by looking.
#[derive(Debug, Default)]
pub struct CsvOptions {
    /// The character between cells.
    pub delimiter: Option<u8>,
    /// The name of the encoding.
    pub encoding: Option<String>,
}

/// The lines of the text, by the numbers that they have in a spreadsheet.
///
/// # Errors
///
/// Where a quote is never closed: the rest of the file would be one cell.
pub(super) fn lines(text: &str, delimiter: Option<u8>) -> Result<Vec<Line>, Failure> {
    let (named, table) = named(text);
    let delimiter = delimiter.or(named).unwrap_or_else(|| sniff(table));
    // The lines of a cell are one row of a spreadsheet.
    let (mut ends, mut within_cells, mut seen) = (usize::from(named.is_some()), 0, 0);
    let mut lines = Vec::new();
    for record in records(table, delimiter) {
        // A record's place is before the end of the line above it, and before blank lines.
        let place = record.position().map_or(0, |position| position.byte() as usize);
        let start = place + table[place..].bytes().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        ends += line_ends(&table[seen..start]);
        seen = start;
        let number = 1 + ends.saturating_sub(within_cells);
        lines.push(Line { number, cells: record.iter().map(|cell| Dynamic::from(cell.to_string())).collect() });
        within_cells += record.iter().map(line_ends).sum::<usize>();
    }
    match lines.last() {
        Some(last) if text.matches('"').count() % 2 == 1 && last.ends_open() => {
            Err(Failure::new(Kind::Usage, format!("a quote that opens in row {} is never closed", last.number)))
        }
        _ => Ok(lines),
    }
}

fn line_ends(text: &str) -> usize {
    let alone = text.split('\r').skip(1).filter(|rest| !rest.starts_with('\n')).count();
    text.matches('\n').count() + alone
}

/// The delimiter that a first line `sep=;` names, as spreadsheets write it, and the text behind that line.
fn named(text: &str) -> (Option<u8>, &str) {
    let Some((first, rest)) = text.split_once('\n') else { return (None, text) };
    match first.trim_end_matches('\r').strip_prefix("sep=").map(str::as_bytes) {
        Some([delimiter]) => (Some(*delimiter), rest),
        _ => (None, text),
    }
}

/// The delimiter that divides the most lines into as many cells as the first one, and into the most of them.
fn sniff(text: &str) -> u8 {
    let fit = |delimiter: u8| {
        let widths: Vec<usize> = records(text, delimiter).take(SAMPLE).map(|record| record.len()).collect();
        let width = widths.first().copied().unwrap_or_default();
        let same = widths.iter().filter(|other| **other == width).count();
        if width < 2 { (0, 0) } else { (same, width) }
    };
    // The last of equals would win.
    DELIMITERS.into_iter().rev().max_by_key(|delimiter| fit(*delimiter)).unwrap_or(b',')
}

fn records(text: &str, delimiter: u8) -> impl Iterator<Item = csv::StringRecord> {
    let reader =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    // Text in memory can be read, and lines of any length are taken.
    reader.into_records().map_while(Result::ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let lines = lines(text, None).unwrap();
        let cells = |line: &Line| line.cells.iter().map(ToString::to_string).collect::<Vec<_>>().join("·");
        lines.iter().map(|line| format!("{} {}", line.number, cells(line))).collect()
    }

    #[test]
    fn delimiters_are_found() {
        for (text, expected) in [
            ("a,b\n1,2\n", &["1 a·b", "2 1·2"][..]),
            ("a;b\n1,5;2\n2,5;3\n", &["1 a·b", "2 1,5·2", "3 2,5·3"]),
            ("a\tb, c\n1\t2\n", &["1 a·b, c", "2 1·2"]),
            ("a|b|c\n1|2|3", &["1 a·b·c", "2 1·2·3"]),
            ("\"a,b\";c\n\"1;2\";3\n", &["1 a,b·c", "2 1;2·3"]),
            ("only\none;two\n", &["1 only", "2 one;two"]),
            ("sep=;\r\na;b\r\n1;2\r\n", &["2 a·b", "3 1·2"]),
            ("name,note\nAnn,\"x;y;z\"\nBob,\"u;v;w\"\n", &["1 name·note", "2 Ann·x;y;z", "3 Bob·u;v;w"]),
            ("", &[]),
        ] {
            assert_eq!(shown(text), expected, "{text:?}");
        }
    }

    #[test]
    fn rows_have_the_numbers_of_a_spreadsheet() {
        assert_eq!(shown("a,b\n\n\"x\ny\nz\",1\nq,2\n"), ["1 a·b", "3 x\ny\nz·1", "4 q·2"]);
        assert_eq!(shown("a,b\r\n1,\"x\r\ny\"\r\n\r\nq,2\r\n"), ["1 a·b", "2 1·x\r\ny", "4 q·2"]);
        assert_eq!(shown("a,b\r1,2\r\rq,2"), ["1 a·b", "2 1·2", "4 q·2"]);
    }

    #[test]
    fn a_quote_that_is_never_closed_is_told() {
        let failure = lines("a,b\n1,2\n3,\"x\n4,5\n6,7\n", None).unwrap_err();
        assert_eq!(failure.message, "a quote that opens in row 3 is never closed");
        assert_eq!(shown("a,b\n5\" disk,1\n"), ["1 a·b", "2 5\" disk·1"]);
    }
}
