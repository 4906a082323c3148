//! What the commits depend on: lock files and manifests become components, and
//! those become findings where an advisory holds for them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use base::{Error, Result};
use call::Env;
use dependencies::osv::Level;
use dependencies::{Component, Kind, Manifest, licence, limits};
use git::Oid;
use scanner::{Category, ContextHashes, Language, Severity, Span};

use super::current::Observed;
use super::{Work, cache};
use crate::components::{Dependency, Known, Source, known, matching};

/// The rule of findings about vulnerable dependencies.
pub const RULE: &str = "dependencies/vulnerable";
/// Texts of licences that are read.
const LICENCES: usize = 50;
/// Lock files and manifests that are read.
const MANIFESTS: usize = 5_000;
/// Findings that are made.
const FINDINGS: usize = 5_000;

/// A file that may tell of dependencies.
pub(crate) struct Told {
    /// Which of the scan's depots.
    pub(crate) source: usize,
    /// The path in the result.
    pub(crate) path: String,
    pub(crate) blob: Oid,
    /// `None` for the text of a licence.
    pub(crate) kind: Option<Kind>,
}

/// Whether a path is of interest here, and as what.
pub(crate) fn tells(path: &str) -> Option<Option<Kind>> {
    match Kind::of_path(path) {
        Some(kind) => Some(Some(kind)),
        // Of the code itself, not of what was copied into it.
        None if licence::is_licence_file(path) && path.matches('/').count() <= 2 => Some(None),
        None => None,
    }
}

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Depends {
    pub(crate) dependencies: Vec<Dependency>,
    pub(crate) sources: Vec<Source>,
    /// What advisories there were.
    pub(crate) known: Known,
}

/// The last results: a commit that changes no lock file has the one of the
/// commit before it.
#[derive(Default)]
struct Recent(Mutex<Vec<(Vec<u8>, Arc<Depends>)>>);

const RECENT: usize = 16;

pub(crate) async fn collect(work: &Work, mut told: Vec<Told>) -> Result<Arc<Depends>> {
    if told.is_empty() {
        return Ok(Arc::default());
    }
    work.stage("dependencies", 0, 0).await?;
    let env = work.env();
    told.sort_by(|one, other| one.path.cmp(&other.path));
    let mut counts = (0, 0);
    told.retain(|one| {
        let (count, most) = match one.kind {
            Some(_) => (&mut counts.0, MANIFESTS),
            None => (&mut counts.1, LICENCES),
        };
        *count += 1;
        *count <= most
    });
    let known = known(env).await?;
    let name = name(&told, known.revision);
    let recent = env.memory::<Recent>();
    if let Some(found) = recent.find(&name) {
        return Ok(found);
    }
    let (manifests, sources) = read(work, &told).await?;
    let components = tokio::task::spawn_blocking(move || {
        let views: Vec<(&str, &Manifest)> =
            manifests.iter().map(|(path, manifest)| (path.as_str(), manifest)).collect();
        dependencies::resolve(&views)
    })
    .await
    .map_err(Error::internal)?
    .map_err(|error| Error::invalid("dependencies", error.to_string()))?;
    let dependencies = with_advisories(env, components, known.revision.is_some()).await?;
    let found = Arc::new(Depends { dependencies, sources, known });
    recent.keep(name, &found);
    Ok(found)
}

impl Recent {
    fn find(&self, name: &[u8]) -> Option<Arc<Depends>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.iter().find(|(known, _)| known == name).map(|(_, found)| Arc::clone(found))
    }

    fn keep(&self, name: Vec<u8>, found: &Arc<Depends>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= RECENT {
            known.remove(0);
        }
        known.push((name, Arc::clone(found)));
    }
}

/// Everything that the result depends on.
fn name(told: &[Told], revision: Option<i64>) -> Vec<u8> {
    let mut name = Vec::new();
    name.extend(dependencies::VERSION.to_le_bytes());
    name.extend(revision.unwrap_or(-1).to_le_bytes());
    for one in told {
        name.extend(one.path.as_bytes());
        name.push(0);
        name.extend(one.blob.as_bytes());
    }
    name
}

/// What a file says in the form in which it is kept.
#[derive(serde::Serialize, serde::Deserialize)]
enum Read {
    Manifest(Box<Manifest>),
    Licence(String),
    Error(String),
}

fn key(told: &Told) -> Vec<u8> {
    let way = match told.kind {
        Some(kind) => format!("{kind:?}"),
        None => "licence".to_owned(),
    };
    let version = dependencies::VERSION.to_le_bytes();
    [told.blob.as_bytes(), b"dependencies", &version, way.as_bytes()].concat()
}

