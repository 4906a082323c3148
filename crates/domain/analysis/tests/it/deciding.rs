//! What people decide about findings.

use analysis::{FindingEventKind, FindingFilter, FindingState, IgnoreReason};
use base::Error;

use crate::world::{CLEAN, DANGEROUS, each};

#[tokio::test]
async fn a_decision_stays_with_the_finding() {
    each(async |world| {
        world.commit(&[("run.py", Some(DANGEROUS))]);
        let plan = world.make(world.new_plan("all")).await;
        world.scan(&plan).await;
        let finding = world.findings(&plan).await.remove(0);
        let ids = [finding.id];
        analysis::ignore(&world.ann, &plan, &ids, IgnoreReason::FalsePositive, "checked above")
            .await
            .unwrap();
        let ignored = analysis::finding(&world.ann, &plan, finding.id).await.unwrap();
        assert_eq!(ignored.state, FindingState::Ignored);
        let why = ignored.ignored.as_ref().unwrap();
        assert_eq!((why.reason, why.note.as_str()), (IgnoreReason::FalsePositive, "checked above"));
        assert_eq!((why.by_name.as_str(), why.at), ("ann", world.env().clock.now()));

        // The code moves to another file and line.
        let moved = format!("# Moved.\n\n{DANGEROUS}");
        world.commit(&[("run.py", None), ("lib/run.py", Some(&moved))]);
        let scan = world.scan(&plan).await;
        let result = scan.result.unwrap();
        assert_eq!((result.open.total(), result.ignored.total(), result.new.total()), (1, 1, 0));
        let moved = analysis::finding(&world.ann, &plan, finding.id).await.unwrap();
        assert_eq!((moved.state, moved.path.as_str()), (FindingState::Ignored, "lib/run.py"));

        // It goes, and comes back: still ignored.
        world.commit(&[("lib/run.py", Some(CLEAN))]);
        let result = world.scan(&plan).await.result.unwrap();
        assert_eq!((result.fixed, result.ignored.total()), (1, 0));
        let gone = analysis::finding(&world.ann, &plan, finding.id).await.unwrap();
        assert_eq!(gone.state, FindingState::Fixed);
        world.commit(&[("lib/run.py", Some(&format!("# Moved.\n\n{DANGEROUS}")))]);
        let result = world.scan(&plan).await.result.unwrap();
        assert_eq!((result.ignored.total(), result.open.total()), (1, 1));

        analysis::restore(&world.ann, &plan, &ids).await.unwrap();
        let open = analysis::finding(&world.ann, &plan, finding.id).await.unwrap();
        assert_eq!(open.state, FindingState::Open);
        assert!(open.ignored.is_none());
        let again = analysis::restore(&world.ann, &plan, &ids).await.unwrap_err();
        assert!(matches!(again, Error::Conflict { .. }), "{again:?}");

        analysis::restore_ignored(&world.ann, &plan, &ids).await.unwrap();

        let history = analysis::history(&world.ann, &plan, &open).await.unwrap();
        let kinds: Vec<_> = history.iter().map(|event| event.kind).collect();
        use FindingEventKind::{Fixed, Found, Ignored, Moved, Reopened, Restored};
        assert_eq!(kinds, [Found, Ignored, Moved, Fixed, Reopened, Restored]);
        assert_eq!(history[1].by_name, "ann");
        assert_eq!(history[1].note, "false_positive: checked above");
    })
    .await;
}

#[tokio::test]
async fn of_many_only_the_ignored_are_restored() {
    each(async |world| {
        world.commit(&[("one.py", Some(DANGEROUS)), ("two.py", Some(DANGEROUS))]);
        let plan = world.make(world.new_plan("all")).await;
        world.scan(&plan).await;
        let both: Vec<_> = world.findings(&plan).await.iter().map(|found| found.id).collect();
        let [one, two, ..] = both[..] else { panic!("{both:?}") };
        analysis::ignore(&world.ann, &plan, &[one], IgnoreReason::WontFix, "").await.unwrap();

        let error = analysis::restore(&world.ann, &plan, &both).await.unwrap_err();
        assert!(matches!(error, Error::Conflict { .. }), "{error:?}");
        let kept = analysis::finding(&world.ann, &plan, one).await.unwrap();
        assert_eq!(kept.state, FindingState::Ignored);

        analysis::restore_ignored(&world.ann, &plan, &both).await.unwrap();
        for id in both {
            let found = analysis::finding(&world.ann, &plan, id).await.unwrap();
            let state = if id == one { FindingState::Open } else { FindingState::New };
            assert_eq!(found.state, state);
            let history = analysis::history(&world.ann, &plan, &found).await.unwrap();
            let restored =
                history.iter().filter(|event| event.kind == FindingEventKind::Restored).count();
            assert_eq!(restored, usize::from(id == one));
        }
        let nobodys = [one, two, analysis::FindingId(i64::MAX)];
        let error = analysis::restore_ignored(&world.ann, &plan, &nobodys).await.unwrap_err();
        assert!(error.is_not_found(), "{error:?}");
    })
    .await;
}

