//! Calling a tool.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use executor::{Cancel, Ended, Limits, Sandbox, Task};
use serde::{Deserialize, Serialize};

use crate::declaration::{Declaration, Mode, Output, Protocol};
use crate::parse::parse;
use crate::{Format, Reported};

/// Bytes of a result that are read.
const RESULT: u64 = 64 << 20;
/// Bytes of names in one call: a shell takes only so much.
const NAMES: usize = 60_000;
/// Calls in the mode of single files.
const CALLS: usize = 2_000;
/// The directory beside the code in which results are left.
const DIRECTORY: &str = ".mortise-adapters";
/// The status of a script whose program is not there.
const MISSING: i32 = 97;

/// What a tool is to look at.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// A directory that the tool may write to.
    pub root: &'a Path,
    /// The directory in it that holds the code.
    pub below: &'a str,
    /// Its files.
    pub files: &'a [String],
    /// Those of them that changed, where only these matter.
    pub changed: Option<&'a [String]>,
    /// How much each call may use. The time is that of all calls together.
    pub limits: Limits,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "status", content = "why")]
pub enum Status {
    /// It has looked at everything, and what it said was understood.
    Done,
    /// There is no file for it.
    Unneeded,
    /// It is not on this machine.
    Missing,
    /// It broke, or what it said was not understood.
    Failed(String),
    /// It took too long.
    TimedOut,
    /// Somebody stopped it.
    Cancelled,
}

/// What came of a tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The declaration's name.
    pub tool: String,
    /// The tool's version, or empty.
    pub version: String,
    /// What became of it.
    pub status: Status,
    /// What it reports; empty but for [`Status::Done`].
    pub reported: Vec<Reported>,
    /// Files that it was given.
    pub files: usize,
    /// Reports of places that are not in the code.
    pub elsewhere: usize,
    /// How long it took.
    pub took: Duration,
}

/// Calls a tool. Blocks until it has ended.
#[must_use]
pub fn run(
    sandbox: &Sandbox,
    declaration: &Declaration,
    input: &Input<'_>,
    cancel: &Cancel,
) -> Outcome {
    let started = Instant::now();
    let files = declaration.wants(input.files);
    let mut outcome = Outcome {
        tool: declaration.name.clone(),
        version: String::new(),
        status: Status::Unneeded,
        reported: Vec::new(),
        files: files.len(),
        elsewhere: 0,
        took: Duration::ZERO,
    };
    if !files.is_empty() {
        let mut call = Call { sandbox, input, cancel, started, declaration: declaration.clone() };
        outcome.status = match call.version() {
            Ok(version) => {
                call.declaration = declaration.for_version(&version);
                outcome.version = version;
                match call.all(&files) {
                    Ok(reported) => {
                        let total = reported.len();
                        outcome.reported = call.below(reported);
                        outcome.elsewhere = total - outcome.reported.len();
                        Status::Done
                    }
                    Err(status) => status,
                }
            }
            Err(status) => status,
        };
    }
    outcome.took = started.elapsed();
    outcome
}

struct Call<'a> {
    sandbox: &'a Sandbox,
    input: &'a Input<'a>,
    cancel: &'a Cancel,
    started: Instant,
    declaration: Declaration,
}

