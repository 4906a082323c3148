//! Which files a plan wants of commits, and how each is read.

use std::collections::HashMap;
use std::sync::Arc;

use base::{Error, Result};
use git::{Oid, Repository};
use scanner::{Admission, Engine, Language, SkipReason, Skipped};

use super::cache;
use super::dependencies::{self, Told};
use super::stop::Stop;
use crate::parameters::{Parameters, PathMatcher};
use crate::plan::Definition;

/// What decides which files are wanted.
pub(crate) struct Scope<'a> {
    pub(crate) definition: &'a Definition,
    /// A scan's own, beside the plan's.
    pub(crate) variables: &'a [(String, String)],
    /// What `branch` stands for in properties.
    pub(crate) branch: &'a str,
}

/// A commit of a depot.
pub(crate) struct Place {
    pub(crate) repository: Repository,
    pub(crate) commit: Oid,
    /// What its paths begin with in the result.
    pub(crate) prefix: String,
}

/// Which files there are, which different blobs they are, and what is left out.
#[derive(Default)]
pub(crate) struct Listed {
    pub(crate) files: Vec<File>,
    pub(crate) wanted: Vec<Wanted>,
    pub(crate) left_out: Vec<Skipped>,
    pub(crate) told: Vec<Told>,
}

/// A file of a commit.
pub(crate) struct File {
    /// The path in the result.
    pub(crate) path: String,
    pub(crate) blob: Oid,
    /// Which of the wanted reports is its own.
    pub(crate) report: usize,
}

/// A blob whose report is wanted.
pub(crate) struct Wanted {
    /// See [`cache::key`].
    pub(crate) key: Vec<u8>,
    /// Which of the places has it.
    pub(crate) source: usize,
    pub(crate) blob: Oid,
    pub(crate) language: Language,
    /// A header may be of either language, by what it holds.
    pub(crate) header: bool,
}

pub(crate) async fn list(
    engine: &Arc<Engine>,
    scope: &Scope<'_>,
    places: Vec<Place>,
    stop: &Stop,
) -> Result<Listed> {
    let definition = scope.definition;
    let parameters = Parameters::parse(&definition.parameters).substitute(|name| {
        let given = scope.variables.iter().chain(&definition.variables);
        match given.into_iter().find(|(key, _)| key == name) {
            Some((_, value)) => Some(value.clone()),
            None => (name.eq_ignore_ascii_case("branch")).then(|| scope.branch.to_owned()),
        }
    });
    let matchers = [PathMatcher::new(&definition.paths)?, PathMatcher::new(&parameters.paths())?];
    let languages = definition.languages.clone();
    let (engine, stop) = (Arc::clone(engine), stop.clone());
    tokio::task::spawn_blocking(move || {
        let analysis = hex::decode(engine.analysis_hash()).map_err(Error::internal)?;
        let Listed { mut files, mut wanted, mut left_out, mut told } = Listed::default();
        let mut indexes: HashMap<Vec<u8>, usize> = HashMap::new();
        for (number, Place { repository, commit, prefix }) in places.iter().enumerate() {
            stop.check()?;
            for entry in repository.all_blobs(*commit).map_err(Error::internal)? {
                if !entry.mode.is_file() {
                    continue;
                }
                let path = format!("{prefix}{}", entry.path);
                if let Some(kind) = dependencies::tells(&entry.path)
                    && matchers.iter().all(|matcher| matcher.admits(&entry.path))
                {
                    told.push(Told { source: number, path: path.clone(), blob: entry.oid, kind });
                }
                let header = path.ends_with(".h");
                let language = match engine.admit(&path) {
                    Admission::Unknown => continue,
                    Admission::Skip(reason) => {
                        left_out.push(Skipped { path, reason });
                        continue;
                    }
                    Admission::Analyse(language) => language,
                };
                if !is_wanted(&languages, language, header) {
                    continue;
                }
                if !matchers.iter().all(|matcher| matcher.admits(&entry.path)) {
                    left_out.push(Skipped { path, reason: SkipReason::Excluded });
                    continue;
                }
                let key = cache::key(entry.oid, &analysis, language, header);
                let report = *indexes.entry(key.clone()).or_insert_with(|| {
                    let blob = entry.oid;
                    wanted.push(Wanted { key, source: number, blob, language, header });
                    wanted.len() - 1
                });
                files.push(File { path, blob: entry.oid, report });
            }
        }
        Ok(Listed { files, wanted, left_out, told })
    })
    .await
    .map_err(Error::internal)?
}

/// Whether a plan's choice of languages includes one. A header may turn out to
/// be of either language; TSX is TypeScript to people.
fn is_wanted(languages: &[String], language: Language, header: bool) -> bool {
    languages.is_empty()
        || languages.iter().any(|wanted| {
            wanted == language.id()
                || (header && wanted == Language::Cpp.id())
                || (language == Language::Tsx && wanted == Language::TypeScript.id())
        })
}
