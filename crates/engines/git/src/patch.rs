//! Differences as the text that `git diff` prints and `git apply` takes.

use std::fmt::Write as _;

use crate::{Change, Content, FileDiff, Hunk, LineKind, Oid};

/// Digits of an object's name in the `index` line.
const DIGITS: usize = 7;
/// What stands below a last line that has no line end.
const UNTERMINATED: &str = "\\ No newline at end of file\n";

impl Hunk {
    /// The head of the hunk, `@@ -1,2 +3 @@`, without the heading of its section.
    pub fn head(&self) -> String {
        let side = |start: u32, lines: u32| match lines {
            1 => start.to_string(),
            lines => format!("{start},{lines}"),
        };
        let old = side(self.old_start, self.old_lines);
        let new = side(self.new_start, self.new_lines);
        format!("@@ -{old} +{new} @@")
    }
}

impl FileDiff {
    /// The file's part of what `git diff` prints. Lines are missing for what was not compared
    /// ([`Content::TooLarge`], [`Content::Omitted`]); bytes that are no UTF-8 are U+FFFD.
    pub fn patch(&self) -> String {
        let mut text = head(&self.change);
        match &self.content {
            Content::Text { hunks, .. } if !hunks.is_empty() => {
                text.push_str(&sides(&self.change));
                for hunk in hunks {
                    lines(&mut text, hunk);
                }
            }
            Content::Binary { .. } => {
                let [old, new] = shown(&self.change);
                // Writing to a String cannot fail.
                let _ = writeln!(text, "Binary files {old} and {new} differ");
            }
            Content::Submodule => {
                let (old, new) = (&self.change.old, &self.change.new);
                text.push_str(&sides(&self.change));
                let count = |side: bool| if side { "1" } else { "0,0" };
                let _ = writeln!(text, "@@ -{} +{} @@", count(old.is_some()), count(new.is_some()));
                for (sign, side) in [('-', old), ('+', new)] {
                    if let Some(side) = side {
                        let _ = writeln!(text, "{sign}Subproject commit {}", side.oid);
                    }
                }
            }
            Content::Text { .. } | Content::TooLarge | Content::Omitted => {}
        }
        text
    }
}

fn head(change: &Change) -> String {
    let path = |prefix: &str| {
        let side = if prefix == "a/" { &change.old } else { &change.new };
        let path = side.as_ref().map_or_else(|| change.path(), |side| &side.path);
        quoted(&format!("{prefix}{path}"))
    };
    let mut text = format!("diff --git {} {}\n", path("a/"), path("b/"));
    match (&change.old, &change.new) {
        (None, Some(new)) => {
            let _ = writeln!(text, "new file mode {}", new.mode.as_octal());
        }
        (Some(old), None) => {
            let _ = writeln!(text, "deleted file mode {}", old.mode.as_octal());
        }
        (Some(old), Some(new)) => {
            if old.mode != new.mode {
                let modes = (old.mode.as_octal(), new.mode.as_octal());
                let _ = writeln!(text, "old mode {}\nnew mode {}", modes.0, modes.1);
            }
            if old.path != new.path {
                let (from, to) = (quoted(&old.path), quoted(&new.path));
                let _ = writeln!(text, "rename from {from}\nrename to {to}");
            }
        }
        (None, None) => {}
    }
    let id = |side: &Option<crate::Side>| side.as_ref().map_or(Oid::ZERO, |side| side.oid);
    let (old, new) = (id(&change.old), id(&change.new));
    if old != new {
        let _ = write!(text, "index {}..{}", old.short(DIGITS), new.short(DIGITS));
        match (&change.old, &change.new) {
            (Some(before), Some(after)) if before.mode == after.mode => {
                let _ = writeln!(text, " {}", after.mode.as_octal());
            }
            _ => text.push('\n'),
        }
    }
    text
}

/// The names of the two sides in front of the lines.
fn shown(change: &Change) -> [String; 2] {
    let name = |prefix: &str, side: &Option<crate::Side>| {
        side.as_ref().map_or_else(
            || "/dev/null".to_owned(),
            |side| quoted(&format!("{prefix}{}", side.path)),
        )
    };
    [name("a/", &change.old), name("b/", &change.new)]
}

fn sides(change: &Change) -> String {
    let [old, new] = shown(change);
    // Without the tab, other tools would take what follows a space for a date.
    let end = |name: &str| if name.contains(' ') { "\t" } else { "" };
    format!("--- {old}{}\n+++ {new}{}\n", end(&old), end(&new))
}

fn lines(text: &mut String, hunk: &Hunk) {
    text.push_str(&hunk.head());
    if let Some(heading) = &hunk.heading {
        text.push(' ');
        text.push_str(heading);
    }
    text.push('\n');
    for line in &hunk.lines {
        text.push(match line.kind {
            LineKind::Context => ' ',
            LineKind::Added => '+',
            LineKind::Removed => '-',
        });
        text.push_str(&line.text);
        text.push('\n');
        if line.unterminated {
            text.push_str(UNTERMINATED);
        }
    }
}

/// A path as git shows it with `core.quotePath=false`: in quotes and with C's escapes where it
/// holds a quote, a backslash or a control character.
fn quoted(path: &str) -> String {
    let special = |c: char| c == '"' || c == '\\' || c.is_ascii_control();
    if !path.contains(special) {
        return path.to_owned();
    }
    let mut text = String::from("\"");
    for c in path.chars() {
        match c {
            '"' | '\\' => text.extend(['\\', c]),
            '\x07' => text.push_str("\\a"),
            '\x08' => text.push_str("\\b"),
            '\t' => text.push_str("\\t"),
            '\n' => text.push_str("\\n"),
            '\x0b' => text.push_str("\\v"),
            '\x0c' => text.push_str("\\f"),
            '\r' => text.push_str("\\r"),
            c if c.is_ascii_control() => {
                let _ = write!(text, "\\{:03o}", u32::from(c));
            }
            c => text.push(c),
        }
    }
    text.push('"');
    text
}
