//! Python: statements here, declarations and expressions beside.

mod declare;
mod expression;

use tree_sitter::Node;

pub(super) use expression::expr;

use super::super::ir::{Block, Case, Kind, Stmt};
use super::{F, Lower, last_name};
use declare::{function, members};

pub(super) fn statement<'s>(l: &mut Lower<'s>, n: Node<'_>, out: &mut Block<'s>) {
    match n.kind() {
        "block" => l.statements(n, out),
        "expression_statement" => {
            for e in l.children(n) {
                out.push(Stmt::Expr(e));
            }
        }
        "raise_statement" => {
            let value = n.named_child(0).map(|c| l.expr(c));
            out.push(Stmt::Throw(value));
        }
        "if_statement" | "elif_clause" => {
            let made = l.conditional(n, "elif_clause", F::Consequence);
            out.push(made);
        }
        "for_statement" => {
            let made = l.each(n);
            out.push(made);
        }
        "with_statement" => {
            let mut cursor = n.walk();
            for clause in n.named_children(&mut cursor).filter(|c| c.kind() == "with_clause") {
                let mut inner = clause.walk();
                for item in clause.named_children(&mut inner) {
                    let e = l.expr_at(item, F::Value);
                    out.push(Stmt::Expr(e));
                }
            }
            if let Some(body) = l.field(n, F::Body) {
                l.statement(body, out);
            }
        }
        "try_statement" => {
            let mut body = l.block_at(n, F::Body);
            let (mut catches, mut finally) = (Vec::new(), Vec::new());
            let mut cursor = n.walk();
            for child in n.named_children(&mut cursor) {
                match child.kind() {
                    "except_clause" | "except_group_clause" => {
                        let mut inner = child.walk();
                        let block = child.named_children(&mut inner).find(|c| c.kind() == "block");
                        catches.push(block.map(|b| l.block(b)).unwrap_or_default());
                    }
                    "else_clause" => {
                        if let Some(b) = l.field(child, F::Body) {
                            l.statement(b, &mut body);
                        }
                    }
                    "finally_clause" => finally = l.block(child),
                    _ => {}
                }
            }
            out.push(Stmt::Try { body, catches, finally });
        }
        "match_statement" => {
            let subject = l.expr_at(n, F::Subject);
            let mut cases = Vec::new();
            if let Some(body) = l.field(n, F::Body) {
                let mut cursor = body.walk();
                for case in body.named_children(&mut cursor) {
                    if case.kind() != "case_clause" {
                        continue;
                    }
                    let mut labels = Vec::new();
                    let mut inner = case.walk();
                    for pattern in
                        case.named_children(&mut inner).filter(|c| c.kind() == "case_pattern")
                    {
                        match pattern.named_child(0) {
                            Some(u) if u.kind() == "union_pattern" => labels.extend(l.children(u)),
                            _ if l.text(pattern) == "_" => {}
                            Some(_) => labels.push(l.first(pattern)),
                            // A literal without a node of its own.
                            None => labels.push(l.push(pattern, Kind::Null)),
                        }
                    }
                    let body = l.block_at(case, F::Consequence);
                    cases.push(Case { labels, body, falls: false });
                }
            }
            out.push(Stmt::Switch(subject, cases));
        }
        "function_definition" => {
            let f = function(l, n, Vec::new());
            out.push(Stmt::Function(f));
        }
        "decorated_definition" => {
            let mut notes = Vec::new();
            let mut cursor = n.walk();
            for d in n.named_children(&mut cursor).filter(|c| c.kind() == "decorator") {
                let text = l.text(d).trim_start_matches('@');
                notes.push(last_name(text.split('(').next().unwrap_or_default().trim()));
            }
            match l.field(n, F::Definition) {
                Some(d) if d.kind() == "function_definition" => {
                    let f = function(l, d, notes);
                    out.push(Stmt::Function(f));
                }
                Some(d) => l.statement(d, out),
                None => {}
            }
        }
        "class_definition" => {
            let name = l.field(n, F::Name).map_or("", |c| l.text(c));
            let mut supers = Vec::new();
            if let Some(list) = l.field(n, F::Superclasses) {
                let mut cursor = list.walk();
                supers.extend(list.named_children(&mut cursor).map(|c| last_name(l.text(c))));
            }
            let class = l.class(name, supers, |l, id| {
                if let Some(body) = l.field(n, F::Body) {
                    members(l, body, id);
                }
            });
            out.push(Stmt::Class(class));
        }
        "import_statement" => {
            let mut cursor = n.walk();
            let names: Vec<_> = n.children_by_field_name("name", &mut cursor).collect();
            for name in names {
                if name.kind() == "aliased_import" {
                    let (Some(path), Some(alias)) =
                        (l.field(name, F::Name), l.field(name, F::Alias))
                    else {
                        continue;
                    };
                    let path = l.text(path).to_owned();
                    let sym = l.sym(l.text(alias));
                    l.unit.imports.insert(sym, path);
                } else {
                    let first = l.text(name).split('.').next().unwrap_or_default();
                    let sym = l.sym(first);
                    l.unit.imports.insert(sym, first.to_owned());
                }
            }
        }
        "import_from_statement" => {
            let module = l.field(n, F::ModuleName).map_or("", |m| l.text(m)).to_owned();
            let mut cursor = n.walk();
            let names: Vec<_> = n.children_by_field_name("name", &mut cursor).collect();
            for name in names {
                let (path, alias) = if name.kind() == "aliased_import" {
                    (l.field(name, F::Name), l.field(name, F::Alias))
                } else {
                    (Some(name), Some(name))
                };
                if let (Some(path), Some(alias)) = (path, alias) {
                    let path = format!("{module}.{}", l.text(path));
                    let sym = l.sym(l.text(alias));
                    l.unit.imports.insert(sym, path);
                }
            }
        }
        "assert_statement" => {
            if let Some(c) = n.named_child(0) {
                let condition = l.expr(c);
                let fails = vec![Stmt::Throw(None)];
                out.push(Stmt::If(condition, Vec::new(), fails));
            }
        }
        "pass_statement"
        | "comment"
        | "global_statement"
        | "nonlocal_statement"
        | "future_import_statement"
        | "type_alias_statement"
        | "delete_statement" => {}
        _ if l.usual_statement(n, out) => {}
        _ => {
            let e = l.expr(n);
            out.push(Stmt::Expr(e));
        }
    }
}
