//! XML as a small tree. Entities are not expanded, but for the five that are
//! built in and for characters by number.

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

use super::ReadError;
use crate::limits;

/// An element.
#[derive(Debug, Default)]
pub(super) struct Element {
    /// Its name without a prefix.
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    /// Its own text, trimmed.
    pub(super) text: String,
    pub(super) children: Vec<Self>,
    pub(super) line: u32,
}

impl Element {
    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of a child, or nothing.
    pub(super) fn text_of(&self, name: &str) -> &str {
        self.child(name).map_or("", |child| child.text.as_str())
    }

    /// An attribute, whatever the case of its name.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// The root element of a document.
pub(super) fn parse(text: &str) -> Result<Element, ReadError> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    let (mut seen, mut at, mut line) = (0_usize, 0_usize, 1_u32);
    loop {
        let event = reader.read_event().map_err(ReadError::malformed)?;
        let empty = matches!(event, Event::Empty(_));
        match event {
            Event::Start(start) | Event::Empty(start) => {
                seen += 1;
                if seen > limits::ELEMENTS || open.len() >= limits::DEPTH {
                    return Err(ReadError::malformed("it has too many elements"));
                }
                let here = usize::try_from(reader.buffer_position()).unwrap_or(at).min(text.len());
                // Of a tag over several lines, the one it ends on is near enough.
                let passed =
                    text.as_bytes()[at..here].iter().filter(|byte| **byte == b'\n').count();
                line = line.saturating_add(u32::try_from(passed).unwrap_or(u32::MAX));
                at = here;
                let element = element(&start, line)?;
                if empty {
                    close(element, &mut open, &mut root);
                } else {
                    open.push(element);
                }
            }
            Event::End(_) => {
                let Some(mut element) = open.pop() else {
                    return Err(ReadError::malformed("an element ends that did not begin"));
                };
                element.text = element.text.trim().to_owned();
                close(element, &mut open, &mut root);
            }
            Event::Text(text) => {
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&text.decode().map_err(ReadError::malformed)?);
                }
            }
            Event::CData(data) => {
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&data.decode().map_err(ReadError::malformed)?);
                }
            }
            Event::GeneralRef(reference) => {
                if let Some(element) = open.last_mut() {
                    let character = reference.resolve_char_ref().map_err(ReadError::malformed)?;
                    let name = reference.decode().map_err(ReadError::malformed)?;
                    match (character, resolve_predefined_entity(&name)) {
                        (Some(character), _) => element.text.push(character),
                        (None, Some(text)) => element.text.push_str(text),
                        (None, None) => {}
                    }
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    if !open.is_empty() {
        return Err(ReadError::malformed("it ends within an element"));
    }
    root.ok_or_else(|| ReadError::malformed("it has no element"))
}

fn close(element: Element, open: &mut [Element], root: &mut Option<Element>) {
    match open.last_mut() {
        Some(parent) => parent.children.push(element),
        None => *root = root.take().or(Some(element)),
    }
}

fn element(start: &BytesStart<'_>, line: u32) -> Result<Element, ReadError> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(ReadError::malformed)?;
        let value = text(&attribute.value);
        // An entity that is not known leaves the value as it is written.
        let value = quick_xml::escape::unescape(&value).map_or(value.clone(), Into::into);
        attributes.push((text(attribute.key.local_name().as_ref()), value));
    }
    Ok(Element { name: text(start.local_name().as_ref()), attributes, line, ..Element::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_know_their_text_and_line() {
        let root = parse("<?xml version='1.0'?>\n<a x='1 &amp; 2'>\n <b>x&lt;<![CDATA[y]]>&#65;</b>\n <c/>\n</a>").unwrap();
        assert_eq!(root.attribute("X"), Some("1 & 2"));
        assert_eq!((root.text_of("b"), root.child("c").unwrap().line), ("x<yA", 4));
    }

    #[test]
    fn bombs_do_not_go_off() {
        let bomb = "<!DOCTYPE l [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]><l>&b;</l>";
        assert_eq!(parse(bomb).unwrap().text, "");
        let deep = "<a>".repeat(100_000);
        assert!(parse(&deep).is_err());
        assert!(parse("<a><b></a>").is_err());
        assert!(parse("").is_err());
    }
}
