//! What Defender found in a tenant: alerts, incidents, breached accounts.

use serde_json::{Value, json};

use super::seed::Seed;
use super::shelf::{Kind, none};
use super::tenant::Tenant;

fn seed(tenant: &Tenant, kind: &str, number: usize) -> Seed {
    tenant.seed.of(kind, number)
}

const TITLES: [(&str, &str, &str); 3] = [
    ("Unfamiliar sign-in properties", "InitialAccess", "high"),
    ("Suspicious inbox manipulation rule", "Persistence", "medium"),
    ("Mass download by a single user", "Exfiltration", "low"),
];

/// Alerts of the old interface, in the list's own words.
pub(crate) static ALERTS: Kind = Kind {
    name: "security alerts",
    key: "Id",
    first: |world, tenant| {
        let row = |(number, (title, category, severity)): (usize, &(&str, &str, &str))| {
            json!({
                "Tenant": tenant.domain, "Id": seed(tenant, "alert", number).guid("id"), "Title": title,
                "Category": category, "EventDateTime": world.calendar.ago(number + 1, 4000), "Severity": severity,
                "Status": "newAlert", "InvolvedUsers": format!("ann@{}", tenant.domain),
                "RawResult": {"vendorInformation": {"provider": "IPC", "vendor": "Microsoft"}},
            })
        };
        TITLES.iter().enumerate().map(row).collect()
    },
};

/// Incidents of Defender XDR, in the list's own words; their ids are numbers.
pub(crate) static INCIDENTS: Kind = Kind {
    name: "security incidents",
    key: "Id",
    first: |world, tenant| {
        let row = |(number, (title, _, severity)): (usize, &(&str, &str, &str))| {
            let id = (1000 + seed(tenant, "incident", 0).below("first", 5000) * 3 + number).to_string();
            json!({
                "Tenant": tenant.domain, "Id": id, "Status": "active", "Severity": severity, "DisplayName": title,
                "IncidentUrl": format!("https://security.microsoft.com/incidents/{id}?tid={}", tenant.id),
                "RedirectId": 0, "Created": world.calendar.ago(number + 1, 5000),
                "Updated": world.calendar.ago(number + 1, 5000), "AssignedTo": null, "Classification": "unknown",
                "Determination": "unknown", "Tags": "", "Comments": [],
            })
        };
        // The newest id comes first.
        TITLES.iter().enumerate().rev().map(row).collect()
    },
};

/// Alerts of Defender for Office, as Graph has them.
pub(crate) static MDO_ALERTS: Kind = Kind {
    name: "mail alerts",
    key: "id",
    first: |world, tenant| {
        let row = |number: usize| {
            let seed = seed(tenant, "mail alert", number);
            json!({
                "id": seed.guid("id"), "title": "Email messages removed after delivery", "severity": "informational",
                "status": "new", "classification": null, "determination": null, "assignedTo": null,
                "category": "InitialAccess", "serviceSource": "microsoftDefenderForOffice365", "tenantId": tenant.id,
                "createdDateTime": world.calendar.ago(number + 1, 6000), "incidentId": "1", "evidence": [], "comments": [],
                "lastUpdateDateTime": world.calendar.ago(number + 1, 6000), "resolvedDateTime": null,
            })
        };
        (0..2).map(row).collect()
    },
};

/// Breaches that a search found, one row for each address.
pub(crate) static BREACHES: Kind = Kind { name: "breaches", key: "email", first: none };

/// What a search finds at the outside service.
pub(crate) fn breaches(tenant: &Tenant) -> Vec<Value> {
    let row = |(name, source): &(&str, &str)| {
        let email = format!("{name}@{}", tenant.domain);
        json!({
            "email": email, "password": tenant.seed.of(&email, 0).guid("breach")[..8].to_owned(), "sources": source,
            "PartitionKey": tenant.domain, "RowKey": tenant.domain, "sum": 2,
        })
    };
    [("ann", "Example forum 2023"), ("bob", "Example shop 2021")].iter().map(row).collect()
}
