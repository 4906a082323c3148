//! Which files a plan wants of commits, and how each is read.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use base::{Error, Result};
use git::{Oid, Repository};
use scanner::{Admission, Engine, Language, Named, SkipReason, Skipped};

use super::cache;
use super::dependencies::{self, Told};
use super::stop::Stop;
use crate::parameters::{Parameters, PathMatcher};
use crate::plan::{Definition, PathFilters};

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
    /// The languages that are asked for; empty for all.
    pub(crate) languages: Vec<String>,
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
    pub(crate) named: Named,
}

/// What was listed last: the next commit costs what differs from it.
#[derive(Default)]
pub(crate) struct Listing(Option<Kept>);

struct Kept {
    rules: Rules,
    /// The commit of each place.
    commits: Vec<Oid>,
    entries: Entries,
}

/// By the path in the result.
type Entries = BTreeMap<String, Entry>;

/// A file of a commit, wanted or not.
struct Entry {
    source: usize,
    blob: Oid,
    tells: Option<Option<::dependencies::Kind>>,
    decision: Decision,
}

/// What becomes of a file.
#[derive(Clone, Copy)]
enum Decision {
    Nothing,
    Skip(SkipReason),
    Analyse(Named),
}

/// What decides about files by their paths.
struct Rules {
    engine: Arc<Engine>,
    languages: Vec<String>,
    filters: [PathFilters; 2],
    /// Where each place is, and its prefix.
    places: Vec<(PathBuf, String)>,
}

impl Rules {
    fn are(&self, other: &Self) -> bool {
        self.engine.ruleset_hash() == other.engine.ruleset_hash()
            && self.engine.analysis_hash() == other.engine.analysis_hash()
            && self.languages == other.languages
            && self.filters == other.filters
            && self.places == other.places
    }
}

impl Listing {
    /// About how many bytes it takes.
    pub(crate) fn bytes(&self) -> usize {
        let of = |path: &String| path.len() + 100;
        self.0.as_ref().map_or(0, |kept| kept.entries.keys().map(of).sum())
    }
}

/// Lists the files of commits; `kept` is what the last call left.
pub(crate) async fn list(
    engine: &Arc<Engine>,
    scope: &Scope<'_>,
    places: Vec<Place>,
    stop: &Stop,
    kept: &mut Listing,
) -> Result<Listed> {
    let definition = scope.definition;
    let parameters = Parameters::parse(&definition.parameters).substitute(|name| {
        let given = scope.variables.iter().chain(&definition.variables);
        match given.into_iter().find(|(key, _)| key == name) {
            Some((_, value)) => Some(value.clone()),
            None => (name.eq_ignore_ascii_case("branch")).then(|| scope.branch.to_owned()),
        }
    });
    let rules = Rules {
        engine: Arc::clone(engine),
        languages: definition.languages.clone(),
        filters: [definition.paths.clone(), parameters.paths()],
        places: places
            .iter()
            .map(|place| (place.repository.path().to_owned(), place.prefix.clone()))
            .collect(),
    };
    let (before, stop) = (std::mem::take(kept).0, stop.clone());
    let (listed, after) = tokio::task::spawn_blocking(move || {
        let now = Sorter::new(&rules, &places, &stop)?.entries(before)?;
        let listed = listed(&rules, &now)?;
        // Names that are no UTF-8 may look alike, and then one stands for several.
        let certain = !now.keys().any(|path| path.contains(char::REPLACEMENT_CHARACTER));
        let commits = places.iter().map(|place| place.commit).collect();
        Ok::<_, Error>((listed, certain.then_some(Kept { rules, commits, entries: now })))
    })
    .await
    .map_err(Error::internal)??;
    kept.0 = after;
    Ok(listed)
}

/// Decides what becomes of files.
struct Sorter<'a> {
    rules: &'a Rules,
    matchers: [PathMatcher; 2],
    places: &'a [Place],
    stop: &'a Stop,
}

impl<'a> Sorter<'a> {
    fn new(rules: &'a Rules, places: &'a [Place], stop: &'a Stop) -> Result<Self> {
        let [own, properties] = &rules.filters;
        let matchers = [PathMatcher::new(own)?, PathMatcher::new(properties)?];
        Ok(Self { rules, matchers, places, stop })
    }

