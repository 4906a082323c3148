//! A user in one of his teams, read together with whatever he came in by.

use base::{Error, Result, Scopes, TeamId, Timestamp, UserActor, UserId, Via};
use sea_orm::sea_query::{Expr, ExprTrait as _, IntoColumnRef, JoinType, SelectStatement};
use sea_orm::{FromQueryResult, QueryResult};

use crate::UserStatus;
use crate::tables::{memberships, users};

/// What everyone reads who comes in with something that does not hold:
/// unknown, wrong, expired, revoked and blocked look alike.
pub(crate) const REFUSED: &str = "the credentials are wrong, expired or blocked";

/// The error that says [`REFUSED`].
pub(crate) fn refused() -> Error {
    Error::unauthenticated(REFUSED)
}

/// The user, his standing and his role.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct Acting {
    pub(crate) acting_user: UserId,
    pub(crate) acting_name: String,
    pub(crate) acting_status: UserStatus,
    pub(crate) acting_last_activity: Option<Timestamp>,
    pub(crate) acting_team: TeamId,
    pub(crate) acting_role: String,
}

impl Acting {
    /// Adds the user, his membership and these columns to `select`. A user who
    /// has left the team is not found.
    pub(crate) fn join(
        select: &mut SelectStatement,
        user: impl IntoColumnRef,
        team: impl IntoColumnRef,
    ) {
        use {memberships::Column as In, users::Column as Of};
        let of = |column| (users::Entity, column);
        let within = |column| (memberships::Entity, column);
        select
            .expr_as(Expr::col(of(Of::Id)), "acting_user")
            .expr_as(Expr::col(of(Of::Name)), "acting_name")
            .expr_as(Expr::col(of(Of::Status)), "acting_status")
            .expr_as(Expr::col(of(Of::LastActivityAt)), "acting_last_activity")
            .expr_as(Expr::col(within(In::TeamId)), "acting_team")
            .expr_as(Expr::col(within(In::Role)), "acting_role")
            .join(JoinType::InnerJoin, users::Entity, Expr::col(of(Of::Id)).equals(user))
            .join(
                JoinType::InnerJoin,
                memberships::Entity,
                Expr::col(within(In::TeamId))
                    .equals(team)
                    .and(Expr::col(within(In::UserId)).equals(of(Of::Id))),
            );
    }

    /// Reads these columns from a row.
    pub(crate) fn of(row: &QueryResult) -> Result<Self> {
        Ok(Self::from_query_result(row, "")?)
    }

    /// The actor, unless he is blocked.
    pub(crate) fn actor(&self, scopes: Scopes, via: Via) -> Result<UserActor> {
        if self.acting_status != UserStatus::Active {
            return Err(refused());
        }
        Ok(UserActor {
            id: self.acting_user,
            name: self.acting_name.as_str().into(),
            team: self.acting_team,
            role: self.acting_role.parse().map_err(Error::internal)?,
            scopes,
            via,
        })
    }
}
