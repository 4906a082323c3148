//! `pom.xml`. What its parents and properties decide is put in by
//! [`resolve`](crate::resolve), which sees them all.

use super::ReadError;
use super::xml::{self, Element};
use crate::{Kind, Manifest, Pom, Project, limits};

pub(super) fn pom(source: &str) -> Result<Manifest, ReadError> {
    let root = xml::parse(source)?;
    if root.name != "project" {
        return Err(ReadError::malformed("it is not the POM of a project"));
    }
    let mut pom = Pom {
        group: root.text_of("groupId").to_owned(),
        artifact: root.text_of("artifactId").to_owned(),
        version: root.text_of("version").to_owned(),
        ..Pom::default()
    };
    if let Some(parent) = root.child("parent") {
        pom.parent = Some(coordinates(parent));
        pom.parent_path = match parent.child("relativePath") {
            Some(path) => path.text.clone(),
            None => "../pom.xml".to_owned(),
        };
    }
    for property in root.child("properties").into_iter().flat_map(|all| &all.children) {
        pom.properties.insert(property.name.clone(), property.text.clone());
    }
    let managed = root.child("dependencyManagement");
    for entry in dependencies(managed) {
        let [group, artifact, version] = coordinates(entry);
        if entry.text_of("scope") == "import" {
            pom.imported.push([group, artifact, version]);
        } else {
            let scope = entry.text_of("scope").to_owned();
            pom.managed.insert(format!("{group}:{artifact}"), (version, scope));
        }
    }
    for entry in dependencies(Some(&root)) {
        let [group, artifact, version] = coordinates(entry);
        let scope = entry.text_of("scope").to_owned();
        pom.dependencies.push((group, artifact, version, scope, entry.line));
    }
    if pom.dependencies.len() > limits::PACKAGES || pom.imported.len() > 1_000 {
        return Err(ReadError::TooMany);
    }
    let licences: Vec<&str> = root
        .child("licenses")
        .into_iter()
        .flat_map(|all| all.all("license"))
        .map(|licence| licence.text_of("name"))
        .filter(|name| !name.is_empty())
        .collect();
    let mut manifest = Manifest::new(Kind::Pom);
    manifest.project = Some(Project {
        name: format!("{}:{}", pom.group, pom.artifact),
        version: pom.version.clone(),
        licence: licences.join(" OR "),
    });
    manifest.pom = Some(pom);
    Ok(manifest)
}

fn coordinates(element: &Element) -> [String; 3] {
    ["groupId", "artifactId", "version"].map(|name| element.text_of(name).to_owned())
}

fn dependencies(below: Option<&Element>) -> impl Iterator<Item = &Element> {
    below
        .and_then(|below| below.child("dependencies"))
        .into_iter()
        .flat_map(|all| all.all("dependency"))
}
