//! How writes go, whatever they write: to the tenant that they name, or with success to none.

use serde_json::Value;

use super::{Reach, Reply, Request, World, reach};
use crate::simulator::powershell::{text, unwrapped};
use crate::simulator::state::shelf::Kind;
use crate::simulator::state::tenant::Tenant;

/// A write in the tenant of this name: `act` gets nothing where the server goes on without telling, and what it
/// says went wrong, or why the tenant cannot be reached, is answered by `failed`.
pub(super) fn write(
    world: &World,
    tenant: &Value,
    failed: impl FnOnce(String) -> Reply,
    act: impl FnOnce(Option<&Tenant>) -> Result<Reply, String>,
) -> Reply {
    let done = match reach(world, &word(tenant)) {
        Reach::Tenant(tenant) => act(Some(tenant)),
        Reach::Broken(trouble) => Err(trouble),
        Reach::Nowhere => act(None),
    };
    done.unwrap_or_else(failed)
}

/// Changes a thing of a tenant; the error is Graph's for one that does not exist.
pub(super) fn change(
    world: &World,
    tenant: Option<&Tenant>,
    kind: &'static Kind,
    key: &str,
    change: impl FnOnce(&mut Value),
) -> Result<(), String> {
    match tenant {
        Some(tenant) if !world.shelf(tenant, kind).change(key, change) => Err(missing(key)),
        _ => Ok(()),
    }
}

/// Takes a thing of a tenant away; the error is Graph's for one that does not exist.
pub(super) fn take(world: &World, tenant: Option<&Tenant>, kind: &'static Kind, key: &str) -> Result<(), String> {
    match tenant {
        Some(tenant) if world.shelf(tenant, kind).take(key).is_none() => Err(missing(key)),
        _ => Ok(()),
    }
}

/// The message of Graph for a thing that does not exist.
pub(super) fn missing(key: &str) -> String {
    format!("Resource '{key}' does not exist or one of its queried reference-property objects are not present.")
}

/// A parameter of the body or else of the query, where the server looks in this order.
pub(super) fn body_first<'r>(request: &'r Request, name: &str) -> &'r Value {
    if request.body(name).is_null() { request.query(name) } else { request.body(name) }
}

/// A text, or the `value` of an object.
pub(super) fn word(value: &Value) -> String {
    text(unwrapped(value))
}

/// The texts of a list, or the one of a single value; each may be the `value` of an object.
pub(super) fn words(value: &Value) -> Vec<String> {
    let words = items(value).iter().map(word);
    words.filter(|word| !word.is_empty()).collect()
}

/// The items of a list, a single value as a list of one, and nothing for null.
pub(super) fn items(value: &Value) -> &[Value] {
    match value {
        Value::Null => &[],
        Value::Array(items) => items,
        one => std::slice::from_ref(one),
    }
}
