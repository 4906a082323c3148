use std::net::IpAddr;
use std::time::Duration;

use base::{Error, Scopes, Via};
use identity::tokens::NewToken;
use identity::{Secret, authenticate, passwords, sessions, tokens, users};

use crate::assert_error;
use crate::house::{PASSWORD, assert_refused, on_each, user};

#[tokio::test]
async fn a_password_comes_in_by_name_and_by_mail_address() {
    on_each(async |_, house| {
        for login in ["ada", "ADA", "ada@example.com", "Ada@Example.com"] {
            let actor =
                authenticate::password(&house.env, login, &PASSWORD.into(), None).await.unwrap();
            let user = user(&actor);
            assert_eq!((user.id, user.team, user.via), (house.ada, house.team, Via::Password));
            assert_eq!((&*user.name, user.scopes), ("ada", Scopes::EVERYTHING));
        }
        for (login, password) in
            [("ada", "wrong horse"), ("ada", ""), ("bob", PASSWORD), ("", PASSWORD)]
        {
            assert_refused(authenticate::password(&house.env, login, &password.into(), None).await);
        }
    })
    .await;
}

#[tokio::test]
async fn an_unknown_user_costs_a_verification_too() {
    on_each(async |_, house| {
        let verified = async |login: &str| {
            let before = identity::passwords::verifications(&house.env);
            assert_refused(
                authenticate::password(&house.env, login, &"wrong horse".into(), None).await,
            );
            identity::passwords::verifications(&house.env) - before
        };
        assert_eq!(verified("ada").await, 1);
        assert_eq!(verified("nobody-here").await, 1);
        users::block(&house.call(house.admin).await, house.ada).await.unwrap();
        assert_eq!(verified("ada").await, 1);
    })
    .await;
}

