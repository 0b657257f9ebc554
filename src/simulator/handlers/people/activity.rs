//! What users do and have: sign-ins, devices, policies that hold for them, and how many they are.

use serde_json::{Value, json};

use super::{found, tenant};
use crate::simulator::handlers::is_all;
use crate::simulator::odata::Filter;
use crate::simulator::powershell::{is_true, text};
use crate::simulator::reply::Reply;
use crate::simulator::request::Request;
use crate::simulator::state::World;
use crate::simulator::state::access::CA_POLICIES;
use crate::simulator::state::devices::{DEVICES, MANAGED};
use crate::simulator::state::graph_user::{Row, graph_user, object, selected_only};
use crate::simulator::state::groups::{self, Kind as GroupKind};
use crate::simulator::state::roles::ROLES;
use crate::simulator::state::sign_ins::{of_tenant, sign_ins};
use crate::simulator::state::tenant::Tenant;
use crate::simulator::state::user::{Kind, User};

/// `ListSignIns`: of so many days; a filter of its own takes the place of the other conditions.
pub(super) fn list(world: &World, request: &Request) -> Result<Reply, Reply> {
    let tenant = tenant(world, &text(request.query("tenantFilter")), 500, || Reply::json(&json!([])))?;
    let days = text(request.query("Days")).parse().unwrap_or(7);
    let filter = text(request.query("Filter"));
    let mut rows: Vec<Row> =
        of_tenant(world, tenant, if filter.is_empty() { days } else { 30 }).into_iter().map(object).collect();
    if !filter.is_empty() {
        let names = rows.first().map(|row| row.keys().cloned().collect::<Vec<_>>()).unwrap_or_default();
        let filter = Filter::parse(&filter, &names).map_err(|trouble| Reply::text(500, trouble))?;
        rows.retain(|row| filter.passes(row));
    } else if is_true(request.query("failedLogonsOnly")) {
        rows.retain(|row| row["status"]["errorCode"] != json!(0));
        if let Ok(most) = text(request.query("FailureThreshold")).parse::<usize>() {
            let all = rows.clone();
            let failures = |row: &Row| all.iter().filter(|other| other["userId"] == row["userId"]).count();
            rows.retain(|row| failures(row) >= most);
        }
    }
    Ok(Reply::rows(rows.into_iter().map(|mut row| {
        let place = format!("{} - {}", text(&row["location"]["city"]), text(&row["location"]["countryOrRegion"]));
        row.insert("additionalDetails".to_owned(), row["status"]["additionalDetails"].clone());
        row.insert("errorCode".to_owned(), row["status"]["errorCode"].clone());
        row.insert("locationcipp".to_owned(), json!(place));
        row
    })))
}

/// `ListUserSigninLogs`: by object id; with a name it finds nothing and says nothing.
pub(super) fn of_user(world: &World, request: &Request) -> Result<Reply, Reply> {
    let tenant = tenant(world, &text(request.query("tenantFilter")), 500, || Reply::json(&json!([])))?;
    let id = text(request.query("UserID"));
    let top = text(request.query("top")).parse().unwrap_or(50);
    let user = tenant.directory().user(&id).filter(|user| user.id.eq_ignore_ascii_case(&id));
    Ok(Reply::rows(user.map(|user| sign_ins(world, &user)).unwrap_or_default().into_iter().take(top)))
}

/// `ListInactiveAccounts`: accounts that have not signed in for so many days.
pub(super) fn inactive(world: &World, request: &Request) -> Result<Reply, Reply> {
    let name = text(request.query("tenantFilter"));
    let days: i64 = text(request.query("InactiveDays")).parse().unwrap_or(180);
    let of = |tenant: &Tenant| -> Vec<Value> {
        let users = tenant.directory().users();
        users.iter().filter(|user| user.enabled).filter_map(|user| inactive_row(world, tenant, user, days)).collect()
    };
    if is_all(&name) {
        return Ok(Reply::rows(super::tenants(world, &name).into_iter().flat_map(of)));
    }
    let tenant = tenant(world, &name, 500, || Reply::json(&json!([])))?;
    Ok(Reply::rows(of(tenant).into_iter()))
}

