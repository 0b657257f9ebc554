//! Whether two values are the same for the server.

use jiff::Timestamp;
use serde_json::Value;

use crate::catalogue::path::{plain_text, unwrapped};

/// Whether two values are the same: `{label, value}` is its value, texts and booleans and numbers are what they say.
pub(super) fn same(one: &Value, other: &Value, exactly: bool) -> bool {
    let (one, other) = (unwrapped(one), unwrapped(other));
    let (Some(one), Some(other)) = (plain_text(one), plain_text(other)) else { return one == other };
    let (one, other) = (one.trim(), other.trim());
    if one == other || (!exactly && one.to_lowercase() == other.to_lowercase()) {
        return true;
    }
    let numbers = one.parse::<f64>().ok().zip(other.parse::<f64>().ok());
    // Booleans are `True` in texts that PowerShell made.
    let is_truth = |text: &str| text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false");
    numbers.is_some_and(|(one, other)| one == other) || (is_truth(one) && one.eq_ignore_ascii_case(other))
}

/// Whether a value holds another: as one of the parts of a text, with a remark in brackets behind it or not.
pub(super) fn holds(value: &Value, part: &Value) -> bool {
    if same(value, part, false) {
        return true;
    }
    let (Some(text), Some(part)) = (plain_text(unwrapped(value)), plain_text(unwrapped(part))) else { return false };
    let part = part.trim().to_lowercase();
    text.split([',', ';', '\r', '\n']).any(|piece| {
        let piece = piece.trim().to_lowercase();
        piece == part || piece.strip_prefix(&part).is_some_and(|rest| rest.starts_with(" ("))
    })
}

/// Whether a text has another in it, marks of HTML, spaces and the case of letters aside.
pub(super) fn includes(value: &Value, part: &Value) -> bool {
    let (Some(text), Some(part)) = (plain_text(unwrapped(value)), plain_text(unwrapped(part))) else { return false };
    let bare = |text: &str| {
        let mut outside = true;
        let shown = text.chars().filter(|c| {
            let keep = outside && *c != '<';
            outside = if outside { *c != '<' } else { *c == '>' };
            keep && !c.is_whitespace()
        });
        shown.flat_map(char::to_lowercase).collect::<String>()
    };
    bare(&text).contains(&bare(&part))
}

/// Whether a value is nothing: not there, or an empty text.
pub(super) fn is_nothing(value: &Value) -> bool {
    match unwrapped(value) {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        _ => false,
    }
}

/// Whether a value is a time that is not before `since`.
pub(super) fn is_after(value: &Value, since: Timestamp) -> bool {
    match unwrapped(value) {
        Value::String(text) => text.trim().parse::<Timestamp>().is_ok_and(|time| time >= since),
        Value::Number(seconds) => seconds.as_i64().is_some_and(|seconds| seconds >= since.as_second()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_compared_as_the_server_takes_them() {
        let cases = [
            (json!("Enforced"), json!("enforced"), true, false),
            (json!({ "label": "On", "value": "on" }), json!("on"), true, true),
            (json!(true), json!("True"), true, true),
            (json!("5"), json!(5), true, true),
            (json!("5"), json!("5.0"), true, true),
            (json!("Zoë"), json!("ZOË"), true, false),
            (json!("a"), json!("b"), false, false),
            (json!(false), json!("true"), false, false),
            (json!(null), json!("a"), false, false),
            (json!([1]), json!([1]), true, true),
        ];
        for (one, other, loosely, exactly) in cases {
            assert_eq!((same(&one, &other, false), same(&one, &other, true)), (loosely, exactly), "{one} {other}");
        }
    }

    #[test]
    fn texts_hold_parts() {
        let cases = [
            ("Ann Lee\r\nBob", "bob", true),
            ("All Devices (required), X", "All devices", true),
            ("Anna", "Ann", false),
            ("", "a", false),
        ];
        for (value, part, expected) in cases {
            assert_eq!(holds(&json!(value), &json!(part)), expected, "{value:?} {part:?}");
        }
    }

    #[test]
    fn texts_include_texts() {
        let cases = [
            ("<html><body>\r\n<p>I am  away</p></body></html>", "I am away", true),
            ("<p>I am away</p>", "<div>I am away</div>", true),
            ("I am here", "I am away", false),
        ];
        for (value, part, expected) in cases {
            assert_eq!(includes(&json!(value), &json!(part)), expected, "{value:?} {part:?}");
        }
    }

    #[test]
    fn times_are_compared() {
        let since: Timestamp = "2026-03-01T10:00:00Z".parse().unwrap();
        let cases = [
            (json!("2026-03-01T10:00:00Z"), true),
            (json!("2026-03-01T11:00:00+02:00"), false),
            (json!("2026-08-08T00:35:13.1234567+00:00"), true),
            (json!(since.as_second()), true),
            (json!(since.as_second() - 1), false),
            (json!("yesterday"), false),
            (json!(null), false),
        ];
        for (value, expected) in cases {
            assert_eq!(is_after(&value, since), expected, "{value}");
        }
    }
}
