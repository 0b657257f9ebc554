//! A list goes into a script and comes out with what became of each row; what is not done is done from there.

use cippsh::simulator::{Faults, Settings, Simulator};
use serde_json::Value;

use crate::test::{Ran, Test, of_repository, simulator};

/// A script that works through a list, of which one row fails at first.
struct Job {
    script: &'static str,
    list: &'static str,
    /// A fault for the second row.
    fault: &'static str,
    endpoint: &'static str,
    /// The list as it comes out.
    after: &'static str,
}

const JOBS: &[Job] = &[
    Job {
        script: "onboard",
        list: "user,first_name,last_name,usage_location,cost centre\n\
            dana@contoso.com,Dana,Keller,AT,17\nemil@contoso.com,Emil,Weiss,AT,18\n\
            carla@fabrikam.com,Carla,Rossi,IT,19\n",
        fault: "endpoint = \"AddUser\"\ncontaining = \"emil\"\nresults = \"Failed to create user\"\ntimes = 1",
        endpoint: "AddUser",
        after: "user,first_name,last_name,usage_location,cost centre,_status,_done,_error\n\
            dana@contoso.com,Dana,Keller,AT,17,verified,true,\n\
            emil@contoso.com,Emil,Weiss,AT,18,failed,false,AddUser for contoso.com failed: Failed to create user\n\
            carla@fabrikam.com,Carla,Rossi,IT,19,verified,true,\n",
    },
    Job {
        script: "offboard",
        list: "user\nann@contoso.com\nbob@contoso.com\nann@fabrikam.com\n",
        fault: "endpoint = \"ExecOffboardUser\"\ncontaining = \"bob@\"\nresults = \"Failed to start\"\ntimes = 1",
        endpoint: "ExecOffboardUser",
        after: "user,_status,_done,_error\nann@contoso.com,verified,true,\n\
            bob@contoso.com,failed,false,ExecOffboardUser for contoso.com failed: Failed to start\nann@fabrikam.com,verified,true,\n",
    },
    Job {
        script: "group-members",
        list: "action;group;user\nremove;All Company;ann@contoso.com\nremove;All Company;bob@contoso.com\n\
            remove;All Company;ann@fabrikam.com\n",
        fault: "endpoint = \"EditGroup\"\nafter = 1\nresults = \"Failed to remove member\"\ntimes = 1",
        endpoint: "EditGroup",
        after: "action,group,user,_status,_done,_error\nremove,All Company,ann@contoso.com,verified,true,\n\
            remove,All Company,bob@contoso.com,failed,false,EditGroup for contoso.com failed: Failed to remove member\n\
            remove,All Company,ann@fabrikam.com,verified,true,\n",
    },
];

/// A script on this text in `in.csv`; the result goes into `out.csv`.
fn run(script: &str, list: &str, more: &[&str]) -> Test {
    let path = of_repository(&format!("scripts/{script}.rhai"));
    let test = Test::new(["run", path.to_str().unwrap(), "-o", "json", "file=in.csv", "out=out.csv"]);
    test.file("in.csv", list).keeping("out.csv").free().args(more)
}

/// A simulator with one fault.
pub(crate) fn faulty(fault: &str) -> Simulator {
    let faults = Faults::parse(&format!("[[fault]]\n{fault}\n"), "faults").unwrap();
    simulator(Settings { faults: Some(faults), ..Settings::default() })
}

/// How often an endpoint was asked.
pub(crate) fn written(simulator: &Simulator, endpoint: &str) -> usize {
    let path = format!("/api/{endpoint}");
    simulator.requests().iter().filter(|seen| seen.path == path).count()
}

fn out(ran: &Ran) -> String {
    ran.file().replace("\r\n", "\n")
}

fn rows(ran: &Ran) -> Vec<Value> {
    serde_json::from_str(&ran.stdout).unwrap()
}

#[test]
fn only_what_is_not_done_is_run_again() {
    for job in JOBS {
        let (script, simulator) = (job.script, faulty(job.fault));
        // One after the other, so that the fault meets the row that it is meant for.
        let first = run(script, job.list, &["apply=true", "--concurrency", "1"]).on(&simulator).run().code(3);
        assert_eq!(out(&first), job.after, "{script}");
        assert_eq!(written(&simulator, job.endpoint), 3, "{script}");

        let second = run(script, &out(&first), &["apply=true"]).on(&simulator).run().code(0);
        assert_eq!(rows(&second).len(), 1, "{script}: {}", second.stdout);
        assert_eq!(written(&simulator, job.endpoint), 4, "{script}");
        let failed = job.after.lines().find(|line| line.contains(",failed,false,")).unwrap();
        let start = failed.split(",failed,").next().unwrap();
        assert_eq!(out(&second), job.after.replace(failed, &format!("{start},verified,true,")), "{script}");

        let third = run(script, &out(&second), &["apply=true"]).on(&simulator).run().code(0);
        assert_eq!((rows(&third).len(), written(&simulator, job.endpoint)), (0, 4), "{script}");
        assert_eq!(out(&third), out(&second), "{script}");
    }
}

