//! Vim's errorformat: the part of it that describes single lines, and lines
//! that continue a message.

use regex::{Regex, RegexBuilder};

use super::{MOST, ParseError, Raw};
use crate::Reported;

/// What a pattern's line means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// A whole report.
    Whole,
    /// The beginning of one over several lines; the severity that it implies.
    Begin(&'static str),
    /// A further line of it.
    Continue,
    /// Its last line.
    End,
    /// Nothing.
    Ignore,
}

/// A pattern, ready for use.
#[derive(Debug)]
pub(crate) struct Pattern {
    part: Part,
    regex: Regex,
}

/// Compiles patterns.
///
/// # Errors
/// What of them is not understood.
pub(crate) fn compile(patterns: &[String]) -> Result<Vec<Pattern>, String> {
    if patterns.is_empty() || patterns.len() > 100 {
        return Err("must have 1 to 100 patterns".to_owned());
    }
    patterns.iter().map(|pattern| one(pattern)).collect()
}

fn one(pattern: &str) -> Result<Pattern, String> {
    let (part, rest) = match pattern.get(..2) {
        Some("%E") => (Part::Begin("error"), &pattern[2..]),
        Some("%W") => (Part::Begin("warning"), &pattern[2..]),
        Some("%I" | "%N") => (Part::Begin("info"), &pattern[2..]),
        Some("%A") => (Part::Begin(""), &pattern[2..]),
        Some("%C") => (Part::Continue, &pattern[2..]),
        Some("%Z") => (Part::End, &pattern[2..]),
        _ => match pattern.get(..3) {
            Some("%-G") => (Part::Ignore, &pattern[3..]),
            Some("%-C" | "%-Z") => (Part::Continue, &pattern[3..]),
            _ => (Part::Whole, pattern),
        },
    };
    let mut regex = String::from("^");
    let mut seen: Vec<char> = Vec::new();
    let mut chars = rest.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '%' {
            regex.push_str(&regex::escape(&c.to_string()));
            continue;
        }
        let Some(item) = chars.next() else { return Err(format!("{pattern:?} ends in %")) };
        let (name, inner) = match item {
            '%' | '.' | '#' | '(' | ')' | '[' | ']' | '\\' | '+' | '?' | '^' | '$' => {
                // In Vim these are the signs of its own expressions; %% is one.
                regex.push_str(match item {
                    '%' => "%",
                    '.' => ".",
                    '#' => "*",
                    '+' => "+",
                    '?' => "?",
                    '(' => "(?:",
                    ')' => ")",
                    '[' => "[",
                    ']' => "]",
                    '^' => "^",
                    '$' => "$",
                    _ => "\\",
                });
                continue;
            }
            '*' => {
                // A class and how often: %*[^:] and %*\d.
                match chars.next() {
                    Some('[') => {
                        regex.push('[');
                        for c in chars.by_ref() {
                            regex.push(c);
                            if c == ']' {
                                break;
                            }
                        }
                        regex.push('+');
                    }
                    Some('\\') => {
                        let class = chars.next().filter(|c| "dsSwD".contains(*c));
                        let class =
                            class.ok_or_else(|| format!("{pattern:?} has an unknown class"))?;
                        regex.push('\\');
                        regex.push(class);
                        regex.push('+');
                    }
                    _ => return Err(format!("{pattern:?} has %* without a class")),
                }
                continue;
            }
            // A file's name has no colon where one follows.
            'f' => ("path", if chars.peek() == Some(&':') { "[^:]+" } else { ".+?" }),
            'l' => ("line", r"\d+"),
            'e' => ("end_line", r"\d+"),
            'c' => ("column", r"\d+"),
            'k' => ("end_column", r"\d+"),
            'n' => ("rule", r"[\w.-]+"),
            't' => ("severity", r"\w"),
            'm' => ("message", ".+"),
            'r' => ("rest", ".*"),
            other => return Err(format!("{pattern:?} has the unknown item %{other}")),
        };
        if seen.contains(&item) {
            return Err(format!("{pattern:?} has %{item} twice"));
        }
        seen.push(item);
        regex.push_str(&format!("(?P<{name}>{inner})"));
    }
    regex.push('$');
    let regex = RegexBuilder::new(&regex)
        .size_limit(1 << 20)
        .build()
        .map_err(|error| format!("{pattern:?} cannot be used: {error}"))?;
    Ok(Pattern { part, regex })
}

