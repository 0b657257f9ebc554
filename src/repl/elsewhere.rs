//! What completion learns from the server and from the disk, without making anybody wait.

use std::{
    sync::{Arc, Condvar, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use super::complete::Elsewhere;
use crate::session::{Session, Standing};

/// How long typing may wait for the server.
const PATIENCE: Duration = Duration::from_millis(40);

/// How old the list of tenants may be.
const OLDEST: Duration = Duration::from_secs(15 * 60);

/// How long nothing is asked after a failure.
const PAUSE: Duration = Duration::from_secs(30);

/// Names of one directory that are offered.
const MOST_FILES: usize = 500;

/// The tenants of a session, and the files below the working directory.
#[derive(Clone)]
pub(super) struct World(Arc<Shared>);

struct Shared {
    session: Arc<Session>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    domains: Arc<Vec<String>>,
    /// When they were asked for, whatever came of it.
    asked: Option<Instant>,
    /// When they came.
    known: Option<Instant>,
    failed: bool,
    loading: bool,
}

impl World {
    /// Nothing is asked yet.
    pub(super) fn new(session: Arc<Session>) -> Self {
        Self(Arc::new(Shared { session, state: Mutex::default(), changed: Condvar::new() }))
    }

    /// Asks for the tenants where they are not known or too old; does not wait for them.
    pub(super) fn ask_for_tenants(&self) {
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        let good_for = if state.failed { PAUSE } else { OLDEST };
        if state.loading || state.asked.is_some_and(|asked| asked.elapsed() < good_for) {
            return;
        }
        (state.loading, state.asked) = (true, Some(Instant::now()));
        let world = self.clone();
        let started = thread::Builder::new().name("tenants".into()).spawn(move || world.load());
        if started.is_err() {
            (state.loading, state.failed) = (false, true);
        }
    }

    /// How many tenants are known, and for how long.
    pub(super) fn told(&self) -> Option<String> {
        let state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        let number = match state.domains.len() {
            0 if state.loading => return Some("asking for the tenants".into()),
            0 => return None,
            1 => "1 tenant".into(),
            number => format!("{number} tenants"),
        };
        Some(format!("{number}, {} old", age(state.known?.elapsed())))
    }

    fn load(&self) {
        let tenants = self.0.session.fresh_tenants();
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        (state.loading, state.failed) = (false, tenants.is_err());
        if let Ok(tenants) = tenants {
            let managed = tenants.iter().filter(|listed| listed.standing == Standing::Managed);
            state.known = Some(Instant::now());
            state.domains = Arc::new(managed.map(|listed| listed.tenant.domain.clone()).collect());
        }
        self.0.changed.notify_all();
    }
}

fn age(age: Duration) -> String {
    match age.as_secs() {
        seconds @ 0..60 => format!("{seconds} s"),
        seconds => format!("{} min", seconds / 60),
    }
}

impl Elsewhere for World {
    fn tenants(&self) -> Vec<String> {
        self.ask_for_tenants();
        let state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        // The old list is better than a wait.
        let waits = |state: &mut State| state.loading && state.domains.is_empty();
        let waited = self.0.changed.wait_timeout_while(state, PATIENCE, waits);
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.domains.to_vec()
    }

    fn files(&self, start: &str) -> Vec<String> {
        let (directory, name) = start
            .rsplit_once('/')
            .map_or(("", start), |(_, name)| (start.get(..start.len() - name.len()).unwrap_or_default(), name));
        let place = if directory.is_empty() { "." } else { directory };
        let Ok(entries) = std::fs::read_dir(place) else { return Vec::new() };
        let named = entries.flatten().filter_map(|entry| {
            let own = entry.file_name().into_string().ok()?;
            let hidden = own.starts_with('.') && !name.starts_with('.');
            if hidden || !own.starts_with(name) {
                return None;
            }
            let slash = if entry.path().is_dir() { "/" } else { "" };
            Some(format!("{directory}{own}{slash}"))
        });
        let mut files: Vec<String> = named.take(MOST_FILES).collect();
        files.sort();
        files
    }
}
