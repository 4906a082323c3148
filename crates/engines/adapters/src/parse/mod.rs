//! What tools write, one format a file.

mod checkstyle;
pub(crate) mod errorformat;
mod json;
mod lines;
mod rdjsonl;
mod sarif;
mod tca;

use crate::{Declaration, Fix, Format, Reported, Severity};

pub use checkstyle::checkstyle;
pub use rdjsonl::rdjsonl;
pub use sarif::sarif;
pub use tca::tca;

/// More reports of one output are cut.
pub const MOST: usize = 50_000;
/// Characters of a message that are kept.
const MESSAGE: usize = 2_000;
/// Bytes of a rule's name or a path; longer ones are none.
const NAME: usize = 1_024;
/// Bytes of all fixes of one output; what comes after has none.
const FIXES: usize = 8 << 20;

/// Why an output could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ParseError(pub(crate) String);

impl ParseError {
    fn new(what: &str, why: impl std::fmt::Display) -> Self {
        let why: String = why.to_string().chars().take(200).collect();
        Self(format!("the output is not {what}: {why}"))
    }
}

/// A report with the tool's own word for how grave it is.
pub(crate) type Raw = (Reported, String);

/// What a tool has written, read as its declaration says.
///
/// # Errors
/// When the output does not have the declared form.
pub fn parse(declaration: &Declaration, output: &[u8]) -> Result<Vec<Reported>, ParseError> {
    let output = output.strip_prefix(b"\xef\xbb\xbf").unwrap_or(output);
    let raw: Vec<Raw> = match declaration.format {
        Format::Sarif => sarif::raw(output)?,
        Format::Checkstyle => checkstyle::raw(output)?,
        Format::Rdjsonl => rdjsonl::raw(output)?,
        Format::Regex => lines::raw(declaration, output)?,
        Format::Errorformat => errorformat::raw(&declaration.errorformat, output)?,
        Format::Json => json::raw(declaration, output, false)?,
        Format::JsonLines => json::raw(declaration, output, true)?,
        Format::Tca => tca::raw(output)?,
    };
    let begins =
        |rule: &str, all: &[String]| all.iter().any(|begin| rule.starts_with(begin.as_str()));
    if let Some((one, _)) = raw.iter().find(|(one, _)| begins(&one.rule, &declaration.failures)) {
        let why: String = one.message.trim().chars().take(200).collect();
        return Err(ParseError(format!("it could not look at the code: {why}")));
    }
    let known = raw.into_iter().filter(|(one, _)| !begins(&one.rule, &declaration.drop_rules)).map(
        |(mut one, word)| {
            one.severity = declaration.severity_of(&one.rule, &word);
            one
        },
    );
    Ok(tidy(known))
}

/// With the tool's own words for severities taken as they are.
fn plain(raw: Vec<Raw>) -> Vec<Reported> {
    tidy(raw.into_iter().map(|(mut one, word)| {
        one.severity = Severity::of_word(&word);
        one
    }))
}

fn tidy(reports: impl Iterator<Item = Reported>) -> Vec<Reported> {
    // No file is called so, and PostgreSQL keeps no text with a byte 0.
    let is_name = |name: &str| name.len() <= NAME && !name.contains('\0');
    let mut fixes = 0;
    reports
        .filter(|one| !one.path.is_empty() && is_name(&one.path) && is_name(&one.rule))
        .map(|mut one| {
            let message = one.message.replace('\0', " ");
            let message = message.trim();
            one.message = match message.char_indices().nth(MESSAGE) {
                Some((end, _)) => message[..end].to_owned(),
                None => message.to_owned(),
            };
            fixes += one.fix.as_ref().map_or(0, Fix::size);
            if fixes > FIXES {
                one.fix = None;
            }
            one
        })
        .take(MOST)
        .collect()
}
