//! What it costs that every write is on the disk before it leaves: the same bulk with the journal and without.

use std::sync::Arc;

use cippsh::{
    client::{Credentials, Limits, Mode, Target},
    engine::{Context, Script},
    interrupt::Interrupt,
    journal::{About, Recorder},
    session::{Connection, Session, Settings, Terms},
    simulator::{self, Simulator},
    value::Row,
};

use crate::{
    language,
    process::{Line, median, shown},
};

const WRITES: usize = 5_000;
const AT_ONCE: usize = 64;
const RUNS: usize = 5;

pub(crate) fn run() -> Vec<Line> {
    let settings = simulator::Settings { latency_ms: 20, ..simulator::Settings::default() };
    let simulator = simulator::start(settings).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let (mut kept, mut not_kept) = (Vec::new(), Vec::new());
    for number in 0..RUNS {
        let file = directory.path().join(format!("{number}.sqlite"));
        kept.push(writes(&simulator, Some(Arc::new(Recorder::new(file, About::default)))));
        not_kept.push(writes(&simulator, None));
    }
    let (kept, not_kept) = (median(kept), median(not_kept));
    vec![Line {
        what: format!("{WRITES} writes of 20 ms, {AT_ONCE} at once, with the journal; peer: the same without it"),
        ours: shown(kept),
        peer: shown(not_kept),
        ratio: format!("{:.3}", kept / not_kept),
        goal: "1.05 at most",
    }]
}

/// Seconds that the writes take; the end of the journal is part of it.
fn writes(simulator: &Simulator, journal: Option<Arc<Recorder>>) -> f64 {
    let code = format!(
        "let items = []; for i in 0..{WRITES} {{ items.push(i); }}
         let write = |i| ExecPerUserMFA(#{{ tenantFilter: \"contoso.com\", userPrincipalName: \"ann@contoso.com\", State: \"enforced\" }});
         write.call(0);
         let start = timestamp();
         let report = bulk(items, write);
         require(report.accepted == {WRITES}, report.summary());
         start.elapsed"
    );
    let settings = Settings {
        verify: false,
        journal: journal.clone(),
        throttle: Mode::Fixed(AT_ONCE),
        terms: Terms { limit: None, ..Terms::default() },
        ..Settings::default()
    };
    let session = Session::new(connection(simulator), Interrupt::default(), Box::new(|_| {}), settings);
    let context = Context { session: Arc::new(session), concurrency: AT_ONCE, ..language::context(Row::new()) };
    let elapsed = Script::code(code).run(context).value.unwrap().as_float().unwrap();
    let start = std::time::Instant::now();
    if let Some(journal) = journal {
        journal.end("done", 0).unwrap();
        assert_eq!(journal.run().map(str::is_empty), Some(false));
    }
    elapsed + start.elapsed().as_secs_f64()
}

/// A connection to this simulator.
pub(crate) fn connection(simulator: &Simulator) -> Connection {
    let credentials = Credentials {
        token_url: simulator.token_url().into(),
        client_id: simulator.client_id().into(),
        client_secret: simulator.client_secret().into(),
        scope: format!("api://{}/.default", simulator.client_id()),
    };
    let target = Target { api_url: simulator.url().into(), credentials, limits: Limits::default() };
    Connection { name: "bench".into(), tenant_id: simulator.tenant_id().into(), target, read_only: false }
}
