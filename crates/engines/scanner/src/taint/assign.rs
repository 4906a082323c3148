//! Assignments: what a target takes in, be it a name, a field, an element or a pattern of
//! several.

use std::rc::Rc;

use super::fold;
use super::ir::{Id, Kind, Op, Sym};
use super::machine::Machine;
use super::marks::{Mark, Marks, Origin, What};
use super::pattern::Shape;
use super::spec::Meaning;
use super::state::State;
use super::value::{Const, Val};

impl<'s> Machine<'s> {
    pub(super) fn assign(
        &mut self,
        target: Id,
        op: Option<Op>,
        value: Id,
        state: &mut State<'s>,
    ) -> Val<'s> {
        let mut made = match op {
            Some(op) => self.binary(op, target, value, state),
            None => self.eval(value, state),
        };
        made.marks =
            made.marks.step(self.unit.range(value), What::Assign, self.target_name(target));
        if op.is_some()
            && let Kind::Name(sym) = self.kind(target)
            && let Some(old) = state.get(*sym)
            && made.obj == 0
        {
            made.obj = old.obj;
            made.ty = old.ty;
        }
        if let Kind::Field(base, name) = self.kind(target) {
            self.set_sinks(target, *base, name, (value, &made), state);
        }
        self.bind(target, made.clone(), state);
        made
    }

    pub(super) fn target_name(&self, target: Id) -> &'s str {
        match self.kind(target) {
            Kind::Name(sym) => self.unit.name(*sym),
            Kind::Field(_, name) => name,
            _ => "",
        }
    }

    /// Puts a value where a target says.
    pub(super) fn bind(&mut self, target: Id, value: Val<'s>, state: &mut State<'s>) {
        match self.kind(target) {
            Kind::Name(sym) => {
                // A field without `this`.
                if state.get(*sym).is_none()
                    && let Some(class) = self.frame.class
                    && self.fields.contains_key(&(class, *sym))
                {
                    self.store_field(class, *sym, &value, state);
                }
                state.set(*sym, value);
            }
            Kind::Cast(ty, inner) => {
                let mut value = value;
                if fold::is_scalar(ty) {
                    value.marks = Marks::default();
                }
                if !ty.is_empty() {
                    value.ty = ty;
                }
                self.bind(*inner, value, state);
            }
            Kind::Field(base, name) => {
                if self.is_this(*base)
                    && let Some(class) = self.frame.class
                    && let Some(sym) = self.field_sym(class, name)
                {
                    self.store_field(class, sym, &value, state);
                }
                let key = Const::Str((*name).into());
                self.put(*base, &key, value, state);
            }
            Kind::Index(base, index) => {
                let key = self.eval(*index, state);
                self.item_sinks(target, *base, &key, &value, state);
                self.put(*base, &key.konst, value, state);
            }
            Kind::List(targets) => {
                let spread: Vec<(Id, Val<'s>)> = targets
                    .iter()
                    .enumerate()
                    .map(|(i, t)| {
                        let key = Const::Int(i as i64);
                        let exact = state.obj(value.obj).is_some_and(|o| o.exact);
                        let mut found = if exact {
                            self.element_at(&value, &key, state)
                        } else {
                            Val { marks: state.flat(&value), ..Val::default() }
                        };
                        if i == 0 && found.ty.is_empty() {
                            found.ty = value.ty;
                        }
                        (*t, found)
                    })
                    .collect();
                for (target, value) in spread {
                    self.bind(target, value, state);
                }
            }
            Kind::Map(entries) => {
                for (key, target) in entries {
                    let found = match key {
                        Some(key) => self.picked(target, *key, &value, state),
                        None => value.clone(),
                    };
                    self.bind(*target, found, state);
                }
            }
            Kind::Parts(parts) => {
                for part in parts {
                    self.bind(*part, Val { marks: state.flat(&value), ..Val::default() }, state);
                }
            }
            _ => {}
        }
    }

    /// `const { query } = req` reads a field.
    pub(super) fn picked(
        &mut self,
        target: &Id,
        key: Id,
        holder: &Val<'s>,
        state: &mut State<'s>,
    ) -> Val<'s> {
        let konst = self.eval(key, state).konst;
        if let Kind::Str(name) = self.kind(key)
            && let std::borrow::Cow::Borrowed(name) = name
        {
            let entries = self.rules.of(Shape::Read, name);
            let (mut mask, mut ty) = (0, "");
            for entry in entries {
                let rules = self.rules;
                let entry = &rules.entries[usize::from(*entry)];
                if self.fits(&entry.pattern, None, holder.ty, *target) && !holder.ty.is_empty() {
                    match entry.meaning {
                        Meaning::Source(bits) => mask |= bits,
                        Meaning::Type(n) => ty = &rules.types[usize::from(n)],
                        _ => {}
                    }
                }
            }
            if mask != 0 || !ty.is_empty() {
                let marks = if mask == 0 { Marks::default() } else { self.source(*target, mask) };
                return Val { marks, ty, ..Val::default() };
            }
        }
        self.element_at(holder, &konst, state)
    }

    pub(super) fn store_field(&mut self, class: u32, sym: Sym, value: &Val<'s>, state: &State<'s>) {
        let marks = state.flat(value);
        let real: Vec<Mark<'s>> =
            marks.iter().filter(|m| m.origin == Origin::Source).cloned().collect();
        let entry = self.fields.entry((class, sym)).or_default();
        if !real.is_empty() && entry.marks.join(&Marks(Some(Rc::new(real)))) {
            self.fields_grew = true;
        }
        if entry.ty.is_empty() {
            entry.ty = value.ty;
        }
    }
}
