//! Telling people where they talk: messages about scans, and about secrets that
//! histories hold, to chat rooms, mail boxes and programs.
//!
//! Each message is a job of its own, repeated while the other side does not
//! answer, and what became of it stands in a log. Addresses hold keys, so they
//! are sealed; where a message may go is what the installation permits.

mod deliver;
mod format;
mod letter;
mod told;

use base::{Error, Granted, PageRequest, Paged, Result, Right, Timestamp, Write};
use call::Call;
use messages::Lang;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use serde_json::json;

use crate::history::BackfillId;
use crate::plan::ScanPlan;
use crate::tables::{deliveries, hooks as rows};

pub(crate) use deliver::{Deliver, run, scan_ended, secrets_found};

/// What stands at the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoticeKind {
    /// A program: JSON, signed where there is a secret.
    Plain,
    /// A robot of DingTalk.
    DingTalk,
    /// A robot of WeCom.
    WeCom,
    /// A robot of Feishu (Lark).
    Feishu,
    /// An incoming webhook of Slack.
    Slack,
    /// Mail boxes, where the installation has a server for letters.
    Mail,
}

impl NoticeKind {
    /// Every kind.
    pub const ALL: [Self; 6] =
        [Self::Plain, Self::Mail, Self::DingTalk, Self::WeCom, Self::Feishu, Self::Slack];

    /// The lower-case word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::DingTalk => "dingtalk",
            Self::WeCom => "wecom",
            Self::Feishu => "feishu",
            Self::Slack => "slack",
            Self::Mail => "mail",
        }
    }
}

impl std::str::FromStr for NoticeKind {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or_else(|| Error::invalid("kind", "is not a kind of receiver"))
    }
}

/// Somebody who is told of scans that have ended, and of secrets in the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its number.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// What stands at the other side.
    pub kind: NoticeKind,
    /// The host of its address; the rest is a secret. Of mail addresses the
    /// first letters and the domains.
    pub host: String,
    /// The language of letters.
    pub language: Lang,
    /// Whether its messages are signed.
    pub signed: bool,
    /// Whether only scans that did not pass are told of.
    pub only_failures: bool,
    /// When it was made.
    pub at: Timestamp,
}

/// A receiver to be made.
#[derive(Debug, Clone)]
pub struct NewNotice {
    /// Its name.
    pub name: String,
    /// What stands at the other side.
    pub kind: NoticeKind,
    /// An address that begins with `https://` or `http://`; for letters at most
    /// 20 mail addresses, separated by commas or white space.
    pub address: String,
    /// The language of letters; other messages have none.
    pub language: Lang,
    /// What messages are signed with; empty for nothing.
    pub secret: String,
    /// Whether only scans that did not pass are told of.
    pub only_failures: bool,
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The receiver.
    pub notice: i64,
    /// What it is about.
    pub subject: Subject,
    /// `waiting`, `sent` or `failed`.
    pub state: String,
    /// How often it was tried.
    pub attempts: i64,
    /// What the other side said, or why it could not be asked.
    pub answer: String,
    /// When it was made.
    pub at: Timestamp,
}

/// What a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Nothing: it is a trial.
    Trial,
    /// The end of the scan of this number in the plan.
    Scan(i64),
    /// What this search found in a history.
    Secrets(BackfillId),
}

impl Subject {
    fn of(row: &deliveries::Model) -> Self {
        match (row.scan_number, row.backfill_id) {
            (Some(number), _) => Self::Scan(number),
            (None, Some(search)) => Self::Secrets(search),
            (None, None) => Self::Trial,
        }
    }
}

/// The most receivers of a plan.
const MOST: u64 = 20;
/// The most mail addresses of one of them.
const MOST_BOXES: usize = 20;

fn purpose(part: &str, plan: crate::plan::PlanId) -> String {
    format!("scan_hooks.{part}:plan:{plan}")
}

/// Has somebody told of a plan's scans.
///
/// # Errors
/// `Missing`/`Invalid` on `name`, `address` or `secret`, also where the
/// installation sends nothing; `Unsupported` for mail where it has no server
/// for that; `Limit` above 20 of a plan.
pub async fn create_notice(
    call: &Call,
    plan: &Granted<ScanPlan, Write>,
    new: NewNotice,
) -> Result<Notice> {
    let name = new.name.trim();
    if name.is_empty() {
        return Err(Error::missing("name"));
    }
    if name.chars().count() > 64 || name.chars().any(char::is_control) {
        return Err(Error::invalid("name", "must have at most 64 characters on one line"));
    }
    if new.secret.len() > 256 {
        return Err(Error::invalid("secret", "must have at most 256 characters"));
    }
    let (address, host) = if new.kind == NoticeKind::Mail {
        if !new.secret.is_empty() {
            return Err(Error::invalid("secret", "does not go with mail"));
        }
        boxes(call, &new.address)?
    } else {
        let (address, host) = address_of(&new.address)?;
        deliver::permitted(call, &address).await?;
        (address.into(), host)
    };
    let tx = call.db.begin().await?;
    let known = rows::Entity::find().filter(rows::Column::PlanId.eq(plan.id)).count(&*tx).await?;
    if known >= MOST {
        return Err(Error::limit("a plan can have at most 20 receivers"));
    }
    let secret = match new.secret.as_str() {
        "" => None,
        secret => Some(call.vault.seal(secret.as_bytes(), &purpose("secret", plan.id))?),
    };
    let row = rows::ActiveModel {
        id: NotSet,
        plan_id: Set(plan.id),
        name: Set(name.to_owned()),
        kind: Set(new.kind.as_str().to_owned()),
        host: Set(host),
        address: Set(call.vault.seal(address.as_bytes(), &purpose("address", plan.id))?),
        secret: Set(secret),
        language: Set(Some(new.language.short().to_owned())),
        only_failures: Set(new.only_failures),
        enabled: Set(true),
        creator_id: Set(call.actor.user_id()),
        created_at: Set(call.clock.now()),
    }
    .insert(&*tx)
    .await?;
    let details = json!({ "plan": plan.id, "name": row.name, "kind": row.kind, "host": row.host });
    identity::audit::record(&tx, call, "notice.created", &format!("plan:{}", plan.id), details)
        .await?;
    tx.commit().await?;
    of_row(row)
}

