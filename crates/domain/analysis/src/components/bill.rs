//! Bills of materials of a scan.

use base::{Error, Granted, Result, Right};
use call::Call;
use dependencies::Component;
use dependencies::osv::Match;
use dependencies::sbom::{self, Bill, CycloneVersion};

use super::read;
use crate::plan::ScanPlan;
use crate::scan::Scan;

/// The formats that a bill of materials can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BillFormat {
    /// CycloneDX 1.5, JSON.
    CycloneDx15,
    /// CycloneDX 1.6, JSON.
    CycloneDx16,
    /// SPDX 2.3, JSON.
    Spdx,
}

impl BillFormat {
    /// The format of a word in an address.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "cyclonedx" | "cyclonedx-1.6" => Self::CycloneDx16,
            "cyclonedx-1.5" => Self::CycloneDx15,
            "spdx" => Self::Spdx,
            _ => return None,
        })
    }
}

/// A file to hand out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media: &'static str,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// The bill of materials of a scan: the same bytes whenever it is asked for.
/// `address` is that of the installation, for the name space of SPDX.
///
/// # Errors
/// `NotFound` when the scan is not the plan's, or what it found is not kept any
/// more.
pub async fn bill<R: Right>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    scan: &Scan,
    format: BillFormat,
    address: &str,
) -> Result<Document> {
    let all = read::all(call, plan, scan).await?;
    if all.is_empty() {
        return Err(Error::not_found("list of dependencies of the scan"));
    }
    let (plan_name, number) = (plan.name.clone(), scan.number);
    let commits: Vec<String> =
        scan.sources.iter().map(|source| source.commit.chars().take(40).collect()).collect();
    let at = scan.finished_at.unwrap_or(scan.created_at).to_jiff();
    let created = at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let serial = format!("{}{:012x}", plan.uid.chars().take(20).collect::<String>(), scan.id.0);
    let namespace = format!("{}/sbom", address.trim_end_matches('/'));
    let bytes = tokio::task::spawn_blocking(move || {
        let (mut components, mut matches): (Vec<Component>, Vec<(usize, Match)>) =
            (Vec::with_capacity(all.len()), Vec::new());
        for (index, one) in all.into_iter().enumerate() {
            components.push(one.component);
            matches.extend(one.vulnerabilities.into_iter().map(|found| (index, found)));
        }
        let bill = Bill {
            name: &plan_name,
            version: &commits.join("+"),
            serial: &serial,
            created: &created,
            tool: ("mortise", env!("CARGO_PKG_VERSION")),
            namespace: &namespace,
            components: &components,
            matches: &matches,
        };
        let document = match format {
            BillFormat::CycloneDx15 => sbom::cyclonedx(&bill, CycloneVersion::V1_5),
            BillFormat::CycloneDx16 => sbom::cyclonedx(&bill, CycloneVersion::V1_6),
            BillFormat::Spdx => sbom::spdx(&bill),
        };
        serde_json::to_vec_pretty(&document)
    })
    .await
    .map_err(Error::internal)??;
    let plain: String = plan
        .name
        .chars()
        .map(|c| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' })
        .collect();
    let (ending, media) = match format {
        BillFormat::Spdx => ("spdx.json", "application/spdx+json"),
        _ => ("cdx.json", "application/vnd.cyclonedx+json"),
    };
    Ok(Document { name: format!("{plain}-{number}.{ending}"), media, bytes })
}
