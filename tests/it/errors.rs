//! Typing errors: told with place and suggestion, and nothing is sent.

use cippsh::simulator::Settings;

use crate::test::{Test, simulator};

/// Code, and all that is printed about it.
const CASES: &[(&str, &str)] = &[
    (
        "ListUser(#{})",
        r#"error: unknown function "ListUser" with a map
  --> code:1:1
   |
 1 | ListUser(#{})
   | ^^^^^^^^
  hint: did you mean ListUsers or ListMFAUsers or ListCIPPUsers?
"#,
    ),
    (
        "ListUsers(\"x\")",
        r#"error: ListUsers takes one map
  --> code:1:1
   |
 1 | ListUsers("x")
   | ^^^^^^^^^
  hint: ListUsers(#{ … }); `cippsh doc ListUsers` shows what goes into it
"#,
    ),
    (
        "let a = \"4\";\nif a > 0 { print(1) }",
        r#"error: "4" > 0 compares nothing: one is text and the other a number
  --> code:2:6
   |
 2 | if a > 0 { print(1) }
   |      ^
  hint: parse_int(text) or parse_float(text) makes a number of text
"#,
    ),
    (
        "fn f(x) { g(x) }\nfn g(y) { y.a.b }\nf(#{})",
        r#"error: "b" is asked of something absent
  --> code:2:15
   |
 2 | fn g(y) { y.a.b }
   |               ^
  in g, called at code:1:11
  in f, called at code:3:1
  because: what stands before the dot is ()
  hint: ?. instead of . gives () there; ?? gives a default
"#,
    ),
    (
        "let x = 1\nprint(x)",
        r#"error: a semicolon is missing
  --> code:1:10
   |
 1 | let x = 1
   |          ^
  hint: every statement ends with ;
"#,
    ),
    (
        "// mine\nfn ListUsers(x) { 1 }",
        r#"error: the function "ListUsers" has the name of a native one
  --> code:2:4
   |
 2 | fn ListUsers(x) { 1 }
   |    ^^^^^^^^^
  hint: give it another name
"#,
    ),
    (
        "print('hello')",
        r#"error: Invalid character: 'hello'
  --> code:1:7
   |
 1 | print('hello')
   |       ^
  hint: text stands in "double quotes"; single quotes hold one character
"#,
    ),
    (
        "try { tenant(\"\") } catch (e) { throw e }",
        r#"error: no tenant ""
  --> code:1:7
   |
 1 | try { tenant("") } catch (e) { throw e }
   |       ^^^^^^
  thrown again at code:1:32
"#,
    ),
];

#[test]
fn each_error_is_told_with_its_place() {
    for (code, expected) in CASES {
        Test::eval(code).run().stderr(expected).code(1).stdout("");
    }
}

#[test]
fn nothing_is_sent_when_arguments_are_wrong() {
    let simulator = simulator(Settings::default());
    let code = r#"ListUsers(#{ tenantFiltr: "x" })"#;
    let ran = Test::new(["eval", code]).on(&simulator).run().code(1).stdout("");
    ran.tells(&["unknown parameter \"tenantFiltr\"", "did you mean tenantFilter?", "code:1:1"]);
    Test::new(["eval", "ListUser(#{})"]).on(&simulator).run().code(1).tells(&["did you mean ListUsers or "]);
    assert_eq!(simulator.requests().len(), 0);
}

/// A script may go on after a write that was refused; the run is not all done for that.
#[test]
fn what_was_refused_before_sending_is_not_done() {
    let simulator = simulator(Settings::default());
    let set = |tenant: &str, user: &str, state: &str| {
        format!("user::set_per_user_mfa(\"{tenant}\", #{{ user_id: \"{user}\", mfa_state: \"{state}\" }})")
    };
    let wrong = [
        set("contoso.com", "nobody@contoso.com", "enforced"),
        set("contso.com", "ann@contoso.com", "enforced"),
        set("contoso.com", "ann@contoso.com", "enforcd"),
        "ExecPerUserMFA(#{ tenantFilter: \"contoso.com\" })".into(),
        "ExecPerUserMFA(1)".into(),
        "api(\"ExecPerUserMFA\", #{ body: #{ tenantFilter: \"contso.com\" } })".into(),
    ];
    for call in wrong {
        for code in [format!("bulk([1], |x| {call})"), format!("try {{ {call} }} catch {{ }}")] {
            let ran = Test::new(["eval", &code]).on(&simulator).run().code(3);
            ran.tells(&["1 write refused before sending, and not done\n"]);
        }
        Test::new(["eval", &call]).on(&simulator).run().code(1);
    }
    assert!(!simulator.requests().iter().any(|seen| seen.path == "/api/ExecPerUserMFA"));
}

#[test]
fn an_error_in_a_module_names_its_file_and_the_way_there() {
    let ran = Test::new(["run", "main.rhai", "--demo"])
        .file("main.rhai", "import \"lib/a\" as a;\n[1].map(|x| a::outer(x));\n")
        .file("lib/a.rhai", "import \"b\" as b;\nfn outer(x) { b::inner(x) }\n")
        .file("lib/b.rhai", "fn inner(x) {\n    throw \"no\";\n}\n")
        .run()
        .code(1);
    ran.tells(&[
        "error: no\n",
        "lib/b.rhai:2:5\n",
        " 2 |     throw \"no\";\n",
        "in inner, called at ",
        "lib/a.rhai:2:18",
        "in outer, called at main.rhai:2:16",
        "in a closure, called at main.rhai:2:5",
    ]);
}

#[test]
fn a_module_outside_of_the_allowed_directories_is_refused() {
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("m.rhai"), "fn f() { 1 }").unwrap();
    let link = outside.path().file_name().unwrap().to_str().unwrap();
    let main = format!("import \"../{link}/m\" as m;\nm::f()");
    let ran = Test::new(["run", "main.rhai", "--demo"]).file("main.rhai", &main).run().code(1);
    ran.tells(&["is refused", "outside of the allowed directories", "--allow-path"]);
    let allowed = outside.path().to_str().unwrap();
    Test::new(["run", "main.rhai", "--demo", "--allow-path", allowed])
        .file("main.rhai", &main)
        .run()
        .code(0)
        .stdout("1\n");
}
