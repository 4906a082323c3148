//! Variables, classes, methods and their parameters, and which methods a framework
//! calls for requests.

use tree_sitter::Node;

use super::super::{F, Lower, last_name};
use super::expression::creation;
use crate::taint::ir::{Block, ClassField, Function, Id, Kind, Parameter, Stmt};

/// What calls the functions of a class with what came in, by the class that they
/// are inherited from.
pub(super) fn routed<'s>(name: &'s str, supers: &[&'s str]) -> Option<&'static str> {
    let ends = |end: &str| supers.iter().any(|s| s.ends_with(end));
    if ends("Controller") || ends("ControllerBase") || name.ends_with("Controller") {
        Some("Controller")
    } else if ends("PageModel") {
        Some("PageModel")
    } else if ends("Hub") {
        Some("Hub")
    } else {
        None
    }
}

/// Whether a method of such a class is called for requests.
pub(super) fn is_action(l: &Lower<'_>, method: Node<'_>, router: &str) -> bool {
    let mut cursor = method.walk();
    let words: Vec<&str> = method
        .named_children(&mut cursor)
        .filter(|c| c.kind() == "modifier")
        .map(|c| l.text(c))
        .collect();
    let name = l.field(method, F::Name).map_or("", |c| l.text(c));
    let handler = name.strip_prefix("On").is_some_and(|rest| {
        ["Get", "Post", "Put", "Delete", "Patch"].iter().any(|verb| rest.starts_with(verb))
    });
    words.contains(&"public")
        && !words.contains(&"static")
        && !words.contains(&"override")
        && (router != "PageModel" || handler)
        && !notes(l, method).contains(&"NonAction")
}

pub(super) fn class<'s>(l: &mut Lower<'s>, n: Node<'_>) -> u32 {
    let name = l.field(n, F::Name).map_or("", |c| l.text(c));
    let mut supers = Vec::new();
    let mut cursor = n.walk();
    for list in n.named_children(&mut cursor).filter(|c| c.kind() == "base_list") {
        let mut inner = list.walk();
        supers.extend(list.named_children(&mut inner).map(|c| last_name(l.text(c))));
    }
    let router = routed(name, &supers);
    l.class(name, supers, |l, id| {
        let Some(body) = l.field(n, F::Body) else { return };
        let mut cursor = body.walk();
        for member in body.named_children(&mut cursor) {
            match member.kind() {
                "method_declaration" | "constructor_declaration" => {
                    let f = function(l, member);
                    l.class_mut(id).methods.push(f);
                    if let Some(router) = router
                        && member.kind() == "method_declaration"
                        && is_action(l, member, router)
                    {
                        l.unit.functions[f as usize].notes.push(router);
                    }
                }
                "field_declaration" => {
                    let mut inner = member.walk();
                    for d in member
                        .named_children(&mut inner)
                        .filter(|c| c.kind() == "variable_declaration")
                    {
                        let ty = l.field(d, F::Type).map_or("", |t| type_name(l, t));
                        let mut names = d.walk();
                        for v in d
                            .named_children(&mut names)
                            .filter(|c| c.kind() == "variable_declarator")
                        {
                            let Some(name) = l.field(v, F::Name) else { continue };
                            let value = initial(l, v, name, ty);
                            let name = l.sym(l.text(name));
                            if value.is_some() {
                                l.assigned(name);
                            }
                            l.class_mut(id).fields.push(ClassField { name, ty, value });
                        }
                    }
                }
                "property_declaration" => {
                    let ty = l.field(member, F::Type).map_or("", |t| type_name(l, t));
                    let value = l
                        .field(member, F::Value)
                        .filter(|v| v.kind() != "arrow_expression_clause")
                        .map(|v| l.expr(v));
                    // Filled in from the request before a method runs.
                    let bound = notes(l, member).iter().any(|note| {
                        note.starts_with("From")
                            || note.starts_with("SupplyParameterFrom")
                            || *note == "BindProperty"
                    });
                    let value = if bound {
                        let sym = l.sym("Request");
                        let request = l.push(member, Kind::Name(sym));
                        Some(l.push(member, Kind::Field(request, "Form")))
                    } else {
                        value
                    };
                    if let Some(name) = l.field(member, F::Name) {
                        let name = l.sym(l.text(name));
                        l.assigned(name);
                        l.class_mut(id).fields.push(ClassField { name, ty, value });
                    }
                }
                "class_declaration" | "struct_declaration" | "record_declaration" => {
                    class(l, member);
                }
                _ => {}
            }
        }
    })
}

