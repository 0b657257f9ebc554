//! Plans: what a run would have written, as a value that can be kept, shown and applied.
//!
//! ```text
//! run --plan ─▶ Planner (records) ─▶ Plan ─▶ file ─▶ Plan ─▶ Session::apply ─▶ what became of each call
//! ```

mod applied;
mod apply;
mod before;
mod file;
mod fill;
mod planner;
mod record;
mod schedule;
mod seal;
mod shown;
mod weigh;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use applied::{Applied, Earlier, Step};
pub use apply::{Answered, Applying, Sender};
pub use file::PlanFile;
pub use fill::{Wanted, wanted_secrets};
pub use planner::{About, Planner};
pub use record::Asked;
pub(super) use record::Draft;
pub(super) use weigh::{effect, endpoint};

/// The version of the format that this program writes and reads.
pub const VERSION: u32 = 1;

/// What a run would have written.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The version of the format.
    pub cippsh_plan: u32,
    /// SHA-256 of all the rest: tells one plan from all others, and whether it was changed.
    pub hash: String,
    /// What people call the connection.
    pub connection: String,
    /// Where the endpoints are.
    pub server: String,
    /// Whether the server said that it is a simulator.
    pub simulated: bool,
    /// When it was made, ISO text in UTC.
    pub created: String,
    /// What was run.
    pub script: Script,
    /// Why, in the person's words.
    pub reason: String,
    /// Why it is not whole, and so cannot be applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incomplete: Option<String>,
    /// What whoever applies it should know.
    pub notes: Vec<String>,
    /// How much it is.
    pub counts: Counts,
    /// The writes, in their order.
    pub calls: Vec<Call>,
}

/// What was run.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// As people named it.
    pub name: String,
    /// SHA-256 of its text.
    pub hash: String,
}

/// How much a plan is.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// Tenants that are named.
    pub tenants: usize,
    /// Elements times tenants.
    pub targets: usize,
    /// Calls.
    pub writes: usize,
    /// How many of the calls destroy something.
    pub destroy: usize,
}

/// One write.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// Its number, from 1.
    pub n: usize,
    /// The endpoint.
    pub endpoint: String,
    /// The action that it was called by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// It was given to `api()`, and is sent as it is.
    #[serde(default, skip_serializing_if = "is_false")]
    pub raw: bool,
    /// The tenants that it names.
    pub tenant: Vec<Named>,
    /// What the script gave: for an action by its names.
    pub arguments: Value,
    /// Whether it is read back, where the script says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verify: Option<bool>,
    /// For how many seconds the task that does it is followed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait: Option<u64>,
    /// The name of its effect.
    pub effect: String,
    /// Elements times tenants.
    pub targets: usize,
    /// The bulk that it is part of; empty outside of one.
    pub bulk: String,
    /// The key of the bulk's item.
    pub item: String,
    /// How many writes of the item to this endpoint and tenant came before.
    pub nth: u32,
    /// The outermost bulk and its item, by number: those of one bulk and different items may go at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lane: Option<Lane>,
    /// SHA-256 of the request that it makes, secrets aside.
    pub request: String,
    /// How what it changes was when the plan was made, where that can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// How that is to become.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

/// The number of a bulk outside of all others, and of its item.
pub type Lane = (usize, usize);

/// A tenant by its id and its name.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// Its id; of a group the group's, and `AllTenants` for all.
    pub id: String,
    /// Its default domain.
    pub domain: String,
}

fn is_false(value: &bool) -> bool {
    !value
}
