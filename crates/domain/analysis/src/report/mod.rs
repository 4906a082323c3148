//! A scan on paper: what its pages say, as a PDF of bounded length.

mod file;
mod glyphs;
mod paper;

use base::{Error, Granted, PageRequest, Result, Right};
use call::Call;
use depots::DepotId;
use scanner::{ClonePair, Severity};

use crate::components::{Dependency, DependencyFilter, dependencies};
use crate::details::{FunctionOf, duplicates, functions};
use crate::finding::Finding;
use crate::findings::{FindingFilter, FindingSort, findings};
use crate::gate::{Covered, GateResult, Letter, Measures, Quality, Reason, Spared, Verdict};
use crate::plan::ScanPlan;
use crate::regate::measures;
use crate::scan::{Scan, ScanResult};
use crate::scans::{TrendPoint, trend};
use crate::tongue::{self, Tongue, message_in};
use file::Ink;
use glyphs::Face;
use paper::{AMBER, BLUE, Cell, Column, GREEN, Paper, RED};

/// Findings that are listed.
const FINDINGS: u64 = 200;
/// Functions, duplicates and dependencies that are listed, of each.
const DETAILS: u64 = 50;
/// Scans in the curve.
const POINTS: u64 = 60;

/// Everything that is printed.
struct Told<'a> {
    tongue: Tongue,
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
    tongue: Tongue,
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
        tongue,
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
    };
    let paper = told.paper();
    let at = scan.finished_at.unwrap_or(scan.created_at);
    let language = tongue.say("en", "zh-CN");
    tokio::task::spawn_blocking(move || paper.finish(language, at))
        .await
        .map_err(Error::internal)?
}

