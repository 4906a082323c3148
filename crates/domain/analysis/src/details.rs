//! What the latest result of a lane keeps whole: functions, duplicates,
//! directories and files.

use base::{Error, Granted, PageRequest, Paged, Result, Right};
use call::Call;
use db::Tx;
use scanner::{
    ClonePair, DirectoryTotals, FileTotals, FlowStep, Language, PartlyParsed, Skipped, Totals,
};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::finding::Finding;
use crate::plan::ScanPlan;
use crate::scan::{Scan, ScanId};
use crate::tables::scan_details as rows;

/// A function and its measures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunctionOf {
    /// The file.
    pub path: String,
    /// The file's language.
    pub language: Language,
    /// The name with the enclosing classes and functions.
    pub name: String,
    /// First line, from 1.
    pub line: u32,
    /// Last line.
    pub end_line: u32,
    /// Declared parameters.
    pub parameters: u16,
    /// Cyclomatic complexity, from 1.
    pub cyclomatic: u32,
    /// Cognitive complexity, from 0.
    pub cognitive: u32,
    /// Deepest nesting, from 0.
    pub nesting: u16,
}

/// The way of the data of one finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FlowOf {
    /// The file, from the root of its depot.
    pub(crate) path: String,
    pub(crate) rule: String,
    pub(crate) line: u32,
    pub(crate) column: u32,
    pub(crate) steps: Vec<FlowStep>,
}

/// The kinds of lists that are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Functions,
    Duplicates,
    Directories,
    Files,
    LeftOut,
    PartlyParsed,
    Flows,
    Fixes,
    Dependencies,
    Manifests,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Functions => "functions",
            Self::Duplicates => "duplicates",
            Self::Directories => "directories",
            Self::Files => "files",
            Self::LeftOut => "left_out",
            Self::PartlyParsed => "partly_parsed",
            Self::Flows => "flows",
            Self::Fixes => "fixes",
            Self::Dependencies => "dependencies",
            Self::Manifests => "manifests",
        }
    }
}

/// The most complex functions (at most 200), the worst first. Empty for a scan
/// that is not the latest of its lane, like the lists below.
///
/// # Errors
/// `NotFound` when the scan is not the plan's.
pub async fn functions<R: Right>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    scan: &Scan,
    page: PageRequest,
) -> Result<Paged<FunctionOf>> {
    list(call, plan, scan, Kind::Functions, page).await
}

/// Pairs of duplicates, the longest first.
///
/// # Errors
/// `NotFound` when the scan is not the plan's.
pub async fn duplicates<R: Right>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    scan: &Scan,
    page: PageRequest,
) -> Result<Paged<ClonePair>> {
    list(call, plan, scan, Kind::Duplicates, page).await
}

/// Sums by directory with everything below it, by path; the root is `""`.
///
/// # Errors
/// `NotFound` when the scan is not the plan's.
pub async fn directories<R: Right>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    scan: &Scan,
    page: PageRequest,
) -> Result<Paged<DirectoryTotals>> {
    list(call, plan, scan, Kind::Directories, page).await
}

/// Sums by file, by path.
///
/// # Errors
/// `NotFound` when the scan is not the plan's.
pub async fn files<R: Right>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    scan: &Scan,
    page: PageRequest,
) -> Result<Paged<FileTotals>> {
    list(call, plan, scan, Kind::Files, page).await
}

/// What lies directly in one directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Below {
    /// The directory's own sums, with everything below it.
    pub totals: Totals,
    /// Directories in it, by path, with everything below them.
    pub directories: Vec<DirectoryTotals>,
    /// Files in it, by path.
    pub files: Vec<FileTotals>,
}

/// What lies directly in a directory of a scan's result, at most `most` of each
/// kind, those with the most code; the root is `""`. Nothing for a directory that
/// is not there, or where the lists are not kept any more.
///
/// # Errors
/// `NotFound` when the scan is not the plan's.
pub async fn below<R: Right>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    scan: &Scan,
    directory: &str,
    most: usize,
) -> Result<Option<Below>> {
    if scan.plan != plan.id {
        return Err(Error::not_found("scan"));
    }
    let connection = call.db.reader();
    let directories: Vec<DirectoryTotals> =
        read(connection, scan.id, Kind::Directories).await?.unwrap_or_default();
    let Some(totals) = directories.iter().find(|one| one.path == directory).map(|one| one.totals)
    else {
        return Ok(None);
    };
    let files: Vec<FileTotals> = read(connection, scan.id, Kind::Files).await?.unwrap_or_default();
    let inside = |path: &str| {
        let rest = match directory {
            "" => Some(path),
            _ => path.strip_prefix(directory).and_then(|rest| rest.strip_prefix('/')),
        };
        rest.is_some_and(|rest| !rest.is_empty() && !rest.contains('/'))
    };
    let mut directories: Vec<DirectoryTotals> =
        directories.into_iter().filter(|one| inside(&one.path)).collect();
    let mut files: Vec<FileTotals> = files.into_iter().filter(|one| inside(&one.path)).collect();
    directories.sort_by_key(|one| std::cmp::Reverse(one.totals.lines.code));
    directories.truncate(most);
    directories.sort_by(|one, other| one.path.cmp(&other.path));
    files.sort_by_key(|one| std::cmp::Reverse(one.totals.lines.code));
    files.truncate(most);
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(Some(Below { totals, directories, files }))
}

