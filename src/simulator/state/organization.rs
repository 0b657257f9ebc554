//! What a tenant is: its organization, its domains, the groups that CIPP puts it into.

use serde_json::{Value, json};

use super::World;
use super::shelf::Kind;
use super::tenant::Tenant;

/// The domains of a tenant, as Graph has them.
pub(crate) static DOMAINS: Kind = Kind {
    name: "domains",
    key: "id",
    first: |_, tenant| vec![domain(&tenant.domain, true, true), domain(&tenant.initial_domain, false, true)],
};

/// A domain of a tenant; the initial one is told by its name.
pub(crate) fn domain(name: &str, default: bool, verified: bool) -> Value {
    json!({
        "id": name, "authenticationType": "Managed", "availabilityStatus": null, "isAdminManaged": true,
        "isDefault": default, "isInitial": name.ends_with(".onmicrosoft.com"), "isRoot": true,
        "isVerified": verified, "supportedServices": if verified { json!(["Email"]) } else { json!([]) },
    })
}

/// What the checks of a tenant's domains found.
pub(crate) static ANALYSED: Kind = Kind {
    name: "analysed domains",
    key: "Domain",
    first: |world, tenant| {
        let domains = world.shelf(tenant, &DOMAINS).rows();
        let stamp = world.calendar.ago(0, 18_000).replace('Z', ".0000000+00:00");
        domains.iter().map(|row| analysed(tenant, row["id"].as_str().unwrap_or_default(), &stamp)).collect()
    },
};

/// What a check finds of a domain.
pub(crate) fn analysed(tenant: &Tenant, domain: &str, stamp: &str) -> Value {
    let seed = tenant.seed.of(domain, 0);
    let has = |what: &str, percent: usize| seed.chance(what, percent);
    json!({
        "Domain": domain, "Tenant": tenant.domain, "GUID": seed.guid("row"), "LastRefresh": stamp,
        "MailProvider": "Microsoft 365", "MXPassTest": true, "SPFPassAll": has("spf", 80), "DKIMEnabled": has("dkim", 70),
        "DMARCPresent": has("dmarc", 70), "DMARCActionPolicy": if has("dmarc", 70) { "Reject" } else { "None" },
        "DMARCPercentagePass": has("dmarc", 70), "DNSSECPresent": has("dnssec", 10),
        "ScorePercentage": 40 + seed.below("score", 60), "EnterpriseEnrollment": "", "EnterpriseRegistration": "",
    })
}

/// Groups of tenants.
pub(crate) static TENANT_GROUPS: Kind = Kind {
    name: "tenant groups",
    key: "Id",
    first: |world, _| {
        let members: Vec<_> = world.customers().take(1).map(group_member).collect();
        vec![json!({
            "Id": world.seed.of("tenant group", 0).guid("id"), "Name": "Pilot customers",
            "Description": "Customers that get changes first", "GroupType": "static", "RuleLogic": "and",
            "Members": members, "DynamicRules": [],
        })]
    },
};

/// A tenant as a member of a group of tenants.
pub(crate) fn group_member(tenant: &Tenant) -> Value {
    json!({"customerId": tenant.id, "displayName": tenant.name, "defaultDomainName": tenant.domain})
}

/// The organization of a tenant, as Graph has it.
pub(crate) fn organization(world: &World, tenant: &Tenant) -> Value {
    let seed = tenant.seed.of("organization", 0);
    let created = world.calendar.ago(400 + seed.below("age", 3000), seed.below("second", 86_400));
    let synced = seed.chance("synced", 40);
    let domains: Vec<_> = world.shelf(tenant, &DOMAINS).rows();
    let plan = |service: &str| {
        json!({
            "assignedDateTime": created, "capabilityStatus": "Enabled", "service": service,
            "servicePlanId": seed.guid(service),
        })
    };
    json!({
        "id": tenant.id,
        "displayName": tenant.name,
        "city": "Seattle", "country": null, "countryLetterCode": "US", "state": "WA", "street": "200 Pine Street",
        "postalCode": "98101",
        "businessPhones": ["+1 206 555 0100"],
        "createdDateTime": created,
        "tenantType": "AAD",
        "technicalNotificationMails": [format!("admin@{}", tenant.domain)],
        "onPremisesSyncEnabled": if synced { json!(true) } else { Value::Null },
        "onPremisesLastSyncDateTime": if synced { json!(world.calendar.ago(0, 1800)) } else { Value::Null },
        "onPremisesLastPasswordSyncDateTime": if synced { json!(world.calendar.ago(0, 1900)) } else { Value::Null },
        "assignedPlans": (["exchange", "SharePoint", "MicrosoftOffice"].map(plan)),
        "verifiedDomains": domains.iter().map(|domain| json!({
            "name": domain["id"], "isDefault": domain["isDefault"], "isInitial": domain["isInitial"],
            "type": "Managed", "capabilities": "Email",
        })).collect::<Vec<_>>(),
    })
}
