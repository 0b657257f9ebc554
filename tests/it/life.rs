//! A whole life of a user by actions, each step read back.

use cippsh::simulator::Settings;
use serde_json::Value;

use crate::test::{Test, of_repository, simulator};

#[test]
fn every_step_in_the_life_of_a_user_is_verified() {
    let simulator = simulator(Settings::default());
    let script = of_repository("tests/scripts/life-of-a-user.rhai");
    let ran = Test::new(["run", script.to_str().unwrap(), "tenant=contoso.com"]).free().on(&simulator).run().code(0);
    let steps: Vec<Value> = serde_json::from_str(&ran.stdout).unwrap();
    let names: Vec<&str> = steps.iter().map(|step| step["step"].as_str().unwrap()).collect();
    assert_eq!(names.len(), 9, "{names:?}");
    assert!(steps.iter().all(|step| step["status"] == "verified"), "{}", ran.stdout);
    ran.tells(&["9 writes: 9 verified, 0 accepted, 0 queued, 0 not done"]);
}
