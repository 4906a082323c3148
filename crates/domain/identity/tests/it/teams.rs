use base::{Error, TeamId, TeamRole};
use identity::teams::TeamChange;
use identity::users::NewUser;
use identity::{teams, users};

use crate::assert_error;
use crate::house::on_each;

#[tokio::test]
async fn the_last_owner_stays() {
    on_each(async |_, house| {
        let owner = house.call(house.admin).await;
        let system = house.system();
        let demote = teams::change_role(&owner, house.team, house.admin, TeamRole::Member).await;
        assert_error!(demote, Error::Conflict { .. });
        let leave = teams::remove_member(&owner, house.team, house.admin).await;
        assert_error!(leave, Error::Conflict { .. });
        assert_error!(users::block(&system, house.admin).await, Error::Conflict { .. });

        // A blocked owner does not count.
        let bob = house.add("bob", TeamRole::Owner).await;
        users::block(&owner, bob).await.unwrap();
        let leave = teams::remove_member(&owner, house.team, house.admin).await;
        assert_error!(leave, Error::Conflict { .. });
        users::unblock(&owner, bob).await.unwrap();
        teams::remove_member(&owner, house.team, house.admin).await.unwrap();
        assert_eq!(teams::size(house.env.db.reader(), house.team).await.unwrap(), 2);
    })
    .await;
}

#[tokio::test]
async fn two_owners_cannot_step_down_at_once() {
    on_each(async |_, house| {
        let bob = house.add("bob", TeamRole::Owner).await;
        let (first, second) = (house.call(house.admin).await, house.call(bob).await);
        let (first, second) = tokio::join!(
            teams::change_role(&first, house.team, house.admin, TeamRole::Member),
            teams::change_role(&second, house.team, bob, TeamRole::Member),
        );
        assert!(first.is_ok() ^ second.is_ok(), "{first:?} {second:?}");
    })
    .await;
}

#[tokio::test]
async fn admins_do_not_reach_owners() {
    on_each(async |_, house| {
        let admin = house.add("adam", TeamRole::Admin).await;
        let adam = house.call(admin).await;
        let owner = house.admin;
        let role = async |user, role| teams::change_role(&adam, house.team, user, role).await;
        assert_error!(role(owner, TeamRole::Member).await, Error::Denied { .. });
        assert_error!(role(house.ada, TeamRole::Owner).await, Error::Denied { .. });
        assert_error!(role(admin, TeamRole::Owner).await, Error::Denied { .. });
        assert_error!(teams::remove_member(&adam, house.team, owner).await, Error::Denied { .. });
        assert_error!(users::block(&adam, owner).await, Error::Denied { .. });
        assert_error!(users::reset_password(&adam, owner).await, Error::Denied { .. });
        assert_error!(
            users::update_profile(
                &adam,
                owner,
                users::ProfileChange {
                    email: Some("evil@example.com".to_owned()),
                    ..Default::default()
                }
            )
            .await,
            Error::Denied { .. }
        );
        let settings = TeamChange { display_name: Some("Mine".into()), ..Default::default() };
        assert_error!(teams::change(&adam, house.team, settings).await, Error::Denied { .. });
        // What they may.
        role(house.ada, TeamRole::Admin).await.unwrap();
        role(house.ada, TeamRole::Member).await.unwrap();
        users::block(&adam, house.ada).await.unwrap();
        teams::remove_member(&adam, house.team, house.ada).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn members_manage_nobody_and_strangers_see_nothing() {
    on_each(async |_, house| {
        let ada = house.call(house.ada).await;
        let bob = house.add("bob", TeamRole::Member).await;
        let promote = teams::change_role(&ada, house.team, house.ada, TeamRole::Admin).await;
        assert_error!(promote, Error::Denied { .. });
        assert_error!(users::block(&ada, bob).await, Error::Denied { .. });
        let remove = teams::remove_member(&ada, house.team, bob).await;
        assert_error!(remove, Error::Denied { .. });

        let forge = teams::create(&house.system(), "forge", "").await.unwrap();
        let admin = house.call(house.admin).await;
        for team in [forge.id, TeamId(4711)] {
            let other = teams::change_role(&admin, team, bob, TeamRole::Member).await;
            assert_error!(other, Error::NotFound { .. });
        }
        let stranger = NewUser { team: Some(forge.id), ..NewUser::named("smith") };
        let smith = users::create_user(&house.system(), stranger).await.unwrap().user.id;
        let role = async |user| teams::change_role(&admin, house.team, user, TeamRole::Admin).await;
        assert_error!(role(smith).await, Error::NotFound { .. });
        assert_error!(users::block(&admin, smith).await, Error::NotFound { .. });
        assert_error!(users::reset_password(&admin, smith).await, Error::NotFound { .. });
        assert_error!(users::member(&admin, None, smith).await, Error::NotFound { .. });
        let fetch = teams::add_member(&admin, house.team, smith, TeamRole::Member).await;
        assert_error!(fetch, Error::Denied { .. });
        let nobody = house.nobody();
        let remove = teams::remove_member(&nobody, house.team, bob).await;
        assert_error!(remove, Error::Unauthenticated { .. });
        // Whoever wants to leave may.
        teams::remove_member(&ada, house.team, house.ada).await.unwrap();
        assert!(!teams::is_member(house.env.db.reader(), house.team, house.ada).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn an_admin_of_one_team_does_not_act_on_people_of_two() {
    on_each(async |_, house| {
        let system = house.system();
        let forge = teams::create(&system, "forge", "The forge").await.unwrap();
        assert_eq!(forge.display_name, "The forge");
        teams::add_member(&system, forge.id, house.ada, TeamRole::Member).await.unwrap();
        let mine = teams::of_user(house.env.db.reader(), house.ada).await.unwrap();
        let mine: Vec<_> = mine.into_iter().map(|(team, role)| (team.name, role)).collect();
        assert_eq!(
            mine,
            [("mortise".to_owned(), TeamRole::Member), ("forge".to_owned(), TeamRole::Member)]
        );
        let admin = house.call(house.admin).await;
        assert_error!(users::block(&admin, house.ada).await, Error::Conflict { .. });
        assert_error!(users::reset_password(&admin, house.ada).await, Error::Conflict { .. });
        users::block(&system, house.ada).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn teams_are_made_by_the_installation_with_good_names() {
    on_each(async |_, house| {
        let admin = house.call(house.admin).await;
        assert_error!(teams::create(&admin, "forge", "").await, Error::Denied { .. });
        let system = house.system();
        assert_error!(teams::create(&system, "mortise", "").await, Error::Conflict { .. });
        assert_error!(teams::create(&system, "v2", "").await, Error::Invalid { .. });
        let change =
            TeamChange { display_name: Some("Mortise & Tenon".into()), ..Default::default() };
        let team = teams::change(&admin, house.team, change).await.unwrap();
        assert_eq!(team.display_name, "Mortise & Tenon");
        assert!(team.tickets_enabled);
    })
    .await;
}
