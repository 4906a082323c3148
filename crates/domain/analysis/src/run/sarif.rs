//! Findings of other programs: those that a SARIF 2.1.0 file in a working copy
//! holds, and how any of them gets its place.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use adapters::{Places, Reported};
use depots::DepotId;
use git::{Oid, Repository};
use scanner::{Category, ContextHashes, Language, Severity, Span};

use super::Source;
use super::current::Observed;
use crate::findings::{GIVEN_BYTES, GivenEdit, GivenFix, MOST_GIVEN};

/// Larger reports are refused.
const MAX_REPORT: u64 = 64 << 20;
/// Larger files are not read for the lines around a finding, or for what to write
/// instead of one.
const MAX_SOURCE: u64 = 4 << 20;

/// What a report comes to.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) observed: Vec<Observed>,
    pub(super) given: Vec<GivenFix>,
}

/// Reads the report `named`, or `usual` where the plan names none, below `root`
/// or below one of its depots. `depots` are their directories and the prefixes
/// of their paths, `commits` what was written into them. None when there is no
/// report.
///
/// # Errors
/// Why a report that is there, or should be, cannot be used.
pub(super) fn read(
    root: &Path,
    named: &str,
    usual: &str,
    depots: &[(String, String)],
    commits: &[Checked],
) -> Result<Option<Read>, String> {
    let root = fs::canonicalize(root).map_err(|error| error.to_string())?;
    let name = if named.is_empty() { usual } else { named };
    let places = [root.clone()].into_iter().chain(depots.iter().map(|(name, _)| root.join(name)));
    let Some(file) = places.filter_map(|place| within(&root, &place.join(name))).next() else {
        return if named.is_empty() {
            Ok(None)
        } else {
            Err(format!("the report {named} was not written"))
        };
    };
    let size = fs::metadata(&file).map_err(|error| error.to_string())?.len();
    if size > MAX_REPORT {
        return Err(format!("the report has {size} bytes, more than {MAX_REPORT}"));
    }
    let text = fs::read(&file).map_err(|error| error.to_string())?;
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text);
    let reported = adapters::parse::sarif(text).map_err(|error| error.to_string())?;
    let mut reading = Reading::new(&root, depots, commits);
    let observed = reported.into_iter().filter_map(|one| reading.wherever(one)).collect();
    Ok(Some(Read { observed, given: reading.given() }))
}

/// The commit that was written into the directory of a depot.
pub(super) struct Checked {
    pub(super) depot: DepotId,
    pub(super) repository: Repository,
    pub(super) commit: Oid,
}

impl Checked {
    pub(super) fn of(source: &Source) -> Self {
        let (repository, commit) = (source.repository.clone(), source.commit);
        Self { depot: source.scanned.depot, repository, commit }
    }

    /// The blob that a file was written from, if it is as it was then.
    fn unchanged(&self, path: &str, file: &Path) -> Option<(String, Places)> {
        let entry = self.repository.entry(self.commit, path).ok()?;
        let blob = self.repository.blob(entry.oid, MAX_SOURCE).ok()?.data;
        let small = fs::metadata(file).is_ok_and(|data| data.len() == blob.len() as u64);
        (small && fs::read(file).is_ok_and(|now| now == blob))
            .then(|| Some((entry.oid.to_string(), Places::new(blob)?)))?
    }
}

/// The file, if it is one and links do not lead out of the working copy.
pub(super) fn within(root: &Path, path: &Path) -> Option<PathBuf> {
    let path = fs::canonicalize(path).ok()?;
    (path.starts_with(root) && path.is_file()).then_some(path)
}

/// Puts what tools report into its place in a working copy.
pub(super) struct Reading<'a> {
    root: &'a Path,
    depots: &'a [(String, String)],
    commits: &'a [Checked],
    /// The normalised lines of files.
    sources: HashMap<PathBuf, Vec<String>>,
    /// The last file of which a tool says what to write instead: tools tell of one
    /// after the other.
    last: Option<(PathBuf, Option<(String, Places)>)>,
    given: Vec<GivenFix>,
    bytes: usize,
}

impl<'a> Reading<'a> {
    /// For a working copy with a directory for each of the depots, which are
    /// named with the prefixes of their paths. `root` has no links in it.
    pub(super) fn new(
        root: &'a Path,
        depots: &'a [(String, String)],
        commits: &'a [Checked],
    ) -> Self {
        let sources = HashMap::new();
        Self { root, depots, commits, sources, last: None, given: Vec::new(), bytes: 0 }
    }

    /// What to write instead of what was reported.
    pub(super) fn given(self) -> Vec<GivenFix> {
        self.given
    }

