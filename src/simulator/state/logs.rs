//! The server's log: every write leaves an entry for each of its results.

use std::sync::{Arc, Mutex, PoisonError};

use super::calendar::now;
use super::seed::Seed;

/// The log, oldest entry first.
#[derive(Debug)]
pub(crate) struct Logs {
    seed: Seed,
    entries: Mutex<Vec<Arc<Entry>>>,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The row's key, an id.
    pub(crate) key: String,
    /// When it was written.
    pub(crate) time: String,
    /// The tenant as it was sent, or `None` in words.
    pub(crate) tenant: String,
    /// The tenant's id, empty when it is unknown.
    pub(crate) tenant_id: String,
    /// The endpoint.
    pub(crate) api: String,
    /// What happened.
    pub(crate) message: String,
    /// `Info` or `Error`.
    pub(crate) severity: &'static str,
}

impl Logs {
    /// An empty log.
    pub(crate) fn new(seed: Seed) -> Self {
        Self { seed: seed.of("logs", 0), entries: Mutex::default() }
    }

    /// Adds an entry; key and time are set here.
    pub(crate) fn add(&self, entry: Entry) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let key = self.seed.of("entry", entries.len()).guid("key");
        entries.push(Arc::new(Entry { key, time: now(), ..entry }));
    }

    /// All entries as they are now, oldest first.
    pub(crate) fn entries(&self) -> Vec<Arc<Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
