//! Texts with holes for the arguments of a call: `users/<ID:id>/drive`.

/// A part of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece<'t> {
    /// As it is.
    Text(&'t str),
    /// To be filled.
    Hole(Hole<'t>),
}

/// What a hole is filled with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hole<'t> {
    /// Paths of arguments: the first that is there; after `=` a text that is always there.
    pub(crate) paths: Vec<&'t str>,
    /// Another name of the user that the argument names.
    pub(crate) name: Option<UserName>,
}

/// A name of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UserName {
    /// The user principal name.
    Upn,
    /// The object id.
    Id,
    /// The name for people.
    Display,
}

/// How the paths of a hole start that are not of the arguments but of the answer.
pub(crate) const REPLY: &str = "reply.";

/// The parts of a template; `None` where its brackets do not pair.
pub(crate) fn pieces(template: &str) -> Option<Vec<Piece<'_>>> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('<') {
        let (inner, after) = after.split_once('>')?;
        if before.contains('>') || inner.is_empty() || inner.contains('<') {
            return None;
        }
        if !before.is_empty() {
            pieces.push(Piece::Text(before));
        }
        pieces.push(Piece::Hole(hole(inner)?));
        rest = after;
    }
    if rest.contains('>') {
        return None;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    Some(pieces)
}

fn hole(inner: &str) -> Option<Hole<'_>> {
    let (paths, name) = match inner.split_once(':') {
        None => (inner, None),
        Some((paths, "upn")) => (paths, Some(UserName::Upn)),
        Some((paths, "id")) => (paths, Some(UserName::Id)),
        Some((paths, "name")) => (paths, Some(UserName::Display)),
        Some(_) => return None,
    };
    Some(Hole { paths: paths.split('|').collect(), name })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_are_told_from_text() {
        let hole = |paths: &[&'static str], name| Piece::Hole(Hole { paths: paths.to_vec(), name });
        let cases: [(&str, Option<Vec<Piece>>); 7] = [
            ("a", Some(vec![Piece::Text("a")])),
            ("", Some(vec![])),
            ("<a|b.c>", Some(vec![hole(&["a", "b.c"], None)])),
            ("x<a:id>y", Some(vec![Piece::Text("x"), hole(&["a"], Some(UserName::Id)), Piece::Text("y")])),
            ("<a", None),
            ("a>", None),
            ("<a:b>", None),
        ];
        for (template, expected) in cases {
            assert_eq!(pieces(template), expected, "{template}");
        }
    }
}
