//! Flags over environment over file over default.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::Flags;
use super::settings::{SETTINGS, Setting, Shown, by_name};

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    Flag,
    Environment(String),
    File(PathBuf),
    Default,
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Flag => f.write_str("command line"),
            Self::Environment(variable) => f.write_str(variable),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Default => f.write_str("default"),
        }
    }
}

/// The text of every setting and where it comes from.
#[derive(Debug, Clone)]
pub(crate) struct Layers(BTreeMap<&'static str, (String, Source)>);

impl Layers {
    /// What is in force, given the flags and the environment.
    ///
    /// # Errors
    /// When the file cannot be read, is no TOML or has a key that is unknown.
    pub(crate) fn load(flags: &Flags, environment: &BTreeMap<String, String>) -> Result<Self> {
        let mut layers = Self(BTreeMap::new());
        for setting in SETTINGS {
            layers.set(setting, setting.default.to_owned(), Source::Default);
        }
        layers.put_environment_and_flags(environment, flags);
        if let Some(path) = layers.file() {
            for (name, value) in read(&path)? {
                let setting = by_name(&name)
                    .filter(|setting| setting.name != "config")
                    .with_context(|| format!("{}: there is no setting {name}", path.display()))?;
                layers.set(setting, value, Source::File(path.clone()));
            }
            layers.put_environment_and_flags(environment, flags);
        }
        Ok(layers)
    }

    fn put_environment_and_flags(&mut self, environment: &BTreeMap<String, String>, flags: &Flags) {
        for setting in SETTINGS {
            let variable = setting.variable();
            if let Some(value) = environment.get(&variable) {
                self.set(setting, value.clone(), Source::Environment(variable));
            }
            if let Some(value) = flags.0.get(setting.name) {
                self.set(setting, value.clone(), Source::Flag);
            }
        }
    }

    fn set(&mut self, setting: &Setting, value: String, source: Source) {
        self.0.insert(setting.name, (value, source));
    }

    /// The named file, or the one in the data directory if it is there.
    fn file(&self) -> Option<PathBuf> {
        match self.text("config") {
            "" => {
                Some(Path::new(self.text("data-dir")).join("mortise.toml")).filter(|p| p.exists())
            }
            named => Some(PathBuf::from(named)),
        }
    }

    /// The text of a setting of the table.
    pub(super) fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |(value, _)| value.as_str())
    }

    pub(super) fn source(&self, name: &str) -> &Source {
        self.0.get(name).map_or(&Source::Default, |(_, source)| source)
    }

    /// A table for people: name, value, source. Secrets are not in it.
    pub(crate) fn show(&self) -> Vec<[String; 3]> {
        let row = |setting: &Setting| {
            let value = shown(setting, self.text(setting.name));
            [setting.name.to_owned(), value, self.source(setting.name).to_string()]
        };
        SETTINGS.iter().map(row).collect()
    }
}

fn shown(setting: &Setting, value: &str) -> String {
    match setting.shown {
        _ if value.is_empty() => "-".to_owned(),
        Shown::Plain => value.to_owned(),
        Shown::Masked => "********".to_owned(),
        Shown::Url => without_password(value),
    }
}

/// `postgres://mortise:********@db/mortise`.
fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    // A password may contain an @ itself; the last one ends it.
    let Some((credentials, host)) = rest.rsplit_once('@') else { return url.to_owned() };
    let user = credentials.split(':').next().unwrap_or_default();
    format!("{scheme}://{user}:********@{host}")
}

fn read(path: &Path) -> Result<Vec<(String, String)>> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let table: toml::Table =
        text.parse().with_context(|| format!("{} is not TOML", path.display()))?;
    let mut found = Vec::new();
    flatten(&table, "", &mut found).with_context(|| path.display().to_string())?;
    Ok(found)
}

fn flatten(table: &toml::Table, prefix: &str, found: &mut Vec<(String, String)>) -> Result<()> {
    for (key, value) in table {
        let name = format!("{prefix}{}", key.replace('_', "-"));
        match value {
            toml::Value::Table(inner) => flatten(inner, &format!("{name}-"), found)?,
            toml::Value::String(text) => found.push((name, text.clone())),
            toml::Value::Integer(number) => found.push((name, number.to_string())),
            toml::Value::Boolean(answer) => found.push((name, answer.to_string())),
            toml::Value::Array(items) if items.iter().all(toml::Value::is_str) => {
                let items: Vec<&str> = items.iter().filter_map(toml::Value::as_str).collect();
                found.push((name, items.join(",")));
            }
            _ => bail!("{name} must be a text, a list of texts, a whole number, true or false"),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    #[test]
    fn a_flag_beats_the_environment_beats_the_file_beats_the_default() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("mortise.toml");
        std::fs::write(
            &file,
            "listen = \"f:1\"\nteam = \"f\"\nlog_format = \"json\"\nscan-images = [\"a\", \"b\"]\n[s3]\nbucket = \"b\"",
        )
        .unwrap();
        let data_dir = directory.path().to_str().unwrap();
        let flags =
            Flags([("data-dir", data_dir.to_owned()), ("listen", "flag:1".to_owned())].into());
        let environment = environment(&[("MORTISE_LISTEN", "e:1"), ("MORTISE_TEAM", "e")]);
        let layers = Layers::load(&flags, &environment).unwrap();
        let of = |name| (layers.text(name), layers.source(name).clone());
        assert_eq!(of("listen"), ("flag:1", Source::Flag));
        assert_eq!(of("team"), ("e", Source::Environment("MORTISE_TEAM".to_owned())));
        assert_eq!(of("log-format"), ("json", Source::File(file.clone())));
        assert_eq!(of("s3-bucket"), ("b", Source::File(file)));
        assert_eq!(of("scan-images").0, "a,b");
        assert_eq!(of("log"), ("info", Source::Default));
    }

    #[test]
    fn an_unknown_key_and_a_missing_file_are_named() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("other.toml");
        std::fs::write(&file, "lissten = \"x\"").unwrap();
        let flags = Flags([("config", file.to_str().unwrap().to_owned())].into());
        let error = Layers::load(&flags, &BTreeMap::new()).unwrap_err().to_string();
        assert!(error.contains("other.toml") && error.contains("lissten"), "{error}");

        let flags = Flags([("config", "/nonexistent.toml".to_owned())].into());
        let error = Layers::load(&flags, &BTreeMap::new()).unwrap_err().to_string();
        assert!(error.contains("/nonexistent.toml"), "{error}");
    }

    #[test]
    fn secrets_are_not_shown() {
        let environment = environment(&[
            ("MORTISE_S3_SECRET", "hunter2"),
            ("MORTISE_DATABASE_URL", "postgres://me:hun@ter2@db:5432/mortise"),
        ]);
        let rows = Layers::load(&Flags::default(), &environment).unwrap().show();
        let text = format!("{rows:?}");
        assert!(!text.contains("ter2"), "{text}");
        assert!(text.contains("postgres://me:********@db:5432/mortise"), "{text}");
    }
}
