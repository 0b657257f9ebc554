//! Values of a column as columns.

use rhai::{Array, Dynamic, FnPtr, ImmutableString};

use super::Call;
use super::by::By;
use super::group::grouped;
use super::key::Key;
use crate::{engine::thrown::Result, value::Row};

/// A row for each value of one field, a column for each value of another, and in each cell a third field of the only
/// row there, or what a closure gives of the rows there.
pub(super) fn pivot(call: &Call, rows: &[Dynamic], rest: &[Dynamic]) -> Result<Dynamic> {
    let down = rest[0].as_immutable_string_ref().map_err(|_| call.takes("the name of a field first"))?.clone();
    let downs = By::Field(down.to_string()).keys(call, rows)?;
    let across: Vec<ImmutableString> = By::read(call, &rest[1])?.keys(call, rows)?.iter().map(Key::text).collect();
    let cell = By::read(call, &rest[2])?;

    let columns: Vec<ImmutableString> = grouped(across.clone()).into_iter().map(|(column, _)| column).collect();
    let names = std::iter::once(&down).chain(&columns);
    let form: Row = names.map(|name| (name.clone(), Dynamic::UNIT)).collect();
    if form.len() != columns.len() + 1 {
        return Err(call.wrong(format!("a column would have the name \"{down}\", which the first column has")));
    }
    let mut pivoted = Array::new();
    for (key, places) in grouped(downs) {
        let mut row = form.clone();
        row.set(&down, key.value());
        for (column, inner) in grouped(places.iter().map(|&at| across[at].clone()).collect()) {
            let places: Vec<usize> = inner.into_iter().map(|inner| places[inner]).collect();
            let value = value(call, rows, &cell, &places)?;
            match value {
                Some(value) => row.set(&column, value),
                None => {
                    let message = format!("{} rows have \"{}\" and \"{column}\"", places.len(), key.text());
                    return Err(call.wrong(format!(
                        "{message}: give a closure that makes one value of them, as |rows| rows.len()"
                    )));
                }
            }
        }
        pivoted.push(Dynamic::from(row));
    }
    Ok(pivoted.into())
}

/// What stands in a cell; `None` where several rows would.
fn value(call: &Call, rows: &[Dynamic], cell: &By, places: &[usize]) -> Result<Option<Dynamic>> {
    match (cell, places) {
        (By::Closure(closure), _) => of_all(call, closure, rows, places).map(Some),
        (By::Field(_), [only]) => cell.value(call, *only, &rows[*only]).map(Some),
        (By::Field(_), _) => Ok(None),
    }
}

fn of_all(call: &Call, closure: &FnPtr, rows: &[Dynamic], places: &[usize]) -> Result<Dynamic> {
    call.closure(closure, &places.iter().map(|&at| rows[at].clone()).collect::<Array>().into())
}
