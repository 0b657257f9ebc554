//! A row of a reply: a map that is shared, not copied, and keeps its keys in the order of the reply.

use std::sync::Arc;

use rhai::{Dynamic, ImmutableString, Map};

use super::equal::equal;
use super::near::near;
use super::planned::Report;
use super::shape::Shape;

/// A map of a reply. Cloning it is cheap; changing it copies it first when somebody else has it too.
#[derive(Clone, Default)]
pub struct Row(Arc<Content>);

/// One allocation for each row, and counters that rows do not share: threads that clone different rows of one
/// reply do not wait for each other.
#[derive(Clone, Default)]
struct Content {
    shape: Arc<Shape>,
    /// One for each key of the shape.
    values: Box<[Dynamic]>,
}

impl Row {
    /// A row with the same keys and these values, in the same order; `None` when their numbers differ.
    pub fn with_values(&self, values: impl Into<Box<[Dynamic]>>) -> Option<Self> {
        let values = values.into();
        (values.len() == self.len()).then(|| Self::from_parts(Arc::clone(&self.0.shape), values))
    }

    /// A row without fields.
    pub fn new() -> Self {
        Self::default()
    }

    /// A row of this shape; as many values as the shape has keys.
    pub(super) fn from_parts(shape: Arc<Shape>, values: Box<[Dynamic]>) -> Self {
        debug_assert_eq!(shape.keys().len(), values.len());
        Self(Arc::new(Content { shape, values }))
    }

    pub(super) fn shape(&self) -> &Arc<Shape> {
        &self.0.shape
    }

    pub(super) fn value_list(&self) -> &[Dynamic] {
        &self.0.values
    }

    /// The row or map that this value is.
    pub fn of(value: &Dynamic) -> Option<Self> {
        if let Some(row) = value.read_lock::<Self>() {
            return Some(row.clone());
        }
        if let Some(report) = value.read_lock::<Report>() {
            return Some(report.known.as_ref().clone().into());
        }
        value.read_lock::<Map>().map(|map| map.clone().into())
    }

    /// The value of this very key.
    pub fn get(&self, key: &str) -> Option<&Dynamic> {
        self.0.shape.find(key).map(|at| &self.0.values[at])
    }

    /// The value of this key, or of the first one that is the same but for its case.
    pub fn get_ignoring_case(&self, key: &str) -> Option<&Dynamic> {
        self.place(key).map(|at| &self.0.values[at])
    }

    /// The value of this key, or of the first one that is the same but for its case, for changing it.
    pub fn get_mut_ignoring_case(&mut self, key: &str) -> Option<&mut Dynamic> {
        let at = self.place(key)?;
        Some(&mut Arc::make_mut(&mut self.0).values[at])
    }

    /// All values, for changing them.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Dynamic> {
        Arc::make_mut(&mut self.0).values.iter_mut()
    }

    /// The key as the row spells it.
    pub fn spelling(&self, key: &str) -> Option<&ImmutableString> {
        self.place(key).map(|at| &self.0.shape.keys()[at])
    }

    /// A key of the row that `name` is probably a slip for, see the rules of `near`.
    pub fn near_miss(&self, name: &str) -> Option<&str> {
        self.keys().find(|key| near(name, key)).map(|key| key.as_str())
    }

    /// Whether it has this very key.
    pub fn contains(&self, key: &str) -> bool {
        self.0.shape.find(key).is_some()
    }

    /// Sets the value of this very key; a new key comes last.
    pub fn set(&mut self, key: &str, value: impl Into<Dynamic>) {
        let place = self.0.shape.find(key);
        let content = Arc::make_mut(&mut self.0);
        match place {
            Some(at) => content.values[at] = value.into(),
            None => {
                Shape::push(&mut content.shape, key.into());
                let mut values = std::mem::take(&mut content.values).into_vec();
                values.push(value.into());
                content.values = values.into();
            }
        }
    }

    /// Takes this very key out and gives its value.
    pub fn remove(&mut self, key: &str) -> Option<Dynamic> {
        let at = self.0.shape.find(key)?;
        let content = Arc::make_mut(&mut self.0);
        Shape::remove(&mut content.shape, at);
        let mut values = std::mem::take(&mut content.values).into_vec();
        let value = values.remove(at);
        content.values = values.into();
        Some(value)
    }

    /// Takes over all fields of `other`; where both have a key, the value of `other` counts.
    pub fn merge(&mut self, other: &Self) {
        for (key, value) in other.iter() {
            self.set(key, value.clone());
        }
    }

    /// The keys, in the order of the reply.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &ImmutableString> {
        self.0.shape.keys().iter()
    }

    /// Whether both rows are known to have the same keys in the same order; they may even when this is `false`.
    pub fn shares_keys(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0.shape, &other.0.shape)
    }

    /// The values, in the order of the reply.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &Dynamic> {
        self.0.values.iter()
    }

    /// Keys and values, in the order of the reply.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&ImmutableString, &Dynamic)> {
        self.keys().zip(self.values())
    }

    /// How many fields it has.
    pub fn len(&self) -> usize {
        self.0.values.len()
    }

    /// Whether it has no fields.
    pub fn is_empty(&self) -> bool {
        self.0.values.is_empty()
    }

    /// The same fields as a plain map, sorted by key.
    pub fn to_map(&self) -> Map {
        self.iter().map(|(key, value)| (key.as_str().into(), value.clone())).collect()
    }

    fn place(&self, key: &str) -> Option<usize> {
        self.0.shape.find(key).or_else(|| self.0.shape.find_ignoring_case(key))
    }
}

impl From<Map> for Row {
    fn from(map: Map) -> Self {
        map.into_iter().map(|(key, value)| (ImmutableString::from(key), value)).collect()
    }
}

