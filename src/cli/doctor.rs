//! `cippsh doctor`.

use std::path::PathBuf;

use clap::Args;

/// `cippsh doctor`.
#[derive(Debug, Args)]
pub struct Doctor {
    /// Connection from the settings file
    #[arg(long, value_name = "NAME")]
    pub connection: Option<String>,
    /// Use a simulated server with made-up tenants
    #[arg(long, conflicts_with = "connection")]
    pub demo: bool,
    /// The journal, where it is not the usual one
    #[arg(long, value_name = "FILE")]
    pub journal: Option<PathBuf>,
    /// Ask nothing, and tell each check in one line
    #[arg(long)]
    pub unattended: bool,
}
