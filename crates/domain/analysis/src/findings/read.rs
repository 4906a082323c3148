//! Lists of findings and their history.

use std::collections::BTreeMap;

use base::{Error, Granted, PageRequest, Paged, Result, Right, UserId};
use call::Call;
use depots::DepotId;
use scanner::{Category, Severity, SeverityCounts};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, Order, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use crate::finding::{
    Assignee, Author, Finding, FindingEvent, FindingEventKind, FindingId, FindingState, Ignored,
    Seen,
};
use crate::plan::{PlanId, ScanPlan};
use crate::scan::ScanSource;
use crate::tables::{finding_events, findings as rows, scans};

/// Which findings are wanted; nothing given means all of the first lane.
#[derive(Debug, Clone, Default)]
pub struct FindingFilter {
    /// The lane, see [`Scan::lane`](crate::Scan::lane).
    pub lane: String,
    /// Of one of these severities; empty for any.
    pub severities: Vec<Severity>,
    /// Of one of these kinds of problem; empty for any.
    pub categories: Vec<Category>,
    /// Of one of these rules; empty for any.
    pub rules: Vec<String>,
    /// In one of these states; empty for any.
    pub states: Vec<FindingState>,
    /// In this depot.
    pub depot: Option<DepotId>,
    /// In this file or below this directory; empty for any.
    pub path: String,
    /// In this language; empty for any.
    pub language: String,
    /// The author's name or mail address contains this, case ignored; empty for
    /// any.
    pub author: String,
    /// First seen in the scan of this number.
    pub new_in: Option<i64>,
    /// Found gone in the scan of this number.
    pub fixed_in: Option<i64>,
    /// Message, rule or path contains this, case ignored; empty for any.
    pub text: String,
    /// This user is to look after it.
    pub assignee: Option<UserId>,
}

impl FindingFilter {
    /// Those that ask for work.
    pub fn active() -> Self {
        Self { states: FindingState::ACTIVE.to_vec(), ..Self::default() }
    }

    fn condition(&self, plan: PlanId) -> Condition {
        use rows::Column;
        let mut all =
            Condition::all().add(Column::PlanId.eq(plan)).add(Column::Lane.eq(&self.lane));
        if !self.states.is_empty() {
            all = all.add(Column::State.is_in(self.states.iter().map(|state| state.as_str())));
        }
        if !self.severities.is_empty() {
            let numbers = self.severities.iter().map(|severity| severity_number(*severity));
            all = all.add(Column::Severity.is_in(numbers));
        }
        if !self.categories.is_empty() {
            all = all.add(Column::Category.is_in(self.categories.iter().map(|kind| kind.id())));
        }
        if !self.rules.is_empty() {
            all = all.add(Column::Rule.is_in(&self.rules));
        }
        if let Some(depot) = self.depot {
            all = all.add(Column::DepotId.eq(depot));
        }
        let path = self.path.trim_matches('/');
        if !path.is_empty() {
            all = all.add(below(path));
        }
        if !self.language.is_empty() {
            all = all.add(Column::Language.eq(&self.language));
        }
        if !self.author.is_empty() {
            let contains =
                |column: Column| db::contains_ignoring_case(Expr::col(column), &self.author);
            all = all.add(
                Condition::any()
                    .add(contains(Column::AuthorName))
                    .add(contains(Column::AuthorMail)),
            );
        }
        if let Some(user) = self.assignee {
            all = all.add(Column::AssigneeId.eq(user));
        }
        if let Some(number) = self.new_in {
            all = all.add(Column::FirstNumber.eq(number));
        }
        if let Some(number) = self.fixed_in {
            all = all.add(Column::FixedNumber.eq(number));
        }
        if !self.text.is_empty() {
            let contains =
                |column: Column| db::contains_ignoring_case(Expr::col(column), &self.text);
            all = all.add(
                Condition::any()
                    .add(contains(Column::Message))
                    .add(contains(Column::Rule))
                    .add(contains(Column::Path)),
            );
        }
        all
    }
}

