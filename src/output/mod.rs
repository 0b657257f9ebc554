//! Writes results: tables for people; JSON, lines of JSON and CSV for programs; and files, which are there whole or
//! not at all.
//!
//! Secrets are masked in results; files with secrets are refused.

mod cell;
mod columns;
mod csv;
mod file;
mod format;
mod grid;
mod html;
mod markdown;
mod table;
mod workbook;
mod write;

use std::io::{self, Write};

use rhai::{Array, Dynamic};

pub use columns::all as columns_of;
pub use file::{Target, Temporary};
pub use format::Format;
pub use table::{HOW_TO_SEE_ALL, table};
pub use workbook::workbook;
pub use write::{FileFormat, Style};

use crate::failure::{Failure, Kind};
use crate::value::to_json;
use grid::Grid;

/// Writes a value.
///
/// `width` is that of the terminal; `None` where the output does not go to one. JSON is indented on a
/// terminal. `()` is `null` in JSON and nothing elsewhere. A reader that has gone away is no error.
///
/// # Errors
/// [`Kind::Internal`] where the output cannot be written.
pub fn write(value: &Dynamic, format: Format, out: &mut dyn Write, width: Option<u16>) -> Result<(), Failure> {
    let written = match format {
        Format::None => Ok(()),
        Format::Table => out.write_all(table(value, None, width)?.as_bytes()),
        Format::Json => json(value, out, width.is_some()),
        Format::Ndjson => elements(value, |elements| ndjson(elements, out)),
        Format::Csv => elements(value, |elements| csv::write(&Grid::of(elements), csv::Style::default(), out)),
        Format::Markdown => elements(value, |elements| markdown::write(&Grid::of(elements), out)),
    };
    match written.and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(Kind::Internal, "the result cannot be written").because(error))
        }
        _ => Ok(()),
    }
}

/// The elements of a list, or the value alone; none for `()`.
fn elements(value: &Dynamic, write: impl FnOnce(&[Dynamic]) -> io::Result<()>) -> io::Result<()> {
    match value.read_lock::<Array>() {
        Some(elements) => write(&elements),
        None if value.is_unit() => Ok(()),
        None => write(std::slice::from_ref(value)),
    }
}

fn ndjson(elements: &[Dynamic], out: &mut dyn Write) -> io::Result<()> {
    elements.iter().try_for_each(|element| writeln!(out, "{}", to_json(element)))
}

/// Element by element: a second copy of a large list in another form would not fit into memory.
fn json(value: &Dynamic, out: &mut dyn Write, indented: bool) -> io::Result<()> {
    let Some(elements) = value.read_lock::<Array>().filter(|elements| !elements.is_empty()) else {
        return writeln!(out, "{}", json_text(value, indented));
    };
    let (start, between, end) = if indented { ("[\n  ", ",\n  ", "\n]\n") } else { ("[", ",", "]\n") };
    for (index, element) in elements.iter().enumerate() {
        // A line feed in JSON is always between two items, never within a text.
        let text = json_text(element, indented).replace('\n', "\n  ");
        write!(out, "{}{text}", if index == 0 { start } else { between })?;
    }
    out.write_all(end.as_bytes())
}

fn json_text(value: &Dynamic, indented: bool) -> String {
    let json = to_json(value);
    if indented { format!("{json:#}") } else { json.to_string() }
}

#[cfg(test)]
mod tests;
