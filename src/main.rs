//! Starts cippsh; everything else is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    cippsh::run(std::env::args_os()).into()
}
