//! Prints every function below a directory as tab-separated values: path, start
//! line, end line, cyclomatic, cognitive, parameters, qualified name, tokens. For
//! comparing the metrics with other tools.

use std::io::Write as _;

use scanner::{Engine, Language, Ruleset};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = std::env::args().nth(1).ok_or("usage: functions DIRECTORY")?;
    let engine = Engine::new(&Ruleset { packs: Default::default(), ..Ruleset::default() })?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for entry in ignore::WalkBuilder::new(&root).standard_filters(false).build() {
        let entry = entry?;
        let path = entry.path().to_string_lossy();
        let Some(language) = Language::of_path(&path).filter(|l| l.is_analysed()) else {
            continue;
        };
        if !entry.file_type().is_some_and(|t| t.is_file()) {
            continue;
        }
        let source = std::fs::read(entry.path())?;
        let language = Language::of(&path, &source).unwrap_or(language);
        let report = engine.analyse(language, &source);
        for f in &report.functions {
            writeln!(
                out,
                "{path}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
                f.start_line,
                f.end_line,
                f.cyclomatic,
                f.cognitive,
                f.parameters,
                f.qualified_name,
                f.tokens
            )?;
        }
    }
    Ok(())
}
