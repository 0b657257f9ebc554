//! The guard as it stands in a file, with the line of each of its rules.

use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
};

use serde::{Deserialize, de::IgnoredAny};
use toml::Spanned;

use super::layer::{Entry, Layer, Lists, Rule};
use super::names;
use crate::failure::{Failure, Kind};

/// The name of a project's file.
const PROJECT: &str = "cippsh.toml";

/// How its four keys are written.
const FORM: &str = r#"write for example effects = ["read", "write"], tenants = { allow = ["contoso.com", "group:Pilots"] }, endpoints = { deny = ["Remove*"] }, max_writes = 50"#;

/// The project's file for a script or a working directory: the nearest one upward from there.
pub fn project_file(from: &Path) -> Option<PathBuf> {
    from.ancestors().map(|directory| directory.join(PROJECT)).find(|file| file.is_file())
}

/// The guards of the user's settings: the one for all connections, and that of the connection.
///
/// # Errors
///
/// The file cannot be read, or says something that no guard knows.
pub fn of_settings(path: &Path, connection: &str) -> Result<Vec<Layer>, Failure> {
    let Some(text) = read(path)? else { return Ok(Vec::new()) };
    let source = Source { path, text: &text };
    let mut file: Settings = source.parse()?;
    let own = file.connections.remove(connection).and_then(|entry| entry.guard);
    [file.guard, own].into_iter().flatten().map(|section| section.layer(&source)).collect()
}

/// The guard of a project.
///
/// # Errors
///
/// The file cannot be read, or says something that no project knows: what is misspelt would allow without a word.
pub fn of_project(path: &Path) -> Result<Option<Layer>, Failure> {
    let Some(text) = read(path)? else { return Ok(None) };
    let source = Source { path, text: &text };
    let file: Project = source.parse()?;
    file.guard.map(|section| section.layer(&source)).transpose()
}

fn read(path: &Path) -> Result<Option<String>, Failure> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(cause) => {
            Err(Failure::new(Kind::Command, format!("cannot read the guard in {}", path.display())).because(cause))
        }
    }
}

