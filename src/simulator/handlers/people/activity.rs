//! What users do: sign-ins, or none for long; and how many they are.

use serde_json::{Value, json};

use super::tenant;
use crate::simulator::handlers::is_all;
use crate::simulator::odata::Filter;
use crate::simulator::powershell::{is_true, text};
use crate::simulator::reply::Reply;
use crate::simulator::request::Request;
use crate::simulator::state::World;
use crate::simulator::state::graph_user::{Row, object, selected_only};
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

/// `ListInactiveAccounts`: members that the nightly report knew as enabled and as silent for so many days.
pub(super) fn inactive(world: &World, request: &Request) -> Result<Reply, Reply> {
    let name = text(request.query("tenantFilter"));
    let days: i64 = text(request.query("InactiveDays")).parse().unwrap_or(180);
    let of = |tenant: &Tenant| -> Vec<Value> {
        let users = tenant.directory().reported().iter();
        let users = users.filter(|user| user.enabled && user.kind != Kind::Guest);
        users.filter_map(|user| inactive_row(world, tenant, user, days)).collect()
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