impl<K: Into<ImmutableString>> FromIterator<(K, Dynamic)> for Row {
    /// Where a key comes again, its last value counts.
    fn from_iter<I: IntoIterator<Item = (K, Dynamic)>>(fields: I) -> Self {
        let (keys, values): (Vec<_>, Vec<_>) = fields.into_iter().map(|(key, value)| (key.into(), value)).unzip();
        let (shape, places) = Shape::of(keys);
        Self::from_parts(Arc::new(shape), places.pick(values.into()))
    }
}

impl PartialEq for Row {
    /// The same keys with equal values, in any order.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
            || self.len() == other.len()
                && self.iter().all(|(key, value)| other.get(key).is_some_and(|other| equal(value, other)))
    }
}

impl std::fmt::Debug for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("#")?;
        f.debug_map().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(fields: &[(&str, i64)]) -> Row {
        fields.iter().map(|(key, value)| (*key, Dynamic::from(*value))).collect()
    }

    fn text(row: &Row) -> String {
        row.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn keys_keep_their_order_and_the_last_of_equal_keys_counts() {
        assert_eq!(text(&row(&[("z", 1), ("a", 2), ("z", 3), ("Z", 4)])), "z=3 a=2 Z=4");
    }

    #[test]
    fn fields_are_found_by_their_name() {
        let row = row(&[("displayName", 1), ("ID", 2), ("id", 3)]);
        for (name, exact, ignoring_case, spelling) in [
            ("displayName", Some(1), Some(1), Some("displayName")),
            ("DisplayName", None, Some(1), Some("displayName")),
            ("id", Some(3), Some(3), Some("id")),
            ("Id", None, Some(2), Some("ID")),
            ("displayNam", None, None, None),
        ] {
            let int = |value: Option<&Dynamic>| value.map(|value| value.as_int().unwrap());
            assert_eq!(int(row.get(name)), exact, "{name}");
            assert_eq!(int(row.get_ignoring_case(name)), ignoring_case, "{name}");
            assert_eq!(row.spelling(name).map(|key| key.as_str()), spelling, "{name}");
            assert_eq!(row.contains(name), exact.is_some(), "{name}");
        }
        assert_eq!(row.near_miss("displayNam"), Some("displayName"));
        assert_eq!(row.near_miss("surname"), None);
    }

    #[test]
    fn a_change_leaves_other_holders_of_the_row_alone() {
        let first = row(&[("a", 1), ("b", 2)]);
        let mut second = first.clone();
        second.set("a", 5);
        second.set("c", 6);
        assert_eq!(second.remove("b").unwrap().as_int().unwrap(), 2);
        assert!(second.remove("b").is_none());
        assert_eq!((text(&first), text(&second)), ("a=1 b=2".into(), "a=5 c=6".into()));
    }

    #[test]
    fn rows_that_change_in_the_same_way_share_their_shape() {
        let first = row(&[("a", 1)]);
        let (mut second, mut third) = (first.clone(), first.clone());
        second.set("b", 2);
        third.set("b", 3);
        assert!(second.shares_keys(&third));
        assert_eq!((text(&second), text(&third)), ("a=1 b=2".into(), "a=1 b=3".into()));
        second.remove("a");
        third.remove("a");
        assert!(second.shares_keys(&third));
        assert_eq!((text(&second), text(&third)), ("b=2".into(), "b=3".into()));
    }

    #[test]
    fn a_long_row_grows_and_shrinks() {
        let mut row = Row::new();
        let shared = (0..200_i64).map(|n| (format!("key{n}"), Dynamic::from(n))).collect::<Row>();
        let _other = shared.clone();
        row.merge(&shared);
        let mut copy = row.clone();
        for n in (0..200_i64).step_by(2) {
            copy.remove(&format!("key{n}"));
            copy.set(&format!("new{n}"), n);
        }
        assert_eq!((row.len(), copy.len()), (200, 200));
        for n in 0..200_i64 {
            assert_eq!(row.get(&format!("key{n}")).unwrap().as_int(), Ok(n));
            assert_eq!(copy.contains(&format!("key{n}")), n % 2 == 1);
            assert_eq!(copy.contains(&format!("new{n}")), n % 2 == 0);
        }
    }

    #[test]
    fn endless_changes_of_one_row_leave_nothing_behind() {
        let first = row(&[("a", 1)]);
        let mut changing = first.clone();
        for n in 0..100_000_i64 {
            changing.set("b", n);
            changing.remove("b");
        }
        assert!(Arc::strong_count(&changing.0.shape) == 1 && changing == first);
    }

    #[test]
    fn rows_are_equal_by_their_fields() {
        let nested = |n: i64| Dynamic::from(row(&[("x", n)]));
        let a: Row = [("n", nested(1)), ("f", 1.into()), ("s", "t".into())].into_iter().collect();
        let b: Row = [("s", "t".into()), ("f", 1.0.into()), ("n", Dynamic::from(row(&[("x", 1)]).to_map()))]
            .into_iter()
            .collect();
        let c: Row = [("s", "t".into()), ("f", 1.0.into()), ("n", nested(2))].into_iter().collect();
        assert!(a == b && a != c && a != Row::new());
        assert_eq!(Row::from(a.to_map()), a);
    }

    #[test]
    fn a_row_can_be_a_value_and_cross_threads() {
        fn is<T: Clone + Send + Sync + 'static>() {}
        is::<Row>();
        let value = Dynamic::from(row(&[("a", 1)]));
        assert_eq!(format!("{:?}", *value.read_lock::<Row>().unwrap()), r#"#{"a": 1}"#);
    }
}
