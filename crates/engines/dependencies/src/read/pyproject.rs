//! `pyproject.toml`: of PEP 621 and 735, of poetry, and of uv's groups.

use toml::{Table, Value};

use super::lines::Lines;
use super::requirement::{parse, pinned};
use super::{ReadError, toml_of};
use crate::{Kind, Manifest, Package, Project, Scope};

pub(super) fn pyproject(source: &str) -> Result<Manifest, ReadError> {
    let value = toml_of(source)?;
    let mut reading =
        Reading { manifest: Manifest::new(Kind::PyProject), lines: Lines::new(source) };
    if let Some(project) = value.get("project").and_then(Value::as_table) {
        reading.manifest.project = Some(self::project(project));
        reading.strings(project.get("dependencies"), Scope::Runtime);
        let optional = project.get("optional-dependencies").and_then(Value::as_table);
        for group in optional.into_iter().flat_map(Table::values) {
            reading.strings(Some(group), Scope::Runtime);
        }
    }
    let groups = value.get("dependency-groups").and_then(Value::as_table);
    for group in groups.into_iter().flat_map(Table::values) {
        reading.strings(Some(group), Scope::Development);
    }
    let tool = |name: &str| value.get("tool")?.get(name);
    reading.strings(tool("uv").and_then(|uv| uv.get("dev-dependencies")), Scope::Development);
    if let Some(poetry) = tool("poetry") {
        if reading.manifest.project.is_none() {
            reading.manifest.project = poetry.as_table().map(self::project);
        }
        reading.table(poetry.get("dependencies"), Scope::Runtime);
        reading.table(poetry.get("dev-dependencies"), Scope::Development);
        let groups = poetry.get("group").and_then(Value::as_table);
        for group in groups.into_iter().flat_map(Table::values) {
            reading.table(group.get("dependencies"), Scope::Development);
        }
    }
    Ok(reading.manifest)
}

fn project(table: &Table) -> Project {
    let text = |key: &str| table.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let licence = match table.get("license") {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.get("text").and_then(Value::as_str).unwrap_or_default().to_owned(),
        None => String::new(),
    };
    Project { name: text("name"), version: text("version"), licence }
}

struct Reading<'a> {
    manifest: Manifest,
    lines: Lines<'a>,
}

impl Reading<'_> {
    fn strings(&mut self, list: Option<&Value>, scope: Scope) {
        for text in list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
            let Some((name, wanted)) = parse(text) else { continue };
            self.lines.rewind();
            let line = self.lines.find(text);
            self.add(name, &wanted, scope, line);
        }
    }

    /// Poetry's form, in which a bare version is no single one.
    fn table(&mut self, table: Option<&Value>, scope: Scope) {
        self.lines.rewind();
        self.lines.find("[tool.poetry.");
        for (name, wanted) in table.and_then(Value::as_table).into_iter().flatten() {
            if name == "python" || wanted.get("path").is_some() {
                continue;
            }
            let wanted = wanted.as_str().or_else(|| wanted.get("version")?.as_str());
            let line = self.lines.key(name);
            self.add(name, wanted.unwrap_or_default(), scope, line);
        }
    }

    fn add(&mut self, name: &str, wanted: &str, scope: Scope, line: u32) {
        let mut package = Package::wanted(name, wanted, scope, line);
        package.version = pinned(wanted).unwrap_or_default().to_owned();
        self.manifest.packages.push(package);
    }
}
