//! A call of a script: passed on to the session, and noted for the bulk that it is part of.

use serde_json::Value;

use super::{
    bulk::item::{self, Reading},
    context::Context,
};
use crate::{
    catalogue::{Effect, Endpoint, effect},
    failure::Failure,
    outcome::Outcome,
    session::{self, CallOptions, Status},
};

/// Calls an endpoint for a script. In a bulk a write is read back at the end of the bulk, unless the call says
/// itself whether it is.
pub(super) fn call(
    context: &Context,
    endpoint: &'static Endpoint,
    arguments: &Value,
    options: &CallOptions,
) -> Result<Outcome, Failure> {
    let session = &context.session;
    let (outcome, pending) = match (options.verify, item::reading()) {
        (None, Reading::Later) => session.call_for_later(endpoint, arguments, options),
        (None, Reading::Never) => {
            (session.call(endpoint, arguments, &CallOptions { verify: Some(false), ..*options }), None)
        }
        _ => (session.call(endpoint, arguments, options), None),
    };
    match pending {
        Some(pending) => item::wait_for(pending),
        None if endpoint.effect >= Effect::Write && effect::effect(endpoint, arguments) >= Effect::Write => {
            note(session::status(&outcome));
        }
        None => {}
    }
    outcome
}

/// Notes what became of a write. One that was not sent leaves the item as it was: the error tells of it.
pub(super) fn note(status: Status) {
    if status != Status::NotRun {
        item::note(status);
    }
}
