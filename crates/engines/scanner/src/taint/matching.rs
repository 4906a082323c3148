//! Whether a place in the code is one that a pattern names.

use super::call::Made;
use super::ir::{Id, Kind, Op};
use super::machine::Machine;
use super::marks::Marks;
use super::pattern::{Condition, On, Pattern, Test};
use super::spec::ANCHORED;
use super::state::State;
use super::value::{Const, Setting, Val};

impl<'s> Machine<'s> {
    /// The marks of the arguments that a pattern names.
    pub(super) fn chosen(
        &self,
        pattern: &Pattern,
        made: &Made<'_, 's>,
        state: &State<'s>,
    ) -> Marks<'s> {
        let mut marks = Marks::default();
        for place in &pattern.args.places {
            if let Some((_, value)) = made.place(*place) {
                marks.join(&state.flat(value));
            }
        }
        if let Some(from) = pattern.args.from {
            let all = made.args.iter().zip(&made.values).filter(|(a, _)| a.name.is_empty());
            for (_, value) in all.skip(from) {
                marks.join(&state.flat(value));
            }
        }
        for (place, key) in &pattern.args.keys {
            if let Some(value) = made.place(*place).and_then(|(_, v)| entry(v, key, state)) {
                marks.join(&state.flat(&value));
            }
        }
        for name in &pattern.args.names {
            if let Some((_, value)) = made.named(name) {
                marks.join(&state.flat(value));
            }
        }
        if pattern.args.this
            && let Some((_, value)) = &made.on
        {
            marks.join(&state.flat(value));
        }
        marks
    }

    /// Whether a pattern's conditions hold, and the setting that decides it.
    pub(super) fn conditions(
        &self,
        pattern: &Pattern,
        made: &Made<'_, 's>,
        state: &State<'s>,
    ) -> (bool, Option<(Setting, u16)>) {
        let mut setting = None;
        for (n, condition) in pattern.conditions.iter().enumerate() {
            let (value, test) = match condition {
                Condition::Place(place, test) => (made.place(*place), test),
                Condition::Named(name, test) => (made.named(name), test),
                Condition::Absent(name) => {
                    if made.named(name).is_some() || made.named("**").is_some() {
                        return (false, None);
                    }
                    continue;
                }
                Condition::Fewer(most) => {
                    if made.args.len() >= *most {
                        return (false, None);
                    }
                    continue;
                }
                Condition::Dynamic(place) => {
                    if made.place(*place).is_none_or(|(id, v)| !self.is_open(id, v, state)) {
                        return (false, None);
                    }
                    continue;
                }
                Condition::Host(place) => {
                    if made.place(*place).is_none_or(|(_, v)| v.clean & ANCHORED != 0) {
                        return (false, None);
                    }
                    continue;
                }
                Condition::DynamicKey(place, key) => {
                    let value = made.place(*place).and_then(|(_, v)| entry(v, key, state));
                    let open =
                        |v: &Val<'s>| !state.is_fixed(v, 0) && state.flat(v).come_from_outside();
                    if !value.is_some_and(|v| open(&v)) {
                        return (false, None);
                    }
                    continue;
                }
                Condition::Open(name) => {
                    if made.named(name).is_none_or(|(id, v)| !self.is_open(id, v, state)) {
                        return (false, None);
                    }
                    continue;
                }
                Condition::Fixed(place) => {
                    let asked = |v: &Val<'_>| matches!(v.konst, Const::Setting(_));
                    let fixed = |(id, v)| asked(v) || !self.is_fixed(id, v, state, 0);
                    if made.place(*place).is_none_or(fixed) {
                        return (false, None);
                    }
                    continue;
                }
                Condition::Command(place) => {
                    if !self.is_open_command(*place, made, state) {
                        return (false, None);
                    }
                    continue;
                }
                Condition::Bits(place, bits) => match made.place(*place).map(|(_, v)| &v.konst) {
                    Some(Const::Int(n)) if n & bits != 0 => continue,
                    _ => return (false, None),
                },
                Condition::Key(place, key, regex, wanted) => {
                    let Some(value) = made.place(*place).and_then(|(_, v)| entry(v, key, state))
                    else {
                        return (false, None);
                    };
                    match value.konst.shown() {
                        Some(text) if regex.is_match(&text) == *wanted => continue,
                        _ => return (false, None),
                    }
                }
                Condition::NoKey(place, key) => {
                    let Some((_, value)) = made.place(*place) else { return (false, None) };
                    // What was spread into it may have the key.
                    let object = state.obj(value.obj).filter(|o| value.ty == "{}" && !o.spread);
                    if object.is_none() || entry(value, key, state).is_some() {
                        return (false, None);
                    }
                    continue;
                }
                Condition::Start(place, start, known) => {
                    let Some((id, value)) = made.place(*place) else { return (false, None) };
                    match self.beginning(id, value) {
                        Some(text) if start.is_match(&text) => {}
                        None if !known => {}
                        _ => return (false, None),
                    }
                    continue;
                }
                Condition::Imports(_) => {
                    if !self.holds_in_file(pattern) {
                        return (false, None);
                    }
                    continue;
                }
            };
            match value {
                Some((_, Val { konst: Const::Setting(s), .. })) if test.wanted => {
                    setting = Some((s.clone(), n as u16));
                }
                Some((id, value)) if self.passes(test, id, value) => {}
                Some(_) => return (false, None),
                None => return (false, None),
            }
        }
        (true, setting)
    }

    /// How the text that an expression yields begins, where that is written there.
    fn beginning(&self, id: Id, value: &Val<'s>) -> Option<String> {
        if let Some(text) = value.konst.shown() {
            return Some(text);
        }
        let mut at = id;
        for _ in 0..8 {
            at = match self.kind(at) {
                Kind::Str(text) => return Some(text.to_string()),
                Kind::Text(parts) => *parts.first()?,
                Kind::Binary(Op::Add, left, _) => *left,
                _ => return None,
            };
        }
        None
    }

    /// Whether a value is like a condition wants it.
    pub(super) fn passes(&self, test: &Test, id: Id, value: &Val<'s>) -> bool {
        let mut text = value.konst.shown();
        if text.is_none()
            && test.by_name
            && matches!(self.kind(id), Kind::Field(..) | Kind::Name(_) | Kind::Call(..))
        {
            let mut path = String::new();
            text = self.path(id, &mut path, 0).then_some(path);
        }
        text.is_some_and(|text| test.regex.is_match(&text) == test.wanted)
    }

    /// Whether what a pattern asks of the file holds.
    pub(super) fn holds_in_file(&self, pattern: &Pattern) -> bool {
        pattern.conditions.iter().all(|c| match c {
            Condition::Imports(word) => self.unit.imports.values().any(|path| {
                path.strip_prefix(word.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '/']))
            }),
            _ => true,
        })
    }

    /// Whether a place is the one that a pattern names, its last name aside.
    pub(super) fn fits(&self, pattern: &Pattern, on: Option<Id>, ty: &str, id: Id) -> bool {
        match &pattern.on {
            On::Any => true,
            On::Path(prefix) => self.path_fits(prefix, on, id),
            On::Receiver { types, hints, unknown } => {
                let Some(base) = on else {
                    // A place that is no field of anything, with a known type.
                    return !ty.is_empty() && self.is_kind(ty, types);
                };
                if ty.is_empty() {
                    *unknown || self.hinted(base, hints)
                } else {
                    self.is_kind(ty, types) || (ty == "String" && self.hinted(base, hints))
                }
            }
        }
    }

    fn hinted(&self, base: Id, hints: &[String]) -> bool {
        if hints.is_empty() {
            return false;
        }
        let name = match self.kind(base) {
            Kind::Name(sym) => self.unit.name(*sym),
            Kind::Field(_, name) => name,
            _ => return false,
        };
        let name = name.trim_start_matches(['$', '_']);
        hints.iter().any(|h| h.trim_start_matches('$').eq_ignore_ascii_case(name))
    }

    /// Whether a type is one of some, or a kind of one.
    pub(super) fn is_kind(&self, ty: &str, types: &[String]) -> bool {
        let direct = |ty: &str| types.iter().any(|t| t == ty);
        if direct(ty) {
            return true;
        }
        if let Some(kinds) = self.rules.kinds.get(ty) {
            return kinds.iter().any(|k| direct(k));
        }
        self.by_class
            .get(ty)
            .is_some_and(|c| self.unit.classes[*c as usize].supers.iter().any(|s| direct(s)))
    }

    fn path_fits(&self, prefix: &str, on: Option<Id>, id: Id) -> bool {
        let Some(base) = on else {
            // A plain name: what it was imported as, or a built-in.
            let callee = match self.kind(id) {
                Kind::Call(callee, _) => *callee,
                _ => id,
            };
            let Kind::Name(sym) = self.kind(callee) else {
                let path = self.required(callee);
                return path.is_some_and(|path| {
                    path_ends(path.rsplit_once('/').map_or("", |(before, _)| before), prefix)
                });
            };
            return match self.unit.imports.get(sym) {
                Some(path) => {
                    let before = path.rsplit_once(['.', '/']).map_or("", |(before, _)| before);
                    path_ends(before, prefix)
                }
                None => prefix.is_empty() && !self.by_name.contains_key(self.unit.name(*sym)),
            };
        };
        if prefix.is_empty() {
            return false;
        }
        let mut path = String::new();
        self.path(base, &mut path, 0) && path_ends(&path, prefix)
    }

    /// The module that `require("…")` names.
    pub(super) fn required(&self, id: Id) -> Option<&'s str> {
        let Kind::Call(callee, args) = self.kind(id) else { return None };
        let Kind::Name(sym) = self.kind(*callee) else { return None };
        if self.unit.name(*sym) != "require" {
            return None;
        }
        match args.first().map(|a| self.kind(a.value)) {
            Some(Kind::Str(std::borrow::Cow::Borrowed(text))) => Some(text),
            _ => None,
        }
    }

    /// The dotted path that an expression is written as, with imports resolved.
    pub(super) fn path(&self, id: Id, out: &mut String, depth: u32) -> bool {
        if depth > 8 {
            return false;
        }
        match self.kind(id) {
            Kind::Name(sym) => {
                match self.unit.imports.get(sym) {
                    Some(path) => out.push_str(path),
                    None => out.push_str(self.unit.name(*sym)),
                }
                true
            }
            Kind::Field(base, name) => {
                let known = self.path(*base, out, depth + 1);
                out.push('.');
                out.push_str(name);
                known
            }
            Kind::Call(callee, args) => {
                // `require("fs").readFile`
                let Kind::Name(sym) = self.kind(*callee) else { return false };
                if self.unit.name(*sym) != "require" {
                    return false;
                }
                let Some(Kind::Str(text)) = args.first().map(|a| self.kind(a.value)) else {
                    return false;
                };
                out.push_str(text.strip_prefix("node:").unwrap_or(text));
                true
            }
            _ => false,
        }
    }
}

/// What a map or an object holds under a key.
fn entry<'s>(value: &Val<'s>, key: &str, state: &State<'s>) -> Option<Val<'s>> {
    let keys = &state.obj(value.obj)?.keys;
    keys.iter()
        .find(|(k, _)| matches!(k, Const::Str(text) if **text == *key))
        .map(|(_, v)| v.clone())
}

fn path_ends(path: &str, prefixes: &str) -> bool {
    prefixes.split('|').any(|prefix| {
        // Packages before a class do not matter.
        path == prefix
            || (prefix.starts_with(char::is_uppercase)
                && path
                    .strip_suffix(prefix)
                    .is_some_and(|before| before.ends_with(['.', '/', '\\'])))
    })
}
