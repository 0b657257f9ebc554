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
    output::Progress,
    session::{Connection, Session, Settings},
    value::{Row, Tenant, TenantHandle},
};

fn console() -> Console {
    console_with(Row::default())
}

fn console_with(arguments: Row) -> Console {
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
        arguments,
        roots: Vec::new(),
        concurrency: 4,
        out: Sink::new(io::sink()),
        progress: Progress::default(),
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
        ("import /* ü */ \"std/mfa\" as one; import /* ü */ \"std/users\" as two; 1 + 1", "2"),
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

#[test]
fn a_tenant_of_another_server_is_refused_wherever_it_stands() {
    let tenant = Tenant { domain: "contoso.com".into(), id: "1".into(), name: "Contoso".into() };
    let handle = |server: &str| Dynamic::from(TenantHandle::new(tenant.clone(), &server.into()));
    let foreign = "the tenant contoso.com of another server, https://elsewhere.example/api";
    let mut console = console_with([("t", handle("https://elsewhere.example/api"))].into_iter().collect());
    for (line, place) in [
        ("ListUsers(#{ tenantFilter: args.t })", "`tenantFilter`"),
        ("user::list_mfa_users(args.t)", "the value"),
        ("user::set_per_user_mfa([args.t], #{ user_id: 1, mfa_state: 2 })", "the value[0]"),
        ("AddUser(#{ tenantFilter: \"fabrikam.com\", a: [#{ t: args.t }] })", "`a`[0].`t`"),
        ("api(\"ListUsers\", #{ query: #{ tenantFilter: args.t } })", "`tenantFilter`"),
    ] {
        let failure = console.run(None, line).unwrap_err();
        assert_eq!(failure.message, format!("cannot be sent: {place} is {foreign}"), "{line}");
        assert_eq!(failure.kind, Kind::Usage);
    }
    // It is the name that counts where it is looked for again, and here nobody answers.
    assert_eq!(console.run(None, "tenant(args.t)").unwrap_err().kind, Kind::Unavailable);
    let mut console = console_with([("t", handle("http://127.0.0.1:1/api"))].into_iter().collect());
    assert_eq!(console.run(None, "tenant(args.t).domain").unwrap().to_string(), "contoso.com");
    assert_eq!(console.run(None, "ListUsers(#{ tenantFilter: args.t })").unwrap_err().kind, Kind::Unavailable);
}

#[test]
fn a_slip_in_the_name_of_a_variable_is_told() {
    let mut console = console();
    let _ = console.run(None, "let users = [1];").unwrap();
    let mut hints = |text: &str| console.run(None, text).unwrap_err().hints.join("; ");
    assert_eq!(hints("usres.len()"), "did you mean users?");
    assert_eq!(hints("[1].map(|x| x + usres.len())"), "did you mean users?");
    assert_eq!(hints("nothing_like_it"), "");
    assert!(hints("fn f() {\n  nothing_like_it\n}\nf()").starts_with("functions do not see outer variables"));
}
