//! From a syntax tree to the small language. One file a language says what its
//! nodes mean; what they share is here.

mod csharp;
mod go;
mod java;
mod javascript;
mod php;
mod python;
mod spelling;

use std::collections::HashMap;

use tree_sitter::Node;

use super::ir::{Arg, Block, Class, Expr, FnId, Function, Id, Kind, Loop, Op, Stmt, Sym, Unit};
use crate::language::{KindTable, Language};
use spelling::unescape;
pub(super) use spelling::{integer, last_name};

/// Deeper than this, an expression or statement is not looked into. The
/// interpreter recurses along it.
const DEEPEST: u32 = 120;
/// More expressions than this in one file are not lowered.
const MOST: usize = 400_000;

macro_rules! fields {
    ($($variant:ident $name:literal),* $(,)?) => {
        /// Fields of nodes that the lowering asks for.
        #[derive(Debug, Clone, Copy)]
        pub(super) enum F { $($variant),* }
        const FIELD_NAMES: &[&str] = &[$($name),*];
    };
}

fields! {
    Name "name", Value "value", Body "body", Left "left", Right "right", Object "object",
    Function "function", Arguments "arguments", Operator "operator", Condition "condition",
    Consequence "consequence", Alternative "alternative", Type "type", Parameters "parameters",
    Index "index", Array "array", Field "field", Operand "operand", Argument "argument",
    Property "property", Key "key", Attribute "attribute", Alias "alias", ModuleName "module_name",
    Subscript "subscript", Definition "definition", Superclass "superclass",
    Superclasses "superclasses", Interfaces "interfaces", Handler "handler",
    Finalizer "finalizer", Constructor "constructor", Source "source", Initializer "initializer",
    Increment "increment", Update "update", Parameter "parameter",
    Pattern "pattern", Scope "scope", Expression "expression", Path "path", Receiver "receiver",
    Declaration "declaration", DefaultValue "default_value",
    Resources "resources", Subject "subject",
    ReturnExpression "return_expression",
    Initialize "initialize", Attributes "attributes",
}

/// Lowers one file.
pub(super) struct Lower<'s> {
    pub(super) src: &'s str,
    fields: Vec<u16>,
    pub(super) unit: Unit<'s>,
    syms: HashMap<&'s str, Sym>,
    /// Names in the order in which they are assigned.
    log: Vec<Sym>,
    depth: u32,
    pub(super) class: Option<u32>,
    language: Language,
}

/// The file as the small language; `None` where its language is not followed.
pub(super) fn lower<'s>(
    language: Language,
    table: &KindTable,
    root: Node<'_>,
    src: &'s str,
) -> Option<Unit<'s>> {
    if !follows(language) {
        return None;
    }
    let fields = FIELD_NAMES
        .iter()
        .map(|name| table.language.field_id_for_name(name).map_or(0, std::num::NonZero::get))
        .collect();
    let mut lower = Lower {
        src,
        fields,
        unit: Unit::default(),
        syms: HashMap::new(),
        log: Vec::new(),
        depth: 0,
        class: None,
        language,
    };
    lower.unit.functions.push(Function::default());
    lower.unit.inherits = language == Language::Php;
    let mut body = Vec::new();
    let mut cursor = root.walk();
    for child in root.named_children(&mut cursor) {
        if lower.unit.package.is_empty()
            && matches!(
                child.kind(),
                "package_declaration"
                    | "namespace_definition"
                    | "namespace_declaration"
                    | "file_scoped_namespace_declaration"
            )
        {
            let named = lower.field(child, F::Name).or_else(|| child.named_child(0));
            lower.unit.package = named.map_or("", |name| lower.text(name));
        }
        lower.statement(child, &mut body);
    }
    lower.unit.functions[0].body = body;
    Some(lower.unit)
}

/// Whether flows are followed in a language.
pub(super) fn follows(language: Language) -> bool {
    matches!(
        language,
        Language::Java
            | Language::Python
            | Language::JavaScript
            | Language::TypeScript
            | Language::Tsx
            | Language::Go
            | Language::Php
            | Language::CSharp
    )
}

