//! Removing what no reference leads to, without losing what a push under way counts on.
//!
//! Two steps, far apart in time. A full repack sets unreachable objects aside: they stay where
//! everybody finds them, in a pack that is marked and left alone from then on. Once that pack is
//! older than the grace time it is removed, unless something in it is needed again.
//!
//! Whoever changes references holds the file `removal` shared while he does; whoever removes holds it
//! alone, for as long as it takes to see that the references of this moment need nothing of what is
//! to go. A change whose objects were looked at before a removal looks at them again. So an object
//! is either seen as needed and stays, or seen as missing and the change is refused; nobody who
//! reads waits.

use std::{
    fs::{self, File},
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    time::{Duration, Instant, SystemTime},
};

use gix::{ObjectId, odb::pack::index};

use crate::{
    Cancel, Error, Oid, Repository, Result,
    maintain::is_older,
    repository::sync,
    serve::{QUARANTINE, is_connected},
};

/// How long a removal waits for changes of references to end; there is always another day.
const PATIENCE: Duration = Duration::from_secs(30);
/// Clocks of files are coarse.
const TICK: Duration = Duration::from_secs(1);

/// Held while references change: nothing is removed meanwhile.
#[derive(Debug)]
pub(crate) struct NoRemoval(File);

impl NoRemoval {
    /// Whether something was removed after `time`, about.
    pub(crate) fn removed_since(&self, time: SystemTime) -> bool {
        let last = self.0.metadata().and_then(|metadata| metadata.modified());
        // A new one is empty: nothing was ever removed.
        let ever = self.0.metadata().is_ok_and(|metadata| metadata.len() > 0);
        ever && last.is_ok_and(|last| last + TICK >= time)
    }
}

impl Repository {
    /// Waits while somebody removes, which takes moments.
    pub(crate) fn hold_removals(&self) -> Result<NoRemoval> {
        let file = self.removal_file()?;
        file.lock_shared().map_err(Error::at("lock", self.path()))?;
        Ok(NoRemoval(file))
    }

    fn removal_file(&self) -> Result<File> {
        let path = self.path().join("removal");
        let open = File::options().read(true).append(true).create(true).open(&path);
        open.map_err(Error::at("open", &path))
    }

    /// Sets unreachable objects aside, and removes those that were set aside at least `grace` ago
    /// and are not needed again. Packs everything anew, so it costs as much as the repository is
    /// large; see [`Repository::is_collection_due`]. Returns how many packs were removed.
    ///
    /// # Errors
    /// [`Error::Process`], [`Error::Timeout`] after four hours, [`Error::Cancelled`], [`Error::Io`].
    pub fn collect(&self, grace: Duration, cancel: &Cancel) -> Result<usize> {
        // Logs lead to what was forced away; they tell of it as long as it is kept.
        let age = match grace.as_secs() {
            0 => "--expire-unreachable=now".to_owned(),
            seconds => format!("--expire-unreachable={seconds}.seconds.ago"),
        };
        self.git("reflog").args(["expire", "--all", &age]).cancel(cancel).output()?;
        self.repack(cancel)?;
        for pack in self.set_aside()? {
            // From now on no repack takes it apart, or its age would begin anew.
            let keep = pack.with_extension("keep");
            if !keep.exists() {
                fs::write(&keep, "garbage\n").map_err(Error::at("write", &keep))?;
            }
        }
        let removed = self.remove_set_aside(grace, cancel)?;
        let done = self.path().join("collected");
        fs::write(&done, "").map_err(Error::at("write", &done))?;
        Ok(removed)
    }

