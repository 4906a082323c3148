//! Reading the formats. Each reader goes over the text once, is bounded in what
//! it keeps, and refuses what is not of its format.

use std::collections::BTreeMap;

use base::{Error, Result};
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::{CoverageFormat, CoverageOf, MOST_FILES, MOST_LINES};

/// Deeper XML is refused.
const DEEPEST: usize = 64;
/// Ranges of Go's profiles longer than this are refused.
const LONGEST: u32 = 1_000_000;
const MAX_PATH: usize = 4096;

/// What a report says, by path as it is written there.
pub(super) fn read(
    format: Option<CoverageFormat>,
    text: &[u8],
) -> Result<(CoverageFormat, BTreeMap<String, CoverageOf>)> {
    let format = match format {
        Some(format) => format,
        None => detect(text).ok_or_else(|| wrong("is in none of the formats that are known"))?,
    };
    let mut files = Files::default();
    match format {
        CoverageFormat::Cobertura | CoverageFormat::Jacoco => xml(format, text, &mut files)?,
        CoverageFormat::Lcov => lcov(as_text(text)?, &mut files)?,
        CoverageFormat::Go => go(as_text(text)?, &mut files)?,
    }
    let files = files.finish()?;
    Ok((format, files))
}

fn wrong(why: &str) -> Error {
    Error::invalid("report", why.to_owned())
}

fn as_text(text: &[u8]) -> Result<&str> {
    std::str::from_utf8(text).map_err(|_| wrong("is not UTF-8"))
}

fn detect(text: &[u8]) -> Option<CoverageFormat> {
    let head = String::from_utf8_lossy(text.get(..4096).unwrap_or(text));
    let head = head.trim_start_matches('\u{feff}').trim_start();
    if head.starts_with("mode:") {
        return Some(CoverageFormat::Go);
    }
    if head.starts_with('<') {
        let first = |name: &str| head.find(name);
        return match (first("<coverage"), first("<report")) {
            (Some(_), None) => Some(CoverageFormat::Cobertura),
            (None, Some(_)) => Some(CoverageFormat::Jacoco),
            (Some(one), Some(other)) if one < other => Some(CoverageFormat::Cobertura),
            (Some(_), Some(_)) => Some(CoverageFormat::Jacoco),
            (None, None) => None,
        };
    }
    head.lines()
        .any(|line| line.starts_with("SF:") || line.starts_with("TN:"))
        .then_some(CoverageFormat::Lcov)
}

#[derive(Default)]
struct Files {
    files: BTreeMap<String, BTreeMap<u32, u32>>,
    lines: usize,
}

impl Files {
    /// A line may be told of several times in a report; the most counts.
    fn hit(&mut self, path: &str, line: u32, hits: u32) -> Result<()> {
        if line == 0 {
            return Ok(());
        }
        if !self.files.contains_key(path) {
            if self.files.len() >= MOST_FILES {
                return Err(Error::limit("a report can have at most 100000 files"));
            }
            if path.is_empty() || path.len() > MAX_PATH {
                return Err(wrong("names a file by more than 4096 characters, or by none"));
            }
            self.files.insert(path.to_owned(), BTreeMap::new());
        }
        let Some(file) = self.files.get_mut(path) else { return Ok(()) };
        let mut fresh = false;
        let known = file.entry(line).or_insert_with(|| {
            fresh = true;
            0
        });
        *known = hits.max(*known);
        self.lines += usize::from(fresh);
        if self.lines > MOST_LINES {
            return Err(Error::limit("a report can have at most 10000000 lines"));
        }
        Ok(())
    }

    fn finish(self) -> Result<BTreeMap<String, CoverageOf>> {
        if self.files.is_empty() {
            return Err(wrong("says nothing of any file"));
        }
        Ok(self.files.into_iter().map(|(path, lines)| (path, CoverageOf::new(lines))).collect())
    }
}

/// A count as tools write it: more than fits is much, and `-` or less is none.
fn count(text: &str) -> Option<u32> {
    let text = text.trim();
    match text.parse::<i128>() {
        Ok(number) => Some(u32::try_from(number.max(0)).unwrap_or(u32::MAX)),
        Err(_) if text == "-" => Some(0),
        // Some write counts of loops as fractions.
        Err(_) => {
            let whole = text.split_once('.')?.0;
            whole.parse::<u64>().ok().map(|number| u32::try_from(number).unwrap_or(u32::MAX))
        }
    }
}

