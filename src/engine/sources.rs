//! The texts of the files of a run.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The texts of all files of a run, so that errors can show their lines.
#[derive(Clone, Default)]
pub(super) struct Sources(Arc<Mutex<HashMap<String, Source>>>);

struct Source {
    text: String,
    path: Option<PathBuf>,
}

impl Sources {
    pub(super) fn add(&self, name: &str, text: &str, path: Option<PathBuf>) {
        self.locked().insert(name.to_string(), Source { text: text.to_string(), path });
    }

    /// The file, in full, behind a name.
    pub(super) fn path_of(&self, name: &str) -> Option<PathBuf> {
        self.locked().get(name)?.path.clone()
    }

    /// One line of a file, from 1.
    pub(super) fn line(&self, name: &str, number: usize) -> Option<String> {
        let line = self.locked().get(name)?.text.lines().nth(number.checked_sub(1)?)?.to_string();
        Some(line)
    }

    /// Whether a file has functions of its own.
    pub(super) fn has_functions(&self, name: &str) -> bool {
        let starts = |line: &str| line.trim_start().trim_start_matches("private ").starts_with("fn ");
        self.locked().get(name).is_some_and(|source| source.text.lines().any(starts))
    }

    fn locked(&self) -> MutexGuard<'_, HashMap<String, Source>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
