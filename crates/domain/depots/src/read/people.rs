//! The people behind the mail addresses of commits.

use std::collections::HashMap;

use base::{AtLeast, Granted, Read, Result, Right};
use call::Call;
use identity::User;

use crate::Depot;

/// The members of the depot's team who have these mail addresses, by the
/// address in lower case. Whoever is not in the team stays unknown.
///
/// # Errors
/// When the database cannot be read.
pub async fn people<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
    mails: &[&str],
) -> Result<HashMap<String, User>> {
    identity::users::members_by_mails(call.db.reader(), depot.team, mails).await
}