fn inactive_row(world: &World, tenant: &Tenant, user: &User, days: i64) -> Option<Value> {
    let mut row = Row::new();
    selected_only(&mut row, world.calendar, user);
    let last = row["signInActivity"].get("lastSignInDateTime").cloned().unwrap_or_default();
    let since = last.as_str().and_then(|moment| moment.parse::<jiff::Timestamp>().ok());
    let today = world.calendar.ago(0, 86_399).parse::<jiff::Timestamp>().unwrap_or_default();
    let ago = since.map(|since| (today.as_second() - since.as_second()) / 86_400);
    ago.is_none_or(|ago| ago >= days).then(|| {
        json!({
            "Tenant": tenant.domain, "tenantDisplayName": tenant.name, "displayName": user.display_name,
            "userPrincipalName": user.upn, "azureAdUserId": user.id, "lastSignInDateTime": last,
            "lastNonInteractiveSignInDateTime": last, "daysSinceLastSignIn": ago,
            "numberOfAssignedLicenses": user.licences.len(),
        })
    })
}

/// `ListUserCounts`
pub(super) fn counts(world: &World, request: &Request) -> Result<Reply, Reply> {
    let name = text(request.query("tenantFilter"));
    let said = |users: Value, licensed: Value, admins: Value, guests: Value| {
        Reply::json(&json!({"Users": users, "LicUsers": licensed, "Gas": admins, "Guests": guests}))
    };
    if is_all(&name) {
        let no = || json!("Not Supported");
        return Ok(said(no(), no(), no(), no()));
    }
    let tenant = tenant(world, &name, 500, || said(json!(0), json!(0), json!(0), json!(0)))?;
    let users = tenant.directory().users();
    let count = |test: &dyn Fn(&User) -> bool| json!(users.iter().filter(|user| test(user)).count());
    let admins = world.shelf(tenant, &ROLES).rows().first().map(|role| groups::ids(role, "members").len());
    Ok(said(
        json!(users.len()),
        count(&|user| !user.licences.is_empty()),
        json!(admins.unwrap_or_default()),
        count(&|user| user.kind == Kind::Guest),
    ))
}

/// `ListUsersAndGroups`
pub(super) fn users_and_groups(world: &World, request: &Request) -> Result<Reply, Reply> {
    let nothing = || Reply::json(&json!({"Results": []}));
    let tenant = tenant(world, &text(request.query("tenantFilter")), 500, nothing)?;
    let users = tenant.directory().users();
    let users = users.iter().map(|user| {
        json!({
            "@odata.type": "#microsoft.graph.user", "id": user.id, "displayName": user.display_name,
            "userPrincipalName": user.upn,
        })
    });
    let groups = groups::rows(world, tenant).into_iter().map(|group| {
        json!({
            "@odata.type": "#microsoft.graph.group", "id": group["id"], "displayName": group["displayName"],
            "userPrincipalName": Value::Null, "groupType": GroupKind::of(&group).names().0,
        })
    });
    Ok(Reply::json(&json!({"Results": users.chain(groups).collect::<Vec<_>>()})))
}

/// `ListUserDevices`
pub(super) fn devices(world: &World, request: &Request) -> Result<Reply, Reply> {
    let tenant = tenant(world, &text(request.query("tenantFilter")), 500, || Reply::json(&json!([])))?;
    let user = found(tenant, &text(request.query("UserID")), 500)?;
    let managed = world.shelf(tenant, &MANAGED).rows();
    let managed = managed.into_iter().filter(|device| device["userId"] == json!(user.id));
    let known = world.shelf(tenant, &DEVICES).rows();
    Ok(Reply::rows(managed.filter_map(|managed| {
        let device = known.iter().find(|device| device["deviceId"] == managed["azureADDeviceId"])?;
        let mut row = json!({"ID": device["id"], "EPMID": managed["id"]});
        for name in [
            "accountEnabled",
            "approximateLastSignInDateTime",
            "createdDateTime",
            "deviceOwnership",
            "displayName",
            "enrollmentType",
            "isCompliant",
            "managementType",
            "manufacturer",
            "model",
            "operatingSystem",
            "onPremisesSyncEnabled",
            "operatingSystemVersion",
            "trustType",
        ] {
            row[name] = device[name].clone();
        }
        for name in ["approximateLastSignInDateTime", "createdDateTime"] {
            row[name] = json!(format!("{}\r\n", text(&device[name])));
        }
        Some(row)
    })))
}