pub(super) fn notes<'s>(l: &Lower<'s>, n: Node<'_>) -> Vec<&'s str> {
    let mut out = Vec::new();
    let mut cursor = n.walk();
    for list in n.named_children(&mut cursor).filter(|c| c.kind() == "attribute_list") {
        let mut inner = list.walk();
        for note in list.named_children(&mut inner) {
            if let Some(name) = l.field(note, F::Name) {
                out.push(last_name(l.text(name)));
            }
        }
    }
    out
}

pub(super) fn function<'s>(l: &mut Lower<'s>, n: Node<'_>) -> u32 {
    let name = if n.kind() == "constructor_declaration" {
        "<new>"
    } else {
        l.field(n, F::Name).map_or("", |c| l.text(c))
    };
    l.function(n, name, |l, f| {
        f.notes = notes(l, n);
        match l.field(n, F::Parameters) {
            Some(list) if list.kind() == "implicit_parameter" || list.kind() == "identifier" => {
                let sym = l.sym(l.text(list));
                f.parameters.push(Parameter { name: sym, ..Parameter::default() });
            }
            Some(list) => parameters(l, list, f),
            None => {}
        }
        let body = l.field(n, F::Body).or_else(|| {
            // Anonymous methods name no field.
            n.named_child(n.named_child_count().saturating_sub(1) as u32)
                .filter(|c| c.kind() == "block")
        });
        match body {
            Some(body) if body.kind() == "block" => f.body = l.block(body),
            Some(body) if body.kind() == "arrow_expression_clause" => {
                let e = l.first(body);
                f.body = vec![Stmt::Return(Some(e))];
            }
            Some(body) => {
                let e = l.expr(body);
                f.body = vec![Stmt::Return(Some(e))];
            }
            None => {}
        }
    })
}

pub(super) fn parameters<'s>(l: &mut Lower<'s>, list: Node<'_>, f: &mut Function<'s>) {
    let mut cursor = list.walk();
    for p in list.named_children(&mut cursor).filter(|c| c.kind() == "parameter") {
        let Some(name) = l.field(p, F::Name) else { continue };
        let sym = l.sym(l.text(name));
        f.parameters.push(Parameter {
            name: sym,
            ty: l.field(p, F::Type).map_or("", |t| type_name(l, t)),
            notes: notes(l, p),
            pattern: None,
            start: p.start_byte() as u32,
            end: p.end_byte() as u32,
        });
    }
}

/// `var` is no type; `string[]` is no string.
pub(super) fn type_name<'s>(l: &Lower<'s>, t: Node<'_>) -> &'s str {
    match t.kind() {
        "implicit_type" => "",
        "array_type" => "[]",
        "nullable_type" => t.named_child(0).map_or("", |c| type_name(l, c)),
        _ => last_name(l.text(t)),
    }
}

pub(super) fn declarators<'s>(l: &mut Lower<'s>, n: Node<'_>, out: &mut Block<'s>) {
    let ty = l.field(n, F::Type).map_or("", |t| type_name(l, t));
    let mut cursor = n.walk();
    for d in n.named_children(&mut cursor).filter(|c| c.kind() == "variable_declarator") {
        let Some(name) = l.field(d, F::Name) else { continue };
        let value = initial(l, d, name, ty);
        let sym = l.sym(l.text(name));
        l.assigned(sym);
        out.push(Stmt::Declare(sym, ty, value));
    }
}

pub(super) fn initial<'s>(
    l: &mut Lower<'s>,
    d: Node<'_>,
    name: Node<'_>,
    ty: &'s str,
) -> Option<Id> {
    let last = d.named_child(d.named_child_count().saturating_sub(1) as u32)?;
    if last == name || last.kind() == "bracketed_argument_list" {
        return None;
    }
    // `T x = new(…)` makes a `T`.
    if last.kind() == "implicit_object_creation_expression" && !ty.is_empty() {
        return Some(creation(l, last, ty));
    }
    Some(l.expr(last))
}
