//! JavaScript and TypeScript.

use tree_sitter::Node;

use super::super::ir::{Arg, Block, Case, ClassField, Function, Id, Kind, Op, Parameter, Stmt};
use super::{F, Lower, integer, last_name};

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
            let over = l.expr_at(n, F::Right);
            let made = l.looped(|l, made| {
                let target = l.expr_at(n, F::Left);
                l.note_targets(target, 0);
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

/// The path that `require("x").y` names.
fn required(l: &Lower<'_>, n: Node<'_>) -> Option<String> {
    match n.kind() {
        "call_expression" => {
            let function = l.field(n, F::Function)?;
            if l.text(function) != "require" {
                return None;
            }
            let path = l.field(n, F::Arguments)?.named_child(0)?;
            (path.kind() == "string").then(|| module(l.text(path)))
        }
        "member_expression" => {
            let base = required(l, l.field(n, F::Object)?)?;
            Some(format!("{base}.{}", l.text(l.field(n, F::Property)?)))
        }
        "await_expression" => required(l, n.named_child(0)?),
        // `const { JWT } = jose`: a part of what was imported.
        "identifier" => {
            let sym = l.known_sym(l.text(n))?;
            l.unit.imports.get(&sym).filter(|path| !path.starts_with('.')).cloned()
        }
        _ => None,
    }
}

fn module(quoted: &str) -> String {
    let path = quoted.trim_matches(['"', '\'', '`']);
    path.strip_prefix("node:").unwrap_or(path).to_owned()
}

fn import<'s>(l: &mut Lower<'s>, n: Node<'_>) {
    let Some(source) = l.field(n, F::Source) else { return };
    let path = module(l.text(source));
    let mut cursor = n.walk();
    let Some(clause) = n.named_children(&mut cursor).find(|c| c.kind() == "import_clause") else {
        return;
    };
    let mut inner = clause.walk();
    for part in clause.named_children(&mut inner) {
        match part.kind() {
            "identifier" => {
                let sym = l.sym(l.text(part));
                l.unit.imports.insert(sym, path.clone());
            }
            "namespace_import" => {
                if let Some(name) = part.named_child(0) {
                    let sym = l.sym(l.text(name));
                    l.unit.imports.insert(sym, path.clone());
                }
            }
            "named_imports" => {
                let mut names = part.walk();
                for s in part.named_children(&mut names) {
                    let Some(name) = l.field(s, F::Name) else { continue };
                    let alias = l.field(s, F::Alias).unwrap_or(name);
                    let full = format!("{path}.{}", l.text(name));
                    let sym = l.sym(l.text(alias));
                    l.unit.imports.insert(sym, full);
                }
            }
            _ => {}
        }
    }
}

fn class<'s>(l: &mut Lower<'s>, n: Node<'_>) -> u32 {
    let name = l.field(n, F::Name).map_or("", |c| l.text(c));
    l.class(name, Vec::new(), |l, id| {
        let Some(body) = l.field(n, F::Body) else { return };
        let mut cursor = body.walk();
        let mut notes: Vec<&'s str> = Vec::new();
        for member in body.named_children(&mut cursor) {
            match member.kind() {
                "decorator" => notes.extend(note(l, member)),
                "method_definition" => {
                    let f = function(l, member);
                    let taken = std::mem::take(&mut notes);
                    l.unit.functions[f as usize].notes.extend(taken);
                    l.class_mut(id).methods.push(f);
                }
                "field_definition" | "public_field_definition" => {
                    notes.clear();
                    let named = l.field(member, F::Name).or_else(|| l.field(member, F::Property));
                    let Some(named) = named else { continue };
                    let ty = l.field(member, F::Type).map_or("", |t| annotation(l, t));
                    let value = l.field(member, F::Value).map(|v| l.expr(v));
                    let name = l.sym(l.text(named));
                    l.assigned(name);
                    l.class_mut(id).fields.push(ClassField { name, ty, value });
                }
                _ => {}
            }
        }
    })
}

fn note<'s>(l: &Lower<'s>, n: Node<'_>) -> Option<&'s str> {
    let text = l.text(n).trim_start_matches('@');
    Some(last_name(text.split('(').next()?))
}

/// `: express.Request<T>` is `Request`.
fn annotation<'s>(l: &Lower<'s>, n: Node<'_>) -> &'s str {
    let text = l.text(n).trim_start_matches(':').trim();
    if text.ends_with("[]") { "[]" } else { last_name(text) }
}

fn function<'s>(l: &mut Lower<'s>, n: Node<'_>) -> u32 {
    let name = match l.field(n, F::Name).map_or("", |c| l.text(c)) {
        "constructor" => "<new>",
        name => name,
    };
    l.function(n, name, |l, f| {
        if let Some(p) = l.field(n, F::Parameter) {
            let sym = l.sym(l.text(p));
            f.parameters.push(Parameter {
                name: sym,
                start: p.start_byte() as u32,
                end: p.end_byte() as u32,
                ..Parameter::default()
            });
        } else if let Some(list) = l.field(n, F::Parameters) {
            parameters(l, list, f);
        }
        f.body = l.body(n, "statement_block");
    })
}

