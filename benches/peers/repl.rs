//! From the start to the prompt, against Python's; and how long a completion takes.

use std::{
    io::Read as _,
    process::{Command, Stdio},
    time::Instant,
};

use crate::process::{Line, cippsh, median, shown};

const RUNS: usize = 30;
const TENANTS: usize = 1_000;

/// Completed at their ends: any word, a namespace, the parameters of a call, a tenant.
const TEXTS: [&str; 4] = ["l", "user::", "user::set_per_user_mfa(t, #{ ", "ListUsers(#{ tenantFilter: \"customer99"];

pub(crate) fn run() -> Vec<Line> {
    let program = cippsh(&[]).get_program().to_string_lossy().into_owned();
    let (mut ours, mut python) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        ours.push(until(&format!("{program} repl --demo"), "DEMO> "));
        python.push(until("python3 -q", ">>> "));
    }
    let (ours, python) = (median(ours), median(python));
    let tenants: Vec<String> = (0..TENANTS).map(|number| format!("customer{number}.example")).collect();
    let mut lines = vec![Line {
        what: "from the start to the prompt; peer: Python".into(),
        ours: shown(ours),
        peer: shown(python),
        ratio: format!("{:.2}", ours / python),
        goal: "50 ms at most",
    }];
    lines.extend(TEXTS.map(|text| {
        let times = (0..RUNS).map(|_| {
            let started = Instant::now();
            assert!(!cippsh::repl::offered(text, &tenants).is_empty(), "nothing is offered for {text}");
            started.elapsed().as_secs_f64()
        });
        Line {
            what: format!("completion of `{text}`, 645 endpoints and {TENANTS} tenants"),
            ours: shown(median(times.collect())),
            peer: String::new(),
            ratio: String::new(),
            goal: "10 ms at most",
        }
    }));
    lines
}

/// Seconds until a program on a terminal has written this.
fn until(line: &str, prompt: &str) -> f64 {
    let mut command = Command::new("script");
    command.args(["-qec", line, "/dev/null"]).env("TERM", "xterm").env("NO_COLOR", "1");
    command.env("XDG_STATE_HOME", std::env::temp_dir());
    let started = Instant::now();
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut out = child.stdout.take().unwrap();
    let (mut seen, mut bytes) = (String::new(), [0; 1024]);
    while !seen.contains(prompt) {
        let length = out.read(&mut bytes).unwrap();
        assert!(length > 0, "{line} shows no prompt, but:\n{seen}");
        seen.push_str(&String::from_utf8_lossy(&bytes[..length]));
    }
    let took = started.elapsed().as_secs_f64();
    let _ = child.kill();
    let _ = child.wait();
    took
}
