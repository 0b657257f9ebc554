//! Sorting by a closure that may fail: the standard one takes an error for an order.

use rhai::{Array, Dynamic, Engine, EvalAltResult, FnPtr, NativeCallContext};

use super::super::thrown::{self, Result};

pub(in super::super) fn register(engine: &mut Engine) {
    engine.register_fn("sort", |call: NativeCallContext, array: &mut Array, order: FnPtr| sort(&call, array, &order));
    engine.register_fn("sort_by", |call: NativeCallContext, array: &mut Array, order: FnPtr| -> Result<Array> {
        sort(&call, array, &order)?;
        Ok(array.clone())
    });
    for name in ["order", "order_by"] {
        engine.register_fn(name, |call: NativeCallContext, array: &mut Array, order: FnPtr| -> Result<Array> {
            let mut sorted = array.clone();
            sort(&call, &mut sorted, &order)?;
            Ok(sorted)
        });
    }
}

fn sort(call: &NativeCallContext, array: &mut Array, order: &FnPtr) -> Result<()> {
    let mut fallible = |left: &Dynamic, right: &Dynamic| {
        let answer: Dynamic = order.call_within_context(call, (left.clone(), right.clone()))?;
        // As the standard sort: a negative number, or true, for "comes first".
        match (answer.as_int(), answer.as_bool()) {
            (Ok(number), _) => Ok(number <= 0),
            (_, Ok(first)) => Ok(first),
            _ => Err(thrown::usage("the closure of a sort gives a whole number, or true or false", call)),
        }
    };
    // A copy, so that nothing is lost where the closure fails.
    *array = merge_sort(array.clone(), &mut fallible)?;
    Ok(())
}

/// Sorts stably by an order that may fail or contradict itself, without panicking.
fn merge_sort(
    mut items: Array,
    in_order: &mut impl FnMut(&Dynamic, &Dynamic) -> std::result::Result<bool, Box<EvalAltResult>>,
) -> Result<Array> {
    if items.len() < 2 {
        return Ok(items);
    }
    let right = merge_sort(items.split_off(items.len() / 2), in_order)?;
    let left = merge_sort(items, in_order)?;
    let mut merged = Array::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    while let (Some(first), Some(second)) = (left.peek(), right.peek()) {
        let next = if in_order(first, second)? { left.next() } else { right.next() };
        merged.extend(next);
    }
    merged.extend(left);
    merged.extend(right);
    Ok(merged)
}
