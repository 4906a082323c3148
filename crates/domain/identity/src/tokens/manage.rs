//! Personal access tokens: making, listing, revoking.

use base::{Actor, Error, Result, Scopes, TeamId, Timestamp, UserId};
use call::Call;
use db::Tx;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::NotSet, ActiveValue::Set, ColumnTrait as _,
    EntityTrait as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
};
use serde_json::json;

use super::TokenKind;
use crate::secret::{self, Purpose, Secret, digest};
use crate::tables::tokens;
use crate::{audit, local, rights, rules, scopes, teams, users};

/// A user's personal tokens at most.
const MOST: u64 = 100;

/// A token without the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The number.
    pub id: i64,
    /// What it is.
    pub kind: TokenKind,
    /// Whose it is.
    pub user: UserId,
    /// In which team it acts.
    pub team: TeamId,
    /// What its owner calls it.
    pub label: String,
    /// How far it reaches.
    pub scopes: Scopes,
    /// Whether requests may be signed with it.
    pub signs: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it holds; for ever without.
    pub expires_at: Option<Timestamp>,
    /// When it was last shown; exact to ten minutes.
    pub last_used_at: Option<Timestamp>,
}

impl TryFrom<tokens::Model> for Token {
    type Error = Error;

    fn try_from(row: tokens::Model) -> Result<Self> {
        Ok(Self {
            id: row.id,
            kind: row.kind,
            user: row.user_id,
            team: row.team_id,
            label: row.label,
            scopes: Scopes::parse(&row.scopes)?,
            signs: row.sealed.is_some(),
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
        })
    }
}

/// A token to be made.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// Whose; users make their own only.
    pub user: UserId,
    /// In which team it acts; without it the caller's, or the user's first.
    pub team: Option<TeamId>,
    /// What its owner calls it, 1 to 100 characters.
    pub label: String,
    /// How far it reaches.
    pub scopes: Scopes,
    /// Until when it holds; for ever without.
    pub expires_at: Option<Timestamp>,
}

/// A token that has just been made.
#[derive(Debug, Clone)]
pub struct CreatedToken {
    /// The token's description.
    pub token: Token,
    /// The token: 40 lower-case hexadecimal characters. Nobody can be shown it
    /// again.
    pub secret: Secret,
}

/// Makes a personal access token.
///
/// # Errors
/// `Denied` for whoever came in with a token; `Invalid` on `label` or
/// `expires_at`; `Limit` beyond 100 tokens.
pub async fn create(call: &Call, new: NewToken) -> Result<CreatedToken> {
    rights::in_person(call, new.user)?;
    rules::line("label", &new.label, 100)?;
    if new.label.trim().is_empty() {
        return Err(Error::missing("label"));
    }
    let now = call.clock.now();
    if new.expires_at.is_some_and(|end| end <= now) {
        return Err(Error::invalid("expires_at", "must be in the future"));
    }
    if let Actor::User(actor) = &call.actor
        && !scopes::within(new.scopes, actor.scopes)
    {
        return Err(Error::denied("every scope that you hand on"));
    }

    let tx = call.db.begin().await?;
    let team = home(&tx, call, new.user, new.team).await?;
    let existing = tokens::Entity::find()
        .filter(tokens::Column::UserId.eq(new.user))
        .filter(tokens::Column::Kind.eq(TokenKind::Personal))
        .count(&*tx)
        .await?;
    if existing >= MOST {
        return Err(Error::limit("a user has at most 100 tokens"));
    }
    let secret = Secret::from(call.random.hex(20));
    let hash = digest(secret.expose());
    let sealed = if teams::get(&*tx, team).await?.tickets_enabled {
        Some(secret::seal(call, &secret, Purpose::Token(&hash))?)
    } else {
        None
    };
    let row = tokens::ActiveModel {
        id: NotSet,
        kind: Set(TokenKind::Personal),
        hash: Set(hash),
        user_id: Set(new.user),
        team_id: Set(team),
        label: Set(new.label),
        scopes: Set(new.scopes.to_string()),
        sealed: Set(sealed),
        grant_id: Set(None),
        created_at: Set(now),
        expires_at: Set(new.expires_at),
        last_used_at: Set(None),
    }
    .insert(&*tx)
    .await?;
    let details = json!({
        "user": row.user_id, "label": row.label, "scopes": row.scopes,
        "expires_at": row.expires_at,
    });
    audit::record_in(&tx, call, Some(team), "token.create", &subject(row.id), details).await?;
    tx.commit().await?;
    Ok(CreatedToken { token: row.try_into()?, secret })
}

/// The team that something of `user` is made in. He has to be in it.
pub(crate) async fn home(
    tx: &Tx,
    call: &Call,
    user: UserId,
    named: Option<TeamId>,
) -> Result<TeamId> {
    users::get(&**tx, user).await?;
    let named = match (&call.actor, named) {
        (Actor::User(actor), None) => Some(actor.team),
        (_, named) => named,
    };
    let places = teams::of_user(&**tx, user).await?;
    let place = places.iter().find(|(team, _)| named.is_none_or(|named| team.id == named));
    place.map(|(team, _)| team.id).ok_or_else(|| Error::not_found("team"))
}

/// The personal tokens of a user, the newest first; for himself, and for
/// admins of the team as far as the tokens act in it.
///
/// # Errors
/// `Denied` for others.
pub async fn list(call: &Call, user: UserId) -> Result<Vec<Token>> {
    let mut query = tokens::Entity::find()
        .filter(tokens::Column::UserId.eq(user))
        .filter(tokens::Column::Kind.eq(TokenKind::Personal));
    if call.actor.user_id() != Some(user) {
        let team = rights::team_of(call, None);
        match (&call.actor, team) {
            (Actor::System, _) => {}
            (_, team) => {
                let team = team?;
                rights::manages(call, team)?;
                query = query.filter(tokens::Column::TeamId.eq(team));
            }
        }
    }
    let rows = query.order_by_desc(tokens::Column::Id).all(call.db.reader()).await?;
    rows.into_iter().map(Token::try_from).collect()
}

/// Revokes a personal token: of one's own, or as an admin of its team. It
/// stops working at once here, and within seconds on other replicas.
///
/// # Errors
/// `NotFound` for tokens out of the caller's reach.
pub async fn revoke(call: &Call, id: i64) -> Result<()> {
    let tx = call.db.begin().await?;
    let row = tokens::Entity::find_by_id(id)
        .filter(tokens::Column::Kind.eq(TokenKind::Personal))
        .one(&*tx)
        .await?
        .ok_or_else(|| Error::not_found("token"))?;
    if call.actor.user_id() == Some(row.user_id) {
        rights::in_person(call, row.user_id)?;
    } else if rights::manages(call, row.team_id).is_err() {
        call.actor.user()?;
        return Err(Error::not_found("token"));
    }
    tokens::Entity::delete_by_id(id).exec(&*tx).await?;
    let details = json!({ "user": row.user_id, "label": row.label });
    audit::record_in(&tx, call, Some(row.team_id), "token.revoke", &subject(id), details).await?;
    local::forget_tokens(&tx, call);
    tx.commit().await
}

fn subject(id: i64) -> String {
    format!("token:{id}")
}
