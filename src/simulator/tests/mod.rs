//! Tests over a real socket.

mod client;
mod front;
mod mfa;
mod tenants;
mod users;

use client::Client;

use super::Settings;