impl<'s> Lower<'s> {
    /// Lowers a statement of whatever language this is.
    pub(super) fn statement(&mut self, node: Node<'_>, out: &mut Block<'s>) {
        if self.depth >= DEEPEST || self.unit.exprs.len() > MOST {
            self.unit.cut = true;
            return;
        }
        self.depth += 1;
        match self.language {
            Language::Java => java::statement(self, node, out),
            Language::Python => python::statement(self, node, out),
            Language::Go => go::statement(self, node, out),
            Language::Php => php::statement(self, node, out),
            Language::CSharp => csharp::statement(self, node, out),
            _ => javascript::statement(self, node, out),
        }
        self.depth -= 1;
    }

    /// Lowers an expression.
    pub(super) fn expr(&mut self, node: Node<'_>) -> Id {
        if self.depth >= DEEPEST || self.unit.exprs.len() > MOST {
            self.unit.cut = true;
            return self.push(node, Kind::Parts(Vec::new()));
        }
        self.depth += 1;
        let id = match self.language {
            Language::Java => java::expr(self, node),
            Language::Python => python::expr(self, node),
            Language::Go => go::expr(self, node),
            Language::Php => php::expr(self, node),
            Language::CSharp => csharp::expr(self, node),
            _ => javascript::expr(self, node),
        };
        self.depth -= 1;
        id
    }

