//! Makes the calls of a plan again, each as the script made it.

use std::{
    cell::{Cell, RefCell},
    sync::Arc,
    time::Duration,
};

use rhai::Dynamic;
use serde_json::Value;

use super::{action, api};
use crate::{
    catalogue::{self, Effect, Endpoint, effect},
    failure::{Failure, Kind},
    interrupt::Interrupt,
    outcome::{Outcome, Status, Written},
    session::{
        self, CallOptions, Pending, Session,
        plan::{Answered, Call, Sender},
    },
    value::from_json,
};

/// Makes the calls of a plan on a session.
pub struct Replay {
    /// The way to the server.
    pub session: Arc<Session>,
    /// Raised to stop it.
    pub interrupt: Interrupt,
}

/// What became of the writes of one call.
#[derive(Default)]
struct Watched {
    status: Cell<Option<Status>>,
    pending: RefCell<Option<Pending>>,
}

impl Replay {
    fn watched(
        &self,
        endpoint: &'static Endpoint,
        arguments: &Value,
        options: &CallOptions,
        later: bool,
        watched: &Watched,
    ) -> Result<Outcome, Failure> {
        let writes = effect::effect(endpoint, arguments) >= Effect::Write;
        let (outcome, pending) = if later && options.verify.is_none() && writes {
            self.session.call_for_later(endpoint, arguments, options)
        } else {
            (self.session.call(endpoint, arguments, options), None)
        };
        if writes {
            watched.status.set(Some(session::status(&outcome)));
            watched.pending.replace(pending);
        }
        outcome
    }
}

impl Sender for Replay {
    fn send(&self, call: &Call, arguments: Value, later: bool) -> Answered {
        let watched = Watched::default();
        let unknown = || Failure::new(Kind::Usage, format!("there is no {}", call.name()));
        let value = match (&call.action, call.raw, catalogue::find(&call.endpoint)) {
            (Some(name), ..) => catalogue::find_action(name).ok_or_else(unknown).and_then(|found| {
                let options = action::Options { verify: call.verify, wait: call.wait.map(Duration::from_secs) };
                let send = |endpoint: &'static Endpoint, arguments: &Value, options: &CallOptions| {
                    self.watched(endpoint, arguments, options, later, &watched)
                };
                action::replay(&self.session, &self.interrupt, (found, &from_json(arguments), &options), &send)
            }),
            (None, true, _) => api::raw_of(&call.endpoint, &from_json(arguments), &self.session).and_then(|raw| {
                let sent = self.session.raw(&raw);
                watched.status.set(Some(match &sent {
                    Ok(_) => Status::Accepted,
                    Err(failure) if failure.kind == Kind::InDoubt => Status::InDoubt,
                    Err(_) => Status::Failed,
                }));
                sent
            }),
            (None, false, Some(endpoint)) => {
                let options = CallOptions { verify: call.verify, ..CallOptions::default() };
                let outcome = self.watched(endpoint, &arguments, &options, later, &watched);
                outcome.map(|outcome| api::shown(outcome, endpoint))
            }
            (None, false, None) => Err(unknown()),
        };
        Answered { value, status: watched.status.get(), pending: watched.pending.take() }
    }

    fn shaped(&self, call: &Call, written: Written) -> Dynamic {
        let by_action = call.action.as_deref().and_then(catalogue::find_action);
        match (by_action, catalogue::find(&call.endpoint)) {
            (Some(found), _) => action::shaped(found, written),
            (None, Some(endpoint)) => api::shown(Outcome::Done(written), endpoint),
            (None, None) => Dynamic::UNIT,
        }
    }
}
