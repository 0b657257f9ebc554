//! Curated facts onto claimed ones, field by field and parameter by parameter.

use super::entry::{Entry, ParamEntry};
use std::collections::BTreeMap;

/// Lays curated facts over those of an area file; `at` names file and endpoint for errors.
pub(crate) fn merge(mut claimed: Entry, curated: Entry, at: &str, errors: &mut Vec<String>) -> Entry {
    for path in &curated.not_read {
        if claimed.params.remove(path).is_none() {
            errors.push(format!("{at}.not_read: nobody claims a parameter {path}"));
        }
    }
    let mut flags = [claimed.flags, curated.flags].concat();
    flags.sort();
    flags.dedup();
    Entry {
        method: curated.method.or(claimed.method),
        role: curated.role.or(claimed.role),
        about: curated.about.or(claimed.about),
        effect: curated.effect.or(claimed.effect),
        effects: curated.effects.or(claimed.effects),
        retry: curated.retry.or(claimed.retry),
        body: curated.body.or(claimed.body),
        scope: curated.scope.or(claimed.scope),
        reply: curated.reply.or(claimed.reply),
        flags,
        placeholder: curated.placeholder.or(claimed.placeholder),
        secrets: curated.secrets.or(claimed.secrets),
        deferred: curated.deferred.or(claimed.deferred),
        fields: curated.fields.or(claimed.fields),
        not_read: curated.not_read,
        params: merge_params(claimed.params, curated.params, at, errors),
    }
}

fn merge_params(
    claimed: BTreeMap<String, ParamEntry>,
    curated: BTreeMap<String, ParamEntry>,
    at: &str,
    errors: &mut Vec<String>,
) -> BTreeMap<String, ParamEntry> {
    let mut merged = claimed;
    for (path, facts) in curated {
        let like: Vec<String> = merged.keys().filter(|known| known.eq_ignore_ascii_case(&path)).cloned().collect();
        let known = match like.as_slice() {
            _ if merged.contains_key(&path) => merged.remove(&path),
            [only] => merged.remove(only),
            [] => None,
            several => {
                errors.push(format!("{at}.params.{path}: could be any of {}", several.join(", ")));
                continue;
            }
        };
        merged.insert(path, merge_param(known.unwrap_or_default(), facts));
    }
    merged
}

fn merge_param(claimed: ParamEntry, curated: ParamEntry) -> ParamEntry {
    ParamEntry {
        place: curated.place.or(claimed.place),
        kind: curated.kind.or(claimed.kind),
        kind_known: curated.kind_known,
        need: curated.need.or(claimed.need),
        values_known: curated.values_known,
        values: curated.values.or(claimed.values),
        wrap: curated.wrap.or(claimed.wrap),
        presence: curated.presence || claimed.presence,
        tenant: curated.tenant.or(claimed.tenant),
        user: curated.user.or(claimed.user),
        users_only: curated.users_only.or(claimed.users_only),
        secret: curated.secret || claimed.secret,
        about: curated.about.or(claimed.about),
    }
}
