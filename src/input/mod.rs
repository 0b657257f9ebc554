//! Reads tables and values from bytes: CSV, Excel workbooks, JSON.
//!
//! ```text
//! bytes ─▶ encoding ─▶ csv ──┐
//!     └──────────────▶ xlsx ─┴─▶ table (header, required columns, types) ─▶ Loaded
//! ```
//!
//! What is wrong with a table is told all at once, by the numbers that rows have in the file.

mod csv;
mod encoding;
mod json;
mod table;
mod types;
mod xlsx;

use crate::failure::Failure;

pub use self::csv::CsvOptions;
pub use json::{json, ndjson};
pub use table::{Loaded, Problem, Wanted};
pub use types::Type;

/// Reads CSV.
///
/// # Errors
///
/// Where the text cannot be decoded, has no header, or lacks a required column.
pub fn csv(bytes: &[u8], options: &CsvOptions, wanted: &Wanted) -> Result<Loaded, Failure> {
    let text = encoding::decode(bytes, options.encoding.as_deref())?;
    table::read(self::csv::lines(&text, options.delimiter)?, wanted)
}

/// Reads a sheet of an Excel workbook: the one with this name, else the first.
///
/// # Errors
///
/// Where it is no workbook, has no such sheet, no header, or lacks a required column.
pub fn xlsx(bytes: &[u8], sheet: Option<&str>, wanted: &Wanted) -> Result<Loaded, Failure> {
    table::read(self::xlsx::lines(bytes, sheet)?, wanted)
}

#[cfg(test)]
mod tests;
