//! The small language that functions of every language are lowered to. It
//! keeps what decides where values go and forgets the rest.

use std::borrow::Cow;
use std::collections::HashMap;

/// Index of an expression in [`Unit::exprs`].
pub(super) type Id = u32;
/// A name, interned per file.
pub(super) type Sym = u32;
/// Index of a function in [`Unit::functions`].
pub(super) type FnId = u32;

/// A file.
#[derive(Debug, Default)]
pub(super) struct Unit<'s> {
    pub(super) exprs: Vec<Expr<'s>>,
    /// The first one is the top level.
    pub(super) functions: Vec<Function<'s>>,
    pub(super) classes: Vec<Class<'s>>,
    /// What a local name stands for: `sp` for `subprocess`.
    pub(super) imports: HashMap<Sym, String>,
    pub(super) names: Vec<&'s str>,
    /// How often a name is assigned anywhere in the file.
    pub(super) assigned: Vec<u32>,
    /// The package or namespace that the file says it is in.
    pub(super) package: &'s str,
    /// The file's own code finds the variables of whoever includes it.
    pub(super) inherits: bool,
    /// The file was too deep to be lowered in full.
    pub(super) cut: bool,
}

#[derive(Debug)]
pub(super) struct Expr<'s> {
    pub(super) kind: Kind<'s>,
    pub(super) start: u32,
    pub(super) end: u32,
}

#[derive(Debug)]
pub(super) enum Kind<'s> {
    /// Something of which only the parts matter.
    Parts(Vec<Id>),
    Int(i64),
    Str(Cow<'s, str>),
    Bool(bool),
    Null,
    Name(Sym),
    Field(Id, &'s str),
    Index(Id, Id),
    Call(Id, Vec<Arg<'s>>),
    New(&'s str, Vec<Arg<'s>>, Option<u32>),
    Binary(Op, Id, Id),
    Not(Id),
    Neg(Id),
    Choice(Id, Id, Id),
    /// Text put together from parts.
    Text(Vec<Id>),
    List(Vec<Id>),
    /// Entries; one without a key takes in another map.
    Map(Vec<(Option<Id>, Id)>),
    Assign(Id, Option<Op>, Id),
    Lambda(FnId),
    Cast(&'s str, Id),
    /// A loop that yields a list: `[body for target in over]`.
    Each(Id, Id, Option<Id>, Id),
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Arg<'s> {
    /// Empty for one that goes by its place.
    pub(super) name: &'s str,
    pub(super) value: Id,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    Add,
    Sub,
    Mul,
    Div,
    Rem,
    And,
    Or,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    In,
    NotIn,
    /// Yields the left or the right: `??`, Python's and JavaScript's `or`.
    Else,
    /// Bits of either.
    Bits,
    /// The result is a number.
    Number,
    /// The result is a truth value.
    Test,
}

impl Op {
    /// The operator as it is written in the six languages.
    pub(super) fn of(text: &str) -> Self {
        match text
            .strip_suffix('=')
            .filter(|_| !matches!(text, "==" | "!=" | "<=" | ">=" | "===" | "!=="))
            .unwrap_or(text)
        {
            "+" | "." => Self::Add,
            "-" => Self::Sub,
            "*" => Self::Mul,
            "/" | "//" => Self::Div,
            "%" => Self::Rem,
            "&&" | "and" => Self::And,
            "||" | "or" => Self::Or,
            "??" | "?:" => Self::Else,
            "==" | "===" | "is" => Self::Eq,
            "!=" | "!==" | "<>" | "is not" => Self::Ne,
            "<" => Self::Lt,
            "<=" => Self::Le,
            ">" => Self::Gt,
            ">=" => Self::Ge,
            "in" => Self::In,
            "not in" => Self::NotIn,
            "instanceof" | "<=>" | "as" => Self::Test,
            "|" => Self::Bits,
            _ => Self::Number,
        }
    }
}

pub(super) type Block<'s> = Vec<Stmt<'s>>;

#[derive(Debug)]
pub(super) enum Stmt<'s> {
    Expr(Id),
    /// A local of a declared type; an empty type is unknown.
    Declare(Sym, &'s str, Option<Id>),
    Return(Option<Id>),
    Throw(Option<Id>),
    Break,
    Continue,
    If(Id, Block<'s>, Block<'s>),
    Loop(Box<Loop<'s>>),
    Switch(Id, Vec<Case<'s>>),
    Try {
        body: Block<'s>,
        catches: Vec<Block<'s>>,
        finally: Block<'s>,
    },
    Block(Block<'s>),
    Function(FnId),
    Class(u32),
}

#[derive(Debug, Default)]
pub(super) struct Loop<'s> {
    pub(super) condition: Option<Id>,
    /// For loops over elements: what is bound, and what is gone through.
    pub(super) each: Option<(Id, Id)>,
    pub(super) body: Block<'s>,
    pub(super) update: Block<'s>,
    pub(super) once: bool,
    /// Names that the loop assigns.
    pub(super) assigned: Vec<Sym>,
}

#[derive(Debug)]
pub(super) struct Case<'s> {
    /// Empty for the default.
    pub(super) labels: Vec<Id>,
    pub(super) body: Block<'s>,
    /// Goes on with the next case where nothing ends it.
    pub(super) falls: bool,
}

#[derive(Debug, Default)]
pub(super) struct Function<'s> {
    pub(super) name: &'s str,
    pub(super) class: Option<u32>,
    pub(super) parameters: Vec<Parameter<'s>>,
    /// Annotations, decorators, attributes: their last names.
    pub(super) notes: Vec<&'s str>,
    pub(super) body: Block<'s>,
    pub(super) start: u32,
}

#[derive(Debug, Default)]
pub(super) struct Parameter<'s> {
    pub(super) name: Sym,
    pub(super) ty: &'s str,
    pub(super) notes: Vec<&'s str>,
    /// What it is taken apart into.
    pub(super) pattern: Option<Id>,
    pub(super) start: u32,
    pub(super) end: u32,
}

#[derive(Debug, Default)]
pub(super) struct Class<'s> {
    pub(super) name: &'s str,
    pub(super) supers: Vec<&'s str>,
    pub(super) fields: Vec<ClassField<'s>>,
    pub(super) methods: Vec<FnId>,
}

#[derive(Debug)]
pub(super) struct ClassField<'s> {
    pub(super) name: Sym,
    pub(super) ty: &'s str,
    pub(super) value: Option<Id>,
}

impl<'s> Unit<'s> {
    pub(super) fn expr(&self, id: Id) -> &Expr<'s> {
        &self.exprs[id as usize]
    }

    pub(super) fn name(&self, sym: Sym) -> &'s str {
        self.names.get(sym as usize).copied().unwrap_or_default()
    }

    pub(super) fn range(&self, id: Id) -> (u32, u32) {
        let e = self.expr(id);
        (e.start, e.end)
    }
}
