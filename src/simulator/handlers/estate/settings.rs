//! Settings of the instance.

use serde_json::{Value, json};

use super::writing::{word, words};
use super::{Area, Reply, Request, World};
use crate::simulator::powershell::{text, truthy};
use crate::simulator::state::instance::{FLAGS, SETTINGS};
use crate::simulator::state::organization::ANALYSED;
use crate::simulator::state::shelf::joined;

/// The endpoints of this area.
pub(super) const HANDLERS: Area = &[
    ("ExecDnsConfig", dns),
    ("ExecFeatureFlag", flag),
    ("ExecNotificationConfig", notify),
    ("ExecPasswordConfig", passwords),
    ("ExecUserSettings", set_user_settings),
    ("ListFeatureFlags", |world, _| Reply::rows(world.own(&FLAGS).rows().iter())),
    ("ListNotificationConfig", |world, _| Reply::json(&setting(world, "notifications"))),
    ("ListUserSettings", |world, _| Reply::json(&setting(world, "user settings"))),
];

fn setting(world: &World, name: &str) -> Value {
    world.own(&SETTINGS).row(name).map(|row| row["value"].clone()).unwrap_or_default()
}

fn set(world: &World, name: &str, value: &Value) {
    world.own(&SETTINGS).put(json!({"id": name, "value": value}));
}

/// `ExecDnsConfig`: an unknown action is an empty answer.
fn dns(world: &World, request: &Request) -> Reply {
    let domain = text(request.either("Domain"));
    match text(request.either("Action")).to_lowercase().as_str() {
        "getconfig" => Reply::json(&setting(world, "dns")),
        "setconfig" => {
            let resolver = text(request.either("Resolver"));
            if !["Google", "Cloudflare", "Quad9"].contains(&resolver.as_str()) {
                return Reply::results(400, format!("Unsupported resolver {resolver}"));
            }
            set(world, "dns", &json!({"Resolver": resolver}));
            Reply::results(200, "DNS configuration updated")
        }
        "setdkimconfig" => Reply::results(200, format!("DKIM selectors of {domain} updated")),
        "removedomain" => {
            let holders = world.customers().filter(|tenant| world.shelf(tenant, &ANALYSED).take(&domain).is_some());
            match holders.count() {
                0 => Reply::results(500, format!("Domain {domain} was not found")),
                _ => Reply::results(200, format!("Domain {domain} removed")),
            }
        }
        _ => Reply::text(200, ""),
    }
}

/// `ExecFeatureFlag`: any text counts as on, `false` too.
fn flag(world: &World, request: &Request) -> Reply {
    let id = text(request.either("Id"));
    let Some(row) = world.own(&FLAGS).row(&id) else {
        return Reply::results(400, format!("Feature flag {id} not found"));
    };
    if !text(request.body("Action")).eq_ignore_ascii_case("Set") {
        return Reply::json(&row);
    }
    if row["AllowUserToggle"] != true {
        return Reply::results(400, format!("Feature flag {id} cannot be toggled"));
    }
    let enabled = truthy(request.body("Enabled"));
    world.own(&FLAGS).change(&id, |row| row["Enabled"] = enabled.into());
    Reply::results(200, format!("Feature flag {id} set to {}", text(&enabled.into())))
}

/// `ExecNotificationConfig`: the row is replaced, and what is left out is empty.
fn notify(world: &World, request: &Request) -> Reply {
    let list = |name: &str| words(request.body(name));
    let before = setting(world, "notifications");
    // Secrets of the webhook are kept where they are left out.
    let kept = |name: &str| match request.body(name) {
        Value::Null => before[name].clone(),
        _ => "SentToKeyVault".into(),
    };
    let new = json!({
        "email": text(request.body("email")), "webhook": text(request.body("webhook")), "Severity": list("Severity"),
        "logsToInclude": list("logsToInclude"), "onePerTenant": truthy(request.body("onePerTenant")),
        "sendtoIntegration": truthy(request.body("sendtoIntegration")),
        "includeTenantId": truthy(request.body("includeTenantId")),
        "UseStandardizedSchema": truthy(request.body("UseStandardizedSchema")),
        "webhookAuthType": word(request.body("webhookAuthType")), "webhookAuthToken": kept("webhookAuthToken"),
        "webhookAuthPassword": kept("webhookAuthPassword"), "webhookAuthUsername": text(request.body("webhookAuthUsername")),
    });
    set(world, "notifications", &new);
    Reply::results(200, "Successfully set the configuration")
}

/// `ExecPasswordConfig`: shown by a flag, else set as a whole.
fn passwords(world: &World, request: &Request) -> Reply {
    if truthy(request.query("List")) {
        return Reply::results(200, setting(world, "passwords"));
    }
    let flag = |name: &str| truthy(request.body(name));
    let number = |name: &str| text(request.body(name)).parse::<u64>().unwrap_or_default();
    let (kind, length, words) = (text(request.body("passwordType")), number("charCount"), number("wordCount"));
    let kinds = ["includeUppercase", "includeLowercase", "includeDigits", "includeSpecialChars"];
    match kind.as_str() {
        "Classic" if !(8..=256).contains(&length) => return Reply::results(400, "charCount must be between 8 and 256"),
        "Classic" if kinds.iter().filter(|name| flag(name)).count() < 3 => {
            return Reply::results(400, "At least 3 of the 4 character types must be enabled");
        }
        "Passphrase" if !(3..=10).contains(&words) => return Reply::results(400, "wordCount must be between 3 and 10"),
        "Classic" | "Passphrase" => {}
        _ => return Reply::results(400, "passwordType must be Classic or Passphrase"),
    }
    let classic = json!({
        "passwordType": kind, "charCount": length, "includeUppercase": flag(kinds[0]), "includeLowercase": flag(kinds[1]),
        "includeDigits": flag(kinds[2]), "includeSpecialChars": flag(kinds[3]),
        "specialCharSet": text(request.body("specialCharSet")),
    });
    let phrase = json!({
        "wordCount": words, "separator": text(request.body("separator")), "capitalizeWords": flag("capitalizeWords"),
        "appendNumber": flag("appendNumber"), "appendSpecialChar": flag("appendSpecialChar"),
    });
    set(world, "passwords", &joined(classic, phrase));
    Reply::results(200, "Successfully set the password configuration")
}

/// `ExecUserSettings`: the answer is a list of one. A client sees the settings for all.
fn set_user_settings(world: &World, request: &Request) -> Reply {
    let user = word(request.body("user"));
    if user.eq_ignore_ascii_case("allUsers") {
        set(world, "user settings", request.body("currentSettings"));
    }
    Reply::json(&json!([{"Results": "Successfully added user settings"}]))
        .logged(format!("Saved the settings of {user}"))
}
