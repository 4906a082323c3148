//! Advisories of the installation: importing them, and finding those that are
//! about a scan's components.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::ControlFlow;
use std::path::Path;

use base::{Actor, Error, PageRequest, Paged, Result, TeamRole, Timestamp};
use call::{Call, Env};
use dependencies::osv::{self, Advisory, Index, LoadError, Loaded};
use dependencies::{Component, Ecosystem};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Expr, Func};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use serde_json::json;
use tokio::sync::mpsc;

use crate::tables::{advisories as rows, advisory_imports as imports, advisory_packages as about};

/// Advisories written in one unit of work.
const BATCH: usize = 200;
/// Names or numbers asked for at once.
const ASKED: usize = 400;
/// Packages of one advisory that are kept; more is no advisory.
const PACKAGES: usize = 2_000;

/// An import of advisories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdvisoryImport {
    /// When it ended.
    pub at: Timestamp,
    /// Whose it was.
    pub by: String,
    /// What was imported.
    pub source: String,
    /// Advisories that it held.
    pub seen: u64,
    /// Those of them that were new or had changed.
    pub changed: u64,
    /// Advisories that the installation had behind it.
    pub total: u64,
    /// Those about packages of each ecosystem; empty where that was not counted.
    pub ecosystems: Vec<(Ecosystem, u64)>,
    /// Files that are no advisories, or damaged ones.
    pub unreadable: u64,
    /// The first of them, each with the reason.
    pub examples: Vec<(String, String)>,
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// Advisories that it held.
    pub seen: u64,
    /// Those of them that were new or had changed.
    pub changed: u64,
    /// Files that are no advisories.
    pub unreadable: u64,
    /// The first of them, with the reason.
    pub examples: Vec<(String, String)>,
}

/// Imports advisories in the OSV schema from a directory or a zip file of the
/// server's machine. What is known already and has not changed is left as it
/// is; what was withdrawn is dropped. Scans that begin afterwards know of them.
///
/// # Errors
/// `Denied` for whoever is not an admin; `Invalid` on `path` when it cannot be
/// read or holds no advisory.
pub async fn import_advisories(call: &Call, path: &Path, source: &str) -> Result<Imported> {
    may_import(call)?;
    import(call, path, source, call.actor.name(), &|_| Ok(())).await
}

/// The same for whoever may; `watch` hears how many advisories were read, and ends
/// the import by an error.
pub(super) async fn import(
    call: &Call,
    path: &Path,
    source: &str,
    by: &str,
    watch: &(dyn Fn(u64) -> Result<()> + Send + Sync),
) -> Result<Imported> {
    let (send, mut receive) = mpsc::channel::<Advisory>(2 * BATCH);
    let from = path.to_path_buf();
    let loading = tokio::task::spawn_blocking(move || {
        osv::load(&from, &mut |advisory| match send.blocking_send(advisory) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        })
    });
    let (mut changed, mut read) = (0, 0);
    let mut batch: HashMap<String, Advisory> = HashMap::new();
    while let Some(advisory) = receive.recv().await {
        batch.insert(advisory.id.clone(), advisory);
        read += 1;
        if batch.len() >= BATCH {
            watch(read)?;
            changed += store(&call.env, std::mem::take(&mut batch)).await?;
        }
    }
    changed += store(&call.env, batch).await?;
    let loaded: Loaded = loading
        .await
        .map_err(Error::internal)?
        .map_err(|error| Error::invalid("path", wrong(&error)))?;
    let seen = loaded.advisories;
    if seen == 0 {
        let why = match loaded.unreadable {
            0 => "holds no advisories in the OSV schema".to_owned(),
            files => format!("holds no advisories in the OSV schema; unreadable files: {files}"),
        };
        return Err(Error::invalid("path", why));
    }
    // Where it lies is of no use to whoever reads that.
    let inside = |name: &str| {
        let root = path.to_string_lossy();
        name.strip_prefix(root.as_ref()).unwrap_or(name).trim_start_matches('/').to_owned()
    };
    let examples: Vec<(String, String)> =
        loaded.examples.iter().map(|(name, why)| (inside(name), why.clone())).collect();
    let tx = call.db.begin().await?;
    let total = rows::Entity::find().count(&*tx).await?;
    let ecosystems = counted(&tx).await?;
    imports::ActiveModel {
        id: NotSet,
        at: Set(call.clock.now()),
        user_name: Set(by.to_owned()),
        source: Set(source.chars().take(400).collect()),
        seen: Set(signed(seen)),
        changed: Set(signed(changed)),
        total: Set(signed(total)),
        ecosystems: Set(Some(serde_json::to_string(&ecosystems)?)),
        unreadable: Set(signed(loaded.unreadable)),
        examples: Set(Some(serde_json::to_string(&examples)?)),
    }
    .insert(&*tx)
    .await?;
    let details = json!({ "source": source, "seen": seen, "changed": changed });
    identity::audit::record(&tx, call, "advisories.imported", "advisories", details).await?;
    tx.commit().await?;
    Ok(Imported { seen, changed, unreadable: loaded.unreadable, examples: loaded.examples })
}

