//! Errors of scripts, told for people: what, where, why, what to do.

use rhai::{Dynamic, EvalAltResult, ParseErrorType, Position};

use super::{natives, planned, sources::Sources, thrown};
use crate::{
    catalogue,
    failure::{Failure, Kind, Place},
};

/// Calls that an error lists; functions that call themselves would fill the screen.
const MOST_CALLS: usize = 12;

/// Turns an error of the engine into a failure with its place; `main` is the script's name.
pub(super) fn explain(error: EvalAltResult, main: &str, sources: &Sources) -> Failure {
    let mut file = main.to_string();
    let mut trace = Vec::new();
    let mut error = error;
    let position = error.position();
    let innermost = loop {
        error = match error {
            EvalAltResult::ErrorInFunctionCall(name, source, inner, position) => {
                let name = if name.starts_with("anon$") { "a closure" } else { &name };
                trace.push(format!("in {name}, called at {file}:{}", line_and_column(position)));
                if !source.is_empty() {
                    file = source;
                }
                *inner
            }
            EvalAltResult::ErrorInModule(name, inner, position) => {
                trace.push(format!("in {name}, imported at {file}:{}", line_and_column(position)));
                file = name;
                *inner
            }
            innermost => break innermost,
        };
    };
    trace.reverse();
    let at = if innermost.position().is_none() { position } else { innermost.position() };
    let mut place = Place {
        file,
        line: at.line().unwrap_or_default(),
        column: at.position().unwrap_or_default().max(1),
        trace,
        ..Place::default()
    };
    let failure = told(&innermost, &mut place, sources);
    finish(failure, place, sources)
}

fn line_and_column(position: Position) -> String {
    format!("{}:{}", position.line().unwrap_or_default(), position.position().unwrap_or_default())
}

