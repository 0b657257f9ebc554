//! Questions about the server itself, which tell how things stand: asked once and without tenants.

use jiff::Timestamp;
use serde_json::Value;

use super::{Session, gate};
use crate::{
    catalogue::{self, Effect},
    client::Claims,
    failure::Failure,
    outcome,
    value::to_json,
};

/// What a server is asked about itself. There are no others: whatever else is sent passes the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// Whether it is there.
    PublicPing,
    /// Who the client is, and what it may do.
    Me,
    /// Its version.
    GetVersion,
}

impl Question {
    fn endpoint(self) -> &'static str {
        match self {
            Self::PublicPing => "PublicPing",
            Self::Me => "me",
            Self::GetVersion => "GetVersion",
        }
    }
}

/// An answer to such a question.
#[derive(Debug)]
pub struct Heard {
    /// The HTTP status.
    pub status: u16,
    /// The time by the server's clock, to the second.
    pub time: Option<Timestamp>,
    /// What it says, or what is wrong with it.
    pub body: Result<Value, Failure>,
}

impl Session {
    /// Asks it once, and takes the answer as it comes; without a token it is what anybody could ask.
    ///
    /// # Errors
    ///
    /// No token, or no answer at all.
    pub fn probe(&self, question: Question, with_token: bool) -> Result<Heard, Failure> {
        let name = question.endpoint();
        let call = outcome::Call {
            name,
            endpoint: catalogue::find(name),
            effect: Effect::Sensitive,
            tenant: "",
            wanted: None,
            secrets: &[],
        };
        let answer = self.client.probe(name, with_token)?;
        self.heard(&answer);
        let (status, time) = (answer.status, answer.time);
        let body = gate::reply(answer, &call).and_then(|reply| outcome::read_raw(reply, &call));
        Ok(Heard { status, time, body: body.map(|value| to_json(&value)) })
    }

    /// Gets a token and tells what it says of itself.
    ///
    /// # Errors
    ///
    /// Why there is none.
    pub fn claims(&self) -> Result<Claims, Failure> {
        self.client.claims()
    }

    /// Who the server takes tokens for: the client itself, unless its scope says otherwise.
    pub fn expected_audience(&self) -> String {
        let scope = &self.connection.target.credentials.scope;
        scope.strip_suffix("/.default").unwrap_or(scope).to_owned()
    }

    /// Its connection.
    pub fn connection(&self) -> &super::Connection {
        &self.connection
    }
}
