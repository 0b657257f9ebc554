//! The server's log.

use regex::RegexBuilder;
use serde_json::{Value, json};

use super::{Reply, Request, World};
use crate::simulator::powershell::{is_true, text, truthy};
use crate::simulator::state::calendar::now;
use crate::simulator::state::logs::Entry;

/// `ListLogs`: today's entries; with `Filter=true` those that pass; newest first.
pub(super) fn list(world: &World, request: &Request) -> Reply {
    let query = |name: &str| text(request.query(name));
    let entries = world.logs.entries();
    if truthy(request.query("ListLogs")) {
        let mut days: Vec<_> = entries.iter().map(|entry| day(&entry.time)).collect();
        days.dedup();
        return Reply::rows(days.iter().rev().map(|day| json!({"value": day, "label": day})));
    }
    let key = query("logentryid");
    if !key.is_empty() {
        return Reply::rows(entries.iter().filter(|entry| entry.key == key).map(|entry| row(world, entry, "Standard")));
    }
    let passes = if is_true(request.query("Filter")) {
        match Filter::read(request) {
            Ok(filter) => filter,
            Err(text) => return Reply::text(500, text),
        }
    } else {
        Filter { from: day(&now()), ..Filter::default() }
    };
    let found = entries.iter().rev().filter(|entry| passes.entry(entry));
    Reply::rows(found.map(|entry| row(world, entry, "StandardInfo")))
}

/// What entries must have; empty parts let all pass.
#[derive(Default)]
struct Filter {
    from: String,
    to: String,
    severities: Vec<String>,
    tenant: String,
    api: Option<regex::Regex>,
    user: Option<regex::Regex>,
}

impl Filter {
    fn read(request: &Request) -> Result<Self, String> {
        let query = |name: &str| text(request.query(name));
        let pattern = |text: String| {
            let built = RegexBuilder::new(&text).case_insensitive(true).build();
            if text.is_empty() { Ok(None) } else { built.map(Some).map_err(|error| error.to_string()) }
        };
        let user = query("User");
        let wildcard = if user.is_empty() { user } else { format!("^{}$", regex::escape(&user).replace(r"\*", ".*")) };
        let severities = query("Severity");
        let severities = severities.split(',').map(str::trim).filter(|word| !word.is_empty());
        let from = query("StartDate");
        let to = query("EndDate");
        Ok(Self {
            // One day when only one is given, as the server does.
            to: if to.is_empty() { from.clone() } else { to },
            from,
            severities: severities.map(str::to_lowercase).collect(),
            tenant: query("Tenant"),
            api: pattern(query("API"))?,
            user: pattern(wildcard)?,
        })
    }

    fn entry(&self, entry: &Entry) -> bool {
        let day = day(&entry.time);
        let all_tenants = self.tenant.is_empty() || super::is_all(&self.tenant);
        (self.from.is_empty() || day >= self.from)
            && (self.to.is_empty() || day <= self.to)
            && (self.severities.is_empty() || self.severities.contains(&entry.severity.to_lowercase()))
            && (all_tenants || entry.tenant == self.tenant || entry.tenant_id == self.tenant)
            && self.api.as_ref().is_none_or(|api| api.is_match(&entry.api))
            && self.user.as_ref().is_none_or(|user| user.is_match(USER))
    }
}

/// The name under which the server logs the only caller.
const USER: &str = "Simulated API client";

fn row(world: &World, entry: &Entry, standard: &str) -> Value {
    let mut row = json!({
        "DateTime": entry.time, "Tenant": entry.tenant, "API": entry.api, "Message": entry.message, "User": USER,
        "Severity": entry.severity, "LogData": "", "TenantID": entry.tenant_id, "AppId": world.client.id,
        "IP": "127.0.0.1", "RowKey": entry.key,
    });
    row[standard] = json!({});
    row["DateFilter"] = day(&entry.time).into();
    row
}

/// `2026-08-08T00:35:13.1234567+00:00` as `20260808`.
fn day(time: &str) -> String {
    time.chars().take(10).filter(|letter| *letter != '-').collect()
}
