//! Regular expressions, base64, UUIDs, URL encoding.

use std::{cell::RefCell, collections::HashMap};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use regex::Regex;
use rhai::{Array, Dynamic, Engine, NativeCallContext};

use super::super::thrown::{self, Result};

/// What RFC 3986 leaves unescaped.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Patterns that a thread keeps compiled.
const KEPT: usize = 64;

pub(in super::super) fn register(engine: &mut Engine) {
    engine.register_fn("matches", |call: NativeCallContext, text: &str, pattern: &str| -> Result<bool> {
        with_regex(&call, pattern, |regex| regex.is_match(text))
    });
    engine.register_fn("find_all", |call: NativeCallContext, text: &str, pattern: &str| -> Result<Array> {
        with_regex(&call, pattern, |regex| {
            regex.find_iter(text).map(|found| Dynamic::from(found.as_str().to_string())).collect()
        })
    });
    engine.register_fn(
        "replace_all",
        |call: NativeCallContext, text: &str, pattern: &str, with: &str| -> Result<String> {
            with_regex(&call, pattern, |regex| regex.replace_all(text, with).into_owned())
        },
    );
    engine.register_fn("base64_encode", |text: &str| BASE64_STANDARD.encode(text));
    engine.register_fn("base64_decode", |call: NativeCallContext, text: &str| -> Result<String> {
        let bytes = BASE64_STANDARD
            .decode(text.trim())
            .map_err(|cause| thrown::usage(format!("not base64: {cause}"), &call))?;
        String::from_utf8(bytes).map_err(|_| thrown::usage("the decoded bytes are not text", &call))
    });
    engine.register_fn("uuid", || uuid::Uuid::new_v4().to_string());
    engine.register_fn("url_encode", |text: &str| utf8_percent_encode(text, ESCAPED).to_string());
    engine.register_fn("url_decode", |call: NativeCallContext, text: &str| -> Result<String> {
        let decoded = percent_decode_str(text).decode_utf8();
        decoded.map(String::from).map_err(|_| thrown::usage("the decoded bytes are not text", &call))
    });
}

/// Uses a pattern, compiled at its first use on this thread: a loop uses the same few again and again.
fn with_regex<T>(call: &NativeCallContext, pattern: &str, use_it: impl FnOnce(&Regex) -> T) -> Result<T> {
    thread_local! {
        static COMPILED: RefCell<HashMap<String, Regex>> = RefCell::default();
    }
    COMPILED.with_borrow_mut(|compiled| {
        if let Some(regex) = compiled.get(pattern) {
            return Ok(use_it(regex));
        }
        let regex = Regex::new(pattern).map_err(|cause| {
            // The library's text draws the pattern over several lines; its last line says what is wrong.
            let cause = cause.to_string();
            let cause = cause.lines().last().unwrap_or_default().trim_start_matches("error: ").to_string();
            thrown::usage(format!("the pattern \"{pattern}\" is wrong: {cause}"), call)
        })?;
        if compiled.len() == KEPT {
            compiled.clear();
        }
        Ok(use_it(compiled.entry(pattern.to_string()).or_insert(regex)))
    })
}
