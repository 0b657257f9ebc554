//! A long list of people to onboard: all that is wrong is told first, and then each of them comes once, whatever happens.
//!
//! `CIPPSH_ROWS=5000` makes it that long, over 50 tenants.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path, thread, time::Duration};

use cippsh::simulator::{Settings, Simulator};
use serde_json::Value;

use crate::test::{Ran, Test, of_repository, simulator};

/// The list as it should be, and the tenants that it is about.
struct List {
    lines: Vec<String>,
    domains: Vec<String>,
}

/// A mistake: the line that has it, and what is told of it.
type Mistake = fn(&List, usize) -> (String, String);

const MISTAKES: &[Mistake] = &[
    |_, at| (line(&format!("new{at}"), "New", "AT", "", ""), format!("\"new{at}\" is no user principal name")),
    |_, at| {
        let user = format!("new{at}@nowhere.example");
        (line(&user, "New", "AT", "", ""), format!("no tenant has the domain of \"{user}\""))
    },
    |list, at| {
        let told = "there is no licence \"Microsoft 365 E9\"".into();
        (line(&list.user(at), "New", "AT", "Microsoft 365 E9", ""), told)
    },
    // The first row is right, and is not told.
    |list, _| (list.lines[0].clone(), format!("{} is in row 2 too", list.user(0))),
    |list, at| (line(&list.user(at), "", "AT", "", ""), "first_name is empty".into()),
    |list, at| {
        let told = "usage_location is a code of two letters, not \"Austria\"".into();
        (line(&list.user(at), "New", "Austria", "", ""), told)
    },
    |list, at| (line(&list.user(at), "New", "AT", "", "VPM Users"), "there is no group \"VPM Users\"".into()),
    |list, at| (format!("{},more", list.lines[at]), "8 cells, but 7 columns".into()),
    |list, at| {
        let manager = "nobody@contoso.com";
        let line = line(&list.user(at), "New", "AT", "", "").replace(",,,", &format!(",,,{manager}"));
        (line, format!("there is no user \"{manager}\" to be the manager"))
    },
    |list, at| {
        let user = list.user(at).replace('@', "@nowhere.");
        let told = format!(
            "no tenant has the domain of \"{user}\"; first_name is empty; usage_location is a code of two letters, not \"\""
        );
        (line(&user, "", "", "", ""), told)
    },
];

fn line(user: &str, first_name: &str, usage_location: &str, licences: &str, groups: &str) -> String {
    format!("{user},{first_name},Comer,{usage_location},{licences},{groups},")
}

impl List {
    fn new(simulator: &Simulator, rows: usize) -> Self {
        let ran = Test::new(["eval", "all_tenants().map(|t| t.domain)", "-o", "json"]).on(simulator).run().code(0);
        let mut list = Self { lines: Vec::new(), domains: serde_json::from_str(&ran.stdout).unwrap() };
        for at in 0..rows {
            let licences = if at < list.domains.len() { "Exchange Online (Plan 1)" } else { "" };
            let groups = ["", "VPN Users", "VPN Users;Newsletter", "Newsletter;VPN Users;Reception"][at % 4];
            list.lines.push(line(&list.user(at), "New", "AT", licences, groups));
        }
        list
    }

    fn user(&self, at: usize) -> String {
        format!("new{at}@{}", self.domains[at % self.domains.len()])
    }

    fn text(lines: &[String]) -> String {
        let heading = "user,first_name,last_name,usage_location,licences,groups,manager";
        lines.iter().fold(format!("{heading}\n"), |text, line| format!("{text}{line}\n"))
    }

    /// The list with mistakes, and what is told of them.
    fn with_mistakes(&self, count: usize) -> (String, String) {
        let (mut lines, mut told) = (self.lines.clone(), String::new());
        for number in 0..count {
            // None in the first row, and one in the last.
            let at = (number + 1) * (lines.len() / count) - 1;
            let (line, what) = MISTAKES[number % MISTAKES.len()](self, at);
            lines[at] = line;
            writeln!(told, "  - row {}: {what}", at + 2).unwrap();
        }
        (Self::text(&lines), told)
    }
}

fn rows(usually: usize) -> usize {
    std::env::var("CIPPSH_ROWS").ok().and_then(|rows| rows.parse().ok()).unwrap_or(usually)
}

fn started(rows: usize) -> Simulator {
    let (tenants, users) = if rows > 200 { (50, 40) } else { (4, 10) };
    simulator(Settings { tenants, users, latency_ms: 1, ..Settings::default() })
}

/// The script on `new.csv` of this directory.
fn onboard(place: &Path, simulator: &Simulator) -> Test {
    let script = of_repository("scripts/onboard.rhai");
    Test::new(["run", script.to_str().unwrap(), "file=new.csv", "apply=true"]).args(ALLOWED).within(place).on(simulator)
}

const ALLOWED: &[&str] = &["-o", "json", "--journal", "j.sqlite", "--max-writes", "100000", "--patience", "1"];

