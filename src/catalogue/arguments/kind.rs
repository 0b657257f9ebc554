//! A plain value as the kind that the server reads.

use serde_json::{Number, Value};

use super::time;
use crate::catalogue::Kind;

/// How a value and a kind go together.
pub(super) enum Fit {
    /// As this value.
    As(Value),
    /// Not, if the kind was read in the server's source; a kind that is only claimed may be wrong.
    Unlike,
    /// Not, whatever the truth about the kind is.
    Never,
    /// Not, for this reason.
    Because(String),
}

/// Fits anything but an object for a map, and a list for a list, which the caller takes apart itself.
///
/// A boolean for text stays one where text is only claimed: such claims are often wrong, and `"false"` would be
/// true for the server.
pub(super) fn fit(kind: Kind, known: bool, value: &Value) -> Fit {
    match kind {
        Kind::Any | Kind::List => Fit::As(value.clone()),
        Kind::Text => text(known, value),
        Kind::Int => number(value, whole),
        Kind::Number => number(value, any_number),
        Kind::Bool => truth(value),
        Kind::UnixTime => match value {
            Value::Array(_) | Value::Object(_) => Fit::Never,
            Value::Bool(_) | Value::Null => Fit::Unlike,
            Value::Number(_) | Value::String(_) => match time::unix_seconds(value) {
                Ok(seconds) => Fit::As(seconds.into()),
                Err(why) => Fit::Because(why),
            },
        },
        Kind::Map if value.is_array() => Fit::Unlike,
        Kind::Map => Fit::Never,
    }
}

/// What a kind is called in the text of a problem.
pub(super) fn in_words(kind: Kind, item: Kind) -> &'static str {
    match (kind, item) {
        (Kind::Any, _) => "a value",
        (Kind::Text, _) => "text",
        (Kind::Int, _) => "a whole number",
        (Kind::Number, _) => "a number",
        (Kind::Bool, _) => "true or false",
        (Kind::UnixTime, _) => "a time",
        (Kind::Map, _) => "a map",
        (Kind::List, Kind::Map) => "a list of maps",
        (Kind::List, _) => "a list",
    }
}

fn text(known: bool, value: &Value) -> Fit {
    match value {
        Value::String(_) => Fit::As(value.clone()),
        Value::Number(number) => Fit::As(number.to_string().into()),
        Value::Bool(truth) if known => Fit::As(truth.to_string().into()),
        Value::Bool(_) => Fit::As(value.clone()),
        Value::Null | Value::Array(_) | Value::Object(_) => Fit::Unlike,
    }
}

fn number(value: &Value, read: fn(&str) -> Option<Number>) -> Fit {
    let number = match value {
        Value::Number(number) => read(&number.to_string()),
        Value::String(text) => read(text.trim()),
        Value::Array(_) | Value::Object(_) => return Fit::Never,
        Value::Bool(_) | Value::Null => None,
    };
    number.map_or(Fit::Unlike, |number| Fit::As(number.into()))
}

/// `12`, and `12.0`, which is how a whole number comes out of a calculation.
fn whole(text: &str) -> Option<Number> {
    let digits = text.split_once('.').map_or(text, |(digits, zeros)| {
        if !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0') { digits } else { text }
    });
    digits.parse::<i64>().map(Number::from).or_else(|_| digits.parse::<u64>().map(Number::from)).ok()
}

fn any_number(text: &str) -> Option<Number> {
    whole(text).or_else(|| Number::from_f64(text.parse().ok()?))
}

fn truth(value: &Value) -> Fit {
    let truth = match value {
        Value::Bool(truth) => Some(*truth),
        Value::Number(number) => zero_or_one(&number.to_string()),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        Value::String(text) => zero_or_one(text),
        Value::Array(_) | Value::Object(_) => return Fit::Never,
        Value::Null => None,
    };
    truth.map_or(Fit::Unlike, |truth| Fit::As(truth.into()))
}

fn zero_or_one(text: &str) -> Option<bool> {
    match text {
        "0" => Some(false),
        "1" => Some(true),
        _ => None,
    }
}
