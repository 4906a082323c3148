use std::time::Duration;

use base::{Actor, Error, TeamRole, Via};
use call::Call;
use identity::sessions::{Browser, NewSession};
use identity::{Secret, authenticate, sessions, teams, users};

use crate::assert_error;
use crate::house::{House, PASSWORD, assert_refused, on_each};

const DAY: Duration = Duration::from_hours(24);

async fn open(house: &House, agent: &str) -> NewSession {
    let browser = Browser { address: "192.0.2.1".parse().ok(), agent: agent.to_owned() };
    sessions::sign_in(&house.env, "ada", &PASSWORD.into(), browser).await.unwrap()
}

fn call(house: &House, opened: &NewSession) -> Call {
    house.system().by(Actor::User(opened.signed_in.user.clone()))
}

#[tokio::test]
async fn a_cookie_comes_in_until_it_is_signed_out() {
    on_each(async |_, house| {
        let opened = open(&house, "Lynx").await;
        assert_eq!(opened.cookie.expose().len(), 64);
        assert!(!opened.signed_in.must_change_password);
        let found = authenticate::session(&house.env, &opened.cookie).await.unwrap();
        assert_eq!((found.user.id, found.user.via), (house.ada, Via::Session));
        assert_eq!(found.session, opened.signed_in.session);
        for wrong in ["", "0", &"0".repeat(64)] {
            assert_refused(authenticate::session(&house.env, &Secret::from(wrong)).await);
        }
        // A cookie is no token and a token no cookie.
        assert_refused(authenticate::token(&house.env, opened.cookie.expose()).await);

        sessions::sign_out(&call(&house, &opened), &opened.cookie).await.unwrap();
        assert_refused(authenticate::session(&house.env, &opened.cookie).await);
        sessions::sign_out(&call(&house, &opened), &opened.cookie).await.unwrap();

        let wrong = sessions::sign_in(&house.env, "ada", &"wrong".into(), Browser::default()).await;
        assert_refused(wrong);
    })
    .await;
}

#[tokio::test]
async fn use_prolongs_a_session_for_at_most_ninety_days() {
    on_each(async |testing, house| {
        let idle = open(&house, "idle").await;
        let used = open(&house, "used").await;
        testing.clock.advance(14 * DAY - Duration::from_millis(1));
        let found = authenticate::session(&house.env, &used.cookie).await.unwrap();
        assert_eq!(found.expires_at, house.env.clock.now().after(14 * DAY));
        testing.clock.advance(Duration::from_millis(1));
        assert_refused(authenticate::session(&house.env, &idle.cookie).await);
        for _ in 0..6 {
            authenticate::session(&house.env, &used.cookie).await.unwrap();
            testing.clock.advance(12 * DAY);
        }
        // 86 days old.
        let found = authenticate::session(&house.env, &used.cookie).await.unwrap();
        assert_eq!(found.expires_at, call::testing::START.after(90 * DAY));
        testing.clock.advance(4 * DAY);
        assert_refused(authenticate::session(&house.env, &used.cookie).await);
        assert_eq!(identity::prune_expired(&house.env).await.unwrap(), 2);
    })
    .await;
}

#[tokio::test]
async fn sessions_are_listed_and_ended() {
    on_each(async |testing, house| {
        let first = open(&house, "Lynx\r\nX").await;
        testing.clock.advance(Duration::from_secs(1));
        let second = open(&house, "Mosaic").await;
        let ada = call(&house, &second);
        let listed = sessions::list(&ada).await.unwrap();
        let agents: Vec<&str> = listed.iter().map(|session| session.agent.as_str()).collect();
        assert_eq!(agents, ["Mosaic", "LynxX"]);
        assert_eq!(listed[0].address, "192.0.2.1");

        let bob = house.add("bob", TeamRole::Member).await;
        let bob = house.call(bob).await;
        let others = sessions::end(&bob, first.signed_in.session).await;
        assert_error!(others, Error::NotFound { .. });
        assert_error!(sessions::end_all(&bob, house.ada, None).await, Error::NotFound { .. });

        sessions::end(&ada, first.signed_in.session).await.unwrap();
        assert_refused(authenticate::session(&house.env, &first.cookie).await);
        let third = open(&house, "third").await;
        let keep = Some(third.signed_in.session);
        assert_eq!(sessions::end_all(&ada, house.ada, keep).await.unwrap(), 1);
        assert_refused(authenticate::session(&house.env, &second.cookie).await);
        authenticate::session(&house.env, &third.cookie).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_session_acts_in_one_of_the_users_teams() {
    on_each(async |_, house| {
        let other = teams::create(&house.system(), "forge", "The forge").await.unwrap();
        let opened = open(&house, "Lynx").await;
        let ada = call(&house, &opened);
        let session = opened.signed_in.session;
        let stranger = sessions::switch_team(&ada, session, other.id).await;
        assert_error!(stranger, Error::NotFound { .. });
        let user = &opened.signed_in.user;
        assert_error!(
            authenticate::in_team(&house.env, user, other.id).await,
            Error::NotFound { .. }
        );

        let system = house.system();
        teams::add_member(&system, other.id, house.ada, TeamRole::Admin).await.unwrap();
        sessions::switch_team(&ada, session, other.id).await.unwrap();
        let found = authenticate::session(&house.env, &opened.cookie).await.unwrap();
        assert_eq!((found.user.team, found.user.role), (other.id, TeamRole::Admin));
        let back = authenticate::in_team(&house.env, &found.user, house.team).await.unwrap();
        assert_eq!((back.team, back.role), (house.team, TeamRole::Member));

        // Leaving the team ends what acted in it.
        teams::remove_member(&system, other.id, house.ada).await.unwrap();
        assert_refused(authenticate::session(&house.env, &opened.cookie).await);
    })
    .await;
}

#[tokio::test]
async fn blocking_ends_sessions_for_good() {
    on_each(async |_, house| {
        let opened = open(&house, "Lynx").await;
        let admin = house.call(house.admin).await;
        users::block(&admin, house.ada).await.unwrap();
        assert_refused(authenticate::session(&house.env, &opened.cookie).await);
        let again =
            sessions::sign_in(&house.env, "ada", &PASSWORD.into(), Browser::default()).await;
        assert_refused(again);
        users::unblock(&admin, house.ada).await.unwrap();
        assert_refused(authenticate::session(&house.env, &opened.cookie).await);
        open(&house, "Lynx").await;
    })
    .await;
}