async fn read(work: &Work, told: &[Told]) -> Result<(Vec<(String, Manifest)>, Vec<Source>)> {
    let keys: Vec<Vec<u8>> = told.iter().map(key).collect();
    let mut known: HashMap<Vec<u8>, Read> = cache::load_other(work.env(), &keys)
        .await?
        .into_iter()
        .filter_map(|(key, bytes)| Some((key, serde_json::from_slice(&bytes).ok()?)))
        .collect();
    let missing: Vec<(usize, Oid, Option<Kind>, Vec<u8>)> = told
        .iter()
        .zip(&keys)
        .filter(|(_, key)| !known.contains_key(*key))
        .map(|(one, key)| (one.source, one.blob, one.kind, key.clone()))
        .collect();
    let repositories: Vec<git::Repository> =
        work.sources.iter().map(|source| source.repository.clone()).collect();
    let stop = work.stop.clone();
    let made = tokio::task::spawn_blocking(move || -> Result<_> {
        let mut made = Vec::with_capacity(missing.len());
        for (source, blob, kind, key) in missing {
            stop.check()?;
            let Some(repository) = repositories.get(source) else { continue };
            made.push((key, read_one(repository, blob, kind)));
        }
        Ok(made)
    })
    .await
    .map_err(Error::internal)??;
    let mut encoded = Vec::new();
    for (key, (read, certain)) in made {
        if certain {
            encoded.push((key.clone(), serde_json::to_vec(&read)?));
        }
        known.insert(key, read);
    }
    for some in encoded.chunks(100) {
        cache::store(work.env(), some.to_vec()).await?;
    }
    let (mut manifests, mut sources) = (Vec::new(), Vec::new());
    for (one, key) in told.iter().zip(&keys) {
        let mut source = Source {
            path: one.path.clone(),
            kind: one.kind,
            licence: String::new(),
            error: String::new(),
        };
        match known.get(key) {
            Some(Read::Manifest(manifest)) => {
                manifests.push((one.path.clone(), Manifest::clone(manifest)));
            }
            Some(Read::Licence(id)) => source.licence.clone_from(id),
            Some(Read::Error(why)) => source.error.clone_from(why),
            None => "it could not be read".clone_into(&mut source.error),
        }
        sources.push(source);
    }
    Ok((manifests, sources))
}

/// What a blob says, and whether it will always say so.
fn read_one(repository: &git::Repository, blob: Oid, kind: Option<Kind>) -> (Read, bool) {
    let most = if kind.is_some() { limits::FILE } else { limits::LICENCE };
    match (repository.blob(blob, most as u64), kind) {
        (Ok(blob), Some(kind)) => match dependencies::read(kind, &blob.data) {
            Ok(manifest) => (Read::Manifest(Box::new(manifest)), true),
            Err(error) => (Read::Error(error.to_string()), true),
        },
        (Ok(blob), None) => {
            let id = licence::recognise(&blob.data).unwrap_or_default();
            (Read::Licence(id.to_owned()), true)
        }
        (Err(error @ git::Error::TooLarge { .. }), _) => (Read::Error(error.to_string()), true),
        (Err(error), _) => (Read::Error(error.to_string()), false),
    }
}

async fn with_advisories(
    env: &Env,
    components: Vec<Component>,
    any: bool,
) -> Result<Vec<Dependency>> {
    let index = if any { matching(env, &components).await? } else { Default::default() };
    tokio::task::spawn_blocking(move || {
        let one = |component: Component| {
            let vulnerabilities = index.find(&component);
            Dependency { component, vulnerabilities }
        };
        components.into_iter().map(one).collect()
    })
    .await
    .map_err(Error::internal)
}

/// A finding for each advisory that holds for a component.
pub(crate) fn findings(found: &Depends, prefixes: &[String]) -> Vec<Observed> {
    let mut all = Vec::new();
    for one in &found.dependencies {
        for vulnerability in &one.vulnerabilities {
            if all.len() >= FINDINGS {
                return all;
            }
            all.extend(observed(&one.component, vulnerability, prefixes));
        }
    }
    all
}

fn observed(
    component: &Component,
    found: &dependencies::osv::Match,
    prefixes: &[String],
) -> Option<Observed> {
    let (source, path) = prefixes.iter().enumerate().find_map(|(number, prefix)| {
        Some((number, component.path.strip_prefix(prefix.as_str())?.to_owned()))
    })?;
    let severity = match found.level {
        Level::Critical => Severity::Fatal,
        Level::High => Severity::Error,
        Level::Medium | Level::Unknown => Severity::Warning,
        Level::Low => Severity::Info,
    };
    let alias = found.aliases.first().map(|alias| format!(", {alias}")).unwrap_or_default();
    let mut message = format!(
        "{} {} is vulnerable ({}{alias}): {}",
        component.name,
        component.version,
        found.id,
        found.summary.trim_end()
    );
    if !found.fixed.is_empty() {
        if !message.ends_with(['.', '!', '?', '。']) {
            message.push('.');
        }
        message.push_str(&format!(" Fixed in {}.", found.fixed));
    }
    // What it is recognised by, wherever its line goes and whichever version
    // comes next.
    let name = format!("{}/{}", component.ecosystem.id(), component.name);
    let mark = super::sarif::hash(&format!("{name} {}", found.id));
    let known = Language::of_path(&path);
    let finding = scanner::Finding {
        rule: RULE.to_owned(),
        severity,
        category: Category::Security,
        path: component.path.clone(),
        // Only the row's own text is shown; files without a language have none.
        language: known.or_else(|| Language::all().next().map(|spec| spec.language))?,
        span: Span {
            start_line: component.line,
            start_column: 1,
            end_line: component.line,
            end_column: 1,
        },
        message,
        symbol: format!("{name} {}", found.id),
        uncertain: false,
        context: ContextHashes { line: mark, text: mark, around: [0; 6] },
        fingerprint: String::new(),
        flow: Vec::new(),
        fix: None,
    };
    let language = known.map(|language| language.id().to_owned()).unwrap_or_default();
    Some(Observed { finding, source, path, language })
}
