//! `cippsh repl`.

use clap::Args;

use super::{Bounds, Connect, Keep, Show};

/// `cippsh repl`.
#[derive(Debug, Args)]
pub struct Repl {
    /// Keys as in vi, and not as in Emacs; keys = "vi" below [repl] in the settings makes it the usual
    #[arg(long)]
    pub vi: bool,
    /// What is kept.
    #[command(flatten)]
    pub keep: Keep,
    /// How much may be changed.
    #[command(flatten)]
    pub bounds: Bounds,
    /// Which server.
    #[command(flatten)]
    pub connect: Connect,
    /// How to show results.
    #[command(flatten)]
    pub show: Show,
    /// Let modules and files come from this directory too
    #[arg(long, value_name = "DIR")]
    pub allow_path: Vec<std::path::PathBuf>,
}
