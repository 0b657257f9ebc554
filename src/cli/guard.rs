//! The types of `cippsh guard`.

use clap::{Args, Subcommand};

use super::{Connect, Show};

/// `cippsh guard`.
#[derive(Debug, Subcommand)]
pub enum Guard {
    /// Tell what the guard would say of a call, and why
    Explain(Explain),
}

/// `cippsh guard explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// The action with its namespace, or the endpoint
    pub name: String,
    /// In this tenant, which is looked up; AllTenants for all. Without it nothing is sent
    #[arg(long, value_name = "TENANT")]
    pub tenant: Option<String>,
    /// How much may be changed.
    #[command(flatten)]
    pub bounds: super::Bounds,
    /// Which server.
    #[command(flatten)]
    pub connect: Connect,
    /// How to show the result.
    #[command(flatten)]
    pub show: Show,
}
