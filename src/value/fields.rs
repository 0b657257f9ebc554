//! Which fields of its rows a read keeps.

/// Names of fields, compared without regard to case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields(Vec<String>);

impl Fields {
    /// The fields of these names.
    pub fn new<I>(names: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        Self(names.into_iter().map(Into::into).collect())
    }

    /// Whether a field of this name is kept.
    pub fn contains(&self, name: &str) -> bool {
        self.0.iter().any(|field| field.eq_ignore_ascii_case(name))
    }

    /// The names as they were given.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}
