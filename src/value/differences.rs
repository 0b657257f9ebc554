//! In what two JSON values differ.

use std::collections::BTreeSet;

use serde_json::Value;

/// Each difference in words: what was, and what is.
pub fn differences(before: &Value, now: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare("", before, now, &mut found);
    found
}

fn compare(path: &str, before: &Value, now: &Value, found: &mut Vec<String>) {
    match (before, now) {
        (Value::Object(old), Value::Object(new)) => {
            let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
            for name in names {
                let below = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                let field = |fields: &serde_json::Map<String, Value>| fields.get(name).cloned().unwrap_or_default();
                compare(&below, &field(old), &field(new), found);
            }
        }
        (Value::Array(old), Value::Array(new)) if old.len() == new.len() => {
            for (index, (old, new)) in old.iter().zip(new).enumerate() {
                compare(&format!("{path}[{index}]"), old, new, found);
            }
        }
        _ if before != now => found.push(format!("{path} was {before}, and is {now}")),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_difference_is_named() {
        let cases: &[(Value, Value, &[&str])] = &[
            (json!({ "body": { "a": 1, "b": ["x"] } }), json!({ "body": { "b": ["x"], "a": 1 } }), &[]),
            (
                json!({ "body": { "State": "enforced" } }),
                json!({ "body": { "State": "disabled" } }),
                &["body.State was \"enforced\", and is \"disabled\""],
            ),
            (json!({ "a": [1, 2] }), json!({ "a": [1, 3] }), &["a[1] was 2, and is 3"]),
            (json!({ "a": [1] }), json!({ "a": [1, 3] }), &["a was [1], and is [1,3]"]),
            (json!({ "a": 1 }), json!({ "b": 1 }), &["a was 1, and is null", "b was null, and is 1"]),
        ];
        for (before, now, expected) in cases {
            assert_eq!(differences(before, now), *expected, "{before} {now}");
        }
    }
}
