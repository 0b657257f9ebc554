//! A session with one server, and [`Session::call`], the only gate to it.
//!
//! Whatever is sent to a server, by a script, the command line or another part of cippsh, passes here: tenants are
//! resolved, the request is built or refused, sent, and its answer read for what it means.

mod connection;
mod outgoing;
mod raw;
mod secret;
mod tally;
mod tenants;

use std::{
    collections::BTreeSet,
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use rhai::Array;
use serde_json::{Value, json};

pub use connection::{Connection, Sources, default_file, find};
pub use raw::Raw;
pub use tally::{Status, Tally};
pub use tenants::{Listed, Standing, Tenants};

use outgoing::{outgoing, share};

use crate::{
    catalogue::{
        self, Effect, Endpoint, Target, TenantLookup,
        arguments::{self, Request},
    },
    client::{self, Client, Mode, Outgoing},
    failure::{Failure, Kind},
    interrupt::Interrupt,
    outcome::{self, BodyReader, Outcome, Reply},
    value::{Fields, Tenant},
};

/// Tells the person something beside the results; the text is one line.
pub type Notices = Box<dyn Fn(&str) + Send + Sync>;

/// A session with one server.
pub struct Session {
    connection: Connection,
    client: Client,
    /// Unknown tenants are let through for reads.
    unchecked_tenants: bool,
    /// Fetched once; the lock makes everybody wait for the first one.
    tenants: Mutex<Option<Arc<Tenants>>>,
    tally: Tally,
    notices: Notices,
    told: Mutex<BTreeSet<String>>,
    announced: AtomicBool,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("connection", &self.connection.name).finish_non_exhaustive()
    }
}

/// What is about to be sent, whoever built it.
struct Ready {
    outgoing: Outgoing,
    endpoint: Option<&'static Endpoint>,
    tenants: Vec<Target>,
    effect: Effect,
    targets: usize,
    /// Secrets among the arguments: the server likes to repeat them.
    secrets: Vec<String>,
}

impl Session {
    /// A session; nothing is opened before the first call.
    pub fn new(
        connection: Connection,
        interrupt: Interrupt,
        notices: Notices,
        unchecked_tenants: bool,
        mode: Mode,
    ) -> Self {
        Self {
            client: Client::new(connection.target.clone(), interrupt, mode),
            connection,
            unchecked_tenants,
            tenants: Mutex::default(),
            tally: Tally::default(),
            notices,
            told: Mutex::default(),
            announced: AtomicBool::new(false),
        }
    }

    /// Calls an endpoint with its arguments; `wanted` keeps these fields of the rows only.
    ///
    /// # Errors
    ///
    /// All that is wrong with the arguments, and then nothing was sent; else why there is no good answer.
    pub fn call(
        &self,
        endpoint: &'static Endpoint,
        arguments: &Value,
        wanted: Option<&Fields>,
    ) -> Result<Outcome, Failure> {
        let request = self.build(endpoint, arguments)?;
        for warning in &request.warnings {
            self.notice(&format!("warning: {}: {warning}", endpoint.name));
        }
        let ready = Ready {
            outgoing: outgoing(&request)?,
            endpoint: Some(endpoint),
            tenants: request.tenants,
            effect: request.effect,
            targets: request.targets,
            secrets: arguments::secrets(endpoint, arguments),
        };
        self.pass(&ready, wanted, outcome::read)
    }

    /// How many requests the server gets at once, for people; `None` before the first call.
    pub fn load(&self) -> Option<String> {
        self.client.load()
    }

