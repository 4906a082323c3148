//! What one process remembers about its installation to be quick.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// One value of each type that was asked for, made when it first is.
#[derive(Default)]
pub(crate) struct Memory(RwLock<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>);

impl Memory {
    pub(crate) fn get<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let found = kept.get(&TypeId::of::<T>()).cloned();
        drop(kept);
        let found = found.unwrap_or_else(|| {
            let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(kept.entry(TypeId::of::<T>()).or_insert_with(|| Arc::new(T::default())))
        });
        found.downcast().unwrap_or_default()
    }
}

impl std::fmt::Debug for Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Memory")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[test]
    fn each_type_has_one_value() {
        let memory = Memory::default();
        memory.get::<AtomicU32>().fetch_add(7, Ordering::Relaxed);
        assert_eq!(memory.get::<AtomicU32>().load(Ordering::Relaxed), 7);
        assert_eq!(memory.get::<String>().as_str(), "");
    }
}
