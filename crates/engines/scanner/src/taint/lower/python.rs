//! Python.

use tree_sitter::Node;

use super::super::ir::{Arg, Block, Case, ClassField, Function, Id, Kind, Op, Parameter, Stmt};
use super::{F, Lower, integer, last_name};

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
            let condition = l.expr_at(n, F::Condition);
            let then = l.block_at(n, F::Consequence);
            let mut cursor = n.walk();
            let mut others: Vec<Node<'_>> =
                n.children_by_field_name("alternative", &mut cursor).collect();
            let mut other = Vec::new();
            // Each `elif` stands in the `else` of the one before.
            while let Some(last) = others.pop() {
                if last.kind() == "elif_clause" {
                    let condition = l.expr_at(last, F::Condition);
                    let then = l.block_at(last, F::Consequence);
                    other = vec![Stmt::If(condition, then, other)];
                } else {
                    other = l.block_at(last, F::Body);
                }
            }
            out.push(Stmt::If(condition, then, other));
        }
        "for_statement" => {
            let over = l.expr_at(n, F::Right);
            let made = l.looped(|l, made| {
                let target = l.expr_at(n, F::Left);
                l.note_targets(target, 0);
                made.each = Some((target, over));
                made.body = l.block_at(n, F::Body);
            });
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

fn members<'s>(l: &mut Lower<'s>, body: Node<'_>, id: u32) {
    let mut cursor = body.walk();
    for member in body.named_children(&mut cursor) {
        let mut block = Vec::new();
        if member.kind() == "expression_statement"
            && let Some(assignment) = member.named_child(0).filter(|c| c.kind() == "assignment")
            && let Some(left) = l.field(assignment, F::Left).filter(|c| c.kind() == "identifier")
        {
            let value = l.field(assignment, F::Right).map(|v| l.expr(v));
            let ty = l.field(assignment, F::Type).map_or("", |t| last_name(l.text(t)));
            let name = l.sym(l.text(left));
            l.assigned(name);
            l.class_mut(id).fields.push(ClassField { name, ty, value });
            continue;
        }
        l.statement(member, &mut block);
        for stmt in block {
            if let Stmt::Function(f) = stmt {
                l.class_mut(id).methods.push(f);
            }
        }
    }
}

fn function<'s>(l: &mut Lower<'s>, n: Node<'_>, notes: Vec<&'s str>) -> u32 {
    let name = match l.field(n, F::Name).map_or("", |c| l.text(c)) {
        "__init__" => "<new>",
        name => name,
    };
    l.function(n, name, |l, f| {
        f.notes = notes;
        if let Some(list) = l.field(n, F::Parameters) {
            parameters(l, list, f);
        }
        // What belongs to the function are not members of its class.
        let class = l.class.take();
        if let Some(body) = l.field(n, F::Body) {
            f.body = l.block(body);
        }
        l.class = class;
    })
}

fn parameters<'s>(l: &mut Lower<'s>, list: Node<'_>, f: &mut Function<'s>) {
    let mut cursor = list.walk();
    for p in list.named_children(&mut cursor) {
        let (name, ty) = match p.kind() {
            "identifier" => (Some(p), None),
            "default_parameter" => (l.field(p, F::Name), None),
            "typed_default_parameter" => (l.field(p, F::Name), l.field(p, F::Type)),
            "typed_parameter" => (p.named_child(0), l.field(p, F::Type)),
            "list_splat_pattern" | "dictionary_splat_pattern" => (p.named_child(0), None),
            _ => continue,
        };
        let Some(name) = name else { continue };
        let text = l.text(name).trim_start_matches('*');
        let sym = l.sym(text);
        f.parameters.push(Parameter {
            name: sym,
            ty: ty.map_or("", |t| last_name(l.text(t))),
            start: p.start_byte() as u32,
            end: p.end_byte() as u32,
            ..Parameter::default()
        });
    }
}

