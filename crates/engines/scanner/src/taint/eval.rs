//! Expressions.

use std::rc::Rc;

use super::fold;
use super::ir::{Id, Kind, Op};
use super::machine::Machine;
use super::marks::Marks;
use super::spec::ANCHORED;
use super::state::State;
use super::value::{Const, LONGEST_TEXT, Obj, Val};

impl<'s> Machine<'s> {
    /// What an expression yields, and what it does to the state.
    pub(super) fn eval(&mut self, id: Id, state: &mut State<'s>) -> Val<'s> {
        if !self.step(0) || !self.enter() {
            return Val::default();
        }
        let value = self.eval_kind(id, state);
        self.leave();
        value
    }

    pub(super) fn eval_kind(&mut self, id: Id, state: &mut State<'s>) -> Val<'s> {
        match self.kind(id) {
            Kind::Int(n) => Val::known(Const::Int(*n)),
            Kind::Str(text) => Val { ty: "String", ..Val::known(Const::text(text)) },
            Kind::Bool(b) => Val::known(Const::Bool(*b)),
            Kind::Null => Val::known(Const::Null),
            Kind::Name(sym) => self.name(id, *sym, state),
            Kind::Field(base, name) => self.field(id, *base, name, state),
            Kind::Index(base, index) => {
                let holder = self.eval(*base, state);
                let key = self.eval(*index, state);
                let mut found = self.element_at(&holder, &key.konst, state);
                if let Const::Str(key) = &key.konst
                    && self.is_environment(*base)
                {
                    found.konst = Const::Setting(Rc::new((key.to_string(), None)));
                }
                found
            }
            Kind::Call(callee, args) => self.call(id, *callee, args, state),
            Kind::New(ty, args, class) => self.make(id, ty, args, *class, state),
            Kind::Binary(op, a, b) => self.binary(*op, *a, *b, state),
            Kind::Not(inner) => {
                let value = self.eval(*inner, state);
                Val::known(value.konst.truth().map_or(Const::Unknown, |b| Const::Bool(!b)))
            }
            Kind::Neg(inner) => match self.eval(*inner, state).konst {
                Const::Int(n) => Val::known(n.checked_neg().map_or(Const::Unknown, Const::Int)),
                _ => Val::default(),
            },
            Kind::Choice(condition, a, b) => {
                let decided = self.eval(*condition, state).konst.truth();
                match decided {
                    Some(true) => self.eval(*a, state),
                    Some(false) => self.eval(*b, state),
                    None => {
                        if !self.step(state.size()) {
                            return Val::default();
                        }
                        let mut otherwise = state.clone();
                        self.refine(*condition, true, state, 0);
                        self.refine(*condition, false, &mut otherwise, 0);
                        let mut value = self.eval(*a, state);
                        let other = self.eval(*b, &mut otherwise);
                        state.join(otherwise, &mut self.next);
                        value.fixed = state.is_fixed(&value, 0) && state.is_fixed(&other, 0);
                        if value.konst != other.konst {
                            value.konst = Const::Unknown;
                        }
                        value.clean &= other.clean;
                        if value.ty.is_empty() || value.ty == "String" {
                            value.ty = other.ty;
                        }
                        value.marks.join(&other.marks);
                        if value.obj == 0 {
                            value.obj = other.obj;
                        } else if other.obj != 0 {
                            value.marks.join(&state.flat(&other));
                        }
                        value
                    }
                }
            }
            Kind::Text(parts) => {
                let mut text = Some(String::new());
                let mut marks = Marks::default();
                let mut values = Vec::with_capacity(parts.len());
                for part in parts {
                    let value = self.eval(*part, state);
                    marks.join(&state.flat(&value));
                    text = text.zip(value.konst.shown()).map(|(t, p)| t + &p);
                    text = text.filter(|t| t.len() <= LONGEST_TEXT);
                    values.push(value);
                }
                let konst = text.map_or(Const::Unknown, |t| Const::text(&t));
                let made: Vec<(Id, &Val<'s>)> = parts.iter().copied().zip(&values).collect();
                marks.join(&self.assembled(self.unit.range(id), &made, state));
                let fixed = made.iter().all(|(id, v)| self.is_fixed(*id, v, state, 0));
                let clean = self.settled_host(&made, false, state);
                let marks = marks.without(clean & !ANCHORED);
                Val { konst, marks, ty: "String", fixed, clean, ..Val::default() }
            }
            Kind::List(items) => {
                let items: Vec<Val<'s>> = items.iter().map(|i| self.eval(*i, state)).collect();
                let mut object = Obj { exact: true, ..Obj::default() };
                for item in items {
                    object.push(item);
                }
                let obj = state.alloc(&mut self.next, object);
                Val { obj, ..Val::default() }
            }
            Kind::Map(entries) => {
                let mut object = Obj::default();
                for (key, value) in entries {
                    let key = key.map(|k| self.eval(k, state).konst);
                    let value = self.eval(*value, state);
                    match key {
                        Some(key) => object.put(&key, value),
                        None => {
                            let all = state.flat(&value);
                            object.rest.join(&all);
                            object.spread = true;
                        }
                    }
                }
                let obj = state.alloc(&mut self.next, object);
                Val { obj, ty: "{}", ..Val::default() }
            }
            Kind::Assign(target, op, value) => self.assign(*target, *op, *value, state),
            Kind::Lambda(f) => {
                // Runs here, where it sees what stands around it.
                self.closure(*f, &[], state);
                Val { func: *f, ..Val::default() }
            }
            Kind::Cast(ty, inner) => {
                let mut value = self.eval(*inner, state);
                if fold::is_scalar(ty) {
                    value.marks = Marks::default();
                }
                if let Kind::Map(entries) = self.kind(*inner) {
                    self.composed(id, ty, entries, &value, state);
                }
                if *ty == "Element" {
                    return Val { ty, ..Val::default() };
                }
                if !ty.is_empty() && *ty != "any" && *ty != "Object" && *ty != "unknown" {
                    value.ty = ty;
                }
                value
            }
            Kind::Each(target, over, condition, body) => {
                let holder = self.eval(*over, state);
                let element = self.element(*over, &holder, state);
                let bound = self.unit.exprs.get(*target as usize).map(|e| &e.kind);
                let outer = match bound {
                    Some(Kind::Name(sym)) => Some((*sym, state.get(*sym).cloned())),
                    _ => None,
                };
                self.bind(*target, element, state);
                if let Some(condition) = condition {
                    self.eval(*condition, state);
                    self.refine(*condition, true, state, 0);
                }
                let made = self.eval(*body, state);
                let rest = state.flat(&made);
                if let Some((sym, value)) = outer {
                    match value {
                        Some(value) => state.set(sym, value),
                        None => state.unset(sym),
                    }
                }
                let obj = state.alloc(&mut self.next, Obj { rest, ..Obj::default() });
                Val { obj, ..Val::default() }
            }
            Kind::Parts(parts) => {
                let mut made = Val::default();
                for part in parts {
                    let value = self.eval(*part, state);
                    made.marks.join(&state.flat(&value));
                }
                made
            }
        }
    }

    pub(super) fn binary(&mut self, op: Op, a: Id, b: Id, state: &mut State<'s>) -> Val<'s> {
        let left = self.eval(a, state);
        // What decides the rest is known before the rest runs.
        match (op, left.konst.truth()) {
            (Op::And, Some(false)) | (Op::Or, Some(true)) => return left,
            _ => {}
        }
        let right = if matches!(op, Op::And | Op::Or) {
            if !self.step(state.size()) {
                return Val::default();
            }
            let mut inner = state.clone();
            self.refine(a, op == Op::And, &mut inner, 0);
            let value = self.eval(b, &mut inner);
            state.join(inner, &mut self.next);
            value
        } else {
            self.eval(b, state)
        };
        let konst = fold::binary(op, &left.konst, &right.konst);
        match op {
            // In half of the languages these yield one of the two.
            Op::Or | Op::Else | Op::And => {
                let mut value = Val { konst, ..right };
                if op != Op::And {
                    value.marks.join(&left.marks);
                    if value.obj == 0 {
                        value.obj = left.obj;
                    }
                    if value.ty.is_empty() {
                        value.ty = left.ty;
                    }
                }
                value
            }
            Op::Add | Op::Rem => {
                let mut marks = state.flat(&left);
                marks.join(&state.flat(&right));
                let ty = if left.ty == "Path" { "Path" } else { "" };
                let parts = [(a, &left), (b, &right)];
                marks.join(&self.assembled(
                    (self.unit.range(a).0, self.unit.range(b).1),
                    &parts,
                    state,
                ));
                let fixed = parts.iter().all(|(id, v)| self.is_fixed(*id, v, state, 0));
                let clean = self.settled_host(&parts, op == Op::Rem, state);
                let marks = marks.without(clean & !ANCHORED);
                Val { konst, marks, ty, fixed, clean, ..Val::default() }
            }
            // A path in Python; a number elsewhere.
            Op::Div if !konst.is_known() => {
                let mut marks = left.marks;
                marks.join(&right.marks);
                Val { marks, ty: left.ty, ..Val::default() }
            }
            // `"?" * n` in Python.
            Op::Mul => Val { fixed: self.is_fixed(a, &left, state, 0), ..Val::known(konst) },
            _ => Val::known(konst),
        }
    }
}
