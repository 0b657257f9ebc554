//! The modules of a run and what each of them imports.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use rhai::{Module, Shared};

/// The modules of a run by their ids.
#[derive(Clone, Default)]
pub(in crate::engine) struct Library(Arc<Mutex<HashMap<String, Loaded>>>);

struct Loaded {
    module: Shared<Module>,
    /// What it imports: the id of the module behind each name.
    imports: HashMap<String, String>,
}

impl Library {
    /// Notes a module that was loaded.
    pub(in crate::engine) fn add(&self, id: &str, module: &Shared<Module>, imports: HashMap<String, String>) {
        let loaded = Loaded { module: Shared::clone(module), imports };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned(), loaded);
    }

    /// The module of this id.
    pub(super) fn module(&self, id: &str) -> Option<Shared<Module>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(id).map(|loaded| Shared::clone(&loaded.module))
    }

    /// The id of the module that one knows by this name.
    pub(super) fn import(&self, id: &str, name: &str) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(id)?.imports.get(name).cloned()
    }
}
