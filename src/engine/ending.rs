//! What ends a run, so that nothing goes on behind it.
//!
//! The language lets `catch` have whatever its own functions pass on, such as `map` from its closure, also what must not
//! be caught. So it is noted where it is thrown, and thrown once more at the next step.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use rhai::{Dynamic, Engine, Map};

use super::thrown;
use crate::failure::Failure;

/// Why the run of an engine ends; clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct Ending(Arc<Noted>);

#[derive(Debug, Default)]
struct Noted {
    is_set: AtomicBool,
    why: Mutex<Option<Map>>,
}

impl Ending {
    /// Gives the engine one of its own.
    pub(super) fn install(engine: &mut Engine) -> Self {
        let ending = Self::default();
        engine.set_default_tag(Dynamic::from(ending.clone()));
        ending
    }

    /// That of the engine.
    pub(super) fn of(engine: &Engine) -> Self {
        engine.default_tag().read_lock::<Self>().map(|ending| ending.clone()).unwrap_or_default()
    }

    /// Notes what ends it; the first counts.
    pub(super) fn note(&self, thrown: &Map) {
        self.0.why.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| thrown.clone());
        self.0.is_set.store(true, Ordering::Release);
    }

    /// What is thrown at the next step, where something has ended the run.
    pub(super) fn thrown(&self) -> Option<Dynamic> {
        if !self.0.is_set.load(Ordering::Acquire) {
            return None;
        }
        self.0.why.lock().unwrap_or_else(PoisonError::into_inner).clone().map(Dynamic::from)
    }

    /// The same for people.
    pub(super) fn failure(&self) -> Option<Failure> {
        thrown::from_value(&self.thrown()?)
    }

    /// Lets the engine be used once more.
    pub(super) fn clear(&self) {
        self.0.is_set.store(false, Ordering::Release);
        *self.0.why.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
