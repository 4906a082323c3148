//! Go.

use tree_sitter::Node;

use super::super::ir::{Block, Case, ClassField, Function, Id, Kind, Op, Parameter, Stmt};
use super::{F, Lower, arg, integer, last_name};

pub(super) fn statement<'s>(l: &mut Lower<'s>, n: Node<'_>, out: &mut Block<'s>) {
    match n.kind() {
        "block" | "statement_list" => l.statements(n, out),
        "expression_statement" | "go_statement" | "defer_statement" => {
            let e = l.first(n);
            out.push(Stmt::Expr(e));
        }
        "short_var_declaration" | "assignment_statement" => {
            let op = l.field(n, F::Operator).map_or("=", |o| o.kind());
            let value = l.expr_at(n, F::Right);
            let target = l.expr_at(n, F::Left);
            let op = (!matches!(op, "=" | ":=")).then(|| Op::of(op));
            let e = l.assign(n, target, op, value);
            out.push(Stmt::Expr(e));
        }
        "inc_statement" | "dec_statement" => {
            let target = l.first(n);
            let one = l.push(n, Kind::Int(1));
            let op = if n.kind() == "inc_statement" { Op::Add } else { Op::Sub };
            let e = l.assign(n, target, Some(op), one);
            out.push(Stmt::Expr(e));
        }
        "var_declaration" | "const_declaration" | "var_spec_list" => l.statements(n, out),
        "var_spec" | "const_spec" => {
            let ty = l.field(n, F::Type).map_or("", |t| type_name(l, t));
            let mut cursor = n.walk();
            let names: Vec<_> = n.children_by_field_name("name", &mut cursor).collect();
            let value = l.field(n, F::Value).map(|v| l.expr(v));
            if let [name] = names[..] {
                let sym = l.sym(l.text(name));
                l.assigned(sym);
                out.push(Stmt::Declare(sym, ty, value));
            } else if let Some(value) = value {
                let targets: Vec<Id> = names.into_iter().map(|c| l.name(c)).collect();
                let target = l.push(n, Kind::List(targets));
                let e = l.assign(n, target, None, value);
                out.push(Stmt::Expr(e));
            }
        }
        "if_statement" => {
            if let Some(init) = l.field(n, F::Initializer) {
                l.statement(init, out);
            }
            let condition = l.expr_at(n, F::Condition);
            let then = l.block_at(n, F::Consequence);
            let other = l.block_at(n, F::Alternative);
            out.push(Stmt::If(condition, then, other));
        }
        "for_statement" => {
            let head = n.named_child(0).filter(|c| c.kind() != "block");
            let over = head.filter(|h| h.kind() == "range_clause").map(|h| l.expr_at(h, F::Right));
            if let Some(init) =
                head.filter(|h| h.kind() == "for_clause").and_then(|h| l.field(h, F::Initializer))
            {
                l.statement(init, out);
            }
            let made = l.looped(|l, made| {
                match head {
                    Some(h) if h.kind() == "range_clause" => {
                        if let Some(left) = l.field(h, F::Left) {
                            // The key is a place; the value is an element.
                            let targets = l.children(left);
                            let target = match targets[..] {
                                [_, value] => value,
                                [key] => key,
                                _ => l.push(h, Kind::Null),
                            };
                            l.note_targets(target, 0);
                            made.each = over.map(|over| (target, over));
                        }
                    }
                    Some(h) if h.kind() == "for_clause" => {
                        made.condition = l.field(h, F::Condition).map(|c| l.expr(c));
                        if let Some(update) = l.field(h, F::Update) {
                            l.statement(update, &mut made.update);
                        }
                    }
                    Some(h) => made.condition = Some(l.expr(h)),
                    None => {}
                }
                made.body = l.block_at(n, F::Body);
            });
            out.push(made);
        }
        "expression_switch_statement" | "type_switch_statement" | "select_statement" => {
            if let Some(init) = l.field(n, F::Initializer) {
                l.statement(init, out);
            }
            let subject = match l.field(n, F::Value) {
                Some(v) => l.expr(v),
                None => l.push(n, Kind::Bool(true)),
            };
            if let Some(alias) = l.field(n, F::Alias) {
                let target = l.expr(alias);
                let e = l.assign(alias, target, None, subject);
                out.push(Stmt::Expr(e));
            }
            let mut cases = Vec::new();
            let mut cursor = n.walk();
            for case in n.named_children(&mut cursor) {
                let (labels, known) = match case.kind() {
                    "expression_case" => {
                        (l.field(case, F::Value).map(|v| l.children(v)).unwrap_or_default(), true)
                    }
                    "default_case" => (Vec::new(), true),
                    "type_case" | "communication_case" => {
                        (vec![l.push(case, Kind::Parts(vec![]))], true)
                    }
                    _ => (Vec::new(), false),
                };
                if !known {
                    continue;
                }
                let mut body = Vec::new();
                let mut inner = case.walk();
                for child in case.named_children(&mut inner) {
                    if child.kind() == "statement_list" {
                        l.statements(child, &mut body);
                    }
                }
                cases.push(Case { labels, body, falls: false });
            }
            out.push(Stmt::Switch(subject, cases));
        }
        "labeled_statement" => l.statements(n, out),
        "function_declaration" | "method_declaration" => {
            let f = function(l, n);
            out.push(Stmt::Function(f));
        }
        "type_declaration" => {
            let mut cursor = n.walk();
            for spec in n.named_children(&mut cursor).filter(|c| c.kind() == "type_spec") {
                let Some(body) = l.field(spec, F::Type).filter(|t| t.kind() == "struct_type")
                else {
                    continue;
                };
                let name = l.field(spec, F::Name).map_or("", |c| l.text(c));
                l.class(name, Vec::new(), |l, id| fields(l, body, id));
            }
        }
        "import_declaration" => imports(l, n),
        "package_clause" | "comment" | "label_name" | "empty_statement" => {}
        _ if l.usual_statement(n, out) => {}
        _ => {
            let e = l.expr(n);
            out.push(Stmt::Expr(e));
        }
    }
}

