//! Making and changing users.

use std::time::Duration;

use base::{Actor, Error, Result, TeamId, TeamRole, Timestamp, UserId};
use call::{Call, Env};
use db::Tx;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::NotSet, ActiveValue::Set, ColumnTrait as _,
    EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
};
use serde_json::json;

use super::directory::row as row_of;
use super::{User, UserStatus, by_email, by_name, get, subject};
use crate::tables::{memberships, users};
use crate::{Secret, audit, local, passwords, prune, rights, rules, teams};

/// Characters of a one-time password: 16 of them carry 91 bits.
const ONE_TIME_LENGTH: usize = 16;

/// A user to be made.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// The unique name; see the rules of names in the users' guide.
    pub name: String,
    /// The name for people; empty for the same as `name`.
    pub display_name: String,
    /// The mail address, or nothing.
    pub email: String,
    /// The telephone number, or nothing.
    pub phone: String,
    /// The password. Without one a one-time password is made, which must be
    /// changed before anything else.
    pub password: Option<Secret>,
    /// Whether `password` must be changed at the first sign-in.
    pub must_change_password: bool,
    /// The team to join; without it the caller's.
    pub team: Option<TeamId>,
    /// The role there.
    pub role: TeamRole,
}

impl NewUser {
    /// An ordinary member with a name and nothing else.
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            display_name: String::new(),
            email: String::new(),
            phone: String::new(),
            password: None,
            must_change_password: false,
            team: None,
            role: TeamRole::Member,
        }
    }
}

/// A user who has just been made.
#[derive(Debug, Clone)]
pub struct CreatedUser {
    /// The user.
    pub user: User,
    /// His one-time password, when none was given.
    pub one_time_password: Option<Secret>,
}

/// Makes a user in a team; for its admins.
///
/// # Errors
/// `Denied`; `Invalid` on `name`, `email`, `phone`, `display_name` or
/// `password`; `Conflict` when the name or the mail address is taken.
pub async fn create_user(call: &Call, new: NewUser) -> Result<CreatedUser> {
    let team = rights::team_of(call, new.team)?;
    teams::may_give(call, team, new.role)?;
    check(&new)?;
    let one_time =
        new.password.is_none().then(|| Secret::from(call.random.readable(ONE_TIME_LENGTH)));
    // Hashing takes a while; no unit of work is held open meanwhile.
    let hash = match new.password.as_ref().or(one_time.as_ref()) {
        Some(password) => passwords::hash(call, password).await?,
        None => return Err(Error::missing("password")),
    };
    let must_change = one_time.is_some() || new.must_change_password;

    let tx = call.db.begin().await?;
    teams::get(&*tx, team).await?;
    let user = insert(&tx, call, &new, &hash, must_change).await?;
    teams::join(&tx, call, team, user.id, new.role).await?;
    let details = json!({ "name": user.name, "team": team, "role": new.role });
    audit::record_in(&tx, call, Some(team), "user.create", &subject(user.id), details).await?;
    tx.commit().await?;
    Ok(CreatedUser { user, one_time_password: one_time })
}

fn check(new: &NewUser) -> Result<()> {
    rules::user_name(&new.name)?;
    rules::email(&new.email)?;
    rules::phone(&new.phone)?;
    rules::line("display_name", &new.display_name, 100)?;
    if let Some(password) = &new.password {
        rules::password("password", password, &new.name, &new.email)?;
    }
    Ok(())
}

