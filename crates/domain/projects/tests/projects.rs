//! Projects, members and permission, on both databases.

use base::{Actor, Administer, Error, PageRequest, Read, TeamRole, Write};
use call::testing::{TestEnv, on_each};
use call::{Call, Env};
use events::Listeners;
use jobs::Registry;
use projects::{NewProject, ProjectChange, ProjectFilter, ProjectKey, ProjectRole, members};

const MIGRATIONS: &[&[db::Migration]] = &[identity::MIGRATIONS, projects::MIGRATIONS];

async fn each(test: impl AsyncFn(TestEnv)) {
    on_each(MIGRATIONS, Registry::new(), Listeners::new(), test).await;
}

/// A signed-in user of the given name, made where he is missing. Names that
/// begin with `other` are in a team of their own.
async fn user(env: &Env, name: &str, role: TeamRole) -> Call {
    let team = if name.starts_with("other") { "others" } else { "makers" };
    let actor = identity::testing::actor(env, team, name, role).await;
    Call::for_user(env.clone(), actor)
}

fn named(name: &str) -> NewProject {
    NewProject { name: name.to_owned(), ..NewProject::default() }
}

#[tokio::test]
async fn whoever_may_not_see_a_project_cannot_tell_it_from_none() {
    each(async |test| {
        let env = &test.env;
        let owner = user(env, "ann", TeamRole::Member).await;
        let project = projects::create(&owner, named("web")).await.unwrap();
        let id = ProjectKey::Id(project.id);

        let admin = user(env, "root", TeamRole::Admin).await;
        projects::authorise::<Administer>(&admin, id).await.unwrap();
        for name in ["bob", "other-root"] {
            let role = if name == "bob" { TeamRole::Member } else { TeamRole::Owner };
            let stranger = user(env, name, role).await;
            let hidden = projects::authorise::<Read>(&stranger, id).await.unwrap_err();
            let absent = projects::authorise::<Read>(&stranger, ProjectKey::Name("none")).await;
            assert_eq!(hidden.to_string(), absent.unwrap_err().to_string(), "{name}");
            assert!(hidden.is_not_found());
        }
        let nobody = Call::anonymous(env.clone());
        let error = projects::authorise::<Read>(&nobody, id).await.unwrap_err();
        assert!(matches!(error, Error::Unauthenticated { .. }), "{error:?}");
    })
    .await;
}