#[tokio::test]
async fn many_are_decided_about_at_once() {
    each(async |world| {
        let many = "eval(x)\n".repeat(300);
        world.commit(&[("a.py", Some(&many)), ("b.py", Some(&many)), ("c.py", Some(DANGEROUS))]);
        let plan = world.make(world.new_plan("all")).await;
        world.scan(&plan).await;
        let mut all: Vec<_> = world.findings(&plan).await.iter().map(|found| found.id).collect();
        assert!(all.len() > 600, "{}", all.len());
        // One that is gone keeps its state, and the decision is about it, too.
        world.commit(&[("c.py", Some(CLEAN))]);
        let fixed = world.scan(&plan).await.result.unwrap().fixed as usize;
        let ann = &world.ann;
        all.truncate(1_000);
        let count = async |state: FindingState, assigned: Option<base::UserId>| {
            let found = world.findings(&plan).await;
            let of = |one: &&analysis::Finding| {
                one.state == state && one.assignee.as_ref().map(|person| person.id) == assigned
            };
            found.iter().filter(of).count()
        };
        analysis::ignore(ann, &plan, &all, IgnoreReason::WontFix, "all of them").await.unwrap();
        assert_eq!(count(FindingState::Ignored, None).await, all.len() - fixed);
        assert_eq!(count(FindingState::Fixed, None).await, fixed);
        let me = ann.actor.user_id();
        analysis::assign(ann, &plan, &all, me).await.unwrap();
        assert_eq!(count(FindingState::Ignored, me).await, all.len() - fixed);
        analysis::restore(ann, &plan, &all).await.unwrap();
        assert_eq!(count(FindingState::Open, me).await, all.len() - fixed);
        assert_eq!(count(FindingState::Fixed, me).await, fixed);
        analysis::assign(ann, &plan, &all, None).await.unwrap();
        assert_eq!(count(FindingState::Open, None).await, all.len() - fixed);
        for id in [all[0], all[all.len() - 1]] {
            let finding = analysis::finding(ann, &plan, id).await.unwrap();
            assert!(finding.ignored.is_none());
            let history = analysis::history(ann, &plan, &finding).await.unwrap();
            let mine: Vec<_> = history
                .iter()
                .filter(|event| !event.by_name.is_empty())
                .map(|event| (event.kind, event.note.as_str(), event.by_name.as_str()))
                .collect();
            use FindingEventKind::{Assigned, Ignored, Restored};
            assert_eq!(
                mine,
                [
                    (Ignored, "wont_fix: all of them", "ann"),
                    (Assigned, "ann", "ann"),
                    (Restored, "", "ann"),
                    (Assigned, "", "ann"),
                ]
            );
        }
    })
    .await;
}

#[tokio::test]
async fn findings_of_other_plans_are_out_of_reach() {
    each(async |world| {
        world.commit(&[("run.py", Some(DANGEROUS))]);
        let one = world.make(world.new_plan("one")).await;
        let two = world.make(world.new_plan("two")).await;
        world.scan(&one).await;
        world.scan(&two).await;
        let theirs = world.findings(&one).await;
        let mine = world.findings(&two).await;
        let mixed = [mine[0].id, theirs[0].id];
        let error = analysis::ignore(&world.ann, &two, &mixed, IgnoreReason::WontFix, "")
            .await
            .unwrap_err();
        assert!(error.is_not_found(), "{error:?}");
        let active = world.findings_of(&two, &FindingFilter::active()).await;
        assert_eq!(active.len(), 2);
        assert!(
            analysis::finding(&world.ann, &two, theirs[0].id).await.unwrap_err().is_not_found()
        );
        assert!(analysis::history(&world.ann, &two, &theirs[0]).await.unwrap_err().is_not_found());
        let long = "x".repeat(2_001);
        let error = analysis::ignore(&world.ann, &two, &[mine[0].id], IgnoreReason::WontFix, &long)
            .await
            .unwrap_err();
        assert!(error.to_string().starts_with("note"), "{error}");
    })
    .await;
}
