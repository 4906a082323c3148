//! Copies of functions with changes, planted into other files.

use std::collections::HashMap;

use scanner::{BlobReport, ClonePair, Engine, FileReport, Language};

use super::corpus::{File, Place};
use super::{Dice, Score};

/// How a copy differs from its original.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// Other indentation, line breaks, blank lines and comments.
    Layout,
    /// Every name another name, every literal another literal.
    Renamed,
    /// One of eight lines replaced, taken out or put in.
    Edited,
}

/// A copy: where it stands, and where its original does (file, lines from 1).
struct Planted {
    original: (usize, std::ops::Range<u32>),
    copy: (usize, std::ops::Range<u32>),
}

/// Plants a copy of each place into a file of its own and asks for duplicates.
/// Spurious is a pair that is no copy and was not there before.
pub(crate) fn run(
    engine: &Engine,
    files: &[File],
    places: &[Place],
    change: Change,
    seed: u64,
) -> (Score, Vec<String>) {
    let before = pairs(engine, files);
    let mut dice = Dice::new(seed);
    let mut all = files.to_vec();
    let mut planted = Vec::new();
    for (number, place) in places.iter().enumerate() {
        let file = &files[place.file];
        let lines: Vec<&str> = file.source.lines().collect();
        let body = &lines[place.lines.clone()];
        let copy = match change {
            Change::Layout => layout(body, file.language, &mut dice),
            Change::Renamed => renamed(body, &mut dice),
            Change::Edited => edited(body, file.language, &mut dice),
        };
        let wrapped = file.language == Language::Java;
        let head = if wrapped { format!("class Copy{number} {{\n") } else { String::new() };
        let tail = if wrapped { "}\n" } else { "" };
        let first = head.lines().count() as u32 + 1;
        let length = copy.lines().count() as u32;
        let ending = file.path.rsplit_once('.').map_or("", |(_, it)| it);
        planted.push(Planted {
            original: (place.file, place.lines.start as u32 + 1..place.lines.end as u32 + 1),
            copy: (all.len(), first..first + length),
        });
        all.push(File {
            path: format!("zz-copy/{number}.{ending}"),
            language: file.language,
            source: format!("{head}{copy}{tail}"),
        });
    }
    let after = pairs(engine, &all);
    let index: HashMap<&str, usize> =
        all.iter().enumerate().map(|(i, f)| (f.path.as_str(), i)).collect();
    let mut score = Score { planted: planted.len(), ..Score::default() };
    let covers = |range: &std::ops::Range<u32>, start: u32, end: u32| {
        let shared = range.end.min(end + 1).saturating_sub(range.start.max(start));
        shared * 10 >= (range.end - range.start) * 5
    };
    let mut missed = Vec::new();
    for one in &planted {
        let found = after.iter().any(|pair| {
            let sides = [&pair.first, &pair.second];
            let is = |side: &scanner::CloneSide, at: &(usize, std::ops::Range<u32>)| {
                index[side.path.as_str()] == at.0 && covers(&at.1, side.start_line, side.end_line)
            };
            (is(sides[0], &one.original) && is(sides[1], &one.copy))
                || (is(sides[1], &one.original) && is(sides[0], &one.copy))
        });
        score.found += usize::from(found);
        if !found {
            let (file, lines) = &one.original;
            missed.push(format!("{}:{}-{}", all[*file].path, lines.start, lines.end - 1));
        }
    }
    let origin = |side: &scanner::CloneSide| {
        let file = index[side.path.as_str()];
        planted.iter().find(|p| p.copy.0 == file).map_or(file, |p| p.original.0)
    };
    let known = |pair: &ClonePair| {
        let (a, b) = (origin(&pair.first), origin(&pair.second));
        a == b
            || before.iter().any(|old| {
                let (c, d) = (index[old.first.path.as_str()], index[old.second.path.as_str()]);
                (a, b) == (c, d) || (a, b) == (d, c)
            })
    };
    score.spurious = after.iter().filter(|pair| !known(pair)).count();
    (score, missed)
}

/// The duplicates of a corpus.
pub(crate) fn pairs(engine: &Engine, files: &[File]) -> Vec<ClonePair> {
    let reports: Vec<BlobReport> =
        files.iter().map(|f| engine.analyse(f.language, f.source.as_bytes())).collect();
    let joined: Vec<FileReport<'_>> = files
        .iter()
        .zip(&reports)
        .map(|(f, report)| FileReport { path: &f.path, blob: "", report })
        .collect();
    engine.join(&joined, &[]).clones
}

fn comment(language: Language) -> &'static str {
    if matches!(language, Language::Python | Language::Shell) { "#" } else { "//" }
}

