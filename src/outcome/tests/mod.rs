//! One case for each shape of an answer that the server is known to give, and for each way to fail.

mod reads;
mod writes;

use proptest::prelude::*;

use super::*;
use crate::catalogue::record::{self, Effect, Endpoint, Method, Placeholder, Retry, Root, Scope};
use crate::value::Fields;

const JSON: &str = "application/json; charset=utf-8";
const TEXT: &str = "text/plain";
const HTML: &str = "text/html";

const BASE: Endpoint = Endpoint {
    name: "Sample",
    area: "sample",
    about: "",
    method: Method::Get,
    role: "Identity.User.ReadWrite",
    effect: Effect::Read,
    effect_rules: &[],
    retry: Retry::Safe,
    body: Root::Object,
    open: false,
    params: &[],
    scope: Scope::One,
    all_tenants: false,
    reply: record::Reply::Rows,
    may_queue: false,
    unrolls: false,
    placeholder: None,
    no_error_status: false,
    report_db: false,
    secrets: &[],
    deferred: "",
    fields: &[],
    verify: &[],
    verify_none: "",
};

const LIST: Endpoint = Endpoint { name: "ListUsers", ..BASE };
const GET: Endpoint = Endpoint { name: "GetVersion", reply: record::Reply::Object, ..BASE };
const GRAPH: Endpoint = Endpoint {
    name: "ListGraphRequest",
    reply: record::Reply::Results,
    effect: Effect::Sensitive,
    secrets: &["Results[]"],
    ..BASE
};
const CONTACTS: Endpoint = Endpoint { name: "ListContacts", unrolls: true, ..BASE };
const MFA: Endpoint =
    Endpoint { name: "ListMFAUsers", placeholder: Some(Placeholder { field: "UPN", starts: "Loading data" }), ..BASE };
const RULES: Endpoint = Endpoint {
    name: "ListMailboxRules",
    placeholder: Some(Placeholder { field: "Name", starts: "No rules found" }),
    ..BASE
};
const DEPRECATED: Endpoint = Endpoint {
    name: "ListUsers",
    placeholder: Some(Placeholder { field: "Message", starts: "This function has been deprecated" }),
    ..BASE
};
const TASKS: Endpoint = Endpoint {
    name: "ListScheduledItems",
    effect: Effect::Sensitive,
    secrets: &["[].Parameters", "[].Results"],
    ..BASE
};
const KEYS: Endpoint = Endpoint {
    name: "ExecGetRecoveryKey",
    effect: Effect::Sensitive,
    reply: record::Reply::Results,
    unrolls: true,
    secrets: &["Results.copyField", "Results.resultText", "Results[].copyField", "Results[].resultText"],
    ..BASE
};
const PHOTO: Endpoint = Endpoint { name: "ListUserPhoto", reply: record::Reply::File, ..BASE };
const SET: Endpoint = Endpoint { name: "ExecPerUserMFA", reply: record::Reply::Results, effect: Effect::Write, ..BASE };
const ADD: Endpoint = Endpoint { name: "AddUser", secrets: &["Results[].copyField", "Results[].resultText"], ..SET };
const RESET: Endpoint =
    Endpoint { name: "ExecResetPass", secrets: &["Results.copyField", "Results.resultText"], ..SET };
const PASSCODE: Endpoint = Endpoint { name: "ExecDevicePasscodeAction", secrets: &["Results"], ..SET };
const INVITE: Endpoint = Endpoint { name: "ExecGDAPInvite", reply: record::Reply::Object, ..SET };
const HOOK: Endpoint = Endpoint { name: "PublicWebhooks", reply: record::Reply::Empty, ..SET };
const TABLES: Endpoint = Endpoint { name: "ExecAzBobbyTables", reply: record::Reply::Rows, ..SET };

fn call<'a>(endpoint: &'a Endpoint, secrets: &'a [String]) -> Call<'a> {
    Call {
        name: endpoint.name,
        endpoint: Some(endpoint),
        effect: endpoint.effect,
        tenant: "contoso.com",
        wanted: None,
        secrets,
    }
}

fn reply(status: u16, content_type: &str, body: &str) -> Reply {
    Reply { status, content_type: content_type.into(), body: Body::Bytes(body.as_bytes().to_vec()) }
}

