//! A simulated CIPP server: real HTTP, deterministic, stateful.
//!
//! It behaves as the real server is known to, faults and lies included: an unknown tenant reads as an empty list and
//! is written to with a cheerful success, setting the per-user state of a user that does not exist succeeds, and all
//! tenants at once come by way of a queue. It listens on the loopback address only, and its data is made up from a
//! seed: the same settings on the same day give the same data, byte for byte.
//!
//! Every answer carries the header `x-cippsh-sim`: `stateful` when it comes from the state behind it, `generic` when
//! it is made from the documented shape of an endpoint that has no state here, `fault` when a rule of the fault file
//! made it. How such a file is written is told in [`faults`].

pub mod faults;
mod handlers;
mod odata;
mod powershell;
mod reply;
mod request;
mod role;
mod server;
mod state;
#[cfg(test)]
mod tests;
mod token;

use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use jiff::civil::Date;
use tokio::sync::oneshot::{self, Sender};

use crate::failure::{Failure, Kind};

pub use faults::Faults;
use faults::Injector;
pub use role::Role;
pub use server::Seen;
use server::Server;
use state::World;
use token::Tokens;

/// How a simulated server is made.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How many customers the tenant list shows. One more exists that is excluded, and the partner's own tenant.
    pub tenants: usize,
    /// How many users each customer has.
    pub users: usize,
    /// From which all data is drawn.
    pub seed: u64,
    /// The port on the loopback address; 0 takes any that is free.
    pub port: u16,
    /// How many of the customers, the last ones, are listed but cannot be reached.
    pub errors: usize,
    /// Whether the tenant list shows the partner's own tenant.
    pub partner: bool,
    /// How long every call to the API takes at least, in milliseconds.
    pub latency_ms: u64,
    /// How long a token is good for, in seconds.
    pub token_life_s: u64,
    /// How often a background job is looked at before the next look finds it done.
    pub queue_looks: usize,
    /// The base role of the caller.
    pub role: Role,
    /// The day from which dates in the data are counted back; the present one when there is none.
    pub today: Option<Date>,
    /// What goes wrong; nothing when there is none.
    pub faults: Option<Faults>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            tenants: 3,
            users: 40,
            seed: 1,
            port: 0,
            errors: 0,
            partner: false,
            latency_ms: 0,
            token_life_s: 3599,
            queue_looks: 2,
            role: Role::default(),
            today: None,
            faults: None,
        }
    }
}

/// A simulated server that is serving; dropping it stops it.
#[derive(Debug)]
pub struct Simulator {
    origin: String,
    url: String,
    token_url: String,
    server: Arc<Server>,
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<std::io::Result<()>>>,
}

/// The kind of shell that reads [`Simulator::env_lines`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shell {
    /// `export NAME=value`
    Posix,
    /// `$env:NAME = 'value'`
    PowerShell,
}

/// Starts a server on a thread of its own. It accepts connections when this returns.
///
/// # Errors
/// When the port is taken, or the system gives neither thread nor socket.
pub fn start(settings: Settings) -> Result<Simulator, Failure> {
    let port = settings.port;
    let failed = |error: std::io::Error| {
        Failure::new(Kind::Command, format!("the simulator cannot listen on 127.0.0.1 port {port}"))
            .because(error)
            .hint("choose another port, or 0 for any that is free")
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    let origin = format!("http://{}", listener.local_addr().map_err(failed)?);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
    let world = World::new(&settings);
    let faults = Injector::new(settings.faults.unwrap_or_default());
    let tokens = Tokens::new(world.client.clone(), Duration::from_secs(settings.token_life_s))
        .for_audience(faults.audience(&world.client.id));
    let token_url = format!("{origin}/{}/oauth2/v2.0/token", world.client.tenant_id);
    let server = Arc::new(Server::new(world, tokens, faults, Duration::from_millis(settings.latency_ms)));
    let (stop, stopped) = oneshot::channel();
    let serving = Arc::clone(&server);
    let thread = std::thread::Builder::new()
        .name("simulator".to_owned())
        .spawn(move || runtime.block_on(server::serve(listener, serving, stopped)))
        .map_err(failed)?;
    Ok(Simulator { url: format!("{origin}/api"), origin, token_url, server, stop: Some(stop), thread: Some(thread) })
}

impl Simulator {
    /// The address of the API, `http://127.0.0.1:PORT/api`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The address at which the front end answers, `http://127.0.0.1:PORT`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The address of the token endpoint.
    pub fn token_url(&self) -> &str {
        &self.token_url
    }

    /// The id of the tenant in which the caller is registered, the partner's own.
    pub fn tenant_id(&self) -> &str {
        &self.server.world.client.tenant_id
    }

    /// The id of the only caller that is registered.
    pub fn client_id(&self) -> &str {
        &self.server.world.client.id
    }

    /// The caller's secret, worth nothing elsewhere.
    pub fn client_secret(&self) -> &str {
        &self.server.world.client.secret
    }

    /// Five lines that set the connection in a shell.
    pub fn env_lines(&self, shell: Shell) -> String {
        let line = |(name, value): (&str, &str)| match shell {
            Shell::Posix => format!("export {name}={value}\n"),
            Shell::PowerShell => format!("$env:{name} = '{value}'\n"),
        };
        [
            ("CIPP_API_URL", self.url()),
            ("CIPP_TOKEN_URL", self.token_url()),
            ("CIPP_TENANT_ID", self.tenant_id()),
            ("CIPP_CLIENT_ID", self.client_id()),
            ("CIPP_CLIENT_SECRET", self.client_secret()),
        ]
        .map(line)
        .concat()
    }

    /// What arrived so far, oldest first, token requests too; only the last hundred thousand requests are kept.
    pub fn requests(&self) -> Vec<Seen> {
        self.server.seen()
    }

    /// How many requests arrived so far, token requests too.
    pub fn arrived(&self) -> usize {
        self.server.arrived()
    }

    /// Serves until the process ends.
    ///
    /// # Errors
    /// When the server stops by itself, which it does only when the system takes its socket away.
    pub fn wait(mut self) -> Result<(), Failure> {
        let failed = |cause: String| Failure::new(Kind::Internal, "the simulator stopped by itself").because(cause);
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(Err(error))) => Err(failed(error.to_string())),
            Some(Err(_)) => Err(failed("its thread panicked".to_owned())),
            Some(Ok(Ok(()))) | None => Ok(()),
        }
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // How the thread ended is of no use to anybody now.
            let _ = thread.join();
        }
    }
}