#[tokio::test]
async fn roles_reach_as_far_as_they_say() {
    each(async |test| {
        let env = &test.env;
        let owner = user(env, "ann", TeamRole::Member).await;
        let project = projects::create(&owner, named("web")).await.unwrap();
        let id = ProjectKey::Id(project.id);
        for (name, role) in [("gus", ProjectRole::Guest), ("max", ProjectRole::Member)] {
            user(env, name, TeamRole::Member).await;
            members::add(&owner, &project, &[name.to_owned()], role).await.unwrap();
        }
        let gus = user(env, "gus", TeamRole::Member).await;
        projects::authorise::<Read>(&gus, id).await.unwrap();
        let error = projects::authorise::<Write>(&gus, id).await.unwrap_err();
        assert!(matches!(error, Error::Denied { .. }), "{error:?}");
        let max = user(env, "max", TeamRole::Member).await;
        projects::authorise::<Write>(&max, id).await.unwrap();
        projects::authorise::<Administer>(&max, id).await.unwrap_err();

        members::set_role(&owner, &project, "max", ProjectRole::Admin, true).await.unwrap();
        projects::authorise::<Administer>(&max, id).await.unwrap();
        let page = PageRequest::first(10);
        let listed = members::list(&owner, &project.clone().lower(), None, page).await.unwrap();
        let roles: Vec<_> = listed
            .items
            .iter()
            .map(|member| (member.user.name.as_str(), &member.roles[..]))
            .collect();
        assert_eq!(
            roles,
            [
                ("ann", &[ProjectRole::Admin][..]),
                ("gus", &[ProjectRole::Guest][..]),
                ("max", &[ProjectRole::Admin, ProjectRole::Member][..]),
            ]
        );
        let only = members::list(
            &owner,
            &project.clone().lower(),
            Some(ProjectRole::Member),
            PageRequest::first(10),
        )
        .await
        .unwrap();
        assert_eq!((only.total, only.items.len()), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn the_last_admin_stays_and_unknown_people_add_nobody() {
    each(async |test| {
        let env = &test.env;
        let owner = user(env, "ann", TeamRole::Member).await;
        user(env, "max", TeamRole::Member).await;
        let project = projects::create(&owner, named("web")).await.unwrap();
        let error = members::set_role(&owner, &project, "ann", ProjectRole::Admin, false).await;
        assert!(matches!(error, Err(Error::Conflict { .. })), "{error:?}");

        let names = ["max".to_owned(), "nobody-here".to_owned()];
        let error = members::add(&owner, &project, &names, ProjectRole::Member).await.unwrap_err();
        assert!(error.is_not_found() && error.to_string().contains("nobody-here"), "{error}");
        let page = PageRequest::first(10);
        let listed = members::list(&owner, &project.clone().lower(), None, page).await.unwrap();
        assert_eq!(listed.total, 1);
    })
    .await;
}

#[tokio::test]
async fn lists_show_what_the_caller_may_see() {
    each(async |test| {
        let env = &test.env;
        let ann = user(env, "ann", TeamRole::Member).await;
        let max = user(env, "max", TeamRole::Member).await;
        for name in ["alpha", "Beta_1", "beta-2"] {
            projects::create(&ann, named(name)).await.unwrap();
        }
        let shared = projects::create(&max, named("gamma")).await.unwrap();
        members::add(&max, &shared, &["ann".to_owned()], ProjectRole::Guest).await.unwrap();

        let names = async |call: &Call, filter: ProjectFilter, page| {
            let listed = projects::list(call, &filter, page).await.unwrap();
            let names: Vec<_> = listed.items.into_iter().map(|project| project.name).collect();
            (names, listed.total)
        };
        let all = PageRequest::first(10);
        let any = ProjectFilter::default;
        assert_eq!(names(&ann, any(), all).await.0, ["gamma", "beta-2", "Beta_1", "alpha"]);
        assert_eq!(names(&max, any(), all).await.0, ["gamma"]);
        let second = PageRequest::offset(2, 2);
        assert_eq!(names(&ann, any(), second).await, (vec!["Beta_1".into(), "alpha".into()], 4));
        let beta = ProjectFilter { name: "BETA".into(), ..any() };
        assert_eq!(names(&ann, beta, all).await.1, 2);
        let underscore = ProjectFilter { name: "a_".into(), ..any() };
        assert_eq!(names(&ann, underscore, all).await.0, ["Beta_1"]);
        let root = user(env, "root", TeamRole::Admin).await;
        assert_eq!(names(&root, any(), all).await.1, 4);
        let Actor::User(max_user) = &max.actor else { panic!() };
        let of_max = projects::list_of_user(&ann, max_user.id).await.unwrap();
        assert_eq!(of_max.len(), 1);
        let stranger = user(env, "other", TeamRole::Owner).await;
        assert!(projects::list_of_user(&stranger, max_user.id).await.unwrap_err().is_not_found());
    })
    .await;
}

#[tokio::test]
async fn bad_values_are_named_and_nothing_is_half_written() {
    each(async |test| {
        let env = &test.env;
        let ann = user(env, "ann", TeamRole::Member).await;
        let project = projects::create(&ann, named("web")).await.unwrap();
        projects::create(&ann, named("api")).await.unwrap();
        let conflict = projects::create(&ann, named("web")).await.unwrap_err();
        assert!(matches!(conflict, Error::Conflict { .. }), "{conflict:?}");

        let changes = [
            ("name", ProjectChange { name: Some("a b".into()), ..Default::default() }),
            ("start_date", ProjectChange { start_date: Some("soon".into()), ..Default::default() }),
            (
                "end_date",
                ProjectChange {
                    display_name: Some("kept out".into()),
                    start_date: Some("2020-01-02".into()),
                    end_date: Some("2020-01-01".into()),
                    ..Default::default()
                },
            ),
        ];
        for (field, change) in changes {
            let error = projects::modify(&ann, &project, change).await.unwrap_err();
            assert!(error.to_string().starts_with(field), "{error}");
        }
        let taken = ProjectChange { name: Some("api".into()), ..Default::default() };
        let error = projects::modify(&ann, &project, taken).await.unwrap_err();
        assert!(matches!(error, Error::Conflict { .. }), "{error:?}");

        let now = projects::authorise::<Read>(&ann, ProjectKey::Id(project.id)).await.unwrap();
        assert_eq!(*now, *project);
        let change = ProjectChange {
            display_name: Some("The Web".into()),
            start_date: Some("2020-01-01".into()),
            ..Default::default()
        };
        let changed = projects::modify(&ann, &project, change).await.unwrap();
        assert_eq!(changed.display_name, "The Web");
        assert_eq!(changed.start_date.as_deref(), Some("2020-01-01"));
    })
    .await;
}
