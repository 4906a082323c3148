//! C#.

use tree_sitter::Node;

use super::super::ir::{Arg, Block, Case, ClassField, Function, Id, Kind, Op, Parameter, Stmt};
use super::{F, Lower, integer, last_name};

pub(super) fn statement<'s>(l: &mut Lower<'s>, n: Node<'_>, out: &mut Block<'s>) {
    match n.kind() {
        "block" | "global_statement" | "declaration_list" | "checked_statement"
        | "unsafe_statement" | "labeled_statement" => l.statements(n, out),
        "expression_statement" => {
            let e = l.first(n);
            out.push(Stmt::Expr(e));
        }
        "local_declaration_statement" => {
            let mut cursor = n.walk();
            for d in n.named_children(&mut cursor).filter(|c| c.kind() == "variable_declaration") {
                declarators(l, d, out);
            }
        }
        "yield_statement" => {
            let value = n.named_child(0).map(|c| l.expr(c));
            if let Some(value) = value {
                out.push(Stmt::Expr(value));
            }
        }
        "for_statement" => {
            if let Some(init) = l.field(n, F::Initializer) {
                if init.kind() == "variable_declaration" {
                    declarators(l, init, out);
                } else {
                    let e = l.expr(init);
                    out.push(Stmt::Expr(e));
                }
            }
            let made = l.looped(|l, made| {
                made.condition = l.field(n, F::Condition).map(|c| l.expr(c));
                made.body = l.block_at(n, F::Body);
                if let Some(update) = l.field(n, F::Update) {
                    let e = l.expr(update);
                    made.update.push(Stmt::Expr(e));
                }
            });
            out.push(made);
        }
        "foreach_statement" => {
            let over = l.expr_at(n, F::Right);
            let ty = l.field(n, F::Type).map_or("", |t| type_name(l, t));
            let made = l.looped(|l, made| {
                let target = l.expr_at(n, F::Left);
                l.note_targets(target, 0);
                let target = l.push(n, Kind::Cast(ty, target));
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
                for section in body.named_children(&mut cursor) {
                    let (mut labels, mut block) = (Vec::new(), Vec::new());
                    let mut inner = section.walk();
                    for child in section.named_children(&mut inner) {
                        if child.kind().ends_with("_statement") || child.kind() == "block" {
                            l.statement(child, &mut block);
                        } else if child.kind() == "constant_pattern" {
                            labels.push(l.first(child));
                        } else {
                            labels.push(l.parts(child));
                        }
                    }
                    cases.push(Case { labels, body: block, falls: true });
                }
            }
            out.push(Stmt::Switch(subject, cases));
        }
        "try_statement" => {
            let body = l.block_at(n, F::Body);
            let (mut catches, mut finally) = (Vec::new(), Vec::new());
            let mut cursor = n.walk();
            for child in n.named_children(&mut cursor) {
                match child.kind() {
                    "catch_clause" => catches.push(l.block_at(child, F::Body)),
                    "finally_clause" => finally = l.block(child),
                    _ => {}
                }
            }
            out.push(Stmt::Try { body, catches, finally });
        }
        "using_statement" | "lock_statement" | "fixed_statement" => {
            let mut cursor = n.walk();
            for child in n.named_children(&mut cursor) {
                match child.kind() {
                    "variable_declaration" => declarators(l, child, out),
                    kind if kind.ends_with("_statement") || kind == "block" => {
                        l.statement(child, out);
                    }
                    _ => {
                        let e = l.expr(child);
                        out.push(Stmt::Expr(e));
                    }
                }
            }
        }
        "local_function_statement" | "method_declaration" => {
            let f = function(l, n);
            out.push(Stmt::Function(f));
        }
        "class_declaration"
        | "struct_declaration"
        | "record_declaration"
        | "interface_declaration" => {
            let class = class(l, n);
            out.push(Stmt::Class(class));
        }
        "namespace_declaration" => {
            if let Some(body) = l.field(n, F::Body) {
                l.statement(body, out);
            }
        }
        "using_directive"
        | "file_scoped_namespace_declaration"
        | "comment"
        | "enum_declaration"
        | "delegate_declaration"
        | "empty_statement"
        | "extern_alias_directive"
        | "global_attribute" => {}
        kind if kind.starts_with("preproc_") => l.statements(n, out),
        _ if l.usual_statement(n, out) => {}
        _ => {
            let e = l.expr(n);
            out.push(Stmt::Expr(e));
        }
    }
}

/// `var` is no type; `string[]` is no string.
fn type_name<'s>(l: &Lower<'s>, t: Node<'_>) -> &'s str {
    match t.kind() {
        "implicit_type" => "",
        "array_type" => "[]",
        "nullable_type" => t.named_child(0).map_or("", |c| type_name(l, c)),
        _ => last_name(l.text(t)),
    }
}

fn declarators<'s>(l: &mut Lower<'s>, n: Node<'_>, out: &mut Block<'s>) {
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

fn initial<'s>(l: &mut Lower<'s>, d: Node<'_>, name: Node<'_>, ty: &'s str) -> Option<Id> {
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

/// What calls the functions of a class with what came in, by the class that they
/// are inherited from.
fn routed<'s>(name: &'s str, supers: &[&'s str]) -> Option<&'static str> {
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
fn is_action(l: &Lower<'_>, method: Node<'_>, router: &str) -> bool {
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

fn class<'s>(l: &mut Lower<'s>, n: Node<'_>) -> u32 {
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

fn notes<'s>(l: &Lower<'s>, n: Node<'_>) -> Vec<&'s str> {
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

fn function<'s>(l: &mut Lower<'s>, n: Node<'_>) -> u32 {
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

fn parameters<'s>(l: &mut Lower<'s>, list: Node<'_>, f: &mut Function<'s>) {
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

fn arguments<'s>(l: &mut Lower<'s>, list: Option<Node<'_>>) -> Vec<Arg<'s>> {
    let Some(list) = list else { return Vec::new() };
    let mut out = Vec::new();
    let mut cursor = list.walk();
    for a in list.named_children(&mut cursor).filter(|c| c.kind() == "argument") {
        let name = l.field(a, F::Name).map_or("", |c| l.text(c));
        let last = a.named_child(a.named_child_count().saturating_sub(1) as u32);
        if let Some(value) = last {
            let value = l.expr(value);
            out.push(Arg { name, value });
        }
    }
    out
}

pub(super) fn expr<'s>(l: &mut Lower<'s>, n: Node<'_>) -> Id {
    match n.kind() {
        "identifier" | "this" | "base" | "predefined_type" | "implicit_parameter" => l.name(n),
        "generic_name" => {
            let name = last_name(l.text(n));
            let sym = l.sym(name);
            l.push(n, Kind::Name(sym))
        }
        "integer_literal" => match integer(l.text(n)) {
            Some(value) => l.push(n, Kind::Int(value)),
            None => l.push(n, Kind::Parts(Vec::new())),
        },
        "boolean_literal" => {
            let value = l.text(n) == "true";
            l.push(n, Kind::Bool(value))
        }
        "null_literal" => l.push(n, Kind::Null),
        "string_literal"
        | "verbatim_string_literal"
        | "raw_string_literal"
        | "character_literal" => {
            let text = l.text(n).trim_start_matches('@');
            let inner = text.trim_matches(['"', '\'']);
            l.string(n, inner)
        }
        "interpolated_string_expression" => {
            let mut parts = Vec::new();
            let mut cursor = n.walk();
            for child in n.named_children(&mut cursor) {
                match child.kind() {
                    "interpolation" => {
                        if let Some(inner) = child
                            .named_child(0)
                            .filter(|c| c.kind() == "interpolation_brace")
                            .and_then(|_| child.named_child(1))
                            .or_else(|| child.named_child(0))
                        {
                            parts.push(l.expr(inner));
                        }
                    }
                    "string_content" | "escape_sequence" => {
                        let text = l.text(child);
                        parts.push(l.string(child, text));
                    }
                    _ => {}
                }
            }
            l.push(n, Kind::Text(parts))
        }
        "parenthesized_expression"
        | "await_expression"
        | "checked_expression"
        | "ref_expression"
        | "constant_pattern"
        | "postfix_unary_expression_null" => l.first(n),
        "binary_expression" => l.binary(n, &["+"]),
        "prefix_unary_expression" | "unary_expression" => {
            let inner = l.first(n);
            match l.text(n).as_bytes().first() {
                Some(b'!') => l.push(n, Kind::Not(inner)),
                Some(b'-') if !l.text(n).starts_with("--") => l.push(n, Kind::Neg(inner)),
                Some(b'+' | b'-') => {
                    let one = l.push(n, Kind::Int(1));
                    l.assign(n, inner, Some(Op::Add), one)
                }
                _ => inner,
            }
        }
        "postfix_unary_expression" => {
            let inner = l.first(n);
            if l.text(n).ends_with('!') {
                return inner;
            }
            let one = l.push(n, Kind::Int(1));
            l.assign(n, inner, Some(Op::Add), one)
        }
        "assignment_expression" => {
            let op = l.field(n, F::Operator).map_or("=", |o| l.text(o));
            let op = (op != "=").then(|| Op::of(op));
            let value = l.expr_at(n, F::Right);
            let target = l.expr_at(n, F::Left);
            l.assign(n, target, op, value)
        }
        "conditional_expression" => l.choice(n),
        "cast_expression" => {
            let ty = l.field(n, F::Type).map_or("", |t| type_name(l, t));
            let value = l.expr_at(n, F::Value);
            l.push(n, Kind::Cast(ty, value))
        }
        "as_expression" => {
            let ty = l.field(n, F::Right).map_or("", |t| type_name(l, t));
            let value = l.expr_at(n, F::Left);
            l.push(n, Kind::Cast(ty, value))
        }
        "is_expression" | "is_pattern_expression" => {
            let inner = l.first(n);
            let null = l.push(n, Kind::Null);
            l.push(n, Kind::Binary(Op::Test, inner, null))
        }
        "invocation_expression" => {
            let callee = l.expr_at(n, F::Function);
            let args = arguments(l, l.field(n, F::Arguments));
            l.call(n, callee, args)
        }
        "object_creation_expression" => {
            let ty = l.field(n, F::Type).map_or("", |t| type_name(l, t));
            creation(l, n, ty)
        }
        "implicit_object_creation_expression" => l.parts(n),
        "member_access_expression" => {
            let object = l.expr_at(n, F::Expression);
            let name = l.field(n, F::Name).map_or("", |f| last_name(l.text(f)));
            l.push(n, Kind::Field(object, name))
        }
        "conditional_access_expression" => {
            let object = l.expr_at(n, F::Condition);
            match n.named_child(1) {
                Some(b) if b.kind() == "member_binding_expression" => {
                    let name = l.field(b, F::Name).map_or("", |f| last_name(l.text(f)));
                    l.push(n, Kind::Field(object, name))
                }
                Some(b) if b.kind() == "invocation_expression" => {
                    let name = l
                        .field(b, F::Function)
                        .and_then(|f| l.field(f, F::Name))
                        .map_or("", |f| last_name(l.text(f)));
                    let callee = l.push(n, Kind::Field(object, name));
                    let args = arguments(l, l.field(b, F::Arguments));
                    l.call(n, callee, args)
                }
                _ => object,
            }
        }
        "element_access_expression" => {
            let base = l.expr_at(n, F::Expression);
            let args = arguments(l, l.field(n, F::Subscript));
            match args[..] {
                [one] => l.push(n, Kind::Index(base, one.value)),
                _ => base,
            }
        }
        "array_creation_expression"
        | "implicit_array_creation_expression"
        | "initializer_expression"
        | "collection_expression"
        | "tuple_expression" => {
            let list = match n.kind() {
                "array_creation_expression" | "implicit_array_creation_expression" => {
                    let mut cursor = n.walk();
                    n.named_children(&mut cursor).find(|c| c.kind() == "initializer_expression")
                }
                _ => Some(n),
            };
            let items = list.map(|list| l.children(list)).unwrap_or_default();
            l.push(n, Kind::List(items))
        }
        "argument" | "collection_element" | "expression_element" => {
            let last = n.named_child(n.named_child_count().saturating_sub(1) as u32);
            match last {
                Some(last) => l.expr(last),
                None => l.push(n, Kind::Parts(Vec::new())),
            }
        }
        "lambda_expression" | "anonymous_method_expression" => {
            let f = function(l, n);
            l.push(n, Kind::Lambda(f))
        }
        "declaration_expression" => match l.field(n, F::Name) {
            Some(name) => l.expr(name),
            None => l.push(n, Kind::Parts(Vec::new())),
        },
        "switch_expression" => {
            let mut parts = Vec::new();
            let mut cursor = n.walk();
            for arm in n.named_children(&mut cursor).filter(|c| c.kind() == "switch_expression_arm")
            {
                let last = arm.named_child(arm.named_child_count().saturating_sub(1) as u32);
                parts.extend(last.map(|last| l.expr(last)));
            }
            l.push(n, Kind::Parts(parts))
        }
        "comment" | "typeof_expression" | "sizeof_expression" | "default_expression"
        | "real_literal" => l.push(n, Kind::Parts(Vec::new())),
        _ => l.parts(n),
    }
}

/// `new T(…) { … }`, or `new(…)` where a `T` is wanted.
fn creation<'s>(l: &mut Lower<'s>, n: Node<'_>, ty: &'s str) -> Id {
    let (mut list, mut init) = (l.field(n, F::Arguments), l.field(n, F::Initializer));
    let mut cursor = n.walk();
    for child in n.named_children(&mut cursor) {
        match child.kind() {
            "argument_list" => list = Some(child),
            "initializer_expression" => init = Some(child),
            _ => {}
        }
    }
    let mut args = arguments(l, list);
    let made = init.map(|init| initializer(l, init, &mut args)).unwrap_or_default();
    let object = l.push(n, Kind::New(ty, args, None));
    if made.is_empty() {
        return object;
    }
    // `new T { A = x }` sets fields of what it makes.
    let sym = l.sym("<made>");
    let name = l.push(n, Kind::Name(sym));
    let mut parts = vec![l.push(n, Kind::Assign(name, None, object))];
    for (at, field, value) in made {
        let target = l.push_at(at.0, at.1, Kind::Field(name, field));
        parts.push(l.push_at(at.0, at.1, Kind::Assign(target, None, value)));
    }
    parts.push(name);
    let all = l.push(n, Kind::Parts(parts));
    l.push(n, Kind::Cast(ty, all))
}

/// What an initialiser sets; elements of a list are arguments instead.
fn initializer<'s>(
    l: &mut Lower<'s>,
    init: Node<'_>,
    args: &mut Vec<Arg<'s>>,
) -> Vec<((usize, usize), &'s str, Id)> {
    let mut made = Vec::new();
    let mut cursor = init.walk();
    for part in init.named_children(&mut cursor) {
        if part.kind() == "assignment_expression"
            && let (Some(left), Some(right)) = (l.field(part, F::Left), l.field(part, F::Right))
            && left.kind() == "identifier"
        {
            let value = l.expr(right);
            made.push(((part.start_byte(), part.end_byte()), l.text(left), value));
        } else if part.kind() != "comment" {
            let value = l.expr(part);
            args.push(Arg { name: "<element>", value });
        }
    }
    made
}
