//! Edits, moves and renames of files with findings, and what becomes of them.

use std::collections::{BTreeMap, HashMap, HashSet};

use scanner::{BlobReport, Engine, FileReport, Finding, Language, Match, Tracked, track};

use super::Dice;
use super::corpus::File;

/// How many findings were judged wrong.
#[derive(Debug, Clone, Default)]
pub(crate) struct Judged {
    /// Findings that were there before, and those of them that were told as new.
    pub(crate) old: usize,
    pub(crate) old_as_new: usize,
    /// Findings that were not there before, and those of them that were told as old.
    pub(crate) new: usize,
    pub(crate) new_as_old: usize,
    /// These, one a line: how they were told, and what they look like.
    pub(crate) wrong: Vec<String>,
}

/// A line with what it is, however it is changed.
#[derive(Debug, Clone)]
struct Line {
    id: usize,
    text: String,
}

#[derive(Debug, Clone)]
struct Version {
    path: String,
    language: Language,
    lines: Vec<Line>,
}

impl Version {
    fn source(&self) -> String {
        self.lines.iter().map(|l| format!("{}\n", l.text)).collect()
    }
}

/// Lines that some rule of every language finds something on.
fn bad(language: Language, dice: &mut Dice) -> Option<String> {
    let name = dice.text("abcdefghij", 5);
    Some(match language {
        Language::Python => match dice.roll(3) {
            0 => format!("{name} = eval({name}_text)"),
            1 => format!("assert ({name}, \"{name}\")"),
            _ => format!("{name} = yaml.load({name}_file)"),
        },
        Language::JavaScript => match dice.roll(2) {
            0 => format!("eval({name});"),
            _ => "debugger;".to_owned(),
        },
        Language::Java => format!("Runtime.getRuntime().exec({name});"),
        _ => return None,
    })
}

/// Puts findings into the files, changes them in one or several steps' worth of
/// edits, and compares what `track` says with what is known.
pub(crate) fn run(engine: &Engine, files: &[File], seed: u64) -> Judged {
    let mut dice = Dice::new(seed);
    let mut ids = 0;
    let mut before: Vec<Version> =
        files.iter().map(|file| start(file, &mut dice, &mut ids)).collect();
    before.sort_by(|a, b| a.path.cmp(&b.path));
    let mut after = before.clone();
    let mut renames = Vec::new();
    for version in &mut after {
        change(version, &mut dice, &mut ids);
        if dice.roll(6) == 0 {
            let new = format!("moved/{}", version.path);
            renames.push((std::mem::replace(&mut version.path, new.clone()), new));
        }
    }
    move_across(&mut after, &mut dice);
    let old = findings(engine, &before);
    let new = findings(engine, &after);
    let lines = |versions: &[Version]| -> HashMap<String, Vec<usize>> {
        let ids = |v: &Version| v.lines.iter().map(|l| l.id).collect();
        versions.iter().map(|v| (v.path.clone(), ids(v))).collect()
    };
    let (old_lines, new_lines) = (lines(&before), lines(&after));
    let identity = |f: &Finding, of: &HashMap<String, Vec<usize>>| {
        let id = of.get(&f.path).and_then(|lines| lines.get(f.span.start_line as usize - 1));
        (f.rule.clone(), id.copied().unwrap_or(usize::MAX))
    };
    let known: HashSet<_> = old.iter().map(|f| identity(f, &old_lines)).collect();
    let tracked: Vec<Tracked> = old.iter().map(Tracked::from).collect();
    let matches = track(&tracked, &new, &renames);
    let told: HashMap<usize, &Match> = matches.same.iter().map(|m| (m.current, m)).collect();
    let line = |f: &Finding, versions: &[Version]| {
        let version = versions.iter().find(|v| v.path == f.path);
        let line = version.and_then(|v| v.lines.get(f.span.start_line as usize - 1));
        let text = line.map_or("", |line| line.text.trim());
        format!("{}:{} {} {:?} {text}", f.path, f.span.start_line, f.rule, f.symbol)
    };
    // Equal lines that stand together cannot be told apart, by nobody: what counts is
    // how many of them are old.
    let mut runs: BTreeMap<(&str, &str, usize), Vec<usize>> = BTreeMap::new();
    for (i, finding) in new.iter().enumerate() {
        let version = after.iter().find(|v| v.path == finding.path);
        let start =
            version.map_or(0, |v| run_start(&v.lines, finding.span.start_line as usize - 1));
        runs.entry((&finding.path, &finding.rule, start)).or_default().push(i);
    }
    let mut judged = Judged::default();
    for run in runs.into_values() {
        let is_old = |i: &&usize| known.contains(&identity(&new[**i], &new_lines));
        let (was, said) = (
            run.iter().filter(is_old).count(),
            run.iter().filter(|i| told.contains_key(*i)).count(),
        );
        judged.old += was;
        judged.new += run.len() - was;
        judged.old_as_new += was.saturating_sub(said);
        judged.new_as_old += said.saturating_sub(was);
        if was > said {
            judged.wrong.push(format!("old as new: {}", line(&new[run[0]], &after)));
        }
        if said > was {
            for pair in run.iter().filter_map(|i| told.get(i)) {
                let before = line(&old[pair.previous], &before);
                let after = line(&new[pair.current], &after);
                judged.wrong.push(format!("new as old, {:?}: {before} -> {after}", pair.step));
            }
        }
    }
    judged
}

/// Where the lines begin that are like this one and have nothing but blank ones between them.
fn run_start(lines: &[Line], at: usize) -> usize {
    let text = |i: usize| lines.get(i).map_or("", |line| line.text.trim());
    let mut start = at;
    for i in (0..at).rev() {
        if text(i) == text(at) {
            start = i;
        } else if !text(i).is_empty() {
            break;
        }
    }
    start
}

