//! Classes, functions and their parameters, and modules that are imported.

use tree_sitter::Node;

use super::super::{F, Lower, last_name};
use crate::taint::ir::{ClassField, Function, Parameter};

pub(super) fn import<'s>(l: &mut Lower<'s>, n: Node<'_>) {
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

/// The path that `require("x").y` names.
pub(super) fn required(l: &Lower<'_>, n: Node<'_>) -> Option<String> {
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

pub(super) fn module(quoted: &str) -> String {
    let path = quoted.trim_matches(['"', '\'', '`']);
    path.strip_prefix("node:").unwrap_or(path).to_owned()
}

pub(super) fn class<'s>(l: &mut Lower<'s>, n: Node<'_>) -> u32 {
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

pub(super) fn note<'s>(l: &Lower<'s>, n: Node<'_>) -> Option<&'s str> {
    let text = l.text(n).trim_start_matches('@');
    Some(last_name(text.split('(').next()?))
}

/// `: express.Request<T>` is `Request`.
pub(super) fn annotation<'s>(l: &Lower<'s>, n: Node<'_>) -> &'s str {
    let text = l.text(n).trim_start_matches(':').trim();
    if text.ends_with("[]") { "[]" } else { last_name(text) }
}

pub(super) fn function<'s>(l: &mut Lower<'s>, n: Node<'_>) -> u32 {
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

pub(super) fn parameters<'s>(l: &mut Lower<'s>, list: Node<'_>, f: &mut Function<'s>) {
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
