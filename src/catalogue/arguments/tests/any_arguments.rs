//! What holds whatever the arguments are.

use std::cell::Cell;

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::super::{build, needs_tenants};
use super::fixtures::ALL;
use super::records::sample;
use crate::catalogue::effect::effect;
use crate::catalogue::path::{same, values_at};
use crate::catalogue::{Effect, Endpoint, Scope, all};
use crate::catalogue::{Target, Tenant, TenantLookup};

/// Marks what a lookup has given out.
const MARK: &str = "resolved:";

/// Finds every tenant but those whose name starts with `no`, and tells whether it was asked.
#[derive(Default)]
struct Marked {
    asked: Cell<bool>,
}

impl TenantLookup for Marked {
    fn resolve(&self, name: &str) -> Result<Tenant, String> {
        self.asked.set(true);
        if name.starts_with("no") {
            return Err(format!("no tenant \"{name}\""));
        }
        let mark = |form: &str| format!("{MARK}{form}:{}", name.replace(',', "_"));
        Ok(Tenant { domain: mark("domain"), id: mark("id"), name: mark("name") })
    }
}

const NAMES: [&str; 34] = [
    "tenantFilter",
    "TenantFilter",
    "tenant_filter",
    "selectedTenants",
    "customerId",
    "excludedTenants",
    "source",
    "defaultDomainName",
    "value",
    "label",
    "type",
    "body",
    "userId",
    "UserID",
    "userIds",
    "id",
    "Operation",
    "State",
    "permissions",
    "Scheduled",
    "date",
    "when",
    "flag",
    "count",
    "options",
    "parameters",
    "licenses",
    "manager",
    "password",
    "rule",
    "rows",
    "run",
    "List",
    "x",
];

fn name() -> impl Strategy<Value = String> {
    prop_oneof![8 => proptest::sample::select(&NAMES[..]).prop_map(str::to_owned), 1 => "[a-zA-Z_$.]{0,6}"]
}

fn plain() -> impl Strategy<Value = Value> {
    let texts = [
        "contoso.com",
        "nowhere.com",
        "AllTenants",
        "Group",
        "true",
        "false",
        "",
        "Add",
        "Remove",
        "enforced",
        "a,b",
        "2026-01-01T00:00:00Z",
        "12",
        "ä\u{0}",
    ];
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        proptest::sample::select(texts.to_vec()).prop_map(Value::from),
        ".{0,5}".prop_map(Value::from),
    ]
}

