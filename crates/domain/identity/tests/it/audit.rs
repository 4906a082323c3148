use std::time::Duration;

use base::{Error, PageRequest, Scopes};
use identity::audit::{Filter, list};
use identity::sessions::Browser;
use identity::tokens::NewToken;
use identity::{authenticate, sessions, tokens, users};

use crate::assert_error;
use crate::house::{PASSWORD, on_each};

#[tokio::test]
async fn acts_are_written_down_with_who_when_and_where() {
    on_each(async |testing, house| {
        let address = "192.0.2.9".parse().ok();
        let admin = house.call(house.admin).await;
        let wrong = "wrong horse".into();
        authenticate::password(&house.env, "ada", &wrong, address).await.unwrap_err();
        testing.clock.advance(Duration::from_secs(1));
        let browser = Browser { address, agent: "Lynx".to_owned() };
        sessions::sign_in(&house.env, "ada", &PASSWORD.into(), browser).await.unwrap();
        testing.clock.advance(Duration::from_secs(1));
        let ada = house.call(house.ada).await;
        let new = NewToken {
            user: house.ada,
            team: None,
            label: "laptop".to_owned(),
            scopes: Scopes::EVERYTHING,
            expires_at: None,
        };
        let made = tokens::create(&ada, new).await.unwrap();
        users::block(&admin, house.ada).await.unwrap();

        let all = list(&admin, &Filter::default(), PageRequest::first(100)).await.unwrap();
        let acts: Vec<&str> = all.items.iter().map(|record| record.act.as_str()).collect();
        assert_eq!(
            acts,
            [
                "user.block",
                "token.create",
                "sign_in",
                "sign_in.failed",
                "user.create",
                "team.create"
            ]
        );
        let created = &all.items[1];
        assert_eq!((created.actor, created.actor_name.as_str()), (Some(house.ada), "ada"));
        assert_eq!(created.subject, format!("token:{}", made.token.id));
        assert_eq!(created.details["label"], "laptop");
        assert_eq!(created.request_id, ada.request_id);
        let failed = &all.items[3];
        assert_eq!(failed.address, "192.0.2.9");
        assert_eq!(
            (failed.actor, failed.subject.as_str()),
            (None, &*format!("user:{}", house.ada))
        );
        assert!(all.items.iter().all(|record| {
            let text = format!("{record:?}");
            !text.contains(made.secret.expose()) && !text.contains(PASSWORD)
        }));

        let filter = Filter { act: Some("sign_in".to_owned()), ..Filter::default() };
        let page = list(&admin, &filter, PageRequest::offset(1, 1)).await.unwrap();
        assert_eq!((page.total, page.items[0].act.as_str()), (2, "sign_in.failed"));
        let filter = Filter { since: Some(created.at), ..Filter::default() };
        assert_eq!(list(&admin, &filter, PageRequest::first(9)).await.unwrap().total, 2);
        let filter = Filter { until: Some(created.at), ..Filter::default() };
        assert_eq!(list(&admin, &filter, PageRequest::first(9)).await.unwrap().total, 4);
        let filter = Filter { subject: Some(created.subject.clone()), ..Filter::default() };
        assert_eq!(list(&admin, &filter, PageRequest::first(9)).await.unwrap().total, 1);
        let filter = Filter { actor: Some(house.admin), ..Filter::default() };
        assert_eq!(list(&admin, &filter, PageRequest::first(9)).await.unwrap().total, 1);
        // The installation sees what happened outside of teams too.
        let all = list(&house.system(), &Filter::default(), PageRequest::first(99)).await.unwrap();
        assert!(all.items.iter().any(|record| record.act == "password.change"));
    })
    .await;
}

#[tokio::test]
async fn a_name_that_nobody_has_is_not_written_down() {
    on_each(async |_, house| {
        let typed = "my-secret-password-in-the-wrong-field";
        authenticate::password(&house.env, typed, &"x".into(), None).await.unwrap_err();
        let all = list(&house.system(), &Filter::default(), PageRequest::first(99)).await.unwrap();
        assert_eq!(all.items[0].act, "sign_in.failed");
        assert!(!format!("{all:?}").contains(typed));
    })
    .await;
}

#[tokio::test]
async fn members_do_not_read_the_log() {
    on_each(async |_, house| {
        let page = PageRequest::first(9);
        let ada = house.call(house.ada).await;
        assert_error!(list(&ada, &Filter::default(), page).await, Error::Denied { .. });
        let nobody = list(&house.nobody(), &Filter::default(), page).await;
        assert_error!(nobody, Error::Unauthenticated { .. });
    })
    .await;
}
