//! Rows as CSV (RFC 4180).

use std::io::{self, Write};

use csv::WriterBuilder;
use rhai::Dynamic;

use super::cell;
use super::columns;
use crate::value::Row;

/// Writes a header and one record for each element; the columns are the keys of all rows, in the order in
/// which they appear first. Elements that are no rows stand in a column `value`.
///
/// A text that a spreadsheet would take for a formula gets a `'` before it. Numbers are left alone, and so are
/// texts of digits and signs, such as phone numbers.
pub(super) fn write(elements: &[Dynamic], out: &mut dyn Write) -> io::Result<()> {
    let columns = columns::all(elements);
    if columns.is_empty() {
        return Ok(());
    }
    let mut writer = WriterBuilder::new().from_writer(out);
    writer.write_record(columns.iter().map(|column| column.as_str())).map_err(of_writer)?;
    for element in elements {
        let row = Row::of(element);
        let value = |column: &str| match &row {
            Some(row) => row.get(column),
            None => (column == columns::VALUE).then_some(element),
        };
        let cells = columns.iter().map(|column| value(column).map(guarded).unwrap_or_default());
        writer.write_record(cells).map_err(of_writer)?;
    }
    writer.flush()
}

/// The error of the writer below: a reader that has gone away must be told from a full disk.
fn of_writer(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

fn guarded(value: &Dynamic) -> String {
    let text = cell::for_programs(value);
    let formula = value.is_string() && text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if formula && text.contains(|char: char| !char.is_ascii_digit() && !" ()+-./,".contains(char)) {
        return format!("'{text}");
    }
    text
}
