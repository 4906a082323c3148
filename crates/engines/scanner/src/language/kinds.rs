//! What a node kind means to the passes, looked up by the grammar's numeric
//! kind so that the walk does one array access per node.

use std::sync::OnceLock;

use super::{Grammar, Language};

/// Bits of [`KindInfo::flags`].
pub(crate) mod flag {
    /// A comment.
    pub(crate) const COMMENT: u16 = 1;
    /// Opens a function with metrics of its own.
    pub(crate) const FUNCTION: u16 = 1 << 1;
    /// Adds a segment to the symbol path (class, namespace, impl, …).
    pub(crate) const SCOPE: u16 = 1 << 2;
    /// A string: one token for the duplicate pass.
    pub(crate) const STRING: u16 = 1 << 3;
    /// The inside of a string: no token of its own.
    pub(crate) const STRING_PART: u16 = 1 << 4;
    /// An identifier.
    pub(crate) const IDENTIFIER: u16 = 1 << 5;
    /// Import or package clause: never part of a duplicate.
    pub(crate) const IMPORT: u16 = 1 << 6;
    /// A binary expression that may be `&&` or `||`.
    pub(crate) const LOGICAL: u16 = 1 << 7;
    /// Parentheses around an expression.
    pub(crate) const PARENTHESES: u16 = 1 << 8;
    /// A call, for the recursion increment.
    pub(crate) const CALL: u16 = 1 << 9;
    /// Where an `else` below this node continues an `if`.
    pub(crate) const ELSE_PARENT: u16 = 1 << 10;
    /// A statement that may be a docstring.
    pub(crate) const EXPRESSION_STATEMENT: u16 = 1 << 11;
    /// Preprocessor condition: its operators decide nothing at run time.
    pub(crate) const PREPROCESSOR_IF: u16 = 1 << 12;
    /// Opens a function where it stands in none.
    pub(crate) const OUTERMOST: u16 = 1 << 13;
}

/// How a leaf or node takes part in cyclomatic complexity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Decision {
    #[default]
    None,
    /// Adds one.
    One,
    /// A `<`, which may open generic arguments that hide a `?`.
    Angle,
    /// `#if`, whose line decides nothing else, wherever it stands.
    Directive,
    /// `?` that does not count when glued to a word (`name?: T`).
    Question,
    /// `&&` that may declare an rvalue reference.
    RvalueAnd,
    /// `=`: counts as the default value of a binding.
    Default,
    /// An identifier that counts when it reads like a keyword (`.catch(…)`).
    Word,
    /// `else`: counts in Rust's `let … else`.
    Else,
    /// A match body: one less than its arms.
    Arms,
    /// `|` or `&`: counts when doubled.
    Pair,
    /// `?:` that does not count when glued to a word.
    Elvis,
    /// An identifier that counts when it is `&&` or `||`.
    Operator,
    /// `?` of `a ? b : c` and of `?T`, but not of `a ?: c`.
    Choice,
    /// An identifier that counts when it reads like one of PHP's keywords.
    PhpWord,
    /// A keyword that counts in one case (`IF`, `if`), and not in `else if`.
    FortranWord,
}

/// How a node takes part in cognitive complexity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Role {
    #[default]
    None,
    If,
    Loop,
    Switch,
    Catch,
    Ternary,
    /// Raises the nesting, costs nothing itself.
    Lambda,
    /// `goto`, or a jump that costs one if it names a label.
    Goto,
    Jump,
    /// `else`, `elif`: one, no nesting.
    ElseToken,
    ElifToken,
    /// `&&`, `||`, `and`, `or`.
    LogicalToken,
    /// An identifier that may be `&&` or `||`.
    LogicalName,
}

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct KindInfo {
    pub(crate) flags: u16,
    pub(crate) decision: Decision,
    pub(crate) role: Role,
    /// Normalised token for the duplicate pass.
    pub(crate) token: u8,
}

impl KindInfo {
    pub(crate) fn has(self, flag: u16) -> bool {
        self.flags & flag != 0
    }
}

/// A grammar made ready: the loaded parser tables and what each kind means.
pub(crate) struct KindTable {
    pub(crate) grammar: &'static Grammar,
    pub(crate) language: tree_sitter::Language,
    kinds: Vec<KindInfo>,
    pub(crate) fields: Fields,
}

/// Numeric ids of the fields the passes ask for.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Fields {
    pub(crate) name: u16,
    pub(crate) body: u16,
    pub(crate) parameters: u16,
    pub(crate) operator: u16,
    pub(crate) alternative: u16,
    pub(crate) condition: u16,
    pub(crate) declarator: u16,
}

