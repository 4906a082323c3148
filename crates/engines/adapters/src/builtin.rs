//! The declarations that come with Mortise.

use std::sync::LazyLock;

use crate::Declaration;

/// Each document by the name of its file.
const TEXTS: &[&str] = &[
    include_str!("../declarations/bandit.toml"),
    include_str!("../declarations/clang-tidy.toml"),
    include_str!("../declarations/clippy.toml"),
    include_str!("../declarations/cppcheck.toml"),
    include_str!("../declarations/detekt.toml"),
    include_str!("../declarations/eslint.toml"),
    include_str!("../declarations/golangci-lint.toml"),
    include_str!("../declarations/hadolint.toml"),
    include_str!("../declarations/htmlhint.toml"),
    include_str!("../declarations/jscpd.toml"),
    include_str!("../declarations/oxlint.toml"),
    include_str!("../declarations/pmd.toml"),
    include_str!("../declarations/ruff.toml"),
    include_str!("../declarations/semgrep.toml"),
    include_str!("../declarations/shellcheck.toml"),
    include_str!("../declarations/sqlfluff.toml"),
    include_str!("../declarations/sqruff.toml"),
    include_str!("../declarations/stylelint.toml"),
];

/// The declarations that come with Mortise, by name.
pub fn declarations() -> impl Iterator<Item = &'static Declaration> {
    // The tests read every one of them.
    static ALL: LazyLock<Vec<Declaration>> =
        LazyLock::new(|| TEXTS.iter().filter_map(|text| Declaration::parse(text).ok()).collect());
    ALL.iter()
}

/// The declaration of a name.
#[must_use]
pub fn declaration(name: &str) -> Option<&'static Declaration> {
    declarations().find(|declaration| declaration.name == name)
}
