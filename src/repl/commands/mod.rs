//! What starts with a colon, as a table.

mod files;
mod journal;
mod looks;
mod plan;
mod shows;

use super::talk::{After, Talk};
use crate::failure::{Failure, Kind};

/// One command.
pub(super) struct Command {
    /// Its name, without the colon.
    pub(super) name: &'static str,
    /// How its argument is shown.
    pub(super) argument: &'static str,
    /// What it does, in a line.
    pub(super) help: &'static str,
    /// What its argument is, for completion.
    pub(super) takes: Takes,
    run: fn(&mut Talk, &str) -> Result<After, Failure>,
}

/// What an argument is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Takes {
    /// There is none.
    Nothing,
    /// Text that nobody can guess.
    Text,
    /// The name of something that has a page.
    Name,
    /// A file.
    File,
    /// Columns of the latest result.
    Columns,
    /// One of these words.
    OneOf(&'static [&'static str]),
}

const ON_OFF: Takes = Takes::OneOf(&["on", "off"]);

const PLAN: Takes = Takes::OneOf(&["on", "off", "show", "save", "apply"]);

/// All of them, in the order in which they are listed.
pub(super) const ALL: &[Command] = &[
    row(
        "help",
        "[NAME]",
        "these commands, or the page of an action, an endpoint or a function",
        Takes::Name,
        looks::help,
    ),
    row("find", "WORDS", "what can be called, by what it does", Takes::Text, looks::find),
    row("tour", "[STEP]", "a walk through the demo, step by step", Takes::Text, looks::tour),
    row("json", "", "the latest result as JSON", Takes::Nothing, shows::json),
    row("table", "[COLUMNS]", "the latest result as a table, with these columns", Takes::Columns, shows::table),
    row("keys", "", "the keys of the latest result and what they hold", Takes::Nothing, shows::keys),
    row("more", "", "the next screen of the latest result", Takes::Nothing, shows::more),
    row("csv", "FILE", "the latest result into a new file as CSV", Takes::File, files::csv),
    row("vars", "", "the variables and functions", Takes::Nothing, looks::vars),
    row("load", "FILE", "run a script here; what it defines stays", Takes::File, files::load),
    row("save", "FILE", "the lines that have worked into a new file, as a script", Takes::File, files::save),
    row("edit", "", "the latest code in $VISUAL or $EDITOR", Takes::Nothing, files::edit),
    row("plan", "on|off|show|save FILE|apply", "collect writes instead of sending them", PLAN, plan::plan),
    row("verify", "[on|off]", "read back what was written, or do not", ON_OFF, looks::verify),
    row("time", "[on|off]", "tell how long each line takes", ON_OFF, looks::time),
    row("connection", "", "the server, and as whom it is asked", Takes::Nothing, looks::connection),
    row("runs", "[RUN]", "the latest runs in the journal, or the writes of one", Takes::Text, journal::runs),
    row("reset", "", "forget variables, functions and imports", Takes::Nothing, looks::reset),
    row("quit", "", "leave, as Ctrl-D does", Takes::Nothing, looks::quit),
];

const fn row(
    name: &'static str,
    argument: &'static str,
    help: &'static str,
    takes: Takes,
    run: fn(&mut Talk, &str) -> Result<After, Failure>,
) -> Command {
    Command { name, argument, help, takes, run }
}

/// The command of this name.
pub(super) fn find(name: &str) -> Option<&'static Command> {
    ALL.iter().find(|command| command.name == name)
}

/// Carries out what stands behind the colon.
///
/// # Errors
///
/// There is no such command, or it has failed.
pub(super) fn run(talk: &mut Talk, text: &str) -> Result<After, Failure> {
    let (name, argument) = text.trim().split_once(char::is_whitespace).unwrap_or((text.trim(), ""));
    let argument = argument.trim();
    let command = find(name).ok_or_else(|| unknown(name))?;
    match command.takes {
        Takes::Nothing if !argument.is_empty() => Err(usage(command, "it takes no argument")),
        Takes::Text | Takes::File
            if argument.is_empty() && !command.argument.starts_with('[') && !command.argument.is_empty() =>
        {
            Err(usage(command, "its argument is missing"))
        }
        Takes::OneOf(words) if !fits(argument, words) => {
            Err(usage(command, &format!("it takes {}", words.join(" or "))))
        }
        _ => (command.run)(talk, argument),
    }
}

fn fits(argument: &str, words: &[&str]) -> bool {
    argument.split_whitespace().next().is_none_or(|word| words.contains(&word))
}

fn usage(command: &Command, why: &str) -> Failure {
    let form = format!(":{} {}", command.name, command.argument);
    Failure::new(Kind::Usage, format!(":{}: {why}", command.name)).hint(form.trim_end())
}

fn unknown(name: &str) -> Failure {
    let failure = Failure::new(Kind::Usage, format!("there is no command :{name}"));
    let distance = |command: &&Command| strsim::damerau_levenshtein(command.name, name);
    let near =
        ALL.iter().filter(|command| command.name.starts_with(name) || distance(command) <= 2).min_by_key(distance);
    match near {
        Some(near) => failure.hint(format!("did you mean :{}?", near.name)),
        None => failure.hint(":help lists them"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sound() {
        for command in ALL {
            assert_eq!(
                find(command.name).map(|found| found.help),
                Some(command.help),
                "{} is there twice",
                command.name
            );
            assert_eq!(command.argument.is_empty(), matches!(command.takes, Takes::Nothing), "{}", command.name);
            assert!(!command.help.ends_with('.') && command.help.len() < 80, "{}", command.name);
        }
    }

    #[test]
    fn a_slip_finds_its_command() {
        let hint = |name: &str| unknown(name).hints.join("");
        assert_eq!(hint("hepl"), "did you mean :help?");
        assert_eq!(hint("conn"), "did you mean :connection?");
        assert_eq!(hint("frobnicate"), ":help lists them");
    }
}
