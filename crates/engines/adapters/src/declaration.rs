//! What is written about a tool.

use std::collections::BTreeMap;

use globset::{Glob, GlobSet, GlobSetBuilder};
use regex::Regex;
use serde::{Deserialize, Serialize};

use crate::Severity;
use crate::parse::errorformat;

/// A tool, and how it is used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declaration {
    /// Its name: small letters, digits and hyphens. Rules of its findings begin
    /// with it.
    pub name: String,
    /// Its name for people.
    pub title: String,
    /// Where it is described.
    #[serde(default)]
    pub website: String,
    /// Where it can be had, for people; nothing is ever fetched.
    #[serde(default)]
    pub obtain: String,
    /// Identifiers of the languages that it is for.
    #[serde(default)]
    pub languages: Vec<String>,
    /// Patterns of the files that it is for; one without a slash is for names.
    pub files: Vec<String>,
    /// Patterns of files that switch it on; empty for always.
    #[serde(default)]
    pub config_files: Vec<String>,
    /// How files are handed to it.
    #[serde(default)]
    pub mode: Mode,
    /// How many files it is given at once in the mode [`Mode::List`].
    #[serde(default = "two_hundred")]
    pub most: usize,
    /// The program that has to be there.
    pub program: String,
    /// What makes it tell its version.
    #[serde(default = "version_argument")]
    pub version_argument: String,
    /// How it is called, for a shell: `"$@"` are the files, `$RESULT` is a file
    /// that it may write its result to. It starts in the directory that is
    /// scanned.
    pub script: String,
    /// Where the result is read from.
    #[serde(default)]
    pub output: Output,
    /// What the result looks like.
    pub format: Format,
    /// Statuses with which it ends when it has done its work.
    #[serde(default = "zero_and_one")]
    pub success: Vec<i32>,
    /// Scripts and formats of other versions; the first that matches is taken.
    #[serde(default)]
    pub variants: Vec<Variant>,
    /// For [`Format::Regex`]: what a line looks like, with the groups `path`,
    /// `line`, `column`, `end_line`, `end_column`, `severity`, `rule`, `message`.
    #[serde(default)]
    pub pattern: String,
    /// For [`Format::Errorformat`].
    #[serde(default)]
    pub errorformat: Vec<String>,
    /// For [`Format::Json`] and [`Format::JsonLines`].
    #[serde(default)]
    pub json: Option<JsonPaths>,
    /// Severities of the tool's own words.
    #[serde(default)]
    pub severity: BTreeMap<String, Severity>,
    /// Severities of rules that begin so; the longest that fits counts, before
    /// the tool's own words.
    #[serde(default)]
    pub severity_of_rules: BTreeMap<String, Severity>,
    /// Rules that are no findings, by how they begin: remarks about the run.
    #[serde(default)]
    pub drop_rules: Vec<String>,
    /// Rules by which it says, however they go on, that it could not look at the
    /// code: with one of them the run has failed.
    #[serde(default)]
    pub failures: Vec<String>,
    /// Which contract it keeps.
    #[serde(default)]
    pub protocol: Protocol,
    /// Recorded outputs, and what has to be read from them.
    #[serde(default, rename = "test")]
    pub tests: Vec<Test>,
}

fn two_hundred() -> usize {
    200
}

fn zero_and_one() -> Vec<i32> {
    vec![0, 1]
}

fn version_argument() -> String {
    "--version".to_owned()
}

/// How files are handed to a tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// One call for each file.
    File,
    /// Many files in one call.
    #[default]
    List,
    /// One call for the whole directory.
    Project,
}

/// Where a tool leaves its result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Output {
    /// Its output.
    #[default]
    Stdout,
    /// Its error output.
    Stderr,
    /// The file `$RESULT`.
    File,
}

/// What a result looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// SARIF 2.1.0.
    Sarif,
    /// Checkstyle's XML.
    Checkstyle,
    /// reviewdog's JSON, one report a line.
    Rdjsonl,
    /// Lines that a regular expression describes.
    Regex,
    /// Lines that patterns of Vim describe.
    Errorformat,
    /// JSON, by declared paths.
    Json,
    /// The same, one document a line.
    JsonLines,
    /// The `result.json` of a tool for TCA.
    Tca,
}

/// Which contract a tool keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// The declaration's own.
    #[default]
    Command,
    /// That of Tencent Cloud Code Analysis' own tools: the environment names
    /// `SOURCE_DIR`, `SCAN_FILES`, `DIFF_FILES`, `TASK_REQUEST` and `RESULT_DIR`,
    /// and `result.json` is left there or in the working directory.
    Tca,
}