fn arguments() -> impl Strategy<Value = Value> {
    plain().prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            1 => proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            3 => proptest::collection::vec((name(), inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// Arguments that every fixture takes, with others over them.
fn nearly_good() -> impl Strategy<Value = Value> {
    (arguments(), name(), arguments()).prop_map(|(tenant, name, value)| {
        let mut good = json!({
            "tenantFilter": "contoso.com", "userId": "ann", "userIds": ["ann"], "id": "ann", "Operation": "Add",
            "selectedTenants": [tenant], "displayName": "x",
        });
        if let Some(map) = good.as_object_mut() {
            map.insert(name, value);
        }
        good
    })
}

fn endpoints() -> impl Strategy<Value = &'static Endpoint> {
    proptest::sample::select(ALL.to_vec())
}

/// Everything that is sent, as one value to look into.
fn sent(query: &[(String, String)], body: Option<&Value>) -> [Value; 2] {
    let query = query.iter().map(|(name, text)| (name.clone(), text.as_str().into())).collect();
    [Value::Object(query), body.cloned().unwrap_or_default()]
}

/// Whether a value at a tenant parameter was given out by the lookup, or needs none.
fn is_resolved(value: &Value) -> bool {
    match value {
        Value::String(text) => text.split(',').all(|text| text.starts_with(MARK) || text == "AllTenants"),
        Value::Object(map) if map.get("type").is_some_and(|kind| kind.as_str().is_some_and(is_group)) => true,
        Value::Object(map) => ["value", "Value"].iter().filter_map(|name| map.get(*name)).all(is_resolved),
        _ => false,
    }
}

/// Whether what is named `tenantFilter` was given out by the lookup, at any depth.
fn free_names_are_resolved(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.iter().all(|(name, value)| {
            let ok = !same(name, "tenantFilter") || values_at(value, "").into_iter().all(is_resolved);
            ok && free_names_are_resolved(value)
        }),
        Value::Array(items) => items.iter().all(free_names_are_resolved),
        _ => true,
    }
}

fn is_group(text: &str) -> bool {
    text.eq_ignore_ascii_case("group")
}

fn holds(endpoint: &'static Endpoint, arguments: &Value) -> Result<(), TestCaseError> {
    let lookup = Marked::default();
    let built = build(endpoint, arguments, &lookup);
    prop_assert!(!lookup.asked.get() || needs_tenants(endpoint, arguments), "the lookup was asked unforeseen");
    let worst = endpoint.effect_rules.iter().map(|rule| rule.effect).max().max(Some(endpoint.effect));
    prop_assert!(Some(effect(endpoint, arguments)) <= worst);
    let request = match built {
        Ok(request) => request,
        Err(problems) => {
            prop_assert!(!problems.is_empty() && problems.iter().all(|problem| !problem.message.is_empty()));
            return Ok(());
        }
    };
    let parts = sent(&request.query, request.body.as_ref());
    for param in endpoint.params.iter().filter(|param| param.tenant.is_some()) {
        for value in parts.iter().flat_map(|part| values_at(part, param.path)) {
            prop_assert!(is_resolved(value), "{} sends {value}", param.path);
        }
    }
    for part in &parts {
        prop_assert!(free_names_are_resolved(part), "{part}");
    }
    let names_one = request.tenants.iter().any(|target| matches!(target, Target::Tenant(_)));
    let takes_one = endpoint.scope == Scope::One && endpoint.params.iter().any(|param| param.tenant.is_some());
    if takes_one && request.effect >= Effect::Write {
        prop_assert!(names_one, "a write without a tenant");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_arguments_are_refused_or_resolved(endpoint in endpoints(), arguments in arguments()) {
        holds(endpoint, &arguments)?;
    }

    #[test]
    fn nearly_good_arguments_are_refused_or_resolved(endpoint in endpoints(), arguments in nearly_good()) {
        holds(endpoint, &arguments)?;
    }

    #[test]
    fn any_value_in_a_real_record_is_refused_or_resolved(
        endpoint in proptest::sample::select(all().iter().collect::<Vec<_>>()),
        which in any::<proptest::sample::Index>(),
        value in arguments(),
    ) {
        let mut arguments = sample(endpoint);
        if let Some(map) = arguments.as_object_mut().filter(|map| !map.is_empty()) {
            let name = which.get(&map.keys().cloned().collect::<Vec<_>>()).clone();
            map.insert(name, value);
        }
        holds(endpoint, &arguments)?;
    }

    #[test]
    fn no_secret_is_told(secret in "[a-z]{5}-[!-~]{9}", as_list in any::<bool>()) {
        let value = if as_list { json!([secret]) } else { json!(secret) };
        let arguments = json!({"password": [value], "pin": value, "keys": {"kind": value}, "licenses": {}});
        let endpoint = super::endpoint("AddPerson");
        let problems = build(endpoint, &arguments, &Marked::default()).expect_err("the arguments are bad");
        prop_assert!(!super::refusal(endpoint, &problems).report().contains(&secret));
        let arguments = json!({"tenantFilter": "contoso.com", "pass": secret});
        let request = build(endpoint, &arguments, &Marked::default()).expect("the claim only warns");
        prop_assert_eq!(request.warnings.len(), 1);
        prop_assert!(!request.warnings.concat().contains(&secret));
    }
}
