//! Prints the line counts of every file below a directory as tab-separated
//! values: path, language, lines, code, comment, blank. For comparing the counts
//! with other tools.

use std::io::Write as _;

use scanner::{Engine, Language, Ruleset};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = std::env::args().nth(1).ok_or("usage: lines DIRECTORY")?;
    let engine = Engine::new(&Ruleset { packs: Default::default(), ..Ruleset::default() })?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for entry in ignore::WalkBuilder::new(&root).standard_filters(false).build() {
        let entry = entry?;
        let path = entry.path().to_string_lossy();
        if !entry.file_type().is_some_and(|t| t.is_file()) {
            continue;
        }
        let source = std::fs::read(entry.path())?;
        let Some(language) = Language::of(&path, &source) else {
            writeln!(out, "{path}\t-\t0\t0\t0\t0")?;
            continue;
        };
        let l = engine.analyse(language, &source).lines;
        let (total, code, comment, blank) = (l.total, l.code, l.comment, l.blank);
        writeln!(out, "{path}\t{}\t{total}\t{code}\t{comment}\t{blank}", language.id())?;
    }
    Ok(())
}
