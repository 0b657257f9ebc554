//! Tells everything that works or waits that the person, a signal or a deadline wants it to stop.

use std::{
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::sync::watch;

use crate::failure::{Failure, Kind};

/// How long writes that were sent may still take when the flag is raised.
pub const GRACE: Duration = Duration::from_secs(10);

/// A flag that is raised; clones share it.
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    /// Asked at every step of a script, where even the watch's own lock would cost.
    raised: AtomicBool,
    /// When and why it was raised first.
    first: Mutex<Option<(Instant, String)>>,
    /// For work that waits on the network.
    waiting: watch::Sender<bool>,
    /// For threads that wait without a runtime.
    sleepers: (Mutex<()>, Condvar),
}

impl Interrupt {
    /// Raises the flag and wakes everything that waits for it; answers whether it was raised before.
    pub fn raise(&self) -> bool {
        self.raise_because("interrupted")
    }

    /// The same, for a reason that people are told.
    pub fn raise_because(&self, why: impl Into<String>) -> bool {
        let mut first = self.0.first.lock().unwrap_or_else(PoisonError::into_inner);
        first.get_or_insert_with(|| (Instant::now(), why.into()));
        drop(first);
        let before = self.0.raised.swap(true, Ordering::SeqCst);
        self.0.waiting.send_replace(true);
        // Taking the lock makes sure that nobody is between looking at the flag and going to sleep.
        drop(self.0.sleepers.0.lock().unwrap_or_else(PoisonError::into_inner));
        self.0.sleepers.1.notify_all();
        before
    }

    /// Lowers the flag, for the next piece of work of the same person.
    pub fn lower(&self) {
        *self.0.first.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.0.raised.store(false, Ordering::SeqCst);
        self.0.waiting.send_replace(false);
    }

    /// Whether it was raised. Cheap enough to ask at every step of a script.
    pub fn is_raised(&self) -> bool {
        self.0.raised.load(Ordering::Relaxed)
    }

    /// What became of work that it has stopped.
    pub fn failure(&self) -> Failure {
        let why = self.first().map_or_else(|| "interrupted".to_owned(), |(_, why)| why);
        Failure::new(Kind::Interrupted, why)
    }

    /// Ends when the flag is raised.
    pub async fn wait(&self) {
        // An error means that the sender is gone, which cannot happen while `self` holds it.
        let _ = self.0.waiting.subscribe().wait_for(|raised| *raised).await;
    }

    /// Ends when the flag has been raised for as long as writes that were sent may still take.
    pub async fn wait_for_grace(&self) {
        self.wait().await;
        let raised = self.first().map_or_else(Instant::now, |(at, _)| at);
        tokio::time::sleep_until((raised + GRACE).into()).await;
    }

    /// Waits on this thread until the flag is raised.
    pub fn wait_here(&self) {
        while !self.wait_timeout(Duration::from_secs(3600)) {}
    }

    /// Waits on this thread for as long, or until the flag is raised; answers whether it was.
    pub fn wait_timeout(&self, duration: Duration) -> bool {
        let (lock, condvar) = &self.0.sleepers;
        let guard = lock.lock().unwrap_or_else(PoisonError::into_inner);
        // A poisoned lock guards nothing: the flag itself is the answer.
        drop(condvar.wait_timeout_while(guard, duration, |()| !self.is_raised()));
        self.is_raised()
    }

    fn first(&self) -> Option<(Instant, String)> {
        self.0.first.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_wakes_a_sleeper() {
        let interrupt = Interrupt::default();
        assert!(!interrupt.wait_timeout(Duration::from_millis(1)));
        let sleeper = interrupt.clone();
        let thread = std::thread::spawn(move || sleeper.wait_timeout(Duration::from_secs(3600)));
        assert!(!interrupt.raise());
        assert!(thread.join().unwrap());
        assert!(interrupt.raise());
        interrupt.lower();
        assert!(!interrupt.is_raised() && !interrupt.raise());
    }

    #[test]
    fn the_first_reason_counts() {
        let interrupt = Interrupt::default();
        interrupt.raise();
        interrupt.raise_because("the deadline of 2s is over");
        assert_eq!(interrupt.failure().message, "interrupted");
        interrupt.lower();
        interrupt.raise_because("the deadline of 2s is over");
        interrupt.raise();
        assert_eq!(interrupt.failure().message, "the deadline of 2s is over");
    }
}
