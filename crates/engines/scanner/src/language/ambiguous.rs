//! Endings that several languages share: what stands in the file decides.

use super::Language;

/// As much of a file as is looked at, in bytes.
const HEAD: usize = 32 * 1024;

/// An ending, and which languages a file with it may be of beside the one that
/// owns it in the table.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Shared {
    /// In lower case, without the dot.
    pub(super) ending: &'static str,
    /// With the dot: no language is called so.
    pub(super) word: &'static str,
    pub(super) others: &'static [Language],
}

macro_rules! endings {
    ($($word:literal: $($other:ident)*;)*) => {
        &[$(Shared {
            ending: $word.split_at(1).1,
            word: $word,
            others: &[$(Language::$other),*],
        }),*]
    };
}

static SHARED: &[Shared] = endings! {
    ".al": Perl;
    ".cfg": ForgeConfig;
    ".cj": Clojure;
    ".cl": Lisp;
    ".cls": Tex Apex;
    ".cs": Smalltalk;
    ".e": Specman;
    ".fs": Glsl Forth;
    ".h": Cpp ObjectiveC;
    ".il": DotNetIl;
    ".inc": Php;
    ".inf": Tnsdl;
    ".m": Wolfram Matlab;
    ".mc": MessageFile;
    ".pl": Prolog;
    ".pp": Pascal;
    ".pro": ProGuard Idl;
    ".sls": Scheme;
    ".tpl": Smarty;
    ".ts": QtLinguist;
    ".v": Verilog;
    ".x": Logos;
};

/// The ending (in lower case), where several languages share it.
pub(super) fn shared(ending: &str) -> Option<&'static Shared> {
    SHARED.iter().find(|shared| shared.ending == ending)
}

/// The language of a text whose ending (in lower case) says `guess`.
pub(super) fn tell(guess: Language, extension: &str, source: &[u8]) -> Language {
    let head = &source[..source.len().min(HEAD)];
    let first = head.trim_ascii_start();
    let starts = |what: &[&str]| what.iter().any(|it| first.starts_with(it.as_bytes()));
    let line = |what: &[&str]| {
        let mut lines = head.split(|b| *b == b'\n').map(<[u8]>::trim_ascii_start);
        lines.any(|line| what.iter().any(|it| line.starts_with(it.as_bytes())))
    };
    match extension {
        "h" if line(&["@interface ", "@protocol "]) && line(&["@end"]) => Language::ObjectiveC,
        "h" if looks_like_cpp(head) => Language::Cpp,
        "ts" if starts(&["<?xml", "<!", "<TS"]) => Language::QtLinguist,
        "cj" if starts(&["(", ";"]) => Language::Clojure,
        "cs" if starts(&["\"", "!"]) => Language::Smalltalk,
        "cl" if starts(&["(", ";", "#|"]) => Language::Lisp,
        "cfg" if line(&["~CONFIG_VERSION"]) => Language::ForgeConfig,
        "m" if starts(&["(*"]) => Language::Wolfram,
        "m" if starts(&["%", "function "]) || !line(&["#import", "#include", "@", "//", "/*"]) => {
            Language::Matlab
        }
        "e" if line(&["<'"]) => Language::Specman,
        "x" if line(&["%hook", "%group", "%ctor"]) => Language::Logos,
        "il" if line(&[".assembly", ".class", ".module"]) => Language::DotNetIl,
        "al" if line(&["sub ", "package ", "use "]) => Language::Perl,
        "sls" if starts(&["(", ";", "#!"]) => Language::Scheme,
        "inf" if !line(&["["]) => Language::Tnsdl,
        "cls" if line(&["\\ProvidesClass", "\\NeedsTeXFormat"]) => Language::Tex,
        "cls" if !starts(&["VERSION", "Attribute", "Option", "'"]) => Language::Apex,
        "mc" if line(&["MessageId", "SymbolicName", ";"]) => Language::MessageFile,
        "tpl" if starts(&["{", "<"]) => Language::Smarty,
        "pro" if line(&["-keep", "-dont", "-assume", "-optimiz"]) => Language::ProGuard,
        "pro" if starts(&[";"]) || line(&["pro ", "PRO ", "function ", "FUNCTION "]) => {
            Language::Idl
        }
        "pp" if line(&["program ", "unit ", "begin", "{$", "uses "]) => Language::Pascal,
        "inc" if starts(&["<?"]) => Language::Php,
        "pl" if line(&[":-", "%%"]) && !line(&["use ", "my ", "sub ", "#!"]) => Language::Prolog,
        "v" if line(&["module ", "`timescale", "`include", "`define", "endmodule"])
            && !line(&["Module ", "Require ", "Lemma ", "Definition ", "fn "]) =>
        {
            Language::Verilog
        }
        "fs" if starts(&["#version"]) || line(&["void main", "uniform "]) => Language::Glsl,
        "fs" if starts(&["\\ ", ": ", "( "]) => Language::Forth,
        _ => guess,
    }
}

/// Looks for a line that only C++ can start with.
fn looks_like_cpp(head: &[u8]) -> bool {
    const STARTS: [&[u8]; 9] = [
        b"class ",
        b"namespace ",
        b"namespace{",
        b"template<",
        b"template <",
        b"public:",
        b"private:",
        b"protected:",
        b"using ",
    ];
    head.split(|&b| b == b'\n').any(|line| {
        let line = line.trim_ascii_start();
        STARTS.iter().any(|s| line.starts_with(s))
            || (line.starts_with(b"#include <") && !line.ends_with(b".h>") && cpp_header(line))
    })
}

/// Standard C++ headers have no extension: `#include <vector>`.
fn cpp_header(line: &[u8]) -> bool {
    line.trim_ascii_end().ends_with(b">") && !line.contains(&b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_a_file_decides() {
        let of = |path: &str, text: &str| Language::of(path, text.as_bytes());
        let cases = [
            ("a.h", "namespace x {\n}\n", Language::Cpp),
            ("a.h", "#include <stdio.h>\nint f(void);\n", Language::C),
            ("a.h", "#include <vector>\n", Language::Cpp),
            ("a.ts", "<?xml version='1.0'?>\n<TS>", Language::QtLinguist),
            ("a.ts", "const a = 1;\n", Language::TypeScript),
            ("a.cj", "; a note\n(defn f [])\n", Language::Clojure),
            ("a.cj", "main() {}\n", Language::Cangjie),
            ("a.m", "#import <Foundation.h>\n", Language::ObjectiveC),
            ("a.m", "function y = f(x)\n", Language::Matlab),
            ("a.m", "(* a note *)\n", Language::Wolfram),
            ("a.cls", "public class A {}\n", Language::Apex),
            ("a.cls", "VERSION 1.0 CLASS\n", Language::VB6),
            ("a.h", "@interface A : NSObject\n@end\n", Language::ObjectiveC),
            ("a.pl", "#!/usr/bin/perl\nuse strict;\n", Language::Perl),
            ("a.pl", ":- module(a, []).\np(X) :- q(X).\n", Language::Prolog),
            ("a.v", "`timescale 1ns/1ps\nmodule a();\nendmodule\n", Language::Verilog),
            ("a.v", "Lemma a : True.\n", Language::Coq),
            ("a.fs", "module A\nlet x = 1\n", Language::FSharp),
            ("a.fs", "#version 330\nvoid main() {}\n", Language::Glsl),
            ("a.sql", "select 1\n", Language::Sql),
            ("a.blade.php", "@if (true)\n", Language::Blade),
        ];
        for (path, text, language) in cases {
            assert_eq!(of(path, text), Some(language), "{path}: {text}");
        }
    }
}