/// The outcome as one text, so that it is compared whole.
fn told(outcome: Result<Outcome, Failure>) -> String {
    match outcome {
        Ok(Outcome::Rows(rows)) => format!("rows {}", to_json(&rows.into())),
        Ok(Outcome::Value(value)) => format!("value {}", to_json(&value)),
        Ok(Outcome::Done(written)) => {
            let mut text = format!("{}: {}", written.status.name(), written.message);
            for line in &written.results {
                text += &format!(" [{} {}", line.state.name(), line.text);
                text += &if line.fields.is_empty() {
                    "]".to_owned()
                } else {
                    format!(" {}]", to_json(&Dynamic::from(line.fields.clone())))
                };
            }
            if !written.extra.is_empty() {
                text += &format!(" + {}", to_json(&Dynamic::from(written.extra)));
            }
            text
        }
        Err(failure) => failed(&failure),
    }
}

fn failed(failure: &Failure) -> String {
    let call = failure.call.as_deref().unwrap();
    assert_eq!(call.tenant, "contoso.com");
    let mut text = format!("{} {}: {}", failure.kind.name(), call.http_status, failure.message);
    failure.causes.iter().for_each(|cause| text += &format!(" / {cause}"));
    failure.hints.iter().for_each(|hint| text += &format!(" > {hint}"));
    text
}

