//! Users, groups, mailboxes, licences and all else that is about people.

mod account;
mod activity;
mod calendar_permissions;
mod compromise;
mod create;
mod edit;
mod excluded_licences;
mod group_edit;
mod group_list;
mod group_templates;
mod inbox;
mod jit;
mod licences;
mod mail_items;
mod mailbox_list;
mod mailbox_set;
mod membership;
mod mfa_methods;
mod offboarding;
mod one_user;
mod out_of_office;
mod permissions;
mod removal;
mod roles;
mod scheduler;
mod subscriptions;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use serde_json::{Value, json};

use super::users::no_such_user;
use super::{Area, Reach, is_all, reach};
use crate::simulator::reply::{JSON, Reply, rows_text};
use crate::simulator::state::World;
use crate::simulator::state::queues::Asked;
use crate::simulator::state::tenant::{Standing, Tenant};
use crate::simulator::state::user::User;
use one_user::Plan;

pub(super) use group_list::{graph_groups, graph_members};
pub(super) use mfa_methods::methods as graph_methods;
pub(super) use scheduler::{blank, schedule};

/// The endpoints about people.
pub(super) const HANDLERS: Area = &[
    ("AddContact", |world, request| either(mail_items::add(world, request))),
    ("AddGroup", |world, request| either(group_edit::add(world, request))),
    ("AddGroupTemplate", group_templates::add),
    ("AddGuest", |world, request| either(create::guest(world, request))),
    ("AddScheduledItem", scheduler::add),
    ("AddSharedMailbox", |world, request| either(mailbox_set::add_shared(world, request))),
    ("AddUser", |world, request| either(create::user(world, request))),
    ("AddUserBulk", |world, request| either(create::users(world, request))),
    ("EditContact", |world, request| either(mail_items::edit(world, request))),
    ("EditGroup", |world, request| either(group_edit::edit(world, request))),
    ("EditUser", |world, request| either(edit::user(world, request))),
    ("EditUserAliases", |world, request| plan(world, edit::aliases(world, request))),
    ("ExecBECCheck", |world, request| either(compromise::check(world, request))),
    ("ExecBECRemediate", |world, request| either(compromise::remediate(world, request))),
    ("ExecBulkLicense", |world, request| either(licences::bulk(world, request))),
    ("ExecCSPLicense", |world, request| either(subscriptions::change(world, request))),
    ("ExecClrImmId", |world, request| plan(world, account::clear_immutable_id(world, request))),
    ("ExecConvertMailbox", |world, request| plan(world, mailbox_set::convert(world, request))),
    ("ExecCopyForSent", |world, request| plan(world, mailbox_set::copy_sent(world, request))),
    ("ExecCreateTAP", |world, request| plan(world, mfa_methods::create_pass(world, request))),
    ("ExecDisableUser", |world, request| plan(world, account::disable(world, request))),
    ("ExecDismissRiskyUser", |world, request| plan(world, account::dismiss_risk(world, request))),
    ("ExecEditCalendarPermissions", |world, request| either(calendar_permissions::edit(world, request))),
    ("ExecEditMailboxPermissions", |world, request| either(permissions::edit(world, request))),
    ("ExecEmailForward", |world, request| plan(world, mailbox_set::forward(world, request))),
    ("ExecEnableArchive", |world, request| plan(world, mailbox_set::archive(world, request))),
    ("ExecEnableAutoExpandingArchive", |world, request| plan(world, mailbox_set::expanding_archive(world, request))),
    ("ExecExcludeLicenses", excluded_licences::set),
    ("ExecGroupsDelete", |world, request| either(group_edit::delete(world, request))),
    ("ExecGroupsDeliveryManagement", |world, request| either(group_edit::set_delivery(world, request))),
    ("ExecGroupsHideFromGAL", |world, request| either(group_edit::hide(world, request))),
    ("ExecHideFromGAL", |world, request| plan(world, mailbox_set::hide(world, request))),
    ("ExecJITAdmin", |world, request| either(jit::grant(world, request))),
    ("ExecMailboxMobileDevices", |world, request| either(inbox::set_phone(world, request))),
    ("ExecModifyCalPerms", |world, request| either(calendar_permissions::modify(world, request))),
    ("ExecModifyMBPerms", |world, request| either(permissions::modify(world, request))),
    ("ExecOffboardUser", |world, request| either(offboarding::queue(world, request))),
    ("ExecPasswordNeverExpires", |world, request| plan(world, account::password_policy(world, request))),
    ("ExecQuarantineManagement", |world, request| either(mail_items::release(world, request))),
    ("ExecRemoveMailboxRule", |world, request| plan(world, inbox::remove_rule(world, request))),
    ("ExecReprocessUserLicenses", |world, request| plan(world, account::reprocess_licences(world, request))),
    ("ExecResetMFA", |world, request| either(mfa_methods::reset(world, request))),
    ("ExecResetPass", |world, request| plan(world, account::reset_password(world, request))),
    ("ExecRestoreDeleted", |world, request| either(removal::restore(world, request))),
    ("ExecRevokeSessions", |world, request| plan(world, account::revoke_sessions(world, request))),
    ("ExecSendPush", |world, request| either(mfa_methods::push(world, request))),
    ("ExecSetDefaultMFAMethod", |world, request| plan(world, mfa_methods::set_default(world, request))),
    ("ExecSetLitigationHold", |world, request| plan(world, mailbox_set::litigation_hold(world, request))),
    ("ExecSetMailboxEmailSize", |world, request| plan(world, mailbox_set::message_size(world, request))),
    ("ExecSetMailboxQuota", |world, request| plan(world, mailbox_set::quota(world, request))),
    ("ExecSetMailboxRule", |world, request| plan(world, inbox::set_rule(world, request))),
    ("ExecSetOoO", |world, request| plan(world, out_of_office::set(world, request))),
    ("ExecSetRecipientLimits", |world, request| plan(world, mailbox_set::recipient_limits(world, request))),
    ("ExecSetRetentionHold", |world, request| plan(world, mailbox_set::retention_hold(world, request))),
    ("ExecSetUserPhoto", |world, request| plan(world, account::set_photo(world, request))),
    ("ListCSPLicenses", |world, request| either(subscriptions::list(world, request))),
    ("ListCSPsku", |world, request| either(subscriptions::prices(world, request))),
    ("ListCalendarPermissions", |world, request| either(calendar_permissions::list(world, request))),
    ("ListContacts", |world, request| either(mail_items::contacts(world, request))),
    ("ListDeletedItems", |world, request| either(removal::list(world, request))),
    ("ListExcludedLicenses", excluded_licences::list),
    ("ListGlobalAddressList", |world, request| either(group_list::address_list(world, request))),
    ("ListGroupTemplates", group_templates::list),
    ("ListGroups", |world, request| either(group_list::list(world, request))),
    ("ListInactiveAccounts", |world, request| either(activity::inactive(world, request))),
    ("ListJITAdmin", jit::list),
    ("ListLicenses", licences::list),
    ("ListLicensesReport", licences::report),
    ("ListMailQuarantine", mail_items::quarantine),
    ("ListMailboxForwarding", |world, request| either(mailbox_list::forwarding(world, request))),
    ("ListMailboxMobileDevices", |world, request| either(inbox::phones(world, request))),
    ("ListMailboxRules", inbox::rules),
    ("ListMailboxes", |world, request| either(mailbox_list::list(world, request))),
    ("ListOoO", |world, request| either(out_of_office::list(world, request))),
    ("ListRoles", |world, request| either(roles::list(world, request))),
    ("ListScheduledItemDetails", scheduler::details),
    ("ListScheduledItems", scheduler::list),
    ("ListSharedMailboxAccountEnabled", |world, request| either(mailbox_list::shared_enabled(world, request))),
    ("ListSharedMailboxStatistics", |world, request| either(mailbox_list::shared_statistics(world, request))),
    ("ListSignIns", |world, request| either(activity::list(world, request))),
    ("ListUserCounts", |world, request| either(activity::counts(world, request))),
    ("ListUserGroups", |world, request| either(membership::list(world, request))),
    ("ListUserMailboxDetails", |world, request| either(mailbox_list::details(world, request))),
    ("ListUserMailboxRules", |world, request| either(inbox::rules_of_user(world, request))),
    ("ListUserPhoto", |world, request| either(account::photo(world, request))),
    ("ListUserSigninLogs", |world, request| either(activity::of_user(world, request))),
    ("ListUsersAndGroups", |world, request| either(activity::users_and_groups(world, request))),
    ("ListmailboxPermissions", |world, request| either(permissions::list(world, request))),
    ("PatchUser", |world, request| either(edit::patch(world, request))),
    ("RemoveContact", |world, request| either(mail_items::remove(world, request))),
    ("RemoveDeletedObject", |world, request| either(removal::purge(world, request))),
    ("RemoveGroupTemplate", group_templates::remove),
    ("RemoveScheduledItem", scheduler::remove),
    ("RemoveUser", |world, request| either(removal::user(world, request))),
];

