//! Expressions, and the arguments of calls.

use tree_sitter::Node;

use super::super::{F, Lower, integer, last_name};
use super::declare::parameters;
use crate::taint::ir::{Arg, Id, Kind, Op, Stmt};

pub(in super::super) fn expr<'s>(l: &mut Lower<'s>, n: Node<'_>) -> Id {
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

pub(super) fn arguments<'s>(l: &mut Lower<'s>, n: Node<'_>) -> Vec<Arg<'s>> {
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
pub(super) fn string<'s>(l: &mut Lower<'s>, n: Node<'_>) -> Id {
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
pub(super) fn comprehension<'s>(l: &mut Lower<'s>, n: Node<'_>) -> Id {
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