pub(crate) async fn insert(
    tx: &Tx,
    env: &Env,
    new: &NewUser,
    hash: &str,
    must_change: bool,
) -> Result<User> {
    if by_name(&**tx, &new.name).await?.is_some() {
        return Err(Error::conflict("there is a user of that name already"));
    }
    if by_email(&**tx, &new.email).await?.is_some() {
        return Err(Error::conflict("there is a user with that mail address already"));
    }
    let now = env.clock.now();
    let display_name =
        if new.display_name.is_empty() { new.name.clone() } else { new.display_name.clone() };
    let user = users::ActiveModel {
        id: NotSet,
        uid: Set(env.random.hex(16)),
        name: Set(new.name.clone()),
        name_key: Set(new.name.to_lowercase()),
        display_name: Set(display_name),
        email: Set(new.email.clone()),
        email_key: Set(email_key(&new.email)),
        // Whoever may make users vouches for what he writes down about them.
        email_validated: Set(!new.email.is_empty()),
        phone: Set(new.phone.clone()),
        phone_validated: Set(!new.phone.is_empty()),
        avatar: Set(String::new()),
        locale: Set(String::new()),
        status: Set(UserStatus::Active),
        created_at: Set(now),
        updated_at: Set(now),
        last_activity_at: Set(None),
    }
    .insert(&**tx)
    .await?;
    passwords::store(tx, env, user.id, hash, must_change).await?;
    Ok(user.into())
}

fn email_key(email: &str) -> Option<String> {
    (!email.is_empty()).then(|| email.to_lowercase())
}

/// What of a user is to be changed.
#[derive(Debug, Clone, Default)]
pub struct ProfileChange {
    /// The name for people.
    pub display_name: Option<String>,
    /// The mail address; nothing to have none.
    pub email: Option<String>,
    /// The telephone number; nothing to have none.
    pub phone: Option<String>,
    /// The address of a picture; nothing to have none.
    pub avatar: Option<String>,
    /// `en`, `zh`, or nothing for what the browser says.
    pub locale: Option<String>,
}

/// Changes a user's profile; for himself, and for admins who manage him.
///
/// # Errors
/// `Denied`, `NotFound`, `Invalid`, or `Conflict` when the mail address is
/// taken.
pub async fn update_profile(call: &Call, user: UserId, change: ProfileChange) -> Result<User> {
    let own = call.actor.user_id() == Some(user);
    let tx = call.db.begin().await?;
    if own {
        rights::in_person(call, user)?;
    } else {
        manages_wholly(&tx, call, user).await?;
    }
    let old = row_of(&*tx, user).await?;
    let mut row = old.clone().into_active_model();
    let mut changed = Vec::new();
    if let Some(name) = change.display_name.filter(|name| *name != old.display_name) {
        rules::line("display_name", &name, 100)?;
        let name = if name.is_empty() { old.name.clone() } else { name };
        row.display_name = Set(name);
        changed.push("display_name");
    }
    if let Some(email) = change.email.filter(|email| *email != old.email) {
        rules::email(&email)?;
        if by_email(&*tx, &email).await?.is_some_and(|other| other.id != user) {
            return Err(Error::conflict("there is a user with that mail address already"));
        }
        row.email_validated = Set(!own && !email.is_empty());
        row.email_key = Set(email_key(&email));
        row.email = Set(email);
        changed.push("email");
    }
    if let Some(phone) = change.phone.filter(|phone| *phone != old.phone) {
        rules::phone(&phone)?;
        row.phone_validated = Set(!own && !phone.is_empty());
        row.phone = Set(phone);
        changed.push("phone");
    }
    if let Some(avatar) = change.avatar.filter(|avatar| *avatar != old.avatar) {
        rules::picture(&avatar)?;
        row.avatar = Set(avatar);
        changed.push("avatar");
    }
    if let Some(locale) = change.locale.filter(|locale| *locale != old.locale) {
        rules::locale(&locale)?;
        row.locale = Set(locale);
        changed.push("locale");
    }
    if changed.is_empty() {
        return Ok(old.into());
    }
    row.updated_at = Set(call.clock.now());
    let row = row.update(&*tx).await?;
    audit::record(&tx, call, "user.change", &subject(user), json!({ "changed": changed })).await?;
    tx.commit().await?;
    Ok(row.into())
}

/// Keeps a user out by every way, at once; for admins who manage him.
///
/// # Errors
/// `Denied`; `NotFound`; `Conflict` for oneself, for the last owner of a team,
/// and for a user who is also in teams that the caller does not manage.
pub async fn block(call: &Call, user: UserId) -> Result<()> {
    set_status(call, user, UserStatus::Blocked).await
}

