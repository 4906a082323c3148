//! Puts the rules into the program. They are YAML for those who write them; here
//! they become JSON, which is read in a small part of the time, each with what
//! tells beforehand whether a scan needs it at all. A new rule is a new file and
//! nothing else.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use serde_json::Value;

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or(io::ErrorKind::NotFound)?);
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    let mut code = String::from("pub(super) static RULES: &[RuleFile] = &[\n");
    for file in files_below(&root.join("rules"))? {
        let rule = rule(&file).map_err(|error| named(&file, &error))?;
        let _ = writeln!(code, "    {rule},");
    }
    code.push_str("];\n");
    fs::write(out.join("rules.rs"), code)?;
    for directory in ["secrets", "taint"] {
        fs::create_dir_all(out.join(directory))?;
        for file in files_below(&root.join(directory))? {
            let value = yaml(&file).map_err(|error| named(&file, &error))?;
            let name = Path::new(directory).join(file.file_name().unwrap_or_default());
            fs::write(out.join(name.with_extension("json")), value.to_string())?;
        }
    }
    for directory in ["rules", "secrets", "taint"] {
        println!("cargo::rerun-if-changed={directory}");
    }
    Ok(())
}

/// The YAML files in a directory and those below it, in order.
fn files_below(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else if path.extension().is_some_and(|e| e == "yml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn named(file: &Path, error: &io::Error) -> io::Error {
    io::Error::other(format!("{}: {error}", file.display()))
}

fn yaml(file: &Path) -> io::Result<Value> {
    serde_saphyr::from_str(&fs::read_to_string(file)?).map_err(io::Error::other)
}

/// A rule file as a literal of the type `RuleFile`.
fn rule(file: &Path) -> io::Result<String> {
    let directory = file.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy();
    let id = file.file_stem().unwrap_or_default().to_string_lossy();
    let mut rule = yaml(file)?;
    let language = taken(&mut rule, "language");
    // Those two look at reports, whatever language they are of.
    let joined = rule.get("metric").is_some() || rule.get("suppressions").is_some();
    if rule["id"] != *id {
        return Err(io::Error::other("file name and id differ"));
    }
    if !joined && language != *directory {
        return Err(io::Error::other("stands in another language's directory"));
    }
    let metadata = &mut rule["metadata"];
    let (also, packs) = (taken(metadata, "also"), taken(metadata, "packs"));
    let mut languages = if joined { Vec::new() } else { vec![&*directory] };
    languages.extend(texts(&also));
    let mut packs = texts(&packs);
    if packs.is_empty() {
        packs.push("recommended");
    }
    if metadata["category"] == "security" {
        packs.push("security");
    }
    Ok(format!(
        "RuleFile {{ id: {:?}, languages: &{languages:?}, packs: &{packs:?}, metric: {}, \
         flows: {}, text: {:?} }}",
        format!("{directory}/{id}"),
        rule.get("metric").is_some(),
        rule.get("taint").is_some(),
        rule.to_string(),
    ))
}

fn taken(of: &mut Value, field: &str) -> Value {
    of.as_object_mut().and_then(|fields| fields.shift_remove(field)).unwrap_or_default()
}

fn texts(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}
