//! Source code: every language with all passes, several files joined, and two
//! states of a project compared.

use std::collections::{BTreeSet, HashSet};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use scanner::{
    BlobReport, CloneLimits, Engine, Finding, Joiner, Language, Limits, PACKS, PackedReport,
    ProjectFile, Ruleset, Tracked, admit_path, definitions, render, track,
};

/// All rules, on little clones.
static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let ruleset = Ruleset {
        packs: PACKS.iter().map(|pack| (*pack).to_owned()).collect::<BTreeSet<_>>(),
        clones: CloneLimits { min_tokens: 30, min_lines: 2 },
        limits: Limits { parse_ms: 2_000, ..Limits::default() },
        ..Ruleset::default()
    };
    Engine::new(&ruleset).expect("a ruleset of packs")
});

/// The languages with a grammar, and those without.
static LANGUAGES: LazyLock<[Vec<Language>; 2]> = LazyLock::new(|| {
    let (with, without) =
        Language::all().map(|spec| spec.language).partition(|language| language.is_analysed());
    [with, without]
});

fn of<'a>(languages: &'static [Language], bytes: &'a [u8]) -> Option<(Language, &'a [u8])> {
    let (number, source) = bytes.split_first_chunk()?;
    Some((languages[usize::from(u16::from_le_bytes(*number)) % languages.len()], source))
}

/// What [`source`] or [`lines`] takes for a text of a language.
#[must_use]
pub fn seed(language: Language, text: &[u8]) -> Vec<u8> {
    let languages = &LANGUAGES[usize::from(!language.is_analysed())];
    let place = languages.iter().position(|one| *one == language).unwrap_or_default();
    [&u16::try_from(place).unwrap_or_default().to_le_bytes(), text].concat()
}

/// A text of a language with a grammar, which the first two bytes choose.
pub fn source(bytes: &[u8]) {
    if let Some((language, source)) = of(&LANGUAGES[0], bytes) {
        analyse(language, source);
        let _ = definitions(language, source, Duration::from_secs(2));
    }
}

/// A text of a language without one: counts, secrets, settings, what is embedded.
pub fn lines(bytes: &[u8]) {
    if let Some((language, source)) = of(&LANGUAGES[1], bytes) {
        analyse(language, source);
    }
}

/// Cangjie, whose grammar is our own.
pub fn cangjie(bytes: &[u8]) {
    analyse(Language::Cangjie, bytes);
}

fn analyse(language: Language, source: &[u8]) -> BlobReport {
    let report = ENGINE.analyse(language, source);
    let counts = report.lines;
    let sum = counts.code + counts.comment + counts.blank;
    assert_eq!(counts.total, sum, "lines of {language}");
    assert!(report.health.error_bytes <= report.health.bytes, "errors of {language}");
    for function in &report.functions {
        assert!(function.start_line >= 1 && function.start_line <= function.end_line);
    }
    for finding in &report.findings {
        let span = finding.span;
        let (start, end) = (span.start_line, span.end_line);
        assert!(start >= 1 && (start, span.start_column) <= (end, span.end_column), "{finding:?}");
    }
    let stored = report.encode();
    let back = BlobReport::decode(&stored).expect("what was encoded is decoded");
    assert_eq!(back, report, "a report of {language} changes when it is stored");
    report
}

/// The stored form of reports, those of what links files included.
pub fn report(bytes: &[u8]) {
    if let Ok(report) = BlobReport::decode(bytes) {
        let again = BlobReport::decode(&report.encode()).expect("what was encoded is decoded");
        assert_eq!(again, report);
        let packed = PackedReport::read(bytes.to_vec()).expect("it was just decoded");
        assert_eq!(packed.functions(), report.functions);
        assert_eq!(packed.shapes().len(), report.functions.len());
        let file =
            ProjectFile { path: "file".to_owned(), blob: String::new(), report: Arc::new(packed) };
        let _ = Joiner::default().finish(&ENGINE, &[file], &[]);
    }
}

/// Files, see [`super::files`]; what stands behind a byte 1 is a later state of
/// the project.
pub fn project(bytes: &[u8]) {
    let mut states = bytes.splitn(2, |byte| *byte == 1);
    let mut joiner = Joiner::default();
    let before = state(states.next().unwrap_or_default(), &mut joiner);
    let after = states.next().map(|bytes| state(bytes, &mut joiner)).unwrap_or_default();
    let earlier: Vec<Tracked> = before.iter().map(Tracked::from).collect();
    let matches = track(&earlier, &after, &[]);
    let mut seen = [HashSet::new(), HashSet::new()];
    for pair in &matches.same {
        assert!(pair.previous < before.len() && pair.current < after.len());
        assert!(seen[0].insert(pair.previous) && seen[1].insert(pair.current), "paired twice");
        assert_eq!(before[pair.previous].rule, after[pair.current].rule);
    }
    assert_eq!(matches.gone.len() + matches.same.len(), before.len());
    assert_eq!(matches.new.len() + matches.same.len(), after.len());
}

fn state(bytes: &[u8], joiner: &mut Joiner) -> Vec<Finding> {
    let files: Vec<ProjectFile> = super::files(bytes)
        .into_iter()
        .filter(|(path, _)| admit_path(path).is_none())
        .filter_map(|(path, source)| {
            let report = ENGINE.analyse(Language::of(&path, source)?, source);
            let report = Arc::new(PackedReport::new(&report));
            Some(ProjectFile { path, blob: String::new(), report })
        })
        .collect();
    let report = Joiner::default().finish(&ENGINE, &files, &[]);
    assert_eq!(joiner.join(&ENGINE, &files, &[]), report, "what is remembered changes the answer");
    let prints: HashSet<&str> =
        report.findings.iter().map(|finding| finding.fingerprint.as_str()).collect();
    assert_eq!(prints.len(), report.findings.len(), "two findings have one fingerprint");
    let mut written = Vec::new();
    render::sarif(&ENGINE, &report, &mut written).expect("memory takes what is written");
    let read = adapters::parse::sarif(&written).expect("what was written is SARIF");
    assert_eq!(read.len(), report.findings.len(), "SARIF loses findings");
    report.findings
}
