//! Java.

use tree_sitter::Node;

use super::super::ir::{Arg, Block, Case, ClassField, Function, Id, Kind, Op, Parameter, Stmt};
use super::{F, Lower, arg, integer, last_name};

pub(super) fn statement<'s>(l: &mut Lower<'s>, n: Node<'_>, out: &mut Block<'s>) {
    match n.kind() {
        "block" | "constructor_body" | "static_initializer" => l.statements(n, out),
        "expression_statement" => {
            let Some(inner) = n.named_child(0) else { return };
            if inner.kind() == "switch_expression" {
                statement(l, inner, out);
            } else {
                let e = l.expr(inner);
                out.push(Stmt::Expr(e));
            }
        }
        "local_variable_declaration" => {
            let ty = l.field(n, F::Type).map_or("", |t| type_name(l, t));
            declarators(l, n, ty, out);
        }
        "yield_statement" => {
            let e = l.first(n);
            out.push(Stmt::Expr(e));
        }
        "for_statement" => {
            let mut cursor = n.walk();
            let inits: Vec<_> = n.children_by_field_name("init", &mut cursor).collect();
            for init in inits {
                if init.kind() == "local_variable_declaration" {
                    statement(l, init, out);
                } else {
                    let e = l.expr(init);
                    out.push(Stmt::Expr(e));
                }
            }
            let updates: Vec<_> = n.children_by_field_name("update", &mut cursor).collect();
            let made = l.looped(|l, made| {
                made.condition = l.field(n, F::Condition).map(|c| l.expr(c));
                made.body = l.block_at(n, F::Body);
                for update in updates {
                    let e = l.expr(update);
                    made.update.push(Stmt::Expr(e));
                }
            });
            out.push(made);
        }
        "enhanced_for_statement" => {
            let over = l.expr_at(n, F::Value);
            let ty = l.field(n, F::Type).map_or("", |t| type_name(l, t));
            let made = l.looped(|l, made| {
                if let Some(name) = l.field(n, F::Name) {
                    let sym = l.sym(l.text(name));
                    l.assigned(sym);
                    let target = l.push(name, Kind::Name(sym));
                    let target = l.push(name, Kind::Cast(ty, target));
                    made.each = Some((target, over));
                }
                made.body = l.block_at(n, F::Body);
            });
            out.push(made);
        }
        "switch_expression" => {
            let subject = l.expr_at(n, F::Condition);
            let cases = cases(l, n);
            out.push(Stmt::Switch(subject, cases));
        }
        "try_statement" | "try_with_resources_statement" => {
            let mut body = Vec::new();
            if let Some(resources) = l.field(n, F::Resources) {
                let mut cursor = resources.walk();
                for resource in resources.named_children(&mut cursor) {
                    let (Some(name), Some(value)) =
                        (l.field(resource, F::Name), l.field(resource, F::Value))
                    else {
                        continue;
                    };
                    let ty = l.field(resource, F::Type).map_or("", |t| type_name(l, t));
                    let value = l.expr(value);
                    let sym = l.sym(l.text(name));
                    l.assigned(sym);
                    body.push(Stmt::Declare(sym, ty, Some(value)));
                }
            }
            if let Some(block) = l.field(n, F::Body) {
                l.statement(block, &mut body);
            }
            let made = l.tried(n, body);
            out.push(made);
        }
        "synchronized_statement" => {
            let body = l.block_at(n, F::Body);
            out.push(Stmt::Block(body));
        }
        "labeled_statement" => l.statements(n, out),
        "class_declaration"
        | "enum_declaration"
        | "record_declaration"
        | "interface_declaration" => {
            let class = class(l, n);
            out.push(Stmt::Class(class));
        }
        "method_declaration" => {
            let f = method(l, n);
            out.push(Stmt::Function(f));
        }
        "import_declaration" => {
            // All of a package goes by the package's own name.
            if let Some(path) = n.named_child(0).map(|c| l.text(c)) {
                let all = l.text(n).contains('*');
                let name = if all { path } else { last_name(path) };
                let sym = l.sym(name);
                l.unit.imports.insert(sym, path.to_owned());
            }
        }
        "package_declaration" | "identifier" | "line_comment" | "block_comment" => {}
        _ if l.usual_statement(n, out) => {}
        _ => {
            let e = l.expr(n);
            out.push(Stmt::Expr(e));
        }
    }
}

