//! The code around findings, read from the repository when it is asked for.

use std::collections::{BTreeMap, HashMap};

use base::{Error, Granted, Read, Result, Right};
use call::Call;
use depots::{DepotId, DepotKey};
use git::{Oid, Repository};

use crate::finding::Finding;
use crate::plan::ScanPlan;
use crate::scan::Scan;

/// Some lines of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Excerpt {
    /// The file, from the root of the depot.
    pub path: String,
    /// The commit that the lines are of.
    pub commit: String,
    /// The lines; none when the file cannot be read by the caller, or is gone.
    pub lines: Vec<ExcerptLine>,
}

/// A line of code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExcerptLine {
    /// Its number, from 1.
    pub number: u32,
    /// The text without its line end.
    pub text: String,
    /// Whether it is what is spoken of, and not its surroundings.
    pub marked: bool,
}

/// Larger files have no excerpts.
const MAX_BYTES: u64 = 4 << 20;
/// Longer ranges are cut.
const MAX_LINES: u32 = 2_000;

/// The code of a finding with `around` lines before and after, as it was where
/// the finding was seen last.
///
/// # Errors
/// `NotFound` when the finding is not the plan's.
pub async fn excerpt<R: Right>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    finding: &Finding,
    around: u32,
) -> Result<Excerpt> {
    let mut found = excerpts(call, plan, std::slice::from_ref(finding), around).await?;
    Ok(found.pop().unwrap_or_default())
}

/// The same for a list of findings, in its order. Every file is read once.
///
/// # Errors
/// `NotFound` when one of them is not the plan's.
pub async fn excerpts<R: Right>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    findings: &[Finding],
    around: u32,
) -> Result<Vec<Excerpt>> {
    let wanted = findings
        .iter()
        .map(|finding| {
            if finding.plan != plan.id {
                return Err(Error::not_found("finding"));
            }
            Ok(Wanted {
                depot: finding.depot,
                commit: finding.last_seen.commit.clone(),
                path: finding.path.clone(),
                first: finding.line,
                last: finding.end_line.max(finding.line),
                around,
            })
        })
        .collect::<Result<Vec<_>>>()?;
    read(call, wanted).await
}

/// Lines `first` to `last` of a file that a scan looked at, e.g. one side of a
/// pair of duplicates. With several depots the path begins with the depot's
/// name.
///
/// # Errors
/// `NotFound` when the scan is not the plan's.
pub async fn lines<R: Right>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    scan: &Scan,
    path: &str,
    (first, last): (u32, u32),
) -> Result<Excerpt> {
    if scan.plan != plan.id {
        return Err(Error::not_found("scan"));
    }
    let Some((source, path)) = scan.locate(path) else { return Ok(Excerpt::default()) };
    let wanted = Wanted {
        depot: source.depot,
        commit: source.commit.clone(),
        path: path.to_owned(),
        first,
        last,
        around: 0,
    };
    Ok(read(call, vec![wanted]).await?.pop().unwrap_or_default())
}

struct Wanted {
    depot: DepotId,
    commit: String,
    path: String,
    first: u32,
    last: u32,
    around: u32,
}

async fn read(call: &Call, wanted: Vec<Wanted>) -> Result<Vec<Excerpt>> {
    let mut repositories: HashMap<DepotId, Option<Repository>> = HashMap::new();
    for depot in wanted.iter().map(|wanted| wanted.depot) {
        if repositories.contains_key(&depot) {
            continue;
        }
        // A plan may scan a depot of another project: seeing the plan is not
        // enough to see that depot's code.
        let opened = match depots::authorise::<Read>(call, DepotKey::Id(depot)).await {
            Ok(depot) => depots::repository(&call.env, &depot).ok(),
            Err(error) if error.is_not_found() => None,
            Err(Error::Denied { .. }) => None,
            Err(error) => return Err(error),
        };
        repositories.insert(depot, opened);
    }
    tokio::task::spawn_blocking(move || {
        let mut of_file: BTreeMap<(i64, &str, &str), Vec<usize>> = BTreeMap::new();
        for (at, one) in wanted.iter().enumerate() {
            let key = (one.depot.0, one.commit.as_str(), one.path.as_str());
            of_file.entry(key).or_default().push(at);
        }
        let mut cuts = vec![Excerpt::default(); wanted.len()];
        // One file after the other: a page of large ones is not held all at once.
        for ((depot, commit, path), places) in of_file {
            let repository = repositories.get(&DepotId(depot)).and_then(Option::as_ref);
            let text = repository.and_then(|repository| file(repository, commit, path));
            let lines: Vec<&str> = text.iter().flat_map(|text| text.lines()).collect();
            for at in places {
                cuts[at] = cut(&wanted[at], &lines);
            }
        }
        cuts
    })
    .await
    .map_err(Error::internal)
}

fn file(repository: &Repository, commit: &str, path: &str) -> Option<String> {
    let commit = Oid::from_hex(commit).ok()?;
    let blob = repository.file(commit, path, MAX_BYTES).ok()?;
    if blob.is_binary() {
        return None;
    }
    Some(String::from_utf8_lossy(&blob.data).into_owned())
}

fn cut(wanted: &Wanted, lines: &[&str]) -> Excerpt {
    let first = wanted.first.saturating_sub(wanted.around).max(1);
    let last = wanted.last.saturating_add(wanted.around).min(first.saturating_add(MAX_LINES));
    let lines = (first..=last)
        .map_while(|number| {
            let text = (*lines.get(usize::try_from(number).ok()? - 1)?).to_owned();
            Some(ExcerptLine {
                number,
                text,
                marked: (wanted.first..=wanted.last).contains(&number),
            })
        })
        .collect();
    Excerpt { path: wanted.path.clone(), commit: wanted.commit.clone(), lines }
}
