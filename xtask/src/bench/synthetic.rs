//! A repository made up by rule: the same one on every machine, about a
//! hundred thousand lines in eight languages, with a history.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Result;

/// How many files it has, spread evenly over the languages.
const FILES: usize = 640;
/// How many functions a file has at first.
const FUNCTIONS: usize = 10;
/// How many commits come after the one that adds everything.
const EDITS: usize = 1500;

/// What differs between the languages, as far as made-up code shows it.
struct Language {
    extension: &'static str,
    comment: &'static str,
    /// Head of a function; `NAME` stands for its name.
    open: &'static str,
    close: &'static str,
    /// A branch over the variable `V` and the number `N`.
    branch: &'static str,
    /// A loop over the same.
    repeat: &'static str,
    statement: &'static str,
    end: &'static str,
}

const LANGUAGES: [Language; 8] = [
    Language {
        extension: "py",
        comment: "#",
        open: "def NAME(a, b):\n",
        close: "",
        branch: "    if V > N:\n        V = V - N\n    else:\n        V = V + 1\n",
        repeat: "    for i in range(N):\n        V = V * 31 + i\n",
        statement: "    V = (V * N) % 65521\n",
        end: "    return a + b\n",
    },
    Language {
        extension: "js",
        comment: "//",
        open: "export function NAME(a, b) {\n",
        close: "}\n",
        branch: "  if (V > N) {\n    V = V - N;\n  } else {\n    V = V + 1;\n  }\n",
        repeat: "  for (let i = 0; i < N; i += 1) {\n    V = V * 31 + i;\n  }\n",
        statement: "  V = (V * N) % 65521;\n",
        end: "  return a + b;\n",
    },
    Language {
        extension: "ts",
        comment: "//",
        open: "export function NAME(a: number, b: number): number {\n",
        close: "}\n",
        branch: "  if (V > N) {\n    V = V - N;\n  } else {\n    V = V + 1;\n  }\n",
        repeat: "  while (V > N) {\n    V = Math.floor(V / 3);\n  }\n",
        statement: "  V = (V * N) % 65521;\n",
        end: "  return a + b;\n",
    },
    Language {
        extension: "java",
        comment: "//",
        open: "final class CNAME {\n  static int NAME(int a, int b) {\n",
        close: "  }\n}\n",
        branch: "    if (V > N) {\n      V = V - N;\n    } else {\n      V = V + 1;\n    }\n",
        repeat: "    for (int i = 0; i < N; i++) {\n      V = V * 31 + i;\n    }\n",
        statement: "    V = (V * N) % 65521;\n",
        end: "    return a + b;\n",
    },
    Language {
        extension: "c",
        comment: "//",
        open: "static int NAME(int a, int b)\n{\n",
        close: "}\n",
        branch: "\tif (V > N) {\n\t\tV = V - N;\n\t} else {\n\t\tV = V + 1;\n\t}\n",
        repeat: "\tfor (int i = 0; i < N; i++) {\n\t\tV = V * 31 + i;\n\t}\n",
        statement: "\tV = (V * N) % 65521;\n",
        end: "\treturn a + b;\n",
    },
    Language {
        extension: "cpp",
        comment: "//",
        open: "template <typename T> T NAME(T a, T b) {\n",
        close: "}\n",
        branch: "  if (V > N) {\n    V = V - N;\n  } else {\n    V = V + 1;\n  }\n",
        repeat: "  while (V > N) {\n    V = V / 3;\n  }\n",
        statement: "  V = (V * N) % 65521;\n",
        end: "  return a + b;\n",
    },
    Language {
        extension: "go",
        comment: "//",
        open: "func NAME(a, b int) int {\n",
        close: "}\n",
        branch: "\tif V > N {\n\t\tV = V - N\n\t} else {\n\t\tV = V + 1\n\t}\n",
        repeat: "\tfor i := 0; i < N; i++ {\n\t\tV = V*31 + i\n\t}\n",
        statement: "\tV = (V * N) % 65521\n",
        end: "\treturn a + b\n",
    },
    Language {
        extension: "rs",
        comment: "//",
        open: "pub fn NAME(mut a: i64, mut b: i64) -> i64 {\n",
        close: "}\n",
        branch: "    if V > N {\n        V -= N;\n    } else {\n        V += 1;\n    }\n",
        repeat: "    for i in 0..N {\n        V = V * 31 + i;\n    }\n",
        statement: "    V = (V * N) % 65521;\n",
        end: "    a + b\n",
    },
];

/// Numbers that look random and never change (splitmix64).
pub(super) struct Numbers(u64);

impl Numbers {
    pub(super) fn from(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let z = usize::try_from((z ^ (z >> 31)) >> 33).unwrap_or(0);
        z % limit
    }

