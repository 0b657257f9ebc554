//! Opens a session with the server that the command line, the environment or the settings name.

use std::{sync::Arc, time::Duration};

use super::{keep::Kept, show::Shown, terms::Leave};
use crate::{
    cli::{Connect, ThrottleName},
    client::{Credentials, Limits, Mode, Target},
    failure::Failure,
    interrupt::Interrupt,
    session::{self, Connection, Notices, Patience, Session, Settings, Sources},
    simulator::{self, Simulator},
};

/// A session, and the simulator behind it when it is the demo.
pub(super) struct Opened {
    session: Arc<Session>,
    /// Stops when this is dropped.
    _demo: Option<Simulator>,
}

impl Opened {
    pub(super) fn session(&self) -> &Arc<Session> {
        &self.session
    }
}

/// Opens it on the usual terms; nothing is sent yet.
pub(super) fn open(connect: &Connect, interrupt: Interrupt, shown: &Shown, kept: Kept) -> Result<Opened, Failure> {
    with_leave(connect, interrupt, shown, kept, &Leave::default())
}

/// Opens it on terms; nothing is sent yet.
pub(super) fn with_leave(
    connect: &Connect,
    interrupt: Interrupt,
    shown: &Shown,
    kept: Kept,
    leave: &Leave,
) -> Result<Opened, Failure> {
    with_notices(connect, interrupt, (shown.notices(), shown.verbose), kept, leave)
}

/// The same, where notices go elsewhere than usual.
pub(super) fn with_notices(
    connect: &Connect,
    interrupt: Interrupt,
    (notices, verbose): (Notices, bool),
    kept: Kept,
    leave: &Leave,
) -> Result<Opened, Failure> {
    let concurrency = usize::from(connect.concurrency);
    let throttle = match connect.throttle {
        ThrottleName::Adaptive => Mode::Adaptive { ceiling: concurrency },
        ThrottleName::Fixed => Mode::Fixed(concurrency),
    };
    let found = find(connect.connection.as_deref(), connect.demo)?;
    let patience = Patience::default();
    let settings = Settings {
        unchecked_tenants: connect.no_tenant_check,
        verify: !connect.no_verify,
        journal: kept.journal,
        secrets: kept.secrets,
        planner: kept.planner,
        verbose,
        patience: connect.patience.map_or(patience, |seconds| patience.at_most(Duration::from_secs(seconds))),
        throttle,
        ask_each: leave.ask_each,
        terms: leave.terms(&found.connection.name)?,
    };
    Ok(found.open(interrupt, notices, settings))
}

/// A connection, and the simulator behind it when it is the demo.
pub(super) struct Found {
    pub(super) connection: Connection,
    demo: Option<Simulator>,
}

impl Found {
    /// Opens a session; nothing is sent yet.
    pub(super) fn open(self, interrupt: Interrupt, notices: Notices, settings: Settings) -> Opened {
        let session = Session::new(self.connection, interrupt, notices, settings);
        Opened { session: Arc::new(session), _demo: self.demo }
    }
}

/// Finds the connection that is named, or the one to use where none is.
pub(super) fn find(named: Option<&str>, is_demo: bool) -> Result<Found, Failure> {
    if is_demo {
        let simulator = simulator::start(simulator::Settings::default())?;
        return Ok(Found { connection: demo(&simulator), demo: Some(simulator) });
    }
    let variable = |name: &str| std::env::var(name).ok();
    let sources = Sources { named, variable: &variable, file: session::default_file() };
    Ok(Found { connection: session::find(&sources)?, demo: None })
}

fn demo(simulator: &Simulator) -> Connection {
    let credentials = Credentials {
        token_url: simulator.token_url().to_string(),
        client_id: simulator.client_id().to_string(),
        client_secret: simulator.client_secret().to_string(),
        scope: format!("api://{}/.default", simulator.client_id()),
    };
    Connection {
        name: "demo".into(),
        tenant_id: simulator.tenant_id().to_string(),
        target: Target { api_url: simulator.url().to_string(), credentials, limits: Limits::default() },
        read_only: false,
    }
}
