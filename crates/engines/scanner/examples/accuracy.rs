//! Plants copies, secrets and edits, in made-up programs and in those of the given
//! directories, and prints how well they are told: `accuracy [SEED] [DIRECTORY…]`.

#![expect(clippy::print_stdout, reason = "printing is what it is for")]

#[path = "../tests/planted/mod.rs"]
mod planted;

use planted::{Dice, clones, corpus, moves, secrets};
use scanner::{Admission, Engine, Ruleset};

/// Made-up files.
const MADE_UP: usize = 120;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let seed: u64 = arguments.next().map_or(Ok(1), |n| n.parse())?;
    let packs = ["recommended", "security", "secrets"].map(str::to_owned).into();
    let engine = Engine::new(&Ruleset { packs, ..Ruleset::default() })?;
    let (score, wrong) = secrets::run(&engine, 400, seed);
    println!("secrets: F1 {:.4} {score:?}", score.f1());
    for line in wrong {
        println!("  {line}");
    }
    report("made up", &engine, &corpus::made_up(MADE_UP, seed), seed);
    for directory in arguments {
        report(&directory, &engine, &read(&engine, &directory)?, seed);
    }
    Ok(())
}

fn report(what: &str, engine: &Engine, files: &[corpus::File], seed: u64) {
    let more = corpus::made_up(600, seed + 1);
    let judged = moves::run(engine, if files.len() == MADE_UP { &more } else { files }, seed);
    println!(
        "{what}: old as new {:.2} % of {}, new as old {:.2} % of {}",
        judged.old_as_new as f64 * 100.0 / judged.old.max(1) as f64,
        judged.old,
        judged.new_as_old as f64 * 100.0 / judged.new.max(1) as f64,
        judged.new
    );
    for line in &judged.wrong {
        println!("  {line}");
    }
    let mut places = corpus::functions(engine, files);
    let mut dice = Dice::new(seed);
    while places.len() > 300 {
        places.swap_remove(dice.roll(places.len()));
    }
    for change in [clones::Change::Layout, clones::Change::Renamed, clones::Change::Edited] {
        let (score, missed) = clones::run(engine, files, &places, change, seed);
        println!("{what}: copies, {change:?}: {:.1} % {score:?}", score.recall() * 100.0);
        for place in missed {
            println!("  {place}");
        }
    }
}

fn read(engine: &Engine, root: &str) -> Result<Vec<corpus::File>, Box<dyn std::error::Error>> {
    let mut files = Vec::new();
    for entry in ignore::WalkBuilder::new(root).sort_by_file_path(Ord::cmp).build() {
        let entry = entry?;
        let path = entry.path().strip_prefix(root)?.to_string_lossy().into_owned();
        if entry.file_type().is_some_and(|t| t.is_file())
            && let Admission::Analyse(named) = engine.admit(&path)
            && named.guess().is_analysed()
            && let Ok(source) = std::fs::read_to_string(entry.path())
        {
            let language = named.tell(source.as_bytes());
            files.push(corpus::File { path, language, source });
        }
    }
    Ok(files)
}
