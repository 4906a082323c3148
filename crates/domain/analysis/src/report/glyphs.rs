//! How wide texts are, and how they are written into a page.
//!
//! No font is shipped: Latin letters are set in the fonts that every reader has,
//! all others in the song face that Adobe-GB1 readers bring or stand another
//! one in for.

/// The fonts of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Face {
    Plain,
    Bold,
    /// For paths and code.
    Mono,
}

/// The widths of the letters from space on, in thousandths of their size, as
/// the metrics of the standard fonts have them.
const PLAIN: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];
const BOLD: [u16; 95] = [
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667,
    611, 778, 722, 278, 556, 722, 611, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 333, 278, 333, 584, 556, 333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556,
    278, 889, 611, 611, 611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584,
];
/// About that of the accented letters.
const ACCENTED: u16 = 556;

/// Whether a letter is set in the standard fonts: those whose code is the same
/// in WinAnsiEncoding.
pub(super) fn is_latin(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{a1}'..='\u{ff}')
}

/// What is set for a letter: none is a control, and none has two code units.
pub(super) fn fit(c: char) -> char {
    match c {
        '\t' | '\n' | '\r' | '\u{a0}' => ' ',
        // The face for the others has no minus.
        '\u{2212}' => '-',
        c if c.is_control() => '\u{25a1}',
        c if u32::from(c) > 0xffff => '\u{25a1}',
        c => c,
    }
}

/// In points at a size of so many.
pub(super) fn width(text: &str, face: Face, size: f32) -> f32 {
    text.chars().map(|c| letter(fit(c), face)).map(f32::from).sum::<f32>() * size / 1000.0
}

fn letter(c: char, face: Face) -> u16 {
    let place = (u32::from(c) as usize).wrapping_sub(0x20);
    match face {
        _ if !is_latin(c) => 1000,
        Face::Mono => 600,
        Face::Plain => PLAIN.get(place).copied().unwrap_or(ACCENTED),
        Face::Bold => BOLD.get(place).copied().unwrap_or(ACCENTED),
    }
}

/// The text in lines of at most so many points, at most so many lines; what is
/// left ends the last one with three dots.
pub(super) fn wrap(text: &str, face: Face, size: f32, room: f32, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut wide = 0.0;
    // Where the line could end: bytes of it, and its width to there.
    let mut end: Option<usize> = None;
    for c in text.chars().map(fit) {
        let step = f32::from(letter(c, face)) * size / 1000.0;
        if wide + step > room && !line.is_empty() {
            if c == ' ' {
                lines.push(std::mem::take(&mut line));
                (wide, end) = (0.0, None);
                if lines.len() > most {
                    break;
                }
                continue;
            }
            let rest = match end {
                Some(end) if end < line.len() => line.split_off(end),
                _ => String::new(),
            };
            lines.push(std::mem::take(&mut line));
            line = rest.trim_start().to_owned();
            wide = width(&line, face, size);
            end = None;
            if lines.len() > most {
                break;
            }
        }
        line.push(c);
        wide += step;
        // Lines end after spaces and Han, and in paths after their signs.
        if c == ' ' || !is_latin(c) || matches!(c, '/' | '.' | '-' | '_' | ':' | ',' | '(') {
            end = Some(line.len());
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            let dots = width("...", face, size);
            while !last.is_empty() && width(last, face, size) + dots > room {
                last.pop();
            }
            last.push_str("...");
        }
    }
    for line in &mut lines {
        line.truncate(line.trim_end().len());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_and_lose_nothing() {
        let text = "src/very/long/path_of_a_file.rs says 复杂度超标的函数 twice";
        for room in [60.0, 90.0, 200.0] {
            let lines = wrap(text, Face::Plain, 9.0, room, 99);
            for line in &lines {
                assert!(width(line, Face::Plain, 9.0) <= room, "{line}");
            }
            let joined: String = lines.concat().split_whitespace().collect();
            assert_eq!(joined, text.split_whitespace().collect::<String>());
        }
    }

    #[test]
    fn what_is_too_long_is_cut() {
        let lines = wrap(&"word ".repeat(100), Face::Plain, 9.0, 100.0, 2);
        assert_eq!(lines.len(), 2);
        assert!(lines[1].ends_with("..."));
        assert!(width(&lines[1], Face::Plain, 9.0) <= 100.0);
        assert_eq!(wrap("", Face::Mono, 9.0, 10.0, 3), Vec::<String>::new());
        assert_eq!(wrap("a\u{1}😀", Face::Mono, 9.0, 99.0, 3), ["a\u{25a1}\u{25a1}"]);
    }
}
