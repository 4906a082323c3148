//! Plans: who may do what, and what cannot be.

use analysis::{NewPlan, PlanChange, PlanFilter, PlanKey, PlanKind, Rules, ScanPlan};
use base::{Administer, Error, PageRequest, Read, Write};
use call::Call;
use depots::DepotKey;
use projects::{NewProject, ProjectRole, members};

use crate::world::{depot, each, user};

#[tokio::test]
async fn rights_follow_the_project() {
    each(async |world| {
        let plan = world.make(world.new_plan("all")).await;
        let (id, uid) = (plan.id, plan.uid.clone());
        assert_eq!(uid.len(), 32);
        let gus = user(world.env(), "gus").await;
        members::add(&world.ann, &world.project, &["gus".to_owned()], ProjectRole::Guest)
            .await
            .unwrap();
        analysis::authorise_plan::<Read>(&gus, PlanKey::Uid(&uid)).await.unwrap();
        let denied = analysis::authorise_plan::<Write>(&gus, PlanKey::Id(id)).await.unwrap_err();
        assert!(matches!(denied, Error::Denied { .. }), "{denied:?}");
        analysis::authorise_plan::<Administer>(&world.ann, PlanKey::Id(id)).await.unwrap();

        let bob = user(world.env(), "bob").await;
        for key in [PlanKey::Id(id), PlanKey::Uid(&uid), PlanKey::Named(world.project.id, "all")] {
            let hidden = analysis::authorise_plan::<Read>(&bob, key).await.unwrap_err();
            let none = PlanKey::Uid("00000000000000000000000000000000");
            let absent = analysis::authorise_plan::<Read>(&bob, none).await.unwrap_err();
            assert_eq!(hidden.to_string(), absent.to_string());
            assert!(hidden.is_not_found());
        }
        let page = PageRequest::first(10);
        let filter = PlanFilter::default();
        assert_eq!(analysis::plans(&bob, &filter, page).await.unwrap().total, 0);
        assert_eq!(analysis::plans(&gus, &filter, page).await.unwrap().total, 1);
        let nobody = Call::anonymous(world.env().clone());
        let error = analysis::authorise_plan::<Read>(&nobody, PlanKey::Id(id)).await.unwrap_err();
        assert!(matches!(error, Error::Unauthenticated { .. }));
        assert!(analysis::plans(&nobody, &filter, page).await.is_err());
        assert!(world.project_as::<Read>(&bob).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_names_its_field() {
    each(async |world| {
        world.make(world.new_plan("taken")).await;
        let with = |change: fn(&mut NewPlan)| {
            let mut new = world.new_plan("new");
            change(&mut new);
            new
        };
        for (field, new) in [
            ("name", with(|new| new.name.clear())),
            ("name", with(|new| new.name = "x".repeat(129))),
            ("name", with(|new| new.name = "a/b".to_owned())),
            ("description", with(|new| new.description = "x".repeat(2_001))),
            ("branch", with(|new| new.sources[0].1 = "a b".to_owned())),
            ("branch", with(|new| new.sources[0].1 = "x".repeat(201))),
            ("sources", with(|new| new.sources.clear())),
            ("sources", with(|new| new.sources.push(new.sources[0].clone()))),
            ("script", with(|new| new.kind = PlanKind::Script)),
            ("timeout", with(|new| new.definition.limits.timeout_minutes = 0)),
            ("paths", with(|new| new.definition.paths.exclusions = vec!["[".to_owned()])),
            ("paths", with(|new| new.definition.parameters = "sonar.sources=[".to_owned())),
            ("triggers", with(|new| new.definition.triggers.hooks[0].branch = "[".to_owned())),
        ] {
            let made = analysis::create_plan(&world.ann, &world.writable(), new).await;
            let error = made.unwrap_err();
            assert!(
                matches!(error, Error::Missing { .. } | Error::Invalid { .. })
                    && error.to_string().starts_with(field),
                "{field}: {error:?}"
            );
        }
        let new = world.new_plan("taken");
        let taken = analysis::create_plan(&world.ann, &world.writable(), new).await.unwrap_err();
        assert!(matches!(taken, Error::Conflict { .. }));
        let new = NewPlan { ruleset: Some(analysis::RulesetId(77)), ..world.new_plan("x") };
        let error = analysis::create_plan(&world.ann, &world.writable(), new).await.unwrap_err();
        assert!(error.is_not_found());
        // Nothing of all that was kept.
        let all = analysis::plans(&world.ann, &PlanFilter::default(), PageRequest::first(99)).await;
        assert_eq!(all.unwrap().total, 1);
    })
    .await;
}

#[tokio::test]
async fn plans_keep_what_they_were_given_and_change() {
    each(async |world| {
        let mut new = world.new_plan("代码 扫描");
        new.settings = serde_json::json!({ "image": "x", "list": [1, 2] });
        new.origin = "door".to_owned();
        new.definition.variables = vec![("A".to_owned(), "b".to_owned())];
        let definition = new.definition.clone();
        let plan = world.make(new.clone()).await;
        assert_eq!((&plan.settings, &plan.definition), (&new.settings, &definition));
        assert_eq!((plan.creator_name.as_str(), plan.origin.as_str()), ("ann", "door"));
        assert_eq!(plan.sources[0].branch, "main");

        let change = PlanChange {
            name: Some("other".to_owned()),
            description: Some("why".to_owned()),
            sources: Some(vec![(world.readable(), "dev".to_owned())]),
            ..PlanChange::default()
        };
        let changed = analysis::modify_plan(&world.ann, &plan, change).await.unwrap();
        assert_eq!((changed.name.as_str(), changed.description.as_str()), ("other", "why"));
        assert_eq!(changed.sources[0].branch, "dev");
        assert_eq!(changed.settings, new.settings);
        let again: ScanPlan = world.plan("other").await.into_inner();
        assert_eq!(again, changed);
    })
    .await;
}

#[tokio::test]
async fn every_depot_gets_one_default_plan_with_a_name_of_its_own() {
    each(async |world| {
        let first = analysis::ensure_default_plan(&world.ann, &world.depot).await.unwrap();
        assert_eq!(first.unwrap().name, "default");
        let again = analysis::ensure_default_plan(&world.ann, &world.depot).await.unwrap();
        assert!(again.is_none());
        let (other, _) = crate::world::depot(&world.ann, &world.project, "api").await;
        let second = analysis::ensure_default_plan(&world.ann, &other).await.unwrap();
        let second = second.unwrap();
        assert_eq!((second.name.as_str(), second.creator_name.as_str()), ("default-api", "system"));
        assert!(second.definition.triggers.enabled && !second.definition.gate.enabled);
    })
    .await;
}

#[tokio::test]
async fn plans_follow_their_depot_to_another_project() {
    each(async |world| {
        let new = NewProject { name: "ops".to_owned(), ..NewProject::default() };
        let ops = projects::create(&world.ann, new).await.unwrap();
        let (stays, _) = depot(&world.ann, &world.project, "stays").await;
        let (there, _) = depot(&world.ann, &ops, "there").await;
        let rules = Rules::default();
        let web = world.writable();
        let own = analysis::create_ruleset(&world.ann, &web, "own", "", &rules).await.unwrap().id;
        // Only its own; with another one that stays; of another depot.
        let plan = world.make(NewPlan { ruleset: Some(own), ..world.new_plan("mine") }).await;
        let mut both = world.new_plan("both");
        both.sources.push((stays.clone().lower(), "main".to_owned()));
        world.make(both).await;
        world.make(NewPlan::named("theirs", stays.lower(), "main")).await;
        // The name is taken where it goes to.
        let taken = NewPlan::named("mine", there.clone().lower(), "main");
        analysis::create_plan(&world.ann, &ops.clone().lower(), taken).await.unwrap();
        // Made elsewhere for this depot: it belongs there.
        let guest = NewPlan::named("guest", world.readable(), "main");
        analysis::create_plan(&world.ann, &ops.clone().lower(), guest).await.unwrap();
        world.commit(&[("run.py", Some("import os\n"))]);
        let before = world.scan(&plan).await;

        let admin = depots::authorise(&world.ann, DepotKey::Id(world.depot.id)).await.unwrap();
        depots::transfer(&world.ann, &admin, &ops.clone().lower()).await.unwrap();
        world.test.run_jobs().await;

        let names = async |project| {
            let filter = PlanFilter { project: Some(project), ..PlanFilter::default() };
            let found = analysis::plans(&world.ann, &filter, PageRequest::first(10)).await;
            let mut names: Vec<_> = found.unwrap().items.into_iter().map(|it| it.name).collect();
            names.sort_unstable();
            names
        };
        assert_eq!(names(world.project.id).await, ["both", "theirs"]);
        assert_eq!(names(ops.id).await, ["guest", "mine", "mine-site"]);
        let key = PlanKey::Uid(&plan.uid);
        let moved = analysis::authorise_plan::<Write>(&world.ann, key).await.unwrap();
        assert_eq!((moved.project, moved.name.as_str()), (ops.id, "mine-site"));
        assert_eq!(world.again(&moved, &before).await.state, before.state);
        // The rules of the old project are copied, once.
        let copies =
            analysis::rulesets(&world.ann, &ops.clone().lower(), PageRequest::first(10)).await;
        let copies = copies.unwrap().items;
        assert_eq!(copies.len(), 1);
        assert_eq!((copies[0].name.as_str(), Some(copies[0].id)), ("own", moved.ruleset));
        assert_ne!(moved.ruleset, Some(own));
        assert_eq!(world.scan(&moved).await.number, before.number + 1);

        // Back again: the same rules are found, and the name stays as it is.
        let admin = depots::authorise(&world.ann, DepotKey::Id(world.depot.id)).await.unwrap();
        depots::transfer(&world.ann, &admin, &world.writable()).await.unwrap();
        world.test.run_jobs().await;
        assert_eq!(names(world.project.id).await, ["both", "guest", "mine-site", "theirs"]);
        let back = analysis::authorise_plan::<Write>(&world.ann, key).await.unwrap();
        assert_eq!(back.ruleset, Some(own));
    })
    .await;
}
