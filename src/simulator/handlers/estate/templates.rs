//! Templates of all kinds that the instance keeps: each is what was sent, with an id.

use serde_json::{Value, json};

use super::{Area, Reply, Request, World};
use crate::simulator::powershell::{member, text};
use crate::simulator::state::calendar::now;
use crate::simulator::state::shelf::{Kind, joined, none};

/// One kind of templates.
struct Family {
    kind: Kind,
    /// The column with the name, in the list's spelling.
    name: &'static str,
}

impl Family {
    const fn new(name: &'static str, column: &'static str) -> Self {
        Self { kind: Kind { name, key: "GUID", first: none }, name: column }
    }
}

static APP: Family = Family::new("app templates", "displayName");
static ASSIGNMENT_FILTER: Family = Family::new("assignment filter templates", "displayName");
static BASELINE: Family = Family::new("baselines", "name");
static BLOCK_LIST: Family = Family::new("allow and block list templates", "templateName");
static CONDITIONAL_ACCESS: Family = Family::new("conditional access templates", "displayName");
static CONNECTION_FILTER: Family = Family::new("connection filter templates", "name");
static CONNECTOR: Family = Family::new("connector templates", "name");
static CONTACT: Family = Family::new("contact templates", "displayName");
static DLP: Family = Family::new("data loss policy templates", "name");
static INFO_TYPE: Family = Family::new("sensitive info type templates", "name");
static JIT: Family = Family::new("templates of administrators for a time", "templateName");
static LABEL: Family = Family::new("sensitivity label templates", "DisplayName");
static RETENTION: Family = Family::new("retention policy templates", "name");
static REUSABLE: Family = Family::new("reusable setting templates", "displayName");
static SAFE_LINKS: Family = Family::new("safe links templates", "TemplateName");
static SPAM: Family = Family::new("spam filter templates", "name");
static TRANSPORT: Family = Family::new("transport rule templates", "name");
static USER: Family = Family::new("new user defaults", "templateName");

/// The endpoints of this area.
pub(super) const HANDLERS: Area = &[
    ("AddAppTemplate", |world, request| add(world, request, &APP)),
    ("AddAssignmentFilterTemplate", |world, request| add(world, request, &ASSIGNMENT_FILTER)),
    ("AddBaseline", |world, request| add(world, request, &BASELINE)),
    ("AddCATemplate", |world, request| add(world, request, &CONDITIONAL_ACCESS)),
    ("AddConnectionFilterTemplate", |world, request| add(world, request, &CONNECTION_FILTER)),
    ("AddContactTemplates", |world, request| add(world, request, &CONTACT)),
    ("AddDlpCompliancePolicyTemplate", |world, request| add(world, request, &DLP)),
    ("AddExConnectorTemplate", |world, request| add(world, request, &CONNECTOR)),
    ("AddIntuneReusableSettingTemplate", |world, request| add(world, request, &REUSABLE)),
    ("AddJITAdminTemplate", |world, request| add(world, request, &JIT)),
    ("AddRetentionCompliancePolicyTemplate", |world, request| add(world, request, &RETENTION)),
    ("AddSafeLinksPolicyTemplate", |world, request| add(world, request, &SAFE_LINKS)),
    ("AddSensitiveInfoTypeTemplate", |world, request| add(world, request, &INFO_TYPE)),
    ("AddSensitivityLabelTemplate", |world, request| add(world, request, &LABEL)),
    ("AddSpamFilterTemplate", |world, request| add(world, request, &SPAM)),
    ("AddTenantAllowBlockListTemplate", |world, request| add(world, request, &BLOCK_LIST)),
    ("AddTransportTemplate", |world, request| add(world, request, &TRANSPORT)),
    ("AddUserDefaults", |world, request| add(world, request, &USER)),
    ("CreateSafeLinksPolicyTemplate", |world, request| add(world, request, &SAFE_LINKS)),
    ("EditContactTemplates", |world, request| edit(world, request, &CONTACT, "ContactTemplateID")),
    ("EditJITAdminTemplate", |world, request| edit(world, request, &JIT, "GUID")),
    ("EditSafeLinksPolicyTemplate", |world, request| edit(world, request, &SAFE_LINKS, "ID")),
    ("EditTenantAllowBlockListTemplate", |world, request| edit(world, request, &BLOCK_LIST, "GUID")),
    ("ListAppTemplates", |world, request| list(world, request, &APP)),
    ("ListAssignmentFilterTemplates", |world, request| list(world, request, &ASSIGNMENT_FILTER)),
    ("ListBaselines", |world, request| list(world, request, &BASELINE)),
    ("ListCAtemplates", |world, request| list(world, request, &CONDITIONAL_ACCESS)),
    ("ListConnectionFilterTemplates", |world, request| list(world, request, &CONNECTION_FILTER)),
    ("ListContactTemplates", |world, request| list(world, request, &CONTACT)),
    ("ListDlpCompliancePolicyTemplates", |world, request| list(world, request, &DLP)),
    ("ListExConnectorTemplates", |world, request| list(world, request, &CONNECTOR)),
    ("ListIntuneReusableSettingTemplates", |world, request| list(world, request, &REUSABLE)),
    ("ListJITAdminTemplates", |world, request| list(world, request, &JIT)),
    ("ListNewUserDefaults", |world, request| list(world, request, &USER)),
    ("ListRetentionCompliancePolicyTemplates", |world, request| list(world, request, &RETENTION)),
    ("ListSafeLinksPolicyTemplateDetails", |world, request| one(world, request, &SAFE_LINKS)),
    ("ListSafeLinksPolicyTemplates", |world, request| list(world, request, &SAFE_LINKS)),
    ("ListSensitiveInfoTypeTemplates", |world, request| list(world, request, &INFO_TYPE)),
    ("ListSensitivityLabelTemplates", |world, request| list(world, request, &LABEL)),
    ("ListSpamFilterTemplates", |world, request| list(world, request, &SPAM)),
    ("ListTenantAllowBlockListTemplates", |world, request| list(world, request, &BLOCK_LIST)),
    ("ListTransportRulesTemplates", |world, request| list(world, request, &TRANSPORT)),
    ("RemoveAppTemplate", |world, request| remove(world, request, &APP)),
    ("RemoveAssignmentFilterTemplate", |world, request| remove(world, request, &ASSIGNMENT_FILTER)),
    ("RemoveBaseline", |world, request| remove(world, request, &BASELINE)),
    ("RemoveCATemplate", |world, request| remove(world, request, &CONDITIONAL_ACCESS)),
    ("RemoveConnectionfilterTemplate", |world, request| remove(world, request, &CONNECTION_FILTER)),
    ("RemoveContactTemplates", |world, request| remove(world, request, &CONTACT)),
    ("RemoveDlpCompliancePolicyTemplate", |world, request| remove(world, request, &DLP)),
    ("RemoveExConnectorTemplate", |world, request| remove(world, request, &CONNECTOR)),
    ("RemoveIntuneReusableSettingTemplate", |world, request| remove(world, request, &REUSABLE)),
    ("RemoveJITAdminTemplate", |world, request| remove(world, request, &JIT)),
    ("RemoveRetentionCompliancePolicyTemplate", |world, request| remove(world, request, &RETENTION)),
    ("RemoveSafeLinksPolicyTemplate", |world, request| remove(world, request, &SAFE_LINKS)),
    ("RemoveSensitiveInfoTypeTemplate", |world, request| remove(world, request, &INFO_TYPE)),
    ("RemoveSensitivityLabelTemplate", |world, request| remove(world, request, &LABEL)),
    ("RemoveSpamfilterTemplate", |world, request| remove(world, request, &SPAM)),
    ("RemoveTenantAllowBlockListTemplate", |world, request| remove(world, request, &BLOCK_LIST)),
    ("RemoveTransportRuleTemplate", |world, request| remove(world, request, &TRANSPORT)),
    ("RemoveUserDefaultTemplate", |world, request| remove(world, request, &USER)),
];

