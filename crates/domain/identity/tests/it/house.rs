//! A small installation to test in.

use base::{Actor, TeamId, TeamRole, UserActor, UserId};
use call::testing::TestEnv;
use call::{Call, Env};
use events::Listeners;
use identity::users::NewUser;
use identity::{Secret, users};

/// The password of everyone here.
pub(crate) const PASSWORD: &str = "correct horse";

/// Runs `test` on each database with a team `mortise`, its owner `admin` (with
/// a password that needs no change) and the member `ada`.
pub(crate) async fn on_each(test: impl AsyncFn(&TestEnv, House)) {
    let registry = identity::register(jobs::Registry::new()).unwrap();
    let migrations = [identity::MIGRATIONS];
    call::testing::on_each(&migrations, registry, Listeners::new(), async |testing| {
        let env = testing.env.clone();
        identity::install(&env, "mortise").await.unwrap().unwrap();
        let team = identity::teams::by_name(env.db.reader(), "mortise").await.unwrap().unwrap();
        let admin = users::by_name(env.db.reader(), "admin").await.unwrap().unwrap();
        let system = Call::system(env.clone());
        identity::passwords::set(&system, admin.id, &Secret::from(PASSWORD)).await.unwrap();
        let house = House { env, team: team.id, admin: admin.id, ada: UserId(0) };
        let ada = house.add("ada", TeamRole::Member).await;
        test(&testing, House { ada, ..house }).await;
    })
    .await;
}

pub(crate) struct House {
    pub(crate) env: Env,
    pub(crate) team: TeamId,
    pub(crate) admin: UserId,
    pub(crate) ada: UserId,
}

impl House {
    pub(crate) fn system(&self) -> Call {
        Call::system(self.env.clone())
    }

    pub(crate) fn nobody(&self) -> Call {
        Call::anonymous(self.env.clone())
    }

    /// A user whose password is [`PASSWORD`] and whose address is his name at
    /// example.com.
    pub(crate) async fn add(&self, name: &str, role: TeamRole) -> UserId {
        let new = NewUser {
            email: format!("{name}@example.com"),
            password: Some(PASSWORD.into()),
            team: Some(self.team),
            role,
            ..NewUser::named(name)
        };
        users::create_user(&self.system(), new).await.unwrap().user.id
    }

    /// A call by a user who has signed in in person.
    pub(crate) async fn call(&self, user: UserId) -> Call {
        let name = users::get(self.env.db.reader(), user).await.unwrap().name;
        let password = Secret::from(PASSWORD);
        let actor =
            identity::authenticate::password(&self.env, &name, &password, None).await.unwrap();
        self.system().by(actor)
    }

    /// A call with one of the user's tokens.
    pub(crate) async fn call_with(&self, token: &Secret) -> Call {
        let actor = identity::authenticate::token(&self.env, token.expose()).await.unwrap();
        self.system().by(actor)
    }
}

/// The user behind an actor.
pub(crate) fn user(actor: &Actor) -> &UserActor {
    actor.user().unwrap()
}

/// What everything says that does not hold.
pub(crate) fn assert_refused<T: std::fmt::Debug>(result: base::Result<T>) {
    match result {
        Err(base::Error::Unauthenticated { why }) => {
            assert_eq!(why, "the credentials are wrong, expired or blocked");
        }
        other => panic!("not refused: {other:?}"),
    }
}

/// Asserts which kind of error it is.
#[macro_export]
macro_rules! assert_error {
    ($result:expr, $pattern:pat) => {
        let result = $result;
        assert!(matches!(&result, Err($pattern)), "{result:?}");
    };
}
