//! What a call of an action is given: the tenant that comes first and the map, as one.

use rhai::{Array, Dynamic, ImmutableString, Map};
use serde_json::Value;

use super::{super::api, signature};
use crate::{
    catalogue::{Action, ActionParam, action::ROOT, same_name},
    failure::{Failure, Kind},
    session::Session,
    value::{Fields, Row, Secret, TenantHandle, to_json_to_send},
};

/// The arguments of one call.
pub(super) struct Input {
    /// As they go on, the tenant first.
    pub(super) json: serde_json::Map<String, Value>,
    /// The fields of rows that a read keeps.
    pub(super) wanted: Option<Fields>,
    /// As they were given, by the names of their parameters, with secrets sealed.
    pub(super) given: Vec<(&'static ActionParam, Dynamic)>,
}

impl Input {
    /// Reads what a script gives. A tenant that is in the map too must be the same one.
    pub(super) fn read(
        action: &'static Action,
        tenant: Option<Dynamic>,
        map: &Dynamic,
        session: &Session,
    ) -> Result<Self, Failure> {
        let usage = |message: &str| {
            Failure::new(Kind::Usage, format!("{}: {message}", action.full_name())).hint(signature(action))
        };
        let row = Row::of(map).ok_or_else(|| usage(&format!("takes a map, not {}", in_words(map))))?;
        let mut json = match to_json_to_send(map, Some(session.server()))? {
            Value::Object(json) => json,
            _ => return Err(usage("takes a map")),
        };
        let wanted = api::take_fields(action.endpoint, &action.full_name(), &mut json)?;
        let mut given: Vec<(&'static ActionParam, Dynamic)> = row
            .iter()
            .filter_map(|(name, value)| action.param(name).map(|param| (param, sealed(action, param, value))))
            .collect();
        if let (Some(name), Some(tenant)) = (action.tenant, tenant) {
            if !names_tenant(&tenant) {
                return Err(usage(&format!("the tenant comes first, and this is {}", in_words(&tenant))));
            }
            let first = to_json_to_send(&tenant, Some(session.server()))?;
            let again: Vec<String> =
                json.keys().filter(|key| action.param(key).is_some_and(|param| param.name == name)).cloned().collect();
            for key in again {
                let other = json.shift_remove(&key).unwrap_or_default();
                if !other.is_null() && !same_tenant(session, &first, &other)? {
                    return Err(usage(&format!("{name} is {other} in the map, and the tenant before it is {first}")));
                }
            }
            json.shift_insert(0, name.to_owned(), first);
            given.retain(|(param, _)| param.name != name);
            given.extend(action.param(name).map(|param| (param, tenant)));
        }
        Ok(Self { json, wanted, given })
    }

    /// The value of a parameter, as it goes on.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.json.iter().find(|(key, _)| same_name(key, name)).map(|(_, value)| value)
    }
}

/// A text, a handle, a row of a tenant, or a list of them.
fn names_tenant(value: &Dynamic) -> bool {
    if let Some(list) = value.read_lock::<Array>() {
        return list.iter().all(names_tenant);
    }
    let is_row = Row::of(value).is_some_and(|row| {
        ["defaultDomainName", "customerId", "domain", "value"].iter().any(|name| row.get_ignoring_case(name).is_some())
    });
    value.is_string() || value.is::<TenantHandle>() || is_row
}

fn same_tenant(session: &Session, one: &Value, other: &Value) -> Result<bool, Failure> {
    match (one.as_str(), other.as_str()) {
        (Some(one), Some(other)) if !one.eq_ignore_ascii_case(other) => {
            Ok(session.tenant(one)?.id == session.tenant(other)?.id)
        }
        (Some(_), Some(_)) => Ok(true),
        _ => Ok(one == other),
    }
}

fn in_words(value: &Dynamic) -> &'static str {
    match value {
        value if value.is_unit() => "()",
        value if value.is_string() => "text",
        value if value.is_array() => "an array",
        value if value.is_map() || value.is::<Row>() => "a map",
        value if value.is_int() || value.is_float() => "a number",
        value if value.is_bool() => "true or false",
        value if value.is::<TenantHandle>() => "a tenant",
        _ => "something else",
    }
}

/// The value with all that is secret in it sealed, so that an echo of it shows nothing.
fn sealed(action: &Action, param: &ActionParam, value: &Dynamic) -> Dynamic {
    let mut value = value.clone();
    for secret in action.endpoint.params.iter().filter(|param| param.secret) {
        let below = match secret.path.strip_prefix(param.wire) {
            Some(rest) if rest.is_empty() || rest.starts_with(['.', '[']) => rest,
            _ if param.wire == ROOT => secret.path,
            _ => continue,
        };
        let steps: Vec<&str> = below.split('.').map(|step| step.trim_end_matches("[]")).collect();
        let steps: Vec<&str> = steps.into_iter().filter(|step| !step.is_empty()).collect();
        value = seal(&value, &steps);
    }
    value
}

fn seal(value: &Dynamic, steps: &[&str]) -> Dynamic {
    if let Some(list) = value.read_lock::<Array>() {
        return list.iter().map(|item| seal(item, steps)).collect::<Array>().into();
    }
    let member = |name: &str, inner: &Dynamic| match steps {
        [] => seal(inner, steps),
        [step, rest @ ..] if same_name(step, name) => seal(inner, rest),
        _ => inner.clone(),
    };
    if let Some(map) = value.read_lock::<Map>() {
        return map.iter().map(|(name, inner)| (name.clone(), member(name, inner))).collect::<Map>().into();
    }
    if let Some(row) = value.read_lock::<Row>() {
        return Dynamic::from(row.iter().map(|(name, inner)| (name.clone(), member(name, inner))).collect::<Row>());
    }
    match value.as_immutable_string_ref() {
        Ok(text) if steps.is_empty() && !text.is_empty() => Dynamic::from(Secret::new(ImmutableString::clone(&text))),
        _ => value.clone(),
    }
}