fn declarators<'s>(l: &mut Lower<'s>, n: Node<'_>, ty: &'s str, out: &mut Block<'s>) {
    let mut cursor = n.walk();
    let found: Vec<_> = n.children_by_field_name("declarator", &mut cursor).collect();
    for declarator in found {
        let value = l.field(declarator, F::Value).map(|v| l.expr(v));
        let Some(name) = l.field(declarator, F::Name) else { continue };
        let sym = l.sym(l.text(name));
        l.assigned(sym);
        out.push(Stmt::Declare(sym, ty, value));
    }
}

fn cases<'s>(l: &mut Lower<'s>, n: Node<'_>) -> Vec<Case<'s>> {
    let mut cases = Vec::new();
    let Some(body) = l.field(n, F::Body) else { return cases };
    let mut cursor = body.walk();
    for group in body.named_children(&mut cursor) {
        let falls = group.kind() == "switch_block_statement_group";
        let (mut labels, mut default, mut block) = (Vec::new(), false, Vec::new());
        let mut inner = group.walk();
        for child in group.named_children(&mut inner) {
            if child.kind() == "switch_label" {
                let found = l.children(child);
                default |= found.is_empty();
                labels.extend(found);
            } else {
                l.statement(child, &mut block);
            }
        }
        if default {
            labels.clear();
        }
        cases.push(Case { labels, body: block, falls });
    }
    cases
}

fn class<'s>(l: &mut Lower<'s>, n: Node<'_>) -> u32 {
    let name = l.field(n, F::Name).map_or("", |c| l.text(c));
    let mut supers = Vec::new();
    for field in [F::Superclass, F::Interfaces] {
        if let Some(list) = l.field(n, field) {
            names_in(l, list, &mut supers, 0);
        }
    }
    l.class(name, supers, |l, id| {
        if let Some(body) = l.field(n, F::Body) {
            members(l, body, id);
        }
    })
}

fn names_in<'s>(l: &Lower<'s>, n: Node<'_>, out: &mut Vec<&'s str>, depth: u32) {
    if matches!(n.kind(), "type_identifier" | "scoped_type_identifier" | "generic_type") {
        out.push(last_name(l.text(n)));
    } else if depth < 4 {
        let mut cursor = n.walk();
        for child in n.named_children(&mut cursor) {
            names_in(l, child, out, depth + 1);
        }
    }
}

fn members<'s>(l: &mut Lower<'s>, body: Node<'_>, id: u32) {
    let mut cursor = body.walk();
    for member in body.named_children(&mut cursor) {
        match member.kind() {
            "method_declaration"
            | "constructor_declaration"
            | "compact_constructor_declaration" => {
                let f = method(l, member);
                l.class_mut(id).methods.push(f);
            }
            "field_declaration" | "constant_declaration" => {
                let ty = l.field(member, F::Type).map_or("", |t| type_name(l, t));
                let mut inner = member.walk();
                let found: Vec<_> =
                    member.children_by_field_name("declarator", &mut inner).collect();
                for declarator in found {
                    let value = match l.field(declarator, F::Value) {
                        Some(value) => Some(l.expr(value)),
                        None => injected(l, member),
                    };
                    let Some(name) = l.field(declarator, F::Name) else { continue };
                    let name = l.sym(l.text(name));
                    if value.is_some() {
                        l.assigned(name);
                    }
                    l.class_mut(id).fields.push(ClassField { name, ty, value });
                }
            }
            "class_declaration"
            | "enum_declaration"
            | "record_declaration"
            | "interface_declaration" => {
                class(l, member);
            }
            "enum_body_declarations" => members(l, member, id),
            "static_initializer" | "block" => {
                let f = l.function(member, "<init>", |l, f| f.body = l.block(member));
                l.class_mut(id).methods.push(f);
            }
            _ => {}
        }
    }
}