/// The file or directory at a path, with all below it.
pub(super) fn below(path: &str) -> Condition {
    use rows::Column;
    // A range instead of LIKE: exact, and served by the index.
    let inside = Condition::all()
        .add(Column::Path.gte(format!("{path}/")))
        .add(Column::Path.lt(format!("{path}0")));
    Condition::any().add(Column::Path.eq(path)).add(inside)
}

/// The order of a list of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FindingSort {
    /// The worst first, then by place.
    #[default]
    Severity,
    /// By place.
    Path,
    /// By rule, then by place.
    Rule,
    /// Those seen first most lately first.
    Newest,
}

/// The findings of a plan that the filter wants.
///
/// # Errors
/// When the database cannot be read.
pub async fn findings<R: Right>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    filter: &FindingFilter,
    sort: FindingSort,
    page: PageRequest,
) -> Result<Paged<Finding>> {
    use rows::Column;
    let connection = call.db.reader();
    let mut query = rows::Entity::find().filter(filter.condition(plan.id));
    let total = query.clone().count(connection).await?;
    query = match sort {
        FindingSort::Severity => query.order_by_desc(Column::Severity),
        FindingSort::Path => query,
        FindingSort::Rule => query.order_by_asc(Column::Rule),
        FindingSort::Newest => query.order_by_desc(Column::FirstNumber),
    };
    let found = query
        .order_by_asc(Column::Path)
        .order_by_asc(Column::Line)
        .order_by(Column::Id, Order::Asc)
        .offset(page.skip())
        .limit(page.size())
        .all(connection)
        .await?;
    let latest = latest(connection, plan.id, &filter.lane).await?;
    let items = found.into_iter().map(|row| of_row(row, latest.as_ref())).collect::<Result<_>>()?;
    Ok(Paged { items, total, page })
}

/// One finding of a plan.
///
/// # Errors
/// `NotFound`.
pub async fn finding<R: Right>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    id: FindingId,
) -> Result<Finding> {
    let connection = call.db.reader();
    let row = rows::Entity::find_by_id(id)
        .filter(rows::Column::PlanId.eq(plan.id))
        .one(connection)
        .await?
        .ok_or_else(|| Error::not_found("finding"))?;
    let latest = latest(connection, plan.id, &row.lane).await?;
    of_row(row, latest.as_ref())
}

/// Events of a finding that are shown.
const MOST_EVENTS: u64 = 500;

/// What happened to a finding, the oldest first; begins with its being found. Of
/// more than 500 events after that the last.
///
/// # Errors
/// `NotFound` when it is not the plan's.
pub async fn history<R: Right>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    finding: &Finding,
) -> Result<Vec<FindingEvent>> {
    if finding.plan != plan.id {
        return Err(Error::not_found("finding"));
    }
    let found = finding_events::Entity::find()
        .filter(finding_events::Column::FindingId.eq(finding.id))
        .order_by_desc(finding_events::Column::Id)
        .limit(MOST_EVENTS)
        .all(call.db.reader())
        .await?;
    let first = FindingEvent {
        kind: FindingEventKind::Found,
        scan: Some(finding.first_seen.number),
        commit: finding.first_seen.commit.clone(),
        by: None,
        by_name: String::new(),
        note: String::new(),
        at: finding.first_seen.at,
    };
    let later = found.into_iter().rev().map(|row| FindingEvent {
        kind: FindingEventKind::from_stored(&row.kind),
        scan: row.scan_number,
        commit: row.commit_id,
        by: row.user_id,
        by_name: row.user_name,
        note: row.note,
        at: row.at,
    });
    Ok([first].into_iter().chain(later).collect())
}

