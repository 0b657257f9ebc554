//! Finds the shape of an object while its keys arrive one by one.
//!
//! Objects of one reply mostly have the same keys in the same order, so each node remembers the key that
//! followed it last: a known key costs one comparison and no allocation.

use std::collections::HashMap;
use std::sync::Arc;

use rhai::ImmutableString;

use super::fields::Fields;
use super::shape::{Places, Shape};

/// A node of the trie: the keys that led to it, in their order.
pub(super) type Path = u32;

/// The paths of all objects of one reply.
pub(super) struct Trie {
    nodes: Vec<Node>,
    wanted: Option<Fields>,
}

struct Node {
    key: ImmutableString,
    parent: Path,
    /// Below [`Trie::WANTED`].
    filtered: bool,
    kept: bool,
    /// The child that was taken last; the root when there is none.
    last: Path,
    children: HashMap<ImmutableString, Path>,
    form: Option<(Arc<Shape>, Places)>,
}

impl Trie {
    /// Where every object starts, but for rows of which only some fields are wanted.
    pub(super) const ROOT: Path = 0;
    /// Where rows start of which only the wanted fields are kept.
    pub(super) const WANTED: Path = 1;

    pub(super) fn new(wanted: Option<&Fields>) -> Self {
        let root = |filtered| Node::new(ImmutableString::new(), Self::ROOT, filtered, false);
        Self { nodes: vec![root(false), root(true)], wanted: wanted.cloned() }
    }

    /// The path that this key leads to.
    pub(super) fn step(&mut self, path: Path, key: &str) -> Path {
        let node = &self.nodes[path as usize];
        if node.last != Self::ROOT && self.nodes[node.last as usize].key == key {
            return node.last;
        }
        let next = node.children.get(key).copied().unwrap_or_else(|| self.grow(path, key));
        self.nodes[path as usize].last = next;
        next
    }

    /// The last key of the path.
    pub(super) fn key(&self, path: Path) -> &str {
        &self.nodes[path as usize].key
    }

    /// Whether the value of the path's last key is kept.
    pub(super) fn keeps(&self, path: Path) -> bool {
        self.nodes[path as usize].kept
    }

    /// The shape of an object that ends here, and which of its values count.
    pub(super) fn form(&mut self, path: Path) -> (Arc<Shape>, Places) {
        if let Some(form) = &self.nodes[path as usize].form {
            return form.clone();
        }
        let (shape, places) = Shape::of(self.kept_keys(path));
        let form = (Arc::new(shape), places);
        self.nodes[path as usize].form = Some(form.clone());
        form
    }

    fn grow(&mut self, path: Path, key: &str) -> Path {
        let next = self.nodes.len() as Path;
        let key = ImmutableString::from(key);
        let filtered = self.nodes[path as usize].filtered;
        let kept = !filtered || self.wanted.as_ref().is_none_or(|wanted| wanted.contains(&key));
        self.nodes.push(Node::new(key.clone(), path, filtered, kept));
        self.nodes[path as usize].children.insert(key, next);
        next
    }

    fn kept_keys(&self, mut path: Path) -> Vec<ImmutableString> {
        let mut keys = Vec::new();
        while path > Self::WANTED {
            let node = &self.nodes[path as usize];
            if node.kept {
                keys.push(node.key.clone());
            }
            path = node.parent;
        }
        keys.reverse();
        keys
    }
}

impl Node {
    fn new(key: ImmutableString, parent: Path, filtered: bool, kept: bool) -> Self {
        Self { key, parent, filtered, kept, last: Trie::ROOT, children: HashMap::new(), form: None }
    }
}
