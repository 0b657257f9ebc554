//! What is told beside the results. While somebody types it waits: it would stand in the middle of the line.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use super::screen::Screen;
use crate::{engine::Sink, redact};

/// Notes and whether they can be told now; clones share them.
#[derive(Clone)]
pub struct Notes(Arc<Shared>);

struct Shared {
    busy: AtomicBool,
    waiting: Mutex<Vec<String>>,
    err: Sink,
}

impl Notes {
    /// Notes that are written there.
    pub fn new(err: Sink) -> Self {
        Self(Arc::new(Shared { busy: AtomicBool::new(true), waiting: Mutex::default(), err }))
    }

    /// Tells one line, now or before the next line runs.
    pub fn tell(&self, text: &str) {
        let text = &Screen::now(true).folded(&redact::text(text));
        if self.is_busy() {
            self.0.err.line(text);
        } else {
            self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner).push(text.to_string());
        }
    }

    /// Whether something runs, and nobody types.
    pub fn is_busy(&self) -> bool {
        self.0.busy.load(Ordering::SeqCst)
    }

    /// Somebody types from now on.
    pub(super) fn rest(&self) {
        self.0.busy.store(false, Ordering::SeqCst);
    }

    /// Something runs from now on; what has waited is told.
    pub(super) fn work(&self) {
        self.0.busy.store(true, Ordering::SeqCst);
        let waiting = std::mem::take(&mut *self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        waiting.iter().for_each(|text| self.0.err.line(text));
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};

    use super::*;

    #[derive(Clone, Default)]
    struct Seen(Arc<Mutex<Vec<u8>>>);

    impl Write for Seen {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn notes_wait_while_somebody_types() {
        let seen = Seen::default();
        let notes = Notes::new(Sink::new(seen.clone()));
        let told = || String::from_utf8(seen.0.lock().unwrap().clone()).unwrap();
        notes.tell("one");
        notes.rest();
        notes.tell("two");
        assert_eq!(told(), "one\n");
        notes.work();
        assert_eq!(told(), "one\ntwo\n");
    }
}
