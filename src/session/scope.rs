//! Which item of which bulk a thread works on, so that every write can be told from all others.

use std::{
    cell::RefCell,
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::{guard::Running, plan::Lane};
use crate::journal::{Identity, Kept};

/// What writes and bulks are counted in: the run, or one item of a bulk.
#[derive(Debug, Default)]
pub(super) struct Scope {
    bulk: String,
    item: String,
    /// How many items the bulk has; 0 outside of one.
    items: usize,
    /// The outermost bulk and its item, by number.
    lane: Option<Lane>,
    counts: Mutex<Counts>,
    /// The latest write.
    latest: Mutex<Option<Kept>>,
}

#[derive(Debug, Default)]
struct Counts {
    writes: HashMap<(String, String), u32>,
    bulks: HashMap<String, u32>,
    /// How many bulks have started here.
    started: usize,
}

/// The items of one bulk.
#[derive(Debug)]
pub struct Items {
    bulk: String,
    keys: Vec<String>,
    /// The item that it is started in.
    lane: Option<Lane>,
    /// Its number there.
    number: usize,
}

/// While this lives, what the thread writes belongs to the item.
#[derive(Debug)]
pub struct Inside(Option<Arc<Scope>>);

thread_local! {
    static CURRENT: RefCell<Option<Arc<Scope>>> = const { RefCell::new(None) };
}

impl Scope {
    /// The item that this thread works on, or else the run.
    pub(super) fn current(run: &Arc<Self>) -> Arc<Self> {
        CURRENT.with_borrow(|current| Arc::clone(current.as_ref().unwrap_or(run)))
    }

    /// Which one the next write is.
    pub(super) fn identity(&self, endpoint: &str, tenant: &str) -> Identity {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.writes.entry((endpoint.to_owned(), tenant.to_owned())).or_default();
        let nth = *count;
        *count += 1;
        Identity {
            bulk: self.bulk.clone(),
            item: self.item.clone(),
            endpoint: endpoint.to_owned(),
            tenant: tenant.to_owned(),
            nth,
        }
    }

    /// The bulk that it is an item of.
    pub(super) fn running(&self) -> Running<'_> {
        Running { bulk: &self.bulk, items: self.items }
    }

    /// The outermost bulk and its item, by number.
    pub(super) fn lane(&self) -> Option<Lane> {
        self.lane
    }

    /// Starts to work on what a plan holds: the next write is this one again.
    pub(super) fn again(identity: Identity, items: usize) -> Inside {
        let Identity { bulk, item, endpoint, tenant, nth } = identity;
        let counts = Counts { writes: HashMap::from([((endpoint, tenant), nth)]), ..Counts::default() };
        let scope = Self { bulk, item, items, counts: Mutex::new(counts), ..Self::default() };
        Inside(CURRENT.replace(Some(Arc::new(scope))))
    }

    /// Notes the latest write.
    pub(super) fn note(&self, kept: &Kept) {
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = Some(kept.clone());
    }

    /// The latest write.
    pub(super) fn latest(&self) -> Option<Kept> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The items of a bulk that starts here. Bulks and keys that repeat a name get a number.
    pub(super) fn items(&self, label: &str, keys: impl Iterator<Item = String>) -> Items {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let name = numbered(&mut counts.bulks, if label.is_empty() { "bulk" } else { label }.to_owned());
        let bulk = if self.bulk.is_empty() { name } else { format!("{}/{}/{name}", self.bulk, self.item) };
        let mut seen = HashMap::new();
        counts.started += 1;
        let keys = keys.map(|key| numbered(&mut seen, key)).collect();
        Items { bulk, keys, lane: self.lane, number: counts.started }
    }
}

fn numbered(seen: &mut HashMap<String, u32>, name: String) -> String {
    let count = seen.entry(name.clone()).or_default();
    *count += 1;
    if *count == 1 { name } else { format!("{name} #{count}") }
}

impl Items {
    /// The bulk as a whole.
    pub(super) fn running(&self) -> Running<'_> {
        Running { bulk: &self.bulk, items: self.keys.len() }
    }

    /// The keys of its items.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(String::as_str)
    }

    /// Starts to work on an item.
    pub fn enter(&self, index: usize) -> Inside {
        let item = self.keys.get(index).cloned().unwrap_or_default();
        let lane = self.lane.or(Some((self.number, index + 1)));
        let scope = Scope { bulk: self.bulk.clone(), item, items: self.keys.len(), lane, ..Scope::default() };
        Inside(CURRENT.replace(Some(Arc::new(scope))))
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        CURRENT.set(self.0.take());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_write_has_a_name_of_its_own() {
        let run = Arc::new(Scope::default());
        let told = |endpoint| {
            let of = Scope::current(&run).identity(endpoint, "t");
            format!("{}|{}|{}|{}", of.bulk, of.item, of.endpoint, of.nth)
        };
        assert_eq!([told("A"), told("B"), told("A")], ["||A|0", "||B|0", "||A|1"]);
        let keys = || ["x", "y", "x"].into_iter().map(String::from);
        for bulk in ["bulk", "bulk #2"] {
            let items = Scope::current(&run).items("", keys());
            for (index, key) in ["x", "y", "x #2"].into_iter().enumerate() {
                let _inside = items.enter(index);
                assert_eq!([told("A"), told("A")], [format!("{bulk}|{key}|A|0"), format!("{bulk}|{key}|A|1")]);
            }
        }
        let outer = Scope::current(&run).items("outer", keys());
        let _inside = outer.enter(1);
        let inner = Scope::current(&run).items("inner", keys());
        {
            let _inside = inner.enter(0);
            assert_eq!(told("A"), "outer/y/inner|x|A|0");
        }
        assert_eq!(told("A"), "outer|y|A|0");
    }
}