fn findings(engine: &Engine, versions: &[Version]) -> Vec<Finding> {
    let reports: Vec<BlobReport> =
        versions.iter().map(|v| engine.analyse(v.language, v.source().as_bytes())).collect();
    let files: Vec<FileReport<'_>> = versions
        .iter()
        .zip(&reports)
        .map(|(v, report)| FileReport { path: &v.path, blob: "", report })
        .collect();
    engine.join(&files, &[]).findings
}

fn start(file: &File, dice: &mut Dice, ids: &mut usize) -> Version {
    let mut version =
        Version { path: file.path.clone(), language: file.language, lines: Vec::new() };
    for text in file.source.lines() {
        *ids += 1;
        version.lines.push(Line { id: *ids, text: text.to_owned() });
    }
    for _ in 0..4 + dice.roll(5) {
        plant(&mut version, dice, ids);
    }
    version
}

/// Puts a line with a finding behind some statement.
fn plant(version: &mut Version, dice: &mut Dice, ids: &mut usize) {
    let end = if version.language == Language::Python { "" } else { ";" };
    let simple: Vec<usize> = (0..version.lines.len())
        .filter(|i| {
            let text = version.lines[*i].text.trim_start();
            let closed = ![":", "{", "}", "(", ",", "\\"].iter().any(|it| text.ends_with(it));
            closed && text.ends_with(end) && !text.is_empty() && !text.starts_with("return")
        })
        .collect();
    let (Some(at), Some(text)) = (simple.get(dice.roll(simple.len())), bad(version.language, dice))
    else {
        return;
    };
    let line = &version.lines[*at].text;
    let indent = &line[..line.len() - line.trim_start().len()];
    let text = format!("{indent}{text}");
    *ids += 1;
    version.lines.insert(at + 1, Line { id: *ids, text });
}

/// What people do to a file between two scans.
fn change(version: &mut Version, dice: &mut Dice, ids: &mut usize) {
    for _ in 0..1 + dice.roll(4) {
        match dice.roll(7) {
            // New lines, here and there.
            0 => {
                let at = dice.roll(version.lines.len());
                for _ in 0..1 + dice.roll(4) {
                    *ids += 1;
                    version.lines.insert(at, Line { id: *ids, text: String::new() });
                }
            }
            // A new finding.
            1 | 2 => plant(version, dice, ids),
            // Somebody mends something.
            3 => {
                let bad: Vec<usize> = marked(version);
                if let Some(at) = bad.get(dice.roll(bad.len())) {
                    version.lines.remove(*at);
                }
            }
            // A line with a finding is edited, but the finding stays.
            4 => {
                let bad: Vec<usize> = marked(version);
                if let Some(at) = bad.get(dice.roll(bad.len())) {
                    let line = &mut version.lines[*at];
                    let name = dice.text("klmnopqr", 6);
                    line.text = if line.text.contains('(') {
                        line.text.replacen('(', &format!("({name}."), 1).replacen(".)", ")", 1)
                    } else {
                        format!("{} ", line.text)
                    };
                }
            }
            // A name is changed wherever it stands.
            5 => {
                let word = version
                    .lines
                    .get(dice.roll(version.lines.len()))
                    .and_then(|l| {
                        l.text
                            .split(|c: char| !c.is_alphanumeric() && c != '_')
                            .find(|w| w.contains('_'))
                    })
                    .map(str::to_owned);
                if let Some(word) = word {
                    let new = dice.text("stuvwxyz", 7);
                    for line in &mut version.lines {
                        line.text = line.text.replace(&word, &new);
                    }
                }
            }
            // A function goes to the end of the file.
            _ => move_block(version, dice),
        }
    }
}

fn marked(version: &Version) -> Vec<usize> {
    let marks = ["eval(", "assert (", "yaml.load(", "debugger", "getRuntime()"];
    let is = |line: &Line| marks.iter().any(|mark| line.text.contains(mark));
    (0..version.lines.len()).filter(|i| is(&version.lines[*i])).collect()
}

/// The functions of a version, as ranges of lines.
fn blocks(version: &Version) -> Vec<std::ops::Range<usize>> {
    let head = |line: &Line| {
        let text = &line.text;
        text.starts_with("def ") || text.starts_with("function ") || text.starts_with("    Data ")
    };
    let starts: Vec<usize> =
        (0..version.lines.len()).filter(|i| head(&version.lines[*i])).collect();
    let last = version.lines.len() - usize::from(version.language == Language::Java);
    let ends = starts.iter().skip(1).copied().chain(std::iter::once(last));
    starts.iter().copied().zip(ends).map(|(start, end)| start..end).collect()
}

fn move_block(version: &mut Version, dice: &mut Dice) {
    let blocks = blocks(version);
    if blocks.len() < 2 {
        return;
    }
    let block = blocks[dice.roll(blocks.len() - 1)].clone();
    let end = blocks[blocks.len() - 1].end;
    version.lines[block.start..end].rotate_left(block.len());
}

/// A function of one file goes to another of the same language.
fn move_across(versions: &mut [Version], dice: &mut Dice) {
    for _ in 0..versions.len() / 8 {
        let (from, to) = (dice.roll(versions.len()), dice.roll(versions.len()));
        if from == to || versions[from].language != versions[to].language {
            continue;
        }
        let blocks = blocks(&versions[from]);
        if blocks.len() < 2 {
            continue;
        }
        let block = blocks[dice.roll(blocks.len())].clone();
        let lines: Vec<Line> = versions[from].lines.drain(block).collect();
        let last = versions[to].lines.len() - usize::from(versions[to].language == Language::Java);
        versions[to].lines.splice(last..last, lines);
    }
}
