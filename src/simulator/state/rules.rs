//! What CIPP watches: alert rules, the alerts that they stored, and searches of the audit log.

use serde_json::json;

use super::shelf::{Kind, none};

/// Alert rules, of the audit log and of scheduled checks.
pub(crate) static ALERT_RULES: Kind = Kind { name: "alert rules", key: "RowKey", first: none };

/// Alerts that the audit log raised.
pub(crate) static AUDIT_LOGS: Kind = Kind {
    name: "audit logs",
    key: "LogId",
    first: |world, _| {
        world
            .customers()
            .take(2)
            .enumerate()
            .map(|(number, tenant)| {
                let user = format!("ann@{}", tenant.domain);
                json!({
                    "LogId": tenant.seed.of("audit log", 0).guid("id"),
                    "Timestamp": world.calendar.ago(1 + number * 20, 7000).replace('Z', ".0000000+00:00"),
                    "Tenant": tenant.domain, "Title": format!("{user} has created a new inbox rule"),
                    "Data": {
                        "IP": "203.0.113.20",
                        "RawData": {"Operation": "New-InboxRule", "UserId": user, "ClientIP": "203.0.113.20"},
                    },
                })
            })
            .collect()
    },
};

/// Searches of a tenant's audit log.
pub(crate) static AUDIT_SEARCHES: Kind = Kind { name: "audit searches", key: "id", first: none };