/// What Spring puts into a field: `@Value("${key:default}")`, as a question for the
/// key.
fn injected<'s>(l: &mut Lower<'s>, field: Node<'_>) -> Option<Id> {
    let modifiers = field.named_child(0).filter(|c| c.kind() == "modifiers")?;
    let mut cursor = modifiers.walk();
    let note = modifiers.named_children(&mut cursor).find(|c| {
        c.kind() == "annotation" && l.field(*c, F::Name).is_some_and(|n| l.text(n) == "Value")
    })?;
    let text = l.text(l.field(note, F::Arguments)?);
    let inner = text.split_once("${")?.1.split_once('}')?.0;
    let (key, default) = match inner.split_once(':') {
        Some((key, default)) => (key, Some(default)),
        None => (inner, None),
    };
    let environment = l.sym("Environment");
    let on = l.push(note, Kind::Name(environment));
    let callee = l.push(note, Kind::Field(on, "getProperty"));
    let mut args = vec![arg(l.string(note, key))];
    args.extend(default.map(|default| arg(l.string(note, default))));
    Some(l.call(note, callee, args))
}

fn method<'s>(l: &mut Lower<'s>, n: Node<'_>) -> u32 {
    let name = if n.kind() == "method_declaration" {
        l.field(n, F::Name).map_or("", |c| l.text(c))
    } else {
        "<new>"
    };
    l.function(n, name, |l, f| {
        f.notes = notes(l, n);
        if let Some(list) = l.field(n, F::Parameters) {
            parameters(l, list, f);
        }
        if let Some(body) = l.field(n, F::Body) {
            f.body = l.block(body);
        }
    })
}

/// Annotations among a declaration's modifiers.
fn notes<'s>(l: &Lower<'s>, n: Node<'_>) -> Vec<&'s str> {
    let mut out = Vec::new();
    let mut cursor = n.walk();
    for child in n.named_children(&mut cursor).filter(|c| c.kind() == "modifiers") {
        let mut inner = child.walk();
        for note in child.named_children(&mut inner) {
            if let Some(name) = l.field(note, F::Name) {
                out.push(last_name(l.text(name)));
            }
        }
    }
    out
}

fn parameters<'s>(l: &mut Lower<'s>, list: Node<'_>, f: &mut Function<'s>) {
    let mut cursor = list.walk();
    for p in list.named_children(&mut cursor) {
        let (name, ty) = match p.kind() {
            "formal_parameter" => (l.field(p, F::Name), l.field(p, F::Type)),
            "spread_parameter" => {
                let mut inner = p.walk();
                let name = p
                    .named_children(&mut inner)
                    .find(|c| c.kind() == "variable_declarator")
                    .and_then(|c| l.field(c, F::Name));
                (name, None)
            }
            "identifier" => (Some(p), None),
            _ => continue,
        };
        let Some(name) = name else { continue };
        let sym = l.sym(l.text(name));
        f.parameters.push(Parameter {
            name: sym,
            ty: ty.map_or("", |t| type_name(l, t)),
            notes: notes(l, p),
            pattern: None,
            start: p.start_byte() as u32,
            end: p.end_byte() as u32,
        });
    }
}

/// `String[]` is no `String`; `var` is no type.
fn type_name<'s>(l: &Lower<'s>, t: Node<'_>) -> &'s str {
    match t.kind() {
        "array_type" => "[]",
        _ => match last_name(l.text(t)) {
            "var" => "",
            name => name,
        },
    }
}

fn arguments<'s>(l: &mut Lower<'s>, n: Node<'_>) -> Vec<Arg<'s>> {
    let Some(list) = l.field(n, F::Arguments) else { return Vec::new() };
    l.children(list).into_iter().map(arg).collect()
}

