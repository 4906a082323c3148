//! Sending, as jobs.

use std::time::Duration;

use base::{Error, Result};
use call::{Call, Env};
use db::Tx;
use jobs::{Enqueue, Job, JobContext};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde::{Deserialize, Serialize};

use super::letter::{self, About};
use super::told::{self, News};
use super::{NoticeKind, Subject, format, purpose};
use crate::history::BackfillId;
use crate::plan::ScanPlan;
use crate::scan::{Scan, ScanState};
use crate::tables::{deliveries, hooks, scans};

/// Sends one message.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Deliver {
    delivery: i64,
}

impl Job for Deliver {
    const KIND: &'static str = "analysis.deliver";
    const ATTEMPTS: u32 = 5;
}

const PATIENCE: Duration = Duration::from_secs(10);
/// Of an answer, so much is kept.
const KEPT: usize = 500;
/// Of an answer, so much is read.
const READ: usize = 64 << 10;

/// Has everybody told of a scan that has ended.
pub(crate) async fn scan_ended(env: &Env, plan: &ScanPlan, scan: &Scan) -> Result<()> {
    let tx = env.db.begin().await?;
    for hook in receivers(&tx, plan).await? {
        if hook.only_failures && scan.state == ScanState::Passed {
            continue;
        }
        later(env, &tx, hook.id, Subject::Scan(scan.number)).await?;
    }
    tx.commit().await
}

/// Has everybody told that a search found secrets that nobody knew.
pub(crate) async fn secrets_found(env: &Env, plan: &ScanPlan, search: BackfillId) -> Result<()> {
    let tx = env.db.begin().await?;
    let told = deliveries::Entity::find()
        .filter(deliveries::Column::BackfillId.eq(search))
        .one(&*tx)
        .await?;
    if told.is_some() {
        return Ok(());
    }
    for hook in receivers(&tx, plan).await? {
        later(env, &tx, hook.id, Subject::Secrets(search)).await?;
    }
    tx.commit().await
}

async fn receivers(tx: &Tx, plan: &ScanPlan) -> Result<Vec<hooks::Model>> {
    let found = hooks::Entity::find()
        .filter(hooks::Column::PlanId.eq(plan.id))
        .filter(hooks::Column::Enabled.eq(true))
        .all(&**tx)
        .await?;
    Ok(found)
}

pub(super) async fn later(env: &Env, tx: &Tx, hook: i64, subject: Subject) -> Result<()> {
    let (scan, search) = match subject {
        Subject::Trial => (None, None),
        Subject::Scan(number) => (Some(number), None),
        Subject::Secrets(search) => (None, Some(search)),
    };
    let row = deliveries::ActiveModel {
        id: NotSet,
        hook_id: Set(hook),
        scan_number: Set(scan),
        backfill_id: Set(search),
        state: Set("waiting".to_owned()),
        attempts: Set(0),
        answer: Set(String::new()),
        created_at: Set(env.clock.now()),
        finished_at: Set(None),
    }
    .insert(&**tx)
    .await?;
    env.jobs.enqueue_with(tx, &Deliver { delivery: row.id }, Enqueue::default()).await?;
    Ok(())
}

/// Whether the installation sends anything to an address.
pub(super) async fn permitted(call: &Call, url: &url::Url) -> Result<()> {
    match depots::reachable(url.as_str(), call.permits.reach).await {
        Ok(_) => Ok(()),
        // The name may be known later.
        Err(Error::Unavailable { .. }) => Ok(()),
        Err(Error::Invalid { .. }) => {
            Err(Error::invalid("address", "leads to where this server sends nothing"))
        }
        Err(error) => Err(error),
    }
}

pub(crate) async fn run(job: &JobContext<Env>, deliver: &Deliver) -> Result<()> {
    let env = &job.context;
    let connection = env.db.reader();
    let Some(row) = deliveries::Entity::find_by_id(deliver.delivery).one(connection).await? else {
        return Ok(());
    };
    let Some(hook) = hooks::Entity::find_by_id(row.hook_id).one(connection).await? else {
        return Ok(());
    };
    let sent = if hook.kind == NoticeKind::Mail.as_str() {
        post(env, &hook, &row).await
    } else {
        send(env, &hook, &row).await.map_err(Failed::perhaps)
    };
    let last = job.attempt >= Deliver::ATTEMPTS;
    let (state, answer) = match &sent {
        Ok(answer) => ("sent", answer.clone()),
        Err(failed) if last || failed.for_good => ("failed", failed.why.clone()),
        Err(failed) => ("waiting", failed.why.clone()),
    };
    let tx = env.db.begin().await?;
    deliveries::Entity::update_many()
        .col_expr(deliveries::Column::State, sea_orm::sea_query::Expr::value(state))
        .col_expr(
            deliveries::Column::Attempts,
            sea_orm::sea_query::Expr::value(i64::from(job.attempt)),
        )
        .col_expr(deliveries::Column::Answer, sea_orm::sea_query::Expr::value(answer))
        .col_expr(deliveries::Column::FinishedAt, sea_orm::sea_query::Expr::value(env.clock.now()))
        .filter(deliveries::Column::Id.eq(row.id))
        .exec(&*tx)
        .await?;
    tx.commit().await?;
    match sent {
        Ok(_) => Ok(()),
        // Nothing is gained by trying what is not permitted, or was tried enough.
        Err(failed) if last || failed.for_good => Ok(()),
        Err(failed) => Err(Error::unavailable(failed.why)),
    }
}

