//! Writing down how a scan ended: one unit of work, with everything that
//! follows from it.

use base::{Actor, Result, Timestamp};
use db::Tx;
use events::NewEvent;
use jobs::Enqueue;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};

use super::compare::{Changes, pack};
use super::current::Observed;
use super::{Done, Finished, Found, Measured, Work, blame, judge, tell};
use crate::finding::{FindingEventKind, FindingId, FindingState};
use crate::findings::{add, severity_number, severity_of};
use crate::gate::Verdict;
use crate::scan::{ScanResult, ScanSource, ScanState};
use crate::tables::{exceptions, finding_events, findings as rows, plans, scans};

/// Rows of findings written at once; each has some 45 values.
const ROWS: usize = 400;
/// Ids named at once.
const IDS: usize = 5_000;

/// Ends the scan and the job, and lets the plan's next scan begin.
pub(super) async fn finish(work: &Work, done: Done) -> Result<()> {
    let env = work.env();
    let now = env.clock.now();
    let tx = env.db.begin().await?;
    let Done { mut state, mut error, found, log } = done;
    if scans::Entity::find_by_id(work.scan.id).one(&*tx).await?.is_none() {
        // The plan was deleted meanwhile; nobody wants to know.
        work.job.finish_in(&tx).await?;
        return tx.commit().await;
    }
    let sources: Vec<ScanSource> = if work.sources.is_empty() {
        work.scan.sources.clone()
    } else {
        work.sources.iter().map(|source| source.scanned.clone()).collect()
    };
    let mut row = scans::ActiveModel {
        id: Set(work.scan.id),
        sources: Set(serde_json::to_string(&sources)?),
        finished_at: Set(Some(now)),
        ..Default::default()
    };
    if let Some(found) = found {
        let base = found.base;
        let result = write(work, &tx, found, now).await?;
        if result.gate.verdict == Verdict::Failed && state == ScanState::Passed {
            state = ScanState::Failed;
            error = format!("the gate says no: {}", result.gate.summary());
        }
        row.result = Set(Some(serde_json::to_string(&result)?));
        row.base_id = Set(base);
        if work.scan.lane.is_empty() {
            plans::ActiveModel {
                id: Set(work.plan.id),
                latest_result_id: Set(Some(work.scan.id)),
                ..Default::default()
            }
            .update(&*tx)
            .await?;
        }
        let how = Enqueue {
            label: format!("authors of {} #{}", work.plan.name, work.scan.number),
            subject: Some(format!("plan:{}", work.plan.id)),
            ..Enqueue::default()
        };
        let blame = blame::Blame { plan: work.plan.id, scan: work.scan.id };
        env.jobs.enqueue_with(&tx, &blame, how).await?;
        if work.plan.definition.history_secrets && work.scan.lane.is_empty() {
            crate::leaks::follow(env, &tx, &work.plan, &sources).await?;
        }
    }
    tell::later(env, &tx, work.plan.id, work.scan.id).await?;
    if let Some(log) = log {
        row.log = Set(Some(log.sha256));
        row.log_bytes = Set(i64::try_from(log.size).unwrap_or(i64::MAX));
    }
    row.state = Set(state.as_str().to_owned());
    row.error = Set(error);
    row.update(&*tx).await?;
    crate::scans::release(env, &tx, work.plan.id, work.scan.id).await?;
    let finished = Finished {
        plan: work.plan.id,
        scan: work.scan.id,
        number: work.scan.number,
        state,
        sources,
    };
    let event = NewEvent::of(&Actor::System, Some(work.plan.project.0), &finished)?;
    env.events.emit(&tx, event).await?;
    work.job.finish_in(&tx).await?;
    tx.commit().await
}