#[test]
fn each_status_is_told_for_what_it_is() {
    const FRONT: &str = "this is the front end's address, not the API's: it answers with a web page or a redirect";
    const USE: &str = "use the function app URL that CIPP shows under Integrations > CIPP-API";
    for (endpoint, status, content_type, body, expected) in [
        (&LIST, 201, JSON, "[]", "rows []".to_owned()),
        (&LIST, 200, HTML, "<!DOCTYPE html><html></html>", format!("unavailable 200: {FRONT} / ListUsers for contoso.com was answered with HTTP 200 > {USE}")),
        (&LIST, 200, TEXT, "<html></html>", format!("unavailable 200: {FRONT} / ListUsers for contoso.com was answered with HTTP 200 > {USE}")),
        (&LIST, 302, TEXT, "", format!("unavailable 302: {FRONT} / ListUsers for contoso.com was answered with HTTP 302 > {USE}")),
        (&LIST, 404, HTML, "<html></html>", format!("unavailable 404: {FRONT} / ListUsers for contoso.com was answered with HTTP 404 > {USE}")),
        (&LIST, 400, TEXT, "Graph Error: denied - Endpoint: users", "api 400: ListUsers for contoso.com failed: Graph Error: denied - Endpoint: users / the server answered with HTTP 400".into()),
        (&SET, 400, JSON, r#"{"Results":{"resultText":"tenantFilter is required","state":"error"}}"#, "api 400: ExecPerUserMFA for contoso.com failed: tenantFilter is required / the server answered with HTTP 400".into()),
        (&LIST, 400, TEXT, "Graph Error: Too many requests", "throttled 400: ListUsers for contoso.com failed: Graph Error: Too many requests / the server answered with HTTP 400".into()),
        (&LIST, 401, TEXT, "", "auth 401: the server does not accept the token (HTTP 401) > check that the API client is enabled and saved to Azure under Integrations > CIPP-API > check that client id and tenant id are those of this server; cippsh doctor looks for the cause".into()),
        (&LIST, 401, HTML, "<html></html>", "auth 401: the server does not accept the token (HTTP 401) > check that the API client is enabled and saved to Azure under Integrations > CIPP-API > check that client id and tenant id are those of this server; cippsh doctor looks for the cause".into()),
        (&LIST, 403, TEXT, "Access to this CIPP API endpoint is not allowed, you do not have the role", "permission 403: not allowed to call ListUsers for contoso.com: Access to this CIPP API endpoint is not allowed, you do not have the role > the API client needs a role with the permission Identity.User.ReadWrite".into()),
        (&LIST, 403, TEXT, "Access denied: x", "permission 403: not allowed to call ListUsers for contoso.com: Access denied: x > the API client needs a role with the permission Identity.User.ReadWrite".into()),
        (&LIST, 403, JSON, r#"["Access to this mailbox failed"]"#, "api 403: ListUsers for contoso.com failed: Access to this mailbox failed / the server answered with HTTP 403".into()),
        (&SET, 403, JSON, r#"{"Results":"Failed to set it"}"#, "api 403: ExecPerUserMFA for contoso.com failed: Failed to set it / the server answered with HTTP 403".into()),
        (&LIST, 403, TEXT, "API calls are not accepted on this function app", format!("unavailable 403: this is not the server's main address: API calls are not accepted on this function app > {USE}")),
        (&LIST, 403, TEXT, "", "permission 403: the platform refuses this API client (HTTP 403) > check that the API client is saved to Azure under Integrations > CIPP-API".into()),
        (&LIST, 403, HTML, "You do not have permission to view this directory or page.", "permission 403: the platform refuses this API client (HTTP 403) > check that the API client is saved to Azure under Integrations > CIPP-API".into()),
        (&LIST, 404, TEXT, "Endpoint not found", "not_found 404: the server does not know ListUsers > check the name and the address; an older server lacks newer endpoints (GetVersion tells its version)".into()),
        (&SET, 404, JSON, r#"{"Results":"No such task"}"#, "not_found 404: ExecPerUserMFA for contoso.com failed: No such task".into()),
        (&LIST, 429, TEXT, "", "throttled 429: the server asks to slow down (HTTP 429)".into()),
        (&LIST, 500, TEXT, "Resource 'x' does not exist or one of its queried reference-property objects are not present.", "not_found 500: ListUsers for contoso.com failed: Resource 'x' does not exist or one of its queried reference-property objects are not present. / the server answered with HTTP 500".into()),
        (&LIST, 500, JSON, r#"["No mailbox data found in reporting database. Sync the report data first."]"#, "api 500: ListUsers for contoso.com failed: No mailbox data found in reporting database. Sync the report data first. / the server answered with HTTP 500 > ExecCIPPDBCache fills the reporting database".into()),
        (&SET, 500, JSON, r#"{"Results":["Failed to create user.","Resource temporarily unavailable"]}"#, "throttled 500: ExecPerUserMFA for contoso.com failed: Failed to create user. / Resource temporarily unavailable / the server answered with HTTP 500".into()),
        (&GET, 500, JSON, r#"{"Error":"x","Details":"y"}"#, "api 500: GetVersion for contoso.com failed: x / the server answered with HTTP 500".into()),
        (&GET, 500, JSON, r#"{"odd":1}"#, r#"api 500: GetVersion for contoso.com failed: {"odd":1} / the server answered with HTTP 500"#.into()),
        (&RESET, 500, JSON, r#"{"Results":"Failed: Sent-1 is too short"}"#, "api 500: ExecResetPass for contoso.com failed: Failed: •••• is too short / the server answered with HTTP 500".into()),
        (&LIST, 500, HTML, "<html></html>", "unavailable 500: the server broke off ListUsers for contoso.com (HTTP 500) > the platform ends an answer after 230 seconds: ask for less at once".into()),
        (&SET, 500, TEXT, "", "in_doubt 500: ExecPerUserMFA for contoso.com may have been carried out: the server broke off (HTTP 500) > read it back before sending it again".into()),
        (&SET, 500, TEXT, "The Azure Function has taken too long to respond", "in_doubt 500: ExecPerUserMFA for contoso.com may have been carried out: the server broke off (HTTP 500) > read it back before sending it again".into()),
        (&LIST, 502, HTML, "<html></html>", "unavailable 502: the server broke off ListUsers for contoso.com (HTTP 502) > the platform ends an answer after 230 seconds: ask for less at once".into()),
        (&SET, 504, TEXT, "", "in_doubt 504: ExecPerUserMFA for contoso.com may have been carried out: the server broke off (HTTP 504) > read it back before sending it again".into()),
        (&SET, 503, HTML, "<html></html>", "unavailable 503: the server is not available (HTTP 503)".into()),
        (&LIST, 503, TEXT, "This feature has been disabled: BPA", "api 503: ListUsers for contoso.com failed: This feature has been disabled: BPA > switch the feature on in CIPP's settings".into()),
        (&LIST, 418, TEXT, "", "api 418: ListUsers for contoso.com failed: the server gives no reason / the server answered with HTTP 418".into()),
    ] {
        let sent = ["Sent-1".to_owned()];
        let outcome = read(reply(status, content_type, body), &call(endpoint, &sent));
        assert_eq!(told(outcome), expected, "{status} {body}");
    }
}

#[test]
fn a_file_is_given_as_bytes() {
    let reply = Reply { status: 200, content_type: "image/jpeg".into(), body: Body::Bytes(vec![0xff, 0xd8, 0xff]) };
    match read(reply, &call(&PHOTO, &[])) {
        Ok(Outcome::Value(value)) => assert_eq!(value.into_blob(), Ok(vec![0xff, 0xd8, 0xff])),
        other => panic!("{other:?}"),
    }
}

#[test]
fn fields_are_kept_and_a_placeholder_is_seen_all_the_same() {
    let wanted = Fields::new(["id"]);
    let call = Call { wanted: Some(&wanted), ..call(&MFA, &[]) };
    let rows = r#"[{"id":1,"UPN":"a","x":1},{"id":2,"UPN":"b","x":2}]"#;
    assert_eq!(told(read(reply(200, JSON, rows), &call)), r#"rows [{"id":1},{"id":2}]"#);
    let rows = r#"[{"id":1,"UPN":"a"},{"UPN":"Loading data for all tenants"}]"#;
    assert!(told(read(reply(200, JSON, rows), &call)).starts_with("pending"));
}

#[test]
fn secrets_can_be_revealed() {
    let body = r#"{"Results":{"resultText":"The new password is P4ss","copyField":"P4ss","state":"success"}}"#;
    let Ok(Outcome::Done(written)) = read(reply(200, JSON, body), &call(&RESET, &[])) else { panic!() };
    let copy = written.results[0].fields.get("copyField").unwrap().clone();
    assert_eq!(copy.cast::<crate::value::Secret>().reveal(), "P4ss");
}

#[test]
fn a_raw_answer_comes_as_it_is_but_for_its_secrets() {
    let unknown = Call { name: "ExecNew", endpoint: None, effect: Effect::Destroy, ..call(&SET, &[]) };
    for (status, content_type, body, expected) in [
        (200, JSON, r#"{"Results":["Failed to x",null],"M":1}"#, r#"{"Results":["Failed to x",null],"M":1}"#),
        (
            200,
            JSON,
            r#"{"Results":{"resultText":"Key is K123","copyField":"K123"}}"#,
            r#"{"Results":{"resultText":"Key is ••••","copyField":"••••"}}"#,
        ),
        (200, TEXT, "42", r#""42""#),
        (200, TEXT, "", "null"),
        (404, TEXT, "Endpoint not found", "the server does not know ExecNew"),
    ] {
        let told = match read_raw(reply(status, content_type, body), &unknown) {
            Ok(value) => to_json(&value).to_string(),
            Err(failure) => failure.message,
        };
        assert_eq!(told, expected, "{body}");
    }
}

proptest! {
    /// A body that is read while it arrives gives what it gives when it is read as a whole.
    #[test]
    fn streaming_makes_no_difference(
        body in prop_oneof![
            Just(r#"[{"id":1,"x":2},null,{"id":3,"x":4}]"#),
            Just(r#"{"Results":[{"id":1,"x":"é"},{"id":2}],"Metadata":{"a":1}}"#),
            Just(r#"{"Results":"Failed to x"}"#),
            Just("Endpoint not found"),
            Just("<html></html>"),
            Just(r#"[{"id":1},"#),
            Just(""),
            Just(" 12 "),
        ],
        content_type in prop_oneof![Just(JSON), Just(TEXT), Just("")],
        status in prop_oneof![Just(200_u16), Just(500)],
        size in 1_usize..20,
        filter: bool,
    ) {
        let wanted = Fields::new(["id"]);
        let call = Call { wanted: filter.then_some(&wanted), ..call(&LIST, &[]) };
        let mut reader = BodyReader::new(content_type, &call);
        body.as_bytes().chunks(size).for_each(|piece| reader.feed(piece));
        let streamed = Reply { status, content_type: content_type.into(), body: reader.finish() };
        prop_assert_eq!(told(read(streamed, &call)), told(read(reply(status, content_type, body), &call)));
    }
}
