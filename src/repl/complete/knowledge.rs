//! What is known beside the catalogue: what earlier lines have left, the server's tenants, files.

use std::collections::BTreeMap;

use rhai::{Array, Dynamic};

use crate::{
    engine::{Imported, Signature},
    value::Row,
};

/// Elements of a list that are looked at.
const LOOKED_AT: usize = 20;

/// How deep values are looked into.
const DEEPEST: usize = 4;

/// All of it.
#[derive(Debug, Default)]
pub(crate) struct Knowledge {
    /// The variables.
    pub(crate) variables: BTreeMap<String, Shape>,
    /// The functions.
    pub(crate) functions: Vec<Signature>,
    /// The modules.
    pub(crate) modules: Vec<Imported>,
}

/// What only looking elsewhere tells; it answers at once, with nothing where it does not know yet.
pub(crate) trait Elsewhere {
    /// The default domains of the tenants.
    fn tenants(&self) -> Vec<String>;

    /// The files and directories whose path starts so; directories end with a slash.
    fn files(&self, start: &str) -> Vec<String>;
}

/// How a value is built.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Shape {
    /// The properties of a map.
    pub(crate) keys: BTreeMap<String, Self>,
    /// An element of a list.
    pub(crate) element: Option<Box<Self>>,
}

impl Shape {
    /// The shape of a value.
    pub(crate) fn of(value: &Dynamic) -> Self {
        Self::down(value, DEEPEST)
    }

    fn down(value: &Dynamic, left: usize) -> Self {
        let mut shape = Self::default();
        let Some(left) = left.checked_sub(1) else { return shape };
        if let Some(elements) = value.read_lock::<Array>() {
            let mut element = Self::default();
            for value in elements.iter().take(LOOKED_AT) {
                element.merge(Self::down(value, left));
            }
            shape.element = Some(Box::new(element));
        } else if let Some(row) = Row::of(value) {
            shape.keys = row.iter().map(|(key, value)| (key.to_string(), Self::down(value, left))).collect();
        }
        shape
    }

    fn merge(&mut self, other: Self) {
        for (key, shape) in other.keys {
            self.keys.entry(key).or_default().merge(shape);
        }
        if let Some(element) = other.element {
            self.element.get_or_insert_default().merge(*element);
        }
    }

    /// The shape of a property, in any case of letters.
    pub(crate) fn property(&self, name: &str) -> Option<&Self> {
        let same = |key: &&String| key.eq_ignore_ascii_case(name);
        self.keys.keys().find(same).and_then(|key| self.keys.get(key))
    }
}
