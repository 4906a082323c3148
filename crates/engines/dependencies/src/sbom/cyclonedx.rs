//! CycloneDX 1.5 and 1.6.

use serde_json::{Map, Value, json};

use super::{Bill, Entry, entries, uuid};
use crate::licence::{identifiers, is_listed};
use crate::osv::Level;
use crate::{Ecosystem, Scope};

/// The release of the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CycloneVersion {
    /// 1.5.
    V1_5,
    /// 1.6.
    V1_6,
}

/// The bill as a CycloneDX document.
#[must_use]
pub fn cyclonedx(bill: &Bill<'_>, version: CycloneVersion) -> Value {
    let entries = entries(bill.components);
    let root = format!("root:{}@{}", bill.name, bill.version);
    let direct: Vec<&str> = entries
        .iter()
        .filter(|entry| entry.direct || entry.first.direct.is_none())
        .map(|entry| entry.purl.as_str())
        .collect();
    let mut dependencies = vec![json!({ "ref": root, "dependsOn": direct })];
    dependencies
        .extend(entries.iter().map(|entry| json!({ "ref": entry.purl, "dependsOn": entry.needs })));
    let mut document = json!({
        "$schema": match version {
            CycloneVersion::V1_5 => "http://cyclonedx.org/schema/bom-1.5.schema.json",
            CycloneVersion::V1_6 => "http://cyclonedx.org/schema/bom-1.6.schema.json",
        },
        "bomFormat": "CycloneDX",
        "specVersion": match version {
            CycloneVersion::V1_5 => "1.5",
            CycloneVersion::V1_6 => "1.6",
        },
        "serialNumber": format!("urn:uuid:{}", uuid(bill.serial)),
        "version": 1,
        "metadata": {
            "timestamp": bill.created,
            "tools": { "components": [
                { "type": "application", "name": bill.tool.0, "version": bill.tool.1 },
            ] },
            "component": {
                "type": "application",
                "bom-ref": root,
                "name": bill.name,
                "version": bill.version,
            },
        },
        "components": entries.iter().map(|entry| component(entry, version)).collect::<Vec<_>>(),
        "dependencies": dependencies,
    });
    let vulnerabilities = vulnerabilities(bill);
    if !vulnerabilities.is_empty() {
        document["vulnerabilities"] = Value::Array(vulnerabilities);
    }
    document
}

fn component(entry: &Entry<'_>, version: CycloneVersion) -> Value {
    let first = entry.first;
    let mut map = Map::new();
    let mut set = |key: &str, value: Value| drop(map.insert(key.to_owned(), value));
    let image = first.ecosystem == Ecosystem::Docker;
    set("type", json!(if image { "container" } else { "library" }));
    set("bom-ref", json!(entry.purl));
    let (group, name) = match first.ecosystem {
        Ecosystem::Maven => first.name.split_once(':'),
        Ecosystem::Npm | Ecosystem::Composer => first.name.split_once('/'),
        _ => None,
    }
    .unwrap_or(("", &first.name));
    if !group.is_empty() {
        set("group", json!(group));
    }
    set("name", json!(name));
    if !first.version.is_empty() {
        set("version", json!(first.version));
    }
    match entry.scope {
        Scope::Runtime => set("scope", json!("required")),
        Scope::Development => set("scope", json!("excluded")),
        Scope::Unknown => {}
    }
    if !entry.licence.is_empty() {
        let ids = identifiers(entry.licence);
        let licence = match ids.as_slice() {
            [one] if one == entry.licence => match one.strip_prefix("LicenseRef-") {
                Some(name) => json!({ "license": { "name": name } }),
                None if is_listed(one) => json!({ "license": { "id": one } }),
                None => json!({ "expression": one }),
            },
            _ => json!({ "expression": entry.licence }),
        };
        set("licenses", json!([licence]));
    }
    set("purl", json!(entry.purl));
    let occurrences: Vec<Value> = entry
        .all
        .iter()
        .map(|component| match version {
            CycloneVersion::V1_5 => json!({ "location": component.path }),
            CycloneVersion::V1_6 => json!({ "location": component.path, "line": component.line }),
        })
        .collect();
    set("evidence", json!({ "occurrences": occurrences }));
    Value::Object(map)
}

fn vulnerabilities(bill: &Bill<'_>) -> Vec<Value> {
    let mut by_id: Vec<(&str, &crate::osv::Match, Vec<String>)> = Vec::new();
    for (index, found) in bill.matches {
        let Some(component) = bill.components.get(*index) else { continue };
        let purl = component.purl();
        match by_id.iter_mut().find(|(id, ..)| *id == found.id) {
            Some((_, _, affected)) => affected.push(purl),
            None => by_id.push((&found.id, found, vec![purl])),
        }
    }
    by_id.sort_by_key(|(id, ..)| *id);
    by_id
        .into_iter()
        .map(|(id, found, mut affected)| {
            affected.sort_unstable();
            affected.dedup();
            let severity = match found.level {
                Level::Critical => "critical",
                Level::High => "high",
                Level::Medium => "medium",
                Level::Low => "low",
                Level::Unknown => "unknown",
            };
            let mut rating = json!({ "severity": severity });
            if let Some(score) = found.score {
                rating["score"] = json!(score);
            }
            let references: Vec<Value> = found
                .aliases
                .iter()
                .map(|alias| json!({ "id": alias, "source": { "name": "OSV" } }))
                .collect();
            let mut entry = json!({
                "bom-ref": format!("vulnerability:{id}"),
                "id": id,
                "source": { "name": "OSV", "url": format!("https://osv.dev/vulnerability/{id}") },
                "ratings": [rating],
                "affects": affected.iter().map(|purl| json!({ "ref": purl })).collect::<Vec<_>>(),
            });
            if !found.summary.is_empty() {
                entry["description"] = json!(found.summary);
            }
            if !references.is_empty() {
                entry["references"] = Value::Array(references);
            }
            if !found.fixed.is_empty() {
                entry["recommendation"] = json!(format!("Update to {}", found.fixed));
            }
            entry
        })
        .collect()
}
