//! JavaScript and TypeScript: statements here, declarations and expressions beside.

mod declare;
mod expression;

use tree_sitter::Node;

pub(super) use expression::expr;

use super::super::ir::{Block, Case, Stmt};
use super::{F, Lower};
use declare::{annotation, class, function, import, required};

pub(super) fn statement<'s>(l: &mut Lower<'s>, n: Node<'_>, out: &mut Block<'s>) {
    match n.kind() {
        "statement_block" | "else_clause" | "finally_clause" | "class_static_block" => {
            l.statements(n, out);
        }
        "expression_statement" => {
            let e = l.first(n);
            out.push(Stmt::Expr(e));
        }
        "lexical_declaration" | "variable_declaration" => {
            let mut cursor = n.walk();
            for d in n.named_children(&mut cursor).filter(|c| c.kind() == "variable_declarator") {
                declare(l, d, out);
            }
        }
        "for_statement" => {
            if let Some(init) = l.field(n, F::Initializer) {
                l.statement(init, out);
            }
            let made = l.looped(|l, made| {
                made.condition =
                    l.field(n, F::Condition).filter(|c| c.kind() != "empty_statement").map(|c| {
                        if c.kind() == "expression_statement" { l.first(c) } else { l.expr(c) }
                    });
                made.body = l.block_at(n, F::Body);
                if let Some(update) = l.field(n, F::Increment) {
                    let e = l.expr(update);
                    made.update.push(Stmt::Expr(e));
                }
            });
            out.push(made);
        }
        "for_in_statement" => {
            let made = l.each(n);
            out.push(made);
        }
        "switch_statement" => {
            let subject = l.expr_at(n, F::Value);
            let mut cases = Vec::new();
            if let Some(body) = l.field(n, F::Body) {
                let mut cursor = body.walk();
                for case in body.named_children(&mut cursor) {
                    let labels = l.field(case, F::Value).map(|v| l.expr(v)).into_iter().collect();
                    let mut block = Vec::new();
                    let mut inner = case.walk();
                    let found: Vec<_> = case.children_by_field_name("body", &mut inner).collect();
                    for s in found {
                        l.statement(s, &mut block);
                    }
                    cases.push(Case { labels, body: block, falls: true });
                }
            }
            out.push(Stmt::Switch(subject, cases));
        }
        "try_statement" => {
            let body = l.block_at(n, F::Body);
            let catches =
                l.field(n, F::Handler).map(|h| l.block_at(h, F::Body)).into_iter().collect();
            let finally = l.block_at(n, F::Finalizer);
            out.push(Stmt::Try { body, catches, finally });
        }
        "labeled_statement" | "with_statement" => {
            if let Some(body) = l.field(n, F::Body) {
                l.statement(body, out);
            }
        }
        "function_declaration" | "generator_function_declaration" => {
            let f = function(l, n);
            out.push(Stmt::Function(f));
        }
        "class_declaration" | "abstract_class_declaration" | "class" => {
            let class = class(l, n);
            out.push(Stmt::Class(class));
        }
        "export_statement" => {
            if let Some(d) = l.field(n, F::Declaration) {
                l.statement(d, out);
            } else if let Some(v) = l.field(n, F::Value) {
                let e = l.expr(v);
                out.push(Stmt::Expr(e));
            }
        }
        "import_statement" => import(l, n),
        "internal_module" | "module" => {
            if let Some(body) = l.field(n, F::Body) {
                l.statement(body, out);
            }
        }
        "interface_declaration"
        | "type_alias_declaration"
        | "comment"
        | "hash_bang_line"
        | "empty_statement"
        | "debugger_statement"
        | "enum_declaration"
        | "ambient_declaration"
        | "statement_identifier"
        | "import_alias"
        | "function_signature" => {}
        _ if l.usual_statement(n, out) => {}
        _ => {
            let e = l.expr(n);
            out.push(Stmt::Expr(e));
        }
    }
}

fn declare<'s>(l: &mut Lower<'s>, d: Node<'_>, out: &mut Block<'s>) {
    let Some(name) = l.field(d, F::Name) else { return };
    let value = l.field(d, F::Value);
    if name.kind() == "identifier" {
        if let Some(path) = value.and_then(|v| required(l, v)) {
            let sym = l.sym(l.text(name));
            l.unit.imports.insert(sym, path);
        }
        let ty = l.field(d, F::Type).map_or("", |t| annotation(l, t));
        let value = value.map(|v| l.expr(v));
        let sym = l.sym(l.text(name));
        l.assigned(sym);
        out.push(Stmt::Declare(sym, ty, value));
        return;
    }
    let Some(value) = value else { return };
    if let Some(path) = required(l, value) {
        // `const { exec: run } = require("child_process")`
        let mut cursor = name.walk();
        for p in name.named_children(&mut cursor) {
            let (key, local) = match p.kind() {
                "shorthand_property_identifier_pattern" => (Some(p), Some(p)),
                "pair_pattern" => (l.field(p, F::Key), l.field(p, F::Value)),
                _ => continue,
            };
            if let (Some(key), Some(local)) = (key, local) {
                let path = format!("{path}.{}", l.text(key));
                let sym = l.sym(l.text(local));
                l.unit.imports.insert(sym, path);
            }
        }
        return;
    }
    let value = l.expr(value);
    let target = l.expr(name);
    let e = l.assign(d, target, None, value);
    out.push(Stmt::Expr(e));
}
