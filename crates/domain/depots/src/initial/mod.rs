//! What the first commit of a new depot holds.

mod ignores;
mod licences;
mod templates;

use base::{AtLeast, Error, Granted, Read, Result, Right};
use call::Call;
use git::{CommitDraft, FileEdit, Mode, Oid, RefEdit, Repository, Signature};

pub use ignores::Ignore;
pub use licences::Licence;
pub use templates::Template;

use crate::{Depot, read};

/// What the first commit of a new depot holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum InitialFiles {
    /// There is no first commit.
    #[default]
    None,
    /// A `README.md` with name and description.
    Readme,
    /// What was chosen; where that is nothing, there is no first commit.
    Chosen(Chosen),
    /// A project that builds and runs, with a `README.md` and a `.gitignore`.
    Template {
        /// Which.
        template: Template,
        /// A `LICENSE` besides.
        licence: Option<Licence>,
    },
    /// The files of another depot.
    Copied(Copied),
}

/// Files that are chosen one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Chosen {
    /// A `README.md` with name and description.
    pub readme: bool,
    /// A `LICENSE`.
    pub licence: Option<Licence>,
    /// A `.gitignore`.
    pub ignore: Option<Ignore>,
}

/// The files of a depot's default branch; see [`copied`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied(Vec<FileEdit>);

/// A file that comes with the program, by its path.
type Given = (&'static str, &'static str);

/// A depot that serves as a template has at most so many files.
const MOST_FILES: usize = 2_000;
/// They have at most so many bytes.
const MOST_BYTES: u64 = 50 * 1024 * 1024;

/// The files of the default branch of `depot`, without its history; submodules
/// are left out.
///
/// # Errors
/// `NotFound` when it is empty; `Limit` above 2000 files or 50 MiB.
pub async fn copied<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
) -> Result<InitialFiles> {
    let files = read::read(call, depot, |repository, cancel| {
        let commit = read::resolve(repository, "")?;
        let blobs = repository.all_blobs(commit)?;
        if blobs.len() > MOST_FILES {
            return Ok(None);
        }
        let mut left = MOST_BYTES;
        let mut files = Vec::with_capacity(blobs.len());
        for blob in blobs {
            cancel.check()?;
            let data = repository.blob(blob.oid, left)?.data;
            left -= data.len() as u64;
            files.push(FileEdit::Write { path: blob.path, data, mode: blob.mode });
        }
        Ok(Some(files))
    })
    .await?;
    let files = files.ok_or_else(|| Error::limit("a template has at most 2000 files"))?;
    Ok(InitialFiles::Copied(Copied(files)))
}

impl InitialFiles {
    /// The files for `depot`; none where there is to be no first commit.
    fn edits(self, depot: &Depot, author: &Signature) -> Vec<FileEdit> {
        let chosen = match self {
            Self::None => Chosen::default(),
            Self::Readme => Chosen { readme: true, ..Chosen::default() },
            Self::Chosen(chosen) => chosen,
            Self::Template { template, licence } => {
                let files = template.files().into_iter().chain(licence.map(licence_file));
                return files.map(|(path, text)| file(path, text, depot, author)).collect();
            }
            Self::Copied(Copied(files)) => return files,
        };
        let readme = chosen.readme.then_some(("README.md", README));
        let licence = chosen.licence.map(licence_file);
        let ignore = chosen.ignore.map(|ignore| (".gitignore", ignore.text()));
        let files = [readme, licence, ignore].into_iter().flatten();
        files.map(|(path, text)| file(path, text, depot, author)).collect()
    }
}

fn licence_file(licence: Licence) -> Given {
    ("LICENSE", licence.text())
}

const README: &str = "# {{name}}\n\n{{description}}\n";

/// A file with what is known of the depot filled in.
fn file(path: &str, text: &str, depot: &Depot, author: &Signature) -> FileEdit {
    let described = match depot.description.trim() {
        "" => text.replace("{{description}}\n\n", "").replace("\n{{description}}\n", ""),
        description => text.replace("{{description}}", description),
    };
    let year = jiff::Timestamp::from_second(author.seconds).unwrap_or_default();
    let year = year.to_zoned(jiff::tz::TimeZone::UTC).year().to_string();
    let text = described
        .replace("{{name}}", &depot.name)
        .replace("{{year}}", &year)
        .replace("{{holder}}", &author.name);
    let mode = if text.starts_with("#!") { Mode::Executable } else { Mode::File };
    FileEdit::Write { path: path.to_owned(), data: text.into_bytes(), mode }
}

/// Makes the first commit, if there is to be one. Blocks.
pub(crate) fn commit(
    repository: &Repository,
    depot: &Depot,
    author: &Signature,
    files: InitialFiles,
) -> git::Result<Option<Oid>> {
    let edits = files.edits(depot, author);
    if edits.is_empty() {
        return Ok(None);
    }
    let mut draft = repository.draft();
    let tree = draft.tree(None, &edits)?;
    let message = "Initial commit";
    let commit =
        draft.commit(&CommitDraft { tree, parents: &[], author, committer: author, message })?;
    draft.keep()?;
    let name = format!("refs/heads/{}", depot.default_branch);
    let edit = RefEdit { name, old: Some(Oid::ZERO), new: commit };
    repository.edit_refs(&[edit], author, "commit (initial): Initial commit")?;
    Ok(Some(commit))
}
