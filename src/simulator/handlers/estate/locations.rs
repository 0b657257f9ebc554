//! Named locations.

use serde_json::{Value, json};

use super::listing::managed;
use super::writing::{change, missing, take, word, words, write};
use super::{Area, Reach, Reply, Request, World, is_all, reach};
use crate::simulator::powershell::{is_true, text};
use crate::simulator::state::access::{LOCATIONS, country_location, ip_location, ip_range};
use crate::simulator::state::calendar::moment;

/// The endpoints of this area.
pub(super) const HANDLERS: Area =
    &[("AddNamedLocation", add), ("ExecNamedLocation", edit), ("ListNamedLocations", list)];

/// `ListNamedLocations`: with ranges or countries as one text.
fn list(world: &World, request: &Request) -> Reply {
    match reach(world, &text(request.query("tenantFilter"))) {
        Reach::Tenant(tenant) => {
            let mut rows = world.shelf(tenant, &LOCATIONS).rows();
            rows.iter_mut().for_each(|row| row["rangeOrLocation"] = entries(row).join(", ").into());
            Reply::json(&rows)
        }
        Reach::Broken(trouble) => Reply::json_of(403, &[trouble]),
        Reach::Nowhere => Reply::json(&json!([])),
    }
}

/// The ranges or countries of a location.
fn entries(row: &Value) -> Vec<String> {
    let ranges = row["ipRanges"].as_array().into_iter().flatten().map(|range| text(&range["cidrAddress"]));
    ranges.chain(words(&row["countriesAndRegions"])).collect()
}

/// `AddNamedLocation`: names need not be unique; what fails is a line in a 200.
fn add(world: &World, request: &Request) -> Reply {
    let mut tenants = words(request.body("selectedTenants"));
    if tenants.iter().any(|name| is_all(name)) {
        tenants = managed(world).map(|tenant| tenant.domain.clone()).collect();
    }
    let name = text(request.body("policyName"));
    let of_addresses = text(request.body("Type")).eq_ignore_ascii_case("IPLocation");
    let ranges = text(request.body("Ips"));
    let ranges: Vec<_> = ranges.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
    let countries = words(request.body("Countries"));
    let said = tenants.iter().map(|domain| {
        match reach(world, domain) {
            Reach::Tenant(tenant) => {
                let id = world.fresh_id();
                world.shelf(tenant, &LOCATIONS).put(if of_addresses {
                    ip_location(&id, &name, &ranges, is_true(request.body("Trusted")))
                } else {
                    let unknown = is_true(request.body("includeUnknownCountriesAndRegions"));
                    country_location(&id, &name, &countries, unknown)
                });
            }
            Reach::Broken(trouble) => return format!("Failed to add named location for {domain}: {trouble}"),
            Reach::Nowhere => {}
        }
        format!("Successfully added Named Location {name} for {domain}")
    });
    Reply::results(200, said.collect::<Vec<_>>())
}

/// `ExecNamedLocation`: eight changes, one of which deletes.
fn edit(world: &World, request: &Request) -> Reply {
    let (id, what) = (text(request.body("namedLocationId")), word(request.body("change")));
    let input = words(request.body("input"));
    let input: Vec<_> = match request.body("input").get("value") {
        Some(Value::Array(_)) => words(&request.body("input")["value"]),
        _ => input,
    };
    let failed = |why| Reply::results(500, format!("Failed to edit named location: {why}"));
    write(world, request.either("tenantFilter"), failed, |tenant| {
        let present = tenant.map(|tenant| world.shelf(tenant, &LOCATIONS).row(&id).ok_or_else(|| missing(&id)));
        let name = present.transpose()?.map(|row| text(&row["displayName"])).unwrap_or_default();
        let done = match what.to_lowercase().as_str() {
            "delete" => {
                take(world, tenant, &LOCATIONS, &id)?;
                return Ok(Reply::results(200, format!("Successfully deleted named location {name}")));
            }
            "addip" | "addlocation" => "added",
            "removeip" | "removelocation" => "removed",
            "rename" => "renamed",
            "settrusted" | "setuntrusted" => "changed trust of",
            _ => return Err(format!("'{what}' is not a change")),
        };
        change(world, tenant, &LOCATIONS, &id, |row| apply(row, &what, &input))?;
        Ok(Reply::results(200, format!("Successfully {done} {} in named location {name}", input.join(", "))))
    })
}

fn apply(row: &mut Value, what: &str, input: &[String]) {
    let one = input.first().cloned().unwrap_or_default();
    let push = |list: &mut Value, value: Value| {
        if let Some(list) = list.as_array_mut() {
            list.push(value);
        }
    };
    let keep = |list: &mut Value, text: fn(&Value) -> String| {
        if let Some(list) = list.as_array_mut() {
            list.retain(|value| !input.contains(&text(value)));
        }
    };
    match what.to_lowercase().as_str() {
        "addip" => push(&mut row["ipRanges"], ip_range(&one)),
        "addlocation" => push(&mut row["countriesAndRegions"], one.into()),
        "removeip" => keep(&mut row["ipRanges"], |range| text(&range["cidrAddress"])),
        "removelocation" => keep(&mut row["countriesAndRegions"], text),
        "rename" => row["displayName"] = one.into(),
        other => row["isTrusted"] = (other == "settrusted").into(),
    }
    row["modifiedDateTime"] = moment().into();
}