/// Why a message did not arrive.
struct Failed {
    why: String,
    /// Whether trying again is of no use.
    for_good: bool,
}

impl Failed {
    fn perhaps(why: String) -> Self {
        Self { why, for_good: false }
    }
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        let passing = matches!(error, Error::Unavailable { .. } | Error::Internal { .. });
        Self { why: error.to_string(), for_good: !passing }
    }
}

/// Has a letter sent: what the mail server said.
async fn post(
    env: &Env,
    hook: &hooks::Model,
    delivery: &deliveries::Model,
) -> Result<String, Failed> {
    let bytes = env.vault.open(&hook.address, &purpose("address", hook.plan_id))?;
    let boxes = String::from_utf8(bytes).map_err(Error::internal)?;
    let plan = plan_of(env, hook).await?;
    let news = news(env, &plan, delivery).await?;
    let about = About {
        plan: &plan.name,
        news: &news,
        url: &told::address(env, &plan, &news).await?,
        at: delivery.created_at,
        id: format!("{}.{}", plan.uid, delivery.id),
        titles: crate::ruleset::titles(env, plan.project).await?,
    };
    let language = crate::language(hook.language.as_deref().unwrap_or_default())?;
    let letter = letter::letter(language, boxes.lines().map(str::to_owned).collect(), &about);
    Ok(env.mail.send(&letter).await?)
}

async fn plan_of(env: &Env, hook: &hooks::Model) -> Result<ScanPlan> {
    let plan = crate::plans::one(env.db.reader(), hook.plan_id).await?;
    plan.ok_or_else(|| Error::not_found("scan plan"))
}

/// What a message is about, as it is now.
async fn news(env: &Env, plan: &ScanPlan, delivery: &deliveries::Model) -> Result<News> {
    Ok(match Subject::of(delivery) {
        Subject::Trial => News::Trial,
        Subject::Scan(number) => News::Scan(Box::new(scan_of(env, plan, number).await?)),
        Subject::Secrets(search) => News::Secrets(told::found(env, plan, search).await?),
    })
}

async fn scan_of(env: &Env, plan: &ScanPlan, number: i64) -> Result<Scan> {
    let row = scans::Entity::find()
        .filter(scans::Column::PlanId.eq(plan.id))
        .filter(scans::Column::Number.eq(number))
        .one(env.db.reader())
        .await?
        .ok_or_else(|| Error::not_found("scan"))?;
    crate::scans::of_row(row)
}

/// What the other side said; else why not, for people. Neither holds the
/// address, of which a part is a key.
async fn send(
    env: &Env,
    hook: &hooks::Model,
    delivery: &deliveries::Model,
) -> Result<String, String> {
    let broken = |error: Error| error.to_string();
    let kind: NoticeKind = hook.kind.parse().map_err(broken)?;
    let open = |sealed: &[u8], part: &str| -> Result<String, String> {
        let bytes = env.vault.open(sealed, &purpose(part, hook.plan_id)).map_err(broken)?;
        String::from_utf8(bytes).map_err(|_| "the secret is damaged".to_owned())
    };
    let url = url::Url::parse(&open(&hook.address, "address")?)
        .map_err(|_| "the address is damaged".to_owned())?;
    let secret = hook.secret.as_deref().map(|secret| open(secret, "secret")).transpose()?;
    let plan = plan_of(env, hook).await.map_err(broken)?;
    let told = told::told(env, &plan, &news(env, &plan, delivery).await.map_err(broken)?).await;
    let told = told.map_err(broken)?;
    let now = env.clock.now().to_jiff().as_millisecond();
    let addresses =
        depots::reachable(url.as_str(), env.permits.reach).await.map_err(|error| match error {
            Error::Unavailable { .. } => "its host is not known".to_owned(),
            _ => "it leads to where this server sends nothing".to_owned(),
        })?;
    let message = format::message(kind, url, secret.as_deref(), &told, now);
    let mut client = reqwest::Client::builder()
        .timeout(PATIENCE)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy();
    if let (Some(host), false) = (message.url.host_str(), addresses.is_empty()) {
        // What was looked at is what is talked to.
        let port = message.url.port_or_known_default().unwrap_or_default();
        let pinned: Vec<std::net::SocketAddr> =
            addresses.into_iter().map(|ip| std::net::SocketAddr::new(ip, port)).collect();
        client = client.resolve_to_addrs(host, &pinned);
    }
    let failed = |error: reqwest::Error| {
        if error.is_timeout() {
            "it did not answer in 10 seconds".to_owned()
        } else {
            "it cannot be reached".to_owned()
        }
    };
    let client = client.build().map_err(failed)?;
    let mut request = client
        .post(message.url)
        .header("content-type", "application/json; charset=utf-8")
        .header("user-agent", "Mortise");
    if let Some(signature) = message.signature {
        request = request.header("x-mortise-signature", signature);
    }
    let mut response = request.body(message.body).send().await.map_err(failed)?;
    let status = response.status().as_u16();
    let mut text = Vec::new();
    while let Ok(Some(piece)) = response.chunk().await {
        text.extend_from_slice(&piece);
        if text.len() >= READ {
            break;
        }
    }
    let text = String::from_utf8_lossy(&text).into_owned();
    let said: String = text.chars().filter(|c| !c.is_control()).take(KEPT).collect();
    if format::accepted(kind, status, &text) {
        Ok(format!("{status} {said}").trim().to_owned())
    } else {
        Err(format!("it answered {status} {said}").trim().to_owned())
    }
}
