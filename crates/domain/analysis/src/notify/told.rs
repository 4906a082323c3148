//! What messages say, before it has the form of a receiver.

use base::{Error, Result};
use call::{Call, Env};
use sea_orm::EntityTrait as _;

use super::format::Told;
use crate::history::BackfillId;
use crate::leaks::{self, Leak};
use crate::plan::ScanPlan;
use crate::run::tell;
use crate::scan::Scan;
use crate::tables::backfills;

/// Secrets that are named in a letter.
const NAMED: u64 = 15;
/// Secrets that are named in a line.
const IN_LINE: usize = 5;

/// What there is to be told.
pub(super) enum News {
    /// Nothing: that messages arrive.
    Trial,
    /// That a scan has ended.
    Scan(Box<Scan>),
    /// That a history holds secrets that nobody knew.
    Secrets(Found),
}

/// What a search found that nobody knew. Never a secret itself: only where one is.
pub(super) struct Found {
    /// How many.
    pub(super) count: u32,
    /// How many of the plan ask for work, these included.
    pub(super) open: u32,
    /// The depot.
    pub(super) depot: String,
    /// The newest of them, at most [`NAMED`].
    pub(super) leaks: Vec<Leak>,
}

/// What a search found.
///
/// # Errors
/// `NotFound` when it is gone.
pub(super) async fn found(env: &Env, plan: &ScanPlan, search: BackfillId) -> Result<Found> {
    let connection = env.db.reader();
    let row = backfills::Entity::find_by_id(search).one(connection).await?;
    let row = row.ok_or_else(|| Error::not_found("back-fill"))?;
    let depots = depots::by_ids(&Call::system(env.clone()), &[row.depot_id]).await?;
    Ok(Found {
        count: u32::try_from(row.found).unwrap_or(u32::MAX),
        open: leaks::open_of(connection, plan).await?.unwrap_or_default(),
        depot: depots.get(&row.depot_id).map(|depot| depot.name.clone()).unwrap_or_default(),
        leaks: leaks::found_by(connection, &row, NAMED).await?,
    })
}

/// Where it is to be seen.
pub(super) async fn address(env: &Env, plan: &ScanPlan, news: &News) -> Result<String> {
    match news {
        News::Trial => Ok(env.addresses.http.clone()),
        News::Scan(scan) => tell::address(env, plan, scan).await,
        News::Secrets(_) => tell::below(env, plan, "secrets").await,
    }
}

/// What programs and rooms are told.
pub(super) async fn told(env: &Env, plan: &ScanPlan, news: &News) -> Result<Told> {
    let url = address(env, plan, news).await?;
    let plan = plan.name.clone();
    let nothing = Told { plan, url, ..Told::default() };
    Ok(match news {
        News::Trial => Told {
            event: "trial",
            state: "trial".to_owned(),
            summary: "This is a trial. / 这是一条测试消息。".to_owned(),
            ..nothing
        },
        News::Scan(scan) => {
            let source = scan.sources.first();
            let result = scan.result.as_ref();
            Told {
                event: "scan.finished",
                number: scan.number,
                state: scan.state.as_str().to_owned(),
                branch: source.map(|source| source.branch.clone()).unwrap_or_default(),
                commit: source.map(|source| source.commit.clone()).unwrap_or_default(),
                summary: tell::description(scan),
                new: result.map(|result| result.new.total()).unwrap_or_default(),
                open: result.map(|result| result.open.total()).unwrap_or_default(),
                fixed: result.map(|result| result.fixed).unwrap_or_default(),
                ..nothing
            }
        }
        News::Secrets(found) => Told {
            event: "secrets.found",
            state: "secrets found".to_owned(),
            summary: summary(found),
            new: found.count,
            open: found.open,
            ..nothing
        },
    })
}

/// `2 new secrets in the history of shop: conf/a.py:2 (secrets/aws-key), …`
fn summary(found: &Found) -> String {
    let Found { count, depot, leaks, .. } = found;
    let what = if *count == 1 { "secret" } else { "secrets" };
    let mut places: Vec<String> = leaks.iter().take(IN_LINE).map(place).collect();
    if places.len() < usize::try_from(*count).unwrap_or(usize::MAX) {
        places.push("…".to_owned());
    }
    format!("{count} new {what} in the history of {depot}: {}", places.join(", "))
}

fn place(leak: &Leak) -> String {
    format!("{}:{} ({})", leak.path, leak.line, leak.rule)
}