fn wrong(error: &LoadError) -> String {
    match error {
        LoadError::Zip(..) => format!("is damaged or no zip file: {error}"),
        LoadError::Read(..) => format!("cannot be read: {error}"),
        LoadError::TooMuch => "holds more advisories than can be imported at once".to_owned(),
    }
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// How many advisories there are about packages of each ecosystem.
async fn counted(tx: &db::Tx) -> Result<BTreeMap<String, u64>> {
    let counts: Vec<(String, i64)> = about::Entity::find()
        .select_only()
        .column(about::Column::Ecosystem)
        .column_as(
            Expr::FunctionCall(Func::count_distinct(Expr::col(about::Column::AdvisoryId))),
            "count",
        )
        .group_by(about::Column::Ecosystem)
        .into_tuple()
        .all(&**tx)
        .await?;
    Ok(counts.into_iter().map(|(ecosystem, count)| (ecosystem, unsigned(count))).collect())
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

pub(super) fn may_import(call: &Call) -> Result<()> {
    match &call.actor {
        Actor::System => Ok(()),
        Actor::User(user) if user.role >= TeamRole::Admin => Ok(()),
        Actor::User(_) => Err(Error::denied("the role of an admin in the team")),
        _ => Err(Error::unauthenticated("sign in first")),
    }
}

/// The imports that there were, the newest first.
///
/// # Errors
/// `Denied` for whoever is not an admin.
pub async fn advisory_imports(call: &Call, page: PageRequest) -> Result<Paged<AdvisoryImport>> {
    may_import(call)?;
    let connection = call.db.reader();
    let total = imports::Entity::find().count(connection).await?;
    let rows = imports::Entity::find()
        .order_by_desc(imports::Column::Id)
        .offset(page.skip())
        .limit(page.size())
        .all(connection)
        .await?;
    Ok(Paged { items: rows.into_iter().map(AdvisoryImport::from).collect(), total, page })
}

impl From<imports::Model> for AdvisoryImport {
    fn from(row: imports::Model) -> Self {
        let counts: BTreeMap<String, u64> =
            row.ecosystems.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        let of_id = |(id, count): (String, u64)| Some((Ecosystem::of_id(&id)?, count));
        Self {
            at: row.at,
            by: row.user_name,
            source: row.source,
            seen: unsigned(row.seen),
            changed: unsigned(row.changed),
            total: unsigned(row.total),
            ecosystems: counts.into_iter().filter_map(of_id).collect(),
            unreadable: unsigned(row.unreadable),
            examples: row
                .examples
                .and_then(|text| serde_json::from_str(&text).ok())
                .unwrap_or_default(),
        }
    }
}

/// What the installation knows of vulnerabilities.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    /// The number of the newest import; none when nothing was ever imported.
    pub(crate) revision: Option<i64>,
    /// The ecosystems that there are advisories about; `None` where an old import
    /// did not count them.
    ecosystems: Option<BTreeSet<Ecosystem>>,
}

impl Known {
    /// Whether it could be known that a package of the ecosystem is vulnerable. Of
    /// ecosystems that nobody publishes advisories about, that is not asked.
    pub(crate) fn covers(&self, ecosystem: Ecosystem) -> bool {
        ecosystem.osv().is_none()
            || self.revision.is_some()
                && self.ecosystems.as_ref().is_none_or(|known| known.contains(&ecosystem))
    }
}

/// What the newest import has left.
pub(crate) async fn known(env: &Env) -> Result<Known> {
    let newest =
        imports::Entity::find().order_by_desc(imports::Column::Id).one(env.db.reader()).await?;
    Ok(newest.map_or_else(Known::default, |row| {
        let revision = Some(row.id);
        let counted = row.ecosystems.is_some();
        let import = AdvisoryImport::from(row);
        let ecosystems = import.ecosystems.into_iter().map(|(ecosystem, _)| ecosystem).collect();
        Known { revision, ecosystems: (counted || import.total == 0).then_some(ecosystems) }
    }))
}

/// Writes those of a batch that changed, and says how many.
async fn store(env: &Env, batch: HashMap<String, Advisory>) -> Result<u64> {
    if batch.is_empty() {
        return Ok(0);
    }
    let tx = env.db.begin().await?;
    let known: HashMap<String, (i64, String)> = rows::Entity::find()
        .select_only()
        .columns([rows::Column::Name, rows::Column::Id, rows::Column::Modified])
        .filter(rows::Column::Name.is_in(batch.keys()))
        .into_tuple::<(String, i64, String)>()
        .all(&*tx)
        .await?
        .into_iter()
        .map(|(name, id, modified)| (name, (id, modified)))
        .collect();
    let mut old = Vec::new();
    let mut new = Vec::new();
    let mut changed = 0;
    for (name, mut advisory) in batch {
        let known = known.get(&name);
        let packages = advisory.packages();
        let wanted = advisory.holds() && !packages.is_empty() && packages.len() <= PACKAGES;
        match known {
            Some((_, modified)) if wanted && *modified == advisory.modified => continue,
            Some((id, _)) => old.push(*id),
            None if !wanted => continue,
            None => {}
        }
        changed += 1;
        if wanted {
            // Of a long text only the beginning is ever shown.
            advisory.details = advisory.details.chars().take(2_000).collect();
            let row = rows::ActiveModel {
                id: NotSet,
                name: Set(name),
                modified: Set(advisory.modified.clone()),
                body: Set(serde_json::to_vec(&advisory)?),
            };
            new.push((row, packages));
        }
    }
    rows::Entity::delete_many().filter(rows::Column::Id.is_in(old)).exec(&*tx).await?;
    let mut packages = Vec::new();
    for (row, named) in new {
        let id = row.insert(&*tx).await?.id;
        packages.extend(named.into_iter().map(|(ecosystem, package)| about::ActiveModel {
            id: NotSet,
            advisory_id: Set(id),
            ecosystem: Set(ecosystem.id().to_owned()),
            package: Set(package),
        }));
    }
    for some in packages.chunks(2_000) {
        about::Entity::insert_many(some.iter().cloned()).exec_without_returning(&*tx).await?;
    }
    tx.commit().await?;
    Ok(changed)
}

/// The advisories that are about any version of any of the components.
pub(crate) async fn matching(env: &Env, components: &[Component]) -> Result<Index> {
    let mut names: HashMap<&str, BTreeSet<String>> = HashMap::new();
    for component in components {
        let name = component.ecosystem.normal_name(&component.name);
        names.entry(component.ecosystem.id()).or_default().insert(name);
    }
    let connection = env.db.reader();
    let mut wanted: BTreeSet<i64> = BTreeSet::new();
    for (ecosystem, names) in names {
        let names: Vec<String> = names.into_iter().collect();
        for some in names.chunks(ASKED) {
            let found: Vec<i64> = about::Entity::find()
                .select_only()
                .column(about::Column::AdvisoryId)
                .filter(about::Column::Ecosystem.eq(ecosystem))
                .filter(about::Column::Package.is_in(some))
                .into_tuple()
                .all(connection)
                .await?;
            wanted.extend(found);
        }
    }
    let wanted: Vec<i64> = wanted.into_iter().collect();
    let mut index = Index::default();
    for some in wanted.chunks(ASKED) {
        let found = rows::Entity::find()
            .filter(rows::Column::Id.is_in(some.iter().copied()))
            .order_by_asc(rows::Column::Name)
            .all(connection)
            .await?;
        for row in found {
            index.insert(serde_json::from_slice(&row.body)?);
        }
    }
    Ok(index)
}
