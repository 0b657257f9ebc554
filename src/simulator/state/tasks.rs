//! Scheduled tasks on a clock that looking at them moves.
//!
//! Every look moves the clock on by a quarter of an hour. A task whose time has come starts at the next look and is
//! found completed by the one after. A task that is to run now starts when it is added.

use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use serde_json::Value;

use super::calendar::now;

/// How far one look moves the clock, in seconds: the granularity of the server's scheduler.
const QUARTER: i64 = 15 * 60;

/// All tasks of the server.
#[derive(Debug, Default)]
pub(crate) struct Tasks(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    tasks: Vec<Task>,
    /// How far the clock is ahead of the real one, in seconds.
    ahead: i64,
}

/// One task.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Task {
    /// The row's key.
    pub(crate) key: String,
    /// The name that people see.
    pub(crate) name: String,
    /// The function of the server that it runs.
    pub(crate) command: String,
    /// What the function is called with.
    pub(crate) parameters: Value,
    /// The tenant's domain as it was sent.
    pub(crate) tenant: String,
    /// When it is to run, in seconds since 1970.
    pub(crate) time: i64,
    /// When it ran last.
    pub(crate) ran: Option<i64>,
    /// After how many seconds it runs again; 0 for never.
    pub(crate) every: i64,
    /// The same as it was sent.
    pub(crate) recurrence: String,
    /// Where it is.
    pub(crate) state: Stage,
    /// Whether lists leave it out unless asked.
    pub(crate) hidden: bool,
    /// Other columns, as they are shown.
    pub(crate) columns: Value,
    /// What its last run said.
    pub(crate) results: Vec<String>,
    /// When its row was written last.
    pub(crate) stamp: String,
}

/// Where a task is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Its time has not come.
    Planned,
    /// It runs.
    Running,
    /// It ran.
    Completed,
}

impl Stage {
    /// The word on the wire.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Planned => "Planned",
            Self::Running => "Running",
            Self::Completed => "Completed",
        }
    }
}

impl Tasks {
    /// Adds a task, in the place of the one of its key.
    pub(crate) fn put(&self, task: Task) {
        let mut state = self.lock();
        match state.tasks.iter_mut().find(|known| known.key == task.key) {
            Some(known) => *known = task,
            None => state.tasks.push(task),
        }
    }

    /// Takes a task away; false when there is none of this key.
    pub(crate) fn remove(&self, key: &str) -> bool {
        let mut state = self.lock();
        let before = state.tasks.len();
        state.tasks.retain(|task| task.key != key);
        state.tasks.len() < before
    }

    /// The present moment of the clock, in seconds since 1970.
    pub(crate) fn clock(&self) -> i64 {
        self.lock().clock()
    }

    /// All tasks as they are.
    pub(crate) fn all(&self) -> Vec<Task> {
        self.lock().tasks.clone()
    }

    /// Moves the clock on, completes what runs and returns what starts now.
    pub(crate) fn look(&self) -> Vec<Task> {
        let mut state = self.lock();
        state.ahead += QUARTER;
        let clock = state.clock();
        let mut started = Vec::new();
        for task in &mut state.tasks {
            match task.state {
                Stage::Running if task.ran == Some(NEW) => task.ran = Some(clock),
                Stage::Running if task.every > 0 => {
                    task.time = task.time.max(clock - QUARTER) + task.every;
                    task.state = Stage::Planned;
                }
                Stage::Running => task.state = Stage::Completed,
                Stage::Planned if task.time <= clock => {
                    task.state = Stage::Running;
                    task.ran = Some(clock);
                    started.push(task.clone());
                }
                Stage::Planned | Stage::Completed => {}
            }
        }
        started
    }

    /// Keeps what a run said.
    pub(crate) fn finish(&self, key: &str, results: Vec<String>) {
        if let Some(task) = self.lock().tasks.iter_mut().find(|task| task.key == key) {
            task.results = results;
            task.stamp = now();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// When a task ran that was started as it was added and that nobody has looked at since: the first look finds it
/// running.
pub(crate) const NEW: i64 = 0;

impl State {
    fn clock(&self) -> i64 {
        Timestamp::now().as_second() + self.ahead
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(key: &str, time: i64, every: i64) -> Task {
        Task {
            key: key.to_owned(),
            name: key.to_owned(),
            command: "Get-Thing".to_owned(),
            parameters: Value::Null,
            tenant: "contoso.com".to_owned(),
            time,
            ran: None,
            every,
            recurrence: String::new(),
            state: Stage::Planned,
            hidden: false,
            columns: Value::Null,
            results: Vec::new(),
            stamp: String::new(),
        }
    }

    #[test]
    fn looks_move_the_clock_and_the_tasks() {
        let tasks = Tasks::default();
        let soon = tasks.clock() + 1000;
        tasks.put(task("now", 0, 0));
        tasks.put(task("soon", soon, 0));
        tasks.put(task("again", 0, 3600));
        tasks.put(Task { state: Stage::Running, ran: Some(NEW), ..task("at once", 0, 0) });
        let states = || tasks.all().iter().map(|task| task.state).collect::<Vec<_>>();
        use Stage::{Completed, Planned, Running};
        for expected in [
            [Running, Planned, Running, Running],
            [Completed, Running, Planned, Completed],
            [Completed, Completed, Planned, Completed],
        ] {
            tasks.look();
            assert_eq!(states(), expected);
        }
        let started: Vec<_> = (0..4).flat_map(|_| tasks.look()).map(|task| task.key).collect();
        assert_eq!(started, ["again"]);
        assert!(tasks.remove("now") && !tasks.remove("now"));
    }
}
