//! A large reply into rows, against Python's json module.

use std::{
    fs::File,
    io::{BufWriter, Read as _, Write as _},
    path::Path,
    process::Command,
    time::Instant,
};

use cippsh::{
    engine::Script,
    value::{Fields, Row, RowStream},
};
use rhai::Dynamic;

use crate::{
    language,
    process::{Line, median, status_of},
};

const USERS: usize = 100_000;
const RUNS: usize = 3;
/// As much as comes at once from a network.
const PIECE: usize = 64 * 1024;

/// Prints how long json.loads takes and what its result holds, as the children of this file do.
const PYTHON: &str = "
import json, sys, time
def rss():
    return next(int(l.split()[1]) for l in open('/proc/self/status') if l.startswith('VmRSS')) / 1024
text = open(sys.argv[1]).read()
before = rss()
start = time.perf_counter()
rows = json.loads(text)
took = time.perf_counter() - start
held = rss() - before
start = time.perf_counter()
n = 0
for row in rows:
    if row['accountEnabled']: n += 1
print(took, held, time.perf_counter() - start)
";

pub(crate) fn run() -> Vec<Line> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("users.json");
    write_users(&path);
    let megabytes = path.metadata().unwrap().len() as f64 / 1e6;
    let path = path.to_str().unwrap();
    let [our_time, our_memory, our_loop] =
        figures(|| Command::new(std::env::current_exe().unwrap()), &["--child", "all", path]);
    let [_, five_memory, _] = figures(|| Command::new(std::env::current_exe().unwrap()), &["--child", "five", path]);
    let [python_time, python_memory, python_loop] = figures(|| Command::new("python3"), &["-c", PYTHON, path]);
    let micros = |seconds: f64| seconds * 1e6 / USERS as f64;
    vec![
        Line {
            what: format!(
                "{USERS} users of 40 fields ({megabytes:.0} MB of JSON) into rows; peer: Python's json.loads"
            ),
            ours: format!("{:.0} MB/s", megabytes / our_time),
            peer: format!("{:.0} MB/s", megabytes / python_time),
            ratio: format!("{:.2} times as fast", python_time / our_time),
            goal: "2 at least",
        },
        Line {
            what: "memory of the result".into(),
            ours: format!("{our_memory:.0} MiB"),
            peer: format!("{python_memory:.0} MiB"),
            ratio: format!("{:.2}", our_memory / python_memory),
            goal: "0.7 at most",
        },
        Line {
            what: "memory with five fields kept; peer: all fields kept".into(),
            ours: format!("{five_memory:.0} MiB"),
            peer: format!("{our_memory:.0} MiB"),
            ratio: format!("{:.2}", five_memory / our_memory),
            goal: "0.33 at most",
        },
        Line {
            what: "a loop over all rows in a script; peer: the same in Python".into(),
            ours: format!("{:.2} µs a row", micros(our_loop)),
            peer: format!("{:.2} µs a row", micros(python_loop)),
            ratio: format!("{:.1}", our_loop / python_loop),
            goal: "2 µs a row at most",
        },
    ]
}

/// Seconds, MiB and seconds, as a program prints them; the medians of some runs.
fn figures(program: impl Fn() -> Command, arguments: &[&str]) -> [f64; 3] {
    let runs: Vec<Vec<f64>> = (0..RUNS)
        .map(|_| {
            let output = program().args(arguments).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            let text = String::from_utf8(output.stdout).unwrap();
            text.split_whitespace().map(|figure| figure.parse().unwrap()).collect()
        })
        .collect();
    [0, 1, 2].map(|at| median(runs.iter().map(|run| run[at]).collect()))
}

/// Reads the file as a reply that arrives, in a process of its own whose memory can be looked at.
pub(crate) fn child(part: &str, arguments: &[String]) {
    let five = Fields::new(["id", "userPrincipalName", "displayName", "accountEnabled", "userType"]);
    let wanted = (part == "five").then_some(&five);
    let mut file = File::open(&arguments[0]).unwrap();
    let mut piece = vec![0; PIECE];
    let before = status_of("self", "VmRSS");
    let start = Instant::now();
    let mut stream = RowStream::new(wanted);
    loop {
        let read = file.read(&mut piece).unwrap();
        if read == 0 {
            break;
        }
        stream.feed(&piece[..read]);
    }
    let rows = stream.finish().unwrap();
    let took = start.elapsed().as_secs_f64();
    let held = status_of("self", "VmRSS") - before;
    let arguments: Row = [("rows", rows)].into_iter().collect();
    let script = Script::code(
        "let rows = args.rows; let n = 0; let t = timestamp(); for row in rows { if row.accountEnabled { n += 1; } } t.elapsed",
    );
    let elapsed: Dynamic = script.run(language::context(arguments)).value.unwrap();
    println!("{took} {held} {}", elapsed.as_float().unwrap());
}

/// Users as the server gives them: texts that repeat, ids that do not, nested lists.
fn write_users(path: &Path) {
    let mut out = BufWriter::new(File::create(path).unwrap());
    write!(out, "[").unwrap();
    for n in 0..USERS {
        let plans: String = (0..3)
            .map(|p| format!(r#"{{"assignedDateTime":"2025-01-0{}T08:00:00Z","capabilityStatus":"Enabled","service":"exchange","servicePlanId":"9aaf7827-d63c-4b61-89c3-182f06f8{:04x}"}}"#, p + 1, p))
            .collect::<Vec<_>>()
            .join(",");
        let comma = if n == 0 { "" } else { "," };
        write!(
            out,
            r#"{comma}{{"id":"{n:08x}-1b2c-4d3e-8f90-{n:012x}","deletedDateTime":null,"accountEnabled":{},"ageGroup":null,"businessPhones":["+43 1 {n}"],"city":"Vienna","createdDateTime":"2024-05-06T07:08:09Z","creationType":null,"companyName":"Contoso","consentProvidedForMinor":null,"country":"Austria","department":"Dept {}","displayName":"User Number {n}","employeeId":"{n}","employeeHireDate":null,"employeeType":"Employee","faxNumber":null,"givenName":"User","imAddresses":["user{n}@contoso.com"],"jobTitle":"Engineer","mail":"user{n}@contoso.com","mailNickname":"user{n}","mobilePhone":null,"officeLocation":"HQ {}","onPremisesSyncEnabled":false,"otherMails":[],"passwordPolicies":"None","postalCode":"1010","preferredLanguage":"de-AT","proxyAddresses":["SMTP:user{n}@contoso.com","smtp:user{n}@contoso.onmicrosoft.com"],"securityIdentifier":"S-1-12-1-{n}-1-2-3","showInAddressList":true,"state":null,"streetAddress":"Ring 1","surname":"Number {n}","usageLocation":"AT","userPrincipalName":"user{n}@contoso.com","userType":"Member","assignedLicenses":[{{"disabledPlans":[],"skuId":"05e9a617-0261-4cee-bb44-138d3ef5d965"}}],"assignedPlans":[{plans}]}}"#,
            n % 10 != 0,
            n % 40,
            n % 7
        )
        .unwrap();
    }
    write!(out, "]").unwrap();
}