fn id(request: &Request) -> String {
    ["ID", "GUID"].iter().map(|name| text(request.either(name))).find(|id| !id.is_empty()).unwrap_or_default()
}

fn list(world: &World, request: &Request, family: &'static Family) -> Reply {
    let id = id(request);
    let rows = world.own(&family.kind).rows();
    Reply::rows(rows.iter().filter(|row| id.is_empty() || text(&row["GUID"]).eq_ignore_ascii_case(&id)))
}

fn one(world: &World, request: &Request, family: &'static Family) -> Reply {
    let id = id(request);
    match world.own(&family.kind).row(&id) {
        Some(row) => Reply::results(200, row),
        None => Reply::results(404, format!("Template with ID {id} not found")),
    }
}

fn add(world: &World, request: &Request, family: &'static Family) -> Reply {
    let sent = text(request.body("GUID"));
    let id = if sent.is_empty() { world.fresh_id() } else { sent };
    let name = put(world, family, &id, request.whole_body());
    Reply::results(200, format!("Successfully created template {name} with GUID {id}"))
}

fn edit(world: &World, request: &Request, family: &'static Family, key: &str) -> Reply {
    let id = text(request.body(key));
    let Some(known) = world.own(&family.kind).row(&id) else {
        return Reply::results(500, format!("Failed to update template {id}: not found"));
    };
    let name = put(world, family, &id, &joined(known, request.whole_body().clone()));
    Reply::results(200, format!("Successfully updated template {name} with GUID {id}"))
}

/// Keeps a template and returns its name, which is found in any case of letters and shown in the list's.
fn put(world: &World, family: &'static Family, id: &str, sent: &Value) -> String {
    let name = text(member(sent, family.name));
    let mut row = joined(json!({}), sent.clone());
    if let Some(row) = row.as_object_mut() {
        row.retain(|column, _| !column.eq_ignore_ascii_case(family.name) && !column.eq_ignore_ascii_case("GUID"));
        row.insert(family.name.to_owned(), name.clone().into());
        row.insert("GUID".to_owned(), id.into());
        row.insert("Timestamp".to_owned(), now().into());
    }
    world.own(&family.kind).put(row);
    name
}

fn remove(world: &World, request: &Request, family: &'static Family) -> Reply {
    let id = id(request);
    match world.own(&family.kind).take(&id) {
        Some(row) => Reply::results(200, format!("Removed template {} with ID {id}", text(&row[family.name]))),
        None => Reply::results(500, format!("Failed to remove template {id}: not found")),
    }
}
