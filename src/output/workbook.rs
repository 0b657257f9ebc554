//! Rows as an Excel workbook.

use rhai::{Array, Dynamic};
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::cell;
use super::grid::Grid;
use crate::failure::{Failure, Kind};

/// What a sheet's name may not hold.
const ILLEGAL: [char; 7] = ['[', ']', ':', '*', '?', '/', '\\'];
/// The longest name of a sheet.
const LONGEST_NAME: usize = 31;
/// The widest column, in characters.
const WIDEST: usize = 60;
/// Room beside the text of a head for the filter's button.
const BUTTON: usize = 4;
/// Numbers in a workbook are fractions, which hold whole numbers up to this one.
const EXACT: u64 = 9_007_199_254_740_992;

/// The bytes of a workbook with a sheet for each name and its rows: with these columns, or all of them.
///
/// Numbers, `true` and `false` are cells of their type; all else is text, never a formula. A name becomes one that
/// Excel takes.
///
/// # Errors
///
/// Where there is no sheet, or rows do not fit into one.
pub fn workbook(sheets: &[(String, Array)], columns: Option<&[String]>) -> Result<Vec<u8>, Failure> {
    if sheets.is_empty() {
        return Err(Failure::new(Kind::Usage, "a workbook has at least one sheet"));
    }
    let mut workbook = Workbook::new();
    let mut names: Vec<String> = Vec::new();
    for (name, rows) in sheets {
        let name = legal(name, &names);
        let sheet = workbook.add_worksheet();
        sheet.set_name(&name).map_err(|error| broken(&error))?;
        fill(sheet, &Grid::with(rows, columns)?)?;
        names.push(name);
    }
    workbook.save_to_buffer().map_err(|error| broken(&error))
}

fn broken(error: &XlsxError) -> Failure {
    Failure::new(Kind::Usage, "the workbook cannot be made").because(error)
}

/// The head stays in sight and filters the rows.
fn fill(sheet: &mut Worksheet, grid: &Grid) -> Result<(), Failure> {
    let bold = Format::new().set_bold();
    let mut widths: Vec<usize> = grid.columns.iter().map(|column| column.chars().count() + BUTTON).collect();
    for (at, column) in grid.columns.iter().enumerate() {
        let put = place(0, at)
            .and_then(|(row, column_at)| sheet.write_string_with_format(row, column_at, column.as_str(), &bold));
        put.map_err(|error| wrong(&error, "the head", column))?;
    }
    grid.each(|at, cells| {
        for (column, value) in cells.iter().enumerate() {
            let Some(value) = value.filter(|value| !value.is_unit()) else { continue };
            let width = put(sheet, at + 1, column, value)
                .map_err(|error| wrong(&error, &format!("rows[{at}]"), &grid.columns[column]))?;
            widths[column] = widths[column].max(width);
        }
        Ok(())
    })?;
    finish(sheet, grid, &widths).map_err(|error| broken(&error))
}

fn finish(sheet: &mut Worksheet, grid: &Grid, widths: &[usize]) -> Result<(), XlsxError> {
    for (at, width) in widths.iter().enumerate() {
        sheet.set_column_width(place(0, at)?.1, (*width).min(WIDEST) as f64)?;
    }
    if let Some(last) = grid.columns.len().checked_sub(1) {
        let (row, column) = place(grid.rows.len(), last)?;
        sheet.set_freeze_panes(1, 0)?.autofilter(0, 0, row, column)?;
    }
    Ok(())
}

/// Writes a cell; how many characters its text has.
fn put(sheet: &mut Worksheet, row: usize, column: usize, value: &Dynamic) -> Result<usize, XlsxError> {
    let (row, column) = place(row, column)?;
    let text = cell::for_programs(value);
    if let Ok(truth) = value.as_bool() {
        sheet.write_boolean(row, column, truth)?;
    } else if let Some(number) = number(value) {
        sheet.write_number(row, column, number)?;
    } else if !text.is_empty() {
        sheet.write_string(row, column, &text)?;
    }
    Ok(text.lines().map(|line| line.chars().count()).max().unwrap_or_default())
}

/// A number that a workbook holds as it is.
fn number(value: &Dynamic) -> Option<f64> {
    match value.as_int() {
        Ok(int) if int.unsigned_abs() <= EXACT => Some(int as f64),
        Ok(_) => None,
        Err(_) => value.as_float().ok().filter(|number| number.is_finite()),
    }
}

fn place(row: usize, column: usize) -> Result<(u32, u16), XlsxError> {
    let outside = |_| XlsxError::RowColumnLimitError;
    Ok((u32::try_from(row).map_err(outside)?, u16::try_from(column).map_err(outside)?))
}

fn wrong(error: &XlsxError, row: &str, column: &str) -> Failure {
    Failure::new(Kind::Usage, format!("{row}: \"{column}\" does not fit into a workbook")).because(error)
}

/// The name as Excel takes it, different from the others.
fn legal(name: &str, others: &[String]) -> String {
    let clean: String =
        name.chars().map(|char| if ILLEGAL.contains(&char) || char.is_control() { ' ' } else { char }).collect();
    let clean = clean.trim().trim_matches('\'').trim();
    // Excel keeps this name for itself.
    let clean = if clean.is_empty() || clean.eq_ignore_ascii_case("history") { "Sheet" } else { clean };
    let is_free = |name: &str| !others.iter().any(|other| other.to_lowercase() == name.to_lowercase());
    let mut number = 1;
    loop {
        let suffix = if number == 1 { String::new() } else { format!(" ({number})") };
        let name = format!("{}{suffix}", cut(clean, LONGEST_NAME - suffix.len()));
        if is_free(&name) {
            return name;
        }
        number += 1;
    }
}

/// The text without what is more than so many units of UTF-16, which Excel counts.
fn cut(text: &str, longest: usize) -> &str {
    let mut units = 0;
    let mut fits = |char: char| {
        units += char.len_utf16();
        units <= longest
    };
    let end = text.chars().take_while(|char| fits(*char)).map(char::len_utf8).sum();
    text[..end].trim_end().trim_end_matches('\'')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_sheets_are_made_legal() {
        let mut names = Vec::new();
        for (name, expected) in [
            ("Users", "Users"),
            ("users", "users (2)"),
            ("a/b:c", "a b c"),
            ("", "Sheet"),
            ("'x'", "x"),
            ("History", "Sheet (2)"),
            ("A tenant whose name is longer than that", "A tenant whose name is longer t"),
            ("A tenant whose name is longer than this", "A tenant whose name is long (2)"),
            ("😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀", "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀"),
        ] {
            names.push(legal(name, &names));
            assert_eq!(names.last().map(String::as_str), Some(expected));
        }
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let row = |text: String| Dynamic::from([("note", text.into())].into_iter().collect::<crate::value::Row>());
        let rows = vec![row("short".into()), row("x".repeat(32_768))];
        let failure = workbook(&[("s".into(), rows)], None).unwrap_err();
        assert_eq!(failure.message, "rows[1]: \"note\" does not fit into a workbook");
        assert_eq!(workbook(&[], None).unwrap_err().message, "a workbook has at least one sheet");
    }
}
