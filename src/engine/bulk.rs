//! `bulk` and `par_map`: a closure for many items, several at once, and what became of each.

use std::{
    cell::Cell,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Instant,
};

use rhai::{Array, Dynamic, Engine, EvalAltResult, FnPtr, Map, NativeCallContext};

use super::{
    captures,
    context::Context,
    native::flow::caught,
    thrown::{self, Result},
};
use crate::{
    failure::{Failure, Kind},
    session::Status,
    value::Row,
};

/// Stack of a thread that runs closures: 64 levels of calls fit, also unoptimised.
const STACK: usize = 64 * 1024 * 1024;

pub(super) fn register(engine: &mut Engine, context: &Arc<Context>) {
    let all = Arc::clone(context);
    engine.register_fn("bulk", move |call: NativeCallContext, items: Array, closure: FnPtr| {
        bulk(&all, &call, &items, Map::new(), &closure)
    });
    let all = Arc::clone(context);
    engine.register_fn("bulk", move |call: NativeCallContext, items: Array, options: Map, closure: FnPtr| {
        bulk(&all, &call, &items, options, &closure)
    });
    let all = Arc::clone(context);
    engine.register_fn("par_map", move |call: NativeCallContext, items: Array, closure: FnPtr| {
        par_map(&all, &call, &items, Map::new(), &closure)
    });
    let all = Arc::clone(context);
    engine.register_fn("par_map", move |call: NativeCallContext, items: Array, options: Map, closure: FnPtr| {
        par_map(&all, &call, &items, options, &closure)
    });
    engine.register_fn("failures", failures);
    engine.register_fn("summary", summary);
}

/// Notes what became of a write, for the item that runs on this thread.
pub(super) fn note(status: Status) {
    WORST.set(WORST.get().max(status));
}

/// The worst so far of what became of the writes of the item that runs on this thread.
pub(super) fn worst() -> Status {
    WORST.get()
}

/// Says it anew, when a write that was queued has become something.
pub(super) fn set_worst(status: Status) {
    WORST.set(status);
}

thread_local! {
    /// The worst of what became of the writes of the item that runs on this thread.
    static WORST: Cell<Status> = const { Cell::new(Status::Ok) };
}

/// What an item came to.
struct Done {
    result: std::result::Result<Dynamic, Box<EvalAltResult>>,
    worst: Status,
    ms: i64,
}

fn par_map(
    context: &Context,
    call: &NativeCallContext,
    items: &[Dynamic],
    options: Map,
    closure: &FnPtr,
) -> Result<Array> {
    let options = Options::read(options, &["concurrency"], context).map_err(|failure| thrown::throw(&failure, call))?;
    let done = run(call, items, closure, &Options { stop_on_error: true, ..options })?;
    done.into_iter().flatten().map(|done| done.result).collect()
}

fn bulk(context: &Context, call: &NativeCallContext, items: &[Dynamic], options: Map, closure: &FnPtr) -> Result<Map> {
    let known = ["concurrency", "key", "label", "stop_on_error"];
    let options = Options::read(options, &known, context).map_err(|failure| thrown::throw(&failure, call))?;
    let keys: Vec<Dynamic> =
        items.iter().enumerate().map(|(index, item)| options.key_of(call, index, item)).collect::<Result<_>>()?;
    let done = run(call, items, closure, &options)?;
    report(keys, done, options.label)
}

