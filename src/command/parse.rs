//! Reads the command line.

use std::ffi::OsString;

use clap::{Args, Parser as _};

use crate::cli::{Cli, Command, Eval, Run};

/// The command, from arguments that start with the program's name.
///
/// To describe every command takes longer than to run a short script. So what runs scripts is looked at alone first;
/// whatever it does not understand, help and mistakes, is for the whole.
pub(crate) fn parse(arguments: &[OsString]) -> Result<Cli, clap::Error> {
    alone(arguments, "run", |run: Run| Command::Run(run))
        .or_else(|| alone(arguments, "eval", |eval: Eval| Command::Eval(eval)))
        .map_or_else(|| Cli::try_parse_from(arguments), Ok)
}

fn alone<A: Args>(arguments: &[OsString], verb: &str, command: impl Fn(A) -> Command) -> Option<Cli> {
    let [program, first, rest @ ..] = arguments else { return None };
    if first != verb {
        return None;
    }
    let own = A::augment_args(clap::Command::new("cippsh"));
    let matches = own.try_get_matches_from(std::iter::once(program).chain(rest)).ok()?;
    let arguments = A::from_arg_matches(&matches).ok()?;
    Some(Cli { command: Some(command(arguments)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alone_or_as_a_whole_it_reads_the_same() {
        for line in [
            "cippsh run a.rhai x=1 --demo -o json --max-writes 3",
            "cippsh eval 1 --plan p.json -v --deadline 3s",
            "cippsh run --help",
            "cippsh eval --help",
            "cippsh eval",
            "cippsh run a.rhai --no-such-flag",
            "cippsh run a.rhai -V",
            "cippsh evil 1",
            "cippsh call ListUsers",
            "cippsh",
        ] {
            let arguments: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            let shown = |read: Result<Cli, clap::Error>| match read {
                Ok(cli) => format!("{cli:?}"),
                Err(error) => error.render().to_string(),
            };
            assert_eq!(shown(parse(&arguments)), shown(Cli::try_parse_from(&arguments)), "{line}");
        }
    }
}
