//! A repository on disk: creation, opening, removal, size.

use std::{
    fmt::Write as _,
    fs::{self, File},
    io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    Error, GitCommand, ObjectFormat, Result, error::from_gix, refs::check_ref_name, walk::Marks,
};

/// References below this prefix belong to the server: no client sees them, fetches them by name
/// or pushes to them.
pub const HIDDEN_REFS: &str = "refs/internal/";

/// The settings of every repository we create; the reasons stand beside the groups.
const SETTINGS: &[(&str, &[(&str, &str)])] = &[
    (
        "core",
        &[
            ("filemode", "true"),
            ("bare", "true"),
            // What a push acknowledges is hardened by fsync itself, objects before the references
            // that need them. `batch` is not used: its guarantee is stated for other systems only.
            ("fsync", "committed,loose-object,pack-metadata,reference"),
            ("fsyncMethod", "fsync"),
            ("logAllRefUpdates", "true"),
            // Two pushes to one repository wait for each other instead of failing.
            ("filesRefLockTimeout", "5000"),
            ("packedRefsTimeout", "5000"),
            // Above this size neither deltas nor whole copies in memory.
            ("bigFileThreshold", "32m"),
        ],
    ),
    (
        "receive",
        &[
            ("fsckObjects", "true"),
            ("advertisePushOptions", "true"),
            // A push stays one pack: three fsyncs however many objects it has.
            ("unpackLimit", "1"),
            ("autogc", "false"),
            ("updateServerInfo", "false"),
        ],
    ),
    // Old histories that every forge accepts have these.
    ("receive \"fsck\"", TOLERATED),
    ("fetch \"fsck\"", TOLERATED),
    ("fetch", &[("fsckObjects", "true"), ("unpackLimit", "1")]),
    ("transfer", &[("hideRefs", "refs/internal")]),
    (
        "uploadpack",
        &[
            ("allowFilter", "true"),
            // What protocol v2 does anyway, and what a partial clone needs to get its objects
            // later: whoever may read the repository may read any object in it.
            ("allowAnySHA1InWant", "true"),
        ],
    ),
    ("uploadpackfilter \"sparse:oid\"", &[("allow", "false")]),
    ("repack", &[("writeBitmaps", "true")]),
    (
        "pack",
        &[
            ("writeBitmapHashCache", "true"),
            ("writeBitmapLookupTable", "true"),
            // One file less to harden in a push; housekeeping writes it for the large packs.
            ("writeReverseIndex", "false"),
            ("windowMemory", "256m"),
        ],
    ),
    // Housekeeping is a job of ours, never a surprise inside a push.
    ("gc", &[("auto", "0")]),
    ("maintenance", &[("auto", "false")]),
];

const TOLERATED: &[(&str, &str)] = &[
    ("badTimezone", "ignore"),
    ("missingSpaceBeforeDate", "ignore"),
    ("zeroPaddedFilemode", "ignore"),
];

/// A bare repository. Cheap to clone, usable from any thread; keeps its packs mapped while any
/// clone lives.
#[derive(Clone)]
pub struct Repository {
    path: Arc<Path>,
    shared: Arc<gix::ThreadSafeRepository>,
    /// Where objects are looked for first, when that is not the repository itself.
    objects: Option<Arc<Path>>,
    /// Where walks went by.
    pub(crate) marks: Arc<Marks>,
}

impl std::fmt::Debug for Repository {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Repository").field(&self.path).finish()
    }
}

impl Repository {
    /// As [`Repository::init_as`], with SHA-1.
    ///
    /// # Errors
    /// As [`Repository::init_as`].
    pub fn init(path: &Path, default_branch: &str) -> Result<Repository> {
        Repository::init_as(path, default_branch, ObjectFormat::Sha1)
    }