/// Runs the closure for all items. An item that was not started is `None`; an error that ends the run is thrown.
fn run(call: &NativeCallContext, items: &[Dynamic], closure: &FnPtr, options: &Options) -> Result<Vec<Option<Done>>> {
    let closure = captures::snapshot(closure, call).map_err(|failure| thrown::throw(&failure, call))?;
    let items: Vec<Dynamic> = items.iter().map(Dynamic::flatten_clone).collect();
    let next = AtomicUsize::new(0);
    let stop = AtomicBool::new(false);
    let ending: Mutex<Option<Box<EvalAltResult>>> = Mutex::default();
    let results: Vec<Mutex<Option<Done>>> = items.iter().map(|_| Mutex::default()).collect();
    let work = || {
        while !stop.load(Ordering::Relaxed) {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let (Some(item), Some(place)) = (items.get(index), results.get(index)) else { break };
            WORST.set(Status::Ok);
            let start = Instant::now();
            let result = closure.call_within_context::<Dynamic>(call, (item.clone(),));
            let ms = i64::try_from(start.elapsed().as_millis()).unwrap_or(i64::MAX);
            match result {
                Err(error) if !error.is_catchable() => {
                    stop.store(true, Ordering::Relaxed);
                    lock(&ending).get_or_insert(error);
                }
                result => {
                    let failed = result.is_err();
                    *lock(place) = Some(Done { result, worst: WORST.get(), ms });
                    if failed && options.stop_on_error {
                        stop.store(true, Ordering::Relaxed);
                    }
                }
            }
        }
    };
    let cannot_start = |cause: std::io::Error| {
        thrown::throw(&Failure::new(Kind::Internal, "cannot start a thread for a bulk").because(cause), call)
    };
    thread::scope(|scope| -> Result<()> {
        for _ in 0..options.concurrency.min(items.len()) {
            let builder = thread::Builder::new().name("bulk".into()).stack_size(STACK);
            builder.spawn_scoped(scope, work).map_err(cannot_start)?;
        }
        Ok(())
    })?;
    match ending.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(error) => Err(error),
        None => Ok(results.into_iter().map(|done| done.into_inner().unwrap_or_else(PoisonError::into_inner)).collect()),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The report of a bulk: a count for each status, and the items.
fn report(keys: Vec<Dynamic>, done: Vec<Option<Done>>, label: String) -> Result<Map> {
    let names = ["index", "key", "status", "done", "value", "error", "ms"];
    let blank: Row = names.into_iter().map(|name| (name, Dynamic::UNIT)).collect();
    let mut counts = [0_i64; Status::ALL.len()];
    let mut worst = Status::Ok;
    let mut items = Array::with_capacity(done.len());
    for (index, (key, done)) in keys.into_iter().zip(done).enumerate() {
        let (status, value, error, ms) = match done {
            None => (Status::NotRun, Dynamic::UNIT, Dynamic::UNIT, 0),
            Some(Done { result: Ok(value), worst, ms }) => (worst, value, Dynamic::UNIT, ms),
            Some(Done { result: Err(error), worst, ms }) => {
                let error = caught(*error)?;
                let doubt = thrown::from_value(&error).is_some_and(|failure| failure.kind == Kind::InDoubt);
                (worst.max(if doubt { Status::InDoubt } else { Status::Failed }), Dynamic::UNIT, error, ms)
            }
        };
        counts[status as usize] += 1;
        worst = worst.max(status);
        let index = i64::try_from(index).unwrap_or(i64::MAX);
        let values = [index.into(), key, status.name().into(), status.done().into(), value, error, ms.into()];
        items.extend(blank.with_values(values).map(Dynamic::from));
    }
    // An outer bulk sees the worst of this one, whatever the closure makes of the report.
    note(worst);
    let mut map: Map =
        Status::ALL.iter().zip(counts).map(|(status, count)| (status.name().into(), count.into())).collect();
    map.insert("total".into(), i64::try_from(items.len()).unwrap_or(i64::MAX).into());
    map.insert("label".into(), label.into());
    map.insert("items".into(), items.into());
    Ok(map)
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
    let counts: Vec<String> = Status::ALL
        .iter()
        .map(|status| (count(status.name()), status.name()))
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| format!("{count} {}", name.replace('_', " ")))
        .collect();
    let label = report.get("label").map(ToString::to_string).filter(|label| !label.is_empty());
    let start = label.map_or_else(String::new, |label| format!("{label}: "));
    let items = if count("total") == 1 { "item" } else { "items" };
    format!(
        "{start}{} {items}: {}",
        count("total"),
        if counts.is_empty() { "nothing to do".into() } else { counts.join(", ") }
    )
}

/// What the second argument of `bulk` may hold.
struct Options {
    concurrency: usize,
    key: Option<Key>,
    label: String,
    stop_on_error: bool,
}

enum Key {
    Field(String),
    Closure(FnPtr),
}

impl Options {
    fn read(options: Map, known: &[&str], context: &Context) -> std::result::Result<Self, Failure> {
        let mut read = Self { concurrency: context.concurrency, key: None, label: String::new(), stop_on_error: false };
        let wrong = |name: &str, wanted: &str| Failure::new(Kind::Usage, format!("the option {name} takes {wanted}"));
        for (name, value) in options {
            match name.as_str() {
                name if !known.contains(&name) => {
                    return Err(Failure::new(Kind::Usage, format!("unknown option \"{name}\""))
                        .hint(format!("there are {}", known.join(", "))));
                }
                "concurrency" => {
                    let number = value.as_int().ok().and_then(|number| usize::try_from(number).ok());
                    let number = number.filter(|number| (1..=1024).contains(number));
                    read.concurrency = number.ok_or_else(|| wrong("concurrency", "a whole number from 1 to 1024"))?;
                }
                "stop_on_error" => {
                    read.stop_on_error = value.as_bool().map_err(|_| wrong("stop_on_error", "true or false"))?;
                }
                "label" => read.label = value.into_string().map_err(|_| wrong("label", "text"))?,
                _ => {
                    read.key = Some(match value.clone().try_cast::<FnPtr>() {
                        Some(closure) => Key::Closure(closure),
                        None => Key::Field(
                            value.into_string().map_err(|_| wrong("key", "the name of a field, or a closure"))?,
                        ),
                    });
                }
            }
        }
        Ok(read)
    }

    /// What tells an item from the others: what the option says, else a user's or a row's name, else the item or its
    /// place.
    fn key_of(&self, call: &NativeCallContext, index: usize, item: &Dynamic) -> Result<Dynamic> {
        let field = |name: &str| {
            let row = item.read_lock::<Row>();
            row.and_then(|row| row.get_ignoring_case(name).cloned())
                .or_else(|| item.read_lock::<Map>().and_then(|map| map.get(name).cloned()))
        };
        match &self.key {
            Some(Key::Closure(closure)) => closure.call_within_context(call, (item.flatten_clone(),)),
            Some(Key::Field(name)) => field(name)
                .ok_or_else(|| thrown::usage(format!("item {index} has no field \"{name}\" to be its key"), call)),
            None if item.is_string() || item.is_int() => Ok(item.flatten_clone()),
            None => {
                let names = ["userPrincipalName", "UPN", "defaultDomainName", "id"];
                let place = || i64::try_from(index).unwrap_or(i64::MAX).into();
                Ok(names.into_iter().find_map(field).unwrap_or_else(place))
            }
        }
    }
}
