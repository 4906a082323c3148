//! C#: statements here, declarations and expressions beside.

mod declare;
mod expression;

use tree_sitter::Node;

pub(super) use expression::expr;

use super::super::ir::{Block, Case, Kind, Stmt};
use super::{F, Lower};
use declare::{class, declarators, function, type_name};

pub(super) fn statement<'s>(l: &mut Lower<'s>, n: Node<'_>, out: &mut Block<'s>) {
    match n.kind() {
        "block" | "global_statement" | "declaration_list" | "checked_statement"
        | "unsafe_statement" | "labeled_statement" => l.statements(n, out),
        "expression_statement" => {
            let e = l.first(n);
            out.push(Stmt::Expr(e));
        }
        "local_declaration_statement" => {
            let mut cursor = n.walk();
            for d in n.named_children(&mut cursor).filter(|c| c.kind() == "variable_declaration") {
                declarators(l, d, out);
            }
        }
        "yield_statement" => {
            let value = n.named_child(0).map(|c| l.expr(c));
            if let Some(value) = value {
                out.push(Stmt::Expr(value));
            }
        }
        "for_statement" => {
            if let Some(init) = l.field(n, F::Initializer) {
                if init.kind() == "variable_declaration" {
                    declarators(l, init, out);
                } else {
                    let e = l.expr(init);
                    out.push(Stmt::Expr(e));
                }
            }
            let made = l.counted(n);
            out.push(made);
        }
        "foreach_statement" => {
            let over = l.expr_at(n, F::Right);
            let ty = l.field(n, F::Type).map_or("", |t| type_name(l, t));
            let made = l.looped(|l, made| {
                let target = l.expr_at(n, F::Left);
                l.note_targets(target, 0);
                let target = l.push(n, Kind::Cast(ty, target));
                made.each = Some((target, over));
                made.body = l.block_at(n, F::Body);
            });
            out.push(made);
        }
        "switch_statement" => {
            let subject = l.expr_at(n, F::Value);
            let mut cases = Vec::new();
            if let Some(body) = l.field(n, F::Body) {
                let mut cursor = body.walk();
                for section in body.named_children(&mut cursor) {
                    let (mut labels, mut block) = (Vec::new(), Vec::new());
                    let mut inner = section.walk();
                    for child in section.named_children(&mut inner) {
                        if child.kind().ends_with("_statement") || child.kind() == "block" {
                            l.statement(child, &mut block);
                        } else if child.kind() == "constant_pattern" {
                            labels.push(l.first(child));
                        } else {
                            labels.push(l.parts(child));
                        }
                    }
                    cases.push(Case { labels, body: block, falls: true });
                }
            }
            out.push(Stmt::Switch(subject, cases));
        }
        "try_statement" => {
            let body = l.block_at(n, F::Body);
            let made = l.tried(n, body);
            out.push(made);
        }
        "using_statement" | "lock_statement" | "fixed_statement" => {
            let mut cursor = n.walk();
            for child in n.named_children(&mut cursor) {
                match child.kind() {
                    "variable_declaration" => declarators(l, child, out),
                    kind if kind.ends_with("_statement") || kind == "block" => {
                        l.statement(child, out);
                    }
                    _ => {
                        let e = l.expr(child);
                        out.push(Stmt::Expr(e));
                    }
                }
            }
        }
        "local_function_statement" | "method_declaration" => {
            let f = function(l, n);
            out.push(Stmt::Function(f));
        }
        "class_declaration"
        | "struct_declaration"
        | "record_declaration"
        | "interface_declaration" => {
            let class = class(l, n);
            out.push(Stmt::Class(class));
        }
        "namespace_declaration" => {
            if let Some(body) = l.field(n, F::Body) {
                l.statement(body, out);
            }
        }
        "using_directive"
        | "file_scoped_namespace_declaration"
        | "comment"
        | "enum_declaration"
        | "delegate_declaration"
        | "empty_statement"
        | "extern_alias_directive"
        | "global_attribute" => {}
        kind if kind.starts_with("preproc_") => l.statements(n, out),
        _ if l.usual_statement(n, out) => {}
        _ => {
            let e = l.expr(n);
            out.push(Stmt::Expr(e));
        }
    }
}