    /// A made-up word, so that the files do not compress to nothing.
    fn word(&mut self) -> String {
        const SYLLABLES: [&str; 16] = [
            "ba", "cor", "den", "fi", "gu", "hal", "jo", "ker", "lim", "mo", "nas", "pel", "ri",
            "sto", "tur", "ve",
        ];
        (0..2 + self.below(3)).map(|_| SYLLABLES[self.below(SYLLABLES.len())]).collect()
    }

    fn sentence(&mut self) -> String {
        let words: Vec<_> = (0..6 + self.below(6)).map(|_| self.word()).collect();
        words.join(" ") + "."
    }
}

/// One file: the seed of each of its functions, so that an edit is another
/// seed in one place.
struct File {
    number: usize,
    functions: Vec<u64>,
}

impl File {
    fn language(&self) -> &'static Language {
        &LANGUAGES[self.number % LANGUAGES.len()]
    }

    fn path(&self) -> String {
        let n = self.number;
        format!("src/part{:02}/module{n:03}.{}", n / 32, self.language().extension)
    }

    fn text(&self) -> String {
        let language = self.language();
        let mut text = format!("{} Module {}.\n", language.comment, self.number);
        if language.extension == "go" {
            text += "package part\n";
        }
        for (index, seed) in self.functions.iter().enumerate() {
            let mut numbers = Numbers::from(*seed);
            let name = format!("f{}_{index}_{}", self.number, numbers.word());
            text.push('\n');
            for _ in 0..2 {
                let _ = writeln!(text, "{} {}", language.comment, numbers.sentence());
            }
            text += &language.open.replace("NAME", &name);
            for _ in 0..3 + numbers.below(4) {
                let piece = match numbers.below(4) {
                    0 => language.branch,
                    1 => language.repeat,
                    _ => language.statement,
                };
                let variable = if numbers.below(2) == 0 { "a" } else { "b" };
                let number = (2 + numbers.below(9000)).to_string();
                text += &piece.replace('V', variable).replace('N', &number);
            }
            text += language.end;
            text += language.close;
        }
        text
    }
}

/// The path and the text of a made-up source file.
pub(super) fn source(number: usize, numbers: &mut Numbers) -> (String, String) {
    let count = FUNCTIONS + numbers.below(FUNCTIONS);
    let functions = (0..count).map(|_| numbers.below(1 << 30) as u64).collect();
    let file = File { number, functions };
    (file.path(), file.text())
}

/// Makes the repository as a bare one with the branch `main`, in one pack.
///
/// # Errors
/// git fails.
pub(super) fn make(path: &Path) -> Result<()> {
    super::import(path, &stream())?;
    super::git_in(path, &["repack", "-adfq"])
}

fn stream() -> String {
    let mut numbers = Numbers::from(1);
    let mut seed = || (numbers.below(1 << 30)) as u64;
    let mut files: Vec<File> = (0..FILES)
        .map(|number| File { number, functions: (0..FUNCTIONS).map(|_| seed()).collect() })
        .collect();
    let mut stream = String::new();
    commit(&mut stream, 0, &files.iter().collect::<Vec<_>>());
    let mut choice = Numbers::from(2);
    for number in 1..=EDITS {
        let first = choice.below(FILES);
        let count = 1 + choice.below(4);
        let mut touched: Vec<usize> = (0..count).map(|step| (first + step * 37) % FILES).collect();
        touched.sort_unstable();
        touched.dedup();
        for &index in &touched {
            let function = choice.below(FUNCTIONS);
            files[index].functions[function] = choice.below(1 << 30) as u64;
        }
        let changed: Vec<_> = touched.iter().map(|&index| &files[index]).collect();
        commit(&mut stream, number, &changed);
    }
    stream
}

fn commit(stream: &mut String, number: usize, files: &[&File]) {
    let message = format!("Change {number}\n");
    let time = 1_700_000_000 + number * 3600;
    let _ = write!(
        stream,
        "commit refs/heads/main\ncommitter Bench <bench@example.com> {time} +0000\ndata {}\n{message}",
        message.len()
    );
    for file in files {
        let text = file.text();
        let _ = write!(stream, "M 100644 inline {}\ndata {}\n{text}\n", file.path(), text.len());
    }
    stream.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_same_every_time_and_large_enough() {
        assert_eq!(stream(), stream());
        let file = |number| File { number, functions: vec![7; FUNCTIONS] };
        let lines: usize = (0..8).map(|number| file(number).text().lines().count()).sum();
        assert!(lines * FILES / 8 > 90_000, "{}", lines * FILES / 8);
    }
}
