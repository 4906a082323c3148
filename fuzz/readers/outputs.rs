//! What external analysers write, and how it is declared.

use std::sync::LazyLock;

use adapters::{Declaration, declarations, parse};

/// For the formats that no declaration of ours uses.
const FURTHER: [&str; 4] = [
    "format = 'rdjsonl'",
    "format = 'tca'",
    "format = 'errorformat'\nerrorformat = ['%E%f:%l:%c: %m', '%C  %m', '%Z', '%f:%l: %t%*[a-z]: %m', '%-G%.%#']",
    "format = 'json'\n[json]\nitems = 'a[].*'\npath = '$key|b.c'\nline = 'd'\nrule = 'e'\nmessage = 'f'\nline_offset = 1",
];

/// Ours, by name, and those for further formats.
static DECLARATIONS: LazyLock<Vec<Declaration>> = LazyLock::new(|| {
    let further = FURTHER.iter().map(|text| {
        let text = format!(
            "name = 'x'\ntitle = 'x'\nwebsite = 'https://example.com/'\nobtain = 'x'\n\
             files = ['*']\nprogram = 'x'\nscript = 'x'\n{text}"
        );
        Declaration::parse(&text).expect("a declaration")
    });
    declarations().cloned().chain(further).collect()
});

/// What [`output`] takes for the output of a declared tool.
#[must_use]
pub fn seed(name: &str, text: &[u8]) -> Vec<u8> {
    let place = DECLARATIONS.iter().position(|one| one.name == name).unwrap_or_default();
    [&[u8::try_from(place).unwrap_or_default()], text].concat()
}

/// An output, read as the declaration says that the first byte chooses.
pub fn output(bytes: &[u8]) {
    let Some((first, output)) = bytes.split_first() else { return };
    let declaration = &DECLARATIONS[usize::from(*first) % DECLARATIONS.len()];
    let Ok(reported) = parse::parse(declaration, output) else { return };
    assert!(reported.len() <= parse::MOST);
    for one in reported {
        assert!(!one.path.is_empty() && !one.path.contains('\0'), "{one:?}");
        assert!(one.end_line == 0 || one.end_line >= one.line, "{one:?}");
    }
}

/// A declaration, and an output behind a byte 0 that is read as it says.
pub fn declaration(bytes: &[u8]) {
    let mut parts = bytes.splitn(2, |byte| *byte == 0);
    let text = String::from_utf8_lossy(parts.next().unwrap_or_default());
    let Ok(declaration) = Declaration::parse(&text) else { return };
    let output = parts.next().unwrap_or(b"a.c:1:2: error: x\n");
    let _ = parse::parse(&declaration, output);
}
