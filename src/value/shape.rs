//! The keys of rows, held once for all rows that have the same keys in the same order.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, PoisonError};

use rhai::{Dynamic, ImmutableString};

/// Up to this many keys and changes, the shape that a change leads to is remembered for the next row. Rows
/// with more serve as dictionaries: each has a shape of its own, which then grows in place.
const REMEMBERED: usize = 64;

/// Which of the values of an object count, for each key of its shape.
#[derive(Clone)]
pub(super) enum Places {
    /// All of them: no key came twice.
    All,
    /// Those at these places: where a key came again, the last one.
    Some(Arc<[u32]>),
}

impl Places {
    pub(super) fn pick(&self, values: Box<[Dynamic]>) -> Box<[Dynamic]> {
        match self {
            Self::All => values,
            Self::Some(places) => places.iter().map(|&at| values[at as usize].clone()).collect(),
        }
    }
}

/// The keys of a row in the order of the reply.
#[derive(Default)]
pub(super) struct Shape {
    keys: Vec<ImmutableString>,
    /// Places in `keys`, sorted by [`key_order`].
    sorted: Vec<u32>,
    /// How many changes led here. Each remembered shape holds the next one, so their number must end.
    changes: usize,
    /// The last change of a row of this shape, and the shape that it led to: the next row most likely
    /// changes in the same way.
    next: Mutex<Option<(Change, Arc<Shape>)>>,
}

/// A change of the keys of a row.
#[derive(PartialEq)]
enum Change {
    Added(ImmutableString),
    Removed(usize),
}

impl Shape {
    /// A shape of these keys, each once, at the place where it came first.
    pub(super) fn of(keys: Vec<ImmutableString>) -> (Self, Places) {
        let mut places = HashMap::new();
        let (mut distinct, mut values) = (Vec::new(), Vec::new());
        for (at, key) in keys.iter().enumerate() {
            match places.entry(key) {
                Entry::Occupied(place) => values[*place.get()] = at as u32,
                Entry::Vacant(place) => {
                    place.insert(distinct.len());
                    distinct.push(key.clone());
                    values.push(at as u32);
                }
            }
        }
        let places = if distinct.len() < keys.len() { Places::Some(values.into()) } else { Places::All };
        (Self::new(distinct), places)
    }

    /// A shape of these keys, which must differ from each other.
    fn new(keys: Vec<ImmutableString>) -> Self {
        let mut sorted: Vec<u32> = (0..keys.len() as u32).collect();
        sorted.sort_unstable_by(|&a, &b| key_order(&keys[a as usize], &keys[b as usize]));
        Self { keys, sorted, changes: 0, next: Mutex::default() }
    }

    pub(super) fn keys(&self) -> &[ImmutableString] {
        &self.keys
    }

    /// The place of this very key.
    pub(super) fn find(&self, key: &str) -> Option<usize> {
        self.search(key).ok().map(|at| self.sorted[at] as usize)
    }

    /// The place of the first key that is the same but for its case.
    pub(super) fn find_ignoring_case(&self, key: &str) -> Option<usize> {
        self.keys.iter().position(|other| other.eq_ignore_ascii_case(key))
    }

    /// Adds a key that is not there yet at the end.
    pub(super) fn push(shape: &mut Arc<Self>, key: ImmutableString) {
        if let Some(own) = Arc::get_mut(shape) {
            own.insert(key);
        } else {
            let longer = shape.changed(Change::Added(key));
            *shape = longer;
        }
    }

    /// Leaves the key at this place out.
    pub(super) fn remove(shape: &mut Arc<Self>, at: usize) {
        let shorter = shape.changed(Change::Removed(at));
        *shape = shorter;
    }

    fn changed(&self, change: Change) -> Arc<Self> {
        if self.keys.len() > REMEMBERED || self.changes > REMEMBERED {
            return Arc::new(self.after(&change));
        }
        // A thread that panicked here left a whole entry or none.
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        match &*next {
            Some((last, shape)) if *last == change => Arc::clone(shape),
            _ => {
                let shape = Arc::new(self.after(&change));
                *next = Some((change, Arc::clone(&shape)));
                shape
            }
        }
    }

    fn after(&self, change: &Change) -> Self {
        let mut keys = self.keys.clone();
        match change {
            Change::Added(key) => keys.push(key.clone()),
            Change::Removed(at) => drop(keys.remove(*at)),
        }
        Self { changes: self.changes + 1, ..Self::new(keys) }
    }

    fn insert(&mut self, key: ImmutableString) {
        let at = self.search(&key).unwrap_or_else(|at| at);
        self.sorted.insert(at, self.keys.len() as u32);
        self.keys.push(key);
        self.next = Mutex::default();
    }

    fn search(&self, key: &str) -> Result<usize, usize> {
        self.sorted.binary_search_by(|&at| key_order(&self.keys[at as usize], key))
    }
}

/// By length first: most comparisons of a search then need not look at the letters.
fn key_order(a: &str, b: &str) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}