fn fields<'s>(l: &mut Lower<'s>, body: Node<'_>, id: u32) {
    let Some(list) = body.named_child(0) else { return };
    let mut cursor = list.walk();
    for field in list.named_children(&mut cursor) {
        let ty = l.field(field, F::Type).map_or("", |t| type_name(l, t));
        let mut inner = field.walk();
        let names: Vec<_> = field.children_by_field_name("name", &mut inner).collect();
        for name in names {
            let name = l.sym(l.text(name));
            l.class_mut(id).fields.push(ClassField { name, ty, value: None });
        }
    }
}

fn imports<'s>(l: &mut Lower<'s>, n: Node<'_>) {
    let mut cursor = n.walk();
    for child in n.named_children(&mut cursor) {
        if child.kind() == "import_spec_list" {
            imports(l, child);
        } else if child.kind() == "import_spec"
            && let Some(path) = l.field(child, F::Path)
        {
            let path = l.text(path).trim_matches(['"', '`']);
            let name = match l.field(child, F::Name) {
                Some(alias) => l.text(alias),
                None => {
                    let last = path.rsplit('/').next().unwrap_or_default();
                    // `…/v2` is a version of what stands before it.
                    let versioned =
                        last.strip_prefix('v').is_some_and(|v| v.parse::<u32>().is_ok());
                    let name =
                        if versioned { path.rsplit('/').nth(1).unwrap_or(last) } else { last };
                    name.strip_prefix("go-").unwrap_or(name)
                }
            };
            let sym = l.sym(name);
            l.unit.imports.insert(sym, path.to_owned());
        }
    }
}

/// `*http.Request` is `http.Request`.
fn type_name<'s>(l: &Lower<'s>, t: Node<'_>) -> &'s str {
    match t.kind() {
        "pointer_type" => t.named_child(0).map_or("", |c| type_name(l, c)),
        "slice_type" | "array_type" | "map_type" => "[]",
        "qualified_type" => l.text(t),
        _ => last_name(l.text(t)),
    }
}

fn function<'s>(l: &mut Lower<'s>, n: Node<'_>) -> u32 {
    let name = l.field(n, F::Name).map_or("", |c| l.text(c));
    l.function(n, name, |l, f| {
        if let Some(receiver) = l.field(n, F::Receiver) {
            parameters(l, receiver, f);
            // A method's receiver is looked at through its name and type.
            f.notes.push("receiver");
        }
        let receivers = f.parameters.len();
        if let Some(list) = l.field(n, F::Parameters) {
            parameters(l, list, f);
        }
        let count = f.parameters.len();
        f.parameters.rotate_left(receivers.min(count));
        if let Some(body) = l.field(n, F::Body) {
            f.body = l.block(body);
        }
    })
}

fn parameters<'s>(l: &mut Lower<'s>, list: Node<'_>, f: &mut Function<'s>) {
    let mut cursor = list.walk();
    for p in list.named_children(&mut cursor) {
        let ty = l.field(p, F::Type).map_or("", |t| type_name(l, t));
        let ty = if p.kind() == "variadic_parameter_declaration" { "[]" } else { ty };
        let mut inner = p.walk();
        let names: Vec<_> = p.children_by_field_name("name", &mut inner).collect();
        for name in names {
            let sym = l.sym(l.text(name));
            f.parameters.push(Parameter {
                name: sym,
                ty,
                start: p.start_byte() as u32,
                end: p.end_byte() as u32,
                ..Parameter::default()
            });
        }
    }
}

