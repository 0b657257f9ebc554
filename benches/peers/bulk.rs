//! Many calls to a server that takes its time, against the same job in pure Rust.

use std::process::Command;

use cippsh::simulator::{self, Settings, Simulator};

use crate::process::{Line, children_cpu, cippsh, example, median, shown, wall};

const CALLS: usize = 5_000;
const AT_ONCE: usize = 64;
const RUNS: usize = 5;

pub(crate) fn run() -> Vec<Line> {
    let simulator = simulator::start(Settings { latency_ms: 20, ..Settings::default() }).unwrap();
    let peer = example("pure_rust_calls");
    let token = token(&simulator);
    let code = format!(
        "let items = []; for i in 0..{CALLS} {{ items.push(i); }}
         let report = bulk(items, |i| ListPerUserMFA(#{{ tenantFilter: \"contoso.com\", userId: \"ann@contoso.com\" }}));
         require(report.ok == {CALLS}, report.summary());"
    );
    let at_once = AT_ONCE.to_string();
    let (mut our_walls, mut our_cpus, mut peer_walls, mut peer_cpus) = (vec![], vec![], vec![], vec![]);
    for _ in 0..RUNS {
        let mut ours = cippsh(&["eval", "--quiet", "--throttle", "fixed", "--concurrency", &at_once, &code]);
        ours.env("CIPP_API_URL", simulator.url())
            .env("CIPP_TOKEN_URL", simulator.token_url())
            .env("CIPP_TENANT_ID", simulator.tenant_id())
            .env("CIPP_CLIENT_ID", simulator.client_id())
            .env("CIPP_CLIENT_SECRET", simulator.client_secret());
        let before = children_cpu();
        our_walls.push(wall(&mut ours));
        let between = children_cpu();
        peer_walls.push(wall(Command::new(&peer).args([simulator.url(), &token, &CALLS.to_string(), &at_once])));
        our_cpus.push(between - before);
        peer_cpus.push(children_cpu() - between);
    }
    let (our_wall, our_cpu) = (median(our_walls), median(our_cpus));
    let (peer_wall, peer_cpu) = (median(peer_walls), median(peer_cpus));
    vec![
        Line {
            what: format!("{CALLS} calls of 20 ms, {AT_ONCE} at once, by bulk; peer: reqwest with buffer_unordered"),
            ours: shown(our_wall),
            peer: shown(peer_wall),
            ratio: format!("{:.2}", our_wall / peer_wall),
            goal: "1.10 at most",
        },
        Line {
            what: "processor time of it".into(),
            ours: shown(our_cpu),
            peer: shown(peer_cpu),
            ratio: format!("{:.2}", our_cpu / peer_cpu),
            goal: "3 at most",
        },
    ]
}

fn token(simulator: &Simulator) -> String {
    rustls::crypto::ring::default_provider().install_default().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", simulator.client_id()),
        ("client_secret", simulator.client_secret()),
        ("scope", &format!("api://{}/.default", simulator.client_id())),
    ];
    let answer = runtime.block_on(async {
        let response = reqwest::Client::new().post(simulator.token_url()).form(&form).send().await?;
        response.bytes().await
    });
    let answer: serde_json::Value = serde_json::from_slice(&answer.unwrap()).unwrap();
    answer["access_token"].as_str().unwrap().to_string()
}
