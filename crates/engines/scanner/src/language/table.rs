//! The table of languages. Adding one is a variant, a row, and (for more than
//! line counts) a [`Grammar`](super::Grammar) in [`super::grammar`].

use super::grammar;
use super::{Lexis, Spec};

macro_rules! languages {
    ($( $variant:ident { $id:literal, $name:literal, [$($ext:literal),*], [$($file:literal),*], $lexis:expr, $grammar:expr } )*) => {
        /// A language the engine can tell apart. The order is part of the
        /// stored form of reports: append, never reorder.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u16)]
        pub enum Language {
            $(
                #[doc = $name]
                $variant,
            )*
        }

        pub(super) static TABLE: &[Spec] = &[
            $( Spec {
                language: Language::$variant,
                id: $id,
                name: $name,
                extensions: &[$($ext),*],
                file_names: &[$($file),*],
                lexis: $lexis,
                grammar: $grammar,
            }, )*
        ];
    };
}

const C_STYLE: Lexis = Lexis {
    line: &["//"],
    block: &[("/*", "*/")],
    quotes: &["\"", "'"],
    nested: false,
    spans: false,
};
const JS_STYLE: Lexis = Lexis { quotes: &["\"", "'", "`"], ..C_STYLE };
const RUST_STYLE: Lexis = Lexis { quotes: &["\""], nested: true, ..C_STYLE };
const HASH: Lexis =
    Lexis { line: &["#"], block: &[], quotes: &["\"", "'"], nested: false, spans: false };
const PYTHON_STYLE: Lexis = Lexis { block: &[("\"\"\"", "\"\"\""), ("'''", "'''")], ..HASH };
const MARKUP: Lexis =
    Lexis { line: &[], block: &[("<!--", "-->")], quotes: &[], nested: false, spans: false };
const NONE: Lexis = Lexis { line: &[], block: &[], quotes: &[], nested: false, spans: false };
const CSS_STYLE: Lexis = Lexis { line: &[], ..C_STYLE };
const SQL_STYLE: Lexis = Lexis { line: &["--"], ..C_STYLE };
const LUA_STYLE: Lexis = Lexis {
    line: &["--"],
    block: &[("--[[", "]]")],
    quotes: &["\"", "'"],
    nested: false,
    spans: false,
};
const PHP_STYLE: Lexis = Lexis { line: &["//", "#"], ..C_STYLE };
const FORTRAN_STYLE: Lexis =
    Lexis { line: &["!"], block: &[], quotes: &["\"", "'"], nested: false, spans: false };
const INI_STYLE: Lexis =
    Lexis { line: &["#", ";"], block: &[], quotes: &[], nested: false, spans: false };

