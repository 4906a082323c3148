//! YAML that somebody sends, and YAML for somebody to read.

use serde_json::Value;
use serde_saphyr::{MergeKeyPolicy, NonFiniteFloatPolicy, Options};

use super::RuleFault;

/// Reads a rule, bounded in nesting and in what aliases may repeat: what words mean is
/// as ast-grep has it, so that `y` and `on` are names.
///
/// # Errors
/// Where it is malformed.
pub(super) fn read(text: &str) -> Result<Value, RuleFault> {
    let mut options = options(1);
    options.strict_booleans = true;
    options.merge_keys = MergeKeyPolicy::AsOrdinary;
    options.non_finite_float_policy = NonFiniteFloatPolicy::PassThrough;
    options.reject_unsupported_tags = true;
    let read: Result<Vec<Value>, _> = serde_saphyr::from_multiple_with_options(text, options);
    read.map_err(|e| fault(&e))?.pop().ok_or_else(|| RuleFault::of("", "there is nothing"))
}

/// Reads every document of a text.
///
/// # Errors
/// Where one is malformed.
pub(super) fn read_all(text: &str) -> Result<Vec<Value>, RuleFault> {
    serde_saphyr::from_multiple_with_options(text, options(2_000)).map_err(|e| fault(&e))
}

fn options(most: usize) -> Options {
    let budget = serde_saphyr::budget! {
        max_events: 400_000,
        max_nodes: 200_000,
        max_depth: 48,
        max_aliases: 100,
        max_anchors: 100,
        max_documents: most,
    };
    serde_saphyr::options! { budget: budget }
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

/// Writes a value as block YAML; texts of several lines as they are.
pub(super) fn write(value: &Value) -> String {
    let mut out = String::new();
    block(value, 0, &mut out);
    out
}

fn block(value: &Value, indent: usize, out: &mut String) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                pad(indent, out);
                out.push_str(&plain(key, indent));
                out.push(':');
                rest(value, indent, out);
            }
        }
        Value::Array(values) => {
            for value in values {
                pad(indent, out);
                out.push('-');
                match value {
                    Value::Object(fields) if !fields.is_empty() => {
                        // The first field stands beside the dash.
                        let mut inner = String::new();
                        block(value, indent + 2, &mut inner);
                        out.push(' ');
                        out.push_str(inner.trim_start());
                    }
                    value => rest(value, indent, out),
                }
            }
        }
        other => {
            pad(indent, out);
            out.push_str(&scalar(other, indent));
            out.push('\n');
        }
    }
}

fn rest(value: &Value, indent: usize, out: &mut String) {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            out.push('\n');
            block(value, indent + 2, out);
        }
        Value::Array(values) if !values.is_empty() => {
            out.push('\n');
            block(value, indent + 2, out);
        }
        other => {
            out.push(' ');
            out.push_str(&scalar(other, indent));
            out.push('\n');
        }
    }
}

fn pad(indent: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', indent));
}

fn scalar(value: &Value, indent: usize) -> String {
    match value {
        Value::String(text) => plain(text, indent),
        Value::Object(_) => "{}".to_owned(),
        Value::Array(_) => "[]".to_owned(),
        other => other.to_string(),
    }
}

/// A text: plain where nothing in it can be misread, as a block where it has
/// several lines, else in quotes.
fn plain(text: &str, indent: usize) -> String {
    let mut chars = text.chars();
    let safe = chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || "_-./ ".contains(c))
        && !text.ends_with(' ')
        && !matches!(
            text.to_ascii_lowercase().as_str(),
            "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n"
        );
    if safe {
        return text.to_owned();
    }
    let lines: Vec<&str> = text.lines().collect();
    let drawable = lines.len() > 1
        && !lines[0].starts_with(' ')
        && !lines[0].is_empty()
        && text.chars().all(|c| c == '\n' || !c.is_control() || c == '\t')
        && lines.iter().all(|line| !line.starts_with('\t'));
    if drawable {
        let kept = match text.chars().rev().take_while(|c| *c == '\n').count() {
            0 => "-",
            1 => "",
            _ => "+",
        };
        let mut out = format!("|{kept}");
        for line in lines {
            out.push('\n');
            if !line.is_empty() {
                pad(indent + 2, &mut out);
                out.push_str(line);
            }
        }
        return out;
    }
    // A text in JSON's quotes is one in YAML's.
    Value::String(text.to_owned()).to_string()
}
