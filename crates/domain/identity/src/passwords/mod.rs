//! Passwords: kept as Argon2id, verified a few at a time, slowed when guessed.

mod attempts;
mod change;
mod check;

use std::sync::LazyLock;
use std::sync::atomic::Ordering;
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};
use base::{Error, Result, UserId};
use call::Env;
use db::Tx;
use sea_orm::sea_query::{OnConflict, Query};
use sea_orm::{ConnectionTrait, EntityTrait as _};
use tokio::sync::{Semaphore, SemaphorePermit};

pub use change::{change, set};
pub(crate) use check::check;

use crate::tables::passwords;
use crate::{Secret, local};

/// A hash that no password has, of the same cost as a real one: verifying
/// against it takes an unknown user as long as a known one.
static NOBODYS: LazyLock<Result<String, String>> =
    LazyLock::new(|| argon(b"a password that is never accepted", b"mortise: nobody.."));

/// Each verification takes 19 MiB and a core for some 20 ms; more at once than
/// cores would only be slower together.
static PERMITS: LazyLock<Semaphore> = LazyLock::new(|| {
    Semaphore::new(std::thread::available_parallelism().map_or(2, std::num::NonZero::get))
});

/// How long a sign-in waits for its turn.
const TURN: Duration = Duration::from_secs(10);

fn argon(password: &[u8], salt: &[u8]) -> Result<String, String> {
    Argon2::default()
        .hash_password_with_salt(password, salt)
        .map(|hash| hash.to_string())
        .map_err(|error| error.to_string())
}

/// The right to verify or hash one password.
#[derive(Debug)]
pub(crate) struct Turn(#[expect(dead_code, reason = "held, not read")] SemaphorePermit<'static>);

/// Waits for a turn; too long a queue is an outage, not a wrong password.
async fn turn() -> Result<Turn> {
    match tokio::time::timeout(TURN, PERMITS.acquire()).await {
        Ok(Ok(permit)) => Ok(Turn(permit)),
        _ => Err(Error::unavailable("too many people are signing in just now; try again")),
    }
}

/// Hashes a password for keeping.
pub(crate) async fn hash(env: &Env, password: &Secret) -> Result<String> {
    let _turn = turn().await?;
    let mut salt = [0_u8; 16];
    env.random.fill(&mut salt);
    let password = password.clone();
    tokio::task::spawn_blocking(move || argon(password.expose().as_bytes(), &salt))
        .await
        .map_err(Error::internal)?
        .map_err(Error::internal)
}

/// Whether `password` has the hash `stored`; without one it takes as long and
/// is never right.
async fn verify(
    env: &Env,
    stored: Option<String>,
    password: &Secret,
    _turn: &Turn,
) -> Result<bool> {
    local::of(env).verifications.fetch_add(1, Ordering::Relaxed);
    let password = password.clone();
    tokio::task::spawn_blocking(move || {
        let known = stored.is_some();
        let text = match stored {
            Some(text) => text,
            None => NOBODYS.clone().map_err(Error::internal)?,
        };
        let hash = PasswordHash::new(&text).map_err(|error| Error::internal(error.to_string()))?;
        let right = Argon2::default().verify_password(password.expose().as_bytes(), &hash).is_ok();
        Ok(right && known)
    })
    .await
    .map_err(Error::internal)?
}

/// How many passwords this process has verified, those of unknown users
/// included.
pub fn verifications(env: &Env) -> u64 {
    local::of(env).verifications.load(Ordering::Relaxed)
}

/// Keeps the hash of a user's password.
pub(crate) async fn store(
    tx: &Tx,
    env: &Env,
    user: UserId,
    hash: &str,
    must_change: bool,
) -> Result<()> {
    use passwords::Column;
    let statement = Query::insert()
        .into_table(passwords::Entity)
        .columns([Column::UserId, Column::Hash, Column::MustChange, Column::ChangedAt])
        .values_panic([user.into(), hash.into(), must_change.into(), env.clock.now().into()])
        .on_conflict(
            OnConflict::column(Column::UserId)
                .update_columns([Column::Hash, Column::MustChange, Column::ChangedAt])
                .to_owned(),
        )
        .to_owned();
    tx.execute(&statement).await?;
    Ok(())
}

async fn stored(
    connection: &impl ConnectionTrait,
    user: UserId,
) -> Result<Option<passwords::Model>> {
    Ok(passwords::Entity::find_by_id(user).one(connection).await?)
}

/// Whether the user must change his password before he does anything else.
///
/// # Errors
/// When the database cannot be reached.
pub async fn must_change(connection: &impl ConnectionTrait, user: UserId) -> Result<bool> {
    Ok(stored(connection, user).await?.is_some_and(|row| row.must_change))
}

pub(crate) use attempts::prune as prune_attempts;
