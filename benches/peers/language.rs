//! A script's own speed, against a bare engine with the same features.

use std::{
    sync::{Arc, OnceLock},
    time::Instant,
};

use cippsh::{
    client::{Credentials, Limits, Target},
    engine::{Context, Script, Sink},
    interrupt::Interrupt,
    output::Progress,
    session::{Connection, Session, Settings},
    value::Row,
};

use crate::process::{Line, median, shown};

const RUNS: usize = 9;

const SCRIPTS: [(&str, &str); 4] = [
    ("arithmetic", "let x = 0; for i in 0..300000 { x += i % 7; x = x * 3 / 2 - x; } x"),
    ("property access", "let m = #{ a: 1, b: 2, c: 3 }; let x = 0; for i in 0..200000 { x += m.a + m.b + m.c; } x"),
    (
        "closures",
        "let l = []; for i in 0..2000 { l.push(i); } let x = 0; for i in 0..50 { x += l.filter(|v| v % 2 == 0).map(|v| v * 2).reduce(|s, v| s + v, 0); } x",
    ),
    (
        "building maps",
        "let x = 0; for i in 0..50000 { let m = #{ id: i, name: \"ann\", on: true }; m.more = i; x += m.len(); } x",
    ),
];

pub(crate) fn run() -> Vec<Line> {
    let mut lines = Vec::new();
    let mut product = 1.0;
    for (name, script) in SCRIPTS {
        let (mut our_times, mut bare_times) = (Vec::new(), Vec::new());
        for _ in 0..RUNS {
            our_times.push(ours(script));
            bare_times.push(bare(script));
        }
        let (our_time, bare_time) = (median(our_times), median(bare_times));
        product *= our_time / bare_time;
        lines.push(Line {
            what: format!("{name} in a script; peer: a bare Rhai engine"),
            ours: shown(our_time),
            peer: shown(bare_time),
            ratio: format!("{:.2}", our_time / bare_time),
            goal: "2.1 at most",
        });
    }
    lines.push(Line {
        what: "geometric mean of these".into(),
        ours: String::new(),
        peer: String::new(),
        ratio: format!("{:.2}", f64::powf(product, 1.0 / SCRIPTS.len() as f64)),
        goal: "1.6 at most",
    });
    lines
}

fn bare(script: &str) -> f64 {
    let engine = rhai::Engine::new();
    let ast = engine.compile(script).unwrap();
    let start = Instant::now();
    drop(engine.eval_ast::<rhai::Dynamic>(&ast).unwrap());
    start.elapsed().as_secs_f64()
}

fn ours(script: &str) -> f64 {
    let script = Script::code(script);
    let context = context(Row::new());
    let start = Instant::now();
    drop(script.run(context).value.unwrap());
    start.elapsed().as_secs_f64()
}

/// A context whose connection is never used.
pub(crate) fn context(arguments: Row) -> Context {
    let credentials = Credentials {
        token_url: String::new(),
        client_id: String::new(),
        client_secret: String::new(),
        scope: String::new(),
    };
    let connection = Connection {
        name: "none".into(),
        tenant_id: String::new(),
        target: Target { api_url: String::new(), credentials, limits: Limits::default() },
        read_only: false,
    };
    Context {
        session: Arc::new(Session::new(connection, Interrupt::default(), Box::new(|_| {}), Settings::default())),
        interrupt: Interrupt::default(),
        arguments,
        roots: Vec::new(),
        concurrency: 4,
        out: Sink::new(std::io::sink()),
        err: Sink::new(std::io::sink()),
        progress: Progress::default(),
        width: None,
        verbose: false,
        exit: OnceLock::new(),
    }
}
