//! `cippsh eval`: code from the command line or standard input.

use std::io::Read as _;

use super::script;
use crate::{
    cli::Eval,
    engine::Script,
    failure::{Failure, Kind},
};

pub(super) fn run(arguments: Eval) -> Result<u8, Failure> {
    let code = if arguments.code == "-" {
        let mut code = String::new();
        std::io::stdin()
            .read_to_string(&mut code)
            .map_err(|cause| Failure::new(Kind::Command, "cannot read the code from standard input").because(cause))?;
        code
    } else {
        arguments.code
    };
    script::execute(&Script::code(code), &arguments.arguments, &arguments.options)
}
