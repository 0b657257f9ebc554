//! Finding what arguments hold at a path of the catalogue, whatever the spelling and the nesting.

use serde_json::{Map, Value};

use super::name::letters;

/// Whether two names are spellings of one.
pub fn same(one: &str, other: &str) -> bool {
    fn bytes(name: &str) -> impl Iterator<Item = u8> + '_ {
        name.bytes().filter(|byte| !matches!(byte, b'_' | b'$')).map(|byte| byte.to_ascii_lowercase())
    }
    // Done for each argument and parameter of each call, and names are nearly always plain.
    if one.is_ascii() && other.is_ascii() { bytes(one).eq(bytes(other)) } else { letters(one).eq(letters(other)) }
}

/// Every value at `path` below `root`: lists are looked through, nulls are not there, `[]` marks are optional.
///
/// A last step `.value` is also found in a plain value, which is what it becomes when it is wrapped.
pub(crate) fn values_at<'v>(root: &'v Value, path: &str) -> Vec<&'v Value> {
    let mut found = Vec::new();
    flatten(root, &mut found);
    for step in path.split('.').map(|step| step.trim_end_matches("[]")).filter(|step| !step.is_empty()) {
        let mut next = Vec::new();
        for value in found {
            match value {
                Value::Object(map) => {
                    for (_, inner) in map.iter().filter(|(name, _)| same(name, step)) {
                        flatten(inner, &mut next);
                    }
                }
                plain if same(step, "value") => next.push(plain),
                _ => {}
            }
        }
        found = next;
    }
    found
}

/// The value in `{label, value}`, or the value itself.
pub(crate) fn unwrapped(value: &Value) -> &Value {
    inner_value(value).unwrap_or(value)
}

/// What an object holds under `value`, in any case of letters.
pub(crate) fn inner_value(value: &Value) -> Option<&Value> {
    value_member(value.as_object()?).map(|(_, inner)| inner)
}

/// The member `value` of an object, in any case of letters, with its name.
pub(crate) fn value_member(map: &Map<String, Value>) -> Option<(&str, &Value)> {
    map.iter().find(|(name, _)| name.eq_ignore_ascii_case("value")).map(|(name, inner)| (name.as_str(), inner))
}

/// The text of a plain value; `None` for maps, lists and null.
pub(crate) fn plain_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn flatten<'v>(value: &'v Value, into: &mut Vec<&'v Value>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| flatten(item, into)),
        Value::Null => {}
        other => into.push(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn spellings_of_one_name_are_the_same() {
        for (one, other, expected) in [
            ("tenantFilter", "tenant_filter", true),
            ("$select", "Select", true),
            ("ÄNDERN_an", "ändernAn", true),
            ("users", "user", false),
            ("", "_", true),
            ("ä", "a", false),
        ] {
            assert_eq!((same(one, other), same(other, one)), (expected, expected), "{one} {other}");
        }
    }

    #[test]
    fn values_are_found_through_lists_and_spellings() {
        let cases = [
            (json!({"State": "on"}), "state", vec![json!("on")]),
            (json!([{"a": 1}, {"A": [2, null]}]), "[].a", vec![json!(1), json!(2)]),
            (json!({"permissions": [{"User_ID": ["x", "y"]}]}), "permissions[].UserID", vec![json!("x"), json!("y")]),
            (json!({"ExpireAction": "DeleteUser"}), "ExpireAction.value", vec![json!("DeleteUser")]),
            (json!({"ExpireAction": {"Value": "DeleteUser"}}), "ExpireAction.value", vec![json!("DeleteUser")]),
            (json!({"a": null}), "a", vec![]),
            (json!({"a": "x"}), "a.b", vec![]),
        ];
        for (root, path, expected) in cases {
            assert_eq!(values_at(&root, path), expected.iter().collect::<Vec<_>>(), "{path} in {root}");
        }
    }
}
