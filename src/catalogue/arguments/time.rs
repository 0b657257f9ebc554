//! A point in time as Unix seconds.

use jiff::Timestamp;
use jiff::civil::DateTime;
use serde_json::Value;

/// The last second of the year 9999. What is later was meant as milliseconds.
const LATEST: i64 = 253_402_300_799;

/// Unix seconds of a whole number, of digits, or of ISO 8601 text with a zone; or why it is none of them.
pub(super) fn unix_seconds(value: &Value) -> Result<i64, String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    };
    let whole = text.strip_suffix(".0").unwrap_or(&text);
    let seconds = match whole.parse::<i64>() {
        Ok(seconds) => seconds,
        Err(_) => iso_seconds(&text)?,
    };
    match seconds {
        0..=LATEST => Ok(seconds),
        _ => Err("takes Unix seconds between 1970 and 9999; milliseconds are a thousand times too large".to_owned()),
    }
}

fn iso_seconds(text: &str) -> Result<i64, String> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time.as_second());
    }
    if text.parse::<DateTime>().is_ok() {
        return Err("takes a time with its zone: add Z, or an offset such as +02:00".to_owned());
    }
    Err("takes a time: Unix seconds, or ISO 8601 text with a zone such as 2026-01-31T08:00:00Z".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn times() {
        let good = [
            (json!(1_767_225_600), 1_767_225_600),
            (json!(1_767_225_600.0), 1_767_225_600),
            (json!("1767225600"), 1_767_225_600),
            (json!("2026-01-01T00:00:00Z"), 1_767_225_600),
            (json!("2026-01-01T02:00:00.5+02:00"), 1_767_225_600),
            (json!(0), 0),
        ];
        for (value, seconds) in good {
            assert_eq!(unix_seconds(&value), Ok(seconds), "{value}");
        }
        let bad = [
            (json!("2026-01-01T00:00:00"), "with its zone"),
            (json!("2026-01-01"), "with its zone"),
            (json!("tomorrow"), "ISO 8601"),
            (json!(1.5), "ISO 8601"),
            (json!(1_767_225_600_000_i64), "milliseconds"),
            (json!(-1), "milliseconds"),
        ];
        for (value, why) in bad {
            assert!(unix_seconds(&value).is_err_and(|text| text.contains(why)), "{value}");
        }
    }
}
