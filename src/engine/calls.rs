//! A call of a script: passed on to the session, and noted for the bulk that it is part of.

use serde_json::Value;

use super::{bulk, context::Context};
use crate::{
    catalogue::{Effect, Endpoint, effect},
    failure::Failure,
    outcome::Outcome,
    session::{self, CallOptions},
};

/// Calls an endpoint for a script.
pub(super) fn call(
    context: &Context,
    endpoint: &'static Endpoint,
    arguments: &Value,
    options: &CallOptions,
) -> Result<Outcome, Failure> {
    let outcome = context.session.call(endpoint, arguments, options);
    if endpoint.effect >= Effect::Write && effect::effect(endpoint, arguments) >= Effect::Write {
        bulk::note(session::status(&outcome));
    }
    outcome
}