#[test]
fn a_report_says_what_is_to_do_and_can_be_carried_out_from_its_file() {
    for job in JOBS {
        let simulator = simulator(Settings::default());
        let report = run(job.script, job.list, &[]).on(&simulator).run().code(0);
        assert_eq!(out(&report).matches(",to do,false,\n").count(), 3, "{}", out(&report));
        assert_eq!(written(&simulator, job.endpoint), 0, "{}", job.script);
        let applied = run(job.script, &out(&report), &["apply=true"]).on(&simulator).run().code(0);
        assert_eq!(out(&applied).matches(",verified,true,\n").count(), 3, "{}", out(&applied));
    }
}

#[test]
fn the_rows_of_a_tenant_that_cannot_be_read_are_not_done() {
    let simulator = faulty("endpoint = \"ListGroups\"\ncontaining = \"fabrikam.com\"\nstatus = 400\nbody = \"no\"");
    let ran = run("onboard", JOBS[0].list, &["apply=true"]).on(&simulator).run().code(3);
    let (out, made) = (out(&ran), written(&simulator, "AddUser"));
    let last = out.lines().last().unwrap();
    assert!(
        last.starts_with("carla@fabrikam.com,Carla,Rossi,IT,19,failed,false,") && last.contains("ListGroups"),
        "{out}"
    );
    assert_eq!((out.matches(",verified,true,\n").count(), made), (2, 2), "{out}");
}

#[test]
fn an_exact_list_looks_at_rows_too_that_are_done() {
    let simulator = simulator(Settings::default());
    let list = "group,user,_status,_done,_error\nReception,ann@contoso.com,verified,true,\nReception,bob@contoso.com,to do,false,\n";
    let ran = run("group-members", list, &["exact=true", "apply=true"]).on(&simulator).run().code(0);
    let after = out(&ran);
    let row = |user: &str| after.lines().find(|line| line.contains(user)).unwrap_or_default().to_owned();
    assert!(!row("ann@contoso.com").contains("remove") && row("bob@contoso.com").ends_with(",true,"), "{after}");
    // Those that the list does not have stand behind it.
    let again = run("group-members", list, &["exact=true"]).on(&simulator).run().code(0);
    assert_eq!(rows(&again).iter().filter(|row| row["status"] == "done_before").count(), 2, "{}", again.stdout);
}

#[test]
fn a_result_that_cannot_be_written_is_told_before_anything_is_sent() {
    for (place, told) in [
        ("out=none/out.csv", "none: "),
        ("out=.", "ends in none of .csv, .json, .ndjson, .md, .html, .xlsx"),
        ("out=in.csv/x.csv", "in.csv"),
        ("out=../out.csv", "lies outside of the allowed directories"),
    ] {
        for job in JOBS {
            let simulator = simulator(Settings::default());
            let path = of_repository(&format!("scripts/{}.rhai", job.script));
            let test = Test::new(["run", path.to_str().unwrap(), "file=in.csv", place, "apply=true"]).free();
            test.file("in.csv", job.list).on(&simulator).run().code(1).tells(&[told]);
            assert_eq!(simulator.arrived(), 0, "{}: {place}", job.script);
        }
    }
}

#[test]
fn a_result_is_written_in_the_format_of_its_name() {
    let simulator = simulator(Settings::default());
    let script = of_repository("scripts/shared-mailboxes.rhai");
    for (name, start) in [
        ("r.csv", "tenant,user,licences,status,why\n"),
        ("r.json", "[\n  {\n    \"tenant\": \"fabrikam.com\",\n"),
        ("r.ndjson", "{\"tenant\":\"fabrikam.com\","),
        ("r.md", "| tenant | user | licences | status | why |\n"),
        ("r.html", "<!doctype html>"),
    ] {
        let test = Test::new(["run", script.to_str().unwrap(), "tenants=all", "-o", "none", &format!("out={name}")]);
        let ran = test.keeping(name).on(&simulator).run().code(0);
        assert!(out(&ran).starts_with(start), "{name}: {}", out(&ran));
    }
}
