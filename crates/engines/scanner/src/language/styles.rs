//! The ways of writing comments and strings that many languages share.

use super::Lexis;

pub(super) const C_STYLE: Lexis = Lexis {
    line: &["//"],
    block: &[("/*", "*/")],
    quotes: &["\"", "'"],
    nested: false,
    spans: false,
    ..NONE
};
pub(super) const JS_STYLE: Lexis = Lexis { quotes: &["\"", "'", "`"], ..C_STYLE };
pub(super) const RUST_STYLE: Lexis = Lexis { quotes: &["\""], nested: true, ..C_STYLE };
pub(super) const HASH: Lexis =
    Lexis { line: &["#"], block: &[], quotes: &["\"", "'"], nested: false, spans: false, ..NONE };
pub(super) const PYTHON_STYLE: Lexis =
    Lexis { block: &[("\"\"\"", "\"\"\""), ("'''", "'''")], ..HASH };
pub(super) const MARKUP: Lexis = Lexis {
    line: &[],
    block: &[("<!--", "-->")],
    quotes: &[],
    nested: false,
    spans: false,
    ..NONE
};
pub(super) const NONE: Lexis = Lexis::NONE;
pub(super) const CSS_STYLE: Lexis = Lexis { line: &[], ..C_STYLE };
pub(super) const SQL_STYLE: Lexis = Lexis { line: &["--"], ..C_STYLE };
pub(super) const LUA_STYLE: Lexis = Lexis {
    line: &["--"],
    block: &[("--[==[", "]==]"), ("--[=[", "]=]"), ("--[[", "]]")],
    quotes: &["\"", "'"],
    nested: false,
    spans: false,
    ..NONE
};
pub(super) const PHP_STYLE: Lexis = Lexis { line: &["//", "#"], ..C_STYLE };
pub(super) const FORTRAN_STYLE: Lexis =
    Lexis { line: &["!"], block: &[], quotes: &["\"", "'"], nested: false, spans: false, ..NONE };
pub(super) const INI_STYLE: Lexis = Lexis {
    first: &["#", ";", "!"],
    line: &[],
    block: &[],
    quotes: &[],
    nested: false,
    spans: false,
    ..NONE
};
