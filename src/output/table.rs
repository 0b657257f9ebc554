//! Tables for people.

use std::fmt::Write;

use rhai::{Array, Dynamic, ImmutableString};
use unicode_width::UnicodeWidthStr;

use super::cell;
use super::columns;
use super::grid::{Get, value};
use crate::failure::Failure;
use crate::value::Row;

/// Between two columns.
const GAP: usize = 2;

/// The widest that a column gets on a terminal, so that one long text does not push out all others.
const WIDEST: usize = 48;

/// What to do about columns that did not fit, for those who run scripts.
pub const HOW_TO_SEE_ALL: &str = "choose with table(rows, [columns]), or see all with --output json";

/// What stands in place of a table without rows.
const NO_ROWS: &str = "(no rows)\n";

/// The value as a table; every line ends with a line feed.
///
/// A list of rows becomes columns, a map its keys and values, a list of plain values one line each. With
/// `names`, these columns are shown, all of them. Else the columns are those of the rows; with a `width`, only
/// as many as fit into so many columns of the terminal, the most telling ones first, long texts cut, and a last
/// line tells how many were left out.
///
/// # Errors
/// [`Kind::Usage`](crate::failure::Kind::Usage) where no row has a named column but some have one that it is
/// probably a slip for. Any other column that no row has stays empty.
pub fn table(value: &Dynamic, names: Option<&[String]>, width: Option<u16>) -> Result<String, Failure> {
    let width = width.map(usize::from);
    if let Some(rows) = value.read_lock::<Array>() {
        return match names {
            Some(names) => Ok(grid(&rows, columns::chosen(&rows, names)?, Row::get_ignoring_case, None)),
            None => Ok(list(&rows, width)),
        };
    }
    match Row::of(value) {
        Some(row) if names.is_none() => Ok(pairs(&row, width)),
        Some(row) => table(&Dynamic::from_array(vec![Dynamic::from(row)]), names, None),
        None if value.is_unit() => Ok(String::new()),
        None => Ok(cell::plain(value) + "\n"),
    }
}

fn list(rows: &[Dynamic], width: Option<usize>) -> String {
    if !rows.is_empty() && rows.iter().all(|element| Row::of(element).is_none()) {
        return rows.iter().map(|element| cell::for_people(element) + "\n").collect();
    }
    grid(rows, columns::all(rows), Row::get, width)
}

fn pairs(row: &Row, width: Option<usize>) -> String {
    let key_width = row.keys().map(|key| key.width()).max().unwrap_or(0);
    let left = width.map_or(usize::MAX, |width| width.saturating_sub(key_width + GAP).max(1));
    let mut text = String::new();
    for (key, value) in row.iter() {
        let value = cell::shortened(&cell::for_people(value), left);
        push_line(&mut text, [(key.as_str(), key_width, false), (&value, 0, false)]);
    }
    text
}

/// One column with what is needed to draw it.
struct Column {
    name: ImmutableString,
    width: usize,
    /// All its values are numbers.
    numbers: bool,
}

impl Column {
    /// A text in this column, for [`push_line`].
    fn cell<'t>(&self, text: &'t str) -> (&'t str, usize, bool) {
        (text, self.width, self.numbers)
    }
}

fn grid(rows: &[Dynamic], names: Vec<ImmutableString>, get: Get, width: Option<usize>) -> String {
    if rows.is_empty() {
        return NO_ROWS.into();
    }
    let total = names.len();
    let mut columns = fitting(rows, names.clone(), get, width);
    if columns.len() < total {
        columns = fitting(rows, columns::telling_first(rows, names), get, width);
    }
    let mut text = String::new();
    let heads: Vec<String> = columns.iter().map(|column| cell::shortened(&column.name, column.width)).collect();
    push_line(&mut text, columns.iter().zip(&heads).map(|(column, head)| column.cell(head)));
    let rules: Vec<String> = columns.iter().map(|column| "─".repeat(column.width)).collect();
    push_line(&mut text, columns.iter().zip(&rules).map(|(column, rule)| column.cell(rule)));
    for element in rows {
        let row = Row::of(element);
        let cell = |column: &Column| {
            let text = value(element, row.as_ref(), &column.name, get).map(cell::for_people).unwrap_or_default();
            cell::shortened(&text, column.width)
        };
        let cells: Vec<String> = columns.iter().map(cell).collect();
        push_line(&mut text, columns.iter().zip(&cells).map(|(column, cell)| column.cell(cell)));
    }
    let left_out = total - columns.len();
    if left_out > 0 {
        let s = if left_out == 1 { "" } else { "s" };
        let _ = writeln!(text, "({left_out} more column{s}: {HOW_TO_SEE_ALL})");
    }
    text
}

/// The columns that fit side by side, in order; the first one even when it must be cut.
fn fitting(rows: &[Dynamic], names: Vec<ImmutableString>, get: Get, width: Option<usize>) -> Vec<Column> {
    let (width, widest) = width.map_or((usize::MAX, usize::MAX), |width| (width, WIDEST));
    let mut columns: Vec<Column> = Vec::new();
    let mut used = 0;
    for name in names {
        let mut column = measured(rows, name, get);
        column.width = column.width.min(widest);
        let gap = if columns.is_empty() { 0 } else { GAP };
        if used + gap + column.width > width {
            if !columns.is_empty() {
                continue;
            }
            column.width = width;
        }
        used += gap + column.width;
        columns.push(column);
    }
    columns
}

fn measured(rows: &[Dynamic], name: ImmutableString, get: Get) -> Column {
    let mut column = Column { width: name.width(), name, numbers: true };
    let mut empty = true;
    for element in rows {
        let row = Row::of(element);
        let Some(value) = value(element, row.as_ref(), &column.name, get).filter(|value| !value.is_unit()) else {
            continue;
        };
        empty = false;
        column.numbers &= value.is_int() || value.is_float();
        column.width = column.width.max(cell::for_people(value).width());
    }
    column.numbers &= !empty;
    column
}

/// Adds one line of cells, each with its width and whether it stands at the right.
fn push_line<'c>(text: &mut String, cells: impl IntoIterator<Item = (&'c str, usize, bool)>) {
    let start = text.len();
    let mut gap = 0;
    for (cell, width, right) in cells {
        let padding = width.saturating_sub(cell.width());
        let (before, after) = if right { (padding, 0) } else { (0, padding) };
        let _ = write!(text, "{:gap$}{:before$}{cell}{:after$}", "", "", "");
        gap = GAP;
    }
    text.truncate(start + text[start..].trim_end().len());
    text.push('\n');
}