fn layout(body: &[&str], language: Language, dice: &mut Dice) -> String {
    let mut out = String::new();
    for line in body {
        let bare = line.trim_start();
        let indent = line.len() - bare.len();
        // Twice as deep keeps what Python makes of it.
        out.push_str(&" ".repeat(indent * 2));
        let breakable = language != Language::Python && !bare.contains(['"', '\'', '`', '/']);
        if breakable && dice.roll(4) == 0 && bare.ends_with('{') && bare.len() > 1 {
            out.push_str(bare.trim_end_matches('{').trim_end());
            out.push('\n');
            out.push_str(&" ".repeat(indent * 2));
            out.push('{');
        } else {
            out.push_str(bare);
        }
        out.push('\n');
        let ends = [";", "}", "{", ":"].iter().any(|end| bare.ends_with(end));
        if ends && dice.roll(5) == 0 {
            out.push('\n');
        }
        if ends && dice.roll(6) == 0 {
            out.push_str(&format!(
                "{} {} what comes next\n",
                " ".repeat(indent * 2),
                comment(language)
            ));
        }
    }
    out
}

/// What is no name, in any of the languages.
const KEYWORDS: &str = " abstract and as assert async await auto bool boolean break byte case catch \
    char class companion const constructor continue data def default defer del delete do double elif else enum except export \
    extends extern external get set sealed actual expect by reified vararg lateinit False final finally float fn for from fun func function global go goto if \
    implements import in infix init inline instanceof internal int interface is lambda let long loop match mut namespace \
    native new nil None of open operator nonlocal not null object or override package pass print private protected \
    pub public raise range return select self short signed sizeof static struct super suspend switch \
    synchronized template this throw throws trait transient True true false try type typedef typeof \
    union unsafe unsigned use using val var virtual void volatile when where while with yield ";

fn renamed(body: &[&str], dice: &mut Dice) -> String {
    let mut names: HashMap<String, String> = HashMap::new();
    let mut out = String::new();
    for line in body {
        let bytes = line.as_bytes();
        let mut i = 0;
        while i < bytes.len() {
            let rest = &line[i..];
            let length = |take: fn(char) -> bool| rest.find(|c| !take(c)).unwrap_or(rest.len());
            let c = bytes[i];
            if c.is_ascii_alphabetic() || c == b'_' {
                let word = &rest[..length(|c| c.is_ascii_alphanumeric() || c == '_')];
                if KEYWORDS.contains(&format!(" {word} ")) {
                    out.push_str(word);
                } else {
                    let next = names.len();
                    let new = names.entry(word.to_owned()).or_insert_with(|| {
                        format!("{}{next}", dice.text("abcdefghijklmnopqrstuvwxyz", 5))
                    });
                    out.push_str(new);
                }
                i += word.len();
            } else if c.is_ascii_digit() {
                let number = &rest[..length(|c| c.is_ascii_alphanumeric() || c == '.')];
                out.push_str(&(dice.roll(9000) + 10).to_string());
                i += number.len();
            } else if rest.starts_with("\"\"\"") {
                out.push_str("\"\"\"");
                i += 3;
            } else if c == b'"' && rest.matches('"').count() % 2 == 0 && !rest.contains('\\') {
                let end = rest[1..].find('"').map_or(rest.len(), |n| n + 2);
                out.push_str(&format!("\"{}\"", dice.text("abcdefgh ", 9)));
                i += end;
            } else {
                let width = rest.chars().next().map_or(1, char::len_utf8);
                out.push_str(&rest[..width]);
                i += width;
            }
        }
        out.push('\n');
    }
    out
}

fn edited(body: &[&str], language: Language, dice: &mut Dice) -> String {
    let end = if language == Language::Python { "" } else { ";" };
    let mut out = String::new();
    let mut next = 2 + dice.roll(6);
    // Brackets that are open, and whether a string of several lines is.
    let (mut depth, mut quoted) = (0_i32, false);
    for (number, line) in body.iter().enumerate() {
        let inside = depth != 0 || quoted;
        quoted ^= (line.matches("\"\"\"").count() + line.matches('`').count()) % 2 == 1;
        depth += line.matches(['(', '[']).count() as i32 - line.matches([')', ']']).count() as i32;
        let bare = line.trim_start();
        let indent = &line[..line.len() - bare.len()];
        let simple = !bare.is_empty()
            && !inside
            && depth == 0
            && !quoted
            && ![":", "{", "}", "(", ","].iter().any(|end| bare.ends_with(end))
            && !bare.starts_with(['}', ')', ']'])
            && bare.ends_with(end);
        if number >= next && simple {
            let made = format!(
                "{indent}{}.{}({}, \"{}\"){end}\n",
                dice.text("abcdefgh", 6),
                dice.text("ijklmnop", 5),
                dice.roll(100),
                dice.text("qrstuvw", 4)
            );
            match dice.roll(3) {
                0 => out.push_str(&made),
                1 => out.push_str(&format!("{line}\n{made}")),
                _ if bare.starts_with("return") => out.push_str(&format!("{made}{line}\n")),
                // A block must not be left empty.
                _ if language == Language::Python => out.push_str(&format!("{indent}pass\n")),
                _ => {}
            }
            next = number / 8 * 8 + 8 + dice.roll(8);
            continue;
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}