/// Another way for some versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// `<1.2`, `<=1.2`, `>1.2`, `>=1.2` or `=1.2`.
    pub version: String,
    /// How it is called.
    pub script: Option<String>,
    /// What the result looks like.
    pub format: Option<Format>,
}

/// Where things stand in a JSON document.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct JsonPaths {
    /// The reports: names separated by dots, `[]` for each of a list, `*` for
    /// each value of an object, whose name is then called `$key`.
    pub items: String,
    /// The file. This and what follows are names separated by dots, looked for
    /// in the report and then in what encloses it; `|` separates alternatives.
    pub path: String,
    /// The first line.
    pub line: String,
    /// The first column.
    pub column: String,
    /// The last line.
    pub end_line: String,
    /// The last column.
    pub end_column: String,
    /// The tool's name for what is wrong.
    pub rule: String,
    /// What it says.
    pub message: String,
    /// How grave it is.
    pub severity: String,
    /// What is added to lines that count from 0.
    pub line_offset: u32,
    /// What is added to columns that count from 0.
    pub column_offset: u32,
    /// What stands before the names of rules that are bare numbers.
    pub rule_prefix: String,
    /// What has to have these values for it to be a report.
    pub only: BTreeMap<String, String>,
}

/// A recorded output.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Test {
    /// The file among the recorded ones.
    pub output: String,
    /// How it was made: the tool's version, or that it was written from its
    /// documentation.
    pub from: String,
    /// `path:line:column severity rule`, in the order of the output.
    pub expect: Vec<String>,
}

/// Why a declaration cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeclarationError {
    /// It is not such a document.
    #[error("it is no declaration: {0}")]
    Toml(String),
    /// A field does not fit.
    #[error("{0} {1}")]
    Field(&'static str, String),
}

impl Declaration {
    /// Reads a declaration.
    ///
    /// # Errors
    /// When it is no TOML, names something unknown, or contradicts itself.
    pub fn parse(text: &str) -> Result<Self, DeclarationError> {
        if text.len() > 256 << 10 {
            return Err(DeclarationError::Toml("it is too long".to_owned()));
        }
        let declaration: Self =
            toml::from_str(text).map_err(|error| DeclarationError::Toml(error.to_string()))?;
        declaration.check()?;
        Ok(declaration)
    }

    fn check(&self) -> Result<(), DeclarationError> {
        let wrong = |field, why: &str| Err(DeclarationError::Field(field, why.to_owned()));
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.name.is_empty() || self.name.len() > 64 || !self.name.chars().all(plain) {
            return wrong("name", "must have 1 to 64 small letters, digits and hyphens");
        }
        let program = |c: char| c.is_ascii_alphanumeric() || "-_.+/".contains(c);
        if self.program.is_empty() || !self.program.chars().all(program) {
            return wrong("program", "must be the name of a program");
        }
        if self.script.trim().is_empty() {
            return wrong("script", "must not be empty");
        }
        if self.most == 0 || self.most > 10_000 {
            return wrong("most", "must be from 1 to 10000");
        }
        globs(&self.files).map_err(|why| DeclarationError::Field("files", why))?;
        globs(&self.config_files).map_err(|why| DeclarationError::Field("config_files", why))?;
        match self.format {
            Format::Regex => {
                drop(self.line_pattern().map_err(|why| DeclarationError::Field("pattern", why))?);
            }
            Format::Errorformat => drop(
                errorformat::compile(&self.errorformat)
                    .map_err(|why| DeclarationError::Field("errorformat", why))?,
            ),
            Format::Json | Format::JsonLines if self.json.is_none() => {
                return wrong("json", "must say where things stand");
            }
            _ => {}
        }
        Ok(())
    }

    /// The pattern of [`Format::Regex`], with its groups.
    pub(crate) fn line_pattern(&self) -> Result<Regex, String> {
        let pattern = regex::RegexBuilder::new(&self.pattern)
            .size_limit(1 << 20)
            .build()
            .map_err(|error| error.to_string())?;
        let named = |name: &str| pattern.capture_names().flatten().any(|group| group == name);
        if named("path") && named("message") {
            Ok(pattern)
        } else {
            Err("must have the groups path and message".to_owned())
        }
    }

