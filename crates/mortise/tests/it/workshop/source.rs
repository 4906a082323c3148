//! A large repository that nobody had to write: eight languages, functions
//! that differ in structure and not only in names, one function that stands in
//! two places, and mistakes planted at known places. Always the same.

use std::fmt::Write as _;

/// What has been written, counted while writing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) files: i64,
    pub(crate) lines: i64,
    pub(crate) code: i64,
    pub(crate) comment: i64,
    pub(crate) functions: i64,
}

/// Files of each language.
const FILES: u64 = 44;
/// Functions of each file.
const FUNCTIONS: u64 = 13;
/// Every so many files of a language have a mistake in them.
const MISTAKE_EVERY: u64 = 11;
/// How many mistakes of each language there are.
pub(crate) const MISTAKES: i64 = (FILES / MISTAKE_EVERY) as i64;

/// How functions are written in a language.
struct Language {
    name: &'static str,
    extension: &'static str,
    comment: &'static str,
    /// Stands above the functions; `@` is the file's number.
    head: &'static str,
    /// Stands below them.
    tail: &'static str,
    /// `@` is the function's name.
    signature: &'static str,
    /// `@` is the variable's name.
    declaration: &'static str,
    condition: [&'static str; 2],
    repeat: &'static str,
    end_of_statement: &'static str,
    /// A function with a mistake in it, and the rule that finds it.
    mistake: [&'static str; 2],
}

const C_LIKE: Language = Language {
    name: "",
    extension: "",
    comment: "//",
    head: "",
    tail: "",
    signature: "",
    declaration: "int @ = ",
    condition: ["(", ")"],
    repeat: "while",
    end_of_statement: ";",
    mistake: ["", ""],
};

const LANGUAGES: [Language; 8] = [
    Language {
        name: "Python",
        extension: "py",
        comment: "#",
        signature: "def @(a, b):",
        declaration: "@ = ",
        condition: ["", ""],
        end_of_statement: "",
        mistake: ["def mistake(text):\n    return eval(text)\n", "python/eval-call"],
        ..C_LIKE
    },
    Language {
        name: "JavaScript",
        extension: "js",
        signature: "export function @(a, b) {",
        declaration: "let @ = ",
        mistake: [
            "export function mistake(text) {\n  return eval(text);\n}\n",
            "javascript/eval-call",
        ],
        ..C_LIKE
    },
    Language {
        name: "TypeScript",
        extension: "ts",
        signature: "export function @(a: number, b: number): number {",
        declaration: "let @: number = ",
        mistake: [
            "export function mistake(thing?: Thing): number {\n  return thing?.size!;\n}\n",
            "typescript/non-null-optional",
        ],
        ..C_LIKE
    },
    Language {
        name: "Java",
        extension: "java",
        head: "class Part@ {\n",
        tail: "}\n",
        signature: "static int @(int a, int b) {",
        mistake: [
            "static void mistake() {\n  try {\n    run();\n  } catch (Exception e) {\n  }\n}\n",
            "java/empty-catch",
        ],
        ..C_LIKE
    },
    Language {
        name: "C",
        extension: "c",
        head: "#include \"part.h\"\n",
        signature: "int @(int a, int b) {",
        mistake: ["void mistake(char *buffer) {\n  gets(buffer);\n}\n", "c/gets"],
        ..C_LIKE
    },
    Language {
        name: "C++",
        extension: "cpp",
        head: "namespace part@ {\n",
        tail: "}\n",
        signature: "int @(int a, int b) {",
        declaration: "auto @ = ",
        mistake: [
            "void mistake() {\n  try {\n    run();\n  } catch (std::exception e) {\n    stop();\n  }\n}\n",
            "cpp/catch-by-value",
        ],
        ..C_LIKE
    },
    Language {
        name: "Go",
        extension: "go",
        head: "package part\n",
        signature: "func @(a int, b int) int {",
        declaration: "@ := ",
        condition: ["", ""],
        repeat: "for",
        end_of_statement: "",
        mistake: ["func mistake() {\n\th := md5.New()\n\tuse(h)\n}\n", "go/weak-hash"],
        ..C_LIKE
    },
    Language {
        name: "Rust",
        extension: "rs",
        signature: "pub fn @(a: i64, b: i64) -> i64 {",
        declaration: "let mut @ = ",
        condition: ["", ""],
        mistake: [
            "pub fn mistake(value: f64) -> bool {\n  value == f64::NAN\n}\n",
            "rust/nan-compare",
        ],
        ..C_LIKE
    },
];

/// The rules that find the planted mistakes.
pub(crate) fn rules() -> [&'static str; 8] {
    LANGUAGES.map(|language| language.mistake[1])
}

/// The names of the languages.
pub(crate) fn languages() -> [&'static str; 8] {
    LANGUAGES.map(|language| language.name)
}

/// The path of a Python file with a mistake in it.
pub(crate) const A_PATH_WITH_A_MISTAKE: &str = "python/group0/part0.py";

/// The repository as a stream for `git fast-import`, of one commit on `main`,
/// and what is in it.
pub(crate) fn repository() -> (Vec<u8>, Count) {
    let mut count = Count::default();
    let mut stream = String::from(
        "commit refs/heads/main\n\
         committer Ada Lovelace <ada@example.com> 1767225600 +0000\n\
         data 5\nBegin\n",
    );
    let copied = function(&LANGUAGES[0], "copied", &mut Dice(42), 24);
    for (language, seed) in LANGUAGES.iter().zip(1_u64..) {
        for number in 0..FILES {
            let mut dice = Dice(seed * 1_000_003 + number);
            let mut text = language.head.replace('@', &number.to_string());
            for place in 0..FUNCTIONS {
                let name = format!("part{number}Step{place}");
                text += &function(language, &name, &mut dice, 9);
            }
            let mut functions = FUNCTIONS;
            if number % MISTAKE_EVERY == 0 {
                text += language.mistake[0];
                functions += 1;
            }
            if language.extension == "py" && number < 2 {
                text += &copied;
                functions += 1;
            }
            text += language.tail;
            count.add(&text, language.comment);
            count.functions += i64::try_from(functions).unwrap();
            let folder = language.name.to_lowercase().replace("++", "pp");
            let extension = language.extension;
            let path = format!("{folder}/group{}/part{number}.{extension}", number / 10);
            write!(stream, "M 100644 inline {path}\ndata {}\n{text}\n", text.len()).unwrap();
        }
    }
    (stream.into_bytes(), count)
}

impl Count {
    fn add(&mut self, text: &str, comment: &str) {
        self.files += 1;
        for line in text.lines() {
            self.lines += 1;
            match line.trim_start() {
                "" => {}
                line if line.starts_with(comment) => self.comment += 1,
                _ => self.code += 1,
            }
        }
    }
}

/// A function with its comment, and a blank line behind it.
fn function(language: &Language, name: &str, dice: &mut Dice, statements: u64) -> String {
    let mut text = format!("{} {name} was not written by hand.\n", language.comment);
    text += &language.signature.replace('@', name);
    text.push('\n');
    let mut body = Body { language, dice, known: 0, text };
    body.statements(1, statements);
    let last = body.expression(2);
    body.line(1, &format!("return {last}{}", language.end_of_statement));
    if language.extension != "py" {
        body.line(0, "}");
    }
    body.text.push('\n');
    body.text
}

struct Body<'a> {
    language: &'a Language,
    dice: &'a mut Dice,
    /// Variables that are declared already.
    known: u64,
    text: String,
}

impl Body<'_> {
    fn line(&mut self, depth: usize, text: &str) {
        let unit = if self.language.extension == "go" { "\t" } else { "    " };
        self.text += &unit.repeat(depth);
        self.text += text;
        self.text.push('\n');
    }

