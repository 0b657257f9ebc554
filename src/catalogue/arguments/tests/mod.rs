//! Arguments in, exact requests or exact texts out.

mod any_arguments;
mod fixtures;
mod records;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Problem, build, needs_tenants, refusal};
use crate::catalogue::Target;
use crate::catalogue::effect::effect;
use crate::catalogue::{Effect, Endpoint, find};
use fixtures::{Tenants, endpoint};

/// What a call with good arguments sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    rule: String,
    endpoint: String,
    arguments: Value,
    #[serde(default)]
    query: Vec<(String, String)>,
    #[serde(default)]
    body: Option<Value>,
    #[serde(default)]
    tenants: Option<Vec<String>>,
    #[serde(default)]
    effect: Option<String>,
    #[serde(default)]
    retry_safe: Option<bool>,
    #[serde(default)]
    targets: Option<usize>,
    #[serde(default)]
    warnings: Vec<String>,
}

/// What a call with bad arguments says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Refused {
    rule: String,
    endpoint: String,
    arguments: Value,
    /// Path, message and hint of each problem.
    problems: Vec<(String, String, Option<String>)>,
}

#[test]
fn what_is_sent() {
    let cases: Vec<Sent> = serde_json::from_str(include_str!("sent.json")).expect("the cases are JSON");
    for case in cases {
        case.check(endpoint(&case.endpoint));
    }
}

#[test]
fn what_is_sent_by_real_records() {
    let cases: Vec<Sent> = serde_json::from_str(include_str!("records.json")).expect("the cases are JSON");
    for case in cases {
        case.check(find(&case.endpoint).expect("the record is there"));
    }
}

impl Sent {
    fn check(&self, endpoint: &'static Endpoint) {
        let rule = format!("{}: {}", self.endpoint, self.rule);
        let request = match build(endpoint, &self.arguments, &Tenants) {
            Ok(request) => request,
            Err(problems) => panic!("{rule}\n{problems:#?}"),
        };
        assert_eq!(request.query, self.query, "query of {rule}");
        let text = |body: &Option<Value>| body.as_ref().map(Value::to_string);
        assert_eq!(text(&request.body), text(&self.body), "body of {rule}");
        assert_eq!(request.warnings, self.warnings, "warnings of {rule}");
        let tenants: Vec<_> = request.tenants.iter().map(target_in_words).collect();
        assert_eq!(self.tenants.as_ref().unwrap_or(&tenants), &tenants, "tenants of {rule}");
        let effect = request.effect.name();
        assert_eq!(self.effect.as_deref().unwrap_or(effect), effect, "effect of {rule}");
        assert_eq!(self.retry_safe.unwrap_or(request.retry_safe), request.retry_safe, "retry of {rule}");
        assert_eq!(self.targets.unwrap_or(request.targets), request.targets, "targets of {rule}");
    }
}

fn target_in_words(target: &Target) -> String {
    match target {
        Target::Tenant(tenant) => tenant.domain.clone(),
        Target::AllTenants => "AllTenants".to_owned(),
        Target::Group(id) => format!("group {id}"),
    }
}

#[test]
fn what_is_refused() {
    let cases: Vec<Refused> = serde_json::from_str(include_str!("refused.json")).expect("the cases are JSON");
    for case in cases {
        let rule = format!("{}: {}", case.endpoint, case.rule);
        let problems = match build(endpoint(&case.endpoint), &case.arguments, &Tenants) {
            Ok(request) => panic!("{rule} is sent: {:?} {:?}", request.query, request.body),
            Err(problems) => problems,
        };
        let told: Vec<_> = problems.into_iter().map(|problem| (problem.path, problem.message, problem.hint)).collect();
        assert_eq!(told, case.problems, "{rule}");
    }
}

#[test]
fn one_problem_is_a_line_and_several_are_a_list() {
    let problem = |message: &str, hint: Option<&str>| Problem {
        path: String::new(),
        message: message.to_owned(),
        hint: hint.map(str::to_owned),
    };
    let unknown = problem("unknown parameter \"tenantFiltr\"", Some("did you mean tenantFilter?"));
    let missing = problem("missing required parameter \"UserID\"", None);
    let endpoint = endpoint("ListPeople");
    assert_eq!(
        refusal(endpoint, std::slice::from_ref(&unknown)).report(),
        "error: ListPeople: unknown parameter \"tenantFiltr\"\n\
        \x20 hint: did you mean tenantFilter?\n\
        \x20 hint: `cippsh doc ListPeople` shows what it takes\n"
    );
    assert_eq!(
        refusal(endpoint, &[unknown, missing]).report(),
        "error: ListPeople: 2 problems\n\
        \x20 - unknown parameter \"tenantFiltr\"; did you mean tenantFilter?\n\
        \x20 - missing required parameter \"UserID\"\n\
        \x20 hint: `cippsh doc ListPeople` shows what it takes\n"
    );
}

#[test]
fn the_list_of_tenants_is_needed_only_where_one_is_named() {
    let cases = [
        ("ListPeople", json!({"tenant_filter": "contoso.com"}), true),
        ("ListPeople", json!({"UserID": "ann", "tenantFilter": null}), false),
        ("Deploy", json!({"selectedTenants": ["contoso.com"]}), true),
        ("Deploy", json!({"selectedTenants": "AllTenants"}), false),
        ("Deploy", json!({"parameters": [{"TenantFilter": "x"}]}), true),
        ("Bulk", json!({"List": "x", "body": [{"tenantFilter": "x"}]}), true),
        ("Bulk", json!([{"userIds": ["a"]}]), false),
    ];
    for (name, arguments, expected) in cases {
        assert_eq!(needs_tenants(endpoint(name), &arguments), expected, "{name} {arguments}");
    }
}

#[test]
fn the_effect_by_the_arguments_as_given() {
    let cases = [
        ("SetState", json!({"state": "ENFORCED"}), Effect::Write),
        ("SetState", json!({"State": {"label": "On", "Value": "enforced"}}), Effect::Write),
        ("SetState", json!({"State": ["enforced", "disabled"]}), Effect::Destroy),
        ("SetState", json!({"State": "off"}), Effect::Destroy),
        ("SetState", json!({"State": ""}), Effect::Destroy),
        ("SetState", json!({"State": {"label": "enforced"}}), Effect::Destroy),
        ("SetState", json!({"State": null}), Effect::Write),
        ("SetState", json!({"State": false}), Effect::Write),
        ("SetState", json!({"State": "enforced", "purge": [true]}), Effect::Destroy),
        ("SetState", json!({"purge": [], "State": "enforced"}), Effect::Write),
        ("SetState", json!({}), Effect::Write),
        ("SetState", json!([]), Effect::Destroy),
        ("Bulk", json!([{"Operation": "Add"}, {"operation": "add"}]), Effect::Write),
        ("Bulk", json!([{"Operation": "Add"}, {}]), Effect::Destroy),
        ("Bulk", json!({"List": "x"}), Effect::Read),
        ("Bulk", json!({"List": "x", "body": [{"Operation": "Add"}]}), Effect::Write),
        ("Bulk", json!([]), Effect::Destroy),
        ("ListPeople", json!("nonsense"), Effect::Read),
    ];
    for (name, arguments, expected) in cases {
        assert_eq!(effect(endpoint(name), &arguments), expected, "{name} {arguments}");
    }
}

#[test]
fn a_request_shows_no_argument() {
    let arguments = json!({"tenantFilter": "contoso.com", "password": "hunter2"});
    let request = build(endpoint("AddPerson"), &arguments, &Tenants).expect("the arguments are good");
    assert!(!format!("{request:?}").contains("hunter2"));
}
