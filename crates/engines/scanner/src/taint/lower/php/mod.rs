//! PHP: statements here, declarations and expressions beside.

mod declare;
mod expression;

use tree_sitter::Node;

pub(super) use expression::expr;

use super::super::ir::{Block, Case, Stmt};
use super::{F, Lower, last_name};
use declare::{function, imports, members};
use expression::builtin;

pub(super) fn statement<'s>(l: &mut Lower<'s>, n: Node<'_>, out: &mut Block<'s>) {
    match n.kind() {
        "compound_statement" | "colon_block" | "else_clause" | "declaration_list" => {
            match l.field(n, F::Body) {
                Some(body) => l.statement(body, out),
                None => l.statements(n, out),
            }
        }
        "expression_statement" => {
            let mut e = l.first(n);
            // `<?= $x ?>` prints.
            if l.src.get(..n.start_byte()).is_some_and(|s| s.trim_end().ends_with("<?=")) {
                e = builtin(l, n, "echo", vec![e]);
            }
            out.push(Stmt::Expr(e));
        }
        "echo_statement" => {
            // Printing is a call without parentheses.
            let parts = match n.named_child(0) {
                Some(c) if c.kind() == "sequence_expression" => l.children(c),
                Some(c) => vec![l.expr(c)],
                None => Vec::new(),
            };
            let e = builtin(l, n, "echo", parts);
            out.push(Stmt::Expr(e));
        }
        "exit_statement" => {
            let parts = l.children(n);
            let e = builtin(l, n, "exit", parts);
            out.push(Stmt::Expr(e));
            out.push(Stmt::Throw(None));
        }
        "if_statement" => {
            let made = l.conditional(n, "else_if_clause", F::Body);
            out.push(made);
        }
        "for_statement" => {
            if let Some(init) = l.field(n, F::Initialize) {
                let e = l.expr(init);
                out.push(Stmt::Expr(e));
            }
            let made = l.counted(n);
            out.push(made);
        }
        "foreach_statement" => {
            let mut cursor = n.walk();
            let heads: Vec<Node<'_>> =
                n.named_children(&mut cursor).filter(|c| !c.is_extra()).collect();
            let over = heads.first().map(|h| l.expr(*h));
            let made = l.looped(|l, made| {
                if let (Some(over), Some(bound)) = (over, heads.get(1)) {
                    let target = if bound.kind() == "pair" {
                        // Keys come from outside as well.
                        l.parts(*bound)
                    } else {
                        l.expr(*bound)
                    };
                    l.note_targets(target, 0);
                    made.each = Some((target, over));
                }
                made.body = l.block_at(n, F::Body);
            });
            out.push(made);
        }
        "switch_statement" => {
            let subject = l.expr_at(n, F::Condition);
            let mut cases = Vec::new();
            if let Some(body) = l.field(n, F::Body) {
                let mut cursor = body.walk();
                for case in body.named_children(&mut cursor) {
                    let value = l.field(case, F::Value);
                    let labels = value.map(|v| l.expr(v)).into_iter().collect();
                    let mut block = Vec::new();
                    let mut inner = case.walk();
                    for child in case.named_children(&mut inner) {
                        if Some(child) != value {
                            l.statement(child, &mut block);
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
        "function_definition" | "method_declaration" => {
            let f = function(l, n);
            out.push(Stmt::Function(f));
        }
        "class_declaration"
        | "trait_declaration"
        | "interface_declaration"
        | "enum_declaration" => {
            let name = l.field(n, F::Name).map_or("", |c| l.text(c));
            let mut supers = Vec::new();
            let mut cursor = n.walk();
            for child in n.named_children(&mut cursor) {
                if matches!(child.kind(), "base_clause" | "class_interface_clause") {
                    let mut inner = child.walk();
                    supers.extend(child.named_children(&mut inner).map(|c| last_name(l.text(c))));
                }
            }
            let routed = name.ends_with("Controller")
                || supers.iter().any(|s: &&str| s.ends_with("Controller"));
            let class = l.class(name, supers, |l, id| {
                if let Some(body) = l.field(n, F::Body) {
                    members(l, body, id, routed);
                }
            });
            out.push(Stmt::Class(class));
        }
        "namespace_definition" => {
            if let Some(body) = l.field(n, F::Body) {
                l.statement(body, out);
            }
        }
        "namespace_use_declaration" => imports(l, n),
        "php_tag" | "text" | "comment" | "text_interpolation" | "global_declaration"
        | "declare_statement" | "const_declaration" | "empty_statement" | "unset_statement" => {}
        _ if l.usual_statement(n, out) => {}
        _ => {
            let e = l.expr(n);
            out.push(Stmt::Expr(e));
        }
    }
}
