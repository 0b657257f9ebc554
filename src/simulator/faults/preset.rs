//! Servers that are broken as whole ones are: what `broken = "NAME"` in a fault file stands for.

/// A way to be broken: its name, what it is, and its rules.
struct Preset {
    name: &'static str,
    /// Who the tokens are for, where that is not the caller.
    audience: Option<&'static str>,
    rules: &'static str,
}

const PRESETS: &[Preset] = &[
    preset(
        "wrong-secret",
        r#"endpoint = "token"
status = 401
body = '{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided.","error_codes":[7000215]}'"#,
    ),
    preset(
        "expired-secret",
        r#"endpoint = "token"
status = 401
body = '{"error":"invalid_client","error_description":"AADSTS7000222: The provided client secret keys are expired.","error_codes":[7000222]}'"#,
    ),
    preset(
        "unknown-app",
        r#"endpoint = "token"
status = 400
body = '{"error":"unauthorized_client","error_description":"AADSTS700016: Application was not found in the directory.","error_codes":[700016]}'"#,
    ),
    preset(
        "no-app-id-uri",
        r#"endpoint = "token"
status = 400
body = '{"error":"invalid_resource","error_description":"AADSTS500011: The resource principal was not found in the tenant.","error_codes":[500011]}'"#,
    ),
    // The platform's list has the api:// form only; tokens of the second version name the bare id.
    Preset { audience: Some("{client}"), ..preset("wrong-audience", "endpoint = \"private\"\nstatus = 401") },
    preset(
        "front-end",
        r#"endpoint = "*"
body = "<!DOCTYPE html><html lang=\"en\"><head><title>CIPP</title></head><body></body></html>""#,
    ),
    preset("not-saved", "endpoint = \"private\"\nstatus = 401"),
    preset(
        "not-allowed",
        r#"endpoint = "private"
status = 403
body = "<html><body>You do not have permission to view this directory or page.</body></html>""#,
    ),
    preset(
        "ip-range",
        r#"endpoint = "private"
status = 403
body = "Access to this CIPP API endpoint is not allowed, the API Client does not have the required permission""#,
    ),
    preset(
        "no-role",
        r#"endpoint = "me"
body = '{"clientPrincipal":{"appId":"x","appRole":["cipp-api"]},"permissions":[]}'
[[fault]]
endpoint = "private"
status = 403
body = "Access to this CIPP API endpoint is not allowed, you do not have the required permission""#,
    ),
    preset(
        "old-version",
        r#"endpoint = "GetVersion"
body = '{"LocalCIPPVersion":null,"LocalCIPPAPIVersion":"8.4.1","RemoteCIPPAPIVersion":"10.8.2","OutOfDateCIPPAPI":true}'"#,
    ),
    preset(
        "clock-skew",
        r#"endpoint = "*"
headers = { Date = "Thu, 01 Jan 2026 00:00:00 GMT" }"#,
    ),
];

const fn preset(name: &'static str, rules: &'static str) -> Preset {
    Preset { name, audience: None, rules }
}

/// The rules of a preset as a fault file has them, and who its tokens are for, `{client}` being the caller's id.
pub(super) fn named(name: &str) -> Option<(String, Option<&'static str>)> {
    let preset = PRESETS.iter().find(|preset| preset.name == name)?;
    Some((format!("[[fault]]\n{}", preset.rules), preset.audience))
}

/// The names of all presets.
pub fn presets() -> impl Iterator<Item = &'static str> {
    PRESETS.iter().map(|preset| preset.name)
}