pub(super) fn expr<'s>(l: &mut Lower<'s>, n: Node<'_>) -> Id {
    match n.kind() {
        "identifier" | "field_identifier" | "package_identifier" | "type_identifier" => l.name(n),
        "nil" => l.push(n, Kind::Null),
        "true" => l.push(n, Kind::Bool(true)),
        "false" => l.push(n, Kind::Bool(false)),
        "int_literal" => match integer(l.text(n)) {
            Some(value) => l.push(n, Kind::Int(value)),
            None => l.push(n, Kind::Parts(Vec::new())),
        },
        "interpreted_string_literal" | "raw_string_literal" => {
            let text = l.text(n);
            let inner = text.get(1..text.len().saturating_sub(1)).unwrap_or_default();
            l.string(n, inner)
        }
        "rune_literal" => l.push(n, Kind::Parts(Vec::new())),
        "parenthesized_expression" | "variadic_argument" | "literal_element" => l.first(n),
        "expression_list" => match n.named_child_count() {
            1 => l.first(n),
            _ => {
                let items = l.children(n);
                l.push(n, Kind::List(items))
            }
        },
        "binary_expression" => l.binary(n, &["+"]),
        "unary_expression" => {
            let inner = l.expr_at(n, F::Operand);
            match l.field(n, F::Operator).map_or("", |o| o.kind()) {
                "!" => l.push(n, Kind::Not(inner)),
                "-" => l.push(n, Kind::Neg(inner)),
                _ => inner,
            }
        }
        "call_expression" => {
            let Some(function) = l.field(n, F::Function) else { return l.parts(n) };
            let args = match l.field(n, F::Arguments) {
                Some(list) => l.children(list).into_iter().map(arg).collect(),
                None => Vec::new(),
            };
            let callee = match function.kind() {
                "parenthesized_expression" | "slice_type" | "array_type" => {
                    // `[]byte(x)` holds what `x` holds.
                    let parts = args.iter().map(|a| a.value).collect();
                    return l.push(n, Kind::Parts(parts));
                }
                _ => l.expr(function),
            };
            l.call(n, callee, args)
        }
        "selector_expression" => {
            let object = l.expr_at(n, F::Operand);
            let name = l.field(n, F::Field).map_or("", |f| l.text(f));
            l.push(n, Kind::Field(object, name))
        }
        "index_expression" => {
            let base = l.expr_at(n, F::Operand);
            let index = l.expr_at(n, F::Index);
            l.push(n, Kind::Index(base, index))
        }
        "slice_expression" => l.expr_at(n, F::Operand),
        "type_assertion_expression" | "type_conversion_expression" => {
            let ty = l.field(n, F::Type).map_or("", |t| type_name(l, t));
            let value = l.expr_at(n, F::Operand);
            l.push(n, Kind::Cast(ty, value))
        }
        "composite_literal" => {
            let ty = l.field(n, F::Type).map_or("", |t| type_name(l, t));
            let Some(body) = l.field(n, F::Body) else { return l.parts(n) };
            let (mut items, mut entries) = (Vec::new(), Vec::new());
            let mut cursor = body.walk();
            for element in body.named_children(&mut cursor) {
                if element.kind() == "keyed_element" {
                    let (Some(k), Some(v)) = (l.field(element, F::Key), l.field(element, F::Value))
                    else {
                        continue;
                    };
                    // A field's name is no variable.
                    let inner = k.named_child(0).unwrap_or(k);
                    let key = if inner.kind() == "identifier" {
                        let text = l.text(inner);
                        l.string(k, text)
                    } else {
                        l.expr(k)
                    };
                    let value = l.expr(v);
                    entries.push((Some(key), value));
                } else if element.kind() != "comment" {
                    items.push(l.expr(element));
                }
            }
            let made = if entries.is_empty() { Kind::List(items) } else { Kind::Map(entries) };
            let made = l.push(n, made);
            if ty == "[]" { made } else { l.push(n, Kind::Cast(ty, made)) }
        }
        "literal_value" => {
            let items = l.children(n);
            l.push(n, Kind::List(items))
        }
        "func_literal" => {
            let f = function(l, n);
            l.push(n, Kind::Lambda(f))
        }
        "comment" | "float_literal" | "slice_type" | "map_type" | "pointer_type" | "array_type"
        | "qualified_type" | "struct_type" | "channel_type" | "interface_type"
        | "function_type" | "generic_type" | "iota" => l.push(n, Kind::Parts(Vec::new())),
        _ => l.parts(n),
    }
}
