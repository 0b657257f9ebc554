//! What is done to one account: blocking, passwords, sessions, licences that hang, photo.

use axum::body::Bytes;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::one_user::Plan;
use super::{found, tenant};
use crate::simulator::powershell::{is_true, text, to_boolean, truthy, unwrapped};
use crate::simulator::reply::Reply;
use crate::simulator::request::Request;
use crate::simulator::state::World;
use crate::simulator::state::calendar::moment;

/// `ExecDisableUser`: without `Enable` the account is blocked.
pub(super) fn disable(_: &World, request: &Request) -> Result<Plan, Reply> {
    let enable = to_boolean(request.either("Enable")).map_err(|trouble| Reply::results(500, trouble))?;
    let plan = Plan::account(request, "ID");
    let state = if enable { "True" } else { "False" };
    let done = format!("Successfully set account enabled state to {state} for {}", plan.user);
    let failed = format!("Failed to set account enabled state to {state} for {}", plan.user);
    Ok(plan.set([("accountEnabled", json!(enable))]).says(done, failed))
}

/// `ExecResetPass`
pub(super) fn reset_password(world: &World, request: &Request) -> Result<Plan, Reply> {
    let plan = Plan::account(request, "ID");
    let name = format!("{}, {}", text(request.either("displayName")), plan.user);
    let (must, password) = (is_true(request.either("MustChange")), password(world));
    let must = if must { "True" } else { "False" };
    let done = format!("Successfully reset the password for {name}. User must change password is set to {must}.");
    let said = json!({
        "resultText": format!("{done} The new password is {password}"), "copyField": password, "state": "success",
    });
    let plan = plan.set([("lastPasswordChangeDateTime", json!(moment()))]);
    Ok(Plan { logged: Some(done), ..plan.says(said, format!("Failed to reset password for {name}")) })
}

/// A new password, another one each time.
pub(super) fn password(world: &World) -> String {
    let seed = world.seed.of("password", world.logs.entries().len());
    format!("Sim!{}", &seed.guid("password").replace('-', "")[..16])
}

/// `ExecRevokeSessions`: the name is only text, and the text lies when it is another user's.
pub(super) fn revoke_sessions(_: &World, request: &Request) -> Result<Plan, Reply> {
    let plan = Plan::account(request, "id");
    let name = text(request.either("Username"));
    let name = if name.is_empty() { plan.user.clone() } else { name };
    let now = json!(moment());
    let plan = plan.set([("signInSessionsValidFromDateTime", now.clone()), ("refreshTokensValidFromDateTime", now)]);
    Ok(plan.says(format!("Successfully revoked sessions for {name}"), format!("Failed to revoke sessions for {name}")))
}

/// `ExecClrImmId`: refused while the user still comes from a directory on premises.
pub(super) fn clear_immutable_id(world: &World, request: &Request) -> Result<Plan, Reply> {
    let plan = Plan::account(request, "ID");
    if let Some(tenant) = world.tenant(&plan.tenant) {
        tenant.directory().restore(&plan.user);
    }
    let (done, failed) = (
        format!("Successfully cleared immutable ID for user {}", plan.user),
        format!("Failed to clear immutable ID for {}", plan.user),
    );
    let plan = plan.change(|_, user| {
        if user.synced {
            return Err("Unable to update the specified properties for on-premises mastered Directory Sync objects \
                        or objects currently undergoing migration."
                .to_owned());
        }
        user.set("onPremisesImmutableId", Value::Null);
        Ok(())
    });
    Ok(plan.says(done, failed))
}

/// `ExecPasswordNeverExpires`
pub(super) fn password_policy(_: &World, request: &Request) -> Result<Plan, Reply> {
    let plan = Plan::account_in_body(request, "userId");
    let policy = text(unwrapped(request.body("PasswordPolicy")));
    let policy = if policy.is_empty() { "None".to_owned() } else { policy };
    let name = text(request.body("userPrincipalName"));
    let name = if name.is_empty() { plan.user.clone() } else { name };
    let done = format!("Successfully set PasswordPolicy for user {name} to {policy}");
    let plan = plan.set([("passwordPolicies", json!(policy))]);
    Ok(plan.says(done, format!("Failed to set PasswordPolicy for user {name}")))
}

/// `ExecDismissRiskyUser`
pub(super) fn dismiss_risk(_: &World, request: &Request) -> Result<Plan, Reply> {
    let plan = Plan::account(request, "userId");
    let name = text(request.either("userDisplayName"));
    let name = if name.is_empty() { plan.user.clone() } else { name };
    let plan = plan.change(|_, user| {
        user.kept.insert("riskState".to_owned(), json!("dismissed"));
        Ok(())
    });
    Ok(plan.says(format!("Successfully dismissed risk for {name}"), format!("Failed to dismiss risk for {name}")))
}

/// `ExecReprocessUserLicenses`: nothing that can be read changes.
pub(super) fn reprocess_licences(_: &World, request: &Request) -> Result<Plan, Reply> {
    let plan = Plan::account(request, "ID");
    let (done, failed) = (
        format!("Successfully started license reprocessing for user {}", plan.user),
        format!("Failed to reprocess licenses for {}", plan.user),
    );
    Ok(plan.says(done, failed))
}

/// `ExecSetUserPhoto`
pub(super) fn set_photo(_: &World, request: &Request) -> Result<Plan, Reply> {
    let plan = Plan::account(request, "userId");
    let user = plan.user.clone();
    match text(unwrapped(request.either("action"))).to_lowercase().as_str() {
        "remove" => {
            let plan = plan.change(|_, user| {
                user.kept.shift_remove("photo");
                Ok(())
            });
            Ok(plan
                .says(format!("Successfully removed photo for {user}"), format!("Failed to remove photo for {user}")))
        }
        "set" if truthy(request.body("photoData")) => {
            let photo = request.body("photoData").clone();
            let plan = plan.change(|_, user| {
                user.kept.insert("photo".to_owned(), photo);
                Ok(())
            });
            Ok(plan.says(format!("Successfully set photo for {user}"), format!("Failed to set photo for {user}")))
        }
        "set" => Err(Reply::results(500, "Failed to set photo: photoData is required")),
        other => Err(Reply::results(500, format!("Invalid action '{other}'. Use set or remove."))),
    }
}

/// `ListUserPhoto`: the picture itself.
pub(super) fn photo(world: &World, request: &Request) -> Result<Reply, Reply> {
    let tenant = tenant(world, &text(request.query("tenantFilter")), 500, || Reply::text(200, ""))?;
    let user = found(tenant, &text(request.query("UserID")), 500)?;
    let Some(photo) = user.kept.get("photo").map(text) else {
        return Err(Reply::text(
            500,
            "Exception of type 'Microsoft.Fast.Profile.Core.Exception.ImageNotFoundException' was thrown.",
        ));
    };
    let data = photo.rsplit(',').next().unwrap_or_default();
    let bytes = STANDARD.decode(data).unwrap_or_else(|_| photo.clone().into_bytes());
    Ok(Reply::new(200, "image/jpeg", Bytes::from(bytes)))
}
