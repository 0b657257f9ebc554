//! Values as people read them: times by their own clock, and first what became of a write.

use jiff::{Timestamp, tz::TimeZone};
use rhai::{Array, Dynamic, Map};

use crate::value::Row;

/// What is shown first of what a write gives, and what last.
const FIRST: &[&str] = &["status", "done", "message", "tenant"];
const LAST: &[&str] = &["results", "input"];

/// The same value with the times in its rows by the clock of this zone. A text by itself stays as it is.
pub(super) fn for_people(value: &Dynamic, zone: &TimeZone) -> Dynamic {
    if let Some(elements) = value.read_lock::<Array>() {
        return elements.iter().map(|element| row(element, zone)).collect::<Array>().into();
    }
    let of_write = value.read_lock::<Map>().filter(|map| map.contains_key("status") && map.contains_key("done"));
    match of_write {
        Some(map) => row(&Dynamic::from(ordered(&map)), zone),
        None => row(value, zone),
    }
}

fn row(value: &Dynamic, zone: &TimeZone) -> Dynamic {
    let Some(row) = Row::of(value) else { return value.clone() };
    if !row.values().any(|value| local(value, zone).is_some()) {
        return value.clone();
    }
    let values: Vec<Dynamic> =
        row.values().map(|value| local(value, zone).map_or_else(|| value.clone(), Dynamic::from)).collect();
    row.with_values(values).map_or_else(|| value.clone(), Dynamic::from)
}

/// A time by the clock of this zone. Midnight in UTC stands for a day, which is the same everywhere.
fn local(value: &Dynamic, zone: &TimeZone) -> Option<String> {
    let text = value.as_immutable_string_ref().ok()?;
    let looks_so = text.len() >= 20 && text.as_bytes().get(10) == Some(&b'T') && !text.contains("T00:00:00Z");
    let time: Timestamp = text.parse().ok().filter(|_| looks_so)?;
    Some(time.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%d %H:%M:%S %Z").to_string())
}

fn ordered(map: &Map) -> Row {
    let rank = |name: &str| match FIRST.iter().position(|first| *first == name) {
        Some(at) => at,
        None => FIRST.len() + usize::from(LAST.contains(&name)),
    };
    let mut fields: Vec<_> = map.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    fields.sort_by_key(|(name, _)| rank(name));
    fields.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::value::{from_json, to_json};

    #[test]
    fn times_in_rows_are_local() {
        let zone = TimeZone::get("Europe/Vienna").unwrap();
        let shown = |value| to_json(&for_people(&from_json(value), &zone)).to_string();
        let cases = [
            (json!([{ "a": "2022-09-01T03:56:53Z" }]), json!([{ "a": "2022-09-01 05:56:53 CEST" }])),
            (json!({ "a": "2022-12-31T23:30:00.123Z", "b": 1 }), json!({ "a": "2023-01-01 00:30:00 CET", "b": 1 })),
            (json!({ "hired": "2025-01-18T00:00:00Z" }), json!({ "hired": "2025-01-18T00:00:00Z" })),
            (
                json!({ "a": "2025-01-18", "b": "2022-09-01T03:56:53" }),
                json!({ "a": "2025-01-18", "b": "2022-09-01T03:56:53" }),
            ),
            (json!("2022-09-01T03:56:53Z"), json!("2022-09-01T03:56:53Z")),
        ];
        for (given, expected) in cases {
            assert_eq!(shown(given), expected.to_string());
        }
    }

    #[test]
    fn what_became_of_a_write_comes_first() {
        let map = Row::of(&from_json(json!({ "a": 1, "done": true, "input": 2, "status": "x", "z": 3 }))).unwrap();
        let shown = for_people(&Dynamic::from(map.to_map()), &TimeZone::UTC);
        let keys: Vec<String> = Row::of(&shown).unwrap().keys().map(ToString::to_string).collect();
        assert_eq!(keys, ["status", "done", "a", "z", "input"]);
        let plain = Dynamic::from(Map::from([("status".into(), 1.into()), ("a".into(), 2.into())]));
        assert!(for_people(&plain, &TimeZone::UTC).is_map());
    }
}
