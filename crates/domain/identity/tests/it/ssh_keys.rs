use std::time::Duration;

use base::{Error, Scope, Scopes, TeamRole, UserId, Via};
use identity::ssh_keys::{self, NewSshKey, Owner};
use identity::{teams, tokens, users};

use crate::assert_error;
use crate::house::on_each;

const LAPTOP: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdD7y3aLq454yWBdwLWbieU1ebz9/cu7/QEXn9OIeZJ ada@laptop";
const DESK: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICFo/k5LU8863u66YC9eUO2170QduohPURkQnbLa/dcz";

fn new(content: &str) -> NewSshKey {
    NewSshKey { content: content.to_owned(), ..NewSshKey::default() }
}

#[tokio::test]
async fn a_key_names_its_owner_until_it_is_deleted_or_he_is_blocked() {
    on_each(async |_, house| {
        let ada = house.call(house.ada).await;
        let key = ssh_keys::create(&ada, house.ada, new(LAPTOP)).await.unwrap();
        assert_eq!((key.title.as_str(), key.algorithm.as_str()), ("ada@laptop", "ssh-ed25519"));
        let titled = NewSshKey { title: " desk ".to_owned(), ..new(DESK) };
        let desk = ssh_keys::create(&ada, house.ada, titled).await.unwrap();
        assert_eq!(desk.title, "desk");

        let shown = ssh_keys::find(&house.env, &key.fingerprint).await.unwrap().unwrap();
        assert_eq!(shown.owner, Owner::User { user: house.ada, team: None });
        ssh_keys::used(&house.env, &shown).await;
        let listed = ssh_keys::list(&ada, house.ada).await.unwrap();
        assert_eq!(listed[1].last_used_at, Some(house.env.clock.now()));
        assert_eq!(listed[0].last_used_at, None);
        let actor = ssh_keys::person(&house.env, house.ada, None, Some("mortise")).await.unwrap();
        assert_eq!((actor.id, actor.team, actor.via), (house.ada, house.team, Via::SshKey));
        assert!(actor.scopes.contains(Scope::ProjectDepot));
        assert!(!actor.scopes.can_read(Scope::User));

        assert!(ssh_keys::find(&house.env, "SHA256:unknown").await.unwrap().is_none());
        ssh_keys::delete(&ada, house.ada, desk.id).await.unwrap();
        assert!(ssh_keys::find(&house.env, &desk.fingerprint).await.unwrap().is_none());
        assert_error!(ssh_keys::delete(&ada, house.ada, desk.id).await, Error::NotFound { .. });
        users::block(&house.call(house.admin).await, house.ada).await.unwrap();
        assert!(ssh_keys::find(&house.env, &key.fingerprint).await.unwrap().is_none());
        let person = ssh_keys::person(&house.env, house.ada, None, None).await;
        assert_error!(person, Error::Unauthenticated { .. });
    })
    .await;
}

#[tokio::test]
async fn a_key_belongs_to_one_owner() {
    on_each(async |_, house| {
        let ada = house.call(house.ada).await;
        let first = ssh_keys::create(&ada, house.ada, new(LAPTOP)).await.unwrap();
        let again = NewSshKey { title: "x".to_owned(), ..new(first.content.as_str()) };
        let bob = house.add("bob", TeamRole::Member).await;
        for (call, user) in [(&ada, house.ada), (&house.call(bob).await, bob)] {
            let taken = ssh_keys::create(call, user, again.clone()).await;
            assert_error!(taken, Error::Conflict { .. });
        }
        let tx = house.env.db.begin().await.unwrap();
        let taken = ssh_keys::insert_for_thing(&ada, &tx, again.clone()).await;
        assert_error!(taken, Error::Conflict { .. });
        let of_thing = ssh_keys::insert_for_thing(&ada, &tx, new(DESK)).await.unwrap();
        tx.commit().await.unwrap();
        let shown = ssh_keys::find(&house.env, &of_thing.fingerprint).await.unwrap().unwrap();
        assert_eq!(shown.owner, Owner::Thing);
        assert_eq!(ssh_keys::list(&ada, house.ada).await.unwrap().len(), 1);

        // Whoever it belongs to is not reached by the door of the other.
        let tx = house.env.db.begin().await.unwrap();
        ssh_keys::delete_of_things(&tx, &[first.id, of_thing.id]).await.unwrap();
        tx.commit().await.unwrap();
        let left = ssh_keys::by_ids(house.env.db.reader(), &[first.id, of_thing.id]).await.unwrap();
        assert_eq!(left.into_keys().collect::<Vec<_>>(), [first.id]);
    })
    .await;
}