    /// Keeps what to write instead, if it is certain where.
    fn give(&mut self, fix: &adapters::Fix, found: &Observed, file: &Path) {
        if self.given.len() >= MOST_GIVEN || self.bytes >= GIVEN_BYTES {
            return;
        }
        let Some(checked) = self.commits.get(found.source) else { return };
        if self.last.as_ref().is_none_or(|(last, _)| last != file) {
            self.last = Some((file.to_path_buf(), checked.unchanged(&found.path, file)));
        }
        let Some((_, Some((blob, places)))) = &self.last else { return };
        let Some(edits) = places.resolve(fix) else { return };
        self.bytes += edits.iter().map(|edit| edit.text.len()).sum::<usize>();
        let span = &found.finding.span;
        self.given.push(GivenFix {
            depot: checked.depot,
            path: found.path.clone(),
            rule: found.finding.rule.clone(),
            line: span.start_line,
            column: span.start_column,
            blob: blob.clone(),
            edits: edits.into_iter().map(|edit| GivenEdit::new(edit, places)).collect(),
        });
    }

    /// However the report names its file.
    fn wherever(&mut self, reported: Reported) -> Option<Observed> {
        let (source, path, file) = self.locate(&reported.path)?;
        let tool = reported.tool.to_lowercase().replace(char::is_whitespace, "-");
        let rule = match tool.as_str() {
            "" => reported.rule.clone(),
            tool => format!("{tool}/{}", reported.rule),
        };
        self.observed(reported, rule, (source, path), &file)
    }

    /// A report of an adapter, whose path is one of a depot.
    pub(super) fn below(
        &mut self,
        source: usize,
        tool: &str,
        reported: Reported,
    ) -> Option<Observed> {
        let (name, _) = self.depots.get(source)?;
        let file = within(self.root, &self.root.join(name).join(&reported.path))?;
        let rule = match reported.rule.as_str() {
            "" => format!("{tool}/finding"),
            rule => format!("{tool}/{rule}"),
        };
        let path = reported.path.clone();
        self.observed(reported, rule, (source, path), &file)
    }

    fn observed(
        &mut self,
        mut reported: Reported,
        rule: String,
        (source, path): (usize, String),
        file: &Path,
    ) -> Option<Observed> {
        let fix = reported.fix.take();
        let known = Language::of_path(&path);
        let prefix = self.depots.get(source).map_or("", |(_, prefix)| prefix.as_str());
        let finding = scanner::Finding {
            rule,
            severity: match reported.severity {
                adapters::Severity::Fatal => Severity::Fatal,
                adapters::Severity::Error => Severity::Error,
                adapters::Severity::Warning => Severity::Warning,
                adapters::Severity::Info => Severity::Info,
            },
            category: Category::Bug,
            path: format!("{prefix}{path}"),
            // Only the row's own text is shown; files without a language have none.
            language: known.or_else(|| Language::all().next().map(|spec| spec.language))?,
            span: Span {
                start_line: reported.line,
                start_column: reported.column,
                end_line: reported.end_line,
                end_column: reported.end_column,
            },
            message: reported.message,
            symbol: String::new(),
            uncertain: false,
            flow: Vec::new(),
            fix: None,
            context: self.context(file, reported.line, reported.end_line),
            fingerprint: String::new(),
        };
        let language = known.map(|language| language.id().to_owned()).unwrap_or_default();
        let observed = Observed { finding, source, path, language };
        if let Some(fix) = fix {
            self.give(&fix, &observed, file);
        }
        Some(observed)
    }

    /// The depot and the path in it that an address means, and the file.
    fn locate(&self, path: &str) -> Option<(usize, String, PathBuf)> {
        let path = path.strip_prefix(&format!("{}/", executor::WORKSPACE)).unwrap_or(path);
        let path = match path.strip_prefix(&*self.root.to_string_lossy()) {
            Some(below) => below,
            None => path,
        };
        let path = path.trim_start_matches("./").trim_start_matches('/');
        // From the root, in which every depot is a directory, or from a depot.
        let whole = within(self.root, &self.root.join(path));
        let inside = self.depots.iter().enumerate().find_map(|(number, (name, _))| {
            let file = within(self.root, &self.root.join(name).join(path))?;
            Some((number, file))
        });
        let (number, file) = match (whole, inside) {
            (Some(file), _) => {
                let below = file.strip_prefix(self.root).ok()?;
                let number = self.depots.iter().position(|(name, _)| below.starts_with(name))?;
                (number, file)
            }
            (None, Some(found)) => found,
            (None, None) => return None,
        };
        let (name, _) = self.depots.get(number)?;
        let below = file.strip_prefix(self.root.join(name)).ok()?.to_str()?.to_owned();
        Some((number, below, file))
    }

