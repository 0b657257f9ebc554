//! A user as Microsoft Graph's beta version returns it: every property, in Graph's spelling.

use serde_json::{Map, Value, json};

use super::calendar::Calendar;
use super::licences::{LICENCES, Licence};
use super::names::{DEPARTMENTS, OFFICES};
use super::seed::Seed;
use super::tenant::Tenant;
use super::user::{Kind, User};

/// One row of an answer.
pub(crate) type Row = Map<String, Value>;

/// The members of a JSON object; none of anything else.
pub(crate) fn object(value: Value) -> Row {
    if let Value::Object(row) = value { row } else { Row::new() }
}

/// The user with all its properties.
pub(crate) fn graph_user(calendar: Calendar, tenant: &Tenant, user: &User) -> Row {
    let mut row = Row::with_capacity(90);
    identity(&mut row, calendar, user);
    person(&mut row, calendar, user);
    addresses(&mut row, tenant, user);
    on_premises(&mut row, calendar, tenant, user);
    licences(&mut row, calendar, user);
    security(&mut row, calendar, user);
    for (name, value) in user.set.iter().filter(|(name, _)| *name != "signInActivity") {
        set(&mut row, name, value.clone());
    }
    row
}

/// Properties that Graph returns only when they are selected.
pub(crate) fn selected_only(row: &mut Row, calendar: Calendar, user: &User) {
    let seen = user.seed.chance("signs in", if user.enabled { 92 } else { 40 });
    let days = if user.seed.chance("quiet", 15) { 95 } else { 0 } + user.seed.below("last seen", 28);
    let moment = seen.then(|| calendar.ago(days, user.seed.below("time seen", 86_400)));
    set(row, "perUserMfaState", user.per_user_mfa.word());
    let activity = moment.map_or(Value::Null, |moment| {
        json!({
            "lastSignInDateTime": moment, "lastSignInRequestId": user.seed.guid("sign-in"),
            "lastNonInteractiveSignInDateTime": moment, "lastNonInteractiveSignInRequestId": user.seed.guid("token"),
            "lastSuccessfulSignInDateTime": moment, "lastSuccessfulSignInRequestId": user.seed.guid("sign-in"),
        })
    });
    set(row, "signInActivity", user.set.get("signInActivity").cloned().unwrap_or(activity));
}

/// Takes away what [`selected_only`] added.
pub(crate) fn drop_selected_only(row: &mut Row) {
    row.shift_remove("perUserMfaState");
    row.shift_remove("signInActivity");
}

/// The names of all properties, of those too that must be selected; any tenant with a user tells them.
pub(crate) fn property_names(calendar: Calendar, tenant: &Tenant) -> Vec<String> {
    let mut row = Row::new();
    if let Some(user) = tenant.directory().users().first() {
        row = graph_user(calendar, tenant, user);
        selected_only(&mut row, calendar, user);
    }
    row.into_iter().map(|(name, _)| name).collect()
}

fn set(row: &mut Row, name: &str, value: impl Into<Value>) {
    row.insert(name.to_owned(), value.into());
}

fn nulls(row: &mut Row, names: &[&str]) {
    for name in names {
        set(row, name, Value::Null);
    }
}

fn created(calendar: Calendar, seed: Seed) -> String {
    calendar.ago(60 + seed.below("age", 2000), seed.below("second", 86_400))
}

fn identity(row: &mut Row, calendar: Calendar, user: &User) {
    let guest = user.kind == Kind::Guest;
    let created = created(calendar, user.seed);
    set(row, "id", user.id.as_str());
    set(row, "deletedDateTime", Value::Null);
    set(row, "accountEnabled", user.enabled);
    nulls(row, &["ageGroup", "consentProvidedForMinor", "legalAgeGroupClassification"]);
    set(row, "createdDateTime", created.as_str());
    set(row, "creationType", if guest { json!("Invitation") } else { Value::Null });
    set(row, "displayName", user.display_name.as_str());
    set(row, "userPrincipalName", user.upn.as_str());
    set(row, "userType", if guest { "Guest" } else { "Member" });
    let pending = user.seed.chance("invitation pending", 25);
    set(
        row,
        "externalUserState",
        match (guest, pending) {
            (false, _) => Value::Null,
            (true, true) => json!("PendingAcceptance"),
            (true, false) => json!("Accepted"),
        },
    );
    set(row, "externalUserStateChangeDateTime", if guest { json!(created) } else { Value::Null });
    set(row, "externalUserConvertedOn", Value::Null);
    set(row, "isManagementRestricted", Value::Null);
    set(row, "isResourceAccount", Value::Null);
    set(row, "isLicenseReconciliationNeeded", false);
    set(row, "showInAddressList", if guest { json!(false) } else { Value::Null });
}

