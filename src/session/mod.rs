//! A session with one server, and [`Session::call`], the only gate to it.
//!
//! Whatever is sent to a server, by a script, the command line or another part of cippsh, passes here: tenants are
//! resolved, the request is built or refused, sent, and its answer read for what it means.

mod again;
mod connection;
mod consent;
mod gate;
pub mod guard;
mod guarded;
mod keep;
pub mod keyring;
mod look;
mod options;
mod outgoing;
mod own;
mod past;
mod permissions;
pub mod plan;
mod preflight;
mod probe;
mod raw;
mod reached;
mod scope;
mod secret;
mod secrets_file;
pub mod settings_file;
mod tally;
mod tenants;
mod users;
mod verify;

use std::{
    cell::Cell,
    collections::BTreeSet,
    fmt,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicI64, AtomicUsize},
    },
};

use jiff::Timestamp;
use serde_json::Value;

pub use again::Sent;
pub use connection::{
    Connection, Described, Habits, Keys, Sources, check_address, default_file, described, find, habits, nothing_is_set,
};
pub use gate::status;
pub use guard::Terms;
pub use keep::Journal;
pub use options::{CallOptions, Patience, Settings};
pub use past::Earlier;
pub use permissions::granted;
pub use probe::{Heard, Question};
pub use raw::Raw;
pub use scope::{Inside, Items};
pub use secrets_file::SecretsFile;
pub use tally::Tally;
pub use tenants::{Listed, Standing, Tenants};
pub use verify::{Pending, Verdict};

pub use crate::outcome::Status;

use crate::{
    catalogue::{
        Effect, Endpoint,
        arguments::{self, Request},
        effect,
    },
    client::Client,
    failure::Failure,
    interrupt::Interrupt,
    outcome::{self, Outcome},
};
use consent::Consent;
use gate::{Passed, Ready};
use guard::{Groups, Guard};
use past::Past;
use preflight::Preflight;
use scope::Scope;
use tenants::Unchecked;
use users::UsersByTenant;

/// Tells the person something beside the results; the text is one line.
pub type Notices = Box<dyn Fn(&str) + Send + Sync>;

/// A session with one server.
pub struct Session {
    connection: Connection,
    server: Arc<str>,
    client: Client,
    settings: Settings,
    /// Fetched once; the lock makes everybody wait for the first one.
    tenants: Mutex<Option<Arc<Tenants>>>,
    /// Fetched once, and only when a rule names one.
    groups: Mutex<Option<Arc<Groups>>>,
    guard: Guard,
    consent: Consent,
    /// Writes are read back, unless a call says otherwise.
    verify: AtomicBool,
    tally: Tally,
    notices: Notices,
    told: Mutex<BTreeSet<String>>,
    announced: AtomicBool,
    interrupt: Interrupt,
    users: UsersByTenant,
    scope: Arc<Scope>,
    /// What the run has written before; nothing unless it is resumed.
    past: OnceLock<Past>,
    preflight: Preflight,
    /// How many writes were sent.
    writes: AtomicUsize,
    /// How far the server's clock is ahead, in milliseconds.
    clock: AtomicI64,
    /// Makes reads differ from those of other runs, in milliseconds.
    started: i64,
    /// Makes reads differ from each other.
    reads: AtomicUsize,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("connection", &self.connection.name).finish_non_exhaustive()
    }
}

impl Session {
    /// A session; nothing is opened before the first call.
    pub fn new(connection: Connection, interrupt: Interrupt, notices: Notices, settings: Settings) -> Self {
        Self {
            client: Client::new(connection.target.clone(), interrupt.clone(), settings.throttle),
            guard: Guard::new(settings.terms.clone(), connection.read_only.then(|| connection.name.clone())),
            consent: Consent::default(),
            verify: AtomicBool::new(settings.verify),
            server: connection.target.api_url.as_str().into(),
            connection,
            settings,
            tenants: Mutex::default(),
            groups: Mutex::default(),
            tally: Tally::default(),
            notices,
            told: Mutex::default(),
            announced: AtomicBool::new(false),
            interrupt,
            users: Mutex::default(),
            scope: Arc::default(),
            past: OnceLock::new(),
            preflight: Preflight::default(),
            writes: AtomicUsize::new(0),
            clock: AtomicI64::new(0),
            started: Timestamp::now().as_millisecond(),
            reads: AtomicUsize::new(0),
        }
    }

    /// Calls an endpoint with its arguments; a write is read back before this returns.
    ///
    /// # Errors
    ///
    /// All that is wrong with the arguments, and then nothing was sent; else why there is no good answer.
    pub fn call(
        &self,
        endpoint: &'static Endpoint,
        arguments: &Value,
        options: &CallOptions,
    ) -> Result<Outcome, Failure> {
        let (outcome, pending) = self.call_for_later(endpoint, arguments, options);
        self.settled(outcome, pending.as_ref())
    }