    /// Hashes of the place, made alike for every report of every tool.
    fn context(&mut self, file: &Path, first: u32, last: u32) -> ContextHashes {
        let lines = self.sources.entry(file.to_path_buf()).or_insert_with(|| normalised(file));
        let at = |number: i64| {
            usize::try_from(number - 1).ok().and_then(|index| lines.get(index)).map(String::as_str)
        };
        let (first, last) = (i64::from(first), i64::from(last));
        let text: String = (first..=last.min(first + 50)).filter_map(at).collect();
        let full = |text: &&str| !text.is_empty();
        let before = (1..first).rev().filter_map(at).filter(full).take(3);
        let mut around = [0_u32; 6];
        for (slot, line) in around.iter_mut().zip(before) {
            *slot = hash(line) as u32 | 1;
        }
        let total = i64::try_from(lines.len()).unwrap_or(i64::MAX);
        let after = (last + 1..=total).filter_map(at).filter(full).take(3);
        for (slot, line) in around[3..].iter_mut().zip(after) {
            *slot = hash(line) as u32 | 1;
        }
        ContextHashes { line: hash(at(first).unwrap_or_default()), text: hash(&text), around }
    }
}

/// The file's lines without white space.
fn normalised(file: &Path) -> Vec<String> {
    let small = fs::metadata(file).is_ok_and(|data| data.len() <= MAX_SOURCE);
    let Some(bytes) = small.then(|| fs::read(file).ok()).flatten() else { return Vec::new() };
    let text = String::from_utf8_lossy(&bytes);
    text.lines().map(|line| line.split_whitespace().collect()).collect()
}

/// FNV-1a: stable for as long as findings are kept.
pub(super) fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn copy() -> tempfile::TempDir {
        let copy = tempfile::tempdir().unwrap();
        fs::create_dir_all(copy.path().join("app/src")).unwrap();
        fs::write(copy.path().join("app/src/a b.py"), "x = 1\n\ny  =  2\nz = 3\n").unwrap();
        copy
    }

    fn report(uri: &str) -> String {
        json!({
            "version": "2.1.0",
            "runs": [{
                "tool": { "driver": { "name": "My Lint", "rules": [
                    { "id": "R1", "defaultConfiguration": { "level": "error" } },
                ] } },
                "results": [
                    { "ruleIndex": 0, "message": { "text": "bad" }, "locations": [{
                        "physicalLocation": {
                            "artifactLocation": { "uri": uri },
                            "region": { "startLine": 3, "startColumn": 2 },
                        },
                    }] },
                    { "ruleId": "R2", "kind": "pass", "message": { "text": "fine" } },
                    { "ruleId": "R3", "level": "note", "message": { "text": "elsewhere" },
                      "locations": [{ "physicalLocation": {
                        "artifactLocation": { "uri": "../../etc/passwd" } } }] },
                ],
            }],
        })
        .to_string()
    }

    #[test]
    fn a_report_is_found_and_read_however_it_names_files() {
        let depots = [("app".to_owned(), String::new())];
        let copy = copy();
        let absolute = format!("file://{}/app/src/a%20b.py", copy.path().display());
        for (place, uri) in [
            ("results.sarif", "app/src/a%20b.py"),
            ("app/results.sarif", "src/a b.py"),
            ("results.sarif", "file:///workspace/app/src/a%20b.py"),
            ("results.sarif", absolute.as_str()),
        ] {
            fs::write(copy.path().join(place), report(uri)).unwrap();
            let found = read(copy.path(), "", "results.sarif", &depots, &[]).unwrap().unwrap();
            let [one] = found.observed.as_slice() else { panic!("{uri}: {found:?}") };
            assert_eq!((one.path.as_str(), one.language.as_str()), ("src/a b.py", "python"));
            assert_eq!(one.finding.rule, "my-lint/R1");
            assert_eq!(one.finding.severity, Severity::Error);
            assert_eq!(one.finding.span.start_line, 3);
            assert_ne!(one.finding.context.around, [0; 6]);
            fs::remove_file(copy.path().join(place)).unwrap();
        }
    }

    #[test]
    fn what_is_missing_or_no_report_is_told_apart() {
        let copy = copy();
        let depots = [("app".to_owned(), String::new())];
        assert!(read(copy.path(), "", "results.sarif", &depots, &[]).unwrap().is_none());
        let error = read(copy.path(), "out.sarif", "results.sarif", &depots, &[]).unwrap_err();
        assert!(error.contains("out.sarif"), "{error}");
        fs::write(copy.path().join("results.sarif"), "no json").unwrap();
        assert!(read(copy.path(), "", "results.sarif", &depots, &[]).is_err());
    }

    #[test]
    fn a_report_that_links_out_of_the_copy_is_not_read() {
        let copy = copy();
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("x"), report("app/src/a b.py")).unwrap();
        std::os::unix::fs::symlink(outside.path().join("x"), copy.path().join("results.sarif"))
            .unwrap();
        let depots = [("app".to_owned(), String::new())];
        assert!(read(copy.path(), "", "results.sarif", &depots, &[]).unwrap().is_none());
    }
}
