//! Opens a session with the server that the command line, the environment or the settings name.

use std::{sync::Arc, time::Duration};

use super::terms::Leave;
use crate::{
    cli::{Connect, ThrottleName},
    client::{Credentials, Limits, Mode, Target},
    failure::Failure,
    interrupt::Interrupt,
    session::{self, Connection, Journal, Notices, Patience, Session, Settings, Sources},
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
pub(super) fn open(
    connect: &Connect,
    interrupt: Interrupt,
    notices: Notices,
    journal: Option<Journal>,
) -> Result<Opened, Failure> {
    with_leave(connect, interrupt, notices, journal, &Leave::default())
}

/// Opens it on terms; nothing is sent yet.
pub(super) fn with_leave(
    connect: &Connect,
    interrupt: Interrupt,
    notices: Notices,
    journal: Option<Journal>,
    leave: &Leave,
) -> Result<Opened, Failure> {
    let concurrency = usize::from(connect.concurrency);
    let throttle = match connect.throttle {
        ThrottleName::Adaptive => Mode::Adaptive { ceiling: concurrency },
        ThrottleName::Fixed => Mode::Fixed(concurrency),
    };
    let (connection, demo) = if connect.demo {
        let simulator = simulator::start(simulator::Settings::default())?;
        (demo(&simulator), Some(simulator))
    } else {
        let variable = |name: &str| std::env::var(name).ok();
        let sources =
            Sources { named: connect.connection.as_deref(), variable: &variable, file: session::default_file() };
        (session::find(&sources)?, None)
    };
    let patience = Patience::default();
    let settings = Settings {
        unchecked_tenants: connect.no_tenant_check,
        verify: !connect.no_verify,
        journal,
        patience: connect.patience.map_or(patience, |seconds| patience.at_most(Duration::from_secs(seconds))),
        throttle,
        ask_each: leave.ask_each,
        terms: leave.terms(&connection.name)?,
    };
    let session = Session::new(connection, interrupt, notices, settings);
    Ok(Opened { session: Arc::new(session), _demo: demo })
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