async fn write(work: &Work, tx: &Tx, found: Found, now: Timestamp) -> Result<ScanResult> {
    let Found { mut result, details, changes, base, parts, measured } = found;
    if let (Some(Measured { shape, body }), [source]) = (measured, work.sources.as_slice()) {
        let of = (work.plan.id, source.scanned.depot);
        let row = (source.scanned.commit.clone(), body);
        crate::history::keep(tx, of, &shape, now, &[row]).await?;
    }
    if let Some(changes) = changes {
        apply(work, tx, changes, now).await?;
    }
    count(work, tx, &mut result).await?;
    if let Some(parts) = parts {
        let measures = judge::measures(work, tx, parts).await?;
        result.gate = work.plan.definition.gate.evaluate(&measures.0);
        result.gate.offending = judge::offending(tx, &result.gate, &measures.1).await?;
        judge::keep(tx, work.scan.id, &measures.0).await?;
    }
    result.phases = work.durations();
    // What another lane was compared with stays whole.
    let before = match base {
        Some(base) => scans::Entity::find_by_id(base)
            .one(&**tx)
            .await?
            .filter(|row| row.lane == work.scan.lane)
            .map(|row| row.id),
        None => None,
    };
    crate::details::keep(tx, work.scan.id, before, details).await?;
    Ok(result)
}

/// The numbers come from the rows, so that they agree with every list of them.
async fn count(work: &Work, tx: &Tx, result: &mut ScanResult) -> Result<()> {
    use rows::Column;
    let groups: Vec<(String, i64, i64)> = rows::Entity::find()
        .select_only()
        .column(Column::State)
        .column(Column::Severity)
        .column_as(Column::Id.count(), "number")
        .filter(Column::PlanId.eq(work.plan.id))
        .filter(Column::Lane.eq(&work.scan.lane))
        .group_by(Column::State)
        .group_by(Column::Severity)
        .into_tuple()
        .all(&**tx)
        .await?;
    for (state, severity, number) in groups {
        let (severity, number) = (severity_of(severity), u32::try_from(number).unwrap_or_default());
        match state.parse::<FindingState>()? {
            FindingState::New | FindingState::Reopened => {
                add(&mut result.open, severity, number);
                add(&mut result.new, severity, number);
            }
            FindingState::Open => add(&mut result.open, severity, number),
            FindingState::Ignored => add(&mut result.ignored, severity, number),
            FindingState::Fixed => {}
        }
    }
    Ok(())
}

async fn apply(work: &Work, tx: &Tx, changes: Changes, now: Timestamp) -> Result<()> {
    let writer = Writer { work, tx, now };
    if changes.ages {
        writer.age().await?;
    }
    let exceptions = crate::findings::holding(tx, work.plan.id, now).await?;
    let mut events = Vec::new();
    for (row, index) in changes.carried {
        let observed = &changes.observed[index];
        if row.path != observed.path {
            events.push(writer.event(
                row.id,
                FindingEventKind::Moved,
                format!("from {}", row.path),
            ));
        }
        let mut active = rows::ActiveModel { id: Set(row.id), ..Default::default() };
        writer.place(&mut active, observed);
        active.update(&**tx).await?;
    }
    for (row, index) in changes.reopened {
        events.push(writer.event(row.id, FindingEventKind::Reopened, String::new()));
        // Whoever decided that it may stay decided about this one, too.
        let state = if row.ignore_reason.is_some() {
            FindingState::Ignored
        } else {
            FindingState::Reopened
        };
        let mut active = rows::ActiveModel {
            id: Set(row.id),
            state: Set(state.as_str().to_owned()),
            fixed_scan_id: Set(None),
            fixed_number: Set(None),
            fixed_commit: Set(None),
            fixed_at: Set(None),
            ..Default::default()
        };
        writer.place(&mut active, &changes.observed[index]);
        active.update(&**tx).await?;
    }
    for row in &changes.gone {
        events.push(writer.event(row.id, FindingEventKind::Fixed, String::new()));
    }
    writer.close(&changes.gone).await?;
    // A row is several times as large as what was found, and there may be a million.
    for some in changes.copied.chunks(ROWS) {
        let rows = some.iter().map(|(row, index)| writer.copy(row, &changes.observed[*index]));
        writer.insert(rows.collect()).await?;
    }
    for some in changes.new.chunks(ROWS) {
        let fresh =
            |index: &usize| writer.fresh_or_excepted(&changes.observed[*index], &exceptions);
        writer.insert(some.iter().map(fresh).collect()).await?;
    }
    for some in events.chunks(ROWS) {
        finding_events::Entity::insert_many(some.iter().cloned())
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(())
}

struct Writer<'a> {
    work: &'a Work,
    tx: &'a Tx,
    now: Timestamp,
}

