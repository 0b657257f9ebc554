//! The tenants that a request names which is sent as it was given.

use serde_json::Value;

use super::slot::in_query;
use super::tenants::{FREE_NAME, group_id, name_of};
use crate::catalogue::path::{same, values_at};
use crate::catalogue::{Endpoint, Place, Scope};

/// The names under which the server's endpoints read tenants (CIPP 10.8.2), for endpoints without a record.
const USUAL: [&str; 8] = [
    FREE_NAME,
    "tenantId",
    "tenant",
    "tenants",
    "selectedTenants",
    "excludedTenants",
    "customerId",
    "defaultDomainName",
];

/// What stands in the place of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// A tenant, by any of its names, or AllTenants.
    Tenant(String),
    /// A tenant group, by its id.
    Group(String),
}

/// Every tenant that query and body name, each once, as it is written there.
///
/// Where there is no record, every usual name counts, at any depth.
pub fn named_tenants(endpoint: Option<&Endpoint>, parts: &[&Value]) -> Vec<Named> {
    let mut names = Vec::new();
    let usual: &[&str] = if endpoint.is_some() { &USUAL[..1] } else { &USUAL };
    for part in parts {
        for param in endpoint.into_iter().flat_map(|endpoint| endpoint.params).filter(|param| param.tenant.is_some()) {
            values_at(part, param.path).into_iter().for_each(|value| add(value, &mut names));
        }
        by_name(part, usual, &mut names);
    }
    names
}

/// What stands under the other usual names, which may be tenants, or something else that is called so.
pub fn perhaps_tenants(parts: &[&Value]) -> Vec<Named> {
    let mut names = Vec::new();
    parts.iter().for_each(|part| by_name(part, &USUAL[1..], &mut names));
    names
}

/// Whether a request names a tenant where the server looks for one; so does what acts on none, and what the record
/// does not tell of.
pub fn name_in_place(endpoint: &Endpoint, query: &Value, body: &Value) -> bool {
    let mut params = endpoint.params.iter().filter(|param| param.tenant.is_some()).peekable();
    if endpoint.scope == Scope::None || params.peek().is_none() {
        return true;
    }
    let holds = |part: &Value, path: &str| values_at(part, path).into_iter().any(|value| !is_nothing(value));
    params.any(|param| {
        in_query(endpoint, param.place) && holds(query, param.path)
            || param.place != Place::Query && holds(body, param.path)
    })
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.iter().all(is_nothing),
        Value::Object(fields) => fields.values().all(is_nothing),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

fn by_name(value: &Value, usual: &[&str], names: &mut Vec<Named>) {
    match value {
        Value::Object(map) => {
            for (name, inner) in map {
                if usual.iter().any(|usual| same(usual, name)) {
                    add(inner, names)
                } else {
                    by_name(inner, usual, names)
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| by_name(item, usual, names)),
        _ => {}
    }
}

fn add(value: &Value, names: &mut Vec<Named>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| add(item, names)),
        one => {
            let named = group_id(one).map(Named::Group).or_else(|| name_of(one).map(Named::Tenant));
            names.extend(named.filter(|named| !names.contains(named)));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::catalogue;

    #[test]
    fn tenants_are_found_wherever_they_stand() {
        let cases: &[(Option<&str>, Value, &[&str])] = &[
            (None, json!({ "TenantFilter": "a" }), &["a"]),
            (None, json!({ "deep": [{ "selected_tenants": [{ "value": "a" }, "b", "a"] }] }), &["a", "b"]),
            (None, json!({ "tenantid": { "value": "a", "label": "b" } }), &["a"]),
            (None, json!({ "name": "a" }), &[]),
            (Some("ListUsers"), json!({ "tenantfilter": "a" }), &["a"]),
            (Some("ListUsers"), json!({ "body": { "tenantFilter": "a" } }), &["a"]),
        ];
        for (endpoint, part, expected) in cases {
            let endpoint = endpoint.and_then(catalogue::find);
            let expected: Vec<Named> = expected.iter().map(|name| Named::Tenant((*name).to_owned())).collect();
            assert_eq!(named_tenants(endpoint, &[part]), expected, "{part}");
        }
    }

    #[test]
    fn a_group_is_no_tenant() {
        let part = json!({ "tenantFilter": { "label": "Gold", "value": "g1", "type": "Group" } });
        assert_eq!(named_tenants(None, &[&part]), [Named::Group("g1".into())]);
    }
}
