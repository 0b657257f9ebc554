//! Values to JSON and back.

use std::fmt;

use rhai::{Array, Dynamic, Map};
use serde_json::{Number, Value};

use super::carried::Carried;
use super::planned::{Planned, Report};
use super::row::Row;
use super::secret::{MASK, Secret};
use super::tenant::TenantHandle;
use crate::failure::{Failure, Kind};

/// The value as people and other programs may see it: secrets are masked, and what JSON cannot hold
/// (functions, timestamps) is written as its text, numbers that are not finite as `null`. Never fails.
pub fn to_json(value: &Dynamic) -> Value {
    convert(value, Place::Root, &mut |_, leaf| {
        if leaf.is::<Secret>() {
            MASK.into()
        } else if let Some(tenant) = leaf.read_lock::<TenantHandle>() {
            tenant.domain.as_str().into()
        } else if let Some(planned) = leaf.read_lock::<Planned>() {
            planned.to_string().into()
        } else if let Some(report) = leaf.read_lock::<Report>() {
            to_json(&Dynamic::from_map(report.known.as_ref().clone()))
        } else if leaf.is_float() {
            Value::Null
        } else {
            leaf.to_string().into()
        }
    })
}

/// The value as it is sent to a server: secrets give their text. What only a planned write makes gives its marker,
/// which is recorded and never sent. `server` is its address; without one nothing is known of where it goes.
///
/// # Errors
/// [`Kind::Usage`], naming every place that holds what JSON cannot hold: a function, a timestamp, a number
/// that is not finite; or a secret that is lost, or a tenant of another server.
pub fn to_json_to_send(value: &Dynamic, server: Option<&str>) -> Result<Value, Failure> {
    let (mut wrong, mut foreign) = (Vec::new(), false);
    let json = convert(value, Place::Root, &mut |place, leaf| {
        if let Some(tenant) = leaf.read_lock::<TenantHandle>() {
            if server.is_some_and(|server| server != tenant.server()) {
                foreign = true;
                wrong.push(format!("{place} is the tenant {} of another server, {}", *tenant, tenant.server()));
            }
            return tenant.domain.as_str().into();
        }
        if let Some(secret) = leaf.read_lock::<Secret>() {
            if secret.is_lost() {
                wrong.push(format!("{place} is a secret that is not known any more"));
            }
            return secret.reveal().as_str().into();
        }
        let report = || leaf.read_lock::<Report>().map(|report| report.whole());
        match leaf.read_lock::<Planned>().map(|planned| planned.clone()).or_else(report) {
            Some(planned) => planned.marker().into(),
            None => {
                wrong.push(format!("{place} is {}", description(leaf)));
                Value::Null
            }
        }
    });
    if wrong.is_empty() && is_masked(&json) {
        wrong
            .push(format!("a text in it has {MASK}, which only shows that a secret was put there; .reveal() gives it"));
    }
    if wrong.is_empty() {
        return Ok(json);
    }
    Err(Failure::new(Kind::Usage, format!("cannot be sent: {}", wrong.join("; "))).hint(if foreign {
        "tenant(name) finds it on this server"
    } else {
        "send text, numbers, booleans, lists and maps only"
    }))
}

/// Whether what a secret shows as stands in a text.
fn is_masked(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains(MASK),
        Value::Array(elements) => elements.iter().any(is_masked),
        Value::Object(members) => members.values().any(is_masked),
        _ => false,
    }
}

/// The JSON value as scripts see it: objects are rows.
pub fn from_json(value: Value) -> Dynamic {
    match value {
        Value::Null => Dynamic::UNIT,
        Value::Bool(value) => value.into(),
        Value::Number(number) => match number.as_i64() {
            Some(int) => int.into(),
            None => number.as_f64().map_or(Dynamic::UNIT, Dynamic::from),
        },
        Value::String(text) => text.into(),
        Value::Array(elements) => Dynamic::from_array(elements.into_iter().map(from_json).collect()),
        Value::Object(members) => {
            Dynamic::from(members.into_iter().map(|(key, value)| (key, from_json(value))).collect::<Row>())
        }
    }
}

/// Where in a value something is.
#[derive(Clone, Copy)]
enum Place<'a> {
    Root,
    Key(&'a Place<'a>, &'a str),
    Index(&'a Place<'a>, usize),
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => f.write_str("the value"),
            Self::Key(Self::Root, key) => write!(f, "`{key}`"),
            Self::Key(place, key) => write!(f, "{place}.`{key}`"),
            Self::Index(place, index) => write!(f, "{place}[{index}]"),
        }
    }
}

