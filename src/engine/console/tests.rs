//! Conversations, as tables of what is typed and what comes of it.

use std::{
    io,
    sync::{Arc, OnceLock},
};

use super::*;
use crate::{
    client::{Credentials, Limits, Target},
    engine::Sink,
    interrupt::Interrupt,
    session::{Connection, Session, Settings},
    value::Row,
};

fn console() -> Console {
    let credentials = Credentials {
        token_url: "http://127.0.0.1:1/token".into(),
        client_id: "c".into(),
        client_secret: "s".into(),
        scope: "x".into(),
    };
    let target = Target { api_url: "http://127.0.0.1:1/api".into(), credentials, limits: Limits::default() };
    let connection = Connection { name: "test".into(), tenant_id: "p".into(), target, read_only: false };
    let interrupt = Interrupt::default();
    let session = Session::new(connection, interrupt.clone(), Box::new(|_| ()), Settings::default());
    Console::new(Context {
        session: Arc::new(session),
        interrupt,
        arguments: Row::default(),
        roots: Vec::new(),
        concurrency: 4,
        out: Sink::new(io::sink()),
        err: Sink::new(io::sink()),
        width: None,
        verbose: false,
        exit: OnceLock::new(),
    })
}

#[track_caller]
fn talk(lines: &[(&str, &str)]) {
    let mut console = console();
    for (line, expected) in lines {
        let shown = match console.run(None, line) {
            Ok(value) => value.to_string(),
            Err(failure) => format!("error: {}", failure.message),
        };
        assert_eq!(shown, *expected, "{line}");
    }
}

#[test]
fn variables_and_the_latest_result_stay() {
    talk(&[
        ("let x = 2", ""),
        ("x + 1", "3"),
        ("it * 10", "30"),
        ("it + x", "32"),
        ("let x = x + 1; x", "3"),
        ("let it = 5;", ""),
        ("it", "5"),
    ]);
}

#[test]
fn functions_and_closures_stay() {
    talk(&[
        ("fn twice(n) { n * 2 }", ""),
        ("twice(4)", "8"),
        ("fn four(n) { twice(twice(n)) }", ""),
        ("four(1)", "4"),
        ("fn twice(n) { n + n + 1 }", ""),
        ("four(1)", "7"),
        ("let k = 3; let f = |n| twice(n) + k;", ""),
        ("[1, 2].map(f)", "[6, 8]"),
        ("par_map([1, 2], f)", "[6, 8]"),
        ("f.call(1)", "6"),
    ]);
}

#[test]
fn constants_of_earlier_lines_are_seen_in_functions() {
    talk(&[
        ("const RATE = 3;", ""),
        ("fn rated(n) { n * global::RATE }", ""),
        ("rated(2)", "6"),
        ("const MORE = 4; fn more(n) { n * global::MORE * global::RATE } more(1)", "12"),
        ("more(2)", "24"),
    ]);
}

#[test]
fn imports_stay() {
    talk(&[
        ("import \"std/mfa\" as mfa;", ""),
        ("let f = || mfa::nothing_of_this_name();", ""),
        ("import \"std/nothing\" as n;", "error: no module \"std/nothing\""),
        ("import \"std/mfa\" as user;", "error: \"import … as user\" would hide the namespace user::"),
        ("1 + 1", "2"),
    ]);
}

#[test]
fn an_error_loses_nothing() {
    talk(&[
        ("let a = 1; let b = a.nothing; let c = 3;", "error: \"nothing\" is no property of a whole number"),
        ("a", "1"),
        ("c", "error: unknown variable \"c\""),
        ("fn g() { 7 } throw \"no\"", "error: no"),
        ("g()", "7"),
        ("let x = ;", "error: Unexpected ';'"),
        ("a + 1", "2"),
    ]);
}

#[test]
fn what_is_there_is_told() {
    let mut console = console();
    let _ = console
        .run(None, "let b = 2; const A = 1; let b = 3; fn f(x, y) { } let g = || 1; import \"std/mfa\" as m;")
        .unwrap();
    let variables: Vec<_> = console.variables().into_iter().map(|(name, constant, _)| (name, constant)).collect();
    assert_eq!(variables, [("A".into(), true), ("b".into(), false), ("g".into(), false)]);
    assert_eq!(console.functions(), [Signature { name: "f".into(), parameters: vec!["x".into(), "y".into()] }]);
    assert_eq!(console.modules()[0].name, "m");
    assert!(!console.modules()[0].functions.is_empty());
    console.reset();
    assert!(console.variables().is_empty() && console.functions().is_empty() && console.modules().is_empty());
    assert!(console.run(None, "f(1, 2)").is_err());
}
