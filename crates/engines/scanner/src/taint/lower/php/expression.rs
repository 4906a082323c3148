//! Expressions, and the arguments of calls.

use tree_sitter::Node;

use super::super::{F, Lower, arg, integer, last_name};
use super::declare::function;
use crate::taint::ir::{Id, Kind, Op};

pub(in super::super) fn expr<'s>(l: &mut Lower<'s>, n: Node<'_>) -> Id {
    match n.kind() {
        "variable_name" => l.name(n),
        "name" | "qualified_name" => {
            let name = last_name(l.text(n));
            let sym = l.sym(name);
            l.push(n, Kind::Name(sym))
        }
        "integer" => match integer(l.text(n)) {
            Some(value) => l.push(n, Kind::Int(value)),
            None => l.push(n, Kind::Parts(Vec::new())),
        },
        "boolean" => {
            let value = l.text(n).eq_ignore_ascii_case("true");
            l.push(n, Kind::Bool(value))
        }
        "null" => l.push(n, Kind::Null),
        "string" | "encapsed_string" | "heredoc" | "nowdoc" => text(l, n),
        "shell_command_expression" => {
            let part = text(l, n);
            builtin(l, n, "shell_exec", vec![part])
        }
        "parenthesized_expression"
        | "error_suppression_expression"
        | "by_ref"
        | "clone_expression"
        | "variadic_unpacking"
        | "argument" => l.first(n),
        "print_intrinsic" => {
            let parts = l.children(n);
            builtin(l, n, "print", parts)
        }
        "include_expression"
        | "include_once_expression"
        | "require_expression"
        | "require_once_expression" => {
            let parts = l.children(n);
            builtin(l, n, "include", parts)
        }
        "exit_statement" => {
            let parts = l.children(n);
            builtin(l, n, "exit", parts)
        }
        "binary_expression" => l.binary(n, &[".", "+"]),
        "unary_op_expression" => {
            let inner = match l.field(n, F::Argument) {
                Some(a) => l.expr(a),
                None => l.first(n),
            };
            match l.field(n, F::Operator).map_or("", |o| o.kind()) {
                "!" => l.push(n, Kind::Not(inner)),
                "-" => l.push(n, Kind::Neg(inner)),
                _ => inner,
            }
        }
        "update_expression" => {
            let target = l.expr_at(n, F::Argument);
            let one = l.push(n, Kind::Int(1));
            l.assign(n, target, Some(Op::Add), one)
        }
        "assignment_expression" | "reference_assignment_expression" => {
            let value = l.expr_at(n, F::Right);
            let target = l.expr_at(n, F::Left);
            l.assign(n, target, None, value)
        }
        "augmented_assignment_expression" => {
            let op = Op::of(l.field(n, F::Operator).map_or("", |o| o.kind()));
            let value = l.expr_at(n, F::Right);
            let target = l.expr_at(n, F::Left);
            l.assign(n, target, Some(op), value)
        }
        "conditional_expression" => {
            let c = l.expr_at(n, F::Condition);
            let b = l.expr_at(n, F::Alternative);
            match l.field(n, F::Body) {
                Some(a) => {
                    let a = l.expr(a);
                    l.push(n, Kind::Choice(c, a, b))
                }
                None => l.push(n, Kind::Binary(Op::Else, c, b)),
            }
        }
        "cast_expression" => {
            let ty = l.field(n, F::Type).map_or("", |t| l.text(t));
            let ty = if ty == "integer" { "int" } else { ty };
            let value = l.expr_at(n, F::Value);
            l.push(n, Kind::Cast(ty, value))
        }
        "function_call_expression" => {
            let callee = l.expr_at(n, F::Function);
            let args = l.arguments(l.field(n, F::Arguments));
            l.call(n, callee, args)
        }
        "member_call_expression" | "nullsafe_member_call_expression" => {
            let object = l.expr_at(n, F::Object);
            let name = l.field(n, F::Name).map_or("", |c| l.text(c));
            let callee = l.push(n, Kind::Field(object, name));
            let args = l.arguments(l.field(n, F::Arguments));
            l.call(n, callee, args)
        }
        "scoped_call_expression" => {
            let scope = l.expr_at(n, F::Scope);
            let name = l.field(n, F::Name).map_or("", |c| l.text(c));
            let callee = l.push(n, Kind::Field(scope, name));
            let args = l.arguments(l.field(n, F::Arguments));
            l.call(n, callee, args)
        }
        "member_access_expression" | "nullsafe_member_access_expression" => {
            let object = l.expr_at(n, F::Object);
            let name = l.field(n, F::Name).map_or("", |c| l.text(c));
            l.push(n, Kind::Field(object, name))
        }
        "scoped_property_access_expression" => {
            let scope = l.expr_at(n, F::Scope);
            let name = l.field(n, F::Name).map_or("", |c| l.text(c).trim_start_matches('$'));
            l.push(n, Kind::Field(scope, name))
        }
        "class_constant_access_expression" => l.push(n, Kind::Parts(Vec::new())),
        "subscript_expression" if is_harmless(l, n) => l.push(n, Kind::Parts(Vec::new())),
        "subscript_expression" => {
            let base = l.first(n);
            let index = match n.named_child(1) {
                Some(i) => l.expr(i),
                None => l.push(n, Kind::Parts(Vec::new())),
            };
            l.push(n, Kind::Index(base, index))
        }
        "object_creation_expression" => {
            let mut cursor = n.walk();
            let (mut ty, mut args) = ("", Vec::new());
            let mut chosen = None;
            for child in n.named_children(&mut cursor) {
                match child.kind() {
                    "name" | "qualified_name" => ty = last_name(l.text(child)),
                    "arguments" => args = l.arguments(Some(child)),
                    "variable_name"
                    | "subscript_expression"
                    | "member_access_expression"
                    | "parenthesized_expression" => chosen = Some(l.expr(child)),
                    _ => {}
                }
            }
            let object = l.push(n, Kind::New(ty, args, None));
            match chosen {
                // A class that is named at run time.
                Some(class) => {
                    let class = builtin(l, n, "new", vec![class]);
                    l.push(n, Kind::Parts(vec![class, object]))
                }
                None => object,
            }
        }
        "array_creation_expression" | "list_literal" => {
            let (mut items, mut entries) = (Vec::new(), Vec::new());
            let mut cursor = n.walk();
            for element in n.named_children(&mut cursor) {
                if element.kind() == "array_element_initializer" && element.named_child_count() == 2
                {
                    let parts = l.children(element);
                    if let [k, v] = parts[..] {
                        entries.push((Some(k), v));
                    }
                } else if element.kind() == "array_element_initializer" {
                    items.push(l.first(element));
                } else if element.kind() != "comment" {
                    items.push(l.expr(element));
                }
            }
            if entries.is_empty() {
                return l.push(n, Kind::List(items));
            }
            entries.extend(items.into_iter().map(|v| (None, v)));
            l.push(n, Kind::Map(entries))
        }
        "anonymous_function" | "arrow_function" => {
            let f = function(l, n);
            l.push(n, Kind::Lambda(f))
        }
        "match_expression" => {
            let mut parts = Vec::new();
            if let Some(body) = l.field(n, F::Body) {
                let mut cursor = body.walk();
                for arm in body.named_children(&mut cursor) {
                    if let Some(v) = l.field(arm, F::ReturnExpression) {
                        parts.push(l.expr(v));
                    }
                }
            }
            l.push(n, Kind::Parts(parts))
        }
        "throw_expression" => {
            let e = l.first(n);
            let null = l.push(n, Kind::Null);
            l.push(n, Kind::Binary(Op::Test, e, null))
        }
        "comment" | "float" | "php_tag" => l.push(n, Kind::Parts(Vec::new())),
        _ => l.parts(n),
    }
}

