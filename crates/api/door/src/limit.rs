//! So many requests and no more.

use std::fmt::Debug;
use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use base::{Clock, Error, Result};
use call::Env;
use governor::clock::{Clock as _, Reference as _};
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::{Failure, client_address};

/// How fast is too fast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// In the long run.
    pub per_second: NonZeroU32,
    /// At once after a pause.
    pub burst: NonZeroU32,
}

/// Counts by key in this process. Time is the installation's.
#[derive(Debug)]
pub struct Limiter<K: Hash + Eq + Clone + Debug> {
    inner: RateLimiter<K, DashMapStateStore<K>, Ticks, NoOpMiddleware<Nanos>>,
    clock: Ticks,
    checks: AtomicU32,
}

/// Keys that are as good as new are forgotten every so many checks.
const TIDY: u32 = 4096;

impl<K: Hash + Eq + Clone + Debug> Limiter<K> {
    /// A limiter of `rate` for each key.
    pub fn new(rate: Rate, env: &Env) -> Self {
        let clock = Ticks(Arc::clone(&env.clock));
        let quota = Quota::per_second(rate.per_second).allow_burst(rate.burst);
        let inner = RateLimiter::new(quota, DashMapStateStore::default(), clock.clone());
        Self { inner, clock, checks: AtomicU32::new(0) }
    }

    /// Counts one request of `key`.
    ///
    /// # Errors
    /// `Limit` with the time until the next is free; then it is not counted.
    pub fn check(&self, key: &K) -> Result<()> {
        if self.checks.fetch_add(1, Ordering::Relaxed) % TIDY == TIDY - 1 {
            self.inner.retain_recent();
        }
        self.inner.check_key(key).map_err(|not_until| {
            let wait = not_until.earliest_possible().duration_since(self.clock.now());
            too_fast(wait.into())
        })
    }
}

fn too_fast(wait: Duration) -> Error {
    Error::Limit { why: "too many requests; slow down".into(), retry_after: Some(wait) }
}

/// The installation's clock as the limiter reads it.
#[derive(Debug, Clone)]
struct Ticks(Arc<dyn Clock>);

impl governor::clock::Clock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        let millis = u64::try_from(self.0.now().millis()).unwrap_or(0);
        Nanos::from(Duration::from_millis(millis))
    }
}

/// What counts as one client: an IPv4 address, or the /64 that one subscriber
/// of IPv6 has to himself.
pub fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

/// A layer (`from_fn_with_state`) that counts every request by its client's
/// address and answers those beyond the limit with 429 and `Retry-After`.
pub async fn by_address(
    State(limiter): State<Arc<Limiter<String>>>,
    request: Request,
    next: Next,
) -> Response {
    if let Some(address) = client_address(request.extensions())
        && let Err(error) = limiter.check(&network(address))
    {
        return Failure(error).into_response();
    }
    next.run(request).await
}
