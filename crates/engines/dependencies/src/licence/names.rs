//! Names that licences go by where nobody asked for an identifier.

/// The identifier of a name.
pub(super) fn known(name: &str) -> Option<&'static str> {
    let mut plain = String::with_capacity(name.len());
    for c in name.to_ascii_lowercase().chars() {
        match c {
            'a'..='z' | '0'..='9' | '.' => plain.push(c),
            _ if plain.ends_with(' ') => {}
            _ => plain.push(' '),
        }
    }
    let words: Vec<&str> = plain
        .split(' ')
        .map(|word| word.trim_end_matches('.'))
        .filter(|word| {
            !matches!(
                *word,
                "" | "the"
                    | "license"
                    | "licence"
                    | "licensed"
                    | "version"
                    | "v"
                    | "software"
                    | "under"
                    | "clause"
                    | "public"
                    | "general"
                    | "gnu"
                    | "style"
                    | "or"
            )
        })
        .map(|word| {
            word.strip_prefix('v')
                .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
                .unwrap_or(word)
        })
        .collect();
    Some(match words.as_slice() {
        ["mit"] | ["expat"] => "MIT",
        ["apache"] | ["apache", "2" | "2.0", ..] | ["apache2" | "apache2.0" | "asl", ..] => {
            "Apache-2.0"
        }
        ["bsd", "3" | "new" | "revised"]
        | ["new" | "modified" | "revised", "bsd"]
        | ["3", "bsd"]
        | ["bsd3"] => "BSD-3-Clause",
        ["bsd", "2" | "simplified"] | ["simplified" | "2", "bsd"] | ["freebsd"] | ["bsd2"] => {
            "BSD-2-Clause"
        }
        ["isc"] | ["iscl"] => "ISC",
        ["mpl" | "mozilla", "2" | "2.0"] | ["mpl2"] | ["mozilla", "2.0", "mpl", "2.0"] => "MPL-2.0",
        ["eclipse" | "epl", "2" | "2.0"] | ["eclipse", "2.0", "epl"] => "EPL-2.0",
        ["eclipse" | "epl", "1" | "1.0"] => "EPL-1.0",
        ["gpl", "2" | "2.0"] | ["gplv2" | "gpl2", ..] | ["2.0"] => "GPL-2.0-only",
        ["gpl", "3" | "3.0"] | ["gplv3" | "gpl3", ..] | ["3.0"] => "GPL-3.0-only",
        ["lgpl" | "lesser", "2.1"] | ["lgplv2.1"] => "LGPL-2.1-only",
        ["lgpl" | "lesser", "3" | "3.0"] | ["lgplv3"] => "LGPL-3.0-only",
        ["agpl" | "affero", "3" | "3.0"] | ["agplv3"] => "AGPL-3.0-only",
        ["unlicense"] | ["this", "is", "free", "and", "unencumbered", ..] => "Unlicense",
        ["cc0"] | ["cc0", "1.0", ..] => "CC0-1.0",
        ["zlib"] | ["zlib", "libpng"] => "Zlib",
        ["boost", "1.0"] | ["boost"] => "BSL-1.0",
        ["psf"] | ["python", "foundation"] | ["psfl"] => "PSF-2.0",
        ["cddl", "1.0"] | ["common", "development", "and", "distribution", "1.0"] => "CDDL-1.0",
        ["mulan", "psl", "2" | "2.0"] | ["mulan", "permissive", "2"] => "MulanPSL-2.0",
        _ => return None,
    })
}
