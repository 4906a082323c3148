use base::{Error, TeamRole};
use call::Call;
use identity::{authenticate, passwords, sessions, teams, users};

use crate::assert_error;
use crate::house::on_each;

#[tokio::test]
async fn the_first_start_makes_an_owner_who_must_change_his_password() {
    let registry = jobs::Registry::new();
    let listeners = events::Listeners::new();
    call::testing::on_each(&[identity::MIGRATIONS], registry, listeners, async |testing| {
        let env = &testing.env;
        assert_error!(identity::install(env, "No Team").await, Error::Invalid { .. });
        let first = identity::install(env, "anvil").await.unwrap().expect("a first start");
        assert!(identity::install(env, "anvil").await.unwrap().is_none());
        assert_eq!(first.admin, "admin");
        assert_eq!(first.one_time_password.expose().len(), 16);

        let team = teams::by_name(env.db.reader(), "anvil").await.unwrap().unwrap();
        let admin = users::by_name(env.db.reader(), "admin").await.unwrap().unwrap();
        let role = teams::role_of(env.db.reader(), team.id, admin.id).await.unwrap();
        assert_eq!(role, Some(TeamRole::Owner));
        assert!(passwords::must_change(env.db.reader(), admin.id).await.unwrap());

        // Good for a browser, to change it there; not for programs.
        let by_password =
            authenticate::password(env, "admin", &first.one_time_password, None).await;
        let Err(Error::Unauthenticated { why }) = by_password else { panic!("{by_password:?}") };
        assert!(why.contains("change your password"), "{why}");
        let browser = sessions::Browser::default();
        let opened =
            sessions::sign_in(env, "admin", &first.one_time_password, browser).await.unwrap();
        assert!(opened.signed_in.must_change_password);

        let call = Call::for_user(env.clone(), opened.signed_in.user);
        let new = "a better one".into();
        let keep = Some(opened.signed_in.session);
        passwords::change(&call, &first.one_time_password, &new, keep).await.unwrap();
        let session = authenticate::session(env, &opened.cookie).await.unwrap();
        assert!(!session.must_change_password);
        authenticate::password(env, "admin", &new, None).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_second_installation_at_once_makes_nothing() {
    on_each(async |_, house| {
        assert!(identity::install(&house.env, "other").await.unwrap().is_none());
        assert_eq!(teams::all(house.env.db.reader()).await.unwrap().len(), 1);
    })
    .await;
}
