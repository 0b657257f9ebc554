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

#[test]
fn the_example_of_a_guard_is_one() {
    let guard = blocks("toml").into_iter().find(|block| block.starts_with("[guard]")).unwrap();
    let ran = Test::new(["guard", "explain", "ExecPerUserMFA", "--tenant", "fabrikam.com", "--demo"])
        .file("cippsh.toml", &guard)
        .run();
    assert!(ran.stdout.contains("refused  cippsh.toml:3 allows contoso.com"), "{}{}", ran.stdout, ran.stderr);
}

/// What stands behind a prompt is typed, and all else must be seen.
#[cfg(target_os = "linux")]
#[test]
fn the_conversation_is_a_real_one() {
    let text = blocks("text").into_iter().find(|block| block.starts_with("cippsh DEMO> ")).unwrap();
    let mut terminal = crate::terminal::Terminal::start("repl --demo");
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if let Some((prompt, typed)) = line.split_once("> ").filter(|(prompt, _)| prompt.starts_with("cippsh DEMO")) {
            terminal = terminal.sees(&format!("{prompt}> ")).keys(&format!("{typed}\r"));
            if typed.ends_with('{') {
                while let Some(more) = lines.next_if(|line| line.starts_with(' ') || *line == "}") {
                    terminal = terminal.keys(&format!("{more}\r"));
                }
            }
        } else if let Some((question, answer)) =
            line.split_once(": ").filter(|(start, _)| start.starts_with("Send it?"))
        {
            terminal = terminal.sees(&format!("{question}: ")).keys(&format!("{answer}\r"));
        } else {
            // The port is another one each time.
            terminal = terminal.sees(line.split("127.0.0.1:").next().unwrap());
        }
    }
    terminal.sees("cippsh DEMO PLAN> ").keys("\x04").ends(0);
}
