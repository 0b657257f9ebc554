//! Endpoints without state: they answer by the shape that their record documents.

use std::time::Duration;

use axum::body::Bytes;
use serde_json::json;

use super::sample::{row, rows};
use super::{Reach, Reply, Request, World, is_all, reach, writes};
use crate::catalogue::{self, Endpoint};
use crate::simulator::powershell::{member, text, unwrapped};
use crate::simulator::reply::{JSON, rows_text};
use crate::simulator::state::graph_user::Row;
use crate::simulator::state::queues::Asked;
use crate::simulator::state::tenant::{Standing, Tenant};

/// How long an answer over all tenants is kept.
const CACHE_LIFE: Duration = Duration::from_secs(3600);

/// The answer of an endpoint that has no state.
pub(super) fn answer(world: &World, request: &Request, record: &Endpoint) -> Reply {
    let name = tenant(record, request).unwrap_or_default();
    let reached = if is_all(&name) { None } else { Some(reach(world, &name)) };
    match (writes(record, request), reached) {
        (false, None) => all(world, request, record),
        (false, Some(Reach::Tenant(tenant))) => read(world, record, &[tenant]),
        (false, Some(Reach::Broken(trouble))) => Reply::json_of(403, &[trouble]),
        (false, Some(Reach::Nowhere)) => nothing(record),
        (true, Some(Reach::Broken(trouble))) => {
            let status = if record.no_error_status { 200 } else { 500 };
            Reply::results(status, format!("Failed to execute {}: {trouble}", record.name))
        }
        (true, _) => written(world, record, &name),
    }
}

/// The tenant that a call names, where the endpoint takes one.
fn tenant(record: &Endpoint, request: &Request) -> Option<String> {
    record.params.iter().filter(|param| param.tenant.is_some()).find_map(|param| {
        let mut path = param.path.split('.');
        let root = request.either(path.next()?.trim_end_matches("[]"));
        let root = if let Some(first) = root.get(0) { first } else { root };
        let name = text(unwrapped(path.fold(root, member)));
        (!name.is_empty()).then_some(name)
    })
}

fn read(world: &World, record: &Endpoint, tenants: &[&Tenant]) -> Reply {
    let rows = || tenants.iter().flat_map(|tenant| rows(world, tenant, record)).collect::<Vec<Row>>();
    match record.reply {
        catalogue::Reply::Rows if record.unrolls => match rows().as_slice() {
            [] => Reply::text(200, ""),
            [only] => Reply::json(only),
            many => Reply::json(&many),
        },
        catalogue::Reply::Rows => Reply::json(&rows()),
        catalogue::Reply::Results => Reply::json(&json!({"Results": rows()})),
        catalogue::Reply::Object => Reply::json(&rows().first()),
        catalogue::Reply::Text => Reply::text(200, format!("Text of {}", record.name)),
        catalogue::Reply::Empty => Reply::text(200, ""),
        catalogue::Reply::File => Reply::new(200, "application/octet-stream", format!("File of {}", record.name)),
    }
}

/// What a read finds in a tenant that the server does not reach and does not tell about.
fn nothing(record: &Endpoint) -> Reply {
    match record.reply {
        catalogue::Reply::Rows if !record.unrolls => Reply::json(&json!([])),
        catalogue::Reply::Results => Reply::json(&json!({"Results": []})),
        _ => Reply::text(200, ""),
    }
}

fn all(world: &World, request: &Request, record: &Endpoint) -> Reply {
    let tenants = || world.customers().filter(|tenant| tenant.standing == Standing::Managed).collect::<Vec<_>>();
    if record.placeholder.is_none() && !record.may_queue {
        return if record.all_tenants { read(world, record, &tenants()) } else { nothing(record) };
    }
    let make = || read(world, record, &tenants()).body;
    let domains = || tenants().iter().map(|tenant| tenant.domain.clone()).collect();
    let key = format!("{}-{}-{}", record.name, request.whole_query(), request.whole_body());
    match world.queues.ask(&key, record.name, CACHE_LIFE, domains, make) {
        Asked::Ready(body) => Reply::new(200, JSON, body),
        Asked::Started(id) | Asked::Waiting(id) => pending(record, &id),
    }
}

