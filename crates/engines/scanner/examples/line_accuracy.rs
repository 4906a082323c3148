//! Compares our line counts, file by file, with those that two other counters
//! ship with their own test data: `line_accuracy tokei DIR` for the directory
//! `tests/data` of tokei, whose files say their counts themselves, and
//! `line_accuracy cloc DIR` for `tests` of cloc, which keeps them in
//! `outputs/NAME.yaml`. Prints every file that differs, then how many agree. Those on
//! which we mean to differ (`line_accuracy.tsv`, and those that count blank lines
//! inside of comments and strings as something else) are counted apart.

#![expect(clippy::print_stdout, reason = "printing is what it is for")]

use std::collections::BTreeMap;
use std::path::Path;

use scanner::{Engine, Language, LineCounts, Ruleset};

type Failure = Box<dyn std::error::Error>;

/// A file, and what is expected of it.
struct Case {
    name: String,
    source: Vec<u8>,
    code: u32,
    comment: u32,
    blank: u32,
}

fn main() -> Result<(), Failure> {
    let usage = "usage: line_accuracy tokei|cloc DIR";
    let mut arguments = std::env::args().skip(1);
    let kind = arguments.next().ok_or(usage)?;
    let directory = arguments.next().ok_or(usage)?;
    let directory = Path::new(&directory);
    let known = known(include_str!("line_accuracy.tsv"));
    let cases = match kind.as_str() {
        "tokei" => of_tokei(directory)?,
        "cloc" => of_cloc(directory)?,
        _ => return Err(usage.into()),
    };
    let engine = Engine::new(&Ruleset { packs: Default::default(), ..Ruleset::default() })?;
    let (mut equal, mut intended, mut unknown) = (0_u32, 0_usize, 0_usize);
    for case in &cases {
        let language = Language::of(&case.name, &case.source);
        let lines =
            language.map_or_else(LineCounts::default, |it| engine.analyse(it, &case.source).lines);
        if (lines.code, lines.comment, lines.blank) == (case.code, case.comment, case.blank) {
            equal += 1;
            continue;
        }
        let white = |line: &&[u8]| line.trim_ascii().is_empty();
        let whites = case.source.split(|b| *b == b'\n').filter(white).count() as u32;
        let moved = case.blank < whites && lines.code <= case.code && lines.comment <= case.comment;
        let why = match known.get(&case.name) {
            _ if moved && language.is_some() => "blank lines inside",
            Some(why) => why,
            None if language.is_none() => "language not known",
            None => "",
        };
        match why {
            "" => {}
            "language not known" => unknown += 1,
            _ => intended += 1,
        }
        println!(
            "{}\t{}\tcode {} comment {} blank {}, expected {} {} {}\t{why}",
            case.name,
            language.map_or("-", Language::id),
            lines.code,
            lines.comment,
            lines.blank,
            case.code,
            case.comment,
            case.blank
        );
    }
    let share = |of: usize| f64::from(equal) * 100.0 / of.max(1) as f64;
    println!(
        "{equal} of {} files agree ({:.1} %); {intended} differ by definition, so {:.1} % of those \
         that can be compared; of these {unknown} are of no language that is known",
        cases.len(),
        share(cases.len()),
        share(cases.len() - intended)
    );
    Ok(())
}

fn known(text: &str) -> BTreeMap<String, &str> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once('\t'))
        .map(|(name, why)| (name.to_owned(), why.trim()))
        .collect()
}

/// Files that say `12 lines, 5 code, 4 comments, 3 blanks` somewhere.
fn of_tokei(directory: &Path) -> Result<Vec<Case>, Failure> {
    let number = |text: &str, what: &str| {
        text.match_indices(what).find_map(|(at, _)| {
            let before = &text[..at];
            let digits = before.len() - before.trim_end_matches(|c: char| c.is_ascii_digit()).len();
            before[before.len() - digits..].parse().ok()
        })
    };
    let mut cases = Vec::new();
    for (name, source) in files(directory)? {
        let text = String::from_utf8_lossy(&source).into_owned();
        let counts = (number(&text, " code"), number(&text, " comments"), number(&text, " blanks"));
        if let (Some(code), Some(comment), Some(blank)) = counts {
            cases.push(Case { name, source, code, comment, blank });
        }
    }
    Ok(cases)
}

/// Files of `inputs` whose counts are the sum in `outputs`.
fn of_cloc(directory: &Path) -> Result<Vec<Case>, Failure> {
    let mut cases = Vec::new();
    for (name, source) in files(&directory.join("inputs"))? {
        let Ok(report) = std::fs::read_to_string(directory.join(format!("outputs/{name}.yaml")))
        else {
            continue;
        };
        let Some((_, sum)) = report.split_once("\nSUM:") else { continue };
        let number = |what: &str| {
            let line = sum.lines().find_map(|line| line.trim().strip_prefix(what))?;
            line.trim().parse().ok()
        };
        let counts = (number("code:"), number("comment:"), number("blank:"));
        if let (Some(code), Some(comment), Some(blank)) = counts {
            cases.push(Case { name, source, code, comment, blank });
        }
    }
    Ok(cases)
}

fn files(directory: &Path) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(directory)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            let name = entry.file_name().to_string_lossy().into_owned();
            files.insert(name, std::fs::read(entry.path())?);
        }
    }
    Ok(files)
}
