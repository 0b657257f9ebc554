//! What is there while a server is talked to, and the way of a request: its place, its tries, its tokens.

use std::{
    future::Future,
    hash::{BuildHasher as _, Hasher as _, RandomState},
    pin::{Pin, pin},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use super::{
    Keeping, Mode, Step, Target,
    gate::{Gate, Place},
    retry::{self, Budget, Fault, Pace},
    token::Tokens,
    transport::{Answer, Outgoing, Trouble, Wire},
};
use crate::{
    failure::Failure,
    interrupt::{GRACE, Interrupt},
};

/// How many tokens that were refused are replaced for one call, when some were good before.
const MOST_TOKENS: usize = 12;

/// What exists from the first call on.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) wire: Wire,
    pub(super) tokens: Tokens,
    pub(super) gate: Arc<Gate>,
    budget: Mutex<Budget>,
    /// Whether the server has ever answered: one that has not is most likely not there at all.
    answered: AtomicBool,
    /// Whether it has ever answered well: one that has not may be starting.
    warm: AtomicBool,
    pub(super) interrupt: Interrupt,
}

impl Open {
    /// Connects nowhere yet.
    pub(super) fn new(target: &Target, mode: Mode, interrupt: Interrupt) -> Result<Self, Failure> {
        Ok(Self {
            wire: Wire::open(&target.api_url, &target.limits)?,
            tokens: Tokens::new(target.credentials.clone()),
            gate: Arc::new(Gate::new(mode)),
            budget: Mutex::default(),
            answered: AtomicBool::new(false),
            warm: AtomicBool::new(false),
            interrupt,
        })
    }

    /// Tries until there is an answer to hand on, with the place of the last try.
    pub(super) async fn send(
        &self,
        request: &Outgoing,
        keeping: Option<Keeping>,
    ) -> (Result<Answer, Trouble>, Option<Place>) {
        let (mut intent, step) = keeping.map(|Keeping { intent, step }| (intent, step)).unzip();
        let tell = |what| step.as_ref().map_or(Ok(()), |step| step(what)).map_err(Trouble::Explained);
        // What may have been carried out stays in doubt, however later tries end that were not.
        let mut doubt = None;
        let mut repeated = false;
        for next in 2.. {
            let ahead = match intent.take() {
                Some(intent) => {
                    let Some(ahead) = self.if_not_interrupted(pin!(self.gate.prepare(&request.tenant))).await else {
                        break;
                    };
                    if let Err(failure) = intent.await {
                        return (Err(Trouble::Explained(failure)), None);
                    }
                    Some(ahead)
                }
                None => None,
            };
            let Some(permit) = self.if_not_interrupted(pin!(self.gate.enter(&request.tenant))).await else { break };
            drop(ahead);
            let result = match tell(Step::Leaves) {
                Ok(()) => self.try_once(request).await,
                Err(trouble) => Err(trouble),
            };
            let (mut fault, sign) = retry::judge(&result);
            let place = Some(self.gate.place(permit, sign)).filter(|_| request.changes);
            if doubt.is_none() && fault == Some(Fault::NotCarriedOut) {
                // Where this cannot be kept, a kill leaves a doubt too many, and none too few.
                let _ = tell(Step::Refused);
            }
            match &result {
                Ok(_) => self.answered.store(true, Ordering::Relaxed),
                Err(Trouble::NotSent(_)) if !self.answered.load(Ordering::Relaxed) => fault = None,
                Err(_) => {}
            }
            let asked = result.as_ref().ok().and_then(|answer| answer.retry_after);
            let pace = if self.warm.load(Ordering::Relaxed) { Pace::Usual } else { Pace::Starting };
            let wait = fault.and_then(|fault| retry::wait(next, fault, request.repeatable, asked, pace, random()));
            match wait {
                Some(wait) if self.budget().take() => {
                    if request.changes && fault == Some(Fault::Unclear) {
                        doubt = Some(result);
                    }
                    drop(place);
                    self.pause(wait).await;
                }
                _ if fault == Some(Fault::NotCarriedOut) || result.as_ref().is_err_and(Trouble::is_before_sending) => {
                    return (doubt.unwrap_or(result), place);
                }
                _ => {
                    if result.is_ok() && fault.is_none() {
                        self.warm.store(true, Ordering::Relaxed);
                        self.budget().earn();
                    }
                    return (result.map(|answer| Answer { repeated, ..answer }), place);
                }
            }
            repeated |= fault == Some(Fault::Unclear);
        }
        (doubt.unwrap_or(Err(Trouble::Interrupted)), None)
    }

    /// One try with a token, and with a new one when the server refuses the one it got: it has not carried out
    /// anything then. Where tokens were good before, several may expire in turn under many calls at once.
    async fn try_once(&self, request: &Outgoing) -> Result<Answer, Trouble> {
        let mut token = self.unless_interrupted(pin!(self.tokens.current(&self.wire))).await?;
        let more = if self.warm.load(Ordering::Relaxed) { MOST_TOKENS } else { 1 };
        for _ in 0..more {
            let answer = self.exchange(request, &token).await?;
            if answer.status != 401 {
                return Ok(answer);
            }
            let next = self.unless_interrupted(pin!(self.tokens.instead_of(&self.wire, &token))).await?;
            token = next;
        }
        self.exchange(request, &token).await
    }

    /// One request. An interrupt drops a read at once; a write that has left is waited for a while.
    async fn exchange(&self, request: &Outgoing, token: &str) -> Result<Answer, Trouble> {
        let exchange = pin!(self.wire.send(request, Some(token), cut(self.interrupt.clone(), request.changes)));
        if !request.changes {
            return self.unless_interrupted(exchange).await;
        }
        if self.interrupt.is_raised() {
            return Err(Trouble::Interrupted);
        }
        tokio::select! {
            done = exchange => done,
            () = cut(self.interrupt.clone(), true) => {
                Err(Trouble::Lost(format!("no answer came within {} s of the interrupt", GRACE.as_secs())))
            }
        }
    }

    /// It takes work that is pinned: each copy on the way would make room in the memory of every request.
    pub(super) async fn unless_interrupted<T>(
        &self,
        work: Pin<&mut impl Future<Output = Result<T, Trouble>>>,
    ) -> Result<T, Trouble> {
        self.if_not_interrupted(work).await.unwrap_or(Err(Trouble::Interrupted))
    }

    async fn if_not_interrupted<T>(&self, work: Pin<&mut impl Future<Output = T>>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.interrupt.wait() => None,
            done = work => Some(done),
        }
    }

    /// An interrupt ends it early; whoever goes on looks for one first.
    async fn pause(&self, wait: Duration) {
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = self.interrupt.wait() => {}
        }
    }

    fn budget(&self) -> std::sync::MutexGuard<'_, Budget> {
        self.budget.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends when work on a request has to be dropped.
pub(super) async fn cut(interrupt: Interrupt, changes: bool) {
    if changes { interrupt.wait_for_grace().await } else { interrupt.wait().await }
}

/// Between 0 and 1. Good enough to spread retries, and the standard library seeds it.
fn random() -> f64 {
    RandomState::new().build_hasher().finish() as f64 / u64::MAX as f64
}
