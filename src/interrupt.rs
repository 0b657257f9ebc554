//! Tells everything that works or waits that the person, or a signal, wants it to stop.

use std::{
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::sync::watch;

/// A flag that is raised; clones share it.
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    /// Asked at every step of a script, where even the watch's own lock would cost.
    raised: AtomicBool,
    /// For work that waits on the network.
    waiting: watch::Sender<bool>,
    /// For threads that wait without a runtime.
    sleepers: (Mutex<()>, Condvar),
}

impl Interrupt {
    /// Raises the flag and wakes everything that waits for it; answers whether it was raised before.
    pub fn raise(&self) -> bool {
        let before = self.0.raised.swap(true, Ordering::SeqCst);
        self.0.waiting.send_replace(true);
        // Taking the lock makes sure that nobody is between looking at the flag and going to sleep.
        drop(self.0.sleepers.0.lock().unwrap_or_else(PoisonError::into_inner));
        self.0.sleepers.1.notify_all();
        before
    }

    /// Lowers the flag, for the next piece of work of the same person.
    pub fn lower(&self) {
        self.0.raised.store(false, Ordering::SeqCst);
        self.0.waiting.send_replace(false);
    }

    /// Whether it was raised. Cheap enough to ask at every step of a script.
    pub fn is_raised(&self) -> bool {
        self.0.raised.load(Ordering::Relaxed)
    }

    /// Ends when the flag is raised.
    pub async fn wait(&self) {
        // An error means that the sender is gone, which cannot happen while `self` holds it.
        let _ = self.0.waiting.subscribe().wait_for(|raised| *raised).await;
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
}
