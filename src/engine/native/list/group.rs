//! Rows by key: groups, counts, sums, and an index.

use std::collections::HashMap;

use rhai::{Array, Dynamic, INT, Map};

use super::Call;
use super::by::By;
use super::key::Key;
use crate::{
    engine::thrown::Result,
    failure::{Failure, Kind},
};

/// Duplicates that an error names.
const NAMED: usize = 10;

/// Key → its rows, in their order.
pub(super) fn group_by(call: &Call, rows: &[Dynamic], rest: &[Dynamic]) -> Result<Dynamic> {
    let groups = groups(call, rows, &rest[0])?;
    let rows_at = |places: Vec<usize>| places.into_iter().map(|at| rows[at].clone()).collect::<Array>();
    Ok(map(groups.into_iter().map(|(key, places)| (key, rows_at(places).into()))))
}

/// Key → how many rows.
pub(super) fn count_by(call: &Call, rows: &[Dynamic], rest: &[Dynamic]) -> Result<Dynamic> {
    let groups = groups(call, rows, &rest[0])?;
    let count = |places: Vec<usize>| INT::try_from(places.len()).unwrap_or(INT::MAX);
    Ok(map(groups.into_iter().map(|(key, places)| (key, count(places).into()))))
}

/// Key → the sum of a field; an absent one counts as nothing.
pub(super) fn sum_by(call: &Call, rows: &[Dynamic], rest: &[Dynamic]) -> Result<Dynamic> {
    let summed = By::read(call, &rest[1])?;
    let mut sums = Vec::new();
    for (key, places) in groups(call, rows, &rest[0])? {
        let mut sum = Dynamic::from(0_i64);
        for at in places {
            let value = summed.value(call, at, &rows[at])?;
            sum = added(&sum, &value).map_err(|why| {
                let failure = Failure::new(Kind::Usage, format!("rows[{at}]: {} {why}", summed.shown()));
                call.throw(failure.hint("a closure can make a number of it, as |row| parse_float(row.count)"))
            })?;
        }
        sums.push((key, sum));
    }
    Ok(map(sums))
}

/// Key → the only row that has it.
pub(super) fn to_index(call: &Call, rows: &[Dynamic], rest: &[Dynamic]) -> Result<Dynamic> {
    let by = By::read(call, &rest[0])?;
    let places = unique(call, &by, rows)?;
    Ok(map(places.into_iter().map(|(key, at)| (key, rows[at].clone()))))
}

/// Each key with the place of its row, in their order.
///
/// # Errors
///
/// Where a key is absent or belongs to several rows, all of which are named.
pub(super) fn unique(call: &Call, by: &By, rows: &[Dynamic]) -> Result<Vec<(Key, usize)>> {
    let groups = grouped(by.keys(call, rows)?);
    let places = |places: &[usize]| places.iter().map(|at| format!("rows[{at}]")).collect::<Vec<_>>().join(", ");
    let wrong: Vec<String> = groups
        .iter()
        .filter_map(|(key, group)| match (key.is_absent(), group.as_slice()) {
            (true, group) => Some(format!("{} is absent in {}", by.shown(), places(group))),
            (false, [_]) => None,
            (false, several) => Some(format!("{} is \"{}\" in {}", by.shown(), key.text(), places(several))),
        })
        .collect();
    if wrong.is_empty() {
        return Ok(groups.into_iter().filter_map(|(key, group)| Some((key, *group.first()?))).collect());
    }
    let more = if wrong.len() > NAMED { format!("; and {} more", wrong.len() - NAMED) } else { String::new() };
    let named = wrong.iter().take(NAMED).cloned().collect::<Vec<_>>().join("; ");
    Err(call.wrong(format!("{} takes keys that no two rows share: {named}{more}", call.name)))
}

/// The places of the rows of each key, in the order in which keys appear first.
pub(super) fn grouped<K: std::hash::Hash + Eq + Clone>(keys: Vec<K>) -> Vec<(K, Vec<usize>)> {
    let mut groups: Vec<(K, Vec<usize>)> = Vec::new();
    let mut known: HashMap<K, usize> = HashMap::new();
    for (at, key) in keys.into_iter().enumerate() {
        match known.get(&key) {
            Some(group) => groups[*group].1.push(at),
            None => {
                known.insert(key.clone(), groups.len());
                groups.push((key, vec![at]));
            }
        }
    }
    groups
}

/// The groups of rows by the key that a map will have: what is absent is the same as what is empty.
fn groups(call: &Call, rows: &[Dynamic], by: &Dynamic) -> Result<Vec<(Key, Vec<usize>)>> {
    let empty_if_absent = |key: Key| if key == Key::Absent { Key::Text(key.text()) } else { key };
    Ok(grouped(By::read(call, by)?.keys(call, rows)?.into_iter().map(empty_if_absent).collect()))
}

fn map(entries: impl IntoIterator<Item = (Key, Dynamic)>) -> Dynamic {
    entries.into_iter().map(|(key, value)| (key.text().as_str().into(), value)).collect::<Map>().into()
}

fn added(sum: &Dynamic, value: &Dynamic) -> std::result::Result<Dynamic, String> {
    if value.is_unit() {
        return Ok(sum.clone());
    }
    if let (Ok(a), Ok(b)) = (sum.as_int(), value.as_int()) {
        return a.checked_add(b).map(Dynamic::from).ok_or_else(|| "makes the sum too large".into());
    }
    let number = |value: &Dynamic| value.as_float().ok().or_else(|| value.as_int().ok().map(|number| number as f64));
    match (number(sum), number(value)) {
        (Some(a), Some(b)) => Ok((a + b).into()),
        _ => Err(format!("is {}, not a number", if value.is_string() { "text" } else { value.type_name() })),
    }
}
