//! The scripts that are shipped, run by the binary: they report, they write, and then there is nothing left to do.

use cippsh::simulator::{Faults, Settings, Simulator};
use serde_json::Value;

use crate::test::{Ran, Test, of_repository, simulator};

/// A script with what it writes to and what it reads first.
struct Job {
    script: &'static str,
    arguments: &'static [&'static str],
    writes: &'static [&'static str],
    reads: &'static str,
}

/// Those that sweep over tenants.
const SWEEPS: &[Job] = &[
    Job { script: "mfa-sweep", arguments: &["tenants=all"], writes: &["ExecPerUserMFA"], reads: "ListMFAUsers" },
    Job {
        script: "license-waste",
        arguments: &["tenants=all", "reasons=disabled,silent", "days=60"],
        writes: &["ExecBulkLicense"],
        reads: "ListMailboxes",
    },
    Job {
        script: "stale-guests",
        arguments: &["tenants=all"],
        writes: &["ExecDisableUser"],
        reads: "ListGraphRequest",
    },
    Job { script: "inactive-members", arguments: &["tenants=all"], writes: &["ExecDisableUser"], reads: "ListRoles" },
    Job {
        script: "mail-leaks",
        arguments: &["tenants=all"],
        writes: &["ExecEmailForward", "ExecSetMailboxRule"],
        reads: "ListMailboxForwarding",
    },
    Job {
        script: "shared-mailboxes",
        arguments: &["tenants=all"],
        writes: &["ExecDisableUser"],
        reads: "ListSharedMailboxAccountEnabled",
    },
];

impl Job {
    /// Runs it with more arguments; the rows go to standard output.
    fn run(&self, simulator: &Simulator, more: &[&str]) -> Ran {
        run(self.script, self.arguments, more).on(simulator).run()
    }

    /// How often it has written.
    fn written(&self, simulator: &Simulator) -> usize {
        written(simulator, self.writes)
    }
}

fn run(script: &str, arguments: &[&str], more: &[&str]) -> Test {
    let path = of_repository(&format!("scripts/{script}.rhai"));
    Test::new(["run", path.to_str().unwrap(), "-o", "json"]).args(ALLOWED).args(arguments).args(more)
}

/// What lets a run write as much as these do.
const ALLOWED: &[&str] = &["--max-writes", "1000", "--allow", "destroy"];

fn written(simulator: &Simulator, endpoints: &[&str]) -> usize {
    let is = |path: &str| endpoints.iter().any(|endpoint| path == format!("/api/{endpoint}"));
    simulator.requests().iter().filter(|seen| is(&seen.path)).count()
}

fn with_fault(fault: &str) -> Simulator {
    let faults = Faults::parse(&format!("[[fault]]\n{fault}\n"), "faults").unwrap();
    simulator(Settings { faults: Some(faults), ..Settings::default() })
}

/// The rows that a run gives.
#[track_caller]
fn rows(ran: &Ran) -> Vec<Value> {
    let rows: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{}\n{}", ran.stdout, ran.stderr));
    rows.as_array().unwrap().clone()
}

/// How many rows have this status.
fn count(rows: &[Value], status: &str) -> usize {
    rows.iter().filter(|row| row["status"] == status).count()
}

#[test]
fn a_sweep_reports_then_writes_and_then_has_nothing_left_to_do() {
    for job in SWEEPS {
        let simulator = simulator(Settings::default());
        let script = job.script;
        let report = rows(&job.run(&simulator, &[]).code(0));
        let open = count(&report, "to do");
        assert!(open > 0, "{script} finds nothing");
        assert_eq!(job.written(&simulator), 0, "{script} writes without apply");

        let applied = job.run(&simulator, &["apply=true"]).code(0);
        assert_eq!(count(&rows(&applied), "verified"), open, "{script}: {}", applied.stdout);
        assert_eq!(job.written(&simulator), open, "{script}");
        applied.tells(&[&format!("{open} verified, 0 accepted, 0 queued, 0 not done")]);

        let again = job.run(&simulator, &[]).code(0);
        assert_eq!(count(&rows(&again), "to do"), 0, "{script}: {}", again.stdout);
    }
}