/// An answer that was found at the end of the way or on it.
fn either(answer: Result<Reply, Reply>) -> Reply {
    answer.unwrap_or_else(|reply| reply)
}

fn plan(world: &World, plan: Result<Plan, Reply>) -> Reply {
    either(plan.map(|plan| plan.carry_out(world)))
}

/// The tenant of this name; of one that cannot be reached an error of this status, of an unknown one what the server
/// answers without having asked anybody.
fn tenant<'w>(world: &'w World, name: &str, status: u16, nowhere: impl FnOnce() -> Reply) -> Result<&'w Tenant, Reply> {
    match reach(world, name) {
        Reach::Tenant(tenant) => Ok(tenant),
        Reach::Broken(trouble) => Err(refused(status, trouble)),
        Reach::Nowhere => Err(nowhere()),
    }
}

/// An error from behind the server: a text, but with 403 a list of one.
fn refused(status: u16, trouble: String) -> Reply {
    if status == 403 { Reply::json_of(403, &[trouble]) } else { Reply::text(status, trouble) }
}

/// The user of this id or name; an error of this status when there is none.
fn found(tenant: &Tenant, name: &str, status: u16) -> Result<Arc<User>, Reply> {
    tenant.directory().user(name).ok_or_else(|| refused(status, no_such_user(name)))
}