pub(super) fn builtin<'s>(
    l: &mut Lower<'s>,
    n: Node<'_>,
    name: &'static str,
    parts: Vec<Id>,
) -> Id {
    let sym = l.sym(name);
    let callee = l.push(n, Kind::Name(sym));
    l.call(n, callee, parts.into_iter().map(arg).collect())
}

/// Text between quotes, with what is put into it.
pub(super) fn text<'s>(l: &mut Lower<'s>, n: Node<'_>) -> Id {
    let mut parts = Vec::new();
    let mut cursor = n.walk();
    for child in n.named_children(&mut cursor) {
        match child.kind() {
            "string_content" | "escape_sequence" | "nowdoc_string" => {
                let content = l.text(child);
                parts.push(l.string(child, content));
            }
            "heredoc_body" | "nowdoc_body" => parts.push(text(l, child)),
            "heredoc_start" | "heredoc_end" => {}
            _ => parts.push(l.expr(child)),
        }
    }
    match parts[..] {
        [] => l.string(n, ""),
        [one] => one,
        _ => l.push(n, Kind::Text(parts)),
    }
}

/// What the server says of itself or of what was uploaded, beside what the request
/// says.
pub(super) fn is_harmless(l: &Lower<'_>, n: Node<'_>) -> bool {
    let (Some(base), Some(index)) = (n.named_child(0), n.named_child(1)) else { return false };
    let key = l.text(index).trim_matches(['"', '\'']);
    match base.kind() {
        "variable_name" if l.text(base) == "$_SERVER" => {
            let told =
                ["HTTP_", "REQUEST_URI", "QUERY_STRING", "PATH_", "PHP_", "ORIG_", "REDIRECT_"];
            let text = index.kind() == "string" || index.kind() == "encapsed_string";
            text && key != "argv" && !told.iter().any(|start| key.starts_with(start))
        }
        "subscript_expression" => {
            base.named_child(0).is_some_and(|b| l.text(b) == "$_FILES")
                && matches!(key, "tmp_name" | "size" | "error")
        }
        _ => false,
    }
}