    /// Creates a bare repository at `path`, whose `HEAD` names `default_branch` (a branch name
    /// such as `main`; it need not exist). The repository appears whole or not at all and is on
    /// disk when this returns.
    ///
    /// # Errors
    /// [`Error::Conflict`] when something is at `path` already, [`Error::Invalid`] for a name Git
    /// would not take, [`Error::Io`].
    pub fn init_as(path: &Path, default_branch: &str, format: ObjectFormat) -> Result<Repository> {
        let head = format!("refs/heads/{default_branch}");
        check_ref_name(&head)?;
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(Error::Invalid(format!("{} cannot be a repository", path.display())));
        };
        if path.exists() {
            return Err(Error::Conflict(format!("{} exists already", path.display())));
        }
        fs::create_dir_all(parent).map_err(Error::at("create", parent))?;
        let mut staging = name.to_owned();
        staging.push(format!(".new-{}", std::process::id()));
        let staging = parent.join(staging);
        let filled = fill(&staging, &head, format).and_then(|()| {
            fs::rename(&staging, path).map_err(Error::at("create", path))?;
            sync(parent)
        });
        if let Err(error) = filled {
            // Whatever is left is ours and unreferenced; the first error is the one to report.
            drop(fs::remove_dir_all(&staging));
            return Err(match error {
                Error::Io { source, .. } if source.kind() == io::ErrorKind::DirectoryNotEmpty => {
                    Error::Conflict(format!("{} exists already", path.display()))
                }
                other => other,
            });
        }
        Repository::open(path)
    }

    /// Opens the bare repository at `path`. Takes about a millisecond; keep the handle, or ask a
    /// [`Pool`](crate::Pool).
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no repository at `path`, [`Error::Repository`] when it
    /// is damaged.
    pub fn open(path: &Path) -> Result<Repository> {
        if !path.join("HEAD").exists() {
            return Err(Error::not_found(format!("repository {}", path.display())));
        }
        let options = gix::open::Options::isolated()
            .open_path_as_is(true)
            .with(gix::sec::Trust::Full)
            // Every push may add a pack until the next repack.
            .object_store_slots(gix::odb::store::init::Slots::AsNeededByDiskState {
                multiplier: 1.5,
                minimum: 512,
            });
        let shared = gix::ThreadSafeRepository::open_opts(path, options).map_err(from_gix)?;
        Ok(Repository {
            path: path.into(),
            shared: Arc::new(shared),
            objects: None,
            marks: Arc::default(),
        })
    }

    /// How its objects are named.
    pub fn format(&self) -> ObjectFormat {
        self.shared.objects.object_hash().into()
    }

    /// Where the repository is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Removes the repository at `path`: it disappears at once, its files a moment later.
    /// Nothing at `path` is fine.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn delete(path: &Path) -> Result<()> {
        let mut doomed = path.as_os_str().to_owned();
        doomed.push(format!(".deleted-{}", std::process::id()));
        let doomed = PathBuf::from(doomed);
        match fs::rename(path, &doomed) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(Error::at("delete", path)(error)),
        }
        if let Some(parent) = path.parent() {
            sync(parent)?;
        }
        fs::remove_dir_all(&doomed).map_err(Error::at("delete", &doomed))
    }

    /// The room the repository takes on disk, in bytes.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn size_on_disk(&self) -> Result<u64> {
        let mut total = 0;
        let mut directories = vec![self.path.to_path_buf()];
        while let Some(directory) = directories.pop() {
            // Files and directories may go away while we look: a push or a repack is at work.
            let Ok(entries) = fs::read_dir(&directory) else { continue };
            for entry in entries.flatten() {
                let Ok(metadata) = entry.metadata() else { continue };
                if metadata.is_dir() {
                    directories.push(entry.path());
                } else {
                    total += metadata.blocks() * 512;
                }
            }
        }
        Ok(total)
    }

    /// A handle of gitoxide for this thread.
    pub(crate) fn local(&self) -> gix::Repository {
        self.shared.to_thread_local()
    }

    /// A git command on this repository.
    pub(crate) fn git(&self, name: &'static str) -> GitCommand {
        let command = GitCommand::new(name).repository(&self.path);
        match &self.objects {
            Some(objects) => command.env("GIT_OBJECT_DIRECTORY", objects.as_os_str()),
            None => command,
        }
    }

    /// The same repository with the objects in `directory`, which borrows from its own, as well.
    pub(crate) fn with_objects(&self, directory: &Path) -> Result<Repository> {
        let options = gix::odb::store::init::Options {
            slots: gix::odb::store::init::Slots::AsNeededByDiskState {
                multiplier: 1.1,
                minimum: 16,
            },
            ..Default::default()
        };
        let store = gix::odb::Store::at_opts(
            directory.to_path_buf(),
            self.format().kind(),
            &mut None.into_iter(),
            options,
        )
        .map_err(Error::at("read", directory))?;
        let mut shared = (*self.shared).clone();
        shared.objects = Arc::new(store);
        Ok(Repository {
            path: Arc::clone(&self.path),
            shared: Arc::new(shared),
            objects: Some(directory.into()),
            marks: Arc::default(),
        })
    }
}

fn fill(path: &Path, head: &str, format: ObjectFormat) -> Result<()> {
    for directory in ["objects/info", "objects/pack", "refs/heads", "refs/tags"] {
        let directory = path.join(directory);
        fs::create_dir_all(&directory).map_err(Error::at("create", &directory))?;
    }
    write(&path.join("config"), &settings(format))?;
    // Written last: a directory without HEAD is no repository.
    write(&path.join("HEAD"), &format!("ref: {head}\n"))?;
    for directory in
        ["objects/info", "objects/pack", "objects", "refs/heads", "refs/tags", "refs", ""]
    {
        sync(&path.join(directory))?;
    }
    Ok(())
}

fn settings(format: ObjectFormat) -> String {
    // Programs that do not know the other format must not touch the repository.
    let mut text = match format {
        ObjectFormat::Sha1 => "[core]\n\trepositoryformatversion = 0\n".to_owned(),
        ObjectFormat::Sha256 => format!(
            "[core]\n\trepositoryformatversion = 1\n[extensions]\n\tobjectFormat = {}\n",
            format.name()
        ),
    };
    for (section, values) in SETTINGS {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "[{section}]");
        for (key, value) in *values {
            let _ = writeln!(text, "\t{key} = {value}");
        }
    }
    text
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).map_err(Error::at("write", path))?;
    sync(path)
}

/// Makes a file's content, or the entries of a directory, durable.
pub(crate) fn sync(path: &Path) -> Result<()> {
    File::open(path).and_then(|file| file.sync_all()).map_err(Error::at("write", path))
}
