//! Settings of one mailbox: each endpoint sets one thing.

use serde_json::{Value, json};

use super::edit::texts_of;
use super::one_user::Plan;
use crate::simulator::powershell::{is_true, text, to_boolean, truthy, unwrapped};
use crate::simulator::reply::Reply;
use crate::simulator::request::Request;
use crate::simulator::state::World;
use crate::simulator::state::calendar::moment;
use crate::simulator::state::user::Kind;

type Planned = Result<Plan, Reply>;

/// A flag that the server converts, so that any other text than `true` and `false` is an error.
fn flag(request: &Request, name: &str) -> Result<bool, Reply> {
    to_boolean(request.either(name)).map_err(|trouble| Reply::results(500, trouble))
}

/// The name that only the text shows; the id where there is none.
fn shown(request: &Request, name: &str, plan: &Plan) -> String {
    let shown = text(request.either(name));
    if shown.is_empty() { plan.user.clone() } else { shown }
}

/// `ExecHideFromGAL`
pub(super) fn hide(_: &World, request: &Request) -> Planned {
    let (hide, plan) = (flag(request, "HideFromGAL")?, Plan::mailbox(request, "ID"));
    let word = if hide { "hidden" } else { "unhidden" };
    let (done, failed) = (
        format!("Successfully {word} {} from GAL.", plan.user),
        format!("Could not hide {} from address list", plan.user),
    );
    Ok(plan.set_mailbox([("HiddenFromAddressListsEnabled", json!(hide))]).says(done, failed))
}

/// `ExecCopyForSent`
pub(super) fn copy_sent(_: &World, request: &Request) -> Planned {
    let (copy, plan) = (flag(request, "messageCopyState")?, Plan::mailbox(request, "ID"));
    let word = if copy { "enabled" } else { "disabled" };
    let done = format!("Successfully {word} message copy for sent items for {}", plan.user);
    let failed = format!("Failed to set message copy for {}", plan.user);
    let copy = json!(copy);
    let set = [("MessageCopyForSentAsEnabled", copy.clone()), ("MessageCopyForSendOnBehalfEnabled", copy)];
    Ok(plan.set_mailbox(set).says(done, failed))
}

/// `ExecEnableArchive`
pub(super) fn archive(_: &World, request: &Request) -> Planned {
    let plan = Plan::mailbox(request, "id");
    let name = shown(request, "username", &plan);
    let plan = plan.change(|_, user| {
        let guid = user.seed.of("mailbox", 0).guid("archive");
        user.mailbox.insert("ArchiveGuid".to_owned(), json!(guid));
        user.mailbox.insert("ArchiveStatus".to_owned(), json!("Active"));
        Ok(())
    });
    Ok(plan.says(format!("Successfully enabled archive for {name}"), format!("Failed to enable archive for {name}")))
}

/// `ExecEnableAutoExpandingArchive`
pub(super) fn expanding_archive(_: &World, request: &Request) -> Planned {
    let plan = Plan::mailbox(request, "ID");
    let name = shown(request, "username", &plan);
    let (done, failed) = (
        format!("Successfully enabled auto-expanding archive for {name}"),
        format!("Failed to enable auto-expanding archive for {name}"),
    );
    Ok(plan.set_mailbox([("AutoExpandingArchiveEnabled", json!(true))]).says(done, failed))
}

/// `ExecSetLitigationHold`: without `disable` the hold is set.
pub(super) fn litigation_hold(_: &World, request: &Request) -> Planned {
    let (hold, plan) = (!is_true(request.either("disable")), Plan::mailbox(request, "Identity"));
    let name = shown(request, "UPN", &plan);
    let since = if hold { json!(moment()) } else { Value::Null };
    let done = format!("Litigation hold for {name} has been {}", if hold { "enabled" } else { "disabled" });
    let plan = plan.set_mailbox([("LitigationHoldEnabled", json!(hold)), ("LitigationHoldDate", since)]);
    Ok(plan.says(done, format!("Failed to set litigation hold for {name}")))
}

/// `ExecSetRetentionHold`: without `disable` the hold is set.
pub(super) fn retention_hold(_: &World, request: &Request) -> Planned {
    let (hold, plan) = (!is_true(request.either("disable")), Plan::mailbox(request, "Identity"));
    let name = shown(request, "UPN", &plan);
    let done = format!("Retention hold for {name} has been {}", if hold { "enabled" } else { "disabled" });
    let plan = plan.set_mailbox([("RetentionHoldEnabled", json!(hold))]);
    Ok(plan.says(done, format!("Failed to set retention hold for {name}")))
}

/// `ExecSetMailboxQuota`: the quota that is named, whatever value the name has.
pub(super) fn quota(_: &World, request: &Request) -> Planned {
    const QUOTAS: [&str; 3] = ["ProhibitSendQuota", "ProhibitSendReceiveQuota", "IssueWarningQuota"];
    let plan = Plan::mailbox(request, "user");
    let size = text(request.either("quota"));
    let Some(which) = QUOTAS.into_iter().find(|name| truthy(request.either(name))) else {
        return Err(Reply::results(200, "Could not adjust mailbox quota: no quota was named"));
    };
    let done = format!("Changed {which} of {} - {size}", plan.user);
    let failed = format!("Could not adjust mailbox quota for {}", plan.user);
    Ok(plan.set_mailbox([(which, json!(spaced(&size)))]).says(done, failed))
}

/// `50GB` as Exchange writes it: `50 GB`.
fn spaced(size: &str) -> String {
    let at = size.find(|letter: char| letter.is_ascii_alphabetic()).unwrap_or(size.len());
    format!("{} {}", size[..at].trim(), size[at..].to_uppercase()).trim().to_owned()
}

