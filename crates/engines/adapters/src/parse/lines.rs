//! Lines that a regular expression describes.

use super::{MOST, ParseError, Raw};
use crate::{Declaration, Reported};

pub(super) fn raw(declaration: &Declaration, output: &[u8]) -> Result<Vec<Raw>, ParseError> {
    let pattern = declaration.line_pattern().map_err(ParseError)?;
    let text = String::from_utf8_lossy(output);
    let found = text.lines().filter_map(|line| {
        let groups = pattern.captures(line)?;
        let text = |name: &str| groups.name(name).map_or("", |group| group.as_str());
        let number = |name: &str| text(name).parse::<u32>().ok();
        let mut one =
            Reported::at(text("path"), number("line").unwrap_or(1), number("column").unwrap_or(1))
                .to(number("end_line"), number("end_column"));
        text("rule").clone_into(&mut one.rule);
        text("message").clone_into(&mut one.message);
        Some((one, text("severity").to_owned()))
    });
    Ok(found.take(MOST).collect())
}
