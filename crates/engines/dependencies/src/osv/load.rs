//! Advisories from a directory, or from zip files as OSV publishes them.

use std::fs::{self, File};
use std::io::{Read, Seek};
use std::ops::ControlFlow;
use std::path::Path;

use zip::ZipArchive;

use super::Advisory;
use crate::limits;

/// Why an import ended before its end.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The place, or something in it, cannot be read.
    #[error("{0}: {1}")]
    Read(String, std::io::Error),
    /// It is not a zip file, or a damaged one.
    #[error("{0}: {1}")]
    Zip(String, zip::result::ZipError),
    /// It holds more than [`limits::ADVISORIES`] files, or more than
    /// [`limits::ADVISORIES_BYTES`].
    #[error("there are more advisories than can be imported at once")]
    TooMuch,
}

/// What an import has seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Advisories that were handed on.
    pub advisories: u64,
    /// Files that are no advisories, or damaged ones.
    pub unreadable: u64,
    /// The first of them, each with the reason.
    pub examples: Vec<(String, String)>,
}

/// Hands every advisory below a path on: of files ending in `.json`, `.yaml`
/// or `.yml`, and of zip files with such files in them. Links are not followed.
/// Ends early, and well, when `each` breaks.
///
/// # Errors
/// When the path cannot be read or holds too much. Single files that are no
/// advisories are counted.
pub fn load(
    path: &Path,
    each: &mut dyn FnMut(Advisory) -> ControlFlow<()>,
) -> Result<Loaded, LoadError> {
    let mut loading = Loading { each, loaded: Loaded::default(), files: 0, bytes: 0 };
    let read = |error| LoadError::Read(path.display().to_string(), error);
    let flow = if fs::metadata(path).map_err(read)?.is_dir() {
        loading.directory(path, 0)?
    } else {
        loading.file(path)?
    };
    // Whoever breaks knows why.
    let (ControlFlow::Continue(()) | ControlFlow::Break(())) = flow;
    Ok(loading.loaded)
}

/// The same of one zip file, whose entries are named below `name`.
///
/// # Errors
/// When it is no zip file or holds too much.
pub fn load_zip(
    name: &str,
    file: impl Read + Seek,
    each: &mut dyn FnMut(Advisory) -> ControlFlow<()>,
) -> Result<Loaded, LoadError> {
    let mut loading = Loading { each, loaded: Loaded::default(), files: 0, bytes: 0 };
    let (ControlFlow::Continue(()) | ControlFlow::Break(())) = loading.archive(name, file)?;
    Ok(loading.loaded)
}

struct Loading<'a> {
    each: &'a mut dyn FnMut(Advisory) -> ControlFlow<()>,
    loaded: Loaded,
    files: usize,
    bytes: u64,
}

impl Loading<'_> {
    fn directory(&mut self, path: &Path, depth: usize) -> Result<ControlFlow<()>, LoadError> {
        let read = |error| LoadError::Read(path.display().to_string(), error);
        if depth > 16 {
            return Ok(ControlFlow::Continue(()));
        }
        let mut entries = Vec::new();
        for entry in fs::read_dir(path).map_err(read)? {
            entries.push(entry.map_err(read)?);
        }
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let kind = entry.file_type().map_err(read)?;
            let flow = if kind.is_dir() && entry.file_name() != ".git" {
                self.directory(&entry.path(), depth + 1)?
            } else if kind.is_file() {
                self.file(&entry.path())?
            } else {
                continue;
            };
            if flow.is_break() {
                return Ok(flow);
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn file(&mut self, path: &Path) -> Result<ControlFlow<()>, LoadError> {
        let name = path.display().to_string();
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        if ending.eq_ignore_ascii_case("zip") {
            let file = File::open(path).map_err(|error| LoadError::Read(name.clone(), error))?;
            return self.archive(&name, file);
        }
        if !is_advisory(&name) {
            return Ok(ControlFlow::Continue(()));
        }
        let file = File::open(path).map_err(|error| LoadError::Read(name.clone(), error))?;
        self.advisory(&name, file)
    }

    fn archive(
        &mut self,
        name: &str,
        file: impl Read + Seek,
    ) -> Result<ControlFlow<()>, LoadError> {
        let wrong = |error| LoadError::Zip(name.to_owned(), error);
        let mut archive = ZipArchive::new(file).map_err(wrong)?;
        if archive.len() > limits::ADVISORIES {
            return Err(LoadError::TooMuch);
        }
        for index in 0..archive.len() {
            let entry = archive.by_index(index).map_err(wrong)?;
            // A name that is not text is nobody's advisory.
            let Ok(inner) = entry.name().map(|inner| format!("{name}/{inner}")) else { continue };
            if entry.is_file() && is_advisory(&inner) && self.advisory(&inner, entry)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn advisory(&mut self, name: &str, file: impl Read) -> Result<ControlFlow<()>, LoadError> {
        self.files += 1;
        if self.files > limits::ADVISORIES || self.bytes > limits::ADVISORIES_BYTES {
            return Err(LoadError::TooMuch);
        }
        let mut text = String::new();
        // However small it is packed, no more than this is unpacked.
        let read = file.take(limits::ADVISORY + 1).read_to_string(&mut text);
        self.bytes += text.len() as u64;
        let advisory = match read {
            Err(error) => Err(error.to_string()),
            Ok(_) if text.len() as u64 > limits::ADVISORY => {
                Err(format!("it has more than {} bytes", limits::ADVISORY))
            }
            Ok(_) => parse(name, &text),
        };
        match advisory {
            Ok(advisory) => {
                self.loaded.advisories += 1;
                Ok((self.each)(advisory))
            }
            Err(why) => {
                self.loaded.unreadable += 1;
                if self.loaded.examples.len() < 10 {
                    self.loaded.examples.push((name.to_owned(), why));
                }
                Ok(ControlFlow::Continue(()))
            }
        }
    }
}

fn is_advisory(name: &str) -> bool {
    [".json", ".yaml", ".yml"].iter().any(|ending| name.ends_with(ending))
}

/// Reads an advisory: JSON where its name ends so, else YAML.
///
/// # Errors
/// Why it is none.
pub fn parse(name: &str, text: &str) -> Result<Advisory, String> {
    let advisory: Advisory = if name.ends_with(".json") {
        serde_json::from_str(text).map_err(|error| error.to_string())?
    } else {
        crate::read::yaml(text).map_err(|error| error.to_string())?
    };
    let id = !advisory.id.is_empty() && advisory.id.len() <= 128;
    if id { Ok(advisory) } else { Err("it has no identifier".to_owned()) }
}