/// Token values below this are not keywords or punctuation.
pub(crate) const TOKEN_IDENTIFIER: u8 = 1;
/// Identifiers that were seen up to this many identifiers ago are told apart.
pub(crate) const IDENTIFIER_REACH: usize = 8;
pub(crate) const TOKEN_NUMBER: u8 = 18;
pub(crate) const TOKEN_STRING: u8 = 19;
pub(crate) const TOKEN_CONSTANT: u8 = 20;
const TOKEN_FIRST_KIND: u8 = 24;
/// Room for the tables of all languages.
const LANGUAGES: usize = 512;

impl KindTable {
    /// The table of a language that has a grammar; loads the grammar at first use.
    pub(crate) fn of(language: Language) -> Option<&'static Self> {
        static TABLES: [OnceLock<Option<KindTable>>; LANGUAGES] =
            [const { OnceLock::new() }; LANGUAGES];
        TABLES[language as usize].get_or_init(|| language.spec().grammar.map(Self::new)).as_ref()
    }

    pub(crate) fn info(&self, kind: u16) -> KindInfo {
        // The ERROR kind is u16::MAX and has no row.
        self.kinds.get(usize::from(kind)).copied().unwrap_or_default()
    }

    fn new(grammar: &'static Grammar) -> Self {
        let language = (grammar.load)();
        let field = |name: &str| language.field_id_for_name(name).map_or(0, std::num::NonZero::get);
        let fields = Fields {
            name: field("name"),
            body: field("body"),
            parameters: field("parameters"),
            operator: field("operator"),
            alternative: field("alternative"),
            condition: field("condition"),
            declarator: field("declarator"),
        };
        let kinds = (0..language.node_kind_count())
            .map(|id| {
                let id = u16::try_from(id).unwrap_or(u16::MAX);
                let name = language.node_kind_for_id(id).unwrap_or("");
                describe(grammar, name, language.node_kind_is_named(id))
            })
            .collect();
        Self { grammar, language, kinds, fields }
    }
}

fn describe(grammar: &Grammar, kind: &str, named: bool) -> KindInfo {
    let mut info = KindInfo { token: kind_token(kind), ..KindInfo::default() };
    if let Some((_, role)) = grammar.roles.iter().find(|(k, _)| *k == kind)
        && named != is_token_role(*role)
    {
        info.role = *role;
    }
    if let Some((_, decision)) = grammar.decisions.iter().find(|(k, _)| *k == kind) {
        info.decision = *decision;
    }
    if !named {
        if grammar.string_parts.contains(&kind) {
            info.flags |= flag::STRING_PART;
        }
        return info;
    }
    let sets: [(&[&str], u16); 13] = [
        (grammar.comments, flag::COMMENT),
        (grammar.functions, flag::FUNCTION),
        (grammar.outermost, flag::OUTERMOST),
        (grammar.strings, flag::STRING),
        (grammar.string_parts, flag::STRING_PART),
        (grammar.identifiers, flag::IDENTIFIER),
        (grammar.imports, flag::IMPORT),
        (grammar.logical, flag::LOGICAL),
        (&["parenthesized_expression"], flag::PARENTHESES),
        (grammar.calls, flag::CALL),
        (grammar.else_parents, flag::ELSE_PARENT),
        (&["expression_statement"], flag::EXPRESSION_STATEMENT),
        (&["preproc_if", "preproc_elif"], flag::PREPROCESSOR_IF),
    ];
    for (set, bit) in sets {
        if set.contains(&kind) {
            info.flags |= bit;
        }
    }
    if grammar.scopes.iter().any(|(k, _)| *k == kind) {
        info.flags |= flag::SCOPE;
    }
    if grammar.numbers.contains(&kind) {
        info.token = TOKEN_NUMBER;
    } else if grammar.constants.contains(&kind) {
        info.token = TOKEN_CONSTANT;
    } else if info.has(flag::IDENTIFIER) {
        info.token = TOKEN_IDENTIFIER;
    } else if info.has(flag::STRING) {
        info.token = TOKEN_STRING;
    }
    info
}

fn is_token_role(role: Role) -> bool {
    matches!(role, Role::ElseToken | Role::ElifToken | Role::LogicalToken)
}

/// By name, not by number: JavaScript, TypeScript and TSX (and C and C++)
/// number the same token differently, and clones cross their borders.
fn kind_token(kind: &str) -> u8 {
    let span = u64::from(u8::MAX - TOKEN_FIRST_KIND);
    let hash = xxhash_rust::xxh3::xxh3_64(kind.as_bytes()) % span;
    TOKEN_FIRST_KIND + u8::try_from(hash).unwrap_or(0)
}
