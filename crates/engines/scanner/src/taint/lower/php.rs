//! PHP.

use tree_sitter::Node;

use super::super::ir::{Arg, Block, Case, ClassField, Function, Id, Kind, Op, Parameter, Stmt};
use super::{F, Lower, arg, integer, last_name};

pub(super) fn statement<'s>(l: &mut Lower<'s>, n: Node<'_>, out: &mut Block<'s>) {
    match n.kind() {
        "compound_statement" | "colon_block" | "else_clause" | "declaration_list" => {
            match l.field(n, F::Body) {
                Some(body) => l.statement(body, out),
                None => l.statements(n, out),
            }
        }
        "expression_statement" => {
            let mut e = l.first(n);
            // `<?= $x ?>` prints.
            if l.src.get(..n.start_byte()).is_some_and(|s| s.trim_end().ends_with("<?=")) {
                e = builtin(l, n, "echo", vec![e]);
            }
            out.push(Stmt::Expr(e));
        }
        "echo_statement" => {
            // Printing is a call without parentheses.
            let parts = match n.named_child(0) {
                Some(c) if c.kind() == "sequence_expression" => l.children(c),
                Some(c) => vec![l.expr(c)],
                None => Vec::new(),
            };
            let e = builtin(l, n, "echo", parts);
            out.push(Stmt::Expr(e));
        }
        "exit_statement" => {
            let parts = l.children(n);
            let e = builtin(l, n, "exit", parts);
            out.push(Stmt::Expr(e));
            out.push(Stmt::Throw(None));
        }
        "if_statement" => {
            let condition = l.expr_at(n, F::Condition);
            let then = l.block_at(n, F::Body);
            let mut cursor = n.walk();
            let mut others: Vec<Node<'_>> =
                n.children_by_field_name("alternative", &mut cursor).collect();
            let mut other = Vec::new();
            while let Some(last) = others.pop() {
                if last.kind() == "else_if_clause" {
                    let condition = l.expr_at(last, F::Condition);
                    let then = l.block_at(last, F::Body);
                    other = vec![Stmt::If(condition, then, other)];
                } else {
                    other = l.block_at(last, F::Body);
                }
            }
            out.push(Stmt::If(condition, then, other));
        }
        "for_statement" => {
            if let Some(init) = l.field(n, F::Initialize) {
                let e = l.expr(init);
                out.push(Stmt::Expr(e));
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
            let mut cursor = n.walk();
            let heads: Vec<Node<'_>> =
                n.named_children(&mut cursor).filter(|c| !c.is_extra()).collect();
            let over = heads.first().map(|h| l.expr(*h));
            let made = l.looped(|l, made| {
                if let (Some(over), Some(bound)) = (over, heads.get(1)) {
                    let target = if bound.kind() == "pair" {
                        // Keys come from outside as well.
                        l.parts(*bound)
                    } else {
                        l.expr(*bound)
                    };
                    l.note_targets(target, 0);
                    made.each = Some((target, over));
                }
                made.body = l.block_at(n, F::Body);
            });
            out.push(made);
        }
        "switch_statement" => {
            let subject = l.expr_at(n, F::Condition);
            let mut cases = Vec::new();
            if let Some(body) = l.field(n, F::Body) {
                let mut cursor = body.walk();
                for case in body.named_children(&mut cursor) {
                    let value = l.field(case, F::Value);
                    let labels = value.map(|v| l.expr(v)).into_iter().collect();
                    let mut block = Vec::new();
                    let mut inner = case.walk();
                    for child in case.named_children(&mut inner) {
                        if Some(child) != value {
                            l.statement(child, &mut block);
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
                    "finally_clause" => finally = l.block_at(child, F::Body),
                    _ => {}
                }
            }
            out.push(Stmt::Try { body, catches, finally });
        }
        "function_definition" | "method_declaration" => {
            let f = function(l, n);
            out.push(Stmt::Function(f));
        }
        "class_declaration"
        | "trait_declaration"
        | "interface_declaration"
        | "enum_declaration" => {
            let name = l.field(n, F::Name).map_or("", |c| l.text(c));
            let mut supers = Vec::new();
            let mut cursor = n.walk();
            for child in n.named_children(&mut cursor) {
                if matches!(child.kind(), "base_clause" | "class_interface_clause") {
                    let mut inner = child.walk();
                    supers.extend(child.named_children(&mut inner).map(|c| last_name(l.text(c))));
                }
            }
            let routed = name.ends_with("Controller")
                || supers.iter().any(|s: &&str| s.ends_with("Controller"));
            let class = l.class(name, supers, |l, id| {
                if let Some(body) = l.field(n, F::Body) {
                    members(l, body, id, routed);
                }
            });
            out.push(Stmt::Class(class));
        }
        "namespace_definition" => {
            if let Some(body) = l.field(n, F::Body) {
                l.statement(body, out);
            }
        }
        "namespace_use_declaration" => imports(l, n),
        "php_tag" | "text" | "comment" | "text_interpolation" | "global_declaration"
        | "declare_statement" | "const_declaration" | "empty_statement" | "unset_statement" => {}
        _ if l.usual_statement(n, out) => {}
        _ => {
            let e = l.expr(n);
            out.push(Stmt::Expr(e));
        }
    }
}

fn builtin<'s>(l: &mut Lower<'s>, n: Node<'_>, name: &'static str, parts: Vec<Id>) -> Id {
    let sym = l.sym(name);
    let callee = l.push(n, Kind::Name(sym));
    l.call(n, callee, parts.into_iter().map(arg).collect())
}

/// `use A\B as C;` and `use A\{B, C};`, with dots as elsewhere.
fn imports<'s>(l: &mut Lower<'s>, n: Node<'_>) {
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
fn notes<'s>(l: &Lower<'s>, n: Node<'_>) -> Vec<&'s str> {
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
fn members<'s>(l: &mut Lower<'s>, body: Node<'_>, id: u32, routed: bool) {
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
fn promoted<'s>(l: &mut Lower<'s>, method: Node<'_>, id: u32) {
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

fn function<'s>(l: &mut Lower<'s>, n: Node<'_>) -> u32 {
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

fn parameters<'s>(l: &mut Lower<'s>, list: Node<'_>, f: &mut Function<'s>) {
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

/// What the server says of itself or of what was uploaded, beside what the request
/// says.
fn is_harmless(l: &Lower<'_>, n: Node<'_>) -> bool {
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

/// Text between quotes, with what is put into it.
fn text<'s>(l: &mut Lower<'s>, n: Node<'_>) -> Id {
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

pub(super) fn expr<'s>(l: &mut Lower<'s>, n: Node<'_>) -> Id {
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
            let args = arguments(l, l.field(n, F::Arguments));
            l.call(n, callee, args)
        }
        "member_call_expression" | "nullsafe_member_call_expression" => {
            let object = l.expr_at(n, F::Object);
            let name = l.field(n, F::Name).map_or("", |c| l.text(c));
            let callee = l.push(n, Kind::Field(object, name));
            let args = arguments(l, l.field(n, F::Arguments));
            l.call(n, callee, args)
        }
        "scoped_call_expression" => {
            let scope = l.expr_at(n, F::Scope);
            let name = l.field(n, F::Name).map_or("", |c| l.text(c));
            let callee = l.push(n, Kind::Field(scope, name));
            let args = arguments(l, l.field(n, F::Arguments));
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
                    "arguments" => args = arguments(l, Some(child)),
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
