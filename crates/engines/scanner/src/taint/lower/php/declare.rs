//! Classes, functions and their parameters, and names that are imported.

use tree_sitter::Node;

use super::super::{F, Lower, last_name};
use crate::taint::ir::{ClassField, Function, Parameter};

/// `use A\B as C;` and `use A\{B, C};`, with dots as elsewhere.
pub(super) fn imports<'s>(l: &mut Lower<'s>, n: Node<'_>) {
    let (mut prefix, mut clauses) = (String::new(), Vec::new());
    let mut cursor = n.walk();
    for child in n.named_children(&mut cursor) {
        match child.kind() {
            "namespace_name" => prefix = format!("{}.", l.text(child).replace('\\', ".")),
            "namespace_use_clause" => clauses.push(child),
            "namespace_use_group" => {
                let mut inner = child.walk();
                let all = child.named_children(&mut inner);
                clauses.extend(all.filter(|c| c.kind() == "namespace_use_clause"));
            }
            _ => {}
        }
    }
    for clause in clauses {
        let Some(named) = clause.named_child(0) else { continue };
        let path = l.text(named).trim_start_matches('\\');
        let name = l.field(clause, F::Alias).map_or(last_name(path), |a| l.text(a));
        let path = format!("{prefix}{}", path.replace('\\', "."));
        let sym = l.sym(name);
        l.unit.imports.insert(sym, path);
    }
}

/// The names of the attributes of a function or parameter.
pub(super) fn notes<'s>(l: &Lower<'s>, n: Node<'_>) -> Vec<&'s str> {
    let mut out = Vec::new();
    let Some(list) = l.field(n, F::Attributes) else { return out };
    let mut cursor = list.walk();
    for group in list.named_children(&mut cursor) {
        let mut inner = group.walk();
        for note in group.named_children(&mut inner).filter(|c| c.kind() == "attribute") {
            out.extend(note.named_child(0).map(|name| last_name(l.text(name))));
        }
    }
    out
}

/// Members of a class. What a route calls gets parts of the address.
pub(super) fn members<'s>(l: &mut Lower<'s>, body: Node<'_>, id: u32, routed: bool) {
    let mut cursor = body.walk();
    for member in body.named_children(&mut cursor) {
        match member.kind() {
            "method_declaration" => {
                let f = function(l, member);
                l.class_mut(id).methods.push(f);
                let mut inner = member.walk();
                let public = member
                    .named_children(&mut inner)
                    .all(|c| c.kind() != "visibility_modifier" || l.text(c) == "public");
                let made = &mut l.unit.functions[f as usize];
                if routed && public && !made.name.starts_with("__") && made.name != "<new>" {
                    for parameter in &mut made.parameters {
                        if matches!(parameter.ty, "" | "string" | "array" | "mixed") {
                            parameter.notes.push("Controller");
                        }
                    }
                }
                promoted(l, member, id);
            }
            "property_declaration" => {
                let ty = l.field(member, F::Type).map_or("", |t| last_name(l.text(t)));
                let mut inner = member.walk();
                for element in member.named_children(&mut inner) {
                    let Some(name) = l.field(element, F::Name) else { continue };
                    let value = l.field(element, F::DefaultValue).map(|v| l.expr(v));
                    let name = l.sym(l.text(name));
                    l.assigned(name);
                    l.class_mut(id).fields.push(ClassField { name, ty, value });
                }
            }
            _ => {}
        }
    }
}

/// Parameters of a constructor that are fields as well.
pub(super) fn promoted<'s>(l: &mut Lower<'s>, method: Node<'_>, id: u32) {
    let Some(list) = l.field(method, F::Parameters) else { return };
    let mut cursor = list.walk();
    for p in list.named_children(&mut cursor) {
        if p.kind() == "property_promotion_parameter"
            && let Some(name) = l.field(p, F::Name)
        {
            let ty = l.field(p, F::Type).map_or("", |t| last_name(l.text(t)));
            let name = l.sym(l.text(name));
            l.assigned(name);
            l.class_mut(id).fields.push(ClassField { name, ty, value: None });
        }
    }
}

pub(super) fn function<'s>(l: &mut Lower<'s>, n: Node<'_>) -> u32 {
    let name = match l.field(n, F::Name).map_or("", |c| l.text(c)) {
        "__construct" => "<new>",
        name => name,
    };
    l.function(n, name, |l, f| {
        f.notes = notes(l, n);
        if let Some(list) = l.field(n, F::Parameters) {
            parameters(l, list, f);
        }
        f.body = l.body(n, "compound_statement");
    })
}

pub(super) fn parameters<'s>(l: &mut Lower<'s>, list: Node<'_>, f: &mut Function<'s>) {
    let mut cursor = list.walk();
    for p in list.named_children(&mut cursor) {
        let Some(name) = l.field(p, F::Name) else { continue };
        let sym = l.sym(l.text(name));
        f.parameters.push(Parameter {
            name: sym,
            ty: l.field(p, F::Type).map_or("", |t| last_name(l.text(t))),
            notes: notes(l, p),
            start: p.start_byte() as u32,
            end: p.end_byte() as u32,
            ..Parameter::default()
        });
    }
}