fn lcov(text: &str, files: &mut Files) -> Result<()> {
    let mut file: Option<&str> = None;
    for line in text.lines() {
        let line = line.trim_end();
        if let Some(path) = line.strip_prefix("SF:") {
            file = Some(path.trim());
        } else if line == "end_of_record" {
            file = None;
        } else if let Some(data) = line.strip_prefix("DA:") {
            let path = file.ok_or_else(|| wrong("has a line that is in no file"))?;
            let mut parts = data.split(',');
            let number = parts.next().and_then(|text| text.trim().parse::<u32>().ok());
            let hits = parts.next().and_then(count);
            let (Some(number), Some(hits)) = (number, hits) else {
                return Err(wrong("has a line of data that cannot be read"));
            };
            files.hit(path, number, hits)?;
        }
    }
    Ok(())
}

fn go(text: &str, files: &mut Files) -> Result<()> {
    let mut lines = text.lines();
    if !lines.next().is_some_and(|first| first.trim_start_matches('\u{feff}').starts_with("mode:"))
    {
        return Err(wrong("does not begin with a mode, as profiles of Go do"));
    }
    for line in lines {
        let line = line.trim();
        // Several profiles in one file.
        if line.is_empty() || line.starts_with("mode:") {
            continue;
        }
        let (path, first, last, hits) =
            go_block(line).ok_or_else(|| wrong("has a block that cannot be read"))?;
        if last < first || last - first > LONGEST {
            return Err(wrong("has a block that ends before it begins, or is too long"));
        }
        for number in first..=last {
            files.hit(path, number, hits)?;
        }
    }
    Ok(())
}

/// `path:from_line.from_column,to_line.to_column statements count`.
fn go_block(line: &str) -> Option<(&str, u32, u32, u32)> {
    let (place, hits) = line.rsplit_once(' ')?;
    let (place, _statements) = place.rsplit_once(' ')?;
    let (path, range) = place.rsplit_once(':')?;
    let (from, to) = range.split_once(',')?;
    let line_of = |place: &str| place.split('.').next()?.parse::<u32>().ok();
    Some((path, line_of(from)?, line_of(to)?, count(hits)?))
}

fn xml(format: CoverageFormat, text: &[u8], files: &mut Files) -> Result<()> {
    let mut reader = Reader::from_reader(text);
    reader.config_mut().check_end_names = true;
    let malformed = || wrong("is not XML that can be read");
    let mut buffer = Vec::new();
    let (mut depth, mut package, mut file) = (0_usize, String::new(), String::new());
    let mut root = false;
    loop {
        let event = reader.read_event_into(&mut buffer).map_err(|_| malformed())?;
        let (element, opens) = match &event {
            Event::Start(element) => (element, true),
            Event::Empty(element) => (element, false),
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                buffer.clear();
                continue;
            }
            // Names of definitions are nothing that is fetched; definitions of
            // its own a report does not need, and entities are made of them.
            Event::DocType(kind) if kind.contains(&b'[') => {
                return Err(wrong("defines entities of its own"));
            }
            Event::Eof => break,
            _ => {
                buffer.clear();
                continue;
            }
        };
        if opens {
            depth += 1;
            if depth > DEEPEST {
                return Err(wrong("is nested too deeply"));
            }
        }
        let name = element.local_name();
        match (format, name.as_ref()) {
            (CoverageFormat::Cobertura, b"coverage") | (CoverageFormat::Jacoco, b"report") => {
                root = true;
            }
            (CoverageFormat::Cobertura, b"class") => {
                file = attribute(element, "filename")?.unwrap_or_default();
            }
            (CoverageFormat::Cobertura, b"line") => line(element, &file, "number", "hits", files)?,
            (CoverageFormat::Jacoco, b"package") => {
                package = attribute(element, "name")?.unwrap_or_default();
            }
            (CoverageFormat::Jacoco, b"sourcefile") => {
                let own = attribute(element, "name")?.unwrap_or_default();
                file = if package.is_empty() { own } else { format!("{package}/{own}") };
            }
            (CoverageFormat::Jacoco, b"line") => line(element, &file, "nr", "ci", files)?,
            _ => {}
        }
        buffer.clear();
    }
    if depth != 0 || !root {
        return Err(malformed());
    }
    Ok(())
}

