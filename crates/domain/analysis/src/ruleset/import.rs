//! Bringing rules of other tools to a team.

use std::collections::HashMap;
use std::io::{Cursor, Read as _};
use std::sync::Arc;

use base::{Error, Granted, Read, Result};
use call::Call;
use projects::Project;
use scanner::{ImportOutcome, Language, OwnRule, Translated};

use super::own::{Keeping, blocking, fault_of, may};

/// Files of one import, those in zips included.
const MOST_FILES: usize = 3_000;
/// Bytes of one import, unpacked.
const MOST_BYTES: u64 = 32 << 20;
/// Annotated tests of one rule that are run.
const MOST_TESTS: usize = 4;

/// A rule that was to be imported, and what became of it.
#[derive(Debug, Clone)]
pub struct ImportedRule {
    /// The file that it stands in; empty for what was pasted.
    pub file: String,
    /// Its id; ours where it was translated.
    pub id: String,
    /// The tool that it is from.
    pub origin: String,
    /// How much of it was translated.
    pub outcome: ImportOutcome,
    /// Why not all, and what its annotated tests say.
    pub why: Vec<String>,
    /// The rule as we write it; empty where it was refused.
    pub text: String,
    /// It is one of the team's rules now.
    pub kept: bool,
}

/// Translates the rules of files: YAML, or zips of such. With `keep` those that
/// could be translated become rules of the team; one that the team has gets a new
/// version. A rule needs no examples to be imported, and says so as long as it has
/// none.
///
/// # Errors
/// `Denied` for whoever is no admin of the team; `Missing` on `text` when there
/// are no files; `Invalid` on `files` when one cannot be read; `Limit` for too much
/// of it; `Conflict` when the team's rules change at this moment.
pub async fn import_rules(
    call: &Call,
    project: &Granted<Project, Read>,
    files: Vec<(String, Vec<u8>)>,
    keep: bool,
) -> Result<Vec<ImportedRule>> {
    may(call, project.team)?;
    if files.is_empty() {
        return Err(Error::missing("text"));
    }
    let found = blocking(call, move || translate(files)).await??;
    let mut report = Vec::with_capacity(found.len());
    // All of them, or none: a fault in the middle leaves the team as it was.
    let mut keeping = if keep { Some(Keeping::begin(call, project).await?) } else { None };
    for Found { file, translated, tested } in found {
        let mut one = ImportedRule {
            file,
            id: translated.id,
            origin: translated.origin.to_owned(),
            outcome: translated.outcome,
            why: translated.why,
            text: translated.text,
            kept: false,
        };
        if let (Some(keeping), Some(rule)) = (&mut keeping, &translated.rule) {
            match keeping.keep(rule, &one.text, &one.origin, tested).await {
                Ok(_) => one.kept = true,
                Err(Error::Limit { why, .. }) => one.why.push(why.into_owned()),
                Err(error) => return Err(error),
            }
        }
        report.push(one);
    }
    if let Some(keeping) = keeping {
        keeping.finish().await?;
    }
    Ok(report)
}

struct Found {
    file: String,
    translated: Translated,
    /// It has examples that are as they should be.
    tested: bool,
}

