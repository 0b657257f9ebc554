//! `cippsh runs` and its verbs.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Connect, RunOptions, Show};

/// `cippsh runs`.
#[derive(Debug, Subcommand)]
pub enum Runs {
    /// List all runs that wrote something, the latest first
    List(List),
    /// Show one run: what is not done first
    Show(ShowRun),
    /// Write out all that is kept of the writes of a run
    Export(Export),
    /// Look again at what is queued or in doubt
    Check(Check),
    /// Go on with a run that was cut off or is not all done; what was done is not done again
    Resume(Box<Resume>),
}

/// `cippsh runs list`.
#[derive(Debug, Args)]
pub struct List {
    /// The journal, where it is not the usual one
    #[arg(long, value_name = "FILE")]
    pub journal: Option<PathBuf>,
    /// How to show the result.
    #[command(flatten)]
    pub show: Show,
}

/// `cippsh runs show`.
#[derive(Debug, Args)]
pub struct ShowRun {
    /// The run, or how its id starts
    pub id: String,
    /// The journal, where it is not the usual one
    #[arg(long, value_name = "FILE")]
    pub journal: Option<PathBuf>,
    /// How to show the result.
    #[command(flatten)]
    pub show: Show,
}

/// `cippsh runs export`.
#[derive(Debug, Args)]
pub struct Export {
    /// The run, or how its id starts
    pub id: String,
    /// The journal, where it is not the usual one
    #[arg(long, value_name = "FILE")]
    pub journal: Option<PathBuf>,
    /// How to show the result.
    #[command(flatten)]
    pub show: Show,
}

/// `cippsh runs check`.
#[derive(Debug, Args)]
pub struct Check {
    /// The run, or how its id starts
    pub id: String,
    /// The journal, where it is not the usual one
    #[arg(long, value_name = "FILE")]
    pub journal: Option<PathBuf>,
    /// Which server.
    #[command(flatten)]
    pub connect: Connect,
    /// How to show the result.
    #[command(flatten)]
    pub show: Show,
}

/// `cippsh runs resume`.
#[derive(Debug, Args)]
pub struct Resume {
    /// The run, or how its id starts
    pub id: String,
    /// Arguments of the script that were not kept, or are to be others
    #[arg(value_name = "KEY=VALUE")]
    pub arguments: Vec<String>,
    /// Send again what may have been done before: it may be done twice
    #[arg(long)]
    pub retry_in_doubt: bool,
    /// Go on although the script, its arguments, modules or input files are not what they were
    #[arg(long)]
    pub force: bool,
    /// Options of the run.
    #[command(flatten)]
    pub options: RunOptions,
}
