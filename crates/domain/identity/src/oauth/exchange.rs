//! The application's half: a code, or later a refresh token, for an access
//! token.

use std::time::Duration;

use base::{Error, Result, Timestamp};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use call::Env;
use db::Tx;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::NotSet, ActiveValue::Set, ColumnTrait as _,
    EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{applications, grants};
use crate::secret::{Secret, digest, same};
use crate::tables::{oauth_applications, oauth_codes, oauth_grants, tokens};
use crate::tokens::TokenKind;
use crate::{audit, teams, users};

/// How long an access token holds.
const ACCESS: Duration = Duration::from_hours(2);
/// How long it can be renewed.
const REFRESH: Duration = Duration::from_hours(90 * 24);

/// What an application sends to get tokens.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub struct Exchange {
    /// Which application.
    pub client_id: String,
    /// Its secret.
    pub client_secret: Secret,
    /// `authorization_code` or `refresh_token`. The published description of
    /// renewing says `authorization_code` beside a refresh token; that is
    /// understood too.
    pub grant_type: String,
    /// The code that the browser brought back.
    pub code: Option<Secret>,
    /// If given, it must be where the browser was sent.
    pub redirect_uri: Option<String>,
    /// PKCE: what the challenge was made from.
    pub code_verifier: Option<Secret>,
    /// What [`Issued::refresh_token`] was.
    pub refresh_token: Option<Secret>,
}

/// Tokens for an application.
#[derive(Debug, Clone)]
pub struct Issued {
    /// Shown as a bearer token: 32 hexadecimal characters.
    pub access_token: Secret,
    /// For renewing: 32 hexadecimal characters; it stays the same until it
    /// ends, 90 days after the user said yes.
    pub refresh_token: Secret,
    /// What was granted, as the application spelt it, separated by blanks.
    pub scope: String,
    /// The slug of the team that the tokens act in.
    pub team: String,
    /// How long the access token holds.
    pub expires_in: Duration,
}

/// Gives tokens for a code or a refresh token. The access token before it is
/// void then; a code that is shown twice takes back what it was exchanged for.
///
/// # Errors
/// `Unauthenticated` for a wrong client; `Missing` or `Invalid` on
/// `grant_type`, `code`, `redirect_uri`, `code_verifier` or `refresh_token`.
pub async fn exchange(env: &Env, request: &Exchange) -> Result<Issued> {
    let application = applications::by_client_id(env.db.reader(), &request.client_id).await?;
    // An unknown client takes as long as a wrong secret.
    let hash = application.as_ref().map_or(&[][..], |known| &known.secret_hash);
    let right = same(hash, &digest(request.client_secret.expose()));
    let application = application
        .filter(|_| right)
        .ok_or_else(|| Error::unauthenticated("client_id or client_secret is wrong"))?;

    let given = |secret: &Option<Secret>| secret.clone().filter(|text| !text.expose().is_empty());
    let (code, refresh) = (given(&request.code), given(&request.refresh_token));
    match (request.grant_type.as_str(), code, refresh) {
        ("authorization_code", Some(code), _) => by_code(env, &application, request, &code).await,
        ("authorization_code", None, Some(refresh)) | ("refresh_token", _, Some(refresh)) => {
            by_refresh(env, &application, refresh).await
        }
        ("authorization_code", None, None) => Err(Error::missing("code")),
        ("refresh_token", _, None) => Err(Error::missing("refresh_token")),
        ("", _, _) => Err(Error::missing("grant_type")),
        _ => Err(Error::invalid("grant_type", "must be authorization_code or refresh_token")),
    }
}

fn bad_code() -> Error {
    Error::invalid("code", "is unknown, used or expired")
}