#[test]
fn an_exclusion_that_matches_nobody_stops_a_sweep_before_any_write() {
    for job in SWEEPS {
        let simulator = simulator(Settings::default());
        let ran = job.run(&simulator, &["apply=true", "exclude=nobody@contoso.com"]).code(1);
        ran.tells(&["\"nobody@contoso.com\" is to be left out, but no tenant has such a user"]);
        assert_eq!(job.written(&simulator), 0, "{}", job.script);
    }
}

#[test]
fn somebody_who_is_excluded_is_left_alone_by_a_sweep() {
    for job in SWEEPS {
        let simulator = simulator(Settings::default());
        let open = rows(&job.run(&simulator, &[]).code(0));
        let one = open.iter().find(|row| row["status"] == "to do").unwrap();
        let exclude = format!("exclude={}", one["user"].as_str().unwrap().to_uppercase());
        let applied = rows(&job.run(&simulator, &["apply=true", &exclude]).code(0));
        let same = applied.iter().find(|row| row["user"].to_string().eq_ignore_ascii_case(&one["user"].to_string()));
        assert_eq!(same.unwrap()["why"], "excluded", "{}", job.script);
        assert_eq!(job.written(&simulator), count(&open, "to do") - 1, "{}", job.script);
    }
}

#[test]
fn a_tenant_that_cannot_be_read_is_named_and_does_not_stop_the_others() {
    for job in SWEEPS {
        let reads = job.reads;
        let simulator =
            with_fault(&format!("endpoint = \"{reads}\"\ncontaining = \"fabrikam.com\"\nstatus = 400\nbody = \"no\""));
        let ran = job.run(&simulator, &["apply=true"]).code(3);
        let rows = rows(&ran);
        let failed: Vec<&Value> = rows.iter().filter(|row| row["status"] == "failed").collect();
        assert_eq!(failed.len(), 1, "{}: {}", job.script, ran.stdout);
        assert_eq!(failed[0]["tenant"], "fabrikam.com");
        assert!(failed[0]["why"].as_str().unwrap().contains(reads), "{}", failed[0]);
        assert!(count(&rows, "verified") > 0, "{}: {}", job.script, ran.stdout);
    }
}

#[test]
fn a_write_that_fails_is_told_with_its_reason_and_done_by_the_next_run() {
    for job in SWEEPS {
        let write = job.writes.last().unwrap();
        let simulator = with_fault(&format!("endpoint = \"{write}\"\nresults = \"Failed to do it\"\ntimes = 1"));
        let first = job.run(&simulator, &["apply=true"]).code(3);
        let rows_of = rows(&first);
        let failed: Vec<&Value> = rows_of.iter().filter(|row| row["status"] == "failed").collect();
        assert_eq!(failed.len(), 1, "{}: {}", job.script, first.stdout);
        assert!(failed[0]["why"].as_str().unwrap().contains("Failed to do it"), "{}", failed[0]);
        let second = job.run(&simulator, &["apply=true"]).code(0);
        assert_eq!(count(&rows(&second), "verified"), 1, "{}: {}", job.script, second.stdout);
    }
}

#[test]
fn a_tenant_that_cannot_be_reached_is_a_row_too() {
    let simulator = simulator(Settings { errors: 1, ..Settings::default() });
    let ran = run("shared-mailboxes", &["tenants=all"], &[]).on(&simulator).run().code(3);
    let rows = rows(&ran);
    assert_eq!((count(&rows, "to do"), count(&rows, "failed")), (1, 1), "{}", ran.stdout);
    let failed = rows.iter().find(|row| row["status"] == "failed").unwrap();
    assert_eq!(failed["tenant"], "tailspintoys.com");
    assert!(failed["why"].as_str().unwrap().contains("AADSTS65001"), "{failed}");
}

#[test]
fn stale_guests_are_deleted_when_they_are_disabled_already() {
    let simulator = simulator(Settings::default());
    let guests = |more: &[&str]| run("stale-guests", &["tenants=all"], more).on(&simulator).run().code(0);
    assert!(rows(&guests(&["action=delete"])).is_empty());
    let disabled = count(&rows(&guests(&["apply=true"])), "verified");
    assert_eq!(count(&rows(&guests(&["action=delete"])), "to do"), disabled);
    assert_eq!(count(&rows(&guests(&["action=delete", "apply=true"])), "verified"), disabled);
    assert!(rows(&guests(&["action=delete"])).is_empty());
}

