//! Translates the rules of semgrep below a directory and holds them against the
//! annotated sources beside them: `import DIRECTORY [--why]`.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use scanner::{ImportOutcome, Language, OwnRule};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let Some(root) = arguments.next() else {
        say("import DIRECTORY [--why]");
        return;
    };
    let why = arguments.next().is_some();
    let mut files = Vec::new();
    walk(Path::new(&root), &mut files);
    files.sort();
    let mut sums = Sums::default();
    for file in files.iter().filter(|f| is_yaml(f)) {
        let Ok(text) = std::fs::read_to_string(file) else { continue };
        if !text.contains("rules:") {
            continue;
        }
        let Ok(rules) = scanner::import(&text) else { continue };
        let stem = file.with_extension("");
        for rule in rules.iter().filter(|rule| rule.origin == "semgrep") {
            sums.add(&stem, &files, rule, why);
        }
    }
    sums.print();
}

fn say(line: &str) {
    // Whoever has stopped reading wants no more.
    let _ = writeln!(std::io::stdout(), "{line}");
}

#[derive(Default)]
struct Sums {
    outcomes: [usize; 3],
    reasons: BTreeMap<String, usize>,
    tested: usize,
    agree: usize,
    wanted: usize,
    hit: usize,
    quiet: usize,
    false_alarms: usize,
}

impl Sums {
    fn add(&mut self, stem: &Path, files: &[PathBuf], rule: &scanner::Translated, why: bool) {
        let at = match rule.outcome {
            ImportOutcome::Whole => 0,
            ImportOutcome::Partly => 1,
            ImportOutcome::Refused => 2,
        };
        self.outcomes[at] += 1;
        let Some(own) = &rule.rule else {
            let reason = rule.why.first().map_or("", String::as_str);
            let reason: String = reason.split('`').step_by(2).collect::<Vec<_>>().join("…");
            *self.reasons.entry(reason.chars().take(70).collect()).or_default() += 1;
            return;
        };
        let mut sums = [0usize; 4];
        for file in files.iter().filter(|f| !is_yaml(f) && f.with_extension("") == stem) {
            let Ok(text) = std::fs::read_to_string(file) else { continue };
            let path = file.to_string_lossy();
            for (wanted, found) in held(own, &path, &text) {
                sums[usize::from(!wanted) * 2] += 1;
                sums[usize::from(!wanted) * 2 + 1] += usize::from(found);
            }
        }
        if sums[0] + sums[2] == 0 {
            return;
        }
        self.tested += 1;
        let agrees = sums[0] == sums[1] && sums[3] == 0;
        self.agree += usize::from(agrees);
        self.wanted += sums[0];
        self.hit += sums[1];
        self.quiet += sums[2];
        self.false_alarms += sums[3];
        if why && !agrees {
            say(&format!("{} {:?} {:?} {:?}", stem.display(), rule.id, sums, rule.why));
        }
    }

    fn print(&self) {
        let [whole, partly, refused] = self.outcomes;
        say(&format!("{whole} whole, {partly} partly, {refused} refused"));
        say(&format!(
            "{} have annotated sources, {} agree with all lines",
            self.tested, self.agree
        ));
        say(&format!(
            "lines: {} of {} found, {} of {} false",
            self.hit, self.wanted, self.false_alarms, self.quiet
        ));
        let mut reasons: Vec<_> = self.reasons.iter().collect();
        reasons.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        for (reason, count) in reasons.iter().take(25) {
            say(&format!("{count:5} {reason}"));
        }
    }
}

/// Lines that are spoken of: whether a match is wanted, and whether there is one.
fn held(rule: &Arc<OwnRule>, path: &str, text: &str) -> Vec<(bool, bool)> {
    let Some(language) = Language::of_path(path) else { return Vec::new() };
    let info = rule.info();
    if !info.languages.is_empty() && !info.languages.contains(&language) {
        return Vec::new();
    }
    let id = info.id.rsplit('/').next().unwrap_or_default();
    let found = rule.try_on(language, text).matches;
    let mut said = Vec::new();
    let mut next = None;
    for (number, line) in text.lines().enumerate() {
        let named = |marker: &str| {
            line.split_once(marker).is_some_and(|(_, ids)| {
                ids.split([',', ' ']).any(|one| one.trim().eq_ignore_ascii_case(id))
            })
        };
        if named("ruleid:") {
            next = Some(true);
        } else if named("ok:") {
            next = Some(false);
        } else if let Some(wanted) = next.take() {
            let line = u32::try_from(number + 1).unwrap_or(0);
            said.push((wanted, found.iter().any(|one| one.span.start_line == line)));
        }
    }
    said
}

fn is_yaml(path: &Path) -> bool {
    matches!(path.extension().and_then(|e| e.to_str()), Some("yaml" | "yml"))
}

fn walk(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, out);
        } else {
            out.push(path);
        }
    }
}