    /// Those of the files that it is for. Empty where none of its
    /// configuration is among them and it wants one.
    #[must_use]
    pub fn wants<'a>(&self, files: &'a [String]) -> Vec<&'a str> {
        let (Ok(wanted), Ok(configured)) = (globs(&self.files), globs(&self.config_files)) else {
            return Vec::new();
        };
        let on = self.config_files.is_empty() || files.iter().any(|file| configured.is_match(file));
        let fits = |file: &&String| on && wanted.is_match(file);
        files.iter().filter(fits).map(String::as_str).collect()
    }

    /// The declaration as it is for a version.
    #[must_use]
    pub fn for_version(&self, version: &str) -> Self {
        let mut own = self.clone();
        let fits = |variant: &&Variant| matches(&variant.version, version);
        if let Some(variant) = self.variants.iter().find(fits) {
            if let Some(script) = &variant.script {
                own.script.clone_from(script);
            }
            own.format = variant.format.unwrap_or(own.format);
        }
        own
    }

    /// The severity of a rule that came with a word of the tool.
    #[must_use]
    pub fn severity_of(&self, rule: &str, word: &str) -> Severity {
        let of_rule = self
            .severity_of_rules
            .iter()
            .filter(|(begin, _)| rule.starts_with(begin.as_str()))
            .max_by_key(|(begin, _)| begin.len());
        let of_word = || self.severity.iter().find(|(known, _)| known.eq_ignore_ascii_case(word));
        match of_rule.or_else(of_word) {
            Some((_, severity)) => *severity,
            None => Severity::of_word(word),
        }
    }
}

fn globs(patterns: &[String]) -> Result<GlobSet, String> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let whole = if pattern.contains('/') { pattern.clone() } else { format!("**/{pattern}") };
        set.add(Glob::new(&whole).map_err(|error| error.to_string())?);
    }
    set.build().map_err(|error| error.to_string())
}

/// Whether a version is as a condition wants it.
fn matches(condition: &str, version: &str) -> bool {
    let condition = condition.trim();
    let end = condition.find(|c: char| c.is_ascii_digit()).unwrap_or(condition.len());
    let (sign, wanted) = condition.split_at(end);
    let numbers =
        |text: &str| -> Vec<u64> { text.split('.').map_while(|part| part.parse().ok()).collect() };
    let order = numbers(version).cmp(&numbers(wanted));
    match sign.trim() {
        "<" => order.is_lt(),
        "<=" => order.is_le(),
        ">" => order.is_gt(),
        ">=" => order.is_ge(),
        "=" | "==" | "" => order.is_eq(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: &str = "name = 'x'\ntitle = 'X'\nfiles = ['*.py', 'src/**/*.c']\n\
        program = 'x'\nscript = 'x \"$@\"'\nformat = 'sarif'\n";

    #[test]
    fn declarations_say_which_files_they_are_for() {
        let plain = Declaration::parse(PLAIN).unwrap();
        let files = ["a.py", "d/b.py", "src/x/c.c", "c.c"].map(str::to_owned);
        assert_eq!(plain.wants(&files), ["a.py", "d/b.py", "src/x/c.c"]);
        let wants = Declaration::parse(&format!("{PLAIN}config_files = ['.x.toml']\n")).unwrap();
        assert!(wants.wants(&files).is_empty());
        let with: Vec<String> = files.into_iter().chain(["d/.x.toml".to_owned()]).collect();
        assert_eq!(wants.wants(&with).len(), 3);
    }

    #[test]
    fn versions_choose_their_variant() {
        let text = format!(
            "{PLAIN}[[variants]]\nversion = '<1.10'\nscript = 'old'\nformat = 'checkstyle'\n"
        );
        let declaration = Declaration::parse(&text).unwrap();
        assert_eq!(declaration.for_version("1.9.9").script, "old");
        assert_eq!(declaration.for_version("1.9.9").format, Format::Checkstyle);
        assert_eq!(declaration.for_version("1.10").format, Format::Sarif);
    }

    #[test]
    fn what_does_not_fit_is_refused_by_name() {
        for (text, field) in [
            (PLAIN.replace("'x'\nt", "'X y'\nt"), "name"),
            (PLAIN.replace("program = 'x'", "program = 'x; rm'"), "program"),
            (PLAIN.replace("sarif", "regex"), "pattern"),
            (PLAIN.replace("sarif", "json"), "json"),
            (PLAIN.replace("*.py", "[.py"), "files"),
        ] {
            let error = Declaration::parse(&text).unwrap_err();
            assert!(error.to_string().starts_with(field), "{error}");
        }
        assert!(Declaration::parse(&format!("{PLAIN}downloads = true\n")).is_err());
    }
}
