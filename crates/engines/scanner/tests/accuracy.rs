//! How well copies, secrets and identities are told, on made-up programs with
//! seeds. `examples/accuracy.rs` measures the same on real ones.

mod planted;

use planted::{clones, corpus, moves, secrets};
use scanner::{Engine, Ruleset};

fn engine() -> Engine {
    let packs = ["recommended", "security", "secrets"].map(str::to_owned).into();
    Engine::new(&Ruleset { packs, ..Ruleset::default() }).expect("a ruleset")
}

#[test]
fn copies_are_found_whatever_was_done_to_them() {
    let engine = engine();
    let files = corpus::made_up(24, 7);
    let places = corpus::functions(&engine, &files);
    assert!(places.len() > 60, "{}", places.len());
    assert!(clones::pairs(&engine, &files).is_empty());
    for (change, least) in [
        (clones::Change::Layout, 0.99),
        (clones::Change::Renamed, 0.98),
        (clones::Change::Edited, 0.85),
    ] {
        let (score, missed) = clones::run(&engine, &files, &places, change, 11);
        assert!(score.recall() >= least, "{change:?}: {score:?} {missed:?}");
        assert!(score.spurious == 0, "{change:?}: {score:?}");
    }
}

#[test]
fn secrets_are_told_from_what_looks_like_them() {
    let (score, wrong) = secrets::run(&engine(), 100, 3);
    assert!(score.f1() >= 0.97, "{} {score:?}\n{}", score.f1(), wrong.join("\n"));
}

#[test]
fn findings_keep_their_identity() {
    let judged = moves::run(&engine(), &corpus::made_up(420, 5), 9);
    assert!(judged.old > 800 && judged.new > 80, "{judged:?}");
    assert!(judged.old_as_new * 100 <= judged.old * 2, "{judged:?}");
    assert!(judged.new_as_old * 100 <= judged.new * 3, "{judged:?}");
}