    /// The files of the places, by what is known of what was there before.
    fn entries(&self, before: Option<Kept>) -> Result<Entries> {
        if let Some(before) = before.filter(|before| before.rules.are(self.rules))
            && let Some(now) = self.changed(before)
        {
            return Ok(now);
        }
        let mut entries = Entries::new();
        for (source, Place { repository, commit, .. }) in self.places.iter().enumerate() {
            self.stop.check()?;
            for entry in repository.all_blobs(*commit).map_err(Error::internal)? {
                if entry.mode.is_file() {
                    self.put(&mut entries, source, &entry.path, entry.oid);
                }
            }
        }
        Ok(entries)
    }

    /// The same by what has changed; `None` where that cannot be told.
    fn changed(&self, before: Kept) -> Option<Entries> {
        let mut entries = before.entries;
        for (source, (place, old)) in self.places.iter().zip(before.commits).enumerate() {
            if place.commit == old {
                continue;
            }
            // The old commit may be gone after a forced push.
            let changes = place.repository.diff_trees(Some(old), place.commit, false).ok()?;
            // What goes first: a directory may come where a file was.
            for side in changes.iter().filter_map(|change| change.old.as_ref()) {
                if side.path.contains(char::REPLACEMENT_CHARACTER) {
                    return None;
                }
                entries.remove(&format!("{}{}", place.prefix, side.path));
            }
            for side in changes.into_iter().filter_map(|change| change.new) {
                if side.mode.is_file() {
                    self.put(&mut entries, source, &side.path, side.oid);
                }
            }
        }
        Some(entries)
    }

    fn put(&self, entries: &mut Entries, source: usize, own: &str, blob: Oid) {
        let path = format!("{}{own}", self.places[source].prefix);
        let admitted = || self.matchers.iter().all(|matcher| matcher.admits(own));
        let tells = dependencies::tells(own).filter(|_| admitted());
        let decision = match self.rules.engine.admit(&path) {
            Admission::Unknown => Decision::Nothing,
            Admission::Skip(reason) => Decision::Skip(reason),
            Admission::Analyse(named) if !may_be_wanted(&self.rules.languages, named) => {
                Decision::Nothing
            }
            Admission::Analyse(_) if !admitted() => Decision::Skip(SkipReason::Excluded),
            Admission::Analyse(named) => Decision::Analyse(named),
        };
        // No name has a NUL; what looks alike is counted all the same.
        let mut key = path.clone();
        while entries.contains_key(&key) {
            key.push('\0');
        }
        entries.insert(key, Entry { source, blob, tells, decision });
    }
}

fn listed(rules: &Rules, entries: &Entries) -> Result<Listed> {
    let analysis = hex::decode(rules.engine.analysis_hash()).map_err(Error::internal)?;
    let Listed { mut files, mut wanted, mut left_out, mut told, .. } = Listed::default();
    let mut indexes: HashMap<(Oid, Named), usize> = HashMap::new();
    for (key, entry) in entries {
        let path = key.trim_end_matches('\0');
        let (source, blob) = (entry.source, entry.blob);
        if let Some(kind) = entry.tells {
            told.push(Told { source, path: path.to_owned(), blob, kind });
        }
        match entry.decision {
            Decision::Nothing => {}
            Decision::Skip(reason) => left_out.push(Skipped { path: path.to_owned(), reason }),
            Decision::Analyse(named) => {
                let report = *indexes.entry((blob, named)).or_insert_with(|| {
                    let key = cache::key(blob, &analysis, named);
                    wanted.push(Wanted { key, source, blob, named });
                    wanted.len() - 1
                });
                files.push(File { path: path.to_owned(), blob, report });
            }
        }
    }
    let languages = rules.languages.clone();
    Ok(Listed { files, wanted, left_out, told, languages })
}

/// Whether a language is one of those that are asked for.
pub(crate) fn is_wanted(languages: &[String], language: Language) -> bool {
    // TSX is TypeScript to people.
    let named = |id: &str| languages.iter().any(|wanted| wanted == id);
    languages.is_empty()
        || named(language.id())
        || (language == Language::Tsx && named(Language::TypeScript.id()))
}

/// Whether a file of this name may be of one of the languages that are asked for;
/// all are where none is named.
fn may_be_wanted(languages: &[String], named: Named) -> bool {
    languages.is_empty()
        || languages.iter().filter_map(|id| Language::of_id(id)).any(|wanted| {
            named.may_be(wanted) || (wanted == Language::TypeScript && named.may_be(Language::Tsx))
        })
}
