//! Ctrl-C and its kin: the first stops the work, the second the process.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::{
    failure::{Failure, Kind, exit},
    interrupt::Interrupt,
    repl::Notes,
};

/// An interrupt that signals raise from now on.
pub(super) fn watch() -> Result<Interrupt, Failure> {
    let interrupt = Interrupt::default();
    let raised = interrupt.clone();
    ctrlc::set_handler(move || {
        if raised.raise() {
            stop();
        }
    })
    .map_err(|cause| Failure::new(Kind::Internal, "cannot watch for Ctrl-C").because(cause))?;
    Ok(interrupt)
}

/// Presses of Ctrl-C that the work of one line gets to end by itself.
const PRESSES: usize = 3;

/// The same for a conversation: what runs is stopped, and the conversation goes on. While somebody types, Ctrl-C
/// comes as a key; a signal is then meant for the process.
pub(super) fn watch_lines(notes: Notes) -> Result<Interrupt, Failure> {
    let interrupt = Interrupt::default();
    let raised = interrupt.clone();
    let presses = AtomicUsize::new(0);
    ctrlc::set_handler(move || {
        if !raised.raise() {
            presses.store(0, Ordering::SeqCst);
        }
        let pressed = presses.fetch_add(1, Ordering::SeqCst) + 1;
        if !notes.is_busy() || pressed >= PRESSES {
            stop();
        }
    })
    .map_err(|cause| Failure::new(Kind::Internal, "cannot watch for Ctrl-C").because(cause))?;
    Ok(interrupt)
}

#[expect(clippy::exit, reason = "the person asked twice: nothing may delay it any more")]
fn stop() {
    std::process::exit(exit::INTERRUPTED.into());
}
