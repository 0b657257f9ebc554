//! Points in time, as ISO text in UTC, which compares with the times in rows.

use jiff::{SignedDuration, Timestamp, fmt::strtime, tz::TimeZone};
use rhai::{Engine, INT, NativeCallContext};

use super::super::thrown::{self, Result};
use crate::value::{instant, iso};

pub(in super::super) fn register(engine: &mut Engine) {
    engine.register_fn("now", || iso(Timestamp::now()));
    engine.register_fn("ago", |call: NativeCallContext, text: &str| -> Result<String> {
        let past =
            duration(text).and_then(|duration| Timestamp::now().checked_sub(duration).map_err(|e| e.to_string()));
        past.map(iso).map_err(|why| thrown::usage(why, &call))
    });
    engine.register_fn("parse_time", |call: NativeCallContext, text: &str| -> Result<String> {
        instant(text).map(iso).map_err(|why| thrown::usage(why, &call))
    });
    engine.register_fn(
        "parse_time",
        |call: NativeCallContext, text: &str, format: &str, zone: &str| -> Result<String> {
            by_format(text, format, zone).map(iso).map_err(|why| thrown::usage(why, &call))
        },
    );
    engine.register_fn("unix", |call: NativeCallContext, text: &str| -> Result<INT> {
        instant(text).map(Timestamp::as_second).map_err(|why| thrown::usage(why, &call))
    });
    engine.register_fn("format_time", |call: NativeCallContext, text: &str, format: &str| -> Result<String> {
        formatted(text, format, "UTC").map_err(|why| thrown::usage(why, &call))
    });
    engine.register_fn(
        "format_time",
        |call: NativeCallContext, text: &str, format: &str, zone: &str| -> Result<String> {
            formatted(text, format, zone).map_err(|why| thrown::usage(why, &call))
        },
    );
}

/// A number and a unit of `s`, `m`, `h`, `d` or `w`.
///
/// # Errors
///
/// Why it is none, in words.
pub fn duration(text: &str) -> std::result::Result<SignedDuration, String> {
    let wrong = || format!("\"{text}\" is no length of time: write for example 30d, 12h or 90m");
    let unit = text.trim().chars().next_back().ok_or_else(wrong)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        'w' => 604_800,
        _ => return Err(wrong()),
    };
    let number: i64 = text.trim().trim_end_matches(unit).trim().parse().map_err(|_| wrong())?;
    number.checked_mul(seconds).map(SignedDuration::from_secs).ok_or_else(wrong)
}

fn time_zone(name: &str) -> std::result::Result<TimeZone, String> {
    TimeZone::get(name).map_err(|_| format!("there is no time zone \"{name}\": write for example Europe/Vienna"))
}

fn by_format(text: &str, format: &str, zone: &str) -> std::result::Result<Timestamp, String> {
    let wrong = |cause: jiff::Error| format!("\"{text}\" is not of the form \"{format}\": {cause}");
    let parsed = strtime::parse(format, text).map_err(wrong)?;
    if let Ok(instant) = parsed.to_timestamp() {
        return Ok(instant);
    }
    let time = parsed.to_datetime().or_else(|_| parsed.to_date().map(|date| date.at(0, 0, 0, 0))).map_err(wrong)?;
    time.to_zoned_datetime(time_zone(zone)?).map(|zoned| zoned.timestamp()).map_err(wrong)
}

fn formatted(text: &str, format: &str, zone: &str) -> std::result::Result<String, String> {
    let zoned = instant(text)?.to_zoned_datetime(time_zone(zone)?);
    strtime::format(format, &zoned).map_err(|cause| format!("the form \"{format}\" is wrong: {cause}"))
}
