//! Runs many writes that may not be repeated through all that happens to servers and networks, and tells for each
//! fault how many arrived, how many took effect, and what was said of them.
//!
//! `cargo run --example fault_table [WRITES]`; a thousand when nothing is said.

#![allow(clippy::print_stdout, reason = "the table is what it is for")]
#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on has failed")]

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use cippsh::{
    catalogue,
    client::{Credentials, Limits, Target},
    interrupt::Interrupt,
    journal::{About, Book, Recorder},
    session::{CallOptions, Connection, Session, Settings, Status, Terms, status},
    simulator::{self, Faults, Simulator},
};
use serde_json::{Value, json};

/// Shortcuts come twice when they are asked for twice, and nothing reads them back.
const ENDPOINT: &str = "ExecOneDriveShortCut";

/// How many writes are on their way at once.
const AT_ONCE: usize = 32;

/// How long an answer is waited for; what stalls takes that long.
const PATIENCE: Duration = Duration::from_secs(2);

/// A name, how many calls there are for each that is struck, and the rule.
const FAULTS: &[(&str, usize, &str)] = &[
    ("429 with Retry-After", 100, "status = 429\nheaders = { Retry-After = \"1\" }"),
    ("503", 20, "status = 503\nbody = \"<html>busy</html>\""),
    ("502 HTML, not done", 10, "status = 502\nbody = \"<html>bad gateway</html>\""),
    ("502 HTML, but done", 10, "status = 502\nbody = \"<html>bad gateway</html>\"\napply = true"),
    ("500 text", 10, "status = 500\nbody = \"boom\""),
    ("expired token", 20, "expire_token = true"),
    ("expired token, often", 10, "expire_token = true"),
    ("reset, not done", 10, "reset = \"before\""),
    ("reset, but done", 10, "reset = \"before\"\napply = true"),
    ("reset in the answer", 10, "reset = \"in_body\""),
    ("truncated JSON", 10, "truncate = true"),
    ("stall, not done", 50, "stall = true"),
    ("stall, but done", 50, "stall = true\napply = true"),
    ("slow answers", 10, "delay_ms = 300"),
    ("failure inside 200", 10, "results = \"Failed to create the shortcut\""),
    ("throttled inside 400", 10, "status = 400\nbody = \"Graph Error: Too many requests - Endpoint: users\""),
];

/// What came of one fault.
#[derive(Debug, Default)]
pub(crate) struct Line {
    pub(crate) fault: &'static str,
    pub(crate) arrived: usize,
    pub(crate) took_effect: usize,
    pub(crate) accepted: usize,
    pub(crate) failed: usize,
    pub(crate) in_doubt: usize,
    /// Said to be done, and without effect.
    pub(crate) lost: usize,
    /// With more than one effect.
    pub(crate) twice: usize,
    /// With an effect, and said to have none.
    pub(crate) denied: usize,
    /// What the journal says otherwise than what was said.
    pub(crate) otherwise: usize,
}

fn main() {
    let writes = std::env::args().nth(1).and_then(|number| number.parse().ok()).unwrap_or(1000);
    let heads = ["arrived", "effects", "accepted", "failed", "in doubt", "lost", "twice", "denied", "otherwise"];
    println!("{writes} writes each, {AT_ONCE} at once\n");
    println!("{:22}{}", "", heads.map(|head| format!("{head:>10}")).concat());
    for line in table(writes) {
        let numbers = [
            line.arrived,
            line.took_effect,
            line.accepted,
            line.failed,
            line.in_doubt,
            line.lost,
            line.twice,
            line.denied,
            line.otherwise,
        ];
        println!("{:22}{}", line.fault, numbers.map(|number| format!("{number:>10}")).concat());
    }
}

/// One line for each fault, as they come.
pub(crate) fn table(writes: usize) -> impl Iterator<Item = Line> {
    FAULTS.iter().map(move |(name, every, rule)| through(name, &format!("every = {every}\n{rule}"), writes))
}

fn through(fault: &'static str, rule: &str, writes: usize) -> Line {
    let faults = Faults::parse(&format!("[[fault]]\nendpoint = \"{ENDPOINT}\"\n{rule}\n"), "faults").unwrap();
    let simulator = simulator::start(simulator::Settings { faults: Some(faults), ..Default::default() }).unwrap();
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("journal.sqlite");
    let journal = Arc::new(Recorder::new(path.clone(), About::default));
    let terms = Terms { limit: None, ..Terms::default() };
    let settings = Settings { journal: Some(Arc::clone(&journal)), terms, ..Settings::default() };
    let session = Session::new(connection(&simulator), Interrupt::default(), Box::new(|_| {}), settings);
    let said = send_all(&session, writes);
    session.end("done", 0).unwrap();
    let kept = Book::open(&path).unwrap().unwrap();
    let kept = kept.calls(&kept.run(journal.run().unwrap()).unwrap()).unwrap();
    let kept: BTreeMap<usize, Status> =
        kept.iter().map(|call| (number(&call.arguments["body"]), call.status)).collect();
    let mut effects: BTreeMap<usize, usize> = BTreeMap::new();
    let mut line = Line { fault, ..Line::default() };
    for seen in simulator.requests().iter().filter(|seen| seen.path.ends_with(ENDPOINT)) {
        line.arrived += 1;
        *effects.entry(number(&serde_json::from_str(&seen.body).unwrap())).or_default() +=
            usize::from(seen.carried_out);
    }
    line.took_effect = effects.values().sum();
    for (number, status) in &said {
        let effects = effects.get(number).copied().unwrap_or_default();
        line.accepted += usize::from(*status == Status::Accepted);
        line.failed += usize::from(*status == Status::Failed);
        line.in_doubt += usize::from(*status == Status::InDoubt);
        line.lost += usize::from(status.done() && effects == 0);
        line.twice += usize::from(effects > 1);
        line.denied += usize::from(*status == Status::Failed && effects > 0);
        line.otherwise += usize::from(kept.get(number) != Some(status));
    }
    line
}

/// Sends all writes and gives what was said of each.
fn send_all(session: &Session, writes: usize) -> BTreeMap<usize, Status> {
    let endpoint = catalogue::find(ENDPOINT).unwrap();
    let next = AtomicUsize::new(0);
    let said = Mutex::new(BTreeMap::new());
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= writes {
                        break;
                    }
                    let site = format!("https://contoso.sharepoint.com/sites/{number}");
                    let arguments =
                        json!({ "tenantFilter": "contoso.com", "username": "ann@contoso.com", "siteUrl": site });
                    let outcome = session.call(endpoint, &arguments, &CallOptions::default());
                    said.lock().unwrap().insert(number, status(&outcome));
                }
            });
        }
    });
    said.into_inner().unwrap()
}

/// Which write a body is.
fn number(body: &Value) -> usize {
    body["siteUrl"]["value"].as_str().unwrap().rsplit('/').next().unwrap().parse().unwrap()
}

fn connection(simulator: &Simulator) -> Connection {
    let credentials = Credentials {
        token_url: simulator.token_url().into(),
        client_id: simulator.client_id().into(),
        client_secret: simulator.client_secret().into(),
        scope: format!("api://{}/.default", simulator.client_id()),
    };
    let limits = Limits { request: PATIENCE, ..Limits::default() };
    Connection {
        name: "simulator".into(),
        tenant_id: simulator.tenant_id().into(),
        target: Target { api_url: simulator.url().into(), credentials, limits },
        read_only: false,
    }
}
