//! How grave an advisory is.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Advisory, Affected};

/// The levels of CVSS.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Nobody has said.
    #[default]
    Unknown,
    /// Below 4.0.
    Low,
    /// From 4.0.
    Medium,
    /// From 7.0.
    High,
    /// From 9.0.
    Critical,
}

impl Level {
    /// The word for addresses and messages.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// The level of a score from 0 to 10.
    #[must_use]
    pub fn of_score(score: f64) -> Self {
        match score {
            score if score >= 9.0 => Self::Critical,
            score if score >= 7.0 => Self::High,
            score if score >= 4.0 => Self::Medium,
            score if score > 0.0 => Self::Low,
            _ => Self::Unknown,
        }
    }

    fn of_word(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "critical" => Self::Critical,
            "high" | "important" => Self::High,
            "medium" | "moderate" => Self::Medium,
            "low" | "minor" | "negligible" => Self::Low,
            _ => return None,
        })
    }
}

/// The level and, where a vector tells it, the score: of the newest CVSS that
/// is given, for the package before those for all; else the database's word.
pub(super) fn of(advisory: &Advisory, affected: &[&Affected]) -> (Level, Option<f64>) {
    let own = affected.iter().flat_map(|affected| &affected.severity);
    for severities in [own.collect::<Vec<_>>(), advisory.severity.iter().collect()] {
        let mut scores: Vec<(&str, f64)> = severities
            .iter()
            .filter_map(|severity| Some((severity.kind.as_str(), score(&severity.score)?)))
            .collect();
        scores.sort_by(|one, other| one.0.cmp(other.0).then(one.1.total_cmp(&other.1)));
        if let Some((_, score)) = scores.pop() {
            return (Level::of_score(score), Some(score));
        }
    }
    let maps = affected
        .iter()
        .map(|affected| &affected.database_specific)
        .chain([&advisory.database_specific]);
    for map in maps {
        if let Some(vector) = map.get("cvss").and_then(vector)
            && let Some(score) = score(vector)
        {
            return (Level::of_score(score), Some(score));
        }
        if let Some(level) = map.get("severity").and_then(Value::as_str).and_then(Level::of_word) {
            return (level, None);
        }
        // What is only unmaintained is worth knowing.
        if map.get("informational").is_some_and(Value::is_string) {
            return (Level::Low, None);
        }
    }
    (Level::Unknown, None)
}

fn vector(value: &Value) -> Option<&str> {
    value.as_str().or_else(|| value.get("vectorString")?.as_str())
}

/// The score of a vector; some databases write the score itself.
fn score(text: &str) -> Option<f64> {
    if let Ok(vector) = text.parse::<cvss::Cvss>() {
        return Some(vector.score());
    }
    text.parse::<f64>().ok().filter(|score| (0.0..=10.0).contains(score))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn vectors_have_the_scores_of_their_specifications() {
        for (vector, expected) in [
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8),
            ("CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1),
            ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 9.3),
            ("CVSS:4.0/AV:L/AC:L/AT:N/PR:L/UI:N/VC:N/VI:N/VA:L/SC:N/SI:N/SA:N", 4.8),
            ("5.3", 5.3),
        ] {
            assert_eq!(score(vector), Some(expected), "{vector}");
        }
        assert_eq!(score("CVSS:3.1/nonsense"), None);
    }

    #[test]
    fn words_count_where_there_is_no_vector() {
        let advisory: Advisory = serde_json::from_value(json!({
            "id": "GHSA-1", "database_specific": { "severity": "MODERATE" },
        }))
        .unwrap();
        assert_eq!(of(&advisory, &[]), (Level::Medium, None));
    }
}