type Leaf<'a> = &'a mut dyn FnMut(&Place<'_>, &Dynamic) -> Value;

/// Converts a value; `leaf` gives what stands for secrets and for what JSON cannot hold.
fn convert(value: &Dynamic, place: Place<'_>, leaf: Leaf<'_>) -> Value {
    if let Ok(text) = value.as_immutable_string_ref() {
        return text.as_str().into();
    }
    if let Some(row) = value.read_lock::<Row>() {
        return row.iter().map(|(key, value)| member(key, value, place, leaf)).collect();
    }
    if let Some(map) = value.read_lock::<Map>() {
        let shown = map.iter().filter(|(_, value)| !value.is::<Carried>());
        return shown.map(|(key, value)| member(key, value, place, leaf)).collect();
    }
    if let Some(array) = value.read_lock::<Array>() {
        return array.iter().enumerate().map(|(at, value)| convert(value, Place::Index(&place, at), leaf)).collect();
    }
    scalar(value).unwrap_or_else(|| leaf(&place, value))
}

fn member(key: &str, value: &Dynamic, place: Place<'_>, leaf: Leaf<'_>) -> (String, Value) {
    (key.to_owned(), convert(value, Place::Key(&place, key), leaf))
}

fn scalar(value: &Dynamic) -> Option<Value> {
    if value.is_unit() {
        return Some(Value::Null);
    }
    if let Ok(value) = value.as_bool() {
        return Some(value.into());
    }
    if let Ok(value) = value.as_int() {
        return Some(value.into());
    }
    if let Ok(value) = value.as_char() {
        return Some(value.to_string().into());
    }
    value.as_float().ok().and_then(Number::from_f64).map(Value::Number)
}

fn description(value: &Dynamic) -> String {
    if value.is_fnptr() {
        "a function".into()
    } else if value.is_float() {
        "a number that is not finite".into()
    } else {
        format!("a value of type {}", value.type_name())
    }
}

#[cfg(test)]
mod tests {
    use rhai::FnPtr;
    use serde_json::json;

    use super::*;

    fn sample() -> Dynamic {
        let row: Row = [("z", Dynamic::from(Secret::new("hunter2"))), ("a", Dynamic::UNIT)].into_iter().collect();
        let map = Map::from([("row".into(), Dynamic::from(row)), ("n".into(), 1.5.into())]);
        Dynamic::from_array(vec![1.into(), true.into(), 'c'.into(), "text".into(), map.into()])
    }

    #[test]
    fn secrets_are_masked_or_sent_and_keys_keep_their_order() {
        let shown = json!([1, true, "c", "text", {"n": 1.5, "row": {"z": "••••", "a": null}}]);
        let sent = json!([1, true, "c", "text", {"n": 1.5, "row": {"z": "hunter2", "a": null}}]);
        assert_eq!(to_json(&sample()).to_string(), shown.to_string());
        assert_eq!(to_json_to_send(&sample(), None).unwrap().to_string(), sent.to_string());
        assert_eq!(to_json(&sample().into_shared()).to_string(), shown.to_string());
    }

    #[test]
    fn what_json_cannot_hold_is_named() {
        let function = Dynamic::from(FnPtr::new("f").unwrap());
        let row: Row = [("call", function), ("list", vec![Dynamic::from(f64::NAN)].into())].into_iter().collect();
        let value = Dynamic::from(Map::from([("row".into(), Dynamic::from(row))]));
        assert_eq!(to_json(&value), json!({"row": {"call": "Fn(f)", "list": [null]}}));
        assert_eq!(
            to_json_to_send(&value, None).unwrap_err().message,
            "cannot be sent: `row`.`call` is a function; `row`.`list`[0] is a number that is not finite"
        );
        assert_eq!(
            to_json_to_send(&rhai::Instant::now().into(), None).unwrap_err().message,
            "cannot be sent: the value is a value of type timestamp"
        );
    }

    #[test]
    fn from_json_gives_rows() {
        let json = json!({"b": [1, 2.5, null, "x", {"c": true}], "a": u64::MAX});
        let value = from_json(json.clone());
        let row = value.read_lock::<Row>().unwrap();
        assert_eq!(row.keys().map(|key| key.as_str()).collect::<Vec<_>>(), ["b", "a"]);
        assert_eq!(to_json(&value).to_string(), r#"{"b":[1,2.5,null,"x",{"c":true}],"a":1.8446744073709552e+19}"#);
    }
}
