//! The commands, one file each.

mod actions;
mod apply;
mod call;
mod completions;
mod connect;
mod connection;
mod doc;
mod doc_action;
mod doctor;
mod eval;
mod guard;
mod keep;
mod parse;
mod planning;
mod repl;
mod resume;
mod run;
mod runs;
mod script;
mod show;
mod signals;
mod sim;
mod stopped;
mod terms;

pub(crate) use parse::parse;

use crate::{cli::Command, failure::Failure};

/// Does what is done when no command is given; returns the exit code.
pub(crate) fn without_command() -> Result<u8, Failure> {
    repl::without_command()
}

/// Carries out a command; returns the exit code.
pub(crate) fn run(command: Command) -> Result<u8, Failure> {
    match command {
        Command::Run(arguments) => run::run(arguments),
        Command::Eval(arguments) => eval::run(arguments),
        Command::Repl(arguments) => repl::run(*arguments),
        Command::Call(arguments) => call::run(arguments),
        Command::Apply(arguments) => apply::run(arguments),
        Command::Actions(arguments) => actions::run(&arguments),
        Command::Doc(arguments) => doc::run(&arguments),
        Command::Runs(arguments) => runs::run(arguments),
        Command::Guard(arguments) => guard::run(arguments),
        Command::Sim(arguments) => sim::run(arguments),
        Command::Connection(verb) => connection::run(verb),
        Command::Doctor(arguments) => doctor::run(arguments),
        Command::Completions(arguments) => completions::run(&arguments),
    }
}
