//! What is offered where, as tables. A broken bar marks the cursor.

use rhai::Dynamic;
use serde_json::{Value, json};

use super::*;
use crate::{
    engine::{Imported, Signature},
    value::from_json,
};

struct Sample;

impl Elsewhere for Sample {
    fn tenants(&self) -> Vec<String> {
        vec!["contoso.com".into(), "fabrikam.com".into()]
    }

    fn files(&self, start: &str) -> Vec<String> {
        let all = ["lists/", "more.rhai", "people.csv"];
        all.into_iter().filter(|file| file.starts_with(start)).map(str::to_owned).collect()
    }
}

fn knowledge() -> Knowledge {
    let shape = |json: Value| Shape::of(&from_json(json));
    let users = json!([{ "id": 1, "displayName": "Ann", "plan": { "sku": "E3", "@odata.type": "x" } }, { "mail": "" }]);
    let function = |name: &str, parameters: &[&str]| Signature {
        name: name.into(),
        parameters: parameters.iter().map(|name| (*name).to_owned()).collect(),
    };
    Knowledge {
        variables: [
            ("users".to_owned(), shape(users.clone())),
            ("it".to_owned(), shape(users)),
            ("t".to_owned(), Shape::of(&Dynamic::from("x"))),
        ]
        .into(),
        functions: vec![function("without_mfa", &["users", "states"])],
        modules: vec![Imported { name: "mfa".into(), functions: vec![function("members", &["tenant", "exclude"])] }],
    }
}

fn at_bar(text: &str) -> (String, usize) {
    (text.replacen('¦', "", 1), text.find('¦').unwrap())
}

/// What is offered, as it is shown or as it is typed.
fn offered(text: &str, typed: bool) -> Vec<String> {
    let (text, cursor) = at_bar(text);
    let (_, candidates) = complete(&text, cursor, &knowledge(), &Sample);
    candidates.into_iter().map(|candidate| if typed { candidate.text } else { candidate.shown }).collect()
}

