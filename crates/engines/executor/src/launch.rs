//! The files that start a script inside: its text, and a preamble that sets limits and variables.
//!
//! Variables are set from within. Given to the sandboxing program itself they would act outside:
//! `LD_PRELOAD` would load the script's library into it.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::{Error, Limits, Result, Task};

/// Where programs are looked for inside.
pub(crate) const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Where the program of a name is on this machine, of what scripts can start.
#[must_use]
pub fn find(program: &str) -> Option<PathBuf> {
    if program.is_empty() || program.contains('/') {
        return None;
    }
    PATH.split(':').map(|folder| Path::new(folder).join(program)).find(|path| path.is_file())
}

/// What differs between the ways of running.
pub(crate) struct Places<'a> {
    /// The working copy, as the script sees it.
    pub(crate) workspace: &'a Path,
    /// The directory of the files, as the script sees it.
    pub(crate) files: &'a Path,
    /// The script's home, which is private to it.
    pub(crate) home: &'a Path,
    /// Whether processes are counted apart from the machine's.
    pub(crate) counts_processes: bool,
}

/// A fresh directory for the files of one run.
pub(crate) fn directory() -> Result<TempDir> {
    tempfile::Builder::new()
        .prefix("task-")
        .tempdir()
        .map_err(Error::io("cannot make a directory for the script"))
}

/// Writes the files; `/bin/sh FILES/launch` then starts the script.
pub(crate) fn write(task: &Task, directory: &Path, places: &Places<'_>) -> Result<()> {
    let mut text = preamble(&task.limits, places.counts_processes);
    let fixed = [
        ("PATH", PATH),
        ("LANG", "C.UTF-8"),
        ("TERM", "dumb"),
        ("TMPDIR", "/tmp"),
        ("HOME", &places.home.to_string_lossy()),
    ];
    for (name, value) in fixed {
        export(&mut text, name, value);
    }
    for (name, value) in &task.variables {
        check_name(name)?;
        if value.contains('\0') {
            return Err(Error::Invalid(format!("the value of {name} holds a NUL")));
        }
        export(&mut text, name, value);
    }
    let _ = writeln!(text, "cd {} || exit 1", quote(&places.workspace.to_string_lossy()));
    let shell = if Path::new("/bin/bash").exists() { "/bin/bash" } else { "/bin/sh" };
    let script = places.files.join("script");
    let _ = writeln!(text, "exec {shell} {}", quote(&script.to_string_lossy()));

    let write = |name: &str, text: &str| {
        fs::write(directory.join(name), text).map_err(Error::io("cannot write the script"))
    };
    write("launch", &text)?;
    write("script", &task.script)
}

/// The command line that starts the script.
pub(crate) fn command(files: &Path) -> [OsString; 2] {
    ["/bin/sh".into(), files.join("launch").into_os_string()]
}

/// A limit that the machine itself sets lower cannot be raised; then that one stands.
fn preamble(limits: &Limits, counts_processes: bool) -> String {
    let mut text = String::from("ulimit -c 0\n");
    let mut limit = |flag: &str, value: u64| {
        let _ = writeln!(text, "ulimit -{flag} {value} 2>/dev/null || :");
    };
    if let Some(cpu) = limits.cpu {
        // First the signal that says why, and a second later the one that nobody can ignore.
        let seconds = cpu.as_secs().max(1);
        limit("St", seconds);
        limit("Ht", seconds + 1);
    }
    if let Some(memory) = limits.memory {
        // Data, not address space: runtimes reserve far more room than they use.
        limit("d", (memory >> 10).max(1));
    }
    if let Some(file) = limits.file {
        // In blocks of 512 bytes, as POSIX has it for sh.
        limit("f", (file >> 9).max(1));
    }
    if let (Some(processes), true) = (limits.processes, counts_processes) {
        // dash spells it -p, bash -u.
        let _ = writeln!(
            text,
            "ulimit -p {processes} 2>/dev/null || ulimit -u {processes} 2>/dev/null || :"
        );
    }
    text
}

fn export(text: &mut String, name: &str, value: &str) {
    let _ = writeln!(text, "export {name}={}", quote(value));
}

fn quote(value: &str) -> String {
    format!("'{}'", value.replace('\'', r"'\''"))
}

fn check_name(name: &str) -> Result<()> {
    let good = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if good { Ok(()) } else { Err(Error::Invalid(format!("{name:?} is no variable's name"))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_quoted_and_names_checked() {
        assert_eq!(quote("it's $HOME"), r"'it'\''s $HOME'");
        for good in ["A", "_x1", "REPO_app"] {
            check_name(good).unwrap();
        }
        for bad in ["", "1a", "a-b", "a b", "a=b", "a;id", "é"] {
            assert!(check_name(bad).is_err(), "{bad}");
        }
    }
}
