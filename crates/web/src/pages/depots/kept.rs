use std::{
    collections::{HashMap, VecDeque},
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::{Semaphore, watch};

/// So many long answers of a kind are worked out at a time; others wait for their turn.
const AT_ONCE: usize = 2;

/// The last `MOST` answers to questions whose answers never change.
pub(super) struct Kept<K, V, const MOST: usize> {
    inside: Mutex<Inside<K, V>>,
    turns: Semaphore,
}

struct Inside<K, V> {
    found: HashMap<K, Arc<V>>,
    oldest_first: VecDeque<K>,
    /// Closed when the answer is there, or will not come.
    under_way: HashMap<K, watch::Receiver<()>>,
}

impl<K, V, const MOST: usize> Default for Kept<K, V, MOST> {
    fn default() -> Self {
        let inside = Inside {
            found: HashMap::new(),
            oldest_first: VecDeque::new(),
            under_way: HashMap::new(),
        };
        Self { inside: Mutex::new(inside), turns: Semaphore::new(AT_ONCE) }
    }
}

impl<K: Hash + Eq + Clone, V, const MOST: usize> Kept<K, V, MOST> {
    fn lock(&self) -> MutexGuard<'_, Inside<K, V>> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The answer, if it is still known.
    pub(super) fn get(&self, key: &K) -> Option<Arc<V>> {
        self.lock().found.get(key).cloned()
    }

    /// Remembers an answer and forgets the oldest one.
    pub(super) fn put(&self, key: K, value: V) -> Arc<V> {
        let value = Arc::new(value);
        let mut inside = self.lock();
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

impl<K, V, const MOST: usize> Kept<K, V, MOST>
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    /// The answer, which `work` finds where it is not known; nothing where that takes longer than
    /// `patience`, or `work` finds nothing. However many ask, it is worked out once, and to its
    /// end, for whoever asks next.
    pub(super) async fn work(
        self: Arc<Self>,
        key: K,
        patience: Duration,
        work: impl FnOnce() -> Option<V> + Send + 'static,
    ) -> Option<Arc<V>> {
        let mut done = {
            let mut inside = self.lock();
            if let Some(found) = inside.found.get(&key) {
                return Some(Arc::clone(found));
            }
            match inside.under_way.get(&key) {
                Some(done) => done.clone(),
                None => {
                    let (tell, done) = watch::channel(());
                    inside.under_way.insert(key.clone(), done.clone());
                    tokio::spawn(Arc::clone(&self).work_out(key.clone(), work, tell));
                    done
                }
            }
        };
        // Nothing is ever sent: the end of the sender is what is waited for.
        let _ = tokio::time::timeout(patience, done.changed()).await;
        self.get(&key)
    }

    async fn work_out(
        self: Arc<Self>,
        key: K,
        work: impl FnOnce() -> Option<V> + Send + 'static,
        tell: watch::Sender<()>,
    ) {
        let turn = self.turns.acquire().await;
        let found = tokio::task::spawn_blocking(work).await.ok().flatten();
        drop(turn);
        if let Some(found) = found {
            self.put(key.clone(), found);
        }
        self.lock().under_way.remove(&key);
        drop(tell);
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{
            Arc,
            atomic::{AtomicU8, Ordering},
            mpsc,
        },
        time::Duration,
    };

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

    #[tokio::test]
    async fn what_many_ask_for_is_worked_out_once() {
        let kept = Arc::new(Kept::<u8, u8, 2>::default());
        let (go, wait) = mpsc::channel::<()>();
        let times = Arc::new(AtomicU8::new(0));
        let counted = Arc::clone(&times);
        let slow = move || {
            wait.recv().ok();
            Some(counted.fetch_add(1, Ordering::Relaxed) + 7)
        };
        assert_eq!(Arc::clone(&kept).work(1, Duration::ZERO, slow).await, None);
        let second = || panic!("the first one is under way");
        let second = tokio::spawn(Arc::clone(&kept).work(1, Duration::from_secs(60), second));
        go.send(()).unwrap();
        assert_eq!(second.await.unwrap().as_deref(), Some(&7));
        assert_eq!(times.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn what_cannot_be_found_is_looked_for_again() {
        let kept = Arc::new(Kept::<u8, u8, 2>::default());
        let long = Duration::from_secs(60);
        assert_eq!(Arc::clone(&kept).work(1, long, || None).await, None);
        assert_eq!(Arc::clone(&kept).work(1, long, || panic!("damaged")).await, None);
        assert_eq!(Arc::clone(&kept).work(1, long, || Some(3)).await.as_deref(), Some(&3));
    }
}
