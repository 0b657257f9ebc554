//! Some of the rows, or some of their fields.

use std::collections::HashSet;

use rhai::{Array, Dynamic, FnPtr, ImmutableString};

use super::by::{By, field};
use super::key::{Key, Kinds};
use super::{Call, names};
use crate::{
    engine::thrown::Result,
    value::{Row, canonical, equal},
};

/// The rows with these columns only, in this order.
pub(super) fn select(call: &Call, rows: &[Dynamic], rest: &[Dynamic]) -> Result<Dynamic> {
    let mut columns = names(call, &rest[0])?;
    let mut seen = HashSet::new();
    columns.retain(|name| seen.insert(name.clone()));
    // The keys are worked out once for all rows.
    let pattern: Row = columns.iter().map(|name| (name.as_str(), Dynamic::UNIT)).collect();
    let mut selected = Array::with_capacity(rows.len());
    for (at, row) in rows.iter().enumerate() {
        let values: Vec<Dynamic> = columns.iter().map(|name| field(call, at, row, name)).collect::<Result<_>>()?;
        selected.extend(pattern.with_values(values).map(Dynamic::from));
    }
    Ok(selected.into())
}

/// The rows for which a closure gives `true`, or that have these values in these fields.
pub(super) fn where_(call: &Call, rows: &[Dynamic], rest: &[Dynamic]) -> Result<Dynamic> {
    let closure = rest[0].read_lock::<FnPtr>();
    let wanted = Row::of(&rest[0]);
    let mut kept = Array::new();
    for (at, row) in rows.iter().enumerate() {
        let keep = match (&closure, &wanted) {
            (Some(closure), _) => {
                let answer = call.closure(closure, row)?.as_bool();
                answer.map_err(|_| call.takes("a closure that gives true or false"))?
            }
            (None, Some(wanted)) => has(call, at, row, wanted)?,
            (None, None) => return Err(call.takes("a map of fields and their values, or a closure")),
        };
        if keep {
            kept.push(row.clone());
        }
    }
    Ok(kept.into())
}

/// Whether a row has these values in these fields.
fn has(call: &Call, at: usize, row: &Dynamic, wanted: &Row) -> Result<bool> {
    for (name, wanted) in wanted.iter() {
        let value = field(call, at, row, name)?;
        if !same(&value, wanted).map_err(|why| call.wrong_row(at, format!("\"{name}\" {why}")))? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// As `==` does: text and numbers do not compare.
fn same(value: &Dynamic, wanted: &Dynamic) -> std::result::Result<bool, String> {
    // Most conditions are texts, and most texts are not the same.
    if let (Ok(value), Ok(wanted)) = (value.as_immutable_string_ref(), wanted.as_immutable_string_ref()) {
        return Ok(*value == *wanted);
    }
    let number = |value: &Dynamic| value.is_int() || value.is_float();
    if value.is_string() && number(wanted) || number(value) && wanted.is_string() {
        let kind = |value: &Dynamic| if value.is_string() { "text" } else { "a number" };
        return Err(format!("is {} and is compared with {}", kind(value), kind(wanted)));
    }
    Ok(equal(value, wanted))
}

/// The rows with other names for some fields.
pub(super) fn rename(call: &Call, rows: &[Dynamic], rest: &[Dynamic]) -> Result<Dynamic> {
    let wrong = || call.takes("a map of old names and new ones");
    let mut renames = Vec::new();
    for (old, new) in Row::of(&rest[0]).ok_or_else(wrong)?.iter() {
        renames.push((old.clone(), new.clone().into_immutable_string().map_err(|_| wrong())?));
    }
    let mut renamed = Array::with_capacity(rows.len());
    let mut last: Option<(Row, Row)> = None;
    for (at, element) in rows.iter().enumerate() {
        for (old, _) in &renames {
            let _ = field(call, at, element, old)?;
        }
        let row = Row::of(element).ok_or_else(|| call.takes("an array of maps"))?;
        if !last.as_ref().is_some_and(|(before, _)| before.shares_keys(&row)) {
            last = Some((row.clone(), pattern(call, at, &row, &renames)?));
        }
        let pattern =
            last.as_ref().and_then(|(_, pattern)| pattern.with_values(row.values().cloned().collect::<Vec<_>>()));
        // A map stays a map.
        renamed.extend(pattern.map(|row| if element.is::<Row>() { Dynamic::from(row) } else { row.to_map().into() }));
    }
    Ok(renamed.into())
}

/// A row with the new names of this one's keys.
fn pattern(call: &Call, at: usize, row: &Row, renames: &[(ImmutableString, ImmutableString)]) -> Result<Row> {
    let new_name = |key: &ImmutableString| {
        let spelled = |old: &ImmutableString| row.spelling(old) == Some(key);
        renames.iter().find(|(old, _)| spelled(old)).map_or_else(|| key.clone(), |(_, new)| new.clone())
    };
    let pattern: Row = row.keys().map(|key| (new_name(key), Dynamic::UNIT)).collect();
    if pattern.len() == row.len() {
        return Ok(pattern);
    }
    Err(call.wrong_row(at, "two fields would have the same name"))
}

/// The first of all rows that are the same, or the same in these fields.
pub(super) fn distinct(call: &Call, rows: &[Dynamic], rest: &[Dynamic]) -> Result<Dynamic> {
    let Some(fields) = rest.first() else {
        let mut seen = HashSet::new();
        return Ok(rows.iter().filter(|row| seen.insert(canonical(row))).cloned().collect::<Array>().into());
    };
    let mut columns = Vec::new();
    if fields.is::<FnPtr>() {
        columns.push(By::read(call, fields)?.keys(call, rows)?);
    } else {
        for name in names(call, fields)? {
            columns.push(By::Field(name).keys_like(call, rows, &mut Kinds::default())?);
        }
    }
    let mut seen: HashSet<Vec<&Key>> = HashSet::new();
    let first = |(at, _): &(usize, &Dynamic)| seen.insert(columns.iter().map(|keys| &keys[*at]).collect());
    Ok(rows.iter().enumerate().filter(first).map(|(_, row)| row.clone()).collect::<Array>().into())
}

/// The elements of the lists among the elements, one level deep.
pub(super) fn flatten(_: &Call, rows: &[Dynamic], _: &[Dynamic]) -> Result<Dynamic> {
    let mut flat = Array::new();
    for element in rows {
        match element.read_lock::<Array>() {
            Some(inner) => flat.extend(inner.iter().cloned()),
            None => flat.push(element.clone()),
        }
    }
    Ok(flat.into())
}

/// Lists of so many elements each; the last may have less.
pub(super) fn chunk(call: &Call, rows: &[Dynamic], rest: &[Dynamic]) -> Result<Dynamic> {
    let size = rest[0].as_int().ok().and_then(|size| usize::try_from(size).ok()).filter(|size| *size > 0);
    let size = size.ok_or_else(|| call.takes("a whole number from 1"))?;
    Ok(rows.chunks(size).map(|part| Dynamic::from_array(part.to_vec())).collect::<Array>().into())
}
