//! The application of a plan: what of it is sent, by whom, and how often.

use std::{thread, time::Duration};

use crate::{
    plan::{Place, THREE, statuses},
    test::Test,
};

/// A task will do the first.
const QUEUED: &str = r#"
user::offboard_user("contoso.com", #{ users: ["bob@contoso.com"], disable_sign_in: true,
    scheduled: #{ enabled: true, date: unix(now()) + 86400 } });
ExecCreateTAP(#{ tenantFilter: "contoso.com", ID: "ann@contoso.com" });
"#;

#[test]
fn an_application_that_was_cut_off_is_gone_on_with() {
    let faults = "[[fault]]\nendpoint = \"ExecCreateTAP\"\nstall = true\ntimes = 1\n";
    let place = Place::with(faults);
    place
        .plan(
            r#"
            let t = "contoso.com";
            let made = user::add_user(t, #{ display_name: "C B", username: "c.b", primary_domain: t, usage_location: "GB" });
            ExecCreateTAP(#{ tenantFilter: t, ID: "ann@contoso.com" });
            user::set_per_user_mfa(t, #{ user_id: made.user_id, mfa_state: "enforced" });
            "#,
        )
        .code(0);
    let (mut child, _directory) = place.cippsh(&["apply", &place.path("plan.json"), "--yes"]).spawn();
    while !place.simulator.requests().iter().any(|seen| seen.path == "/api/ExecCreateTAP") {
        thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let sent = |path: &str| place.simulator.requests().iter().filter(|seen| seen.path == path).count();
    assert_eq!((sent("/api/AddUser"), sent("/api/ExecPerUserMFA")), (1, 0));

    // What is in doubt and cannot be read back is told, and not sent again; what was made is known from the journal.
    let ran = place.apply(&["--yes"]).code(3);
    assert_eq!(statuses(&ran), ["done_before", "in_doubt", "verified"], "{}", ran.stderr);
    assert_eq!((sent("/api/AddUser"), sent("/api/ExecCreateTAP"), sent("/api/ExecPerUserMFA")), (1, 1, 1));
    assert_eq!(place.mfa_of("c.b@contoso.com"), "enforced");
    let ran = place.apply(&["--yes"]).code(5);
    assert!(ran.stderr.contains("has applied it"), "{}", ran.stderr);
}

#[test]
fn of_several_processes_one_applies_a_plan() {
    let place = Place::new();
    place.plan(THREE).code(0);
    std::fs::copy(place.path("plan.json"), place.path("copy.json")).unwrap();
    let start = |name| place.cippsh(&["apply", &place.path(name), "--yes"]).spawn();
    let started: Vec<_> = ["plan.json", "copy.json", "plan.json", "copy.json"].map(start).into();
    let ended = started.into_iter().map(|(child, directory)| (child.wait_with_output().unwrap(), directory));
    let mut codes: Vec<i32> = ended.map(|(output, _)| output.status.code().unwrap()).collect();
    codes.sort_unstable();
    assert_eq!(codes, [0, 5, 5, 5]);
    assert_eq!(place.sent("ExecPerUserMFA"), 3);
}

#[test]
fn why_it_is_done_is_kept_from_the_plan_unless_it_is_said_again() {
    let place = Place::new();
    let plan = place.path("plan.json");
    place.cippsh(&["eval", THREE, "--plan", &plan, "--reason", "ticket 7"]).run().code(0);
    let reason = |flags: &[&str]| {
        place.apply(&[&["--yes"], flags].concat()).code(0);
        let journal = place.path("journal.sqlite");
        let list = Test::new(["runs", "list", "-o", "json", "--journal", &journal]).run().code(0).stdout;
        let runs: serde_json::Value = serde_json::from_str(&list).unwrap();
        runs[0]["reason"].as_str().unwrap().to_owned()
    };
    assert_eq!(reason(&[]), "ticket 7");
    assert_eq!(reason(&["--again", "--reason", "ticket 8"]), "ticket 8");
}

#[test]
fn runs_resume_goes_on_with_an_application() {
    let faults = "[[fault]]\nendpoint = \"ExecPerUserMFA\"\ntimes = 1\nstatus = 400\nbody = \"boom\"\n";
    let place = Place::with(faults);
    place.plan(THREE).code(0);
    let ran = place.apply(&["--yes", "--concurrency", "1"]).code(3);
    assert_eq!(statuses(&ran), ["failed", "verified", "verified"]);
    let run = ran.stderr.split("runs show ").nth(1).unwrap().trim().to_owned();
    assert_eq!(place.sent("ExecPerUserMFA"), 3);
    place.apply(&["--yes"]).code(5).tells(&[&format!("cippsh runs resume {run} sends what failed")]);
    let journal = place.path("journal.sqlite");
    let resume = |flags: &[&str]| {
        Test::new(["runs", "resume", &run, "--journal", &journal]).args(flags).on(&place.simulator).run()
    };
    resume(&["--yes", "--force"]).code(2).tells(&["is an application of a plan"]);
    resume(&[]).code(5).tells(&["nobody is there to say yes"]);
    assert_eq!(place.sent("ExecPerUserMFA"), 3);
    let ran = resume(&["--yes"]).code(0);
    assert_eq!(statuses(&ran), ["verified", "done_before", "done_before"], "{}", ran.stderr);
    assert_eq!(place.sent("ExecPerUserMFA"), 4);
    place.apply(&["--yes"]).code(5).tells(&["has applied it"]);
    // Another plan under the name of this one is not what that run applied.
    std::fs::remove_file(place.path("plan.json")).unwrap();
    place.plan("1").code(0);
    resume(&["--yes"]).code(2).tells(&["is not the plan that it applied"]);
}

#[test]
fn what_an_application_has_changed_itself_is_not_held_against_the_rest() {
    let faults = "[[fault]]\nendpoint = \"ExecCreateTAP\"\nstatus = 400\nbody = \"boom\"\ntimes = 1\n";
    let place = Place::with(faults);
    place
        .plan(
            r#"
            let t = "contoso.com";
            user::set_per_user_mfa(t, #{ user_id: "bob@contoso.com", mfa_state: "disabled" });
            ExecCreateTAP(#{ tenantFilter: t, ID: "ann@contoso.com" });
            user::set_per_user_mfa(t, #{ user_id: "bob@contoso.com", mfa_state: "enforced" });
            user::set_per_user_mfa(t, #{ user_id: "breakglass@contoso.com", mfa_state: "enforced" });
            "#,
        )
        .code(0);
    let ran = place.apply(&["--yes"]).code(3);
    assert_eq!(statuses(&ran), ["verified", "failed", "not_run", "not_run"], "{}", ran.stderr);
    place.set_mfa("breakglass@contoso.com", "enabled");
    let run = ran.stderr.split("runs show ").nth(1).unwrap().trim().to_owned();
    let journal = place.path("journal.sqlite");
    let ran = Test::new(["runs", "resume", &run, "--journal", &journal, "--yes"]).on(&place.simulator).run().code(3);
    let mut found = statuses(&ran);
    assert_eq!(["accepted", "verified"].iter().find(|status| found[1] == **status).map(|_| ()), Some(()));
    found.remove(1);
    assert_eq!(found, ["done_before", "verified", "not_run"], "{}", ran.stderr);
    assert_eq!(
        (place.mfa_of("bob@contoso.com"), place.mfa_of("breakglass@contoso.com")),
        ("enforced".into(), "enabled".into())
    );
}

#[test]
fn what_a_task_does_already_is_not_sent_a_second_time() {
    let faults = "[[fault]]\nendpoint = \"ExecCreateTAP\"\nstall = true\ntimes = 1\n";
    let place = Place::with(faults);
    place.plan(QUEUED).code(0);
    let (mut child, _directory) =
        place.cippsh(&["apply", &place.path("plan.json"), "--yes", "--allow", "destroy"]).spawn();
    while place.sent("ExecCreateTAP") == 0 {
        thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let ran = place.apply(&["--yes", "--allow", "destroy"]).code(3);
    assert_eq!(statuses(&ran), ["queued", "in_doubt"], "{}", ran.stderr);
    ran.tells(&["0 accepted, 1 queued, 1 not done"]);
    assert_eq!(place.sent("ExecOffboardUser"), 1);
}

#[test]
fn what_destroys_is_asked_for_when_it_is_applied() {
    let place = Place::new();
    place.plan(r#"RemoveUser(#{ tenantFilter: "contoso.com", ID: "ann@contoso.com" }).status"#).code(0);
    let ran = place.apply(&["--yes"]).code(5);
    assert!(ran.stderr.contains("RemoveUser would destroy something"), "{}", ran.stderr);
    assert!(place.simulator.requests().iter().all(|seen| seen.path != "/api/RemoveUser"));
    place.apply(&["--yes", "--allow", "destroy:RemoveUser@contoso.com"]).code(0);
    assert!(place.simulator.requests().iter().any(|seen| seen.path == "/api/RemoveUser"));
}
