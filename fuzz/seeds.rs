//! Writes what the targets begin with into `corpus/TARGET`: what the ordinary
//! tests feed the same readers with, samples, built-in rules with their examples,
//! recorded outputs. What is there already is left as it is.

#![no_main]

use std::path::{Path, PathBuf};
use std::{fs, io};

use fuzz::{code, outputs};
use scanner::{Engine, Language, Ruleset, catalogue};

/// The longest input of a target; longer seeds would be cut to nonsense.
const LONGEST: usize = 4096;

/// Tests, with the targets that their literals are for, and what is put before.
const TESTS: &[(&str, &str, &[&str])] = &[
    ("engines/scanner/tests/own.rs", "rule", &[""]),
    ("engines/scanner/tests/import.rs", "import", &[""]),
    ("engines/dependencies/tests/it/advisories.rs", "advisory", &["npm thing 1.2.0\n"]),
    ("engines/dependencies/src/licence/mod.rs", "licence", &[""]),
    ("engines/dependencies/src/licence/texts.rs", "licence", &[""]),
    ("engines/dependencies/tests/it/trees.rs", "manifests", MANIFESTS),
    ("engines/dependencies/tests/it/hostile.rs", "manifests", MANIFESTS),
    ("domain/analysis/src/coverage/readers.rs", "coverage", &["\u{9}"]),
    ("domain/analysis/src/parameters.rs", "properties", &["src/a.py\n"]),
    ("domain/analysis/tests/it/plans.rs", "schedule", &["Asia/Shanghai\n", "\n"]),
    ("web/src/components/markdown.rs", "prose", &[""]),
    ("web/src/components/highlight.rs", "colours", &["rust\n", "js\n", "html\n", "sh\n"]),
    ("api/coding/src/decode/tests.rs", "parameters", &[""]),
    ("engines/codesearch/src/filter.rs", "search", &["line\n"]),
    ("domain/depots/src/rules/owners.rs", "owners", &["src/a.rs\n"]),
    ("domain/depots/src/rules/pattern.rs", "patterns", &["src/a.rs\n"]),
    ("api/git/src/lfs/request.rs", "lfs_batch", &[""]),
    ("api/git/src/ssh/command.rs", "ssh_command", &[""]),
];

/// The first line of a manifest of each kind.
const MANIFESTS: &[&str] = &[
    "package.json\n",
    "w/package-lock.json\n",
    "yarn.lock\n",
    "pnpm-lock.yaml\n",
    "requirements.txt\n",
    "pyproject.toml\n",
    "poetry.lock\n",
    "uv.lock\n",
    "Pipfile\n",
    "Pipfile.lock\n",
    "pom.xml\n",
    "gradle.lockfile\n",
    "gradle/libs.versions.toml\n",
    "go.mod\n",
    "Cargo.toml\n",
    "Cargo.lock\n",
    "composer.json\n",
    "composer.lock\n",
    "Gemfile.lock\n",
    "packages.lock.json\n",
    "a.csproj\n",
    "Directory.Packages.props\n",
    "packages.config\n",
    "pubspec.yaml\n",
    "pubspec.lock\n",
    "Package.resolved\n",
    "conan.lock\n",
    "conanfile.txt\n",
    "Dockerfile\n",
];

/// What no test has as one literal.
const FURTHER: &[(&str, &str)] = &[
    (
        "project",
        "src/app/store.py\ndef find(name):\n    cursor.execute(\"select x from t where n = '\" + name + \"'\")\n\0src/app/view.py\nfrom flask import request\nfrom app.store import find\n\ndef view():\n    find(request.args['name'])\n\u{1}lib/store.py\n# moved\ndef find(name):\n    cursor.execute(\"select x from t where n = '\" + name + \"'\")\n",
    ),
    (
        "project",
        "a.js\nfunction f(req, res) { eval(req.query.a); if (a == b) { debugger; } }\n\0app.properties\nhash=MD5\n\0A.java\nclass A { void f(Properties p) throws Exception { MessageDigest.getInstance(p.getProperty(\"hash\")); } }\n\u{1}b.js\nfunction f(req, res) { eval(req.query.a); }\n",
    ),
    ("versions", "pypi\n1.0a1.dev3\n1!2.0.post1+local.7\n2.0rc1"),
    ("versions", "maven\n1.0-alpha-1\n1.0-SNAPSHOT\n1.0.0-sp-1"),
    ("versions", "npm\n1.2.3-beta.11\n1.2.3-beta.2\n1.2.3+b"),
    ("versions", "nuget\n1.2.3.4-rc\n1.2.3\n01.2"),
    ("versions", "gem\n1.0.pre1\n1.0.0.a\n1.10"),
    ("versions", "composer\n1.0.0-RC1\ndev-main\nv2.1.x-dev"),
    ("versions", "golang\nv0.0.0-20200101000000-abcdef123456\nv1.2.3+incompatible\nv2.0.0"),
    ("schedule", "UTC\n0 3 * * 1-5"),
    ("schedule", "Europe/Berlin\n30 2 29 2 *"),
    ("schedule", "\n*/15 0,12 L * MON#2"),
    (
        "signed",
        "SDK-HMAC-SHA256 Access=AK, SignedHeaders=host;x-sdk-date, Signature=00\n/v2/a%20b/?q=1&p=%E4%BD%A0+x\nhost:example.com\nx-sdk-date:20260101T000000Z",
    ),
];

