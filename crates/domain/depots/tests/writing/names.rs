//! Branches and tags.

use crate::{World, each};
use depots::branches;
use depots::tags::{self, NewTag};

#[tokio::test]
async fn branches_come_and_go() {
    each(async |world| {
        let World { ann, depot, .. } = &world;
        let main = world.tip("main");
        let made = branches::create(ann, depot, "a/b", &main.short(10)).await.unwrap();
        assert_eq!((made.name.as_str(), made.commit), ("a/b", main));
        for (name, start, expected) in [
            ("", "", "name is missing"),
            ("a..b", "", "name is not a name that Git takes for a branch"),
            ("HEAD", "", "name must not be HEAD"),
            ("a/b", "", "the branch a/b exists already"),
            ("a", "", "the branch a/b stands in the way"),
            ("a/b/c", "", "the branch a/b stands in the way"),
            ("new", "none", "revision none not found"),
        ] {
            let error = branches::create(ann, depot, name, start).await.unwrap_err();
            assert_eq!(error.to_string(), expected, "{name}");
        }
        for (name, expected) in [
            ("main", "main is the default branch"),
            ("none", "branch none not found"),
            ("", "name is missing"),
        ] {
            let error = branches::delete(ann, depot, name).await.unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
        branches::delete(ann, depot, "a/b").await.unwrap();
        assert_eq!(world.repository().reference("refs/heads/a/b").unwrap(), None);

        for name in ["merged", "also", "ahead"] {
            branches::create(ann, depot, name, "main").await.unwrap();
        }
        world.write("ahead", "x", "x").await;
        world.write("main", "y", "y").await;
        let done = branches::delete_merged(ann, depot).await.unwrap();
        assert_eq!(
            (done.removed, done.kept),
            (vec!["also".to_owned(), "merged".to_owned()], vec![])
        );
        let left: Vec<_> =
            world.repository().branches().unwrap().into_iter().map(|it| it.name).collect();
        assert_eq!(left, ["ahead", "main"]);
        assert_eq!(
            branches::delete_merged(ann, depot).await.unwrap().removed,
            Vec::<String>::new()
        );
    })
    .await;
}

#[tokio::test]
async fn tags_are_names_or_objects() {
    each(async |world| {
        let World { ann, depot, .. } = &world;
        let main = world.tip("main");
        let new = |name: &str, start: &str, message: &str| NewTag {
            name: name.to_owned(),
            start: start.to_owned(),
            message: message.to_owned(),
        };
        let light = tags::create(ann, depot, new("light", "", "")).await.unwrap();
        assert_eq!((light.target, light.annotation), (main, None));
        let heavy = tags::create(ann, depot, new("v1", "main", "First")).await.unwrap();
        assert_eq!((heavy.object, heavy.target == main), (main, false));
        let words = heavy.annotation.unwrap();
        assert_eq!(
            (words.message.trim(), words.tagger.unwrap().mail.as_str()),
            ("First", "ann@example.com")
        );
        for (new, expected) in [
            (new("v1", "main", ""), "the tag v1 exists already"),
            (new("", "main", ""), "name is missing"),
            (new("a b", "main", ""), "name is not a name that Git takes for a tag"),
            (new("v2", "none", "x"), "revision none not found"),
        ] {
            assert_eq!(tags::create(ann, depot, new).await.unwrap_err().to_string(), expected);
        }
        tags::delete(ann, depot, "v1").await.unwrap();
        let error = tags::delete(ann, depot, "v1").await.unwrap_err();
        assert_eq!(error.to_string(), "tag v1 not found");
    })
    .await;
}
