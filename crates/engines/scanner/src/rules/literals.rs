//! Texts that whatever matches a regular expression must contain.
//!
//! Reads the part of the `regex` crate's syntax that rules use. What it does
//! not understand it treats as able to match anything, which only loses a
//! condition, never a match.

/// Fewer letters occur in every file.
const SHORTEST: usize = 2;
/// A choice of more texts than this filters nothing worth its price.
const MOST: usize = 64;

/// Sets of texts; each set has one that must occur.
pub(crate) fn literals(regex: &str) -> Vec<Vec<String>> {
    // Case folding reaches beyond what a search for bytes can follow.
    if regex.contains("(?i") || regex.contains("(?x") {
        return Vec::new();
    }
    let mut reader = Reader { chars: regex.chars().collect(), at: 0 };
    let found = reader.alternation();
    // A stray closing parenthesis: not understood.
    if reader.at == reader.chars.len() { found } else { Vec::new() }
}

struct Reader {
    chars: Vec<char>,
    at: usize,
}

/// What one element of a sequence matches.
enum Atom {
    Char(char),
    /// Nothing: `^`, `$`, `\b`.
    Empty,
    Any,
    Group(Vec<Vec<String>>),
}

impl Reader {
    /// Choices up to the end or a closing parenthesis.
    fn alternation(&mut self) -> Vec<Vec<String>> {
        let mut branches = vec![self.sequence()];
        while self.peek() == Some('|') {
            self.at += 1;
            branches.push(self.sequence());
        }
        if branches.len() == 1 {
            return branches.remove(0);
        }
        // One set: the rarest of each branch, if every branch has one.
        let mut union = Vec::new();
        for branch in branches {
            match rarest(branch) {
                Some(set) => union.extend(set),
                None => return Vec::new(),
            }
        }
        if union.len() > MOST { Vec::new() } else { vec![union] }
    }

    fn sequence(&mut self) -> Vec<Vec<String>> {
        let mut sets = Vec::new();
        let mut run = String::new();
        let flush = |run: &mut String, sets: &mut Vec<Vec<String>>| {
            if run.chars().count() >= SHORTEST && run.chars().any(char::is_alphanumeric) {
                sets.push(vec![std::mem::take(run)]);
            }
            run.clear();
        };
        while let Some(c) = self.peek() {
            if c == '|' || c == ')' {
                break;
            }
            let atom = self.atom();
            let (least, once) = self.quantifier();
            match atom {
                Atom::Char(c) if least > 0 => {
                    run.push(c);
                    if !once {
                        flush(&mut run, &mut sets);
                    }
                }
                Atom::Empty => {}
                Atom::Group(inner) => {
                    flush(&mut run, &mut sets);
                    if least > 0 {
                        sets.extend(inner);
                    }
                }
                Atom::Char(_) | Atom::Any => flush(&mut run, &mut sets),
            }
        }
        flush(&mut run, &mut sets);
        sets
    }

    fn atom(&mut self) -> Atom {
        let c = self.chars[self.at];
        self.at += 1;
        match c {
            '^' | '$' => Atom::Empty,
            '.' => Atom::Any,
            '[' => {
                self.class();
                Atom::Any
            }
            '(' => {
                if self.peek() == Some('?') {
                    // `?:`, or a name or flags.
                    while self.peek().is_some_and(|c| c != ':' && c != '>' && c != ')') {
                        self.at += 1;
                    }
                    if self.peek() == Some(')') {
                        self.at += 1;
                        return Atom::Empty;
                    }
                    self.at += 1;
                }
                let inner = self.alternation();
                // The closing parenthesis; without it the expression is malformed.
                self.at += 1;
                Atom::Group(inner)
            }
            '\\' => {
                let escaped = self.peek().unwrap_or('\\');
                self.at += 1;
                match escaped {
                    'b' | 'B' | 'A' | 'z' => Atom::Empty,
                    'n' => Atom::Char('\n'),
                    't' => Atom::Char('\t'),
                    'p' | 'P' | 'x' | 'u' | 'U' => {
                        if self.peek() == Some('{') {
                            while self.peek().is_some_and(|c| c != '}') {
                                self.at += 1;
                            }
                            self.at += 1;
                        } else {
                            self.at += 1;
                        }
                        Atom::Any
                    }
                    c if c.is_ascii_alphanumeric() => Atom::Any,
                    c => Atom::Char(c),
                }
            }
            c => Atom::Char(c),
        }
    }

    /// Skips a character class whose bracket has been read.
    fn class(&mut self) {
        if self.peek() == Some('^') {
            self.at += 1;
        }
        if self.peek() == Some(']') {
            self.at += 1;
        }
        while let Some(c) = self.peek() {
            self.at += 1;
            match c {
                ']' => return,
                '[' => self.class(),
                '\\' => self.at += 1,
                _ => {}
            }
        }
    }

    /// How often the last element occurs at least, and whether exactly once.
    fn quantifier(&mut self) -> (u32, bool) {
        let (least, once) = match self.peek() {
            Some('*' | '?') => (0, false),
            Some('+') => (1, false),
            Some('{') => {
                let digits: String =
                    self.chars[self.at + 1..].iter().take_while(|c| c.is_ascii_digit()).collect();
                while self.peek().is_some_and(|c| c != '}') {
                    self.at += 1;
                }
                (digits.parse().unwrap_or(0), false)
            }
            _ => return (1, true),
        };
        self.at += 1;
        if self.peek() == Some('?') {
            self.at += 1;
        }
        (least, once)
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }
}

/// The set whose shortest text is longest: likely the rarest.
pub(super) fn rarest(sets: Vec<Vec<String>>) -> Option<Vec<String>> {
    sets.into_iter().max_by_key(|set| set.iter().map(String::len).min().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::literals;

    #[test]
    fn texts_that_must_occur() {
        let of = |regex: &str| {
            literals(regex).iter().map(|set| set.join("|")).collect::<Vec<_>>().join(" & ")
        };
        assert_eq!(of("^(exec|eval)$"), "exec|eval");
        assert_eq!(of(r"^(os|ioutil)\.(Chmod|Mkdir)$"), "os|ioutil & Chmod|Mkdir");
        assert_eq!(of(r"^debug\s*=\s*True$"), "debug & True");
        assert_eq!(of("md5(Hex)?"), "md5");
        assert_eq!(of("abc?d"), "ab");
        assert_eq!(of("ab+c"), "ab");
        assert_eq!(of("x{0,2}yz"), "yz");
        assert_eq!(of("colou?r|grey"), "colo|grey");
        assert_eq!(of("[eE]rr|x"), "");
        assert_eq!(of("(a|[b]c)de"), "de");
        assert_eq!(of("(?:one|two)+"), "one|two");
        assert_eq!(of(r"\bfoo\b"), "foo");
        assert_eq!(of("(?i)select"), "");
        assert_eq!(of("[^]a]bc"), "bc");
        assert_eq!(of(r"\p{Lu}ab"), "ab");
        assert_eq!(of("(one|)"), "");
        assert_eq!(of("(unclosed"), "");
        assert_eq!(of(""), "");
    }
}
