//! Compares our line counts, file by file, with those that two other counters
//! ship with their own test data: `line_accuracy tokei DIR` for the directory
//! `tests/data` of tokei, whose files say their counts themselves, and
//! `line_accuracy cloc DIR` for `tests` of cloc, which keeps them in
//! `outputs/NAME.yaml`. Prints every file that differs, then how many agree; with
//! `--known FILE`, the files named there (a name and why on each line) are counted
//! apart.

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
    let usage = "usage: line_accuracy tokei|cloc DIR [--known FILE]";
    let mut arguments = std::env::args().skip(1);
    let kind = arguments.next().ok_or(usage)?;
    let directory = arguments.next().ok_or(usage)?;
    let directory = Path::new(&directory);
    let known = match arguments.nth(1) {
        Some(file) => known(&std::fs::read_to_string(file)?),
        None => BTreeMap::new(),
    };
    let cases = match kind.as_str() {
        "tokei" => of_tokei(directory)?,
        "cloc" => of_cloc(directory)?,
        _ => return Err(usage.into()),
    };
    let engine = Engine::new(&Ruleset { packs: Default::default(), ..Ruleset::default() })?;
    let (mut equal, mut intended, mut unknown) = (0, 0, 0);
    for case in &cases {
        let language = Language::of(&case.name, &case.source);
        let lines =
            language.map_or_else(LineCounts::default, |it| engine.analyse(it, &case.source).lines);
        if (lines.code, lines.comment, lines.blank) == (case.code, case.comment, case.blank) {
            equal += 1;
            continue;
        }
        let why = match (known.get(&case.name), language) {
            (Some(why), _) => {
                intended += 1;
                format!("  ({why})")
            }
            (None, None) => {
                unknown += 1;
                "  (language not known)".to_owned()
            }
            (None, Some(_)) => String::new(),
        };
        println!(
            "{}\t{}\tcode {} comment {} blank {}, expected {} {} {}{why}",
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
    println!(
        "{equal} of {} files agree ({:.1} %); {intended} differ by definition, {unknown} are of no language that is known",
        cases.len(),
        f64::from(equal) * 100.0 / cases.len().max(1) as f64
    );
    Ok(())
}

fn known(text: &str) -> BTreeMap<String, String> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once('\t'))
        .map(|(name, why)| (name.to_owned(), why.trim().to_owned()))
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
