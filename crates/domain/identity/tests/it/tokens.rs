use std::time::Duration;

use base::{Error, Scope, Scopes, Timestamp, Via};
use identity::tokens::{CreatedToken, NewToken};
use identity::{authenticate, teams, tokens, users};

use crate::assert_error;
use crate::house::{House, PASSWORD, assert_refused, on_each, user};

fn new(house: &House) -> NewToken {
    NewToken {
        user: house.ada,
        team: None,
        label: "laptop".to_owned(),
        scopes: Scopes::EVERYTHING,
        expires_at: None,
    }
}

async fn make(house: &House, new: NewToken) -> CreatedToken {
    tokens::create(&house.call(house.ada).await, new).await.unwrap()
}

#[tokio::test]
async fn a_token_comes_in_with_its_scopes_and_team() {
    on_each(async |_, house| {
        let scopes = Scopes::parse("project:depot,user:ro").unwrap();
        let made = make(&house, NewToken { scopes, ..new(&house) }).await;
        let text = made.secret.expose();
        assert_eq!(text.len(), 40);
        assert!(text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)));

        let actor = authenticate::token(&house.env, text).await.unwrap();
        let found = user(&actor);
        assert_eq!((found.id, found.team, found.via), (house.ada, house.team, Via::Token));
        assert_eq!(found.scopes, scopes);
        assert!(actor.needs_scope(Scope::ProjectDepot).is_ok());
        assert!(actor.needs_scope(Scope::User).is_err());

        for wrong in ["", "0", &"0".repeat(40), &text.to_uppercase(), &text[1..], "☃"] {
            assert_refused(authenticate::token(&house.env, wrong).await);
        }
        let listed = tokens::list(&house.call(house.ada).await, house.ada).await.unwrap();
        assert_eq!(listed.len(), 1);
        assert_eq!((listed[0].label.as_str(), listed[0].scopes), ("laptop", scopes));
        assert!(!format!("{made:?}").contains(text));
    })
    .await;
}

#[tokio::test]
async fn a_token_ends_at_its_time() {
    on_each(async |testing, house| {
        let end = house.env.clock.now().after(Duration::from_secs(1));
        let made = make(&house, NewToken { expires_at: Some(end), ..new(&house) }).await;
        testing.clock.advance(Duration::from_millis(999));
        authenticate::token(&house.env, made.secret.expose()).await.unwrap();
        testing.clock.advance(Duration::from_millis(1));
        assert_refused(authenticate::token(&house.env, made.secret.expose()).await);

        let past = NewToken { expires_at: Some(Timestamp(1)), ..new(&house) };
        let refused = tokens::create(&house.call(house.ada).await, past).await;
        assert_error!(refused, Error::Invalid { .. });
    })
    .await;
}

#[tokio::test]
async fn a_revoked_token_stops_at_once() {
    on_each(async |_, house| {
        let made = make(&house, new(&house)).await;
        // In this process's memory now.
        authenticate::token(&house.env, made.secret.expose()).await.unwrap();
        let ada = house.call(house.ada).await;
        tokens::revoke(&ada, made.token.id).await.unwrap();
        assert_refused(authenticate::token(&house.env, made.secret.expose()).await);
        assert_error!(tokens::revoke(&ada, made.token.id).await, Error::NotFound { .. });
    })
    .await;
}

#[tokio::test]
async fn a_token_revoked_by_another_process_stops_within_seconds() {
    on_each(async |testing, house| {
        let made = make(&house, new(&house)).await;
        authenticate::token(&house.env, made.secret.expose()).await.unwrap();
        // The same database with another memory is another replica.
        let replica = call::Env::new((*house.env).clone());
        let call = call::Call::system(replica);
        tokens::revoke(&call, made.token.id).await.unwrap();
        testing.clock.advance(Duration::from_secs(3));
        assert_refused(authenticate::token(&house.env, made.secret.expose()).await);
    })
    .await;
}

#[tokio::test]
async fn blocking_and_leaving_end_a_token_at_once() {
    on_each(async |_, house| {
        let made = make(&house, new(&house)).await;
        let shown = async || authenticate::token(&house.env, made.secret.expose()).await;
        let admin = house.call(house.admin).await;
        shown().await.unwrap();
        users::block(&admin, house.ada).await.unwrap();
        assert_refused(shown().await);
        users::unblock(&admin, house.ada).await.unwrap();
        shown().await.unwrap();
        teams::remove_member(&admin, house.team, house.ada).await.unwrap();
        assert_refused(shown().await);
        // Coming back does not bring old tokens back.
        teams::add_member(&house.system(), house.team, house.ada, base::TeamRole::Member)
            .await
            .unwrap();
        assert_refused(shown().await);
    })
    .await;
}

#[tokio::test]
async fn a_new_role_counts_at_once() {
    on_each(async |_, house| {
        let made = make(&house, new(&house)).await;
        let role = async || {
            let actor = authenticate::token(&house.env, made.secret.expose()).await.unwrap();
            user(&actor).role
        };
        assert_eq!(role().await, base::TeamRole::Member);
        let admin = house.call(house.admin).await;
        teams::change_role(&admin, house.team, house.ada, base::TeamRole::Admin).await.unwrap();
        assert_eq!(role().await, base::TeamRole::Admin);
    })
    .await;
}

