//! What becomes of the item of a bulk that runs on this thread.

use std::cell::{Cell, RefCell};

use crate::session::{Pending, Status};

/// When writes are read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum Reading {
    /// Each at once.
    Now,
    /// All together, at the end of the bulk.
    Later,
    /// Not at all.
    Never,
}

thread_local! {
    /// The worst of what became of the item's writes.
    static WORST: Cell<Status> = const { Cell::new(Status::Ok) };
    static READING: Cell<Reading> = const { Cell::new(Reading::Now) };
    /// The writes that are yet to be read back.
    static PENDING: RefCell<Vec<Pending>> = const { RefCell::new(Vec::new()) };
}

/// Starts an item.
pub(super) fn start(reading: Reading) {
    WORST.set(Status::Ok);
    READING.set(reading);
    PENDING.take();
}

/// Ends it: the worst so far, and the writes that are yet to be read back.
pub(super) fn finish() -> (Status, Vec<Pending>) {
    (WORST.get(), PENDING.take())
}

/// When the writes of the item are read back; outside of a bulk at once.
pub(in crate::engine) fn reading() -> Reading {
    READING.get()
}

/// Does something whose writes are read back at once and not at the end of the bulk, unless they are not read at all.
pub(in crate::engine) fn at_once<R>(work: impl FnOnce() -> R) -> R {
    let before = READING.get();
    if before == Reading::Later {
        READING.set(Reading::Now);
    }
    let result = work();
    READING.set(before);
    result
}

/// Notes what became of a write.
pub(in crate::engine) fn note(status: Status) {
    WORST.set(WORST.get().max(status));
}

/// The worst so far of what became of the item's writes.
pub(in crate::engine) fn worst() -> Status {
    WORST.get()
}

/// Says it anew, when a write that was queued has become something.
pub(in crate::engine) fn set_worst(status: Status) {
    WORST.set(status);
}

/// Notes a write that is yet to be read back.
pub(in crate::engine) fn wait_for(pending: Pending) {
    PENDING.with_borrow_mut(|all| all.push(pending));
}
