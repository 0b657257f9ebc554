//! Whenever a run is killed, nothing is lost and nothing done twice.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    thread,
    time::Duration,
};

use cippsh::simulator::{Seen, Settings, Simulator};
use serde_json::Value;

use crate::test::{Test, simulator};

/// How many writes may be on their way at once.
const AT_ONCE: usize = 16;

/// What is written many times; each time with a number of its own, so that what took effect can be counted one by one.
struct Work {
    endpoint: &'static str,
    script: &'static str,
    /// Which one a body is about; `None` for what does not count.
    number: fn(&Value) -> Option<String>,
}

/// Shortcuts cannot be read back, and come twice when they are asked for twice.
const SHORTCUTS: Work = Work {
    endpoint: "/api/ExecOneDriveShortCut",
    script: r#"
        //@ arg writes: int  how many
        let all = [];
        for n in 0..args.writes { all.push(n); }
        bulk(all, #{ label: "shortcuts" }, |n| ExecOneDriveShortCut(#{ tenantFilter: "contoso.com",
            username: "ann@contoso.com", siteUrl: `https://contoso.sharepoint.com/sites/${n}` })).summary()
    "#,
    number: |body| Some(body["siteUrl"]["value"].as_str()?.rsplit('/').next()?.to_owned()),
};

