//! Creating, moving and deleting references in this process, as git's own files are written.
//!
//! The protocol is git's: `NAME.lock` is made exclusively, the present value is read while it is
//! held (from `NAME`, else from `packed-refs`), the new value is written into it, and it is renamed
//! into place. What is deleted leaves `packed-refs` first, then its own file goes, both under their
//! locks. Every git process that changes references keeps to it, so these changes and theirs
//! exclude each other.

use std::{
    collections::HashSet,
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use gix::objs::Kind;

use crate::{
    Error, Oid, RefEdit, Repository, Result,
    packed_refs::PackedEdit,
    refs::{check_ref_name, clean_identity},
    repository::sync,
};

/// How long is waited for somebody else's lock; `core.filesRefLockTimeout` of our repositories.
const PATIENCE: Duration = Duration::from_secs(5);

/// Who changes a reference and why, for the reflog.
pub(crate) struct Reason<'a> {
    pub(crate) name: &'a str,
    pub(crate) mail: &'a str,
    /// `None`: now, in UTC.
    pub(crate) time: Option<(i64, i32)>,
    pub(crate) text: &'a str,
}

/// A reference whose lock is held and whose present value is the expected one.
struct Locked<'e> {
    edit: &'e RefEdit,
    lock: PathBuf,
    path: PathBuf,
    before: Option<Oid>,
    /// The directories whose entries change.
    directories: Vec<PathBuf>,
    done: bool,
}

impl Drop for Locked<'_> {
    fn drop(&mut self) {
        if !self.done {
            drop(fs::remove_file(&self.lock));
        }
    }
}

