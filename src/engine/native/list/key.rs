//! Values that rows are told apart by. They compare as the language does: text and numbers not at all.

use std::cmp::Ordering;

use rhai::{Dynamic, ImmutableString};

use crate::value::TenantHandle;

/// What a row is known by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Key {
    /// `()`.
    Absent,
    Bool(bool),
    Int(i64),
    /// The bits of a number that is not whole.
    Float(u64),
    Text(ImmutableString),
}

impl Key {
    fn of(value: &Dynamic) -> Option<Self> {
        if let Ok(text) = value.as_immutable_string_ref() {
            return Some(Self::Text(text.clone()));
        }
        if value.is_unit() {
            return Some(Self::Absent);
        }
        if let Ok(number) = value.as_int() {
            return Some(Self::Int(number));
        }
        if let Ok(number) = value.as_float() {
            // The language finds 1.0 and 1 equal.
            let whole = number.fract() == 0.0 && number.abs() < 9e15;
            return Some(if whole { Self::Int(number as i64) } else { Self::Float(number.to_bits()) });
        }
        if let Ok(truth) = value.as_bool() {
            return Some(Self::Bool(truth));
        }
        if let Ok(letter) = value.as_char() {
            return Some(Self::Text(letter.to_string().into()));
        }
        value.read_lock::<TenantHandle>().map(|tenant| Self::Text(tenant.domain.as_str().into()))
    }

    /// As the key of a map; that of an absent value is empty.
    pub(super) fn text(&self) -> ImmutableString {
        match self {
            Self::Absent => ImmutableString::new(),
            Self::Bool(truth) => truth.to_string().into(),
            Self::Int(number) => number.to_string().into(),
            Self::Float(bits) => f64::from_bits(*bits).to_string().into(),
            Self::Text(text) => text.clone(),
        }
    }

    /// As the script would see it.
    pub(super) fn value(&self) -> Dynamic {
        match self {
            Self::Absent => Dynamic::UNIT,
            Self::Bool(truth) => (*truth).into(),
            Self::Int(number) => (*number).into(),
            Self::Float(bits) => f64::from_bits(*bits).into(),
            Self::Text(text) => text.clone().into(),
        }
    }

    pub(super) fn is_absent(&self) -> bool {
        *self == Self::Absent
    }

    /// The order of two keys of one kind; an absent one comes last, also when the order is turned around.
    pub(super) fn order(&self, other: &Self, descending: bool) -> Ordering {
        let order = match (self, other) {
            (Self::Absent, Self::Absent) => return Ordering::Equal,
            (Self::Absent, _) => return Ordering::Greater,
            (_, Self::Absent) => return Ordering::Less,
            (Self::Text(a), Self::Text(b)) => a.as_str().cmp(b.as_str()),
            (Self::Int(a), Self::Int(b)) => a.cmp(b),
            (Self::Bool(a), Self::Bool(b)) => a.cmp(b),
            _ => self.number().total_cmp(&other.number()),
        };
        if descending { order.reverse() } else { order }
    }

    fn number(&self) -> f64 {
        match self {
            Self::Int(number) => *number as f64,
            Self::Float(bits) => f64::from_bits(*bits),
            _ => 0.0,
        }
    }

    fn kind(&self) -> Option<&'static str> {
        match self {
            Self::Absent => None,
            Self::Bool(_) => Some("true or false"),
            Self::Int(_) | Self::Float(_) => Some("a number"),
            Self::Text(_) => Some("text"),
        }
    }
}

/// Sees to it that keys are of one kind, since others never compare.
#[derive(Default)]
pub(super) struct Kinds(Option<&'static str>);

impl Kinds {
    /// The key that this value is, or what is wrong with it.
    pub(super) fn key(&mut self, value: &Dynamic) -> Result<Key, String> {
        let key = Key::of(value).ok_or("is neither text, a number, nor true or false")?;
        match (key.kind(), self.0) {
            (Some(kind), Some(before)) if kind != before => Err(format!("is {kind}, but was {before} before")),
            (Some(kind), None) => {
                self.0 = Some(kind);
                Ok(key)
            }
            _ => Ok(key),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_order_as_the_language_does_and_absent_ones_last() {
        for (a, b, ascending) in [
            (Dynamic::from(2_i64), Dynamic::from(10_i64), Ordering::Less),
            (2_i64.into(), 2.5.into(), Ordering::Less),
            (2.0.into(), 2_i64.into(), Ordering::Equal),
            ("b".into(), "a".into(), Ordering::Greater),
            ("a".into(), "B".into(), Ordering::Greater),
            (false.into(), true.into(), Ordering::Less),
        ] {
            let (a, b) = (Key::of(&a).unwrap(), Key::of(&b).unwrap());
            assert_eq!(a.order(&b, false), ascending, "{a:?} {b:?}");
            assert_eq!(a.order(&b, true), ascending.reverse(), "{a:?} {b:?}");
            for descending in [false, true] {
                assert_eq!(a.order(&Key::Absent, descending), Ordering::Less);
                assert_eq!(Key::Absent.order(&b, descending), Ordering::Greater);
            }
        }
    }

    #[test]
    fn kinds_do_not_mix() {
        let mut kinds = Kinds::default();
        assert_eq!(kinds.key(&Dynamic::UNIT), Ok(Key::Absent));
        assert_eq!(kinds.key(&4_i64.into()), Ok(Key::Int(4)));
        assert_eq!(kinds.key(&4.5.into()), Ok(Key::Float(4.5_f64.to_bits())));
        assert_eq!(kinds.key(&"4".into()), Err("is text, but was a number before".into()));
        assert_eq!(kinds.key(&Dynamic::from_array(vec![])), Err("is neither text, a number, nor true or false".into()));
    }
}
