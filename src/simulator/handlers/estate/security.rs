//! Alerts and incidents of Defender.

use serde_json::{Value, json};

use super::listing::{All, List, Trouble, Wrap, managed, queued};
use super::writing::{change, word, write};
use super::{Area, Reach, Reply, Request, World, is_all, reach};
use crate::simulator::powershell::{is_true, member, text};
use crate::simulator::reply::JSON;
use crate::simulator::state::calendar::moment;
use crate::simulator::state::threats::{ALERTS, INCIDENTS, MDO_ALERTS};

/// The endpoints of this area.
pub(super) const HANDLERS: Area = &[
    ("ExecAlertsList", alerts),
    ("ExecIncidentsList", incidents),
    ("ExecMDOAlertsList", |world, request| MAIL.answer(world, request)),
    ("ExecSetMdoAlert", set_mail_alert),
    ("ExecSetSecurityAlert", set_alert),
    ("ExecSetSecurityIncident", set_incident),
];

const MAIL: List = List { kind: &MDO_ALERTS, wrap: Wrap::Metadata, trouble: Trouble::Text(403), all: All::Queue(30) };

/// `ExecAlertsList`: the rows are in an object with counts; while a job runs its id is all there is.
fn alerts(world: &World, request: &Request) -> Reply {
    let name = text(request.query("tenantFilter"));
    if is_all(&name) {
        let rows = || managed(world).flat_map(|tenant| world.shelf(tenant, &ALERTS).rows()).collect();
        let reply = queued(world, request, 30, || counted(rows()).body);
        let mut body: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
        if !body["Metadata"]["QueueId"].is_null() {
            body["Results"] = body["Metadata"]["QueueId"].clone();
        }
        return Reply::new(200, JSON, body.to_string());
    }
    match reach(world, &name) {
        Reach::Tenant(tenant) => counted(world.shelf(tenant, &ALERTS).rows()),
        Reach::Broken(trouble) => Reply::text(403, trouble),
        Reach::Nowhere => counted(Vec::new()),
    }
}

fn counted(rows: Vec<Value>) -> Reply {
    let count = |field: &str, word: &str| rows.iter().filter(|row| row[field] == word).count();
    Reply::json(&json!({
        "Results": {
            "NewAlertsCount": count("Status", "newAlert"), "InProgressAlertsCount": count("Status", "inProgress"),
            "SeverityHighAlertsCount": count("Severity", "high"), "SeverityMediumAlertsCount": count("Severity", "medium"),
            "SeverityLowAlertsCount": count("Severity", "low"),
            "SeverityInformationalCount": count("Severity", "informational"), "MSResults": rows,
        },
        "Metadata": {},
    }))
}

/// `ExecIncidentsList`: between two days, which must be eight digits each.
fn incidents(world: &World, request: &Request) -> Reply {
    const LIST: List =
        List { kind: &INCIDENTS, wrap: Wrap::Metadata, trouble: Trouble::Text(403), all: All::Queue(30) };
    let (from, to) = (text(request.query("StartDate")), text(request.query("EndDate")));
    let is_day = |day: &str| day.is_empty() || (day.len() == 8 && day.bytes().all(|byte| byte.is_ascii_digit()));
    if !is_day(&from) || !is_day(&to) {
        return Reply::text(500, "String was not recognized as a valid DateTime.");
    }
    let reply = LIST.answer(world, request);
    let mut body: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    let Some(rows) = body["Results"].as_array_mut().filter(|_| !(from.is_empty() && to.is_empty())) else {
        return reply;
    };
    rows.retain(|row| {
        let day: String = text(&row["Created"]).chars().take(10).filter(char::is_ascii_digit).collect();
        (from.is_empty() || day >= from) && (to.is_empty() || day <= to)
    });
    Reply::json(&body)
}

/// `ExecSetSecurityAlert`: the body is glued together from text, so that a quote breaks it.
fn set_alert(world: &World, request: &Request) -> Reply {
    let value = |name: &str| text(request.either(name));
    let (id, status) = (value("GUID"), value("Status"));
    let failed = |why| Reply::results(500, format!("Failed to set alert {id} to status {status}: {why}"));
    write(world, request.either("tenantFilter"), failed, |tenant| {
        if [&status, &value("Vendor"), &value("Provider")].iter().any(|text| text.is_empty() || text.contains('"')) {
            return Err("Invalid JSON payload.".to_owned());
        }
        change(world, tenant, &ALERTS, &id, |row| row["Status"] = status.clone().into())?;
        Ok(Reply::results(200, format!("Set alert {id} to status {status}")))
    })
}

/// `ExecSetSecurityIncident`: a redirected one is refused in a 200; a severity counts as an object only.
fn set_incident(world: &World, request: &Request) -> Reply {
    let id = text(request.body("GUID"));
    let failed = |why| Reply::results(500, format!("Failed to update incident {id}: {why}"));
    if request.body("Redirected").as_f64().is_some_and(|times| times >= 1.0) {
        return Reply::results(200, "Refuse to update incident since it is redirected to another incident");
    }
    write(world, request.body("tenantFilter"), failed, |tenant| {
        let determination = word(request.body("Determination"));
        let changes = [
            ("Status", word(request.body("Status"))),
            ("Severity", text(member(request.body("Severity"), "value"))),
            ("Classification", word(request.body("Classification"))),
            ("Determination", determination.clone()),
        ];
        if !changes[2].1.is_empty() && determination.is_empty() {
            return Err("a classification needs a determination.".to_owned());
        }
        change(world, tenant, &INCIDENTS, &id, |row| {
            for (field, value) in changes.iter().filter(|(_, value)| !value.is_empty()) {
                row[field] = value.clone().into();
            }
            if is_true(request.body("AssignToSelf")) {
                row["AssignedTo"] = Value::Null;
            }
            let comment = text(request.body("Comment"));
            if let Some(comments) = row["Comments"].as_array_mut().filter(|_| !comment.is_empty()) {
                comments.push(json!({"comment": comment, "createdDateTime": moment()}));
            }
            row["Updated"] = moment().into();
        })?;
        Ok(Reply::results(200, format!("Set incident {id} as requested")))
    })
}

/// `ExecSetMdoAlert`: without an assignee the calling person is meant, and a client is none.
fn set_mail_alert(world: &World, request: &Request) -> Reply {
    let value = |name: &str| word(request.either(name));
    let (id, assignee) = (value("GUID"), value("Assigned"));
    if assignee.is_empty() {
        return Reply::text(500, "Cannot convert null to type \"System.Byte[]\".");
    }
    let failed = |why| Reply::results(500, format!("Failed to update alert {id}: {why}"));
    write(world, request.either("tenantFilter"), failed, |tenant| {
        if !value("Classification").is_empty() && value("Determination").is_empty() {
            return Err("a classification needs a determination.".to_owned());
        }
        change(world, tenant, &MDO_ALERTS, &id, |row| {
            let fields =
                [("status", "Status"), ("classification", "Classification"), ("determination", "Determination")];
            for (field, sent) in fields.into_iter().filter(|(_, sent)| !value(sent).is_empty()) {
                row[field] = value(sent).into();
            }
            row["assignedTo"] = assignee.into();
            row["lastUpdateDateTime"] = moment().into();
        })?;
        Ok(Reply::results(200, format!("Successfully updated alert {id}")))
    })
}