impl Call<'_> {
    /// Makes sure that the program is there, and asks for its version.
    fn version(&self) -> Result<String, Status> {
        let program = quoted(&self.declaration.program);
        let script = format!(
            "command -v {program} >/dev/null 2>&1 || exit {MISSING}\n{program} {} </dev/null 2>&1\nexit 0\n",
            self.declaration.version_argument
        );
        let mut said = String::new();
        let ended = self.execute(&script, &[], &mut |line| {
            if said.len() < 4_096 {
                said.push_str(line);
                said.push('\n');
            }
        })?;
        match ended {
            Ended::Exited { code: MISSING } => Err(Status::Missing),
            Ended::Exited { .. } => Ok(first_version(&said)),
            other => Err(failed(other, "")),
        }
    }

    /// All calls, one after the other.
    fn all(&self, files: &[&str]) -> Result<Vec<Reported>, Status> {
        let place = self.input.root.join(DIRECTORY);
        fs::create_dir_all(&place).map_err(broken)?;
        let mut reported = Vec::new();
        for (number, batch) in self.batches(files)?.into_iter().enumerate() {
            reported.extend(self.one(number, &batch)?);
            if reported.len() > crate::parse::MOST {
                return Err(Status::Failed("it reports too much".to_owned()));
            }
        }
        drop(fs::remove_dir_all(&place));
        Ok(reported)
    }

    fn batches<'f>(&self, files: &[&'f str]) -> Result<Vec<Vec<&'f str>>, Status> {
        let most = match self.declaration.mode {
            Mode::Project => return Ok(vec![Vec::new()]),
            Mode::File if files.len() > CALLS => {
                return Err(Status::Failed(format!("there are more than {CALLS} files for it")));
            }
            Mode::File => 1,
            Mode::List => self.declaration.most,
        };
        let mut batches: Vec<Vec<&str>> = Vec::new();
        let mut bytes = 0;
        for file in files {
            let full = batches
                .last()
                .is_none_or(|batch| batch.len() >= most || bytes + file.len() + 8 > NAMES);
            if full {
                batches.push(Vec::new());
                bytes = 0;
            }
            bytes += file.len() + 8;
            if let Some(batch) = batches.last_mut() {
                batch.push(file);
            }
        }
        Ok(batches)
    }

    fn one(&self, number: usize, files: &[&str]) -> Result<Vec<Reported>, Status> {
        let inside = self.sandbox.workspace(self.input.root).join(DIRECTORY);
        let here = self.input.root.join(DIRECTORY);
        let name = |what: &str| format!("{what}-{number}");
        let (out, err, result) = (name("out"), name("err"), name("result"));
        let at = |name: &str| inside.join(name).to_string_lossy().into_owned();
        let source = self.sandbox.workspace(self.input.root).join(self.input.below);
        let mut variables = vec![("RESULT".to_owned(), at(&result))];
        let tca = self.declaration.protocol == Protocol::Tca;
        if tca {
            variables.extend(self.tca(&here, &inside, &source, files).map_err(broken)?);
        }
        // Names that begin like options are none.
        let names: Vec<String> = files.iter().map(|file| quoted(&format!("./{file}"))).collect();
        let script = format!(
            "cd {} || exit 98\nset -- {}\n(\n{}\n) > {} 2> {} </dev/null\n",
            quoted(&source.to_string_lossy()),
            names.join(" "),
            self.declaration.script,
            quoted(&at(&out)),
            quoted(&at(&err)),
        );
        let ended = self.execute(&script, &variables, &mut |_| {})?;
        let Ended::Exited { code } = ended else {
            return Err(failed(ended, &tail(&here.join(&err))));
        };
        if !self.declaration.success.contains(&code) {
            return Err(failed(ended, &tail(&here.join(&err))));
        }
        let file = match (tca, self.declaration.output) {
            // The contract allows either.
            (true, _) => {
                let left = here.join("result.json");
                if left.is_file() { left } else { source_file(self.input, "result.json") }
            }
            (false, Output::Stdout) => here.join(&out),
            (false, Output::Stderr) => here.join(&err),
            (false, Output::File) => here.join(&result),
        };
        let output = read(&file)?;
        let mut declaration = self.declaration.clone();
        if tca {
            declaration.format = Format::Tca;
        }
        parse(&declaration, &output).map_err(|error| Status::Failed(error.to_string()))
    }

    /// What TCA's contract puts into the environment.
    fn tca(
        &self,
        here: &Path,
        inside: &Path,
        source: &Path,
        files: &[&str],
    ) -> std::io::Result<Vec<(String, String)>> {
        let absolute = |files: &[&str]| -> Vec<String> {
            files.iter().map(|file| source.join(file).to_string_lossy().into_owned()).collect()
        };
        let all: Vec<&str> = if files.is_empty() {
            self.declaration.wants(self.input.files)
        } else {
            files.to_vec()
        };
        let write =
            |name: &str, value: &serde_json::Value| fs::write(here.join(name), value.to_string());
        write("scan_files.json", &serde_json::json!(absolute(&all)))?;
        let text = |path: PathBuf| path.to_string_lossy().into_owned();
        let mut variables = vec![
            ("SOURCE_DIR".to_owned(), source.to_string_lossy().into_owned()),
            ("SCAN_FILES".to_owned(), text(inside.join("scan_files.json"))),
            ("TASK_REQUEST".to_owned(), text(inside.join("task_request.json"))),
            ("RESULT_DIR".to_owned(), inside.to_string_lossy().into_owned()),
        ];
        let mut parameters = serde_json::json!({ "source_dir": source, "rules": [] });
        if let Some(changed) = self.input.changed {
            let changed: Vec<&str> =
                changed.iter().map(String::as_str).filter(|file| all.contains(file)).collect();
            write("diff_files.json", &serde_json::json!(absolute(&changed)))?;
            variables.push(("DIFF_FILES".to_owned(), text(inside.join("diff_files.json"))));
            parameters["incr_scan"] = serde_json::json!(true);
        }
        write("task_request.json", &serde_json::json!({ "task_params": parameters }))?;
        Ok(variables)
    }

    fn execute(
        &self,
        script: &str,
        variables: &[(String, String)],
        each: &mut dyn FnMut(&str),
    ) -> Result<Ended, Status> {
        let wall = self.input.limits.wall.saturating_sub(self.started.elapsed());
        if wall.is_zero() {
            return Err(Status::TimedOut);
        }
        let task = Task {
            variables: variables.to_vec(),
            limits: Limits { wall, output: 1 << 20, file: Some(RESULT * 2), ..self.input.limits },
            network: false,
            host_name: "scan".to_owned(),
            ..Task::new(script, self.input.root)
        };
        let run = self.sandbox.run(&task, self.cancel, |line| each(&line.text));
        match run.map_err(|error| Status::Failed(error.to_string()))?.ended {
            Ended::TimedOut => Err(Status::TimedOut),
            Ended::Cancelled => Err(Status::Cancelled),
            ended => Ok(ended),
        }
    }

    /// The reports with paths below the code; others are none of this scan's.
    fn below(&self, reported: Vec<Reported>) -> Vec<Reported> {
        let below = self.input.below.trim_matches('/');
        let known: std::collections::HashSet<&str> =
            self.input.files.iter().map(String::as_str).collect();
        let roots: Vec<String> =
            [self.sandbox.workspace(self.input.root), self.input.root.to_path_buf()]
                .iter()
                .flat_map(|root| [root.join(below), root.clone()])
                .map(|root| format!("{}/", root.to_string_lossy().trim_end_matches('/')))
                .collect();
        reported
            .into_iter()
            .filter_map(|mut one| {
                let path = one.path.strip_prefix("file://").unwrap_or(&one.path);
                let inner = roots.iter().find_map(|root| path.strip_prefix(root.as_str()));
                let path = plain(inner.unwrap_or(path))?;
                // A tool may count from the directory above.
                let own = [Some(path.as_str()), path.strip_prefix(&format!("{below}/"))];
                one.path = own.into_iter().flatten().find(|path| known.contains(path))?.to_owned();
                Some(one)
            })
            .collect()
    }
}

