//! The standard library, embedded; compiled when a script imports it.

/// Name and text of each module, sorted by name.
const MODULES: &[(&str, &str)] = &[
    ("groups", include_str!("../../stdlib/groups.rhai")),
    ("guests", include_str!("../../stdlib/guests.rhai")),
    ("incidents", include_str!("../../stdlib/incidents.rhai")),
    ("licenses", include_str!("../../stdlib/licenses.rhai")),
    ("lists", include_str!("../../stdlib/lists.rhai")),
    ("mailboxes", include_str!("../../stdlib/mailboxes.rhai")),
    ("mfa", include_str!("../../stdlib/mfa.rhai")),
    ("offboarding", include_str!("../../stdlib/offboarding.rhai")),
    ("onboarding", include_str!("../../stdlib/onboarding.rhai")),
    ("pending", include_str!("../../stdlib/pending.rhai")),
    ("report", include_str!("../../stdlib/report.rhai")),
    ("tenants", include_str!("../../stdlib/tenants.rhai")),
    ("users", include_str!("../../stdlib/users.rhai")),
];

/// The text of `std/<name>`.
pub(super) fn find(name: &str) -> Option<&'static str> {
    MODULES.iter().find(|module| module.0 == name).map(|module| module.1)
}

/// The names of all modules, without `std/`.
pub fn names() -> impl Iterator<Item = &'static str> {
    MODULES.iter().map(|module| module.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_library_is_embedded() {
        let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/stdlib");
        let mut files: Vec<_> = std::fs::read_dir(directory)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "rhai"))
            .map(|path| path.file_stem().unwrap().to_str().unwrap().to_string())
            .collect();
        files.sort();
        assert_eq!(names().collect::<Vec<_>>(), files);
    }
}
