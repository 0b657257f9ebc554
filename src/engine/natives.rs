//! The names of all native functions that are not endpoints: for suggestions, for help, and to keep scripts from
//! standing in for them.

mod standard;

use std::collections::BTreeSet;

use crate::catalogue;
pub use standard::{Of, STANDARD, Standard};

/// One native function.
#[derive(Debug)]
pub struct Native {
    /// Its name, with its namespace.
    pub name: &'static str,
    /// How it is called.
    pub signature: &'static str,
    /// What it does, in a sentence or two.
    pub about: &'static str,
}

/// The namespaces of native functions that are no actions.
const NAMESPACES: &[&str] = &["log"];

/// The namespaces of all native functions, those of the actions too.
pub fn namespaces() -> impl Iterator<Item = &'static str> {
    NAMESPACES.iter().chain(catalogue::namespaces()).copied()
}

const fn native(name: &'static str, signature: &'static str, about: &'static str) -> Native {
    Native { name, signature, about }
}

/// All of them, by subject.
pub const NATIVES: &[Native] = &[
    native(
        "api",
        "api(name, #{ query, body, method })",
        "Sends a request as it is given and returns the body as it came; for endpoints that the catalogue does not know. Counts as destroy there.",
    ),
    native(
        "tenant",
        "tenant(name)",
        "The tenant with this default domain, initial domain, customer id or exact display name. Throws when there is none or more than one.",
    ),
    native(
        "all_tenants",
        "all_tenants()  all_tenants(#{ detail: true })",
        "All customers that can be managed, without the partner's own tenant; with detail, rows of all tenants with their standing: managed, partner, broken or excluded.",
    ),
    native(
        "bulk",
        "bulk(items, |item| …)  bulk(items, #{ concurrency, key, label, stop_on_error }, |item| …)",
        "Runs the closure for each item, several at once, and reports the outcome of each in the order of the items.",
    ),
    native(
        "par_map",
        "par_map(items, |item| …)  par_map(items, #{ concurrency }, |item| …)",
        "The closure's value for each item, several at once, in the order of the items; the first error is thrown.",
    ),
    native("failures", "report.failures()", "The items of a bulk report that are not done."),
    native(
        "rows",
        "report.rows()",
        "The items of a bulk as they were given, each with _status, _done and _error; for a file that is read in again.",
    ),
    native("summary", "report.summary()", "A bulk report in one line."),
    native("attempt", "attempt(|| …)", "Calls the closure and returns #{ ok, value, error } instead of throwing."),
    native("require", "require(condition, text)", "Throws the text unless the condition is true."),
    native(
        "exit",
        "exit()  exit(code)  exit(code, value)",
        "Ends the script, with this as its last value; the code can only make the exit code worse.",
    ),
    native(
        "confirm",
        "confirm(text)",
        "Asks the person yes or no. Without a terminal the run is refused, unless --answers FILE has the answer.",
    ),
    native("prompt", "prompt(text)", "Asks the person for a line of text; see confirm."),
    native("prompt_secret", "prompt_secret(text)", "Asks the person for a secret, which is not shown; see confirm."),
    native(
        "choose",
        "choose(text, options)",
        "Asks the person for one of the options, by its number or text, and returns it; see confirm.",
    ),
    native("table", "table(rows)  table(rows, [columns])", "Prints rows as a table."),
    native(
        "where",
        "rows.where(#{ field: value, … })  rows.where(|row| …)",
        "The rows that have these values in these fields, or for which the closure gives true.",
    ),
    native(
        "select",
        "rows.select([columns])",
        "The rows with these columns only, in this order; one that is absent is ().",
    ),
    native("rename", "rows.rename(#{ old: \"new\" })", "The rows with other names for some fields."),
    native(
        "sort_by",
        "rows.sort_by([\"a\", \"-b\"])  rows.sort_by(\"a\")  rows.sort_by(|a, b| …)",
        "Sorts the rows in place by fields, with - before the name downwards and () always last, or by a closure as sort takes it; gives the rows too. Equal rows stay in their order.",
    ),
    native(
        "top",
        "rows.top(n, field)  rows.top(n, |row| …)",
        "The n rows with the most of a field, or of what the closure gives, most first.",
    ),
    native(
        "group_by",
        "rows.group_by(field)  rows.group_by(|row| …)",
        "A map of each value of a field, or of the closure, to the rows that have it; what is absent or empty is under \"\".",
    ),
    native(
        "count_by",
        "rows.count_by(field)  rows.count_by(|row| …)",
        "A map of each value of a field, or of the closure, to the number of rows that have it.",
    ),
    native(
        "sum_by",
        "rows.sum_by(key, field)",
        "A map of each value of the first field to the sum of the second; either may be a closure. What is absent counts as nothing.",
    ),
    native(
        "to_index",
        "rows.to_index(field)  rows.to_index(|row| …)",
        "A map of each value of a field, or of the closure, to its row; an error where two rows share one.",
    ),
    native(
        "join",
        "rows.join(other, field)  rows.join(other, #{ left: \"right\" })  rows.join(other, on, #{ kind, prefix })",
        "Each row beside the other rows with an equal key; kind is \"inner\" or \"left\", which keeps rows without a partner. The other's fields get the prefix, or other_ where both have one. A key that is () has no partner.",
    ),
    native(
        "pivot",
        "rows.pivot(rows, columns, value)  rows.pivot(rows, columns, |rows| …)",
        "A row for each value of the first field, a column for each of the second, and the third in the cells; the closure makes one value of all rows of a cell.",
    ),
    native(
        "distinct",
        "rows.distinct()  rows.distinct([fields])",
        "The first of all rows that are the same, or the same in these fields.",
    ),
    native(
        "diff_by",
        "old.diff_by(newer, field)",
        "#{ added, removed, changed } between two tables; changed has key, fields, before and after.",
    ),
    native("flatten", "lists.flatten()", "The elements of the lists in a list, one level deep."),
    native("chunk", "rows.chunk(n)", "Lists of n elements each, the last perhaps of less."),
    native(
        "read_csv",
        "read_csv(path)  read_csv(path, #{ required, types, check, number, problem, delimiter, encoding })",
        "The rows of a CSV file, \"-\" for standard input, all values as text; the first line names the columns. required: [columns]; types: #{ column: \"int\", \"number\", \"bool\" or \"date\" }, where empty is (); check: |row| gives what is wrong as text, or (). All that is wrong is told at once, by row; or with problem: \"_problem\" stands in a column of this name, and such a row comes too. number: \"_row\" adds a column with the rows' numbers. Delimiter and encoding are found by looking.",
    ),
    native(
        "read_xlsx",
        "read_xlsx(path)  read_xlsx(path, #{ sheet, required, types, check, number, problem })",
        "The rows of a sheet of an Excel workbook, the first one unless it is named; values have the types of the cells, days and times are ISO text without a zone.",
    ),
    native("read_json", "read_json(path)", "The value of a JSON file, \"-\" for standard input."),
    native(
        "read_ndjson",
        "read_ndjson(path)",
        "The values of a file with one JSON value a line, \"-\" for standard input.",
    ),
    native(
        "can_write",
        "can_write(path)  can_write(path, #{ overwrite: true })",
        "Gives the path if a file can be written there, and throws if it exists and is not to be replaced, is locked or read-only, or its directory or disk takes no file. To be called before the first write to the server.",
    ),
    native(
        "write_csv",
        "write_csv(path, rows)  write_csv(path, rows, #{ columns, overwrite, bom, formulas })",
        "Writes rows as CSV, whole or not at all; an existing file is replaced only with overwrite: true. Texts that a spreadsheet would take for formulas get a ' unless formulas: true; bom: true is for Excel. A secret is refused.",
    ),
    native(
        "write_xlsx",
        "write_xlsx(path, rows)  write_xlsx(path, #{ sheet: rows, … })  write_xlsx(path, rows, #{ sheet, columns, overwrite })",
        "Writes rows as an Excel workbook, or a map of names to rows as a sheet each; the head is bold, stays in sight and filters.",
    ),
    native(
        "write_html",
        "write_html(path, rows)  write_html(path, rows, #{ title, columns, overwrite })",
        "Writes rows as a web page that needs no other file.",
    ),
    native(
        "write_md",
        "write_md(path, rows)  write_md(path, rows, #{ columns, overwrite })",
        "Writes rows as a Markdown table.",
    ),
    native("write_json", "write_json(path, value)  write_json(path, value, #{ overwrite })", "Writes a value as JSON."),
    native(
        "write_ndjson",
        "write_ndjson(path, values)  write_ndjson(path, values, #{ overwrite })",
        "Writes one JSON value a line.",
    ),
    native("log::info", "log::info(text)", "Tells something on standard error when --verbose is given."),
    native("log::warn", "log::warn(text)", "Warns on standard error."),
    native("log::error", "log::error(text)", "Tells an error on standard error; the script goes on."),
    native("now", "now()", "The time now as ISO text in UTC."),
    native("ago", "ago(\"30d\")", "The time that long ago as ISO text in UTC; s, m, h, d and w."),
    native(
        "parse_time",
        "parse_time(text)  parse_time(text, format, zone)",
        "A time as ISO text in UTC; format as strftime's, zone as \"Europe/Vienna\". Only ISO text with a zone does without them.",
    ),
    native(
        "format_time",
        "format_time(time, format)  format_time(time, format, zone)",
        "A time as text by a format as strftime's, in UTC or a zone.",
    ),
    native("unix", "unix(time)", "A time as Unix seconds."),
    native("sleep", "sleep(seconds)", "Waits; Ctrl-C ends it."),
    native("matches", "text.matches(pattern)", "Whether a regular expression is found in the text."),
    native("find_all", "text.find_all(pattern)", "All that a regular expression finds in the text."),
    native(
        "replace_all",
        "text.replace_all(pattern, with)",
        "The text with all that a regular expression finds replaced; $1 is the first group.",
    ),
    native("base64_encode", "base64_encode(text)", "Text as base64."),
    native("base64_decode", "base64_decode(text)", "Base64 as text."),
    native("uuid", "uuid()", "A new random UUID."),
    native("url_encode", "url_encode(text)", "Text as it may stand in a URL."),
    native("url_decode", "url_decode(text)", "What stands in a URL as text."),
];

/// The native function with this name.
pub fn find(name: &str) -> Option<&'static Native> {
    NATIVES.iter().find(|native| native.name == name)
}

/// Up to three names that were perhaps meant: endpoints, native functions and actions.
pub fn nearest(name: &str) -> Vec<String> {
    let distance = |known: &str| strsim::damerau_levenshtein(&name.to_lowercase(), &known.to_lowercase());
    // What lists have and texts too stands there twice.
    let standard = STANDARD.iter().map(|standard| standard.name).collect::<BTreeSet<_>>();
    let known = NATIVES.iter().map(|native| native.name).chain(standard);
    // In a short name two slips make another name of it.
    let slips = if name.chars().count() < 5 { 1 } else { 2 };
    let natives = known.filter(|known| distance(known) <= slips);
    let mut near: Vec<String> = natives.map(String::from).collect();
    let actions = catalogue::nearest_actions(name).into_iter().map(catalogue::Action::full_name);
    let endpoints = catalogue::nearest(name).into_iter().map(String::from);
    if name.contains("::") {
        near.extend(actions.chain(endpoints))
    } else {
        near.extend(endpoints.chain(actions))
    }
    near.truncate(3);
    near
}
