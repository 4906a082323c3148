//! The metrics of a scan under the names that clients read.

use analysis::ScanResult;
use serde_json::{Value, json};

/// `MetricInfo` of the official SDK, as far as a result knows it; everything
/// is text there.
pub(crate) fn metric_info(result: &ScanResult) -> Value {
    let totals = &result.totals;
    let (files, functions) = (u64::from(totals.files), u64::from(totals.functions));
    json!({
        "code_size": totals.lines.code.to_string(),
        "raw_lines": totals.lines.total.to_string(),
        "methods_total": functions.to_string(),
        "cyclomatic_complexity_total": totals.cyclomatic.to_string(),
        "cyclomatic_complexity_per_method": mean(totals.cyclomatic, functions),
        "maximum_cyclomatic_complexity": result.max_cyclomatic.to_string(),
        "huge_cyclomatic_complexity_total": result.complex_functions.to_string(),
        "huge_cyclomatic_complexity_ratio": share(result.complex_functions.into(), functions),
        "files_total": files.to_string(),
        "lines_per_file": mean(totals.lines.code.into(), files),
        "code_duplication_total": totals.duplicated_lines.to_string(),
        "code_duplication_ratio": percent(totals.duplication()),
    })
}

/// `12.50%`
pub(crate) fn share(part: u64, whole: u64) -> String {
    percent(if whole == 0 { 0.0 } else { part as f64 / whole as f64 })
}

/// A share of 0 to 1, as [`share`].
pub(crate) fn percent(share: f64) -> String {
    format!("{:.2}%", 100.0 * share)
}

/// Two digits after the point; of nothing, 0.
pub(crate) fn mean(sum: u64, count: u64) -> String {
    format!("{:.2}", if count == 0 { 0.0 } else { sum as f64 / count as f64 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_means_of_nothing_are_zero() {
        assert_eq!((share(1, 8), share(1, 0)), ("12.50%".to_owned(), "0.00%".to_owned()));
        assert_eq!((mean(7, 2), mean(7, 0)), ("3.50".to_owned(), "0.00".to_owned()));
    }
}
