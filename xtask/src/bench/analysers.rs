//! Scans by the command line beside other analysers, each on the same tree and
//! counted by the lines of the languages that it reads.
//!
//! Those that cannot be had on this machine are left out and named.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::process::{PeakMemory, cpu_seconds};
use super::report::{Report, Sample};
use super::rules::{ast_grep_rules, own_rules, rule_counts, semgrep_rules};
use super::subject::Subject;
use super::{PRODUCT, git};
use crate::workspace::{find_program, metadata, root};
use crate::{python, workspace};

/// How often each analyser is run.
const RUNS: usize = 3;
/// The languages for which every analyser that finds duplicates or counts
/// complexity has a reader.
const COMMON: &[&str] = &["c", "cpp", "go", "java", "javascript", "python", "rust", "typescript"];

/// As many rules of one language as the aim speaks of.
const MANY: usize = 200;

/// Everything that the product can be asked to look for.
const PACKS: &str = "recommended,strict,security,secrets,metrics";

/// Lines by the identifier of their language.
type Lines = BTreeMap<String, f64>;

/// Runs everything on the tree of the subject's `main`.
///
/// # Errors
/// The product fails, or what can be had cannot be installed.
pub(super) fn measure(report: &mut Report, binary: &Path, subject: &Subject) -> Result<()> {
    let tree = subject.scratch.join("analysed");
    git(&["clone", "--quiet", "--branch", "main"], &[&subject.path, &tree])?;
    fs::remove_dir_all(tree.join(".git")).context("the clone's .git")?;
    let lines = count(binary, &tree)?;
    let scratch = subject.scratch.as_path();
    let peers = Peers::find(report)?;

    let product = |packs: &str, languages: &[&str]| {
        let mut command = Command::new(binary);
        command.arg("scan").arg(&tree).args(["--packs", packs, "--format", "json"]);
        command.args(["--fail-on", "never"]);
        for language in languages {
            for ending in endings(language) {
                command.args(["--include", &format!("**/*.{ending}")]);
            }
        }
        command
    };
    let all = total(&lines, &[]);
    report.note(format!("{all:.0} lines of source code"));
    let counted = vec![("tokei", peers.tokei.as_ref().map(|tokei| with(tokei, &[], &tree)))];
    row(report, "scan without rules, all languages", all, product("none", &[]), counted)?;
    row(report, "scan with all packs, all languages", all, product(PACKS, &[]), Vec::new())?;

    let common = total(&lines, COMMON);
    if common == 0.0 {
        return Ok(());
    }
    let complexity =
        vec![("lizard", peers.python("lizard").map(|lizard| with(&lizard, &["--csv"], &tree)))];
    row(report, "complexity", common, product("none", COMMON), complexity)?;
    let jscpd = peers.jscpd.as_ref().map(|jscpd| {
        let output = scratch.join("jscpd");
        let formats = COMMON.join(",");
        let flags = ["--silent", "--min-tokens", "100", "--format", &formats, "--output"];
        let mut command = with(jscpd, &flags, &output);
        command.arg(&tree);
        command
    });
    row(report, "duplicates", common, product("none", COMMON), vec![("jscpd", jscpd)])?;

    let rules = scratch.join("rules");
    for language in ["python", "java", "go", "javascript"] {
        let lines = total(&lines, &[language]);
        if lines == 0.0 {
            continue;
        }
        let configuration = ast_grep_rules(&rules, language)?;
        let ast_grep = peers.python("ast-grep").map(|program| {
            let arguments = ["scan", "--json=stream", "--config"];
            let mut command = with(&program, &arguments, &configuration);
            command.arg(&tree);
            command
        });
        let (rules_here, patterns_here) = rule_counts(language)?;
        let ast_grep_name = format!("ast-grep, {patterns_here} rules");
        let mut beside = vec![(ast_grep_name.as_str(), ast_grep)];
        if language == "python" {
            let ruff = peers.python("ruff").map(|ruff| {
                with(&ruff, &["check", "--isolated", "--no-cache", "--exit-zero", "-q"], &tree)
            });
            beside.push(("ruff", ruff));
            let patterns = semgrep_rules(&rules)?;
            let semgrep = peers.python("semgrep").map(|semgrep| {
                let flags = ["scan", "--metrics=off", "--disable-version-check", "--quiet"];
                let mut command = with(&semgrep, &flags, Path::new("--json"));
                command.arg("--config").arg(&patterns).arg(&tree);
                command
            });
            beside.push(("semgrep, 10 rules", semgrep));
        }
        let what = format!("scan with {rules_here} rules, {language}");
        row(report, &what, lines, product(PACKS, &[language]), beside)?;
    }
    for language in ["c", "python"] {
        let lines = total(&lines, &[language]);
        let own = own_rules(binary, PACKS, &rules, language, MANY)?;
        let Some(own) = own.filter(|_| lines > 0.0) else { continue };
        let mut command = product(PACKS, &[language]);
        command.arg("--rules").arg(own);
        let what = format!("scan with exactly {MANY} rules, {language}");
        row(report, &what, lines, command, Vec::new())?;
    }
    Ok(())
}

/// Measures the product and those beside it: lines per processor second, and in
/// a further run the memory at its highest.
fn row(
    report: &mut Report,
    what: &str,
    lines: f64,
    product: Command,
    beside: Vec<(&str, Option<Command>)>,
) -> Result<()> {
    let (mut rates, mut sizes) = (Vec::new(), Vec::new());
    for (name, command) in std::iter::once((PRODUCT, Some(product))).chain(beside) {
        let Some(mut command) = command else { continue };
        let peak = peak(&mut command)?;
        sizes.push((name.to_owned(), Sample::from(peak)));
        rates.push((name.to_owned(), rate(&mut command, lines)?));
        if name == PRODUCT {
            let each = Sample::from(peak / (lines / 1e6));
            report.single(&format!("{what}, memory for a million lines"), "MB", each);
        }
    }
    report.row(what, "lines/s/core", rates);
    report.row(&format!("{what}, memory"), "MB", sizes);
    Ok(())
}

