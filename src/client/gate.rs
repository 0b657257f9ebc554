//! Waits for a place among the requests that a server gets at once.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use tokio::{pin, sync::Notify, time};

use super::throttle::{Mode, Permit, Sign, Throttle};

/// One throttle that many requests wait at.
#[derive(Debug)]
pub(super) struct Gate {
    throttle: Mutex<Throttle>,
    changed: Notify,
}

impl Gate {
    pub(super) fn new(mode: Mode) -> Self {
        Self { throttle: Mutex::new(Throttle::new(mode)), changed: Notify::new() }
    }

    /// Waits until a request for this tenant may go.
    pub(super) async fn enter(&self, tenant: &str) -> Permit {
        loop {
            let changed = self.changed.notified();
            pin!(changed);
            // From here on no change is missed.
            changed.as_mut().enable();
            let entered = self.locked().enter(tenant, Instant::now());
            match entered {
                Ok(permit) => return permit,
                Err(None) => changed.await,
                Err(Some(until)) => {
                    tokio::select! {
                        () = changed => {}
                        () = time::sleep_until(until.into()) => {}
                    }
                }
            }
        }
    }

    /// Gives the place back, with what the answer said about the load.
    pub(super) fn leave(&self, permit: Permit, sign: Sign) {
        self.locked().leave(permit, sign, Instant::now());
        self.changed.notify_waiters();
    }

    /// For people.
    pub(super) fn describe(&self) -> String {
        self.locked().describe()
    }

    /// How many requests may be on their way at once.
    pub(super) fn limit(&self) -> usize {
        self.locked().limit()
    }

    fn locked(&self) -> MutexGuard<'_, Throttle> {
        self.throttle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
