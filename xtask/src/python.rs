//! Virtual environments with what comes from Python: the other side's official
//! SDK, so that the tests can ask our server through it, and the analysers that
//! are measured beside ours.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::workspace::{find_program, metadata, root};

/// The interpreter for the tests.
///
/// # Errors
/// As [`environment`].
pub(crate) fn interpreter() -> Result<PathBuf> {
    environment("test-python", &root().join("xtask/requirements.txt"))
}

/// The interpreter of an environment below the target directory, which is made
/// or brought up to date first where its requirements have changed.
///
/// # Errors
/// There is no Python 3 with `venv`, or pip reaches no package index.
pub(crate) fn environment(name: &str, wanted: &Path) -> Result<PathBuf> {
    let dir = metadata()?.target_directory.join(name);
    let python = dir.join("bin/python");
    let requirements = fs::read_to_string(wanted).with_context(|| wanted.display().to_string())?;
    let stamp = dir.join("installed.txt");
    if python.exists() && fs::read_to_string(&stamp).is_ok_and(|text| text == requirements) {
        return Ok(python);
    }
    let base = find_program("python3").context("there is no python3")?;
    run(Command::new(base).args(["-m", "venv", "--clear"]).arg(&dir))?;
    run(pip(&python).arg("--requirement").arg(wanted))?;
    fs::write(&stamp, requirements).with_context(|| stamp.display().to_string())?;
    Ok(python)
}

fn pip(python: &Path) -> Command {
    let mut command = Command::new(python);
    command.args(["-m", "pip", "install", "--quiet", "--no-input"]);
    command.args(["--disable-pip-version-check", "--retries", "2", "--timeout", "30"]);
    command
}

fn run(command: &mut Command) -> Result<()> {
    let output = command.stdin(Stdio::null()).output().context("cannot start python")?;
    let text = String::from_utf8_lossy(&output.stderr);
    let mut last: Vec<_> = text.lines().rev().take(6).collect();
    last.reverse();
    ensure!(
        output.status.success(),
        "{}: {}",
        command.get_args().map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" "),
        last.join("\n")
    );
    Ok(())
}

/// Whether the system's Python can make a virtual environment with pip in it.
pub(crate) fn can_make_venv() -> bool {
    Command::new("python3")
        .args(["-c", "import venv, ensurepip"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
