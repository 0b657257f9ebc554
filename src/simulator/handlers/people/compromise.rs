//! An account that somebody else may have got into: the investigation, and closing it.

use serde_json::{Value, json};

use super::{found, tenant};
use crate::simulator::handlers::users::no_such_user;
use crate::simulator::powershell::text;
use crate::simulator::reply::Reply;
use crate::simulator::request::Request;
use crate::simulator::state::World;
use crate::simulator::state::calendar::{moment, now};
use crate::simulator::state::mailbox::RULES;
use crate::simulator::state::sign_ins::sign_ins;

/// `ExecBECCheck`: starts an investigation, which is ready at the second look.
pub(super) fn check(world: &World, request: &Request) -> Result<Reply, Reply> {
    let (name, id) = (text(request.query("tenantFilter")), text(request.query("GUID")));
    let waiting = || Reply::json(&json!({"Waiting": true}));
    if id.is_empty() {
        let id = text(request.query("userid"));
        if let Some(tenant) = world.tenant(&name) {
            tenant.directory().change(&id, |user| user.kept.insert("investigation".to_owned(), json!("started")));
        }
        return Ok(Reply::json(&json!({"GUID": id})));
    }
    let tenant = tenant(world, &name, 500, waiting)?;
    let state = tenant.directory().change(&id, |user| {
        let state = user.kept.get("investigation").cloned().unwrap_or_default();
        if state == json!("started") {
            user.kept.insert("investigation".to_owned(), json!(now()));
        }
        state
    });
    let Some(Value::String(time)) = state.filter(|state| *state != json!("started")) else { return Ok(waiting()) };
    let user = found(tenant, &id, 500)?;
    let rules = RULES.rows(tenant, &user);
    let last: Vec<_> = sign_ins(world, &user).into_iter().take(1).collect();
    Ok(Reply::json(&json!({
        "AddedApps": [], "SuspectUserMailboxLogons": [], "LastSuspectUserLogon": last,
        "SuspectUserDevices": [], "NewRules": rules, "MailboxPermissionChanges": [], "NewUsers": [],
        "MFADevices": super::mfa_methods::methods(&user), "ChangedPasswords": [], "ExtractedAt": time,
        "ExtractResult": "Successfully Extracted logs from auditlog",
        "UserPrincipalName": user.upn,
    })))
}

/// `ExecBECRemediate`: closes an account that somebody else has got into.
pub(super) fn remediate(world: &World, request: &Request) -> Result<Reply, Reply> {
    let (id, name) = (text(request.body("userid")), text(request.body("username")));
    let tenant = tenant(world, &text(request.body("tenantFilter")), 500, || Reply::results(200, Vec::<String>::new()))?;
    let password = super::account::password(world);
    let time = json!(moment());
    let failed = || Reply::results(500, vec![format!("Failed to remediate {name}: {}", no_such_user(&name))]);
    let rules = tenant.directory().change(&name, |user| {
        user.enabled = false;
        user.methods.clear();
        user.set("lastPasswordChangeDateTime", time.clone());
        RULES.change(tenant, user, |rows| {
            rows.iter_mut().for_each(|rule| rule["Enabled"] = json!(false));
            rows.len()
        })
    });
    let rules = rules.ok_or_else(failed)?;
    tenant.directory().change(&id, |user| user.set("signInSessionsValidFromDateTime", time));
    let done = [
        format!("Successfully reset the password for {name}."),
        format!("Successfully set account enabled state to False for {name}"),
        format!("Successfully revoked sessions for {name}"),
        format!("Successfully removed MFA methods for user {name}. User must supply MFA at next logon"),
        format!("Disabled {rules} inbox rules for {name}"),
        format!("Disabled OneDrive sharing for {name}"),
    ];
    let secret = json!({
        "resultText": format!("{} The new password is {password}", done[0]), "copyField": password, "state": "success",
    });
    let said: Vec<Value> = [secret].into_iter().chain(done[1..].iter().map(|text| json!(text))).collect();
    Ok(Reply::results(200, said).logged_as(done.to_vec()))
}
