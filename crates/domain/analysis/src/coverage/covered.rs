//! What a report of coverage says, once it has been read.

use std::collections::BTreeMap;

use base::{Error, Result};
use serde::{Deserialize, Serialize};

use crate::lines::Lines;

/// The most files of a report.
pub(super) const MOST_FILES: usize = 100_000;
/// The most lines of a report.
pub(super) const MOST_LINES: usize = 10_000_000;

/// The formats in which reports come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CoverageFormat {
    /// Cobertura's XML, which many tools write.
    Cobertura,
    /// JaCoCo's XML.
    Jacoco,
    /// LCOV's tracefile.
    Lcov,
    /// A profile of `go test -coverprofile`.
    Go,
}

impl CoverageFormat {
    /// Every format.
    pub const ALL: [Self; 4] = [Self::Cobertura, Self::Jacoco, Self::Lcov, Self::Go];

    /// The lower-case word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cobertura => "cobertura",
            Self::Jacoco => "jacoco",
            Self::Lcov => "lcov",
            Self::Go => "go",
        }
    }
}

impl std::str::FromStr for CoverageFormat {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|format| format.as_str() == text)
            .ok_or_else(|| Error::invalid("format", "must be cobertura, jacoco, lcov or go"))
    }
}

/// The lines of a file that can be run, and how often they were.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CoverageOf {
    /// Line from 1, and how often it was run; by line.
    pub(super) lines: Vec<(u32, u32)>,
}

impl CoverageOf {
    pub(super) fn new(lines: BTreeMap<u32, u32>) -> Self {
        Self { lines: lines.into_iter().collect() }
    }

    /// Lines with how often each was run, by line.
    pub fn lines(&self) -> &[(u32, u32)] {
        &self.lines
    }

    /// How often a line was run; `None` where there is nothing to run.
    pub fn hits(&self, line: u32) -> Option<u32> {
        let place = self.lines.binary_search_by_key(&line, |(line, _)| *line).ok()?;
        self.lines.get(place).map(|(_, hits)| *hits)
    }

    /// All lines together.
    pub fn totals(&self) -> Covered {
        totals(self.lines.iter().map(|(_, hits)| *hits))
    }

    /// These lines together.
    pub fn totals_in(&self, lines: &Lines) -> Covered {
        totals(self.lines.iter().filter(|(line, _)| lines.contains(*line)).map(|(_, hits)| *hits))
    }

    /// With what another report says of the same file.
    pub(super) fn merge(&mut self, other: &Self) {
        let mut all: BTreeMap<u32, u32> = self.lines.iter().copied().collect();
        for (line, hits) in &other.lines {
            let known = all.entry(*line).or_default();
            *known = known.saturating_add(*hits);
        }
        self.lines = all.into_iter().collect();
    }
}

/// How many lines tests have run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Covered {
    /// Lines that were run at least once.
    pub hit: u32,
    /// Lines that can be run.
    pub lines: u32,
}

impl Covered {
    /// As a percentage; `None` where there is nothing to run.
    pub fn percent(self) -> Option<f64> {
        (self.lines > 0).then(|| f64::from(self.hit) * 100.0 / f64::from(self.lines))
    }
}

impl std::ops::AddAssign for Covered {
    fn add_assign(&mut self, other: Self) {
        self.hit = self.hit.saturating_add(other.hit);
        self.lines = self.lines.saturating_add(other.lines);
    }
}

fn totals(hits: impl Iterator<Item = u32>) -> Covered {
    let mut all = Covered::default();
    for hits in hits {
        all += Covered { hit: u32::from(hits > 0), lines: 1 };
    }
    all
}

/// All together; `None` of nothing.
pub(crate) fn sum(parts: impl Iterator<Item = Covered>) -> Option<Covered> {
    parts.reduce(|mut all, one| {
        all += one;
        all
    })
}
