//! What a read shows of a thing that a write is about: how it is now, and how it is to become.

use serde_json::{Map, Value, json};

use super::{Check, Expect, Presence, seen};
use crate::catalogue::path;

/// The name under which it is told whether a row is there.
pub const THERE: &str = "there";

impl Check {
    /// How things are, by what was read: the fields that the write is about, or whether there is such a row at all.
    pub fn now(&self, read: &Value) -> Map<String, Value> {
        let meant = self.rows(read);
        let is_there = || Map::from_iter([(THERE.to_owned(), Value::from(!meant.is_empty()))]);
        let Some(row) = meant.first().filter(|_| self.presence == Presence::Present && !self.expect.is_empty()) else {
            return is_there();
        };
        let value = |field: &str| {
            let found: Vec<Value> = seen::at(row, field).into_iter().map(path::unwrapped).cloned().collect();
            one_or_all(found)
        };
        self.expect.iter().map(|(field, ..)| ((*field).to_owned(), value(field))).collect()
    }

    /// How things are to become, in the same form.
    pub fn wanted(&self) -> Map<String, Value> {
        if self.presence != Presence::Present || self.expect.is_empty() {
            return Map::from_iter([(THERE.to_owned(), (self.presence == Presence::Present).into())]);
        }
        let value = |expect: Expect, values: &[Value]| match expect {
            Expect::Is(_) | Expect::Exactly(_) => one_or_all(values.to_vec()),
            Expect::Not(_) => json!({ "not": one_or_all(values.to_vec()) }),
            Expect::Contains(_) | Expect::Includes(_) => json!({ "with": one_or_all(values.to_vec()) }),
            Expect::Lacks(_) => json!({ "without": one_or_all(values.to_vec()) }),
            Expect::After => json!("the time of the call"),
            Expect::Empty => Value::Null,
            Expect::Set => json!("something"),
        };
        self.expect.iter().map(|(field, expect, values)| ((*field).to_owned(), value(*expect, values))).collect()
    }

    /// Which row is meant, in a text: tells things from each other that one read shows.
    pub fn row_key(&self) -> String {
        let keys: Vec<String> =
            self.row.iter().map(|(_, value)| path::plain_text(path::unwrapped(value)).unwrap_or_default()).collect();
        keys.join(" ")
    }
}

/// In an order of their own: the server may give a list in any.
fn one_or_all(mut values: Vec<Value>) -> Value {
    values.sort_by_cached_key(Value::to_string);
    match values.len() {
        0 => Value::Null,
        1 => values.swap_remove(0),
        _ => Value::Array(values),
    }
}
