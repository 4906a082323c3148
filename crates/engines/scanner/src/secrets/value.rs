//! Tells a secret from what only stands where one could: an example, a
//! template, a name, a path.

/// What examples are made of, in lower case. Long enough that a random value
/// holds one less than once in a hundred thousand times.
const EXAMPLES: [&str; 22] = [
    "example",
    "sample",
    "dummy",
    "placeholder",
    "changeme",
    "change_me",
    "change-me",
    "change_this",
    "your_",
    "your-",
    "yourkey",
    "yourtoken",
    "redacted",
    "insert",
    "replace",
    "xxxxx",
    "*****",
    ".....",
    "todo_",
    "fixme",
    "not-a-real",
    "notareal",
];

/// What stands where a program or a template puts the value in.
const TEMPLATES: [&str; 12] = [
    "${",
    "$(",
    "{{",
    "}}",
    "%(",
    "%s",
    "<%",
    "process.env",
    "os.environ",
    "getenv",
    "secrets.",
    "#{",
];

/// Words that stand for a password, alone or with digits behind them.
const WORDS: [&str; 43] = [
    "password",
    "passwd",
    "passwort",
    "pass",
    "hello",
    "welcome",
    "letmein",
    "pwd",
    "passphrase",
    "secret",
    "secrets",
    "token",
    "test",
    "testing",
    "tester",
    "admin",
    "administrator",
    "root",
    "user",
    "username",
    "guest",
    "demo",
    "foo",
    "foobar",
    "bar",
    "baz",
    "abc",
    "qwerty",
    "none",
    "null",
    "undefined",
    "true",
    "false",
    "string",
    "default",
    "unknown",
    "required",
    "optional",
    "hidden",
    "invalid",
    "wrong",
    "empty",
    "value",
];

/// Endings of files, behind a point.
const ENDINGS: [&str; 16] = [
    "pem",
    "key",
    "crt",
    "cer",
    "txt",
    "json",
    "yaml",
    "yml",
    "toml",
    "xml",
    "html",
    "properties",
    "conf",
    "env",
    "p12",
    "jks",
];

/// Shannon's entropy of the value's characters, in bits each.
pub(super) fn entropy(text: &str) -> f64 {
    let mut counts = [0u32; 256];
    for byte in text.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let length = text.len().max(1) as f64;
    let share = |n: &u32| f64::from(*n) / length;
    counts.iter().filter(|n| **n > 0).map(|n| -share(n) * share(n).log2()).sum()
}

/// One character over and over, or a run along the alphabet: typed, not drawn.
pub(super) fn is_filler(text: &str) -> bool {
    let bytes = text.as_bytes();
    let run = |step: fn(u8, u8) -> bool| {
        let mut longest = 1;
        let mut now = 1;
        for pair in bytes.windows(2) {
            now = if step(pair[0], pair[1]) { now + 1 } else { 1 };
            longest = longest.max(now);
        }
        longest
    };
    let same = run(|a, b| a == b);
    let up = run(|a, b| a.is_ascii_alphanumeric() && b == a.wrapping_add(1));
    let down = run(|a, b| b.is_ascii_alphanumeric() && a == b.wrapping_add(1));
    let mut distinct = [false; 256];
    bytes.iter().for_each(|b| distinct[usize::from(*b)] = true);
    let distinct = distinct.iter().filter(|seen| **seen).count();
    same >= 6 || up >= 6 || down >= 6 || (bytes.len() >= 16 && distinct < 6)
}

/// Says of itself that it is an example, or that something is put in here.
pub(super) fn is_example(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    EXAMPLES.iter().chain(&TEMPLATES).any(|part| lower.contains(part))
}

/// A value that was drawn at random.
pub(super) fn is_token(text: &str) -> bool {
    if is_example(text) || is_elsewhere(text) || is_call(text) || is_digest(text) {
        return false;
    }
    let has = |class: fn(&u8) -> bool| text.as_bytes().iter().any(class);
    let least = if text.len() < 16 { 2.8 } else { 3.0 };
    let changes = changes(text);
    has(u8::is_ascii_alphabetic)
        && (changes >= 0.35 || (changes >= 0.25 && has(u8::is_ascii_digit)))
        && entropy(text) >= least
        && !is_worded(text)
}

