//! Searching.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use base::{Error, Granted, PageRequest, Read, Result, Timestamp};
use call::Call;
use codesearch::{Found, Hit, Language, Limits, Query, Rank, Reading, Search, Wish};
use depots::{Depot, DepotFilter, DepotId};
use git::Oid;
use projects::Project;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};

use crate::place::{self, Shared};
use crate::results::{FileHit, Results};
use crate::source::{self, Place, Source, within};
use crate::tables::branches;
use crate::update;

/// What is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// The text or regular expression, matched on each line by itself.
    pub text: String,
    /// How it is to be read.
    pub reading: Reading,
    /// Only files in one of these languages; empty for any.
    pub languages: Vec<Language>,
    /// Path patterns, see [`codesearch::Query::paths`].
    pub paths: Vec<String>,
    /// Only files in this directory, or this file; empty for any.
    pub below: String,
}

/// Where is looked.
#[derive(Debug, Clone, Copy)]
pub enum Scope<'a> {
    /// In one depot, on a branch; the default one where none is named.
    Depot(&'a Granted<Depot, Read>, Option<&'a str>),
    /// On the default branches of a project's depots.
    Project(&'a Granted<Project, Read>),
    /// On the default branches of all depots that the caller may read: those of
    /// the projects that he sees, and his team's shared ones.
    Everything,
}

/// The best files that can be reached page by page.
const REACHABLE: usize = 1_000;
/// At most so many depots are searched at a time, those pushed to last.
const MOST_DEPOTS: usize = 5_000;
/// How long a search may take.
const TIME: Duration = Duration::from_secs(4);
/// How long a search may wait for its turn.
const WAIT: Duration = Duration::from_secs(5);
/// How many directories, languages and depots a summary names.
const SUMMARY: usize = 20;
/// A branch counts as wanted anew once it was not for so long.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Finds files and lines.
///
/// # Errors
/// `Invalid` naming `text` or `path` for what cannot be looked for; `NotFound`
/// when the branch does not exist; `Unauthenticated` when nobody is signed in;
/// `Limit` when too many search at the same time.
pub async fn search(
    call: &Call,
    asked: &Asked,
    scope: Scope<'_>,
    page: PageRequest,
) -> Result<Results> {
    let wish = Wish {
        skip: 0,
        lines: 5,
        context: 1,
        symbols_first: true,
        width: 300,
        deadline: within(TIME + TIME),
    };
    let (targets, search) = prepare(call, asked, scope).await?;
    run(call, targets, search, move |ranking, search| ranking.page(search, page, wish)).await
}

/// A depot that is to be searched.
pub(crate) struct Target {
    depot: Depot,
    branch: String,
    /// The commit, where the branch has to be searched as it is now.
    now: Option<(git::Repository, Oid)>,
}

/// What is to be searched and how, once it is known that the caller may.
pub(crate) async fn prepare(
    call: &Call,
    asked: &Asked,
    scope: Scope<'_>,
) -> Result<(Vec<Target>, Search)> {
    let query = Query {
        text: asked.text.clone(),
        reading: asked.reading,
        languages: asked.languages.clone(),
        paths: asked.paths.clone(),
        below: asked.below.clone(),
    };
    let search = Search::new(&query).map_err(|error| match error {
        codesearch::Error::Pattern(why) => Error::invalid("text", format!("cannot be used: {why}")),
        codesearch::Error::Path(why) => Error::invalid("path", format!("cannot be used: {why}")),
        other => Error::internal(other),
    })?;
    let targets = match scope {
        Scope::Depot(depot, branch) => one(call, depot, branch).await?,
        Scope::Project(project) => {
            let filter = DepotFilter { project: Some(project.id), ..DepotFilter::default() };
            many(call, &filter).await?
        }
        Scope::Everything => {
            call.actor.user()?;
            many(call, &DepotFilter { shared_too: true, ..DepotFilter::default() }).await?
        }
    };
    Ok((targets, search))
}

async fn one(
    call: &Call,
    depot: &Granted<Depot, Read>,
    branch: Option<&str>,
) -> Result<Vec<Target>> {
    let repository = depots::repository(&call.env, depot)?;
    let branch = branch.filter(|name| !name.is_empty());
    let name = branch.unwrap_or(&depot.default_branch).to_owned();
    if !git::is_branch_name(&name) {
        return Err(Error::not_found("branch"));
    }
    let (reader, reference) = (repository.clone(), format!("refs/heads/{name}"));
    let commit = tokio::task::spawn_blocking(move || reader.reference(&reference))
        .await
        .map_err(Error::internal)?
        .map_err(Error::internal)?;
    let Some(commit) = commit else {
        // A depot without a commit has nothing to find; one that has must have
        // the branch that was named.
        return if branch.is_none() { Ok(Vec::new()) } else { Err(Error::not_found("branch")) };
    };
    if name != depot.default_branch {
        want(call, depot.id, &name).await?;
    }
    Ok(vec![Target { depot: (**depot).clone(), branch: name, now: Some((repository, commit)) }])
}

