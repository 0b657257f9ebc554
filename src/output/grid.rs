//! Rows by columns, as all tables are written.

use rhai::{Dynamic, ImmutableString};

use super::columns;
use crate::failure::Failure;
use crate::value::Row;

/// How a column is looked up in a row.
pub(super) type Get = for<'r, 'k> fn(&'r Row, &'k str) -> Option<&'r Dynamic>;

/// Rows with their columns.
pub(super) struct Grid<'r> {
    pub(super) columns: Vec<ImmutableString>,
    pub(super) rows: &'r [Dynamic],
    get: Get,
}

impl<'r> Grid<'r> {
    /// All columns of the rows, in the order in which they appear first. Elements that are no rows stand in a column
    /// `value`.
    pub(super) fn of(rows: &'r [Dynamic]) -> Self {
        Self { columns: columns::all(rows), rows, get: Row::get }
    }

    /// These columns of the rows, or all.
    ///
    /// # Errors
    ///
    /// Where no row has a column but some have one that it is probably a slip for.
    pub(super) fn with(rows: &'r [Dynamic], names: Option<&[String]>) -> Result<Self, Failure> {
        Ok(match names {
            Some(names) => Self { columns: columns::chosen(rows, names)?, rows, get: Row::get_ignoring_case },
            None => Self::of(rows),
        })
    }

    /// Calls `each` with the number of every row and its cells.
    pub(super) fn each<E>(&self, mut each: impl FnMut(usize, &[Option<&Dynamic>]) -> Result<(), E>) -> Result<(), E> {
        self.rows.iter().enumerate().try_for_each(|(at, element)| {
            let row = Row::of(element);
            let cells: Vec<_> =
                self.columns.iter().map(|column| value(element, row.as_ref(), column, self.get)).collect();
            each(at, &cells)
        })
    }
}

/// The value of an element in a column.
pub(super) fn value<'e>(element: &'e Dynamic, row: Option<&'e Row>, column: &str, get: Get) -> Option<&'e Dynamic> {
    match row {
        Some(row) => get(row, column),
        None => (column == columns::VALUE).then_some(element),
    }
}
