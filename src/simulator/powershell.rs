//! How PowerShell, in which the server is written, reads a JSON value.

use serde_json::Value;

/// The value in `{label, value}` or the plain one: `$x.value ?? $x`.
pub(crate) fn unwrapped(value: &Value) -> &Value {
    match value.as_object() {
        Some(_) => some(member(value, "value")).unwrap_or(value),
        None => value,
    }
}

/// A member of an object by its name in any case of letters; null when there is none.
pub(crate) fn member<'v>(value: &'v Value, name: &str) -> &'v Value {
    let Some(object) = value.as_object() else { return &Value::Null };
    let other_case = || object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    object.get(name).or_else(other_case).unwrap_or(&Value::Null)
}

/// The text that a value becomes where text is wanted.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(" "),
        Value::Object(object) => {
            let members: Vec<_> = object.iter().map(|(key, value)| format!("{key}={}", text(value))).collect();
            format!("@{{{}}}", members.join("; "))
        }
    }
}

/// Whether a value counts as true in a condition: any text that is not empty does, `"false"` too.
pub(crate) fn truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(is) => *is,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => match items.as_slice() {
            [] => false,
            [only] => truthy(only),
            _ => true,
        },
        Value::Object(_) => true,
    }
}

/// Whether a value equals `$true`: the boolean, the number 1, or the text in any case of letters.
pub(crate) fn is_true(value: &Value) -> bool {
    match value {
        Value::Bool(is) => *is,
        Value::Number(number) => number.as_f64() == Some(1.0),
        Value::String(text) => text.eq_ignore_ascii_case("true"),
        _ => false,
    }
}

/// The boolean that `[System.Convert]::ToBoolean` makes of a value; the error is the text that it throws.
pub(crate) fn to_boolean(value: &Value) -> Result<bool, String> {
    match value {
        Value::String(word) if word.eq_ignore_ascii_case("true") => Ok(true),
        Value::String(word) if word.eq_ignore_ascii_case("false") => Ok(false),
        Value::String(word) => Err(format!("String '{word}' was not recognized as a valid Boolean.")),
        other => Ok(truthy(other)),
    }
}

fn some(value: &Value) -> Option<&Value> {
    (!value.is_null()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_value_is_read_as_powershell_reads_it() {
        let bad = |word: &str| Err(format!("String '{word}' was not recognized as a valid Boolean."));
        for (value, as_text, as_condition, as_true, as_boolean) in [
            (json!(null), "", false, false, Ok(false)),
            (json!(true), "True", true, true, Ok(true)),
            (json!(false), "False", false, false, Ok(false)),
            (json!("true"), "true", true, true, Ok(true)),
            (json!("False"), "False", true, false, Ok(false)),
            (json!(""), "", false, false, bad("")),
            (json!("1"), "1", true, false, bad("1")),
            (json!(1), "1", true, true, Ok(true)),
            (json!(0), "0", false, false, Ok(false)),
            (json!([]), "", false, false, Ok(false)),
            (json!([false]), "False", false, false, Ok(false)),
            (json!(["a", "b"]), "a b", true, false, Ok(true)),
            (json!({"a": 1, "b": true}), "@{a=1; b=True}", true, false, Ok(true)),
        ] {
            assert_eq!(text(&value), as_text, "{value}");
            assert_eq!(truthy(&value), as_condition, "{value}");
            assert_eq!(is_true(&value), as_true, "{value}");
            assert_eq!(to_boolean(&value), as_boolean, "{value}");
        }
    }

    #[test]
    fn label_and_value_are_unwrapped() {
        for (value, inner) in [
            (json!({"label": "Enforced", "value": "enforced"}), json!("enforced")),
            (json!({"Value": "enforced"}), json!("enforced")),
            (json!("enforced"), json!("enforced")),
            (json!({"label": "x"}), json!({"label": "x"})),
            (json!({"value": null}), json!({"value": null})),
        ] {
            assert_eq!(*unwrapped(&value), inner, "{value}");
        }
    }
}
