//! Plans: `--plan`, and `cippsh apply`.

use std::path::PathBuf;

use clap::Args;

use super::{Bounds, Connect, Keep, Show, Stop};

/// Whether a run only plans.
#[derive(Debug, Default, Args)]
pub struct Planning {
    /// Send no write: keep all of them in this file, for cippsh apply
    #[arg(long, value_name = "FILE")]
    pub plan: Option<PathBuf>,
    /// Write over a plan that is in that file already
    #[arg(long, requires = "plan")]
    pub replace_plan: bool,
}

/// How old a plan may be, unless told otherwise.
pub const MAX_AGE: &str = "24h";

/// `cippsh apply`.
#[derive(Debug, Args)]
pub struct Apply {
    /// The plan
    pub plan: PathBuf,
    /// Where the plan's secrets are: NAME=env:VARIABLE or NAME=file:PATH
    #[arg(value_name = "KEY=VALUE")]
    pub secrets: Vec<String>,
    /// Apply it a second time
    #[arg(long)]
    pub again: bool,
    /// Refuse a plan that is older than this: 30m, 12h, 7d
    #[arg(long, value_name = "DURATION", default_value = MAX_AGE)]
    pub max_age: String,
    /// How much may be changed.
    #[command(flatten)]
    pub bounds: Bounds,
    /// What is kept.
    #[command(flatten)]
    pub keep: Keep,
    /// When it is stopped.
    #[command(flatten)]
    pub stop: Stop,
    /// Which server.
    #[command(flatten)]
    pub connect: Connect,
    /// How to show the result.
    #[command(flatten)]
    pub show: Show,
}
