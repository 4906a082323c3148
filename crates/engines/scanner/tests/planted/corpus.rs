//! Programs to plant things in: made up, or of a directory.

use scanner::{Engine, Language};

use super::Dice;

/// A file of a corpus.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) language: Language,
    pub(crate) source: String,
}

/// A function that can be copied: a file, and its lines counted from 0, the end
/// exclusive.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) file: usize,
    pub(crate) lines: std::ops::Range<usize>,
}

const VERBS: [&str; 12] = [
    "load", "store", "merge", "parse", "check", "render", "apply", "count", "split", "sort",
    "find", "build",
];
const NOUNS: [&str; 16] = [
    "row", "entry", "node", "price", "user", "path", "token", "event", "frame", "batch", "limit",
    "total", "index", "buffer", "label", "state",
];

/// Made-up files in three languages, each of a few functions that have nothing in
/// common but what code has in common.
pub(crate) fn made_up(files: usize, seed: u64) -> Vec<File> {
    let mut dice = Dice::new(seed);
    let languages =
        [(Language::Python, "py"), (Language::Java, "java"), (Language::JavaScript, "js")];
    (0..files)
        .map(|number| {
            let (language, ending) = languages[number % languages.len()];
            let functions: Vec<String> =
                (0..4).map(|_| Writer::new(&mut dice, language).function()).collect();
            let body = functions.join("\n");
            let source = match language {
                Language::Java => format!("class Made{number} {{\n{body}}}\n"),
                _ => body,
            };
            File { path: format!("made/{number}.{ending}"), language, source }
        })
        .collect()
}

/// The functions of a corpus that are long enough to be worth copying.
pub(crate) fn functions(engine: &Engine, files: &[File]) -> Vec<Place> {
    let mut places = Vec::new();
    for (file, one) in files.iter().enumerate() {
        for function in engine.analyse(one.language, one.source.as_bytes()).functions {
            let lines = function.start_line as usize - 1..function.end_line as usize;
            if (14..=60).contains(&lines.len()) && function.tokens >= 130 {
                places.push(Place { file, lines });
            }
        }
    }
    places
}

struct Writer<'a> {
    dice: &'a mut Dice,
    language: Language,
    names: Vec<String>,
    out: String,
}

impl<'a> Writer<'a> {
    fn new(dice: &'a mut Dice, language: Language) -> Self {
        Self { dice, language, names: Vec::new(), out: String::new() }
    }

    fn fresh(&mut self) -> String {
        let (verb, noun) = (self.dice.pick(&VERBS), self.dice.pick(&NOUNS));
        let number = self.dice.roll(90) + 10;
        format!("{verb}_{noun}{number}")
    }

    fn function(mut self) -> String {
        let name = self.fresh();
        let parameters: Vec<String> = (0..2 + self.dice.roll(3)).map(|_| self.fresh()).collect();
        self.names = parameters.clone();
        let list = parameters.join(", ");
        let depth = usize::from(self.language == Language::Java);
        match self.language {
            Language::Python => self.line(0, &format!("def {name}({list}):")),
            Language::Java => {
                let typed = parameters.iter().map(|p| format!("Data {p}")).collect::<Vec<_>>();
                self.line(1, &format!("Data {name}({}) {{", typed.join(", ")));
            }
            _ => self.line(0, &format!("function {name}({list}) {{")),
        }
        let most = 18 + self.dice.roll(14);
        while self.out.lines().count() < most {
            self.statement(depth + 1, 3);
        }
        let value = self.value(2);
        self.plain(depth + 1, &format!("return {value}"));
        if self.language != Language::Python {
            self.line(depth, "}");
        }
        self.out
    }

    fn line(&mut self, depth: usize, text: &str) {
        for _ in 0..depth {
            self.out.push_str("    ");
        }
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn plain(&mut self, depth: usize, text: &str) {
        let end = if self.language == Language::Python { "" } else { ";" };
        self.line(depth, &format!("{text}{end}"));
    }

    fn opened(&mut self, depth: usize, head: &str, room: usize) {
        match self.language {
            Language::Python => self.line(depth, &format!("{}:", head.replace(['(', ')'], " "))),
            _ => self.line(depth, &format!("{head} {{")),
        }
        for _ in 0..=self.dice.roll(3) {
            self.statement(depth + 1, room - 1);
        }
        if self.language != Language::Python {
            self.line(depth, "}");
        }
    }

    fn statement(&mut self, depth: usize, room: usize) {
        let kinds = if room > 1 { 8 } else { 5 };
        match self.dice.roll(kinds) {
            0 | 1 => {
                let (name, value) = (self.fresh(), self.value(2));
                let head = match self.language {
                    Language::Java => "var ",
                    Language::JavaScript => "const ",
                    _ => "",
                };
                self.plain(depth, &format!("{head}{name} = {value}"));
                self.names.push(name);
            }
            2 => {
                let (call, value) = (self.call(1), self.value(1));
                self.plain(depth, &format!("this_one.{call}[{value}]"));
            }
            3 => {
                let (name, value) = (self.name(), self.value(2));
                let operator = self.dice.pick(&["+=", "-=", "*=", "=", "|="]);
                self.plain(depth, &format!("{name} {operator} {value}"));
            }
            4 => {
                let call = self.call(2);
                self.plain(depth, &call);
            }
            5 | 6 => {
                let test = self.test();
                self.opened(depth, &format!("if ({test})"), room);
            }
            _ => {
                let test = self.test();
                self.opened(depth, &format!("while ({test})"), room);
            }
        }
    }

    fn name(&mut self) -> String {
        let place = self.dice.roll(self.names.len());
        self.names[place].clone()
    }

    fn test(&mut self) -> String {
        let (left, right) = (self.name(), self.value(0));
        let operator = self.dice.pick(&["<", ">", "==", "!=", "<=", ">="]);
        format!("{left} {operator} {right}")
    }

    fn call(&mut self, room: usize) -> String {
        let (owner, method) = (self.name(), self.dice.pick(&VERBS));
        let arguments: Vec<String> =
            (0..self.dice.roll(4)).map(|_| self.value(room.saturating_sub(1))).collect();
        format!("{owner}.{method}({})", arguments.join(", "))
    }

    fn value(&mut self, room: usize) -> String {
        let kinds = if room > 0 { 7 } else { 3 };
        match self.dice.roll(kinds) {
            0 => self.name(),
            1 => (self.dice.roll(900) + 2).to_string(),
            2 => format!("\"{} {}\"", self.dice.pick(&VERBS), self.dice.pick(&NOUNS)),
            3 => self.call(room - 1),
            4 => {
                let (name, field) = (self.name(), self.dice.pick(&NOUNS));
                format!("{name}.{field}")
            }
            5 => {
                let (left, right) = (self.value(room - 1), self.value(room - 1));
                let operator = self.dice.pick(&["+", "-", "*", "/", "%"]);
                format!("{left} {operator} {right}")
            }
            _ => {
                let (name, at) = (self.name(), self.value(0));
                format!("{name}[{at}]")
            }
        }
    }
}