/// States of users can be read back: no doubt is left.
const STATES: Work = Work {
    endpoint: "/api/ExecPerUserMFA",
    script: r#"
        //@ arg writes: int  how many
        let users = ListUsers(#{ tenantFilter: "contoso.com" }).filter(|u| u.userType == "Member").extract(0, args.writes);
        bulk(users, #{ label: "mfa", verify: false }, |u|
            ExecPerUserMFA(#{ tenantFilter: "contoso.com", userPrincipalName: u, State: "enforced" })).summary()
    "#,
    number: |body| (body["State"] == "enforced").then(|| body["userPrincipalName"].to_string().replace('"', "")),
};

/// What came of many kills.
#[derive(Debug, Default)]
struct Report {
    writes: usize,
    kills: usize,
    ended_before_the_kill: usize,
    before_the_first_write: usize,
    doubts: usize,
    most_doubts_of_one_kill: usize,
    doubts_that_were_done: usize,
    arrived: usize,
    took_effect: usize,
}

#[test]
fn nothing_is_lost_and_nothing_done_twice() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let (kills, seed) = (number("CIPPSH_KILLS").unwrap_or(6), number("CIPPSH_SEED").unwrap_or(1));
    let simulator = started();
    let report = killed(&SHORTCUTS, &simulator, if kills > 6 { 2000 } else { 240 }, kills, seed);
    println!("{report:#?}");
    assert_eq!(report.took_effect + report.doubts - report.doubts_that_were_done, report.writes);
}

#[test]
fn what_can_be_read_back_leaves_no_doubt() {
    let simulator = started();
    // What is so before anything was done would be taken for done.
    let before = STATES.script.replace("args.writes", "100").replace("enforced", "disabled");
    let ran =
        Test::new(["eval", &before, "--no-verify", "--max-writes", "100", "writes=100"]).on(&simulator).run().code(0);
    assert_eq!(ran.stdout, "\"mfa: 100 items: 100 accepted\"\n");
    let report = killed(&STATES, &simulator, 100, 4, 2);
    assert_eq!((report.doubts, report.took_effect), (0, 100), "{report:#?}");
}

/// Kills a run of so many writes so often, goes on with it each time, and checks what took effect.
fn killed(work: &Work, simulator: &Simulator, writes: usize, kills: usize, seed: usize) -> Report {
    let place = tempfile::tempdir().unwrap();
    let place = place.path();
    std::fs::write(place.join("a.rhai"), work.script).unwrap();
    let mut random = seed as u64;
    let mut report = Report { writes, ..Report::default() };
    while report.kills < kills {
        // So that the work lasts for all kills.
        let average = (writes - effects(work, simulator).len()) / (kills - report.kills + 1);
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let moment = (random >> 33) as usize % (2 * average).max(1);
        let before = doubts(place);
        report.ended_before_the_kill += usize::from(!kill_after(moment, command(place, writes), simulator));
        report.kills += 1;
        report.before_the_first_write += usize::from(shown(place).is_none());
        let new = doubts(place).difference(&before).count();
        // Without a trail those that were about to leave are doubts too.
        let most = if cfg!(target_os = "linux") { AT_ONCE } else { AT_ONCE + AT_ONCE / 2 };
        assert!(new <= most, "{new} doubts of one kill");
        report.most_doubts_of_one_kill = report.most_doubts_of_one_kill.max(new);
    }
    let end = command(place, writes).on(simulator).run();
    let doubts = doubts(place);
    assert_eq!(end.code, if doubts.is_empty() { 0 } else { 3 }, "{}\n{}", end.stdout, end.stderr);
    report.arrived = numbers(work, simulator, |_| true).count();
    let effects = effects(work, simulator);
    assert!(effects.values().all(|count| *count == 1), "done twice: {effects:?}");
    report.took_effect = effects.len();
    report.doubts_that_were_done = doubts.iter().filter(|number| effects.contains_key(*number)).count();
    let lost = writes - effects.len() - (doubts.len() - report.doubts_that_were_done);
    assert_eq!(lost, 0, "{doubts:?}\n{}\n{}", end.stdout, end.stderr);
    report.doubts = doubts.len();
    report
}

/// How often each write took effect.
fn effects(work: &Work, simulator: &Simulator) -> BTreeMap<String, usize> {
    let mut effects = BTreeMap::new();
    numbers(work, simulator, |seen| seen.carried_out).for_each(|number| *effects.entry(number).or_default() += 1);
    effects
}

/// The numbers of the writes that arrived.
fn numbers(work: &Work, simulator: &Simulator, wanted: fn(&Seen) -> bool) -> impl Iterator<Item = String> {
    let arrived = simulator.requests().into_iter().filter(move |seen| seen.path == work.endpoint && wanted(seen));
    arrived.filter_map(|seen| (work.number)(&serde_json::from_str(&seen.body).unwrap()))
}

fn started() -> Simulator {
    simulator(Settings { latency_ms: 3, tenants: 1, users: 200, ..Settings::default() })
}

/// Starts it and kills it when so many more requests have arrived; whether it was still there.
fn kill_after(moment: usize, command: Test, simulator: &Simulator) -> bool {
    let start = simulator.arrived();
    let (mut child, _directory) = command.on(simulator).spawn();
    while simulator.arrived() < start + moment && child.try_wait().unwrap().is_none() {
        thread::sleep(Duration::from_micros(200));
    }
    let was_there = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    was_there
}

/// The run when it has not begun, and what goes on with it when it has.
fn command(place: &Path, writes: usize) -> Test {
    let number = format!("writes={writes}");
    let begins = match shown(place) {
        None => Test::new(["run", "a.rhai", &number]),
        Some(run) => Test::new(["runs", "resume", run["id"].as_str().unwrap()]),
    };
    begins.args(["--max-writes", "10000", "--journal", "j.sqlite", "--concurrency", &AT_ONCE.to_string()]).within(place)
}

/// The only run, once it has begun.
fn shown(place: &Path) -> Option<Value> {
    let runs = |arguments: &[&str]| -> Value {
        let ran = Test::new(arguments).args(["-o", "json", "--journal", "j.sqlite"]).within(place).run().code(0);
        serde_json::from_str(&ran.stdout).unwrap()
    };
    let list = runs(&["runs", "list"]);
    assert!(list.as_array().unwrap().len() <= 1, "{list}");
    Some(runs(&["runs", "show", list[0]["id"].as_str()?]))
}

/// The writes that are in doubt.
fn doubts(place: &Path) -> BTreeSet<String> {
    let Some(run) = shown(place) else { return BTreeSet::new() };
    let calls = run["calls"].as_array().unwrap().iter();
    calls.filter(|call| call["status"] == "in_doubt").map(|call| call["item"].as_str().unwrap().to_owned()).collect()
}