/// Files that were left out, with the reason, by path.
///
/// # Errors
/// `NotFound` when the scan is not the plan's.
pub async fn left_out<R: Right>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    scan: &Scan,
    page: PageRequest,
) -> Result<Paged<Skipped>> {
    list(call, plan, scan, Kind::LeftOut, page).await
}

/// Files of which the parser did not understand everything, by path.
///
/// # Errors
/// `NotFound` when the scan is not the plan's.
pub async fn partly_parsed<R: Right>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    scan: &Scan,
    page: PageRequest,
) -> Result<Paged<PartlyParsed>> {
    list(call, plan, scan, Kind::PartlyParsed, page).await
}

/// The way of the data that a finding is about, from where it comes in to where
/// it does harm; paths of steps are empty where the file is the finding's own.
/// Empty for findings about anything else, and for those that the latest scan of
/// the lane has not seen.
///
/// # Errors
/// When the database cannot be read.
pub async fn flow<R: Right>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    finding: &Finding,
) -> Result<Vec<FlowStep>> {
    if finding.plan != plan.id {
        return Err(Error::not_found("finding"));
    }
    let all: Vec<FlowOf> =
        read(call.db.reader(), finding.last_seen.scan, Kind::Flows).await?.unwrap_or_default();
    let same = |flow: &FlowOf| {
        flow.path == finding.path
            && flow.rule == finding.rule
            && (flow.line, flow.column) == (finding.line, finding.column)
    };
    Ok(all.into_iter().find(same).map(|flow| flow.steps).unwrap_or_default())
}

async fn list<T: DeserializeOwned, R: Right>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    scan: &Scan,
    kind: Kind,
    page: PageRequest,
) -> Result<Paged<T>> {
    if scan.plan != plan.id {
        return Err(Error::not_found("scan"));
    }
    let all: Vec<T> = read(call.db.reader(), scan.id, kind).await?.unwrap_or_default();
    let total = all.len() as u64;
    let skip = usize::try_from(page.skip()).unwrap_or(usize::MAX);
    let size = usize::try_from(page.size()).unwrap_or(usize::MAX);
    Ok(Paged { items: all.into_iter().skip(skip).take(size).collect(), total, page })
}

/// A list as it was kept, if it still is.
pub(crate) async fn read<T: DeserializeOwned>(
    connection: &impl sea_orm::ConnectionTrait,
    scan: ScanId,
    kind: Kind,
) -> Result<Option<Vec<T>>> {
    let row = rows::Entity::find()
        .filter(rows::Column::ScanId.eq(scan))
        .filter(rows::Column::Kind.eq(kind.as_str()))
        .one(connection)
        .await?;
    row.map(|row| Ok(serde_json::from_slice(&row.body)?)).transpose()
}

/// A list, ready to be kept; made outside of the unit of work.
pub(crate) struct Kept {
    kind: Kind,
    body: Vec<u8>,
}

impl Kept {
    pub(crate) fn new<T: Serialize>(kind: Kind, items: &[T]) -> Result<Self> {
        Ok(Self { kind, body: serde_json::to_vec(items)? })
    }
}

/// Keeps the lists of a scan, and drops those of the scan before it.
pub(crate) async fn keep(
    tx: &Tx,
    scan: ScanId,
    before: Option<ScanId>,
    lists: Vec<Kept>,
) -> Result<()> {
    rows::Entity::delete_many()
        .filter(rows::Column::ScanId.is_in(before.into_iter().chain([scan])))
        .exec(&**tx)
        .await?;
    for list in lists {
        rows::ActiveModel {
            id: NotSet,
            scan_id: Set(scan),
            kind: Set(list.kind.as_str().to_owned()),
            body: Set(list.body),
        }
        .insert(&**tx)
        .await?;
    }
    Ok(())
}
