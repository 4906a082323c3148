//! YAML that somebody sends, and YAML for somebody to read.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::RuleFault;

/// Reads a document, bounded in nesting and in what aliases may repeat.
///
/// # Errors
/// Where it is malformed.
pub(super) fn read(text: &str) -> Result<Value, RuleFault> {
    typed(text, 1)?.pop().ok_or_else(|| RuleFault::of("", "there is nothing"))
}

fn typed<T: DeserializeOwned>(text: &str, most: usize) -> Result<Vec<T>, RuleFault> {
    let budget = serde_saphyr::budget! {
        max_events: 400_000,
        max_nodes: 200_000,
        max_depth: 48,
        max_aliases: 100,
        max_anchors: 100,
        max_documents: most,
    };
    let options = serde_saphyr::options! { budget: budget };
    serde_saphyr::from_multiple_with_options(text, options).map_err(|e| fault(&e))
}

/// An error of the reader as a fault in the text.
pub(super) fn fault(error: &serde_saphyr::Error) -> RuleFault {
    let small = |n: u64| u32::try_from(n).unwrap_or(0);
    let (line, column) = error.location().map_or((0, 0), |l| (small(l.line()), small(l.column())));
    let text = error.to_string();
    // What follows is a drawing of the place.
    let why = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let why = why.trim().trim_start_matches("error: ");
    let place = format!("line {line} column {column}: ");
    let why = why.strip_prefix(&place).unwrap_or(why).to_owned();
    let named = why.split('`').nth(1).filter(|_| why.contains("field"));
    RuleFault { line, column, field: named.unwrap_or_default().to_owned(), why }
}
