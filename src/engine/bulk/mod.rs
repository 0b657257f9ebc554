//! `bulk` and `par_map`: a closure for many items, several at once, and what became of each.

pub(super) mod item;
mod options;

use std::{
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
    reach::{self, Library},
    thrown::{self, Result},
};
use crate::{
    failure::{Failure, Kind},
    session::{Items, Pending, Session, Status},
    value::Row,
};
use item::Reading;
use options::Options;

/// Stack of a thread that runs closures: 64 levels of calls fit, also unoptimised.
const STACK: usize = 64 * 1024 * 1024;

pub(super) fn register(engine: &mut Engine, context: &Arc<Context>, library: &Library) {
    let context = &Arc::new(Way { context: Arc::clone(context), library: library.clone() });
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

/// What a bulk reaches.
struct Way {
    context: Arc<Context>,
    /// The modules whose functions its closure can call.
    library: Library,
}

/// What an item came to.
struct Done {
    result: std::result::Result<Dynamic, Box<EvalAltResult>>,
    worst: Status,
    /// Its writes that are yet to be read back.
    pending: Vec<Pending>,
    ms: i64,
}

fn par_map(way: &Way, call: &NativeCallContext, items: &[Dynamic], options: Map, closure: &FnPtr) -> Result<Array> {
    let context = &way.context;
    let mut options =
        Options::read(options, &["concurrency"], context).map_err(|failure| thrown::throw(&failure, call))?;
    (options.stop_on_error, options.reading) = (true, Reading::Now);
    let keys = options.keys_of(call, items)?;
    let names = context.session.items(&options.label, keys.iter().map(ToString::to_string));
    let done = run(way, call, items, &names, closure, &options)?;
    done.iter().flatten().for_each(|done| item::note(done.worst));
    done.into_iter().flatten().map(|done| done.result).collect()
}

fn bulk(way: &Way, call: &NativeCallContext, items: &[Dynamic], options: Map, closure: &FnPtr) -> Result<Map> {
    let context = &way.context;
    let known = ["concurrency", "key", "label", "stop_on_error", "verify"];
    let options = Options::read(options, &known, context).map_err(|failure| thrown::throw(&failure, call))?;
    let keys = options.keys_of(call, items)?;
    let names = context.session.items(&options.label, keys.iter().map(ToString::to_string));
    let mut done = run(way, call, items, &names, closure, &options)?;
    settle(&context.session, &mut done);
    report(keys, done, options.label)
}

impl Way {
    /// Whether the bulk may be carried out, by all that its closure can call.
    fn judge(&self, call: &NativeCallContext, names: &Items, closure: &FnPtr) -> std::result::Result<(), Failure> {
        let args = Dynamic::from(self.context.arguments.clone());
        let forecast = reach::of(closure, call, &self.library, args);
        self.context.session.judge_bulk(names, &forecast.calls, forecast.sure)
    }

    /// What the items came to, unless something has ended the run.
    fn ended(&self, mut done: Vec<Option<Done>>, ending: Option<Box<EvalAltResult>>) -> Result<Vec<Option<Done>>> {
        let Some(error) = ending else { return Ok(done) };
        // What was written before must not stay a doubt, unless somebody is in a hurry.
        if !self.context.interrupt.is_raised() {
            settle(&self.context.session, &mut done);
        }
        Err(error)
    }
}

/// Runs the closure for all items. An item that was not started is `None`; an error that ends the run is thrown.
fn run(
    way: &Way,
    call: &NativeCallContext,
    items: &[Dynamic],
    names: &Items,
    closure: &FnPtr,
    options: &Options,
) -> Result<Vec<Option<Done>>> {
    let closure = captures::snapshot(closure, call).map_err(|failure| thrown::throw(&failure, call))?;
    way.judge(call, names, &closure).map_err(|failure| thrown::throw(&failure, call))?;
    let items: Vec<Dynamic> = items.iter().map(Dynamic::flatten_clone).collect();
    let next = AtomicUsize::new(0);
    let stop = AtomicBool::new(false);
    let ending: Mutex<Option<Box<EvalAltResult>>> = Mutex::default();
    let results: Vec<Mutex<Option<Done>>> = items.iter().map(|_| Mutex::default()).collect();
    let work = || {
        while !stop.load(Ordering::Relaxed) {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let (Some(item), Some(place)) = (items.get(index), results.get(index)) else { break };
            item::start(options.reading);
            let _inside = names.enter(index);
            let start = Instant::now();
            let result = closure.call_within_context::<Dynamic>(call, (item.clone(),));
            let (worst, pending) = item::finish();
            let ms = i64::try_from(start.elapsed().as_millis()).unwrap_or(i64::MAX);
            match result {
                Err(error) if !error.is_catchable() => {
                    stop.store(true, Ordering::Relaxed);
                    lock(&ending).get_or_insert(error);
                }
                result => {
                    let failed = result.is_err();
                    *lock(place) = Some(Done { result, worst, pending, ms });
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
    let done = results.into_iter().map(|done| done.into_inner().unwrap_or_else(PoisonError::into_inner)).collect();
    way.ended(done, ending.into_inner().unwrap_or_else(PoisonError::into_inner))
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads back what the items wrote, all together, and tells each what became of it.
fn settle(session: &Session, done: &mut [Option<Done>]) {
    let pending: Vec<&Pending> = done.iter().flatten().flat_map(|done| &done.pending).collect();
    if pending.is_empty() {
        return;
    }
    let mut verdicts = session.settle(&pending).into_iter();
    for done in done.iter_mut().flatten() {
        let own: Vec<Status> = verdicts.by_ref().take(done.pending.len()).map(|verdict| verdict.status).collect();
        if let ([status], Ok(value)) = (own.as_slice(), &mut done.result) {
            bring_up_to_date(value, *status);
        }
        done.worst = own.into_iter().fold(done.worst, Status::max);
    }
}

/// What a write gave says `accepted` until it is read back; so does an item's value that is just that.
fn bring_up_to_date(value: &mut Dynamic, status: Status) {
    let Some(mut map) = value.write_lock::<Map>() else { return };
    let is_report = map.get("status").is_some_and(|status| status.to_string() == Status::Accepted.name());
    if is_report && map.contains_key("endpoint") {
        map.insert("status".into(), status.name().into());
        map.insert("done".into(), status.done().into());
    }
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
            Some(Done { result: Ok(value), worst, ms, .. }) => (worst, value, Dynamic::UNIT, ms),
            Some(Done { result: Err(error), worst, ms, .. }) => {
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
    item::note(worst);
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
