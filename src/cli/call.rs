//! `cippsh call`.

use std::path::PathBuf;

use clap::Args;

use super::{Bounds, Connect, Keep, Planning, Show};

/// `cippsh call`.
#[derive(Debug, Args)]
pub struct Call {
    /// The action with its namespace, or the endpoint, in any case of letters
    pub name: String,
    /// Its arguments; a value that starts with [ or { is JSON
    #[arg(value_name = "KEY=VALUE", conflicts_with = "json")]
    pub arguments: Vec<String>,
    /// Read the arguments as JSON from this file, or from standard input with -
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Keep these fields of the rows only
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub fields: Vec<String>,
    /// Whether it only plans.
    #[command(flatten)]
    pub planning: Planning,
    /// What is kept.
    #[command(flatten)]
    pub keep: Keep,
    /// How much may be changed.
    #[command(flatten)]
    pub bounds: Bounds,
    /// Which server.
    #[command(flatten)]
    pub connect: Connect,
    /// How to show the result.
    #[command(flatten)]
    pub show: Show,
}