/// Mail addresses as they are kept, a line each, and as they are shown.
fn boxes(call: &Call, text: &str) -> Result<(String, String)> {
    if text.len() > 2_000 {
        return Err(Error::invalid("address", "must have at most 2000 characters"));
    }
    let mut all: Vec<&str> = Vec::new();
    for one in text.split([',', ';', '，', '；']).flat_map(str::split_whitespace) {
        if !all.contains(&one) {
            all.push(one);
        }
    }
    if all.is_empty() {
        return Err(Error::missing("address"));
    }
    if all.len() > MOST_BOXES {
        return Err(Error::invalid("address", "names more than 20 mail addresses"));
    }
    for one in &all {
        call.mail.check(one)?;
    }
    let shown: Vec<String> = all
        .iter()
        .filter_map(|one| {
            let (name, domain) = one.rsplit_once('@')?;
            Some(format!("{}…@{domain}", name.chars().next()?))
        })
        .collect();
    Ok((all.join("\n"), shown.join(", ")))
}

fn address_of(text: &str) -> Result<(url::Url, String)> {
    let wrong = |why: &str| Error::invalid("address", why.to_owned());
    if text.trim().is_empty() {
        return Err(Error::missing("address"));
    }
    if text.len() > 2_000 {
        return Err(wrong("must have at most 2000 characters"));
    }
    let address = url::Url::parse(text.trim()).map_err(|_| wrong("is not an address"))?;
    if !matches!(address.scheme(), "http" | "https") {
        return Err(wrong("must begin with https:// or http://"));
    }
    let host = address.host_str().ok_or_else(|| wrong("names no host"))?.to_owned();
    Ok((address, host))
}

/// Tells somebody no more.
///
/// # Errors
/// `NotFound` when the plan has no such receiver.
pub async fn delete_notice(call: &Call, plan: &Granted<ScanPlan, Write>, id: i64) -> Result<()> {
    let tx = call.db.begin().await?;
    let deleted = rows::Entity::delete_many()
        .filter(rows::Column::Id.eq(id))
        .filter(rows::Column::PlanId.eq(plan.id))
        .exec(&*tx)
        .await?;
    if deleted.rows_affected == 0 {
        return Err(Error::not_found("receiver"));
    }
    let details = json!({ "plan": plan.id, "receiver": id });
    identity::audit::record(&tx, call, "notice.deleted", &format!("plan:{}", plan.id), details)
        .await?;
    tx.commit().await
}

/// Sends a message that says that it is a trial.
///
/// # Errors
/// `NotFound` when the plan has no such receiver.
pub async fn try_notice(call: &Call, plan: &Granted<ScanPlan, Write>, id: i64) -> Result<()> {
    let known = rows::Entity::find_by_id(id)
        .filter(rows::Column::PlanId.eq(plan.id))
        .one(call.db.reader())
        .await?;
    known.ok_or_else(|| Error::not_found("receiver"))?;
    let tx = call.db.begin().await?;
    deliver::later(&call.env, &tx, id, Subject::Trial).await?;
    tx.commit().await
}

/// Who is told of a plan's scans.
///
/// # Errors
/// When the database cannot be read.
pub async fn notices<R: Right>(call: &Call, plan: &Granted<ScanPlan, R>) -> Result<Vec<Notice>> {
    let found = rows::Entity::find()
        .filter(rows::Column::PlanId.eq(plan.id))
        .order_by_asc(rows::Column::Id)
        .all(call.db.reader())
        .await?;
    found.into_iter().map(of_row).collect()
}

/// What became of the messages about a plan's scans, the newest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn deliveries<R: Right>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    page: PageRequest,
) -> Result<Paged<Delivery>> {
    let ids: Vec<i64> = notices(call, plan).await?.into_iter().map(|one| one.id).collect();
    let query = deliveries::Entity::find().filter(deliveries::Column::HookId.is_in(ids));
    let total = query.clone().count(call.db.reader()).await?;
    let found = query
        .order_by_desc(deliveries::Column::Id)
        .offset(page.skip())
        .limit(page.size())
        .all(call.db.reader())
        .await?;
    let items = found
        .into_iter()
        .map(|row| Delivery {
            notice: row.hook_id,
            subject: Subject::of(&row),
            state: row.state,
            attempts: row.attempts,
            answer: row.answer,
            at: row.created_at,
        })
        .collect();
    Ok(Paged { items, total, page })
}

fn of_row(row: rows::Model) -> Result<Notice> {
    Ok(Notice {
        id: row.id,
        name: row.name,
        kind: row.kind.parse()?,
        host: row.host,
        language: crate::language(row.language.as_deref().unwrap_or_default())?,
        signed: row.secret.is_some(),
        only_failures: row.only_failures,
        at: row.created_at,
    })
}
