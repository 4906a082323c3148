//! What holds for the depot as a whole: quota, archive, merging.

use crate::each;
use base::{Error, Read, Write};
use depots::push::{self};
use depots::rules::merging::{self, MergeSettingsChange, Squash};
use depots::rules::{self};
use depots::{DepotKey, lfs};
use git::Oid;

#[tokio::test]
async fn quota_archive_and_merging() {
    each(async |world| {
        let depot = world.admin().await;
        let base = world.commit(&[], "one\n", &[("a", b"1")]).await;
        world.push(&world.max, "main", base).await.unwrap();
        rules::set_quota(&world.ann, &depot, Some(1_000)).await.unwrap();
        let usage = rules::usage(&world.ann, &depot).await.unwrap();
        assert!(usage.repository > 1_000 && usage.quota == Some(1_000), "{usage:?}");
        assert!(matches!(usage.check(0), Err(Error::Limit { .. })));
        let next = world.commit(&[base], "two\n", &[("a", b"2")]).await;
        let words = world.refused(&world.max, "main", next).await;
        assert!(words.contains("quota exceeded: the depot would take "), "{words}");
        rules::set_quota(&world.ann, &depot, Some(10 << 20)).await.unwrap();
        world.push(&world.max, "main", next).await.unwrap();
        rules::set_quota(&world.ann, &depot, Some(1_000)).await.unwrap();
        // What takes no room is no matter of room.
        world.push(&world.max, "main", Oid::ZERO).await.unwrap();
        // Large files count, and are refused where there is no room for them.
        let content = &b"hello\n"[..];
        let name = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";
        let large = lfs::Object::new(name, 6).unwrap();
        let writable = world.admin().await.lower::<Write>();
        let error = lfs::store(&world.ann, &writable, &large, content).await.unwrap_err();
        assert!(matches!(error, Error::Limit { .. }), "{error:?}");
        assert_eq!(rules::usage(&world.ann, &depot).await.unwrap().beside, 0);
        rules::set_quota(&world.ann, &depot, Some(10 << 20)).await.unwrap();
        lfs::store(&world.ann, &writable, &large, content).await.unwrap();
        assert_eq!(rules::usage(&world.ann, &depot).await.unwrap().beside, 6);
        rules::set_quota(&world.ann, &depot, None).await.unwrap();
        world.push(&world.max, "main", next).await.unwrap();

        rules::set_archived(&world.ann, &depot, true).await.unwrap();
        let again = rules::set_archived(&world.ann, &depot, true).await.unwrap_err();
        assert!(matches!(again, Error::Conflict { .. }), "{again:?}");
        for who in [&world.max, &world.ann] {
            let key = DepotKey::Id(depot.id);
            let error = depots::authorise::<Write>(who, key).await.unwrap_err();
            assert!(error.to_string().starts_with("the depot is in the archive"), "{error}");
            assert!(depots::authorise::<Read>(who, key).await.unwrap().archived);
        }
        let lowered = world.admin().await.lower::<Write>();
        let error = push::begin(&world.ann, &lowered, &[]).await.unwrap_err();
        assert!(matches!(error, Error::Conflict { .. }), "{error:?}");
        rules::set_archived(&world.ann, &depot, false).await.unwrap();
        world.push(&world.max, "again", next).await.unwrap();

        let change = MergeSettingsChange {
            squash: Some(Squash::Force),
            target_branch: Some("again".to_owned()),
            merge_template: Some("Merge %{source_branch} (%{title})".to_owned()),
            ..Default::default()
        };
        let settings = merging::modify(&world.ann, &depot, change).await.unwrap();
        assert_eq!(merging::get(&world.max, &depot).await.unwrap(), settings);
        assert_eq!((settings.squash, &*settings.target_branch), (Squash::Force, "again"));
        let template = |text: &str| MergeSettingsChange {
            squash_template: Some(text.to_owned()),
            ..Default::default()
        };
        for (change, expected) in [
            (template("%{nonsense}"), "squash_template has a variable that does not exist"),
            (template("%{title"), "squash_template opens a variable"),
            (template(&"x".repeat(2_001)), "squash_template must have at most"),
            (
                MergeSettingsChange { target_branch: Some("no".into()), ..Default::default() },
                "target_branch is not a branch of the depot",
            ),
        ] {
            let error = merging::modify(&world.ann, &depot, change).await.unwrap_err();
            assert!(error.to_string().starts_with(expected), "{error}");
        }
    })
    .await;
}
