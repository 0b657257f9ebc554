//! Points in time as ISO text.

use jiff::{Timestamp, civil};

/// ISO text in UTC, in whole seconds.
pub fn iso(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The time that ISO text with a zone names.
///
/// # Errors
///
/// What is wrong with the text.
pub fn instant(text: &str) -> Result<Timestamp, String> {
    text.parse().map_err(|_| {
        let hint = if text.parse::<civil::DateTime>().is_ok() {
            "has no zone: add Z, or give format and zone"
        } else {
            "is no ISO time"
        };
        format!("\"{text}\" {hint}")
    })
}

/// A day (its start in UTC) or ISO text with a zone, as ISO text in UTC.
///
/// # Errors
///
/// What is wrong with the text.
pub fn day_or_time(text: &str) -> Result<String, String> {
    match text.parse::<civil::Date>() {
        // A time reads as a date too, by leaving the time out.
        Ok(date) if text.len() == 10 => Ok(format!("{date}T00:00:00Z")),
        _ => instant(text).map(iso),
    }
}