#[tokio::test]
async fn an_admin_looks_after_the_keys_of_members_in_his_team() {
    on_each(async |_, house| {
        let other = teams::create(&house.system(), "others", "").await.unwrap();
        teams::add_member(&house.system(), other.id, house.ada, TeamRole::Member).await.unwrap();
        let admin = house.call(house.admin).await;
        let key = ssh_keys::create(&admin, house.ada, new(LAPTOP)).await.unwrap();
        assert_eq!((key.user, key.team), (Some(house.ada), Some(house.team)));
        assert_eq!(key.creator, Some(house.admin));
        // It does not open the member's other team.
        let actor =
            ssh_keys::person(&house.env, house.ada, key.team, Some("others")).await.unwrap();
        assert_eq!(actor.team, house.team);
        let free = ssh_keys::person(&house.env, house.ada, None, Some("others")).await.unwrap();
        assert_eq!(free.team, other.id);

        let ada = house.call(house.ada).await;
        ssh_keys::create(&ada, house.ada, new(DESK)).await.unwrap();
        assert_eq!(ssh_keys::list(&admin, house.ada).await.unwrap().len(), 2);
        let bob = house.call(house.add("bob", TeamRole::Member).await).await;
        assert_error!(ssh_keys::list(&bob, house.ada).await, Error::Denied { .. });
        assert_error!(ssh_keys::create(&bob, house.ada, new("x")).await, Error::Denied { .. });
        assert_error!(ssh_keys::list(&admin, UserId(999)).await, Error::NotFound { .. });
        assert_error!(
            ssh_keys::list(&house.nobody(), house.ada).await,
            Error::Unauthenticated { .. }
        );
        ssh_keys::delete(&admin, house.ada, key.id).await.unwrap();

        let again = ssh_keys::create(&admin, house.ada, new(LAPTOP)).await.unwrap();
        teams::remove_member(&admin, house.team, house.ada).await.unwrap();
        assert!(ssh_keys::find(&house.env, &again.fingerprint).await.unwrap().is_none());
        assert_eq!(ssh_keys::list(&house.system(), house.ada).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_key_ends_when_it_was_to_end() {
    on_each(async |testing, house| {
        let ada = house.call(house.ada).await;
        let now = house.env.clock.now();
        let until = |end| NewSshKey { expires_at: Some(end), ..new(LAPTOP) };
        let past = ssh_keys::create(&ada, house.ada, until(now)).await;
        assert_error!(past, Error::Invalid { .. });
        let end = now.after(Duration::from_secs(60));
        let key = ssh_keys::create(&ada, house.ada, until(end)).await.unwrap();
        assert!(ssh_keys::find(&house.env, &key.fingerprint).await.unwrap().is_some());
        testing.clock.advance(Duration::from_secs(60));
        assert!(key.has_expired(house.env.clock.now()));
        assert!(ssh_keys::find(&house.env, &key.fingerprint).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn a_token_needs_the_scope_for_keys() {
    on_each(async |_, house| {
        let ada = house.call(house.ada).await;
        for (scopes, allowed) in [("project:key", true), ("project:key:ro,project:depot", false)] {
            let token = tokens::NewToken {
                user: house.ada,
                team: None,
                label: "x".to_owned(),
                scopes: Scopes::parse(scopes).unwrap(),
                expires_at: None,
            };
            let token = tokens::create(&ada, token).await.unwrap().secret;
            let call = house.call_with(&token).await;
            let added = ssh_keys::create(&call, house.ada, new(LAPTOP)).await;
            assert_eq!(added.is_ok(), allowed, "{added:?}");
        }
    })
    .await;
}
