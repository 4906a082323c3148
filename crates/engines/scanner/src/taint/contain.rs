//! Containers whose elements are told apart, and sinks that are assignments.

use super::call::Made;
use super::ir::{Arg, Id, Kind};
use super::machine::Hit;
use super::machine::Machine;
use super::pattern::{Condition, Shape};
use super::spec::Meaning;
use super::value::{Const, Obj, State, Val};

impl<'s> Machine<'s> {
    /// Methods of containers whose elements are told apart.
    pub(super) fn contained(
        &mut self,
        name: &str,
        base: Id,
        on: &Val<'s>,
        made: &Made<'_, 's>,
        state: &mut State<'s>,
    ) -> Option<Val<'s>> {
        let mut values: Vec<Val<'s>> = made.values.clone();
        for value in &mut values {
            if value.obj != 0 {
                value.marks = state.flat(value);
            }
            if value.obj == on.obj {
                value.obj = 0;
            }
        }
        let builder = matches!(on.ty, "StringBuilder" | "StringBuffer" | "StringWriter");
        let object = state.obj_mut(on.obj)?;
        let mut result = Val::default();
        match (name, values.as_slice()) {
            ("append" | "insert" | "Append" | "AppendLine" | "AppendFormat", _) if builder => {
                for value in &values {
                    object.rest.join(&value.marks);
                }
                match object.text.clone() {
                    Some(begun) => self.built(on, &begun, made, state),
                    None => {
                        if let Some(Const::Str(text)) = values.last().map(|v| v.konst.clone()) {
                            object.text = Some(text);
                        }
                    }
                }
                return Some(on.clone());
            }
            (
                "add" | "append" | "push" | "addLast" | "addElement" | "offer" | "Add" | "Push"
                | "Enqueue" | "enqueue" | "array_push",
                [one],
            ) => {
                object.push(one.clone());
            }
            ("add" | "insert" | "Insert", [place, value]) => match place.konst {
                Const::Int(n)
                    if object.exact
                        && usize::try_from(n).is_ok_and(|n| n <= object.items.len()) =>
                {
                    object.items.insert(usize::try_from(n).unwrap_or_default(), value.clone());
                }
                Const::Int(_) => {
                    object.blur();
                    object.rest.join(&value.marks);
                }
                _ => object.put(&place.konst, value.clone()),
            },
            ("unshift" | "addFirst" | "appendleft" | "push_front", [one]) if object.exact => {
                object.items.insert(0, one.clone());
            }
            (
                "put" | "set" | "setdefault" | "setProperty" | "setAttribute" | "Add" | "Set"
                | "putIfAbsent" | "replace" | "store" | "Store",
                [key, value],
            ) => {
                object.put(&key.konst, value.clone());
            }
            ("set" | "setAttribute", [section, key, value]) => {
                // A file of sections.
                let key = section.konst.shown().zip(key.konst.shown());
                let key = key.map_or(Const::Unknown, |(s, k)| Const::text(&format!("{s}/{k}")));
                object.put(&key, value.clone());
            }
            ("get", [section, key]) if on.ty.ends_with("ConfigParser") => {
                let key = section.konst.shown().zip(key.konst.shown());
                let key = key.map_or(Const::Unknown, |(s, k)| Const::text(&format!("{s}/{k}")));
                result = object.get(&key);
            }
            (
                "get" | "getOrDefault" | "elementAt" | "at" | "getProperty" | "ElementAt"
                | "GetValueOrDefault" | "Get" | "Load" | "__getitem__",
                [key, ..],
            ) => {
                result = object.get(&key.konst);
                result.marks.join(&on.marks);
            }
            ("getFirst" | "firstElement" | "First" | "peek" | "element" | "first", []) => {
                result = object.get(&Const::Int(0));
            }
            ("remove" | "pop" | "removeAt" | "RemoveAt", [place]) => match &place.konst {
                Const::Int(n)
                    if object.exact
                        && usize::try_from(*n).is_ok_and(|n| n < object.items.len()) =>
                {
                    result = object.items.remove(usize::try_from(*n).unwrap_or_default());
                }
                key if key.is_known() && object.keys.iter().any(|(k, _)| k == key) => {
                    result = object.get(key);
                    object.keys.retain(|(k, _)| k != key);
                }
                _ => {
                    result = Val::marked(object.all());
                    object.blur();
                }
            },
            ("pop" | "removeLast" | "pollLast" | "Pop", []) if object.exact => {
                result = object.items.pop().unwrap_or_default();
            }
            ("shift" | "removeFirst" | "poll" | "popleft" | "Dequeue", [])
                if object.exact && !object.items.is_empty() =>
            {
                result = object.items.remove(0);
            }
            ("clear" | "Clear" | "removeAll", []) => {
                *object = Obj { exact: object.exact, ..Obj::default() };
            }
            (
                "reverse" | "sort" | "shuffle" | "addAll" | "extend" | "putAll" | "update"
                | "splice" | "AddRange" | "fill",
                _,
            ) => {
                let mut marks = object.all();
                for value in &values {
                    marks.join(&value.marks);
                }
                object.blur();
                object.rest.join(&marks);
                result = Val { obj: on.obj, ..Val::default() };
            }
            _ => return None,
        }
        let _ = base;
        Some(result)
    }

    /// Sinks that are fields being set.
    pub(super) fn set_sinks(
        &mut self,
        target: Id,
        base: Id,
        name: &'s str,
        (source, value): (Id, &Val<'s>),
        state: &mut State<'s>,
    ) {
        let rules = self.rules;
        let entries = rules.of(Shape::Set, name);
        if entries.is_empty() {
            return;
        }
        let holder = self.eval(base, state);
        for entry in entries {
            let entry = &rules.entries[usize::from(*entry)];
            if !self.fits(&entry.pattern, Some(base), holder.ty, target)
                || !self.holds_in_file(&entry.pattern)
            {
                continue;
            }
            match entry.meaning {
                Meaning::Sink(rule) => {
                    let marks = state.flat(value);
                    self.sink(rule, self.unit.range(target), &marks, name);
                }
                Meaning::Value(rule) => {
                    let holds = entry.pattern.conditions.iter().all(|c| match c {
                        Condition::Place(0, test) => self.passes(test, source, value),
                        Condition::Dynamic(0) => self.is_open(source, value, state),
                        Condition::Fixed(0) => self.is_fixed(source, value, state, 0),
                        _ => true,
                    });
                    if holds {
                        let at = self.unit.range(target);
                        self.hit(Hit { rule, at, trace: None, needs: None, setting: None });
                    }
                }
                _ => {}
            }
        }
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

    /// Sinks that are elements being set; `__setitem__` stands for it.
    pub(super) fn item_sinks(
        &mut self,
        target: Id,
        base: Id,
        key: &Val<'s>,
        value: &Val<'s>,
        state: &mut State<'s>,
    ) {
        let rules = self.rules;
        let entries = rules.of(Shape::Call, "__setitem__");
        if entries.is_empty() {
            return;
        }
        let holder = self.eval(base, state);
        for entry in entries {
            let entry = &rules.entries[usize::from(*entry)];
            let Meaning::Sink(rule) = entry.meaning else { continue };
            if self.fits(&entry.pattern, Some(base), holder.ty, target) {
                // `(0)` asks for the key, `(1)` for the value, nothing for both.
                let places = &entry.pattern.args.places;
                let mut marks = super::value::Marks::default();
                if places.is_empty() || places.contains(&1) {
                    marks.join(&state.flat(value));
                }
                if places.is_empty() || places.contains(&0) {
                    marks.join(&state.flat(key));
                }
                self.sink(rule, self.unit.range(target), &marks, "");
            }
        }
    }

    /// Sinks that are what some functions return.
    pub(super) fn returned(&mut self, id: Id, value: &Val<'s>, state: &State<'s>) {
        let function = &self.unit.functions[self.frame.function as usize];
        // Maps and lists are sent as data.
        if function.notes.is_empty() || value.ty == "{}" {
            return;
        }
        let rules = self.rules;
        for note in &function.notes {
            for entry in rules.of(Shape::Return, note) {
                let entry = &rules.entries[usize::from(*entry)];
                if let Meaning::Sink(rule) = entry.meaning
                    && self.holds_in_file(&entry.pattern)
                {
                    let marks = state.flat(value);
                    self.sink(rule, self.unit.range(id), &marks, "return");
                }
            }
        }
    }
}