#[test]
fn what_is_typed_then() {
    let cases: &[(&str, &[&str])] = &[
        // Names.
        ("with¦", &["without_mfa("]),
        ("let u = user¦", &["users", "user::"]),
        ("listusert¦", &["ListUserTrustedBlockedSenders("]),
        ("ListUserG¦(", &["ListUserGroups"]),
        ("user::set_per¦", &["set_per_user_mfa("]),
        ("user::per_user¦", &["set_per_user_mfa("]),
        ("mfa::¦", &["members("]),
        ("log::w¦", &["warn("]),
        ("let ¦", &[]),
        ("// us¦", &[]),
        ("\"us¦", &[]),
        // Parameters: the required ones first, those that are given left out.
        ("user::set_per_user_mfa(t, #{ ¦", &["user_id: ", "mfa_state: ", "user_object_id: "]),
        ("user::set_per_user_mfa(t, #{ user_id: u, ¦", &["mfa_state: ", "user_object_id: "]),
        ("user::set_per_user_mfa(t, #{ ¦, userId: u })", &["mfa_state: ", "user_object_id: "]),
        ("user::set_per_user_mfa(t, #{ mf¦: 1, user_id: 2 })", &["mfa_state: "]),
        (
            "user::set_per_user_mfa(\n  t,\n  #{\n    user_id: f(#{ a: 1 }),\n    ¦",
            &["mfa_state: ", "user_object_id: "],
        ),
        ("bulk(users, |u| user::set_per_user_mfa(t, #{ user_id: u, ¦", &["mfa_state: ", "user_object_id: "]),
        // Their values.
        ("user::set_per_user_mfa(t, #{ mfa_state: ¦", &["\"enforced\"", "\"enabled\"", "\"disabled\""]),
        ("user::set_per_user_mfa(t, #{ mfa_state: \"en¦", &["enforced\"", "enabled\""]),
        ("user::set_per_user_mfa(t, #{ mfa_state: \"enf¦\"", &["enforced"]),
        ("ListUsers(#{ tenantFilter: \"¦", &["contoso.com\"", "fabrikam.com\""]),
        ("ListUsers(#{ tenant_filter: \"fab¦", &["fabrikam.com\""]),
        ("ListPerUserMFA(#{ allUsers: t¦", &["true"]),
        // Tenants.
        ("tenant(\"con¦", &["contoso.com\""]),
        ("user::list_mfa_users(\"¦", &["contoso.com\"", "fabrikam.com\""]),
        // Properties, through lists, loops and closures.
        ("it[0].d¦", &["displayName"]),
        ("users[0].plan.sk¦", &["sku"]),
        ("users.filter(|u| u.di¦", &["displayName"]),
        ("users.filter(|u| u.id > 0).map(|x| x.mai¦", &["mail"]),
        ("for u in users { u.dis¦", &["displayName"]),
        ("bulk(users, |u| print(u.plan.sk¦", &["sku"]),
        ("users.where(#{ id: 1 })[0].disp¦", &["displayName"]),
        ("users.distin¦", &["distinct("]),
        ("users.find(|u| true).disp¦", &["displayName"]),
        ("users[0][\"disp¦", &["displayName\""]),
        ("users[0].plan[\"@¦", &["@odata.type\""]),
        ("ListUsers(#{ tenantFilter: t })[0].userPr¦", &["userPrincipalName"]),
        ("users.fil¦", &["filter("]),
        // Modules and files.
        ("import \"std/mf¦", &["std/mfa\""]),
        ("import \"m¦", &["more.rhai\""]),
        ("let x = read_csv(\"pe¦", &["people.csv\""]),
        // Commands.
        (":co¦", &["connection"]),
        (":verify o¦", &["on", "off"]),
        (":load l¦", &["lists/"]),
        (":table displayName,m¦", &["mail"]),
        (":help set_per_user¦", &["user::set_per_user_mfa"]),
    ];
    let mut wrong = Vec::new();
    for (text, expected) in cases {
        let found = offered(text, true);
        if found != *expected {
            wrong.push(format!("{text}\n  offers {found:?}\n  and not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_shown() {
    let parameters = offered("user::set_per_user_mfa(t, #{ ¦", false);
    assert!(parameters[0].starts_with("user_id  ") && parameters[0].ends_with("  text, required"), "{parameters:?}");
    assert_eq!(
        offered("user::set_per_user_mf¦", false),
        ["user::set_per_user_mfa(tenant, #{ user_id: …, mfa_state: … })"]
    );
    assert_eq!(offered("mfa::m¦", false), ["members(tenant, exclude)"]);
    assert_eq!(offered(":loa¦", false), [":load FILE"]);
}

#[test]
fn hints_show_what_belongs_there() {
    let cases = [
        ("user::set_per_user_mfa(", Some("(tenant, #{ user_id: …, mfa_state: … })")),
        ("user::set_per_user_mfa(t, #{ mfa_state: ", Some("enforced | enabled | disabled")),
        ("without_mfa(users, ", Some("(users, states)")),
        ("mfa::members", Some("members(tenant, exclude)")),
        ("tenant", Some("tenant(name)")),
        ("bulk(users, ", Some("(items, #{ concurrency, key, label, stop_on_error }, |item| …)")),
        ("[tenant(\"a\"), tenant(\"b\")]", None),
        ("1 + ", None),
        (":verify", Some("[on|off]  read back what was written, or do not")),
        ("", None),
    ];
    for (text, expected) in cases {
        assert_eq!(hint(text, text.len(), &knowledge()).as_deref(), expected, "{text}");
    }
    assert_eq!(hint("tenant(", 3, &knowledge()), None, "only at the end");
}

#[test]
fn any_text_and_any_cursor_will_do() {
    let text = "let ü = `a ${ ListUsers(#{ a: [\"x\", #{ b: 'c' } ] }) } z`; /* so */ users[0].f(|x| x.y)[\"k\"]";
    for start in 0..text.len() {
        for end in start..=text.len() {
            if let Some(part) = text.get(start..end) {
                let _ = complete(part, part.len(), &knowledge(), &Sample);
                let _ = hint(part, part.len(), &knowledge());
            }
        }
    }
}
