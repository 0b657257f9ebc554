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

impl Sample<'_> {
    fn value(&self, field: &str) -> Value {
        let name = field.to_lowercase();
        let ends = |words: &[&str]| words.iter().any(|word| name.ends_with(word));
        let seed = self.tenant.seed.of(self.endpoint, self.number).of(field, 0);
        let people = [("ann", "Ann Berg"), ("bob", "Bob Kowalski")];
        let (alias, person) = people[self.number % people.len()];
        match name.as_str() {
            "tenant" | "tenantfilter" | "defaultdomainname" => json!(self.tenant.domain),
            "initialdomainname" => json!(self.tenant.initial_domain),
            "tenantid" | "customerid" => json!(self.tenant.id),
            "tenantname" | "tenantdisplayname" | "customer" => json!(self.tenant.name),
            "partitionkey" => json!(self.endpoint),
            "etag" => json!(format!("W/\"{}\"", seed.guid("etag"))),
            "userdisplayname" => json!(person),
            "state" | "status" => json!("enabled"),
            _ if ends(&["principalname", "upn", "mail", "address", "user"]) => {
                json!(format!("{alias}@{}", self.tenant.domain))
            }
            _ if ends(&["id", "guid", "rowkey"]) => json!(seed.guid("id")),
            _ if ends(&[
                "date",
                "time",
                "timestamp",
                "refresh",
                "createdat",
                "updatedat",
                "whenchanged",
                "whencreated",
            ]) =>
            {
                json!(self.world.calendar.ago(seed.below("days", 200), seed.below("second", 86_400)))
            }
            _ if ends(&["count", "total", "inbytes", "days", "number", "priority"]) => json!(seed.below("count", 100)),
            _ if ends(&["enabled", "required", "excluded"])
                || ["is", "has", "allow"].iter().any(|word| starts(field, word)) =>
            {
                json!(seed.chance("is", 50))
            }
            _ if ends(&[
                "licenses", "plans", "members", "groups", "roles", "ids", "policies", "phones", "tags", "domains",
            ]) =>
            {
                json!([])
            }
            _ if ends(&["name", "title"]) => json!(format!("{} {}", self.endpoint, self.number + 1)),
            _ => json!(format!("Sample {field}")),
        }
    }
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
