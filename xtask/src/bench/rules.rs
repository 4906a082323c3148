//! The rules that scans are measured with: those of the product, the same for
//! others, and those that a team would add.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::workspace::root;

/// Rules for semgrep, by their patterns. Its time grows with their number.
const PATTERNS: [(&str, &str); 10] = [
    ("eval", "eval(...)"),
    ("exec", "exec(...)"),
    ("system", "os.system(...)"),
    ("shell", "subprocess.call(..., shell=True, ...)"),
    ("pickle", "pickle.loads(...)"),
    ("yaml", "yaml.load(...)"),
    ("md5", "hashlib.md5(...)"),
    ("tmp", "tempfile.mktemp(...)"),
    ("verify", "requests.get(..., verify=False, ...)"),
    ("none", "$X == None"),
];

/// What a team's own rules are about in a language: each word makes one of a kind.
struct Words {
    /// Kinds of nodes: loops, names, texts, and a call that nobody looks at.
    kinds: [&'static str; 4],
    /// Functions that are not to be called.
    forbidden: &'static str,
    /// Functions that are not to be called in a loop.
    slow: &'static str,
    /// Functions whose result says whether they did it.
    telling: &'static str,
}

const C: Words = Words {
    kinds: ["for_statement", "identifier", "string_literal", "expression_statement"],
    forbidden: "alloca atoi atol atof strtok asctime ctime gmtime localtime setjmp longjmp \
                signal vfork usleep srand putenv bcopy bzero rindex getwd",
    slow: "strlen malloc realloc calloc fopen open stat getenv time gettimeofday snprintf \
           strstr strdup regcomp qsort printf fflush fsync sleep dlopen",
    telling: "read write fread fwrite fseek fclose close rename remove unlink mkdir chdir \
              setuid setgid dup2 pipe fcntl ioctl listen bind",
};
const PYTHON: Words = Words {
    kinds: ["for_statement", "identifier", "string", "expression_statement"],
    forbidden: "globals locals vars compile breakpoint input memoryview reload execfile \
                apply cmp coerce raw_input unichr xrange callable delattr id hash dir",
    slow: "sorted open len list dict deepcopy compile_regex isinstance hasattr getattr \
           print sum max min range enumerate zip tuple set frozenset",
    telling: "strip replace lower upper split join format encode decode sorted reversed \
              filter map copy union difference get_or_create issubset title",
};
/// Words that a team does not want in names, texts and comments.
const UNWANTED: &str = "foo bar baz tmpvar dummy legacy obsolete deprecated workaround kludge \
                        blacklist whitelist sanity grandfathered asdf qwerty placeholder \
                        lorem temporary unused";

impl Words {
    fn of(language: &str) -> Option<Self> {
        match language {
            "c" => Some(C),
            "python" => Some(PYTHON),
            _ => None,
        }
    }