/// `ExecSetRecipientLimits`
pub(super) fn recipient_limits(_: &World, request: &Request) -> Planned {
    let plan = Plan::mailbox(request, "Identity");
    let (name, limit) = (shown(request, "userid", &plan), text(request.either("recipientLimit")));
    let done = format!("Recipient limit for {name} has been set to {limit}");
    let plan = plan.set_mailbox([("RecipientLimits", json!(limit))]);
    Ok(plan.says(done, format!("Could not set recipient limit for {name}")))
}

/// `ExecSetMailboxEmailSize`
pub(super) fn message_size(_: &World, request: &Request) -> Planned {
    let plan = Plan::mailbox(request, "id");
    let sizes = [("maxSendSize", "MaxSendSize"), ("maxReceiveSize", "MaxReceiveSize")];
    let set: Vec<_> = sizes
        .into_iter()
        .filter_map(|(sent, property)| Some((property, text(request.either(sent)).parse::<u32>().ok()?)))
        .collect();
    if set.is_empty() || set.iter().any(|(_, size)| !(1..=150).contains(size)) {
        return Err(Reply::results(500, "Failed to set mailbox size: a whole number from 1 to 150 is needed"));
    }
    let name = plan.user.clone();
    let plan = plan.change(move |_, user| {
        let set = set.into_iter().map(|(name, size)| (name.to_owned(), json!(format!("{size} MB"))));
        user.mailbox.extend(set);
        Ok(())
    });
    Ok(plan
        .says(format!("Successfully set message sizes for {name}"), format!("Failed to set message sizes for {name}")))
}

/// `ExecConvertMailbox`
pub(super) fn convert(_: &World, request: &Request) -> Planned {
    let plan = Plan::mailbox(request, "ID");
    let kind = text(unwrapped(request.either("MailboxType")));
    let details = match kind.to_lowercase().as_str() {
        "shared" => "SharedMailbox",
        "regular" => "UserMailbox",
        "room" => "RoomMailbox",
        "equipment" => "EquipmentMailbox",
        _ => return Err(Reply::results(500, format!("Failed to convert {}: '{kind}' is no mailbox type", plan.user))),
    };
    let (done, failed) = (
        format!("Successfully converted {} to a {kind} mailbox", plan.user),
        format!("Failed to convert {} to a {kind} mailbox", plan.user),
    );
    Ok(plan.set_mailbox([("RecipientTypeDetails", json!(details))]).says(done, failed))
}

/// `ExecEmailForward`: an option that is none of the three does nothing, and says nothing.
pub(super) fn forward(world: &World, request: &Request) -> Planned {
    let plan = Plan::mailbox_in_body(request, "userID");
    let (user, keep) = (plan.user.clone(), is_true(request.body("KeepCopy")));
    let failed = format!("Could not set forwarding for {user}");
    let done = |to: &str| {
        let kept = if keep { "True" } else { "False" };
        vec![format!("Successfully set forwarding for {user} to {to} with keeping a copy set to {kept}")]
    };
    match text(request.body("forwardOption")).to_lowercase().as_str() {
        "internaladdress" => {
            let to = texts_of(request.body("ForwardInternal")).into_iter().next().unwrap_or_default();
            let name = recipient(world, &plan.tenant, &to)
                .ok_or_else(|| Reply::results(500, vec![format!("{failed}. Couldn't find object '{to}'.")]))?;
            let done = done(&format!("Internal Address {to}"));
            Ok(plan.set_mailbox(forwarding(json!(name), Value::Null, keep)).says(done, failed))
        }
        "externaladdress" => {
            let to = text(request.body("ForwardExternal"));
            let done = done(&format!("External Address {to}"));
            Ok(plan.set_mailbox(forwarding(Value::Null, json!(format!("smtp:{to}")), keep)).says(done, failed))
        }
        "disabled" => {
            let done = ["Disabling", "Successfully disabled"].map(|word| format!("{word} forwarding for {user}"));
            Ok(plan.set_mailbox(forwarding(Value::Null, Value::Null, false)).says(done.to_vec(), failed))
        }
        _ => Err(Reply::results(200, Vec::<String>::new())),
    }
}

fn forwarding(internal: Value, external: Value, keep: bool) -> [(&'static str, Value); 3] {
    [("ForwardingAddress", internal), ("ForwardingSmtpAddress", external), ("DeliverToMailboxAndForward", json!(keep))]
}

/// The name under which Exchange shows a recipient; in a tenant that is not there anything will do.
fn recipient(world: &World, tenant: &str, to: &str) -> Option<String> {
    match world.tenant(tenant) {
        Some(tenant) => tenant.directory().user(to).map(|user| user.display_name.clone()),
        None => Some(to.to_owned()),
    }
}

/// `AddSharedMailbox`
pub(super) fn add_shared(world: &World, request: &Request) -> Result<Reply, Reply> {
    let name = text(unwrapped(request.body("tenantID")));
    let (alias, shown) = (text(request.body("username")), text(request.body("displayName")));
    let upn = format!("{alias}@{}", text(unwrapped(request.body("domain"))));
    let done = || Reply::results(200, vec![format!("Successfully created shared mailbox: {upn}.")]);
    let tenant = super::tenant(world, &name, 500, done)?;
    let make = |number: usize| {
        let user = super::create::fresh(tenant.seed.of("added mailbox", number), &upn, &shown);
        crate::simulator::state::user::User { kind: Kind::Shared, enabled: false, ..user }
    };
    if alias.is_empty() || !tenant.directory().add(make) {
        return Err(Reply::results(
            500,
            vec![format!("Failed to create shared mailbox. The proxy address \"{upn}\" is already being used.")],
        ));
    }
    Ok(done())
}