fn person(row: &mut Row, calendar: Calendar, user: &User) {
    let seed = user.seed;
    let employed = user.person.is_some() && user.kind == Kind::Member;
    let or_null = |text: &str| if employed { json!(text) } else { Value::Null };
    let (department, titles) = seed.pick("department", DEPARTMENTS);
    let [city, state, country, code, postal, street, language, dialling] = seed.pick("office", OFFICES);
    let phone = |label| format!("{dialling} 555 01{:02}", seed.below(label, 100));
    set(row, "givenName", user.person.map_or(Value::Null, |(given, _)| json!(given)));
    set(row, "surname", user.person.map_or(Value::Null, |(_, surname)| json!(surname)));
    set(row, "jobTitle", or_null(seed.pick("title", titles)));
    set(row, "department", or_null(department));
    nulls(row, &["companyName", "employeeOrgData", "employeeLeaveDateTime", "faxNumber"]);
    set(
        row,
        "employeeId",
        if employed { json!(format!("{:05}", seed.below("employee", 100_000))) } else { Value::Null },
    );
    set(row, "employeeType", or_null("Employee"));
    set(
        row,
        "employeeHireDate",
        if employed { json!(calendar.ago(60 + seed.below("age", 2000), 0)) } else { Value::Null },
    );
    set(row, "businessPhones", if employed { json!([phone("desk")]) } else { json!([]) });
    set(row, "mobilePhone", or_null(&phone("mobile")));
    set(row, "officeLocation", or_null(&format!("{}/{}", 1 + seed.below("building", 40), seed.below("room", 3000))));
    for (name, value) in [
        ("city", city),
        ("state", state),
        ("country", country),
        ("postalCode", postal),
        ("streetAddress", street),
        ("preferredLanguage", language),
        ("preferredDataLocation", ""),
    ] {
        set(row, name, if value.is_empty() { Value::Null } else { or_null(value) });
    }
    set(row, "usageLocation", if user.kind == Kind::Guest { Value::Null } else { json!(code) });
}

/// The addresses of a user, each with its kind before it: `SMTP:` for the primary one, `smtp:` for others.
pub(crate) fn proxy_addresses(tenant: &Tenant, user: &User) -> Vec<String> {
    if let Some(Value::Array(set)) = user.set.get("proxyAddresses") {
        return set.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    }
    let primary = format!("SMTP:{}", user.mail);
    let alias = user.upn.split('@').next().unwrap_or_default();
    match user.kind {
        Kind::Guest => vec![primary],
        _ if user.has_mailbox() => vec![primary, format!("smtp:{alias}@{}", tenant.initial_domain)],
        _ => Vec::new(),
    }
}

fn addresses(row: &mut Row, tenant: &Tenant, user: &User) {
    let guest = user.kind == Kind::Guest;
    let alias = user.upn.split('@').next().unwrap_or_default();
    let mailbox = guest || user.has_mailbox();
    let identity = if guest {
        json!({"signInType": "federated", "issuer": "ExternalAzureAD", "issuerAssignedId": null})
    } else {
        json!({"signInType": "userPrincipalName", "issuer": tenant.initial_domain, "issuerAssignedId": user.upn})
    };
    set(row, "mail", if mailbox { json!(user.mail) } else { Value::Null });
    set(row, "mailNickname", alias);
    set(row, "otherMails", if guest { json!([user.mail]) } else { json!([]) });
    set(row, "proxyAddresses", proxy_addresses(tenant, user));
    set(row, "imAddresses", if mailbox && !guest { json!([user.upn]) } else { json!([]) });
    set(row, "identities", json!([identity]));
    set(row, "infoCatalogs", json!([]));
    set(row, "customSecurityAttributes", Value::Null);
    set(row, "authorizationInfo", json!({"certificateUserIds": []}));
    set(row, "cloudRealtimeCommunicationInfo", json!({"isSipEnabled": !guest && mailbox}));
    set(row, "deviceKeys", json!([]));
    set(row, "serviceProvisioningErrors", json!([]));
    set(row, "onPremisesProvisioningErrors", json!([]));
}