#[test]
fn an_account_is_closed_step_by_step() {
    let simulator = simulator(Settings::default());
    let close = |more: &[&str]| run("compromised-account", &["user=bob@contoso.com"], more).on(&simulator).run();
    let open = rows(&close(&[]).code(0));
    let steps: Vec<&str> = open.iter().map(|row| row["step"].as_str().unwrap()).collect();
    assert_eq!(steps, ["sign-in", "sessions", "password", "MFA methods", "rule"]);
    assert_eq!(count(&open, "to do"), 5);
    let closed = close(&["apply=true", "investigate=true"]).code(0);
    assert_eq!(count(&rows(&closed), "verified"), 5, "{}", closed.stdout);
    closed.tells(&["NewRules", "6 writes: 5 verified, 1 accepted, 0 queued, 0 not done"]);
    assert_eq!(count(&rows(&close(&[]).code(0)), "done_before"), 5);
}

#[test]
fn a_step_that_fails_does_not_keep_an_account_open() {
    let simulator = with_fault("endpoint = \"ExecResetMFA\"\nresults = \"Failed to do it\"\ntimes = 1");
    let ran = run("compromised-account", &["user=bob@contoso.com", "apply=true"], &[]).on(&simulator).run().code(3);
    let rows = rows(&ran);
    assert_eq!((count(&rows, "failed"), count(&rows, "verified")), (1, 4), "{}", ran.stdout);
}

#[test]
fn people_are_offboarded_to_the_end_and_administrators_are_not() {
    let simulator = simulator(Settings::default());
    let users = "users=ann@contoso.com,bob@fabrikam.onmicrosoft.com,admin@contoso.com";
    let offboard = |more: &[&str]| run("offboard", &["users=ann@contoso.com,bob@fabrikam.com,admin@contoso.com"], more);
    let report = rows(&offboard(&[]).on(&simulator).run().code(0));
    assert_eq!((count(&report, "to do"), count(&report, "left")), (2, 1));
    assert_eq!(written(&simulator, &["ExecOffboardUser"]), 0);
    let applied = offboard(&["apply=true"]).on(&simulator).run().code(0);
    assert_eq!(count(&rows(&applied), "verified"), 2, "{}", applied.stdout);
    let again = rows(&offboard(&["apply=true"]).on(&simulator).run().code(0));
    assert_eq!((count(&again, "done_before"), count(&again, "left")), (2, 1));
    assert_eq!(written(&simulator, &["ExecOffboardUser"]), 2);
    // The name of a user is the one that the tenant knows, whatever domain a list gives.
    let other = run("offboard", &[users], &[]).on(&simulator).run().code(1);
    other.tells(&["there is no user \"bob@fabrikam.onmicrosoft.com\""]);
}

#[test]
fn all_that_is_wrong_with_a_list_of_leavers_is_told_before_anything_is_sent() {
    let simulator = simulator(Settings::default());
    let ran = run("offboard", &["users=ann@contoso.com,eve@contoso.com,Ann@contoso.com", "apply=true"], &[]);
    let ran = ran.on(&simulator).run().code(1);
    ran.tells(&[
        "- row 3: Ann@contoso.com is in row 1 too",
        "2 rows of users cannot be used, so nothing was sent",
        "eve@contoso.com",
    ]);
    assert_eq!(written(&simulator, &["ExecOffboardUser"]), 0);
}

#[test]
fn an_offboarding_that_fails_is_told() {
    let simulator = with_fault("endpoint = \"ExecOffboardUser\"\nstatus = 400\nbody = \"no\"\ntimes = 1");
    let ran = run("offboard", &["users=ann@contoso.com,bob@contoso.com", "apply=true"], &[]).on(&simulator).run();
    let ran = ran.code(3);
    let rows = rows(&ran);
    assert_eq!((count(&rows, "failed"), count(&rows, "verified")), (1, 1), "{}", ran.stdout);
}

/// A list of people who come.
const NEWCOMERS: &str = "user,first_name,last_name,usage_location,licences,groups,manager\n\
    dana.keller@contoso.com,Dana,Keller,at,Microsoft 365 Business Premium,VPN Users;Newsletter,ann@contoso.com\n\
    emil.weiss@contoso.com,Emil,Weiss,AT,,,\n\
    carla.rossi@fabrikam.onmicrosoft.com,Carla,Rossi,IT,Exchange Online (Plan 1),VPN Users,\n";

