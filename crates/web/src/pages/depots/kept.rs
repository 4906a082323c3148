use std::{
    collections::{HashMap, VecDeque},
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};

/// The last `MOST` answers to questions whose answers never change.
pub(super) struct Kept<K, V, const MOST: usize>(Mutex<Inside<K, V>>);

struct Inside<K, V> {
    found: HashMap<K, Arc<V>>,
    oldest_first: VecDeque<K>,
}

impl<K, V, const MOST: usize> Default for Kept<K, V, MOST> {
    fn default() -> Self {
        Self(Mutex::new(Inside { found: HashMap::new(), oldest_first: VecDeque::new() }))
    }
}

impl<K: Hash + Eq + Clone, V, const MOST: usize> Kept<K, V, MOST> {
    /// The answer, if it is still known.
    pub(super) fn get(&self, key: &K) -> Option<Arc<V>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).found.get(key).cloned()
    }

    /// Remembers an answer and forgets the oldest one.
    pub(super) fn put(&self, key: K, value: V) -> Arc<V> {
        let value = Arc::new(value);
        let mut inside = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if inside.found.insert(key.clone(), Arc::clone(&value)).is_none() {
            inside.oldest_first.push_back(key);
        }
        if inside.oldest_first.len() > MOST
            && let Some(oldest) = inside.oldest_first.pop_front()
        {
            inside.found.remove(&oldest);
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::Kept;

    #[test]
    fn the_oldest_is_forgotten() {
        let kept = Kept::<u8, u8, 2>::default();
        for n in 1..=3 {
            kept.put(n, n * 10);
        }
        assert_eq!(kept.get(&1), None);
        assert_eq!(kept.get(&3).as_deref(), Some(&30));
    }
}