/// Writes down that a branch is searched, at most once a day.
async fn want(call: &Call, depot: DepotId, branch: &str) -> Result<()> {
    let now = call.clock.now();
    let known = branches::Entity::find()
        .filter(branches::Column::DepotId.eq(depot))
        .filter(branches::Column::Branch.eq(branch))
        .one(call.db.reader())
        .await?;
    if known.is_some_and(|row| row.wanted_at > now.before(DAY)) {
        return Ok(());
    }
    let row = branches::ActiveModel {
        id: NotSet,
        depot_id: Set(depot),
        branch: Set(branch.to_owned()),
        wanted_at: Set(now),
    };
    let tx = call.db.begin().await?;
    branches::Entity::insert(row)
        .on_conflict(
            OnConflict::columns([branches::Column::DepotId, branches::Column::Branch])
                .update_column(branches::Column::WantedAt)
                .to_owned(),
        )
        .exec_without_returning(&*tx)
        .await?;
    tx.commit().await
}

/// The depots that the caller sees, those pushed to last first.
async fn many(call: &Call, filter: &DepotFilter) -> Result<Vec<Target>> {
    let mut found: Vec<Depot> = Vec::new();
    let mut page = PageRequest::first(PageRequest::MAX_SIZE);
    loop {
        let depots = depots::list(call, filter, page).await?;
        let next = depots.has_next();
        found.extend(depots.items);
        if !next {
            break;
        }
        page = PageRequest::offset(page.skip() + page.size(), page.size());
    }
    found.retain(|depot| depot.last_push_at.is_some());
    found.sort_by_key(|depot| std::cmp::Reverse(depot.last_push_at.map(Timestamp::millis)));
    found.truncate(MOST_DEPOTS);
    Ok(found
        .into_iter()
        .map(|depot| Target { branch: depot.default_branch.clone(), depot, now: None })
        .collect())
}

/// A file that was found, before it is shown.
pub(crate) struct Ranked {
    pub(crate) target: usize,
    pub(crate) place: Place,
    pub(crate) hit: Hit,
}

/// What a search found in all its targets.
pub(crate) struct Ranking {
    pub(crate) targets: Vec<Target>,
    sources: HashMap<usize, Source>,
    pub(crate) hits: Vec<Ranked>,
    pub(crate) total: Found,
    files_of: Vec<(usize, u64)>,
    searched: u64,
    pending: u64,
    /// Targets whose index has to be brought up to date.
    stale: Vec<usize>,
    started: Instant,
}

/// Runs a search on a thread that may block, and has `finish` make the answer
/// there. Indexes that turn out to be old or damaged are brought up to date.
pub(crate) async fn run<T: Send + 'static>(
    call: &Call,
    targets: Vec<Target>,
    search: Search,
    finish: impl FnOnce(&Ranking, &Search) -> Result<T> + Send + 'static,
) -> Result<T> {
    let shared = call.env.memory::<Shared>();
    let turn = tokio::time::timeout(WAIT, shared.turns.acquire())
        .await
        .map_err(|_| Error::Limit {
            why: "too many searches run at the same time".into(),
            retry_after: Some(WAIT),
        })?
        .map_err(Error::internal)?;
    let env = call.env.clone();
    let (answer, stale) = tokio::task::spawn_blocking(move || {
        let limits = Limits { deadline: within(TIME), files: REACHABLE };
        let shared = env.memory::<Shared>();
        let ranking = Ranking::make(targets, &search, limits, |target| {
            let index = place::index(&env, target.depot.id);
            match &target.now {
                Some((repository, commit)) => {
                    source::of_commit(&shared.cache, &index, repository, &target.branch, *commit)
                        .map(|opened| (Some(opened.source), opened.stale))
                }
                None => match source::as_indexed(&shared.cache, &index, &target.branch) {
                    Ok(source) => {
                        let stale = source.is_none();
                        Ok((source, stale))
                    }
                    // One damaged index must not hide what the others hold.
                    Err(error) => {
                        tracing::warn!(depot = target.depot.id.0, %error, "an index is damaged");
                        Ok((None, true))
                    }
                },
            }
        })?;
        let answer = finish(&ranking, &search)?;
        let stale = ranking.stale.iter().map(|at| ranking.targets[*at].depot.clone());
        Ok::<_, Error>((answer, stale.collect::<Vec<_>>()))
    })
    .await
    .map_err(Error::internal)??;
    drop(turn);
    if !stale.is_empty() {
        let tx = call.db.begin().await?;
        for depot in &stale {
            update::enqueue(&call.env, &tx, depot).await?;
        }
        tx.commit().await?;
    }
    Ok(answer)
}

