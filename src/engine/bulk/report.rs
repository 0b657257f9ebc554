//! What a bulk tells of itself, to scripts and to people.

use std::sync::Arc;

use rhai::{Array, Dynamic, Engine, EvalAltResult, Map, NativeCallContext};

use super::{Done, item};
use crate::{
    engine::{
        native::flow::caught,
        thrown::{self, Result},
    },
    interrupt::Interrupt,
    session::Status,
    value::{Carried, Row},
};

pub(super) fn register(engine: &mut Engine) {
    engine.register_fn("failures", failures);
    engine.register_fn("summary", summary);
    engine.register_fn("rows", rows);
}

/// What the items came to, a count for each status.
type Counts = [i64; Status::ALL.len()];

/// The report of a bulk: a count for each status, and the items.
pub(super) fn report(given: &[Dynamic], keys: Vec<Dynamic>, done: Vec<Option<Done>>, label: String) -> Result<Map> {
    let names = ["index", "key", "status", "done", "value", "error", "ms"];
    let blank: Row = names.into_iter().map(|name| (name, Dynamic::UNIT)).collect();
    let (counts, worst) = count(&done);
    let mut items = Array::with_capacity(done.len());
    for (index, (key, done)) in keys.into_iter().zip(done).enumerate() {
        let status = done.as_ref().map_or(Status::NotRun, Done::status);
        let (value, error, ms) = match done {
            None => (Dynamic::UNIT, Dynamic::UNIT, 0),
            Some(Done { result: Ok(value), ms, .. }) => (value, Dynamic::UNIT, ms),
            Some(Done { result: Err(error), ms, .. }) => (Dynamic::UNIT, caught(*error)?, ms),
        };
        let index = i64::try_from(index).unwrap_or(i64::MAX);
        let values = [index.into(), key, status.name().into(), status.done().into(), value, error, ms.into()];
        items.extend(blank.with_values(values).map(Dynamic::from));
    }
    // An outer bulk sees the worst of this one, whatever the closure makes of the report.
    item::note(worst);
    let mut map: Map =
        Status::ALL.iter().zip(counts).map(|(status, count)| (status.name().into(), count.into())).collect();
    map.insert("total".into(), i64::try_from(items.len()).unwrap_or(i64::MAX).into());
    map.insert("label".into(), label.into());
    map.insert("items".into(), items.into());
    let given = given.iter().map(Dynamic::flatten_clone).collect();
    map.insert(GIVEN.into(), Dynamic::from(Carried(given)));
    Ok(map)
}

/// Under which name a report carries the items that the bulk was given.
const GIVEN: &str = "given";

fn count(done: &[Option<Done>]) -> (Counts, Status) {
    let mut counts = [0; Status::ALL.len()];
    let mut worst = Status::Ok;
    for done in done {
        let status = done.as_ref().map_or(Status::NotRun, Done::status);
        counts[status as usize] += 1;
        worst = worst.max(status);
    }
    (counts, worst)
}

/// What a bulk throws that was interrupted, with what its items have come to.
pub(super) fn stopped(
    interrupt: &Interrupt,
    call: &NativeCallContext,
    done: &[Option<Done>],
    label: &str,
) -> Box<EvalAltResult> {
    let (counts, worst) = count(done);
    let not_run = counts[Status::NotRun as usize];
    let total = i64::try_from(done.len()).unwrap_or(i64::MAX);
    // For the item of an outer bulk, some of this one is done, or nothing.
    item::note(if worst == Status::NotRun && not_run < total { Status::Partial } else { worst });
    let told = told(label, total, |status| counts[status as usize]);
    thrown::throw(&interrupt.failure().because(told), call)
}

/// The items of a report that are not done.
fn failures(report: &mut Map) -> Array {
    let is_open = |item: &Dynamic| {
        item.read_lock::<Row>().and_then(|row| row.get("done")?.as_bool().ok()).is_some_and(|done| !done)
    };
    let items = report.get("items").and_then(|items| items.read_lock::<Array>());
    items.map(|items| items.iter().filter(|item| is_open(item)).cloned().collect()).unwrap_or_default()
}

/// A report in one line, with the counts that are not zero.
fn summary(report: &mut Map) -> String {
    let count = |name: &str| report.get(name).and_then(|count| count.as_int().ok()).unwrap_or_default();
    let label = report.get("label").map(ToString::to_string).unwrap_or_default();
    told(&label, count("total"), |status| count(status.name()))
}

fn told(label: &str, total: i64, count: impl Fn(Status) -> i64) -> String {
    let counts: Vec<String> = Status::ALL
        .iter()
        .map(|status| (count(*status), status.name()))
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| format!("{count} {}", name.replace('_', " ")))
        .collect();
    let start = if label.is_empty() { String::new() } else { format!("{label}: ") };
    let items = if total == 1 { "item" } else { "items" };
    format!("{start}{total} {items}: {}", if counts.is_empty() { "nothing to do".into() } else { counts.join(", ") })
}

/// The items as they were given, with what became of each in columns behind their own.
fn rows(call: NativeCallContext, report: &mut Map) -> Result<Array> {
    let given = report.get(GIVEN).and_then(|given| Some(Arc::clone(&given.read_lock::<Carried>()?.0)));
    let items = report.get("items").and_then(|items| items.read_lock::<Array>());
    let (Some(given), Some(items)) = (given, items) else {
        return Err(thrown::usage("rows is for the report of a bulk, and this map is none", &call));
    };
    let row = |item: &Dynamic| {
        let of_item = |name: &str| Row::of(item).and_then(|item| item.get(name).cloned()).unwrap_or_default();
        let index = of_item("index").as_int().ok().and_then(|index| usize::try_from(index).ok());
        let given = index.and_then(|index| given.get(index)).cloned().unwrap_or_default();
        let mut row = Row::of(&given).unwrap_or_else(|| [("item", given)].into_iter().collect());
        row.set("_status", of_item("status"));
        row.set("_done", of_item("done"));
        row.set("_error", text_of(&of_item("error")));
        Dynamic::from(row)
    };
    Ok(items.iter().map(row).collect())
}

/// An error as text for a cell; empty for none.
fn text_of(error: &Dynamic) -> String {
    match thrown::from_value(error) {
        Some(failure) => failure.message,
        None if error.is_unit() => String::new(),
        None => error.to_string(),
    }
}
