//! A Rhai scripting runtime for CIPP.
//!
//! ```text
//! script ─▶ engine ─▶ catalogue ─▶ session ─▶ client ─▶ CIPP server (or the simulator)
//!                                     │
//! people ◀─ output ◀── outcome ◀──────┘
//! ```
//!
//! An action is **data**, a record of the [`catalogue`], registered as a native function by **one loop** in
//! [`engine`]. `session::Session::call` is the **only gate** to a server: tenants are resolved, the request is
//! built, sent and read there once, for scripts and for the command line alike. Arrows point down only:
//! `command > repl > engine > session > {output, input, client, journal, person, simulator} >
//! {outcome, catalogue, cli} > {value, failure, redact}`;
//! `tests/layers.rs` enforces it.

pub mod catalogue;
pub mod cli;
pub mod client;
mod command;
pub mod crash;
pub mod engine;
pub mod failure;
pub mod input;
pub mod interrupt;
pub mod journal;
pub mod outcome;
pub mod output;
pub mod person;
pub mod redact;
pub mod repl;
pub mod session;
pub mod simulator;
pub mod value;

use std::{ffi::OsString, io::Write as _};

/// Runs cippsh with these arguments, the program's name first; returns the exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let cli = match command::parse(&arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no errors, and go to standard output.
            let code = if error.use_stderr() { failure::exit::USAGE } else { failure::exit::DONE };
            let _ = error.print();
            return code;
        }
    };
    // A panic is a fault of ours, and tells whatever it was about.
    std::panic::set_hook(Box::new(crash::hook(std::io::stderr())));
    cli.command.map_or_else(command::without_command, command::run).unwrap_or_else(|failure| {
        // Nobody is left to tell when standard error is closed.
        let _ = std::io::stderr().write_all(failure.report().as_bytes());
        failure.kind.exit_code()
    })
}