fn arguments<'s>(l: &mut Lower<'s>, n: Node<'_>) -> Vec<Arg<'s>> {
    let Some(list) = l.field(n, F::Arguments) else { return Vec::new() };
    if list.kind() != "argument_list" {
        let value = l.expr(list);
        return vec![Arg { name: "", value }];
    }
    let mut out = Vec::new();
    let mut cursor = list.walk();
    for a in list.named_children(&mut cursor) {
        match a.kind() {
            "keyword_argument" => {
                let name = l.field(a, F::Name).map_or("", |c| l.text(c));
                let value = l.expr_at(a, F::Value);
                out.push(Arg { name, value });
            }
            "dictionary_splat" => {
                let value = l.first(a);
                out.push(Arg { name: "**", value });
            }
            "comment" => {}
            _ => {
                let value = l.expr(a);
                out.push(Arg { name: "", value });
            }
        }
    }
    out
}

/// A string, formatted or not.
fn string<'s>(l: &mut Lower<'s>, n: Node<'_>) -> Id {
    let mut parts = Vec::new();
    let mut formatted = false;
    let mut cursor = n.walk();
    for child in n.named_children(&mut cursor) {
        match child.kind() {
            "string_content" => {
                let text = l.text(child);
                parts.push(l.string(child, text));
            }
            "interpolation" => {
                formatted = true;
                let e = l.expr_at(child, F::Expression);
                parts.push(e);
            }
            _ => {}
        }
    }
    match (formatted, parts.as_slice()) {
        (false, []) => l.string(n, ""),
        (false, [one]) => *one,
        _ => l.push(n, Kind::Text(parts)),
    }
}

/// `[body for a in b if c for d in e]`, clause by clause from the inside.
fn comprehension<'s>(l: &mut Lower<'s>, n: Node<'_>) -> Id {
    let (mut clauses, mut condition) = (Vec::new(), None);
    let mut cursor = n.walk();
    for child in n.named_children(&mut cursor) {
        match child.kind() {
            "for_in_clause" => {
                let over = l.expr_at(child, F::Right);
                let target = l.expr_at(child, F::Left);
                clauses.push((target, over));
            }
            "if_clause" => condition = Some(l.first(child)),
            _ => {}
        }
    }
    let mut made = match l.field(n, F::Body) {
        Some(b) if b.kind() == "pair" => {
            let key = l.expr_at(b, F::Key);
            let value = l.expr_at(b, F::Value);
            l.push(b, Kind::Parts(vec![key, value]))
        }
        Some(b) => l.expr(b),
        None => l.push(n, Kind::Null),
    };
    for (target, over) in clauses.into_iter().rev() {
        made = l.push(n, Kind::Each(target, over, condition.take(), made));
    }
    made
}

