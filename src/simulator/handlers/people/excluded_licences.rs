//! Licences that the server leaves out of counts or of alerts, for all tenants at once.

use serde_json::{Value, json};

use crate::simulator::powershell::{text, truthy};
use crate::simulator::reply::Reply;
use crate::simulator::request::Request;
use crate::simulator::state::World;
use crate::simulator::state::shelf::Kind;

/// The licences that are left out.
static EXCLUDED: Kind = Kind {
    name: "excluded licences",
    key: "GUID",
    first: |_, _| DEFAULTS.iter().map(|(guid, name)| row(guid, name, true)).collect(),
};

/// Free products that are left out unless told.
const DEFAULTS: &[(&str, &str)] = &[
    ("f30db892-07e9-47e9-837c-80727f46fd3d", "Microsoft Power Automate Free"),
    ("a403ebcc-fae0-4ca2-8c8c-7a907fd6c235", "Power BI (free)"),
    ("6470687e-a428-4b7a-bef2-8a291ad947c9", "Windows Store for Business"),
];

fn row(guid: &str, name: &str, everywhere: bool) -> Value {
    json!({
        "PartitionKey": "License", "RowKey": guid, "GUID": guid, "Product_Display_Name": name,
        "ExcludedEverywhere": everywhere, "ExclusionType": if everywhere { "Everywhere" } else { "AlertOnly" },
        "ShowInLicenseDropdown": false,
    })
}

/// `ListExcludedLicenses`
pub(super) fn list(world: &World, _: &Request) -> Reply {
    Reply::json(&json!({"Results": world.own(&EXCLUDED).rows()}))
}

/// Whether a licence is left out everywhere.
pub(super) fn is_excluded(world: &World, sku: &str) -> bool {
    world.own(&EXCLUDED).row(sku).is_some_and(|row| row["ExcludedEverywhere"] == json!(true))
}

/// `ExecExcludeLicenses`
pub(super) fn set(world: &World, request: &Request) -> Reply {
    let body = |name: &str| text(request.body(name));
    let (action, guid, name) = (body("Action"), body("GUID"), body("SKUName"));
    let shelf = world.own(&EXCLUDED);
    let done = match action.to_lowercase().as_str() {
        "restoredefaults" => {
            if truthy(request.body("FullReset")) {
                shelf.retain(|_| false);
            }
            let missing = DEFAULTS.iter().filter(|(guid, _)| shelf.row(guid).is_none());
            missing.for_each(|(guid, name)| shelf.put(row(guid, name, true)));
            return Reply::results(200, "Successfully restored the default excluded licenses");
        }
        _ if guid.is_empty() => false,
        "addexclusion" | "alertonly" => {
            shelf.put(row(&guid, &name, action.eq_ignore_ascii_case("AddExclusion")));
            true
        }
        "removeexclusion" => shelf.take(&guid).is_some(),
        "setshowindropdown" => {
            let show = truthy(request.body("ShowInDropdown"));
            shelf.change(&guid, |row| row["ShowInLicenseDropdown"] = json!(show))
        }
        _ => false,
    };
    if done {
        return Reply::results(200, format!("Success. {action} was carried out for {name} ({guid})"));
    }
    Reply::results(500, format!("Failed to process excluded licenses: {action} of {guid}"))
}
