//! What a condition says about values where it holds.

use super::call::Made;
use super::fold;
use super::ir::{Arg, Id, Kind, Op};
use super::machine::Machine;
use super::marks::{Mark, Marks, Origin};
use super::pattern::{Pattern, Shape};
use super::spec::Meaning;
use super::spec::OUTSIDE;
use super::state::State;
use super::value::Const;

impl<'s> Machine<'s> {
    /// Learns from a condition that it is true, or that it is not.
    pub(super) fn refine(&mut self, condition: Id, truth: bool, state: &mut State<'s>, depth: u32) {
        if depth > 12 {
            return;
        }
        match self.kind(condition) {
            Kind::Not(inner) => self.refine(*inner, !truth, state, depth + 1),
            Kind::Binary(Op::And, a, b) if truth => {
                self.refine(*a, true, state, depth + 1);
                self.refine(*b, true, state, depth + 1);
            }
            Kind::Binary(Op::Or, a, b) if !truth => {
                self.refine(*a, false, state, depth + 1);
                self.refine(*b, false, state, depth + 1);
            }
            Kind::Binary(op @ (Op::Eq | Op::Ne), a, b) => {
                let equal = (*op == Op::Eq) == truth;
                if let Some(inner) = self.tests(*a, *b) {
                    // `x.indexOf(y) !== -1`, `preg_match(…) === 1`
                    let (call, positive) = inner;
                    self.refine(call, equal == positive, state, depth + 1);
                } else if equal {
                    self.equal(*a, *b, state);
                    self.equal(*b, *a, state);
                }
            }
            Kind::Binary(op @ (Op::Ge | Op::Gt | Op::Lt), a, b) => {
                // `allowed.indexOf(x) >= 0`
                if let Kind::Call(..) = self.kind(*a)
                    && matches!(self.kind(*b), Kind::Int(0 | -1) | Kind::Neg(_))
                {
                    self.refine(*a, truth == (*op != Op::Lt), state, depth + 1);
                }
            }
            Kind::Binary(op @ (Op::In | Op::NotIn), a, b) => {
                if let Kind::Str(text) = self.kind(*a) {
                    // `".." not in path`
                    let mask = self.rules.without(text);
                    if (*op == Op::NotIn) == truth && mask != 0 {
                        self.clear(*b, mask, state);
                    }
                }
                if (*op == Op::In) == truth && self.is_given(*b, state) {
                    self.clear(*a, u64::MAX, state);
                }
            }
            Kind::Call(callee, args) if !truth => {
                let Kind::Field(x, "contains" | "includes" | "Contains" | "indexOf") =
                    self.kind(*callee)
                else {
                    return;
                };
                if let Some(Kind::Str(text)) = args.first().map(|a| self.kind(a.value)) {
                    let mask = self.rules.without(text);
                    if mask != 0 {
                        self.clear(*x, mask, state);
                    }
                }
            }
            Kind::Call(callee, args) => self.checked(condition, *callee, args, state),
            Kind::Name(sym) if !truth => {
                // What is empty carries nothing.
                if let Some(value) = state.get_mut(*sym)
                    && value.obj == 0
                {
                    value.marks = Marks::default();
                }
            }
            _ => {}
        }
    }

    /// A call compared with a number or truth value, and whether equality means yes.
    fn tests(&self, a: Id, b: Id) -> Option<(Id, bool)> {
        if !matches!(self.kind(a), Kind::Call(..)) {
            return None;
        }
        match self.kind(b) {
            Kind::Bool(wanted) => Some((a, *wanted)),
            Kind::Int(1) => Some((a, true)),
            Kind::Int(0 | -1) | Kind::Neg(_) | Kind::Null => Some((a, false)),
            _ => None,
        }
    }

    /// A variable equals a constant.
    fn equal(&mut self, a: Id, b: Id, state: &mut State<'s>) {
        if let Kind::Int(_) | Kind::Str(_) | Kind::Bool(_) | Kind::Null = self.kind(b) {
            let konst = self.eval(b, state).konst;
            if let Kind::Field(..) = self.kind(a)
                && !matches!(self.kind(b), Kind::Null)
            {
                self.clear(a, self.rules.host_guarded, state);
            }
            if let Kind::Name(sym) = self.kind(a)
                && let Some(value) = state.get_mut(*sym)
            {
                value.marks = Marks::default();
                if value.obj == 0 {
                    value.konst = konst;
                }
            }
        }
    }

