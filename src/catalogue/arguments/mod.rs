//! Arguments to request, or all that is wrong with them.
//!
//! [`build`] goes through the arguments once and gathers every problem before it says anything; a request exists
//! only when there is none. What the record has read in the server's source refuses, what is only claimed warns.
//!
//! Names match without regard to case, underscores and `$`, and go out in the record's spelling and place. Null
//! is as good as left out.

mod builder;
mod free;
mod kind;
mod level;
mod named;
mod names;
mod problem;
mod query;
mod request;
mod rows;
mod secrets;
mod slot;
mod tenants;
mod time;
mod users;
mod value;

#[cfg(test)]
mod tests;

pub use named::{Named, name_in_place, named_tenants, perhaps_tenants};
pub(crate) use names::{did_you_mean, in_words, nearest};
pub(crate) use problem::refusal_of;
pub use problem::{Problem, refusal};
pub use request::Request;
pub use secrets::secrets;
pub use tenants::needs_tenants;
pub use users::{name_users, tenants_with_users};

use std::borrow::Cow;

use builder::{Builder, distinct};
use level::{Entry, Level, Unknown};
pub(crate) use rows::{Rows, split};
use serde_json::{Map, Value};
use slot::{ROWS, Slot, in_body, in_query, slots_below};

use super::path::same;
use super::tenant::TenantLookup;
use super::{Endpoint, Method, Place, Root};

/// Turns the arguments of a call into the request to send.
///
/// `arguments` is a map; where the body is an array at its root it is a list of maps, one map for one row, or a
/// map of the query's parameters with the rows under `body`.
///
/// # Errors
///
/// All that is wrong, in the order of the arguments, then what is missing. [`refusal`] tells it to people.
pub fn build(
    endpoint: &'static Endpoint,
    arguments: &Value,
    tenants: &dyn TenantLookup,
) -> Result<Request, Vec<Problem>> {
    let mut builder = Builder::new(endpoint, tenants);
    let body = match split(endpoint, arguments).map_err(|problem| vec![problem])? {
        Rows::One(map) => builder.one(&map),
        Rows::Many { beside, rows } => builder.many(&beside, &rows),
    };
    builder.one_tenant();
    let problems = builder.all_problems();
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(Request {
        endpoint,
        method: endpoint.method,
        body: (endpoint.method == Method::Post).then_some(body),
        tenants: distinct(&builder.targets),
        effect: builder.effect.unwrap_or(endpoint.effect),
        retry_safe: builder.retry_safe,
        targets: builder.count,
        query: builder.query,
        warnings: builder.warnings,
    })
}

impl Builder<'_> {
    /// A call whose arguments are one map; returns the body.
    fn one(&mut self, arguments: &Value) -> Value {
        let Some(map) = arguments.as_object() else { return Value::Null };
        let mut slots = slots_below(self.endpoint, "");
        if self.endpoint.body == Root::Both {
            add_new(&mut slots, slots_below(self.endpoint, ROWS));
        }
        let entries = self.level(&Level { slots: &slots, given: map, at: "", unknown: self.at_root(), secret: false });
        let (query, body) = self.place(entries);
        let targets = self.targets.clone();
        self.judge(&[&query, &body], &targets, self.named > 0, "");
        body
    }

    /// A call whose body is an array; returns the body.
    fn many(&mut self, beside: &Map<String, Value>, rows: &[Cow<'_, Value>]) -> Value {
        let (beside_slots, others): (Vec<Slot>, Vec<Slot>) =
            slots_below(self.endpoint, "").into_iter().partition(|slot| in_query(self.endpoint, slot.param.place));
        let mut slots = slots_below(self.endpoint, ROWS);
        add_new(&mut slots, others);

        let entries =
            self.level(&Level { slots: &beside_slots, given: beside, at: "", unknown: Unknown::Refuse, secret: false });
        let (query, _) = self.place(entries);
        let (named_beside, reached_beside) = (self.named, self.targets.clone());
        let mut body = Vec::with_capacity(rows.len());
        for (index, row) in rows.iter().enumerate() {
            let at = format!("[{index}]");
            let (named, reached) = (self.named, self.targets.len());
            let row = self.row(&slots, row, &at);
            let targets: Vec<_> = reached_beside.iter().chain(self.targets.iter().skip(reached)).cloned().collect();
            self.judge(&[&query, &row], &targets, named_beside > 0 || self.named > named, &at);
            body.push(row);
        }
        if rows.is_empty() {
            self.judge(&[&query], &reached_beside, named_beside > 0, "");
        }
        Value::Array(body)
    }

    fn row(&mut self, slots: &[Slot], row: &Value, at: &str) -> Value {
        let Some(map) = row.as_object() else {
            self.problem(Problem::new(at, format!("\"{at}\" takes a map")));
            return Value::Null;
        };
        let entries = self.level(&Level { slots, given: map, at, unknown: self.at_root(), secret: false });
        Value::Object(entries.into_iter().map(|entry| (entry.name, entry.value)).collect())
    }

    fn at_root(&self) -> Unknown {
        if self.endpoint.open { Unknown::Pass } else { Unknown::Refuse }
    }

    /// Puts each value where the server reads it; returns what is sent in the query and in the body.
    fn place(&mut self, entries: Vec<Entry>) -> (Value, Value) {
        let (mut query, mut body) = (Map::new(), Map::new());
        for entry in entries {
            let place = entry.place.unwrap_or(Place::Body);
            if in_query(self.endpoint, place)
                && !is_left_out(&entry)
                && let Some(text) = self.query_text(&entry.value, &entry.at)
            {
                self.query.push((entry.name.clone(), text));
                query.insert(entry.name.clone(), entry.value.clone());
            }
            if in_body(self.endpoint, place) {
                body.insert(entry.name, entry.value);
            }
        }
        (Value::Object(query), Value::Object(body))
    }
}

/// What must be left out of a query to say what it says: a flag that is off, where the server takes it as set
/// whatever its value is, and a list of nothing.
fn is_left_out(entry: &Entry) -> bool {
    match &entry.value {
        Value::Array(items) => items.is_empty(),
        Value::Bool(truth) => entry.presence && !truth,
        Value::String(text) => entry.presence && text.eq_ignore_ascii_case("false"),
        _ => false,
    }
}

fn add_new(slots: &mut Vec<Slot>, more: Vec<Slot>) {
    for slot in more {
        if !slots.iter().any(|other| same(other.name, slot.name)) {
            slots.push(slot);
        }
    }
}
