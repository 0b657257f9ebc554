//! Which thread loads which module: each is loaded once, and a thread that needs it meanwhile waits.

use std::{
    collections::HashMap,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::{self, ThreadId},
    time::Duration,
};

use rhai::{Module, Shared};

use super::thrown::Result;
use crate::{
    failure::{Failure, Kind},
    interrupt::Interrupt,
};

pub(super) type SharedModule = Shared<Module>;

/// How often a thread that waits looks whether the run was stopped.
const GLANCE: Duration = Duration::from_millis(100);

/// The modules of a run by name, and who is loading others.
#[derive(Default)]
pub(super) struct Loading {
    state: Mutex<State>,
    ended: Condvar,
}

#[derive(Default)]
struct State {
    loaded: HashMap<String, SharedModule>,
    /// What each thread is loading now, outermost first.
    chains: HashMap<ThreadId, Vec<String>>,
    /// What each thread waits for.
    waits: HashMap<ThreadId, String>,
}

impl Loading {
    /// The module of this name, made by `load` when it is not there. One that fails is tried again when it is asked for
    /// again.
    ///
    /// # Errors
    ///
    /// Modules import each other in a circle, or the run was stopped.
    pub(super) fn once(
        &self,
        name: &str,
        interrupt: &Interrupt,
        load: impl FnOnce() -> Result<SharedModule>,
    ) -> std::result::Result<Result<SharedModule>, Failure> {
        if let Some(module) = self.begin(name, interrupt)? {
            return Ok(Ok(module));
        }
        let _turn = Turn(self);
        let module = load();
        if let Ok(module) = &module {
            self.locked().loaded.insert(name.to_owned(), Arc::clone(module));
        }
        Ok(module)
    }

    /// The module, when it is there; else it is this thread's to load.
    fn begin(&self, name: &str, interrupt: &Interrupt) -> std::result::Result<Option<SharedModule>, Failure> {
        let this = thread::current().id();
        let mut state = self.locked();
        loop {
            if let Some(module) = state.loaded.get(name) {
                return Ok(Some(Arc::clone(module)));
            }
            match state.loads(name) {
                None => {
                    state.chains.entry(this).or_default().push(name.to_owned());
                    return Ok(None);
                }
                Some(other) if state.needs(other, this) => return Err(state.circle(this, name)),
                Some(_) if interrupt.is_raised() => return Err(interrupt.failure()),
                Some(_) => {}
            }
            state.waits.insert(this, name.to_owned());
            state = self.ended.wait_timeout(state, GLANCE).unwrap_or_else(PoisonError::into_inner).0;
            state.waits.remove(&this);
        }
    }

    fn locked(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The thread that is loading this module.
    fn loads(&self, name: &str) -> Option<ThreadId> {
        self.chains.iter().find(|(_, chain)| chain.iter().any(|one| one == name)).map(|(thread, _)| *thread)
    }

    /// Whether a thread is the other one, or waits for it, perhaps over several.
    fn needs(&self, thread: ThreadId, other: ThreadId) -> bool {
        thread == other
            || self.waits.get(&thread).and_then(|name| self.loads(name)).is_some_and(|next| self.needs(next, other))
    }

    fn circle(&self, thread: ThreadId, name: &str) -> Failure {
        let chain = self.chains.get(&thread).map(Vec::as_slice).unwrap_or_default();
        let names: Vec<&str> = chain.iter().map(String::as_str).chain([name]).collect();
        Failure::new(Kind::Usage, "modules import each other in a circle").because(names.join(" -> "))
    }
}

/// Ends the turn of a thread, however it ends.
struct Turn<'l>(&'l Loading);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut state = self.0.locked();
        if let Some(chain) = state.chains.get_mut(&thread::current().id()) {
            chain.pop();
        }
        self.0.ended.notify_all();
    }
}
