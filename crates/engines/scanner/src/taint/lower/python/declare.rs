//! Classes, functions and their parameters.

use tree_sitter::Node;

use super::super::{F, Lower, last_name};
use crate::taint::ir::{ClassField, Function, Parameter, Stmt};

pub(super) fn members<'s>(l: &mut Lower<'s>, body: Node<'_>, id: u32) {
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

pub(super) fn function<'s>(l: &mut Lower<'s>, n: Node<'_>, notes: Vec<&'s str>) -> u32 {
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

pub(super) fn parameters<'s>(l: &mut Lower<'s>, list: Node<'_>, f: &mut Function<'s>) {
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