/// How many megabytes it and those that it starts have at their highest.
fn peak(command: &mut Command) -> Result<f64> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().with_context(|| format!("{command:?}"))?;
    let memory = PeakMemory::watch(&[child.id()]);
    child.wait().with_context(|| format!("{command:?}"))?;
    Ok(memory.megabytes().0.all)
}

fn rate(command: &mut Command, lines: f64) -> Result<Sample> {
    let mut rates = Sample::default();
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    for _ in 0..RUNS {
        let own = [std::process::id()];
        let before = cpu_seconds(&own);
        let status = command.status().with_context(|| format!("{command:?}"))?;
        // Most of them end with 1 where they found something.
        ensure!(matches!(status.code(), Some(0 | 1)), "{command:?}: {status}");
        // The kernel counts in hundredths; what is faster than one is not measured.
        rates.push(lines / (cpu_seconds(&own) - before).max(0.01));
    }
    Ok(rates)
}

fn with(program: &Path, arguments: &[&str], last: &Path) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).arg(last);
    command
}

/// The lines of the tree, as the product counts them.
fn count(binary: &Path, tree: &Path) -> Result<Lines> {
    let output = with(binary, &["scan", "--packs=none", "--format=json"], tree)
        .stdin(Stdio::null())
        .output()
        .context("mortise scan")?;
    ensure!(output.status.success(), "mortise scan: {}", String::from_utf8_lossy(&output.stderr));
    let answer: Value = serde_json::from_slice(&output.stdout).context("mortise scan")?;
    let languages = answer["languages"].as_array().context("mortise scan names no languages")?;
    let counted = languages.iter().filter_map(|row| {
        let totals = &row["totals"];
        // Prose is read too, and is nobody's code.
        let lines = totals["lines"]["total"].as_f64()? - totals["prose"].as_f64()?;
        Some((row["language"].as_str()?.to_owned(), lines))
    });
    let counted: Lines = counted.collect();
    ensure!(total(&counted, &[]) > 0.0, "mortise scan finds no code in {}", tree.display());
    Ok(counted)
}

/// The lines of the named languages, or of all.
fn total(lines: &Lines, languages: &[&str]) -> f64 {
    let wanted = |id: &str| languages.is_empty() || languages.contains(&id);
    lines.iter().filter(|(id, _)| wanted(id)).map(|(_, lines)| lines).sum()
}

fn endings(language: &str) -> &'static [&'static str] {
    match language {
        "c" => &["c", "h"],
        "cpp" => &["cpp", "cc", "cxx", "hpp"],
        "go" => &["go"],
        "java" => &["java"],
        "javascript" => &["js", "jsx", "mjs", "cjs"],
        "python" => &["py"],
        "rust" => &["rs"],
        _ => &["ts"],
    }
}

/// The analysers that are here.
struct Peers {
    programs: Option<PathBuf>,
    jscpd: Option<PathBuf>,
    tokei: Option<PathBuf>,
}

impl Peers {
    fn find(report: &mut Report) -> Result<Self> {
        let wanted = root().join("xtask/bench-requirements.txt");
        let python = python::environment("bench-python", &wanted);
        if let Err(error) = &python {
            report.note(format!("without lizard, ruff, ast-grep and semgrep: {error:#}"));
        }
        let programs = python.ok().and_then(|python| Some(python.parent()?.to_path_buf()));
        let jscpd = jscpd();
        if let Err(error) = &jscpd {
            report.note(format!("without jscpd: {error:#}"));
        }
        let tokei = tokei();
        if let Err(error) = &tokei {
            report.note(format!("without tokei: {error:#}"));
        }
        Ok(Self { programs, jscpd: jscpd.ok(), tokei: tokei.ok() })
    }

    fn python(&self, name: &str) -> Option<PathBuf> {
        self.programs.as_ref().map(|directory| directory.join(name))
    }
}

fn jscpd() -> Result<PathBuf> {
    let dir = metadata()?.target_directory.join("bench-node");
    let program = dir.join("node_modules/.bin/jscpd");
    let works = || {
        let mut version = Command::new(&program);
        version.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        version.status().is_ok_and(|status| status.success())
    };
    if !works() {
        fs::create_dir_all(&dir).context("target/bench-node")?;
        let npm = find_program("npm").context("there is no npm")?;
        let arch = if cfg!(target_arch = "aarch64") { "arm64" } else { "x64" };
        // The program proper is an optional part, which npm leaves out without a
        // word where the very same version is not to be had.
        let part = format!("jscpd-linux-{arch}-gnu@5");
        let mut install = with(&npm, &["install", "--silent", "--force", "--prefix"], &dir);
        let status = install.args(["jscpd@5", &part]).stdin(Stdio::null()).status();
        let status = status.context("npm")?;
        ensure!(status.success(), "npm install jscpd: {status}");
        ensure!(works(), "jscpd was installed and does not start");
    }
    Ok(program)
}

fn tokei() -> Result<PathBuf> {
    if let Some(found) = find_program("tokei") {
        return Ok(found);
    }
    let dir = metadata()?.target_directory.join("bench-cargo");
    let program = dir.join("bin/tokei");
    if !program.exists() {
        let mut install = workspace::cargo();
        install.args(["install", "--quiet", "--locked", "tokei", "--root"]).arg(&dir);
        let status = install.stdin(Stdio::null()).status().context("cargo")?;
        ensure!(status.success(), "cargo install tokei: {status}");
    }
    Ok(program)
}
