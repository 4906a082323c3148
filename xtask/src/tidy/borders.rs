//! What may be named where: the engine that owns git, the door that owns a
//! dialect, the layer that owns SQL.

use super::Problem;
use super::files::{SourceFile, Tree};
use super::source::{has_word, without_comments, without_tests};

/// Names of the outside services. The rules of the house do not know them;
/// only the doors do.
const DIALECTS: [&str; 6] = ["coding", "tca", "zadig", "codearts", "huawei", "tencent"];

/// The remark on a line of a domain that has to hold such a name, in a list of
/// names that nobody may take.
const OUTSIDE_NAME: &str = "// tidy: outside name";

/// One name that must not stand in some rooms.
struct Border {
    /// The text, as it stands in code.
    name: &'static str,
    /// Whether a file at this path may not have it.
    forbidden_in: fn(&str) -> bool,
    /// Whether tests may have it everywhere.
    tests_may: bool,
    why: &'static str,
}

const BORDERS: &[Border] = &[
    Border {
        name: "gix::",
        forbidden_in: |path| !path.starts_with("crates/engines/git/"),
        tests_may: false,
        why: "only engines/git knows gix",
    },
    Border {
        name: concat!("Command::new(", "\"git\")"),
        forbidden_in: |path| !path.starts_with("crates/engines/git/"),
        tests_may: true,
        why: "only engines/git starts git",
    },
    Border {
        name: "sea_orm::",
        forbidden_in: is_door_or_page,
        tests_may: false,
        why: "no SQL in a door or a page; ask the domain",
    },
    Border {
        name: "sqlx::",
        forbidden_in: |path| !path.starts_with("crates/platform/db/"),
        tests_may: false,
        why: "only platform/db knows the driver",
    },
    Border {
        name: "axum::",
        forbidden_in: is_domain_or_engine,
        tests_may: true,
        why: "no HTTP below the doors",
    },
    Border {
        name: "http::",
        forbidden_in: is_domain_or_engine,
        tests_may: true,
        why: "no HTTP below the doors",
    },
    Border {
        name: concat!("Granted::", "vouch("),
        forbidden_in: |path| {
            !path.starts_with("crates/domain/") && !path.starts_with("crates/platform/base/")
        },
        tests_may: false,
        why: "only a domain grants a right",
    },
];

fn is_door_or_page(path: &str) -> bool {
    path.starts_with("crates/api/") || path.starts_with("crates/web/")
}

fn is_domain_or_engine(path: &str) -> bool {
    path.starts_with("crates/domain/") || path.starts_with("crates/engines/")
}

pub(super) fn check(tree: &Tree) -> Vec<Problem> {
    let product = tree.rust().filter(|file| file.path.starts_with("crates/"));
    product.flat_map(check_file).collect()
}

fn check_file(file: &SourceFile) -> Vec<Problem> {
    let code = without_comments(&file.text);
    let product = if file.is_test() { "" } else { without_tests(&code) };
    let mut problems = Vec::new();
    for border in BORDERS.iter().filter(|border| (border.forbidden_in)(&file.path)) {
        let text = if border.tests_may { product } else { &code };
        for (index, line) in text.lines().enumerate() {
            if names(line, border.name) {
                let place = format!("{}:{}", file.path, index + 1);
                problems.push(Problem::new(place, format!("{} ({})", border.why, border.name)));
            }
        }
    }
    if file.path.starts_with("crates/domain/") {
        for (index, (line, whole)) in product.lines().zip(file.text.lines()).enumerate() {
            if whole.contains(OUTSIDE_NAME) {
                continue;
            }
            for dialect in DIALECTS.iter().filter(|dialect| has_word(line, dialect)) {
                let place = format!("{}:{}", file.path, index + 1);
                let what = format!("a domain does not know the dialect {dialect} ({OUTSIDE_NAME})");
                problems.push(Problem::new(place, what));
            }
        }
    }
    problems
}

/// Whether the name stands there and is not the end of a longer one.
fn names(line: &str, name: &str) -> bool {
    line.match_indices(name).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(path: &str, text: &str) -> usize {
        check_file(&SourceFile { path: path.to_owned(), text: text.to_owned() }).len()
    }

    #[test]
    fn each_border_has_its_owner() {
        let spawn = BORDERS[1].name;
        let vouch = BORDERS[6].name;
        for (path, text, expected) in [
            ("crates/engines/git/src/a.rs", "use gix::open;", 0),
            ("crates/web/src/a.rs", "use gix::open;", 1),
            ("crates/web/src/a.rs", "// gix::open would do", 0),
            ("crates/engines/git/src/a.rs", spawn, 0),
            ("crates/api/git/src/a.rs", spawn, 1),
            ("crates/api/git/tests/a.rs", spawn, 0),
            ("crates/api/tca/src/a.rs", "use sea_orm::Set;", 1),
            ("crates/domain/depots/src/a.rs", "use sea_orm::Set;", 0),
            ("crates/domain/depots/src/a.rs", "use axum::Router;", 1),
            ("crates/domain/depots/src/a.rs", "let a = \"https://x\";", 0),
            ("crates/domain/depots/src/a.rs", vouch, 0),
            ("crates/web/src/a.rs", vouch, 1),
            ("crates/mortise/tests/a.rs", vouch, 1),
        ] {
            assert_eq!(problems(path, text), expected, "{path}: {text}");
        }
    }

    #[test]
    fn a_files_own_tests_may_start_git() {
        let text = format!(
            "fn a() {{}}\n#[cfg(test)]\nmod tests {{ fn b() {{ {}; }} }}\n",
            BORDERS[1].name
        );
        assert_eq!(problems("crates/web/src/a.rs", &text), 0);
    }

    #[test]
    fn dialects_stay_out_of_the_domain() {
        let path = "crates/domain/identity/src/a.rs";
        assert_eq!(problems(path, "/// As CODING has it.\nfn a() {}"), 0);
        assert_eq!(problems(path, "struct CodingRole;"), 1);
        assert_eq!(problems(path, "let encoding = 1;"), 0);
        assert_eq!(problems(path, &format!("\"coding\", {OUTSIDE_NAME}")), 0);
        assert_eq!(problems("crates/api/coding/src/a.rs", "struct CodingRole;"), 0);
    }
}
