//! Licences: what packages say of theirs, tidied to SPDX expressions, and
//! licences told by their text.

mod names;
mod texts;

use spdx::{Expression, ParseMode};

pub use texts::recognise;

/// Whether a file holds a licence's text, by its name.
#[must_use]
pub fn is_licence_file(path: &str) -> bool {
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name).to_ascii_lowercase();
    let stem = name.split(['.', '-', '_']).next().unwrap_or(&name);
    let text = match name.rsplit_once('.') {
        Some((_, end)) => {
            matches!(end, "txt" | "md" | "rst" | "mit" | "apache" | "apache2")
                || end.bytes().all(|byte| byte.is_ascii_digit())
        }
        None => true,
    };
    text && matches!(stem, "license" | "licence" | "copying" | "unlicense" | "license2")
}

/// What a package says of its licence as an SPDX expression. What is no known
/// licence becomes a `LicenseRef-` of its words; nothing stays nothing.
#[must_use]
pub fn normalise(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() || text == "NOASSERTION" || text.len() > crate::limits::NAME {
        return String::new();
    }
    if let Some(expression) = expression(text) {
        return expression;
    }
    if let Some(id) = names::known(text) {
        return id.to_owned();
    }
    // Several, each with a name of its own.
    let parts: Vec<&str> = text.split(" OR ").collect();
    if parts.len() > 1 && parts.len() <= 8 {
        let known = parts.iter().map(|part| normalise(part)).filter(|part| !part.is_empty());
        return known.collect::<Vec<_>>().join(" OR ");
    }
    let mut words = String::from("LicenseRef-");
    for c in text.chars() {
        if c.is_ascii_alphanumeric() || c == '.' {
            words.push(c);
        } else if !words.ends_with('-') {
            words.push('-');
        }
        if words.len() >= 80 {
            break;
        }
    }
    let words = words.trim_end_matches('-');
    if words == "LicenseRef" { String::new() } else { words.to_owned() }
}

/// Identifiers that we know and SPDX's list of licences does not have: variants of
/// texts, and licences that are newer than the lists that others judge by.
const UNLISTED: &[&str] = &[
    "atc-game",
    "BSD-2-Clause-pos-unchanged",
    "BSD-3-Clause-OpenWebUI",
    "BSD-ask-to-endorse",
    "BSD-Source-alt-GPL",
    "BSD-Source-Code-no-disclaimer",
    "Brian-Gladman-3-Clause-no-conversion",
    "Bugroff",
    "CC-BY-NC-3.0-IGO",
    "FDK-MPEG-H",
    "GFDL-1.1-invariants",
    "GFDL-1.1-no-invariants",
    "GFDL-1.2-invariants",
    "GFDL-1.2-no-invariants",
    "GFDL-1.3-invariants",
    "GFDL-1.3-no-invariants",
    "Hippocratic-3.0-core",
    "Informatica",
    "MVT-1.1",
];

/// Whether SPDX's list has a licence of exactly this identifier.
pub(crate) fn is_listed(id: &str) -> bool {
    spdx::license_id(id).is_some_and(|known| known.name == id) && !UNLISTED.contains(&id)
}

/// The identifiers of an expression, each once, in its order.
#[must_use]
pub fn identifiers(expression: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let words = expression.split([' ', '(', ')']).filter(|word| !word.is_empty());
    let mut exception = false;
    for word in words {
        if matches!(word, "AND" | "OR" | "WITH") {
            exception = word == "WITH";
            continue;
        }
        if !exception && !found.iter().any(|known| known == word) {
            found.push(word.to_owned());
        }
        exception = false;
    }
    found
}

/// An expression in its canonical spelling, if it is one.
fn expression(text: &str) -> Option<String> {
    if text.matches('(').count() > 32 {
        return None;
    }
    let canonical = Expression::canonicalize(text).ok()?.unwrap_or_else(|| text.to_owned());
    let mode = ParseMode { allow_deprecated: true, ..ParseMode::STRICT };
    let parsed = Expression::parse_mode(&canonical, mode).ok()?;
    // With known identifiers in their own case.
    let mut canonical = parsed.to_string();
    for id in identifiers(&canonical) {
        let plain = id.trim_end_matches('+');
        if !plain.starts_with("LicenseRef-")
            && !plain.starts_with("DocumentRef-")
            && spdx::license_id(plain).is_none()
        {
            return None;
        }
    }
    let inner = canonical.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    if let Some(inner) = inner.filter(|inner| !inner.contains(['(', ')'])) {
        canonical = inner.to_owned();
    }
    Some(current(&canonical))
}

/// Identifiers that were replaced: `GPL-3.0+` is `GPL-3.0-or-later`.
fn current(expression: &str) -> String {
    let mut out = String::with_capacity(expression.len());
    let mut word = String::new();
    let end = |out: &mut String, word: &mut String| {
        let gnu = ["GPL-", "LGPL-", "AGPL-", "GFDL-"].iter().any(|name| word.starts_with(name));
        let plain = word.trim_end_matches('+');
        if gnu && !plain.ends_with("-only") && !plain.ends_with("-or-later") {
            out.push_str(plain);
            out.push_str(if plain.len() < word.len() { "-or-later" } else { "-only" });
        } else {
            out.push_str(word);
        }
        word.clear();
    };
    for c in expression.chars() {
        if matches!(c, ' ' | '(' | ')') {
            end(&mut out, &mut word);
            out.push(c);
        } else {
            word.push(c);
        }
    }
    end(&mut out, &mut word);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_packages_say_becomes_an_expression() {
        for (text, expected) in [
            ("MIT", "MIT"),
            ("mit", "MIT"),
            ("MIT/Apache-2.0", "MIT OR Apache-2.0"),
            ("(MIT OR Apache-2.0)", "MIT OR Apache-2.0"),
            ("Apache-2.0 WITH LLVM-exception", "Apache-2.0 WITH LLVM-exception"),
            ("(MIT OR Apache-2.0) AND Unicode-3.0", "(MIT OR Apache-2.0) AND Unicode-3.0"),
            ("GPL-3.0+", "GPL-3.0-or-later"),
            ("GPL-2.0", "GPL-2.0-only"),
            ("Apache License, Version 2.0", "Apache-2.0"),
            ("The Apache Software License, Version 2.0", "Apache-2.0"),
            ("The MIT License", "MIT"),
            ("BSD 3-Clause License", "BSD-3-Clause"),
            ("GNU Lesser General Public License v3.0", "LGPL-3.0-only"),
            ("UNLICENSED", "LicenseRef-UNLICENSED"),
            ("Our own (2024)", "LicenseRef-Our-own-2024"),
            ("It OR \0 OR Apache-2.0", "LicenseRef-It OR Apache-2.0"),
            ("\0 OR \0", ""),
            ("", ""),
        ] {
            assert_eq!(normalise(text), expected, "{text}");
        }
    }

    #[test]
    fn identifiers_of_an_expression_are_listed_once() {
        let all = identifiers("(MIT OR Apache-2.0 WITH LLVM-exception) AND MIT");
        assert_eq!(all, ["MIT", "Apache-2.0"]);
    }

    #[test]
    fn licence_files_are_known_by_name() {
        for path in ["LICENSE", "a/LICENSE-MIT", "COPYING.LESSER", "LICENCE.txt", "license.md"] {
            assert_eq!(is_licence_file(path), !path.ends_with("LESSER"), "{path}");
        }
        assert!(!is_licence_file("license.rs"));
    }
}
