//! `bulk` and `par_map`: a closure for many items, several at once, and what became of each.

pub(super) mod item;
mod options;
mod report;
mod work;

use std::sync::Arc;

use rhai::{Array, Dynamic, Engine, EvalAltResult, FnPtr, Map, NativeCallContext};

use super::{
    captures,
    context::Context,
    reach::{self, Library},
    thrown::{self, Result},
};
use crate::{
    catalogue::Effect,
    failure::{Failure, Kind},
    output::Job,
    session::{Items, Pending, Session, Status},
};
use item::Reading;
use options::Options;
use work::Work;

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
    report::register(engine);
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

impl Done {
    /// The worst of its closure and its writes.
    fn status(&self) -> Status {
        match &self.result {
            Ok(_) => self.worst,
            Err(error) if !error.is_catchable() => match self.worst {
                // It was stopped before it wrote anything.
                Status::Ok | Status::NotRun => Status::NotRun,
                worst => worst.max(Status::Partial),
            },
            Err(error) if thrown::kind_of(error) == Some(Kind::InDoubt) => Status::InDoubt,
            Err(_) => self.worst.max(Status::Failed),
        }
    }
}

fn par_map(way: &Way, call: &NativeCallContext, items: &[Dynamic], options: Map, closure: &FnPtr) -> Result<Array> {
    let context = &way.context;
    let mut options =
        Options::read(options, &["concurrency"], context).map_err(|failure| thrown::throw(&failure, call))?;
    (options.stop_on_error, options.reading) = (true, Reading::Now);
    let keys = options.keys_of(call, items)?;
    let names = context.session.items(&options.label, keys.iter().map(ToString::to_string));
    let job = shown(context, &options, items.len());
    let done = finished(context, call, &options, run(way, call, items, &names, closure, &options, &job)?)?;
    done.iter().flatten().for_each(|done| item::note(done.worst));
    done.into_iter().flatten().map(|done| done.result).collect()
}

fn bulk(way: &Way, call: &NativeCallContext, items: &[Dynamic], options: Map, closure: &FnPtr) -> Result<Map> {
    let context = &way.context;
    let known = ["concurrency", "key", "label", "stop_on_error", "verify"];
    let options = Options::read(options, &known, context).map_err(|failure| thrown::throw(&failure, call))?;
    let keys = options.keys_of(call, items)?;
    let names = context.session.items(&options.label, keys.iter().map(ToString::to_string));
    let job = shown(context, &options, items.len());
    let mut done = run(way, call, items, &names, closure, &options, &job)?;
    job.read_back();
    settle(&context.session, &mut done);
    drop(job);
    report::report(items, keys, finished(context, call, &options, done)?, options.label)
}

/// Shows how far the bulk is from now on.
fn shown(context: &Context, options: &Options, total: usize) -> Job {
    let session = Arc::clone(&context.session);
    context.progress.start(&options.label, total, Box::new(move || session.limit()))
}

/// What the items came to; or the error that ends the run, with how far the bulk was when it is an interrupt.
fn finished(
    context: &Context,
    call: &NativeCallContext,
    options: &Options,
    mut done: Vec<Option<Done>>,
) -> Result<Vec<Option<Done>>> {
    if context.interrupt.is_raised() {
        return Err(report::stopped(&context.interrupt, call, &done, &options.label));
    }
    let ends = |done: &Option<Done>| {
        done.as_ref().is_some_and(|done| done.result.as_ref().is_err_and(|error| !error.is_catchable()))
    };
    let ending = done.iter().position(ends).and_then(|at| done.swap_remove(at)?.result.err());
    ending.map_or(Ok(done), Err)
}

impl Way {
    /// Whether the bulk may be carried out, by all that its closure can call; tells whether it can write.
    fn judge(&self, call: &NativeCallContext, names: &Items, closure: &FnPtr) -> std::result::Result<bool, Failure> {
        let args = Dynamic::from(self.context.arguments.clone());
        let forecast = reach::of(closure, call, &self.library, args);
        self.context.session.judge_bulk(names, &forecast.calls, forecast.sure)?;
        Ok(forecast.calls.iter().any(|call| call.worst >= Effect::Write))
    }
}

/// Runs the closure for all items. An item that was not started is `None`.
fn run(
    way: &Way,
    call: &NativeCallContext,
    items: &[Dynamic],
    names: &Items,
    closure: &FnPtr,
    options: &Options,
    job: &Job,
) -> Result<Vec<Option<Done>>> {
    let closure = captures::snapshot(closure, call).map_err(|failure| thrown::throw(&failure, call))?;
    let writes = way.judge(call, names, &closure).map_err(|failure| thrown::throw(&failure, call))?;
    let at_once = options.concurrency + if writes { options.ahead } else { 0 };
    let items = items.iter().map(Dynamic::flatten_clone).collect();
    Work { call, closure, items, names, options, job }.run(at_once)
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
