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
    if let Some(same) = is_named(a, b).or_else(|| is_named(b, a)) {
        return same;
    }
    a.is_unit() && b.is_unit()
}

/// Whether a tenant is called by this text, where they are such.
fn is_named(tenant: &Dynamic, name: &Dynamic) -> Option<bool> {
    let (tenant, name) = (tenant.read_lock::<TenantHandle>()?, name.as_immutable_string_ref().ok()?);
    Some(tenant.is_named(&name))
}

fn number(value: &Dynamic) -> Option<f64> {
    value.as_float().ok().or_else(|| value.as_int().ok().map(|int| int as f64))
}

/// A text that values share when they are [`equal`], and else do not, save that a tenant shares that of its domain only;
/// it may hold secrets and is not for showing.
pub fn canonical(value: &Dynamic) -> String {
    if let Some(row) = Row::of(value) {
        let mut fields: Vec<(&str, String)> = row.iter().map(|(key, value)| (key.as_str(), canonical(value))).collect();
        fields.sort();
        return format!("m{fields:?}");
    }
    if let Ok(array) = value.as_array_ref() {
        return format!("a{:?}", array.iter().map(canonical).collect::<Vec<_>>());
    }
    if let Ok(text) = value.as_immutable_string_ref() {
        return format!("s{}", *text);
    }
    if let Ok(number) = value.as_int() {
        return format!("n{number}");
    }
    if let Ok(number) = value.as_float() {
        return format!("n{number}");
    }
    if let Some(secret) = value.read_lock::<Secret>() {
        return format!("x{}", secret.reveal());
    }
    if let Some(tenant) = value.read_lock::<TenantHandle>() {
        return format!("s{}", tenant.domain);
    }
    format!("{}{value}", value.type_name())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::parse;

    #[test]
    fn values_share_a_text_when_they_are_equal() {
        let values = r#"[1, 1.0, 1.5, "1", true, null, [], {}, [1], ["1"], {"a":1,"b":[2]}, {"b":[2.0],"a":1}, "[]", 9007199254740993, 9007199254740992]"#;
        let values = parse(values.as_bytes(), None).unwrap().into_array().unwrap();
        for a in &values {
            for b in &values {
                assert_eq!(canonical(a) == canonical(b), equal(a, b), "{a} {b}");
            }
        }
    }
}