#[tokio::test]
async fn the_last_use_is_written_every_ten_minutes() {
    on_each(async |testing, house| {
        let made = make(&house, new(&house)).await;
        let start = house.env.clock.now();
        let ada = house.call(house.ada).await;
        let last = async || tokens::list(&ada, house.ada).await.unwrap()[0].last_used_at;
        assert_eq!(last().await, None);
        authenticate::token(&house.env, made.secret.expose()).await.unwrap();
        assert_eq!(last().await, Some(start));
        let seen = users::get(house.env.db.reader(), house.ada).await.unwrap();
        assert_eq!(seen.last_activity_at, Some(start));
        testing.clock.advance(Duration::from_secs(599));
        authenticate::token(&house.env, made.secret.expose()).await.unwrap();
        assert_eq!(last().await, Some(start));
        testing.clock.advance(Duration::from_secs(1));
        authenticate::token(&house.env, made.secret.expose()).await.unwrap();
        assert_eq!(last().await, Some(start.after(Duration::from_secs(600))));
    })
    .await;
}

#[tokio::test]
async fn tokens_are_made_in_person_and_for_oneself() {
    on_each(async |_, house| {
        let ada = house.call(house.ada).await;
        let made = tokens::create(&ada, new(&house)).await.unwrap();
        let with_token = house.call_with(&made.secret).await;
        assert_error!(tokens::create(&with_token, new(&house)).await, Error::Denied { .. });
        assert_error!(tokens::revoke(&with_token, made.token.id).await, Error::Denied { .. });
        let admin = house.call(house.admin).await;
        assert_error!(tokens::create(&admin, new(&house)).await, Error::NotFound { .. });
        assert_error!(
            tokens::create(&house.nobody(), new(&house)).await,
            Error::Unauthenticated { .. }
        );
        for label in ["", "  ", "a\nb", &"x".repeat(101)] {
            let new = NewToken { label: label.to_owned(), ..new(&house) };
            assert!(tokens::create(&ada, new).await.is_err(), "{label:?}");
        }
        // The command line makes them for anybody, even before the first
        // password was changed.
        tokens::create(&house.system(), new(&house)).await.unwrap();

        // An admin sees and revokes them; other members do not know of them.
        let bob = house.add("bob", base::TeamRole::Member).await;
        let bob = house.call(bob).await;
        assert_error!(tokens::list(&bob, house.ada).await, Error::Denied { .. });
        assert_error!(tokens::revoke(&bob, made.token.id).await, Error::NotFound { .. });
        assert_eq!(tokens::list(&admin, house.ada).await.unwrap().len(), 2);
        tokens::revoke(&admin, made.token.id).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_day_token_is_given_for_a_password_and_ends_after_a_day() {
    on_each(async |testing, house| {
        let env = &house.env;
        let issue = async |login: &str, password: &str, team: Option<&str>| {
            tokens::issue_temporary(env, login, &password.into(), team, None).await
        };
        assert_refused(issue("ghost", "wrong horse", None).await);
        assert_refused(issue("ada", "wrong horse", None).await);
        assert_refused(issue("ada", PASSWORD, Some("other")).await);
        let issued = issue("ada", PASSWORD, Some("mortise")).await.unwrap();
        assert_eq!(issued.expires_at, env.clock.now().after(Duration::from_hours(24)));
        let actor = authenticate::token(env, issued.token.expose()).await.unwrap();
        assert_eq!(user(&actor).id, house.ada);
        // It is not among the personal ones.
        assert!(tokens::list(&house.system(), house.ada).await.unwrap().is_empty());
        testing.clock.advance(Duration::from_hours(24));
        assert_refused(authenticate::token(env, issued.token.expose()).await);

        let kept = make(&house, new(&house)).await;
        testing.clock.advance(Duration::from_hours(1));
        // The failure of an account that never succeeded, and the token.
        assert_eq!(identity::prune_expired(env).await.unwrap(), 2);
        assert_eq!(identity::prune_expired(env).await.unwrap(), 0);

        issue("ada", PASSWORD, None).await.unwrap();
        testing.clock.advance(Duration::from_hours(24));
        let tx = env.db.begin().await.unwrap();
        let job = jobs::NewJob {
            kind: "identity.prune".to_owned(),
            queue: "default".to_owned(),
            attempts: 1,
            priority: 0,
            payload: serde_json::json!({}),
        };
        env.jobs.enqueue_new(&tx, job, jobs::Enqueue::default()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(testing.run_jobs().await.len(), 1);
        assert_eq!(identity::prune_expired(env).await.unwrap(), 0);
        authenticate::token(env, kept.secret.expose()).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_token_stands_in_for_a_password() {
    on_each(async |_, house| {
        let made = make(&house, new(&house)).await;
        let basic = async |login: &str, secret: &str| {
            authenticate::name_and_secret(&house.env, login, &secret.into(), None).await
        };
        for login in ["ada", "coding", ""] {
            let actor = basic(login, made.secret.expose()).await.unwrap();
            assert_eq!((user(&actor).id, user(&actor).via), (house.ada, Via::Token));
        }
        assert_eq!(user(&basic("ada", PASSWORD).await.unwrap()).via, Via::Password);
        // Showing a wrong token again and again is no guessing at passwords.
        for _ in 0..9 {
            assert_refused(basic("ada", &"0".repeat(40)).await);
        }
        basic("ada", PASSWORD).await.unwrap();
    })
    .await;
}
