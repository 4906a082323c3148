//! Configuration files as constants: what stands under which key. Programs that ask
//! for the key are judged by the value when files are joined.
//!
//! Only short words are kept, the names of algorithms, switches, addresses; never
//! what is under a key that speaks of a secret, and never what looks like one.

use crate::language::Language;

/// Larger files are data, not settings.
const LARGEST: usize = 64 * 1024;
/// Entries of one file that are kept.
const MOST: usize = 200;
/// Longest key and value, in bytes.
const LONGEST_KEY: usize = 120;
const LONGEST_VALUE: usize = 48;
/// Nested maps that are looked into.
const DEEPEST: usize = 8;

/// The settings of a file, in order; empty where the language holds none.
pub(crate) fn read(language: Language, text: &str) -> Vec<(String, String)> {
    let mut found = Found::default();
    if text.len() > LARGEST {
        return found.settings;
    }
    match language {
        Language::Ini => lines(text, &[';', '#', '!'], true, &mut found),
        Language::Toml => lines(text, &['#'], true, &mut found),
        Language::Text => environment(text, &mut found),
        Language::Yaml => yaml(text, &mut found),
        Language::Json => {
            if let Ok(value) = serde_json::from_str::<serde_json::Value>(text) {
                json(&value, "", 0, &mut found);
            }
        }
        _ => {}
    }
    found.settings
}

#[derive(Default)]
struct Found {
    settings: Vec<(String, String)>,
}

impl Found {
    fn add(&mut self, key: &str, value: &str) {
        let value = value.trim();
        let value = ['"', '\'']
            .iter()
            .find_map(|q| value.strip_prefix(*q)?.strip_suffix(*q))
            .unwrap_or(value);
        if self.settings.len() < MOST && key.len() <= LONGEST_KEY && is_plain(key, value) {
            self.settings.push((key.to_owned(), value.to_owned()));
        }
    }
}

/// Whether a value may be kept.
fn is_plain(key: &str, value: &str) -> bool {
    const SECRETS: [&str; 8] =
        ["pass", "pwd", "secret", "token", "credential", "auth", "apikey", "private"];
    let name = key.rsplit('.').next().unwrap_or(key).to_ascii_lowercase();
    let of_words =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '-' | '_' | ':' | '*');
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    !key.is_empty()
        && !value.is_empty()
        && value.len() <= LONGEST_VALUE
        && value.chars().all(of_words)
        && (value.len() <= 16 || digits <= 5)
        && !SECRETS.iter().any(|word| name.contains(word))
        && !name.ends_with("key")
}

/// `key = value` below `[section]`.
fn lines(text: &str, comments: &[char], sections: bool, found: &mut Found) {
    let mut section = String::new();
    for line in text.lines() {
        let line = line.trim();
        if line.is_empty() || line.starts_with(comments) {
            continue;
        }
        if sections && let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            section = name.trim_matches(['[', ']', '"', ' ']).to_owned();
            continue;
        }
        let Some((key, value)) = line.split_once(['=', ':']) else { continue };
        let key = key.trim();
        if section.is_empty() {
            found.add(key, value);
        } else {
            found.add(&format!("{section}.{key}"), value);
        }
    }
}

/// `KEY=value`, as the shell reads it.
fn environment(text: &str, found: &mut Found) {
    for line in text.lines() {
        let line = line.trim();
        let line = line.strip_prefix("export ").unwrap_or(line);
        let Some((key, value)) = line.split_once('=') else { continue };
        let name = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
        if key.len() > 1 && key.bytes().all(name) {
            found.add(key, value);
        }
    }
}

/// Maps of maps, by their indentation; lists are left out.
fn yaml(text: &str, found: &mut Found) {
    let mut path: Vec<(usize, String)> = Vec::new();
    for line in text.lines() {
        let body = line.trim_start();
        let indent = line.len() - body.len();
        if body.is_empty() || body.starts_with(['#', '-', '%', '{', '[']) {
            continue;
        }
        let Some((key, value)) = body.split_once(':') else { continue };
        if !value.is_empty() && !value.starts_with([' ', '\t']) {
            continue;
        }
        path.retain(|(depth, _)| *depth < indent);
        let key = key.trim().trim_matches(['"', '\'']);
        let value = value.split(" #").next().unwrap_or_default().trim();
        if value.is_empty() {
            if path.len() < DEEPEST {
                path.push((indent, key.to_owned()));
            }
            continue;
        }
        let mut full: String = path.iter().map(|(_, key)| format!("{key}.")).collect();
        full.push_str(key);
        found.add(&full, value);
    }
}

fn json(value: &serde_json::Value, path: &str, depth: usize, found: &mut Found) {
    let serde_json::Value::Object(entries) = value else {
        match value {
            serde_json::Value::String(text) => found.add(path, text),
            serde_json::Value::Bool(_) | serde_json::Value::Number(_) => {
                found.add(path, &value.to_string());
            }
            _ => {}
        }
        return;
    };
    if depth >= DEEPEST {
        return;
    }
    for (key, value) in entries {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        json(value, &path, depth + 1, found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(language: Language, text: &str) -> Vec<String> {
        read(language, text).into_iter().map(|(key, value)| format!("{key}={value}")).collect()
    }

    #[test]
    fn settings_are_read_from_each_kind_of_file() {
        assert_eq!(
            of(Language::Ini, "# x\nhash=MD5\nb: c\n[s]\nk = 'v'\n"),
            ["hash=MD5", "b=c", "s.k=v"]
        );
        assert_eq!(of(Language::Toml, "[a.b]\nc = \"d\"\ne = true\n"), ["a.b.c=d", "a.b.e=true"]);
        assert_eq!(of(Language::Text, "export A_B=md5\nplain text = no\n"), ["A_B=md5"]);
        assert_eq!(
            of(Language::Yaml, "a:\n  b:\n    c: DES # old\n  d: x\ne: 'y'\nl:\n  - m: n\n"),
            ["a.b.c=DES", "a.d=x", "e=y"]
        );
        assert_eq!(
            of(Language::Json, r#"{"a":{"b":"RC4","c":false},"d":[1]}"#),
            ["a.b=RC4", "a.c=false"]
        );
        assert_eq!(of(Language::Python, "a=b\n"), [""; 0]);
    }

    #[test]
    fn secrets_are_not_kept() {
        let text = "db.password=hunter2\napi_token=abc\nencryption.key=abc\nid=4f9c2ab1e0d84711aa03\nurl=http://u:p@h\nname=x\n";
        assert_eq!(of(Language::Ini, text), ["name=x"]);
    }
}
