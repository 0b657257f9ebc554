//! Templates, filled with what was sent and what was answered.

use serde_json::Value;

use super::{Condition, Source, When};
use crate::catalogue::effect;
use crate::catalogue::path::{plain_text, unwrapped, values_at};
use crate::catalogue::template::{Hole, Piece, REPLY, UserName, pieces};

impl Source<'_> {
    /// The values of a template: those of its only hole, else texts, one for each combination; none when a hole has
    /// none.
    pub(super) fn fill(&self, template: &str) -> Vec<Value> {
        let pieces = pieces(template).unwrap_or_default();
        if let [Piece::Hole(hole)] = pieces.as_slice() {
            return self.values(hole);
        }
        let mut texts = vec![String::new()];
        for piece in &pieces {
            let parts: Vec<String> = match piece {
                Piece::Text(text) => vec![(*text).to_owned()],
                Piece::Hole(hole) => self.values(hole).iter().filter_map(plain_text).collect(),
            };
            // A text within quotes of an OData filter doubles its own.
            let quoted = texts.iter().any(|text| text.ends_with('\''));
            let joined = |text: &String| {
                let add = |part: &String| {
                    let quotes = quoted && matches!(piece, Piece::Hole(_));
                    format!("{text}{}", if quotes { part.replace('\'', "''") } else { part.clone() })
                };
                parts.iter().map(add).collect::<Vec<_>>()
            };
            texts = texts.iter().flat_map(joined).collect();
        }
        texts.into_iter().map(Value::from).collect()
    }

    /// The values inside of a JSON text that is one argument, such as `<RawJSON.displayName>`.
    fn within_text(&self, path: &str) -> Vec<Value> {
        let Some((text, rest)) = path.split_once('.') else { return Vec::new() };
        let texts = self.parts.iter().flat_map(|part| values_at(part, text)).filter_map(Value::as_str);
        let inner = texts.filter(|text| text.trim_start().starts_with(['{', '[']));
        let parsed: Vec<Value> = inner.filter_map(|text| serde_json::from_str(text).ok()).collect();
        parsed.iter().flat_map(|value| values_at(value, rest)).map(|value| unwrapped(value).clone()).collect()
    }

    fn values(&self, hole: &Hole<'_>) -> Vec<Value> {
        let found = hole.paths.iter().map(|path| self.at(path)).find(|values| !values.is_empty());
        let values = found.unwrap_or_default();
        let Some(name) = hole.name else { return values };
        values.iter().filter_map(|value| self.name_of(name, &plain_text(value)?)).collect()
    }

    fn name_of(&self, name: UserName, given: &str) -> Option<Value> {
        let Some(user) = (self.sent.user)(given) else {
            // What is no user, `Default` among permissions, is called what it is.
            return (name == UserName::Display).then(|| given.into());
        };
        let text = match name {
            UserName::Upn => user.upn,
            UserName::Id => user.id,
            UserName::Display => user.name,
        };
        (!text.is_empty()).then(|| text.into())
    }

    /// Whether a condition holds: of the element that is looked for by itself, where it is about one.
    pub(super) fn holds(&self, condition: &Condition) -> bool {
        let holds = match (&condition.when, self.element) {
            (When::Otherwise, _) => return true,
            (When::Present(path) | When::Is(path, _), Some((list, element)))
                if below(path, list).is_some_and(|rest| !rest.is_empty()) =>
            {
                let rest = below(path, list).unwrap_or_default();
                match condition.when {
                    When::Is(_, value) => effect::is_there(&[element], rest, value),
                    _ => effect::is_present(&[element], rest),
                }
            }
            (when, _) => effect::holds(when, &self.parts),
        };
        holds == condition.holds
    }

    fn at(&self, path: &str) -> Vec<Value> {
        let plain = |values: Vec<&Value>| values.into_iter().map(|value| unwrapped(value).clone()).collect::<Vec<_>>();
        if let Some(text) = path.strip_prefix('=') {
            return vec![text.into()];
        }
        if let Some(path) = path.strip_prefix(REPLY) {
            return plain(values_at(&self.sent.reply, path));
        }
        if let Some((list, element)) = self.element
            && let Some(rest) = below(path, list)
        {
            return plain(if rest.is_empty() { vec![element] } else { values_at(element, rest) });
        }
        let path = path.strip_prefix("[].").unwrap_or(path);
        let mut found = self.parts.iter().map(|part| plain(values_at(part, path)));
        found.find(|values| !values.is_empty()).unwrap_or_else(|| self.within_text(path))
    }
}

/// The rest of a path below a list; empty for the list itself.
fn below<'p>(path: &'p str, list: &str) -> Option<&'p str> {
    let start = path.get(..list.len()).filter(|start| start.eq_ignore_ascii_case(list))?;
    let rest = path.get(start.len()..)?.trim_start_matches("[]");
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('.') }
}
