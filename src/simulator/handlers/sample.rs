//! Plausible rows for endpoints without state, made from the names of their properties.

use serde_json::{Value, json};

use super::World;
use crate::catalogue::Endpoint;
use crate::simulator::state::graph_user::Row;
use crate::simulator::state::tenant::Tenant;

/// One or two rows of one tenant; one where a single row comes without its list.
pub(super) fn rows(world: &World, tenant: &Tenant, record: &Endpoint) -> Vec<Row> {
    let count = if record.unrolls { 1 } else { 1 + tenant.seed.of(record.name, 0).below("rows", 2) };
    (0..count).map(|number| row(world, tenant, record, number)).collect()
}

/// The `number`th row of a tenant.
pub(super) fn row(world: &World, tenant: &Tenant, record: &Endpoint, number: usize) -> Row {
    const UNKNOWN: &[&str] = &["id", "displayName"];
    let fields = if record.fields.is_empty() { UNKNOWN } else { record.fields };
    let sample = Sample { world, tenant, endpoint: record.name, number };
    fields.iter().map(|field| ((*field).to_owned(), sample.value(field))).collect()
}

struct Sample<'s> {
    world: &'s World,
    tenant: &'s Tenant,
    endpoint: &'s str,
    number: usize,
}

/// What a property holds.
#[derive(Clone, Copy)]
enum Form {
    Domain,
    InitialDomain,
    TenantId,
    TenantName,
    Id,
    Address,
    Person,
    Name,
    Moment,
    Number,
    Flag,
    List,
    Word,
}

/// Forms by how the name ends, in lower case; the first that fits holds.
const FORMS: &[(Form, &[&str])] = &[
    (Form::InitialDomain, &["initialdomainname"]),
    (Form::Domain, &["tenant", "tenantfilter", "domainname"]),
    (Form::TenantId, &["tenantid", "customerid"]),
    (Form::TenantName, &["tenantname", "tenantdisplayname", "customer"]),
    (Form::Address, &["principalname", "upn", "mail", "address", "user"]),
    (Form::Person, &["userdisplayname"]),
    (Form::Word, &["state", "status"]),
    (Form::List, &["licenses", "plans", "members", "groups", "roles", "ids", "policies", "phones", "tags", "domains"]),
    (Form::Id, &["id", "guid", "rowkey"]),
    (Form::Moment, &["date", "time", "timestamp", "refresh", "createdat", "updatedat", "whenchanged", "whencreated"]),
    (Form::Number, &["count", "total", "inbytes", "days", "number", "priority"]),
    (Form::Flag, &["enabled", "required", "excluded"]),
    (Form::Name, &["name", "title"]),
];

impl Sample<'_> {
    fn value(&self, field: &str) -> Value {
        let seed = self.tenant.seed.of(self.endpoint, self.number).of(field, 0);
        let (alias, person) = [("ann", "Ann Berg"), ("bob", "Bob Kowalski")][self.number % 2];
        match form(field) {
            Some(Form::Domain) => json!(self.tenant.domain),
            Some(Form::InitialDomain) => json!(self.tenant.initial_domain),
            Some(Form::TenantId) => json!(self.tenant.id),
            Some(Form::TenantName) => json!(self.tenant.name),
            Some(Form::Id) => json!(seed.guid("id")),
            Some(Form::Address) => json!(format!("{alias}@{}", self.tenant.domain)),
            Some(Form::Person) => json!(person),
            Some(Form::Name) => json!(format!("{} {}", self.endpoint, self.number + 1)),
            Some(Form::Moment) => json!(self.world.calendar.ago(seed.below("days", 200), seed.below("second", 86_400))),
            Some(Form::Number) => json!(seed.below("number", 100)),
            Some(Form::Flag) => json!(seed.chance("flag", 50)),
            Some(Form::List) => json!([]),
            Some(Form::Word) => json!("enabled"),
            None => json!(format!("Sample {field}")),
        }
    }
}

fn form(field: &str) -> Option<Form> {
    if ["is", "has", "allow", "enable", "disable"].iter().any(|word| starts(field, word)) {
        return Some(Form::Flag);
    }
    let name = field.to_lowercase();
    FORMS.iter().find(|(_, endings)| endings.iter().any(|ending| name.ends_with(ending))).map(|(form, _)| *form)
}

/// Whether a name in camel case starts with a word: `isDefault` does with `is`, `issuer` does not.
fn starts(name: &str, word: &str) -> bool {
    let start = name.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    start && name[word.len()..].starts_with(|next: char| next.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_name() {
        for (name, word, expected) in
            [("isDefault", "is", true), ("IsDefault", "is", true), ("issuer", "is", false), ("is", "is", false)]
        {
            assert_eq!(starts(name, word), expected, "{name}");
        }
    }
}
