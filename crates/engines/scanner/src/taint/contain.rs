//! Containers: their elements, which are told apart, and what is put into them.

use super::call::Made;
use super::ir::{Id, Kind};
use super::machine::Machine;
use super::marks::{Marks, What};
use super::state::State;
use super::value::{Const, Obj, Val};

impl<'s> Machine<'s> {
    /// Methods of containers whose elements are told apart.
    pub(super) fn contained(
        &mut self,
        name: &str,
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
                    if object.has_room()
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
                if object.has_room() {
                    object.items.insert(0, one.clone());
                } else {
                    object.push(one.clone());
                }
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
        Some(result)
    }

    /// One of the elements of a container.
    pub(super) fn element(&mut self, over: Id, holder: &Val<'s>, state: &State<'s>) -> Val<'s> {
        let at = self.unit.range(over);
        let ty = match holder.ty {
            "Cookies" => "Cookie",
            _ => "",
        };
        let mut value = Val { marks: state.flat(holder), ty, ..Val::default() };
        if let Some(object) = state.obj(holder.obj)
            && let Some(first) = object.items.first()
        {
            // Lists of lists.
            if object.items.len() == 1 {
                value.obj = first.obj;
            }
            value.ty = first.ty;
        }
        value.fixed = state.obj(holder.obj).is_some_and(|o| state.holds_fixed(o, 0));
        value.marks = value.marks.step(at, What::Assign, "");
        value
    }

    pub(super) fn element_at(
        &mut self,
        holder: &Val<'s>,
        key: &Const,
        state: &State<'s>,
    ) -> Val<'s> {
        if let (Const::Str(text), Const::Int(n)) = (&holder.konst, key) {
            let found = usize::try_from(*n).ok().and_then(|n| text.chars().nth(n));
            return Val::known(
                found.map_or(Const::Unknown, |c| Const::text(c.encode_utf8(&mut [0; 4]))),
            );
        }
        let mut found = state.obj(holder.obj).map(|o| o.get(key)).unwrap_or_default();
        found.marks.join(&holder.marks);
        if found.ty.is_empty() && holder.ty == "Cookies" {
            found.ty = "Cookie";
        }
        found
    }

    /// Stores a value in what an expression names.
    pub(super) fn put(&mut self, base: Id, key: &Const, value: Val<'s>, state: &mut State<'s>) {
        let mut held = value;
        // A container that holds itself would never be flat.
        if held.obj != 0 {
            held.marks = state.flat(&held);
        }
        let id = self.container(base, state);
        if held.obj == id {
            held.obj = 0;
        }
        match state.obj_mut(id) {
            Some(object) => object.put(key, held),
            None => self.taint(base, &held.marks, state),
        }
    }

    /// The container that an expression names, made where there is none.
    pub(super) fn container(&mut self, base: Id, state: &mut State<'s>) -> u32 {
        let value = match self.kind(base) {
            Kind::Name(sym) if state.get(*sym).is_some() => state.get(*sym).cloned(),
            Kind::Name(_) | Kind::Field(..) | Kind::Index(..) => Some(self.eval(base, state)),
            Kind::Cast(_, inner) => return self.container(*inner, state),
            _ => return 0,
        };
        let value = value.unwrap_or_default();
        if value.obj != 0 {
            return value.obj;
        }
        let obj = state.alloc(&mut self.next, Obj { rest: value.marks.clone(), ..Obj::default() });
        match self.kind(base) {
            Kind::Name(sym) => {
                let marks = Marks::default();
                state.set(*sym, Val { obj, marks, konst: Const::Unknown, ..value });
            }
            Kind::Field(inner, name) => {
                let holder = self.eval(*inner, state);
                if let Some(object) = state.obj_mut(holder.obj) {
                    object.put(&Const::Str((*name).into()), Val { obj, ..value });
                } else {
                    return 0;
                }
            }
            _ => return 0,
        }
        obj
    }

    /// Adds marks to what an expression names.
    pub(super) fn taint(&mut self, base: Id, marks: &Marks<'s>, state: &mut State<'s>) {
        if marks.is_empty() {
            return;
        }
        match self.kind(base) {
            Kind::Name(sym) => match state.get(*sym).map(|v| v.obj) {
                Some(obj) if obj != 0 => {
                    if let Some(object) = state.obj_mut(obj) {
                        object.rest.join(marks);
                    }
                }
                Some(_) => {
                    if let Some(value) = state.get_mut(*sym) {
                        value.marks.join(marks);
                        value.konst = Const::Unknown;
                    }
                }
                None => state.set(*sym, Val::marked(marks.clone())),
            },
            Kind::Field(..) => {
                let id = self.container(base, state);
                if let Some(object) = state.obj_mut(id) {
                    object.rest.join(marks);
                }
            }
            Kind::Index(inner, _) | Kind::Cast(_, inner) => self.taint(*inner, marks, state),
            // `sb.append(a).append(b)`: what is called on is what the first one is.
            Kind::Call(callee, _) => {
                if let Kind::Field(inner, _) = self.kind(*callee) {
                    self.taint(*inner, marks, state);
                }
            }
            _ => {}
        }
    }
}
