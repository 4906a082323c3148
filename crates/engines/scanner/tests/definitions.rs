//! Definitions, language by language.

use std::time::Duration;

use scanner::{DefinitionKind, Language, definitions};

/// The definitions as `kind name line:column`.
fn of(language: Language, source: &[u8]) -> Vec<String> {
    definitions(language, source, Duration::from_secs(5))
        .into_iter()
        .map(|it| format!("{} {} {}:{}", it.kind.word(), it.name, it.line, it.column))
        .collect()
}

/// Sources with the definitions in them, in the order in which they begin.
const SOURCES: &[(Language, &[u8], &[&str])] = &[
    (
        Language::Python,
        b"LIMIT = 3\nclass A:\n    x = 1\n    def run(self):\n        y = 2\n        def inner(): pass\n\nasync def main(): pass\n",
        &[
            "variable LIMIT 1:0",
            "class A 2:6",
            "method run 4:8",
            "function inner 6:12",
            "function main 8:10",
        ],
    ),
    (
        Language::JavaScript,
        b"export const a = () => 1, n = 2;\nclass B { run() {} #f = () => 1 }\nfunction c() { const d = 1; }\nmodule.exports.e = function () {};\n",
        &[
            "function a 1:13",
            "variable n 1:26",
            "class B 2:6",
            "method run 2:10",
            "method #f 2:19",
            "function c 3:9",
            "function e 4:15",
        ],
    ),
    (
        Language::TypeScript,
        b"interface I { m(): void }\ntype T = I;\nenum E { A }\nnamespace N { export abstract class K { abstract z(): void } }\n",
        &[
            "interface I 1:10",
            "method m 1:14",
            "type T 2:5",
            "enum E 3:5",
            "module N 4:10",
            "class K 4:36",
            "method z 4:49",
        ],
    ),
    (
        Language::Java,
        b"class A { static int N = 1; A() {} void f() { int x = 1; } }\nenum E { ONE }\nrecord R(int a) {}\n@interface Q {}\n",
        &[
            "class A 1:6",
            "variable N 1:21",
            "method A 1:28",
            "method f 1:40",
            "enum E 2:5",
            "constant ONE 2:9",
            "struct R 3:7",
            "interface Q 4:11",
        ],
    ),
    (
        Language::C,
        b"#define MAX(a) (a)\ntypedef struct node { int x; } node_t;\nenum e { ONE };\nstatic int *f(int a) { int b = 1; return 0; }\nint g(void);\nint table[] = {1};\n",
        &[
            "macro MAX 1:8",
            "type node_t 2:31",
            "struct node 2:15",
            "enum e 3:5",
            "constant ONE 3:9",
            "function f 4:12",
            "variable table 6:4",
        ],
    ),
    (
        Language::Cpp,
        b"namespace n {\nclass A { void in() {} };\nvoid A::out() {}\nusing T = A;\n}\n",
        &[
            "module n 1:10",
            "class A 2:6",
            "method in 2:15",
            "function out 3:8",
            "type T 4:6",
        ],
    ),
    (
        Language::Go,
        b"package p\nconst C = 1\ntype S struct{}\ntype I interface{ M() }\nfunc (s *S) Do() { var x = 1 }\nfunc main() {}\n",
        &[
            "constant C 2:6",
            "struct S 3:5",
            "interface I 4:5",
            "method M 4:18",
            "method Do 5:12",
            "function main 6:5",
        ],
    ),
    (
        Language::Rust,
        b"mod m { pub struct S; enum E { V } }\nimpl S { fn go(&self) { const X: u8 = 1; } }\ntrait T { fn need(); }\nmacro_rules! mac { () => {} }\nconst C: u8 = 1;\n",
        &[
            "module m 1:4",
            "struct S 1:19",
            "enum E 1:27",
            "constant V 1:31",
            "method go 2:12",
            "trait T 3:6",
            "method need 3:13",
            "macro mac 4:13",
            "constant C 5:6",
        ],
    ),
];

#[test]
fn definitions_of_each_language() {
    for (language, source, expected) in SOURCES {
        assert_eq!(of(*language, source), *expected, "{language:?}");
    }
}

#[test]
fn bytes_that_are_no_text_move_nothing() {
    let found = definitions(Language::C, b"/* caf\xe9 */ int f(void) {}\n", Duration::from_secs(5));
    assert_eq!((found[0].name.as_str(), found[0].column), ("f", 15));
    assert_eq!(found[0].kind, DefinitionKind::Function);
    assert!(of(Language::Markdown, b"# x\n").is_empty());
    assert!(of(Language::C, b"\xff\xfei\0").is_empty());
}
