//! Lines of cells to rows: the first line names the columns.

use std::collections::BTreeMap;

use rhai::{Array, Dynamic};

use super::types::Type;
use crate::{
    failure::{Failure, Kind},
    value::{Row, near},
};

/// One line of a table.
#[derive(Debug)]
pub(super) struct Line {
    /// Its number in the file.
    pub(super) number: usize,
    /// What stands in it.
    pub(super) cells: Vec<Dynamic>,
}

impl Line {
    fn is_blank(&self) -> bool {
        self.cells.iter().all(is_blank)
    }

    /// Whether the last cell holds a line feed, as one does that was never closed.
    pub(super) fn ends_open(&self) -> bool {
        self.cells.last().is_some_and(|cell| cell.to_string().contains('\n'))
    }
}

/// What a table is to have.
#[derive(Debug, Default)]
pub struct Wanted {
    /// Columns that must be there.
    pub required: Vec<String>,
    /// Columns whose texts are to become other values.
    pub types: Vec<(String, Type)>,
}

/// A mistake in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The row's number in the file.
    pub row: usize,
    /// What is wrong.
    pub what: String,
}

/// What was read.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The rows that are right, with their numbers in the file.
    pub rows: Vec<(usize, Row)>,
    /// What is wrong with the others.
    pub problems: Vec<Problem>,
}

impl Loaded {
    /// Puts the number of each row into a column of its own.
    pub fn number_in(&mut self, column: &str) {
        for (number, row) in &mut self.rows {
            row.set(column, i64::try_from(*number).unwrap_or(i64::MAX));
        }
    }

    /// Puts what is wrong with a row into a column of its own, and makes rows of the wrong ones too. Those whose cells
    /// could not be made values have nothing else.
    pub fn tell_in(&mut self, column: &str) {
        let mut wrong: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for problem in self.problems.drain(..) {
            wrong.entry(problem.row).or_default().push(problem.what);
        }
        for (number, row) in &mut self.rows {
            row.set(column, wrong.remove(number).map_or(Dynamic::UNIT, |what| what.join("; ").into()));
        }
        let unreadable = wrong.into_iter().map(|(number, what)| (number, what.join("; ")));
        self.rows.extend(unreadable.map(|(number, what)| (number, [(column, what.into())].into_iter().collect())));
        self.rows.sort_by_key(|(number, _)| *number);
    }

    /// The rows, if all are right.
    ///
    /// # Errors
    ///
    /// Every problem there is, by the number of its row.
    pub fn all(mut self, file: &str) -> Result<Array, Failure> {
        if self.problems.is_empty() {
            return Ok(self.rows.into_iter().map(|(_, row)| Dynamic::from(row)).collect());
        }
        self.problems.sort_by_key(|problem| problem.row);
        let mut wrong: Vec<usize> = self.problems.iter().map(|problem| problem.row).collect();
        wrong.dedup();
        let right = self.rows.iter().filter(|(number, _)| wrong.binary_search(number).is_err()).count();
        let (count, total) = (wrong.len(), wrong.len() + right);
        let is = if count == 1 { "is" } else { "are" };
        let list: String =
            self.problems.iter().map(|problem| format!("\n  - row {}: {}", problem.row, problem.what)).collect();
        let s = if total == 1 { "" } else { "s" };
        Err(Failure::new(Kind::Usage, format!("{file}: {count} of {total} row{s} {is} wrong{list}")))
    }
}

/// Makes rows of lines; lines without anything are left out.
pub(super) fn read(lines: Vec<Line>, wanted: &Wanted) -> Result<Loaded, Failure> {
    let mut lines = lines.into_iter().filter(|line| !line.is_blank());
    let header = lines.next().ok_or_else(|| Failure::new(Kind::Usage, "it has no header: there is nothing in it"))?;
    let columns = columns(&header, wanted)?;
    let types: Vec<Option<Type>> = columns.iter().map(|column| wanted.type_of(column)).collect();
    let form: Row = columns.iter().map(|column| (column.as_str(), Dynamic::UNIT)).collect();
    let mut loaded = Loaded::default();
    for Line { number, mut cells } in lines {
        let before = loaded.problems.len();
        let mut wrong = |what: String| loaded.problems.push(Problem { row: number, what });
        if let Some(what) = wrong_width(&mut cells, columns.len()) {
            wrong(what);
            continue;
        }
        for ((cell, kind), column) in cells.iter_mut().zip(&types).zip(&columns) {
            match kind.map_or_else(|| super::types::untyped(cell), |kind| kind.of(cell)) {
                Ok(None) => {}
                Ok(Some(value)) => *cell = value,
                Err(what) => wrong(format!("\"{column}\" {what}")),
            }
        }
        if loaded.problems.len() == before {
            loaded.rows.extend(form.with_values(cells).map(|row| (number, row)));
        }
    }
    Ok(loaded)
}

impl Wanted {
    fn type_of(&self, column: &str) -> Option<Type> {
        self.types.iter().find(|(name, _)| name.eq_ignore_ascii_case(column)).map(|(_, kind)| *kind)
    }
}

/// The names of the columns; those at the end that have none are left out.
fn columns(header: &Line, wanted: &Wanted) -> Result<Vec<String>, Failure> {
    let mut columns: Vec<String> = header.cells.iter().map(|cell| cell.to_string().trim().to_string()).collect();
    while columns.last().is_some_and(String::is_empty) {
        columns.pop();
    }
    let mut wrong = Vec::new();
    for (at, column) in columns.iter().enumerate() {
        if column.is_empty() {
            wrong.push(format!("column {} has no name", at + 1));
        } else if columns[..at].iter().any(|other| other.eq_ignore_ascii_case(column)) {
            wrong.push(format!("two columns are named \"{column}\""));
        }
    }
    for name in wanted.required.iter().chain(wanted.types.iter().map(|(name, _)| name)) {
        if columns.iter().any(|column| column.eq_ignore_ascii_case(name)) {
            continue;
        }
        let near = columns.iter().find(|column| near(name, column));
        let instead = match near {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("there are {}", columns.join(", ")),
        };
        wrong.push(format!("there is no column \"{name}\"; {instead}"));
    }
    wrong.dedup();
    if wrong.is_empty() { Ok(columns) } else { Err(Failure::new(Kind::Usage, wrong.join("\n  - "))) }
}

/// Cuts empty cells behind the last column off; tells when a row then has more cells than columns, or less.
fn wrong_width(cells: &mut Vec<Dynamic>, columns: usize) -> Option<String> {
    while cells.len() > columns && cells.last().is_some_and(is_blank) {
        cells.pop();
    }
    let count = cells.len();
    (count != columns).then(|| format!("{count} cells, but {columns} columns"))
}

fn is_blank(cell: &Dynamic) -> bool {
    cell.is_unit() || cell.as_immutable_string_ref().is_ok_and(|text| text.trim().is_empty())
}
