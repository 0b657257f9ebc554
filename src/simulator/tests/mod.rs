//! Tests over a real socket.

mod client;
mod faults;
mod front;
mod generic;
mod graph;
mod logs;
mod mfa;
mod people;
mod platform;
mod queues;
mod tenants;
mod users;

use client::Client;

use super::Settings;