    /// The same, but a write with a good answer is left to be read back by [`Session::settle`]. Until then it counts
    /// as unconfirmed.
    pub fn call_for_later(
        &self,
        endpoint: &'static Endpoint,
        arguments: &Value,
        options: &CallOptions,
    ) -> (Result<Outcome, Failure>, Option<Pending>) {
        let prepared = self.prepared(endpoint, arguments).and_then(|(request, ready)| {
            let draft = self.draft(&request, arguments, options)?;
            Ok((request, Ready { draft, ..ready }))
        });
        let (request, ready) = match prepared {
            Ok(prepared) => prepared,
            Err(failure) => {
                self.refused(effect::effect(endpoint, arguments), &failure);
                return (Err(failure), None);
            }
        };
        let since = self.server_time();
        let Passed { outcome, kept, http_status, place } = self.pass(&ready, options.wanted, outcome::read);
        let verify = options.verify.unwrap_or(self.verifies()) && request.effect >= Effect::Write;
        // What stands in for an answer changes nothing that could be read back.
        let verify = verify && !ready.stand_in.get();
        let mut pending = verify.then(|| Pending::of(self, &request, &outcome, since)).flatten();
        if let Some(kept) = kept {
            let unread = pending.is_some() && outcome.is_ok();
            let status = if unread { Status::Unconfirmed } else { status(&outcome) };
            self.keep(&kept, &outcome, status, http_status, &ready.secrets);
            if let Some(pending) = &mut pending {
                pending.kept = Some(kept);
            }
        }
        drop(place);
        if request.effect >= Effect::Write && ready.draft.is_none() {
            self.after_write(&request);
        }
        if let Err(lost) = self.keep_secrets(&ready, arguments, &outcome) {
            let _ = self.settled(outcome, pending.as_ref());
            return (Err(lost), None);
        }
        let Some(pending) = pending else { return (outcome, None) };
        self.tally.instead(status(&outcome), Status::Unconfirmed);
        // Whoever sent it must know at once what to believe.
        if outcome.is_err() { (self.settled(outcome, Some(&pending)), None) } else { (outcome, Some(pending)) }
    }

    fn settled(&self, outcome: Result<Outcome, Failure>, pending: Option<&Pending>) -> Result<Outcome, Failure> {
        match pending.and_then(|pending| self.settle(&[pending]).pop()) {
            Some(verdict) => verdict.apply(outcome),
            None => outcome,
        }
    }

    /// What is sent, and all that is known about it; of a write every tenant and user exists.
    fn prepared(&self, endpoint: &'static Endpoint, arguments: &Value) -> Result<(Request, Ready), Failure> {
        self.by_effect(endpoint.name, Some(endpoint), effect::effect(endpoint, arguments))?;
        let mut request = self.build(endpoint, arguments)?;
        for warning in &request.warnings {
            self.notice(&format!("warning: {}: {warning}", endpoint.name));
        }
        self.by_rules(&request)?;
        if request.effect >= Effect::Write {
            self.name_users(&mut request)?;
        }
        let ready = ready(&request, arguments)?;
        Ok((request, ready))
    }

    /// How many requests the server gets at once, for people; `None` before the first call.
    pub fn load(&self) -> Option<String> {
        self.client.load()
    }

    /// The same as a number.
    pub fn limit(&self) -> Option<usize> {
        self.client.limit()
    }

    fn build(&self, endpoint: &'static Endpoint, arguments: &Value) -> Result<Request, Failure> {
        let refused = |problems: Vec<arguments::Problem>| arguments::refusal(endpoint, &problems);
        if !arguments::needs_tenants(endpoint, arguments) {
            return arguments::build(endpoint, arguments, &Tenants::default()).map_err(refused);
        }
        if self.unchecked()? {
            let request = arguments::build(endpoint, arguments, &Unchecked).map_err(refused)?;
            if request.effect < Effect::Write {
                return Ok(request);
            }
        }
        if !self.knows_tenants() {
            // What is wrong whatever the tenants are is told before the server is asked for them.
            arguments::build(endpoint, arguments, &Unchecked).map_err(refused)?;
        }
        arguments::build(endpoint, arguments, &*self.tenants()?).map_err(refused)
    }

    /// Tells something once.
    fn notice(&self, text: &str) {
        if self.told.lock().unwrap_or_else(PoisonError::into_inner).insert(text.to_string()) {
            (self.notices)(text);
        }
    }
}

fn ready(request: &Request, arguments: &Value) -> Result<Ready, Failure> {
    Ok(Ready {
        outgoing: outgoing::outgoing(request)?,
        endpoint: Some(request.endpoint),
        tenants: request.tenants.clone(),
        effect: request.effect,
        targets: request.targets,
        secrets: arguments::secrets(request.endpoint, arguments),
        own: false,
        draft: None,
        stand_in: Cell::default(),
        repeated: Cell::default(),
    })
}
