//! A scan on paper: what its pages say, as a PDF of bounded length.

mod file;
mod glyphs;
mod paper;
mod tables;

use base::{Error, Granted, PageRequest, Result, Right};
use call::Call;
use messages::Lang;
use scanner::{ClonePair, Severity};

use crate::components::{Dependency, DependencyFilter, dependencies};
use crate::details::{FunctionOf, duplicates, functions};
use crate::finding::Finding;
use crate::findings::{FindingFilter, FindingSort, findings};
use crate::gate::{Covered, GateResult, Letter, Measures, Quality, Reason, Spared, Verdict};
use crate::plan::ScanPlan;
use crate::regate::measures;
use crate::ruleset::RuleTitles;
use crate::scan::{Scan, ScanResult};
use crate::scans::{TrendPoint, trend};
use crate::words::{Text, allowed};
use file::Ink;
use paper::{AMBER, BLUE, Cell, GREEN, Paper, RED};
use tables::{number, text};

/// Findings that are listed.
const FINDINGS: u64 = 200;
/// Functions, duplicates and dependencies that are listed, of each.
const DETAILS: u64 = 50;
/// Scans in the curve.
const POINTS: u64 = 60;

/// Everything that is printed.
struct Told<'a> {
    t: Text,
    plan: &'a ScanPlan,
    scan: &'a Scan,
    result: &'a ScanResult,
    measures: Option<Measures>,
    /// Where the plan is to be seen.
    base: String,
    /// Where the scan is.
    url: String,
    trend: Vec<TrendPoint>,
    findings: (Vec<Finding>, u64),
    functions: (Vec<FunctionOf>, u64),
    duplicates: (Vec<ClonePair>, u64),
    vulnerable: (Vec<Dependency>, u64),
    titles: RuleTitles,
}

/// What a scan found as a PDF: the gate, ratings with their reasons, totals,
/// how findings came and went, and the worst of everything, up to a length that
/// does not grow with the code.
///
/// # Errors
/// `NotFound` when the scan is not the plan's; `Conflict` when it has no result.
pub async fn report<R: Right>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    scan: &Scan,
    lang: Lang,
) -> Result<Vec<u8>> {
    let Some(result) = &scan.result else {
        return Err(Error::conflict("the scan has no result"));
    };
    let page = PageRequest::first(DETAILS);
    let filter = FindingFilter { lane: scan.lane.clone(), ..FindingFilter::active() };
    let first = PageRequest::first(FINDINGS);
    let worst = findings(call, plan, &filter, FindingSort::Severity, first).await?;
    let functions = functions(call, plan, scan, page).await?;
    let duplicates = duplicates(call, plan, scan, page).await?;
    let only = DependencyFilter { vulnerable: Some(true), ..DependencyFilter::default() };
    let vulnerable = dependencies(call, plan, scan, &only, page).await?.page;
    let url = crate::run::tell::address(&call.env, plan, scan).await?;
    let base = url.rsplit_once("/scans/").map(|(base, _)| base.to_owned()).unwrap_or_default();
    let points = if scan.lane.is_empty() { trend(call, plan, POINTS).await? } else { Vec::new() };
    let told = Told {
        t: Text { lang },
        plan,
        scan,
        result,
        measures: measures(call, plan, scan).await?,
        base,
        url,
        trend: points.into_iter().filter(|point| point.number <= scan.number).collect(),
        findings: (worst.items, worst.total),
        functions: (functions.items, functions.total),
        duplicates: (duplicates.items, duplicates.total),
        vulnerable: (vulnerable.items, vulnerable.total),
        titles: crate::ruleset::titles(&call.env, plan.project).await?,
    };
    let paper = told.paper();
    let at = scan.finished_at.unwrap_or(scan.created_at);
    tokio::task::spawn_blocking(move || paper.finish(lang.tag(), at))
        .await
        .map_err(Error::internal)?
}