/// Lets a blocked user in again. His tokens hold again; his sessions are gone.
///
/// # Errors
/// As [`block`].
pub async fn unblock(call: &Call, user: UserId) -> Result<()> {
    set_status(call, user, UserStatus::Active).await
}

async fn set_status(call: &Call, user: UserId, status: UserStatus) -> Result<()> {
    if call.actor.user_id() == Some(user) {
        return Err(Error::conflict("you cannot block yourself"));
    }
    let tx = call.db.begin().await?;
    let owned = manages_wholly(&tx, call, user).await?;
    let old = row_of(&*tx, user).await?;
    if old.status == status {
        return Ok(());
    }
    if status == UserStatus::Blocked {
        for team in owned {
            teams::another_owner(&tx, team, user).await?;
        }
        prune::sessions_of(&tx, user, None).await?;
    }
    let mut row = old.into_active_model();
    row.status = Set(status);
    row.updated_at = Set(call.clock.now());
    row.update(&*tx).await?;
    let act = match status {
        UserStatus::Blocked => "user.block",
        UserStatus::Active => "user.unblock",
    };
    audit::record(&tx, call, act, &subject(user), json!({})).await?;
    local::forget_tokens(&tx, call);
    tx.commit().await
}

/// Gives a user a new one-time password and ends his sessions; for admins who
/// manage him.
///
/// # Errors
/// As [`block`].
pub async fn reset_password(call: &Call, user: UserId) -> Result<Secret> {
    if call.actor.user_id() == Some(user) {
        return Err(Error::conflict("change your own password instead"));
    }
    let password = Secret::from(call.random.readable(ONE_TIME_LENGTH));
    let hash = passwords::hash(call, &password).await?;
    let tx = call.db.begin().await?;
    manages_wholly(&tx, call, user).await?;
    get(&*tx, user).await?;
    passwords::store(&tx, call, user, &hash, true).await?;
    prune::after_password_change(&tx, user, None).await?;
    audit::record(&tx, call, "password.reset", &subject(user), json!({})).await?;
    local::forget_tokens(&tx, call);
    tx.commit().await?;
    Ok(password)
}

/// Checks that the caller may act on the user as a whole and not only on his
/// place in one team. Returns the teams that the user owns, locked.
async fn manages_wholly(tx: &Tx, call: &Call, user: UserId) -> Result<Vec<TeamId>> {
    let places =
        memberships::Entity::find().filter(memberships::Column::UserId.eq(user)).all(&**tx).await?;
    if let Actor::Nobody = call.actor {
        return Err(Error::unauthenticated("sign in first"));
    }
    if let Actor::User(actor) = &call.actor {
        if !places.iter().any(|place| place.team_id == actor.team) {
            return Err(Error::not_found("user"));
        }
        rights::manages(call, actor.team)?;
        if places.iter().any(|place| place.team_id != actor.team) {
            return Err(Error::conflict(
                "the user is in other teams too; take him out of this team instead",
            ));
        }
    }
    let mut owned = Vec::new();
    for place in places {
        if place.role == TeamRole::Owner.as_str() {
            rights::owns(call, place.team_id)?;
            teams::lock(tx, place.team_id).await?;
            owned.push(place.team_id);
        }
    }
    Ok(owned)
}

/// How exact [`User::last_activity_at`] is.
const ACTIVITY: Duration = Duration::from_mins(10);

/// Writes down that the user is active, if that was last done a while ago.
pub(crate) async fn touch(tx: &Tx, env: &Env, user: UserId, last: Option<Timestamp>) -> Result<()> {
    let now = env.clock.now();
    if last.is_some_and(|last| now.since(last) < ACTIVITY) {
        return Ok(());
    }
    users::Entity::update_many()
        .col_expr(users::Column::LastActivityAt, sea_orm::sea_query::Expr::value(now))
        .filter(users::Column::Id.eq(user))
        .exec(&**tx)
        .await?;
    Ok(())
}
