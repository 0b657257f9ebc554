//! What the public name system says of domains.

use serde_json::{Value, json};

use super::listing::managed;
use super::writing::word;
use super::{Area, Reply, Request, World, is_all};
use crate::simulator::powershell::text;
use crate::simulator::state::calendar::now;
use crate::simulator::state::organization::{ANALYSED, DOMAINS, analysed};
use crate::simulator::state::tenant::Tenant;

/// The endpoints of this area.
pub(super) const HANDLERS: Area = &[
    ("DomainAnalyser_List", list),
    ("ExecDomainAnalyser", analyse),
    ("ListDomainAnalyser", list),
    ("ListDomainHealth", health),
    ("ListExternalTenantInfo", external),
];

/// `ListDomainAnalyser`: of one tenant, or of all.
fn list(world: &World, request: &Request) -> Reply {
    let name = text(request.query("tenantFilter"));
    let wanted = |tenant: &&Tenant| name.is_empty() || is_all(&name) || tenant.domain == name;
    Reply::rows(managed(world).filter(wanted).flat_map(|tenant| world.shelf(tenant, &ANALYSED).rows()))
}

/// `ExecDomainAnalyser`: a tenant in the query is not seen, and the run is for all then.
fn analyse(world: &World, request: &Request) -> Reply {
    let name = word(request.body("tenantFilter"));
    let stamp = now();
    for tenant in managed(world).filter(|tenant| name.is_empty() || is_all(&name) || tenant.domain == name) {
        for domain in world.shelf(tenant, &DOMAINS).rows() {
            world.shelf(tenant, &ANALYSED).put(analysed(tenant, &text(&domain["id"]), &stamp));
        }
    }
    Reply::results(200, "Domain Analyser started")
}

/// `ListDomainHealth`: one test of one domain in each call.
fn health(world: &World, request: &Request) -> Reply {
    let (action, domain) = (text(request.query("Action")), text(request.query("Domain")));
    let known = world.customers().find_map(|tenant| world.shelf(tenant, &ANALYSED).row(&domain));
    let test = |record: &str| {
        json!({
            "Domain": domain, "Record": record, "ValidationPasses": ["A record was found"], "ValidationWarns": [],
            "ValidationFails": [], "MailProvider": {"Name": "Microsoft 365"},
        })
    };
    match action.to_lowercase().as_str() {
        "listdomaininfo" => known.map_or_else(|| Reply::text(200, ""), |row| Reply::json(&row)),
        "getdkimselectors" => Reply::text(200, "selector1,selector2"),
        "readmxrecord" => Reply::json(&test(&format!("{}.mail.protection.outlook.com", domain.replace('.', "-")))),
        "readspfrecord" => Reply::json(&test("v=spf1 include:spf.protection.outlook.com -all")),
        "readdmarcpolicy" => Reply::json(&test("v=DMARC1; p=reject")),
        "readdkimrecord"
        | "readwhoisrecord"
        | "readnsrecord"
        | "testdnssec"
        | "testmtasts"
        | "testhttpscertificate" => Reply::json(&test("")),
        _ => Reply::text(200, ""),
    }
}

/// `ListExternalTenantInfo`: what everybody may know of any tenant.
fn external(world: &World, request: &Request) -> Reply {
    let name = text(request.query("tenant"));
    let known = world.tenant(&name).filter(|_| !name.is_empty());
    let id = known.map_or_else(|| world.seed.of(&name, 0).guid("tenant"), |tenant| tenant.id.clone());
    let shown = known.map_or(Value::Null, |tenant| json!(tenant.name));
    Reply::json(&json!({
        "GraphRequest": {"tenantId": id, "displayName": shown, "defaultDomainName": name, "federationBrandName": null},
        "OpenIdConfig": {"issuer": format!("https://sts.windows.net/{id}/"), "tenant_region_scope": "NA"},
        "UserTenantBranding": [],
    }))
}
