//! Rows of replies, as maps.
//!
//! A row is shared, not copied, and calls itself a map: it has every function and operator of one. What the
//! standard library does to maps by closures is left to the standard library.

use std::{any::TypeId, sync::Arc};

use rhai::{
    Array, Dynamic, Engine, FnPtr, FuncRegistration, INT, ImmutableString, Map, Module, NativeCallContext, RhaiFunc,
};

use super::thrown::{self, Result};
use crate::{
    catalogue,
    failure::{Failure, Kind},
    value::{self, Row},
};

pub(super) fn register(engine: &mut Engine) {
    engine.register_type_with_name::<Row>("map");
    engine.register_indexer_get(read);
    engine.register_global_module(setter().into());
    engine.register_fn("set", |row: &mut Row, key: &str, value: Dynamic| write(row, key, value));
    engine.register_fn("get", |row: &mut Row, key: &str| row.get_ignoring_case(key).cloned().unwrap_or_default());
    engine.register_fn("contains", |row: &mut Row, key: &str| row.get_ignoring_case(key).is_some());
    engine.register_fn("len", |row: &mut Row| INT::try_from(row.len()).unwrap_or(INT::MAX));
    engine.register_get("len", |row: &mut Row| INT::try_from(row.len()).unwrap_or(INT::MAX));
    engine.register_fn("is_empty", |row: &mut Row| row.is_empty());
    engine.register_fn("clear", |row: &mut Row| *row = Row::new());
    engine.register_fn("remove", |row: &mut Row, key: &str| row.remove(key).unwrap_or_default());
    engine.register_fn("keys", |row: &mut Row| row.keys().cloned().map(Dynamic::from).collect::<Array>());
    engine.register_fn("values", |row: &mut Row| row.values().cloned().collect::<Array>());
    engine.register_fn("to_string", |row: &mut Row| text(row));
    engine.register_fn("to_debug", |row: &mut Row| text(row));
    engine.register_fn("to_json", |row: &mut Row| value::to_json(&Dynamic::from(row.clone())).to_string());
    engine.register_fn("to_json", |map: &mut Map| value::to_json(&Dynamic::from(map.clone())).to_string());
    engine.register_fn("to_json", |array: &mut Array| value::to_json(&Dynamic::from(array.clone())).to_string());
    register_pairs(engine);
    for name in ["map", "filter", "drain", "retain"] {
        engine.register_fn(name, move |call: NativeCallContext, row: &mut Row, closure: FnPtr| -> Result<Dynamic> {
            as_map(&call, name, row, closure)
        });
    }
}

/// What takes two maps, for each pair in which at least one is a row.
fn register_pairs(engine: &mut Engine) {
    for name in ["mixin", "+="] {
        engine.register_fn(name, |row: &mut Row, other: Row| row.merge(&other));
        engine.register_fn(name, |row: &mut Row, other: Map| row.merge(&other.into()));
        engine.register_fn(name, |map: &mut Map, other: Row| map.extend(other.to_map()));
    }
    engine.register_fn("+", |row: Row, other: Row| merged(row, &other));
    engine.register_fn("+", |row: Row, other: Map| merged(row, &other.into()));
    engine.register_fn("+", |map: Map, other: Row| merged(map.into(), &other).to_map());
    engine.register_fn("fill_with", |row: &mut Row, other: Row| fill(row, &other));
    engine.register_fn("fill_with", |row: &mut Row, other: Map| fill(row, &other.into()));
    engine.register_fn("fill_with", |map: &mut Map, other: Row| {
        other.to_map().into_iter().for_each(|(key, value)| {
            map.entry(key).or_insert(value);
        });
    });
}

fn fill(row: &mut Row, other: &Row) {
    for (key, value) in other.iter() {
        if !row.contains(key) {
            row.set(key, value.clone());
        }
    }
}

fn merged(mut row: Row, other: &Row) -> Row {
    row.merge(other);
    row
}

