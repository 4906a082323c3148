use base::{Error, Via};
use identity::{Secret, access_keys, authenticate, users};

use crate::assert_error;
use crate::house::{assert_refused, on_each, user};

#[tokio::test]
async fn a_pair_signs_for_its_owner() {
    on_each(async |_, house| {
        let ada = house.call(house.ada).await;
        let (key, secret) = access_keys::create(&ada, house.ada, None).await.unwrap();
        assert_eq!((key.access_key.len(), secret.expose().len()), (20, 40));
        assert!(key.access_key.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()));

        let sent = secret.expose().to_owned();
        let check = async |key: &str, sent: &str| {
            authenticate::access_key(&house.env, key, |known| known.matches(sent)).await
        };
        let actor = check(&key.access_key, &sent).await.unwrap();
        assert_eq!((user(&actor).id, user(&actor).via), (house.ada, Via::AccessKey));
        let listed = access_keys::list(&ada, house.ada).await.unwrap();
        assert_eq!(listed[0].last_used_at, Some(house.env.clock.now()));

        let (owner, known) =
            access_keys::signing_secret(&house.env, &key.access_key).await.unwrap().unwrap();
        assert!(owner.id == house.ada && known.matches(&sent));

        assert_refused(check(&key.access_key, "wrong").await);
        assert_refused(check("A2345678901234567890", &sent).await);
        assert_refused(check("", &sent).await);
        // Another row's secret cannot be moved to a key.
        let (second, _) = access_keys::create(&ada, house.ada, None).await.unwrap();
        assert_refused(check(&second.access_key, &sent).await);

        users::block(&house.call(house.admin).await, house.ada).await.unwrap();
        assert_refused(check(&key.access_key, &sent).await);
        assert!(access_keys::signing_secret(&house.env, &key.access_key).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn an_unknown_key_is_verified_too() {
    on_each(async |_, house| {
        let mut verified = 0;
        let verify = |_: &Secret| {
            verified += 1;
            true
        };
        let unknown = authenticate::access_key(&house.env, "A2345678901234567890", verify).await;
        assert_refused(unknown);
        assert_eq!(verified, 1);
    })
    .await;
}

#[tokio::test]
async fn there_are_two_at_most_and_deleting_ends_one() {
    on_each(async |_, house| {
        let ada = house.call(house.ada).await;
        let (first, secret) = access_keys::create(&ada, house.ada, None).await.unwrap();
        access_keys::create(&house.system(), house.ada, Some(house.team)).await.unwrap();
        let third = access_keys::create(&ada, house.ada, None).await;
        assert_error!(third, Error::Limit { .. });

        let bob = house.add("bob", base::TeamRole::Member).await;
        let bob = house.call(bob).await;
        assert_error!(access_keys::list(&bob, house.ada).await, Error::NotFound { .. });
        assert_error!(access_keys::delete(&bob, first.id).await, Error::NotFound { .. });
        assert_error!(access_keys::create(&bob, house.ada, None).await, Error::NotFound { .. });
        let by_key =
            ada.clone().by(authenticate::access_key(&house.env, &first.access_key, |known| {
                known.matches(secret.expose())
            })
            .await
            .unwrap());
        assert_error!(access_keys::delete(&by_key, first.id).await, Error::Denied { .. });
        access_keys::delete(&ada, first.id).await.unwrap();
        let gone = authenticate::access_key(&house.env, &first.access_key, |known| {
            known.matches(secret.expose())
        })
        .await;
        assert_refused(gone);
        access_keys::create(&ada, house.ada, None).await.unwrap();
    })
    .await;
}
