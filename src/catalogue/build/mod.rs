//! Data files to records: read, merged, checked, written as Rust.
//!
//! The build script, the importer and the tests share these modules.

pub(crate) mod actions;
mod check;
pub(crate) mod emit;
pub(crate) mod emit_actions;
pub(crate) mod entry;
mod merge;
mod parents;
pub(crate) mod path;
mod reader;
pub(crate) mod recipe;

use super::name::key;
use entry::{Entry, Trust};
use recipe::RecipeEntry;
use std::collections::BTreeMap;

/// One data file.
pub(crate) struct Source {
    /// The area, or `curated`.
    pub(crate) area: String,
    /// What errors call it.
    pub(crate) file: String,
    /// Its TOML text.
    pub(crate) text: String,
}

/// One endpoint, its facts merged.
pub(crate) struct Record {
    pub(crate) name: String,
    pub(crate) area: String,
    /// The file that had the last word on it.
    pub(crate) file: String,
    pub(crate) entry: Entry,
    pub(crate) verify: Vec<RecipeEntry>,
    pub(crate) verify_none: Option<String>,
}

/// The records of all files, sorted for lookup, or all that is wrong with them.
pub(crate) fn records(areas: &[Source], curated: &Source) -> Result<Vec<Record>, Vec<String>> {
    let mut errors = Vec::new();
    let mut records = claimed(areas, &mut errors);
    for (name, facts) in entry::read(&curated.file, &curated.text, Trust::Read, &mut errors) {
        let at = format!("{}: {name}", curated.file);
        match records.get_mut(&key(&name)) {
            None => errors.push(format!("{at}: no area file has this endpoint")),
            Some(record) if record.name != name => errors.push(format!("{at}: is spelled {}", record.name)),
            Some(record) => {
                record.entry = merge::merge(std::mem::take(&mut record.entry), facts, &at, &mut errors);
                record.file.clone_from(&curated.file);
            }
        }
    }
    for record in records.values_mut() {
        let at = format!("{}: {}", record.file, record.name);
        parents::complete(&mut record.entry.params, &at, &mut errors);
        check::check(record, &at, &mut errors);
    }
    if errors.is_empty() { Ok(records.into_values().collect()) } else { Err(errors) }
}

fn claimed(areas: &[Source], errors: &mut Vec<String>) -> BTreeMap<String, Record> {
    let mut records: BTreeMap<String, Record> = BTreeMap::new();
    for source in areas {
        for (name, entry) in entry::read(&source.file, &source.text, Trust::Claimed, errors) {
            if let Some(other) = records.get(&key(&name)) {
                errors.push(format!("{}: {name}: is in {} too", source.file, other.area));
            }
            let (area, file) = (source.area.clone(), source.file.clone());
            records.insert(key(&name), Record { name, area, file, entry, verify: Vec::new(), verify_none: None });
        }
    }
    records
}

#[cfg(test)]
mod tests {
    use super::super::record::{Kind, Need, Wrap};
    use super::*;

    const AREA: &str = r#"
        [EditThing]
        method = "POST"
        role = "Identity.User.ReadWrite"
        [EditThing.params]
        State = { in = "body", type = "text", wrap = "always", values = ["on"] }
        tenantFilter = { in = "body", type = "text", required = true }
        TenantFilter = { in = "query", type = "text" }
    "#;

    fn source(area: &str, text: &str) -> Source {
        Source { area: area.into(), file: format!("{area}.toml"), text: text.into() }
    }

    fn compiled(curated: &str) -> Result<Vec<Record>, Vec<String>> {
        records(&[source("identity", AREA)], &source("curated", curated))
    }

    #[test]
    fn curated_facts_win_field_by_field() {
        let records = compiled(
            "[EditThing]\neffect = \"write\"\n[EditThing.params]\nstate = { wrap = \"either\", required = true }\n",
        )
        .unwrap();
        let entry = &records[0].entry;
        assert_eq!(entry.role.as_deref(), Some("Identity.User.ReadWrite"));
        let state = &entry.params["state"];
        assert!(!entry.params.contains_key("State"), "the curated spelling wins");
        assert_eq!((state.wrap, state.need), (Some(Wrap::Either), Some(Need::Required)));
        assert!(!state.kind_known, "the type is still only claimed");
    }

    #[test]
    fn claimed_values_can_be_lifted() {
        let records = compiled("[EditThing.params]\nState.values = \"any\"\n").unwrap();
        assert_eq!(records[0].entry.params["State"].values, Some(Vec::new()));
    }

    #[test]
    fn missing_parents_are_added() {
        let records = compiled("[EditThing.params]\n\"a.b[].c\" = { in = \"body\", type = \"int\" }\n").unwrap();
        let params = &records[0].entry.params;
        assert_eq!(params["a.b"].kind, Some((Kind::List, Kind::Map)));
        assert_eq!(params["a"].kind, Some((Kind::Map, Kind::Any)));
    }

