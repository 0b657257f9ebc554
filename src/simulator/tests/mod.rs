//! Tests over a real socket.

mod access;
mod client;
mod devices;
mod faults;
mod front;
mod generic;
mod graph;
mod instance;
mod intune;
mod logs;
mod mfa;
mod organization;
mod people;
mod platform;
mod queues;
mod security;
mod sites;
mod standards;
mod teams;
mod templates;
mod tenancy;
mod tenants;
mod users;
mod walk;

use client::Client;

use super::Settings;
