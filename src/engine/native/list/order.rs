//! Rows in an order.

use rhai::{Array, Dynamic, Engine, ImmutableString, NativeCallContext};

use super::by::By;
use super::key::Key;
use super::{Call, names};
use crate::engine::thrown::Result;

pub(super) fn register(engine: &mut Engine) {
    engine.register_fn("sort_by", |context: NativeCallContext, rows: &mut Array, field: ImmutableString| {
        sort_by(context, rows, &field.into())
    });
    engine.register_fn("sort_by", |context: NativeCallContext, rows: &mut Array, fields: Array| {
        sort_by(context, rows, &fields.into())
    });
}

/// The `n` rows with the most of something, most first.
pub(super) fn top(call: &Call, rows: &[Dynamic], rest: &[Dynamic]) -> Result<Dynamic> {
    let count = rest[0].as_int().ok().and_then(|count| usize::try_from(count).ok());
    let count = count.ok_or_else(|| call.takes("how many rows to give, and by what"))?;
    let keys = By::read(call, &rest[1])?.keys(call, rows)?;
    let order = order(rows.len(), &[(keys, true)]);
    Ok(order.into_iter().take(count).map(|at| rows[at].clone()).collect::<Array>().into())
}

/// Sorts the rows by fields, those that start with `-` downwards, and gives them too.
fn sort_by(context: NativeCallContext, rows: &mut Array, fields: &Dynamic) -> Result<Array> {
    let call = Call { name: "sort_by", context };
    let mut keys = Vec::new();
    for name in names(&call, fields)? {
        let (field, descending) = name.strip_prefix('-').map_or((name.as_str(), false), |field| (field, true));
        keys.push((By::Field(field.into()).keys(&call, rows)?, descending));
    }
    let mut unsorted = std::mem::take(rows);
    *rows = order(unsorted.len(), &keys).into_iter().map(|at| std::mem::take(&mut unsorted[at])).collect();
    Ok(rows.clone())
}

/// The places of so many rows in the order of their keys, the first of them first; equal rows stay as they are.
fn order(count: usize, keys: &[(Vec<Key>, bool)]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    places.sort_by(|&a, &b| {
        let orders = keys.iter().map(|(keys, descending)| keys[a].order(&keys[b], *descending));
        orders.into_iter().find(|order| order.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
    });
    places
}
