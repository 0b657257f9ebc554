//! What a read shows of a write.

use jiff::Timestamp;
use serde_json::Value;

use super::compare::{holds, includes, is_after, is_nothing, same};
use super::{Check, Expect, Presence};
use crate::catalogue::path;

/// What a read shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// It is so.
    So,
    /// Nothing to tell it by: what is missing, in words.
    Missing(String),
    /// It is not so: what is there instead, in words.
    Other(String),
}

impl Check {
    /// Compares what was read, as JSON, with what is expected of a write sent at `since` by the server's clock.
    pub fn seen(&self, read: &Value, since: Timestamp) -> Seen {
        let rows = path::values_at(read, self.rows);
        let meant: Vec<&Value> = rows.iter().copied().filter(|row| self.is_meant(row)).collect();
        match self.presence {
            Presence::Absent if meant.is_empty() => Seen::So,
            Presence::AbsentBesideOthers if meant.is_empty() && !rows.is_empty() => Seen::So,
            Presence::AbsentBesideOthers if meant.is_empty() => Seen::Missing("the list is empty".into()),
            Presence::Absent | Presence::AbsentBesideOthers => {
                Seen::Other(format!("{} is still there", self.row_name()))
            }
            Presence::Present if meant.is_empty() => Seen::Missing(format!("{} is not there", self.row_name())),
            Presence::Present => self.best(&meant, since),
        }
    }

    /// The rows of what was read that are meant.
    pub fn rows<'r>(&self, read: &'r Value) -> Vec<&'r Value> {
        path::values_at(read, self.rows).into_iter().filter(|row| self.is_meant(row)).collect()
    }

    /// Whether a row is the one that is meant.
    fn is_meant(&self, row: &Value) -> bool {
        self.row.iter().all(|(fields, wanted)| {
            let other = wanted.as_str().and_then(|text| text.strip_prefix("! ")).map(Value::from);
            let equal = |field| at(row, field).iter().any(|value| same(value, other.as_ref().unwrap_or(wanted), false));
            fields.split('|').any(equal) != other.is_some()
        })
    }

    /// One of several rows that are meant is enough.
    fn best(&self, rows: &[&Value], since: Timestamp) -> Seen {
        let mut best = Seen::So;
        for (index, row) in rows.iter().enumerate() {
            let seen = self.fields(row, since);
            if seen == Seen::So {
                return Seen::So;
            }
            if index == 0 {
                best = seen;
            }
        }
        best
    }

    fn fields(&self, row: &Value, since: Timestamp) -> Seen {
        let mut missing = Seen::So;
        for (field, expect, wanted) in &self.expect {
            let found: Vec<&Value> = at(row, field).into_iter().filter(|value| !is_nothing(value)).collect();
            if is_so(*expect, &found, wanted, since) {
                continue;
            }
            if found.is_empty() && !has(row, field) {
                missing = Seen::Missing(format!("{field} is not told"));
            } else {
                return Seen::Other(told(field, *expect, &found, wanted));
            }
        }
        missing
    }

    fn row_name(&self) -> String {
        let keys: Vec<String> = self.row.iter().map(|(field, value)| format!("{field} {}", in_words(value))).collect();
        if keys.is_empty() { "a row".into() } else { format!("the row with {}", keys.join(" and ")) }
    }
}

fn is_so(expect: Expect, found: &[&Value], wanted: &[Value], since: Timestamp) -> bool {
    let equal = |exactly| {
        let wanted: Vec<&Value> = wanted.iter().filter(|value| !is_nothing(value)).collect();
        let covers = |one: &[&Value], other: &[&Value]| {
            one.iter().all(|value| other.iter().any(|other| same(value, other, exactly)))
        };
        covers(found, &wanted) && covers(&wanted, found)
    };
    let has = |part: &Value| found.iter().any(|value| holds(value, part));
    match expect {
        Expect::Is(_) => equal(false),
        Expect::Exactly(_) => equal(true),
        Expect::Not(_) => !found.is_empty() && !equal(false),
        Expect::Contains(_) => wanted.iter().all(has),
        Expect::Lacks(_) => !wanted.iter().any(has),
        Expect::Includes(_) => wanted.iter().all(|part| found.iter().any(|value| includes(value, part))),
        Expect::After => found.iter().any(|value| is_after(value, since)),
        Expect::Empty => found.is_empty(),
        Expect::Set => !found.is_empty(),
    }
}

/// The values at a path of a row; a name of OData, which has a dot in it, is one step.
pub(super) fn at<'r>(row: &'r Value, field: &str) -> Vec<&'r Value> {
    match row.get(field) {
        Some(value) if field.starts_with('@') => vec![value],
        _ => path::values_at(row, field),
    }
}

/// Whether the row says anything about a field, be it that it holds nothing.
fn has(row: &Value, field: &str) -> bool {
    let (above, name) = field.rsplit_once('.').unwrap_or(("", field));
    let names = |value: &&Value| value.as_object().is_some_and(|map| map.keys().any(|key| path::same(key, name)));
    path::values_at(row, above).iter().any(names)
}

fn told(field: &str, expect: Expect, found: &[&Value], wanted: &[Value]) -> String {
    let list = |values: Vec<&Value>| match values.as_slice() {
        [] => "empty".to_owned(),
        values => values.iter().map(|value| in_words(value)).collect::<Vec<_>>().join(", "),
    };
    let (found, wanted) = (list(found.to_vec()), list(wanted.iter().collect()));
    match expect {
        Expect::Is(_) | Expect::Exactly(_) => format!("{field} is {found}, not {wanted}"),
        Expect::Not(_) => format!("{field} is still {found}"),
        Expect::Contains(_) | Expect::Includes(_) => format!("{field} is {found}, without {wanted}"),
        Expect::Lacks(_) => format!("{field} is {found}, still with {wanted}"),
        Expect::After => format!("{field} is {found}, which is before the call"),
        Expect::Empty => format!("{field} is {found}, not empty"),
        Expect::Set => format!("{field} is empty"),
    }
}

/// How much of a text is shown.
const SHOWN: usize = 80;

fn in_words(value: &Value) -> String {
    let text = path::unwrapped(value).to_string();
    if text.chars().count() > SHOWN { format!("{}...", text.chars().take(SHOWN).collect::<String>()) } else { text }
}
