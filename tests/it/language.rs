//! The language suite: cases in Rhai, with what they give written below them; and the examples of the standard
//! library.
//!
//! A case starts with `//// name`. Its expectations are `// => JSON` for its value, `// out: line` for what it
//! prints and `// error: text` for the error that ends it. Whatever is not expected must not happen.

use std::{
    fs,
    io::Write,
    sync::{Arc, LazyLock, Mutex, OnceLock},
};

use cippsh::{
    client::{Credentials, Limits, Target},
    engine::{Context, Script, Sink},
    interrupt::Interrupt,
    output::Progress,
    session::{self, Connection, Session},
    simulator::{Settings, Simulator},
    value::{Row, to_json},
};

use crate::test::{of_repository, simulator};

static SIMULATOR: LazyLock<Simulator> = LazyLock::new(|| simulator(Settings::default()));

#[test]
fn the_language_suite() {
    let mut files: Vec<_> =
        fs::read_dir(of_repository("tests/language")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    let mut wrong = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let name = file.file_stem().unwrap().to_str().unwrap().to_string();
        for case in text.split("//// ").skip(1) {
            let (title, case) = case.split_once('\n').unwrap();
            check(&format!("{name}: {title}"), case, &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "{} cases fail:\n\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_examples_of_the_standard_library() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for entry in fs::read_dir(of_repository("stdlib")).unwrap() {
        let path = entry.unwrap().path();
        let module = path.file_stem().unwrap().to_str().unwrap().to_string();
        let text = fs::read_to_string(&path).unwrap();
        let comments: String =
            text.lines().map(|line| format!("{}\n", line.strip_prefix("/// ").unwrap_or("```"))).collect();
        for example in comments.split("```\n").filter(|block| block.contains("// =>")) {
            for case in cases(example) {
                count += 1;
                check(&module, &format!("import \"std/{module}\" as {module};\n{case}"), &mut wrong);
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 0, "there are no examples");
}

/// A case for each expectation of an example: what stands before it, with those that came before as statements.
fn cases(example: &str) -> Vec<String> {
    let mut before = String::new();
    let mut cases = Vec::new();
    for line in example.lines() {
        match line.split_once("// =>") {
            None => before.push_str(&format!("{line}\n")),
            Some((code, expected)) => {
                cases.push(format!("{before}{code}\n// =>{expected}"));
                before.push_str(&format!("{code};\n"));
            }
        }
    }
    cases
}

/// Runs a case and notes how it differs from what is written below it.
fn check(title: &str, case: &str, wrong: &mut Vec<String>) {
    let marks = ["// => ", "// out: ", "// error: "];
    let expected: Vec<&str> =
        case.lines().map(str::trim).filter(|line| marks.iter().any(|mark| line.starts_with(mark))).collect();
    assert!(!expected.is_empty(), "{title} expects nothing");
    let found = run(case);
    if found != expected {
        wrong.push(format!(
            "{title}\n  expected: {}\n  found:    {}\n",
            expected.join("\n            "),
            found.join("\n            ")
        ));
    }
}

/// What a script does, in the form of expectations.
fn run(code: &str) -> Vec<String> {
    let printed = Arc::new(Mutex::new(Vec::new()));
    let context = Context {
        session: Arc::new(Session::new(
            connection(&SIMULATOR),
            Interrupt::default(),
            Box::new(|_| {}),
            session::Settings { terms: session::Terms::free(), ..session::Settings::default() },
        )),
        interrupt: Interrupt::default(),
        arguments: [("name", "Ann".into()), ("number", 7.into())].into_iter().collect::<Row>(),
        roots: vec![of_repository("tests").canonicalize().unwrap()],
        concurrency: 4,
        out: Sink::new(Shared(Arc::clone(&printed))),
        err: Sink::new(std::io::sink()),
        progress: Progress::default(),
        width: Some(80),
        verbose: false,
        exit: OnceLock::new(),
    };
    let ended = Script::code(code).run(context);
    let printed = String::from_utf8(printed.lock().unwrap().clone()).unwrap();
    let mut found: Vec<String> = printed.lines().map(|line| format!("// out: {line}")).collect();
    match ended.value {
        Ok(value) if value.is_unit() => {}
        Ok(value) => found.push(format!("// => {}", to_json(&value))),
        Err(failure) => found.push(format!("// error: {}", failure.message.replace('\n', " "))),
    }
    found
}

pub(crate) fn connection(simulator: &Simulator) -> Connection {
    Connection {
        name: "test".into(),
        tenant_id: simulator.tenant_id().into(),
        target: Target {
            api_url: simulator.url().into(),
            credentials: Credentials {
                token_url: simulator.token_url().into(),
                client_id: simulator.client_id().into(),
                client_secret: simulator.client_secret().into(),
                scope: format!("api://{}/.default", simulator.client_id()),
            },
            limits: Limits::default(),
        },
        read_only: false,
    }
}

pub(crate) struct Shared(pub(crate) Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
