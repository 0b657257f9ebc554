//! Endpoints and actions by names that stand in the script, in its modules, or are put together.

use cippsh::simulator::Settings;

use crate::{
    lists::{faulty, written as sent},
    test::{Ran, Test, simulator},
};

/// All ways to write the same call, which the server refuses: none of them may send it twice.
#[test]
fn a_call_that_fails_was_sent_once_however_its_function_is_named() {
    let endpoint = "EditUserAliases";
    let ways = [
        format!("{endpoint}(request)"),
        format!("Fn(\"{endpoint}\").call(request)"),
        "Fn(\"Edit\" + \"UserAliases\").call(request)".to_owned(),
        "[request].map(Fn(\"Edit\" + \"UserAliases\"))".to_owned(),
        "[request].map(\"Edit\" + \"UserAliases\")".to_owned(),
        "call(Fn(args.name), request)".to_owned(),
    ];
    for way in ways {
        let simulator = faulty(&format!("endpoint = \"{endpoint}\"\nstatus = 400"));
        let script = format!(
            "//@ arg name: text = \"{endpoint}\"\n\
             let user = ListUsers(#{{ tenantFilter: \"contoso.com\" }})[0].id;\n\
             let request = #{{ tenantFilter: \"contoso.com\", id: user, addedAliases: \"a@contoso.com\" }};\n\
             attempt(|| {way}).error.kind\n"
        );
        let ran = Test::new(["run", "main.rhai"]).file("main.rhai", &script).on(&simulator).run();
        assert_eq!((ran.stdout.as_str(), sent(&simulator, endpoint)), ("\"api\"\n", 1), "{way}: {}", ran.stderr);
    }
}

#[test]
fn modules_name_what_the_script_does_not() {
    let lib = "fn endpoint() { ListTenants().len() }\n\
               fn action() { user::list_user_counts(\"contoso.com\").len() > 0 }\n\
               fn late() { import \"inner\" as inner; inner::roles() }\n";
    let inner = "fn roles() { cipp::list_custom_roles().len() > 0 }\n";
    for import in ["\"lib\"", "\"li\" + \"b\"", "`lib`"] {
        let main = format!("import {import} as lib;\n[lib::endpoint(), lib::action(), lib::late()]\n");
        let ran = project(&main, lib).file("inner.rhai", inner).run().code(0);
        assert_eq!(ran.stdout, "[3,true,true]\n", "{import}");
    }
}

#[test]
fn an_error_in_a_module_has_its_place_also_when_the_script_does_not_name_the_function() {
    let ran: Ran = project("import \"lib\" as lib;\nlib::f()\n", "fn f() {\n    ListUsers(#{})\n}\n").run().code(1);
    ran.tells(&["ListUsers: missing required parameter", "lib.rhai:2:5\n", "in f, called at main.rhai:2:6"]);
}

/// What a bulk can call is judged by the guard before it starts, pointers too where their names are known.
#[test]
fn a_bulk_that_calls_by_a_pointer_is_judged_before_it_starts() {
    for function in ["ExecPerUserMFA", "Fn(\"ExecPerUserMFA\").call", "Fn(args.name).call"] {
        let simulator = simulator(Settings::default());
        let script = format!(
            "//@ arg name: text = \"ExecPerUserMFA\"\n\
             bulk([1, 2], |n| {{ ListLogs(); {function}(#{{ tenantFilter: \"contoso.com\", userId: \"x\", State: \"enforced\" }}) }})\n"
        );
        let test = Test::new(["run", "main.rhai"]).file("main.rhai", &script);
        let ran = test
            .file("cippsh.toml", "[guard]\neffects = [\"read\"]\n")
            .on(&simulator)
            .run()
            .code(5)
            .tells(&["ExecPerUserMFA"]);
        assert_eq!(sent(&simulator, "ListLogs"), 0, "{function}: {}", ran.stderr);
    }
}

/// A run that lasts for an hour must not go on with another text than it began with.
#[test]
fn a_module_is_what_it_was_when_the_run_began() {
    let main = "write_ndjson(\"lib.rhai\", [0], #{ overwrite: true });\n\
                let f = || { import \"lib\" as lib; lib::f() };\n\
                f.call()\n";
    let ran = project(main, "fn f() { 1 }\n").run().code(0);
    assert_eq!(ran.stdout, "1\n", "{}", ran.stderr);
}

/// What a module does when it is imported is done once, however many threads need it at once.
#[test]
fn threads_share_the_one_import_of_a_module() {
    let simulator = faulty("endpoint = \"ListLogs\"\ndelay_ms = 100");
    let main = "import \"lib\" as lib;\nbulk([1, 2, 3, 4, 5, 6], |n| lib::f(n)).summary()\n";
    let ran = Test::new(["run", "main.rhai"])
        .file("main.rhai", main)
        .file("lib.rhai", "fn f(n) { import \"top\" as top; top::g(n) }\n")
        .file("top.rhai", "const SEEN = ListLogs();\nfn g(n) { n }\n")
        .on(&simulator)
        .run()
        .code(0);
    assert_eq!((ran.stdout.as_str(), sent(&simulator, "ListLogs")), ("\"6 items: 6 ok\"\n", 1));
}

#[test]
fn threads_that_wait_for_each_others_modules_are_told_of_the_circle() {
    let main = "fn one() { import \"lib\" as a; a::f() }\nfn other() { import \"other\" as b; b::f() }\n\
                bulk([1, 2], |n| if n == 1 { one() } else { other() }).items.map(|i| i.error?.message)\n";
    let ran = project(main, "sleep(0.3);\nimport \"other\" as other;\nfn f() { 1 }\n")
        .file("other.rhai", "sleep(0.3);\nimport \"lib\" as lib;\nfn f() { 2 }\n")
        .run();
    assert!(ran.stdout.contains("modules import each other in a circle"), "{}", ran.stdout);
}

fn project(main: &str, lib: &str) -> Test {
    Test::new(["run", "main.rhai", "--demo"]).file("main.rhai", main).file("lib.rhai", lib)
}
