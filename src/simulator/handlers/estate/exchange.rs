//! Exchange cmdlets through the server: what a few of them read.

use serde_json::{Map, Value, json};

use super::writing::{word, write};
use super::{Area, Reply, Request, World};
use crate::simulator::powershell::{is_true, member, text};
use crate::simulator::state::mailbox::mailbox;
use crate::simulator::state::organization::DOMAINS;
use crate::simulator::state::tenant::Tenant;
use crate::simulator::state::user::Kind as Account;

/// The endpoints of this area.
pub(super) const HANDLERS: Area = &[("ListExoRequest", run)];

/// What a cmdlet reads of a tenant.
type Read = fn(&World, &Tenant) -> Vec<Value>;

/// Cmdlets with what they read.
const CMDLETS: &[(&str, Read)] =
    &[("Get-AcceptedDomain", accepted_domains), ("Get-Mailbox", mailboxes), ("Get-OrganizationConfig", configuration)];

/// `ListExoRequest`: only the verb of the cmdlet is looked at; errors are a row in a 200, deep values are texts.
fn run(world: &World, request: &Request) -> Reply {
    if is_true(request.body("AvailableCmdlets")) {
        return Reply::results(200, CMDLETS.iter().map(|(name, _)| json!({"Cmdlet": name})).collect::<Vec<_>>());
    }
    let name = word(request.body("Cmdlet"));
    let verb = name.split('-').next().unwrap_or_default();
    if !["get", "search"].contains(&verb.to_lowercase().as_str()) {
        return Reply::results(400, format!("Invalid cmdlet: {name}. Only the verbs Get and Search are allowed."));
    }
    let error = |why: String| Reply::results(200, json!([{"Error": why}]));
    write(world, request.body("TenantFilter"), error, |tenant| {
        let Some((_, read)) = CMDLETS.iter().find(|(known, _)| known.eq_ignore_ascii_case(&name)) else {
            return Err(format!("The term '{name}' is not recognized as a name of a cmdlet."));
        };
        let mut rows = tenant.map(|tenant| read(world, tenant)).unwrap_or_default();
        let identity = text(member(request.body("cmdParams"), "Identity"));
        if !identity.is_empty() {
            rows.retain(|row| names(row).iter().any(|known| known.eq_ignore_ascii_case(&identity)));
            if rows.is_empty() {
                return Err(format!(
                    "The operation couldn't be performed because object '{identity}' couldn't be found."
                ));
            }
        }
        let select = text(request.body("Select"));
        Ok(Reply::results(200, rows.iter().map(|row| shallow(row, &select)).collect::<Vec<_>>()))
    })
}

/// By what a row can be asked for.
fn names(row: &Value) -> Vec<String> {
    ["Identity", "UserPrincipalName", "PrimarySmtpAddress", "ExternalDirectoryObjectId"]
        .iter()
        .map(|field| text(&row[field]))
        .collect()
}

/// The columns that were selected; what lies deeper than a column is a text.
fn shallow(row: &Value, select: &str) -> Map<String, Value> {
    let wanted =
        |name: &str| select.is_empty() || select.split(',').any(|known| known.trim().eq_ignore_ascii_case(name));
    let columns = row.as_object().into_iter().flatten().filter(|(name, _)| wanted(name));
    let flat = |value: &Value| if value.is_array() || value.is_object() { text(value).into() } else { value.clone() };
    columns.map(|(name, value)| (name.clone(), flat(value))).collect()
}

fn mailboxes(_: &World, tenant: &Tenant) -> Vec<Value> {
    let users = tenant.directory().users();
    let has = |user: &&std::sync::Arc<crate::simulator::state::user::User>| {
        user.kind == Account::Shared || (user.kind == Account::Member && !user.licences.is_empty())
    };
    users.iter().filter(has).map(|user| mailbox(tenant, user).into()).collect()
}

fn accepted_domains(world: &World, tenant: &Tenant) -> Vec<Value> {
    let row = |domain: &Value| {
        json!({
            "Identity": domain["id"], "DomainName": domain["id"], "DomainType": "Authoritative",
            "Default": domain["isDefault"], "InitialDomain": domain["isInitial"],
        })
    };
    world.shelf(tenant, &DOMAINS).rows().iter().map(row).collect()
}

fn configuration(_: &World, tenant: &Tenant) -> Vec<Value> {
    vec![json!({
        "Identity": tenant.initial_domain, "DisplayName": tenant.name, "AuditDisabled": false, "OAuth2ClientProfileEnabled": true,
        "IsDehydrated": tenant.seed.chance("dehydrated", 30), "MailTipsAllTipsEnabled": true,
    })]
}
