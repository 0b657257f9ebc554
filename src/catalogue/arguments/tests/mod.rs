//! Arguments in, exact requests or exact texts out.

mod fixtures;

use serde::Deserialize;
use serde_json::Value;

use super::{build, needs_tenants, refusal};
use crate::catalogue::Effect;
use crate::catalogue::tenant::{Target, Tenant, TenantLookup};
use fixtures::{ALL, Tenants, endpoint};

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
        let rule = format!("{}: {}", case.endpoint, case.rule);
        let request = match build(endpoint(&case.endpoint), &case.arguments, &Tenants) {
            Ok(request) => request,
            Err(problems) => panic!("{rule}\n{problems:#?}"),
        };
        assert_eq!(request.query, case.query, "query of {rule}");
        let text = |body: &Option<Value>| body.as_ref().map(Value::to_string);
        assert_eq!(text(&request.body), text(&case.body), "body of {rule}");
        assert_eq!(request.warnings, case.warnings, "warnings of {rule}");
        if let Some(tenants) = case.tenants {
            assert_eq!(request.tenants.iter().map(target_in_words).collect::<Vec<_>>(), tenants, "tenants of {rule}");
        }
        if let Some(effect) = case.effect {
            assert_eq!(format!("{:?}", request.effect), effect, "effect of {rule}");
        }
        if let Some(safe) = case.retry_safe {
            assert_eq!(request.retry_safe, safe, "retry of {rule}");
        }
        if let Some(targets) = case.targets {
            assert_eq!(request.targets, targets, "targets of {rule}");
        }
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
