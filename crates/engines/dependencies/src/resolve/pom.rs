//! POMs seen together: parents, properties, managed versions.

use std::collections::HashMap;

use crate::{Manifest, Package, Pom, Scope, limits};

/// The packages that each file asks for; those of POMs with everything put in
/// that other POMs of the tree decide.
pub(super) fn packages(files: &[(&str, &Manifest)]) -> Vec<Vec<Package>> {
    let poms = Poms::of(files);
    files
        .iter()
        .map(|(path, manifest)| match &manifest.pom {
            Some(pom) => poms.packages(path, pom),
            None if manifest.kind.is_lock() => Vec::new(),
            None => manifest.packages.clone(),
        })
        .collect()
}

struct Poms<'a> {
    by_path: HashMap<&'a str, &'a Pom>,
    by_name: HashMap<String, (&'a str, &'a Pom)>,
}

/// A POM and its parents, the nearest first.
type Lineage<'a> = Vec<(&'a str, &'a Pom)>;

impl<'a> Poms<'a> {
    fn of(files: &[(&'a str, &'a Manifest)]) -> Self {
        let all = || files.iter().filter_map(|(path, file)| Some((*path, file.pom.as_ref()?)));
        Self {
            by_path: all().collect(),
            by_name: all()
                .map(|(path, pom)| (format!("{}:{}", group(pom), pom.artifact), (path, pom)))
                .collect(),
        }
    }

    fn lineage(&self, path: &'a str, pom: &'a Pom) -> Lineage<'a> {
        let mut line = vec![(path, pom)];
        while line.len() < limits::PARENTS {
            let Some((path, pom)) = line.last() else { break };
            let Some([group, artifact, _]) = &pom.parent else { break };
            let beside = join(path, &pom.parent_path)
                .and_then(|path| self.by_path.get_key_value(path.as_str()))
                .map(|(path, pom)| (*path, *pom))
                .filter(|(_, pom)| pom.artifact == *artifact);
            let named = || self.by_name.get(&format!("{group}:{artifact}")).copied();
            match beside.or_else(named) {
                Some(parent) => line.push(parent),
                None => break,
            }
        }
        line
    }

    fn packages(&self, path: &str, pom: &'a Pom) -> Vec<Package> {
        let Some((path, _)) = self.by_path.get_key_value(path) else { return Vec::new() };
        let line = self.lineage(path, pom);
        let fill = |text: &str| interpolate(text, &line);
        let mut packages = Vec::new();
        for (group, artifact, version, scope, at) in &pom.dependencies {
            let name = format!("{}:{}", fill(group), fill(artifact));
            // What the tree builds itself is not a dependency of it.
            if self.by_name.contains_key(&name) {
                continue;
            }
            let (mut version, mut scope) = (version.clone(), scope.clone());
            if version.is_empty() || scope.is_empty() {
                let managed = self.managed(&name, &line, 0);
                let (known, known_scope) = managed.unwrap_or_default();
                if version.is_empty() {
                    version = known;
                }
                if scope.is_empty() {
                    scope = known_scope;
                }
            }
            let requirement = fill(&version);
            let what_for = if fill(&scope) == "test" { Scope::Development } else { Scope::Runtime };
            let mut package = Package::wanted(name, requirement.as_str(), what_for, *at);
            package.version = exact(&requirement).to_owned();
            packages.push(package);
        }
        packages
    }

    /// Version and scope of a dependency that names none.
    fn managed(&self, name: &str, line: &Lineage<'a>, depth: usize) -> Option<(String, String)> {
        if depth > 4 {
            return None;
        }
        for (_, pom) in line {
            // Names of managed dependencies may hold properties as well.
            let found = pom.managed.get(name).or_else(|| {
                let mut held = pom.managed.iter().filter(|(key, _)| key.contains("${"));
                held.find(|(key, _)| interpolate(key, line) == name).map(|(_, value)| value)
            });
            if let Some((version, scope)) = found {
                return Some((interpolate(version, line), scope.clone()));
            }
        }
        for (_, pom) in line {
            for [group, artifact, _] in pom.imported.iter().take(64) {
                let bom = format!("{}:{}", interpolate(group, line), interpolate(artifact, line));
                let Some((path, bom)) = self.by_name.get(&bom) else { continue };
                let found = self.managed(name, &self.lineage(path, bom), depth + 1);
                if found.is_some() {
                    return found;
                }
            }
        }
        None
    }
}

fn group(pom: &Pom) -> &str {
    match (&pom.group, &pom.parent) {
        (group, Some([parent, ..])) if group.is_empty() => parent,
        (group, _) => group,
    }
}

fn version(pom: &Pom) -> &str {
    match (&pom.version, &pom.parent) {
        (version, Some([_, _, parent])) if version.is_empty() => parent,
        (version, _) => version,
    }
}

/// A path as seen from a file; a directory stands for the POM in it.
fn join(from: &str, relative: &str) -> Option<String> {
    if relative.is_empty() || relative.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            other => parts.push(other),
        }
    }
    let path = parts.join("/");
    if path.ends_with(".xml") {
        Some(path)
    } else if path.is_empty() {
        Some("pom.xml".to_owned())
    } else {
        Some(path + "/pom.xml")
    }
}

/// The text with the values of its properties; what is not known stays.
fn interpolate(text: &str, line: &Lineage<'_>) -> String {
    let mut text = text.to_owned();
    // Once more for properties whose values name others.
    for _ in 0..limits::PARENTS {
        if !text.contains("${") {
            break;
        }
        let mut out = String::new();
        let mut rest = text.as_str();
        let mut changed = false;
        while let Some((before, after)) = rest.split_once("${") {
            out.push_str(before);
            let Some((name, tail)) = after.split_once('}') else {
                out.push_str("${");
                rest = after;
                continue;
            };
            match property(name, line) {
                Some(value) => {
                    out.push_str(&value);
                    changed = true;
                }
                None => {
                    out.push_str("${");
                    out.push_str(name);
                    out.push('}');
                }
            }
            rest = tail;
            if out.len() > limits::NAME {
                return String::new();
            }
        }
        out.push_str(rest);
        text = out;
        if !changed || text.len() > limits::NAME {
            break;
        }
    }
    text
}

fn property(name: &str, line: &Lineage<'_>) -> Option<String> {
    if let Some(value) = line.iter().find_map(|(_, pom)| pom.properties.get(name)) {
        return Some(value.clone());
    }
    let (_, pom) = line.first()?;
    let name = name.strip_prefix("project.").or_else(|| name.strip_prefix("pom.")).unwrap_or(name);
    let value = match name {
        "version" => version(pom),
        "groupId" => group(pom),
        "artifactId" => &pom.artifact,
        "parent.version" => &pom.parent.as_ref()?[2],
        "parent.groupId" => &pom.parent.as_ref()?[0],
        _ => return None,
    };
    Some(value.to_owned())
}

/// The version, if the text names one and no range.
fn exact(text: &str) -> &str {
    let one = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let version = one.unwrap_or(text);
    if version.contains(['[', '(', ')', ',', '$']) { "" } else { version }
}