/// A property: exact, else ignoring case, else absent; a near miss of one that is there is an error.
fn read(call: NativeCallContext, row: &mut Row, key: &str) -> Result<Dynamic> {
    if let Some(value) = row.get_ignoring_case(key) {
        return Ok(value.clone());
    }
    absent(key, row.keys().map(ImmutableString::as_str)).map_err(|failure| thrown::throw(&failure, &call))
}

/// The field of a row or map, as a property is read; `None` when it is neither.
pub(super) fn field(of: &Dynamic, name: &str) -> Option<std::result::Result<Dynamic, Failure>> {
    if let Some(row) = of.read_lock::<Row>() {
        return Some(match row.get_ignoring_case(name) {
            Some(value) => Ok(value.flatten_clone()),
            None => absent(name, row.keys().map(ImmutableString::as_str)),
        });
    }
    let map = of.read_lock::<Map>()?;
    Some(match map.get(name) {
        Some(value) => Ok(value.flatten_clone()),
        None => absent(name, map.keys().map(|key| key.as_str())),
    })
}

/// What a field gives that is not among these keys.
fn absent<'a>(name: &str, mut keys: impl Iterator<Item = &'a str>) -> std::result::Result<Dynamic, Failure> {
    match keys.find(|key| value::near(name, key)) {
        Some(near) if !catalogue::is_field(name) => {
            Err(Failure::new(Kind::Usage, format!("there is no \"{name}\" here, but there is \"{near}\""))
                .hint(format!("if it may really be absent: .get(\"{name}\")")))
        }
        _ => Ok(Dynamic::UNIT),
    }
}

/// What the engine calls the function of `map[key] = value`; its own way to register one has it refuse constants.
const INDEX_SETTER: &str = "index$set$";

/// Sets a property, but not of a constant. The language also sets what a method was called on, changed or not, as in
/// `args.users.len()`: what is the same may be set.
fn setter() -> Module {
    let set = |call: Option<NativeCallContext>, arguments: &mut [&mut Dynamic]| -> Result<Dynamic> {
        let [row, key, value] = arguments else { return Ok(Dynamic::UNIT) };
        let (key, value) = (key.to_string(), value.take());
        let is_constant = row.is_read_only();
        if let Some(mut row) = row.write_lock::<Row>() {
            let is_same = || row.get_ignoring_case(&key).is_some_and(|before| value::equal(before, &value));
            match call {
                Some(call) if is_constant && !is_same() => {
                    return Err(thrown::usage(
                        format!("\"{key}\" belongs to a constant, which cannot be changed"),
                        &call,
                    ));
                }
                _ if is_constant => {}
                _ => write(&mut row, &key, value),
            }
        }
        Ok(Dynamic::UNIT)
    };
    let mut module = Module::new();
    let types = [TypeId::of::<Row>(), TypeId::of::<ImmutableString>(), TypeId::of::<Dynamic>()];
    // Pure in the sense of the engine: it may be called on a constant.
    let function = RhaiFunc::Method { func: Arc::new(set), has_context: true, is_pure: true, is_volatile: true };
    FuncRegistration::new(INDEX_SETTER).in_global_namespace().set_into_module_raw(&mut module, types, function);
    module
}

fn write(row: &mut Row, key: &str, value: Dynamic) {
    let spelling = row.spelling(key).cloned();
    row.set(spelling.as_ref().map_or(key, ImmutableString::as_str), value);
}

fn text(row: &Row) -> String {
    format!("#{}", value::to_json(&Dynamic::from(row.clone())))
}

/// Calls a function of maps on the row, which then becomes what the map became.
fn as_map(call: &NativeCallContext, name: &str, row: &mut Row, closure: FnPtr) -> Result<Dynamic> {
    let mut map = Dynamic::from(row.to_map());
    let result = call.call_native_fn_raw(name, true, &mut [&mut map, &mut Dynamic::from(closure)])?;
    if let Some(changed) = map.try_cast::<Map>()
        && matches!(name, "drain" | "retain")
    {
        *row = changed.into();
    }
    Ok(result)
}
