//! How a rule names a place in code.
//!
//! ```text
//! os.system(0)                          the first argument of a function, by its imported path
//! Statement#execute|executeQuery(0)     a method, by the type of its receiver
//! Cursor|cursor|?#execute(0)            … or by the receiver's name, or where the type is unknown
//! *#getParameter()                      … of any receiver
//! new FileReader(0, 1)                  a constructor
//! Request#query                         a field that is read
//! set *#innerHTML                       a field that is written
//! @RequestParam                         a parameter with an annotation
//! @@GetMapping                          every parameter of a function with an annotation
//! return @route                         what a function with an annotation returns
//! handler *#MapGet                      every parameter of a function that a call is handed
//! Request#*                             any field that is read
//! $_GET                                 a variable
//! ```
//!
//! Arguments: `0`, `1..` (from there on), `*` (all), `name=` (by name), `this`
//! (the receiver), `0.key` (what a map or an object has there). Then conditions: `where shell=True and 0~/^MD5$/ and !timeout`;
//! `0@~/MODE_ECB$/` also asks for the name of a constant that is not known; `0^/^Location:/`
//! for how a text begins, as far as that is known (`0^^/…/`: and that it is known);
//! `2.secure=false`, `!2.secure` and `dynamic 2.secure` ask for what a map or object has under a
//! key,
//! `dynamic 0` and `fixed 0` (`open name` by name) whether an argument is made of constants,
//! `host 0` whether somebody else may choose the host of an address, `command 0`
//! whether the arguments from there on let a shell run what is no constant, `1&022`
//! whether a number has one of these bits (octal).
//! A propagator ends with where the data goes: `into this`, `into 1`.

use regex::Regex;

/// What kind of place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Shape {
    Call,
    Read,
    New,
    Set,
    Param,
    Params,
    Return,
    Handler,
    Var,
}

/// What a method or function belongs to.
#[derive(Debug)]
pub(super) enum On {
    /// A path of names; empty for a plain function.
    Path(String),
    Any,
    Receiver {
        types: Vec<String>,
        hints: Vec<String>,
        unknown: bool,
    },
}

#[derive(Debug, Default)]
pub(super) struct Args {
    pub(super) places: Vec<usize>,
    pub(super) from: Option<usize>,
    pub(super) names: Vec<String>,
    /// What lies under a key of a map or an object.
    pub(super) keys: Vec<(usize, String)>,
    pub(super) this: bool,
}

/// What the text of a value must be like.
#[derive(Debug)]
pub(super) struct Test {
    pub(super) regex: Regex,
    /// False where it must not match.
    pub(super) wanted: bool,
    /// Whether the name of a constant that is not known will do.
    pub(super) by_name: bool,
}

#[derive(Debug)]
pub(super) enum Condition {
    /// An argument, by its place, has a text that matches.
    Place(usize, Test),
    /// An argument, by its name, has a text that matches.
    Named(String, Test),
    /// There is no argument of this name.
    Absent(String),
    /// An argument that is a map or an object has a text under a key.
    Key(usize, String, Regex, bool),
    /// An argument that is a map or an object has nothing under a key.
    NoKey(usize, String),
    /// There are fewer arguments.
    Fewer(usize),
    /// The argument is no constant.
    Dynamic(usize),
    /// What a map or an object has under a key is no constant.
    DynamicKey(usize, String),
    /// The argument is made of constants only.
    Fixed(usize),
    /// The argument is an address of which more than the path may be chosen elsewhere.
    Host(usize),
    /// The argument of a name is not made of constants only.
    Open(String),
    /// The arguments from a place on are a command of which the program, or what a
    /// shell or an interpreter is given, is no constant.
    Command(usize),
    /// An argument, by its place, begins like this; whether that must be known.
    Start(usize, Regex, bool),
    /// The argument is a number with one of these bits.
    Bits(usize, i64),
    /// The file mentions this word in an import.
    Imports(String),
}

/// Where a propagator puts the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Into {
    This,
    Place(usize),
}

#[derive(Debug)]
pub(super) struct Pattern {
    pub(super) shape: Shape,
    pub(super) on: On,
    /// The last name, or its alternatives.
    pub(super) names: Vec<String>,
    pub(super) args: Args,
    pub(super) conditions: Vec<Condition>,
    pub(super) into: Option<Into>,
}

