//! Paid subscriptions at the distributor.

use serde_json::{Value, json};

use super::edit::texts_of;
use super::scheduler::{blank, schedule};
use super::tenant;
use crate::simulator::handlers::estate::extension_is_enabled;
use crate::simulator::powershell::{text, unwrapped};
use crate::simulator::reply::Reply;
use crate::simulator::request::Request;
use crate::simulator::state::World;
use crate::simulator::state::shelf::Kind;
use crate::simulator::state::tasks::Task;
use crate::simulator::state::tenant::Tenant;

/// The price list: product and name.
const PRICES: &[(&str, &str)] = &[
    ("CFQ7TTC0LCHC:0002", "Microsoft 365 Business Premium"),
    ("CFQ7TTC0LH18:0001", "Microsoft 365 Business Basic"),
    ("CFQ7TTC0LFLZ:0002", "Microsoft 365 E5"),
    ("CFQ7TTC0LDPB:0001", "Microsoft 365 Business Standard"),
];

/// The subscriptions of a tenant.
static SUBSCRIPTIONS: Kind = Kind {
    name: "subscriptions",
    key: "sku",
    first: |world, tenant| {
        let row = |(sku, name): &(&str, &str)| {
            let seed = tenant.seed.of(sku, 0);
            subscription(world, &seed.guid("id"), sku, name, 25)
        };
        PRICES[..2].iter().map(row).collect()
    },
};

fn subscription(world: &World, id: &str, sku: &str, name: &str, quantity: i64) -> Value {
    json!({
        "id": id, "productName": name, "sku": sku, "quantity": quantity, "status": "Active",
        "purchaseDate": world.calendar.ago(120, 0), "billingCycle": "Monthly",
        "commitmentTerm": {
            "type": "Yearly", "termEndDate": world.calendar.ahead(245),
            "renewalConfiguration": {"renewalDate": world.calendar.ahead(245), "scheduledQuantity": null},
        },
    })
}

/// `ListCSPLicenses`: without the integration there is nothing to list.
pub(super) fn list(world: &World, request: &Request) -> Result<Reply, Reply> {
    let refused =
        || Reply::json_of(400, &["Unable to retrieve CSP licenses, ensure that Sherweb is enabled and mapped"]);
    let tenant = tenant(world, &text(request.query("tenantFilter")), 400, refused).map_err(|_| refused())?;
    if !extension_is_enabled(world, "Sherweb") {
        return Err(refused());
    }
    Ok(Reply::rows(world.shelf(tenant, &SUBSCRIPTIONS).rows().into_iter()))
}

/// `ListCSPsku`: the price list; with the flag, whatever its value, what the tenant has.
pub(super) fn prices(world: &World, request: &Request) -> Result<Reply, Reply> {
    let tenant = tenant(world, &text(request.query("tenantFilter")), 500, || Reply::json(&json!([])))?;
    if !request.query("currentSkuOnly").is_null() {
        return Ok(Reply::rows(world.shelf(tenant, &SUBSCRIPTIONS).rows().into_iter()));
    }
    let row = |(sku, name): &(&str, &str)| json!({"name": [{"culture": "en-US", "value": name}], "sku": sku});
    Ok(Reply::rows(PRICES.iter().map(row)))
}

/// `ExecCSPLicense`: a bare text; an action that it does not know succeeds without doing anything.
pub(super) fn change(world: &World, request: &Request) -> Result<Reply, Reply> {
    let done =
        || Reply::text(200, "License change executed successfully.").logged("License change executed successfully.");
    let domain = text(unwrapped(request.body("tenantFilter")));
    let tenant = tenant(world, &domain, 500, done)?;
    apply(world, tenant, request).map(|()| done()).map_err(|cause| {
        let text = format!("Failed to execute license change. Error: {cause}");
        Reply::text(500, text.clone()).logged(text)
    })
}

fn apply(world: &World, tenant: &Tenant, request: &Request) -> Result<(), String> {
    let number =
        |name: &str| text(request.body(name)).parse::<i64>().map_err(|_| format!("{name} is no whole number."));
    let (sku, shelf) = (text(unwrapped(request.body("SKU"))), world.shelf(tenant, &SUBSCRIPTIONS));
    let add = |by: i64| {
        let changed = shelf
            .change(&sku, |row| row["quantity"] = json!((row["quantity"].as_i64().unwrap_or_default() + by).max(0)));
        if changed { Ok(()) } else { Err(format!("There is no subscription for {sku}.")) }
    };
    match text(request.body("Action")).to_lowercase().as_str() {
        "add" => add(number("Add")?),
        "remove" => add(-number("Remove")?),
        "newsub" => {
            let quantity = number("Quantity")?;
            if !shelf.change(&sku, |row| row["quantity"] = json!(quantity)) {
                let name = PRICES.iter().find(|(known, _)| *known == sku).map(|(_, name)| *name);
                let name = name.ok_or_else(|| format!("{sku} is not in the price list."))?;
                shelf.put(subscription(world, &world.fresh_id(), &sku, name, quantity));
            }
            Ok(())
        }
        "cancel" => {
            let ids = texts_of(request.body("SubscriptionIds"));
            shelf.retain(|row| !ids.contains(&text(&row["id"])));
            Ok(())
        }
        "scheduleremoval" => {
            plan_removal(world, tenant, &sku, request);
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Queues the task that takes seats away some days before the renewal.
fn plan_removal(world: &World, tenant: &Tenant, sku: &str, request: &Request) {
    let task = Task {
        key: world.fresh_id(),
        name: format!("Decrease Sherweb License at Renewal: {sku}"),
        command: "Set-SherwebSubscription".to_owned(),
        parameters: json!({"SKU": sku, "Remove": request.body("Remove")}),
        tenant: tenant.domain.clone(),
        time: world.tasks.clock() + 242 * 86_400,
        ..blank(request.whole_body())
    };
    schedule(world, task, false);
}