fn parameters<'s>(l: &mut Lower<'s>, list: Node<'_>, f: &mut Function<'s>) {
    let mut cursor = list.walk();
    for p in list.named_children(&mut cursor) {
        let mut made = Parameter {
            start: p.start_byte() as u32,
            end: p.end_byte() as u32,
            ..Parameter::default()
        };
        let mut pattern = p;
        match p.kind() {
            "comment" => continue,
            "required_parameter" | "optional_parameter" => {
                made.ty = l.field(p, F::Type).map_or("", |t| annotation(l, t));
                let mut inner = p.walk();
                let found = p.named_children(&mut inner).filter(|c| c.kind() == "decorator");
                made.notes = found.filter_map(|d| note(l, d)).collect();
                if let Some(inner) = l.field(p, F::Pattern) {
                    pattern = inner;
                }
            }
            "assignment_pattern" => {
                if let Some(left) = l.field(p, F::Left) {
                    pattern = left;
                }
            }
            _ => {}
        }
        if pattern.kind() == "rest_pattern"
            && let Some(inner) = pattern.named_child(0)
        {
            pattern = inner;
        }
        if pattern.kind() == "identifier" || pattern.kind() == "this" {
            made.name = l.sym(l.text(pattern));
        } else {
            made.name = l.sym("{}");
            made.pattern = Some(l.expr(pattern));
        }
        f.parameters.push(made);
    }
}

fn arguments<'s>(l: &mut Lower<'s>, n: Node<'_>) -> Vec<Arg<'s>> {
    let Some(list) = l.field(n, F::Arguments) else { return Vec::new() };
    if list.kind() == "template_string" {
        let value = l.expr(list);
        return vec![Arg { name: "", value }];
    }
    l.children(list).into_iter().map(|value| Arg { name: "", value }).collect()
}

/// Markup: what an attribute sets is an assignment to it.
fn markup<'s>(l: &mut Lower<'s>, n: Node<'_>) -> Id {
    let mut parts = Vec::new();
    let mut cursor = n.walk();
    for child in n.named_children(&mut cursor) {
        match child.kind() {
            "jsx_attribute" => {
                if let (Some(name), Some(value)) = (child.named_child(0), child.named_child(1)) {
                    let value = l.expr(value);
                    let element = l.push(child, Kind::Parts(Vec::new()));
                    let name = l.text(name);
                    let target = l.push(child, Kind::Field(element, name));
                    parts.push(l.push(child, Kind::Assign(target, None, value)));
                }
            }
            "jsx_expression"
            | "jsx_element"
            | "jsx_self_closing_element"
            | "jsx_opening_element" => parts.push(l.expr(child)),
            _ => {}
        }
    }
    // React escapes what it renders: the element carries nothing on.
    let _ = parts.len();
    let made = l.push(n, Kind::Parts(parts));
    l.push(n, Kind::Cast("Element", made))
}

