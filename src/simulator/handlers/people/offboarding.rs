//! Offboarding: a task for each user, and the steps of which it consists.

use serde_json::{Value, json};

use super::edit::{texts_of, values_of};
use super::scheduler::{blank, schedule};
use super::{account, licences, membership, out_of_office, permissions};
use crate::simulator::handlers::users::no_such_user;
use crate::simulator::handlers::{Reach, reach};
use crate::simulator::powershell::{is_true, member, text, truthy, unwrapped};
use crate::simulator::reply::Reply;
use crate::simulator::request::Request;
use crate::simulator::state::World;
use crate::simulator::state::calendar::moment;
use crate::simulator::state::mailbox::{CALENDAR, PERMISSIONS, PHONES, RULES};
use crate::simulator::state::tasks::Task;
use crate::simulator::state::tenant::Tenant;
use crate::simulator::state::user::User;

/// What is known when a step is carried out.
struct Case<'c> {
    world: &'c World,
    tenant: &'c Tenant,
    /// The user's name.
    name: &'c str,
    options: &'c Value,
}

/// A step: the option that asks for it, and what it does. It says what came of it.
type Step = (&'static str, fn(&Case<'_>) -> Vec<String>);

/// The steps in the order in which the server takes them.
const STEPS: &[Step] = &[
    ("RevokeSessions", |case| {
        let now = json!(moment());
        case.set("revoked sessions", move |_, user| user.set("signInSessionsValidFromDateTime", now))
    }),
    ("ResetPass", reset_password),
    ("DisableSignIn", |case| case.set("disabled sign-in", |_, user| user.enabled = false)),
    ("HideFromGAL", |case| {
        case.set_mailbox("hid from the address list", &[("HiddenFromAddressListsEnabled", json!(true))])
    }),
    ("RemoveGroups", remove_groups),
    ("RemoveRules", |case| case.set("removed mailbox rules", |tenant, user| RULES.change(tenant, user, Vec::clear))),
    ("RemoveMobile", |case| case.set("removed mobile devices", |tenant, user| PHONES.change(tenant, user, Vec::clear))),
    ("removeCalendarInvites", |case| case.set("cancelled calendar invites", |_, _| ())),
    ("OOO", |case| {
        let body = json!({"input": text(member(case.options, "OOO"))});
        case.set("set Out-of-office", move |_, user| out_of_office::apply(user, "Enabled", &body, Default::default()))
    }),
    ("forward", forward),
    ("disableForwarding", |case| {
        let off = [
            ("ForwardingAddress", Value::Null),
            ("ForwardingSmtpAddress", Value::Null),
            ("DeliverToMailboxAndForward", json!(false)),
        ];
        case.set_mailbox("disabled forwarding", &off)
    }),
    ("OnedriveAccess", |case| {
        let people = values_of(member(case.options, "OnedriveAccess"));
        people.iter().map(|who| format!("Successfully gave {who} access to the OneDrive of {}", case.name)).collect()
    }),
    ("AccessNoAutomap", |case| case.grant("AccessNoAutomap", false)),
    ("AccessAutomap", |case| case.grant("AccessAutomap", true)),
    ("removePermissions", |case| {
        case.leave("mailbox", |tenant, user, gone| {
            PERMISSIONS.change(tenant, user, |rows| rows.retain(|row| row["User"] != json!(gone.upn)));
        })
    }),
    ("removeCalendarPermissions", |case| {
        case.leave("calendar", |tenant, user, gone| {
            CALENDAR.change(tenant, user, |rows| rows.retain(|row| row["User"] != json!(gone.display_name)));
        })
    }),
    ("ConvertToShared", |case| {
        case.set_mailbox("converted to a Shared mailbox", &[("RecipientTypeDetails", json!("SharedMailbox"))])
    }),
    ("RemoveMFADevices", |case| case.set("removed MFA methods", |_, user| user.methods.clear())),
    ("RemoveTeamsPhoneDID", |case| {
        case.set("removed Teams phone number", |_, user| drop(user.kept.shift_remove("phone number")))
    }),
    ("RemoveLicenses", |case| match case.tenant.directory().user(case.name) {
        Some(user) => vec![licences::assign(case.tenant, case.name, &[], &licences::held(&user))],
        None => case.set("removed licenses", |_, _| ()),
    }),
    ("ClearImmutableId", |case| {
        case.set("cleared immutable ID", |_, user| user.set("onPremisesImmutableId", Value::Null))
    }),
    ("DisableOneDriveSharing", |case| case.set("disabled OneDrive sharing", |_, _| ())),
    ("DeleteUser", |case| {
        let name = case.name;
        let gone = case.tenant.directory().remove(name).is_some();
        vec![if gone {
            format!("Successfully deleted user {name}")
        } else {
            format!("Failed to delete user {name}: {}", no_such_user(name))
        }]
    }),
];

/// Options that hold a text or a list; all others must equal true.
const VALUES: &[&str] = &["OOO", "forward", "OnedriveAccess", "AccessNoAutomap", "AccessAutomap"];

