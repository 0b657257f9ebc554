//! What is kept of a run and of its writes.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::outcome::Status;

/// What is known of a run before it writes something.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// The verb of the command line: `run`, `eval`, `call`.
    pub command: String,
    /// The script as people named it, or the endpoint that was called.
    pub script: String,
    /// The script's file, in full; empty without one.
    pub path: String,
    /// SHA-256 of the script, in hexadecimal; empty without one.
    pub hash: String,
    /// The script itself where it has no file; empty when it holds secrets, and must not be kept.
    pub text: String,
    /// The directory that it is started in.
    pub directory: String,
    /// The script's arguments with their defaults, by name.
    pub arguments: Value,
    /// The same as they were given, `key=value`, without secrets.
    pub given: Vec<String>,
    /// Why it is done, in the person's words.
    pub reason: String,
    /// How many runs had applied the same plan when it was decided to apply it; `None` for what is no plan.
    pub applications: Option<usize>,
}

/// Where a run writes to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Server {
    /// What people call the connection.
    pub connection: String,
    /// Where the endpoints are.
    pub url: String,
    /// Whether it said that it is a simulator.
    pub simulated: bool,
    /// How many tenants it manages; `None` when the run did not need to know.
    pub tenants: Option<usize>,
}

/// What tells one write of a run from all others, also when the run is repeated.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identity {
    /// The bulk that it is part of; empty outside of one.
    pub bulk: String,
    /// The key of the bulk's item; empty outside of one.
    pub item: String,
    /// The endpoint.
    pub endpoint: String,
    /// The tenants as they were sent, with commas between them.
    pub tenant: String,
    /// How many writes of the item to this endpoint and tenant came before.
    pub nth: u32,
}

/// A write that is about to be sent.
#[derive(Debug, Clone)]
pub struct Intent {
    /// Which one it is.
    pub identity: Identity,
    /// Query and body as they are sent, without secrets.
    pub arguments: Value,
    /// The name of its effect.
    pub effect: &'static str,
}

/// What became of it. All of it without secrets.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Answer {
    /// How it went.
    pub status: Status,
    /// What was said, in one line.
    pub message: String,
    /// The HTTP status; 0 when no answer came.
    pub http_status: u16,
    /// The results one by one.
    pub results: Value,
    /// The background job that the answer names; empty without one.
    pub task: String,
    /// What stood beside the results, for reading back.
    pub reply: Value,
}