pub(super) fn expr<'s>(l: &mut Lower<'s>, n: Node<'_>) -> Id {
    match n.kind() {
        "identifier" | "this" | "super" => l.name(n),
        "decimal_integer_literal"
        | "hex_integer_literal"
        | "octal_integer_literal"
        | "binary_integer_literal" => match integer(l.text(n)) {
            Some(value) => l.push(n, Kind::Int(value)),
            None => l.push(n, Kind::Parts(Vec::new())),
        },
        "string_literal" => {
            let text = l.text(n);
            let inner = text
                .strip_prefix("\"\"\"")
                .and_then(|t| t.strip_suffix("\"\"\""))
                .unwrap_or_else(|| text.trim_matches('"'));
            l.string(n, inner)
        }
        "character_literal" => {
            let text = l.text(n);
            let inner = text.get(1..text.len().saturating_sub(1)).unwrap_or_default();
            l.string(n, inner)
        }
        "true" => l.push(n, Kind::Bool(true)),
        "false" => l.push(n, Kind::Bool(false)),
        "null_literal" => l.push(n, Kind::Null),
        "parenthesized_expression" => l.first(n),
        "binary_expression" => l.binary(n, &["+"]),
        "unary_expression" => {
            let operand = l.expr_at(n, F::Operand);
            match l.field(n, F::Operator).map_or("", |o| o.kind()) {
                "!" => l.push(n, Kind::Not(operand)),
                "-" => l.push(n, Kind::Neg(operand)),
                _ => operand,
            }
        }
        "update_expression" => {
            let target = l.first(n);
            let one = l.push(n, Kind::Int(1));
            let op = if l.text(n).contains("++") { Op::Add } else { Op::Sub };
            l.assign(n, target, Some(op), one)
        }
        "assignment_expression" => {
            let op = l.field(n, F::Operator).map_or("=", |o| o.kind());
            let target = l.expr_at(n, F::Left);
            let value = l.expr_at(n, F::Right);
            l.assign(n, target, (op != "=").then(|| Op::of(op)), value)
        }
        "ternary_expression" => l.choice(n),
        "cast_expression" => {
            let ty = l.field(n, F::Type).map_or("", |t| type_name(l, t));
            let value = l.expr_at(n, F::Value);
            l.push(n, Kind::Cast(ty, value))
        }
        "instanceof_expression" => {
            let left = l.expr_at(n, F::Left);
            if let Some(name) = l.field(n, F::Name) {
                let target = l.name(name);
                l.assign(n, target, None, left);
            }
            let null = l.push(n, Kind::Null);
            l.push(n, Kind::Binary(Op::Test, left, null))
        }
        "method_invocation" => {
            let Some(name) = l.field(n, F::Name) else { return l.parts(n) };
            let callee = match l.field(n, F::Object) {
                Some(object) => {
                    let object = l.expr(object);
                    let name_text = l.text(name);
                    l.push(name, Kind::Field(object, name_text))
                }
                None => l.name(name),
            };
            let args = arguments(l, n);
            l.call(n, callee, args)
        }
        "object_creation_expression" => {
            let ty = l.field(n, F::Type).map_or("", |t| type_name(l, t));
            let args = arguments(l, n);
            let mut cursor = n.walk();
            let body = n.named_children(&mut cursor).find(|c| c.kind() == "class_body");
            let class = body.map(|body| l.class("", vec![ty], |l, id| members(l, body, id)));
            l.push(n, Kind::New(ty, args, class))
        }
        "field_access" => {
            let object = l.expr_at(n, F::Object);
            let name = l.field(n, F::Field).map_or("", |f| l.text(f));
            l.push(n, Kind::Field(object, name))
        }
        "array_access" => {
            let base = l.expr_at(n, F::Array);
            let index = l.expr_at(n, F::Index);
            l.push(n, Kind::Index(base, index))
        }
        "array_creation_expression" => match l.field(n, F::Value) {
            Some(value) => l.expr(value),
            None => l.push(n, Kind::List(Vec::new())),
        },
        "array_initializer" => {
            let items = l.children(n);
            l.push(n, Kind::List(items))
        }
        "lambda_expression" => {
            let f = l.function(n, "", |l, f| {
                if let Some(p) = l.field(n, F::Parameters) {
                    if p.kind() == "identifier" {
                        let sym = l.sym(l.text(p));
                        f.parameters.push(Parameter { name: sym, ..Parameter::default() });
                    } else {
                        parameters(l, p, f);
                    }
                }
                f.body = l.body(n, "block");
            });
            l.push(n, Kind::Lambda(f))
        }
        "switch_expression" => {
            let mut parts = Vec::new();
            if let Some(body) = l.field(n, F::Body) {
                let mut cursor = body.walk();
                for rule in body.named_children(&mut cursor) {
                    let last = rule.named_child(rule.named_child_count().saturating_sub(1) as u32);
                    if let Some(last) = last.filter(|c| c.kind() == "expression_statement") {
                        parts.push(l.first(last));
                    }
                }
            }
            l.push(n, Kind::Parts(parts))
        }
        "class_literal" | "method_reference" | "type_identifier" => {
            l.push(n, Kind::Parts(Vec::new()))
        }
        _ => l.parts(n),
    }
}