/// Fails to come in so many times and returns the wait that follows.
async fn guess(env: &call::Env, login: &str, address: Option<IpAddr>) -> Option<Duration> {
    let wrong = Secret::from("wrong horse");
    match authenticate::password(env, login, &wrong, address).await {
        Err(Error::Unauthenticated { .. }) => None,
        Err(Error::Limit { retry_after, .. }) => retry_after,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn guessing_at_an_account_waits_longer_and_longer() {
    on_each(async |testing, house| {
        let env = &house.env;
        for _ in 0..5 {
            assert_eq!(guess(env, "ada", None).await, None);
        }
        for seconds in [1, 2, 4, 8] {
            // While waiting not even the right password is looked at.
            let right = authenticate::password(env, "ada", &PASSWORD.into(), None).await;
            assert_error!(right, Error::Limit { .. });
            assert_eq!(guess(env, "ada", None).await, Some(Duration::from_secs(seconds)));
            testing.clock.advance(Duration::from_secs(seconds) - Duration::from_millis(1));
            assert_eq!(guess(env, "ada", None).await, Some(Duration::from_millis(1)));
            testing.clock.advance(Duration::from_millis(1));
            assert_eq!(guess(env, "ada", None).await, None);
        }
        // Another account is not slowed.
        authenticate::password(env, "admin", &PASSWORD.into(), None).await.unwrap();
        // A success forgets the failures.
        testing.clock.advance(Duration::from_secs(16));
        authenticate::password(env, "ada", &PASSWORD.into(), None).await.unwrap();
        for _ in 0..5 {
            assert_eq!(guess(env, "ada", None).await, None);
        }
        assert_eq!(guess(env, "ada", None).await, Some(Duration::from_secs(1)));
        // So does an hour.
        testing.clock.advance(Duration::from_hours(1));
        assert_eq!(guess(env, "ada", None).await, None);
        authenticate::password(env, "ada", &PASSWORD.into(), None).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn accounts_that_do_not_exist_wait_alike() {
    on_each(async |_, house| {
        for _ in 0..5 {
            assert_eq!(guess(&house.env, "ghost", None).await, None);
        }
        assert_eq!(guess(&house.env, "ghost", None).await, Some(Duration::from_secs(1)));
    })
    .await;
}

#[tokio::test]
async fn guessing_from_an_address_is_slowed_over_all_accounts() {
    on_each(async |_, house| {
        let address: IpAddr = "192.0.2.7".parse().unwrap();
        for number in 0..20 {
            assert_eq!(guess(&house.env, &format!("user{number}"), Some(address)).await, None);
        }
        let wait = guess(&house.env, "ada", Some(address)).await;
        assert_eq!(wait, Some(Duration::from_secs(1)));
        let other: IpAddr = "192.0.2.8".parse().unwrap();
        authenticate::password(&house.env, "ada", &PASSWORD.into(), Some(other)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn attempts_sent_at_once_do_not_outrun_the_count() {
    on_each(async |_, house| {
        let attempts: Vec<_> = (0..24)
            .map(|_| {
                let env = house.env.clone();
                tokio::spawn(async move { guess(&env, "ada", None).await })
            })
            .collect();
        let mut looked_at = 0;
        for attempt in attempts {
            looked_at += usize::from(attempt.await.unwrap().is_none());
        }
        let turns = std::thread::available_parallelism().unwrap().get();
        assert!((5..=5 + turns).contains(&looked_at), "{looked_at}");
    })
    .await;
}

#[tokio::test]
async fn a_change_ends_other_sessions_and_day_tokens_but_not_personal_ones() {
    on_each(async |_, house| {
        let env = &house.env;
        let old = Secret::from(PASSWORD);
        let browser = sessions::Browser::default;
        let here = sessions::sign_in(env, "ada", &old, browser()).await.unwrap();
        let there = sessions::sign_in(env, "ada", &old, browser()).await.unwrap();
        let day = tokens::issue_temporary(env, "ada", &old, None, None).await.unwrap();
        let call = house.system().by(base::Actor::User(here.signed_in.user.clone()));
        let new = NewToken {
            user: house.ada,
            team: None,
            label: "mine".to_owned(),
            scopes: Scopes::EVERYTHING,
            expires_at: None,
        };
        let personal = tokens::create(&call, new).await.unwrap();
        authenticate::token(env, day.token.expose()).await.unwrap();

        let change = async |old: &str, new: &str| {
            let keep = Some(here.signed_in.session);
            passwords::change(&call, &old.into(), &new.into(), keep).await
        };
        assert_error!(change("wrong horse", "battery staple").await, Error::Invalid { .. });
        assert_error!(change(PASSWORD, "short").await, Error::Invalid { .. });
        assert_error!(change(PASSWORD, "ada@example.com").await, Error::Invalid { .. });
        assert_error!(change(PASSWORD, PASSWORD).await, Error::Invalid { .. });
        change(PASSWORD, "battery staple").await.unwrap();

        authenticate::session(env, &here.cookie).await.unwrap();
        assert_refused(authenticate::session(env, &there.cookie).await);
        assert_refused(authenticate::token(env, day.token.expose()).await);
        authenticate::token(env, personal.secret.expose()).await.unwrap();
        assert_refused(authenticate::password(env, "ada", &old, None).await);
        authenticate::password(env, "ada", &"battery staple".into(), None).await.unwrap();

        let with_token = house.call_with(&personal.secret).await;
        let now = Secret::from("battery staple");
        let change = passwords::change(&with_token, &now, &"third one!".into(), None).await;
        assert_error!(change, Error::Denied { .. });
        assert_error!(
            passwords::change(&house.nobody(), &old, &"third one!".into(), None).await,
            Error::Unauthenticated { .. }
        );
    })
    .await;
}

#[tokio::test]
async fn a_reset_password_is_good_for_changing_it() {
    on_each(async |_, house| {
        let env = &house.env;
        let admin = house.call(house.admin).await;
        let ada = house.call(house.ada).await;
        assert_error!(users::reset_password(&ada, house.admin).await, Error::Denied { .. });
        assert_error!(users::reset_password(&admin, house.admin).await, Error::Conflict { .. });
        let one_time = users::reset_password(&admin, house.ada).await.unwrap();
        assert_refused(authenticate::password(env, "ada", &PASSWORD.into(), None).await);
        assert_error!(
            authenticate::password(env, "ada", &one_time, None).await,
            Error::Unauthenticated { .. }
        );
        assert_error!(
            tokens::issue_temporary(env, "ada", &one_time, None, None).await,
            Error::Unauthenticated { .. }
        );
        let opened =
            sessions::sign_in(env, "ada", &one_time, sessions::Browser::default()).await.unwrap();
        assert!(opened.signed_in.must_change_password);
    })
    .await;
}
