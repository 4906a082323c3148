//! Licences told by their text: phrases that only they have.

use crate::limits;

/// A licence, phrases that it has, and phrases of its relatives that it lacks.
/// Words only, in lower case, as [`plain`] leaves them.
struct Sign {
    id: &'static str,
    has: &'static [&'static str],
    lacks: &'static [&'static str],
}

const fn sign(
    id: &'static str,
    has: &'static [&'static str],
    lacks: &'static [&'static str],
) -> Sign {
    Sign { id, has, lacks }
}

/// Relatives stand together, the more particular first.
const SIGNS: &[Sign] = &[
    sign(
        "AGPL-3.0-only",
        &["gnu affero general public license", "version 3 19 november 2007"],
        &[],
    ),
    sign("LGPL-3.0-only", &["gnu lesser general public license", "version 3 29 june 2007"], &[]),
    sign("LGPL-2.1-only", &["gnu lesser general public license", "version 2 1 february 1999"], &[]),
    sign("GPL-3.0-only", &["gnu general public license", "version 3 29 june 2007"], &[]),
    sign("GPL-2.0-only", &["gnu general public license", "version 2 june 1991"], &[]),
    sign("SSPL-1.0", &["server side public license", "version 1 october 16 2018"], &[]),
    sign(
        "Apache-2.0",
        &["apache license", "version 2 0 january 2004", "grant of patent license"],
        &[],
    ),
    sign(
        "MPL-2.0",
        &["mozilla public license version 2 0", "incompatible with secondary licenses"],
        &[],
    ),
    sign("EPL-2.0", &["eclipse public license v 2 0"], &[]),
    sign("EPL-1.0", &["eclipse public license v 1 0"], &[]),
    sign("MulanPSL-2.0", &["mulan permissive software license", "version 2"], &[]),
    sign("BUSL-1.1", &["business source license 1 1", "change date"], &[]),
    sign("Artistic-2.0", &["artistic license 2 0"], &[]),
    sign("CC0-1.0", &["cc0 1 0 universal"], &[]),
    sign("CC-BY-SA-4.0", &["attribution sharealike 4 0 international"], &[]),
    sign("CC-BY-4.0", &["attribution 4 0 international"], &["sharealike 4 0", "noncommercial 4 0"]),
    sign("BSL-1.0", &["boost software license version 1 0"], &[]),
    sign(
        "Unlicense",
        &["this is free and unencumbered software released into the public domain"],
        &[],
    ),
    sign("WTFPL", &["do what the fuck you want to public license"], &[]),
    sign(
        "Zlib",
        &["the origin of this software must not be misrepresented", "altered source versions"],
        &[],
    ),
    sign(
        "BSD-4-Clause",
        &["redistribution and use in source and binary forms", "advertising materials mentioning"],
        &[],
    ),
    sign(
        "BSD-3-Clause",
        &["redistribution and use in source and binary forms", "endorse or promote products"],
        &[],
    ),
    sign(
        "BSD-2-Clause",
        &[
            "redistribution and use in source and binary forms",
            "reproduce the above copyright notice",
        ],
        &[],
    ),
    sign(
        "ISC",
        &[
            "permission to use copy modify and or distribute this software for any purpose",
            "provided that the above copyright notice",
        ],
        &[],
    ),
    sign(
        "ISC",
        &[
            "permission to use copy modify and distribute this software for any purpose",
            "provided that the above copyright notice",
        ],
        &["without any license fees"],
    ),
    sign(
        "0BSD",
        &["permission to use copy modify and or distribute this software for any purpose"],
        &["provided that the above copyright notice"],
    ),
    sign(
        "MIT-0",
        &["permission is hereby granted free of charge", "sublicense and or sell copies"],
        &["shall be included in all copies"],
    ),
    sign(
        "MIT",
        &[
            "permission is hereby granted free of charge",
            "the above copyright notice and this permission notice",
            "shall be included in all copies",
        ],
        &["except as contained in this notice"],
    ),
];

/// The identifier of the licence whose text this is.
#[must_use]
pub fn recognise(text: &[u8]) -> Option<&'static str> {
    let text = &text[..text.len().min(limits::LICENCE)];
    let plain = plain(&String::from_utf8_lossy(text));
    let found = SIGNS.iter().find(|sign| {
        sign.has.iter().all(|phrase| plain.contains(phrase))
            && !sign.lacks.iter().any(|phrase| plain.contains(phrase))
    });
    found.map(|sign| sign.id)
}

/// Its words, each followed by one space.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            plain.push(c.to_ascii_lowercase());
        } else if !plain.ends_with(' ') {
            plain.push(' ');
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relatives_are_told_apart() {
        let mit = "Permission is hereby granted, free of charge, to any person ... sublicense, \
                   and/or sell copies of the Software.\n\nThe above copyright notice and this \
                   permission notice (including the next paragraph) shall be included in all copies";
        assert_eq!(recognise(mit.as_bytes()), Some("MIT"));
        let two = "Redistribution and use in source and binary forms, with or without ... must \
                   reproduce the above copyright notice, this list";
        assert_eq!(recognise(two.as_bytes()), Some("BSD-2-Clause"));
        let three = format!("{two} may be used to endorse or promote products derived");
        assert_eq!(recognise(three.as_bytes()), Some("BSD-3-Clause"));
        let lesser = "GNU LESSER GENERAL PUBLIC LICENSE\n  Version 3, 29 June 2007\n ... \
                      GNU General Public License";
        assert_eq!(recognise(lesser.as_bytes()), Some("LGPL-3.0-only"));
        assert_eq!(recognise(b"All rights reserved."), None);
    }
}
