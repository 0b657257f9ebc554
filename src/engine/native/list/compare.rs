//! What changed between two tables.

use std::collections::{HashMap, HashSet};

use rhai::{Array, Dynamic, Map};

use super::Call;
use super::by::By;
use super::group::unique;
use super::key::Key;
use crate::{
    engine::thrown::Result,
    output,
    value::{Row, equal},
};

/// What the newer rows have more, less, and otherwise than these, by a key.
pub(super) fn diff_by(call: &Call, rows: &[Dynamic], rest: &[Dynamic]) -> Result<Dynamic> {
    let newer = rest[0].as_array_ref().map_err(|_| call.takes("the newer array of maps first"))?;
    let by = By::read(call, &rest[1])?;
    let (old, new) = (unique(call, &by, rows)?, unique(call, &by, &newer)?);
    let old_at: HashMap<&Key, usize> = old.iter().map(|(key, at)| (key, *at)).collect();
    let new_keys: HashSet<&Key> = new.iter().map(|(key, _)| key).collect();
    let removed: Array =
        old.iter().filter(|(key, _)| !new_keys.contains(key)).map(|(_, at)| rows[*at].clone()).collect();
    let (mut added, mut changed) = (Array::new(), Array::new());
    for (key, at) in &new {
        let after = &newer[*at];
        match old_at.get(key).map(|at| &rows[*at]) {
            None => added.push(after.clone()),
            Some(before) => changed.extend(change(key, before, after)),
        }
    }
    let parts = [("added", added), ("removed", removed), ("changed", changed)];
    Ok(parts.into_iter().map(|(name, rows)| (name.into(), rows.into())).collect::<Map>().into())
}

/// One row before and after, with the names of the fields that differ; `None` where none does. A field that is absent
/// is as one that is `()`.
fn change(key: &Key, before: &Dynamic, after: &Dynamic) -> Option<Dynamic> {
    let (old, new) = (Row::of(before)?, Row::of(after)?);
    let value = |row: &Row, name: &str| row.get(name).cloned().unwrap_or_default();
    let fields: Array = output::columns_of(&[before.clone(), after.clone()])
        .into_iter()
        .filter(|name| !equal(&value(&old, name), &value(&new, name)))
        .map(Dynamic::from)
        .collect();
    if fields.is_empty() {
        return None;
    }
    let parts = [("key", key.value()), ("fields", fields.into()), ("before", before.clone()), ("after", after.clone())];
    Some(Dynamic::from(parts.into_iter().collect::<Row>()))
}
