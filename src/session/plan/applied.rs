//! What became of the calls of a plan, in this application of it and in earlier ones.

use std::collections::HashMap;

use super::{Call, Plan};
use crate::{
    journal::{Entry, Identity},
    outcome::Status,
};

/// What became of one call.
#[derive(Debug, Clone)]
pub struct Step {
    /// `None` while it is to be sent.
    pub status: Option<Status>,
    /// Why, or what was said; in one line.
    pub message: String,
}

/// What became of all of them, in the order of the plan.
#[derive(Debug)]
pub struct Applied {
    /// One for each call.
    pub steps: Vec<Step>,
}

impl Step {
    pub(super) fn open() -> Self {
        Self { status: None, message: String::new() }
    }

    pub(super) fn is(status: Status, message: impl Into<String>) -> Self {
        Self { status: Some(status), message: message.into() }
    }
}

impl Applied {
    /// How many calls are still to be sent.
    pub fn open(&self) -> usize {
        self.steps.iter().filter(|step| step.status.is_none()).count()
    }

    /// The calls that are left out, and why.
    pub fn skipped<'a>(&'a self, plan: &'a Plan) -> impl Iterator<Item = (&'a Call, &'a str)> {
        let skipped = |step: &Step| step.status == Some(Status::NotRun);
        plan.calls
            .iter()
            .zip(&self.steps)
            .filter(move |(_, step)| skipped(step))
            .map(|(call, step)| (call, step.message.as_str()))
    }
}

/// What earlier applications of a plan have sent, by the number of the call.
#[derive(Debug, Default)]
pub struct Earlier(pub(super) HashMap<usize, Entry>);

impl Earlier {
    /// Finds the calls of a plan among the writes of runs that applied it, the latest run first.
    pub fn of(plan: &Plan, entries: impl IntoIterator<Item = Entry>) -> Self {
        let numbers: HashMap<Identity, usize> = plan.calls.iter().map(|call| (call.identity(), call.n)).collect();
        let mut found = HashMap::new();
        for entry in entries {
            if let Some(n) = numbers.get(&entry.identity) {
                found.entry(*n).or_insert(entry);
            }
        }
        Self(found)
    }
}

impl Call {
    /// What tells its write from all others of a run.
    pub(super) fn identity(&self) -> Identity {
        let tenants: Vec<&str> = self.tenant.iter().map(|tenant| tenant.domain.as_str()).collect();
        Identity {
            bulk: self.bulk.clone(),
            item: self.item.clone(),
            endpoint: self.endpoint.clone(),
            tenant: tenants.join(", "),
            nth: self.nth,
        }
    }
}