/// What else stands in the user's settings is read elsewhere, and refused there when it is misspelt; but a table that
/// nobody knows may be a misspelt guard.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "named so that they are known")]
struct Settings {
    guard: Option<Section>,
    #[serde(default)]
    connections: BTreeMap<String, Connection>,
    repl: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Connection {
    guard: Option<Section>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Project {
    guard: Option<Section>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Section {
    effects: Option<Spanned<Vec<Spanned<String>>>>,
    tenants: Option<Names>,
    endpoints: Option<Names>,
    max_writes: Option<Spanned<usize>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Names {
    allow: Option<Spanned<Vec<Spanned<String>>>>,
    deny: Option<Spanned<Vec<Spanned<String>>>>,
}

/// A file and its text.
struct Source<'s> {
    path: &'s Path,
    text: &'s str,
}

impl Source<'_> {
    fn parse<'t, T: Deserialize<'t>>(&'t self) -> Result<T, Failure> {
        toml::from_str(self.text).map_err(|cause| {
            let at = self.place(cause.span().map_or(0, |span| span.start));
            // Elsewhere the parser's words may quote a secret; about the guard's own keys they do not.
            let words = cause.message();
            let words = if words.starts_with("unknown field") || words.starts_with("missing field") {
                words
            } else {
                "it is not what is expected there"
            };
            Failure::new(Kind::Command, format!("the guard in {at} cannot be read")).because(words).hint(FORM)
        })
    }

    /// `file:line`.
    fn place(&self, at: usize) -> String {
        let line = self.text.get(..at).unwrap_or_default().matches('\n').count() + 1;
        let here = std::env::current_dir().ok();
        let path = here.as_deref().and_then(|here| self.path.strip_prefix(here).ok()).unwrap_or(self.path);
        format!("{}:{line}", path.display())
    }

    fn wrong(&self, at: usize, what: impl fmt::Display) -> Failure {
        Failure::new(Kind::Command, format!("the guard in {} cannot be read", self.place(at))).because(what)
    }

    fn rule<T>(&self, spanned: &Spanned<T>) -> String {
        self.place(spanned.span().start)
    }

    fn entries(&self, list: Option<&Spanned<Vec<Spanned<String>>>>) -> Option<Rule<Vec<Entry>>> {
        let list = list?;
        let entry = |name: &Spanned<String>| Entry { name: name.get_ref().trim().to_owned(), place: self.rule(name) };
        Some(Rule { place: self.rule(list), what: list.get_ref().iter().map(entry).collect() })
    }

    fn lists(&self, names: Option<&Names>) -> Lists {
        names.map_or_else(Lists::default, |names| Lists {
            allow: self.entries(names.allow.as_ref()),
            deny: self.entries(names.deny.as_ref()).map(|rule| rule.what).unwrap_or_default(),
        })
    }
}

impl Section {
    fn layer(self, source: &Source) -> Result<Layer, Failure> {
        let effects = self.effects.map(|list| {
            let classes = list.get_ref().iter().map(|name| {
                super::Class::named(name.get_ref()).ok_or_else(|| {
                    let what = format!("there is no effect \"{}\"; {}", name.get_ref(), super::Class::all());
                    source.wrong(name.span().start, what)
                })
            });
            Ok::<_, Failure>(Rule { place: source.rule(&list), what: classes.collect::<Result<Vec<_>, _>>()? })
        });
        let layer = Layer {
            effects: effects.transpose()?,
            tenants: source.lists(self.tenants.as_ref()),
            endpoints: source.lists(self.endpoints.as_ref()),
            max_writes: self.max_writes.map(|most| Rule { place: source.rule(&most), what: *most.get_ref() }),
        };
        for entry in layer.endpoints.entries() {
            if !names::is_known(&entry.name) {
                let failure = Failure::new(Kind::Command, format!("the guard in {} cannot be read", entry.place))
                    .because(format!("no endpoint or action is of the name \"{}\"", entry.name));
                return Err(match names::nearest(&entry.name) {
                    near if near.is_empty() => failure,
                    near => failure.hint(format!("did you mean {}?", near.join(" or "))),
                });
            }
        }
        Ok(layer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(text: &str) -> Result<Option<Layer>, Failure> {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(PROJECT);
        std::fs::write(&path, text).unwrap();
        of_project(&path)
    }

    #[test]
    fn each_rule_knows_its_line() {
        let text = "# What the project may do.\n\n[guard]\neffects = [\"read\", \"Write\"]\nmax_writes = 3\n\n[guard.tenants]\nallow = [\n  \"contoso.com\",\n]\ndeny = [\"a\", \"b\"]\n[guard.endpoints]\ndeny = [\"List*\"]\n";
        let layer = project(text).unwrap().unwrap();
        let line = |place: &str| place.rsplit(':').next().unwrap().to_owned();
        assert_eq!(line(&layer.effects.as_ref().unwrap().place), "4");
        assert_eq!(line(&layer.max_writes.as_ref().unwrap().place), "5");
        assert_eq!(line(&layer.tenants.allow.as_ref().unwrap().what[0].place), "9");
        assert_eq!(line(&layer.tenants.deny[1].place), "11");
        assert_eq!(line(&layer.endpoints.deny[0].place), "13");
    }

    #[test]
    fn what_is_misspelt_is_refused() {
        let cases = [
            ("[gard]\n", ":1 ", "unknown field `gard`"),
            ("[defaults]\n", ":1 ", "unknown field `defaults`"),
            ("[libraries]\n", ":1 ", "unknown field `libraries`"),
            ("[guard]\nefects = []\n", ":2 ", "unknown field `efects`"),
            ("[guard]\n\n[guard.tenants]\nalow = []\n", ":4 ", "unknown field `alow`"),
            ("[guard]\neffects = [\"reed\"]\n", ":2 ", "there is no effect \"reed\""),
            ("[guard]\nmax_writes = -1\n", ":2 ", "it is not what is expected there"),
            ("[guard]\ntenants = [\"contoso.com\"]\n", ":2 ", "it is not what is expected there"),
            ("[guard.endpoints]\ndeny = [\"ExecPerUserMFAA\"]\n", ":2 ", "no endpoint or action is of the name"),
            ("[guard.endpoints]\ndeny = [\"Exce*\"]\n", ":2 ", "no endpoint or action is of the name"),
        ];
        for (text, place, why) in cases {
            let failure = project(text).unwrap_err();
            assert!(failure.message.contains(place), "{text}: {failure}");
            assert!(failure.causes[0].contains(why), "{text}: {:?}", failure.causes);
            assert_eq!(failure.kind, Kind::Command);
        }
        assert!(project("").unwrap().is_none());
        let hint = &project("[guard]\ntenants = []\n").unwrap_err().hints[0];
        let example = hint.strip_prefix("write for example ").unwrap().replace("], ", "]\n").replace("}, ", "}\n");
        assert!(project(&format!("[guard]\n{example}\n")).unwrap().is_some(), "{example}");
    }

    #[test]
    fn the_settings_have_a_guard_for_all_and_one_for_each_connection() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("config.toml");
        let text = "[guard]\neffects = []\n[connections.a]\nurl = \"x\"\nsecret = { env = \"S\" }\n[connections.a.guard]\nmax_writes = 1\n";
        std::fs::write(&path, text).unwrap();
        let layers = of_settings(&path, "a").unwrap();
        assert!(layers[0].effects.is_some() && layers[1].max_writes.is_some());
        assert_eq!(of_settings(&path, "b").unwrap().len(), 1);
        assert!(of_settings(&directory.path().join("none.toml"), "a").unwrap().is_empty());
        std::fs::write(&path, text.replace("max_writes", "most_writes")).unwrap();
        assert!(of_settings(&path, "b").unwrap_err().message.contains(":7 "));
    }

    #[test]
    fn the_nearest_file_upward_counts() {
        let directory = tempfile::tempdir().unwrap();
        let deep = directory.path().join("a/b");
        std::fs::create_dir_all(&deep).unwrap();
        assert_eq!(project_file(&deep), None);
        let file = directory.path().join("a").join(PROJECT);
        std::fs::write(&file, "").unwrap();
        assert_eq!(project_file(&deep), Some(file));
    }
}
