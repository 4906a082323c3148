//! Expressions.

use std::rc::Rc;

use super::fold;
use super::ir::{Id, Kind, Op, Sym};
use super::machine::{Hit, Machine};
use super::pattern::Shape;
use super::spec::{ANCHORED, Meaning};
use super::value::{Const, Mark, Marks, Obj, Origin, State, Trace, Val, What};

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

    fn eval_kind(&mut self, id: Id, state: &mut State<'s>) -> Val<'s> {
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

    fn binary(&mut self, op: Op, a: Id, b: Id, state: &mut State<'s>) -> Val<'s> {
        let left = self.eval(a, state);
        // What decides the rest is known before the rest runs.
        match (op, left.konst.truth()) {
            (Op::And, Some(false)) | (Op::Or, Some(true)) => return left,
            _ => {}
        }
        let right = if matches!(op, Op::And | Op::Or) {
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

    /// A name where it is read.
    fn name(&mut self, id: Id, sym: Sym, state: &mut State<'s>) -> Val<'s> {
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
        Val::default()
    }

    /// The last name of what a name was imported as.
    fn last_of(&self, sym: Sym, name: &'s str) -> &'s str {
        self.unit.imports.get(&sym).and_then(|path| path.rsplit(['.', '/']).next()).unwrap_or(name)
    }

    fn field(&mut self, id: Id, base: Id, name: &'s str, state: &mut State<'s>) -> Val<'s> {
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
    fn is_environment(&self, id: Id) -> bool {
        let Kind::Field(base, "environ" | "env") = self.kind(id) else { return false };
        let Kind::Name(sym) = self.kind(*base) else { return false };
        matches!(self.unit.name(*sym), "os" | "process")
    }

    pub(super) fn is_this(&self, id: Id) -> bool {
        matches!(self.kind(id), Kind::Name(sym) if Some(*sym) == self.this())
    }

    pub(super) fn field_sym(&self, class: u32, name: &str) -> Option<Sym> {
        let fields = &self.unit.classes[class as usize].fields;
        fields.iter().map(|f| f.name).find(|f| self.unit.name(*f).trim_start_matches('$') == name)
    }

    /// What a source, or a field of known type, yields.
    fn read_source(
        &mut self,
        id: Id,
        shape: Shape,
        name: &'s str,
        on: Option<(Id, &Val<'s>)>,
    ) -> Option<Val<'s>> {
        let rules = self.rules;
        let any = if on.is_some() { rules.of(shape, "*") } else { &[] };
        let entries = rules.of(shape, name);
        if entries.is_empty() && any.is_empty() {
            return None;
        }
        let (mut mask, mut ty) = (0, "");
        let mut wrong = Vec::new();
        for entry in entries.iter().chain(any) {
            let entry = &rules.entries[usize::from(*entry)];
            let fits = match (shape, on) {
                (Shape::Var, _) => true,
                (_, Some((base, value))) => self.fits(&entry.pattern, Some(base), value.ty, id),
                (_, None) => self.fits(&entry.pattern, None, "", id),
            };
            if !fits {
                continue;
            }
            match entry.meaning {
                Meaning::Source(bits) if self.holds_in_file(&entry.pattern) => mask |= bits,
                Meaning::Type(n) => ty = &rules.types[usize::from(n)],
                Meaning::Value(rule) if self.holds_in_file(&entry.pattern) => wrong.push(rule),
                _ => {}
            }
        }
        let at = self.unit.range(id);
        for rule in wrong {
            self.hit(Hit { rule, at, trace: None, needs: None, setting: None });
        }
        if mask == 0 && ty.is_empty() {
            return None;
        }
        let mut marks = on.map(|(_, v)| v.marks.clone()).unwrap_or_default();
        if mask != 0 {
            marks.join(&self.source(id, mask));
        }
        Some(Val { marks, ty, ..Val::default() })
    }

    /// Fresh data from outside.
    pub(super) fn source(&self, id: Id, mask: u64) -> Marks<'s> {
        let at = self.unit.range(id);
        let trace = Trace::start(at, What::Source, self.excerpt(at));
        Marks::one(Mark { bits: mask, origin: Origin::Source, trace, needs: None })
    }

    /// The beginning of a piece of code, for people.
    pub(super) fn excerpt(&self, at: (u32, u32)) -> &'s str {
        let text = self.source.get(at.0 as usize..at.1 as usize).unwrap_or_default();
        let line = text.lines().next().unwrap_or_default().trim_end();
        let mut end = line.len().min(60);
        while !line.is_char_boundary(end) {
            end -= 1;
        }
        &line[..end]
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

    fn assign(&mut self, target: Id, op: Option<Op>, value: Id, state: &mut State<'s>) -> Val<'s> {
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

    fn target_name(&self, target: Id) -> &'s str {
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
    fn picked(&mut self, target: &Id, key: Id, holder: &Val<'s>, state: &mut State<'s>) -> Val<'s> {
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

    fn store_field(&mut self, class: u32, sym: Sym, value: &Val<'s>, state: &State<'s>) {
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
