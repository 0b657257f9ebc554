//! Mailboxes as they are read.

use serde_json::{Value, json};

use super::{found, refused, tenant};
use crate::simulator::handlers::is_all;
use crate::simulator::powershell::{is_true, text, truthy};
use crate::simulator::reply::Reply;
use crate::simulator::request::Request;
use crate::simulator::state::World;
use crate::simulator::state::graph_user::{Row, graph_user, object};
use crate::simulator::state::mailbox::{NO_ARCHIVE, PERMISSIONS, mailbox};
use crate::simulator::state::tenant::{Standing, Tenant};
use crate::simulator::state::user::User;

/// The mailboxes behind a read: of one tenant, or of all from the report, with the columns that the report adds.
fn each(world: &World, request: &Request, row: impl Fn(&Tenant, &User) -> Option<Value>) -> Result<Reply, Reply> {
    let (name, cached) = (text(request.query("tenantFilter")), is_true(request.query("UseReportDB")));
    let of = |tenant: &Tenant| -> Vec<Value> {
        let users = tenant.directory().users();
        let users = users.iter().filter(|user| user.has_mailbox());
        users
            .filter_map(|user| row(tenant, user))
            .map(|row| if cached { stamped(world, tenant, row) } else { row })
            .collect()
    };
    if is_all(&name) && cached {
        let tenants = world.customers().filter(|tenant| tenant.standing == Standing::Managed);
        return Ok(Reply::rows(tenants.flat_map(of)));
    }
    let tenant = tenant(world, &name, 403, || Reply::json(&json!([])))?;
    Ok(Reply::rows(of(tenant).into_iter()))
}

fn stamped(world: &World, tenant: &Tenant, mut row: Value) -> Value {
    row["Tenant"] = json!(tenant.domain);
    row["CacheTimestamp"] = json!(world.calendar.ago(0, 3 * 3600));
    row
}

/// `ListMailboxes`
pub(super) fn list(world: &World, request: &Request) -> Result<Reply, Reply> {
    let query = |name: &str| text(request.query(name)).to_lowercase();
    let (identity, kind, anr) = (query("Identity"), query("RecipientTypeDetails"), query("Anr"));
    let archive = truthy(request.query("Archive"));
    if truthy(request.query("SoftDeletedMailbox")) {
        return Ok(Reply::json(&json!([])));
    }
    each(world, request, |tenant, user| {
        let row = shown(tenant, user);
        let names = [
            user.id.to_lowercase(),
            user.upn.to_lowercase(),
            user.mail.to_lowercase(),
            user.display_name.to_lowercase(),
        ];
        let kinds: Vec<_> = kind.split(',').map(str::trim).collect();
        let passes = (identity.is_empty() || names.contains(&identity))
            && (kind.is_empty() || kinds.contains(&text(&row["recipientTypeDetails"]).to_lowercase().as_str()))
            && (anr.is_empty() || names.iter().any(|name| name.starts_with(&anr)))
            && (!archive || row["ArchiveEnabled"] == json!(true));
        passes.then_some(row)
    })
}

/// A mailbox in the columns of the list.
pub(super) fn shown(tenant: &Tenant, user: &User) -> Value {
    let raw = mailbox(tenant, user);
    let addresses = raw["EmailAddresses"].as_array().into_iter().flatten().map(text);
    let others: Vec<_> = addresses.filter_map(|address| address.strip_prefix("smtp:").map(str::to_owned)).collect();
    let external = text(&raw["ForwardingSmtpAddress"]);
    let mut row = object(json!({
        "UPN": raw["UserPrincipalName"], "displayName": raw["DisplayName"],
        "primarySmtpAddress": raw["PrimarySmtpAddress"],
        "ArchiveEnabled": raw["ArchiveGuid"] != json!(NO_ARCHIVE),
        "AutoExpandingArchive": raw["AutoExpandingArchiveEnabled"], "AutoExpandingArchiveScope": "User",
        "recipientType": raw["RecipientType"], "recipientTypeDetails": raw["RecipientTypeDetails"],
        "AdditionalEmailAddresses": others.join(", "),
        "ForwardingSmtpAddress": external.strip_prefix("smtp:").unwrap_or(&external),
        "InternalForwardingAddress": raw["ForwardingAddress"], "LicensedForLitigationHold": !user.licences.is_empty(),
    }));
    for name in [
        "Id",
        "ExchangeGuid",
        "ArchiveGuid",
        "WhenSoftDeleted",
        "DeliverToMailboxAndForward",
        "HiddenFromAddressListsEnabled",
        "ExternalDirectoryObjectId",
        "IsDirSynced",
        "MessageCopyForSendOnBehalfEnabled",
        "MessageCopyForSentAsEnabled",
        "LitigationHoldEnabled",
        "LitigationHoldDate",
        "LitigationHoldDuration",
        "ComplianceTagHoldApplied",
        "RetentionHoldEnabled",
        "InPlaceHolds",
        "RetentionPolicy",
    ] {
        row.insert(name.to_owned(), raw[name].clone());
    }
    row.into()
}