impl Repository {
    /// Creates, moves or deletes references, all or none. The objects must be in the repository. On
    /// disk when this returns.
    ///
    /// # Errors
    /// [`Error::Conflict`] when a reference is not what was expected or its name excludes another,
    /// or for one that is symbolic or broken; [`Error::Invalid`] for a name or an object that it
    /// cannot have.
    pub(crate) fn change_refs(&self, edits: &[RefEdit], reason: &Reason<'_>) -> Result<()> {
        let repo = self.local();
        let mut order: Vec<&RefEdit> = edits.iter().collect();
        // Two that want the same locks must not wait for each other.
        order.sort_by(|a, b| a.name.cmp(&b.name));
        if let Some(pair) = order.windows(2).find(|pair| pair[0].name == pair[1].name) {
            return Err(Error::Conflict(format!("multiple updates for ref '{}'", pair[0].name)));
        }
        let mut gone: Vec<Locked<'_>> = Vec::new();
        let mut moved = Vec::with_capacity(order.len());
        for edit in order {
            if edit.new.is_zero() {
                gone.push(self.lock(&repo, edit)?);
            } else {
                check_value(&repo, edit)?;
                moved.push(self.lock(&repo, edit)?);
            }
        }
        let packed = match &gone[..] {
            [] => None,
            gone => {
                let names: HashSet<&str> = gone.iter().map(|it| it.edit.name.as_str()).collect();
                Some(self.without_packed(&names)?)
            }
        };
        let head = fs::read_to_string(self.path().join("HEAD")).unwrap_or_default();
        let head = head.strip_prefix("ref: ").map(str::trim_end);
        let mut directories: Vec<PathBuf> = Vec::new();
        for mut locked in moved {
            if locked.path.is_dir() {
                // Left behind by references that are gone.
                remove_empty(&locked.path);
            }
            fs::rename(&locked.lock, &locked.path).map_err(|error| {
                if locked.path.is_dir() {
                    let name = &locked.edit.name;
                    Error::Conflict(format!("there are references below '{name}'"))
                } else {
                    Error::at("write", &locked.path)(error)
                }
            })?;
            locked.done = true;
            self.write_reflog(locked.edit, locked.before, reason, head)?;
            directories.append(&mut locked.directories);
        }
        if let Some(packed) = packed {
            self.remove(gone, packed, reason, head, &mut directories)?;
        }
        directories.sort_unstable();
        directories.dedup();
        directories.iter().try_for_each(|directory| match sync(directory) {
            // An emptied directory is removed with its last reference.
            Err(Error::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        })
    }

    /// The end of deletions whose locks are held, in the order that git has: a reference without a
    /// log is less bad than a log without a reference, and who dies in between leaves the newer
    /// value.
    fn remove(
        &self,
        gone: Vec<Locked<'_>>,
        mut packed: PackedEdit,
        reason: &Reason<'_>,
        head: Option<&str>,
        directories: &mut Vec<PathBuf>,
    ) -> Result<()> {
        for locked in &gone {
            let name = &locked.edit.name;
            drop(fs::remove_file(self.path().join("logs").join(name)));
            if head == Some(name.as_str()) {
                let line = self.log_line(locked.edit, locked.before, reason);
                append(&self.path().join("logs/HEAD"), &line)?;
            }
        }
        if packed.commit()? {
            directories.push(self.path().to_path_buf());
        }
        for mut locked in gone {
            match fs::remove_file(&locked.path) {
                Err(error)
                    if !matches!(
                        error.kind(),
                        io::ErrorKind::NotFound
                            | io::ErrorKind::IsADirectory
                            | io::ErrorKind::NotADirectory
                    ) && !locked.path.is_dir() =>
                {
                    return Err(Error::at("delete", &locked.path)(error));
                }
                _ => {}
            }
            directories.append(&mut locked.directories);
            let (name, path) = (locked.edit.name.as_str(), locked.path.clone());
            drop(locked);
            self.remove_empty_parents(&path, name);
            self.remove_empty_parents(&self.path().join("logs").join(name), name);
        }
        Ok(())
    }

    /// Removes the directories of a reference that are empty now, but for `refs/heads` and its
    /// like.
    pub(crate) fn remove_empty_parents(&self, path: &Path, name: &str) {
        let depth = name.matches('/').count().saturating_sub(2);
        for directory in path.ancestors().skip(1).take(depth) {
            if fs::remove_dir(directory).is_err() {
                return;
            }
        }
    }

    fn lock<'e>(&self, repo: &gix::Repository, edit: &'e RefEdit) -> Result<Locked<'e>> {
        check_ref_name(&edit.name)?;
        let path = self.path().join(&edit.name);
        let lock = self.path().join(format!("{}.lock", edit.name));
        let (mut file, directories) = self.create_lock(&lock, &edit.name)?;
        let mut locked = Locked { edit, lock, path, before: None, directories, done: false };
        locked.before = self.value(&locked.path, &edit.name)?;
        let before = locked.before.unwrap_or(Oid::ZERO);
        if let Some(old) = edit.old
            && old != before
        {
            return Err(Error::Conflict(match (old.is_zero(), before.is_zero()) {
                (true, _) => {
                    format!("cannot lock ref '{}': reference already exists", edit.name)
                }
                (_, true) => {
                    format!("cannot lock ref '{}': unable to resolve reference", edit.name)
                }
                _ => format!("cannot lock ref '{}': is at {before} but expected {old}", edit.name),
            }));
        }
        if edit.new.is_zero() {
            return Ok(locked);
        }
        if locked.before.is_none() {
            self.check_available(repo, &edit.name)?;
        }
        let write = |file: &mut File| {
            file.write_all(format!("{}\n", edit.new).as_bytes())?;
            file.sync_data()
        };
        write(&mut file).map_err(Error::at("write", &locked.lock))?;
        Ok(locked)
    }

    /// Makes the lock, with the directories above it; also those that have to be hardened.
    pub(crate) fn create_lock(&self, lock: &Path, name: &str) -> Result<(File, Vec<PathBuf>)> {
        let until = Instant::now() + PATIENCE;
        let mut pause = Duration::from_millis(1);
        let mut made = Vec::new();
        loop {
            match OpenOptions::new().write(true).create_new(true).open(lock) {
                Ok(file) => {
                    made.extend(lock.parent().map(Path::to_path_buf));
                    return Ok((file, made));
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    // Whoever removes the last reference of a directory removes that, too.
                    self.create_directories(lock, &mut made)?;
                    if Instant::now() < until {
                        continue;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
                    return Err(Error::Conflict(format!(
                        "cannot lock ref '{name}': a part of its name exists; cannot create"
                    )));
                }
                Err(error) if error.kind() == io::ErrorKind::InvalidFilename => {
                    return Err(Error::Invalid("the name of a ref is too long".to_owned()));
                }
                Err(error) => return Err(Error::at("lock", lock)(error)),
            }
            if Instant::now() >= until {
                return Err(Error::Conflict(format!(
                    "cannot lock ref '{name}': another process holds it"
                )));
            }
            thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(10));
        }
    }

    fn create_directories(&self, lock: &Path, made: &mut Vec<PathBuf>) -> Result<()> {
        let missing: Vec<&Path> = lock
            .ancestors()
            .skip(1)
            .take_while(|directory| *directory != self.path() && !directory.is_dir())
            .collect();
        for directory in missing.into_iter().rev() {
            match fs::create_dir(directory) {
                Ok(()) => made.extend(directory.parent().map(Path::to_path_buf)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    if directory.is_file() {
                        let name = directory.strip_prefix(self.path()).unwrap_or(directory);
                        return Err(Error::Conflict(format!(
                            "'{}' exists; cannot create what is below it",
                            name.display()
                        )));
                    }
                }
                // Removed again meanwhile; the next round tries again.
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::NotADirectory => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::InvalidFilename => {
                    return Err(Error::Invalid("the name of a ref is too long".to_owned()));
                }
                Err(error) => return Err(Error::at("create", directory)(error)),
            }
        }
        Ok(())
    }

    /// What the reference names now. The packed ones are read anew each time: what was cached may
    /// be older than the lock.
    pub(crate) fn value(&self, path: &Path, name: &str) -> Result<Option<Oid>> {
        match fs::read(path) {
            Ok(text) => {
                let hex = text.strip_suffix(b"\n").unwrap_or(&text);
                return Oid::from_hex(hex).map(Some).map_err(|_| {
                    Error::Conflict(format!("'{name}' is a symbolic or a broken reference"))
                });
            }
            Err(error) => match error.kind() {
                io::ErrorKind::NotFound
                | io::ErrorKind::IsADirectory
                | io::ErrorKind::NotADirectory
                | io::ErrorKind::InvalidFilename => {}
                _ => return Err(Error::at("read", path)(error)),
            },
        }
        let Some(packed) = self.packed_refs()? else { return Ok(None) };
        packed_value(&packed, name)
    }

    fn packed_refs(&self) -> Result<Option<gix::refs::packed::Buffer>> {
        let path = self.path().join("packed-refs");
        if !path.exists() {
            return Ok(None);
        }
        let opened = gix::refs::packed::Buffer::open(path, 32 * 1024, self.format().kind());
        opened.map(Some).map_err(crate::error::from_gix)
    }

    /// No reference may be a directory of another.
    fn check_available(&self, repo: &gix::Repository, name: &str) -> Result<()> {
        let packed = self.packed_refs()?;
        for (slash, _) in name.match_indices('/').skip(1) {
            let above = &name[..slash];
            let exists = self.path().join(above).is_file()
                || packed
                    .as_ref()
                    .map_or(Ok(None), |packed| packed_value(packed, above))?
                    .is_some();
            if exists {
                return Err(Error::Conflict(format!(
                    "cannot lock ref '{name}': '{above}' exists; cannot create '{name}'"
                )));
            }
        }
        let below = format!("{name}/");
        let platform = repo.references().map_err(crate::error::from_gix)?;
        let mut below = platform.prefixed(below.as_str()).map_err(crate::error::from_gix)?;
        if let Some(Ok(other)) = below.next() {
            let other = other.name().as_bstr().to_string();
            return Err(Error::Conflict(format!(
                "cannot lock ref '{name}': '{other}' exists; cannot create '{name}'"
            )));
        }
        Ok(())
    }

    /// Adds to the reflog of the reference, and to that of `HEAD` when it stands on it.
    fn write_reflog(
        &self,
        edit: &RefEdit,
        before: Option<Oid>,
        reason: &Reason<'_>,
        head: Option<&str>,
    ) -> Result<()> {
        let logged = ["refs/heads/", "refs/remotes/", "refs/notes/"];
        let line = self.log_line(edit, before, reason);
        let path = self.path().join("logs").join(&edit.name);
        if path.is_file() || logged.iter().any(|prefix| edit.name.starts_with(prefix)) {
            append(&path, &line)?;
        }
        if head == Some(edit.name.as_str()) {
            append(&self.path().join("logs/HEAD"), &line)?;
        }
        Ok(())
    }

    /// A line of a reflog.
    fn log_line(&self, edit: &RefEdit, before: Option<Oid>, reason: &Reason<'_>) -> String {
        let (seconds, minutes) = reason.time.unwrap_or_else(|| {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            (i64::try_from(now.as_secs()).unwrap_or_default(), 0)
        });
        let sign = if minutes < 0 { '-' } else { '+' };
        format!(
            "{} {} {} <{}> {seconds} {sign}{:02}{:02}\t{}\n",
            self.format().hex(before.unwrap_or(Oid::ZERO)),
            self.format().hex(edit.new),
            clean_identity(reason.name),
            clean_identity(reason.mail),
            minutes.abs() / 60,
            minutes.abs() % 60,
            reason.text.split_whitespace().collect::<Vec<_>>().join(" "),
        )
    }
}