#[test]
fn all_mistakes_of_a_long_list_are_told_before_anything_is_sent() {
    let rows = rows(200);
    let simulator = started(rows);
    let list = List::new(&simulator, rows);
    let count = (rows / 100).max(MISTAKES.len());
    let (text, told) = list.with_mistakes(count);
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("new.csv"), text).unwrap();
    let ran = onboard(place.path(), &simulator).run().code(1);
    ran.tells(&[&format!("error: {count} rows of new.csv cannot be used, so nothing was sent\n{told}  -->")]);
    let requests = simulator.requests();
    let writing: Vec<_> =
        requests.iter().filter(|seen| seen.path.starts_with("/api/") && !seen.path.starts_with("/api/List")).collect();
    assert!(writing.is_empty(), "{writing:?}");
}

#[test]
fn everybody_of_a_long_list_comes_once_however_often_the_run_is_killed() {
    let rows = rows(60);
    let simulator = started(rows);
    let list = List::new(&simulator, rows);
    let place = tempfile::tempdir().unwrap();
    let place = place.path();
    fs::write(place.join("new.csv"), List::text(&list.lines)).unwrap();
    let mut command = onboard(place, &simulator);
    // A third of them, and two thirds of them, are made when it is killed.
    for made in [rows / 3, rows * 2 / 3] {
        kill_when_made(made, command, &simulator);
        command = resume(place, &simulator, &[]);
    }
    // What a kill cut off and no read shows stays in doubt until somebody says to send it again.
    let end = command.run();
    let doubts = statuses(&shown(place)).get("in_doubt").copied().unwrap_or_default();
    assert_eq!(end.code, if doubts == 0 { 0 } else { 3 }, "{}\n{}", end.stdout, end.stderr);
    let end = resume(place, &simulator, &["--retry-in-doubt"]).run().code(0);
    let statuses = statuses(&shown(place));
    assert!(statuses.keys().all(|status| status == "verified"), "{statuses:?}\n{}", end.stderr);
    let made =
        carried_out(&simulator, "AddUser", |body| format!("{}@{}", text(&body["username"]), text(&body["PrimDomain"])));
    let expected: BTreeMap<String, usize> = (0..rows).map(|at| (list.user(at), 1)).collect();
    assert_eq!(made, expected);
    let members = carried_out(&simulator, "EditGroup", Value::to_string);
    let doubled: Vec<_> = members.iter().filter(|(_, count)| **count > 1).collect();
    assert!(doubled.is_empty(), "{doubled:?}");
    let again = onboard(place, &simulator).run().code(0);
    again.tells(&[&format!("nothing to do: {rows} done before")]);
    println!(
        "{rows} rows, {doubts} in doubt after the kills, {} requests, {} members of groups",
        simulator.arrived(),
        members.len()
    );
}

fn text(value: &Value) -> String {
    value.as_str().or_else(|| value["value"].as_str()).unwrap_or_default().to_owned()
}

/// Goes on with the only run.
fn resume(place: &Path, simulator: &Simulator, more: &[&str]) -> Test {
    let id = text(&shown(place)["id"]);
    Test::new(["runs", "resume", &id]).args(ALLOWED).args(more).within(place).on(simulator)
}

/// How often each of the requests to an endpoint was carried out.
fn carried_out(simulator: &Simulator, endpoint: &str, name: impl Fn(&Value) -> String) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    let path = format!("/api/{endpoint}");
    for seen in simulator.requests().iter().filter(|seen| seen.path == path && seen.carried_out) {
        *counts.entry(name(&serde_json::from_str(&seen.body).unwrap())).or_default() += 1;
    }
    counts
}

/// Starts it and kills it when so many accounts have been made.
fn kill_when_made(made: usize, command: Test, simulator: &Simulator) {
    let (mut child, _directory) = command.spawn();
    let count = || simulator.requests().iter().filter(|seen| seen.path == "/api/AddUser").count();
    while count() < made && child.try_wait().unwrap().is_none() {
        thread::sleep(Duration::from_millis(5));
    }
    if child.try_wait().unwrap().is_some() {
        let ran = Ran::from(child.wait_with_output().unwrap());
        panic!("it ended before it was killed: {}\n{}\n{}", ran.code, ran.stdout, ran.stderr);
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

/// The only run, as `runs show` tells it.
fn shown(place: &Path) -> Value {
    let json = |ran: Ran| -> Value { serde_json::from_str(&ran.code(0).stdout).unwrap() };
    let runs = |more: &[&str]| json(Test::new(more).args(["-o", "json", "--journal", "j.sqlite"]).within(place).run());
    let list = runs(&["runs", "list"]);
    runs(&["runs", "show", list[0]["id"].as_str().unwrap()])
}

/// How many writes of a run have which status.
fn statuses(run: &Value) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for call in run["calls"].as_array().unwrap() {
        *counts.entry(text(&call["status"])).or_default() += 1;
    }
    counts
}
