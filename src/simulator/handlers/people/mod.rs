//! Users, groups, mailboxes, licences and all else that is about people.

mod account;
mod create;
mod edit;
mod group_edit;
mod group_list;
mod group_templates;
mod licences;
mod membership;
mod mfa_methods;
mod one_user;
mod removal;

use std::sync::Arc;

use super::users::no_such_user;
use super::{Area, Reach, reach};
use crate::simulator::reply::Reply;
use crate::simulator::state::World;
use crate::simulator::state::tenant::Tenant;
use crate::simulator::state::user::User;
use one_user::Plan;

pub(super) use group_list::{graph_groups, graph_members};
pub(super) use mfa_methods::methods as graph_methods;

/// The endpoints about people.
pub(super) const HANDLERS: Area = &[
    ("AddGroup", |world, request| either(group_edit::add(world, request))),
    ("AddGroupTemplate", group_templates::add),
    ("AddGuest", |world, request| either(create::guest(world, request))),
    ("AddUser", |world, request| either(create::user(world, request))),
    ("AddUserBulk", |world, request| either(create::users(world, request))),
    ("EditGroup", |world, request| either(group_edit::edit(world, request))),
    ("EditUser", |world, request| either(edit::user(world, request))),
    ("EditUserAliases", |world, request| plan(world, edit::aliases(world, request))),
    ("ExecBulkLicense", |world, request| either(licences::bulk(world, request))),
    ("ExecClrImmId", |world, request| plan(world, account::clear_immutable_id(world, request))),
    ("ExecCreateTAP", |world, request| plan(world, mfa_methods::create_pass(world, request))),
    ("ExecDisableUser", |world, request| plan(world, account::disable(world, request))),
    ("ExecDismissRiskyUser", |world, request| plan(world, account::dismiss_risk(world, request))),
    ("ExecGroupsDelete", |world, request| either(group_edit::delete(world, request))),
    ("ExecGroupsDeliveryManagement", |world, request| either(group_edit::set_delivery(world, request))),
    ("ExecGroupsHideFromGAL", |world, request| either(group_edit::hide(world, request))),
    ("ExecPasswordNeverExpires", |world, request| plan(world, account::password_policy(world, request))),
    ("ExecReprocessUserLicenses", |world, request| plan(world, account::reprocess_licences(world, request))),
    ("ExecResetMFA", |world, request| either(mfa_methods::reset(world, request))),
    ("ExecResetPass", |world, request| plan(world, account::reset_password(world, request))),
    ("ExecRestoreDeleted", |world, request| either(removal::restore(world, request))),
    ("ExecRevokeSessions", |world, request| plan(world, account::revoke_sessions(world, request))),
    ("ExecSendPush", |world, request| either(mfa_methods::push(world, request))),
    ("ExecSetDefaultMFAMethod", |world, request| plan(world, mfa_methods::set_default(world, request))),
    ("ExecSetUserPhoto", |world, request| plan(world, account::set_photo(world, request))),
    ("ListDeletedItems", |world, request| either(removal::list(world, request))),
    ("ListGlobalAddressList", |world, request| either(group_list::address_list(world, request))),
    ("ListGroupTemplates", group_templates::list),
    ("ListGroups", |world, request| either(group_list::list(world, request))),
    ("ListLicenses", licences::list),
    ("ListLicensesReport", licences::report),
    ("ListUserGroups", |world, request| either(membership::list(world, request))),
    ("ListUserPhoto", |world, request| either(account::photo(world, request))),
    ("PatchUser", |world, request| either(edit::patch(world, request))),
    ("RemoveDeletedObject", |world, request| either(removal::purge(world, request))),
    ("RemoveGroupTemplate", group_templates::remove),
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