    /// The count of what was written.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// The server's list of tenants.
    pub fn tenants(&self) -> Result<Arc<Tenants>, Failure> {
        let mut kept = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tenants) = &*kept {
            return Ok(Arc::clone(tenants));
        }
        let rows = self.rows("ListTenants", &json!({}))?;
        let tenants = Arc::new(Tenants::read(&rows, &self.connection.tenant_id)?);
        *kept = Some(Arc::clone(&tenants));
        Ok(tenants)
    }

    /// The server's list of tenants, and those that the server leaves out of it.
    pub fn tenants_in_detail(&self) -> Result<Vec<Listed>, Failure> {
        let mut all: Vec<Listed> = self.tenants()?.iter().cloned().collect();
        let excluded = self.rows("ExecExcludeTenant", &json!({ "List": true }))?;
        for listed in Tenants::read(&excluded, &self.connection.tenant_id)?.iter() {
            if !all.iter().any(|known| known.tenant.id == listed.tenant.id) {
                all.push(Listed { standing: Standing::Excluded, ..listed.clone() });
            }
        }
        Ok(all)
    }

    /// The one tenant that a name means.
    pub fn tenant(&self, name: &str) -> Result<Tenant, Failure> {
        self.tenants()?.resolve(name).map_err(|why| Failure::new(Kind::NotFound, why))
    }

    fn rows(&self, name: &str, arguments: &Value) -> Result<Array, Failure> {
        let missing = || Failure::new(Kind::Internal, format!("{name} does not give rows"));
        let endpoint = catalogue::find(name).ok_or_else(missing)?;
        match self.call(endpoint, arguments, None)? {
            Outcome::Rows(rows) => Ok(rows),
            Outcome::Value(value) => value.into_array().map_err(|_| missing()),
            Outcome::Done(_) => Err(missing()),
        }
    }

    fn build(&self, endpoint: &'static Endpoint, arguments: &Value) -> Result<Request, Failure> {
        let refused = |problems: Vec<arguments::Problem>| arguments::refusal(endpoint, &problems);
        if !arguments::needs_tenants(endpoint, arguments) {
            return arguments::build(endpoint, arguments, &Tenants::default()).map_err(refused);
        }
        if self.unchecked_tenants {
            let request = arguments::build(endpoint, arguments, &Unchecked).map_err(refused)?;
            if request.effect < Effect::Write {
                return Ok(request);
            }
        }
        // What is wrong whatever the tenants are is told before the server is asked for them.
        arguments::build(endpoint, arguments, &Unchecked).map_err(refused)?;
        arguments::build(endpoint, arguments, &*self.tenants()?).map_err(refused)
    }

    /// Guards, sends, reads and counts one request.
    fn pass(
        &self,
        ready: &Ready,
        wanted: Option<&Fields>,
        read: impl FnOnce(Reply, &outcome::Call) -> Result<Outcome, Failure>,
    ) -> Result<Outcome, Failure> {
        let changes = ready.effect >= Effect::Write;
        if changes && self.connection.read_only {
            return Err(self.refusal(ready));
        }
        let tenant = ready.tenants.iter().map(Target::name).collect::<Vec<_>>().join(", ");
        let call = outcome::Call {
            name: &ready.outgoing.path,
            endpoint: ready.endpoint,
            effect: ready.effect,
            tenant: &tenant,
            wanted,
            secrets: &ready.secrets,
        };
        let outcome = self.client.send(ready.outgoing.clone()).and_then(|answer| {
            self.announce(&answer);
            read(reply(answer, &call)?, &call)
        });
        let outcome = outcome.map_err(|failure| in_call(failure, &call));
        if changes {
            self.tally.add(ready.tenants.iter().map(Target::name), ready.targets, status(&outcome));
        }
        outcome
    }

    fn refusal(&self, ready: &Ready) -> Failure {
        let message = format!("{} would change something, and the connection is read-only", ready.outgoing.path);
        Failure::new(Kind::Guard, message)
            .because(format!("read_only = true in connection \"{}\"", self.connection.name))
    }

    /// Says once that what answers is no real server.
    fn announce(&self, answer: &client::Answer) {
        if answer.simulated && !self.announced.swap(true, Ordering::Relaxed) {
            self.notice(&format!("SIMULATOR: {} is a simulated server", self.client.api_url()));
        }
    }

    /// Tells something once.
    fn notice(&self, text: &str) {
        if self.told.lock().unwrap_or_else(PoisonError::into_inner).insert(text.to_string()) {
            (self.notices)(text);
        }
    }
}

/// What became of a write.
pub fn status(outcome: &Result<Outcome, Failure>) -> Status {
    match outcome {
        Ok(Outcome::Done(written)) => Status::of(written),
        Ok(Outcome::Rows(_) | Outcome::Value(_)) => Status::Accepted,
        Err(failure) if failure.kind == Kind::InDoubt => Status::InDoubt,
        Err(_) => Status::Failed,
    }
}

/// Takes every tenant for what it says it is.
struct Unchecked;

impl TenantLookup for Unchecked {
    fn resolve(&self, name: &str) -> Result<Tenant, String> {
        Ok(Tenant { domain: name.to_string(), id: name.to_string(), name: name.to_string() })
    }
}

/// The answer as the reading of outcomes takes it; a long one is parsed while it arrives.
fn reply(answer: client::Answer, call: &outcome::Call) -> Result<Reply, Failure> {
    let body = match answer.body {
        client::Body::Whole(bytes) => outcome::Body::Bytes(bytes),
        client::Body::Arriving(pieces) => {
            let mut reader = BodyReader::new(&answer.content_type, call);
            for piece in pieces {
                reader.feed(&piece.map_err(|cause| {
                    let kind = if call.effect >= Effect::Write { Kind::InDoubt } else { Kind::Unavailable };
                    Failure::new(kind, "the answer was cut off").because(cause)
                })?);
            }
            reader.finish()
        }
    };
    Ok(Reply { status: answer.status, content_type: answer.content_type, body })
}

/// Adds which call it was, where the failure does not say so itself.
fn in_call(mut failure: Failure, call: &outcome::Call) -> Failure {
    let about = failure.call.get_or_insert_default();
    if about.endpoint.is_empty() {
        about.endpoint = call.name.into();
        about.tenant = call.tenant.into();
    }
    failure
}