async fn by_code(
    env: &Env,
    application: &oauth_applications::Model,
    request: &Exchange,
    code: &Secret,
) -> Result<Issued> {
    let hash = digest(code.expose());
    let tx = env.db.begin().await?;
    db::lock_in_transaction(&*tx, &format!("identity:code:{}", hex::encode(&hash))).await?;
    let row = oauth_codes::Entity::find()
        .filter(oauth_codes::Column::Hash.eq(hash))
        .filter(oauth_codes::Column::ApplicationId.eq(application.id))
        .one(&*tx)
        .await?
        .ok_or_else(bad_code)?;
    if row.used {
        // Two have seen this code, and nobody can say which is the right one.
        if let Some(grant) = row.grant_id {
            grants::delete(&tx, env, grant).await?;
            tx.commit().await?;
        }
        return Err(bad_code());
    }
    let now = env.clock.now();
    if now >= row.expires_at {
        return Err(bad_code());
    }
    if request.redirect_uri.as_ref().is_some_and(|given| *given != row.redirect_uri) {
        return Err(Error::invalid("redirect_uri", "is not where the user was sent"));
    }
    check_verifier(row.challenge.as_deref(), request.code_verifier.as_ref())?;
    let refresh = Secret::from(env.random.hex(16));
    let grant = oauth_grants::ActiveModel {
        id: NotSet,
        application_id: Set(application.id),
        user_id: Set(row.user_id),
        team_id: Set(row.team_id),
        scopes: Set(row.scopes.clone()),
        scope_text: Set(row.scope_text.clone()),
        refresh_hash: Set(digest(refresh.expose())),
        refresh_expires_at: Set(now.after(REFRESH)),
        created_at: Set(now),
    }
    .insert(&*tx)
    .await?;
    let mut code = row.into_active_model();
    code.used = Set(true);
    code.grant_id = Set(Some(grant.id));
    code.update(&*tx).await?;
    let issued = issue(&tx, env, application, &grant, refresh, bad_code).await?;
    tx.commit().await?;
    Ok(issued)
}

/// PKCE: whoever was given the code must be who asked for it.
fn check_verifier(challenge: Option<&str>, verifier: Option<&Secret>) -> Result<()> {
    let Some(challenge) = challenge else { return Ok(()) };
    let verifier = verifier.ok_or_else(|| Error::missing("code_verifier"))?;
    let made = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.expose().as_bytes()));
    if same(made.as_bytes(), challenge.as_bytes()) {
        Ok(())
    } else {
        Err(Error::invalid("code_verifier", "does not fit the challenge"))
    }
}

async fn by_refresh(
    env: &Env,
    application: &oauth_applications::Model,
    refresh: Secret,
) -> Result<Issued> {
    let bad = || Error::invalid("refresh_token", "is unknown or expired");
    let tx = env.db.begin().await?;
    let hash = digest(refresh.expose());
    db::lock_in_transaction(&*tx, &format!("identity:refresh:{}", hex::encode(&hash))).await?;
    let grant = oauth_grants::Entity::find()
        .filter(oauth_grants::Column::RefreshHash.eq(hash))
        .filter(oauth_grants::Column::ApplicationId.eq(application.id))
        .one(&*tx)
        .await?
        .ok_or_else(bad)?;
    if env.clock.now() >= grant.refresh_expires_at {
        return Err(bad());
    }
    grants::delete_tokens(&tx, env, grant.id).await?;
    let issued = issue(&tx, env, application, &grant, refresh, bad).await?;
    tx.commit().await?;
    Ok(issued)
}

/// Makes an access token for the grant, if its user still may come in.
async fn issue(
    tx: &Tx,
    env: &Env,
    application: &oauth_applications::Model,
    grant: &oauth_grants::Model,
    refresh: Secret,
    bad: fn() -> Error,
) -> Result<Issued> {
    let user = users::get(&**tx, grant.user_id).await?;
    if !user.is_active() || !teams::is_member(&**tx, grant.team_id, user.id).await? {
        return Err(bad());
    }
    let access = Secret::from(env.random.hex(16));
    let now: Timestamp = env.clock.now();
    let row = tokens::ActiveModel {
        id: NotSet,
        kind: Set(TokenKind::OAuth),
        hash: Set(digest(access.expose())),
        user_id: Set(user.id),
        team_id: Set(grant.team_id),
        label: Set(application.display_name.clone()),
        scopes: Set(grant.scopes.clone()),
        sealed: Set(None),
        grant_id: Set(Some(grant.id)),
        created_at: Set(now),
        expires_at: Set(Some(now.after(ACCESS))),
        last_used_at: Set(None),
    }
    .insert(&**tx)
    .await?;
    let entry = audit::Entry {
        team: Some(grant.team_id),
        actor: Some(user.id),
        actor_name: &user.name,
        act: "application.token",
        subject: &format!("application:{}", application.id),
        details: json!({ "token": row.id, "grant": grant.id }),
        address: None,
        request_id: "",
    };
    audit::write(tx, env, entry).await?;
    let words: Vec<&str> =
        grant.scope_text.split([',', ' ', '+']).filter(|word| !word.is_empty()).collect();
    Ok(Issued {
        access_token: access,
        refresh_token: refresh,
        scope: words.join(" "),
        team: teams::get(&**tx, grant.team_id).await?.name,
        expires_in: ACCESS,
    })
}
