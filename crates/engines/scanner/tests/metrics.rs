//! Line counts and function metrics against expectations written by hand.

use scanner::{BlobReport, Engine, Language, Ruleset};

fn analyse(language: Language, source: &str) -> BlobReport {
    let engine = Engine::new(&Ruleset::default()).expect("the default ruleset");
    let report = engine.analyse(language, source.as_bytes());
    assert_eq!(report.health.error_bytes, 0, "the sample must parse");
    report
}

fn lines(language: Language, source: &str) -> (u32, u32, u32, u32) {
    let l = analyse(language, source).lines;
    assert_eq!(l.code + l.comment + l.blank, l.total);
    (l.total, l.code, l.comment, l.blank)
}

/// `name cyclomatic/cognitive/nesting lines parameters`, one function a line.
fn functions(language: Language, source: &str) -> String {
    analyse(language, source)
        .functions
        .iter()
        .map(|f| {
            format!(
                "{} ccn={} cog={} nest={} {}-{} par={}",
                f.qualified_name,
                f.cyclomatic,
                f.cognitive,
                f.nesting,
                f.start_line,
                f.end_line,
                f.parameters
            )
        })
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn python_docstrings_are_comments_and_blanks_inside_them_blank() {
    let source = r#"#!/usr/bin/env python
"""Module.

More.
"""
import os  # code

def f():
    '''One line.'''
    x = """a

    string"""
    # comment

    return x
"#;
    assert_eq!(lines(Language::Python, source), (15, 5, 6, 4));
}

#[test]
fn comments_beside_code_are_code() {
    let c = "/* a\n\n b */ int x; /* c */\n// d\nint y; // e\n/* f */ /* g */\n\n";
    assert_eq!(lines(Language::C, c), (7, 2, 3, 2));
    let go = "package a\n/*\n\n*/\nvar s = `\n// no comment\n\n`\n";
    assert_eq!(lines(Language::Go, go), (8, 4, 2, 2));
    let rust = "//! doc\n/// doc\nfn f() {} /* a /* b */\n c */\n";
    assert_eq!(lines(Language::Rust, rust), (4, 1, 3, 0));
    let js = "const s = \"// no\";\n/** a\n * b */\nf(/* c */);\n";
    assert_eq!(lines(Language::JavaScript, js), (4, 2, 2, 0));
    let java = "class A {\n  // a\n  String s = \"/*\";\n}\n";
    assert_eq!(lines(Language::Java, java), (4, 3, 1, 0));
}

#[test]
fn languages_without_a_grammar_are_counted_by_their_delimiters() {
    assert_eq!(lines(Language::Yaml, "# a\nb: \"# no\"\n\n"), (3, 1, 1, 1));
    assert_eq!(lines(Language::Html, "<p>\n<!-- a\n\n-->\n</p>\n"), (5, 2, 2, 1));
    assert_eq!(lines(Language::Sql, "-- a\nselect 1; -- b\n/* c\n*/\n"), (4, 1, 3, 0));
    assert_eq!(lines(Language::Css, "a { } /* b\n c */ d { }\n"), (2, 2, 0, 0));
    assert_eq!(lines(Language::Markdown, "# Title\n\ntext"), (3, 2, 0, 1));
    assert_eq!(lines(Language::Shell, ""), (0, 0, 0, 0));
    let of = |name: &str| Language::of_path(name).expect("a language");
    assert_eq!(lines(of("a.hs"), "{- a {- b -}\n\n-}\nmain = x -- c\n"), (4, 1, 2, 1));
    assert_eq!(lines(of("a.clj"), "; a\n(def s \"; no\n; no\")\n"), (3, 2, 1, 0));
    assert_eq!(lines(of("SConstruct"), "# a\nx = 1\n"), (2, 1, 1, 0));
}

#[test]
fn line_ends_and_encodings() {
    assert_eq!(lines(Language::Python, "x = 1\r\n\r\n# a\r\n"), (3, 1, 1, 1));
    let engine = Engine::new(&Ruleset::default()).expect("the default ruleset");
    let latin = engine.analyse(Language::Python, b"# caf\xe9\nx = 1\n");
    assert_eq!((latin.lines.comment, latin.lines.code), (1, 1));
    let utf16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain("x = 1\n".encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    assert_eq!(engine.analyse(Language::Python, &utf16).lines.code, 1);
}

#[test]
fn python_functions() {
    let source = r#"
class A:
    def f(self, a=1 if x else 2, *, b, **c):
        for i in a:
            if i and b or c:
                pass
            elif i:
                pass
            else:
                pass
        try:
            g()
        except (E, F):
            pass
        finally:
            pass
        return [x for x in y if x]

    async def h(self):
        def inner():
            if a:
                return 1
        match self:
            case 1:
                pass
            case _:
                pass
        return f"{1 if a else 2}"

def r(n):
    return r(n - 1) if n else (lambda: 0)
"#;
    insta::assert_snapshot!(functions(Language::Python, source), @r"
    A.f ccn=11 cog=9 nest=2 3-17 par=4
    A.h ccn=4 cog=4 nest=2 19-28 par=1
    A.h.inner ccn=2 cog=1 nest=1 20-22 par=0
    r ccn=2 cog=2 nest=1 30-31 par=1
    ");
}

#[test]
fn java_functions() {
    let source = r#"
class A {
    @Deprecated
    int f(List<? extends A> a, Map<?, List<?>> b) {
        OUT:
        for (int i = 0; i < 3 && b != null; i++) {
            switch (i) {
                case 1: case 2: break;
                default: continue OUT;
            }
        }
        List<? super A> c = i < 1 ? a : null;
        a.forEach(x -> { if (x == null) { g(); } });
        do { f(a, b); } while (true);
    }
    abstract void g();
    A() { run(new R() { public void run() { if (a || b && c) { } else if (d) { } else { } } }); }
}
"#;
    insta::assert_snapshot!(functions(Language::Java, source), @r"
    A.f ccn=8 cog=10 nest=2 4-15 par=2
    A.A ccn=1 cog=6 nest=2 17-17 par=0
    A.A.run ccn=5 cog=5 nest=1 17-17 par=0
    ");
}

#[test]
fn go_functions() {
    let source = r#"
package a

func (s *Set[T]) Add(a, b int, c ...string) (int, error) {
	for _, x := range c {
		select {
		case <-x:
		case y <- 1:
		default:
		}
	}
	go func() {
		if a > 0 || b > 0 {
		}
	}()
	if a == 1 {
	} else if b == 2 {
	} else {
	}
}

func f() {}
"#;
    insta::assert_snapshot!(functions(Language::Go, source), @r"
    Set.Add ccn=6 cog=9 nest=2 4-20 par=3
    Set.Add.(anonymous) ccn=3 cog=2 nest=1 12-15 par=0
    f ccn=1 cog=0 nest=0 22-22 par=0
    ");
}

#[test]
fn javascript_and_typescript_functions() {
    let source = r#"
const f = (a, { b = 1 } = {}) => a ?? b;
class A {
  get x() { return this.y?.z; }
  static async m(p) {
    for await (const q of p) { if (q) { return q ? 1 : 2; } }
    p.then(() => 1).catch((e) => { throw e; });
  }
}
describe("x", function () { it("y", () => { if (a) { b(); } }); });
"#;
    let expected = functions(Language::JavaScript, source);
    insta::assert_snapshot!(expected, @r"
    f ccn=4 cog=0 nest=0 2-2 par=2
    A.x ccn=1 cog=0 nest=0 4-4 par=0
    A.m ccn=5 cog=6 nest=3 5-8 par=1
    A.m.(anonymous) ccn=1 cog=0 nest=0 7-7 par=0
    A.m.(anonymous) ccn=1 cog=0 nest=0 7-7 par=1
    (anonymous) ccn=1 cog=0 nest=2 10-10 par=0
    (anonymous).(anonymous) ccn=2 cog=1 nest=1 10-10 par=0
    ");
    assert_eq!(functions(Language::TypeScript, source), expected);
    assert_eq!(functions(Language::Tsx, source), expected);
    let typed = "function g<T>(a?: T, b: number = 1): T { return a ? a : b as any; }\ninterface I { m(): void }\n";
    insta::assert_snapshot!(functions(Language::TypeScript, typed), @"g ccn=3 cog=1 nest=1 1-1 par=2");
}

#[test]
fn c_and_cpp_functions() {
    let source = r#"
static int *
f(int a, char *b[], void (*cb)(int))
{
#if defined(A) && defined(B)
    if (a && b) goto out;
#else
    while (a || b) { a--; }
#endif
out:
    return a ? b : 0;
}
int g(void) { return f(1, 0, 0) == 0; }
"#;
    insta::assert_snapshot!(functions(Language::C, source), @r"
    f ccn=7 cog=6 nest=1 3-12 par=3
    g ccn=1 cog=0 nest=0 13-13 par=0
    ");
    let source = r#"
namespace n {
template <class T> class A {
 public:
  A() : x_(1) {}
  ~A() = default;
  bool operator==(const A& o) const { return x_ == o.x_ && y_ == o.y_; }
  void run(T&& t) { auto&& u = f(t); for (auto& v : u) { try { v(); } catch (E& e) { } } }
};
}
int n::A<int>::count() { return [&](int a) { return a ? 1 : 2; }(3); }
"#;
    insta::assert_snapshot!(functions(Language::Cpp, source), @r"
    n::A::A ccn=1 cog=0 nest=0 5-5 par=0
    n::A::operator== ccn=2 cog=1 nest=0 7-7 par=1
    n::A::run ccn=3 cog=3 nest=2 8-8 par=1
    n::A<int>::count ccn=2 cog=2 nest=2 11-11 par=0
    ");
}

#[test]
fn rust_functions() {
    let source = r#"
impl<T> Set<T> where T: Ord {
    fn add<U>(&mut self, a: U) -> Result<(), E> where U: Fn() {
        let Some(x) = self.get()? else { return Ok(()) };
        match x {
            1 | 2 if a() => {}
            _ => loop { break },
        }
        let f = || x && true;
        'outer: for i in 0..3 { while i > 1 { continue 'outer; } }
        Ok(())
    }
}
mod m { fn g() {} }
"#;
    insta::assert_snapshot!(functions(Language::Rust, source), @r"
    Set::add ccn=10 cog=9 nest=2 3-12 par=2
    m::g ccn=1 cog=0 nest=0 14-14 par=0
    ");
}

/// An `#if` may cut statements and lists in two; its own operators decide nothing.
#[test]
fn csharp_functions_with_directives() {
    let source = "\
class A {
    void M(object a) {
        if (a == null) { }
#if HAVE && MORE
        else if (a is string) { }
#endif
        else { }
        var o = new J(
            new P(1)
#if !(X || Y) || Z
            , new P(2)
#endif
        );
    }
}
";
    let engine = Engine::new(&Ruleset::default()).expect("the default ruleset");
    let report = engine.analyse(Language::CSharp, source.as_bytes());
    let found: Vec<_> =
        report.functions.iter().map(|f| (f.qualified_name.as_str(), f.cyclomatic)).collect();
    assert_eq!(found, [("A.M", 5)]);
}

#[test]
fn a_flood_of_findings_is_cut_and_says_so() {
    let engine = Engine::new(&Ruleset::default()).expect("the default ruleset");
    let flood = "eval(x)  # noqa: E501\n".repeat(3_000);
    let report = engine.analyse(Language::Python, flood.as_bytes());
    assert_eq!(report.findings.len(), 1_000);
    assert!(report.health.rules_skipped);
    assert_eq!(report.lines.code, 3_000);
}

#[test]
fn nothing_makes_it_panic_or_run_away() {
    let engine = Engine::new(&Ruleset::default()).expect("the default ruleset");
    let deep = "(".repeat(20_000) + &")".repeat(20_000);
    let samples: Vec<Vec<u8>> = vec![
        Vec::new(),
        b"\n".to_vec(),
        b"\xff\xfe".to_vec(),
        b"\xff\xfe\x00".to_vec(),
        b"def f(:\n  if \"\"\" ( [ {\n".to_vec(),
        b"class { fn && || ? : << >> #if\n\"".to_vec(),
        deep.into_bytes(),
        (0..=255u8).filter(|b| *b != 0).cycle().take(4000).collect(),
        "é".repeat(1000).into_bytes(),
    ];
    for spec in Language::all() {
        for sample in &samples {
            let report = engine.analyse(spec.language, sample);
            assert_ne!(report.skipped, Some(scanner::SkipReason::Failed), "{}", spec.id);
            assert_eq!(BlobReport::decode(&report.encode()), Ok(report));
        }
    }
}