    #[test]
    fn what_is_wrong_is_told_with_file_endpoint_and_field() {
        for (curated, expected) in [
            ("[Gone]\neffect = \"read\"", "curated.toml: Gone: no area file has this endpoint"),
            ("[editThing]\neffect = \"read\"", "curated.toml: editThing: is spelled EditThing"),
            ("EditThing = 1", "curated.toml: EditThing: must be a table"),
            (
                "[EditThing]\nefect = \"read\"",
                "curated.toml: EditThing.efect: unknown key; known are method, role, about, effect, effects, retry, \
                 body, scope, reply, flags, placeholder, secrets, deferred, fields, not_read, params",
            ),
            (
                "[EditThing]\neffect = \"bad\"",
                "curated.toml: EditThing.effect: \"bad\" is not one of read, sensitive, write, destroy",
            ),
            (
                "[EditThing]\neffect = \"write\"\neffects = { default = \"write\" }",
                "curated.toml: EditThing.effect: leave it out: it is the worst of effects",
            ),
            (
                "[EditThing]\neffects = { Nope = \"write\" }",
                "curated.toml: EditThing.effects.\"Nope\": must be \"?parameter\", \"parameter=value\" or default",
            ),
            (
                "[EditThing]\neffects = { \"?Nope\" = \"write\" }",
                "curated.toml: EditThing.effects.\"?Nope\": there is no parameter Nope",
            ),
            (
                "[EditThing]\neffects = { \"State=on\" = \"write\" }\nparams.State.values = [\"off\"]",
                "curated.toml: EditThing.effects.\"State=on\": is not among the values of the parameter",
            ),
            ("[EditThing]\nretry = \"safe with Nope\"", "curated.toml: EditThing.retry: there is no parameter Nope"),
            (
                "[EditThing]\nretry = \"maybe\"",
                "curated.toml: EditThing.retry: must be safe, unsafe, \"safe with parameter\" or \"unsafe with \
                 parameter\"",
            ),
            (
                "[EditThing]\nabout = \" x\"",
                "curated.toml: EditThing.about: must be one line of text without spaces at its ends",
            ),
            ("[EditThing]\nsecrets = [1]", "curated.toml: EditThing.secrets: must be text, not integer"),
            ("[EditThing]\nsecrets = []", "curated.toml: EditThing.secrets: must not be empty; leave it out instead"),
            ("[EditThing]\nflags = [\"open\", \"open\"]", "curated.toml: EditThing.flags: \"open\" is there twice"),
            ("[EditThing]\nnot_read = [\"Nope\"]", "curated.toml: EditThing.not_read: nobody claims a parameter Nope"),
            ("[EditThing]\nplaceholder = {}", "curated.toml: EditThing.placeholder.field: is missing"),
            (
                "[EditThing.params]\nState.wrap = \"sometimes\"",
                "curated.toml: EditThing.params.State.wrap: \"sometimes\" is not one of no, always, either",
            ),
            (
                "[EditThing.params]\ntenantfilter.required = true",
                "curated.toml: EditThing.params.tenantfilter: could be any of TenantFilter, tenantFilter",
            ),
            (
                "[EditThing.params]\nnew = { type = \"text\" }",
                "curated.toml: EditThing.params.new.in: is missing: no area file has this parameter",
            ),
            (
                "[EditThing.params]\nnew = { in = \"body\" }",
                "curated.toml: EditThing.params.new.type: is missing: no area file has this parameter",
            ),
            (
                "[EditThing.params]\n\"a b\" = { in = \"body\" }",
                "curated.toml: EditThing.params.\"a b\": a name in the path has a character other than letters, \
                 digits, _, -, @ and $",
            ),
            (
                "[EditThing.params]\nState.type = \"list of things\"",
                "curated.toml: EditThing.params.State.type: \"things\" is not one of any, text, int, number, bool, \
                 unix_time, map, list",
            ),
            (
                "[EditThing]\nmethod = \"GET\"\nparams.State.in = \"query\"",
                "curated.toml: EditThing.params.tenantFilter.in: a GET has no body",
            ),
            (
                "[EditThing.params]\nTenantFilter.in = \"both\"",
                "curated.toml: EditThing.params.tenantFilter: differs only in case from another one in the same place",
            ),
            (
                "[EditThing.params]\nState.presence = true",
                "curated.toml: EditThing.params.State.presence: is for parameters of a query",
            ),
            (
                "[EditThing.params]\nState.tenant = \"object\"",
                "curated.toml: EditThing.params.State.tenant: is object exactly when the path ends in \
                 .defaultDomainName",
            ),
            (
                "[EditThing.params]\n\"tenantFilter.x\" = { in = \"body\", type = \"int\" }",
                "curated.toml: EditThing.params.tenantFilter.x: lies in tenantFilter, which is no map",
            ),
            (
                "[EditThing.params]\n\"[].x\" = { in = \"body\", type = \"int\" }",
                "curated.toml: EditThing.params.[].x.in: its path starts with [] exactly when the body is an array",
            ),
        ] {
            let errors = compiled(curated).err().unwrap_or_default();
            assert!(errors.iter().any(|error| error == expected), "{curated}\n{errors:#?}");
        }
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        let errors = compiled("[EditThing]\neffect = \"bad\"\nretry = \"maybe\"\n[Gone]\n").err().unwrap();
        assert_eq!(errors.len(), 3, "{errors:#?}");
    }

    #[test]
    fn what_only_an_area_says_is_told_of_the_area() {
        let errors = records(&[source("tools", "[Thing]\nrole = \"A.B.Read\"")], &source("curated", "")).err().unwrap();
        assert_eq!(errors, ["tools.toml: Thing.method: is missing"]);
    }

    #[test]
    fn an_endpoint_is_in_one_area_only() {
        let areas = [source("identity", AREA), source("tools", AREA)];
        let errors = records(&areas, &source("curated", "")).err().unwrap();
        assert_eq!(errors, ["tools.toml: EditThing: is in identity too"]);
    }

    #[test]
    fn what_nobody_has_read_counts_as_the_worst() {
        let text = emit::emit(&compiled("").unwrap());
        assert!(text.contains("effect:Effect::Destroy"), "{text}");
        assert!(text.contains("retry:Retry::Unsafe"), "{text}");
    }
}
