//! Names and fields where they are read.

use std::rc::Rc;

use super::fold;
use super::ir::{Id, Kind, Sym};
use super::machine::Machine;
use super::marks::Marks;
use super::pattern::Shape;
use super::state::State;
use super::value::{Const, Val};

impl<'s> Machine<'s> {
    /// A name where it is read.
    pub(super) fn name(&mut self, id: Id, sym: Sym, state: &mut State<'s>) -> Val<'s> {
        let name = self.unit.name(sym);
        if let Some(value) = state.get(sym) {
            return value.clone();
        }
        if let Some(bare) = name.strip_prefix('$')
            && let Some(value) = self.read_source(id, Shape::Var, bare, None)
        {
            return value;
        }
        if let Some(class) = self.frame.class
            && let Some(value) = self.fields.get(&(class, sym))
        {
            return value.clone();
        }
        // A class names itself, for what belongs to all of its objects.
        if let Some(value) = self.read_source(id, Shape::Read, self.last_of(sym, name), None) {
            return value;
        }
        self.inherited(id, sym)
    }

    /// The last name of what a name was imported as.
    pub(super) fn last_of(&self, sym: Sym, name: &'s str) -> &'s str {
        self.unit.imports.get(&sym).and_then(|path| path.rsplit(['.', '/']).next()).unwrap_or(name)
    }

    pub(super) fn field(
        &mut self,
        id: Id,
        base: Id,
        name: &'s str,
        state: &mut State<'s>,
    ) -> Val<'s> {
        let holder = self.eval(base, state);
        if let Some(value) = self.read_source(id, Shape::Read, name, Some((base, &holder))) {
            return value;
        }
        let mut found = Val::default();
        if let Some(object) = state.obj(holder.obj) {
            found = object.get(&Const::Str(name.into()));
        }
        found.marks.join(&holder.marks);
        // `this.x` is also what the class says of `x`.
        if self.is_this(base)
            && let Some(class) = self.frame.class
            && let Some(sym) = self.field_sym(class, name)
            && let Some(declared) = self.fields.get(&(class, sym))
        {
            found.marks.join(&declared.marks);
            if found.ty.is_empty() {
                found.ty = declared.ty;
            }
            if !found.konst.is_known() && self.unit.assigned[sym as usize] <= 1 {
                found.konst = declared.konst.clone();
            }
            if found.obj == 0 {
                found.obj = declared.obj;
            }
        }
        if self.is_environment(base) && !found.konst.is_known() {
            found.konst = Const::Setting(Rc::new((name.to_owned(), None)));
        }
        if let Some(bits) = fold::mode_bits(name) {
            found.konst = Const::Int(bits);
        }
        if matches!(name, "length" | "size" | "Length" | "Count") {
            found.marks = Marks::default();
        }
        found
    }

    /// Whether an expression is the environment of the process.
    pub(super) fn is_environment(&self, id: Id) -> bool {
        let Kind::Field(base, "environ" | "env") = self.kind(id) else { return false };
        let Kind::Name(sym) = self.kind(*base) else { return false };
        matches!(self.unit.name(*sym), "os" | "process")
    }

    pub(super) fn is_this(&self, id: Id) -> bool {
        matches!(self.kind(id), Kind::Name(sym) if Some(*sym) == self.this)
    }

    pub(super) fn field_sym(&self, class: u32, name: &str) -> Option<Sym> {
        let fields = &self.unit.classes[class as usize].fields;
        fields.iter().map(|f| f.name).find(|f| self.unit.name(*f).trim_start_matches('$') == name)
    }
}
