//! Bills of materials: CycloneDX and SPDX, as JSON.
//!
//! The same bill is the same bytes: nothing in it comes from a clock or from
//! chance but what the caller puts in.

mod cyclonedx;
mod spdx;

use std::collections::BTreeMap;

use crate::osv::Match;
use crate::{Component, Scope};

pub use cyclonedx::{CycloneVersion, cyclonedx};
pub use spdx::spdx;

/// What a bill is about.
#[derive(Debug, Clone)]
pub struct Bill<'a> {
    /// The name of what was looked at.
    pub name: &'a str,
    /// Its version: the commit.
    pub version: &'a str,
    /// 32 hexadecimal digits that no other bill has.
    pub serial: &'a str,
    /// When it was looked at, RFC 3339 in UTC with whole seconds.
    pub created: &'a str,
    /// Name and version of the program that looked.
    pub tool: (&'a str, &'a str),
    /// An address of the installation below which the bill has its name space.
    pub namespace: &'a str,
    /// What it depends on.
    pub components: &'a [Component],
    /// Advisories that hold for a component, by its index.
    pub matches: &'a [(usize, Match)],
}

/// Components that are the same package in the same version.
struct Entry<'a> {
    purl: String,
    first: &'a Component,
    all: Vec<&'a Component>,
    scope: Scope,
    direct: bool,
    licence: &'a str,
    /// Package URLs.
    needs: Vec<String>,
}

/// Each package once, by its URL.
fn entries<'a>(components: &'a [Component]) -> Vec<Entry<'a>> {
    let purls: Vec<String> = components.iter().map(Component::purl).collect();
    let mut entries: BTreeMap<&str, Entry<'a>> = BTreeMap::new();
    for (component, purl) in components.iter().zip(&purls) {
        let entry = entries.entry(purl).or_insert_with(|| Entry {
            purl: purl.clone(),
            first: component,
            all: Vec::new(),
            scope: component.scope,
            direct: false,
            licence: "",
            needs: Vec::new(),
        });
        entry.all.push(component);
        entry.scope = entry.scope.min(component.scope);
        entry.direct |= component.direct == Some(true);
        if entry.licence.is_empty() {
            entry.licence = &component.licence;
        }
        let needs = component.needs.iter().filter_map(|need| purls.get(*need as usize));
        entry.needs.extend(needs.filter(|need| *need != purl).cloned());
    }
    let mut entries: Vec<Entry<'a>> = entries.into_values().collect();
    for entry in &mut entries {
        entry.needs.sort_unstable();
        entry.needs.dedup();
    }
    entries
}

/// 8-4-4-4-12.
fn uuid(serial: &str) -> String {
    let digits: String = serial.chars().filter(char::is_ascii_hexdigit).collect();
    let digits = format!("{digits:0>32}").to_lowercase();
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    format!("{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
}
