//! Measures the security rules on public material: a directory of code with
//! annotated lines (`ruleid:` above what must be found, `ok:` above what must
//! not), or a benchmark of whole files with a list of what is wrong in which.
//! Prints totals by language and by weakness, and never which lines they are:
//! rules are written from the weaknesses' descriptions, not from cases.
//!
//! ```text
//! security_accuracy annotated DIRECTORY     # of the annotated rules of another tool
//! security_accuracy benchmark DIRECTORY EXPECTED.csv
//! ```

#![expect(clippy::print_stdout, reason = "printing is what it is for")]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::atomic::AtomicBool;

use regex::Regex;
use scanner::{Engine, ProjectReport, Ruleset, ScanOptions, catalogue, scan_directory};

type Failure = Box<dyn std::error::Error>;

/// First and last line of a finding, and the weaknesses of its rule.
type Place<'a> = (u32, u32, &'a BTreeSet<u32>);

/// Weaknesses that descriptions use for one another.
const NEAR: &[&[u32]] = &[
    &[89, 564, 943],
    &[79, 80, 116],
    &[78, 77],
    &[94, 95, 96, 1336],
    &[22, 23, 73, 36],
    &[327, 328, 326, 916],
    &[330, 338, 335],
    &[614, 1004, 311, 319],
    &[295, 297, 322],
    &[502],
    &[611, 776],
    &[601],
    &[918],
    &[90],
    &[643, 91],
    &[501],
    &[798, 259, 321, 522],
    &[377, 379],
    &[732, 276],
    &[117, 93, 113],
    &[942, 346],
];

/// The languages that are measured, with their directories and endings.
const LANGUAGES: &[(&str, &[&str])] = &[
    ("python", &["py"]),
    ("java", &["java"]),
    ("go", &["go"]),
    ("javascript", &["js", "jsx", "ts", "tsx"]),
    ("php", &["php"]),
    ("csharp", &["cs"]),
];

fn group(cwe: u32) -> u32 {
    NEAR.iter().find(|near| near.contains(&cwe)).map_or(cwe, |near| near[0])
}

fn main() -> Result<(), Failure> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["annotated", root] => annotated(Path::new(root)),
        ["benchmark", root, expected] => benchmark(Path::new(root), Path::new(expected)),
        _ => Err("usage: security_accuracy annotated DIRECTORY | benchmark DIRECTORY EXPECTED.csv"
            .into()),
    }
}

/// Weaknesses, in their groups, by rule.
fn weaknesses() -> Result<HashMap<&'static str, BTreeSet<u32>>, Failure> {
    Ok(catalogue()?
        .map(|info| (info.id.as_str(), info.cwe.iter().map(|c| group(*c)).collect()))
        .collect())
}

fn scan(root: &Path) -> Result<ProjectReport, Failure> {
    let engine = Engine::new(&Ruleset {
        packs: ["recommended", "security", "strict", "secrets"].map(str::to_owned).into(),
        ..Ruleset::default()
    })?;
    let cancel = AtomicBool::new(false);
    Ok(scan_directory(&engine, root, ScanOptions::default(), &|_| {}, &cancel)?)
}

/// Found and missed, rightly left alone and reported without reason.
#[derive(Default, Clone, Copy)]
struct Score {
    found: u32,
    wanted: u32,
    alarms: u32,
    fine: u32,
}

impl Score {
    fn add(&mut self, wanted: bool, hit: bool) {
        let (hits, all) = if wanted {
            (&mut self.found, &mut self.wanted)
        } else {
            (&mut self.alarms, &mut self.fine)
        };
        *hits += u32::from(hit);
        *all += 1;
    }

    fn share(hits: u32, all: u32) -> f64 {
        100.0 * f64::from(hits) / f64::from(all.max(1))
    }

    fn print(self, name: &str) {
        println!(
            "{name:22} recall {:4} of {:4} = {:5.1} %   false alarms {:4} of {:4} = {:5.1} %",
            self.found,
            self.wanted,
            Self::share(self.found, self.wanted),
            self.alarms,
            self.fine,
            Self::share(self.alarms, self.fine),
        );
    }
}

