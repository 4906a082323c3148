//! A small tokenizer for colours: comments, strings, numbers, key words,
//! types and calls of common languages. It never fails and never looks back,
//! so its cost is linear; what it does not know stays plain.

/// Texts above this many bytes, and lines above [`LONG_LINE`], stay plain.
const LONG_TEXT: usize = 1 << 20;
/// See [`LONG_TEXT`].
const LONG_LINE: usize = 4_000;

/// A language whose words we know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names of the languages")]
pub enum Language {
    Rust,
    Python,
    JavaScript,
    Java,
    C,
    Go,
    Shell,
    Ruby,
    Php,
    Sql,
    Config,
    Json,
    Css,
    Markup,
}

impl Language {
    /// The language of a file, by its name.
    #[must_use]
    pub fn of_path(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path);
        match name {
            "Dockerfile" | "Makefile" | "Containerfile" | ".bashrc" | ".profile" => {
                return Some(Self::Shell);
            }
            "Gemfile" | "Rakefile" => return Some(Self::Ruby),
            "Jenkinsfile" => return Some(Self::Java),
            ".gitignore" | ".editorconfig" | ".gitattributes" | "Cargo.lock" => {
                return Some(Self::Config);
            }
            _ => {}
        }
        Self::of_name(name.rsplit_once('.')?.1)
    }

    /// The language of a word such as `rs`, `rust` or `python`.
    #[must_use]
    pub fn of_name(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "rs" | "rust" => Self::Rust,
            "py" | "pyi" | "python" | "python3" => Self::Python,
            "js" | "jsx" | "mjs" | "cjs" | "ts" | "tsx" | "mts" | "javascript" | "typescript"
            | "vue" | "svelte" => Self::JavaScript,
            "java" | "kt" | "kts" | "scala" | "cs" | "groovy" | "gradle" | "swift" | "dart"
            | "kotlin" | "csharp" => Self::Java,
            "c" | "h" | "cc" | "cpp" | "cxx" | "hpp" | "hh" | "hxx" | "c++" | "m" | "mm"
            | "proto" => Self::C,
            "go" | "golang" => Self::Go,
            "sh" | "bash" | "zsh" | "shell" | "console" | "mk" | "dockerfile" | "fish" | "ps1" => {
                Self::Shell
            }
            "rb" | "ruby" | "lua" => Self::Ruby,
            "php" => Self::Php,
            "sql" => Self::Sql,
            "toml" | "yaml" | "yml" | "ini" | "cfg" | "conf" | "properties" | "ftl" => Self::Config,
            "json" | "jsonc" | "json5" | "sarif" => Self::Json,
            "css" | "scss" | "less" => Self::Css,
            "html" | "htm" | "xml" | "svg" | "xhtml" | "pom" => Self::Markup,
            _ => return None,
        })
    }

    const fn syntax(self) -> Syntax {
        let c_like = Syntax {
            words: "",
            line: &["//"],
            block: Some(("/*", "*/")),
            long: &[],
            single: Single::Text,
            calls: true,
            folded: false,
        };
        match self {
            Self::Rust => Syntax {
                words: " as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move mut pub ref return self Self static struct super trait true type union unsafe use where while yield ",
                single: Single::Char,
                ..c_like
            },
            Self::Python => Syntax {
                words: " False None True and as assert async await break case class continue def del elif else except finally for from global if import in is lambda match nonlocal not or pass raise return try while with yield self ",
                line: &["#"],
                block: None,
                long: &["\"\"\"", "'''"],
                ..c_like
            },
            Self::JavaScript => Syntax {
                words: " abstract any as async await boolean break case catch class const constructor continue debugger declare default delete do else enum export extends false finally for from function get if implements import in infer instanceof interface is keyof let namespace never new null number of private protected public readonly return satisfies set static string super switch symbol this throw true try type typeof undefined unknown var void while with yield ",
                long: &["`"],
                ..c_like
            },
            Self::Java => Syntax {
                words: " abstract as assert async await base bool boolean break byte case catch char class const continue data decimal def default do double else enum export extends extension false final finally float for foreach fun func get goto guard if implements import in init instanceof int interface internal is let lock long namespace native new null object open operator out override package params private protected public readonly record ref return sbyte sealed self set short static strictfp string struct super suspend switch synchronized this throw throws trait transient true try typeof uint ulong using val var virtual void volatile when where while yield ",
                long: &["\"\"\""],
                ..c_like
            },
            Self::C => Syntax {
                words: " alignas alignof auto bool break case catch char class co_await co_return co_yield concept const consteval constexpr constinit const_cast continue decltype default delete do double dynamic_cast else enum explicit export extern false final float for friend goto if inline int long mutable namespace new noexcept nullptr NULL operator override private protected public register reinterpret_cast requires restrict return short signed sizeof static static_assert static_cast struct switch template this thread_local throw true try typedef typeid typename union unsigned using virtual void volatile while #include #define #ifdef #ifndef #if #else #elif #endif #pragma #undef #error ",
                ..c_like
            },
            Self::Go => Syntax {
                words: " break case chan const continue default defer else fallthrough for func go goto if import interface map package range return select struct switch type var nil true false iota any string int int8 int16 int32 int64 uint uint8 uint16 uint32 uint64 uintptr byte rune bool error float32 float64 make new append len cap ",
                long: &["`"],
                ..c_like
            },
            Self::Shell => Syntax {
                words: " if then else elif fi for in do done while until case esac function return exit local export readonly declare set unset shift source trap eval exec FROM RUN COPY ADD CMD ENTRYPOINT ENV ARG WORKDIR EXPOSE USER VOLUME LABEL ",
                line: &["#"],
                block: None,
                calls: false,
                ..c_like
            },
            Self::Ruby => Syntax {
                words: " alias and begin break case class def defined do else elsif end ensure false for function if in local module next nil not or redo repeat require rescue retry return self super then true undef unless until when while yield ",
                line: &["#", "--"],
                block: None,
                ..c_like
            },
            Self::Php => Syntax {
                words: " abstract and array as break callable case catch class clone const continue declare default do echo else elseif empty enum extends false final finally fn for foreach function global goto if implements include instanceof interface isset list match namespace new null or print private protected public readonly require require_once return static switch this throw trait true try unset use var while xor yield ",
                line: &["//", "#"],
                ..c_like
            },
            Self::Sql => Syntax {
                words: " add all alter and as asc begin between by case check column commit constraint create default delete desc distinct drop else end exists foreign from full group having if in index inner insert into is join key left like limit not null offset on or order outer primary references returning right rollback select set table then union unique update using values view when where with integer text bigint varchar boolean timestamp ",
                line: &["--"],
                folded: true,
                ..c_like
            },
            Self::Config => Syntax {
                words: " true false null yes no on off ",
                line: &["#", ";"],
                block: None,
                calls: false,
                ..c_like
            },
            Self::Json => Syntax { words: " true false null ", calls: false, ..c_like },
            Self::Css => Syntax {
                words: " important inherit initial unset none auto @media @layer @import @supports @keyframes @font-face @container ",
                line: &[],
                ..c_like
            },
            Self::Markup => Syntax {
                words: "",
                line: &[],
                block: Some(("<!--", "-->")),
                single: Single::Plain,
                calls: false,
                ..c_like
            },
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Single {
    /// `'text'` is a string.
    Text,
    /// `'c'` is a character, `'a` alone is not.
    Char,
    /// `'` means nothing.
    Plain,
}

#[derive(Clone, Copy)]
struct Syntax {
    /// Key words between blanks.
    words: &'static str,
    line: &'static [&'static str],
    block: Option<(&'static str, &'static str)>,
    /// Quotes of strings that may span lines.
    long: &'static [&'static str],
    single: Single,
    /// A name before a parenthesis is a call.
    calls: bool,
    /// Key words in any case.
    folded: bool,
}

