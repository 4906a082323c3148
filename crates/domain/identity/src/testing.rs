//! People for the tests of other crates.

use base::{Scopes, TeamRole, UserActor, Via};
use call::{Call, Env};

use crate::users::NewUser;
use crate::{Secret, teams, users};

/// The password of everybody made here.
pub const PASSWORD: &str = "correct horse battery";

/// A user in a team, signed in with every scope. Team and user are made where
/// they are missing, and the role is set.
///
/// # Panics
/// When a name is not allowed or the database does not answer.
pub async fn actor(env: &Env, team: &str, name: &str, role: TeamRole) -> UserActor {
    let system = Call::system(env.clone());
    let known = teams::by_name(env.db.reader(), team).await.expect("the database answers");
    let team = match known {
        Some(team) => team,
        None => teams::create(&system, team, team).await.expect("a team"),
    };
    let known = users::by_name(env.db.reader(), name).await.expect("the database answers");
    let user = match known {
        Some(user) => user,
        None => {
            let new = NewUser {
                email: format!("{name}@example.com"),
                password: Some(Secret::from(PASSWORD)),
                team: Some(team.id),
                role,
                ..NewUser::named(name)
            };
            users::create_user(&system, new).await.expect("a user").user
        }
    };
    UserActor {
        id: user.id,
        name: user.name.as_str().into(),
        team: team.id,
        role,
        scopes: Scopes::EVERYTHING,
        via: Via::Token,
    }
}
