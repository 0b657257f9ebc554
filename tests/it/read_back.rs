//! Every kind of write is read back from the simulator: seen when it was carried out, and not when it was dropped.

use std::collections::BTreeSet;

use cippsh::simulator::{Faults, Settings};

use crate::test::{Test, of_repository, simulator};

/// What a task of the server will do, and what nothing shows.
const NOT_VERIFIED: [(&str, &str); 8] = [
    ("AddChocoApp", "queued"),
    ("AddMSPApp", "queued"),
    ("AddScheduledItem", "queued"),
    ("AddStoreApp", "queued"),
    ("DA sync", "queued"),
    ("ExecOffboardUser", "queued"),
    ("ExecSetCIPPAutoBackup", "queued"),
    ("ExecStandardsRun", "accepted"),
];

/// What was so before, so that a write that is dropped leaves what was asked for.
const WAS_SO: [&str; 18] = [
    "DA users",
    "DD enable",
    "EditGroup add",
    "ExecAssignApp",
    "ExecAssignPolicy",
    "ExecBulkLicense remove",
    "ExecBulkLicense remove2",
    "ExecCAExclusion remove",
    "ExecClrImmId",
    "ExecCommunityRepo del",
    "ExecEmailForward off",
    "ExecExtensionsConfig",
    "ExecModifyCalPerms remove",
    "ExecOneDriveProvision",
    "ExecSetCIPPAutoBackup off",
    "ExecSetSharePointMember off",
    "ExecSharePointPerms off",
    "Voice remove",
];

/// What became of each write of the script, by name.
fn written(faults: &str) -> Vec<(String, String)> {
    let faults = Some(Faults::parse(faults, "faults").unwrap());
    let simulator = simulator(Settings { faults, ..Settings::default() });
    let script = of_repository("tests/read_back/writes.rhai");
    let ran = Test::new(["run", "--patience", "0", "-o", "none", script.to_str().unwrap()]).free().on(&simulator).run();
    assert!(!ran.stderr.contains("error: "), "{}", ran.stderr);
    ran.stdout.lines().filter_map(|line| line.split_once(": ")).map(|(n, s)| (n.into(), s.into())).collect()
}

#[test]
fn what_was_carried_out_is_seen() {
    let all = written("");
    assert!(all.len() > 100, "{}", all.len());
    let other: Vec<_> = all
        .iter()
        .map(|(name, status)| (name.as_str(), status.as_str()))
        .filter(|(_, status)| *status != "verified")
        .collect();
    let expected: BTreeSet<_> = NOT_VERIFIED.into_iter().collect();
    assert_eq!(other.into_iter().collect::<BTreeSet<_>>(), expected);
}

#[test]
fn what_was_dropped_is_not_called_done() {
    let script = std::fs::read_to_string(of_repository("tests/read_back/writes.rhai")).unwrap();
    // Two of the endpoints read, too.
    let writes: BTreeSet<&str> = script
        .split("|| ")
        .skip(1)
        .filter_map(|rest| rest.split('(').next())
        .filter(|name| !name.to_lowercase().starts_with("list"))
        .filter(|name| !["ExecApiClient", "ExecExtensionMapping"].contains(name))
        .collect();
    assert!(writes.len() > 70, "{}", writes.len());
    let fault = |name: &&str| format!("[[fault]]\nendpoint = \"{name}\"\nresults = \"Successfully did it\"\n");
    let all = written(&writes.iter().map(fault).collect::<String>());
    let done: BTreeSet<&str> = all
        .iter()
        .filter(|(_, status)| !matches!(status.as_str(), "contradicted" | "unconfirmed"))
        .map(|(name, _)| name.as_str())
        .filter(|name| !name.starts_with("ExecApiClient") && *name != "ExecExtensionMapping")
        .filter(|name| *name != "ExecStandardsRun")
        .collect();
    assert_eq!(done, WAS_SO.into_iter().collect());
}
