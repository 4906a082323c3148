//! Message files to Rust, for build scripts.

use std::{
    collections::BTreeMap,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

/// One message of one language: the text, and the form for exactly one thing
/// where the language has such a form.
#[derive(Default)]
struct Forms {
    one: Option<String>,
    other: String,
}

/// `name` shown as text, or (`#name` in the file) a number grouped by locale.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Placeholder {
    name: String,
    number: bool,
}

/// Writes an `impl Text` with a function for each message below `folder/en` and
/// `folder/zh` to `target`. Whoever includes it has `Text` with a field `lang`,
/// and [`crate::Lang`], [`crate::Count`] and [`crate::group`] in scope.
///
/// # Panics
/// A file cannot be read, only one language has a key, or the placeholders of
/// the two differ: the build stops with the key's name.
pub fn generate(folder: &Path, target: &Path) {
    let english = language(&folder.join("en"));
    let chinese = language(&folder.join("zh"));
    let lacks = |one: &BTreeMap<String, Forms>, other: &BTreeMap<String, Forms>| -> Vec<String> {
        other.keys().filter(|key| !one.contains_key(*key)).cloned().collect()
    };
    let missing = lacks(&chinese, &english);
    assert!(missing.is_empty(), "messages/zh lacks {missing:?}");
    let missing = lacks(&english, &chinese);
    assert!(missing.is_empty(), "messages/en lacks {missing:?}");
    let mut code = String::from("impl Text {\n");
    for (key, en) in &english {
        let zh = &chinese[key];
        let places = placeholders(key, &en.other);
        let mut wanted = places.clone();
        wanted.sort();
        let mut found = placeholders(key, &zh.other);
        found.sort();
        assert!(wanted == found, "messages: placeholders of {key} differ between en and zh");
        function(&mut code, key, en, zh, &places);
    }
    code.push_str("}\n");
    fs::write(target, code).expect("the build's own folder is writable");
}

fn function(code: &mut String, key: &str, en: &Forms, zh: &Forms, places: &[Placeholder]) {
    let name = key.replace(['.', '-'], "_");
    let doc = en.other.replace('[', "\\[").replace(']', "\\]").replace('<', "\\<");
    let _ = writeln!(code, "    /// “{doc}”");
    if places.is_empty() {
        let _ = writeln!(
            code,
            "    #[must_use]\n    pub const fn {name}(self) -> &'static str {{\n        match self.lang {{ Lang::En => {:?}, Lang::Zh => {:?} }}\n    }}",
            en.other, zh.other
        );
        return;
    }
    let arguments: Vec<String> = places
        .iter()
        .map(|p| {
            format!(
                "{}: {}",
                p.name,
                if p.number { "impl Count" } else { "impl std::fmt::Display" }
            )
        })
        .collect();
    let _ = writeln!(
        code,
        "    #[must_use]\n    pub fn {name}(self, {}) -> String {{",
        arguments.join(", ")
    );
    let numbers: Vec<&str> = places.iter().filter(|p| p.number).map(|p| p.name.as_str()).collect();
    if en.one.is_some() {
        let first =
            numbers.first().unwrap_or_else(|| panic!("messages: {key}.one without a number"));
        let _ = writeln!(code, "        let is_one = {first}.count() == 1;");
    }
    for number in numbers {
        let _ = writeln!(code, "        let {number} = group({number}.count());");
    }
    code.push_str("        match self.lang {\n");
    if let Some(one) = &en.one {
        let _ = writeln!(code, "            Lang::En if is_one => {},", expression(one));
    }
    let _ = writeln!(code, "            Lang::En => {},", expression(&en.other));
    let _ =
        writeln!(code, "            Lang::Zh => {},\n        }}\n    }}", expression(&zh.other));
}

/// The Rust that makes the text.
fn expression(text: &str) -> String {
    if text.contains('{') {
        format!("format!({:?})", literal(text))
    } else {
        format!("{text:?}.to_owned()")
    }
}

fn literal(text: &str) -> String {
    text.replace("{#", "{")
}

fn placeholders(key: &str, text: &str) -> Vec<Placeholder> {
    let mut found: Vec<Placeholder> = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        let end =
            rest[start..].find('}').unwrap_or_else(|| panic!("messages: {key} has an open brace"));
        let inside = &rest[start + 1..start + end];
        let number = inside.starts_with('#');
        let name = inside.trim_start_matches('#').to_owned();
        assert!(
            !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_'),
            "messages: {key} has the placeholder {inside:?}"
        );
        let place = Placeholder { name, number };
        if !found.contains(&place) {
            found.push(place);
        }
        rest = &rest[start + end + 1..];
    }
    found
}

/// All messages of one language: every file of its folder, one an area.
fn language(folder: &Path) -> BTreeMap<String, Forms> {
    let mut found = BTreeMap::new();
    for path in files(folder) {
        parse(&path, &mut found);
    }
    for (key, forms) in &found {
        assert!(!forms.other.is_empty(), "{}: {key} has no text", folder.display());
    }
    found
}

/// The subset of TOML that the message files use: `[section]`,
/// `key = "text"`, and `key.one = "text"` for an English singular.
fn parse(path: &Path, found: &mut BTreeMap<String, Forms>) {
    let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut section = String::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        let place = || format!("{}:{}", path.display(), number + 1);
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            name.clone_into(&mut section);
            continue;
        }
        let (key, value) =
            line.split_once(" = ").unwrap_or_else(|| panic!("{}: no ` = `", place()));
        let value = value
            .strip_prefix('"')
            .and_then(|v| v.strip_suffix('"'))
            .unwrap_or_else(|| panic!("{}: the text is not quoted", place()))
            .replace("\\\"", "\"");
        let (key, one) = key.strip_suffix(".one").map_or((key, false), |key| (key, true));
        let forms = found.entry(format!("{section}.{key}")).or_default();
        if one {
            forms.one = Some(value);
        } else {
            assert!(forms.other.is_empty(), "{}: {section}.{key} stands twice", place());
            forms.other = value;
        }
    }
}

/// What is in a folder, by name.
///
/// # Panics
/// It cannot be read.
#[must_use]
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap_or_else(|e| panic!("{}: {e}", folder.display()))
        .map(|entry| entry.expect("a readable folder").path())
        .collect();
    found.sort();
    found
}
