//! The way to a CIPP server: connections, tokens, bytes.
//!
//! A script runs on plain threads and waits for its calls; the requests themselves run on one thread of their
//! own ([`io`]), so that sixty-four waiting closures cost one thread of network work.

mod aadsts;
mod gate;
mod io;
mod open;
mod probe;
mod retry;
mod throttle;
mod token;
mod transport;

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, OnceLock},
};

pub use gate::Place;
pub use probe::Claims;
pub use throttle::Mode;
pub use token::Credentials;
pub use transport::{Answer, Body, Limits, Outgoing, Verb};

use crate::{
    failure::{Failure, Kind},
    interrupt::Interrupt,
};
use io::Io;
use open::Open;
use transport::Trouble;

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

/// What is kept of a request while it is on its way.
pub struct Keeping {
    /// Must end well before the request leaves, and begins only when nothing else keeps it back.
    pub intent: Pin<Box<dyn Future<Output = Result<(), Failure>> + Send>>,
    /// Is told each step; a request whose step cannot be kept does not leave.
    pub step: Box<dyn Fn(Step) -> Result<(), Failure> + Send + Sync>,
}

/// A step of a request on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It is about to leave.
    Leaves,
    /// It came back, and surely was not carried out.
    Refused,
}

/// What came of a request.
#[derive(Debug)]
pub struct Sent {
    /// The answer, or why there is none.
    pub answer: Result<Answer, Failure>,
    /// Its place among those that are on their way: what may change something has it until its result is kept.
    pub place: Option<Place>,
}

/// A client of one server. Nothing is opened before the first call.
#[derive(Debug)]
pub struct Client {
    target: Target,
    interrupt: Interrupt,
    mode: Mode,
    open: OnceLock<Result<(Io, Arc<Open>), Failure>>,
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
    /// What cannot be kept is not sent at all.
    pub fn send(&self, request: Outgoing, keeping: Option<Keeping>) -> Sent {
        if self.interrupt.is_raised() {
            return Sent { answer: Err(self.interrupt.failure()), place: None };
        }
        let (io, open) = match self.opened() {
            Ok(opened) => opened,
            Err(failure) => return Sent { answer: Err(failure), place: None },
        };
        let open = Arc::clone(open);
        let changes = request.changes;
        let sent = io.run(async move { open.send(&request, keeping).await });
        let (answer, place) = sent.unwrap_or_else(|ended| (Err(ended), None));
        Sent { answer: answer.map_err(|trouble| self.explain(trouble, changes)), place }
    }

    fn opened(&self) -> Result<&(Io, Arc<Open>), Failure> {
        self.open
            .get_or_init(|| {
                let open = Open::new(&self.target, self.mode, self.interrupt.clone())?;
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

/// What a person can do about a connection that cannot be made.
fn what_to_do(cause: &str, otherwise: &'static str) -> &'static str {
    let inspected = cause.contains("certificate");
    if inspected { "CIPP_CA_FILE adds the root certificate of whoever inspects connections here" } else { otherwise }
}
