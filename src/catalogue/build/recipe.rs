//! How writes are read back: one file of recipes, read and checked against the records.

use super::super::name::key;
use super::super::record::{Kind, Lag, Presence};
use super::super::template::{Hole, Piece, REPLY, pieces};
use super::entry::{Condition, Flag, ParamEntry};
use super::reader::Reader;
use super::{Record, Source};
use std::collections::BTreeMap;
use toml::{Table, Value};

/// One recipe.
#[derive(Debug, Clone)]
pub(crate) struct RecipeEntry {
    pub(crate) when: Vec<(Condition, bool)>,
    pub(crate) each: String,
    pub(crate) lag: Lag,
    pub(crate) task: bool,
    pub(crate) one: LookEntry,
    pub(crate) many: Option<LookEntry>,
}

/// One read and what it must show.
#[derive(Debug, Clone)]
pub(crate) struct LookEntry {
    pub(crate) read: String,
    pub(crate) arguments: Vec<(String, String)>,
    pub(crate) rows: String,
    pub(crate) row: Vec<(String, String)>,
    pub(crate) presence: Presence,
    pub(crate) expect: Vec<(String, Expectation)>,
}

/// The kind of an expectation as records name it, and its template where it has one.
pub(crate) type Expectation = (&'static str, Option<String>);

/// Adds the recipes of a file to the records, or tells all that is wrong with them.
pub(crate) fn add(records: &mut [Record], source: &Source) -> Result<(), Vec<String>> {
    let mut errors = Vec::new();
    let table: Table = match source.text.parse() {
        Ok(table) => table,
        Err(error) => return Err(vec![format!("{}: {error}", source.file)]),
    };
    let parameters: BTreeMap<String, Vec<String>> =
        records.iter().map(|record| (record.name.clone(), record.entry.params.keys().cloned().collect())).collect();
    for (name, value) in table {
        let at = format!("{}: {name}", source.file);
        let Some(record) = records.iter_mut().find(|record| record.name == name) else {
            errors.push(format!("{at}: no area file has this endpoint"));
            continue;
        };
        let tables = match value {
            Value::Array(tables) => tables,
            one => vec![one],
        };
        for value in tables {
            let Value::Table(table) = value else {
                errors.push(format!("{at}: must be a table"));
                continue;
            };
            let mut reader = Reader::new(at.clone(), table, &mut errors);
            record.verify_none = reader.text("none").or(record.verify_none.take());
            let recipe = if reader.is_empty() { None } else { recipe(&mut reader) };
            reader.finish();
            if let Some(recipe) = recipe {
                check(&recipe, record, &parameters, &at, &mut errors);
                record.verify.push(recipe);
            }
        }
        if record.verify.is_empty() == record.verify_none.is_none() {
            errors.push(format!("{at}: has either recipes or the reason why there are none"));
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

fn recipe(from: &mut Reader<'_>) -> Option<RecipeEntry> {
    let when = conditions(from);
    let each = from.text("each").unwrap_or_default();
    let lag = from.word("lag", Lag::WORDS);
    let task = from.truth("task").unwrap_or_default();
    let many = from.table("many");
    let one = look(from, None)?;
    let many = match many {
        None => None,
        Some(table) => {
            let mut inner = from.inside("many", Value::Table(table))?;
            let many = look(&mut inner, Some(&one));
            inner.finish();
            Some(many?)
        }
    };
    let Some(lag) = lag else {
        from.wrong("lag", "is missing");
        return None;
    };
    Some(RecipeEntry { when, each, lag, task, one, many })
}

fn conditions(from: &mut Reader<'_>) -> Vec<(Condition, bool)> {
    let texts = from.texts("when").unwrap_or_default();
    let conditions = texts.into_iter().filter_map(|text| {
        let (holds, text) = text.strip_prefix("not ").map_or((true, text.as_str()), |inner| (false, inner));
        let condition = Condition::read(text);
        if condition.is_none() {
            from.wrong("when", "must be \"?parameter\", \"parameter=value\" or default, perhaps after \"not \"");
        }
        Some((condition?, holds))
    });
    conditions.collect()
}

/// A look; a second one has what it does not say itself from the first.
fn look(from: &mut Reader<'_>, first: Option<&LookEntry>) -> Option<LookEntry> {
    let read = from.text("read").or_else(|| first.map(|first| first.read.clone()));
    let arguments = templates(from, "args");
    let rows = from.text("rows").unwrap_or_default();
    let row = templates(from, "row");
    let expected = expected(from).or_else(|| first.map(|first| (first.presence, first.expect.clone())));
    if read.is_none() {
        from.wrong("read", "is missing");
    }
    if expected.is_none() {
        from.wrong("expect", "is missing");
    }
    let (Some(read), Some((presence, expect))) = (read, expected) else {
        return None;
    };
    Some(LookEntry { read, arguments, rows, row, presence, expect })
}

fn templates(from: &mut Reader<'_>, field: &'static str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (name, value) in from.table(field).unwrap_or_default() {
        match value.as_str() {
            Some(template) => all.push((name, template.to_owned())),
            None => from.wrong(&format!("{field}.{name}"), "must be text"),
        }
    }
    all.sort();
    all
}

fn expected(from: &mut Reader<'_>) -> Option<(Presence, Vec<(String, Expectation)>)> {
    let table = from.table_or_text("expect")?;
    let fields = match table {
        Ok(table) => table,
        Err(word) => return from.one_of("expect", Presence::WORDS, &word).map(|presence| (presence, Vec::new())),
    };
    let mut expect = Vec::new();
    for (field, value) in fields {
        match value.as_str().and_then(expectation) {
            Some(expectation) => expect.push((field, expectation)),
            None => from.wrong(
                &format!("expect.{field}"),
                "must be \"= x\", \"== x\", \"!= x\", \"contains x\", \"lacks x\", \"includes x\", after, empty or set",
            ),
        }
    }
    Some((Presence::Present, expect))
}

fn expectation(text: &str) -> Option<Expectation> {
    let (word, template) = text.split_once(' ').map_or((text, None), |(word, rest)| (word, Some(rest.to_owned())));
    Some(match (word, &template) {
        ("=", Some(_)) => ("Is", template),
        ("==", Some(_)) => ("Exactly", template),
        ("!=", Some(_)) => ("Not", template),
        ("contains", Some(_)) => ("Contains", template),
        ("lacks", Some(_)) => ("Lacks", template),
        ("includes", Some(_)) => ("Includes", template),
        ("after", None) => ("After", None),
        ("empty", None) => ("Empty", None),
        ("set", None) => ("Set", None),
        _ => return None,
    })
}

fn check(
    recipe: &RecipeEntry,
    record: &Record,
    parameters: &BTreeMap<String, Vec<String>>,
    at: &str,
    errors: &mut Vec<String>,
) {
    let mut wrong = |field: &str, what: String| errors.push(format!("{at}.{field}: {what}"));
    let known = |path: &str| param(record, path).is_some();
    for (condition, _) in &recipe.when {
        if let Condition::Present(path) | Condition::Is(path, _) = condition
            && !known(path)
        {
            wrong("when", format!("there is no parameter {path}"));
        }
    }
    if !recipe.each.is_empty() {
        let list = record.entry.params.get(&recipe.each).and_then(|param| param.kind);
        if !list.is_some_and(|(kind, _)| matches!(kind, Kind::List | Kind::Any)) {
            wrong("each", format!("{} is no parameter that is a list", recipe.each));
        }
    }
    for look in [Some(&recipe.one), recipe.many.as_ref()].into_iter().flatten() {
        let Some(parameters) = parameters.get(&look.read) else {
            wrong("read", format!("there is no endpoint {}", look.read));
            continue;
        };
        for (name, _) in &look.arguments {
            if !parameters.iter().any(|known| key(known) == key(name)) {
                wrong(&format!("args.{name}"), format!("{} has no such parameter", look.read));
            }
        }
        let templates = look.arguments.iter().chain(&look.row).map(|(name, template)| (name, template));
        let expected = look.expect.iter().filter_map(|(name, (_, template))| Some((name, template.as_ref()?)));
        for (name, template) in templates.chain(expected) {
            for what in template_faults(template, record) {
                wrong(name, what);
            }
        }
    }
}

/// What is wrong with a template for a write.
fn template_faults(template: &str, record: &Record) -> Vec<String> {
    let Some(pieces) = pieces(template) else { return vec![format!("{template:?} has brackets that do not pair")] };
    let holes = pieces.into_iter().filter_map(|piece| match piece {
        Piece::Hole(Hole { paths, .. }) => Some(paths),
        Piece::Text(_) => None,
    });
    let mut faults = Vec::new();
    for path in holes.flatten().filter(|path| !path.starts_with(REPLY) && !path.starts_with('=')) {
        match param(record, path) {
            None if record.entry.flags.contains(&Flag::Open) => {}
            None => faults.push(format!("there is no parameter {path}")),
            Some(param) if param.secret => faults.push(format!("{path} is a secret")),
            Some(_) => {}
        }
    }
    faults
}

/// The parameter at a path, or what it lies in: a map that takes any name, or a text that may be one as JSON.
fn param<'r>(record: &'r Record, path: &str) -> Option<&'r ParamEntry> {
    let params = &record.entry.params;
    let found = params.iter().find(|(known, _)| known.eq_ignore_ascii_case(path)).map(|(_, param)| param);
    found.or_else(|| {
        let (above, _) = path.rsplit_once('.')?;
        param(record, above.trim_end_matches("[]"))
            .filter(|above| matches!(above.kind, Some((Kind::Map | Kind::Text, _))))
    })
}

#[cfg(test)]
mod tests {
    use super::super::{emit, records};
    use super::*;

    const AREA: &str = r#"
        [EditThing]
        method = "POST"
        role = "Identity.User.ReadWrite"
        [EditThing.params]
        State = { in = "body", type = "text" }
        items = { in = "body", type = "list of map" }
        password = { in = "body", type = "text" }
        [ListThings]
        method = "GET"
        role = "Identity.User.Read"
        [ListThings.params]
        tenantFilter = { in = "query", type = "text" }
    "#;

    fn compiled(verify: &str) -> Result<String, Vec<String>> {
        let source =
            |area: &str, text: &str| Source { area: area.into(), file: format!("{area}.toml"), text: text.into() };
        let curated = source("curated", "[EditThing.params]\npassword.secret = true");
        let mut records = records(&[source("identity", AREA)], &curated)?;
        add(&mut records, &source("verify", verify))?;
        Ok(emit::emit(&records))
    }

    const GOOD: &str = "read = \"ListThings\"\nlag = \"none\"\n";

    #[test]
    fn a_recipe_becomes_a_record() {
        let text = compiled(&format!(
            "[[EditThing]]\n{GOOD}when = [\"not State=off\"]\nargs = {{ tenantFilter = \"a\" }}\nrow = {{ id = \"<State>\" }}\nexpect = {{ state = \"= <state>\" }}\nmany = {{}}"
        ))
        .unwrap();
        for part in [
            "Condition{when:When::Is(\"State\",\"off\"),holds:false}",
            "Look{read:\"ListThings\",arguments:&[(\"tenantFilter\", \"a\")],rows:\"\",row:&[(\"id\", \"<State>\")],presence:Presence::Present,expect:&[(\"state\",Expect::Is(\"<state>\"))]}",
            "many:Some(Look{read:\"ListThings\",arguments:&[],",
        ] {
            assert!(text.contains(part), "{part} is not in {text}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_file_endpoint_and_field() {
        let cases = [
            ("[Gone]\nnone = \"x\"".into(), "verify.toml: Gone: no area file has this endpoint"),
            ("[EditThing]\nlag = \"none\"".into(), "verify.toml: EditThing.read: is missing"),
            (
                "[EditThing]\nread = \"ListThings\"\nexpect = \"present\"".into(),
                "verify.toml: EditThing.lag: is missing",
            ),
            (
                "[EditThing]\nread = \"ListThing\"\nlag = \"none\"\nexpect = \"present\"".into(),
                "verify.toml: EditThing.read: there is no endpoint ListThing",
            ),
            (
                format!("[EditThing]\n{GOOD}args = {{ tenant = \"a\" }}\nexpect = \"present\""),
                "verify.toml: EditThing.args.tenant: ListThings has no such parameter",
            ),
            (
                format!("[EditThing]\n{GOOD}row = {{ id = \"<nope>\" }}\nexpect = \"present\""),
                "verify.toml: EditThing.id: there is no parameter nope",
            ),
            (
                format!("[EditThing]\n{GOOD}row = {{ id = \"<State\" }}\nexpect = \"present\""),
                "verify.toml: EditThing.id: \"<State\" has brackets that do not pair",
            ),
            (
                format!("[EditThing]\n{GOOD}expect = {{ x = \"= <password>\" }}"),
                "verify.toml: EditThing.x: password is a secret",
            ),
            (
                format!("[EditThing]\n{GOOD}expect = {{ x = \"is y\" }}"),
                "verify.toml: EditThing.expect.x: must be \"= x\", \"== x\", \"!= x\", \"contains x\", \"lacks x\", \"includes x\", after, empty or set",
            ),
            (
                format!("[EditThing]\n{GOOD}expect = \"there\""),
                "verify.toml: EditThing.expect: \"there\" is not one of present, absent, absent beside others",
            ),
            (
                format!("[EditThing]\n{GOOD}each = \"State\"\nexpect = \"present\""),
                "verify.toml: EditThing.each: State is no parameter that is a list",
            ),
            (
                format!("[EditThing]\n{GOOD}when = [\"nope=1\"]\nexpect = \"present\""),
                "verify.toml: EditThing.when: there is no parameter nope",
            ),
            (
                format!("[EditThing]\nnone = \"x\"\n{GOOD}expect = \"present\""),
                "verify.toml: EditThing: has either recipes or the reason why there are none",
            ),
        ];
        for (verify, expected) in cases {
            let errors = compiled(&verify).err().unwrap_or_default();
            assert!(errors.iter().any(|error| error == expected), "{verify}\n{errors:#?}");
        }
    }
}