fn on_premises(row: &mut Row, calendar: Calendar, tenant: &Tenant, user: &User) {
    let seed = user.seed;
    let synced = |value: Value| if user.synced { value } else { Value::Null };
    let alias = user.upn.split('@').next().unwrap_or_default();
    let local = format!("corp.{}", tenant.domain);
    set(row, "onPremisesSyncEnabled", synced(json!(true)));
    set(row, "onPremisesLastSyncDateTime", synced(json!(calendar.ago(1, seed.below("sync", 86_400)))));
    set(row, "onPremisesImmutableId", synced(json!(format!("{}==", &seed.guid("anchor").replace('-', "")[..22]))));
    set(row, "onPremisesSamAccountName", synced(json!(alias)));
    set(row, "onPremisesUserPrincipalName", synced(json!(user.upn)));
    set(row, "onPremisesSecurityIdentifier", synced(json!(sid("S-1-5-21", seed, "local sid"))));
    let name = &user.display_name;
    let path = local.split('.').map(|part| format!(",DC={part}")).collect::<String>();
    set(row, "onPremisesDistinguishedName", synced(json!(format!("CN={name},OU=Staff{path}"))));
    set(row, "onPremisesDomainName", synced(json!(local)));
    nulls(row, &["onPremisesObjectIdentifier"]);
    let extensions = (1..=15).map(|number| (format!("extensionAttribute{number}"), Value::Null)).collect::<Row>();
    set(row, "onPremisesExtensionAttributes", extensions);
    set(
        row,
        "onPremisesSipInfo",
        json!({
            "isSipEnabled": false, "sipDeploymentLocation": null, "sipPrimaryAddress": null,
        }),
    );
}

fn licences(row: &mut Row, calendar: Calendar, user: &User) {
    let held: Vec<&Licence> = user.licences.iter().filter_map(|&position| LICENCES.get(position)).collect();
    let since = created(calendar, user.seed);
    let plans = held.iter().flat_map(|licence| licence.plans);
    let assigned = plans.clone().map(|(service, id)| {
        json!({
            "assignedDateTime": since, "capabilityStatus": "Enabled", "service": service, "servicePlanId": id,
        })
    });
    let provisioned = plans.map(
        |(service, _)| json!({"capabilityStatus": "Enabled", "provisioningStatus": "Success", "service": service}),
    );
    set(row, "assignedPlans", assigned.collect::<Vec<_>>());
    set(row, "provisionedPlans", provisioned.collect::<Vec<_>>());
    let skus = held.iter().map(|licence| json!({"disabledPlans": [], "skuId": licence.sku}));
    set(row, "assignedLicenses", skus.collect::<Vec<_>>());
    let states = held.iter().map(|licence| {
        json!({
            "skuId": licence.sku, "disabledPlans": [], "assignedByGroup": null, "state": "Active", "error": "None",
            "lastUpdatedDateTime": since,
        })
    });
    set(row, "licenseAssignmentStates", states.collect::<Vec<_>>());
}

fn security(row: &mut Row, calendar: Calendar, user: &User) {
    let seed = user.seed;
    let password = calendar.ago(seed.below("password", 400), seed.below("password second", 86_400));
    set(row, "securityIdentifier", sid("S-1-12-1", seed, "sid"));
    set(row, "lastPasswordChangeDateTime", password.as_str());
    set(row, "refreshTokensValidFromDateTime", password.as_str());
    set(row, "signInSessionsValidFromDateTime", password.as_str());
    let policies = if user.upn.starts_with("breakglass@") { "DisablePasswordExpiration" } else { "None" };
    set(row, "passwordPolicies", if user.kind == Kind::Guest { Value::Null } else { json!(policies) });
    set(row, "passwordProfile", Value::Null);
}

fn sid(authority: &str, seed: Seed, label: &str) -> String {
    let seed = seed.of(label, 0);
    let part = |label| 100_000_000 + seed.below(label, 4_000_000_000);
    format!("{authority}-{}-{}-{}-{}", part("a"), part("b"), part("c"), part("d"))
}
