//! The items of a bulk while they run, on as many threads as there are to be.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Instant,
};

use rhai::{Dynamic, FnPtr, NativeCallContext};

use super::{Done, item, options::Options};
use crate::{
    engine::thrown::{self, Result},
    failure::{Failure, Kind},
    output::Job,
    session::Items,
};

/// Stack of a thread that runs closures: 64 levels of calls fit, also unoptimised.
const STACK: usize = 64 * 1024 * 1024;

/// What the threads share.
pub(super) struct Work<'w> {
    pub(super) call: &'w NativeCallContext<'w>,
    /// It has its own copies of all that it captures.
    pub(super) closure: FnPtr,
    pub(super) items: Vec<Dynamic>,
    pub(super) names: &'w Items,
    pub(super) options: &'w Options,
    pub(super) job: &'w Job,
}

/// How far they are.
struct Course {
    next: AtomicUsize,
    stop: AtomicBool,
    results: Vec<Mutex<Option<Done>>>,
}

impl Work<'_> {
    /// Runs all items, so many at once. One that was not started is `None`.
    pub(super) fn run(&self, at_once: usize) -> Result<Vec<Option<Done>>> {
        let course = Course {
            next: AtomicUsize::new(0),
            stop: AtomicBool::new(false),
            results: self.items.iter().map(|_| Mutex::default()).collect(),
        };
        let cannot_start = |cause: std::io::Error| {
            thrown::throw(&Failure::new(Kind::Internal, "cannot start a thread for a bulk").because(cause), self.call)
        };
        thread::scope(|scope| -> Result<()> {
            for _ in 0..at_once.min(self.items.len()) {
                let builder = thread::Builder::new().name("bulk".into()).stack_size(STACK);
                builder.spawn_scoped(scope, || self.go_through(&course)).map_err(cannot_start)?;
            }
            Ok(())
        })?;
        Ok(course.results.into_iter().map(|done| done.into_inner().unwrap_or_else(PoisonError::into_inner)).collect())
    }

    /// One item after the other, until there are no more, or one stops them.
    fn go_through(&self, course: &Course) {
        while !course.stop.load(Ordering::Relaxed) {
            let index = course.next.fetch_add(1, Ordering::Relaxed);
            let (Some(item), Some(place)) = (self.items.get(index), course.results.get(index)) else { break };
            let done = self.one(index, item);
            if done.result.as_ref().is_err_and(|error| self.options.stop_on_error || !error.is_catchable()) {
                course.stop.store(true, Ordering::Relaxed);
            }
            self.job.count(done.status());
            *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(done);
        }
    }

    fn one(&self, index: usize, item: &Dynamic) -> Done {
        item::start(self.options.reading);
        let _inside = self.names.enter(index);
        let start = Instant::now();
        let result = self.closure.call_within_context::<Dynamic>(self.call, (item.clone(),));
        let (worst, pending) = item::finish();
        let ms = i64::try_from(start.elapsed().as_millis()).unwrap_or(i64::MAX);
        Done { result, worst, pending, ms }
    }
}