/// Every line of `text` as HTML: escaped, with `<span class>` around what has
/// a colour. The classes are `k` key word, `s` string, `c` comment, `n`
/// number, `t` type, `f` call.
#[must_use]
pub fn highlight(language: Option<Language>, text: &str) -> Vec<String> {
    let mut painter = Painter {
        syntax: language.filter(|_| text.len() <= LONG_TEXT).map(Language::syntax),
        inside: None,
    };
    text.lines().map(|line| painter.line(line)).collect()
}

struct Painter {
    syntax: Option<Syntax>,
    /// The end of a comment or string that began on an earlier line.
    inside: Option<(&'static str, char)>,
}

impl Painter {
    fn line(&mut self, line: &str) -> String {
        let mut out = String::with_capacity(line.len() + line.len() / 2);
        let Some(syntax) = self.syntax.filter(|_| line.len() <= LONG_LINE) else {
            escape(&mut out, line);
            return out;
        };
        let mut rest = line;
        if let Some((end, class)) = self.inside {
            let Some(stop) = rest.find(end) else {
                span(&mut out, class, rest);
                return out;
            };
            let (inside, after) = rest.split_at(stop + end.len());
            span(&mut out, class, inside);
            self.inside = None;
            rest = after;
        }
        while let Some(first) = rest.chars().next() {
            let taken = self.token(&syntax, &mut out, rest, first, out_is_start(line, rest));
            rest = &rest[taken..];
        }
        out
    }

