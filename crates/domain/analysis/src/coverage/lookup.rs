//! Reading what is kept.

use std::collections::{BTreeMap, HashMap};

use base::{AtLeast, Granted, PageRequest, Paged, Read, Result, Right};
use call::Call;
use depots::{Depot, DepotId};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};

use super::{CoverageFlag, CoverageOf, pack};
use crate::gate::Covered;
use crate::tables::coverage_reports::{self as rows, Column};

/// Coverage of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoverageReport {
    /// All kinds of tests together.
    pub covered: Covered,
    /// Each kind of tests, by name.
    pub flags: Vec<CoverageFlag>,
    /// The files, those with the most lines that were not run first.
    pub files: Paged<CoveredFile>,
}

/// Sums of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoveredFile {
    /// The path from the root of the depot.
    pub path: String,
    /// Its sums.
    pub covered: Covered,
}

/// What is known of the lines of a commit, all kinds of tests together; `None`
/// when nothing is.
pub(crate) async fn of_commit(
    connection: &impl ConnectionTrait,
    depot: DepotId,
    commit: &str,
) -> Result<Option<BTreeMap<String, CoverageOf>>> {
    if commit.is_empty() {
        return Ok(None);
    }
    let found = rows::Entity::find()
        .filter(Column::DepotId.eq(depot))
        .filter(Column::Sha.eq(commit))
        .order_by_asc(Column::Flag)
        .all(connection)
        .await?;
    let mut all: Option<BTreeMap<String, CoverageOf>> = None;
    for row in found {
        let files = pack::unpack(&row.body)?;
        match &mut all {
            None => all = Some(files),
            Some(all) => {
                for (path, file) in files {
                    all.entry(path).or_default().merge(&file);
                }
            }
        }
    }
    Ok(all)
}

/// Coverage of a commit by its whole name; `None` when no report came in.
///
/// # Errors
/// When the database cannot be read.
pub async fn coverage<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
    commit: &str,
    page: PageRequest,
) -> Result<Option<CoverageReport>> {
    let connection = call.db.reader();
    let Some(files) = of_commit(connection, depot.id, commit).await? else { return Ok(None) };
    let flags: Vec<(String, String, i64, i64, base::Timestamp)> = rows::Entity::find()
        .select_only()
        .columns([Column::Flag, Column::Format, Column::Hit, Column::Lines, Column::CreatedAt])
        .filter(Column::DepotId.eq(depot.id))
        .filter(Column::Sha.eq(commit))
        .order_by_asc(Column::Flag)
        .into_tuple()
        .all(connection)
        .await?;
    let small = |number: i64| u32::try_from(number).unwrap_or_default();
    let mut listed: Vec<CoveredFile> = files
        .iter()
        .map(|(path, file)| CoveredFile { path: path.clone(), covered: file.totals() })
        .collect();
    let mut covered = Covered::default();
    for file in &listed {
        covered += file.covered;
    }
    listed.sort_by(|a, b| {
        let missed = |file: &CoveredFile| file.covered.lines - file.covered.hit;
        missed(b).cmp(&missed(a)).then_with(|| a.path.cmp(&b.path))
    });
    let total = listed.len() as u64;
    let skip = usize::try_from(page.skip()).unwrap_or(usize::MAX);
    let size = usize::try_from(page.size()).unwrap_or(usize::MAX);
    let items = listed.into_iter().skip(skip).take(size).collect();
    Ok(Some(CoverageReport {
        covered,
        flags: flags
            .into_iter()
            .map(|(flag, format, hit, lines, at)| CoverageFlag {
                flag,
                format,
                covered: Covered { hit: small(hit), lines: small(lines) },
                at,
            })
            .collect(),
        files: Paged { items, total, page },
    }))
}

/// What is known of the lines of one file of a commit.
///
/// # Errors
/// When the database cannot be read.
pub async fn coverage_file<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
    commit: &str,
    path: &str,
) -> Result<Option<CoverageOf>> {
    let files = of_commit(call.db.reader(), depot.id, commit).await?;
    Ok(files.and_then(|mut files| files.remove(path)))
}

/// The sums of those of these commits that have reports; of several kinds of
/// tests, the one with the most lines. One query.
///
/// # Errors
/// When the database cannot be read.
pub async fn covered_commits<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
    commits: &[String],
) -> Result<HashMap<String, Covered>> {
    let found: Vec<(String, i64, i64)> = rows::Entity::find()
        .select_only()
        .columns([Column::Sha, Column::Hit, Column::Lines])
        .filter(Column::DepotId.eq(depot.id))
        .filter(Column::Sha.is_in(commits))
        .into_tuple()
        .all(call.db.reader())
        .await?;
    let small = |number: i64| u32::try_from(number).unwrap_or_default();
    let mut all: HashMap<String, Covered> = HashMap::new();
    for (sha, hit, lines) in found {
        let one = Covered { hit: small(hit), lines: small(lines) };
        let known = all.entry(sha).or_insert(one);
        if one.lines > known.lines {
            *known = one;
        }
    }
    Ok(all)
}
