//! `cippsh run`: a script from its file.

use clap::CommandFactory as _;

use super::{script, show};
use crate::{
    cli::{Cli, Run},
    engine::{Header, Script},
    failure::{Failure, Kind, exit},
};

pub(super) fn run(arguments: Run) -> Result<u8, Failure> {
    let Some(path) = &arguments.script else {
        if arguments.help {
            let mut cli = Cli::command();
            let help = cli.find_subcommand_mut("run").map(|run| run.render_long_help().to_string());
            show::to_stdout(&help.unwrap_or_default())?;
            return Ok(exit::DONE);
        }
        return Err(Failure::new(Kind::Command, "no script is given").hint("cippsh run SCRIPT [-- key=value ...]"));
    };
    let script = Script::read(path)?;
    if arguments.help {
        let help = Header::read(&script.text, &script.name)?.usage(&script.name);
        show::to_stdout(&help)?;
        return Ok(exit::DONE);
    }
    script::execute(&script, &arguments.arguments, &arguments.options)
}