impl Pattern {
    /// Reads a pattern; the error says what is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let fail = |why: &str| format!("`{text}`: {why}");
        let (head, conditions) = match text.split_once(" where ") {
            Some((head, tail)) => (head, Self::conditions(tail).map_err(|e| fail(&e))?),
            None => (text, Vec::new()),
        };
        let (head, into) = match head.split_once(" into ") {
            Some((head, "this")) => (head, Some(Into::This)),
            Some((head, n)) => {
                (head, Some(Into::Place(n.trim().parse().map_err(|_| fail("into what?"))?)))
            }
            None => (head, None),
        };
        let head = head.trim();
        let words = |list: &str| list.split('|').map(|w| w.trim().to_owned()).collect::<Vec<_>>();
        let plain = |shape, names: &str| Self {
            shape,
            on: On::Any,
            names: words(names),
            args: Args::default(),
            conditions: Vec::new(),
            into,
        };
        let mut made = if let Some(rest) = head.strip_prefix("@@") {
            plain(Shape::Params, rest)
        } else if let Some(rest) = head.strip_prefix('@') {
            plain(Shape::Param, rest)
        } else if let Some(rest) = head.strip_prefix("return @") {
            plain(Shape::Return, rest)
        } else if let Some(rest) = head.strip_prefix('$') {
            plain(Shape::Var, rest)
        } else {
            let (head, shape, args) = if let Some(rest) = head.strip_prefix("set ") {
                (rest, Shape::Set, Args::default())
            } else if let Some(rest) = head.strip_prefix("handler ") {
                (rest, Shape::Handler, Args::default())
            } else if let Some(inner) = head.strip_suffix(')') {
                let (name, list) = inner.rsplit_once('(').ok_or_else(|| fail("no `(`"))?;
                let args = Self::args(list).map_err(|e| fail(&e))?;
                match name.strip_prefix("new ") {
                    Some(name) => (name, Shape::New, args),
                    None => (name, Shape::Call, args),
                }
            } else {
                (head, Shape::Read, Args::default())
            };
            let (on, names) = if shape == Shape::New {
                (On::Any, head)
            } else if let Some((on, names)) = head.split_once('#') {
                (Self::receiver(on), names)
            } else {
                let (path, names) = head.rsplit_once('.').unwrap_or(("", head));
                (On::Path(path.to_owned()), names)
            };
            Self { on, args, ..plain(shape, names) }
        };
        if made.names.iter().any(String::is_empty) {
            return Err(fail("an empty name"));
        }
        made.conditions = conditions;
        Ok(made)
    }

    /// The expression that a condition on a text asks for, and whether it must match.
    pub(super) fn tested(&self, condition: usize) -> Option<(String, bool)> {
        match self.conditions.get(condition)? {
            Condition::Place(_, test) | Condition::Named(_, test) => {
                Some((test.regex.as_str().to_owned(), test.wanted))
            }
            _ => None,
        }
    }

    fn receiver(text: &str) -> On {
        let (mut types, mut hints, mut unknown) = (Vec::new(), Vec::new(), false);
        for word in text.split('|').map(str::trim) {
            match word {
                "*" => return On::Any,
                "?" => unknown = true,
                // `http.Request` is a type of Go.
                w if !w.contains('.')
                    && w.starts_with(|c: char| c.is_lowercase() || c == '_' || c == '$') =>
                {
                    hints.push(w.to_owned());
                }
                w => types.push(w.to_owned()),
            }
        }
        On::Receiver { types, hints, unknown }
    }

    fn args(list: &str) -> Result<Args, String> {
        let mut args = Args::default();
        for word in list.split(',').map(str::trim).filter(|w| !w.is_empty()) {
            if word == "*" {
                args.from = Some(0);
            } else if word == "this" {
                args.this = true;
            } else if let Some(n) = word.strip_suffix("..") {
                args.from = Some(n.parse().map_err(|_| format!("`{word}` is no place"))?);
            } else if let Some(name) = word.strip_suffix('=') {
                args.names.push(name.to_owned());
            } else if let Some((place, key)) = word.split_once('.') {
                let place = place.parse().map_err(|_| format!("`{word}` is no place"))?;
                args.keys.push((place, key.to_owned()));
            } else {
                args.places.push(word.parse().map_err(|_| format!("`{word}` is no place"))?);
            }
        }
        Ok(args)
    }

    fn conditions(text: &str) -> Result<Vec<Condition>, String> {
        let regex = |text: &str| {
            let inner = text
                .trim()
                .strip_prefix('/')
                .and_then(|t| t.strip_suffix('/'))
                .ok_or_else(|| format!("`{text}` is no /expression/"))?;
            Regex::new(inner).map_err(|e| e.to_string())
        };
        text.split(" and ")
            .map(str::trim)
            .map(|one| {
                if let Some(word) = one.strip_prefix("import ") {
                    return Ok(Condition::Imports(word.to_owned()));
                }
                if let Some((place, key)) =
                    one.strip_prefix("dynamic ").and_then(|what| what.split_once('.'))
                {
                    let place = place.parse().map_err(|_| format!("`{place}` is no place"))?;
                    return Ok(Condition::DynamicKey(place, key.to_owned()));
                }
                if let Some(n) = one.strip_prefix("dynamic ") {
                    return n.parse().map(Condition::Dynamic).map_err(|e| e.to_string());
                }
                if let Some(n) = one.strip_prefix("host ") {
                    return n.parse().map(Condition::Host).map_err(|e| e.to_string());
                }
                if let Some(n) = one.strip_prefix("fixed ") {
                    return n.parse().map(Condition::Fixed).map_err(|e| e.to_string());
                }
                if let Some(name) = one.strip_prefix("open ") {
                    return Ok(Condition::Open(name.to_owned()));
                }
                if let Some(n) = one.strip_prefix("command ") {
                    return n.parse().map(Condition::Command).map_err(|e| e.to_string());
                }
                if let Some((place, start)) = one.split_once("^/")
                    && let Ok(number) = place.trim_end_matches('^').parse()
                {
                    let known = place.ends_with('^');
                    return Ok(Condition::Start(number, regex(&format!("/{start}"))?, known));
                }
                if let Some((place, bits)) = one.split_once('&') {
                    let place = place.parse().map_err(|_| format!("`{place}` is no place"))?;
                    let bits = i64::from_str_radix(bits, 8).map_err(|e| e.to_string())?;
                    return Ok(Condition::Bits(place, bits));
                }
                if let Some(n) = one.strip_prefix("fewer ") {
                    return n.parse().map(Condition::Fewer).map_err(|e| e.to_string());
                }
                let key = |what: &str| {
                    let (place, key) = what.split_once('.')?;
                    Some((place.parse().ok()?, key.to_owned()))
                };
                if let Some(name) = one.strip_prefix('!') {
                    return Ok(match key(name) {
                        Some((place, key)) => Condition::NoKey(place, key),
                        None => Condition::Absent(name.to_owned()),
                    });
                }
                let of = |what: &str, regex, wanted| {
                    let by_name = what.ends_with('@');
                    let what = what.trim_end_matches('@');
                    match (what.parse(), key(what)) {
                        (Ok(place), _) => Condition::Place(place, Test { regex, wanted, by_name }),
                        (_, Some((place, key))) => Condition::Key(place, key, regex, wanted),
                        _ => Condition::Named(what.to_owned(), Test { regex, wanted, by_name }),
                    }
                };
                if let Some((what, expression)) = one.split_once('~') {
                    let (what, wanted) = match what.strip_suffix('!') {
                        Some(what) => (what, false),
                        None => (what, true),
                    };
                    return Ok(of(what, regex(expression)?, wanted));
                }
                let (name, value) =
                    one.split_once('=').ok_or_else(|| format!("`{one}` is no condition"))?;
                let regex = Regex::new(&format!("^(?i:{})$", regex::escape(value)))
                    .map_err(|e| e.to_string())?;
                Ok(of(name, regex, true))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_read() {
        let p = Pattern::parse("Cursor|cursor|?#execute|executemany(0, sql=) where import sqlite3")
            .expect("reads");
        assert_eq!(p.names, ["execute", "executemany"]);
        assert_eq!((p.args.places, p.args.names), (vec![0], vec!["sql".to_owned()]));
        assert!(matches!(p.on, On::Receiver { ref types, ref hints, unknown: true }
            if types == &["Cursor"] && hints == &["cursor"]));
        assert!(matches!(p.conditions[..], [Condition::Imports(_)]));
        let p = Pattern::parse("subprocess.run|call(0..) where shell=True").expect("reads");
        assert!(matches!(p.on, On::Path(ref path) if path == "subprocess"));
        assert_eq!(p.args.from, Some(0));
        let p = Pattern::parse("json.Unmarshal(0) into 1").expect("reads");
        assert_eq!(p.into, Some(Into::Place(1)));
        assert_eq!(Pattern::parse("Request#query").expect("reads").shape, Shape::Read);
        assert_eq!(Pattern::parse("new File(0, 1)").expect("reads").shape, Shape::New);
        assert_eq!(Pattern::parse("handler *#MapGet").expect("reads").shape, Shape::Handler);
        let p = Pattern::parse("header(0) where 0^/^Location:/").expect("reads");
        assert!(matches!(p.conditions[..], [Condition::Start(0, _, false)]));
        assert!(Pattern::parse("f(x)").is_err());
        assert!(Pattern::parse("f(0) where 0~nothing").is_err());
        assert!(Pattern::parse("a.(0)").is_err());
    }
}
