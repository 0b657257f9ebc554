//! One bulk of very many items: none is lost, and what it holds for each.

use std::{process::Command, sync::Arc};

use cippsh::{
    client::Mode,
    engine::{Context, Script},
    interrupt::Interrupt,
    session::{Session, Settings},
    simulator,
    value::Row,
};

use crate::{
    journal::connection,
    language,
    process::{Line, status_of},
};

const ITEMS: usize = 100_000;

pub(crate) fn run() -> Vec<Line> {
    let output = Command::new(std::env::current_exe().unwrap()).args(["--child", "items"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let figures: Vec<f64> = text.split_whitespace().map(|figure| figure.parse().unwrap()).collect();
    let [lost, held, most] = figures[..] else { panic!("three figures are printed: {text}") };
    vec![
        Line {
            what: format!("{ITEMS} items in one bulk, a call each; items that are lost or have another's value"),
            ours: format!("{lost}"),
            peer: String::new(),
            ratio: String::new(),
            goal: "0",
        },
        Line {
            what: "memory of its report, and the most on the way".into(),
            ours: format!("{held:.0} MiB, {most:.0} MiB"),
            peer: String::new(),
            ratio: format!("{:.2} KiB an item", most * 1024.0 / ITEMS as f64),
            goal: "2 KiB an item at most",
        },
    ]
}

/// Runs the bulk in a process of its own, whose memory can be looked at.
pub(crate) fn child() {
    let simulator = simulator::start(simulator::Settings::default()).unwrap();
    let settings = Settings { throttle: Mode::Fixed(64), ..Settings::default() };
    let session = Session::new(connection(&simulator), Interrupt::default(), Box::new(|_| {}), settings);
    let session = Arc::new(session);
    let script = |code: &str| {
        let context = Context { session: Arc::clone(&session), concurrency: 64, ..language::context(Row::new()) };
        Script::code(code).run(context).value.unwrap()
    };
    // What the threads and the simulator take for themselves is there before.
    let call = "ListPerUserMFA(#{ tenantFilter: \"contoso.com\", userId: \"ann@contoso.com\" })";
    drop(script(&format!("let l = []; for i in 0..1000 {{ l.push(i); }} bulk(l, |i| {{ {call}; i }}).ok")));
    let before = status_of("self", "VmRSS");
    let report = script(&format!(
        "let items = []; for i in 0..{ITEMS} {{ items.push(i); }}
         let report = bulk(items, |i| {{ {call}; i * 3 }});
         let right = 0;
         for item in report.items {{ if item.status == \"ok\" && item.value == item.key * 3 {{ right += 1; }} }}
         [{ITEMS} - right, report]"
    ));
    let held = status_of("self", "VmRSS") - before;
    let most = status_of("self", "VmHWM") - before;
    let lost = report.into_array().unwrap()[0].as_int().unwrap();
    println!("{lost} {held} {most}");
}
