//! Which function a call means: one of this file, a class that is made, or one of
//! another file.

use super::call::Made;
use super::ir::{FnId, Id, Kind};
use super::machine::Machine;
use super::marks::Callee;
use super::state::State;

impl<'s> Machine<'s> {
    /// A function of another file, where the call says which.
    pub(super) fn foreign(&self, callee: Id, name: &str, made: &Made<'_, 's>) -> Option<Callee> {
        if name.is_empty() {
            return None;
        }
        let arity = made.args.len().min(100) as u8;
        let owner = match &made.on {
            Some((base, on)) if on.ty.is_empty() => {
                // A class, or a module that was imported.
                let Kind::Name(sym) = self.kind(*base) else { return None };
                match self.unit.imports.get(sym) {
                    Some(path) => path.clone(),
                    None => {
                        let text = self.unit.name(*sym);
                        if !text.starts_with(char::is_uppercase) {
                            return None;
                        }
                        text.to_owned()
                    }
                }
            }
            Some((_, on)) if on.ty.starts_with(char::is_uppercase) && on.ty != "String" => {
                if self.rules.kinds.contains_key(on.ty) {
                    return None;
                }
                on.ty.to_owned()
            }
            Some(_) => return None,
            None => {
                let Kind::Name(sym) = self.kind(callee) else { return None };
                let path = self.unit.imports.get(sym)?;
                path.rsplit_once(['.', '/']).map(|(before, _)| before.to_owned())?
            }
        };
        Some(Callee { owner, name: name.to_owned(), arity })
    }

    /// In languages without `new`, a class that is called.
    pub(super) fn constructed(&self, callee: Id, plain: bool, name: &str) -> Option<u32> {
        if !plain || !matches!(self.kind(callee), Kind::Name(_)) {
            return None;
        }
        self.by_class.get(name).copied()
    }

    /// The function of this file that a call means.
    pub(super) fn own_function(
        &self,
        callee: Id,
        name: &str,
        made: &Made<'_, 's>,
        state: &State<'s>,
    ) -> Option<FnId> {
        if let Kind::Name(sym) = self.kind(callee)
            && let Some(value) = state.get(*sym)
            && value.func != 0
        {
            return Some(value.func);
        }
        let candidates = self.by_name.get(name)?;
        let class = match &made.on {
            None => None,
            Some((base, on)) => Some(match self.by_class.get(on.ty) {
                Some(class) => *class,
                None if self.is_this(*base) || self.is_super(*base) => self.frame.class?,
                None => {
                    let Kind::Name(sym) = self.kind(*base) else { return None };
                    *self.by_class.get(self.unit.name(*sym))?
                }
            }),
        };
        let arity = made.args.len();
        let takes = |f: &&FnId| {
            let function = &self.unit.functions[**f as usize];
            function.parameters.len() - self.receiver_parameter(**f) == arity
        };
        let found: Vec<&FnId> = candidates
            .iter()
            .filter(|f| {
                let owner = self.unit.functions[**f as usize].class;
                match class {
                    Some(class) => owner.is_some_and(|o| o == class || self.inherits(class, o)),
                    None => owner.is_none() || owner == self.frame.class || candidates.len() == 1,
                }
            })
            .collect();
        found.iter().copied().find(takes).or_else(|| found.first().copied()).copied()
    }

    pub(super) fn inherits(&self, class: u32, from: u32) -> bool {
        let name = self.unit.classes[from as usize].name;
        self.unit.classes[class as usize].supers.contains(&name)
            // An interface of the file stands for what implements it here.
            || self.unit.classes[from as usize]
                .supers
                .contains(&self.unit.classes[class as usize].name)
    }

    pub(super) fn is_super(&self, id: Id) -> bool {
        match self.kind(id) {
            Kind::Name(sym) => matches!(self.unit.name(*sym), "super" | "parent" | "base"),
            Kind::Call(callee, _) => self.is_super(*callee),
            _ => false,
        }
    }
}
