//! `cippsh runs` and its verbs.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Connect, Show};

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
