use std::time::Duration;

use base::{Scopes, Via};
use identity::teams::TeamChange;
use identity::tokens::NewToken;
use identity::{authenticate, teams, tokens, users};
use sha2::{Digest as _, Sha256};

use crate::house::{House, assert_refused, on_each, user};

async fn token(house: &House, label: &str) -> String {
    let new = NewToken {
        user: house.ada,
        team: None,
        label: label.to_owned(),
        scopes: Scopes::parse("project:analysis").unwrap(),
        expires_at: None,
    };
    tokens::create(&house.system(), new).await.unwrap().secret.expose().to_owned()
}

/// Written after the published example, apart from the code under test.
fn ticket(user: &str, token: &str, timestamp: i64) -> String {
    let text = format!("{timestamp}{user}#{token}#{user}{timestamp}");
    hex::encode(Sha256::digest(text)).to_uppercase()
}

#[tokio::test]
async fn any_of_the_users_tokens_signs() {
    on_each(async |_, house| {
        let now = house.env.clock.now().seconds();
        let number = house.ada.to_string();
        for text in [token(&house, "first").await, token(&house, "second").await] {
            for name in ["ada", number.as_str()] {
                let actor = authenticate::signed_ticket(
                    &house.env,
                    name,
                    &now.to_string(),
                    &ticket(name, &text, now),
                )
                .await
                .unwrap();
                let found = user(&actor);
                assert_eq!((found.id, found.via), (house.ada, Via::Token));
                assert_eq!(found.scopes.to_string(), "project:analysis");
            }
            let lower = ticket("ada", &text, now).to_lowercase();
            authenticate::signed_ticket(&house.env, "ada", &now.to_string(), &lower).await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn a_ticket_holds_ten_minutes_either_way() {
    on_each(async |_, house| {
        let text = token(&house, "laptop").await;
        let now = house.env.clock.now().seconds();
        let check = async |at: i64| {
            let ticket = ticket("ada", &text, at);
            authenticate::signed_ticket(&house.env, "ada", &at.to_string(), &ticket).await
        };
        for at in [now - 600, now, now + 600] {
            check(at).await.unwrap();
        }
        for at in [now - 601, now + 601, 0, i64::MAX, i64::MIN] {
            assert_refused(check(at).await);
        }
    })
    .await;
}

#[tokio::test]
async fn whatever_is_wrong_is_refused_in_the_same_words() {
    on_each(async |_, house| {
        let text = token(&house, "laptop").await;
        let now = house.env.clock.now().seconds();
        let right = ticket("ada", &text, now);
        let stamp = now.to_string();
        let check = async |user: &str, stamp: &str, ticket: &str| {
            authenticate::signed_ticket(&house.env, user, stamp, ticket).await
        };
        check("ada", &stamp, &right).await.unwrap();
        assert_refused(check("admin", &stamp, &right).await);
        assert_refused(check("ghost", &stamp, &ticket("ghost", &text, now)).await);
        assert_refused(check("ada", &(now + 1).to_string(), &right).await);
        assert_refused(check("ada", "soon", &right).await);
        assert_refused(check("ada", "", "").await);
        assert_refused(check("ada", &stamp, &right[1..]).await);
        assert_refused(check("ada", &stamp, &ticket("ada", &text[1..], now)).await);
        users::block(&house.call(house.admin).await, house.ada).await.unwrap();
        assert_refused(check("ada", &stamp, &right).await);
    })
    .await;
}

#[tokio::test]
async fn expired_tokens_and_teams_without_tickets_do_not_sign() {
    on_each(async |testing, house| {
        let now = house.env.clock.now();
        let new = NewToken {
            user: house.ada,
            team: None,
            label: "short".to_owned(),
            scopes: Scopes::EVERYTHING,
            expires_at: Some(now.after(Duration::from_secs(60))),
        };
        let short = tokens::create(&house.system(), new).await.unwrap();
        let long = token(&house, "long").await;
        let check = async |text: &str| {
            let now = house.env.clock.now().seconds();
            let ticket = ticket("ada", text, now);
            authenticate::signed_ticket(&house.env, "ada", &now.to_string(), &ticket).await
        };
        check(short.secret.expose()).await.unwrap();
        testing.clock.advance(Duration::from_secs(60));
        assert_refused(check(short.secret.expose()).await);
        check(&long).await.unwrap();

        let owner = house.call(house.admin).await;
        let off = TeamChange { tickets_enabled: Some(false), ..TeamChange::default() };
        teams::change(&owner, house.team, off).await.unwrap();
        assert_refused(check(&long).await);
        // The token itself still works, and new ones are kept as hashes only.
        authenticate::token(&house.env, &long).await.unwrap();
        let later = token(&house, "later").await;
        assert!(!tokens::list(&house.system(), house.ada).await.unwrap()[0].signs);
        assert_refused(check(&later).await);
    })
    .await;
}