/// A value that somebody may have thought up to keep others out.
pub(super) fn is_password(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let stem = lower.trim_end_matches(|c: char| c.is_ascii_digit() || "!@#$".contains(c));
    if is_example(text)
        || is_elsewhere(text)
        || is_call(text)
        || is_digest(text)
        || stem.is_empty()
        || WORDS.contains(&stem)
        || ["password", "passwd", "passphrase"].iter().any(|word| lower.contains(word))
    {
        return false;
    }
    let odd = |c: char| c.is_ascii_digit() || (c.is_ascii_punctuation() && !"-_./:,".contains(c));
    let has_letter = text.chars().any(char::is_alphabetic);
    // `Winter2024` is a password; `winter-2024` and `WinterCoat` are names.
    let separated = text.contains(['-', '_', '.', '/']);
    let named = (separated || !text.contains(odd)) && is_worded(text) && !is_numbered(text);
    has_letter && (text.contains(odd) || changes(text) >= 0.3) && !named
}

/// `silver_8255`: a number behind that is neither a year nor a version.
fn is_numbered(text: &str) -> bool {
    let digits = text.len() - text.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let number = &text[text.len() - digits..];
    (3..=6).contains(&digits) && !number.starts_with("19") && !number.starts_with("20")
}

/// The name of another place that holds the value: a variable, a file, an
/// address, a mail account.
fn is_elsewhere(text: &str) -> bool {
    let ending = text.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let first = text.chars().next().unwrap_or(' ');
    "${<[(&".contains(first)
        || (first == '%' && text.len() > 1 && text.ends_with('%'))
        || text.contains("://")
        || ["/", "./", "../", "~/", "\\\\"].iter().any(|start| text.starts_with(start))
            && text.chars().filter(|c| *c == '/' || *c == '\\').count() > 1
            && changes(text) < 0.4
        || ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
        || text.starts_with("ENC(")
        || text.starts_with("arn:")
        || text.starts_with("vault:")
        || (first == '!' && text[1..].chars().all(char::is_alphabetic))
}

/// A piece of a program.
fn is_call(text: &str) -> bool {
    let open = text.find('(').is_some_and(|i| i > 0 && text.ends_with([')', ';']));
    open || text.contains("::") || text.contains("->") || text.contains("=>") || text.contains("&&")
}

/// The digest of something, which opens nothing.
fn is_digest(text: &str) -> bool {
    const STARTS: [&str; 9] =
        ["$1$", "$2", "$5$", "$6$", "$argon2", "$pbkdf2", "{SSHA", "{bcrypt}", "pbkdf2"];
    let lower = text.to_ascii_lowercase();
    STARTS.iter().any(|start| text.starts_with(start))
        || ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"].iter().any(|name| {
            lower.strip_prefix(name).is_some_and(|rest| rest.starts_with(['-', ':', '=', '$']))
        })
}

/// Made of words, as names and sentences are: `my-app-secret`, `AccessTokenV2`,
/// `steps.login.outputs.token`, `names[0].first`.
fn is_worded(text: &str) -> bool {
    text.split(['-', '_', '.', '/', ':', ' ', ',', '+', '=', '@', '#', '!', '?', '[', ']'])
        .filter(|part| !part.is_empty())
        .all(is_word)
}

/// A word, or several written together with capitals, with at most a number of
/// four digits behind.
fn is_word(part: &str) -> bool {
    let stem = part.trim_end_matches(|c: char| c.is_ascii_digit());
    if part.len() - stem.len() > 4 {
        return false;
    }
    // `v2`, `2024`, `s3`
    if stem.len() <= 1 {
        return true;
    }
    if !stem.chars().all(char::is_alphabetic) {
        return false;
    }
    let upper = stem.chars().filter(|c| c.is_uppercase()).count();
    let letters = stem.chars().count();
    let vowels = stem.chars().filter(|c| "aeiouyAEIOUY".contains(*c)).count();
    let shouted = upper == letters && letters <= 16;
    (shouted || upper * 4 <= letters + 3) && vowels * 6 >= letters
}

/// How often the kind of character changes (small, capital, digit, other), as a
/// share of the places where it could, 0 to 1.
fn changes(text: &str) -> f64 {
    let class = |c: char| match c {
        'a'..='z' => 0,
        'A'..='Z' => 1,
        '0'..='9' => 2,
        _ => 3,
    };
    let classes: Vec<u8> = text.chars().map(class).collect();
    if classes.len() < 2 {
        return 0.0;
    }
    let changed = classes.windows(2).filter(|pair| pair[0] != pair[1]).count();
    changed as f64 / (classes.len() - 1) as f64
}