    /// Whether a collection would be worth its while: a quarter of what lies here is newer than the
    /// last one, or four weeks are over and anything is. So its cost follows what is pushed.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn is_collection_due(&self) -> Result<bool> {
        const LONG: Duration = Duration::from_secs(28 * 24 * 3600);
        let directory = self.path().join("objects/pack");
        let last = self.path().join("collected").metadata().and_then(|it| it.modified());
        let last = last.unwrap_or(SystemTime::UNIX_EPOCH);
        let (mut new, mut all) = (0, 0);
        for entry in fs::read_dir(&directory).map_err(Error::at("read", &directory))?.flatten() {
            if entry.path().extension().is_some_and(|extension| extension == "pack")
                && let Ok(metadata) = entry.metadata()
            {
                all += metadata.len();
                if metadata.modified().is_ok_and(|time| time > last) {
                    new += metadata.len();
                }
            }
        }
        let long = SystemTime::now().duration_since(last).unwrap_or_default() >= LONG;
        Ok(new * 4 > all || (long && (new > 0 || !self.set_aside()?.is_empty())))
    }

    /// The packs of unreachable objects, as paths of their lists of times.
    fn set_aside(&self) -> Result<Vec<PathBuf>> {
        let directory = self.path().join("objects/pack");
        let entries = fs::read_dir(&directory).map_err(Error::at("read", &directory))?;
        let paths = entries.flatten().map(|entry| entry.path());
        Ok(paths.filter(|path| path.extension().is_some_and(|it| it == "mtimes")).collect())
    }

    fn remove_set_aside(&self, grace: Duration, cancel: &Cancel) -> Result<usize> {
        let mut old = self.set_aside()?;
        old.retain(|pack| is_older(&pack.with_extension("keep"), grace));
        if old.is_empty() {
            return Ok(0);
        }
        let file = self.removal_file()?;
        let started = Instant::now();
        while file.try_lock().is_err() {
            cancel.check()?;
            if started.elapsed() > PATIENCE {
                tracing::info!(path = %self.path().display(), "garbage stays: pushes all the time");
                return Ok(0);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        if !self.is_whole_without(&old)? {
            tracing::info!(path = %self.path().display(), "garbage stays: it is needed again");
            return Ok(0);
        }
        // Changes whose objects were looked at before this have to look again.
        fs::write(self.path().join("removal"), "removed\n")
            .map_err(Error::at("write", self.path()))?;
        self.forget_lists_of_packs()?;
        for pack in &old {
            // By the last one it is found again if this breaks off.
            for extension in ["idx", "pack", "rev", "keep", "mtimes"] {
                drop(fs::remove_file(pack.with_extension(extension)));
            }
        }
        sync(&self.path().join("objects/pack"))?;
        Ok(old.len())
    }

    /// A list over several packs may name those that go.
    fn forget_lists_of_packs(&self) -> Result<()> {
        let directory = self.path().join("objects/pack");
        for entry in fs::read_dir(&directory).map_err(Error::at("read", &directory))?.flatten() {
            if entry.file_name().to_string_lossy().starts_with("multi-pack-index") {
                fs::remove_file(entry.path()).map_err(Error::at("delete", &entry.path()))?;
            }
        }
        Ok(())
    }

    /// Whether everything that references need is there without some packs. What the pack of the
    /// last full repack holds has nothing missing behind it, so only the rest is looked at.
    fn is_whole_without(&self, gone: &[PathBuf]) -> Result<bool> {
        let directory = self.path().join("objects/pack");
        let entries = fs::read_dir(&directory).map_err(Error::at("read", &directory))?;
        let packs: Vec<index::File> = entries
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "bitmap"))
            .filter_map(|path| {
                index::File::at(path.with_extension("idx"), self.format().kind()).ok()
            })
            .collect();
        let list = self.git("for-each-ref").args(["--format=%(objectname)"]).output()?;
        let mut script = String::new();
        let mut open = false;
        for line in String::from_utf8_lossy(&list).lines() {
            let Ok(id) = ObjectId::from_hex(line.as_bytes()) else { continue };
            let is_whole = packs.iter().any(|pack| pack.lookup(id).is_some());
            open |= !is_whole;
            script.push_str(if is_whole { "^" } else { "" });
            script.push_str(line);
            script.push('\n');
        }
        if !open {
            return Ok(true);
        }
        let view = View::create(&self.path().join("objects"), gone)?;
        let outcome = self
            .with_objects(&view.0)?
            .git("rev-list")
            .args(["--objects", "--stdin", "--quiet"])
            .stdin(script.into_bytes())
            .timeout(Duration::from_secs(600))
            .output();
        match outcome {
            Ok(_) => Ok(true),
            Err(Error::Process { .. } | Error::Timeout { .. }) => Ok(false),
            Err(other) => Err(other),
        }
    }

    /// Refuses values whose objects were removed since `time`, when somebody had looked at them.
    pub(crate) fn check_after_removal(
        &self,
        hold: &NoRemoval,
        time: SystemTime,
        tips: &[Oid],
    ) -> Result<()> {
        let tips: Vec<Oid> = tips.iter().copied().filter(|tip| !tip.is_zero()).collect();
        if tips.is_empty() || !hold.removed_since(time) || is_connected(self, &tips)? {
            return Ok(());
        }
        Err(Error::Conflict("objects have been removed meanwhile; try again".to_owned()))
    }
}

/// The objects of a repository without some of its packs.
struct View(PathBuf);

impl View {
    fn create(objects: &Path, without: &[PathBuf]) -> Result<View> {
        // A name that those who clean up know.
        let path = objects.join(format!("{QUARANTINE}check-{:x}", std::process::id()));
        drop(fs::remove_dir_all(&path));
        let view = View(path);
        let fill = || {
            fs::create_dir_all(view.0.join("pack"))?;
            for entry in fs::read_dir(objects.join("pack"))? {
                let entry = entry?;
                let is_gone = |pack: &PathBuf| pack.file_stem() == entry.path().file_stem();
                let name = entry.file_name();
                let text = name.to_string_lossy();
                if !text.starts_with("multi-pack-index") && !without.iter().any(is_gone) {
                    symlink(entry.path(), view.0.join("pack").join(&name))?;
                }
            }
            for entry in fs::read_dir(objects)? {
                let entry = entry?;
                if entry.file_name().len() == 2 {
                    symlink(entry.path(), view.0.join(entry.file_name()))?;
                }
            }
            Ok(())
        };
        fill().map_err(Error::at("fill", &view.0))?;
        Ok(view)
    }
}

impl Drop for View {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}
