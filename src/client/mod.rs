//! The way to a CIPP server: connections, tokens, bytes.
//!
//! A script runs on plain threads and waits for its calls; the requests themselves run on one thread of their
//! own ([`io`]), so that sixty-four waiting closures cost one thread of network work.

mod aadsts;
mod io;
mod token;
mod transport;

use std::sync::OnceLock;

pub use token::Credentials;
pub use transport::{Answer, Body, Limits, Outgoing, Verb};

use crate::{
    failure::{Failure, Kind},
    interrupt::Interrupt,
};
use io::Io;
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

/// A client of one server. Nothing is opened before the first call.
#[derive(Debug)]
pub struct Client {
    target: Target,
    interrupt: Interrupt,
    open: OnceLock<Result<Open, Failure>>,
}

/// What exists from the first call on.
#[derive(Debug)]
struct Open {
    io: Io,
    wire: Wire,
    tokens: Tokens,
}

impl Client {
    /// A client that is not connected yet.
    pub fn new(target: Target, interrupt: Interrupt) -> Self {
        Self { target, interrupt, open: OnceLock::new() }
    }

    /// Where its endpoints are.
    pub fn api_url(&self) -> &str {
        &self.target.api_url
    }

    /// Sends one request and waits for the answer's head and, when it is short, its body.
    ///
    /// `changes` says whether the request may change something: then an answer that got lost after sending is
    /// [`Kind::InDoubt`], and an interrupt lets it finish; a read is dropped at once.
    pub fn send(&self, request: Outgoing, changes: bool) -> Result<Answer, Failure> {
        if self.interrupt.is_raised() {
            return Err(interrupted());
        }
        let Open { io, wire, tokens } = self.opened()?;
        let (wire, tokens, interrupt) = (wire.clone(), tokens.clone(), self.interrupt.clone());
        let url = format!("{}/{}", self.target.api_url, request.path);
        io.run(async move {
            let exchange = exchange(&wire, &tokens, &url, &request, &interrupt);
            if changes {
                return exchange.await;
            }
            tokio::select! {
                done = exchange => done,
                () = interrupt.wait() => Err(Trouble::Interrupted),
            }
        })
        .map_err(|trouble| self.explain(trouble, changes))
    }

    fn opened(&self) -> Result<&Open, Failure> {
        self.open
            .get_or_init(|| {
                let wire = Wire::open(&self.target.limits)?;
                Ok(Open { io: Io::start()?, wire, tokens: Tokens::new(self.target.credentials.clone()) })
            })
            .as_ref()
            .map_err(Clone::clone)
    }

    fn explain(&self, trouble: Trouble, changes: bool) -> Failure {
        let server = &self.target.api_url;
        match trouble {
            Trouble::Explained(failure) => failure,
            Trouble::Interrupted => interrupted(),
            Trouble::NotSent(cause) => Failure::new(Kind::Unavailable, format!("no connection to {server}"))
                .hint(what_to_do(&cause, "is the address right, and is the server up?"))
                .because(cause),
            Trouble::Lost(cause) if changes => {
                Failure::new(Kind::InDoubt, format!("the answer of {server} got lost: the change may have been made"))
                    .because(cause)
                    .hint("look before you repeat it")
            }
            Trouble::Lost(cause) => {
                Failure::new(Kind::Unavailable, format!("the answer of {server} got lost")).because(cause)
            }
        }
    }
}

/// One request with a token; once more with a new token when the server refuses the one it got.
async fn exchange(
    wire: &Wire,
    tokens: &Tokens,
    url: &str,
    request: &Outgoing,
    interrupt: &Interrupt,
) -> Result<Answer, Trouble> {
    let token = tokens.current(wire).await?;
    let answer = wire.send(url, request, &token, interrupt).await?;
    if answer.status != 401 {
        return Ok(answer);
    }
    let token = tokens.instead_of(wire, &token).await?;
    wire.send(url, request, &token, interrupt).await
}

/// What a person can do about a connection that cannot be made.
fn what_to_do(cause: &str, otherwise: &'static str) -> &'static str {
    let inspected = cause.contains("certificate");
    if inspected { "CIPP_CA_FILE adds the root certificate of whoever inspects connections here" } else { otherwise }
}

fn interrupted() -> Failure {
    Failure::new(Kind::Interrupted, "interrupted")
}
