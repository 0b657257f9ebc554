//! The head of a script: `//!` lines are its help, `//@ arg` lines declare its arguments.

use std::path::PathBuf;

use rhai::{Array, Dynamic};

use super::paths;
use crate::{
    failure::{Failure, Kind, Place},
    value::{Row, Secret, day_or_time},
};

/// What the leading comments of a script say.
#[derive(Debug, Default)]
pub struct Header {
    /// The help, without comment marks.
    pub help: String,
    /// The arguments, in order.
    pub arguments: Vec<Argument>,
}

/// A declared argument: `//@ arg name: type = default  help`. It is required when it has no default.
#[derive(Debug)]
pub struct Argument {
    /// Its name.
    pub name: String,
    /// What it takes.
    pub kind: ArgumentKind,
    /// What it is when it is not given.
    pub default: Option<String>,
    /// What it is for.
    pub help: String,
}

/// The type of an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArgumentKind {
    /// Text.
    Text,
    /// A whole number.
    Int,
    /// A number.
    Number,
    /// `true` or `false`.
    Bool,
    /// A day or a time; given to the script as ISO text in UTC.
    Date,
    /// Texts between commas.
    List,
    /// A file that can be read, by its path; `-` is standard input.
    File,
    /// A secret, named by where it is: `env:NAME` or `file:PATH`.
    Secret,
}

const KINDS: [(&str, ArgumentKind); 8] = [
    ("text", ArgumentKind::Text),
    ("int", ArgumentKind::Int),
    ("number", ArgumentKind::Number),
    ("bool", ArgumentKind::Bool),
    ("date", ArgumentKind::Date),
    ("list", ArgumentKind::List),
    ("file", ArgumentKind::File),
    ("secret", ArgumentKind::Secret),
];

/// What the outside world gives to arguments.
pub struct World<'a> {
    /// The environment.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// Directories that files may come from, in full.
    pub roots: &'a [PathBuf],
}

impl Header {
    /// Reads the comments at the start of a script; `file` is its name for errors.
    pub fn read(text: &str, file: &str) -> Result<Self, Failure> {
        let mut header = Self::default();
        for (index, line) in text.lines().enumerate() {
            let code = line.trim();
            if let Some(help) = code.strip_prefix("//!") {
                header.help.push_str(help.strip_prefix(' ').unwrap_or(help));
                header.help.push('\n');
            } else if let Some(declared) = code.strip_prefix("//@") {
                let argument = declaration(declared).map_err(|why| {
                    let place = Place {
                        file: file.into(),
                        line: index + 1,
                        column: 1,
                        excerpt: line.into(),
                        width: line.chars().count(),
                        ..Place::default()
                    };
                    let mut failure = Failure::new(Kind::Usage, why).hint("//@ arg name: type = default  help");
                    failure.place = Some(Box::new(place));
                    failure
                })?;
                header.arguments.push(argument);
            } else if !code.is_empty() && !code.starts_with("//") && !code.starts_with("#!") {
                break;
            }
        }
        Ok(header)
    }

    /// The script's `args` from what was given as `key=value`.
    ///
    /// A script that declares nothing takes anything, as text.
    ///
    /// # Errors
    ///
    /// All that is wrong with them: unknown names, missing ones, values that are not of their type.
    pub fn values(&self, given: &[String], world: &World) -> Result<Row, Failure> {
        let mut values = Row::new();
        let mut problems = Vec::new();
        for pair in given {
            let Some((name, text)) = pair.split_once('=') else {
                problems.push(format!("\"{pair}\" is not of the form key=value"));
                continue;
            };
            let declared = self.arguments.iter().find(|argument| argument.name == name);
            let value = match declared {
                _ if values.contains(name) => Err(format!("{name} is given twice")),
                Some(argument) => argument.kind.value(name, text, world),
                None if self.arguments.is_empty() => Ok(text.to_string().into()),
                None => Err(self.unknown(name)),
            };
            match value {
                Ok(value) => values.set(name, value),
                Err(why) => problems.push(why),
            }
        }
        for argument in &self.arguments {
            if given.iter().any(|pair| pair.split('=').next() == Some(argument.name.as_str())) {
                continue;
            }
            let value = match &argument.default {
                Some(default) if default.is_empty() && argument.kind != ArgumentKind::List => Ok(Dynamic::UNIT),
                Some(default) => argument.kind.value(&argument.name, default, world),
                None => Err(format!("{} is missing: {}", argument.name, argument.help)),
            };
            match value {
                Ok(value) => values.set(&argument.name, value),
                Err(why) => problems.push(why),
            }
        }
        match problems.as_slice() {
            [] => Ok(values),
            [only] => Err(Failure::new(Kind::Command, only.clone())),
            several => Err(Failure::new(
                Kind::Command,
                format!("{} problems with the arguments\n  - {}", several.len(), several.join("\n  - ")),
            )),
        }
    }

