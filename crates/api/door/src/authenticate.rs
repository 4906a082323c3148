//! Whom a request shows.

use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use base::{Actor, Error, Result, Timestamp};
use call::Env;
use http::HeaderMap;
use identity::authenticate;

use crate::limit::{Limiter, Rate, network};
use crate::{Credentials, session};

/// Who asks, by whatever the request shows: credentials, or the cookie of a
/// session together with its form token in `X-Form-Token`, which pages of ours
/// send and pages of others cannot. Nobody, if it shows nothing.
///
/// An address that shows many wrong things is not listened to for a while, so
/// that guessing costs the database nothing.
///
/// # Errors
/// `Unauthenticated` when what it shows does not hold; `Limit`.
pub async fn authenticate(
    env: &Env,
    headers: &HeaderMap,
    query: Option<&str>,
    address: Option<IpAddr>,
) -> Result<Actor> {
    let wrong = env.memory::<Wrong>();
    let network = address.map(network);
    if let Some(network) = &network {
        wrong.listens_to(network, env.clock.now())?;
    }
    let result = match Credentials::read(headers, query) {
        Ok(credentials) => by(env, headers, &credentials, address).await,
        Err(error) => Err(error),
    };
    if let (Err(Error::Unauthenticated { .. }), Some(network)) = (&result, network) {
        wrong.count(env, network);
    }
    if let Ok(actor) = &result {
        tracing::Span::current().record("actor", actor.name());
    }
    result
}

async fn by(
    env: &Env,
    headers: &HeaderMap,
    credentials: &Credentials,
    address: Option<IpAddr>,
) -> Result<Actor> {
    match credentials {
        Credentials::Token(token) => authenticate::token(env, token.expose()).await,
        Credentials::NameAndSecret { name, secret } => {
            authenticate::name_and_secret(env, name, secret, address).await
        }
        Credentials::None => session::by_page(env, headers).await,
    }
}

/// Addresses that show wrong things.
#[derive(Debug, Default)]
struct Wrong {
    limiter: OnceLock<Limiter<String>>,
    /// Those that are not listened to, and until when.
    shut: Mutex<HashMap<String, Timestamp>>,
}

/// A misconfigured tool repeats itself; whoever guesses does so far faster.
const RATE: Rate = Rate {
    per_second: NonZeroU32::new(5).expect("not zero"),
    burst: NonZeroU32::new(100).expect("not zero"),
};
/// How long an address is not listened to.
const SHUT: Duration = Duration::from_secs(10);

impl Wrong {
    fn listens_to(&self, network: &str, now: Timestamp) -> Result<()> {
        match self.shut().get(network) {
            Some(until) if *until > now => Err(Error::Limit {
                why: "too many wrong credentials; wait before the next".into(),
                retry_after: Some(until.since(now)),
            }),
            _ => Ok(()),
        }
    }

    fn count(&self, env: &Env, network: String) {
        let limiter = self.limiter.get_or_init(|| Limiter::new(RATE, env));
        if limiter.check(&network).is_err() {
            let now = env.clock.now();
            let mut shut = self.shut();
            shut.retain(|_, until| *until > now);
            shut.insert(network, now.after(SHUT));
        }
    }

    fn shut(&self) -> MutexGuard<'_, HashMap<String, Timestamp>> {
        self.shut.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