pub(super) fn raw(patterns: &[String], output: &[u8]) -> Result<Vec<Raw>, ParseError> {
    let patterns = compile(patterns).map_err(ParseError)?;
    let text = String::from_utf8_lossy(output);
    let mut found: Vec<Raw> = Vec::new();
    let mut open: Option<Raw> = None;
    for line in text.lines() {
        if found.len() >= MOST {
            break;
        }
        let matched = patterns.iter().find_map(|pattern| {
            // Only what was begun can be continued.
            let later = matches!(pattern.part, Part::Continue | Part::End);
            if later && open.is_none() {
                return None;
            }
            pattern.regex.captures(line).map(|groups| (pattern.part, groups))
        });
        let Some((part, groups)) = matched else { continue };
        let text = |name: &str| groups.name(name).map_or("", |group| group.as_str());
        let number = |name: &str| text(name).parse::<u32>().ok();
        match part {
            Part::Ignore => {}
            Part::Whole | Part::Begin(_) => {
                found.extend(open.take());
                let mut one = Reported::at(
                    text("path"),
                    number("line").unwrap_or(1),
                    number("column").unwrap_or(1),
                )
                .to(number("end_line"), number("end_column"));
                text("rule").clone_into(&mut one.rule);
                text("message").clone_into(&mut one.message);
                let word = match (text("severity"), part) {
                    ("", Part::Begin(word)) => word,
                    (word, _) => word,
                };
                let word = word.to_owned();
                match part {
                    Part::Whole => found.push((one, word)),
                    _ => open = Some((one, word)),
                }
            }
            Part::Continue | Part::End => {
                if let Some((one, _)) = &mut open {
                    if !text("path").is_empty() {
                        text("path").clone_into(&mut one.path);
                    }
                    if let Some(line) = number("line") {
                        (one.line, one.end_line) = (line.max(1), line.max(1));
                    }
                    if let Some(column) = number("column") {
                        (one.column, one.end_column) = (column.max(1), column.max(1));
                    }
                    if !text("message").is_empty() && one.message.len() < 4_000 {
                        one.message.push(' ');
                        one.message.push_str(text("message"));
                    }
                }
                if part == Part::End {
                    found.extend(open.take());
                }
            }
        }
    }
    found.extend(open);
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(patterns: &[&str], text: &str) -> Vec<String> {
        let patterns: Vec<String> = patterns.iter().map(|text| (*text).to_owned()).collect();
        raw(&patterns, text.as_bytes())
            .unwrap()
            .into_iter()
            .map(|(one, word)| {
                format!(
                    "{}:{}:{} {word} {} {}",
                    one.path, one.line, one.column, one.rule, one.message
                )
            })
            .collect()
    }

    #[test]
    fn lines_are_taken_apart() {
        assert_eq!(
            read(
                &["%f:%l:%c: %t%*[^:]: %m", "%f:%l: %m", "%-G%.%#"],
                "src/a.c:3:5: error: bad: very\nsrc/b.c:7: odd\nnothing here\n",
            ),
            ["src/a.c:3:5 e  bad: very", "src/b.c:7:1   odd"]
        );
    }

    #[test]
    fn messages_may_go_on() {
        assert_eq!(
            read(
                &["%E%m in", "%C  %m", "%Z--> %f(%l\\,%c)".replace('\\', "").as_str()],
                "E1 in\n  more\n--> a b.rs(3,4)\nE2 in\n",
            ),
            ["a b.rs:3:4 error  E1 more", ":1:1 error  E2"]
        );
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for pattern in ["%", "%q", "%f%f", "%*x", "%*\\x"] {
            assert!(compile(&[pattern.to_owned()]).is_err(), "{pattern}");
        }
        assert!(compile(&[]).is_err());
    }
}