impl Told<'_> {
    fn paper(&self) -> Paper {
        let title = self.t.report_title(&self.plan.name);
        let mut paper = Paper::new(&title);
        paper.head(&title, &self.url);
        self.about(&mut paper);
        self.ratings(&mut paper);
        self.totals(&mut paper);
        self.gate(&mut paper, &self.titles.in_gate(self.t.lang, &self.result.gate));
        self.curve(&mut paper);
        self.languages(&mut paper);
        self.findings(&mut paper);
        self.functions(&mut paper);
        self.duplicates(&mut paper);
        self.dependencies(&mut paper);
        paper
    }

    fn about(&self, paper: &mut Paper) {
        let at = self.scan.finished_at.unwrap_or(self.scan.created_at).to_jiff();
        let mut said = format!(
            "{} #{} · {} UTC",
            self.t.report_scan(),
            self.scan.number,
            at.strftime("%Y-%m-%d %H:%M")
        );
        for source in &self.scan.sources {
            let commit = source.commit.get(..10).unwrap_or(&source.commit);
            said.push_str(&format!(" · {} {} {commit}", source.name, source.branch));
        }
        paper.said(&said, None);
        let (word, ink) = match self.result.gate.verdict {
            Verdict::Passed => (self.t.report_gate_passed(), GREEN),
            Verdict::Failed => (self.t.report_gate_failed(), RED),
            Verdict::None => (self.t.report_gate_none(), BLUE),
        };
        paper.said(word, Some(ink));
        if self.result.failed_files > 0 {
            let text = self.t.report_failed_files(self.result.failed_files);
            paper.said(&text, Some(AMBER));
        }
    }

    fn ratings(&self, paper: &mut Paper) {
        let Some(measures) = self.measures.as_ref().filter(|all| all.overall.code.is_some()) else {
            return;
        };
        let mut all: Vec<(String, String, String, Ink)> = Quality::ALL
            .into_iter()
            .map(|quality| {
                let rating = measures.overall.rating(quality);
                let ink = match rating.letter {
                    Letter::A | Letter::B => GREEN,
                    Letter::C => AMBER,
                    Letter::D | Letter::E => RED,
                };
                let name = self.t.quality(quality).to_owned();
                (name, rating.letter.as_str().to_owned(), self.reason(rating.reason), ink)
            })
            .collect();
        if let Some(percent) = measures.overall.coverage.and_then(Covered::percent) {
            let name = self.t.report_coverage().to_owned();
            all.push((name, format!("{percent:.1} %"), String::new(), BLUE));
        }
        paper.boxes(&all);
    }

    fn reason(&self, reason: Reason) -> String {
        match reason {
            Reason::Clean => self.t.report_clean().to_owned(),
            Reason::Worst(severity, count) => format!("{} × {count}", self.t.severity(severity)),
            Reason::Debt(minutes, percent) => {
                self.t.report_debt(minutes, format_args!("{percent:.1}"))
            }
        }
    }

    fn totals(&self, paper: &mut Paper) {
        let result = self.result;
        let open: Vec<String> = [Severity::Fatal, Severity::Error, Severity::Warning]
            .into_iter()
            .filter(|one| result.open.of(*one) > 0)
            .map(|one| format!("{} {}", self.t.severity(one), result.open.of(one)))
            .collect();
        let change = self.t.report_change(result.new.total(), result.fixed);
        let highest = self.t.report_highest(result.max_cyclomatic);
        let files = self.t.report_file_count(result.totals.files);
        let vulnerable = match (result.vulnerable_dependencies, result.unchecked_dependencies) {
            (0, 1..) => self.t.report_vulnerable_unknown().to_owned(),
            (count, _) => self.t.report_vulnerable_count(count),
        };
        let ink = |bad: bool| if bad { AMBER } else { BLUE };
        paper.boxes(&[
            (
                self.t.report_open().to_owned(),
                result.open.total().to_string(),
                open.join(", "),
                ink(result.open.total() > 0),
            ),
            (
                self.t.report_since().to_owned(),
                format!("+{} −{}", result.new.total(), result.fixed),
                change,
                ink(result.new.total() > 0),
            ),
            (
                self.t.report_code_lines().to_owned(),
                result.totals.lines.code.to_string(),
                files,
                BLUE,
            ),
            (
                self.t.report_duplicated_lines().to_owned(),
                format!("{:.1} %", result.totals.duplication() * 100.0),
                String::new(),
                BLUE,
            ),
            (
                self.t.report_complex_functions().to_owned(),
                result.complex_functions.to_string(),
                highest,
                ink(result.complex_functions > 0),
            ),
            (
                self.t.report_dependencies().to_owned(),
                result.dependencies.to_string(),
                vulnerable,
                ink(result.vulnerable_dependencies > 0),
            ),
            (
                self.t.report_ignored().to_owned(),
                result.ignored.total().to_string(),
                String::new(),
                BLUE,
            ),
        ]);
    }

    fn gate(&self, paper: &mut Paper, gate: &GateResult) {
        if gate.conditions.is_empty() {
            return;
        }
        paper.heading(self.t.report_gate());
        let rows: Vec<Vec<Cell>> = gate
            .conditions
            .iter()
            .map(|measured| {
                let condition = &measured.condition;
                let value = match measured.spared {
                    Some(Spared::NotMeasured) => self.t.report_not_measured().to_owned(),
                    Some(Spared::TooFewLines) => self.t.report_few_lines().to_owned(),
                    Some(Spared::Unread) => self.t.report_unread().to_owned(),
                    Some(Spared::Unchecked) => self.t.report_unchecked().to_owned(),
                    None => condition.metric.written(measured.value),
                };
                let (word, ink) = match (measured.spared, measured.holds) {
                    (Some(_), _) => (self.t.report_not_judged(), None),
                    (None, true) => (self.t.report_holds(), Some(GREEN)),
                    (None, false) => (self.t.report_broken(), Some(RED)),
                };
                vec![
                    self.t.condition(condition).into(),
                    value.into(),
                    allowed(condition).into(),
                    Cell { text: word.to_owned(), ink, link: None },
                ]
            })
            .collect();
        paper.table(
            &[
                text(self.t.report_condition(), 0.52),
                number(self.t.report_measured(), 0.18),
                number(self.t.report_allowed(), 0.14),
                text("", 0.16),
            ],
            &rows,
        );
    }

    fn curve(&self, paper: &mut Paper) {
        if self.trend.len() < 2 {
            return;
        }
        paper.heading(self.t.report_curve());
        let values: Vec<(String, u32)> = self
            .trend
            .iter()
            .map(|point| {
                let day = point.at.to_jiff().strftime("%Y-%m-%d").to_string();
                (format!("#{} {day}", point.number), point.result.open.total())
            })
            .collect();
        paper.curve(&values);
    }
}