/// `ExecOffboardUser`: queues a task for each user; a repeat queues another.
pub(super) fn queue(world: &World, request: &Request) -> Result<Reply, Reply> {
    let body = request.whole_body();
    let (name, users) = (text(unwrapped(request.body("tenantFilter"))), texts_of(request.body("user")));
    let errors = errors(world, body, &name, &users);
    if !errors.is_empty() {
        return Err(Reply::results(400, errors));
    }
    let scheduled = request.body("Scheduled");
    let later = is_true(member(scheduled, "enabled"));
    let mut options = body.clone();
    if let Some(options) = options.as_object_mut() {
        options.retain(|name, _| {
            !["user", "tenantFilter", "Scheduled", "PostExecution", "reference"].contains(&name.as_str())
        });
    }
    let queue = |user: &String| {
        let mut task = Task {
            key: world.fresh_id(),
            name: format!("Offboarding: {user}"),
            command: "Invoke-CIPPOffboardingJob".to_owned(),
            parameters: json!({
                "Username": user, "APIName": "Scheduled Offboarding", "options": options, "RunScheduled": true,
            }),
            tenant: name.clone(),
            time: if later { text(member(scheduled, "date")).parse().unwrap_or_default() } else { 0 },
            ..blank(body)
        };
        task.columns["Reference"] = request.body("reference").clone();
        schedule(world, task, !later)
    };
    Ok(Reply::results(200, users.iter().map(queue).collect::<Vec<_>>()))
}

/// Why nothing can be queued.
fn errors(world: &World, body: &Value, tenant: &str, users: &[String]) -> Vec<String> {
    let mut errors = Vec::new();
    if tenant.is_empty() || !matches!(reach(world, tenant), Reach::Tenant(_)) {
        errors.push(format!("Tenant '{tenant}' was not found or cannot be reached."));
    }
    if users.is_empty() {
        errors.push("No users were selected.".to_owned());
    }
    let nameless = users.iter().filter(|user| !user.contains('@'));
    errors.extend(nameless.map(|user| format!("'{user}' is not a user principal name.")));
    if !STEPS.iter().any(|(option, _)| wanted(body, option)) {
        errors.push("No offboarding actions were selected.".to_owned());
    }
    errors
}

fn wanted(options: &Value, option: &str) -> bool {
    let value = member(options, option);
    if VALUES.contains(&option) { truthy(value) } else { is_true(value) }
}

/// Carries out the steps that a task asks for. A step that fails says so and the next follows.
pub(super) fn run(world: &World, tenant: &Tenant, parameters: &Value) -> Vec<String> {
    let name = text(member(parameters, "Username"));
    let case = Case { world, tenant, name: &name, options: member(parameters, "options") };
    let steps = STEPS.iter().filter(|(option, _)| wanted(case.options, option));
    steps.flat_map(|(_, step)| step(&case)).collect()
}

impl Case<'_> {
    fn set(&self, what: &str, change: impl FnOnce(&Tenant, &mut User)) -> Vec<String> {
        let changed = self.tenant.directory().change(self.name, |user| change(self.tenant, user)).is_some();
        vec![match changed {
            true => format!("Successfully {what} for {}", self.name),
            false => format!("Failed: not {what} for {}: {}", self.name, no_such_user(self.name)),
        }]
    }

    fn set_mailbox(&self, what: &str, properties: &[(&str, Value)]) -> Vec<String> {
        self.set(what, |_, user| {
            user.mailbox.extend(properties.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        })
    }

    fn grant(&self, list: &str, map: bool) -> Vec<String> {
        let people = values_of(member(self.options, list));
        people.iter().map(|who| permissions::set(self.tenant, self.name, who, "FullAccess", Some(map))).collect()
    }

    /// Takes the user out of what others granted.
    fn leave(&self, what: &str, change: impl Fn(&Tenant, &mut User, &User)) -> Vec<String> {
        let Some(gone) = self.tenant.directory().user(self.name) else { return self.set(what, |_, _| ()) };
        for other in self.tenant.directory().users().iter().filter(|other| other.has_mailbox() && other.id != gone.id) {
            self.tenant.directory().change(&other.id, |user| change(self.tenant, user, &gone));
        }
        vec![format!("Successfully removed {what} permissions of {}", self.name)]
    }
}

fn reset_password(case: &Case<'_>) -> Vec<String> {
    let password = account::password(case.world);
    let now = json!(moment());
    let mut said = case.set("reset the password", move |_, user| user.set("lastPasswordChangeDateTime", now));
    if let Some(first) = said.first_mut().filter(|text| text.starts_with("Successfully")) {
        *first = format!("{first}. The new password is {password}");
    }
    said
}

fn remove_groups(case: &Case<'_>) -> Vec<String> {
    let Some(user) = case.tenant.directory().user(case.name) else { return case.set("removed groups", |_, _| ()) };
    let groups = membership::groups_of(case.world, case.tenant, &user);
    let leave = |group: &Value| membership::set_member(case.world, case.tenant, &text(&group["id"]), &user, false);
    groups.iter().map(leave).collect()
}

/// Forwards to the person in `{value}`; a plain text forwards to nobody.
fn forward(case: &Case<'_>) -> Vec<String> {
    let to = text(member(member(case.options, "forward"), "value"));
    let Some(target) = case.tenant.directory().user(&to) else {
        return vec![format!("Failed to set forwarding for {}: Couldn't find object '{to}'.", case.name)];
    };
    let keep = is_true(member(case.options, "KeepCopy"));
    let set = [("ForwardingAddress", json!(target.display_name)), ("DeliverToMailboxAndForward", json!(keep))];
    case.set_mailbox(&format!("set forwarding to {to}"), &set)
}