pub(super) fn expr<'s>(l: &mut Lower<'s>, n: Node<'_>) -> Id {
    match n.kind() {
        "identifier" => l.name(n),
        "integer" => match integer(l.text(n)) {
            Some(value) => l.push(n, Kind::Int(value)),
            None => l.push(n, Kind::Parts(Vec::new())),
        },
        "true" => l.push(n, Kind::Bool(true)),
        "false" => l.push(n, Kind::Bool(false)),
        "none" => l.push(n, Kind::Null),
        "string" => string(l, n),
        "concatenated_string" => {
            let parts = l.children(n);
            l.push(n, Kind::Text(parts))
        }
        "parenthesized_expression"
        | "await"
        | "list_splat"
        | "yield"
        | "parenthesized_list_splat" => l.first(n),
        "as_pattern" => {
            let value = l.first(n);
            let Some(alias) = l.field(n, F::Alias) else { return value };
            let target = l.first(alias);
            l.assign(n, target, None, value)
        }
        "as_pattern_target" => l.first(n),
        "binary_operator" => {
            let op = l.field(n, F::Operator).map_or("", |o| o.kind());
            if op == "+" {
                return l.chain(n, "binary_operator", &["+"]);
            }
            let left = l.expr_at(n, F::Left);
            let right = l.expr_at(n, F::Right);
            l.push(n, Kind::Binary(Op::of(op), left, right))
        }
        "boolean_operator" => {
            let op = l.field(n, F::Operator).map_or("", |o| o.kind());
            let left = l.expr_at(n, F::Left);
            let right = l.expr_at(n, F::Right);
            l.push(n, Kind::Binary(Op::of(op), left, right))
        }
        "comparison_operator" => {
            let operands = l.children(n);
            let mut cursor = n.walk();
            let mut operators = n.children_by_field_name("operators", &mut cursor);
            let op =
                operators.next().map_or(Op::Test, |o| match l.text(o).split_whitespace().next() {
                    Some("not") => Op::NotIn,
                    Some("is") if l.text(o).contains("not") => Op::Ne,
                    Some(text) => Op::of(text),
                    None => Op::Test,
                });
            match operands[..] {
                [a, b] => l.push(n, Kind::Binary(op, a, b)),
                [a, b, ..] => l.push(n, Kind::Binary(Op::Test, a, b)),
                _ => l.push(n, Kind::Parts(Vec::new())),
            }
        }
        "not_operator" => {
            let inner = l.expr_at(n, F::Argument);
            l.push(n, Kind::Not(inner))
        }
        "unary_operator" => {
            let inner = l.expr_at(n, F::Argument);
            match l.field(n, F::Operator).map_or("", |o| o.kind()) {
                "-" => l.push(n, Kind::Neg(inner)),
                _ => inner,
            }
        }
        "conditional_expression" => {
            let parts = l.children(n);
            match parts[..] {
                [a, c, b] => l.push(n, Kind::Choice(c, a, b)),
                _ => l.push(n, Kind::Parts(parts)),
            }
        }
        "named_expression" => {
            let target = l.expr_at(n, F::Name);
            let value = l.expr_at(n, F::Value);
            l.assign(n, target, None, value)
        }
        "assignment" => {
            let target = l.expr_at(n, F::Left);
            let Some(value) = l.field(n, F::Right) else { return target };
            let mut value = l.expr(value);
            if let Some(ty) = l.field(n, F::Type) {
                let ty = last_name(l.text(ty));
                value = l.push(n, Kind::Cast(ty, value));
            }
            l.assign(n, target, None, value)
        }
        "augmented_assignment" => {
            let op = Op::of(l.field(n, F::Operator).map_or("+=", |o| o.kind()));
            let target = l.expr_at(n, F::Left);
            let value = l.expr_at(n, F::Right);
            l.assign(n, target, Some(op), value)
        }
        "attribute" => {
            let object = l.expr_at(n, F::Object);
            let name = l.field(n, F::Attribute).map_or("", |f| l.text(f));
            l.push(n, Kind::Field(object, name))
        }
        "subscript" => {
            let base = l.expr_at(n, F::Value);
            let index = match l.field(n, F::Subscript) {
                // A part of a list or text holds what the whole holds.
                Some(s) if s.kind() == "slice" => return base,
                Some(s) => l.expr(s),
                None => l.push(n, Kind::Null),
            };
            l.push(n, Kind::Index(base, index))
        }
        "call" => {
            let callee = l.expr_at(n, F::Function);
            let args = arguments(l, n);
            l.call(n, callee, args)
        }
        "list" | "tuple" | "set" | "expression_list" | "pattern_list" | "tuple_pattern"
        | "list_pattern" => {
            let items = l.children(n);
            l.push(n, Kind::List(items))
        }
        "dictionary" => {
            let mut entries = Vec::new();
            let mut cursor = n.walk();
            for pair in n.named_children(&mut cursor) {
                match pair.kind() {
                    "pair" => {
                        let key = l.expr_at(pair, F::Key);
                        let value = l.expr_at(pair, F::Value);
                        entries.push((Some(key), value));
                    }
                    "dictionary_splat" => {
                        let value = l.first(pair);
                        entries.push((None, value));
                    }
                    _ => {}
                }
            }
            l.push(n, Kind::Map(entries))
        }
        "list_comprehension"
        | "set_comprehension"
        | "generator_expression"
        | "dictionary_comprehension" => comprehension(l, n),
        "lambda" => {
            let f = l.function(n, "", |l, f| {
                if let Some(list) = l.field(n, F::Parameters) {
                    parameters(l, list, f);
                }
                if let Some(body) = l.field(n, F::Body) {
                    let e = l.expr(body);
                    f.body = vec![Stmt::Return(Some(e))];
                }
            });
            l.push(n, Kind::Lambda(f))
        }
        "comment" | "ellipsis" | "float" | "type" => l.push(n, Kind::Parts(Vec::new())),
        _ => l.parts(n),
    }
}
