//! Methods of multi-factor authentication: temporary passes, removal, the default, a push.

use serde_json::{Value, json};

use super::one_user::Plan;
use super::tenant;
use crate::simulator::powershell::{is_true, text, unwrapped};
use crate::simulator::reply::Reply;
use crate::simulator::request::Request;
use crate::simulator::state::World;
use crate::simulator::state::calendar::moment;
use crate::simulator::state::graph_user::Row;
use crate::simulator::state::graph_user::object;
use crate::simulator::state::user::User;

/// The methods that every user has from Graph's point of view: the password.
const PASSWORD: (&str, &str) =
    ("#microsoft.graph.passwordAuthenticationMethod", "28c10230-6103-485e-b985-444c60001490");

/// Methods as users register them, with Graph's word for their kind.
const KINDS: &[(&str, &str)] = &[
    ("microsoftAuthenticatorPush", "microsoftAuthenticator"),
    ("softwareOneTimePasscode", "softwareOath"),
    ("mobilePhone", "phone"),
    ("fido2SecurityKey", "fido2"),
    ("windowsHelloForBusiness", "windowsHelloForBusiness"),
];

/// A user's methods as Graph lists them.
pub(in super::super) fn methods(user: &User) -> Vec<Row> {
    let row = |kind: String, id: String| object(json!({"@odata.type": kind, "id": id}));
    let own = user.methods.iter().map(|method| row(graph_type(method), id(user, method)));
    let pass = user.kept.get("temporaryAccessPass").cloned().map(object).map(|mut pass| {
        pass.insert("@odata.type".into(), json!("#microsoft.graph.temporaryAccessPassAuthenticationMethod"));
        pass
    });
    [row(PASSWORD.0.to_owned(), PASSWORD.1.to_owned())].into_iter().chain(own).chain(pass).collect()
}

fn kind(method: &str) -> &str {
    KINDS.iter().find(|(known, _)| *known == method).map_or(method, |(_, kind)| kind)
}

fn graph_type(method: &str) -> String {
    format!("#microsoft.graph.{}AuthenticationMethod", kind(method))
}

fn id(user: &User, method: &str) -> String {
    user.seed.of("method", 0).guid(method)
}

/// `ExecResetMFA`: removes one method, or all when none is named.
pub(super) fn reset(world: &World, request: &Request) -> Result<Reply, Reply> {
    let (name, wanted) = (text(request.body("ID")), text(request.body("MethodId")));
    let failed = |cause: &str| Reply::results(500, format!("Failed to reset MFA methods for user {name}: {cause}"));
    let domain = text(unwrapped(request.body("tenantFilter")));
    let nothing = || Reply::results(200, format!("No MFA methods found for user {name}"));
    let tenant = tenant(world, &domain, 500, nothing)?;
    let removed = tenant.directory().change(&name, |user| {
        let (gone, left): (Vec<_>, Vec<_>) =
            user.methods.iter().partition(|method| wanted.is_empty() || id(user, method) == wanted);
        user.methods = left;
        let mut gone: Vec<String> = gone.into_iter().map(|method| format!("{}Method", kind(method))).collect();
        if wanted.is_empty() && user.kept.shift_remove("temporaryAccessPass").is_some() {
            gone.push("temporaryAccessPassMethod".to_owned());
        }
        gone
    });
    match removed {
        None => Err(failed(&super::super::users::no_such_user(&name))),
        Some(removed) if removed.is_empty() => Err(nothing()),
        Some(removed) => {
            let methods = removed.join(", ");
            let text = "User must supply MFA at next logon";
            Ok(Reply::results(200, format!("Successfully removed MFA methods ({methods}) for user {name}. {text}")))
        }
    }
}

/// `ExecCreateTAP`
pub(super) fn create_pass(world: &World, request: &Request) -> Result<Plan, Reply> {
    let plan = Plan::account(request, "ID");
    let pass = super::account::password(world).replace("Sim!", "")[..8].to_uppercase();
    let minutes = text(request.either("lifetimeInMinutes")).parse().unwrap_or(60_u32);
    let (once, start) = (is_true(request.either("isUsableOnce")), moment());
    let user = plan.user.clone();
    let text = format!("The TAP for {user} is {pass} - This TAP is usable for the next {minutes} minutes");
    let said = json!([
        {
            "resultText": text, "userId": user, "copyField": pass, "temporaryAccessPass": pass,
            "lifetimeInMinutes": minutes, "startDateTime": start, "isUsableOnce": once, "state": "success",
        },
        {"resultText": format!("User ID: {user}"), "copyField": user, "state": "success"},
    ]);
    let plan = plan.change(move |_, user| {
        let row = json!({
            "id": user.seed.of("method", 0).guid("pass"), "lifetimeInMinutes": minutes, "isUsableOnce": once,
            "startDateTime": start, "createdDateTime": start, "isUsable": true, "temporaryAccessPass": Value::Null,
        });
        user.kept.insert("temporaryAccessPass".to_owned(), row);
        Ok(())
    });
    let logged = Some(format!("Created Temporary Access Password (TAP) for {user}"));
    Ok(Plan { logged, ..plan.says(said, format!("Failed to create TAP for {user}")) })
}

/// `ExecSetDefaultMFAMethod`
pub(super) fn set_default(_: &World, request: &Request) -> Result<Plan, Reply> {
    const TYPES: &[&str] = &["push", "oath", "voiceMobile", "voiceAlternateMobile", "voiceOffice", "sms"];
    let plan = Plan::account_in_body(request, "ID");
    let (user, word) = (plan.user.clone(), text(unwrapped(request.body("MethodType"))));
    if !TYPES.contains(&word.as_str()) {
        return Err(Reply::results(
            500,
            format!("Failed to set default MFA method for {user}: '{word}' is no method."),
        ));
    }
    let done = format!("Successfully set default MFA method to {word} for {user}");
    let plan = plan.change(move |_, user| {
        user.kept.insert("preferredMethod".to_owned(), json!(word));
        Ok(())
    });
    Ok(plan.says(done, format!("Failed to set default MFA method for {user}")))
}

/// `ExecSendPush`: who has an authenticator confirms, all others do not.
pub(super) fn push(world: &World, request: &Request) -> Result<Reply, Reply> {
    let name = text(request.body("UserEmail"));
    let said = |text: &str, state: Value| Reply::results(200, json!({"resultText": text, "state": state}));
    let domain = text(unwrapped(request.body("TenantFilter")));
    let tenant = tenant(world, &domain, 500, || said("Failed to create temporary token", Value::Null))?;
    let user = tenant.directory().user(&name);
    if user.is_some_and(|user| user.methods.contains(&"microsoftAuthenticatorPush")) {
        return Ok(said("Received an MFA confirmation: Success", json!("success")));
    }
    Ok(said("Authentication Failed! Does the user have Push/Phone call MFA configured? ErrorCode: 500", json!("error")))
}
