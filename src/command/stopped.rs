//! How a run ends that was stopped before its end.

use crate::{
    failure::{Failure, Kind},
    interrupt::Interrupt,
    session::Session,
};

/// The end of a run, which is a failure when an interrupt has left something undone: what to do about it is added.
pub(super) fn ended(
    result: Result<(), Failure>,
    interrupt: &Interrupt,
    session: &Session,
    next: impl FnOnce(&str) -> String,
) -> Result<(), Failure> {
    if !interrupt.is_raised() || (result.is_ok() && session.tally().all_done()) {
        return result;
    }
    let mut failure = result.err().unwrap_or_else(|| interrupt.failure());
    // Also where a write that was cut off is what the script ended by.
    failure.kind = Kind::Interrupted;
    Err(match session.run() {
        Some(run) => failure.hint(next(run)),
        None => failure,
    })
}
