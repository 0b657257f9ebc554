//! Takes secrets out of what is kept.

use serde_json::Value;

use crate::redact::{self, MASK, is_secret_name};

/// The same value with a mask in place of every one of these secrets, of whatever a name calls one, and of what looks like one.
pub fn masked(value: &Value, secrets: &[String]) -> Value {
    match value {
        Value::String(text) => without(text, secrets).into(),
        Value::Number(number) if secrets.iter().any(|secret| *secret == number.to_string()) => MASK.into(),
        Value::Array(elements) => elements.iter().map(|element| masked(element, secrets)).collect(),
        Value::Object(fields) => {
            let field = |(name, value): (&String, &Value)| {
                (name.clone(), if is_secret_name(name) { hidden(value) } else { masked(value, secrets) })
            };
            Value::Object(fields.iter().map(field).collect())
        }
        other => other.clone(),
    }
}

fn without(text: &str, secrets: &[String]) -> String {
    let mut secrets: Vec<&String> = secrets.iter().filter(|secret| !secret.is_empty()).collect();
    // Longest first: a secret that is part of another one must not leave the rest of it.
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    let clean = secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), MASK));
    redact::text(&clean).into_owned()
}

/// All that could be a secret; a switch is none.
fn hidden(value: &Value) -> Value {
    match value {
        Value::Null | Value::Bool(_) => value.clone(),
        Value::String(text) if text.is_empty() || ["true", "false"].contains(&text.as_str()) => value.clone(),
        Value::String(_) | Value::Number(_) => MASK.into(),
        Value::Array(elements) => elements.iter().map(hidden).collect(),
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), hidden(value))).collect(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_masked_by_value_and_by_name() {
        let secrets = ["hunter2".to_owned(), "hunter2-long".to_owned(), "4711".to_owned(), String::new()];
        let cases = [
            (json!("hunter2"), json!(MASK)),
            (json!("it is hunter2-long!"), json!(format!("it is {MASK}!"))),
            (json!([4711, 4712]), json!([MASK, 4712])),
            (
                json!({ "displayName": "Ann", "x": { "y": "hunter2" } }),
                json!({ "displayName": "Ann", "x": { "y": MASK } }),
            ),
            (json!({ "Client_Secret": "s", "n": 1 }), json!({ "Client_Secret": MASK, "n": 1 })),
            (json!("Password: Hush-1x"), json!(format!("Password: {MASK}"))),
            (json!({ "MustChangePassword": true }), json!({ "MustChangePassword": true })),
            (json!({ "passwords": [{ "value": "a" }] }), json!({ "passwords": [{ "value": MASK }] })),
        ];
        for (given, kept) in cases {
            assert_eq!(masked(&given, &secrets), kept);
        }
    }
}
