//! Messages in quarantine, and contacts.

use serde_json::{Value, json};

use super::edit::texts_of;
use super::{queued_rows, tenant};
use crate::simulator::handlers::is_all;
use crate::simulator::powershell::{member, text, unwrapped};
use crate::simulator::reply::Reply;
use crate::simulator::request::Request;
use crate::simulator::state::World;
use crate::simulator::state::mail_items::{COLUMNS, CONTACTS, QUARANTINE, contact};

/// `ListMailQuarantine`
pub(super) fn quarantine(world: &World, request: &Request) -> Reply {
    let name = text(request.query("tenantFilter"));
    if is_all(&name) {
        return queued_rows(world, "ListMailQuarantine", "Mail Quarantine - All Tenants", &name, |tenant| {
            let mut rows = world.shelf(tenant, &QUARANTINE).rows();
            rows.iter_mut().for_each(|row| row["Tenant"] = json!(tenant.domain));
            rows
        });
    }
    let rows = |tenant| world.shelf(tenant, &QUARANTINE).rows();
    let rows: Vec<Value> = super::tenants(world, &name).into_iter().flat_map(rows).collect();
    Reply::json(&json!({"Results": rows, "Metadata": {}}))
}

/// `ExecQuarantineManagement`
pub(super) fn release(world: &World, request: &Request) -> Result<Reply, Reply> {
    let (ids, kind) = (texts_of(request.body("Identity")), text(request.body("Type")));
    let done = || Reply::results(200, format!("Successfully processed {kind} for {} message(s)", ids.len()));
    let tenant = tenant(world, &text(unwrapped(request.body("tenantFilter"))), 200, done)?;
    let status = match kind.to_lowercase().as_str() {
        "release" => "RELEASED",
        "deny" => "DENIED",
        "approve" => "APPROVED",
        "request" => "REQUESTED",
        _ => return Err(Reply::results(200, format!("Quarantine Management failed: '{kind}' is no action"))),
    };
    for id in &ids {
        if !world.shelf(tenant, &QUARANTINE).change(id, |row| row["ReleaseStatus"] = json!(status)) {
            return Err(Reply::results(200, format!("Quarantine Management failed: message '{id}' was not found")));
        }
    }
    Ok(done())
}

/// `ListContacts`: one row comes without its list; with `id` it is one contact under other names.
pub(super) fn contacts(world: &World, request: &Request) -> Result<Reply, Reply> {
    let tenant = tenant(world, &text(request.query("tenantFilter")), 403, || Reply::json(&json!([])))?;
    let id = text(request.query("id"));
    let shelf = world.shelf(tenant, &CONTACTS);
    if !id.is_empty() {
        return shelf
            .row(&id)
            .map(|row| Reply::json(&one(&row)))
            .ok_or_else(|| Reply::json_of(403, &[format!("Couldn't find object '{id}'.")]));
    }
    let shown = |row: &Value| {
        let mut shown = json!({"Guid": row["Guid"], "IsDirSynced": row["IsDirSynced"], "graphId": row["Guid"]});
        for (column, _) in &COLUMNS[..7] {
            shown[*column] = row[*column].clone();
        }
        shown
    };
    let rows: Vec<_> = shelf.rows().iter().map(shown).collect();
    Ok(if let [only] = rows.as_slice() { Reply::json(only) } else { Reply::json(&rows) })
}

fn one(row: &Value) -> Value {
    json!({
        "id": row["Guid"], "displayName": row["DisplayName"], "givenName": row["FirstName"], "surname": row["LastName"],
        "mail": row["WindowsEmailAddress"], "companyName": row["Company"], "jobTitle": row["Title"],
        "website": row["WebPage"], "notes": null, "hidefromGAL": row["HiddenFromAddressListsEnabled"],
        "mailTip": row["MailTip"], "onPremisesSyncEnabled": false,
        "addresses": [{
            "street": row["StreetAddress"], "city": row["City"], "state": row["StateOrProvince"],
            "postalCode": row["PostalCode"], "countryOrRegion": row["CountryOrRegion"],
        }],
        "phones": [{"type": "business", "number": row["Phone"]}, {"type": "mobile", "number": row["MobilePhone"]}],
    })
}

/// `AddContact`
pub(super) fn add(world: &World, request: &Request) -> Result<Reply, Reply> {
    let name = text(request.body("displayName"));
    let done = || Reply::results(200, format!("Successfully created contact {name}"));
    let tenant = tenant(world, &text(unwrapped(request.body("tenantid"))), 500, done)?;
    let mail = text(request.body("email"));
    if name.is_empty() || !mail.contains('@') || !request.body("hidefromGAL").is_boolean() {
        return Err(Reply::results(
            500,
            format!("Failed to create contact. Name, address and hidefromGAL are needed: {name}"),
        ));
    }
    world.shelf(tenant, &CONTACTS).put(contact(&world.fresh_id(), request.whole_body()));
    Ok(done())
}

/// `EditContact`
pub(super) fn edit(world: &World, request: &Request) -> Result<Reply, Reply> {
    let id = text(request.body("ContactID"));
    let done = || Reply::results(200, format!("Successfully edited contact {}", text(request.body("displayName"))));
    let tenant = tenant(world, &text(unwrapped(request.body("tenantID"))), 500, done)?;
    let changed = world.shelf(tenant, &CONTACTS).change(&id, |row| {
        for (column, sent) in COLUMNS {
            let value = member(request.whole_body(), sent);
            if !value.is_null() {
                row[*column] = value.clone();
            }
        }
    });
    if changed {
        Ok(done())
    } else {
        Err(Reply::results(500, format!("Failed to edit contact. Couldn't find object '{id}'.")))
    }
}

/// `RemoveContact`: the address is only text.
pub(super) fn remove(world: &World, request: &Request) -> Result<Reply, Reply> {
    let (id, mail) = (text(request.either("GUID")), text(request.either("Mail")));
    let done = || Reply::results(200, format!("Deleted contact {mail}"));
    let tenant = tenant(world, &text(unwrapped(request.either("tenantFilter"))), 500, done)?;
    let gone = world.shelf(tenant, &CONTACTS).take(&id).is_some();
    if gone {
        Ok(done())
    } else {
        Err(Reply::results(500, format!("Could not delete contact {mail}. Couldn't find object '{id}'.")))
    }
}