fn annotated(root: &Path) -> Result<(), Failure> {
    let of_rule = weaknesses()?;
    let mark = Regex::new(r"(ruleid|ok):\s*([\w.-]+)")?;
    let any_mark = Regex::new(r"(ruleid|ok|todoruleid|todook):")?;
    let mut by_language: BTreeMap<&str, Score> = BTreeMap::new();
    let mut by_cwe: BTreeMap<(&str, u32), Score> = BTreeMap::new();
    let mut all = Score::default();
    for (language, endings) in LANGUAGES {
        let base = root.join(language);
        let report = scan(&base)?;
        let mut found: HashMap<&str, Vec<Place<'_>>> = HashMap::new();
        for finding in &report.findings {
            if let Some(cwes) = of_rule.get(finding.rule.as_str()) {
                let at = (finding.span.start_line, finding.span.end_line, cwes);
                found.entry(&finding.path).or_default().push(at);
            }
        }
        for (directory, files) in security_directories(&base)? {
            let wanted = described(&directory)?;
            for file in files {
                let ending = file.extension().and_then(|e| e.to_str()).unwrap_or_default();
                let Ok(text) = std::fs::read_to_string(&file) else { continue };
                if !endings.contains(&ending) {
                    continue;
                }
                let path = file.strip_prefix(&base)?.to_string_lossy().into_owned();
                let here = found.get(path.as_str()).map_or(&[][..], Vec::as_slice);
                let lines: Vec<&str> = text.lines().collect();
                for (at, line) in lines.iter().enumerate() {
                    let Some(marked) = mark.captures(line) else { continue };
                    let Some(cwes) = wanted.get(&marked[2]).filter(|c| !c.is_empty()) else {
                        continue;
                    };
                    // The first line below that is no mark itself.
                    let skipped =
                        lines[at + 1..].iter().take_while(|l| any_mark.is_match(l)).count();
                    let line = (at + 2 + skipped) as u32;
                    let hit = here.iter().any(|(start, end, found)| {
                        *start <= line + 1 && *end >= line && !found.is_disjoint(cwes)
                    });
                    let is_wanted = &marked[1] == "ruleid";
                    by_language.entry(language).or_default().add(is_wanted, hit);
                    all.add(is_wanted, hit);
                    for cwe in cwes {
                        by_cwe.entry((language, *cwe)).or_default().add(is_wanted, hit);
                    }
                }
            }
        }
    }
    for ((language, cwe), score) in by_cwe {
        score.print(&format!("{language} CWE-{cwe}"));
    }
    for (language, score) in by_language {
        score.print(language);
    }
    all.print("all");
    Ok(())
}

type Directories = BTreeMap<std::path::PathBuf, Vec<std::path::PathBuf>>;

/// Files by directory, of those directories that are about security.
fn security_directories(base: &Path) -> Result<Directories, Failure> {
    let mut directories = Directories::new();
    for entry in ignore::WalkBuilder::new(base).build() {
        let path = entry?.into_path();
        let Some(parent) = path.parent() else { continue };
        if path.is_file() && parent.to_string_lossy().contains("security") {
            directories.entry(parent.to_owned()).or_default().push(path);
        }
    }
    Ok(directories)
}

/// The weaknesses that the rule files of a directory name, by rule.
fn described(directory: &Path) -> Result<HashMap<String, BTreeSet<u32>>, Failure> {
    let start = Regex::new(r"(?m)^\s*- id: ")?;
    let number = Regex::new(r"CWE-(\d+)")?;
    let mut rules = HashMap::new();
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        if !(name.ends_with(".yaml") || name.ends_with(".yml")) || name.contains(".test.") {
            continue;
        }
        for rule in start.split(&std::fs::read_to_string(&path)?).skip(1) {
            let id = rule.split_whitespace().next().unwrap_or_default().trim_matches(['"', '\'']);
            let cwes = number.captures_iter(rule).filter_map(|c| c[1].parse().ok()).map(group);
            rules.insert(id.to_owned(), cwes.collect());
        }
    }
    Ok(rules)
}

/// Rows of `name, category, whether it is real, weakness`; a file belongs to the
/// case whose name its path has in it.
fn benchmark(root: &Path, expected: &Path) -> Result<(), Failure> {
    let of_rule = weaknesses()?;
    let name = Regex::new(r"BenchmarkTest\d+")?;
    let report = scan(root)?;
    let mut found: HashMap<&str, BTreeSet<u32>> = HashMap::new();
    for finding in &report.findings {
        if let Some(case) = name.find(&finding.path)
            && let Some(cwes) = of_rule.get(finding.rule.as_str())
        {
            found.entry(case.as_str()).or_default().extend(cwes);
        }
    }
    let mut categories: BTreeMap<String, Score> = BTreeMap::new();
    for row in std::fs::read_to_string(expected)?.lines().filter(|l| !l.starts_with('#')) {
        let fields: Vec<&str> = row.split(',').map(str::trim).collect();
        let [case, category, real, cwe, ..] = fields[..] else { continue };
        let hit = found.get(case).is_some_and(|f| f.contains(&group(cwe.parse().unwrap_or(0))));
        categories.entry(category.to_owned()).or_default().add(real == "true", hit);
    }
    let mut sum = 0.0;
    let count = categories.len().max(1) as f64;
    for (category, score) in categories {
        score.print(&category);
        sum += Score::share(score.found, score.wanted) - Score::share(score.alarms, score.fine);
    }
    println!("score (mean of recall minus false alarms): {:.1}", sum / count);
    Ok(())
}
