//! Protected tags, references that nobody changes, and specifications of branches.

use crate::each;
use base::{Error, TeamRole};
use call::Call;
use depots::rules::refs;
use depots::rules::specs::{self, BranchType, Direction, SpecContent};
use git::Oid;

#[tokio::test]
async fn protected_tags_and_read_only_refs() {
    each(async |world| {
        let depot = world.admin().await;
        let first = world.commit(&[], "one\n", &[("a", b"1")]).await;
        let second = world.commit(&[first], "two\n", &[("a", b"2")]).await;
        world.push(&world.max, "main", second).await.unwrap();
        world.push(&world.max, "refs/tags/v1", first).await.unwrap();
        world.push(&world.max, "refs/tags/test", first).await.unwrap();
        let wanted = ["v*".to_owned(), "rel-*".to_owned()];
        refs::protect_tags(&world.ann, &depot, &wanted).await.unwrap();
        for (tag, new) in [("v1", second), ("v1", Oid::ZERO), ("v2", second)] {
            let words = world.refused(&world.max, &format!("refs/tags/{tag}"), new).await;
            assert!(words.contains("protected tag rule v* denies it"), "{words}");
        }
        world.push(&world.max, "refs/tags/test", second).await.unwrap();
        world.push(&world.ann, "refs/tags/v2", second).await.unwrap();
        let tags = refs::protected_tags(&world.ann, &depot, None).await.unwrap();
        let told: Vec<_> = tags.iter().map(|tag| (&*tag.name, &*tag.message)).collect();
        assert_eq!(told, [("v1", "one"), ("v2", "two")]);
        let tags = refs::protected_tags(&world.ann, &depot, Some("rel-*")).await.unwrap();
        assert!(tags.is_empty());
        let error = refs::protected_tags(&world.ann, &depot, Some("x")).await.unwrap_err();
        assert!(error.is_not_found());
        // All or none.
        let more = ["new".to_owned(), "v*".to_owned()];
        let error = refs::protect_tags(&world.ann, &depot, &more).await.unwrap_err();
        assert!(matches!(error, Error::Conflict { .. }), "{error:?}");
        assert_eq!(refs::tag_rules(&world.ann, &depot).await.unwrap(), ["v*", "rel-*"]);
        refs::unprotect_tags(&world.ann, &depot, "v*").await.unwrap();
        world.push(&world.max, "refs/tags/v1", second).await.unwrap();

        let full = refs::make_read_only(&world.ann, &depot, "main").await.unwrap();
        assert_eq!(full, "refs/heads/main");
        for who in [&world.ann, &world.max] {
            for new in [first, Oid::ZERO] {
                let words = world.refused(who, "main", new).await;
                assert!(words.contains("refs/heads/main is read-only"), "{words}");
            }
        }
        refs::make_read_only(&world.ann, &depot, "refs/tags/v2").await.unwrap();
        world.refused(&world.ann, "refs/tags/v2", first).await;
        let error = refs::make_read_only(&world.ann, &depot, "main").await.unwrap_err();
        assert!(matches!(error, Error::Conflict { .. }), "{error:?}");
        let error = refs::make_read_only(&world.ann, &depot, "none").await.unwrap_err();
        assert!(error.is_not_found());
        let kept = refs::make_read_only(&world.ann, &depot, &first.to_string()).await.unwrap();
        assert_eq!(kept, format!("refs/readonly/{first}"));
        assert_eq!(world.repository().await.reference(&kept).unwrap(), Some(first));
        world.refused(&world.ann, &kept, Oid::ZERO).await;
        refs::make_writable(&world.ann, &depot, "refs/heads/main").await.unwrap();
        world.push(&world.max, "main", first).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_specification_names_branches_and_directions() {
    each(async |world| {
        let depot = world.admin().await;
        let base = world.commit(&[], "one\n", &[("a", b"1")]).await;
        world.push(&world.max, "main", base).await.unwrap();
        world.push(&world.max, "odd", base).await.unwrap();
        let spec = specs::choose(&world.ann, &depot, "Gitflow 分支规范").await.unwrap().unwrap();
        assert_eq!((spec.types.len(), spec.directions.len()), (5, 5));
        for good in ["develop", "feature/a", "feature/b/c"] {
            world.push(&world.max, good, base).await.unwrap();
        }
        let words = world.refused(&world.max, "other", base).await;
        let expected = "Gitflow 分支规范 has no type of branch for other\nGive the branch another \
                        name; there are: main, develop, feature/*, release/*, hotfix/*";
        assert!(words.ends_with(expected), "{words}");
        // What is there may go on, and go.
        let next = world.commit(&[base], "two\n", &[("b", b"1")]).await;
        world.push(&world.max, "odd", next).await.unwrap();
        world.push(&world.max, "odd", Oid::ZERO).await.unwrap();

        // A merge of a feature into the trunk by hand, against the directions.
        world.push(&world.max, "feature/a", next).await.unwrap();
        let on_main = world.commit(&[base], "three\n", &[("c", b"1")]).await;
        let merge = world.commit(&[on_main, next], "merge\n", &[("b", b"1")]).await;
        let words = world.refused(&world.max, "main", merge).await;
        assert!(words.contains("has no merge of feature/a into main"), "{words}");
        world.push(&world.max, "develop", merge).await.unwrap();

        let content = |types: &[(&str, &str)], directions: &[(&str, &str)]| SpecContent {
            allow_others: false,
            types: types
                .iter()
                .map(|(name, rule)| BranchType {
                    name: (*name).to_owned(),
                    rule: (*rule).to_owned(),
                    description: String::new(),
                })
                .collect(),
            directions: directions
                .iter()
                .map(|(source, target)| Direction {
                    source: (*source).to_owned(),
                    target: (*target).to_owned(),
                })
                .collect(),
        };
        let own = content(&[("trunk", ""), ("work", "w/*")], &[("work", "trunk")]);
        specs::save_own(&world.ann, &depot, own).await.unwrap();
        world.push(&world.max, "w/1", base).await.unwrap();
        world.refused(&world.max, "feature/d", base).await;
        let open = SpecContent { allow_others: true, ..content(&[("trunk", "")], &[]) };
        specs::save_own(&world.ann, &depot, open).await.unwrap();
        world.push(&world.max, "feature/d", base).await.unwrap();

        let team = world.depot.team;
        let save = async |who: &Call, title: &str, rename: &str, content| {
            specs::save(who, team, title, rename, Some("d"), content).await
        };
        let denied = save(&world.ann, "ours", "", content(&[("a", "a")], &[])).await.unwrap_err();
        assert!(matches!(denied, Error::Denied { .. }), "{denied:?}");
        let actor =
            identity::testing::actor(&world.test.env, "makers", "root", TeamRole::Owner).await;
        let root = Call::for_user(world.test.env.clone(), actor);
        save(&root, "ours", "", content(&[("a", "a/*")], &[])).await.unwrap();
        let renamed = save(&root, "ours", "mine", content(&[("a", "b/*")], &[])).await.unwrap();
        assert_eq!((&*renamed.title, &*renamed.types[0].rule), ("mine", "b/*"));
        let titles: Vec<_> =
            specs::list(&world.max, team).await.unwrap().into_iter().map(|it| it.title).collect();
        assert_eq!((titles.len(), &*titles[4]), (5, "mine"));
        specs::choose(&world.ann, &depot, "mine").await.unwrap();
        world.refused(&world.max, "a/1", base).await;
        world.push(&world.max, "b/1", base).await.unwrap();
        let used = specs::delete(&root, team, "mine").await.unwrap_err();
        assert!(matches!(used, Error::Conflict { .. }), "{used:?}");
        assert!(specs::choose(&world.ann, &depot, "").await.unwrap().is_none());
        world.push(&world.max, "a/1", base).await.unwrap();
        specs::delete(&root, team, "mine").await.unwrap();
        assert!(specs::by_title(&root, team, "mine").await.unwrap_err().is_not_found());
        for (bad, field) in [
            (content(&[], &[]), "types is missing"),
            (content(&[("a", "x y")], &[]), "types matches no name"),
            (content(&[("a", "x"), ("a", "y")], &[]), "types has two types named a"),
            (content(&[("a", "x")], &[("a", "b")]), "directions names no type: b"),
        ] {
            let error = specs::save_own(&world.ann, &depot, bad).await.unwrap_err();
            assert!(error.to_string().starts_with(field), "{error}");
        }
        let taken = save(&root, "x", "单分支规范", content(&[("a", "x")], &[])).await.unwrap_err();
        assert!(matches!(taken, Error::Conflict { .. }), "{taken:?}");
    })
    .await;
}
