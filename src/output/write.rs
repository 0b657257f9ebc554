//! Files of rows and values, by format.

use std::io::Write;

use rhai::{Array, Dynamic};

use super::grid::Grid;
use super::{csv, html, json, markdown, ndjson, workbook};
use crate::{
    failure::{Failure, Kind},
    value::{Row, secret_in},
};

/// The format of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFormat {
    /// RFC 4180.
    Csv,
    /// A web page with a table.
    Html,
    /// One JSON value, indented.
    Json,
    /// A table in Markdown.
    Markdown,
    /// One JSON value a line for each element.
    Ndjson,
    /// An Excel workbook.
    Xlsx,
}

/// What the writer of a file may choose.
#[derive(Debug, Default)]
pub struct Style {
    /// The columns, in their order; else all.
    pub columns: Option<Vec<String>>,
    /// CSV starts with a byte order mark.
    pub mark: bool,
    /// CSV may hold what a spreadsheet takes for formulas.
    pub formulas: bool,
    /// The title of a page, or the name of the only sheet.
    pub title: String,
}

impl FileFormat {
    /// Writes a value.
    ///
    /// # Errors
    ///
    /// Where it holds a secret, where the format takes rows and it has none, and where the output cannot be written.
    pub fn write(self, value: &Dynamic, style: &Style, out: &mut dyn Write) -> Result<(), Failure> {
        if let Some(place) = secret_in(value) {
            let place = if value.is::<Array>() { format!("rows{place}") } else { format!("the value{place}") };
            return Err(Failure::new(Kind::Usage, format!("{place} is a secret, which is not written to a file"))
                .hint("leave it out, or write .reveal() where its text is really meant"));
        }
        let columns = style.columns.as_deref();
        let written = match self {
            Self::Json => json(value, out, true),
            Self::Ndjson => ndjson(&elements(value)?, out),
            Self::Csv => {
                let csv_style = csv::Style { mark: style.mark, formulas: style.formulas };
                csv::write(&Grid::with(&elements(value)?, columns)?, csv_style, out)
            }
            Self::Markdown => markdown::write(&Grid::with(&elements(value)?, columns)?, out),
            Self::Html => html::write(&Grid::with(&elements(value)?, columns)?, &style.title, out),
            Self::Xlsx => out.write_all(&workbook(&sheets(value, &style.title)?, columns)?),
        };
        written.map_err(|cause| Failure::new(Kind::Usage, "the file cannot be written").because(cause))
    }
}

/// The rows of a list, or the only one.
fn elements(value: &Dynamic) -> Result<Array, Failure> {
    match value.read_lock::<Array>() {
        Some(rows) => Ok(rows.clone()),
        None if Row::of(value).is_some() => Ok(vec![value.clone()]),
        None => Err(Failure::new(Kind::Usage, "a file of rows takes an array of maps")),
    }
}

/// Rows as one sheet, or a map of names to rows as several.
fn sheets(value: &Dynamic, only: &str) -> Result<Vec<(String, Array)>, Failure> {
    if value.is::<Array>() {
        return Ok(vec![(only.into(), elements(value)?)]);
    }
    let wrong = || Failure::new(Kind::Usage, "a workbook takes an array of maps, or a map of sheets with such arrays");
    let map = Row::of(value).ok_or_else(wrong)?;
    map.iter()
        .map(|(name, rows)| Ok((name.to_string(), rows.read_lock::<Array>().ok_or_else(wrong)?.clone())))
        .collect()
}