/// `ListUserConditionalAccessPolicies`: by object id; with anything else one empty row.
pub(super) fn policies(world: &World, request: &Request) -> Result<Reply, Reply> {
    let nothing = || Reply::json(&json!([{}]));
    let tenant = tenant(world, &text(request.query("tenantFilter")), 200, nothing)?;
    let id = text(request.query("UserID"));
    let Some(user) = tenant.directory().user(&id).filter(|user| user.id.eq_ignore_ascii_case(&id)) else {
        return Ok(nothing());
    };
    let inside: Vec<_> =
        super::membership::groups_of(world, tenant, &user).iter().map(|group| group["id"].clone()).collect();
    let holds = |policy: &Value| {
        let users = &policy["conditions"]["users"];
        let has = |list: &str, wanted: &Value| users[list].as_array().is_some_and(|list| list.contains(wanted));
        let in_group = |list: &str| inside.iter().any(|group| has(list, group));
        let included =
            has("includeUsers", &json!("All")) || has("includeUsers", &json!(user.id)) || in_group("includeGroups");
        included && !has("excludeUsers", &json!(user.id)) && !in_group("excludeGroups")
    };
    let rows = world.shelf(tenant, &CA_POLICIES).rows().into_iter().filter(holds);
    Ok(Reply::rows(
        rows.map(|policy| json!({"id": policy["id"], "displayName": policy["displayName"], "state": policy["state"]})),
    ))
}

/// `ExecBECCheck`: starts an investigation, which is ready at the second look.
pub(super) fn compromise_check(world: &World, request: &Request) -> Result<Reply, Reply> {
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
            user.kept.insert("investigation".to_owned(), json!(crate::simulator::state::calendar::now()));
        }
        state
    });
    let Some(Value::String(time)) = state.filter(|state| *state != json!("started")) else { return Ok(waiting()) };
    let user = found(tenant, &id, 500)?;
    let rules = crate::simulator::state::mailbox::RULES.rows(tenant, &user);
    Ok(Reply::json(&json!({
        "AddedApps": [], "SuspectUserMailboxLogons": [], "LastSuspectUserLogon": sign_ins(world, &user).into_iter().take(1).collect::<Vec<_>>(),
        "SuspectUserDevices": [], "NewRules": rules, "MailboxPermissionChanges": [], "NewUsers": [],
        "MFADevices": super::mfa_methods::methods(&user), "ChangedPasswords": [], "ExtractedAt": time,
        "ExtractResult": "Successfully Extracted logs from auditlog",
        "UserPrincipalName": graph_user(world.calendar, tenant, &user)["userPrincipalName"],
    })))
}

/// `ExecBECRemediate`: closes an account that somebody else has got into.
pub(super) fn remediate(world: &World, request: &Request) -> Result<Reply, Reply> {
    let (id, name) = (text(request.body("userid")), text(request.body("username")));
    let tenant = tenant(world, &text(request.body("tenantFilter")), 500, || Reply::results(200, Vec::<String>::new()))?;
    let password = super::account::password(world);
    let now = json!(crate::simulator::state::calendar::moment());
    let failed = || Reply::results(500, vec![format!("Failed to remediate {name}: {}", super::no_such_user(&name))]);
    let rules = tenant.directory().change(&name, |user| {
        user.enabled = false;
        user.methods.clear();
        user.set("lastPasswordChangeDateTime", now.clone());
        crate::simulator::state::mailbox::RULES.change(tenant, user, |rows| {
            rows.iter_mut().for_each(|rule| rule["Enabled"] = json!(false));
            rows.len()
        })
    });
    let rules = rules.ok_or_else(failed)?;
    tenant.directory().change(&id, |user| user.set("signInSessionsValidFromDateTime", now));
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
