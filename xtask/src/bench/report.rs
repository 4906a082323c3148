//! What was measured, as a table for people and as JSON for comparing.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use serde::Serialize;

/// What of a page is told beside its median: p95, its first answer, and that
/// right after the import, all of the product.
const OWN: [&str; 3] = ["p95", FIRST, FRESH];
/// See [`OWN`].
pub(super) const FIRST: &str = "first";
/// See [`OWN`].
pub(super) const FRESH: &str = "after the import";

/// Several measurements of one thing.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Sample(Vec<f64>);

impl Sample {
    pub(super) fn push(&mut self, value: f64) {
        self.0.push(value);
    }

    /// The value that 95 of 100 do not exceed, or nothing without any.
    pub(super) fn p95(&self) -> Option<f64> {
        let sorted = self.sorted();
        sorted.get((sorted.len() * 95).div_ceil(100).checked_sub(1)?).copied()
    }

    fn sorted(&self) -> Vec<f64> {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        sorted
    }

    /// The middle value, or nothing without any.
    pub(super) fn median(&self) -> Option<f64> {
        let sorted = self.sorted();
        let middle = sorted.len() / 2;
        match sorted.len() {
            0 => None,
            n if n % 2 == 1 => Some(sorted[middle]),
            _ => Some(f64::midpoint(sorted[middle - 1], sorted[middle])),
        }
    }
}

impl From<f64> for Sample {
    fn from(value: f64) -> Self {
        Self(vec![value])
    }
}

/// One line: the same thing measured on every server that can do it.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    what: String,
    unit: &'static str,
    /// By the target's name, in the order of the columns.
    values: Vec<(String, Sample)>,
}

/// Everything that one run measured.
#[derive(Debug, Default, Serialize)]
pub(super) struct Report {
    /// What was measured on what: sizes, versions, settings.
    notes: Vec<String>,
    rows: Vec<Row>,
}

impl Report {
    pub(super) fn note(&mut self, text: impl Into<String>) {
        let text = text.into();
        println!("{text}");
        self.notes.push(text);
    }

    /// Adds a line and prints it, so that a long run shows what it does.
    pub(super) fn row(&mut self, what: &str, unit: &'static str, values: Vec<(String, Sample)>) {
        let row = Row { what: what.to_owned(), unit, values };
        println!("  {}", line(&row).join("  "));
        self.rows.push(row);
    }

    /// A page in milliseconds: how long it takes as a rule, how long 95 of 100 requests take at
    /// most, and what else is to be told, of the product or of others.
    pub(super) fn page(&mut self, what: &str, warm: Sample, more: Vec<(&str, Sample)>) {
        let p95 = warm.p95().map(|p95| ("p95", Sample::from(p95)));
        let values = [(super::PRODUCT, warm)].into_iter().chain(p95).chain(more);
        let values = values.map(|(name, sample)| (name.to_owned(), sample)).collect();
        self.row(what, "ms", values);
    }

    /// A line that only the product has.
    pub(super) fn single(&mut self, what: &str, unit: &'static str, value: impl Into<Sample>) {
        self.row(what, unit, vec![(super::PRODUCT.to_owned(), value.into())]);
    }

    /// Prints the whole table, in Markdown.
    pub(super) fn print(&self) {
        println!();
        for note in &self.notes {
            println!("{note}");
        }
        println!();
        let head = ["", "Mortise", "beside", "ratio"].map(str::to_owned);
        let mut lines = vec![head.to_vec(), vec!["---".to_owned(); head.len()]];
        lines.extend(self.rows.iter().map(line));
        let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max();
        for line in &lines {
            let cells = line.iter().enumerate().map(|(column, cell)| {
                let width = width(column).unwrap_or(0);
                format!("{cell:<width$}")
            });
            println!("| {} |", cells.collect::<Vec<_>>().join(" | "));
        }
    }

    /// Writes the run beside the earlier ones.
    ///
    /// # Errors
    /// The directory cannot be written.
    pub(super) fn save(&self, dir: &Path) -> Result<()> {
        std::fs::create_dir_all(dir).with_context(|| dir.display().to_string())?;
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        let path = dir.join(format!("{seconds}.json"));
        std::fs::write(&path, serde_json::to_vec_pretty(self)?)
            .with_context(|| path.display().to_string())?;
        println!("\nwritten to {}", path.display());
        Ok(())
    }
}

/// The cells of a line: what, the product's value, the others', and the ratio
/// of the product to each of them.
fn line(row: &Row) -> Vec<String> {
    let (mut product, mut others, mut ratios) = (None, Vec::new(), Vec::new());
    for (name, sample) in &row.values {
        let Some(value) = sample.median() else { continue };
        if name == super::PRODUCT {
            product = Some(value);
            continue;
        }
        others.push(format!("{name} {}", number(value)));
        if let Some(product) = product.filter(|_| !OWN.contains(&name.as_str())) {
            ratios.push(format!("{:.2}", product / value));
        }
    }
    vec![
        format!("{} [{}]", row.what, row.unit),
        product.map_or_else(|| "–".to_owned(), number),
        others.join(", "),
        ratios.join(", "),
    ]
}

fn number(value: f64) -> String {
    match value.abs() {
        big if big >= 1000.0 => format!("{value:.0}"),
        middle if middle >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_a_sample() {
        assert_eq!(Sample::default().median(), None);
        assert_eq!(Sample(vec![3.0, 1.0, 2.0]).median(), Some(2.0));
        assert_eq!(Sample(vec![4.0, 1.0]).median(), Some(2.5));
        assert_eq!(Sample::default().p95(), None);
        assert_eq!(Sample(vec![3.0]).p95(), Some(3.0));
        assert_eq!(Sample((1..=100).map(f64::from).collect()).p95(), Some(95.0));
    }

    #[test]
    fn a_line_has_its_ratios() {
        let values = vec![
            (super::super::PRODUCT.to_owned(), Sample::from(2.0)),
            ("a".to_owned(), Sample::from(4.0)),
            ("b".to_owned(), Sample::from(1000.0)),
        ];
        let row = Row { what: "x".to_owned(), unit: "ms", values };
        assert_eq!(line(&row), ["x [ms]", "2.00", "a 4.00, b 1000", "0.50, 0.00"]);
    }
}
