//! What a client that has shown an SSH key is given for HTTP: a token that is
//! good for the large files of one depot, for a while, as long as the key is.

use std::time::Duration;

use base::{Actor, AtLeast, Error, Granted, Read, Result, Right, Timestamp};
use call::{Call, Env};
use identity::SshKeyId;
use identity::ssh_keys::{self, Shown};
use serde::{Deserialize, Serialize};

use crate::{Depot, DepotId, keys};

const PURPOSE: &str = "depots.lfs";
/// By what such a token is told from others.
const PREFIX: &str = "lfs_";
/// How long it is good: for a long upload, and no longer.
const LIFE: Duration = Duration::from_secs(30 * 60);

#[derive(Serialize, Deserialize)]
struct Claim {
    key: SshKeyId,
    depot: DepotId,
    write: bool,
    until: Timestamp,
}

/// A token.
#[derive(Clone)]
pub struct Pass {
    /// The token itself.
    pub token: String,
    /// How long it is good.
    pub life: Duration,
}

impl std::fmt::Debug for Pass {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pass").field("life", &self.life).finish_non_exhaustive()
    }
}

/// A token for whoever has shown this key, with the right that he was found to
/// hold.
///
/// # Errors
/// When it cannot be sealed.
pub fn issue<R: Right + AtLeast<Read>>(
    env: &Env,
    shown: &Shown,
    depot: &Granted<Depot, R>,
) -> Result<Pass> {
    let claim = Claim {
        key: shown.id,
        depot: depot.id,
        write: R::LEVEL > Read::LEVEL,
        until: env.clock.now().after(LIFE),
    };
    let sealed = env.vault.seal(&serde_json::to_vec(&claim)?, PURPOSE)?;
    Ok(Pass { token: format!("{PREFIX}{}", hex::encode(sealed)), life: LIFE })
}

/// Whom a token names, with the depot that it is for and whether it is for
/// writing; `None` for what is no such token. The right on the depot has to be
/// checked as ever.
///
/// # Errors
/// `Unauthenticated` when it is over or the key is no longer good.
pub async fn admit(call: &Call, token: &str, team: &str) -> Result<Option<(Actor, DepotId, bool)>> {
    let Some(sealed) = token.strip_prefix(PREFIX) else { return Ok(None) };
    let refused = || Error::unauthenticated("the token is wrong or over; ask for a new one");
    let sealed = hex::decode(sealed).map_err(|_| refused())?;
    let claim = call.vault.open(&sealed, PURPOSE).map_err(|_| refused())?;
    let claim: Claim = serde_json::from_slice(&claim)?;
    if call.clock.now() >= claim.until {
        return Err(refused());
    }
    let shown = ssh_keys::again(&call.env, claim.key).await?.ok_or_else(refused)?;
    let actor = keys::named_by(&call.env, &shown, Some(team)).await?;
    Ok(Some((actor, claim.depot, claim.write)))
}
