//! The stored form: paths, then numbers in groups of seven bits.

use std::collections::BTreeMap;

use base::{Error, Result};

use super::CoverageOf;

pub(super) fn pack(files: &BTreeMap<String, CoverageOf>) -> Vec<u8> {
    let mut bytes = Vec::new();
    number(&mut bytes, files.len());
    for (path, file) in files {
        number(&mut bytes, path.len());
        bytes.extend_from_slice(path.as_bytes());
        number(&mut bytes, file.lines.len());
        let mut before = 0;
        for (line, hits) in &file.lines {
            number(&mut bytes, (line - before) as usize);
            number(&mut bytes, *hits as usize);
            before = *line;
        }
    }
    bytes
}

fn number(bytes: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// Back from the stored form.
pub(super) fn unpack(bytes: &[u8]) -> Result<BTreeMap<String, CoverageOf>> {
    let mut reader = Reader(bytes);
    let mut files = BTreeMap::new();
    for _ in 0..reader.number()? {
        let path = reader.text()?;
        let mut lines = Vec::new();
        let mut line = 0_u32;
        for _ in 0..reader.number()? {
            line = line.saturating_add(reader.number()?);
            lines.push((line, reader.number()?));
        }
        files.insert(path, CoverageOf { lines });
    }
    Ok(files)
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn number(&mut self) -> Result<u32> {
        let mut value = 0_u64;
        for shift in (0..35).step_by(7) {
            let (first, rest) = self.0.split_first().ok_or_else(broken)?;
            self.0 = rest;
            value |= u64::from(first & 0x7f) << shift;
            if first & 0x80 == 0 {
                return u32::try_from(value).map_err(|_| broken());
            }
        }
        Err(broken())
    }

    fn text(&mut self) -> Result<String> {
        let length = self.number()? as usize;
        let (text, rest) = self.0.split_at_checked(length).ok_or_else(broken)?;
        self.0 = rest;
        String::from_utf8(text.to_vec()).map_err(|_| broken())
    }
}

fn broken() -> Error {
    Error::internal("a report of coverage is damaged")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_survive_being_stored() {
        let lines = vec![(1, 0), (2, 7), (300, u32::MAX)];
        let files = BTreeMap::from([
            ("src/äh.rs".to_owned(), CoverageOf { lines }),
            ("x".to_owned(), CoverageOf::default()),
        ]);
        let bytes = pack(&files);
        assert_eq!(unpack(&bytes).unwrap(), files);
        assert!(unpack(&bytes[..bytes.len() - 3]).is_err());
        assert!(unpack(&[0xff; 9]).is_err());
    }
}
