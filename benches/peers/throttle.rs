//! The throttle that finds out what a server can do, against the best number of requests at once that can be known.

use std::{sync::Arc, time::Instant};

use cippsh::{
    client::Mode,
    engine::{Context, Script},
    interrupt::Interrupt,
    session::{Session, Settings},
    simulator::{self, Faults, Simulator},
    value::Row,
};

use crate::{
    journal::connection,
    language,
    process::{Line, median},
};

/// The server serves so many requests at once, and refuses those beyond.
const CAPACITY: usize = 6;
const CALLS: usize = 1_500;
const FIXED: [usize; 7] = [2, 4, 6, 8, 12, 16, 32];
const RUNS: usize = 3;

pub(crate) fn run() -> Vec<Line> {
    let faults = format!("[[fault]]\nendpoint = \"*\"\ncapacity = {CAPACITY}\nstatus = 503\nbody = \"busy\"\n");
    let faults = Some(Faults::parse(&faults, "faults").unwrap());
    let settings = simulator::Settings { latency_ms: 20, faults, ..simulator::Settings::default() };
    let simulator = simulator::start(settings).unwrap();
    let scanned = FIXED.map(|number| (throughput(&simulator, Mode::Fixed(number)), number));
    let (_, best) = scanned.into_iter().max_by(|left, right| left.0.total_cmp(&right.0)).unwrap();
    let (mut ours, mut peers) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        ours.push(throughput(&simulator, Mode::Adaptive { ceiling: 64 }));
        peers.push(throughput(&simulator, Mode::Fixed(best)));
    }
    let (ours, peer) = (median(ours), median(peers));
    vec![Line {
        what: format!(
            "{CALLS} calls of 20 ms to a server that serves {CAPACITY} at once, adaptive; peer: the best fixed number, {best}"
        ),
        ours: format!("{ours:.0} calls/s"),
        peer: format!("{peer:.0} calls/s"),
        ratio: format!("{:.2}", ours / peer),
        goal: "0.90 at least",
    }]
}

/// Calls that were served, by the second; a new session knows nothing of the one before.
fn throughput(simulator: &Simulator, throttle: Mode) -> f64 {
    let code = format!(
        "let items = []; for i in 0..{CALLS} {{ items.push(i); }}
         bulk(items, |i| ListPerUserMFA(#{{ tenantFilter: \"contoso.com\", userId: \"ann@contoso.com\" }})).ok"
    );
    let settings = Settings { unchecked_tenants: true, throttle, ..Settings::default() };
    let session = Session::new(connection(simulator), Interrupt::default(), Box::new(|_| {}), settings);
    let context = Context { session: Arc::new(session), concurrency: 64, ..language::context(Row::new()) };
    let start = Instant::now();
    let served = Script::code(code).run(context).value.unwrap().as_int().unwrap();
    served as f64 / start.elapsed().as_secs_f64()
}