    /// Writes the token at the start of `rest` and says how long it was.
    fn token(
        &mut self,
        syntax: &Syntax,
        out: &mut String,
        rest: &str,
        first: char,
        fresh: bool,
    ) -> usize {
        if let Some((open, close)) = syntax.block
            && rest.starts_with(open)
        {
            return self.until(out, rest, open.len(), close, 'c');
        }
        // A `#` or `;` in the middle of a word is no comment.
        if fresh && syntax.line.iter().any(|mark| rest.starts_with(mark)) && !rest.starts_with("#[")
        {
            let directive = syntax.words.contains("#include");
            if !(directive && first == '#') {
                span(out, 'c', rest);
                return rest.len();
            }
        }
        for quote in syntax.long {
            if rest.starts_with(quote) {
                return self.until(out, rest, quote.len(), quote, 's');
            }
        }
        match first {
            '"' => return string(out, rest, '"'),
            '\'' if syntax.single == Single::Text => return string(out, rest, '\''),
            '\'' if syntax.single == Single::Char => {
                let mut next = rest.chars().skip(1);
                let one = next.next();
                if one == Some('\\') || next.next() == Some('\'') {
                    return string(out, rest, '\'');
                }
            }
            _ => {}
        }
        if first.is_ascii_digit() {
            let end = rest
                .find(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '_'))
                .unwrap_or(rest.len());
            span(out, 'n', &rest[..end]);
            return end;
        }
        if first.is_alphabetic() || matches!(first, '_' | '#' | '@' | '$') {
            return word(syntax, out, rest, first);
        }
        escape(out, &rest[..first.len_utf8()]);
        first.len_utf8()
    }

    fn until(
        &mut self,
        out: &mut String,
        rest: &str,
        open: usize,
        close: &'static str,
        class: char,
    ) -> usize {
        if let Some(end) = rest[open..].find(close) {
            let end = open + end + close.len();
            span(out, class, &rest[..end]);
            return end;
        }
        self.inside = Some((close, class));
        span(out, class, rest);
        rest.len()
    }
}

/// May a comment mark stand here: at the start of the line or after a blank
/// or a bracket?
fn out_is_start(line: &str, rest: &str) -> bool {
    let before = &line[..line.len() - rest.len()];
    before.chars().next_back().is_none_or(|c| c.is_whitespace() || "(){};,".contains(c))
        || rest.starts_with("//")
        || rest.starts_with("/*")
}

fn string(out: &mut String, rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (place, c) in rest.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == quote {
            span(out, 's', &rest[..=place]);
            return place + 1;
        }
    }
    span(out, 's', rest);
    rest.len()
}

fn word(syntax: &Syntax, out: &mut String, rest: &str, first: char) -> usize {
    let end = rest
        .char_indices()
        .skip(1)
        .find(|(_, c)| !(c.is_alphanumeric() || *c == '_' || (*c == '-' && !syntax.calls)))
        .map_or(rest.len(), |(place, _)| place);
    let text = &rest[..end];
    let key = if syntax.folded {
        syntax.words.contains(&format!(" {} ", text.to_ascii_lowercase()))
    } else {
        syntax.words.contains(&format!(" {text} "))
    };
    if key {
        span(out, 'k', text);
    } else if syntax.calls && first.is_uppercase() {
        span(out, 't', text);
    } else if syntax.calls && rest[end..].starts_with('(') {
        span(out, 'f', text);
    } else {
        escape(out, text);
    }
    end
}

fn span(out: &mut String, class: char, text: &str) {
    out.push_str("<span class=\"");
    out.push(class);
    out.push_str("\">");
    escape(out, text);
    out.push_str("</span>");
}

fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // Turned text can make code read as what it is not.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                out.push_str("<span class=\"badge tone-warn\">U+");
                out.push_str(&format!("{:04X}", u32::from(c)));
                out.push_str("</span>");
            }
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Language, highlight};

    fn first(language: Language, text: &str) -> String {
        highlight(Some(language), text).join("\n")
    }

    #[test]
    fn colours_tokens_and_escapes() {
        insta::assert_snapshot!(first(Language::Rust, "let x: Vec<'a> = f(\"<b>\", 'c', 0xff); // done"), @r#"<span class="k">let</span> x: <span class="t">Vec</span>&lt;'a&gt; = <span class="f">f</span>(<span class="s">&quot;&lt;b&gt;&quot;</span>, <span class="s">'c'</span>, <span class="n">0xff</span>); <span class="c">// done</span>"#);
        insta::assert_snapshot!(first(Language::Python, "\"\"\"a\nb\"\"\" + x  # c"), @r#"
        <span class="s">&quot;&quot;&quot;a</span>
        <span class="s">b&quot;&quot;&quot;</span> + x  <span class="c"># c</span>
        "#);
        insta::assert_snapshot!(first(Language::C, "#include <a.h>"), @r#"<span class="k">#include</span> &lt;a.h&gt;"#);
    }

    #[test]
    fn survives_anything() {
        for text in ["'", "\"\\", "/*", "\u{1F600}'\u{1F600}", "<script>", "é\"é", "#", "`", "'''"]
        {
            for language in [
                Language::Rust,
                Language::Python,
                Language::JavaScript,
                Language::Markup,
                Language::Sql,
            ] {
                let painted = first(language, text);
                assert!(!painted.contains("<script"), "{painted}");
            }
        }
    }

    #[test]
    fn turned_text_is_shown() {
        assert!(highlight(None, "a\u{202e}b")[0].contains("U+202E"));
    }
}
