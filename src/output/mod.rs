//! stub
use rhai::Dynamic; use std::io::Write; use crate::{failure::Failure, value};
#[derive(Debug, Clone, Copy, PartialEq, Eq)] pub enum Format { Table, Json, Ndjson, Csv, None }
pub fn write(v: &Dynamic, _f: Format, out: &mut dyn Write, _w: Option<u16>) -> Result<(), Failure> { let _ = writeln!(out, "{:#}", value::to_json(v)); Ok(()) }
pub fn table(rows: &[Dynamic], _c: Option<&[String]>, _w: Option<u16>) -> Result<String, Failure> { Ok(rows.iter().map(|r| value::to_json(r).to_string()).collect::<Vec<_>>().join("\n")) }