fn line(
    element: &BytesStart<'_>,
    file: &str,
    number: &str,
    hits: &str,
    files: &mut Files,
) -> Result<()> {
    let number = attribute(element, number)?.and_then(|text| text.trim().parse::<u32>().ok());
    let hits = attribute(element, hits)?.as_deref().and_then(count);
    match (number, hits) {
        (Some(number), Some(hits)) => files.hit(file, number, hits),
        _ => Err(wrong("has a line without its number or its hits")),
    }
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>> {
    let broken = || wrong("has an attribute that cannot be read");
    let found = element.try_get_attribute(name).map_err(|_| broken())?;
    found
        .map(|found| {
            let text = found.normalized_value(XmlVersion::Implicit1_0).map_err(|_| broken())?;
            Ok(text.into_owned())
        })
        .transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<(String, Vec<(u32, u32)>)> {
        let (_, files) = read(None, text.as_bytes()).unwrap();
        files.into_iter().map(|(path, file)| (path, file.lines)).collect()
    }

    #[test]
    fn lcov_is_read() {
        let text =
            "TN:\nSF:src/a.js\nFN:1,f\nDA:1,1\nDA:2,0\nDA:3,99999999999\nLH:2\nend_of_record\n";
        assert_eq!(of(text), [("src/a.js".to_owned(), vec![(1, 1), (2, 0), (3, u32::MAX)])]);
        assert!(read(Some(CoverageFormat::Lcov), b"DA:1,1\n").is_err());
        assert!(read(Some(CoverageFormat::Lcov), b"SF:a\nDA:x,1\n").is_err());
    }

    #[test]
    fn profiles_of_go_are_read() {
        let text = "mode: set\nm/a.go:3.20,5.2 2 1\nm/a.go:5.2,6.10 1 0\nm/a.go:5.2,6.10 1 0\n";
        assert_eq!(of(text), [("m/a.go".to_owned(), vec![(3, 1), (4, 1), (5, 1), (6, 0)])]);
        assert!(read(Some(CoverageFormat::Go), b"mode: set\na.go:1.1,4000000000.1 1 1\n").is_err());
        assert!(read(Some(CoverageFormat::Go), b"mode: set\na.go:9.1,2.1 1 1\n").is_err());
    }

    #[test]
    fn cobertura_is_read() {
        let text = r#"<?xml version="1.0"?>
<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">
<coverage line-rate="0.5"><sources><source>/b</source></sources><packages><package name="p"><classes>
<class name="A" filename="p/a&amp;b.py"><methods><method name="f"><lines><line number="2" hits="3"/></lines></method></methods>
<lines><line number="1" hits="1"/><line number="2" hits="0" branch="true"/></lines></class></classes></package></packages></coverage>"#;
        assert_eq!(of(text), [("p/a&b.py".to_owned(), vec![(1, 1), (2, 3)])]);
    }

    #[test]
    fn jacoco_is_read() {
        let text = r#"<?xml version="1.0"?><!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd">
<report name="x"><group name="g"><package name="org/x"><class name="org/x/A"><counter type="LINE" missed="1" covered="1"/></class>
<sourcefile name="A.java"><line nr="3" mi="0" ci="4" mb="0" cb="0"/><line nr="4" mi="2" ci="0" mb="0" cb="0"/></sourcefile></package></group></report>"#;
        assert_eq!(of(text), [("org/x/A.java".to_owned(), vec![(3, 4), (4, 0)])]);
    }

    #[test]
    fn hostile_xml_is_refused() {
        let bomb = r#"<!DOCTYPE coverage [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><coverage><class filename="&c;"/></coverage>"#;
        assert!(read(None, bomb.as_bytes()).is_err());
        let unknown =
            r#"<coverage><class filename="&xxe;"><line number="1" hits="1"/></class></coverage>"#;
        assert!(read(None, unknown.as_bytes()).is_err());
        let deep = format!("<coverage>{}", "<a>".repeat(100_000));
        assert!(read(None, deep.as_bytes()).is_err());
        for cut in
            ["<coverage", "<coverage><class filename='a'>", "<coverage></report>", "<x/>", ""]
        {
            assert!(read(Some(CoverageFormat::Cobertura), cut.as_bytes()).is_err(), "{cut}");
        }
        assert!(read(None, b"\xff\xfe").is_err());
    }
}
