//! A session with one server, and [`Session::call`], the only gate to it.
//!
//! Whatever is sent to a server, by a script, the command line or another part of cippsh, passes here: tenants are
//! resolved, the request is built or refused, sent, and its answer read for what it means.

mod connection;
mod gate;
mod options;
mod outgoing;
mod raw;
mod secret;
mod tally;
mod tenants;

use std::{
    collections::BTreeSet,
    fmt,
    sync::{Arc, Mutex, PoisonError, atomic::AtomicBool},
};

use rhai::Array;
use serde_json::{Value, json};

pub use connection::{Connection, Sources, default_file, find};
pub use gate::status;
pub use options::{CallOptions, Settings};
pub use raw::Raw;
pub use tally::Tally;
pub use tenants::{Listed, Standing, Tenants};

pub use crate::outcome::Status;

use crate::{
    catalogue::{
        self, Effect, Endpoint, TenantLookup,
        arguments::{self, Request},
    },
    client::Client,
    failure::{Failure, Kind},
    interrupt::Interrupt,
    outcome::{self, Outcome},
    value::Tenant,
};
use gate::Ready;

/// Tells the person something beside the results; the text is one line.
pub type Notices = Box<dyn Fn(&str) + Send + Sync>;

/// A session with one server.
pub struct Session {
    connection: Connection,
    client: Client,
    settings: Settings,
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

impl Session {
    /// A session; nothing is opened before the first call.
    pub fn new(connection: Connection, interrupt: Interrupt, notices: Notices, settings: Settings) -> Self {
        Self {
            client: Client::new(connection.target.clone(), interrupt, settings.throttle),
            connection,
            settings,
            tenants: Mutex::default(),
            tally: Tally::default(),
            notices,
            told: Mutex::default(),
            announced: AtomicBool::new(false),
        }
    }

    /// Calls an endpoint with its arguments.
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
        let request = self.build(endpoint, arguments)?;
        for warning in &request.warnings {
            self.notice(&format!("warning: {}: {warning}", endpoint.name));
        }
        let ready = Ready {
            outgoing: outgoing::outgoing(&request)?,
            endpoint: Some(endpoint),
            tenants: request.tenants,
            effect: request.effect,
            targets: request.targets,
            secrets: arguments::secrets(endpoint, arguments),
        };
        self.pass(&ready, options.wanted, outcome::read)
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
        match self.call(endpoint, arguments, &CallOptions::default())? {
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
        if self.settings.unchecked_tenants {
            let request = arguments::build(endpoint, arguments, &Unchecked).map_err(refused)?;
            if request.effect < Effect::Write {
                return Ok(request);
            }
        }
        // What is wrong whatever the tenants are is told before the server is asked for them.
        arguments::build(endpoint, arguments, &Unchecked).map_err(refused)?;
        arguments::build(endpoint, arguments, &*self.tenants()?).map_err(refused)
    }

    /// Tells something once.
    fn notice(&self, text: &str) {
        if self.told.lock().unwrap_or_else(PoisonError::into_inner).insert(text.to_string()) {
            (self.notices)(text);
        }
    }
}

/// Takes every tenant for what it says it is.
struct Unchecked;

impl TenantLookup for Unchecked {
    fn resolve(&self, name: &str) -> Result<Tenant, String> {
        Ok(Tenant { domain: name.to_string(), id: name.to_string(), name: name.to_string() })
    }
}
