//! Waits for a place among the requests that a server gets at once.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
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

    /// Waits until a request for this tenant may get ready to go.
    pub(super) async fn prepare(&self, tenant: &str) -> Ahead<'_> {
        self.ask(|throttle, now| throttle.prepare(tenant, now)).await;
        Ahead { gate: self, tenant: tenant.to_owned() }
    }

    /// Waits until a request for this tenant may go.
    pub(super) async fn enter(&self, tenant: &str) -> Permit {
        self.ask(|throttle, now| throttle.enter(tenant, now)).await
    }

    async fn ask<T>(&self, question: impl Fn(&mut Throttle, Instant) -> Result<T, Option<Instant>>) -> T {
        loop {
            let changed = self.changed.notified();
            pin!(changed);
            // From here on no change is missed.
            changed.as_mut().enable();
            let answer = question(&mut self.locked(), Instant::now());
            match answer {
                Ok(answer) => return answer,
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

    /// The place of a request whose answer says this about the load. It is given back when it is dropped.
    pub(super) fn place(self: &Arc<Self>, permit: Permit, sign: Sign) -> Place {
        Place { gate: Arc::clone(self), left: Some((permit, sign)) }
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

/// A place among the requests that get ready, until it is dropped.
#[derive(Debug)]
pub(super) struct Ahead<'g> {
    gate: &'g Gate,
    tenant: String,
}

impl Drop for Ahead<'_> {
    fn drop(&mut self) {
        self.gate.locked().is_ready(&self.tenant);
        self.gate.changed.notify_waiters();
    }
}

/// A place among the requests that the server gets at once, until it is dropped.
#[derive(Debug)]
pub struct Place {
    gate: Arc<Gate>,
    left: Option<(Permit, Sign)>,
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some((permit, sign)) = self.left.take() {
            self.gate.locked().leave(permit, sign, Instant::now());
            self.gate.changed.notify_waiters();
        }
    }
}