    /// The rules, one of each kind in turn.
    fn rules(&self, language: &str) -> Vec<String> {
        let [a_loop, name, text, statement] = self.kinds;
        let mut rules = Vec::new();
        let words = [self.forbidden, self.slow, self.telling, UNWANTED]
            .map(|words| words.split_whitespace().collect::<Vec<_>>());
        for at in 0..words.iter().map(Vec::len).max().unwrap_or(0) {
            let mut add = |kind: &str, list: usize, body: &dyn Fn(&str) -> String| {
                let Some(word) = words[list].get(at) else { return };
                rules.push(format!(
                    "id: {kind}-{}\nlanguage: {language}\nmessage: {kind} {word}\n{}\n",
                    word.replace('_', "-"),
                    body(word)
                ));
            };
            add("forbidden", 0, &|f| format!("rule:\n  pattern: {f}($$$ARGS)"));
            add("in-loop", 1, &|f| {
                format!("rule:\n  pattern: {f}($$$ARGS)\n  inside: {{kind: {a_loop}, stopBy: end}}")
            });
            add("unlooked-at", 2, &|f| {
                format!("rule:\n  kind: {statement}\n  has: {{pattern: '{f}($$$ARGS)'}}")
            });
            add("name", 3, &|w| format!("rule:\n  kind: {name}\n  regex: '(^|_){w}(_|$)'"));
            add("text", 3, &|w| format!("rule:\n  kind: {text}\n  regex: '(?i)\\b{w}\\b'"));
            add("comment", 3, &|w| format!("text:\n  regex: '(?i)\\b{w}\\b'\n  in: comment"));
        }
        rules
    }
}

/// Writes so many rules of a team that, with all packs, `wanted` look at files of the
/// language; asks the product how many there are. `None` where nothing is made up
/// for the language.
///
/// # Errors
/// The product does not take them, or they are not so many.
pub(super) fn own_rules(
    binary: &Path,
    packs: &str,
    scratch: &Path,
    language: &str,
    wanted: usize,
) -> Result<Option<PathBuf>> {
    let Some(words) = Words::of(language) else { return Ok(None) };
    let directory = scratch.join(format!("own-{language}"));
    fs::create_dir_all(&directory).context("a directory for rules")?;
    let (built_in, _) = rule_counts(language)?;
    let rules = words.rules(language).into_iter().take(wanted.saturating_sub(built_in));
    for (number, rule) in rules.enumerate() {
        fs::write(directory.join(format!("{number}.yml")), rule).context("a rule")?;
    }
    let nothing = scratch.join("nothing");
    fs::create_dir_all(&nothing).context("an empty directory")?;
    let mut command = Command::new(binary);
    command.arg("scan").arg(&nothing).args(["--packs", packs, "--format", "sarif", "--rules"]);
    let output = command.arg(&directory).stdin(Stdio::null()).output().context("mortise scan")?;
    ensure!(output.status.success(), "mortise scan: {}", String::from_utf8_lossy(&output.stderr));
    let answer: Value = serde_json::from_slice(&output.stdout).context("mortise scan")?;
    let active = answer.pointer("/runs/0/tool/driver/rules").and_then(Value::as_array);
    let secrets = secrets(language)?;
    let own = [&format!("{language}/"), "metrics/", "comments/", "own/"];
    let looks = |id: &&str| {
        own.iter().any(|prefix| id.starts_with(prefix)) || secrets.iter().any(|own| own == id)
    };
    let ids = active.into_iter().flatten().filter_map(|rule| rule["id"].as_str());
    let of_language = ids.filter(looks).count();
    ensure!(of_language == wanted, "{of_language} rules look at {language}, not {wanted}");
    Ok(Some(directory))
}

/// How many rules look at a file of the language when all packs are on, and how
/// many of them ast-grep has too: the patterns.
pub(super) fn rule_counts(language: &str) -> Result<(usize, usize)> {
    let own = root().join("crates/engines/scanner");
    let (mut all, mut patterns) = (0, 0);
    for directory in [language, "metrics", "comments"] {
        let directory = own.join("rules").join(directory);
        for entry in fs::read_dir(&directory).with_context(|| directory.display().to_string())? {
            let path = entry?.path();
            let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            all += text.lines().filter(|line| line.starts_with("id:")).count();
            patterns += usize::from(is_pattern(&text));
        }
    }
    all += secrets(language)?.len();
    Ok((all, patterns))
}

/// The full ids of the secrets that are looked for in files of the language.
fn secrets(language: &str) -> Result<Vec<String>> {
    let path = root().join("crates/engines/scanner/secrets/providers.yml");
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let elsewhere = |row: &str| {
        let named = row.lines().find_map(|line| line.trim().strip_prefix("languages: ["));
        let ids = named.and_then(|rest| rest.strip_suffix(']'));
        ids.is_some_and(|ids| !ids.split(", ").any(|id| id == language))
    };
    let rows = text.split("\n- id: ").skip(1).filter(|row| !elsewhere(row));
    Ok(rows.filter_map(|row| Some(format!("secrets/{}", row.lines().next()?.trim()))).collect())
}

/// Whether a rule is one of ast-grep's: the others are of kinds that it does not
/// have.
fn is_pattern(text: &str) -> bool {
    const KNOWN: [&str; 16] = [
        "id",
        "language",
        "rule",
        "constraints",
        "utils",
        "transform",
        "fix",
        "rewriters",
        "message",
        "note",
        "severity",
        "labels",
        "files",
        "ignores",
        "url",
        "metadata",
    ];
    let keys: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with(|first: char| first.is_ascii_alphabetic()))
        .filter_map(|line| Some(line.split_once(':')?.0))
        .collect();
    keys.contains(&"rule") && keys.iter().all(|key| KNOWN.contains(key))
}

/// A configuration of ast-grep with the product's own pattern rules for a
/// language, which are written in its format.
pub(super) fn ast_grep_rules(scratch: &Path, language: &str) -> Result<PathBuf> {
    let rules = scratch.join(language);
    fs::create_dir_all(&rules).context("a directory for rules")?;
    let own = root().join("crates/engines/scanner/rules").join(language);
    for entry in fs::read_dir(&own).with_context(|| own.display().to_string())? {
        let path = entry?.path();
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let Some(name) = path.file_name() else { continue };
        if is_pattern(&text) {
            fs::write(rules.join(name), text).context("a rule")?;
        }
    }
    let configuration = scratch.join(format!("{language}.yml"));
    fs::write(&configuration, format!("ruleDirs: [{language}]\n")).context("a configuration")?;
    Ok(configuration)
}

pub(super) fn semgrep_rules(scratch: &Path) -> Result<PathBuf> {
    let mut text = "rules:\n".to_owned();
    for (id, pattern) in PATTERNS {
        text += &format!(
            "  - id: {id}\n    pattern: {pattern:?}\n    message: {id}\n    languages: [python]\n    \
             severity: WARNING\n"
        );
    }
    let path = scratch.join("semgrep.yml");
    fs::write(&path, text).context("rules for semgrep")?;
    Ok(path)
}
