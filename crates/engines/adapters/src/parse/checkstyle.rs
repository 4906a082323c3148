//! Checkstyle's XML, which many other tools write, too.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::{MOST, ParseError, Raw, plain};
use crate::Reported;

/// The errors of a report.
///
/// # Errors
/// When it is not such XML.
pub fn checkstyle(output: &[u8]) -> Result<Vec<Reported>, ParseError> {
    raw(output).map(plain)
}

pub(super) fn raw(output: &[u8]) -> Result<Vec<Raw>, ParseError> {
    let wrong = |error: String| ParseError::new("checkstyle", error);
    let text = String::from_utf8_lossy(output);
    let mut reader = Reader::from_str(&text);
    let (mut found, mut file, mut root) = (Vec::new(), String::new(), false);
    loop {
        match reader.read_event().map_err(|error| wrong(error.to_string()))? {
            Event::Start(start) | Event::Empty(start) => match start.local_name().as_ref() {
                b"checkstyle" => root = true,
                b"file" => file = value(&start, "name").unwrap_or_default(),
                b"error" if root && found.len() < MOST => {
                    let number = |name: &str| {
                        value(&start, name).and_then(|text| text.parse().ok()).unwrap_or(1)
                    };
                    let mut one = Reported::at(file.clone(), number("line"), number("column"));
                    one.rule = value(&start, "source").unwrap_or_default();
                    one.message = value(&start, "message").unwrap_or_default();
                    found.push((one, value(&start, "severity").unwrap_or_default()));
                }
                _ => {}
            },
            Event::Eof => break,
            _ => {}
        }
    }
    if root { Ok(found) } else { Err(wrong("it has no such element".to_owned())) }
}

fn value(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = start.try_get_attribute(name).ok().flatten()?;
    let text = String::from_utf8_lossy(&attribute.value).into_owned();
    // What names an unknown entity stays as it is written.
    Some(quick_xml::escape::unescape(&text).map_or(text.clone(), Into::into))
}
