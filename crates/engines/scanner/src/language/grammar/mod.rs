//! One table per grammar: which node kinds play which part in the passes. A file
//! for each family of languages.
//!
//! Cyclomatic complexity follows lizard 1.24, a token counter; the odd entries
//! of `decisions` reproduce where its tokens differ from the tree's.

mod c;
mod cangjie;
mod dotnet;
mod fortran;
mod go;
mod javascript;
mod jvm;
mod markup;
mod php;
mod python;
mod rust;
mod scripts;
mod sql;

pub(super) use c::{C, CPP};
pub(super) use cangjie::CANGJIE;
pub(super) use dotnet::CSHARP;
pub(super) use fortran::FORTRAN;
pub(super) use go::GO;
pub(super) use javascript::{ARKTS, JAVASCRIPT, TSX, TYPESCRIPT};
pub(super) use jvm::{JAVA, KOTLIN, SCALA};
pub(super) use markup::{CSS, HTML, JSON};
pub(super) use php::PHP;
pub(super) use python::PYTHON;
pub(super) use rust::RUST;
pub(super) use scripts::{LUA, SHELL};
pub(super) use sql::SQL;

use super::{Decision, Role};

/// From where on a function's tokens count towards its cyclomatic complexity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CountFrom {
    /// From the first token.
    Start,
    /// From the name, parameters included.
    Name,
    /// From the body.
    Body,
}

/// How a function's body is found; what has none is a declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Body {
    /// In the field `body`.
    Field,
    /// In a child of one of these kinds.
    Child(&'static [&'static str]),
    /// Each of the kinds has one, if only an empty one.
    Always,
}

/// What the passes need to know about a grammar. Kinds that a grammar does not
/// have are ignored, so that C and C++ (and the JavaScripts) can share lists.
#[derive(Debug)]
pub(crate) struct Grammar {
    pub(crate) load: fn() -> tree_sitter::Language,
    /// Stands for `$` in rule patterns where `$` is no identifier character.
    pub(crate) expando: char,
    /// Between the segments of a symbol path.
    pub(crate) separator: &'static str,
    pub(crate) comments: &'static [&'static str],
    /// A statement that is nothing but a string is documentation.
    pub(crate) docstrings: bool,
    pub(crate) functions: &'static [&'static str],
    /// Functions only where they stand in no other function; elsewhere part of it.
    pub(crate) outermost: &'static [&'static str],
    pub(crate) body: Body,
    pub(crate) count_from: CountFrom,
    /// A body that is not in braces counts on its first line only (Scala).
    pub(crate) count_line: bool,
    /// Nested functions weigh on the enclosing one only if that has control
    /// flow of its own (JavaScript's and Python's wrappers and decorators).
    pub(crate) wrappers_are_free: bool,
    /// Kinds that add a segment to the symbol path, and the field that names it.
    pub(crate) scopes: &'static [(&'static str, &'static str)],
    pub(crate) identifiers: &'static [&'static str],
    pub(crate) numbers: &'static [&'static str],
    pub(crate) strings: &'static [&'static str],
    pub(crate) string_parts: &'static [&'static str],
    pub(crate) constants: &'static [&'static str],
    pub(crate) imports: &'static [&'static str],
    pub(crate) logical: &'static [&'static str],
    pub(crate) calls: &'static [&'static str],
    pub(crate) else_parents: &'static [&'static str],
    pub(crate) decisions: &'static [(&'static str, Decision)],
    pub(crate) roles: &'static [(&'static str, Role)],
    /// Data repeats itself by nature and has long lines: no duplicates are looked
    /// for, and no line is too long.
    pub(crate) data: bool,
}

/// A grammar of which nothing is known, for the tables to start from.
const NOTHING: Grammar = Grammar {
    load: || unreachable!("each table names its grammar"),
    expando: 'µ',
    separator: ".",
    comments: &["comment"],
    docstrings: false,
    functions: &[],
    outermost: &[],
    body: Body::Field,
    count_from: CountFrom::Start,
    count_line: false,
    wrappers_are_free: false,
    scopes: &[],
    identifiers: &[],
    numbers: &[],
    strings: &[],
    string_parts: &[],
    constants: &[],
    imports: &[],
    logical: &[],
    calls: &[],
    else_parents: &[],
    decisions: &[],
    roles: &[],
    data: false,
};