/// The tenants behind the name in a read from the report: one, or all that can be reached.
fn tenants<'w>(world: &'w World, name: &str) -> Vec<&'w Tenant> {
    if is_all(name) {
        return world.customers().filter(|tenant| tenant.standing == Standing::Managed).collect();
    }
    world.tenant(name).filter(|tenant| tenant.standing != Standing::Broken).into_iter().collect()
}

/// Rows under `Results` that a job prepares; until it is done there are none.
fn queued_rows(world: &World, key: &str, job: &str, name: &str, rows: impl Fn(&Tenant) -> Vec<Value>) -> Reply {
    let of = || tenants(world, name);
    let domains = || of().iter().map(|tenant| tenant.domain.clone()).collect();
    let make = || Bytes::from(rows_text(of().into_iter().flat_map(&rows)));
    match world.queues.ask(key, job, Duration::from_secs(3600), domains, make) {
        Asked::Ready(rows) => {
            let parts: [&[u8]; 3] = [b"{\"Results\":", &rows, b",\"Metadata\":{}}"];
            Reply::new(200, JSON, parts.concat())
        }
        Asked::Started(id) | Asked::Waiting(id) => {
            let message = "Still loading data. Please check back in a few minutes";
            Reply::json(&json!({"Results": [], "Metadata": {"QueueMessage": message, "QueueId": id}}))
        }
    }
}