/// `ListMailboxForwarding`: only mailboxes that forward.
pub(super) fn forwarding(world: &World, request: &Request) -> Result<Reply, Reply> {
    each(world, request, |tenant, user| {
        let row = shown(tenant, user);
        let (external, internal) = (text(&row["ForwardingSmtpAddress"]), text(&row["InternalForwardingAddress"]));
        let (kind, to) = if external.is_empty() { ("Internal", internal) } else { ("External", external) };
        (!to.is_empty()).then(|| {
            json!({
                "UPN": row["UPN"], "DisplayName": row["displayName"], "PrimarySmtpAddress": row["primarySmtpAddress"],
                "RecipientTypeDetails": row["recipientTypeDetails"], "ForwardingType": kind, "ForwardTo": to,
                "ForwardingSmtpAddress": row["ForwardingSmtpAddress"],
                "InternalForwardingAddress": row["InternalForwardingAddress"],
                "DeliverToMailboxAndForward": row["DeliverToMailboxAndForward"],
            })
        })
    })
}

/// `ListSharedMailboxAccountEnabled`: shared mailboxes whose account can sign in.
pub(super) fn shared_enabled(world: &World, request: &Request) -> Result<Reply, Reply> {
    each(world, request, |tenant, user| {
        let shared = mailbox(tenant, user)["RecipientTypeDetails"] == json!("SharedMailbox");
        (shared && user.enabled).then(|| {
            let row = graph_user(world.calendar, tenant, user);
            let mut shown =
                json!({"UserPrincipalName": row["userPrincipalName"], "onPremisesSyncEnabled": user.synced});
            for name in ["displayName", "givenName", "surname", "accountEnabled", "assignedLicenses", "id"] {
                shown[name] = row[name].clone();
            }
            shown
        })
    })
}

/// `ListSharedMailboxStatistics`
pub(super) fn shared_statistics(world: &World, request: &Request) -> Result<Reply, Reply> {
    each(world, request, |tenant, user| {
        let raw = mailbox(tenant, user);
        (raw["RecipientTypeDetails"] == json!("SharedMailbox")).then(|| {
            let seed = user.seed.of("statistics", 0);
            let bytes = 1_000_000 + seed.below("bytes", 40_000_000_000);
            json!({
                "displayName": user.display_name, "UserPrincipalName": user.upn, "MailboxType": "SharedMailbox",
                "ItemCount": seed.below("items", 90_000), "TotalItemSize": bytes,
                "isLicensed": !user.licences.is_empty(),
            })
        })
    })
}

/// `ListUserMailboxDetails`: a row comes even where nothing was found.
pub(super) fn details(world: &World, request: &Request) -> Result<Reply, Reply> {
    let tenant = tenant(world, &text(request.query("tenantFilter")), 500, || Reply::json(&json!([{}])))?;
    let user = tenant.directory().user(&text(request.query("UserID"))).filter(|user| user.has_mailbox());
    let Some(user) = user else { return Ok(Reply::json(&json!([{"Mailbox": null, "RecipientTypeDetails": null}]))) };
    let raw: Row = mailbox(tenant, &user);
    let seed = user.seed.of("statistics", 0);
    let number = |name: &str| text(&raw[name]).split(' ').next().and_then(|size| size.parse::<f64>().ok());
    let archived = raw["ArchiveGuid"] != json!(NO_ARCHIVE);
    let outside = raw["ForwardingAddress"].is_null();
    let forwards_to = &raw[if outside { "ForwardingSmtpAddress" } else { "ForwardingAddress" }];
    let row = json!({
        "ForwardAndDeliver": raw["DeliverToMailboxAndForward"],
        "ForwardingAddress": forwards_to,
        "LitigationHold": raw["LitigationHoldEnabled"], "RetentionHold": raw["RetentionHoldEnabled"],
        "ComplianceTagHold": raw["ComplianceTagHoldApplied"], "InPlaceHold": false, "EDiscoveryHold": false,
        "PurviewRetentionHold": false, "ExcludedFromOrgWideHold": false,
        "HiddenFromAddressLists": raw["HiddenFromAddressListsEnabled"], "EWSEnabled": true, "MailboxMAPIEnabled": true,
        "MailboxOWAEnabled": true, "MailboxImapEnabled": false, "MailboxPopEnabled": false,
        "MailboxActiveSyncEnabled": true, "SmtpClientAuthenticationDisabled": true,
        "Permissions": PERMISSIONS.rows(tenant, &user), "ProhibitSendQuota": number("ProhibitSendQuota"),
        "ProhibitSendReceiveQuota": number("ProhibitSendReceiveQuota"), "ItemCount": seed.below("items", 90_000),
        "TotalItemSize": (seed.below("bytes", 40_000) as f64) / 1000.0,
        "TotalArchiveItemSize": if archived { json!(0) } else { Value::Null },
        "TotalArchiveItemCount": if archived { json!(0) } else { Value::Null }, "BlockedForSpam": false,
        "ArchiveMailBox": archived, "AutoExpandingArchive": raw["AutoExpandingArchiveEnabled"],
        "AutoExpandingArchiveScope": "User", "RecipientTypeDetails": raw["RecipientTypeDetails"],
        "RetentionPolicy": raw["RetentionPolicy"], "MailboxActionsData": shown(tenant, &user), "Mailbox": raw,
    });
    Ok(Reply::json(&[row]))
}

/// The user with a mailbox of this id or name; an error of this status when there is none.
pub(super) fn owner(tenant: &Tenant, name: &str, status: u16) -> Result<std::sync::Arc<User>, Reply> {
    let user = found(tenant, name, status)?;
    if user.has_mailbox() { Ok(user) } else { Err(refused(status, super::one_user::no_such_mailbox(name))) }
}
