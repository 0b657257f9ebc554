//! Ctrl-C and its kin, and deadlines: the first stops the work, the next signal the process.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use super::show::Shown;
use crate::{
    cli::Stop,
    failure::{Failure, Kind, exit},
    interrupt::{GRACE, Interrupt},
    repl::Notes,
};

/// Work that has not stopped by then waits for something, and the person is told for what.
const SOON: Duration = Duration::from_millis(300);

/// An interrupt that signals raise from now on.
pub(super) fn watch() -> Result<Interrupt, Failure> {
    let interrupt = Interrupt::default();
    on_signal(&interrupt, || {})?;
    Ok(interrupt)
}

/// The same for a run, which a deadline may stop too and which is told how.
pub(super) fn watch_run(shown: &Shown, stop: Stop) -> Result<Interrupt, Failure> {
    let interrupt = Interrupt::default();
    let stopping = Stopping { interrupt: interrupt.clone(), shown: Arc::new(shown.clone()) };
    if let Some(deadline) = stop.deadline {
        let stopping = stopping.clone();
        start(move || {
            if !stopping.interrupt.wait_timeout(deadline.unsigned_abs()) {
                stopping.interrupt.raise_because(format!("the deadline of {deadline:#} is over"));
                stopping.tell();
            }
        })
        .map_err(|cause| Failure::new(Kind::Internal, "cannot watch the deadline").because(cause))?;
    }
    on_signal(&interrupt, move || {
        let stopping = stopping.clone();
        // A thread of its own: the next signal must get through whatever becomes of the words.
        let _ = start(move || stopping.tell());
    })?;
    Ok(interrupt)
}

fn on_signal(interrupt: &Interrupt, then: impl Fn() + Send + 'static) -> Result<(), Failure> {
    let raised = interrupt.clone();
    ctrlc::set_handler(move || {
        if raised.raise() {
            stop();
        }
        then();
    })
    .map_err(|cause| Failure::new(Kind::Internal, "cannot watch for Ctrl-C").because(cause))
}

fn start(work: impl FnOnce() + Send + 'static) -> std::io::Result<()> {
    thread::Builder::new().name("stopping".into()).spawn(work).map(drop)
}

/// Says that a run is being stopped.
#[derive(Clone)]
struct Stopping {
    interrupt: Interrupt,
    shown: Arc<Shown>,
}

impl Stopping {
    fn tell(&self) {
        self.shown.progress.close();
        thread::sleep(SOON);
        self.shown.err().line(&format!(
            "{}: nothing new is started, writes that were sent have {} s to end; the next Ctrl-C stops at once",
            self.interrupt.failure(),
            GRACE.as_secs()
        ));
    }
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