    /// The files that these values of the arguments name, standard input aside.
    pub fn files(&self, values: &Row) -> Vec<String> {
        let files = self.arguments.iter().filter(|argument| argument.kind == ArgumentKind::File);
        let names = files.filter_map(|argument| values.get(&argument.name)?.clone().into_string().ok());
        names.filter(|name| name != "-").collect()
    }

    /// Whether the argument of this name is a secret, which is given by where it is.
    pub fn is_secret(&self, name: &str) -> bool {
        self.arguments.iter().any(|argument| argument.name == name && argument.kind == ArgumentKind::Secret)
    }

    fn unknown(&self, name: &str) -> String {
        let known = self.arguments.iter().map(|argument| argument.name.as_str());
        let near = known.clone().find(|known| strsim::damerau_levenshtein(known, name) <= 2);
        let suggestion = match near {
            Some(near) => format!("did you mean {near}?"),
            None => format!("there are {}", known.collect::<Vec<_>>().join(", ")),
        };
        format!("there is no argument \"{name}\"; {suggestion}")
    }

    /// The help of the script, as `--help` prints it.
    pub fn usage(&self, script: &str) -> String {
        let mut text = self.help.clone();
        if !text.is_empty() {
            text.push('\n');
        }
        let required = self.arguments.iter().filter(|argument| argument.default.is_none());
        let sample: String = required.map(|argument| format!(" {}=…", argument.name)).collect();
        let sample = if sample.is_empty() { String::new() } else { format!(" --{sample}") };
        text.push_str(&format!("Usage: cippsh run {script} [options]{sample}\n"));
        if !self.arguments.is_empty() {
            text.push_str("\nArguments:\n");
        }
        let shown: Vec<String> =
            self.arguments.iter().map(|argument| format!("{}: {}", argument.name, argument.kind.name())).collect();
        let width = shown.iter().map(String::len).max().unwrap_or_default();
        for (argument, shown) in self.arguments.iter().zip(shown) {
            let default = match argument.default.as_deref() {
                None => " (required)".to_string(),
                Some("") => String::new(),
                Some(default) => format!(" (default: {default})"),
            };
            text.push_str(&format!("  {shown:width$}  {}{default}\n", argument.help));
        }
        text
    }
}

/// Reads ` arg name: type = default  help`.
fn declaration(text: &str) -> Result<Argument, String> {
    let rest = text.trim().strip_prefix("arg ").ok_or("after //@ comes arg")?;
    let (name, rest) = rest.split_once(':').ok_or("a type is missing: name: type")?;
    let name = name.trim();
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return Err(format!("\"{name}\" is no name of an argument"));
    }
    let rest = rest.trim_start();
    let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
    let (word, rest) = rest.split_at(end);
    let Some((_, kind)) = KINDS.into_iter().find(|(known, _)| *known == word) else {
        let known: Vec<&str> = KINDS.iter().map(|(known, _)| *known).collect();
        return Err(format!("\"{word}\" is no type; there are {}", known.join(", ")));
    };
    let (default, help) = match rest.trim_start().strip_prefix('=') {
        Some(rest) => {
            let (default, help) = rest.trim_start_matches(' ').split_once("  ").unwrap_or((rest.trim(), ""));
            let default = if rest.starts_with("  ") { "" } else { default };
            let help = if rest.starts_with("  ") { rest } else { help };
            (Some(default.trim().trim_matches('"').to_string()), help)
        }
        None => (None, rest),
    };
    Ok(Argument { name: name.to_string(), kind, default, help: help.trim().to_string() })
}

impl ArgumentKind {
    fn name(self) -> &'static str {
        KINDS.iter().find(|(_, kind)| *kind == self).map_or("text", |(name, _)| name)
    }

    fn value(self, name: &str, text: &str, world: &World) -> Result<Dynamic, String> {
        let wrong = |wanted: &str| format!("{name} takes {wanted}, not \"{text}\"");
        match self {
            Self::Text => Ok(text.to_string().into()),
            Self::Int => text.parse::<i64>().map(Dynamic::from).map_err(|_| wrong("a whole number")),
            Self::Number => text.parse::<f64>().map(Dynamic::from).map_err(|_| wrong("a number")),
            Self::Bool => text.parse::<bool>().map(Dynamic::from).map_err(|_| wrong("true or false")),
            Self::Date => day_or_time(text).map(Dynamic::from).map_err(|_| wrong("a day, or a time with its zone")),
            Self::List => {
                let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
                Ok(items.map(|item| Dynamic::from(item.to_string())).collect::<Array>().into())
            }
            Self::File if text == "-" => Ok(text.to_string().into()),
            Self::File => readable(text, world).map(Dynamic::from).map_err(|why| format!("{name}: {why}")),
            Self::Secret => secret(text, world).map_err(|why| format!("{name}: {why}")),
        }
    }
}

