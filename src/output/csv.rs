//! Rows as CSV (RFC 4180).

use std::io::{self, Write};

use csv::WriterBuilder;
use rhai::Dynamic;

use super::cell;
use super::grid::Grid;

/// How CSV is written.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Style {
    /// Starts with a byte order mark: without one, Excel takes UTF-8 for something else.
    pub(super) mark: bool,
    /// Leaves texts alone that a spreadsheet would take for formulas.
    pub(super) formulas: bool,
}

/// Writes a header and one record for each row.
///
/// A text that a spreadsheet would take for a formula gets a `'` before it. Numbers are left alone, and so are
/// texts of digits and signs, such as phone numbers.
pub(super) fn write(grid: &Grid, style: Style, out: &mut dyn Write) -> io::Result<()> {
    if style.mark {
        out.write_all("\u{feff}".as_bytes())?;
    }
    if grid.columns.is_empty() {
        return Ok(());
    }
    let guard = if style.formulas { |text| text } else { guarded };
    let mut writer = WriterBuilder::new().from_writer(out);
    writer.write_record(grid.columns.iter().map(|column| guard(column.to_string()))).map_err(of_writer)?;
    grid.each(|_, cells| {
        let text = |value: &Dynamic| {
            let text = cell::for_programs(value);
            if value.is_string() { guard(text) } else { text }
        };
        writer.write_record(cells.iter().map(|cell| cell.map(text).unwrap_or_default())).map_err(of_writer)
    })?;
    writer.flush()
}

/// The error of the writer below: a reader that has gone away must be told from a full disk.
fn of_writer(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

fn guarded(text: String) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if formula && text.contains(|char: char| !char.is_ascii_digit() && !" ()+-./,".contains(char)) {
        return format!("'{text}");
    }
    text
}
