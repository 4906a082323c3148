//! The dependencies of a scan, as lists.

use std::collections::BTreeMap;

use base::{Error, Granted, PageRequest, Paged, Result, Right};
use call::Call;
use dependencies::osv::{Level, Match};
use dependencies::{Component, Ecosystem, Kind as FileKind, Scope};
use serde::{Deserialize, Serialize};

use crate::details::{self, Kind};
use crate::plan::ScanPlan;
use crate::scan::Scan;

/// A component, with what is known against it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dependency {
    /// The component.
    #[serde(flatten)]
    pub component: Component,
    /// Advisories that hold for its version, the gravest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vulnerabilities: Vec<Match>,
}

impl Dependency {
    /// The gravest level of its advisories; `None` without any.
    #[must_use]
    pub fn level(&self) -> Option<Level> {
        self.vulnerabilities.iter().map(|found| found.level).max()
    }
}

/// A file that told of dependencies, or of the licence of the code itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The path.
    pub path: String,
    /// What kind it is; `None` for the text of a licence.
    pub kind: Option<FileKind>,
    /// Of the text of a licence: the SPDX identifier.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub licence: String,
    /// Why it could not be read; empty if it could.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub error: String,
}

/// Which dependencies are wanted; nothing given means all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DependencyFilter {
    /// Only of this ecosystem.
    pub ecosystem: Option<Ecosystem>,
    /// Only what the code asks for itself, or only what comes with that.
    pub direct: Option<bool>,
    /// Only with this use.
    pub scope: Option<Scope>,
    /// Only what advisories hold for, or only the rest.
    pub vulnerable: Option<bool>,
    /// Only with this identifier in its licence; the empty one for those whose
    /// licence is not known.
    pub licence: Option<String>,
    /// Only with this in its name, whatever the case.
    pub text: String,
}

impl DependencyFilter {
    fn admits(&self, one: &Dependency) -> bool {
        let component = &one.component;
        let licence = self.licence.as_ref().is_none_or(|wanted| match wanted.as_str() {
            "" => component.licence.is_empty(),
            wanted => {
                dependencies::licence::identifiers(&component.licence).iter().any(|id| id == wanted)
            }
        });
        let text = self.text.trim().to_lowercase();
        licence
            && self.ecosystem.is_none_or(|wanted| component.ecosystem == wanted)
            && self.direct.is_none_or(|wanted| component.direct == Some(wanted))
            && self.scope.is_none_or(|wanted| component.scope == wanted)
            && self.vulnerable.is_none_or(|wanted| one.vulnerabilities.is_empty() != wanted)
            && (text.is_empty() || component.name.to_lowercase().contains(&text))
    }
}

/// How many there are of which.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DependencySummary {
    /// All, before any filter.
    pub total: u64,
    /// Those that advisories hold for.
    pub vulnerable: u64,
    /// By ecosystem.
    pub ecosystems: BTreeMap<Ecosystem, u64>,
    /// Those that the code asks for itself.
    pub direct: u64,
    /// By the gravest level of their advisories.
    pub levels: BTreeMap<Level, u64>,
}

/// A page of dependencies, and a summary of all of the scan's.
#[derive(Debug, Clone, PartialEq)]
pub struct DependencyList {
    /// The vulnerable first, the gravest of them first; then by name.
    pub page: Paged<Dependency>,
    /// Of all, whatever the filter.
    pub summary: DependencySummary,
}

/// How many components have a licence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LicenceCount {
    /// The identifier; empty for those whose licence is not known.
    pub licence: String,
    /// Components whose expression names it.
    pub components: u64,
}

/// The dependencies of a scan. Empty for one that is not the latest of its
/// lane, as other lists are.
///
/// # Errors
/// `NotFound` when the scan is not the plan's.
pub async fn dependencies<R: Right>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    scan: &Scan,
    filter: &DependencyFilter,
    page: PageRequest,
) -> Result<DependencyList> {
    let all = all(call, plan, scan).await?;
    let mut summary = DependencySummary { total: all.len() as u64, ..Default::default() };
    for one in &all {
        *summary.ecosystems.entry(one.component.ecosystem).or_default() += 1;
        summary.direct += u64::from(one.component.direct == Some(true));
        if let Some(level) = one.level() {
            summary.vulnerable += 1;
            *summary.levels.entry(level).or_default() += 1;
        }
    }
    let mut found: Vec<Dependency> = all.into_iter().filter(|one| filter.admits(one)).collect();
    // Within a level they stay in the order of their names.
    found.sort_by_key(|one| std::cmp::Reverse(one.level()));
    let total = found.len() as u64;
    let skip = usize::try_from(page.skip()).unwrap_or(usize::MAX);
    let size = usize::try_from(page.size()).unwrap_or(usize::MAX);
    let items = found.into_iter().skip(skip).take(size).collect();
    Ok(DependencyList { page: Paged { items, total, page }, summary })
}

/// The licences of a scan's dependencies, the commonest first.
///
/// # Errors
/// `NotFound` when the scan is not the plan's.
pub async fn licences<R: Right>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    scan: &Scan,
) -> Result<Vec<LicenceCount>> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for one in all(call, plan, scan).await? {
        let ids = dependencies::licence::identifiers(&one.component.licence);
        if ids.is_empty() {
            *counts.entry(String::new()).or_default() += 1;
        }
        for id in ids {
            *counts.entry(id).or_default() += 1;
        }
    }
    let mut counts: Vec<LicenceCount> = counts
        .into_iter()
        .map(|(licence, components)| LicenceCount { licence, components })
        .collect();
    counts.sort_by_key(|count| std::cmp::Reverse(count.components));
    Ok(counts)
}

/// The files that told of dependencies and of licences, by path.
///
/// # Errors
/// `NotFound` when the scan is not the plan's.
pub async fn told_by<R: Right>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    scan: &Scan,
) -> Result<Vec<Source>> {
    kept(call, plan, scan, Kind::Manifests).await
}

pub(super) async fn all<R: Right>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    scan: &Scan,
) -> Result<Vec<Dependency>> {
    kept(call, plan, scan, Kind::Dependencies).await
}

async fn kept<R: Right, T: serde::de::DeserializeOwned>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    scan: &Scan,
    kind: Kind,
) -> Result<Vec<T>> {
    if scan.plan != plan.id {
        return Err(Error::not_found("scan"));
    }
    Ok(details::read(call.db.reader(), scan.id, kind).await?.unwrap_or_default())
}
