//! Equality of values, in depth.

use rhai::Dynamic;

use super::row::Row;
use super::secret::Secret;
use super::tenant::TenantHandle;

/// Whether two values are the same: rows and maps by their fields, whole numbers and fractions by value.
///
/// Functions, timestamps and values of foreign types are equal to nothing.
pub fn equal(a: &Dynamic, b: &Dynamic) -> bool {
    if let (Some(a), Some(b)) = (Row::of(a), Row::of(b)) {
        return a == b;
    }
    if let (Ok(a), Ok(b)) = (a.as_array_ref(), b.as_array_ref()) {
        return a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| equal(a, b));
    }
    if let (Ok(a), Ok(b)) = (a.as_immutable_string_ref(), b.as_immutable_string_ref()) {
        return *a == *b;
    }
    if let (Ok(a), Ok(b)) = (a.as_int(), b.as_int()) {
        return a == b;
    }
    if let (Some(a), Some(b)) = (number(a), number(b)) {
        return a == b;
    }
    if let (Ok(a), Ok(b)) = (a.as_bool(), b.as_bool()) {
        return a == b;
    }
    if let (Ok(a), Ok(b)) = (a.as_char(), b.as_char()) {
        return a == b;
    }
    if let (Ok(a), Ok(b)) = (a.as_blob_ref(), b.as_blob_ref()) {
        return *a == *b;
    }
    if let (Some(a), Some(b)) = (a.read_lock::<Secret>(), b.read_lock::<Secret>()) {
        return *a == *b;
    }
    if let (Some(a), Some(b)) = (a.read_lock::<TenantHandle>(), b.read_lock::<TenantHandle>()) {
        return *a == *b;
    }
    a.is_unit() && b.is_unit()
}

fn number(value: &Dynamic) -> Option<f64> {
    value.as_float().ok().or_else(|| value.as_int().ok().map(|int| int as f64))
}