impl Told<'_> {
    fn say(&self, english: &'static str, chinese: &'static str) -> &'static str {
        self.tongue.say(english, chinese)
    }

    fn paper(&self) -> Paper {
        let title =
            format!("{} · {}", self.plan.name, self.say("code analysis report", "代码分析报告"));
        let mut paper = Paper::new(&title);
        paper.head(&title, &self.url);
        self.about(&mut paper);
        self.ratings(&mut paper);
        self.totals(&mut paper);
        self.gate(&mut paper, &self.result.gate);
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
            self.say("Scan", "扫描"),
            self.scan.number,
            at.strftime("%Y-%m-%d %H:%M")
        );
        for source in &self.scan.sources {
            let commit = source.commit.get(..10).unwrap_or(&source.commit);
            said.push_str(&format!(" · {} {} {commit}", source.name, source.branch));
        }
        paper.said(&said, None);
        let (word, ink) = match self.result.gate.verdict {
            Verdict::Passed => (self.say("The gate says yes.", "质量门禁通过。"), GREEN),
            Verdict::Failed => (self.say("The gate says no.", "质量门禁未通过。"), RED),
            Verdict::None => (self.say("No gate is set.", "未设置质量门禁。"), BLUE),
        };
        paper.said(word, Some(ink));
        if self.result.failed_files > 0 {
            let text = match self.tongue {
                Tongue::En => format!(
                    "{} files could not be analysed; their findings stay as they were.",
                    self.result.failed_files
                ),
                Tongue::Zh => {
                    format!("有 {} 个文件分析失败，其问题保持不变。", self.result.failed_files)
                }
            };
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
                let name = tongue::quality(self.tongue, quality).to_owned();
                (name, rating.letter.as_str().to_owned(), self.reason(rating.reason), ink)
            })
            .collect();
        if let Some(percent) = measures.overall.coverage.and_then(Covered::percent) {
            let name = self.say("Coverage", "测试覆盖率").to_owned();
            all.push((name, format!("{percent:.1} %"), String::new(), BLUE));
        }
        paper.boxes(&all);
    }

    fn reason(&self, reason: Reason) -> String {
        match (reason, self.tongue) {
            (Reason::Clean, _) => self.say("nothing found", "没有问题").to_owned(),
            (Reason::Worst(severity, count), _) => {
                format!("{} × {count}", tongue::severity(self.tongue, severity))
            }
            (Reason::Debt(minutes, percent), Tongue::En) => {
                format!("debt {minutes} min, {percent:.1} %")
            }
            (Reason::Debt(minutes, percent), Tongue::Zh) => {
                format!("技术债 {minutes} 分钟，占 {percent:.1}%")
            }
        }
    }

    fn totals(&self, paper: &mut Paper) {
        let result = self.result;
        let open: Vec<String> = [Severity::Fatal, Severity::Error, Severity::Warning]
            .into_iter()
            .filter(|one| result.open.of(*one) > 0)
            .map(|one| format!("{} {}", tongue::severity(self.tongue, one), result.open.of(one)))
            .collect();
        let change = match self.tongue {
            Tongue::En => format!("{} new, {} fixed", result.new.total(), result.fixed),
            Tongue::Zh => format!("新增 {}，修复 {}", result.new.total(), result.fixed),
        };
        let highest = match self.tongue {
            Tongue::En => format!("highest {}", result.max_cyclomatic),
            Tongue::Zh => format!("最高 {}", result.max_cyclomatic),
        };
        let files = match self.tongue {
            Tongue::En => format!("{} files", result.totals.files),
            Tongue::Zh => format!("{} 个文件", result.totals.files),
        };
        let vulnerable = match self.tongue {
            Tongue::En => format!("{} vulnerable", result.vulnerable_dependencies),
            Tongue::Zh => format!("{} 个有漏洞", result.vulnerable_dependencies),
        };
        let ink = |bad: bool| if bad { AMBER } else { BLUE };
        paper.boxes(&[
            (
                self.say("Open findings", "未处理问题").to_owned(),
                result.open.total().to_string(),
                open.join(", "),
                ink(result.open.total() > 0),
            ),
            (
                self.say("Since the scan before", "与上次扫描相比").to_owned(),
                format!("+{} −{}", result.new.total(), result.fixed),
                change,
                ink(result.new.total() > 0),
            ),
            (
                self.say("Lines of code", "代码行").to_owned(),
                result.totals.lines.code.to_string(),
                files,
                BLUE,
            ),
            (
                self.say("Duplicated lines", "重复行").to_owned(),
                format!("{:.1} %", result.totals.duplication() * 100.0),
                String::new(),
                BLUE,
            ),
            (
                self.say("Too complex functions", "复杂度超标的函数").to_owned(),
                result.complex_functions.to_string(),
                highest,
                ink(result.complex_functions > 0),
            ),
            (
                self.say("Dependencies", "依赖").to_owned(),
                result.dependencies.to_string(),
                vulnerable,
                ink(result.vulnerable_dependencies > 0),
            ),
            (
                self.say("Ignored findings", "已忽略问题").to_owned(),
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
        paper.heading(self.say("Gate", "质量门禁"));
        let rows: Vec<Vec<Cell>> = gate
            .conditions
            .iter()
            .map(|measured| {
                let condition = &measured.condition;
                let value = match measured.spared {
                    Some(Spared::NotMeasured) => self.say("not measured", "未测量").to_owned(),
                    Some(Spared::TooFewLines) => {
                        self.say("too few new lines", "新增行太少").to_owned()
                    }
                    Some(Spared::Unread) => self
                        .say("unknown: a file could not be read", "未知：有文件无法读取")
                        .to_owned(),
                    None => condition.metric.written(measured.value),
                };
                let (word, ink) = match (measured.spared, measured.holds) {
                    (Some(_), _) => (self.say("not judged", "未判断"), None),
                    (None, true) => (self.say("holds", "满足"), Some(GREEN)),
                    (None, false) => (self.say("broken", "未满足"), Some(RED)),
                };
                vec![
                    tongue::condition(self.tongue, condition).into(),
                    value.into(),
                    tongue::allowed(condition).into(),
                    Cell { text: word.to_owned(), ink, link: None },
                ]
            })
            .collect();
        paper.table(
            &[
                text(self.say("Condition", "条件"), 0.52),
                number(self.say("Measured", "实测"), 0.18),
                number(self.say("Allowed", "允许"), 0.14),
                text("", 0.16),
            ],
            &rows,
        );
    }

    fn curve(&self, paper: &mut Paper) {
        if self.trend.len() < 2 {
            return;
        }
        paper.heading(self.say("Open findings, scan by scan", "历次扫描的未处理问题"));
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

    fn languages(&self, paper: &mut Paper) {
        let rows: Vec<Vec<Cell>> = self
            .result
            .languages
            .iter()
            .filter(|one| one.totals.lines.code > 0)
            .take(20)
            .map(|one| {
                let totals = &one.totals;
                vec![
                    one.language.name().to_owned().into(),
                    totals.files.to_string().into(),
                    totals.lines.code.to_string().into(),
                    totals.lines.comment.to_string().into(),
                    totals.functions.to_string().into(),
                    totals.findings.total().to_string().into(),
                ]
            })
            .collect();
        if rows.is_empty() {
            return;
        }
        paper.heading(self.say("Languages", "语言"));
        paper.table(
            &[
                text(self.say("Language", "语言"), 0.3),
                number(self.say("Files", "文件"), 0.14),
                number(self.say("Code", "代码行"), 0.14),
                number(self.say("Comment", "注释行"), 0.14),
                number(self.say("Functions", "函数"), 0.14),
                number(self.say("Findings", "问题"), 0.14),
            ],
            &rows,
        );
    }

    fn findings(&self, paper: &mut Paper) {
        let (all, total) = &self.findings;
        paper.heading(&self.count(self.say("Findings", "问题"), all.len(), *total));
        if all.is_empty() {
            paper.said(self.say("Nothing asks for work.", "没有需要处理的问题。"), Some(GREEN));
            return;
        }
        let rows: Vec<Vec<Cell>> = all
            .iter()
            .map(|one| {
                let ink = match one.severity {
                    Severity::Fatal | Severity::Error => RED,
                    Severity::Warning => AMBER,
                    Severity::Info => BLUE,
                };
                let said = message_in(self.tongue, &one.rule, &one.message).replace('`', "");
                vec![
                    Cell {
                        text: tongue::severity(self.tongue, one.severity).to_owned(),
                        ink: Some(ink),
                        link: None,
                    },
                    Cell {
                        text: said,
                        ink: None,
                        link: Some(format!("{}/findings/{}", self.base, one.id)),
                    },
                    one.rule.clone().into(),
                    format!("{}{}:{}", self.depot(one.depot), one.path, one.line).into(),
                ]
            })
            .collect();
        paper.table(
            &[
                text(self.say("Severity", "严重程度"), 0.1),
                text(self.say("Finding", "问题"), 0.42),
                text(self.say("Rule", "规则"), 0.2),
                code(self.say("Place", "位置"), 0.28),
            ],
            &rows,
        );
    }

    /// What a path begins with where there are several depots.
    fn depot(&self, depot: DepotId) -> String {
        match self.scan.source(depot) {
            Some(source) if self.scan.sources.len() > 1 => format!("{}/", source.name),
            _ => String::new(),
        }
    }

    fn functions(&self, paper: &mut Paper) {
        let (all, total) = &self.functions;
        if all.is_empty() {
            return;
        }
        paper.heading(&self.count(
            self.say("Most complex functions", "最复杂的函数"),
            all.len(),
            *total,
        ));
        let rows: Vec<Vec<Cell>> = all
            .iter()
            .map(|one| {
                vec![
                    one.name.clone().into(),
                    format!("{}:{}", one.path, one.line).into(),
                    one.cyclomatic.to_string().into(),
                    one.cognitive.to_string().into(),
                    (one.end_line.saturating_sub(one.line) + 1).to_string().into(),
                ]
            })
            .collect();
        paper.table(
            &[
                code(self.say("Function", "函数"), 0.32),
                code(self.say("Place", "位置"), 0.38),
                number(self.say("Cyclomatic", "圈复杂度"), 0.1),
                number(self.say("Cognitive", "认知"), 0.1),
                number(self.say("Lines", "行数"), 0.1),
            ],
            &rows,
        );
    }

    fn duplicates(&self, paper: &mut Paper) {
        let (all, total) = &self.duplicates;
        if all.is_empty() {
            return;
        }
        paper.heading(&self.count(self.say("Duplicates", "重复代码"), all.len(), *total));
        let rows: Vec<Vec<Cell>> = all
            .iter()
            .map(|pair| {
                let side = |side: &scanner::CloneSide| {
                    Cell::from(format!("{}:{}-{}", side.path, side.start_line, side.end_line))
                };
                let lines = pair.first.end_line.saturating_sub(pair.first.start_line) + 1;
                vec![
                    side(&pair.first),
                    side(&pair.second),
                    lines.to_string().into(),
                    format!("{} %", pair.similarity).into(),
                ]
            })
            .collect();
        paper.table(
            &[
                code(self.say("One", "一处"), 0.39),
                code(self.say("The other", "另一处"), 0.39),
                number(self.say("Lines", "行数"), 0.1),
                number(self.say("Alike", "相似度"), 0.12),
            ],
            &rows,
        );
    }

    fn dependencies(&self, paper: &mut Paper) {
        let (all, total) = &self.vulnerable;
        if all.is_empty() {
            return;
        }
        paper.heading(&self.count(
            self.say("Vulnerable dependencies", "有漏洞的依赖"),
            all.len(),
            *total,
        ));
        let rows: Vec<Vec<Cell>> = all
            .iter()
            .map(|one| {
                let ids: Vec<&str> =
                    one.vulnerabilities.iter().map(|found| found.id.as_str()).collect();
                let fixed = one
                    .vulnerabilities
                    .iter()
                    .map(|found| found.fixed.as_str())
                    .find(|version| !version.is_empty());
                vec![
                    format!("{} {}", one.component.name, one.component.version).into(),
                    ids.join(", ").into(),
                    fixed.unwrap_or("-").to_owned().into(),
                    one.component.path.clone().into(),
                ]
            })
            .collect();
        paper.table(
            &[
                text(self.say("Dependency", "依赖"), 0.28),
                text(self.say("Advisories", "公告"), 0.28),
                text(self.say("Fixed in", "修复版本"), 0.14),
                code(self.say("Told by", "来源"), 0.3),
            ],
            &rows,
        );
    }

    /// A heading that says how many of how many are listed.
    fn count(&self, what: &str, listed: usize, total: u64) -> String {
        match (listed as u64 >= total, self.tongue) {
            (true, _) => format!("{what} ({total})"),
            (false, Tongue::En) => format!("{what} (the first {listed} of {total})"),
            (false, Tongue::Zh) => format!("{what}（共 {total}，列出前 {listed}）"),
        }
    }
}

fn column(name: &str, share: f32, face: Face, right: bool) -> Column {
    Column { name: name.to_owned(), share, face, right }
}

fn text(name: &str, share: f32) -> Column {
    column(name, share, Face::Plain, false)
}

fn number(name: &str, share: f32) -> Column {
    column(name, share, Face::Plain, true)
}

fn code(name: &str, share: f32) -> Column {
    column(name, share, Face::Mono, false)
}
