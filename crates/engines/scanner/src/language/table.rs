//! The table of languages. Adding one is a variant, a row, and (for more than
//! line counts) a [`Grammar`](super::Grammar) in [`super::grammar`].

use super::styles::{
    C_STYLE, CSS_STYLE, FORTRAN_STYLE, HASH, INI_STYLE, JS_STYLE, LUA_STYLE, MARKUP, NONE,
    PHP_STYLE, PYTHON_STYLE, RUST_STYLE, SQL_STYLE,
};
use super::{Lexis, Spec, grammar};

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

languages! {
    Python { "python", "Python", ["py", "pyi", "pyw"], [], PYTHON_STYLE, Some(&grammar::PYTHON) }
    JavaScript { "javascript", "JavaScript", ["js", "jsx", "mjs", "cjs"], [], JS_STYLE, Some(&grammar::JAVASCRIPT) }
    TypeScript { "typescript", "TypeScript", ["ts", "mts", "cts"], [], JS_STYLE, Some(&grammar::TYPESCRIPT) }
    Tsx { "tsx", "TSX", ["tsx"], [], JS_STYLE, Some(&grammar::TSX) }
    Java { "java", "Java", ["java"], [], C_STYLE, Some(&grammar::JAVA) }
    C { "c", "C", ["c", "h"], [], C_STYLE, Some(&grammar::C) }
    Cpp { "cpp", "C++", ["cpp", "cc", "cxx", "c++", "hpp", "hh", "hxx", "h++", "ipp", "tpp", "inl", "cppm", "ixx", "ccm", "mpp", "mxx", "cxxm", "hppm", "hxxm"], [], C_STYLE, Some(&grammar::CPP) }
    Go { "go", "Go", ["go"], [], JS_STYLE, Some(&grammar::GO) }
    Rust { "rust", "Rust", ["rs"], [], RUST_STYLE, Some(&grammar::RUST) }
    CSharp { "csharp", "C#", ["cs"], [], C_STYLE, Some(&grammar::CSHARP) }
    Kotlin { "kotlin", "Kotlin", ["kt", "kts"], [], RUST_STYLE, Some(&grammar::KOTLIN) }
    Scala { "scala", "Scala", ["scala", "sc"], [], RUST_STYLE, Some(&grammar::SCALA) }
    Php { "php", "PHP", ["php"], [], PHP_STYLE, Some(&grammar::PHP) }
    Ruby { "ruby", "Ruby", ["rb", "rake", "gemspec"], ["Gemfile", "Rakefile"], Lexis { sections: &[("=begin", "=end")], ..HASH }, None }
    Swift { "swift", "Swift", ["swift"], [], RUST_STYLE, None }
    Dart { "dart", "Dart", ["dart"], [], RUST_STYLE, None }
    ArkTs { "arkts", "ArkTS", ["ets"], [], JS_STYLE, Some(&grammar::ARKTS) }
    Cangjie { "cangjie", "Cangjie", ["cj"], [], RUST_STYLE, Some(&grammar::CANGJIE) }
    Lua { "lua", "Lua", ["lua"], [], LUA_STYLE, Some(&grammar::LUA) }
    Fortran { "fortran", "Fortran", ["f90", "f95", "f03", "f08"], [], FORTRAN_STYLE, Some(&grammar::FORTRAN) }
    Shell { "shell", "Shell", ["sh", "bash", "zsh"], [], HASH, Some(&grammar::SHELL) }
    Sql { "sql", "SQL", ["sql"], [], SQL_STYLE, Some(&grammar::SQL) }
    Html { "html", "HTML", ["html", "htm"], [], MARKUP, Some(&grammar::HTML) }
    Css { "css", "CSS", ["css", "uss", "wxss"], [], CSS_STYLE, Some(&grammar::CSS) }
    Scss { "scss", "SCSS", ["scss", "less"], [], C_STYLE, None }
    Vue { "vue", "Vue", ["vue"], [], MARKUP, None }
    Xml { "xml", "XML", ["xml", "xsd", "xsl", "pom", "bpmn", "jrxml", "tld", "ui", "glade", "uxml", "fxml", "wsdl", "btp", "wxml", "plist"], [], MARKUP, None }
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
    Abap { "abap", "ABAP", ["abap"], [], Lexis { line: &["*", "\""], block: &[], quotes: &[], nested: false, spans: true, ..NONE }, None }
    ABNF { "abnf", "ABNF", ["abnf"], [], Lexis { line: &[";"], block: &[], quotes: &[], nested: false, spans: true, ..NONE }, None }
    ActionScript { "actionscript", "ActionScript", ["as"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    Ada { "ada", "Ada", ["ada", "adb", "ads", "pad"], [], Lexis { line: &["--"], block: &[], quotes: &[], nested: false, spans: true, ..NONE }, None }
    Agda { "agda", "Agda", ["agda"], [], Lexis { line: &["--"], block: &[("{-", "-}")], quotes: &[], nested: true, spans: true, ..NONE }, None }
    Alex { "alex", "Alex", ["x"], [], NONE, None }
    Alloy { "alloy", "Alloy", ["als"], [], Lexis { line: &["--", "//"], block: &[("/*", "*/")], quotes: &[], nested: false, spans: true, ..NONE }, None }
    Apl { "apl", "APL", ["apl", "aplf", "apls"], [], Lexis { line: &["⍝"], block: &[], quotes: &["'"], nested: false, spans: true, ..NONE }, None }
    Arduino { "arduino-c++", "Arduino C++", ["ino"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    Arturo { "arturo", "Arturo", ["art"], [], Lexis { line: &[";"], block: &[], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    AsciiDoc { "asciidoc", "AsciiDoc", ["adoc", "asciidoc"], [], Lexis { line: &["//"], block: &[("////", "////")], quotes: &[], nested: false, spans: true, ..NONE }, None }
    Asn1 { "asn-1", "ASN.1", ["asn1"], [], Lexis { line: &["--"], block: &[("/*", "*/")], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    Asp { "asp", "ASP", ["asa", "asp"], [], Lexis { line: &["'"], block: &[], quotes: &[], nested: false, spans: true, first: &["REM"], ..NONE }, None }
    AspNet { "asp-net", "ASP.NET", ["asax", "ascx", "asmx", "aspx", "master", "sitemap", "webinfo"], [], Lexis { line: &[], block: &[("<!--", "-->"), ("<%--", "--%>"), ("/*", "*/")], quotes: &[], nested: false, spans: true, ..NONE }, None }
    Assembly { "assembly", "Assembly", ["asm"], [], Lexis { line: &[";"], block: &[], quotes: &["\"", "'"], nested: false, spans: true, first: &["# ", "#\t", "##", "//", "*"], ..NONE }, None }
    AssemblyGAS { "gnu-style-assembly", "GNU Style Assembly", ["s"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, first: &["/ ", "/\t", "# ", "#\t", "##", "#*", "#-", "#=", ";", "@ ", "*", "|", "!", "--"], ..NONE }, None }
    Astro { "astro", "Astro", ["astro"], [], Lexis { line: &["//"], block: &[("/*", "*/"), ("<!--", "-->")], quotes: &[], nested: false, spans: true, ..NONE }, None }
    Ats { "ats", "ATS", ["dats", "hats", "sats", "atxt"], [], Lexis { line: &["//"], block: &[("(*", "*)"), ("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    Autoconf { "autoconf", "Autoconf", ["in"], [], Lexis { line: &["#", "dnl"], block: &[], quotes: &[], nested: false, spans: true, ..NONE }, None }
    Autoit { "autoit", "Autoit", ["au3"], [], Lexis { line: &[";"], block: &[("#comments-start", "#comments-end"), ("#cs", "#ce")], quotes: &[], nested: false, spans: true, ..NONE }, None }
    AutoHotKey { "autohotkey", "AutoHotKey", ["ahk"], [], Lexis { line: &[";"], block: &[("/*", "*/")], quotes: &[], nested: false, spans: true, ..NONE }, None }
    Automake { "automake", "Automake", ["am"], [], Lexis { line: &["#"], block: &[], quotes: &[], nested: false, spans: true, ..NONE }, None }
    AvaloniaXaml { "axaml", "AXAML", ["axaml"], [], Lexis { line: &[], block: &[("<!--", "-->")], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    AWK { "awk", "AWK", ["awk"], [], Lexis { line: &["#"], block: &[], quotes: &[], nested: false, spans: true, ..NONE }, None }
    Ballerina { "ballerina", "Ballerina", ["bal"], [], Lexis { line: &["//", "#"], block: &[], quotes: &["\"", "`"], nested: false, spans: true, ..NONE }, None }
    Batch { "batch", "Batch", ["bat", "btm", "cmd"], [], Lexis { line: &[], block: &[], quotes: &[], nested: false, spans: true, first: &["REM", "@REM", "::"], ..NONE }, None }
    Bazel { "bazel", "Bazel", ["bzl", "bazel", "bzlmod"], ["build", "workspace", "module"], Lexis { line: &["#"], block: &[], quotes: &["\"\"\"", "'''", "\"", "'"], nested: false, spans: true, docs: &["\"\"\"", "'''"], ..NONE }, None }
    Bean { "bean", "Bean", ["bean", "beancount"], [], Lexis { line: &[";"], block: &[], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    Bicep { "bicep", "Bicep", ["bicep", "bicepparam"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["'''", "'"], nested: false, spans: true, ..NONE }, None }
    Bitbake { "bitbake", "Bitbake", ["bb", "bbclass", "bbappend", "inc"], [], Lexis { line: &["#"], block: &[], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    Blade { "blade", "Blade", ["blade"], [], Lexis { line: &[], block: &[("{{--", "--}}"), ("<!--", "-->")], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    Bqn { "bqn", "BQN", ["bqn"], [], Lexis { line: &["#"], block: &[], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    BrightScript { "brightscript", "BrightScript", ["brs"], [], Lexis { line: &["'"], block: &[], quotes: &["\""], nested: false, spans: true, first: &["REM"], ..NONE }, None }
    C3 { "c3", "C3", ["c3", "c3i", "c3t"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, sections: &[("<*", "*>")], ..NONE }, None }
    Cabal { "cabal", "Cabal", ["cabal"], [], Lexis { line: &["--"], block: &[("{-", "-}")], quotes: &[], nested: true, spans: true, ..NONE }, None }
    Cairo { "cairo", "Cairo", ["cairo"], [], Lexis { line: &["//"], block: &[], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    Cassius { "cassius", "Cassius", ["cassius"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    Ceylon { "ceylon", "Ceylon", ["ceylon"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\"\"\"", "\""], nested: false, spans: true, ..NONE }, None }
    Chapel { "chapel", "Chapel", ["chpl"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    Cil { "cil-selinux", "CIL (SELinux)", ["cil"], [], Lexis { line: &[";"], block: &[], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    Circom { "circom", "Circom", ["circom"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &[], nested: false, spans: true, ..NONE }, None }
    Clojure { "clojure", "Clojure", ["clj"], [], Lexis { line: &[";"], block: &[], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    ClojureC { "clojurec", "ClojureC", ["cljc"], [], Lexis { line: &[";"], block: &[], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    ClojureScript { "clojurescript", "ClojureScript", ["cljs"], [], Lexis { line: &[";"], block: &[], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    Cobol { "cobol", "COBOL", ["cob", "cbl", "ccp", "cobol", "cpy"], [], Lexis { line: &["*"], block: &[], quotes: &[], nested: false, spans: true, ..NONE }, None }
    CodeQL { "codeql", "CodeQL", ["ql", "qll"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    CoffeeScript { "coffeescript", "CoffeeScript", ["coffee", "cjsx"], [], Lexis { line: &["#"], block: &[("###", "###")], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    Cogent { "cogent", "Cogent", ["cogent"], [], Lexis { line: &["--"], block: &[], quotes: &[], nested: false, spans: true, ..NONE }, None }
    ColdFusion { "coldfusion", "ColdFusion", ["cfm"], [], Lexis { line: &[], block: &[("<!---", "--->")], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    ColdFusionScript { "coldfusion-cfscript", "ColdFusion CFScript", ["cfc"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    Coq { "coq", "Coq", ["v"], [], Lexis { line: &[], block: &[("(*", "*)")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    CppModule { "c++-module", "C++ Module", [], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    Crystal { "crystal", "Crystal", ["cr"], [], Lexis { line: &["#"], block: &[], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    CShell { "c-shell", "C Shell", ["csh"], [], Lexis { line: &["#"], block: &[], quotes: &[], nested: false, spans: true, ..NONE }, None }
    Cuda { "cuda", "CUDA", ["cu"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    Cue { "cue", "CUE", ["cue"], [], Lexis { line: &["//"], block: &[], quotes: &["\"\"\"", "\"", "'"], nested: false, spans: true, ..NONE }, None }
    Cython { "cython", "Cython", ["pyx", "pxd", "pxi"], [], Lexis { line: &["#"], block: &[], quotes: &["\"\"\"", "'''", "\"", "'"], nested: false, spans: true, docs: &["\"\"\"", "'''"], ..NONE }, None }
    D { "d", "D", ["d"], [], Lexis { line: &["//"], block: &[("/*", "*/"), ("/+", "+/")], quotes: &["\"", "'"], nested: true, spans: true, ..NONE }, None }
    D2 { "d2", "D2", ["d2"], [], Lexis { line: &["#"], block: &[("\"\"\"", "\"\"\"")], quotes: &[], nested: false, spans: true, ..NONE }, None }
    Daml { "daml", "DAML", ["daml"], [], Lexis { line: &["--"], block: &[("{-", "-}")], quotes: &[], nested: true, spans: true, ..NONE }, None }
    DeviceTree { "device-tree", "Device Tree", ["dts", "dtsi"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    Dhall { "dhall", "Dhall", ["dhall"], [], Lexis { line: &["--"], block: &[("{-", "-}")], quotes: &["\"", "''"], nested: true, spans: true, ..NONE }, None }
    DotNetResource { "net-resource", ".NET Resource", ["resx"], [], Lexis { line: &[], block: &[("<!--", "-->")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    DreamMaker { "dream-maker", "Dream Maker", ["dm", "dme"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\"", "'"], nested: true, spans: true, ..NONE }, None }
    Dust { "dust-js", "Dust.js", ["dust"], [], Lexis { line: &[], block: &[("{!", "!}")], quotes: &[], nested: false, spans: true, ..NONE }, None }
    Ebuild { "ebuild", "Ebuild", ["ebuild", "eclass"], [], Lexis { line: &["#"], block: &[], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    EdgeQL { "edgeql", "EdgeQL", ["edgeql"], [], Lexis { line: &["#"], block: &[], quotes: &["\"", "'", "$"], nested: false, spans: true, ..NONE }, None }
    ESDL { "edgedb-schema-definition", "EdgeDB Schema Definition", ["esdl"], [], Lexis { line: &["#"], block: &[], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    Edn { "edn", "Edn", ["edn"], [], Lexis { line: &[";"], block: &[], quotes: &[], nested: false, spans: true, ..NONE }, None }
    Eighth { "8th", "8th", ["8th"], [], Lexis { line: &["\\ ", "-- "], block: &[("(*", "*)")], quotes: &["\""], nested: true, spans: true, ..NONE }, None }
    Elisp { "emacs-lisp", "Emacs Lisp", ["el"], [], Lexis { line: &[";"], block: &[], quotes: &[], nested: false, spans: true, ..NONE }, None }
    Elixir { "elixir", "Elixir", ["ex", "exs"], [], Lexis { line: &["#"], block: &[], quotes: &["\"\"\"", "'''", "\"", "'"], nested: false, spans: true, docs: &["\"\"\"", "'''", "@moduledoc \"\"\"", "@doc \"\"\"", "@doc ~c'''", "@doc '''", "@typedoc \"\"\"", "@moduledoc ~S\"\"\"", "@doc ~S\"\"\""], ..NONE }, None }
    Elm { "elm", "Elm", ["elm"], [], Lexis { line: &["--"], block: &[("{-", "-}")], quotes: &[], nested: true, spans: true, ..NONE }, None }
    Elvish { "elvish", "Elvish", ["elv"], [], Lexis { line: &["#"], block: &[], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    EmacsDevEnv { "emacs-dev-env", "Emacs Dev Env", ["ede"], [], Lexis { line: &[";"], block: &[], quotes: &[], nested: false, spans: true, ..NONE }, None }
    Emojicode { "emojicode", "Emojicode", ["emojic", "🍇"], [], Lexis { line: &["💭"], block: &[("💭🔜", "🔚💭"), ("📗", "📗"), ("📘", "📘")], quotes: &["❌🔤"], nested: false, spans: true, ..NONE }, None }
    Erlang { "erlang", "Erlang", ["erl", "hrl"], [], Lexis { line: &["%"], block: &[], quotes: &[], nested: false, spans: true, ..NONE }, None }
    Factor { "factor", "Factor", ["factor"], [], Lexis { line: &["!", "#!"], block: &[("/*", "*/")], quotes: &[], nested: false, spans: true, ..NONE }, None }
    FEN { "fen", "FEN", ["fen"], [], NONE, None }
    Fennel { "fennel", "Fennel", ["fnl", "fnlm"], [], Lexis { line: &[";", ";;"], block: &[], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    Fish { "fish", "Fish", ["fish"], [], Lexis { line: &["#"], block: &[], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    FlatBuffers { "flatbuffers-schema", "FlatBuffers Schema", ["fbs"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    Forth { "forth", "Forth", ["4th", "forth", "fr", "frt", "fth", "f83", "fb", "fpm", "e4", "rx", "ft"], [], Lexis { line: &["\\\\"], block: &[("( ", ")")], quotes: &[], nested: false, spans: true, ..NONE }, None }
    FortranLegacy { "fortran-legacy", "FORTRAN Legacy", ["f", "for", "ftn", "f77", "pfo"], [], Lexis { line: &["c", "C", "!", "*"], block: &[], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    FortranModern { "fortran-modern", "FORTRAN Modern", ["fpp"], [], Lexis { line: &["!"], block: &[], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    FreeMarker { "freemarker", "FreeMarker", ["ftl", "ftlh", "ftlx"], [], Lexis { line: &[], block: &[("<#--", "-->")], quotes: &[], nested: false, spans: true, ..NONE }, None }
    FSharp { "f#", "F#", ["fs", "fsi", "fsx", "fsscript"], [], Lexis { line: &["//"], block: &[("(*", "*)")], quotes: &["\""], nested: false, spans: true, raw: &[("@\"", "\""), ("\"\"\"", "\"\"\"")], ..NONE }, None }
    Fstar { "f", "F*", ["fst", "fsti"], [], Lexis { line: &["//"], block: &[("(*", "*)")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    Futhark { "futhark", "Futhark", ["fut"], [], Lexis { line: &["--"], block: &[], quotes: &[], nested: false, spans: true, ..NONE }, None }
    GDB { "gdb-script", "GDB Script", ["gdb"], [], Lexis { line: &["#"], block: &[], quotes: &[], nested: false, spans: true, ..NONE }, None }
    GdScript { "gdscript", "GDScript", ["gd"], [], Lexis { line: &["#"], block: &[], quotes: &["\"\"\"", "\"", "'"], nested: false, spans: true, ..NONE }, None }
    Gherkin { "gherkin-cucumber", "Gherkin (Cucumber)", ["feature"], [], Lexis { line: &["#"], block: &[], quotes: &[], nested: false, spans: true, ..NONE }, None }
    Gleam { "gleam", "Gleam", ["gleam"], [], Lexis { line: &["//", "///", "////"], block: &[], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    GlimmerJs { "glimmer-js", "Glimmer JS", ["gjs"], [], Lexis { line: &["//"], block: &[("/*", "*/"), ("{{!--", "--}}"), ("{{!", "}}"), ("<!--", "-->")], quotes: &["\"", "'", "`"], nested: false, spans: true, ..NONE }, None }
    GlimmerTs { "glimmer-ts", "Glimmer TS", ["gts"], [], Lexis { line: &["//"], block: &[("/*", "*/"), ("{{!--", "--}}"), ("{{!", "}}"), ("<!--", "-->")], quotes: &["\"", "'", "`"], nested: false, spans: true, ..NONE }, None }
    Glsl { "glsl", "GLSL", ["vert", "tesc", "tese", "geom", "frag", "comp", "mesh", "task", "rgen", "rint", "rahit", "rchit", "rmiss", "rcall", "glsl"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    Gml { "gml", "Gml", ["gml"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    Gohtml { "go-html", "Go HTML", ["gohtml"], [], Lexis { line: &[], block: &[("<!--", "-->"), ("{{/*", "*/}}")], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    Graphql { "graphql", "GraphQL", ["gql", "graphql"], [], Lexis { line: &["#"], block: &[], quotes: &["\"\"\"", "\""], nested: false, spans: true, ..NONE }, None }
    Gwion { "gwion", "Gwion", ["gw"], [], Lexis { line: &["#!"], block: &[], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    Haml { "haml", "Haml", ["haml"], [], Lexis { line: &[], block: &[("<!--", "-->")], quotes: &["\"", "'"], nested: false, spans: true, indented: &["-#", "/"], ..NONE }, None }
    Hamlet { "hamlet", "Hamlet", ["hamlet"], [], Lexis { line: &[], block: &[("<!--", "-->")], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    Happy { "happy", "Happy", ["y", "ly"], [], NONE, None }
    Handlebars { "handlebars", "Handlebars", ["hbs", "handlebars"], [], Lexis { line: &[], block: &[("<!--", "-->"), ("{{!", "}}")], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    Haskell { "haskell", "Haskell", ["hs", "hsc", "hs-boot"], [], Lexis { line: &["--"], block: &[("{-", "-}")], quotes: &[], nested: true, spans: true, ..NONE }, None }
    Haxe { "haxe", "Haxe", ["hx"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    Headache { "headache", "Headache", ["ha"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    Hex { "hex", "HEX", ["hex"], [], NONE, None }
    Hex0 { "hex0", "Hex0", ["hex0"], [], Lexis { line: &["#", ";"], block: &[], quotes: &[], nested: false, spans: true, ..NONE }, None }
    Hex1 { "hex1", "Hex1", ["hex1"], [], Lexis { line: &["#", ";"], block: &[], quotes: &[], nested: false, spans: true, ..NONE }, None }
    Hex2 { "hex2", "Hex2", ["hex2"], [], Lexis { line: &["#", ";"], block: &[], quotes: &[], nested: false, spans: true, ..NONE }, None }
    HiCad { "hicad", "HICAD", ["mac", "mac"], [], Lexis { line: &["REM", "rem"], block: &[], quotes: &[], nested: false, spans: true, ..NONE }, None }
    Hlsl { "hlsl", "HLSL", ["hlsl", "fx", "fxsub"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    HolyC { "holyc", "HolyC", ["hc", "hc", "zc", "zc"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    Hy { "hy", "Hy", ["hy"], [], Lexis { line: &[";"], block: &[], quotes: &[], nested: false, spans: true, ..NONE }, None }
    Idris { "idris", "Idris", ["idr"], [], Lexis { line: &["--", "|||"], block: &[("{-", "-}")], quotes: &["\"\"\"", "\""], nested: true, spans: true, ..NONE }, None }
    IntelHex { "intel-hex", "Intel HEX", ["ihex"], [], NONE, None }
    Isabelle { "isabelle", "Isabelle", ["thy"], [], Lexis { line: &["--"], block: &[("{*", "*}"), ("(*", "*)"), ("‹", "›"), ("\\\\<open>", "\\\\<close>")], quotes: &["''"], nested: false, spans: true, ..NONE }, None }
    Jai { "jai", "JAI", ["jai"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: true, spans: true, ..NONE }, None }
    Janet { "janet", "Janet", ["janet"], [], Lexis { line: &["#"], block: &[], quotes: &["\"", "'", "`"], nested: false, spans: true, ..NONE }, None }
    Jinja2 { "jinja2", "Jinja2", ["j2", "jinja", "jinja2", "njk"], [], Lexis { line: &[], block: &[("{#", "#}")], quotes: &[], nested: false, spans: true, ..NONE }, None }
    Jq { "jq", "jq", ["jq"], [], Lexis { line: &["#"], block: &[], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    JSLT { "jslt", "JSLT", ["jslt"], [], Lexis { line: &["//"], block: &[], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    Jsonnet { "jsonnet", "Jsonnet", ["jsonnet", "libsonnet"], [], Lexis { line: &["//", "#"], block: &[("/*", "*/")], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    Julia { "julia", "Julia", ["jl"], [], Lexis { line: &["#"], block: &[("#=", "=#")], quotes: &["\"\"\"", "\""], nested: true, spans: true, ..NONE }, None }
    Julius { "julius", "Julius", ["julius"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\"", "'", "`"], nested: false, spans: true, ..NONE }, None }
    Jupyter { "jupyter-notebooks", "Jupyter Notebooks", ["ipynb"], [], NONE, None }
    Just { "just", "Just", ["just"], ["justfile"], Lexis { line: &["#"], block: &[], quotes: &[], nested: false, spans: true, ..NONE }, None }
    K { "k", "K", ["k"], [], Lexis { line: &["/"], block: &[], quotes: &["\""], nested: true, spans: true, ..NONE }, None }
    KakouneScript { "kakoune-script", "Kakoune script", ["kak"], [], Lexis { line: &["#"], block: &[], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    Kaem { "kaem", "Kaem", ["kaem"], [], Lexis { line: &["#"], block: &[], quotes: &[], nested: false, spans: true, ..NONE }, None }
    Koka { "koka", "Koka", ["kk"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: true, spans: true, ..NONE }, None }
    Ksh { "korn-shell", "Korn shell", ["ksh"], [], Lexis { line: &["#"], block: &[], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    Lalrpop { "lalrpop", "LALRPOP", ["lalrpop"], [], Lexis { line: &["//"], block: &[], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    KvLanguage { "kv-language", "KV Language", ["kv"], [], Lexis { line: &["# "], block: &[], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    Lean { "lean", "Lean", ["lean", "hlean"], [], Lexis { line: &["--"], block: &[("/-", "-/")], quotes: &[], nested: true, spans: true, ..NONE }, None }
    Hledger { "hledger", "hledger", ["hledger"], [], Lexis { line: &[";", "#"], block: &[("comment", "end comment")], quotes: &[], nested: false, spans: true, ..NONE }, None }
    Lex { "lex", "Lex", ["l", "lex"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &[], nested: false, spans: true, ..NONE }, None }
    Liquid { "liquid", "Liquid", ["liquid"], [], Lexis { line: &[], block: &[("<!--", "-->"), ("{% comment %}", "{% endcomment %}")], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    LinguaFranca { "lingua-franca", "Lingua Franca", ["lf"], [], Lexis { line: &["//", "#"], block: &[("/*", "*/")], quotes: &["\""], nested: true, spans: true, ..NONE }, None }
    LinkerScript { "ld-script", "LD Script", ["ld", "lds"], [], Lexis { line: &[], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    Lisp { "common-lisp", "Common Lisp", ["lisp", "lsp", "asd"], [], Lexis { line: &[";"], block: &[("#|", "|#")], quotes: &[], nested: true, spans: true, ..NONE }, None }
    LiveScript { "livescript", "LiveScript", ["ls"], [], Lexis { line: &["#"], block: &[("/*", "*/")], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    LLVM { "llvm", "LLVM", ["ll"], [], Lexis { line: &[";"], block: &[], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    Logtalk { "logtalk", "Logtalk", ["lgt", "logtalk"], [], Lexis { line: &["%"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    LolCode { "lolcode", "LOLCODE", ["lol"], [], Lexis { line: &["BTW"], block: &[("OBTW", "TLDR")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    Lucius { "lucius", "Lucius", ["lucius"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    M1Assembly { "m1-assembly", "M1 Assembly", ["m1"], [], Lexis { line: &["#", ";"], block: &[], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    M4 { "m4", "M4", ["m4"], [], Lexis { line: &["#", "dnl"], block: &[], quotes: &[], nested: false, spans: true, ..NONE }, None }
    Madlang { "madlang", "Madlang", ["mad"], [], Lexis { line: &["#"], block: &[("{#", "#}")], quotes: &[], nested: false, spans: true, ..NONE }, None }
    Max { "max", "Max", ["maxpat"], [], NONE, None }
    Menhir { "menhir", "Menhir", ["mll", "mly"], [], Lexis { line: &["//"], block: &[("(*", "*)"), ("/*", "*/")], quotes: &["\""], nested: true, spans: true, ..NONE }, None }
    Meson { "meson", "Meson", [], ["meson.build", "meson_options.txt"], Lexis { line: &["#"], block: &[], quotes: &["'''", "'"], nested: false, spans: true, ..NONE }, None }
    Metal { "metal-shading-language", "Metal Shading Language", ["metal"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    Mint { "mint", "Mint", ["mint"], [], NONE, None }
    Mlatu { "mlatu", "Mlatu", ["mlt"], [], Lexis { line: &["//"], block: &[], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    Modelica { "modelica", "Modelica", ["mo", "mos"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    ModuleDef { "module-definition", "Module-Definition", ["def"], [], Lexis { line: &[";"], block: &[], quotes: &[], nested: false, spans: true, ..NONE }, None }
    Mojo { "mojo", "Mojo", ["mojo", "🔥"], [], Lexis { line: &["#"], block: &[], quotes: &["\"\"\"", "'''", "\"", "'"], nested: false, spans: true, docs: &["\"\"\"", "'''"], ..NONE }, None }
    MonkeyC { "monkey-c", "Monkey C", ["mc"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    MoonBit { "moonbit", "MoonBit", ["mbt", "mbti"], [], Lexis { line: &["//"], block: &[], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    MoonScript { "moonscript", "MoonScript", ["moon"], [], Lexis { line: &["--"], block: &[], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    MsBuild { "msbuild", "MSBuild", ["csproj", "vbproj", "fsproj", "props", "targets"], [], Lexis { line: &[], block: &[("<!--", "-->")], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    Mustache { "mustache", "Mustache", ["mustache"], [], Lexis { line: &[], block: &[("{{!", "}}")], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    Nextflow { "nextflow", "Nextflow", ["nextflow", "nf"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    Nim { "nim", "Nim", ["nim", "nims", "nimble"], [], Lexis { line: &["#"], block: &[("##[", "]##"), ("#[", "]#")], quotes: &["\"\"\"", "\""], nested: true, spans: true, ..NONE }, None }
    Nix { "nix", "Nix", ["nix"], [], Lexis { line: &["#"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    NotQuitePerl { "not-quite-perl", "Not Quite Perl", ["nqp"], [], Lexis { line: &["#"], block: &[], quotes: &["\"", "'"], nested: false, spans: true, sections: &[("=begin", "=end")], ..NONE }, None }
    NuGetConfig { "nuget-config", "NuGet Config", [], ["nuget.config", "packages.config", "nugetdefaults.config"], Lexis { line: &[], block: &[("<!--", "-->")], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    Nushell { "nushell", "Nushell", ["nu"], [], Lexis { line: &["#"], block: &[], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    ObjectiveC { "objective-c", "Objective-C", ["m"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    ObjectiveCpp { "objective-c++", "Objective-C++", ["mm"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    OCaml { "ocaml", "OCaml", ["ml", "mli"], [], Lexis { line: &[], block: &[("(*", "*)")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    Odin { "odin", "Odin", ["odin"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    OpenScad { "openscad", "OpenSCAD", ["scad"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    OpenPolicyAgent { "open-policy-agent", "Open Policy Agent", ["rego"], [], Lexis { line: &["#"], block: &[], quotes: &["\"", "`"], nested: false, spans: true, ..NONE }, None }
    OpenCL { "opencl", "OpenCL", ["cl", "ocl"], [], Lexis { line: &[], block: &[("/*", "*/")], quotes: &[], nested: false, spans: true, ..NONE }, None }
    OpenQasm { "openqasm", "OpenQASM", ["qasm"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &[], nested: false, spans: true, ..NONE }, None }
    OpenType { "opentype-feature-file", "OpenType Feature File", ["fea"], [], Lexis { line: &["#"], block: &[], quotes: &[], nested: false, spans: true, ..NONE }, None }
    Org { "org", "Org", ["org"], [], Lexis { line: &["# "], block: &[], quotes: &[], nested: false, spans: true, sections: &[("#+BEGIN_COMMENT", "#+END_COMMENT"), ("#+begin_comment", "#+end_comment")], ..NONE }, None }
    Oz { "oz", "Oz", ["oz"], [], Lexis { line: &["%"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    PacmanMakepkg { "pacman-s-makepkg", "Pacman's makepkg", [], ["pkgbuild"], Lexis { line: &["#"], block: &[], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    Pan { "pan", "Pan", ["pan", "tpl"], [], Lexis { line: &["#"], block: &[], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    Pascal { "pascal", "Pascal", ["pas"], [], Lexis { line: &["//"], block: &[("{", "}"), ("(*", "*)")], quotes: &["'"], nested: true, spans: true, ..NONE }, None }
    Perl { "perl", "Perl", ["pl", "pm", "plx", "psgi"], [], Lexis { line: &["#"], block: &[], quotes: &["\"", "'"], nested: false, spans: true, sections: &[("__END__", ""), ("__DATA__", ""), ("=pod", "=cut"), ("=head", "=cut"), ("=over", "=cut"), ("=item", "=cut"), ("=begin", "=cut"), ("=for", "=cut"), ("=encoding", "=cut")], ..NONE }, None }
    Pest { "pest", "Pest", ["pest"], [], Lexis { line: &["//"], block: &[], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    Phix { "phix", "Phix", ["e", "exw"], [], Lexis { line: &["--", "//", "#!"], block: &[("/*", "*/"), ("--/*", "--*/")], quotes: &["\"\"\"", "\"", "'", "`"], nested: true, spans: true, ..NONE }, None }
    PlantUml { "plantuml", "PlantUML", ["puml"], [], Lexis { line: &[], block: &[("/'", "'/")], quotes: &["\""], nested: true, spans: true, first: &["'"], ..NONE }, None }
    Po { "po-file", "PO File", ["po", "pot"], [], Lexis { line: &["#"], block: &[], quotes: &[], nested: false, spans: true, ..NONE }, None }
    Poke { "poke", "Poke", ["pk"], [], Lexis { line: &[], block: &[("/*", "*/")], quotes: &[], nested: false, spans: true, ..NONE }, None }
    Polly { "polly", "Polly", ["polly"], [], Lexis { line: &[], block: &[("<!--", "-->")], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    Pony { "pony", "Pony", ["pony"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    PostCss { "postcss", "PostCSS", ["pcss", "sss"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    PowerShell { "powershell", "PowerShell", ["ps1", "psm1", "psd1", "ps1xml", "cdxml", "pssc", "psc1"], [], Lexis { line: &["#"], block: &[("<#", "#>")], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    PRACTICE { "lauterbach-practice-script", "Lauterbach PRACTICE Script", ["cmm"], [], Lexis { line: &[";", "//"], block: &[], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    Processing { "processing", "Processing", ["pde"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    Prolog { "prolog", "Prolog", ["p", "pro"], [], Lexis { line: &["%"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    PSL { "psl-assertion", "PSL Assertion", ["psl"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    Pug { "pug", "Pug", ["pug"], [], Lexis { line: &[], block: &[], quotes: &[], nested: false, spans: true, indented: &["//"], ..NONE }, None }
    Puppet { "puppet", "Puppet", ["pp"], [], Lexis { line: &["#"], block: &[], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    PureScript { "purescript", "PureScript", ["purs"], [], Lexis { line: &["--"], block: &[("{-", "-}")], quotes: &[], nested: true, spans: true, ..NONE }, None }
    Pyret { "pyret", "Pyret", ["arr"], [], Lexis { line: &["#"], block: &[("#|", "|#")], quotes: &["\"", "'"], nested: true, spans: true, ..NONE }, None }
    PRQL { "prql", "PRQL", ["prql"], [], Lexis { line: &["#"], block: &[], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    Q { "q", "Q", ["q"], [], Lexis { line: &["/"], block: &[], quotes: &["\""], nested: true, spans: true, ..NONE }, None }
    Qcl { "qcl", "QCL", ["qcl"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    Qml { "qml", "QML", ["qml"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    R { "r", "R", ["r"], [], Lexis { line: &["#"], block: &[], quotes: &[], nested: false, spans: true, ..NONE }, None }
    Racket { "racket", "Racket", ["rkt", "scrbl"], [], Lexis { line: &[";"], block: &[("#|", "|#")], quotes: &[], nested: true, spans: true, ..NONE }, None }
    Raku { "raku", "Raku", ["raku", "rakumod", "rakutest", "pm6", "pl6", "p6"], [], Lexis { line: &["#"], block: &[("#|{", "}"), ("#|(", ")"), ("#={", "}"), ("#=(", ")"), ("#`(", ")"), ("#`[", "]"), ("#`{", "}"), ("#`｢", "｣")], quotes: &["\"", "'"], nested: true, spans: true, sections: &[("=begin", "=end")], ..NONE }, None }
    Razor { "razor", "Razor", ["cshtml", "razor"], [], Lexis { line: &["//"], block: &[("<!--", "-->"), ("@*", "*@"), ("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    Redscript { "redscript", "Redscript", ["reds"], [], Lexis { line: &["//", "///"], block: &[("/*", "*/")], quotes: &["\""], nested: true, spans: true, ..NONE }, None }
    Renpy { "ren-py", "Ren'Py", ["rpy"], [], Lexis { line: &["#"], block: &[], quotes: &["\"\"\"", "'''", "\"", "'", "`"], nested: false, spans: true, docs: &["\"\"\"", "'''"], ..NONE }, None }
    ReScript { "rescript", "ReScript", ["res", "resi"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    ReStructuredText { "restructuredtext", "ReStructuredText", ["rst"], [], Lexis { indented: &[".. ", "..\n", "..\r"], ..NONE }, None }
    Roc { "roc", "Roc", ["roc"], [], Lexis { line: &["#"], block: &[], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    RON { "rusty-object-notation", "Rusty Object Notation", ["ron"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: true, spans: true, ..NONE }, None }
    RPMSpecfile { "rpm-specfile", "RPM Specfile", ["spec"], [], Lexis { line: &["#"], block: &[], quotes: &[], nested: false, spans: true, ..NONE }, None }
    RubyHtml { "ruby-html", "Ruby HTML", ["rhtml", "erb"], [], Lexis { line: &[], block: &[("<!--", "-->")], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    Scheme { "scheme", "Scheme", ["scm", "ss"], [], Lexis { line: &[";"], block: &[("#|", "|#")], quotes: &[], nested: true, spans: true, ..NONE }, None }
    Scons { "scons", "Scons", [], ["sconstruct", "sconscript"], Lexis { line: &["#"], block: &[], quotes: &["\"\"\"", "'''", "\"", "'"], nested: false, spans: true, docs: &["\"\"\"", "'''"], ..NONE }, None }
    ShaderLab { "shaderlab", "ShaderLab", ["shader", "cginc"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    SIL { "sil", "SIL", ["sil"], [], Lexis { line: &["//"], block: &[("/*", "*/"), ("/+", "+/")], quotes: &["\"", "'", "`"], nested: false, spans: true, ..NONE }, None }
    Slang { "slang", "Slang", ["slang"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    Sml { "standard-ml-sml", "Standard ML (SML)", ["sml"], [], Lexis { line: &[], block: &[("(*", "*)")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    Smalltalk { "smalltalk", "Smalltalk", ["st", "cs.st", "pck.st"], [], Lexis { line: &[], block: &[("\"", "\"")], quotes: &["'"], nested: false, spans: true, ..NONE }, None }
    Snakemake { "snakemake", "Snakemake", ["smk", "rules"], ["snakefile"], Lexis { line: &["#"], block: &[], quotes: &["\"\"\"", "'''", "\"", "'"], nested: false, spans: true, docs: &["\"\"\"", "'''"], ..NONE }, None }
    Solidity { "solidity", "Solidity", ["sol"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    Spice { "spice-netlist", "Spice Netlist", ["ckt"], [], Lexis { line: &["*"], block: &[], quotes: &[], nested: false, spans: true, ..NONE }, None }
    Sqf { "sqf", "SQF", ["sqf"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    SRecode { "srecode-template", "SRecode Template", ["srt"], [], Lexis { line: &[";;"], block: &[], quotes: &[], nested: false, spans: true, ..NONE }, None }
    Stan { "stan", "Stan", ["stan"], [], Lexis { line: &["//", "#"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    Stata { "stata", "Stata", ["do"], [], Lexis { line: &["//", "*"], block: &[("/*", "*/")], quotes: &[], nested: false, spans: true, ..NONE }, None }
    Stratego { "stratego-xt", "Stratego/XT", ["str"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    Stylus { "stylus", "Stylus", ["styl"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    Svelte { "svelte", "Svelte", ["svelte"], [], Lexis { line: &[], block: &[("<!--", "-->")], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    Svg { "svg", "SVG", ["svg"], [], Lexis { line: &[], block: &[("<!--", "-->")], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    Swig { "swig", "SWIG", ["swg", "i"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: true, spans: true, ..NONE }, None }
    SystemVerilog { "systemverilog", "SystemVerilog", ["sv", "svh"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    Slint { "slint", "Slint", ["slint"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    Tact { "tact", "Tact", ["tact"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    Tcl { "tcl", "TCL", ["tcl"], [], Lexis { line: &["#"], block: &[], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    Tera { "tera", "Tera", ["tera"], [], Lexis { line: &[], block: &[("<!--", "-->"), ("{#", "#}")], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    Templ { "templ", "Templ", ["templ", "tmpl"], [], Lexis { line: &["//"], block: &[("<!--", "-->"), ("/*", "*/")], quotes: &["\"", "'", "`"], nested: false, spans: true, ..NONE }, None }
    Tex { "tex", "TeX", ["tex", "sty"], [], Lexis { line: &["%"], block: &[], quotes: &[], nested: false, spans: true, ..NONE }, None }
    Thrift { "thrift", "Thrift", ["thrift"], [], Lexis { line: &["#", "//"], block: &[("/*", "*/")], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    Ttcn { "ttcn-3", "TTCN-3", ["ttcn", "ttcn3", "ttcnpp"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    Twig { "twig", "Twig", ["twig"], [], Lexis { line: &[], block: &[("<!--", "-->"), ("{#", "#}")], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    Typst { "typst", "Typst", ["typ"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: true, spans: true, ..NONE }, None }
    Uiua { "uiua", "Uiua", ["ua"], [], Lexis { line: &["#"], block: &[], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    UMPL { "umpl", "UMPL", ["umpl"], [], Lexis { line: &["!"], block: &[], quotes: &["`"], nested: false, spans: true, ..NONE }, None }
    Unison { "unison", "Unison", ["u"], [], Lexis { line: &["--"], block: &[("{-", "-}")], quotes: &["\""], nested: true, spans: true, ..NONE }, None }
    UnrealDeveloperMarkdown { "unreal-markdown", "Unreal Markdown", ["udn"], [], NONE, None }
    UnrealPlugin { "unreal-plugin", "Unreal Plugin", ["uplugin"], [], NONE, None }
    UnrealProject { "unreal-project", "Unreal Project", ["uproject"], [], NONE, None }
    UnrealScript { "unreal-script", "Unreal Script", ["uc", "uci", "upkg"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    UnrealShader { "unreal-shader", "Unreal Shader", ["usf"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    UnrealShaderHeader { "unreal-shader-header", "Unreal Shader Header", ["ush"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    UrWeb { "ur-web", "Ur/Web", ["ur", "urs"], [], Lexis { line: &[], block: &[("(*", "*)")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    UrWebProject { "ur-web-project", "Ur/Web Project", ["urp"], [], Lexis { line: &["#"], block: &[], quotes: &[], nested: false, spans: true, ..NONE }, None }
    Vala { "vala", "Vala", ["vala"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    VB6 { "vb6-vba", "VB6/VBA", ["frm", "bas", "cls", "ctl", "dsr", "vba"], [], Lexis { line: &["'"], block: &[], quotes: &[], nested: false, spans: true, first: &["Rem"], ..NONE }, None }
    VBScript { "vbscript", "VBScript", ["vbs"], [], Lexis { line: &["'"], block: &[], quotes: &[], nested: false, spans: true, first: &["REM"], ..NONE }, None }
    Velocity { "apache-velocity", "Apache Velocity", ["vm"], [], Lexis { line: &["##"], block: &[("#*", "*#")], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    Verilog { "verilog", "Verilog", ["vg", "vh"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    VerilogArgsFile { "verilog-args-file", "Verilog Args File", ["irunargs", "xrunargs"], [], NONE, None }
    Vhdl { "vhdl", "VHDL", ["vhd", "vhdl"], [], Lexis { line: &["--"], block: &[("/*", "*/")], quotes: &[], nested: false, spans: true, ..NONE }, None }
    Virgil { "virgil", "Virgil", ["v3"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    VisualBasic { "visual-basic", "Visual Basic", ["vb", "vbhtml"], [], Lexis { line: &["'"], block: &[], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    VisualStudioProject { "visual-studio-project", "Visual Studio Project", ["vcproj", "vcxproj"], [], Lexis { line: &[], block: &[("<!--", "-->")], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    VisualStudioSolution { "visual-studio-solution", "Visual Studio Solution", ["sln"], [], Lexis { first: &["#"], ..NONE }, None }
    VimScript { "vim-script", "Vim Script", ["vim"], [], Lexis { line: &["\""], block: &[], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    WebAssembly { "webassembly", "WebAssembly", ["wat", "wast"], [], Lexis { line: &[";;"], block: &[], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    WenYan { "the-wenyan-programming-language", "The WenYan Programming Language", ["wy"], [], Lexis { line: &[], block: &[("批曰。「「", "」」。"), ("疏曰。「「", "」」。"), ("批曰。", "。"), ("疏曰。", "。")], quotes: &[], nested: false, spans: true, ..NONE }, None }
    WGSL { "webgpu-shader-language", "WebGPU Shader Language", ["wgsl"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &[], nested: true, spans: true, ..NONE }, None }
    Wolfram { "wolfram", "Wolfram", ["nb", "wl", "wlt", "wls", "mathematica"], [], Lexis { line: &[], block: &[("(*", "*)")], quotes: &["\""], nested: true, spans: true, ..NONE }, None }
    Xaml { "xaml", "XAML", ["xaml"], [], Lexis { line: &[], block: &[("<!--", "-->")], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    XcodeConfig { "xcode-config", "Xcode Config", ["xcconfig"], [], Lexis { line: &["//"], block: &[], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    XSL { "xsl", "XSL", ["xslt"], [], Lexis { line: &[], block: &[("<!--", "-->")], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    Xtend { "xtend", "Xtend", ["xtend"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["'''", "\"", "'"], nested: false, spans: true, ..NONE }, None }
    ZenCode { "zencode", "ZenCode", ["zs"], [], Lexis { line: &["//", "#"], block: &[("/*", "*/")], quotes: &["\"", "'"], nested: false, spans: true, ..NONE }, None }
    Zig { "zig", "Zig", ["zig"], [], Lexis { line: &["//"], block: &[], quotes: &["\""], nested: false, spans: true, ..NONE }, None }
    Zokrates { "zokrates", "ZoKrates", ["zok"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &[], nested: false, spans: true, ..NONE }, None }
    GdShader { "gdshader", "GDShader", ["gdshader"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &[], nested: false, spans: true, ..NONE }, None }
    // Counted by their delimiters too; these facts are from the languages' own
    // documentation.
    Al { "al", "AL", ["al"], [], C_STYLE, None }
    AnsProlog { "ansprolog", "AnsProlog", ["lp"], [], Lexis { line: &["%", "//"], block: &[("%*", "*%")], ..NONE }, None }
    Antlr { "antlr", "ANTLR", ["g4", "g"], [], C_STYLE, None }
    Apex { "apex", "Apex", ["apex"], [], C_STYLE, None }
    AppleScript { "applescript", "AppleScript", ["applescript"], [], Lexis { line: &["--", "#"], block: &[("(*", "*)")], quotes: &["\""], nested: true, ..NONE }, None }
    Aria { "aria", "Aria", ["aria"], [], HASH, None }
    Asymptote { "asymptote", "Asymptote", ["asy"], [], C_STYLE, None }
    Beluga { "beluga", "Beluga", ["bel"], [], Lexis { line: &["%"], block: &[("%{", "}%")], ..NONE }, None }
    BizTalk { "biztalk", "BizTalk Orchestration", ["odx"], [], Lexis { first: &["#"], ..MARKUP }, None }
    Blueprint { "blueprint", "Blueprint", ["blp"], [], C_STYLE, None }
    Cadence { "cadence", "Cadence", ["cdc"], [], RUST_STYLE, None }
    Cake { "cake", "Cake", ["cake"], [], C_STYLE, None }
    Carbon { "carbon", "Carbon", ["carbon"], [], C_STYLE, None }
    Civet { "civet", "Civet", ["civet"], [], Lexis { block: &[("###", "###"), ("/*", "*/")], line: &["//"], quotes: &["\"\"\"", "\"", "'", "`"], ..NONE }, None }
    Clarity { "clarity", "Clarity", ["clar"], [], Lexis { line: &[";;"], quotes: &["\""], ..NONE }, None }
    Clean { "clean", "Clean", ["icl", "dcl"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], nested: true, ..NONE }, None }
    CoCoA { "cocoa5", "CoCoA", ["cocoa5", "cpkg5"], [], Lexis { line: &["--", "//"], block: &[("/*", "*/")], quotes: &["\""], ..NONE }, None }
    ConstraintGrammar { "constraint-grammar", "Constraint Grammar", ["cg3", "rlx"], [], Lexis { line: &["#"], quotes: &["\""], ..NONE }, None }
    Dafny { "dafny", "Dafny", ["dfy"], [], Lexis { quotes: &["\""], nested: true, ..C_STYLE }, None }
    DenizenScript { "denizenscript", "DenizenScript", ["dsc"], [], Lexis { line: &["#"], ..NONE }, None }
    Derw { "derw", "Derw", ["derw"], [], Lexis { line: &["--"], block: &[("{-", "-}")], quotes: &["\""], nested: true, ..NONE }, None }
    Diet { "diet", "DIET", ["dt"], [], Lexis { indented: &["//"], ..NONE }, None }
    DotNetIl { "dotnet-il", ".NET IL", [], [], C_STYLE, None }
    Drools { "drools", "Drools", ["drl"], [], C_STYLE, None }
    Ecpp { "ecpp", "ECPP", ["ecpp"], [], Lexis { block: &[("<%doc>", "</%doc>"), ("<#", "#>"), ("<!--", "-->")], ..NONE }, None }
    Ejs { "ejs", "EJS", ["ejs"], [], Lexis { block: &[("<%#", "%>"), ("<!--", "-->")], ..NONE }, None }
    EmbeddedCrystal { "embedded-crystal", "Embedded Crystal", ["ecr"], [], Lexis { block: &[("<%#", "%>"), ("<!--", "-->")], ..NONE }, None }
    FiniteState { "finite-state", "Finite State Language", ["fsl", "jssm"], [], C_STYLE, None }
    Focus { "focus", "Focus", ["focexec"], [], Lexis { first: &["-*"], ..NONE }, None }
    ForgeConfig { "forge-config", "Forge Config", [], [], Lexis { first: &["#", "~"], ..NONE }, None }
    Gencat { "gencat", "Message catalogue", ["msg"], [], Lexis { first: &["$ ", "$\t"], ..NONE }, None }
    GodotScene { "godot-scene", "Godot Scene", ["tscn", "tres"], [], Lexis { first: &[";"], quotes: &["\""], spans: true, ..NONE }, None }
    Heex { "heex", "HTML EEx", ["heex", "eex", "leex"], [], Lexis { block: &[("<%!--", "--%>"), ("<%#", "%>"), ("<% #", "%>"), ("<!--", "-->")], ..NONE }, None }
    Hoon { "hoon", "Hoon", ["hoon"], [], Lexis { line: &["::", ":>", ":<"], ..NONE }, None }
    Idl { "idl", "IDL", ["idl", "dlm"], [], Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\""], first: &[";"], ..NONE }, None }
    Igor { "igor", "Igor Pro", ["ipf"], [], Lexis { line: &["//"], quotes: &["\""], ..NONE }, None }
    Imba { "imba", "Imba", ["imba"], [], Lexis { line: &["# ", "#\t", "#\n", "#\r"], block: &[("###", "###")], quotes: &["\"", "'", "`"], ..NONE }, None }
    Ipl { "ipl", "IPL", ["ipl"], [], C_STYLE, None }
    Json5 { "json5", "JSON5", ["json5", "jsonc", "code-workspace"], [], C_STYLE, None }
    Junos { "junos", "Junos", ["junos"], [], Lexis { line: &["#"], block: &[("/*", "*/")], quotes: &["\""], ..NONE }, None }
    Lem { "lem", "Lem", ["lem"], [], Lexis { block: &[("(*", "*)")], quotes: &["\""], nested: true, ..NONE }, None }
    Lfe { "lfe", "LFE", ["lfe"], [], Lexis { line: &[";"], block: &[("#|", "|#")], quotes: &["\""], spans: true, ..NONE }, None }
    LiterateHaskell { "literate-haskell", "Literate Haskell", ["lhs", "lhs-boot", "lidr"], [], Lexis { literate: true, ..NONE }, None }
    Logos { "logos", "Logos", ["xm"], [], Lexis { first: &["# ", "#\t"], ..C_STYLE }, None }
    Luau { "luau", "Luau", ["luau"], [], LUA_STYLE, None }
    Magik { "magik", "Magik", ["magik"], [], Lexis { line: &["#"], quotes: &["\""], ..NONE }, None }
    Mako { "mako", "Mako", ["mako", "mao"], [], Lexis { first: &["##"], block: &[("<%doc>", "</%doc>")], ..NONE }, None }
    Matlab { "matlab", "MATLAB", ["matlab"], [], Lexis { line: &["%"], sections: &[("%{", "%}")], ..NONE }, None }
    MessageFile { "message-file", "Windows Message File", [], [], Lexis { first: &[";//", "; //"], block: &[(";/*", "*/"), ("; /*", "*/"), ("/*", "*/")], ..NONE }, None }
    Mojom { "mojom", "Mojom", ["mojom"], [], C_STYLE, None }
    Mumps { "mumps", "MUMPS", ["mps"], [], Lexis { line: &[";"], raw: &[("\"", "\"")], ..NONE }, None }
    NetLogo { "netlogo", "NetLogo", ["nlogo", "nls"], [], Lexis { line: &[";"], quotes: &["\""], ..NONE }, None }
    Nickel { "nickel", "Nickel", ["ncl"], [], Lexis { line: &["#"], quotes: &["\""], ..NONE }, None }
    Nuon { "nuon", "Nushell Object Notation", ["nuon"], [], HASH, None }
    P4 { "p4", "P4", ["p4"], [], C_STYLE, None }
    Peg { "peg", "PEG", ["peg", "peggy", "pegjs", "tspeg", "jspeg"], [], C_STYLE, None }
    Pek { "pek", "Pek", ["pek"], [], C_STYLE, None }
    PigLatin { "pig", "Pig Latin", ["pig"], [], Lexis { line: &["--"], block: &[("/*", "*/")], quotes: &["'"], ..NONE }, None }
    Pkl { "pkl", "Pkl", ["pkl"], [], Lexis { quotes: &["\"\"\"", "\""], nested: true, ..C_STYLE }, None }
    PlI { "pl-i", "PL/I", ["pl1", "pli"], [], Lexis { block: &[("/*", "*/")], raw: &[("'", "'")], ..NONE }, None }
    PlM { "pl-m", "PL/M", ["plm"], [], Lexis { block: &[("/*", "*/")], raw: &[("'", "'")], ..NONE }, None }
    PlSql { "pl-sql", "PL/SQL", ["pls", "plsql", "pkb", "pks", "pck", "bdy", "spc", "fnc", "prc", "trg"], [], Lexis { line: &["--"], block: &[("/*", "*/")], raw: &[("'", "'")], ..NONE }, None }
    Prisma { "prisma", "Prisma", ["prisma"], [], Lexis { line: &["//"], quotes: &["\""], ..NONE }, None }
    ProGuard { "proguard", "ProGuard", [], [], Lexis { line: &["#"], ..NONE }, None }
    QtLinguist { "qt-linguist", "Qt Linguist", [], [], MARKUP, None }
    Quxlang { "quxlang", "Quxlang", ["qxs"], [], Lexis { line: &["//"], block: &[("DOC <$", "$>"), ("DOC<$", "$>")], quotes: &["\""], ..NONE }, None }
    Raml { "raml", "RAML", ["raml"], [], HASH, None }
    ReasonMl { "reason", "Reason", ["re", "rei"], [], Lexis { quotes: &["\""], nested: true, ..C_STYLE }, None }
    ResourceFile { "resource-file", "Windows Resource File", ["rc", "rc2"], [], Lexis { quotes: &["\""], ..C_STYLE }, None }
    Rhai { "rhai", "Rhai", ["rhai"], [], Lexis { nested: true, ..JS_STYLE }, None }
    Ring { "ring", "Ring", ["ring", "rform"], [], Lexis { line: &["//", "#"], ..C_STYLE }, None }
    Robot { "robot", "Robot Framework", ["robot"], [], Lexis { first: &["#", "Comment"], ..NONE }, None }
    SaltStack { "saltstack", "SaltStack", ["sls"], [], HASH, None }
    Sema { "sema", "Sema", ["sema"], [], Lexis { line: &[";"], block: &[("#|", "|#")], quotes: &["\""], ..NONE }, None }
    Skill { "skill", "SKILL", ["il"], [], Lexis { line: &[";"], block: &[("/*", "*/")], quotes: &["\""], ..NONE }, None }
    Slim { "slim", "Slim", ["slim"], [], Lexis { indented: &["/"], ..NONE }, None }
    Smarty { "smarty", "Smarty", ["smarty"], [], Lexis { block: &[("{*", "*}"), ("<!--", "-->")], ..NONE }, None }
    SparForte { "sparforte", "SparForte", ["sp"], [], Lexis { line: &["--"], first: &["#!"], raw: &[("\"", "\"")], ..NONE }, None }
    Specman { "specman", "Specman e", [], [], Lexis { line: &["--", "//"], block: &[("/*", "*/")], quotes: &["\""], ..NONE }, None }
    Squirrel { "squirrel", "Squirrel", ["nut"], [], Lexis { line: &["//", "#"], ..C_STYLE }, None }
    SurrealQl { "surrealql", "SurrealQL", ["surql"], [], Lexis { line: &["--", "//", "#"], ..C_STYLE }, None }
    Teal { "teal", "TEAL", ["teal"], [], Lexis { line: &["//"], quotes: &["\""], ..NONE }, None }
    TlaPlus { "tla", "TLA+", ["tla"], [], Lexis { line: &["\\*"], block: &[("(*", "*)")], quotes: &["\""], nested: true, ..NONE }, None }
    Tnsdl { "tnsdl", "TNSDL", ["sdl"], [], Lexis { raw: &[("'", "'")], quotes: &[], ..C_STYLE }, None }
    Umka { "umka", "Umka", ["um"], [], C_STYLE, None }
    Vyper { "vyper", "Vyper", ["vy", "vyi"], [], Lexis { docs: &["\"\"\"", "'''"], quotes: &["\"\"\"", "'''", "\"", "'"], ..HASH }, None }
    WindowsInf { "windows-inf", "Windows INF", ["inf"], [], Lexis { line: &[";"], quotes: &["\""], ..NONE }, None }
    Wren { "wren", "Wren", ["wren"], [], Lexis { quotes: &["\""], nested: true, ..C_STYLE }, None }
    XBase { "xbase", "xBase", ["prg", "prw"], [], Lexis { line: &["//", "&&"], block: &[("/*", "*/")], first: &["*", "NOTE"], raw: &[("'", "'"), ("\"", "\"")], ..NONE }, None }
    XPlusPlus { "x++", "X++", ["xpo"], [], Lexis { line: &["//"], block: &[("/*", "*/")], first: &["#//", "# //", "#  //", "#    //"], quotes: &["\""], ..NONE }, None }
    XQuery { "xquery", "XQuery", ["xq", "xql", "xqm", "xqy", "xquery"], [], Lexis { block: &[("(:", ":)")], quotes: &["\""], nested: true, spans: true, ..NONE }, None }
    Yang { "yang", "YANG", ["yang"], [], Lexis { quotes: &["\""], spans: true, ..C_STYLE }, None }
    Yarn { "yarn", "Yarn", ["yarn"], [], Lexis { first: &["//"], ..NONE }, None }
    Jcl { "jcl", "JCL", ["jcl"], [], Lexis { first: &["//*"], ..NONE }, None }
    Mxml { "mxml", "MXML", ["mxml"], [], Lexis { block: &[("<!--", "-->"), ("/*", "*/")], first: &["//"], ..NONE }, None }
}
