//! The way to a CIPP server: connections, tokens, bytes.
//!
//! A script runs on plain threads and waits for its calls; the requests themselves run on one thread of their
//! own ([`io`]), so that sixty-four waiting closures cost one thread of network work.

mod aadsts;
mod gate;
mod io;
mod probe;
mod retry;
mod throttle;
mod token;
mod transport;

use std::{
    future::Future,
    hash::{BuildHasher as _, Hasher as _, RandomState},
    pin::Pin,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

pub use probe::Claims;
pub use throttle::Mode;
pub use token::Credentials;
pub use transport::{Answer, Body, Limits, Outgoing, Verb};

use crate::{
    failure::{Failure, Kind},
    interrupt::{GRACE, Interrupt},
};
use gate::Gate;
use io::Io;
use retry::{Budget, Fault, Pace};
use token::Tokens;
use transport::{Trouble, Wire};

/// How to reach one server, and as whom.
#[derive(Debug, Clone)]
pub struct Target {
    /// Where the endpoints are, ending in `/api`.
    pub api_url: String,
    /// Who asks.
    pub credentials: Credentials,
    /// Time limits and trust.
    pub limits: Limits,
}

/// What must end well before a request leaves, and begins only when nothing else keeps it back.
pub type Before = Pin<Box<dyn Future<Output = Result<(), Failure>> + Send>>;

/// A client of one server. Nothing is opened before the first call.
#[derive(Debug)]
pub struct Client {
    target: Target,
    interrupt: Interrupt,
    mode: Mode,
    open: OnceLock<Result<(Io, Arc<Open>), Failure>>,
}

/// How many tokens that were refused are replaced for one call, when some were good before.
const MOST_TOKENS: usize = 12;

/// What exists from the first call on.
#[derive(Debug)]
struct Open {
    wire: Wire,
    tokens: Tokens,
    gate: Gate,
    budget: Mutex<Budget>,
    /// Whether the server has ever answered: one that has not is most likely not there at all.
    answered: AtomicBool,
    /// Whether it has ever answered well: one that has not may be starting.
    warm: AtomicBool,
    interrupt: Interrupt,
}

impl Client {
    /// A client that is not connected yet; `mode` bounds how many requests the server gets at once.
    pub fn new(target: Target, interrupt: Interrupt, mode: Mode) -> Self {
        Self { target, interrupt, mode, open: OnceLock::new() }
    }

    /// Where its endpoints are.
    pub fn api_url(&self) -> &str {
        &self.target.api_url
    }

    /// How many requests the server gets at once, for people; `None` before the first call.
    pub fn load(&self) -> Option<String> {
        let (_, open) = self.open.get()?.as_ref().ok()?;
        Some(open.gate.describe())
    }

    /// The same as a number.
    pub fn limit(&self) -> Option<usize> {
        let (_, open) = self.open.get()?.as_ref().ok()?;
        Some(open.gate.limit())
    }

    /// Sends one request and waits for the answer's head and, when it is short, its body.
    ///
    /// It is sent again where that cannot do anything twice. An interrupt drops a read at once, and a write that has not
    /// left; one that has left may take a while longer, and is in doubt then.
    /// When `before` fails it is not sent at all.
    pub fn send(&self, request: Outgoing, before: Option<Before>) -> Result<Answer, Failure> {
        if self.interrupt.is_raised() {
            return Err(self.interrupt.failure());
        }
        let (io, open) = self.opened()?;
        let open = Arc::clone(open);
        let url = format!("{}/{}", self.target.api_url, request.path);
        let changes = request.changes;
        io.run(async move { open.send(&url, &request, before).await }).map_err(|trouble| self.explain(trouble, changes))
    }

    fn opened(&self) -> Result<&(Io, Arc<Open>), Failure> {
        self.open
            .get_or_init(|| {
                let open = Open {
                    wire: Wire::open(&self.target.limits)?,
                    tokens: Tokens::new(self.target.credentials.clone()),
                    gate: Gate::new(self.mode),
                    budget: Mutex::default(),
                    answered: AtomicBool::new(false),
                    warm: AtomicBool::new(false),
                    interrupt: self.interrupt.clone(),
                };
                Ok((Io::start()?, Arc::new(open)))
            })
            .as_ref()
            .map_err(Clone::clone)
    }

    fn explain(&self, trouble: Trouble, changes: bool) -> Failure {
        let server = &self.target.api_url;
        let cause = match trouble {
            Trouble::Explained(failure) => return failure,
            Trouble::Interrupted => return self.interrupt.failure(),
            Trouble::NotSent(cause) => {
                return Failure::new(Kind::Unavailable, format!("no connection to {server}"))
                    .hint(what_to_do(&cause, "is the address right, and is the server up?"))
                    .because(cause);
            }
            Trouble::Lost(cause) => cause,
            Trouble::TimedOut => "it took too long".into(),
        };
        if changes {
            Failure::new(Kind::InDoubt, format!("the answer of {server} got lost: the change may have been made"))
                .because(cause)
                .hint("look before you repeat it")
        } else {
            Failure::new(Kind::Unavailable, format!("the answer of {server} got lost")).because(cause)
        }
    }
}

impl Open {
    /// Tries until there is an answer to hand on.
    async fn send(&self, url: &str, request: &Outgoing, mut before: Option<Before>) -> Result<Answer, Trouble> {
        // What may have been carried out stays in doubt, however later tries end that were not.
        let mut doubt = None;
        let mut repeated = false;
        for next in 2.. {
            let ahead = match before.take() {
                Some(before) => {
                    let Some(ahead) = self.if_not_interrupted(self.gate.prepare(&request.tenant)).await else { break };
                    before.await.map_err(Trouble::Explained)?;
                    Some(ahead)
                }
                None => None,
            };
            let Some(permit) = self.if_not_interrupted(self.gate.enter(&request.tenant)).await else { break };
            drop(ahead);
            let result = self.try_once(url, request).await;
            let (mut fault, sign) = retry::judge(&result);
            self.gate.leave(permit, sign);
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
                    self.pause(wait).await;
                }
                _ if fault == Some(Fault::NotCarriedOut) || matches!(result, Err(Trouble::Interrupted)) => {
                    return doubt.unwrap_or(result);
                }
                _ => {
                    if result.is_ok() && fault.is_none() {
                        self.warm.store(true, Ordering::Relaxed);
                        self.budget().earn();
                    }
                    return result.map(|answer| Answer { repeated, ..answer });
                }
            }
            repeated |= fault == Some(Fault::Unclear);
        }
        doubt.unwrap_or(Err(Trouble::Interrupted))
    }

    /// One try with a token, and with a new one when the server refuses the one it got: it has not carried out
    /// anything then. Where tokens were good before, several may expire in turn under many calls at once.
    async fn try_once(&self, url: &str, request: &Outgoing) -> Result<Answer, Trouble> {
        let mut token = self.unless_interrupted(self.tokens.current(&self.wire)).await?;
        let more = if self.warm.load(Ordering::Relaxed) { MOST_TOKENS } else { 1 };
        for _ in 0..more {
            let answer = self.exchange(url, request, &token).await?;
            if answer.status != 401 {
                return Ok(answer);
            }
            token = self.unless_interrupted(self.tokens.instead_of(&self.wire, &token)).await?;
        }
        self.exchange(url, request, &token).await
    }

    /// One request. An interrupt drops a read at once; a write that has left is waited for a while.
    async fn exchange(&self, url: &str, request: &Outgoing, token: &str) -> Result<Answer, Trouble> {
        let exchange = self.wire.send(url, request, Some(token), cut(self.interrupt.clone(), request.changes));
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

    async fn unless_interrupted<T>(&self, work: impl Future<Output = Result<T, Trouble>>) -> Result<T, Trouble> {
        self.if_not_interrupted(work).await.unwrap_or(Err(Trouble::Interrupted))
    }

    async fn if_not_interrupted<T>(&self, work: impl Future<Output = T>) -> Option<T> {
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
async fn cut(interrupt: Interrupt, changes: bool) {
    if changes { interrupt.wait_for_grace().await } else { interrupt.wait().await }
}

/// Between 0 and 1. Good enough to spread retries, and the standard library seeds it.
fn random() -> f64 {
    RandomState::new().build_hasher().finish() as f64 / u64::MAX as f64
}

/// What a person can do about a connection that cannot be made.
fn what_to_do(cause: &str, otherwise: &'static str) -> &'static str {
    let inspected = cause.contains("certificate");
    if inspected { "CIPP_CA_FILE adds the root certificate of whoever inspects connections here" } else { otherwise }
}