    pub(super) fn field<'t>(&self, node: Node<'t>, field: F) -> Option<Node<'t>> {
        node.child_by_field_id(self.fields[field as usize])
    }

    pub(super) fn text(&self, node: Node<'_>) -> &'s str {
        self.src.get(node.byte_range()).unwrap_or_default()
    }

    pub(super) fn push(&mut self, node: Node<'_>, kind: Kind<'s>) -> Id {
        self.push_at(node.start_byte(), node.end_byte(), kind)
    }

    pub(super) fn push_at(&mut self, start: usize, end: usize, kind: Kind<'s>) -> Id {
        let id = self.unit.exprs.len() as Id;
        self.unit.exprs.push(Expr { kind, start: start as u32, end: end as u32 });
        id
    }

    pub(super) fn sym(&mut self, name: &'s str) -> Sym {
        let names = &mut self.unit.names;
        let assigned = &mut self.unit.assigned;
        *self.syms.entry(name).or_insert_with(|| {
            names.push(name);
            assigned.push(0);
            names.len() as Sym - 1
        })
    }

    /// The symbol of a name that occurred before.
    pub(super) fn known_sym(&self, name: &str) -> Option<Sym> {
        self.syms.get(name).copied()
    }

    pub(super) fn name(&mut self, node: Node<'_>) -> Id {
        let sym = self.sym(self.text(node));
        self.push(node, Kind::Name(sym))
    }

    /// Notes that a name gets a value.
    pub(super) fn assigned(&mut self, sym: Sym) {
        self.log.push(sym);
        if let Some(n) = self.unit.assigned.get_mut(sym as usize) {
            *n += 1;
        }
    }

    pub(super) fn assign(&mut self, node: Node<'_>, target: Id, op: Option<Op>, value: Id) -> Id {
        self.note_targets(target, 0);
        self.push(node, Kind::Assign(target, op, value))
    }

    fn note_targets(&mut self, target: Id, depth: u32) {
        let inner = match &self.unit.expr(target).kind {
            Kind::Name(sym) => {
                let sym = *sym;
                self.assigned(sym);
                return;
            }
            Kind::List(items) | Kind::Parts(items) => items.clone(),
            Kind::Map(entries) => entries.iter().map(|(_, value)| *value).collect(),
            Kind::Index(base, _) | Kind::Field(base, _) | Kind::Cast(_, base) => vec![*base],
            _ => return,
        };
        if depth < 16 {
            for id in inner {
                self.note_targets(id, depth + 1);
            }
        }
    }

    /// Lowers every named child that is an expression.
    pub(super) fn parts(&mut self, node: Node<'_>) -> Id {
        let parts = self.children(node);
        self.push(node, Kind::Parts(parts))
    }

    pub(super) fn children(&mut self, node: Node<'_>) -> Vec<Id> {
        let mut cursor = node.walk();
        let mut parts = Vec::new();
        for child in node.named_children(&mut cursor) {
            if !child.is_extra() {
                parts.push(self.expr(child));
            }
        }
        parts
    }

    pub(super) fn first(&mut self, node: Node<'_>) -> Id {
        match node.named_child(0) {
            Some(child) => self.expr(child),
            None => self.push(node, Kind::Parts(Vec::new())),
        }
    }

    pub(super) fn expr_at(&mut self, node: Node<'_>, field: F) -> Id {
        match self.field(node, field) {
            Some(child) => self.expr(child),
            None => self.push(node, Kind::Parts(Vec::new())),
        }
    }

    pub(super) fn block_at(&mut self, node: Node<'_>, field: F) -> Block<'s> {
        let mut out = Vec::new();
        if let Some(child) = self.field(node, field) {
            self.statement(child, &mut out);
        }
        out
    }

    pub(super) fn block(&mut self, node: Node<'_>) -> Block<'s> {
        let mut out = Vec::new();
        self.statements(node, &mut out);
        out
    }

    pub(super) fn statements(&mut self, node: Node<'_>, out: &mut Block<'s>) {
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            if !child.is_extra() {
                self.statement(child, out);
            }
        }
    }

    /// Lowers a statement whose node most grammars name and build alike; false
    /// for any other.
    fn usual_statement(&mut self, node: Node<'_>, out: &mut Block<'s>) -> bool {
        let made = match node.kind() {
            "return_statement" => Stmt::Return(node.named_child(0).map(|child| self.expr(child))),
            "throw_statement" => Stmt::Throw(node.named_child(0).map(|child| self.expr(child))),
            "break_statement" => Stmt::Break,
            "continue_statement" => Stmt::Continue,
            "if_statement" => {
                let condition = self.expr_at(node, F::Condition);
                let then = self.block_at(node, F::Consequence);
                let other = self.block_at(node, F::Alternative);
                Stmt::If(condition, then, other)
            }
            kind @ ("while_statement" | "do_statement") => self.looped(|lower, made| {
                made.once = kind == "do_statement";
                made.condition = lower.field(node, F::Condition).map(|child| lower.expr(child));
                made.body = lower.block_at(node, F::Body);
            }),
            _ => return false,
        };
        out.push(made);
        true
    }

    /// Lowers a conditional where each `else if` is a clause of this kind beside the others: it
    /// stands in the `else` of the one before. What follows on a condition is its field `then`.
    fn conditional(&mut self, node: Node<'_>, clause: &str, then: F) -> Stmt<'s> {
        let condition = self.expr_at(node, F::Condition);
        let block = self.block_at(node, then);
        let mut cursor = node.walk();
        let mut others: Vec<Node<'_>> =
            node.children_by_field_name("alternative", &mut cursor).collect();
        let mut other = Vec::new();
        while let Some(last) = others.pop() {
            other = if last.kind() == clause {
                let condition = self.expr_at(last, F::Condition);
                let block = self.block_at(last, then);
                vec![Stmt::If(condition, block, other)]
            } else {
                self.block_at(last, F::Body)
            };
        }
        Stmt::If(condition, block, other)
    }

    /// Lowers what is done where this body throws, and after it.
    fn tried(&mut self, node: Node<'_>, body: Block<'s>) -> Stmt<'s> {
        let (mut catches, mut finally) = (Vec::new(), Vec::new());
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "catch_clause" => catches.push(self.block_at(child, F::Body)),
                "finally_clause" => finally = self.block(child),
                _ => {}
            }
        }
        Stmt::Try { body, catches, finally }
    }

    /// The body of a function: a block of this kind, or the expression that it
    /// returns.
    fn body(&mut self, node: Node<'_>, block: &str) -> Block<'s> {
        match self.field(node, F::Body) {
            Some(body) if body.kind() == block => self.block(body),
            Some(body) => vec![Stmt::Return(Some(self.expr(body)))],
            None => Vec::new(),
        }
    }

    /// `left operator right`; where the operator is one of `joining`, with
    /// everything that it joins.
    fn binary(&mut self, node: Node<'_>, joining: &[&str]) -> Id {
        let operator = self.field(node, F::Operator).map_or("", |operator| operator.kind());
        if joining.contains(&operator) {
            return self.chain(node, node.kind(), joining);
        }
        let left = self.expr_at(node, F::Left);
        let right = self.expr_at(node, F::Right);
        self.push(node, Kind::Binary(Op::of(operator), left, right))
    }

    /// `condition ? this : that`.
    fn choice(&mut self, node: Node<'_>) -> Id {
        let condition = self.expr_at(node, F::Condition);
        let this = self.expr_at(node, F::Consequence);
        let that = self.expr_at(node, F::Alternative);
        self.push(node, Kind::Choice(condition, this, that))
    }

    /// Lowers a loop; what `inside` assigns is noted.
    pub(super) fn looped(&mut self, inside: impl FnOnce(&mut Self, &mut Loop<'s>)) -> Stmt<'s> {
        let start = self.log.len();
        let mut made = Loop::default();
        inside(self, &mut made);
        let mut assigned = self.log[start..].to_vec();
        assigned.sort_unstable();
        assigned.dedup();
        made.assigned = assigned;
        Stmt::Loop(Box::new(made))
    }

    /// Lowers a loop with a condition and an update, as C writes it.
    pub(super) fn counted(&mut self, node: Node<'_>) -> Stmt<'s> {
        self.looped(|l, made| {
            made.condition = l.field(node, F::Condition).map(|c| l.expr(c));
            made.body = l.block_at(node, F::Body);
            if let Some(update) = l.field(node, F::Update) {
                let e = l.expr(update);
                made.update.push(Stmt::Expr(e));
            }
        })
    }

    /// Lowers a loop over the elements on its right.
    pub(super) fn each(&mut self, node: Node<'_>) -> Stmt<'s> {
        let over = self.expr_at(node, F::Right);
        self.looped(|l, made| {
            let target = l.expr_at(node, F::Left);
            l.note_targets(target, 0);
            made.each = Some((target, over));
            made.body = l.block_at(node, F::Body);
        })
    }

    /// A chain of one operator as a list, so that long ones do not nest.
    pub(super) fn chain(&mut self, node: Node<'_>, kind: &str, operators: &[&str]) -> Id {
        let mut parts = Vec::new();
        let mut at = node;
        loop {
            let plus = at.kind() == kind
                && self.field(at, F::Operator).is_some_and(|o| operators.contains(&o.kind()));
            if !plus {
                parts.push(at);
                break;
            }
            let (Some(left), Some(right)) = (self.field(at, F::Left), self.field(at, F::Right))
            else {
                break;
            };
            parts.push(right);
            at = left;
        }
        parts.reverse();
        let parts: Vec<Id> = parts.into_iter().map(|part| self.expr(part)).collect();
        if let [left, right] = parts[..] {
            return self.push(node, Kind::Binary(Op::Add, left, right));
        }
        self.push(node, Kind::Text(parts))
    }

    /// Arguments that are nodes of their own and may have names.
    fn arguments(&mut self, list: Option<Node<'_>>) -> Vec<Arg<'s>> {
        let Some(list) = list else { return Vec::new() };
        let mut out = Vec::new();
        let mut cursor = list.walk();
        for a in list.named_children(&mut cursor).filter(|c| c.kind() == "argument") {
            let name = self.field(a, F::Name).map_or("", |c| self.text(c));
            let last = a.named_child(a.named_child_count().saturating_sub(1) as u32);
            if let Some(value) = last {
                let value = self.expr(value);
                out.push(Arg { name, value });
            }
        }
        out
    }

    pub(super) fn call(&mut self, node: Node<'_>, callee: Id, args: Vec<Arg<'s>>) -> Id {
        self.push(node, Kind::Call(callee, args))
    }

    pub(super) fn function(
        &mut self,
        node: Node<'_>,
        name: &'s str,
        fill: impl FnOnce(&mut Self, &mut Function<'s>),
    ) -> FnId {
        let id = self.unit.functions.len() as FnId;
        self.unit.functions.push(Function::default());
        let mut function = Function {
            name,
            class: self.class,
            start: node.start_byte() as u32,
            ..Function::default()
        };
        fill(self, &mut function);
        self.unit.functions[id as usize] = function;
        id
    }

    /// Lowers a class: `fill` adds members to the class at [`Lower::class`].
    pub(super) fn class(
        &mut self,
        name: &'s str,
        supers: Vec<&'s str>,
        fill: impl FnOnce(&mut Self, u32),
    ) -> u32 {
        let id = self.unit.classes.len() as u32;
        self.unit.classes.push(Class { name, supers, ..Class::default() });
        let outer = self.class.replace(id);
        fill(self, id);
        self.class = outer;
        id
    }

    pub(super) fn class_mut(&mut self, id: u32) -> &mut Class<'s> {
        &mut self.unit.classes[id as usize]
    }

    /// The text between the quotes of a plain string.
    pub(super) fn string(&mut self, node: Node<'_>, content: &'s str) -> Id {
        self.push(node, Kind::Str(unescape(content)))
    }
}

/// An argument that goes by its place.
pub(super) fn arg<'s>(value: Id) -> Arg<'s> {
    Arg { name: "", value }
}
