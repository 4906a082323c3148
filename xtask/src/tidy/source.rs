//! Just enough of Rust's lexical grammar to tell code from comments, and a
//! file's own tests from the rest.

/// The text with every comment blanked out; lines keep their numbers, strings
/// stay.
pub(super) fn without_comments(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let at = |index: usize| chars.get(index).copied();
    let mut out = String::with_capacity(text.len());
    let mut i = 0;
    while let Some(c) = at(i) {
        let end = match (c, at(i + 1)) {
            ('/', Some('/')) => {
                i = line_end(&chars, i);
                continue;
            }
            ('/', Some('*')) => {
                let end = block_comment_end(&chars, i);
                out.extend(chars[i..end].iter().filter(|c| **c == '\n'));
                i = end;
                continue;
            }
            ('"', _) => string_end(&chars, i),
            ('r', Some('"' | '#')) if !is_word(i.checked_sub(1).and_then(at)) => {
                raw_string_end(&chars, i)
            }
            ('b' | 'c', Some('r')) if !is_word(i.checked_sub(1).and_then(at)) => {
                raw_string_end(&chars, i + 1)
            }
            ('\'', _) => char_end(&chars, i),
            _ => i + 1,
        };
        out.extend(&chars[i..end]);
        i = end;
    }
    out
}

fn is_word(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_alphanumeric() || c == '_')
}

fn line_end(chars: &[char], from: usize) -> usize {
    chars[from..].iter().position(|c| *c == '\n').map_or(chars.len(), |n| from + n)
}

fn block_comment_end(chars: &[char], from: usize) -> usize {
    let (mut depth, mut i) = (0, from);
    while i + 1 < chars.len() {
        match (chars[i], chars[i + 1]) {
            ('/', '*') => (depth, i) = (depth + 1, i + 2),
            ('*', '/') => (depth, i) = (depth - 1, i + 2),
            _ => i += 1,
        }
        if depth == 0 {
            return i;
        }
    }
    chars.len()
}

fn string_end(chars: &[char], from: usize) -> usize {
    let mut i = from + 1;
    while i < chars.len() {
        match chars[i] {
            '\\' => i += 2,
            '"' => return i + 1,
            _ => i += 1,
        }
    }
    chars.len()
}

/// `from` is at the `r`. A raw identifier (`r#type`) ends at once.
fn raw_string_end(chars: &[char], from: usize) -> usize {
    let hashes = chars[from + 1..].iter().take_while(|c| **c == '#').count();
    let open = from + 1 + hashes;
    if chars.get(open) != Some(&'"') {
        return from + 1;
    }
    let mut i = open + 1;
    while i < chars.len() {
        let closing = || chars[i + 1..].iter().take(hashes).filter(|c| **c == '#').count();
        if chars[i] == '"' && closing() == hashes {
            return i + 1 + hashes;
        }
        i += 1;
    }
    chars.len()
}

/// A character literal, or a lifetime, which ends after its quote.
fn char_end(chars: &[char], from: usize) -> usize {
    match (chars.get(from + 1), chars.get(from + 2)) {
        (Some('\\'), Some(_)) => {
            let rest = chars.get(from + 3..).unwrap_or_default();
            rest.iter().position(|c| *c == '\'').map_or(chars.len(), |n| from + 4 + n)
        }
        (Some(_), Some('\'')) => from + 3,
        _ => from + 1,
    }
}

/// The text up to its `#[cfg(test)] mod …`, which ends a file here.
pub(super) fn without_tests(text: &str) -> &str {
    let marker = "#[cfg(test)]\n";
    let mut from = 0;
    while let Some(found) = text[from..].find(marker) {
        let after = from + found + marker.len();
        let item = text[after..].trim_start();
        if item.starts_with("mod ") || item.starts_with("#[") || item.starts_with("pub mod ") {
            return &text[..from + found];
        }
        from = after;
    }
    text
}

/// Whether the text has the word as a part of an identifier or a string, in
/// any case: `CodingTeam`, `coding_team` and `"coding"` have `coding`,
/// `encoding` has not.
pub(super) fn has_word(line: &str, word: &str) -> bool {
    let chars: Vec<char> = line.chars().collect();
    let mut segment = String::new();
    for (i, &c) in chars.iter().enumerate() {
        let previous = i.checked_sub(1).and_then(|before| chars.get(before));
        let next_is_lower = chars.get(i + 1).is_some_and(|next| next.is_lowercase());
        let hump = c.is_uppercase()
            && previous.is_some_and(|p| p.is_lowercase() || (p.is_uppercase() && next_is_lower));
        if !c.is_alphabetic() || hump {
            if segment == word {
                return true;
            }
            segment.clear();
        }
        if c.is_alphabetic() {
            segment.extend(c.to_lowercase());
        }
    }
    segment == word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_go_and_strings_stay() {
        let text = "let a = \"// no\"; // yes\n/* one /* two\n */ three */ let b = '\\'';\nlet c = '\"'; // x\nlet d = r#\"/* \"no\" */\"#; // y\nfn f<'a>(x: &'a str) {} // z";
        let expected = "let a = \"// no\"; \n\n let b = '\\'';\nlet c = '\"'; \nlet d = r#\"/* \"no\" */\"#; \nfn f<'a>(x: &'a str) {} ";
        assert_eq!(without_comments(text), expected);
    }

    #[test]
    fn raw_identifiers_and_escapes() {
        for text in ["let r#type = 1;", "\"a\\\"// b\" + '\\u{1F600}'", "br\"//\"; bar(1)"] {
            assert_eq!(without_comments(text), text);
        }
        assert_eq!(without_comments("a /* open"), "a ");
    }

    #[test]
    fn tests_are_cut_off() {
        let text = "fn a() {}\n#[cfg(test)]\nfn only_for_tests() {}\nfn b() {}\n#[cfg(test)]\nmod tests {}\n";
        assert!(without_tests(text).ends_with("fn b() {}\n"));
        assert_eq!(without_tests("fn a() {}"), "fn a() {}");
    }

    #[test]
    fn words_inside_identifiers() {
        for yes in
            ["coding", "CodingTeam", "team_coding_id", "\"X-Coding\"", "theCODINGApi", "CODING"]
        {
            assert!(has_word(yes, "coding"), "{yes}");
        }
        for no in ["encoding", "codings", "recoding_x", "percentEncoding", ""] {
            assert!(!has_word(no, "coding"), "{no}");
        }
    }
}