fn onboard(list: &str, more: &[&str]) -> Test {
    run("onboard", &["file=new.csv"], more).file("new.csv", list)
}

#[test]
fn people_of_a_list_are_onboarded_with_all_that_they_need() {
    let simulator = simulator(Settings::default());
    let report = rows(&onboard(NEWCOMERS, &[]).on(&simulator).run().code(0));
    assert_eq!(count(&report, "to do"), 3);
    let todo = report.iter().find(|row| row["user"] == "dana.keller@contoso.com").unwrap();
    assert_eq!(todo["todo"], "create, Microsoft 365 Business Premium, VPN Users, Newsletter");
    assert_eq!(written(&simulator, &["AddUser", "EditGroup"]), 0);
    let applied = onboard(NEWCOMERS, &["apply=true"]).on(&simulator).run().code(0);
    assert_eq!(count(&rows(&applied), "verified"), 3, "{}", applied.stdout);
    applied.tells(&["6 writes: 6 verified, 0 accepted, 0 queued, 0 not done"]);
    assert_eq!(count(&rows(&onboard(NEWCOMERS, &["apply=true"]).on(&simulator).run().code(0)), "done_before"), 3);
    assert_eq!((written(&simulator, &["AddUser"]), written(&simulator, &["EditGroup"])), (3, 3));
}

#[test]
fn an_onboarding_that_broke_off_is_finished_by_the_next_run() {
    let simulator = with_fault("endpoint = \"EditGroup\"\nresults = \"Failed to add member\"\ntimes = 1");
    let first = onboard(NEWCOMERS, &["apply=true"]).on(&simulator).run().code(3);
    assert_eq!(count(&rows(&first), "failed"), 1, "{}", first.stdout);
    let second = rows(&onboard(NEWCOMERS, &["apply=true"]).on(&simulator).run().code(0));
    assert_eq!((count(&second, "verified"), count(&second, "done_before")), (1, 2));
    assert_eq!(written(&simulator, &["AddUser"]), 3, "nobody is made twice");
}

#[test]
fn all_that_is_wrong_with_a_list_of_newcomers_is_told_before_anything_is_sent() {
    let simulator = simulator(Settings::default());
    let list = format!(
        "{NEWCOMERS}eve@nowhere.example,Eve,Moore,US,,,\n\
         Dana.Keller@contoso.com,,Keller,Austria,Microsoft 365 E9,VPN;All Company,nobody@contoso.com\n"
    );
    let ran = onboard(&list, &["apply=true"]).on(&simulator).run().code(1);
    ran.tells(&[
        "2 rows of new.csv cannot be used, so nothing was sent",
        "- row 5: no tenant has the domain of \"eve@nowhere.example\"",
        "- row 6: first_name is empty; usage_location is a code of two letters, not \"Austria\"; \
         Dana.Keller@contoso.com is in row 2 too; there is no user \"nobody@contoso.com\" to be the manager; \
         there is no licence \"Microsoft 365 E9\"; there is no group \"VPN\"",
    ]);
    assert_eq!(written(&simulator, &["AddUser", "EditGroup"]), 0);
}

#[test]
fn more_people_than_seats_are_refused() {
    let simulator = simulator(Settings::default());
    let row = |number: usize| format!("new{number}@contoso.com,N,{number},AT,Microsoft 365 Business Standard\n");
    let list: String = (0..6).map(row).collect();
    let list = format!("user,first_name,last_name,usage_location,licences\n{list}");
    let ran = onboard(&list, &["apply=true"]).on(&simulator).run().code(1);
    ran.tells(&["1 row of new.csv", "- row 7: no seat of Microsoft 365 Business Standard is left"]);
}

fn groups(list: &str, more: &[&str]) -> Test {
    run("group-members", &["file=groups.csv"], more).file("groups.csv", list)
}

