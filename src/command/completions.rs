//! `cippsh completions`: what a shell needs to complete the command line.

use clap::CommandFactory as _;

use super::show;
use crate::{
    cli::{Cli, Completions},
    failure::{Failure, exit},
};

pub(super) fn run(arguments: &Completions) -> Result<u8, Failure> {
    // It panics where it cannot write, so it writes to memory.
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "cippsh", &mut text);
    show::to_stdout(&String::from_utf8_lossy(&text))?;
    Ok(exit::DONE)
}
