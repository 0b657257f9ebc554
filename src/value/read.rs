//! JSON tokens to values, driven by serde.

use std::fmt;

use rhai::Dynamic;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::fields::Fields;
use super::intern::Interner;
use super::row::Row;
use super::trie::{Path, Trie};

/// What is shared by all values of one reply.
pub(super) struct Reader {
    pub(super) trie: Trie,
    texts: Interner,
    /// The values of the objects and arrays that are open, innermost last.
    pub(super) open: Vec<Dynamic>,
}

impl Reader {
    pub(super) fn new(wanted: Option<&Fields>) -> Self {
        Self { trie: Trie::new(wanted), texts: Interner::new(), open: Vec::new() }
    }

    /// Makes a row of the values from `base` on.
    pub(super) fn close_row(&mut self, path: Path, base: usize) -> Row {
        let (shape, places) = self.trie.form(path);
        let values: Box<[Dynamic]> = self.open.drain(base..).collect();
        Row::from_parts(shape, places.pick(values))
    }
}

/// Reads one value; an object starts at this path of the trie.
pub(super) struct Value<'r>(pub(super) &'r mut Reader, pub(super) Path);

/// Reads one key of an object: the path that it leads to.
pub(super) struct Key<'r>(pub(super) &'r mut Trie, pub(super) Path);

impl<'de> DeserializeSeed<'de> for Value<'_> {
    type Value = Dynamic;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Dynamic, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_> {
    type Value = Dynamic;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Dynamic, E> {
        Ok(Dynamic::UNIT)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Dynamic, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Dynamic, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Dynamic, E> {
        Ok(i64::try_from(value).map_or_else(|_| (value as f64).into(), Dynamic::from))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Dynamic, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Dynamic, E> {
        Ok(self.0.texts.text(value).into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Dynamic, A::Error> {
        let base = self.0.open.len();
        while let Some(element) = elements.next_element_seed(Value(self.0, Trie::ROOT))? {
            self.0.open.push(element);
        }
        Ok(Dynamic::from_array(self.0.open.drain(base..).collect()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Dynamic, A::Error> {
        let Self(reader, mut path) = self;
        let base = reader.open.len();
        while let Some(next) = members.next_key_seed(Key(&mut reader.trie, path))? {
            path = next;
            if reader.trie.keeps(path) {
                let value = members.next_value_seed(Value(reader, Trie::ROOT))?;
                reader.open.push(value);
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Dynamic::from(reader.close_row(path, base)))
    }
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = Path;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Path, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = Path;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Path, E> {
        Ok(self.0.step(self.1, key))
    }
}