#[test]
fn members_of_groups_become_those_of_a_list() {
    let simulator = simulator(Settings::default());
    let list = "group,user,action\nVPN Users,breakglass@contoso.com,add\nnewsletter@contoso.com,admin@contoso.com,\n\
                All Company,bob@contoso.com,remove\nVPN Users,breakglass@fabrikam.com,\n";
    let report = rows(&groups(list, &[]).on(&simulator).run().code(0));
    let open = count(&report, "to do");
    assert!(open >= 2, "{report:?}");
    assert_eq!(written(&simulator, &["EditGroup"]), 0);
    let applied = groups(list, &["apply=true"]).on(&simulator).run().code(0);
    assert_eq!(count(&rows(&applied), "verified"), open, "{}", applied.stdout);
    assert_eq!(count(&rows(&groups(list, &["apply=true"]).on(&simulator).run().code(0)), "done_before"), 4);
    assert_eq!(written(&simulator, &["EditGroup"]), open);
}

#[test]
fn an_exact_list_takes_out_whoever_is_not_in_it() {
    let simulator = simulator(Settings::default());
    let list = "group,user\nReception,ann@contoso.com\nreception@contoso.com,bob@contoso.com\n";
    let added = rows(&groups(list, &["exact=true"]).on(&simulator).run().code(0));
    assert!(added.iter().any(|row| row["action"] == "remove" && row["status"] == "to do"), "{added:?}");
    groups(list, &["exact=true", "apply=true"]).on(&simulator).run().code(0);
    let again = rows(&groups(list, &["exact=true"]).on(&simulator).run().code(0));
    assert_eq!((again.len(), count(&again, "done_before")), (2, 2), "{again:?}");
}

#[test]
fn a_list_of_members_with_mistakes_changes_nothing() {
    let simulator = simulator(Settings::default());
    let list =
        "group,user,action\nVPN Users,ann@contoso.com,ad\nVPM,ann@contoso.com,add\nVPN Users,eve@contoso.com,add\n";
    let ran = groups(list, &["apply=true"]).on(&simulator).run().code(1);
    ran.tells(&[
        "3 rows of groups.csv",
        "- row 2: action is add or remove, not \"ad\"",
        "- row 3: there is no group \"VPM\"",
        "- row 4: there is no user \"eve@contoso.com\"",
    ]);
    assert_eq!(written(&simulator, &["EditGroup"]), 0);
}

#[test]
fn a_change_of_members_that_fails_is_told() {
    let simulator = with_fault("endpoint = \"EditGroup\"\nresults = \"Failed to add member\"\ntimes = 1");
    let list = "group,user,action\nVPN Users,breakglass@contoso.com,remove\nVPN Users,admin@contoso.com,remove\n";
    let ran = groups(list, &["apply=true"]).on(&simulator).run().code(3);
    let rows = rows(&ran);
    assert_eq!((count(&rows, "failed"), count(&rows, "verified")), (1, 1), "{}", ran.stdout);
}

#[test]
fn leavers_come_from_a_file_and_the_result_goes_into_one() {
    let simulator = simulator(Settings::default());
    let list = "user,forward_to,message\nann@contoso.com,bob@contoso.com,I have left.\n";
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("result.csv");
    let (allowed, out) = (directory.path().display().to_string(), format!("out={}", path.display()));
    let offboard = run("offboard", &["--allow-path", &allowed, "file=leavers.csv", "apply=true", &out], &[]);
    offboard.file("leavers.csv", list).on(&simulator).run().code(0);
    assert_eq!(
        std::fs::read_to_string(path).unwrap().replace("\r\n", "\n"),
        "user,forward_to,message,_status,_done,_error\nann@contoso.com,bob@contoso.com,I have left.,verified,true,\n"
    );
}

#[test]
fn tenants_come_from_a_file_too() {
    let simulator = simulator(Settings::default());
    let sweep = run("mfa-sweep", &["tenants=file:tenants.csv"], &[]).file("tenants.csv", "tenant\nFabrikam\n");
    let rows = rows(&sweep.on(&simulator).run().code(0));
    assert!(!rows.is_empty() && rows.iter().all(|row| row["tenant"] == "fabrikam.com"), "{rows:?}");
    let unknown = run("mfa-sweep", &["tenants=group:Pilots"], &[]).on(&simulator).run().code(1);
    unknown.tells(&["CIPP has no tenant group \"Pilots\"; there are Pilot customers"]);
}