/// Findings by what they have in common.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    /// Those that ask for work, by severity.
    pub active: SeverityCounts,
    /// Those of them that are new or there again, by severity.
    pub new: SeverityCounts,
    /// All, by state; states without findings are absent.
    pub states: BTreeMap<&'static str, u32>,
    /// Those that ask for work, by rule, the most frequent first.
    pub rules: Vec<RuleCount>,
    /// Those that ask for work, by author, the most frequent first; those whose
    /// author is not known are absent.
    pub authors: Vec<AuthorCount>,
}

/// How many findings a rule has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleCount {
    /// Full rule id.
    pub rule: String,
    /// The severity of its findings; the worst, where they differ.
    pub severity: Severity,
    /// How many ask for work.
    pub count: u32,
}

/// How many findings an author has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorCount {
    /// His name.
    pub name: String,
    /// His mail address.
    pub mail: String,
    /// How many ask for work.
    pub count: u32,
}

/// Counts the findings of one lane of a plan. Three queries.
///
/// # Errors
/// When the database cannot be read.
pub async fn counts<R: Right>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    lane: &str,
) -> Result<Counts> {
    use rows::Column;
    let connection = call.db.reader();
    let filter = FindingFilter { lane: lane.to_owned(), ..FindingFilter::default() };
    let active = FindingFilter { lane: lane.to_owned(), ..FindingFilter::active() };
    let mut counts = Counts::default();
    let states: Vec<(String, i64, i64)> = rows::Entity::find()
        .select_only()
        .column(Column::State)
        .column(Column::Severity)
        .column_as(Column::Id.count(), "number")
        .filter(filter.condition(plan.id))
        .group_by(Column::State)
        .group_by(Column::Severity)
        .into_tuple()
        .all(connection)
        .await?;
    for (state, severity, number) in states {
        let (state, number) = (state.parse::<FindingState>()?, clamp(number));
        *counts.states.entry(state.as_str()).or_default() += number;
        if state.is_active() {
            add(&mut counts.active, severity_of(severity), number);
        }
        if matches!(state, FindingState::New | FindingState::Reopened) {
            add(&mut counts.new, severity_of(severity), number);
        }
    }
    let by_rule: Vec<(String, i64, i64)> = rows::Entity::find()
        .select_only()
        .column(Column::Rule)
        .column_as(Column::Severity.max(), "worst")
        .column_as(Column::Id.count(), "number")
        .filter(active.condition(plan.id))
        .group_by(Column::Rule)
        .into_tuple()
        .all(connection)
        .await?;
    counts.rules = by_rule
        .into_iter()
        .map(|(rule, worst, number)| RuleCount {
            rule,
            severity: severity_of(worst),
            count: clamp(number),
        })
        .collect();
    counts.rules.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.rule.cmp(&b.rule)));
    let authors: Vec<(String, String, i64)> = rows::Entity::find()
        .select_only()
        .column(Column::AuthorName)
        .column(Column::AuthorMail)
        .column_as(Column::Id.count(), "number")
        .filter(active.condition(plan.id))
        .filter(Column::AuthorName.is_not_null())
        .filter(Column::AuthorMail.is_not_null())
        .group_by(Column::AuthorName)
        .group_by(Column::AuthorMail)
        .into_tuple()
        .all(connection)
        .await?;
    counts.authors = authors
        .into_iter()
        .map(|(name, mail, number)| AuthorCount { name, mail, count: clamp(number) })
        .collect();
    counts.authors.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
    Ok(counts)
}

fn clamp(number: i64) -> u32 {
    u32::try_from(number).unwrap_or_default()
}

pub(crate) fn add(counts: &mut SeverityCounts, severity: Severity, number: u32) {
    match severity {
        Severity::Fatal => counts.fatal += number,
        Severity::Error => counts.error += number,
        Severity::Warning => counts.warning += number,
        Severity::Info => counts.info += number,
    }
}

/// 1 info to 4 fatal.
pub(crate) fn severity_number(severity: Severity) -> i64 {
    match severity {
        Severity::Info => 1,
        Severity::Warning => 2,
        Severity::Error => 3,
        Severity::Fatal => 4,
    }
}