    /// In a case of a `switch`, the subject is one of the labels.
    pub(super) fn matched(&mut self, subject: Id, labels: &[Const], state: &mut State<'s>) {
        if labels.is_empty() || !labels.iter().all(Const::is_known) {
            return;
        }
        if let Kind::Name(sym) = self.kind(subject)
            && let Some(value) = state.get_mut(*sym)
        {
            value.marks = Marks::default();
            if let [one] = labels {
                value.konst = one.clone();
            }
        }
    }

    /// Whether a container holds only what the program itself put there.
    fn is_given(&mut self, id: Id, state: &mut State<'s>) -> bool {
        // A text holds whatever is part of it.
        if matches!(self.kind(id), Kind::Str(_) | Kind::Text(_)) {
            return false;
        }
        if !self.copy(state) {
            return false;
        }
        let mut inner = state.clone();
        let value = self.eval(id, &mut inner);
        // What a caller hands over to choose from is of the program, too.
        let handed_over = OUTSIDE | self.rules.parameter_sources;
        let given = |m: &Mark<'s>| {
            m.needs.is_some() || m.origin != Origin::Source || m.bits & !handed_over == 0
        };
        inner.flat(&value).iter().all(given) && value.ty != "String"
    }

    fn checked(&mut self, id: Id, callee: Id, args: &'s [Arg<'s>], state: &mut State<'s>) {
        let (base, name) = match self.kind(callee) {
            Kind::Field(base, name) => (Some(*base), *name),
            Kind::Name(sym) => (None, self.unit.name(*sym)),
            _ => return,
        };
        let first = args.first().map(|a| a.value);
        let second = args.get(1).map(|a| a.value);
        match (name, base, first, second) {
            (
                "contains" | "includes" | "containsKey" | "has" | "Contains" | "ContainsKey"
                | "indexOf" | "hasOwnProperty" | "IndexOf",
                Some(base),
                Some(x),
                None,
            ) => {
                if self.is_given(base, state) {
                    self.clear(x, u64::MAX, state);
                }
            }
            ("in_array" | "array_key_exists", None, Some(x), Some(list)) => {
                if self.is_given(list, state) {
                    self.clear(x, u64::MAX, state);
                }
            }
            (
                "isdigit" | "isalnum" | "isalpha" | "isnumeric" | "isdecimal" | "isidentifier",
                Some(x),
                None,
                _,
            ) => {
                self.clear(x, u64::MAX, state);
            }
            (
                "is_numeric" | "ctype_digit" | "ctype_alnum" | "ctype_alpha" | "is_int"
                | "ctype_xdigit",
                None,
                Some(x),
                _,
            ) => self.clear(x, u64::MAX, state),
            (
                "isNumeric" | "isAlphanumeric" | "isAlpha" | "isInteger" | "isNumber",
                _,
                Some(x),
                None,
            ) => {
                self.clear(x, u64::MAX, state);
            }
            ("isinstance", None, Some(x), Some(ty)) => {
                if let Kind::Name(sym) = self.kind(ty)
                    && fold::is_scalar(self.unit.name(*sym))
                {
                    self.clear(x, u64::MAX, state);
                }
            }
            // The receiver is tested.
            ("matches", Some(x), Some(regex), None) => self.anchored(x, regex, true, state),
            ("match" | "fullmatch" | "search", Some(_), Some(regex), Some(x)) => {
                self.anchored(x, regex, name == "fullmatch", state);
            }
            ("MatchString" | "IsMatch" | "matches", Some(_), Some(a), Some(b)) => {
                // Go: expression, text; C#: text, expression.
                self.anchored(b, a, false, state);
                self.anchored(a, b, false, state);
            }
            ("preg_match", None, Some(regex), Some(x)) => self.anchored(x, regex, false, state),
            (
                "test" | "MatchString" | "fullmatch" | "match" | "IsMatch",
                Some(regex),
                Some(x),
                None,
            ) => {
                self.anchored(x, regex, name == "fullmatch", state);
            }
            ("equals" | "equalsIgnoreCase" | "Equals", Some(a), Some(b), None) => {
                if let Kind::Str(_) = self.kind(b) {
                    self.equal(a, b, state);
                }
                if let Kind::Str(_) = self.kind(a) {
                    self.equal(b, a, state);
                }
            }
            (
                "startsWith" | "startswith" | "StartsWith" | "HasPrefix" | "is_relative_to",
                on,
                a,
                b,
            ) => {
                let mask = self.rules.prefix_guarded;
                let (x, prefix) = if name == "HasPrefix" { (a, b) } else { (on, a) };
                if let (Some(x), Some(prefix)) = (x, prefix) {
                    let clean =
                        self.is_given(prefix, state) || self.eval(prefix, state).konst.is_known();
                    if clean && mask != 0 {
                        self.clear(x, mask, state);
                    }
                }
            }
            _ => {
                let rules = self.rules;
                for entry in rules.of(Shape::Call, name) {
                    let entry = &rules.entries[usize::from(*entry)];
                    if matches!(entry.meaning, Meaning::Guard)
                        && self.fits(&entry.pattern, base, "", id)
                        && self.asked_so(&entry.pattern, id, args, state)
                    {
                        for place in &entry.pattern.args.places {
                            if let Some(arg) = args.get(*place) {
                                self.clear(arg.value, u64::MAX, state);
                            }
                        }
                    }
                }
            }
        }
    }

    /// Whether a question is asked the way a pattern wants it.
    fn asked_so(
        &mut self,
        pattern: &Pattern,
        id: Id,
        args: &'s [Arg<'s>],
        state: &State<'s>,
    ) -> bool {
        if pattern.conditions.is_empty() {
            return true;
        }
        if !self.copy(state) {
            return false;
        }
        let mut inner = state.clone();
        let values = args.iter().map(|a| self.eval(a.value, &mut inner)).collect();
        let made = Made { id, on: None, args, values };
        self.conditions(pattern, &made, &inner).0
    }

    /// A text matched a regular expression.
    fn anchored(&mut self, x: Id, regex: Id, whole: bool, state: &mut State<'s>) {
        if !self.copy(state) {
            return;
        }
        let mut inner = state.clone();
        let value = self.eval(regex, &mut inner);
        if let Const::Str(text) = &value.konst
            && fold::is_strict(text, whole)
        {
            self.clear(x, u64::MAX, state);
        }
    }

    /// What an expression names is harmless from here on.
    fn clear(&mut self, x: Id, mask: u64, state: &mut State<'s>) {
        match self.kind(x) {
            Kind::Name(sym) => {
                if let Some(value) = state.get_mut(*sym) {
                    value.marks = value.marks.without(mask);
                    let obj = value.obj;
                    if mask == u64::MAX
                        && let Some(object) = state.obj_mut(obj)
                    {
                        object.rest = Marks::default();
                    }
                }
            }
            Kind::Index(base, index) => {
                let key = self.eval(*index, state).konst;
                let holder = self.eval(*base, state);
                let mut value = self.element_at(&holder, &key, state);
                value.marks = value.marks.without(mask);
                value.clean |= mask;
                let named = matches!(self.kind(*base), Kind::Name(_)) && key.is_known();
                let held = match holder.obj {
                    0 if named => self.container(*base, state),
                    held => held,
                };
                if let Some(object) = state.obj_mut(held)
                    && key.is_known()
                {
                    object.put(&key, value);
                }
            }
            // The host of an address was looked at.
            Kind::Field(base, "netloc" | "hostname" | "host" | "Host" | "domain") => {
                let mask = self.rules.host_guarded;
                let of = match self.kind(*base) {
                    Kind::Name(sym) => state.get(*sym).map_or(0, |v| v.of),
                    _ => 0,
                };
                self.clear(*base, mask, state);
                if of > 0
                    && let Some(value) = state.get_mut(of - 1)
                {
                    value.marks = value.marks.without(mask);
                }
            }
            // `x.toLowerCase()` is in the list: so is `x`, but for its case.
            Kind::Call(callee, args) if args.is_empty() => {
                if let Kind::Field(base, _) = self.kind(*callee) {
                    self.clear(*base, mask, state);
                }
            }
            Kind::Cast(_, inner) => self.clear(*inner, mask, state),
            _ => {}
        }
    }
}