// The code is built to tell libFuzzer where it goes, so its runtime has to be here,
// too; it is left before it feeds anything.
libfuzzer_sys::fuzz_target!(
    init: {
        if let Err(error) = write() {
            eprintln!("seeds: {error}");
            std::process::exit(1);
        }
        std::process::exit(0)
    },
    |_bytes: &[u8]| ()
);

fn write() -> io::Result<()> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let corpus = Corpus(here.join("corpus"));
    let crates = here.join("../crates");
    for (file, target, before) in TESTS {
        let path = crates.join(file);
        let text = fs::read_to_string(&path)
            .map_err(|error| io::Error::other(format!("{}: {error}", path.display())))?;
        for literal in literals(&text) {
            for before in *before {
                corpus.put(target, format!("{before}{literal}").as_bytes())?;
            }
        }
    }
    for (target, text) in FURTHER {
        corpus.put(target, text.as_bytes())?;
    }
    sources(&corpus, &crates.join("engines/scanner"))?;
    for below in ["recorded", "declarations"] {
        for entry in fs::read_dir(crates.join("engines/adapters").join(below))? {
            let path = entry?.path();
            let text = fs::read(&path)?;
            let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
            match below {
                "recorded" => corpus.put("output", &outputs::seed(name, &text))?,
                _ => corpus.put("declaration", &text)?,
            }
        }
    }
    Ok(())
}

/// Samples, rules and the examples of rules.
fn sources(corpus: &Corpus, scanner: &Path) -> io::Result<()> {
    let engine = Engine::new(&Ruleset::default()).map_err(io::Error::other)?;
    let text_of = |language: Language, text: &[u8]| -> io::Result<()> {
        corpus.put("source", &code::seed(language, text))?;
        if language == Language::Cangjie {
            corpus.put("cangjie", text)?;
        }
        corpus.put("report", &engine.analyse(language, text).encode())
    };
    for entry in fs::read_dir(scanner.join("tests/samples"))? {
        let path = entry?.path();
        let text = fs::read(&path)?;
        if let Some(language) = Language::of(&path.to_string_lossy(), &text) {
            text_of(language, &text)?;
        }
    }
    for rule in catalogue().map_err(io::Error::other)? {
        for example in rule.examples.valid.iter().chain(&rule.examples.invalid) {
            for language in &rule.languages {
                text_of(*language, example.as_bytes())?;
            }
        }
    }
    for spec in Language::all().filter(|spec| !spec.language.is_analysed()) {
        let comments = spec.lexis.line.iter().chain(spec.lexis.block.iter().map(|(open, _)| open));
        let comment = comments.copied().collect::<Vec<_>>().join(" a\n");
        let text = format!("{comment} a\nkey = \"value\" # x\nother: 1\n\n");
        corpus.put("lines", &code::seed(spec.language, text.as_bytes()))?;
    }
    let mut directories = vec![scanner.join("rules")];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory)? {
            let path = entry?.path();
            if path.is_dir() {
                directories.push(path);
                continue;
            }
            for document in fs::read_to_string(&path)?.split("\n---\n") {
                corpus.put("rule", document.as_bytes())?;
                corpus.put("import", document.as_bytes())?;
            }
        }
    }
    let ruleset = serde_json::to_vec(&Ruleset::default()).map_err(io::Error::other)?;
    corpus.put("ruleset", &ruleset)
}

struct Corpus(PathBuf);

impl Corpus {
    fn put(&self, target: &str, seed: &[u8]) -> io::Result<()> {
        if seed.len() > LONGEST {
            return Ok(());
        }
        let directory = self.0.join(target);
        fs::create_dir_all(&directory)?;
        // The same seed has the same name.
        let sum = seed.iter().fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| {
            (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
        fs::write(directory.join(format!("seed-{sum:016x}")), seed)
    }
}

/// The texts of a Rust file, as the compiler would read them; short ones are
/// words.
fn literals(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = code;
    while let Some(at) = rest.find(['"', '\'', '/']) {
        let before = &rest[..at];
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("//") {
            rest = comment.split_once('\n').map_or("", |(_, rest)| rest);
        } else if !rest.starts_with('"') {
            // A sign such as '"', or a lifetime.
            let sign =
                rest.starts_with("'\"'").then_some(3).or(rest.starts_with("'\\\"'").then_some(4));
            rest = &rest[sign.unwrap_or(1)..];
        } else {
            let hashes = before.len() - before.trim_end_matches('#').len();
            let raw = before.trim_end_matches('#').ends_with('r');
            let end = format!("\"{}", "#".repeat(hashes));
            let body = &rest[1..];
            let length = if raw { body.find(&end) } else { closing(body) };
            let Some(length) = length else { break };
            let text = if raw { body[..length].to_owned() } else { unescaped(&body[..length]) };
            if text.len() >= 6 {
                found.push(text);
            }
            rest = &body[length + 1..];
        }
    }
    found
}

fn closing(body: &str) -> Option<usize> {
    let mut escaped = false;
    body.char_indices().find_map(|(at, c)| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends.then_some(at)
    })
}

fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('0') => out.push('\0'),
            Some('\n') => while chars.next_if(|c| c.is_whitespace()).is_some() {},
            Some(other) => out.push(other),
            None => {}
        }
    }
    out
}