pub(super) fn expr<'s>(l: &mut Lower<'s>, n: Node<'_>) -> Id {
    match n.kind() {
        "identifier"
        | "this"
        | "super"
        | "shorthand_property_identifier"
        | "shorthand_property_identifier_pattern" => l.name(n),
        "undefined" | "null" => l.push(n, Kind::Null),
        "number" => match integer(l.text(n)) {
            Some(value) => l.push(n, Kind::Int(value)),
            None => l.push(n, Kind::Parts(Vec::new())),
        },
        "true" => l.push(n, Kind::Bool(true)),
        "false" => l.push(n, Kind::Bool(false)),
        "string" => {
            let text = l.text(n);
            let inner = text.get(1..text.len().saturating_sub(1)).unwrap_or_default();
            l.string(n, inner)
        }
        "regex" => {
            let text = l.text(n);
            l.push(n, Kind::Str(text.into()))
        }
        "template_string" => {
            let mut parts = Vec::new();
            let mut cursor = n.walk();
            for child in n.named_children(&mut cursor) {
                if child.kind() == "template_substitution" {
                    parts.push(l.first(child));
                } else {
                    let text = l.text(child);
                    parts.push(l.string(child, text));
                }
            }
            l.push(n, Kind::Text(parts))
        }
        "parenthesized_expression"
        | "await_expression"
        | "spread_element"
        | "yield_expression"
        | "non_null_expression"
        | "rest_pattern"
        | "jsx_expression" => l.first(n),
        "satisfies_expression" => l.first(n),
        "as_expression" | "type_assertion" => {
            let value = l.first(n);
            let ty = n.named_child(1).map_or("", |t| last_name(l.text(t)));
            l.push(n, Kind::Cast(ty, value))
        }
        "sequence_expression" => {
            let parts = l.children(n);
            l.push(n, Kind::Parts(parts))
        }
        "binary_expression" => l.binary(n, &["+"]),
        "unary_expression" => {
            let inner = l.expr_at(n, F::Argument);
            match l.field(n, F::Operator).map_or("", |o| o.kind()) {
                "!" => l.push(n, Kind::Not(inner)),
                "-" => l.push(n, Kind::Neg(inner)),
                "typeof" | "+" | "~" | "delete" | "void" => {
                    let null = l.push(n, Kind::Null);
                    l.push(n, Kind::Binary(Op::Test, inner, null))
                }
                _ => inner,
            }
        }
        "update_expression" => {
            let target = l.expr_at(n, F::Argument);
            let one = l.push(n, Kind::Int(1));
            let op = if l.text(n).contains("++") { Op::Add } else { Op::Sub };
            l.assign(n, target, Some(op), one)
        }
        "assignment_expression" | "augmented_assignment_expression" => {
            let op = l.field(n, F::Operator).map_or("=", |o| o.kind());
            let value = l.expr_at(n, F::Right);
            let target = l.expr_at(n, F::Left);
            l.assign(n, target, (op != "=").then(|| Op::of(op)), value)
        }
        "ternary_expression" => l.choice(n),
        "call_expression" => {
            let callee = l.expr_at(n, F::Function);
            let args = arguments(l, n);
            l.call(n, callee, args)
        }
        "new_expression" => {
            let args = arguments(l, n);
            let ty = l.field(n, F::Constructor).map_or("", |c| last_name(l.text(c)));
            l.push(n, Kind::New(ty, args, None))
        }
        "member_expression" => {
            let object = l.expr_at(n, F::Object);
            let name = l.field(n, F::Property).map_or("", |f| l.text(f));
            l.push(n, Kind::Field(object, name))
        }
        "subscript_expression" => {
            let base = l.expr_at(n, F::Object);
            let index = l.expr_at(n, F::Index);
            l.push(n, Kind::Index(base, index))
        }
        "array" | "array_pattern" => {
            let items = l.children(n);
            l.push(n, Kind::List(items))
        }
        "object" | "object_pattern" => object(l, n),
        "assignment_pattern" | "object_assignment_pattern" => l.expr_at(n, F::Left),
        "arrow_function" | "function_expression" | "generator_function" => {
            let f = function(l, n);
            l.push(n, Kind::Lambda(f))
        }
        "class" => {
            let c = class(l, n);
            l.push(n, Kind::New("", Vec::new(), Some(c)))
        }
        "jsx_element" | "jsx_self_closing_element" | "jsx_opening_element" => markup(l, n),
        "lexical_declaration" | "variable_declaration" => {
            // The head of a `for … of`.
            let name = n.named_child(0).and_then(|d| l.field(d, F::Name));
            match name {
                Some(name) => l.expr(name),
                None => l.push(n, Kind::Parts(Vec::new())),
            }
        }
        "comment" | "type_arguments" | "type_annotation" => l.push(n, Kind::Parts(Vec::new())),
        _ => l.parts(n),
    }
}

fn object<'s>(l: &mut Lower<'s>, n: Node<'_>) -> Id {
    let mut entries = Vec::new();
    let mut cursor = n.walk();
    for part in n.named_children(&mut cursor) {
        match part.kind() {
            "pair" | "pair_pattern" => {
                let key = match l.field(part, F::Key) {
                    Some(k) if k.kind() == "property_identifier" || k.kind() == "number" => {
                        let text = l.text(k);
                        Some(l.string(k, text))
                    }
                    Some(k) if k.kind() == "computed_property_name" => Some(l.first(k)),
                    Some(k) => Some(l.expr(k)),
                    None => None,
                };
                let value = l.expr_at(part, F::Value);
                entries.push((key, value));
            }
            "shorthand_property_identifier" | "shorthand_property_identifier_pattern" => {
                let text = l.text(part);
                let key = l.string(part, text);
                let value = l.name(part);
                entries.push((Some(key), value));
            }
            "object_assignment_pattern" => {
                let Some(left) = l.field(part, F::Left) else { continue };
                let text = l.text(left);
                let key = l.string(left, text);
                let value = l.expr(left);
                entries.push((Some(key), value));
            }
            "spread_element" | "rest_pattern" => {
                let value = l.first(part);
                entries.push((None, value));
            }
            "method_definition" => {
                let f = function(l, part);
                let name = l.field(part, F::Name).map_or("", |c| l.text(c));
                let key = l.string(part, name);
                let value = l.push(part, Kind::Lambda(f));
                entries.push((Some(key), value));
            }
            _ => {}
        }
    }
    l.push(n, Kind::Map(entries))
}
