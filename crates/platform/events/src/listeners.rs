//! Who wants to hear of what.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use base::{Clock, Error, Result};
use jobs::{Jobs, Registry};

use crate::delivery::{self, Prune};
use crate::outbox::Route;
use crate::{Event, Events};

type Hearing = Pin<Box<dyn Future<Output = Result<()>> + Send>>;
type Handler<C> = Arc<dyn Fn(C, Event) -> Hearing + Send + Sync>;

/// The listeners of an installation, collected when it is wired up. `C` is
/// what they are given to work with, the same as for jobs.
#[derive(Clone)]
pub struct Listeners<C> {
    listeners: Vec<(Route, Handler<C>)>,
}

impl<C> Default for Listeners<C> {
    fn default() -> Self {
        Self { listeners: Vec::new() }
    }
}

impl<C> std::fmt::Debug for Listeners<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.listeners.iter().map(|(route, _)| route)).finish()
    }
}

impl<C: Clone + Send + Sync + 'static> Listeners<C> {
    /// Nobody listens.
    pub fn new() -> Self {
        Self::default()
    }

    /// Has every event of these `kinds` (`"*"` for all) told to `handler`
    /// once, repeated where it fails. `name` is unique and stays the same over
    /// restarts, because deliveries under way carry it.
    #[must_use]
    pub fn on<H, F>(mut self, name: &'static str, kinds: &[&'static str], handler: H) -> Self
    where
        H: Fn(C, Event) -> F + Send + Sync + 'static,
        F: Future<Output = Result<()>> + Send + 'static,
    {
        let route = Route { listener: name, kinds: kinds.to_vec() };
        let handler: Handler<C> = Arc::new(move |context, event| Box::pin(handler(context, event)));
        self.listeners.push((route, handler));
        self
    }

    /// The side on which events are told.
    pub fn events(&self, clock: Arc<dyn Clock>, jobs: Jobs) -> Events {
        let routes = self.listeners.iter().map(|(route, _)| route.clone()).collect();
        Events::new(clock, jobs, routes)
    }

    /// Adds the deliveries to the jobs of the installation, and the pruning of
    /// events older than `keep`.
    ///
    /// # Errors
    /// `Conflict` when two listeners have the same name.
    pub fn register(self, mut registry: Registry<C>, keep: Duration) -> Result<Registry<C>> {
        let mut names: Vec<_> = self.listeners.iter().map(|(route, _)| route.listener).collect();
        names.sort_unstable();
        if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(Error::conflict(format!("two listeners are named {}", pair[0])));
        }
        for (route, handler) in self.listeners {
            registry = registry.on_kind(delivery::kind(route.listener), move |context, payload| {
                let handler = Arc::clone(&handler);
                async move {
                    let event = delivery::event(context.db(), &payload).await?;
                    handler(context.context.clone(), event).await
                }
            });
        }
        let keep = u64::try_from(keep.as_millis()).unwrap_or(u64::MAX);
        registry.on(delivery::prune::<C>).schedule(
            "events.prune",
            Duration::from_secs(60 * 60),
            &Prune { keep },
        )
    }
}