    fn statements(&mut self, depth: usize, number: u64) {
        for place in 0..number {
            match self.dice.throw(8) {
                0 if depth < 3 && place > 0 => self.choice(depth),
                1 if depth < 3 && place > 0 => self.repetition(depth),
                2 if place > 0 => {
                    let remark = self.dice.throw(1000);
                    let remark = format!("{} Step {remark} follows.", self.language.comment);
                    self.line(depth, &remark);
                    self.declaration(depth);
                }
                3 if place > 0 && depth == 1 => {
                    self.text.push('\n');
                    self.declaration(depth);
                }
                _ => self.declaration(depth),
            }
        }
    }

    fn declaration(&mut self, depth: usize) {
        let value = self.expression(3);
        let name = format!("v{}", self.known);
        // What a block declares is not known behind it.
        if depth == 1 {
            self.known += 1;
        }
        let begin = self.language.declaration.replace('@', &name);
        self.line(depth, &format!("{begin}{value}{}", self.language.end_of_statement));
    }

    fn block(&mut self, depth: usize, word: &str, number: u64) {
        let [open, close] = self.language.condition;
        let (value, limit) = (self.expression(1), self.dice.throw(900) + 100);
        let brace = if self.language.extension == "py" { ":" } else { " {" };
        self.line(depth, &format!("{word} {open}{value} > {limit}{close}{brace}"));
        self.statements(depth + 1, number);
    }

    fn choice(&mut self, depth: usize) {
        let number = 1 + self.dice.throw(2);
        self.block(depth, "if", number);
        let python = self.language.extension == "py";
        if self.dice.throw(2) == 0 {
            self.line(depth, if python { "else:" } else { "} else {" });
            self.statements(depth + 1, 1);
        }
        if !python {
            self.line(depth, "}");
        }
    }

    fn repetition(&mut self, depth: usize) {
        let number = 1 + self.dice.throw(2);
        self.block(depth, self.language.repeat, number);
        if self.language.extension != "py" {
            self.line(depth, "}");
        }
    }

    fn expression(&mut self, depth: u64) -> String {
        if depth == 0 || self.dice.throw(4) == 0 {
            return match self.dice.throw(3) {
                0 => "a".to_owned(),
                1 if self.known > 0 => format!("v{}", self.dice.throw(self.known)),
                1 => "b".to_owned(),
                _ => (self.dice.throw(990) + 10).to_string(),
            };
        }
        let (one, other) = (self.expression(depth - 1), self.expression(depth - 1));
        match self.dice.throw(7) {
            0 => format!("call{}({one}, {other})", self.dice.throw(50)),
            1 => format!("({one} * {other})"),
            2 => format!("({one} - {other})"),
            3 => format!("({one} & {other})"),
            4 => format!("({one} | {other})"),
            5 => format!("({one} ^ {other})"),
            _ => format!("({one} + {other})"),
        }
    }
}

/// Chances that come back the same (splitmix64).
struct Dice(u64);

impl Dice {
    /// A number below `sides`.
    fn throw(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }
}