fn pending(record: &Endpoint, id: &str) -> Reply {
    if let Some(placeholder) = record.placeholder {
        let row = Row::from_iter([(placeholder.field.to_owned(), json!(placeholder.starts))]);
        return Reply::new(200, JSON, Bytes::from(rows_text([row].into_iter())));
    }
    let message = "Loading data for all tenants. Please check back after the job completes";
    Reply::json(&json!({"Results": [], "Metadata": {"Queued": true, "QueueMessage": message, "QueueId": id}}))
}

fn written(world: &World, record: &Endpoint, tenant: &str) -> Reply {
    let of = if tenant.is_empty() { String::new() } else { format!(" for {tenant}") };
    let text = format!("Successfully executed {}{of}", record.name);
    match record.reply {
        catalogue::Reply::Object if !record.fields.is_empty() => {
            let tenant = world.tenant(tenant).unwrap_or(world.partner());
            Reply::json(&row(world, tenant, record, 0))
        }
        catalogue::Reply::Text => Reply::text(200, text),
        catalogue::Reply::Empty => Reply::text(200, ""),
        _ if record.secrets.iter().any(|path| path.ends_with("copyField")) => {
            let secret = world.seed.of(record.name, 0).guid("secret");
            Reply::results(200, json!([{"resultText": text, "copyField": secret, "state": "success"}]))
        }
        // One text comes bare or in a list, as the code of each endpoint happens to be.
        _ if world.seed.of(record.name, 0).chance("bare", 50) => Reply::results(200, text),
        _ => Reply::results(200, vec![text]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    use crate::catalogue::{
        Effect, EffectRule, Kind, Method, Need, Param, Place, Placeholder, Retry, Root, Scope, TenantForm, When, Wrap,
    };
    use crate::simulator::Settings;

    const TENANT: &[Param] = &[Param {
        path: "tenantFilter.value",
        place: Place::Both,
        kind: Kind::Text,
        item: Kind::Any,
        kind_known: true,
        need: Need::Required,
        values: &[],
        values_known: true,
        wrap: Wrap::No,
        presence: false,
        tenant: Some(TenantForm::Domain),
        user: None,
        users_only: false,
        secret: false,
        about: "",
    }];

    fn record(reply: catalogue::Reply) -> Endpoint {
        Endpoint {
            name: "ListThings",
            area: "tests",
            about: "",
            method: Method::Get,
            role: "CIPP.Core.Read",
            effect: Effect::Read,
            effect_rules: &[],
            retry: Retry::Safe,
            body: Root::Object,
            open: false,
            params: TENANT,
            scope: Scope::One,
            all_tenants: false,
            reply,
            may_queue: false,
            unrolls: false,
            placeholder: None,
            no_error_status: false,
            report_db: false,
            secrets: &[],
            deferred: "",
            fields: &["Tenant", "id", "isDefault"],
            verify: &[],
            verify_none: "",
        }
    }

    /// The answer for a tenant, as JSON where it is, else as a text.
    fn ask(world: &World, record: &Endpoint, tenant: &str) -> Value {
        let body = json!({"tenantFilter": {"value": tenant}}).to_string();
        let request = Request::new(record.name, axum::http::Method::POST, "", None, body.as_bytes());
        let body = answer(world, &request, record).body;
        serde_json::from_slice(&body).unwrap_or_else(|_| String::from_utf8_lossy(&body).into())
    }

    fn world() -> World {
        World::new(&Settings { errors: 1, ..Settings::default() })
    }

    #[test]
    fn a_read_has_the_shape_of_its_record() {
        let (world, contoso) = (world(), "contoso.com");
        let read = |record: &Endpoint, tenant: &str| ask(&world, record, tenant);
        let rows = record(catalogue::Reply::Rows);
        let answer = read(&rows, contoso);
        assert!((1..=2).contains(&answer.as_array().unwrap().len()), "{answer}");
        assert_eq!(answer[0].as_object().unwrap().keys().collect::<Vec<_>>(), rows.fields);
        assert_eq!(answer[0]["Tenant"], contoso);
        assert!(answer[0]["isDefault"].is_boolean());
        let unrolled = Endpoint { unrolls: true, ..record(catalogue::Reply::Rows) };
        let results = record(catalogue::Reply::Results);
        let object = record(catalogue::Reply::Object);
        assert_eq!(read(&results, contoso)["Results"], answer);
        assert_eq!(read(&unrolled, contoso), answer[0]);
        assert_eq!(read(&object, contoso), answer[0]);
        for (record, expected) in
            [(&rows, json!([])), (&unrolled, json!("")), (&results, json!({"Results": []})), (&object, json!(""))]
        {
            assert_eq!(read(record, "nowhere.example"), expected);
            assert_eq!(read(record, "AllTenants"), expected);
        }
        assert!(read(&rows, "tailspintoys.com")[0].as_str().unwrap().starts_with("Could not get token"));
        assert_eq!(read(&record(catalogue::Reply::Text), contoso), json!("Text of ListThings"));
        assert_eq!(read(&record(catalogue::Reply::Empty), contoso), json!(""));
    }

    #[test]
    fn all_tenants_are_answered_as_the_record_says() {
        let world = world();
        let all = |record: &Endpoint| ask(&world, record, "AllTenants");
        let queued = Endpoint { may_queue: true, ..record(catalogue::Reply::Results) };
        assert!(all(&queued)["Metadata"]["QueueId"].is_string());
        assert_eq!(all(&queued)["Results"], json!([]));
        assert!((0..3).any(|_| world.queues.look(|_| true)[0].done == 2));
        assert!(all(&queued)["Results"].as_array().unwrap().len() >= 2);
        let notice = Placeholder { field: "UPN", starts: "Loading" };
        let placed = Endpoint { name: "ListPlaced", placeholder: Some(notice), ..record(catalogue::Reply::Rows) };
        assert_eq!(all(&placed), json!([{"UPN": "Loading"}]));
        let direct = Endpoint { all_tenants: true, ..record(catalogue::Reply::Rows) };
        let tenants: Vec<_> = all(&direct).as_array().unwrap().iter().map(|row| row["Tenant"].clone()).collect();
        assert!(tenants.contains(&json!("contoso.com")) && tenants.contains(&json!("fabrikam.com")));
        assert!(!tenants.contains(&json!("tailspintoys.com")));
    }

    #[test]
    fn a_write_is_answered_with_success() {
        let world = world();
        let write = |record: &Endpoint, tenant: &str| ask(&world, record, tenant);
        let record = |reply| Endpoint { effect: Effect::Write, ..record(reply) };
        let results = |name| Endpoint { name, ..record(catalogue::Reply::Results) };
        let answers: Vec<_> = ["ExecA", "ExecB", "ExecC", "ExecD", "ExecE", "ExecF"]
            .map(|name| write(&results(name), "nowhere.example")["Results"].clone())
            .to_vec();
        assert!(answers.iter().any(Value::is_string) && answers.iter().any(Value::is_array), "{answers:?}");
        let secret = Endpoint { secrets: &["Results[].copyField"], ..record(catalogue::Reply::Results) };
        assert!(write(&secret, "contoso.com")["Results"][0]["copyField"].is_string());
        let object = record(catalogue::Reply::Object);
        assert_eq!(write(&object, "contoso.com")["Tenant"], "contoso.com");
        let failed = write(&results("ExecA"), "tailspintoys.com");
        assert!(failed["Results"].as_str().unwrap().starts_with("Failed to execute ExecA"), "{failed}");
    }

    #[test]
    fn a_call_writes_when_its_effect_says_so() {
        const RULES: &[EffectRule] = &[
            EffectRule { when: When::Present("Clear"), effect: Effect::Destroy },
            EffectRule { when: When::Is("Action", "List"), effect: Effect::Read },
            EffectRule { when: When::Otherwise, effect: Effect::Read },
        ];
        let record = Endpoint { effect: Effect::Destroy, effect_rules: RULES, ..record(catalogue::Reply::Rows) };
        for (query, body, writes) in [
            ("", "", false),
            ("", r#"{"clear": true}"#, true),
            ("Clear=true", "{}", true),
            ("action=list", "", false),
            ("action=drop", "", true),
        ] {
            let request = Request::new("ListThings", axum::http::Method::GET, query, None, body.as_bytes());
            assert_eq!(super::writes(&record, &request), writes, "{query} {body}");
        }
    }
}
