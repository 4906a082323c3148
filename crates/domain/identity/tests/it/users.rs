use base::{Error, PageRequest, TeamRole, UserId};
use identity::users::{MemberFilter, NewUser, ProfileChange};
use identity::{UserStatus, authenticate, users};

use crate::assert_error;
use crate::house::{House, on_each};

#[tokio::test]
async fn a_user_is_made_with_a_password_or_a_one_time_one() {
    on_each(async |_, house| {
        let admin = house.call(house.admin).await;
        let made = users::create_user(&admin, NewUser::named("Bob.B")).await.unwrap();
        let user = &made.user;
        assert_eq!((user.name.as_str(), user.display_name.as_str()), ("Bob.B", "Bob.B"));
        assert_eq!(user.uid.len(), 32);
        assert_eq!((user.status, user.created_at), (UserStatus::Active, house.env.clock.now()));
        let one_time = made.one_time_password.unwrap();
        assert_error!(
            authenticate::password(&house.env, "bob.b", &one_time, None).await,
            Error::Unauthenticated { .. }
        );
        let member = users::member(&admin, None, user.id).await.unwrap();
        assert_eq!(member.role, TeamRole::Member);

        let new = NewUser { password: Some("tenon saw".into()), ..NewUser::named("carl") };
        let made = users::create_user(&admin, new).await.unwrap();
        assert!(made.one_time_password.is_none());
        authenticate::password(&house.env, "carl", &"tenon saw".into(), None).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn names_and_addresses_are_unique_whatever_their_case() {
    on_each(async |_, house| {
        let admin = house.call(house.admin).await;
        let create =
            async |new: NewUser| users::create_user(&admin, new).await.map(|made| made.user);
        let taken = [
            NewUser::named("ADA"),
            NewUser { email: "Ada@Example.COM".to_owned(), ..NewUser::named("eve") },
        ];
        for new in taken {
            assert_error!(create(new).await, Error::Conflict { .. });
        }
        let invalid = [
            NewUser::named(""),
            NewUser::named("a b"),
            NewUser::named("system"),
            NewUser { email: "nowhere".to_owned(), ..NewUser::named("eve") },
            NewUser { phone: "call me".to_owned(), ..NewUser::named("eve") },
            NewUser { password: Some("short".into()), ..NewUser::named("eve") },
            NewUser { password: Some("eve-eve-eve".into()), ..NewUser::named("eve-eve-eve") },
        ];
        for new in invalid {
            let name = new.name.clone();
            let refused = create(new).await;
            assert!(
                matches!(refused, Err(Error::Invalid { .. } | Error::Missing { .. })),
                "{name:?}: {refused:?}"
            );
        }
        // Any number of users have no mail address.
        create(NewUser::named("eve")).await.unwrap();
        create(NewUser::named("mallory")).await.unwrap();
        let ada = house.call(house.ada).await;
        let refused = users::create_user(&ada, NewUser::named("zoe")).await.map(drop);
        assert_error!(refused, Error::Denied { .. });
        let owner = NewUser { role: TeamRole::Owner, ..NewUser::named("zoe") };
        let adam = house.add("adam", TeamRole::Admin).await;
        let refused = users::create_user(&house.call(adam).await, owner).await.map(drop);
        assert_error!(refused, Error::Denied { .. });
    })
    .await;
}

#[tokio::test]
async fn users_are_found_by_everything_that_names_them() {
    on_each(async |_, house| {
        let connection = house.env.db.reader();
        assert_eq!(users::get(connection, house.ada).await.unwrap().name, "ada");
        assert_error!(users::get(connection, UserId(4711)).await, Error::NotFound { .. });
        assert_eq!(users::by_name(connection, "Ada").await.unwrap().unwrap().id, house.ada);
        assert!(users::by_name(connection, "ad").await.unwrap().is_none());
        assert!(users::by_email(connection, "").await.unwrap().is_none());
        let found = users::by_email(connection, "ADA@example.com").await.unwrap();
        assert_eq!(found.unwrap().id, house.ada);
        let both = [house.ada, house.admin, house.ada, UserId(4711)];
        assert_eq!(users::by_ids(connection, &both).await.unwrap().len(), 2);
        assert!(users::by_ids(connection, &[]).await.unwrap().is_empty());
        let named = users::by_names(connection, &["ADA", "ghost"]).await.unwrap();
        assert_eq!(named["ada"].id, house.ada);
        assert_eq!(named.len(), 1);
    })
    .await;
}

async fn names(house: &House, page: PageRequest, filter: MemberFilter) -> (Vec<String>, u64) {
    let ada = house.call(house.ada).await;
    let page = users::team_members(&ada, page, &filter).await.unwrap();
    (page.items.into_iter().map(|member| member.user.name).collect(), page.total)
}

#[tokio::test]
async fn members_are_listed_and_filtered() {
    on_each(async |_, house| {
        for name in ["bea", "cid", "dan"] {
            house.add(name, TeamRole::Member).await;
        }
        let cid = users::by_name(house.env.db.reader(), "cid").await.unwrap().unwrap();
        users::block(&house.system(), cid.id).await.unwrap();
        let all = MemberFilter::default;
        let (found, total) = names(&house, PageRequest::offset(1, 2), all()).await;
        assert_eq!((found, total), (vec!["ada".to_owned(), "bea".to_owned()], 5));
        let (found, _) = names(
            &house,
            PageRequest::first(9),
            MemberFilter {
                text: Some("EXAMPLE".to_owned()),
                status: Some(UserStatus::Active),
                ..all()
            },
        )
        .await;
        assert_eq!(found, ["ada", "bea", "dan"]);
        let (found, total) = names(
            &house,
            PageRequest::first(9),
            MemberFilter { role: Some(TeamRole::Owner), ..all() },
        )
        .await;
        assert_eq!((found, total), (vec!["admin".to_owned()], 1));
        let nobody = users::team_members(&house.nobody(), PageRequest::first(9), &all()).await;
        assert_error!(nobody, Error::Unauthenticated { .. });
    })
    .await;
}

#[tokio::test]
async fn people_change_their_own_profile() {
    on_each(async |_, house| {
        let ada = house.call(house.ada).await;
        let before = users::get(house.env.db.reader(), house.ada).await.unwrap();
        assert!(before.email_validated);
        let change = ProfileChange {
            display_name: Some("Ada L.".to_owned()),
            email: Some("countess@example.com".to_owned()),
            locale: Some("zh".to_owned()),
            ..ProfileChange::default()
        };
        let after = users::update_profile(&ada, house.ada, change).await.unwrap();
        assert_eq!((after.display_name.as_str(), after.locale.as_str()), ("Ada L.", "zh"));
        assert!(!after.email_validated, "nobody has checked the new address");
        let taken = ProfileChange { email: Some("ADMIN@x".to_owned()), ..Default::default() };
        users::update_profile(
            &house.system(),
            house.admin,
            ProfileChange { email: Some("admin@x".to_owned()), ..Default::default() },
        )
        .await
        .unwrap();
        let refused = users::update_profile(&ada, house.ada, taken).await;
        assert_error!(refused, Error::Conflict { .. });
        for bad in [
            ProfileChange { avatar: Some("javascript:1".to_owned()), ..Default::default() },
            ProfileChange { locale: Some("xx".to_owned()), ..Default::default() },
            ProfileChange { display_name: Some("a\nb".to_owned()), ..Default::default() },
        ] {
            let refused = users::update_profile(&ada, house.ada, bad).await;
            assert_error!(refused, Error::Invalid { .. });
        }
        let other = users::update_profile(&ada, house.admin, ProfileChange::default()).await;
        assert_error!(other, Error::Denied { .. });
    })
    .await;
}