languages! {
    Python { "python", "Python", ["py", "pyi", "pyw"], [], PYTHON_STYLE, Some(&grammar::PYTHON) }
    JavaScript { "javascript", "JavaScript", ["js", "jsx", "mjs", "cjs"], [], JS_STYLE, Some(&grammar::JAVASCRIPT) }
    TypeScript { "typescript", "TypeScript", ["ts", "mts", "cts"], [], JS_STYLE, Some(&grammar::TYPESCRIPT) }
    Tsx { "tsx", "TSX", ["tsx"], [], JS_STYLE, Some(&grammar::TSX) }
    Java { "java", "Java", ["java"], [], C_STYLE, Some(&grammar::JAVA) }
    C { "c", "C", ["c", "h"], [], C_STYLE, Some(&grammar::C) }
    Cpp { "cpp", "C++", ["cpp", "cc", "cxx", "c++", "hpp", "hh", "hxx", "h++", "ipp", "tpp", "inl"], [], C_STYLE, Some(&grammar::CPP) }
    Go { "go", "Go", ["go"], [], JS_STYLE, Some(&grammar::GO) }
    Rust { "rust", "Rust", ["rs"], [], RUST_STYLE, Some(&grammar::RUST) }
    CSharp { "csharp", "C#", ["cs"], [], C_STYLE, Some(&grammar::CSHARP) }
    Kotlin { "kotlin", "Kotlin", ["kt", "kts"], [], RUST_STYLE, Some(&grammar::KOTLIN) }
    Scala { "scala", "Scala", ["scala", "sc"], [], RUST_STYLE, Some(&grammar::SCALA) }
    Php { "php", "PHP", ["php"], [], PHP_STYLE, Some(&grammar::PHP) }
    Ruby { "ruby", "Ruby", ["rb", "rake", "gemspec"], ["Gemfile", "Rakefile"], Lexis { block: &[("=begin", "=end")], ..HASH }, None }
    Swift { "swift", "Swift", ["swift"], [], RUST_STYLE, None }
    Dart { "dart", "Dart", ["dart"], [], RUST_STYLE, None }
    ArkTs { "arkts", "ArkTS", ["ets"], [], JS_STYLE, Some(&grammar::ARKTS) }
    Cangjie { "cangjie", "Cangjie", ["cj"], [], RUST_STYLE, Some(&grammar::CANGJIE) }
    Lua { "lua", "Lua", ["lua"], [], LUA_STYLE, Some(&grammar::LUA) }
    Fortran { "fortran", "Fortran", ["f90", "f95", "f03", "f08"], [], FORTRAN_STYLE, Some(&grammar::FORTRAN) }
    Shell { "shell", "Shell", ["sh", "bash", "zsh"], [], HASH, Some(&grammar::SHELL) }
    Sql { "sql", "SQL", ["sql"], [], SQL_STYLE, Some(&grammar::SQL) }
    Html { "html", "HTML", ["html", "htm"], [], MARKUP, Some(&grammar::HTML) }
    Css { "css", "CSS", ["css"], [], CSS_STYLE, Some(&grammar::CSS) }
    Scss { "scss", "SCSS", ["scss", "less"], [], C_STYLE, None }
    Vue { "vue", "Vue", ["vue"], [], MARKUP, None }
    Xml { "xml", "XML", ["xml", "xsd", "xsl", "pom"], [], MARKUP, None }
    Json { "json", "JSON", ["json"], [], NONE, Some(&grammar::JSON) }
    Yaml { "yaml", "YAML", ["yaml", "yml"], [], HASH, None }
    Toml { "toml", "TOML", ["toml"], [], HASH, None }
    Markdown { "markdown", "Markdown", ["md", "markdown"], [], MARKUP, None }
    Dockerfile { "dockerfile", "Dockerfile", ["dockerfile"], ["Dockerfile", "Containerfile"], HASH, None }
    Makefile { "makefile", "Makefile", ["mk"], ["Makefile", "GNUmakefile", "makefile"], HASH, None }
    CMake { "cmake", "CMake", ["cmake"], ["CMakeLists.txt"], HASH, None }
    Ini { "ini", "INI", ["ini", "cfg", "properties"], [], INI_STYLE, None }
    Protobuf { "protobuf", "Protocol Buffers", ["proto"], [], C_STYLE, None }
    Groovy { "groovy", "Groovy", ["groovy", "gradle"], ["Jenkinsfile"], C_STYLE, None }
    Terraform { "terraform", "Terraform", ["tf", "hcl", "tfvars"], [], PHP_STYLE, None }
    Text { "text", "Text", ["txt", "env", "conf", "config", "pem", "key", "ppk", "asc", "npmrc", "pypirc", "netrc", "pgpass", "htpasswd", "envrc", "s3cfg"], ["_netrc", ".git-credentials", ".dockercfg", "credentials", "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519"], HASH, None }
    // Counted by their delimiters only.
    Abap { "abap", "ABAP", ["abap"], [], Lexis { line: &["*", "\""], block: &[], quotes: &[], nested: false, spans: true }, None }
    ABNF { "abnf", "ABNF", ["abnf"], [], Lexis { line: &[";"], block: &[], quotes: &[], nested: false, spans: true }, None }
    ActionScript { "actionscript", "ActionScript", ["as"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    Ada { "ada", "Ada", ["ada", "adb", "ads", "pad"], [], Lexis { line: &["--"], block: &[], quotes: &[], nested: false, spans: true }, None }
    Agda { "agda", "Agda", ["agda"], [], Lexis { line: &["--"], block: &[("{-", "-}")], quotes: &[], nested: true, spans: true }, None }
    Alex { "alex", "Alex", ["x"], [], NONE, None }
    Alloy { "alloy", "Alloy", ["als"], [], Lexis { line: &["--", "//"], block: &[("/*", "*/")], quotes: &[], nested: false, spans: true }, None }
    Apl { "apl", "APL", ["apl", "aplf", "apls"], [], Lexis { line: &["⍝"], block: &[], quotes: &["'"], nested: false, spans: true }, None }
    Arduino { "arduino-c++", "Arduino C++", ["ino"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    Arturo { "arturo", "Arturo", ["art"], [], Lexis { line: &[";"], block: &[], quotes: &["\""], nested: false, spans: true }, None }
    AsciiDoc { "asciidoc", "AsciiDoc", ["adoc", "asciidoc"], [], Lexis { line: &["//"], block: &[("////", "////")], quotes: &[], nested: false, spans: true }, None }
    Asn1 { "asn-1", "ASN.1", ["asn1"], [], Lexis { line: &["--"], block: &[("/*", "*/")], quotes: &["\"", "'"], nested: false, spans: true }, None }
    Asp { "asp", "ASP", ["asa", "asp"], [], Lexis { line: &["'", "REM"], block: &[], quotes: &[], nested: false, spans: true }, None }
    AspNet { "asp-net", "ASP.NET", ["asax", "ascx", "asmx", "aspx", "master", "sitemap", "webinfo"], [], Lexis { line: &[], block: &[("<!--", "-->"), ("<%--", "-->")], quotes: &[], nested: false, spans: true }, None }
    Assembly { "assembly", "Assembly", ["asm"], [], Lexis { line: &[";"], block: &[], quotes: &["\"", "'"], nested: false, spans: true }, None }
    AssemblyGAS { "gnu-style-assembly", "GNU Style Assembly", ["s"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    Astro { "astro", "Astro", ["astro"], [], Lexis { line: &["//"], block: &[("/*", "*/"), ("<!--", "-->")], quotes: &[], nested: false, spans: true }, None }
    Ats { "ats", "ATS", ["dats", "hats", "sats", "atxt"], [], Lexis { line: &["//"], block: &[("(*", "*)"), ("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    Autoconf { "autoconf", "Autoconf", ["in"], [], Lexis { line: &["#", "dnl"], block: &[], quotes: &[], nested: false, spans: true }, None }
    Autoit { "autoit", "Autoit", ["au3"], [], Lexis { line: &[";"], block: &[("#comments-start", "#comments-end"), ("#cs", "#ce")], quotes: &[], nested: false, spans: true }, None }
    AutoHotKey { "autohotkey", "AutoHotKey", ["ahk"], [], Lexis { line: &[";"], block: &[("/*", "*/")], quotes: &[], nested: false, spans: true }, None }
    Automake { "automake", "Automake", ["am"], [], Lexis { line: &["#"], block: &[], quotes: &[], nested: false, spans: true }, None }
    AvaloniaXaml { "axaml", "AXAML", ["axaml"], [], Lexis { line: &[], block: &[("<!--", "-->")], quotes: &["\"", "'"], nested: false, spans: true }, None }
    AWK { "awk", "AWK", ["awk"], [], Lexis { line: &["#"], block: &[], quotes: &[], nested: false, spans: true }, None }
    Ballerina { "ballerina", "Ballerina", ["bal"], [], Lexis { line: &["//", "#"], block: &[], quotes: &["\"", "`"], nested: false, spans: true }, None }
    Batch { "batch", "Batch", ["bat", "btm", "cmd"], [], Lexis { line: &["REM", "::"], block: &[], quotes: &[], nested: false, spans: true }, None }
    Bazel { "bazel", "Bazel", ["bzl", "bazel", "bzlmod"], ["build", "workspace", "module"], Lexis { line: &["#"], block: &[], quotes: &["\"", "'"], nested: false, spans: true }, None }
    Bean { "bean", "Bean", ["bean", "beancount"], [], Lexis { line: &[";"], block: &[], quotes: &["\""], nested: false, spans: true }, None }
    Bicep { "bicep", "Bicep", ["bicep", "bicepparam"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["'''", "'"], nested: false, spans: true }, None }
    Bitbake { "bitbake", "Bitbake", ["bb", "bbclass", "bbappend", "inc"], [], Lexis { line: &["#"], block: &[], quotes: &["\"", "'"], nested: false, spans: true }, None }
    Blade { "blade", "Blade", ["blade"], [], Lexis { line: &[], block: &[("{{--", "--}}"), ("<!--", "-->")], quotes: &["\"", "'"], nested: false, spans: true }, None }
    Bqn { "bqn", "BQN", ["bqn"], [], Lexis { line: &["#"], block: &[], quotes: &["\"", "'"], nested: false, spans: true }, None }
    BrightScript { "brightscript", "BrightScript", ["brs"], [], Lexis { line: &["'", "REM"], block: &[], quotes: &["\""], nested: false, spans: true }, None }
    C3 { "c3", "C3", ["c3"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    Cabal { "cabal", "Cabal", ["cabal"], [], Lexis { line: &["--"], block: &[("{-", "-}")], quotes: &[], nested: true, spans: true }, None }
    Cairo { "cairo", "Cairo", ["cairo"], [], Lexis { line: &["//"], block: &[], quotes: &["\"", "'"], nested: false, spans: true }, None }
    Cassius { "cassius", "Cassius", ["cassius"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\"", "'"], nested: false, spans: true }, None }
    Ceylon { "ceylon", "Ceylon", ["ceylon"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\"\"\"", "\""], nested: false, spans: true }, None }
    Chapel { "chapel", "Chapel", ["chpl"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\"", "'"], nested: false, spans: true }, None }
    Cil { "cil-selinux", "CIL (SELinux)", ["cil"], [], Lexis { line: &[";"], block: &[], quotes: &["\""], nested: false, spans: true }, None }
    Circom { "circom", "Circom", ["circom"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &[], nested: false, spans: true }, None }
    Clojure { "clojure", "Clojure", ["clj"], [], Lexis { line: &[";"], block: &[], quotes: &["\""], nested: false, spans: true }, None }
    ClojureC { "clojurec", "ClojureC", ["cljc"], [], Lexis { line: &[";"], block: &[], quotes: &["\""], nested: false, spans: true }, None }
    ClojureScript { "clojurescript", "ClojureScript", ["cljs"], [], Lexis { line: &[";"], block: &[], quotes: &["\""], nested: false, spans: true }, None }
    Cobol { "cobol", "COBOL", ["cob", "cbl", "ccp", "cobol", "cpy"], [], Lexis { line: &["*"], block: &[], quotes: &[], nested: false, spans: true }, None }
    CodeQL { "codeql", "CodeQL", ["ql", "qll"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    CoffeeScript { "coffeescript", "CoffeeScript", ["coffee", "cjsx"], [], Lexis { line: &["#"], block: &[("###", "###")], quotes: &["\"", "'"], nested: false, spans: true }, None }
    Cogent { "cogent", "Cogent", ["cogent"], [], Lexis { line: &["--"], block: &[], quotes: &[], nested: false, spans: true }, None }
    ColdFusion { "coldfusion", "ColdFusion", ["cfm"], [], Lexis { line: &[], block: &[("<!---", "--->")], quotes: &["\"", "'"], nested: false, spans: true }, None }
    ColdFusionScript { "coldfusion-cfscript", "ColdFusion CFScript", ["cfc"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    Coq { "coq", "Coq", ["v"], [], Lexis { line: &[], block: &[("(*", "*)")], quotes: &["\""], nested: false, spans: true }, None }
    CppModule { "c++-module", "C++ Module", ["cppm", "ixx", "ccm", "mpp", "mxx", "cxxm", "hppm", "hxxm"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    Crystal { "crystal", "Crystal", ["cr"], [], Lexis { line: &["#"], block: &[], quotes: &["\"", "'"], nested: false, spans: true }, None }
    CShell { "c-shell", "C Shell", ["csh"], [], Lexis { line: &["#"], block: &[], quotes: &[], nested: false, spans: true }, None }
    Cuda { "cuda", "CUDA", ["cu"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    Cue { "cue", "CUE", ["cue"], [], Lexis { line: &["//"], block: &[], quotes: &["\"\"\"", "\"", "'"], nested: false, spans: true }, None }
    Cython { "cython", "Cython", ["pyx", "pxd", "pxi"], [], Lexis { line: &["#"], block: &[], quotes: &["\"", "'"], nested: false, spans: true }, None }
    D { "d", "D", ["d"], [], Lexis { line: &["//"], block: &[("/*", "*/"), ("/+", "+/")], quotes: &["\"", "'"], nested: true, spans: true }, None }
    D2 { "d2", "D2", ["d2"], [], Lexis { line: &["#"], block: &[("\"\"\"", "\"\"\"")], quotes: &[], nested: false, spans: true }, None }
    Daml { "daml", "DAML", ["daml"], [], Lexis { line: &["-- "], block: &[("{-", "-}")], quotes: &[], nested: true, spans: true }, None }
    DeviceTree { "device-tree", "Device Tree", ["dts", "dtsi"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    Dhall { "dhall", "Dhall", ["dhall"], [], Lexis { line: &["--"], block: &[("{-", "-}")], quotes: &["\"", "''"], nested: true, spans: true }, None }
    DotNetResource { "net-resource", ".NET Resource", ["resx"], [], Lexis { line: &[], block: &[("<!--", "-->")], quotes: &["\""], nested: false, spans: true }, None }
    DreamMaker { "dream-maker", "Dream Maker", ["dm", "dme"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\"", "'"], nested: true, spans: true }, None }
    Dust { "dust-js", "Dust.js", ["dust"], [], Lexis { line: &[], block: &[("{!", "!}")], quotes: &[], nested: false, spans: true }, None }
    Ebuild { "ebuild", "Ebuild", ["ebuild", "eclass"], [], Lexis { line: &["#"], block: &[], quotes: &["\"", "'"], nested: false, spans: true }, None }
    EdgeQL { "edgeql", "EdgeQL", ["edgeql"], [], Lexis { line: &["#"], block: &[], quotes: &["\"", "'", "$"], nested: false, spans: true }, None }
    ESDL { "edgedb-schema-definition", "EdgeDB Schema Definition", ["esdl"], [], Lexis { line: &["#"], block: &[], quotes: &["\"", "'"], nested: false, spans: true }, None }
    Edn { "edn", "Edn", ["edn"], [], Lexis { line: &[";"], block: &[], quotes: &[], nested: false, spans: true }, None }
    Eighth { "8th", "8th", ["8th"], [], Lexis { line: &["\\\\ ", "-- "], block: &[("(*", "*)")], quotes: &["\""], nested: true, spans: true }, None }
    Elisp { "emacs-lisp", "Emacs Lisp", ["el"], [], Lexis { line: &[";"], block: &[], quotes: &[], nested: false, spans: true }, None }
    Elixir { "elixir", "Elixir", ["ex", "exs"], [], Lexis { line: &["#"], block: &[], quotes: &["\"\"\"", "'''", "\"", "'"], nested: false, spans: true }, None }
    Elm { "elm", "Elm", ["elm"], [], Lexis { line: &["--"], block: &[("{-", "-}")], quotes: &[], nested: true, spans: true }, None }
    Elvish { "elvish", "Elvish", ["elv"], [], Lexis { line: &["#"], block: &[], quotes: &["\"", "'"], nested: false, spans: true }, None }
    EmacsDevEnv { "emacs-dev-env", "Emacs Dev Env", ["ede"], [], Lexis { line: &[";"], block: &[], quotes: &[], nested: false, spans: true }, None }
    Emojicode { "emojicode", "Emojicode", ["emojic", "🍇"], [], Lexis { line: &["💭"], block: &[("💭🔜", "🔚💭"), ("📗", "📗"), ("📘", "📘")], quotes: &["❌🔤"], nested: false, spans: true }, None }
    Erlang { "erlang", "Erlang", ["erl", "hrl"], [], Lexis { line: &["%"], block: &[], quotes: &[], nested: false, spans: true }, None }
    Factor { "factor", "Factor", ["factor"], [], Lexis { line: &["!", "#!"], block: &[("/*", "*/")], quotes: &[], nested: false, spans: true }, None }
    FEN { "fen", "FEN", ["fen"], [], NONE, None }
    Fennel { "fennel", "Fennel", ["fnl", "fnlm"], [], Lexis { line: &[";", ";;"], block: &[], quotes: &["\""], nested: false, spans: true }, None }
    Fish { "fish", "Fish", ["fish"], [], Lexis { line: &["#"], block: &[], quotes: &["\"", "'"], nested: false, spans: true }, None }
    FlatBuffers { "flatbuffers-schema", "FlatBuffers Schema", ["fbs"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    Forth { "forth", "Forth", ["4th", "forth", "fr", "frt", "fth", "f83", "fb", "fpm", "e4", "rx", "ft"], [], Lexis { line: &["\\\\"], block: &[("( ", ")")], quotes: &[], nested: false, spans: true }, None }
    FortranLegacy { "fortran-legacy", "FORTRAN Legacy", ["f", "for", "ftn", "f77", "pfo"], [], Lexis { line: &["c", "C", "!", "*"], block: &[], quotes: &["\"", "'"], nested: false, spans: true }, None }
    FortranModern { "fortran-modern", "FORTRAN Modern", ["fpp"], [], Lexis { line: &["!"], block: &[], quotes: &["\""], nested: false, spans: true }, None }
    FreeMarker { "freemarker", "FreeMarker", ["ftl", "ftlh", "ftlx"], [], Lexis { line: &[], block: &[("<#--", "-->")], quotes: &[], nested: false, spans: true }, None }
    FSharp { "f#", "F#", ["fs", "fsi", "fsx", "fsscript"], [], Lexis { line: &["//"], block: &[("(*", "*)")], quotes: &["\""], nested: false, spans: true }, None }
    Fstar { "f", "F*", ["fst", "fsti"], [], Lexis { line: &["//"], block: &[("(*", "*)")], quotes: &["\""], nested: false, spans: true }, None }
    Futhark { "futhark", "Futhark", ["fut"], [], Lexis { line: &["--"], block: &[], quotes: &[], nested: false, spans: true }, None }
    GDB { "gdb-script", "GDB Script", ["gdb"], [], Lexis { line: &["#"], block: &[], quotes: &[], nested: false, spans: true }, None }
    GdScript { "gdscript", "GDScript", ["gd"], [], Lexis { line: &["#"], block: &[], quotes: &["\"\"\"", "\"", "'"], nested: false, spans: true }, None }
    Gherkin { "gherkin-cucumber", "Gherkin (Cucumber)", ["feature"], [], Lexis { line: &["#"], block: &[], quotes: &[], nested: false, spans: true }, None }
    Gleam { "gleam", "Gleam", ["gleam"], [], Lexis { line: &["//", "///", "////"], block: &[], quotes: &["\""], nested: false, spans: true }, None }
    GlimmerJs { "glimmer-js", "Glimmer JS", ["gjs"], [], Lexis { line: &["//"], block: &[("/*", "*/"), ("<!--", "-->")], quotes: &["\"", "'", "`"], nested: false, spans: true }, None }
    GlimmerTs { "glimmer-ts", "Glimmer TS", ["gts"], [], Lexis { line: &["//"], block: &[("/*", "*/"), ("<!--", "-->")], quotes: &["\"", "'", "`"], nested: false, spans: true }, None }
    Glsl { "glsl", "GLSL", ["vert", "tesc", "tese", "geom", "frag", "comp", "mesh", "task", "rgen", "rint", "rahit", "rchit", "rmiss", "rcall", "glsl"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    Gml { "gml", "Gml", ["gml"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    Gohtml { "go-html", "Go HTML", ["gohtml"], [], Lexis { line: &[], block: &[("<!--", "-->"), ("{{/*", "*/}}")], quotes: &["\"", "'"], nested: false, spans: true }, None }
    Graphql { "graphql", "GraphQL", ["gql", "graphql"], [], Lexis { line: &["#"], block: &[], quotes: &["\"\"\"", "\""], nested: false, spans: true }, None }
    Gwion { "gwion", "Gwion", ["gw"], [], Lexis { line: &["#!"], block: &[], quotes: &["\""], nested: false, spans: true }, None }
    Haml { "haml", "Haml", ["haml"], [], Lexis { line: &["-#"], block: &[], quotes: &["\"", "'"], nested: false, spans: true }, None }
    Hamlet { "hamlet", "Hamlet", ["hamlet"], [], Lexis { line: &[], block: &[("<!--", "-->")], quotes: &["\"", "'"], nested: false, spans: true }, None }
    Happy { "happy", "Happy", ["y", "ly"], [], NONE, None }
    Handlebars { "handlebars", "Handlebars", ["hbs", "handlebars"], [], Lexis { line: &[], block: &[("<!--", "-->"), ("{{!", "}}")], quotes: &["\"", "'"], nested: false, spans: true }, None }
    Haskell { "haskell", "Haskell", ["hs"], [], Lexis { line: &["--"], block: &[("{-", "-}")], quotes: &[], nested: true, spans: true }, None }
    Haxe { "haxe", "Haxe", ["hx"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\"", "'"], nested: false, spans: true }, None }
    Headache { "headache", "Headache", ["ha"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    Hex { "hex", "HEX", ["hex"], [], NONE, None }
    Hex0 { "hex0", "Hex0", ["hex0"], [], Lexis { line: &["#", ";"], block: &[], quotes: &[], nested: false, spans: true }, None }
    Hex1 { "hex1", "Hex1", ["hex1"], [], Lexis { line: &["#", ";"], block: &[], quotes: &[], nested: false, spans: true }, None }
    Hex2 { "hex2", "Hex2", ["hex2"], [], Lexis { line: &["#", ";"], block: &[], quotes: &[], nested: false, spans: true }, None }
    HiCad { "hicad", "HICAD", ["mac", "mac"], [], Lexis { line: &["REM", "rem"], block: &[], quotes: &[], nested: false, spans: true }, None }
    Hlsl { "hlsl", "HLSL", ["hlsl", "fx", "fxsub"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    HolyC { "holyc", "HolyC", ["hc", "hc", "zc", "zc"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    Hy { "hy", "Hy", ["hy"], [], Lexis { line: &[";"], block: &[], quotes: &[], nested: false, spans: true }, None }
    Idris { "idris", "Idris", ["idr", "lidr"], [], Lexis { line: &["--"], block: &[("{-", "-}")], quotes: &["\"\"\"", "\""], nested: true, spans: true }, None }
    IntelHex { "intel-hex", "Intel HEX", ["ihex"], [], NONE, None }
    Isabelle { "isabelle", "Isabelle", ["thy"], [], Lexis { line: &["--"], block: &[("{*", "*}"), ("(*", "*)"), ("‹", "›"), ("\\\\<open>", "\\\\<close>")], quotes: &["''"], nested: false, spans: true }, None }
    Jai { "jai", "JAI", ["jai"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: true, spans: true }, None }
    Janet { "janet", "Janet", ["janet"], [], Lexis { line: &["#"], block: &[], quotes: &["\"", "'", "`"], nested: false, spans: true }, None }
    Jinja2 { "jinja2", "Jinja2", ["j2", "jinja"], [], Lexis { line: &[], block: &[("{#", "#}")], quotes: &[], nested: false, spans: true }, None }
    Jq { "jq", "jq", ["jq"], [], Lexis { line: &["#"], block: &[], quotes: &["\""], nested: false, spans: true }, None }
    JSLT { "jslt", "JSLT", ["jslt"], [], Lexis { line: &["//"], block: &[], quotes: &["\""], nested: false, spans: true }, None }
    Jsonnet { "jsonnet", "Jsonnet", ["jsonnet", "libsonnet"], [], Lexis { line: &["//", "#"], block: &[("/*", "*/")], quotes: &["\"", "'"], nested: false, spans: true }, None }
    Julia { "julia", "Julia", ["jl"], [], Lexis { line: &["#"], block: &[("#=", "=#")], quotes: &["\"\"\"", "\""], nested: true, spans: true }, None }
    Julius { "julius", "Julius", ["julius"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\"", "'", "`"], nested: false, spans: true }, None }
    Jupyter { "jupyter-notebooks", "Jupyter Notebooks", ["ipynb"], [], NONE, None }
    Just { "just", "Just", ["just"], ["justfile"], Lexis { line: &["#"], block: &[], quotes: &[], nested: false, spans: true }, None }
    K { "k", "K", ["k"], [], Lexis { line: &["/"], block: &[], quotes: &["\""], nested: true, spans: true }, None }
    KakouneScript { "kakoune-script", "Kakoune script", ["kak"], [], Lexis { line: &["#"], block: &[], quotes: &["\"", "'"], nested: false, spans: true }, None }
    Kaem { "kaem", "Kaem", ["kaem"], [], Lexis { line: &["#"], block: &[], quotes: &[], nested: false, spans: true }, None }
    Koka { "koka", "Koka", ["kk"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: true, spans: true }, None }
    Ksh { "korn-shell", "Korn shell", ["ksh"], [], Lexis { line: &["#"], block: &[], quotes: &["\"", "'"], nested: false, spans: true }, None }
    Lalrpop { "lalrpop", "LALRPOP", ["lalrpop"], [], Lexis { line: &["//"], block: &[], quotes: &["\""], nested: false, spans: true }, None }
    KvLanguage { "kv-language", "KV Language", ["kv"], [], Lexis { line: &["# "], block: &[], quotes: &["\"", "'"], nested: false, spans: true }, None }
    Lean { "lean", "Lean", ["lean", "hlean"], [], Lexis { line: &["--"], block: &[("/-", "-/")], quotes: &[], nested: true, spans: true }, None }
    Hledger { "hledger", "hledger", ["hledger"], [], Lexis { line: &[";", "#"], block: &[("comment", "end comment")], quotes: &[], nested: false, spans: true }, None }
    Lex { "lex", "Lex", ["l", "lex"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &[], nested: false, spans: true }, None }
    Liquid { "liquid", "Liquid", ["liquid"], [], Lexis { line: &[], block: &[("<!--", "-->"), ("{% comment %}", "{% endcomment %}")], quotes: &["\"", "'"], nested: false, spans: true }, None }
    LinguaFranca { "lingua-franca", "Lingua Franca", ["lf"], [], Lexis { line: &["//", "#"], block: &[("/*", "*/")], quotes: &["\""], nested: true, spans: true }, None }
    LinkerScript { "ld-script", "LD Script", ["ld", "lds"], [], Lexis { line: &[], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    Lisp { "common-lisp", "Common Lisp", ["lisp", "lsp", "asd"], [], Lexis { line: &[";"], block: &[("#|", "|#")], quotes: &[], nested: true, spans: true }, None }
    LiveScript { "livescript", "LiveScript", ["ls"], [], Lexis { line: &["#"], block: &[("/*", "*/")], quotes: &["\"", "'"], nested: false, spans: true }, None }
    LLVM { "llvm", "LLVM", ["ll"], [], Lexis { line: &[";"], block: &[], quotes: &["\"", "'"], nested: false, spans: true }, None }
    Logtalk { "logtalk", "Logtalk", ["lgt", "logtalk"], [], Lexis { line: &["%"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    LolCode { "lolcode", "LOLCODE", ["lol"], [], Lexis { line: &["BTW"], block: &[("OBTW", "TLDR")], quotes: &["\""], nested: false, spans: true }, None }
    Lucius { "lucius", "Lucius", ["lucius"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\"", "'"], nested: false, spans: true }, None }
    M1Assembly { "m1-assembly", "M1 Assembly", ["m1"], [], Lexis { line: &["#", ";"], block: &[], quotes: &["\""], nested: false, spans: true }, None }
    M4 { "m4", "M4", ["m4"], [], Lexis { line: &["#", "dnl"], block: &[], quotes: &[], nested: false, spans: true }, None }
    Madlang { "madlang", "Madlang", ["mad"], [], Lexis { line: &["#"], block: &[("{#", "#}")], quotes: &[], nested: false, spans: true }, None }
    Max { "max", "Max", ["maxpat"], [], NONE, None }
    Menhir { "menhir", "Menhir", ["mll", "mly", "vy"], [], Lexis { line: &["//"], block: &[("(*", "*)"), ("/*", "*/")], quotes: &["\""], nested: true, spans: true }, None }
    Meson { "meson", "Meson", [], ["meson.build", "meson_options.txt"], Lexis { line: &["#"], block: &[], quotes: &["'''", "'"], nested: false, spans: true }, None }
    Metal { "metal-shading-language", "Metal Shading Language", ["metal"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    Mint { "mint", "Mint", ["mint"], [], NONE, None }
    Mlatu { "mlatu", "Mlatu", ["mlt"], [], Lexis { line: &["//"], block: &[], quotes: &["\""], nested: false, spans: true }, None }
    Modelica { "modelica", "Modelica", ["mo", "mos"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    ModuleDef { "module-definition", "Module-Definition", ["def"], [], Lexis { line: &[";"], block: &[], quotes: &[], nested: false, spans: true }, None }
    Mojo { "mojo", "Mojo", ["mojo", "🔥"], [], Lexis { line: &["#"], block: &[], quotes: &["\"", "'"], nested: false, spans: true }, None }
    MonkeyC { "monkey-c", "Monkey C", ["mc"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    MoonBit { "moonbit", "MoonBit", ["mbt", "mbti"], [], Lexis { line: &["//"], block: &[], quotes: &["\""], nested: false, spans: true }, None }
    MoonScript { "moonscript", "MoonScript", ["moon"], [], Lexis { line: &["--"], block: &[], quotes: &["\"", "'"], nested: false, spans: true }, None }
    MsBuild { "msbuild", "MSBuild", ["csproj", "vbproj", "fsproj", "props", "targets"], [], Lexis { line: &[], block: &[("<!--", "-->")], quotes: &["\"", "'"], nested: false, spans: true }, None }
    Mustache { "mustache", "Mustache", ["mustache"], [], Lexis { line: &[], block: &[("{{!", "}}")], quotes: &["\"", "'"], nested: false, spans: true }, None }
    Nextflow { "nextflow", "Nextflow", ["nextflow", "nf"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    Nim { "nim", "Nim", ["nim"], [], Lexis { line: &["#"], block: &[], quotes: &["\"\"\"", "\""], nested: false, spans: true }, None }
    Nix { "nix", "Nix", ["nix"], [], Lexis { line: &["#"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    NotQuitePerl { "not-quite-perl", "Not Quite Perl", ["nqp"], [], Lexis { line: &["#"], block: &[("=begin", "=end")], quotes: &["\"", "'"], nested: false, spans: true }, None }
    NuGetConfig { "nuget-config", "NuGet Config", [], ["nuget.config", "packages.config", "nugetdefaults.config"], Lexis { line: &[], block: &[("<!--", "-->")], quotes: &["\"", "'"], nested: false, spans: true }, None }
    Nushell { "nushell", "Nushell", ["nu"], [], Lexis { line: &["#"], block: &[], quotes: &["\"", "'"], nested: false, spans: true }, None }
    ObjectiveC { "objective-c", "Objective-C", ["m"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    ObjectiveCpp { "objective-c++", "Objective-C++", ["mm"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    OCaml { "ocaml", "OCaml", ["ml", "mli", "re", "rei"], [], Lexis { line: &[], block: &[("(*", "*)")], quotes: &["\""], nested: false, spans: true }, None }
    Odin { "odin", "Odin", ["odin"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\"", "'"], nested: false, spans: true }, None }
    OpenScad { "openscad", "OpenSCAD", ["scad"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\"", "'"], nested: false, spans: true }, None }
    OpenPolicyAgent { "open-policy-agent", "Open Policy Agent", ["rego"], [], Lexis { line: &["#"], block: &[], quotes: &["\"", "`"], nested: false, spans: true }, None }
    OpenCL { "opencl", "OpenCL", ["cl", "ocl"], [], Lexis { line: &[], block: &[("/*", "*/")], quotes: &[], nested: false, spans: true }, None }
    OpenQasm { "openqasm", "OpenQASM", ["qasm"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &[], nested: false, spans: true }, None }
    OpenType { "opentype-feature-file", "OpenType Feature File", ["fea"], [], Lexis { line: &["#"], block: &[], quotes: &[], nested: false, spans: true }, None }
    Org { "org", "Org", ["org"], [], Lexis { line: &["# "], block: &[], quotes: &[], nested: false, spans: true }, None }
    Oz { "oz", "Oz", ["oz"], [], Lexis { line: &["%"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    PacmanMakepkg { "pacman-s-makepkg", "Pacman's makepkg", [], ["pkgbuild"], Lexis { line: &["#"], block: &[], quotes: &["\"", "'"], nested: false, spans: true }, None }
    Pan { "pan", "Pan", ["pan", "tpl"], [], Lexis { line: &["#"], block: &[], quotes: &["\"", "'"], nested: false, spans: true }, None }
    Pascal { "pascal", "Pascal", ["pas"], [], Lexis { line: &["//"], block: &[("{", "}"), ("(*", "*)")], quotes: &["'"], nested: true, spans: true }, None }
    Perl { "perl", "Perl", ["pl", "pm"], [], Lexis { line: &["#"], block: &[("=pod", "=cut")], quotes: &["\"", "'"], nested: false, spans: true }, None }
    Pest { "pest", "Pest", ["pest"], [], Lexis { line: &["//"], block: &[], quotes: &["\"", "'"], nested: false, spans: true }, None }
    Phix { "phix", "Phix", ["e", "exw"], [], Lexis { line: &["--", "//", "#!"], block: &[("/*", "*/"), ("--/*", "--*/")], quotes: &["\"\"\"", "\"", "'", "`"], nested: true, spans: true }, None }
    PlantUml { "plantuml", "PlantUML", ["puml"], [], Lexis { line: &["'"], block: &[("/'", "'/")], quotes: &["\""], nested: false, spans: true }, None }
    Po { "po-file", "PO File", ["po", "pot"], [], Lexis { line: &["#"], block: &[], quotes: &[], nested: false, spans: true }, None }
    Poke { "poke", "Poke", ["pk"], [], Lexis { line: &[], block: &[("/*", "*/")], quotes: &[], nested: false, spans: true }, None }
    Polly { "polly", "Polly", ["polly"], [], Lexis { line: &[], block: &[("<!--", "-->")], quotes: &["\"", "'"], nested: false, spans: true }, None }
    Pony { "pony", "Pony", ["pony"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    PostCss { "postcss", "PostCSS", ["pcss", "sss"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\"", "'"], nested: false, spans: true }, None }
    PowerShell { "powershell", "PowerShell", ["ps1", "psm1", "psd1", "ps1xml", "cdxml", "pssc", "psc1"], [], Lexis { line: &["#"], block: &[("<#", "#>")], quotes: &["\"", "'"], nested: false, spans: true }, None }
    PRACTICE { "lauterbach-practice-script", "Lauterbach PRACTICE Script", ["cmm"], [], Lexis { line: &[";", "//"], block: &[], quotes: &["\""], nested: false, spans: true }, None }
    Processing { "processing", "Processing", ["pde"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    Prolog { "prolog", "Prolog", ["p", "pro"], [], Lexis { line: &["%"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    PSL { "psl-assertion", "PSL Assertion", ["psl"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    Pug { "pug", "Pug", ["pug"], [], Lexis { line: &["//", "//-"], block: &[], quotes: &[], nested: false, spans: true }, None }
    Puppet { "puppet", "Puppet", ["pp"], [], Lexis { line: &["#"], block: &[], quotes: &["\"", "'"], nested: false, spans: true }, None }
    PureScript { "purescript", "PureScript", ["purs"], [], Lexis { line: &["--"], block: &[("{-", "-}")], quotes: &[], nested: true, spans: true }, None }
    Pyret { "pyret", "Pyret", ["arr"], [], Lexis { line: &["#"], block: &[("#|", "|#")], quotes: &["\"", "'"], nested: true, spans: true }, None }
    PRQL { "prql", "PRQL", ["prql"], [], Lexis { line: &["#"], block: &[], quotes: &["\"", "'"], nested: false, spans: true }, None }
    Q { "q", "Q", ["q"], [], Lexis { line: &["/"], block: &[], quotes: &["\""], nested: true, spans: true }, None }
    Qcl { "qcl", "QCL", ["qcl"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    Qml { "qml", "QML", ["qml"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\"", "'"], nested: false, spans: true }, None }
    R { "r", "R", ["r"], [], Lexis { line: &["#"], block: &[], quotes: &[], nested: false, spans: true }, None }
    Racket { "racket", "Racket", ["rkt", "scrbl"], [], Lexis { line: &[";"], block: &[("#|", "|#")], quotes: &[], nested: true, spans: true }, None }
    Raku { "raku", "Raku", ["raku", "rakumod", "rakutest", "pm6", "pl6", "p6"], [], Lexis { line: &["#"], block: &[("#`(", ")"), ("#`[", "]"), ("#`{", "}"), ("#`｢", "｣")], quotes: &["\"", "'"], nested: true, spans: true }, None }
    Razor { "razor", "Razor", ["cshtml", "razor"], [], Lexis { line: &["//"], block: &[("<!--", "-->"), ("@*", "*@"), ("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    Redscript { "redscript", "Redscript", ["reds"], [], Lexis { line: &["//", "///"], block: &[("/*", "*/")], quotes: &["\""], nested: true, spans: true }, None }
    Renpy { "ren-py", "Ren'Py", ["rpy"], [], Lexis { line: &["#"], block: &[], quotes: &["\"", "'", "`"], nested: false, spans: true }, None }
    ReScript { "rescript", "ReScript", ["res", "resi"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    ReStructuredText { "restructuredtext", "ReStructuredText", ["rst"], [], NONE, None }
    Roc { "roc", "Roc", ["roc"], [], Lexis { line: &["#"], block: &[], quotes: &["\"", "'"], nested: false, spans: true }, None }
    RON { "rusty-object-notation", "Rusty Object Notation", ["ron"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: true, spans: true }, None }
    RPMSpecfile { "rpm-specfile", "RPM Specfile", ["spec"], [], Lexis { line: &["#"], block: &[], quotes: &[], nested: false, spans: true }, None }
    RubyHtml { "ruby-html", "Ruby HTML", ["rhtml", "erb"], [], Lexis { line: &[], block: &[("<!--", "-->")], quotes: &["\"", "'"], nested: false, spans: true }, None }
    Scheme { "scheme", "Scheme", ["scm", "ss"], [], Lexis { line: &[";"], block: &[("#|", "|#")], quotes: &[], nested: true, spans: true }, None }
    Scons { "scons", "Scons", [], ["sconstruct", "sconscript"], Lexis { line: &["#"], block: &[], quotes: &["\"\"\"", "'''", "\"", "'"], nested: false, spans: true }, None }
    ShaderLab { "shaderlab", "ShaderLab", ["shader", "cginc"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    SIL { "sil", "SIL", ["sil"], [], Lexis { line: &["//"], block: &[("/*", "*/"), ("/+", "+/")], quotes: &["\"", "'", "`"], nested: false, spans: true }, None }
    Slang { "slang", "Slang", ["slang"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    Sml { "standard-ml-sml", "Standard ML (SML)", ["sml"], [], Lexis { line: &[], block: &[("(*", "*)")], quotes: &["\""], nested: false, spans: true }, None }
    Smalltalk { "smalltalk", "Smalltalk", ["cs.st", "pck.st"], [], Lexis { line: &[], block: &[("\"", "\"")], quotes: &["'"], nested: false, spans: true }, None }
    Snakemake { "snakemake", "Snakemake", ["smk", "rules"], ["snakefile"], Lexis { line: &["#"], block: &[], quotes: &["\"", "'"], nested: false, spans: true }, None }
    Solidity { "solidity", "Solidity", ["sol"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    Spice { "spice-netlist", "Spice Netlist", ["ckt"], [], Lexis { line: &["*"], block: &[], quotes: &[], nested: false, spans: true }, None }
    Sqf { "sqf", "SQF", ["sqf"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\"", "'"], nested: false, spans: true }, None }
    SRecode { "srecode-template", "SRecode Template", ["srt"], [], Lexis { line: &[";;"], block: &[], quotes: &[], nested: false, spans: true }, None }
    Stan { "stan", "Stan", ["stan"], [], Lexis { line: &["//", "#"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    Stata { "stata", "Stata", ["do"], [], Lexis { line: &["//", "*"], block: &[("/*", "*/")], quotes: &[], nested: false, spans: true }, None }
    Stratego { "stratego-xt", "Stratego/XT", ["str"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    Stylus { "stylus", "Stylus", ["styl"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\"", "'"], nested: false, spans: true }, None }
    Svelte { "svelte", "Svelte", ["svelte"], [], Lexis { line: &[], block: &[("<!--", "-->")], quotes: &["\"", "'"], nested: false, spans: true }, None }
    Svg { "svg", "SVG", ["svg"], [], Lexis { line: &[], block: &[("<!--", "-->")], quotes: &["\"", "'"], nested: false, spans: true }, None }
    Swig { "swig", "SWIG", ["swg", "i"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: true, spans: true }, None }
    SystemVerilog { "systemverilog", "SystemVerilog", ["sv", "svh"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    Slint { "slint", "Slint", ["slint"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    Tact { "tact", "Tact", ["tact"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    Tcl { "tcl", "TCL", ["tcl"], [], Lexis { line: &["#"], block: &[], quotes: &["\"", "'"], nested: false, spans: true }, None }
    Tera { "tera", "Tera", ["tera"], [], Lexis { line: &[], block: &[("<!--", "-->"), ("{#", "#}")], quotes: &["\"", "'"], nested: false, spans: true }, None }
    Templ { "templ", "Templ", ["templ", "tmpl"], [], Lexis { line: &["//"], block: &[("<!--", "-->"), ("/*", "*/")], quotes: &["\"", "'", "`"], nested: false, spans: true }, None }
    Tex { "tex", "TeX", ["tex", "sty"], [], Lexis { line: &["%"], block: &[], quotes: &[], nested: false, spans: true }, None }
    Thrift { "thrift", "Thrift", ["thrift"], [], Lexis { line: &["#", "//"], block: &[("/*", "*/")], quotes: &["\"", "'"], nested: false, spans: true }, None }
    Ttcn { "ttcn-3", "TTCN-3", ["ttcn", "ttcn3", "ttcnpp"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    Twig { "twig", "Twig", ["twig"], [], Lexis { line: &[], block: &[("<!--", "-->"), ("{#", "#}")], quotes: &["\"", "'"], nested: false, spans: true }, None }
    Typst { "typst", "Typst", ["typ"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: true, spans: true }, None }
    Uiua { "uiua", "Uiua", ["ua"], [], Lexis { line: &["#"], block: &[], quotes: &["\""], nested: false, spans: true }, None }
    UMPL { "umpl", "UMPL", ["umpl"], [], Lexis { line: &["!"], block: &[], quotes: &["`"], nested: false, spans: true }, None }
    Unison { "unison", "Unison", ["u"], [], Lexis { line: &["--"], block: &[("{-", "-}")], quotes: &["\""], nested: true, spans: true }, None }
    UnrealDeveloperMarkdown { "unreal-markdown", "Unreal Markdown", ["udn"], [], NONE, None }
    UnrealPlugin { "unreal-plugin", "Unreal Plugin", ["uplugin"], [], NONE, None }
    UnrealProject { "unreal-project", "Unreal Project", ["uproject"], [], NONE, None }
    UnrealScript { "unreal-script", "Unreal Script", ["uc", "uci", "upkg"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    UnrealShader { "unreal-shader", "Unreal Shader", ["usf"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    UnrealShaderHeader { "unreal-shader-header", "Unreal Shader Header", ["ush"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    UrWeb { "ur-web", "Ur/Web", ["ur", "urs"], [], Lexis { line: &[], block: &[("(*", "*)")], quotes: &["\""], nested: false, spans: true }, None }
    UrWebProject { "ur-web-project", "Ur/Web Project", ["urp"], [], Lexis { line: &["#"], block: &[], quotes: &[], nested: false, spans: true }, None }
    Vala { "vala", "Vala", ["vala"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    VB6 { "vb6-vba", "VB6/VBA", ["frm", "bas", "cls", "ctl", "dsr"], [], Lexis { line: &["'"], block: &[], quotes: &[], nested: false, spans: true }, None }
    VBScript { "vbscript", "VBScript", ["vbs"], [], Lexis { line: &["'", "REM"], block: &[], quotes: &[], nested: false, spans: true }, None }
    Velocity { "apache-velocity", "Apache Velocity", ["vm"], [], Lexis { line: &["##"], block: &[("#*", "*#")], quotes: &["\"", "'"], nested: false, spans: true }, None }
    Verilog { "verilog", "Verilog", ["vg", "vh"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    VerilogArgsFile { "verilog-args-file", "Verilog Args File", ["irunargs", "xrunargs"], [], NONE, None }
    Vhdl { "vhdl", "VHDL", ["vhd", "vhdl"], [], Lexis { line: &["--"], block: &[("/*", "*/")], quotes: &[], nested: false, spans: true }, None }
    Virgil { "virgil", "Virgil", ["v3"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true }, None }
    VisualBasic { "visual-basic", "Visual Basic", ["vb"], [], Lexis { line: &["'"], block: &[], quotes: &["\""], nested: false, spans: true }, None }
    VisualStudioProject { "visual-studio-project", "Visual Studio Project", ["vcproj", "vcxproj"], [], Lexis { line: &[], block: &[("<!--", "-->")], quotes: &["\"", "'"], nested: false, spans: true }, None }
    VisualStudioSolution { "visual-studio-solution", "Visual Studio Solution", ["sln"], [], NONE, None }
    VimScript { "vim-script", "Vim Script", ["vim"], [], Lexis { line: &["\""], block: &[], quotes: &["\"", "'"], nested: false, spans: true }, None }
    WebAssembly { "webassembly", "WebAssembly", ["wat", "wast"], [], Lexis { line: &[";;"], block: &[], quotes: &["\"", "'"], nested: false, spans: true }, None }
    WenYan { "the-wenyan-programming-language", "The WenYan Programming Language", ["wy"], [], Lexis { line: &[], block: &[("批曰。", "。"), ("疏曰。", "。")], quotes: &[], nested: false, spans: true }, None }
    WGSL { "webgpu-shader-language", "WebGPU Shader Language", ["wgsl"], [], Lexis { line: &["//"], block: &[], quotes: &[], nested: false, spans: true }, None }
    Wolfram { "wolfram", "Wolfram", ["nb", "wl"], [], Lexis { line: &[], block: &[("(*", "*)")], quotes: &["\""], nested: false, spans: true }, None }
    Xaml { "xaml", "XAML", ["xaml"], [], Lexis { line: &[], block: &[("<!--", "-->")], quotes: &["\"", "'"], nested: false, spans: true }, None }
    XcodeConfig { "xcode-config", "Xcode Config", ["xcconfig"], [], Lexis { line: &["//"], block: &[], quotes: &["\"", "'"], nested: false, spans: true }, None }
    XSL { "xsl", "XSL", ["xslt"], [], Lexis { line: &[], block: &[("<!--", "-->")], quotes: &["\"", "'"], nested: false, spans: true }, None }
    Xtend { "xtend", "Xtend", ["xtend"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["'''", "\"", "'"], nested: false, spans: true }, None }
    ZenCode { "zencode", "ZenCode", ["zs"], [], Lexis { line: &["//", "#"], block: &[("/*", "*/")], quotes: &["\"", "'"], nested: false, spans: true }, None }
    Zig { "zig", "Zig", ["zig"], [], Lexis { line: &["//"], block: &[], quotes: &["\""], nested: false, spans: true }, None }
    Zokrates { "zokrates", "ZoKrates", ["zok"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &[], nested: false, spans: true }, None }
    GdShader { "gdshader", "GDShader", ["gdshader"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &[], nested: false, spans: true }, None }
}
