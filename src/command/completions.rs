//! `cippsh completions`: what a shell needs to complete the command line.

use clap::CommandFactory as _;

use crate::{
    cli::{Cli, Completions},
    failure::{Failure, exit},
};

pub(super) fn run(arguments: &Completions) -> Result<u8, Failure> {
    clap_complete::generate(arguments.shell, &mut Cli::command(), "cippsh", &mut std::io::stdout());
    Ok(exit::DONE)
}
