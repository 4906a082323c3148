//! SPDX 2.3.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{Bill, entries, uuid};
use crate::Scope;
use crate::licence::identifiers;

const ROOT: &str = "SPDXRef-Root";

/// The bill as an SPDX document.
#[must_use]
pub fn spdx(bill: &Bill<'_>) -> Value {
    let entries = entries(bill.components);
    let ids: BTreeMap<&str, String> = entries
        .iter()
        .enumerate()
        .map(|(number, entry)| (entry.purl.as_str(), format!("SPDXRef-Package-{}", number + 1)))
        .collect();
    let mut packages = vec![json!({
        "SPDXID": ROOT,
        "name": bill.name,
        "versionInfo": bill.version,
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": false,
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": "NOASSERTION",
        "copyrightText": "NOASSERTION",
        "primaryPackagePurpose": "APPLICATION",
    })];
    let mut relationships = vec![relationship("SPDXRef-DOCUMENT", "DESCRIBES", ROOT)];
    let mut own: BTreeSet<String> = BTreeSet::new();
    for entry in &entries {
        let id = &ids[entry.purl.as_str()];
        let licence = if entry.licence.is_empty() { "NOASSERTION" } else { entry.licence };
        let all = identifiers(licence).into_iter();
        own.extend(all.filter(|id| id.starts_with("LicenseRef-")));
        let places: Vec<String> = entry
            .all
            .iter()
            .map(|component| format!("{}:{}", component.path, component.line))
            .collect();
        let mut package = json!({
            "SPDXID": id,
            "name": entry.first.name,
            "downloadLocation": "NOASSERTION",
            "filesAnalyzed": false,
            "licenseConcluded": "NOASSERTION",
            "licenseDeclared": licence,
            "copyrightText": "NOASSERTION",
            "sourceInfo": format!("named in {}", places.join(", ")),
            "externalRefs": [{
                "referenceCategory": "PACKAGE-MANAGER",
                "referenceType": "purl",
                "referenceLocator": entry.purl,
            }],
        });
        if !entry.first.version.is_empty() {
            package["versionInfo"] = json!(entry.first.version);
        }
        packages.push(package);
        if entry.direct || entry.first.direct.is_none() {
            relationships.push(match entry.scope {
                Scope::Development => relationship(id, "DEV_DEPENDENCY_OF", ROOT),
                _ => relationship(ROOT, "DEPENDS_ON", id),
            });
        }
        for need in &entry.needs {
            if let Some(other) = ids.get(need.as_str()) {
                relationships.push(relationship(id, "DEPENDS_ON", other));
            }
        }
    }
    let mut document = json!({
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": format!("{}@{}", bill.name, bill.version),
        "documentNamespace": format!("{}/{}", bill.namespace.trim_end_matches('/'), uuid(bill.serial)),
        "creationInfo": {
            "created": bill.created,
            "creators": [format!("Tool: {}-{}", bill.tool.0, bill.tool.1)],
        },
        "packages": packages,
        "relationships": relationships,
    });
    if !own.is_empty() {
        let texts = own.iter().map(|id| {
            let name = id.trim_start_matches("LicenseRef-").replace('-', " ");
            json!({ "licenseId": id, "name": name, "extractedText": name })
        });
        document["hasExtractedLicensingInfos"] = texts.collect();
    }
    document
}

fn relationship(from: &str, kind: &str, to: &str) -> Value {
    json!({ "spdxElementId": from, "relationshipType": kind, "relatedSpdxElement": to })
}