pub(crate) fn severity_of(number: i64) -> Severity {
    match number {
        4 => Severity::Fatal,
        3 => Severity::Error,
        2 => Severity::Warning,
        _ => Severity::Info,
    }
}

pub(crate) fn category_of(text: &str) -> Category {
    [Category::Bug, Category::Security, Category::Performance]
        .into_iter()
        .find(|category| category.id() == text)
        .unwrap_or(Category::Smell)
}

/// The latest scan of a lane that has a result.
async fn latest(
    connection: &impl ConnectionTrait,
    plan: PlanId,
    lane: &str,
) -> Result<Option<(Seen, Vec<ScanSource>)>> {
    let row = scans::Entity::find()
        .filter(scans::Column::PlanId.eq(plan))
        .filter(scans::Column::Lane.eq(lane))
        .filter(scans::Column::Result.is_not_null())
        .order_by_desc(scans::Column::Number)
        .one(connection)
        .await?;
    row.map(|row| {
        let seen = Seen {
            scan: row.id,
            number: row.number,
            commit: String::new(),
            at: row.finished_at.unwrap_or(row.created_at),
        };
        Ok((seen, serde_json::from_str(&row.sources)?))
    })
    .transpose()
}

pub(crate) fn of_row(
    row: rows::Model,
    latest: Option<&(Seen, Vec<ScanSource>)>,
) -> Result<Finding> {
    let state: FindingState = row.state.parse()?;
    let small = |value: i64| u32::try_from(value).unwrap_or_default();
    let stored = Seen {
        scan: row.last_scan_id,
        number: row.last_number,
        commit: row.last_commit,
        at: row.last_at,
    };
    let last_seen = match latest {
        // What is there was seen by the latest scan, whose row is not written.
        Some((seen, sources)) if state != FindingState::Fixed => {
            let source = sources.iter().find(|source| source.depot == row.depot_id);
            let commit = source.map(|source| source.commit.clone()).unwrap_or_default();
            Seen { commit, ..seen.clone() }
        }
        _ => stored,
    };
    Ok(Finding {
        id: row.id,
        plan: row.plan_id,
        lane: row.lane,
        depot: row.depot_id,
        path: row.path,
        language: row.language,
        rule: row.rule,
        category: category_of(&row.category),
        severity: severity_of(row.severity),
        line: small(row.line),
        column: small(row.column_from),
        end_line: small(row.end_line),
        end_column: small(row.end_column),
        message: row.message,
        symbol: row.symbol,
        uncertain: row.uncertain,
        state,
        author: match (row.author_name, row.author_mail) {
            (Some(name), Some(mail)) => Some(Author {
                name,
                mail,
                at: row.authored_at.unwrap_or_default(),
                commit: row.author_commit.unwrap_or_default(),
            }),
            _ => None,
        },
        first_seen: Seen {
            scan: row.first_scan_id,
            number: row.first_number,
            commit: row.first_commit,
            at: row.first_at,
        },
        last_seen,
        fixed: match (row.fixed_scan_id, row.fixed_number) {
            (Some(scan), Some(number)) => Some(Seen {
                scan,
                number,
                commit: row.fixed_commit.unwrap_or_default(),
                at: row.fixed_at.unwrap_or_default(),
            }),
            _ => None,
        },
        ignored: match (row.ignore_reason, row.ignored_at) {
            (Some(reason), Some(at)) => Some(Ignored {
                reason: reason.parse()?,
                note: row.ignore_note.unwrap_or_default(),
                by: row.ignored_by,
                by_name: row.ignored_by_name.unwrap_or_default(),
                at,
                until: row.ignored_until,
                exception: row.exception_id,
            }),
            _ => None,
        },
        assignee: match (row.assignee_id, row.assignee_name) {
            (Some(id), Some(name)) => Some(Assignee { id, name }),
            _ => None,
        },
    })
}
