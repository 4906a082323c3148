//! Writing down what a search finds.

use std::collections::{HashMap, HashSet};

use base::Result;
use call::Env;
use git::Oid;
use jobs::JobContext;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QuerySelect as _,
};

use super::walk::Gathered;
use super::{LeakId, LeakPlace, LeakState, MOST_LEAKS, MOST_PLACES};
use crate::finding::IgnoreReason;
use crate::findings::severity_number;
use crate::history::backfill;
use crate::tables::{backfills, leaks as rows};

/// Rows asked for, written or removed at once.
const ROWS: usize = 500;

/// A search that is being written down.
pub(super) struct Writing<'a> {
    pub(super) job: &'a JobContext<Env>,
    pub(super) row: &'a backfills::Model,
    pub(super) total: usize,
    /// How many it found that nobody knew and that ask for work.
    pub(super) found: i64,
    /// Whether there were more leaks than are kept.
    pub(super) full: bool,
}

impl Writing<'_> {
    /// Writes down what some commits brought, and that they are done.
    pub(super) async fn batch(
        &mut self,
        (done, failed): (usize, usize),
        found: Vec<Gathered>,
    ) -> Result<()> {
        let env = &self.job.context;
        let tx = env.db.begin().await?;
        let names: Vec<&str> = found.iter().map(|one| one.fingerprint.as_str()).collect();
        let mut known: HashMap<String, rows::Model> = HashMap::new();
        for some in names.chunks(ROWS) {
            let rows = self
                .own()
                .filter(rows::Column::Fingerprint.is_in(some.iter().copied()))
                .all(&*tx)
                .await?;
            known.extend(rows.into_iter().map(|row| (row.fingerprint.clone(), row)));
        }
        let count = self.own().count(&*tx).await?;
        let mut left = MOST_LEAKS.saturating_sub(usize::try_from(count).unwrap_or(usize::MAX));
        let mut made = Vec::new();
        for one in found {
            match known.remove(&one.fingerprint) {
                Some(row) => self.again(&tx, row, one).await?,
                None if left == 0 => self.full = true,
                None => {
                    let asks = !one.suppressed;
                    let Some(row) = self.fresh(one)? else { continue };
                    made.push(row);
                    self.found += i64::from(asks);
                    left -= 1;
                }
            }
        }
        for some in made.chunks(ROWS) {
            rows::Entity::insert_many(some.iter().cloned()).exec_without_returning(&*tx).await?;
        }
        let now = backfills::ActiveModel {
            found: Set(self.found),
            full: Set(self.full),
            ..backfill::progress((self.total, done, failed))
        };
        backfill::change(&tx, self.row.id, now).await?;
        tx.commit().await?;
        self.job.progress(done as u64, self.total as u64, "secrets");
        Ok(())
    }

    fn own(&self) -> sea_orm::Select<rows::Entity> {
        rows::Entity::find()
            .filter(rows::Column::PlanId.eq(self.row.plan_id))
            .filter(rows::Column::DepotId.eq(self.row.depot_id))
    }

    /// A leak that nobody knew; `None` where its commit is not known either.
    fn fresh(&self, one: Gathered) -> Result<Option<rows::ActiveModel>> {
        let Some(first) = one.first else { return Ok(None) };
        let now = self.job.now();
        let state = if one.suppressed { LeakState::Ignored } else { LeakState::Open };
        Ok(Some(rows::ActiveModel {
            id: NotSet,
            plan_id: Set(self.row.plan_id),
            depot_id: Set(self.row.depot_id),
            rule: Set(one.rule),
            severity: Set(severity_number(one.severity)),
            fingerprint: Set(one.fingerprint),
            sha: Set(first.author.commit),
            path: Set(first.path),
            line: Set(first.lines.0.into()),
            end_line: Set(first.lines.1.into()),
            author_name: Set(first.author.name),
            author_mail: Set(first.author.mail),
            authored_at: Set(first.author.at),
            at_tip: Set(!one.places.is_empty()),
            places: Set(serde_json::to_string(&one.places)?),
            state: Set(state.as_str().to_owned()),
            reason: Set(one.suppressed.then(|| IgnoreReason::Accepted.as_str().to_owned())),
            note: Set(String::new()),
            decided_by: Set(None),
            decided_by_name: Set(String::new()),
            decided_at: Set(one.suppressed.then_some(now)),
            backfill_id: Set(self.row.id),
            found_at: Set(now),
        }))
    }

    /// A leak that is known.
    async fn again(&self, tx: &db::Tx, row: rows::Model, one: Gathered) -> Result<()> {
        let mut places: Vec<LeakPlace> = serde_json::from_str(&row.places)?;
        let before = places.len();
        for place in one.places {
            if places.len() < MOST_PLACES && !places.contains(&place) {
                places.push(place);
            }
        }
        let decided = one.suppressed && row.state == LeakState::Open.as_str();
        if places.len() == before && row.backfill_id == self.row.id && !decided {
            return Ok(());
        }
        let mut active = rows::ActiveModel {
            id: Set(row.id),
            backfill_id: Set(self.row.id),
            at_tip: Set(!places.is_empty()),
            places: Set(serde_json::to_string(&places)?),
            ..Default::default()
        };
        if decided {
            active.state = Set(LeakState::Ignored.as_str().to_owned());
            active.reason = Set(Some(IgnoreReason::Accepted.as_str().to_owned()));
            active.decided_at = Set(Some(self.job.now()));
        }
        active.update(&**tx).await?;
        Ok(())
    }

    /// Whether a leak may be in more places than are known.
    pub(super) async fn is_crowded(&self) -> Result<bool> {
        let rows = self.own().filter(rows::Column::AtTip.eq(true));
        for row in rows.all(self.job.context.db.reader()).await? {
            let places: Vec<LeakPlace> = serde_json::from_str(&row.places)?;
            if places.len() >= MOST_PLACES {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Everything was read: what the branches have no more is in no place, and what
    /// other rules than those of now had found, and nobody decided about, is gone.
    pub(super) async fn end(
        &self,
        tips: &HashMap<Oid, String>,
        outdated: Option<&HashSet<Oid>>,
    ) -> Result<()> {
        let tx = self.job.context.db.begin().await?;
        for row in self.own().filter(rows::Column::AtTip.eq(true)).all(&*tx).await? {
            let before: Vec<LeakPlace> = serde_json::from_str(&row.places)?;
            let now: Vec<LeakPlace> = before
                .iter()
                .filter_map(|place| {
                    let path = tips.get(&Oid::from_hex(&place.blob).ok()?)?;
                    Some(LeakPlace { path: path.clone(), ..place.clone() })
                })
                .collect();
            if now != before {
                rows::ActiveModel {
                    id: Set(row.id),
                    at_tip: Set(!now.is_empty()),
                    places: Set(serde_json::to_string(&now)?),
                    ..Default::default()
                }
                .update(&*tx)
                .await?;
            }
        }
        if let Some(commits) = outdated {
            let old: Vec<(LeakId, String)> = self
                .own()
                .select_only()
                .column(rows::Column::Id)
                .column(rows::Column::Sha)
                .filter(rows::Column::State.eq(LeakState::Open.as_str()))
                .filter(rows::Column::BackfillId.ne(self.row.id))
                .into_tuple()
                .all(&*tx)
                .await?;
            let read = |sha: &str| Oid::from_hex(sha).is_ok_and(|commit| commits.contains(&commit));
            let gone: Vec<LeakId> =
                old.into_iter().filter(|(_, sha)| read(sha)).map(|(id, _)| id).collect();
            for some in gone.chunks(ROWS) {
                rows::Entity::delete_many()
                    .filter(rows::Column::Id.is_in(some.iter().copied()))
                    .exec(&*tx)
                    .await?;
            }
        }
        tx.commit().await
    }
}
