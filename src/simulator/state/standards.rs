//! Standards: templates, what their runs found, and how far tenants have drifted.

use serde_json::{Value, json};

use super::shelf::{Kind, none};
use super::tenant::Tenant;

/// Templates of standards and of drift.
pub(crate) static STANDARD_TEMPLATES: Kind = Kind {
    name: "standards templates",
    key: "GUID",
    first: |world, _| {
        let tenants: Vec<_> = world.customers().take(1).map(|tenant| tenant_choice(&tenant.domain)).collect();
        let old = world.calendar.ago(20, 3600);
        vec![json!({
            "templateName": "Baseline", "GUID": world.seed.of("standards template", 0).guid("id"), "tenantFilter": tenants,
            "excludedTenants": [], "runManually": false, "type": null, "source": "", "isSynced": false,
            "standards": {
                "AuditLog": {"action": [{"label": "Remediate", "value": "Remediate"}]},
                "DisableBasicAuthSMTP": {"action": [{"label": "Report", "value": "Report"}]},
            },
            "createdAt": old, "updatedAt": old, "updatedBy": "admin@adatum.com",
        })]
    },
};

fn tenant_choice(domain: &str) -> Value {
    json!({"label": domain, "value": domain, "type": "Tenant"})
}

/// What the runs found in a tenant, one row for each setting of each template.
pub(crate) static COMPARISONS: Kind = Kind {
    name: "comparisons",
    key: "place",
    first: |world, tenant| {
        let templates = world.own(&STANDARD_TEMPLATES).rows();
        let first = templates.first().filter(|template| applies(template, tenant));
        let stamp = world.calendar.ago(0, 7200).replace('Z', ".0000000+00:00");
        first.map(|template| compared(tenant, template, &stamp)).unwrap_or_default()
    },
};

/// Whether a template is meant for a tenant; a bare text matches none.
pub(crate) fn applies(template: &Value, tenant: &Tenant) -> bool {
    let names = |list: &Value, name: &str| list.as_array().into_iter().flatten().any(|choice| choice["value"] == name);
    let wanted = &template["tenantFilter"];
    (names(wanted, &tenant.domain) || names(wanted, "AllTenants"))
        && !names(&template["excludedTenants"], &tenant.domain)
}

/// The settings of a template as a run finds them in a tenant: those that it may repair are so, the others by chance.
pub(crate) fn compared(tenant: &Tenant, template: &Value, stamp: &str) -> Vec<Value> {
    let id = template["GUID"].as_str().unwrap_or_default();
    let standards = template["standards"].as_object().into_iter().flatten();
    let row = |(name, setting): (&String, &Value)| {
        let repairs = setting["action"].to_string().contains("Remediate");
        let good = repairs || tenant.seed.of(name, 0).chance("compliant", 50);
        json!({
            "place": format!("{id} {name}"), "standard": format!("standards.{name}"), "TemplateId": id,
            "found": {
                "Value": good, "LastRefresh": stamp, "TemplateId": id, "LicenseAvailable": true,
                "CurrentValue": {"state": good}, "ExpectedValue": {"state": true},
            },
        })
    };
    standards.map(row).collect()
}

/// Where a tenant has drifted from its template.
pub(crate) static DEVIATIONS: Kind = Kind {
    name: "deviations",
    key: "standardName",
    first: |world, tenant| {
        let rows = [("standards.AuditLog", "Audit log"), ("ConditionalAccessTemplates.local", "Local policy")];
        let rows = rows.iter().take(if world.customers().any(|known| known.id == tenant.id) { 2 } else { 0 });
        let row = |(name, shown): &(&str, &str)| {
            json!({
                "standardName": name, "standardDisplayName": shown, "Status": "New", "expectedValue": "true",
                "receivedValue": "false", "reason": null, "lastChangedByUser": null, "state": "current",
            })
        };
        rows.map(row).collect()
    },
};

/// The legacy rows, which nothing reads any more.
pub(crate) static LEGACY: Kind = Kind { name: "legacy standards", key: "displayName", first: none };