/// Adds the line of the script and how much of it is meant.
fn finish(mut failure: Failure, mut place: Place, sources: &Sources) -> Failure {
    if place.line == 0 {
        return failure;
    }
    if let Some(line) = sources.line(&place.file, place.line) {
        let from = |column: usize| line.chars().skip(column - 1);
        // The engine points at the dot of a property.
        if from(place.column).next() == Some('.') && from(place.column + 1).next().is_some_and(is_word) {
            place.column += 1;
        }
        place.width = from(place.column).take_while(|c| is_word(*c)).count().max(1);
        place.excerpt = line;
    }
    if place.trace.len() > MOST_CALLS {
        let more = place.trace.len() - MOST_CALLS;
        place.trace.truncate(MOST_CALLS);
        place.trace.push(format!("and {more} calls more"));
    }
    failure.place = Some(Box::new(place));
    failure
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn told(error: &EvalAltResult, place: &mut Place, sources: &Sources) -> Failure {
    use EvalAltResult as E;
    let usage = |message: String| Failure::new(Kind::Usage, message);
    match error {
        error if planned::is_named(error) => planned::misused(),
        E::ErrorParsing(error, _) => unparsed(error, place, sources),
        E::ErrorFunctionNotFound(signature, _) => unknown_function(signature),
        E::ErrorModuleNotFound(name, _) => unknown_namespace(name),
        E::ErrorVariableNotFound(name, _) => unknown_variable(name, !place.trace.is_empty()),
        E::ErrorTerminated(value, _) => {
            thrown::from_value(value).unwrap_or_else(|| Failure::new(Kind::Interrupted, "interrupted"))
        }
        E::ErrorRuntime(value, _) => thrown_value(value, place),
        E::ErrorMismatchDataType(wanted, found, _) if !wanted.is_empty() => {
            let (wanted, found) = (type_name(wanted), type_name(found));
            let failure = usage(format!("{wanted} is needed here, and this is {found}"));
            if found == "()" {
                failure.hint("() means that it is absent: test it with == () or give a default with ??")
            } else {
                failure
            }
        }
        E::ErrorDotExpr(text, _) if text.contains("'()'") => {
            let property = text.split('\'').nth(1).unwrap_or_default();
            usage(format!("\"{property}\" is asked of something absent"))
                .because("what stands before the dot is ()")
                .hint("?. instead of . gives () there; ?? gives a default")
        }
        E::ErrorDotExpr(text, _) if text.starts_with("Unknown property") => {
            let mut quoted = text.split('\'').skip(1).step_by(2);
            let (property, owner) = (quoted.next().unwrap_or_default(), quoted.next().unwrap_or_default());
            usage(format!("\"{property}\" is no property of {}", type_name(owner)))
        }
        E::ErrorStackOverflow(_) => usage("functions call each other too deeply".into()),
        E::ErrorDataRace(name, _) => usage(format!("{name} is used by two closures at once"))
            .hint("return values from the closure instead of changing what it captures"),
        other => usage(without_position(other)),
    }
}

/// What a script threw: one of ours, a text, or any other value.
fn thrown_value(value: &Dynamic, place: &mut Place) -> Failure {
    let Some(failure) = thrown::from_value(value) else {
        let text = if value.is_string() { value.to_string() } else { format!("thrown: {value}") };
        return Failure::new(Kind::Usage, text);
    };
    if let Some((file, line, column)) = thrown::first_thrown_at(value)
        && line > 0
        && (line, column) != (place.line, place.column)
    {
        place.trace.insert(0, format!("thrown again at {}:{}:{}", place.file, place.line, place.column));
        (place.line, place.column) = (line, column);
        if !file.is_empty() {
            place.file = file;
        }
    }
    failure
}

fn unparsed(error: &ParseErrorType, place: &mut Place, sources: &Sources) -> Failure {
    let failure = |message: &str| Failure::new(Kind::Usage, message);
    match error {
        ParseErrorType::VariableUndefined(name) => unknown_variable(name, sources.has_functions(&place.file)),
        ParseErrorType::ModuleUndefined(name) => unknown_namespace(name),
        ParseErrorType::MissingToken(token, _) if token == ";" => {
            // The parser notices it only at the next word, often a line further down.
            end_of_line_before(place, sources);
            failure("a semicolon is missing").hint("every statement ends with ;")
        }
        ParseErrorType::MissingToken(_, of) if of.contains("'Fn'") => {
            failure("Fn takes one name").hint("Fn(\"name\") is the function of that name")
        }
        ParseErrorType::BadInput(cause) if cause.to_string().contains("character") => {
            failure(&cause.to_string()).hint("text stands in \"double quotes\"; single quotes hold one character")
        }
        ParseErrorType::Reserved(word) if word == "null" => failure("there is no null").hint("() means absent"),
        ParseErrorType::Reserved(word) => {
            failure(&format!("\"{word}\" is a word of the language")).hint(format!("as a property write [\"{word}\"]"))
        }
        other => {
            let text = other.to_string();
            if text.contains("eval") {
                failure("eval is switched off: no check can see into it")
            } else {
                failure(&text)
            }
        }
    }
}

/// Moves the place back over white space to the end of the line where something is missing.
fn end_of_line_before(place: &mut Place, sources: &Sources) {
    let Some(line) = sources.line(&place.file, place.line) else { return };
    if !line.chars().take(place.column - 1).all(char::is_whitespace) {
        return;
    }
    for number in (1..place.line).rev() {
        let Some(line) = sources.line(&place.file, number) else { return };
        let code = line.split("//").next().unwrap_or_default().trim_end();
        if !code.is_empty() {
            (place.line, place.column) = (number, code.chars().count() + 1);
            return;
        }
    }
}

fn unknown_function(signature: &str) -> Failure {
    let (name, given) = signature.split_once(" (").unwrap_or((signature, ""));
    let given: Vec<_> =
        given.trim_end_matches(')').split(", ").filter(|part| !part.is_empty()).map(type_name).collect();
    let shown = if given.is_empty() { "no arguments".to_string() } else { given.join(", ") };
    if let Some(endpoint) = catalogue::find(name).filter(|endpoint| endpoint.name == name) {
        return Failure::new(Kind::Usage, format!("{name} takes one map, not {shown}"))
            .hint(format!("{name}(#{{ {}… }})", first_parameter(endpoint)));
    }
    if let Some(action) = catalogue::find_action(name).filter(|action| action.full_name() == name) {
        return Failure::new(Kind::Usage, format!("{name} cannot take {shown}")).hint(super::action::signature(action));
    }
    if let Some(native) = natives::find(name) {
        return Failure::new(Kind::Usage, format!("{name} cannot take {shown}")).hint(native.signature);
    }
    if name.chars().next().is_some_and(|c| !c.is_alphabetic()) {
        let (left, right) = (given.first().copied().unwrap_or_default(), given.get(1).copied().unwrap_or_default());
        return Failure::new(Kind::Usage, format!("{left} {name} {right} has no meaning"));
    }
    let failure = Failure::new(Kind::Usage, format!("unknown function \"{name}\" with {shown}"));
    suggest(failure, natives::nearest(name))
}

fn first_parameter(endpoint: &catalogue::Endpoint) -> String {
    let needed = endpoint.params.iter().find(|param| param.need == catalogue::Need::Required);
    needed.map_or_else(String::new, |param| format!("{}: …, ", param.path))
}

fn unknown_namespace(name: &str) -> Failure {
    let failure = Failure::new(Kind::Usage, format!("unknown namespace \"{name}\""));
    let near = natives::namespaces().filter(|known| strsim::damerau_levenshtein(name, known) <= 2);
    let near: Vec<_> = near.map(String::from).collect();
    if near.is_empty() {
        failure.hint(format!("a module is imported first: import \"std/{name}\" as {name};"))
    } else {
        suggest(failure, near)
    }
}

fn unknown_variable(name: &str, in_function: bool) -> Failure {
    let failure = Failure::new(Kind::Usage, format!("unknown variable \"{name}\""));
    match name {
        "and" => failure.hint("write &&"),
        "or" => failure.hint("write ||"),
        "not" => failure.hint("write !"),
        "None" | "nil" | "undefined" => failure.hint("() means absent"),
        _ if catalogue::find(name).is_some_and(|endpoint| endpoint.name == name) || natives::find(name).is_some() => {
            failure.hint(format!("to call it write {name}( … )"))
        }
        _ if !in_function => failure,
        _ => failure.hint(format!("functions do not see outer variables: pass it, or use const and global::{name}")),
    }
}

fn suggest(failure: Failure, near: Vec<String>) -> Failure {
    if near.is_empty() { failure } else { failure.hint(format!("did you mean {}?", near.join(" or "))) }
}

/// The engine's names of types, as the README has them.
fn type_name(name: &str) -> &str {
    match name.trim_start_matches("&mut ") {
        "i64" => "a whole number",
        "f64" => "a number",
        "string" | "ImmutableString" | "&str" | "&str | ImmutableString | String" => "text",
        "map" => "a map",
        "array" => "an array",
        "bool" => "true or false",
        "Fn" => "a function",
        other => other,
    }
}

/// The engine's own text, less the position that it appends.
fn without_position(error: &EvalAltResult) -> String {
    let text = error.to_string();
    text.rsplit_once(" (line ").map_or(text.clone(), |(start, _)| start.to_string())
}
