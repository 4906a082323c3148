//! Objects that are made: by a class of the file, by one that only the rules know, or by
//! naming fields.

use super::call::Made;
use super::ir::{Arg, FnId, Id, Kind};
use super::machine::Machine;
use super::marks::{Marks, What};
use super::pattern::Shape;
use super::state::State;
use super::value::{Const, Obj, Val};

impl<'s> Machine<'s> {
    /// A class of the file is made.
    pub(super) fn construct(
        &mut self,
        class: u32,
        made: &Made<'_, 's>,
        state: &mut State<'s>,
    ) -> Val<'s> {
        let owner = &self.unit.classes[class as usize];
        let arity = made.args.len();
        let constructors =
            owner.methods.iter().filter(|f| self.unit.functions[**f as usize].name == "<new>");
        let mut rest = Marks::default();
        let takes = |f: &FnId| {
            self.unit.functions[*f as usize].parameters.len() - self.receiver_parameter(*f) == arity
        };
        let all: Vec<FnId> = constructors.copied().collect();
        let found = all.iter().copied().find(takes).or(all.first().copied());
        match found {
            Some(f) => {
                if let Some(summary) = self.summary_at(f, state) {
                    rest = self.apply(f, &summary, made, owner.name, state).marks;
                }
            }
            None => {
                for value in &made.values {
                    rest.join(&state.flat(value));
                }
            }
        }
        let obj = state.alloc(&mut self.next, Obj { rest, ..Obj::default() });
        Val { obj, ty: owner.name, ..Val::default() }
    }

    /// `new T(…)`.
    pub(super) fn make(
        &mut self,
        id: Id,
        ty: &'s str,
        args: &'s [Arg<'s>],
        body: Option<u32>,
        state: &mut State<'s>,
    ) -> Val<'s> {
        let values: Vec<Val<'s>> =
            args.iter().map(|a| self.argument(a, "", (&Marks::default(), 0), state)).collect();
        let made = Made { id, on: None, args, values };
        let verdict = self.verdict(Shape::New, ty, &made, state);
        if let Some(class) = body {
            let methods = self.unit.classes[class as usize].methods.clone();
            for f in methods {
                self.closure(f, &[], state);
            }
        }
        if let Some(class) = self.by_class.get(ty).copied() {
            let mut value = self.construct(class, &made, state);
            value.ty = if verdict.ty.is_empty() { ty } else { verdict.ty };
            return value;
        }
        let mut rest = Marks::default();
        for value in &made.values {
            rest.join(&state.flat(value));
        }
        rest = rest.without(verdict.clean).step(self.unit.range(id), What::Through, ty);
        if verdict.source != 0 {
            rest.join(&self.source(id, verdict.source));
        }
        let exact = rest.is_empty() && made.values.iter().all(|v| v.obj == 0);
        let text = match made.values.as_slice() {
            [one] => match &one.konst {
                Const::Str(text) => Some(text.clone()),
                _ => None,
            },
            _ => None,
        };
        let obj = state.alloc(&mut self.next, Obj { rest, exact, text, ..Obj::default() });
        let konst = match (ty, made.values.as_slice()) {
            ("String" | "StringBuilder" | "StringBuffer", [one]) => one.konst.clone(),
            _ => Const::Unknown,
        };
        if ty == "String" {
            let marks = state.flat(&Val { obj, ..Val::default() });
            return Val { konst, marks, ty, ..Val::default() };
        }
        let ty = if verdict.ty.is_empty() { ty } else { verdict.ty };
        Val { obj, ty, ..Val::default() }
    }

    /// An object that is made by naming its fields, as in Go: like a constructor
    /// with arguments of these names.
    pub(super) fn composed(
        &mut self,
        id: Id,
        ty: &'s str,
        entries: &'s [(Option<Id>, Id)],
        value: &Val<'s>,
        state: &mut State<'s>,
    ) {
        if self.rules.of(Shape::New, ty).is_empty() {
            return;
        }
        let mut args = Vec::with_capacity(entries.len());
        let mut values = Vec::with_capacity(entries.len());
        for (key, held) in entries {
            let name = match key.map(|k| self.kind(k)) {
                Some(Kind::Str(std::borrow::Cow::Borrowed(name))) => name,
                _ => "**",
            };
            let found = state.obj(value.obj).map(|o| o.get(&Const::Str(name.into())));
            args.push(Arg { name, value: *held });
            values.push(found.unwrap_or_default());
        }
        let made = Made { id, on: None, args: &args, values };
        self.verdict(Shape::New, ty, &made, state);
    }
}
