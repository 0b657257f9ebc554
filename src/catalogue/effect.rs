//! What a call does to the world, by its arguments.

use serde_json::{Map, Value};

use super::arguments::{Rows, split};
use super::path::{plain_text, unwrapped, values_at};
use super::{Effect, Endpoint, When};

/// The effect of calling `endpoint` with `arguments`, as [`build`](super::arguments::build) takes them.
///
/// The worst of the rows that hold wins. What the rows do not foresee, an unlisted value or no row that holds,
/// counts as the endpoint's worst. Each element of an array is judged by itself.
pub fn effect(endpoint: &Endpoint, arguments: &Value) -> Effect {
    match split(endpoint, arguments) {
        Ok(Rows::One(map)) => of_one(endpoint, &[&map]),
        Ok(Rows::Many { beside, rows }) => {
            let beside = Value::Object(beside);
            rows.iter()
                .map(|row| of_one(endpoint, &[&beside, row]))
                .max()
                .unwrap_or_else(|| of_one(endpoint, &[&beside]))
        }
        Err(_) => endpoint.effect,
    }
}

/// The effect of a request that is sent as it is. What stands in query and in body counts in both places; in a query
/// everything is text, `false` too.
pub fn of_request(endpoint: &Endpoint, query: &Map<String, Value>, body: Option<&Value>) -> Effect {
    let text =
        |(name, value): (&String, &Value)| (name.clone(), plain_text(value).map_or(value.clone(), Value::String));
    let query = Value::Object(query.iter().map(text).collect());
    match body {
        None | Some(Value::Null) => of_one(endpoint, &[&query]),
        Some(body @ Value::Object(_)) => of_one(endpoint, &[&query, body]),
        Some(Value::Array(rows)) => {
            // Where the server reads a map, it finds in a list whatever any of its rows holds.
            let all: Vec<&Value> = std::iter::once(&query).chain(rows).collect();
            let each = rows.iter().map(|row| of_one(endpoint, &[&query, row]));
            each.max().unwrap_or(Effect::Read).max(of_one(endpoint, &all))
        }
        Some(_) => endpoint.effect,
    }
}

/// The effect of one element of a call; `parts` are the values that it consists of, query and body.
pub(super) fn of_one(endpoint: &Endpoint, parts: &[&Value]) -> Effect {
    if endpoint.effect_rules.is_empty() || has_unlisted_value(endpoint, parts) {
        return endpoint.effect;
    }
    let holding = endpoint.effect_rules.iter().filter(|rule| holds(&rule.when, parts)).map(|rule| rule.effect).max();
    let otherwise = endpoint.effect_rules.iter().find(|rule| matches!(rule.when, When::Otherwise));
    holding.or(otherwise.map(|rule| rule.effect)).unwrap_or(endpoint.effect)
}

/// Whether the value at `path` is there and is neither null, false nor empty.
pub(super) fn is_present(parts: &[&Value], path: &str) -> bool {
    found(parts, path).any(|value| !matches!(value, Value::Bool(false)) && value.as_str() != Some(""))
}

pub(super) fn holds(when: &When, parts: &[&Value]) -> bool {
    match when {
        When::Present(path) => is_present(parts, path),
        When::Is(path, wanted) => is_there(parts, path, wanted),
        When::Otherwise => false,
    }
}

/// Whether any value at `path` is this one.
pub(super) fn is_there(parts: &[&Value], path: &str, wanted: &str) -> bool {
    found(parts, path).any(|value| is(value, wanted))
}

/// `false` where only other values are listed is a switch that is off: as good as left out.
fn has_unlisted_value(endpoint: &Endpoint, parts: &[&Value]) -> bool {
    let rules = || endpoint.effect_rules.iter().map(|rule| &rule.when);
    rules().filter_map(|when| if let When::Is(path, _) = when { Some(path) } else { None }).any(|path| {
        found(parts, path).any(|value| {
            let listed = rules().any(
                |when| matches!(when, When::Is(other, wanted) if other.eq_ignore_ascii_case(path) && is(value, wanted)),
            );
            !listed && *unwrapped(value) != Value::Bool(false)
        })
    })
}

fn is(value: &Value, wanted: &str) -> bool {
    plain_text(unwrapped(value)).is_some_and(|text| text.eq_ignore_ascii_case(wanted))
}

fn found<'v>(parts: &[&'v Value], path: &str) -> impl Iterator<Item = &'v Value> {
    parts.iter().flat_map(|part| values_at(part, path)).collect::<Vec<_>>().into_iter()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::catalogue::find;

    #[test]
    fn a_request_counts_for_all_that_stands_in_it() {
        let cases = [
            (json!({}), None, Effect::Read),
            (json!({ "TriggerRefresh": false }), None, Effect::Write),
            (json!({ "clearcache": "true" }), Some(json!({ "ClearCache": false })), Effect::Destroy),
            (json!({}), Some(json!({ "ClearCache": false })), Effect::Read),
            (json!({ "x": 1 }), Some(json!([{}, { "ClearCache": true }])), Effect::Destroy),
            (json!({}), Some(json!([])), Effect::Read),
            (json!({}), Some(json!("text")), Effect::Destroy),
        ];
        let endpoint = find("ListTenants").unwrap();
        for (query, body, expected) in cases {
            let found = of_request(endpoint, query.as_object().unwrap(), body.as_ref());
            assert_eq!(found, expected, "{query} {body:?}");
        }
    }
}