fn readable(path: &str, world: &World) -> Result<String, String> {
    let whole = paths::to_read(path, world.roots)?;
    std::fs::File::open(&whole).map_err(|cause| format!("{path}: {cause}"))?;
    Ok(path.to_string())
}

/// A secret is never given itself: the command line can be read by others.
fn secret(source: &str, world: &World) -> Result<Dynamic, String> {
    let text = match source.split_once(':') {
        Some(("env", name)) => (world.variable)(name).ok_or_else(|| format!("{name} is not set")),
        Some(("file", path)) => {
            let path = readable(path, world)?;
            std::fs::read_to_string(&path).map_err(|cause| format!("{path}: {cause}"))
        }
        _ => Err("a secret is named by where it is: env:NAME or file:PATH".into()),
    }?;
    Ok(Dynamic::from(Secret::new(text.trim())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::to_json;

    const SCRIPT: &str = r#"//! Does something.
//!
//! In two paragraphs.
//@ arg tenant: text  whose users
//@ arg days: int = 30  how long
//@ arg since: date = 2026-01-02  from when
//@ arg skip: list =  whom to leave out
//@ arg greeting: text = "hi  there"
// An ordinary comment.

let x = 1;
//! Not help.
"#;

    fn values(given: &[&str]) -> Result<String, String> {
        let header = Header::read(SCRIPT, "x.rhai").unwrap();
        let given: Vec<String> = given.iter().map(ToString::to_string).collect();
        let world = World { variable: &|_| None, roots: &[] };
        let values = header.values(&given, &world).map_err(|failure| failure.message)?;
        Ok(to_json(&Dynamic::from(values)).to_string())
    }

    #[test]
    fn values_are_checked_all_at_once() {
        let cases: &[(&[&str], Result<&str, &str>)] = &[
            (
                &["tenant=contoso.com"],
                Ok(r#"{"tenant":"contoso.com","days":30,"since":"2026-01-02T00:00:00Z","skip":[],"greeting":"hi"}"#),
            ),
            (
                &["tenant=a=b", "days=7", "skip=ann, bob,", "since=2026-01-02T01:00:00+01:00", "greeting="],
                Ok(r#"{"tenant":"a=b","days":7,"skip":["ann","bob"],"since":"2026-01-02T00:00:00Z","greeting":""}"#),
            ),
            (&[], Err("tenant is missing: whose users")),
            (
                &["tenat=x", "days=many", "plain"],
                Err(
                    "4 problems with the arguments\n  - there is no argument \"tenat\"; did you mean tenant?\n  - days takes a whole number, not \"many\"\n  - \"plain\" is not of the form key=value\n  - tenant is missing: whose users",
                ),
            ),
            (&["tenant=x", "tenant=y"], Err("tenant is given twice")),
        ];
        for (given, expected) in cases {
            assert_eq!(values(given).as_deref().map_err(String::as_str), *expected, "{given:?}");
        }
    }

    #[test]
    fn a_secret_is_named_by_its_place() {
        let header = Header::read("//@ arg key: secret  the key", "x.rhai").unwrap();
        let world = World { variable: &|name| (name == "KEY").then(|| "hush".into()), roots: &[] };
        let value = |text: &str| header.values(&[format!("key={text}")], &world);
        assert_eq!(*value("env:KEY").unwrap().get("key").unwrap().read_lock::<Secret>().unwrap(), Secret::new("hush"));
        let failure = value("hush").unwrap_err();
        assert!(!failure.message.contains("hush"), "{}", failure.message);
    }

    #[test]
    fn the_help_lists_the_arguments() {
        let usage = Header::read(SCRIPT, "x.rhai").unwrap().usage("x.rhai");
        assert!(
            usage.starts_with(
                "Does something.\n\nIn two paragraphs.\n\nUsage: cippsh run x.rhai [options] -- tenant=…\n"
            )
        );
        assert!(usage.contains("  tenant: text    whose users (required)\n"), "{usage}");
        assert!(usage.contains("  days: int       how long (default: 30)\n"), "{usage}");
    }

    #[test]
    fn a_wrong_declaration_is_shown_with_its_line() {
        let failure = Header::read("//! x\n//@ arg day: dat", "x.rhai").unwrap_err();
        assert_eq!(failure.message, "\"dat\" is no type; there are text, int, number, bool, date, list, file, secret");
        assert_eq!(failure.place.unwrap().line, 2);
    }
}