fn translate(files: Vec<(String, Vec<u8>)>) -> Result<Vec<Found>> {
    let files = unpacked(files)?;
    let mut tests: HashMap<&str, Vec<(&str, &str)>> = HashMap::new();
    for (name, text) in &files {
        if let Some((stem, _)) = name.rsplit_once('.').filter(|_| !is_yaml(name)) {
            tests.entry(stem).or_default().push((name, text));
        }
    }
    let mut found = Vec::new();
    let mut first_fault = None;
    for (name, text) in files.iter().filter(|(name, _)| is_yaml(name)) {
        let rules = match scanner::import(text) {
            Ok(rules) => rules,
            Err(fault) => {
                first_fault.get_or_insert_with(|| format!("{name}: {fault}"));
                continue;
            }
        };
        let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
        for mut translated in rules {
            let mut tested = false;
            if let Some(rule) = &translated.rule {
                let info = rule.info();
                tested =
                    !info.examples.invalid.is_empty() && fault_of(info, &rule.test()).is_none();
                let annotated = tests.get(stem).map_or(&[][..], Vec::as_slice);
                let annotated = annotated.iter().take(MOST_TESTS);
                let sums: Vec<Agreement> =
                    annotated.filter_map(|(name, text)| agreement(rule, name, text)).collect();
                let (right, all) =
                    sums.iter().fold((0, 0), |(r, a), one| (r + one.right, a + one.lines));
                if all > 0 {
                    translated.why.push(format!("{right} of {all} annotated lines are right"));
                }
            }
            found.push(Found { file: name.clone(), translated, tested });
        }
    }
    match first_fault {
        Some(why) if found.is_empty() => {
            Err(Error::invalid("files", format!("cannot be read: {why}")))
        }
        _ => Ok(found),
    }
}

fn is_yaml(name: &str) -> bool {
    name.is_empty() || name.ends_with(".yml") || name.ends_with(".yaml")
}

/// The files, with those of zips in place of them.
fn unpacked(files: Vec<(String, Vec<u8>)>) -> Result<Vec<(String, String)>> {
    let mut all = Vec::new();
    let mut left = MOST_BYTES;
    let too_much = || Error::limit("an import can have 3000 files and 32 MB");
    for (name, data) in files {
        if !name.ends_with(".zip") {
            left = left.checked_sub(data.len() as u64).ok_or_else(too_much)?;
            all.push((name, String::from_utf8_lossy(&data).into_owned()));
            continue;
        }
        let wrong = || Error::invalid("files", "cannot be read: it is no zip file");
        let mut archive = zip::ZipArchive::new(Cursor::new(data)).map_err(|_| wrong())?;
        for place in 0..archive.len().min(MOST_FILES + 1) {
            let file = archive.by_index(place).map_err(|_| wrong())?;
            if file.is_dir() {
                continue;
            }
            let name = file.name().map_err(|_| wrong())?.into_owned();
            let mut bytes = Vec::new();
            // What it says about its size is not to be trusted.
            file.take(left + 1).read_to_end(&mut bytes).map_err(|_| wrong())?;
            left = left.checked_sub(bytes.len() as u64).ok_or_else(too_much)?;
            all.push((name, String::from_utf8_lossy(&bytes).into_owned()));
            if all.len() > MOST_FILES {
                return Err(too_much());
            }
        }
    }
    if all.len() > MOST_FILES {
        return Err(too_much());
    }
    Ok(all)
}

/// What a rule finds of the lines that a test is annotated with.
#[derive(Debug, Clone, Copy)]
struct Agreement {
    right: usize,
    lines: usize,
}

/// Holds a rule against `ruleid:` and `ok:`, which speak of the next line.
fn agreement(rule: &Arc<OwnRule>, name: &str, text: &str) -> Option<Agreement> {
    let language = Language::of(name, text.as_bytes())?;
    let id = rule.info().id.rsplit('/').next().unwrap_or_default().to_owned();
    let mut said: Vec<(u32, bool)> = Vec::new();
    let mut next: Option<bool> = None;
    for (number, line) in text.lines().enumerate() {
        let named = |marker: &str| {
            line.split_once(marker).is_some_and(|(_, ids)| {
                ids.split([',', ' ']).any(|one| one.trim().eq_ignore_ascii_case(&id))
            })
        };
        if named("ruleid:") {
            next = Some(true);
        } else if named("ok:") {
            next = Some(false);
        } else if let Some(wanted) = next.take() {
            said.push((u32::try_from(number + 1).unwrap_or(0), wanted));
        }
    }
    if said.is_empty() {
        return None;
    }
    let found = rule.try_on(language, text).matches;
    let hit = |line: u32| found.iter().any(|one| one.span.start_line == line);
    let right = said.iter().filter(|(line, wanted)| hit(*line) == *wanted).count();
    Some(Agreement { right, lines: said.len() })
}
