//! What the README shows works.

use crate::test::{Test, of_repository};

/// The blocks of a kind, without the fences.
fn blocks(kind: &str) -> Vec<String> {
    let text = std::fs::read_to_string(of_repository("README.md")).unwrap();
    let fence = format!("```{kind}\n");
    text.split(&fence).skip(1).map(|block| block.split("```").next().unwrap().to_string()).collect()
}

#[test]
fn every_example_of_the_language_runs_and_gives_what_it_says() {
    let examples = blocks("rust");
    assert!(examples.len() >= 10, "{} examples", examples.len());
    for example in examples {
        let ran = Test::eval(&example).args(["-o", "json"]).run().code(0);
        let expected: Vec<&str> = example.lines().filter_map(|line| line.split("// => ").nth(1)).collect();
        if let [expected] = expected.as_slice() {
            let compact: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
            assert_eq!(compact.to_string(), *expected, "{example}");
        }
    }
}

#[test]
fn the_first_script_is_the_one_that_is_shipped() {
    let text = std::fs::read_to_string(of_repository("README.md")).unwrap();
    assert!(text.contains("scripts/enforce-mfa.rhai --demo"), "the first command runs the main job");
    let ci = std::fs::read_to_string(of_repository(".ci/run")).unwrap();
    assert!(text.contains("cargo test --locked") && ci.contains("\ncargo test --locked\n"), "one test command");
}
