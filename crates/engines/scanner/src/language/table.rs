//! The table of languages. Adding one is a variant, a row, and (for more than
//! line counts) a [`Grammar`](super::Grammar) in [`super::grammar`].

use super::grammar;
use super::{Lexis, Spec};

macro_rules! languages {
    ($( $variant:ident { $id:literal, $name:literal, [$($ext:literal),*], [$($file:literal),*], $lexis:expr, $grammar:expr } )*) => {
        /// A language the engine can tell apart. The order is part of the
        /// stored form of reports: append, never reorder.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
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

const C_STYLE: Lexis =
    Lexis { line: &["//"], block: &[("/*", "*/")], quotes: &["\"", "'"], nested: false };
const JS_STYLE: Lexis = Lexis { quotes: &["\"", "'", "`"], ..C_STYLE };
const RUST_STYLE: Lexis = Lexis { quotes: &["\""], nested: true, ..C_STYLE };
const HASH: Lexis = Lexis { line: &["#"], block: &[], quotes: &["\"", "'"], nested: false };
const PYTHON_STYLE: Lexis = Lexis { block: &[("\"\"\"", "\"\"\""), ("'''", "'''")], ..HASH };
const MARKUP: Lexis = Lexis { line: &[], block: &[("<!--", "-->")], quotes: &[], nested: false };
const NONE: Lexis = Lexis { line: &[], block: &[], quotes: &[], nested: false };
const CSS_STYLE: Lexis = Lexis { line: &[], ..C_STYLE };
const SQL_STYLE: Lexis = Lexis { line: &["--"], ..C_STYLE };
const LUA_STYLE: Lexis =
    Lexis { line: &["--"], block: &[("--[[", "]]")], quotes: &["\"", "'"], nested: false };
const PHP_STYLE: Lexis = Lexis { line: &["//", "#"], ..C_STYLE };
const FORTRAN_STYLE: Lexis =
    Lexis { line: &["!"], block: &[], quotes: &["\"", "'"], nested: false };
const INI_STYLE: Lexis = Lexis { line: &["#", ";"], block: &[], quotes: &[], nested: false };

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
}
