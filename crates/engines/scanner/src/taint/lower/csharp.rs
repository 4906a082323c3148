//! Not lowered yet.

use tree_sitter::Node;

use super::super::ir::{Block, Id, Stmt};
use super::Lower;

pub(super) fn statement<'s>(l: &mut Lower<'s>, n: Node<'_>, out: &mut Block<'s>) {
    let e = l.expr(n);
    out.push(Stmt::Expr(e));
}

pub(super) fn expr<'s>(l: &mut Lower<'s>, n: Node<'_>) -> Id {
    l.parts(n)
}