/// A path without `.` and `..`, if it leads nowhere but down.
fn plain(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    if path.starts_with('/') {
        return None;
    }
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            other => parts.push(other),
        }
    }
    Some(parts.join("/"))
}

fn source_file(input: &Input<'_>, name: &str) -> PathBuf {
    input.root.join(input.below).join(name)
}

/// What a tool has left, if it is a file and no link to one.
fn read(path: &Path) -> Result<Vec<u8>, Status> {
    let Ok(data) = fs::symlink_metadata(path) else {
        return Err(Status::Failed("it left no result".to_owned()));
    };
    if !data.is_file() || data.len() > RESULT {
        return Err(Status::Failed(format!("its result is no file of at most {RESULT} bytes")));
    }
    fs::read(path).map_err(broken)
}

/// The last line of what it complained about.
fn tail(path: &Path) -> String {
    if !fs::symlink_metadata(path).is_ok_and(|data| data.is_file()) {
        return String::new();
    }
    let mut text = Vec::new();
    let file = fs::File::open(path);
    drop(file.and_then(|file| file.take(1 << 16).read_to_end(&mut text)));
    let text = String::from_utf8_lossy(&text);
    let last = text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
    last.trim().chars().take(300).collect()
}

fn failed(ended: Ended, said: &str) -> Status {
    let why = if said.is_empty() { ended.to_string() } else { format!("{ended}: {said}") };
    Status::Failed(why)
}

#[expect(clippy::needless_pass_by_value, reason = "it is given to map_err")]
fn broken(error: std::io::Error) -> Status {
    Status::Failed(error.to_string())
}

/// A word for a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// The first thing that looks like a version.
fn first_version(text: &str) -> String {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.'));
    let version = words
        .map(|word| word.trim_start_matches('v').trim_matches('.'))
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()) && word.contains('.'));
    version.unwrap_or_default().chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_in_what_tools_say() {
        for (said, version) in [
            ("ruff 0.17.6 (abc 2026-01-01)", "0.17.6"),
            ("ShellCheck - shell script analysis tool\nversion: 0.11.0\n", "0.11.0"),
            ("LLVM version 23.1.4\n", "23.1.4"),
            ("v10.15.0\n", "10.15.0"),
            ("nothing", ""),
        ] {
            assert_eq!(first_version(said), version);
        }
    }

    #[test]
    fn paths_lead_down_only() {
        assert_eq!(plain("./a//b/../c.py").as_deref(), Some("a/c.py"));
        assert_eq!(plain("../etc/passwd"), None);
        assert_eq!(plain("/etc/passwd"), None);
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }
}