impl Writer<'_> {
    async fn insert(&self, made: Vec<rows::ActiveModel>) -> Result<()> {
        rows::Entity::insert_many(made).exec_without_returning(&**self.tx).await?;
        Ok(())
    }

    /// What was new is merely open now.
    async fn age(&self) -> Result<()> {
        let fresh = [FindingState::New, FindingState::Reopened].map(FindingState::as_str);
        rows::Entity::update_many()
            .col_expr(rows::Column::State, Expr::value(FindingState::Open.as_str()))
            .filter(rows::Column::PlanId.eq(self.work.plan.id))
            .filter(rows::Column::Lane.eq(&self.work.scan.lane))
            .filter(rows::Column::State.is_in(fresh))
            .exec(&**self.tx)
            .await?;
        Ok(())
    }

    /// What is not there any more is fixed. It was seen last by the scan before.
    async fn close(&self, gone: &[rows::Model]) -> Result<()> {
        let ids: Vec<FindingId> = gone.iter().map(|row| row.id).collect();
        let Some(before) = self.before().await? else { return Ok(()) };
        for source in self.sources() {
            let these: Vec<FindingId> =
                gone.iter().filter(|row| row.depot_id == source.depot).map(|row| row.id).collect();
            let old = before.source(source.depot).map(|old| old.commit.clone());
            for some in these.chunks(IDS) {
                rows::Entity::update_many()
                    .col_expr(rows::Column::LastScanId, Expr::value(before.id))
                    .col_expr(rows::Column::LastNumber, Expr::value(before.number))
                    .col_expr(
                        rows::Column::LastCommit,
                        Expr::value(old.clone().unwrap_or_default()),
                    )
                    .col_expr(
                        rows::Column::LastAt,
                        Expr::value(before.finished_at.unwrap_or(before.created_at)),
                    )
                    .col_expr(rows::Column::FixedCommit, Expr::value(source.commit.clone()))
                    .filter(rows::Column::Id.is_in(some.iter().copied()))
                    .exec(&**self.tx)
                    .await?;
            }
        }
        for some in ids.chunks(IDS) {
            rows::Entity::update_many()
                .col_expr(rows::Column::State, Expr::value(FindingState::Fixed.as_str()))
                .col_expr(rows::Column::FixedScanId, Expr::value(self.work.scan.id))
                .col_expr(rows::Column::FixedNumber, Expr::value(self.work.scan.number))
                .col_expr(rows::Column::FixedAt, Expr::value(self.now))
                .filter(rows::Column::Id.is_in(some.iter().copied()))
                .exec(&**self.tx)
                .await?;
        }
        Ok(())
    }

    async fn before(&self) -> Result<Option<crate::scan::Scan>> {
        let row = scans::Entity::find()
            .filter(scans::Column::PlanId.eq(self.work.plan.id))
            .filter(scans::Column::Lane.eq(&self.work.scan.lane))
            .filter(scans::Column::Id.ne(self.work.scan.id))
            .filter(scans::Column::Result.is_not_null())
            .order_by_desc(scans::Column::Number)
            .one(&**self.tx)
            .await?;
        row.map(crate::scans::of_row).transpose()
    }

    fn sources(&self) -> impl Iterator<Item = &ScanSource> {
        self.work.sources.iter().map(|source| &source.scanned)
    }

    fn event(
        &self,
        finding: FindingId,
        kind: FindingEventKind,
        note: String,
    ) -> finding_events::ActiveModel {
        let commit = self.sources().next().map(|source| source.commit.clone());
        finding_events::ActiveModel {
            id: NotSet,
            finding_id: Set(finding),
            kind: Set(kind.as_str().to_owned()),
            scan_number: Set(Some(self.work.scan.number)),
            commit_id: Set(commit.unwrap_or_default()),
            user_id: Set(None),
            user_name: Set(String::new()),
            note: Set(note),
            at: Set(self.now),
        }
    }

    /// Where it is and what it says now.
    fn place(&self, active: &mut rows::ActiveModel, observed: &Observed) {
        let finding = &observed.finding;
        active.path = Set(observed.path.clone());
        active.language = Set(observed.language.clone());
        active.rule = Set(finding.rule.clone());
        active.category = Set(finding.category.id().to_owned());
        active.severity = Set(severity_number(finding.severity));
        active.line = Set(i64::from(finding.span.start_line));
        active.column_from = Set(i64::from(finding.span.start_column));
        active.end_line = Set(i64::from(finding.span.end_line));
        active.end_column = Set(i64::from(finding.span.end_column));
        active.message = Set(finding.message.clone());
        active.symbol = Set(finding.symbol.clone());
        active.uncertain = Set(finding.uncertain);
        active.place = Set(pack(&finding.context));
        let commit = self.work.sources.get(observed.source).map(|source| &source.scanned.commit);
        active.last_scan_id = Set(self.work.scan.id);
        active.last_number = Set(self.work.scan.number);
        active.last_commit = Set(commit.cloned().unwrap_or_default());
        active.last_at = Set(self.now);
    }

    fn fresh(&self, observed: &Observed) -> rows::ActiveModel {
        let source = self.work.sources.get(observed.source);
        let commit = source.map(|source| source.scanned.commit.clone()).unwrap_or_default();
        let mut active = rows::ActiveModel {
            id: NotSet,
            plan_id: Set(self.work.plan.id),
            lane: Set(self.work.scan.lane.clone()),
            depot_id: Set(source.map_or(depots::DepotId(0), |source| source.scanned.depot)),
            state: Set(FindingState::New.as_str().to_owned()),
            first_scan_id: Set(self.work.scan.id),
            first_number: Set(self.work.scan.number),
            first_commit: Set(commit),
            first_at: Set(self.now),
            fixed_scan_id: Set(None),
            fixed_number: Set(None),
            fixed_commit: Set(None),
            fixed_at: Set(None),
            author_name: Set(None),
            author_mail: Set(None),
            author_commit: Set(None),
            authored_at: Set(None),
            ignore_reason: Set(None),
            ignore_note: Set(None),
            ignored_by: Set(None),
            ignored_by_name: Set(None),
            ignored_at: Set(None),
            ignored_until: Set(None),
            exception_id: Set(None),
            assignee_id: Set(None),
            assignee_name: Set(None),
            ..Default::default()
        };
        self.place(&mut active, observed);
        active
    }

    /// What an exception says may stay does from the beginning.
    fn fresh_or_excepted(
        &self,
        observed: &Observed,
        exceptions: &[exceptions::Model],
    ) -> rows::ActiveModel {
        let mut active = self.fresh(observed);
        let finding = &observed.finding;
        let found = exceptions
            .iter()
            .find(|one| crate::findings::covers(one, &finding.rule, &observed.path));
        if let Some(exception) = found {
            active.state = Set(FindingState::Ignored.as_str().to_owned());
            active.ignore_reason = Set(Some(exception.reason.clone()));
            active.ignore_note = Set(Some(exception.note.clone()));
            active.ignored_by = Set(exception.user_id);
            active.ignored_by_name = Set(Some(exception.user_name.clone()));
            active.ignored_at = Set(Some(self.now));
            active.ignored_until = Set(exception.until);
            active.exception_id = Set(Some(exception.id));
        }
        active
    }

    /// A finding of another lane in this one: what is known of it stays known.
    fn copy(&self, row: &rows::Model, observed: &Observed) -> rows::ActiveModel {
        let state =
            if row.ignore_reason.is_some() { FindingState::Ignored } else { FindingState::Open };
        let mut active = rows::ActiveModel {
            state: Set(state.as_str().to_owned()),
            first_scan_id: Set(row.first_scan_id),
            first_number: Set(row.first_number),
            first_commit: Set(row.first_commit.clone()),
            first_at: Set(row.first_at),
            author_name: Set(row.author_name.clone()),
            author_mail: Set(row.author_mail.clone()),
            author_commit: Set(row.author_commit.clone()),
            authored_at: Set(row.authored_at),
            ignore_reason: Set(row.ignore_reason.clone()),
            ignore_note: Set(row.ignore_note.clone()),
            ignored_by: Set(row.ignored_by),
            ignored_by_name: Set(row.ignored_by_name.clone()),
            ignored_at: Set(row.ignored_at),
            ignored_until: Set(row.ignored_until),
            exception_id: Set(row.exception_id),
            assignee_id: Set(row.assignee_id),
            assignee_name: Set(row.assignee_name.clone()),
            ..self.fresh(observed)
        };
        active.id = NotSet;
        active
    }
}
