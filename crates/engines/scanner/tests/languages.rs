//! One sample of each language that the other tests do not go into: counts,
//! functions and duplicates' tokens, and that nothing hostile stops a scan.

use std::fmt::Write as _;
use std::path::Path;

use scanner::{BlobReport, Engine, Language, Ruleset, SkipReason};

fn engine() -> Engine {
    Engine::new(&Ruleset { packs: Default::default(), ..Ruleset::default() }).expect("a ruleset")
}

#[test]
fn samples() {
    let engine = engine();
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples");
    let mut paths: Vec<_> = std::fs::read_dir(directory)
        .expect("the samples")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    let mut out = String::new();
    for path in paths {
        let name = path.file_name().and_then(|n| n.to_str()).expect("a name").to_owned();
        let source = std::fs::read(&path).expect("a sample");
        let language = Language::of(&name, &source).expect("a language");
        let report = engine.analyse(language, &source);
        assert_eq!(report.health.error_bytes, 0, "{name} must parse");
        let lines = report.lines;
        let tokens = report.tokens.len();
        let _ = writeln!(
            out,
            "{name}: {language}, {} lines, {} code, {} comment, {} blank, {tokens} tokens",
            lines.total, lines.code, lines.comment, lines.blank
        );
        for f in &report.functions {
            let _ = writeln!(
                out,
                "  {} ccn={} cog={} nest={} {}-{} par={}",
                f.qualified_name,
                f.cyclomatic,
                f.cognitive,
                f.nesting,
                f.start_line,
                f.end_line,
                f.parameters
            );
        }
    }
    insta::assert_snapshot!(out);
}

/// What is nested too deep, too long or no text at all costs no more than the
/// limits allow, in each language.
#[test]
fn hostile_input_is_bounded_in_each_language() {
    let engine = Engine::new(&Ruleset::default()).expect("the default ruleset");
    let opening = ["(", "[", "{", "<a>", "if x then ", "if(a){", "\"${", "begin ", "do ", "f(x,"];
    let mut samples: Vec<Vec<u8>> =
        opening.iter().map(|word| word.repeat(3_000).into_bytes()).collect();
    samples.push("a = b + ".repeat(20_000).into_bytes());
    samples.push("\"".repeat(10_001).into_bytes());
    samples.push("/*".repeat(10_000).into_bytes());
    // Reproducible noise of printable and other bytes.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let noise = |mask: u8| {
        (0..20_000)
            .map(|i| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                if i % 60 == 59 { b'\n' } else { ((state >> 32) as u8 & mask).max(1) }
            })
            .collect::<Vec<u8>>()
    };
    samples.extend([0x7f, 0xff].map(noise));
    for spec in Language::all().filter(|s| s.language.is_analysed()) {
        for (i, sample) in samples.iter().enumerate() {
            let report = engine.analyse(spec.language, sample);
            assert_ne!(report.skipped, Some(SkipReason::Failed), "{} {i}", spec.id);
            assert_eq!(BlobReport::decode(&report.encode()), Ok(report));
        }
    }
}

#[test]
fn no_more_is_wrong_than_there_is() {
    let engine = engine();
    let words = b"func f() { c\xabvefunc f() { trrifyModey { ".to_vec();
    let table = [b"CREATE USE".as_slice(), &[0xff; 80], b"R x WITH PASSWORD 'abc';\n"].concat();
    for (language, source) in [(Language::Cangjie, words), (Language::Sql, table)] {
        let health = engine.analyse(language, &source).health;
        assert!(0 < health.error_bytes && health.error_bytes <= health.bytes, "{health:?}");
    }
}