impl Ranking {
    fn make(
        targets: Vec<Target>,
        search: &Search,
        limits: Limits,
        open: impl Fn(&Target) -> Result<(Option<Source>, bool)>,
    ) -> Result<Self> {
        let mut ranking = Self {
            targets,
            sources: HashMap::new(),
            hits: Vec::new(),
            total: Found::default(),
            files_of: Vec::new(),
            searched: 0,
            pending: 0,
            stale: Vec::new(),
            started: Instant::now(),
        };
        for at in 0..ranking.targets.len() {
            if Instant::now() >= limits.deadline {
                ranking.total.incomplete = true;
                break;
            }
            let target = &ranking.targets[at];
            let (source, stale) = open(target)?;
            if stale {
                ranking.stale.push(at);
            }
            let Some(source) = source else {
                ranking.pending += 1;
                continue;
            };
            match source.run(search, limits) {
                Ok((found, hits)) => ranking.take(at, source, found, hits),
                Err(error) => {
                    // Reading showed what opening did not.
                    tracing::warn!(depot = target.depot.id.0, %error, "an index is damaged");
                    ranking.pending += 1;
                    ranking.stale.push(at);
                }
            }
        }
        ranking.settle();
        ranking.files_of.sort_by_key(|(at, count)| (std::cmp::Reverse(*count), *at));
        Ok(ranking)
    }

    fn take(&mut self, at: usize, source: Source, found: Found, hits: Vec<(Place, Hit)>) {
        self.searched += 1;
        self.total.files += found.files;
        self.total.lines += found.lines;
        self.total.too_large += found.too_large;
        self.total.incomplete |= found.incomplete;
        for (language, count) in found.languages {
            *self.total.languages.entry(language).or_default() += count;
        }
        for (directory, count) in found.directories {
            *self.total.directories.entry(directory).or_default() += count;
        }
        if found.files == 0 {
            return;
        }
        self.files_of.push((at, found.files));
        self.sources.insert(at, source);
        self.hits.extend(hits.into_iter().map(|(place, hit)| Ranked { target: at, place, hit }));
        if self.hits.len() > 4 * REACHABLE {
            self.settle();
        }
    }

    /// Puts the best first and forgets what nobody can reach.
    fn settle(&mut self) {
        let order = |ranked: &Ranked| {
            let rank: Rank = ranked.hit.rank;
            (std::cmp::Reverse(rank), ranked.hit.lines == 0, ranked.target)
        };
        // Stable: within a target the order by path stays.
        self.hits.sort_by_key(order);
        self.hits.truncate(REACHABLE);
        let used: std::collections::HashSet<usize> =
            self.hits.iter().map(|ranked| ranked.target).collect();
        self.sources.retain(|at, _| used.contains(at));
    }

    /// A file as it is shown.
    pub(crate) fn show(&self, ranked: &Ranked, search: &Search, wish: Wish) -> Result<FileHit> {
        let source = self
            .sources
            .get(&ranked.target)
            .ok_or_else(|| Error::internal("a hit without its source"))?;
        let target = &self.targets[ranked.target];
        let shown = source.show(search, ranked.place, wish).map_err(|error| {
            tracing::warn!(depot = target.depot.id.0, %error, "an index is damaged");
            Error::unavailable("the index is being repaired; try again")
        })?;
        Ok(FileHit {
            depot: target.depot.clone(),
            branch: target.branch.clone(),
            commit: source.commit().to_owned(),
            path: source.path(ranked.place).to_owned(),
            language: source.language(ranked.place),
            rank: ranked.hit.rank,
            shown,
            lines: ranked.hit.lines,
        })
    }

    fn page(&self, search: &Search, page: PageRequest, wish: Wish) -> Result<Results> {
        let skip = usize::try_from(page.skip()).unwrap_or(usize::MAX);
        let size = usize::try_from(page.size()).unwrap_or(usize::MAX);
        let hits = self.hits.iter().skip(skip).take(size);
        let hits = hits.map(|ranked| self.show(ranked, search, wish)).collect::<Result<_>>()?;
        let mut languages: Vec<_> =
            self.total.languages.iter().map(|(it, count)| (*it, *count)).collect();
        languages.sort_by_key(|(language, count)| (std::cmp::Reverse(*count), language.id()));
        let mut directories: Vec<(String, u64)> = Vec::new();
        if self.targets.len() == 1 {
            directories
                .extend(self.total.directories.iter().map(|(it, count)| (it.clone(), *count)));
            directories.sort_by(|(one, more), (two, less)| (less, one).cmp(&(more, two)));
            directories.truncate(SUMMARY);
        }
        let depots = self.files_of.iter().take(SUMMARY);
        Ok(Results {
            hits,
            files: self.total.files,
            lines: self.total.lines,
            reachable: self.hits.len() as u64,
            languages,
            directories,
            depots: depots.map(|(at, count)| (self.targets[*at].depot.clone(), *count)).collect(),
            searched: self.searched,
            pending: self.pending,
            incomplete: self.total.incomplete,
            too_large: u64::from(self.total.too_large),
            took: self.started.elapsed(),
            page,
        })
    }
}
