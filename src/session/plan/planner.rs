//! What records the writes of a run, and whether it does.

use std::{
    collections::BTreeSet,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use super::{Call, Script};
use crate::{
    catalogue::verify::Claim,
    failure::{Failure, Kind},
};

/// What a plan is for.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// What is run.
    pub script: Script,
    /// Why, in the person's words.
    pub reason: String,
    /// Texts that the script is given, and where from: a secret among them is named by that.
    pub sources: Vec<(String, String)>,
}

/// Records the writes of a run while it is on.
#[derive(Debug)]
pub struct Planner {
    pub(super) about: About,
    is_on: AtomicBool,
    /// What is recorded counts as planned work, and does not only find out what would be sent.
    counts: AtomicBool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) calls: Vec<(Call, Vec<Claim>)>,
    /// Why the course of the script cannot be followed any further.
    pub(super) stopped: Option<Failure>,
    pub(super) notes: BTreeSet<&'static str>,
    /// The script holds a value that only a planned write makes.
    made: bool,
    /// A word of the script that takes its way by values without asking what they are.
    branch: Option<&'static str>,
    /// Of all calls; what is read must not show them either.
    pub(super) secrets: BTreeSet<String>,
}

impl Planner {
    /// One that is on.
    pub fn new(about: About) -> Self {
        Self { about, is_on: AtomicBool::new(true), counts: AtomicBool::new(true), state: Mutex::default() }
    }

    /// Whether writes are recorded.
    pub fn is_on(&self) -> bool {
        self.is_on.load(Ordering::Acquire)
    }

    /// Records writes from now on, or lets them through.
    pub fn set(&self, on: bool) {
        self.is_on.store(on, Ordering::Release);
    }

    /// Records writes to find out what would be sent, or no longer.
    pub(super) fn try_out(&self, on: bool) {
        self.counts.store(!on, Ordering::Release);
        self.set(on);
    }

    /// Whether what is recorded counts as planned.
    pub(in crate::session) fn counts(&self) -> bool {
        self.counts.load(Ordering::Acquire)
    }

    /// Ends the planning: the script's course depends on what is not known. The first reason counts.
    pub fn stop(&self, failure: Failure) {
        self.state().stopped.get_or_insert(failure);
    }

    /// The script has got hold of a value that only a planned write makes.
    pub fn made(&self) {
        self.state().made = true;
        self.stop_where_blind();
    }

    /// The script has this word, which takes its way by values without asking what they are.
    pub fn branches_by(&self, word: &'static str) {
        self.state().branch.get_or_insert(word);
        self.stop_where_blind();
    }

    /// Nobody would see it if the course of the script depended on such a value.
    fn stop_where_blind(&self) {
        let word = {
            let state = self.state();
            state.branch.filter(|_| state.made)
        };
        let Some(word) = word else { return };
        let message = format!("a script with `{word}` cannot be planned with a value that only a write makes");
        self.stop(
            Failure::new(Kind::Usage, message)
                .because(format!("it cannot be seen whether the `{word}` depends on that value"))
                .hint(format!("write it without `{word}`"))
                .finally(),
        );
    }

    /// Why the planning has ended.
    pub fn stopped(&self) -> Option<Failure> {
        self.state().stopped.clone()
    }

    /// How many writes are recorded.
    pub fn len(&self) -> usize {
        self.state().calls.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Forgets all that is recorded.
    pub fn clear(&self) {
        *self.state() = State::default();
    }

    /// What was recorded last, taken out again.
    pub(super) fn take_last(&self) -> Option<(Call, Vec<Claim>)> {
        self.state().calls.pop()
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