/// What the packed reference of exactly this name names.
fn packed_value(packed: &gix::refs::packed::Buffer, name: &str) -> Result<Option<Oid>> {
    let found = packed.try_find(name).map_err(crate::error::from_gix)?;
    Ok(found.filter(|found| found.name.as_bstr() == name).map(|found| found.target().into()))
}

/// The object has to be there, and a branch has to be a commit.
fn check_value(repo: &gix::Repository, edit: &RefEdit) -> Result<()> {
    let header = match edit.new.within(repo) {
        Some(id) => repo.try_find_header(id).map_err(crate::error::from_gix)?,
        None => None,
    };
    match header.map(|header| header.kind()) {
        None => Err(Error::Invalid(format!(
            "trying to write ref '{}' with nonexistent object {}",
            edit.name, edit.new
        ))),
        Some(kind) if kind != Kind::Commit && edit.name.starts_with("refs/heads/") => {
            Err(Error::Invalid(format!(
                "trying to write non-commit object {} to branch '{}'",
                edit.new, edit.name
            )))
        }
        Some(_) => Ok(()),
    }
}

/// Logs are for people and for recovery by hand: worth writing, not worth waiting for the disk.
fn append(path: &Path, line: &str) -> Result<()> {
    let open = || OpenOptions::new().append(true).create(true).open(path);
    let mut file = match open() {
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound
                    | io::ErrorKind::IsADirectory
                    | io::ErrorKind::NotADirectory
            ) =>
        {
            if path.is_dir() {
                remove_empty(path);
            }
            path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| open())
        }
        other => other,
    }
    .map_err(Error::at("write", path))?;
    file.write_all(line.as_bytes()).map_err(Error::at("write", path))
}

/// Removes a directory that holds nothing but such directories.
fn remove_empty(directory: &Path) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            remove_empty(&entry.path());
        }
    }
    // Fails when something is in it, which is as it should be.
    drop(fs::remove_dir(directory));
}
