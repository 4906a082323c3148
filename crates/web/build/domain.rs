//! What the domains say, in Chinese.

use std::{fs, path::Path};

/// What the domains say, each sentence with its Chinese: a table by length,
/// the longest first, so that of two patterns the one that says more is tried
/// before the other.
pub(crate) fn generate(source: &Path, target: &Path) {
    let text = fs::read_to_string(source).unwrap_or_else(|e| panic!("{}: {e}", source.display()));
    let mut pairs = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let place = || format!("{}:{}", source.display(), number + 1);
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (english, chinese) = line
            .strip_prefix('"')
            .and_then(|line| line.strip_suffix('"'))
            .and_then(|line| line.split_once("\" = \""))
            .unwrap_or_else(|| panic!("{}: not two quoted texts", place()));
        let places = |text: &str| text.matches("{}").count();
        assert!(places(english) == places(chinese), "{}: the values differ", place());
        pairs.push((english.replace("\\\"", "\""), chinese.replace("\\\"", "\"")));
    }
    pairs.sort_by_key(|(english, _)| (std::cmp::Reverse(english.len()), english.clone()));
    let twice = pairs.windows(2).find(|pair| pair[0].0 == pair[1].0);
    assert!(twice.is_none(), "{}: {twice:?} stands twice", source.display());
    let code = format!("static DOMAIN: &[(&str, &str)] = &{pairs:#?};\n");
    fs::write(target, code).expect("the build's own folder is writable");
}
