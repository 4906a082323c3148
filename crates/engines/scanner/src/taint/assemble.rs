//! Text that a program puts together from constants and what it does not know:
//! the danger that rules see where the origin of the data is not in the file.

use std::rc::Rc;

use super::call::Made;
use super::fold;
use super::ir::{Id, Kind};
use super::machine::Machine;
use super::marks::{Mark, Marks, Origin, Trace, What};
use super::spec::ANCHORED;
use super::state::State;
use super::value::{Const, Obj, Val};

impl<'s> State<'s> {
    /// Whether a value is made of constants only, known or not.
    pub(super) fn is_fixed(&self, value: &Val<'s>, depth: u32) -> bool {
        if value.konst.is_known() || value.fixed || fold::is_scalar(value.ty) {
            return true;
        }
        value.marks.is_empty() && self.obj(value.obj).is_some_and(|o| self.holds_fixed(o, depth))
    }

    /// Whether a container holds constants only.
    pub(super) fn holds_fixed(&self, object: &Obj<'s>, depth: u32) -> bool {
        depth < 3
            && (object.exact || !object.keys.is_empty())
            && !object.spread
            && object.rest.is_empty()
            && object
                .items
                .iter()
                .chain(object.keys.iter().map(|(_, v)| v))
                .all(|v| self.is_fixed(v, depth + 1))
    }
}

impl<'s> Machine<'s> {
    /// Whether what an expression yields is made of constants only.
    pub(super) fn is_fixed(&self, id: Id, value: &Val<'s>, state: &State<'s>, depth: u32) -> bool {
        let name = match self.kind(id) {
            Kind::Name(sym) => self.unit.name(*sym),
            Kind::Field(_, name) => name,
            _ => "",
        };
        // The way constants are written everywhere; `aes.IV` is none.
        let short = if matches!(self.kind(id), Kind::Field(..)) { 2 } else { 1 };
        let constant = name.len() > short
            && name.starts_with(|c: char| c.is_ascii_uppercase())
            && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
        constant || state.is_fixed(value, depth)
    }

    /// Whether what an expression yields is no constant, and comes from outside of
    /// the function.
    pub(super) fn is_open(&self, id: Id, value: &Val<'s>, state: &State<'s>) -> bool {
        !self.is_fixed(id, value, state, 0) && state.flat(value).come_from_outside()
    }

    /// The marks of text that begins with a constant and goes on with what is not
    /// known: `parts` in order.
    pub(super) fn assembled(
        &self,
        at: (u32, u32),
        parts: &[(Id, &Val<'s>)],
        state: &State<'s>,
    ) -> Marks<'s> {
        let rules = self.rules;
        if rules.assembled.is_empty() {
            return Marks::default();
        }
        let Some(text) = parts.iter().find_map(|(_, v)| match &v.konst {
            Const::Str(text) if !text.trim().is_empty() => Some(text.clone()),
            _ => None,
        }) else {
            return Marks::default();
        };
        let mut open = 0;
        for (id, value) in parts {
            open |= self.open_for(*id, value, state);
        }
        self.watched(at, &text, open)
    }

    /// The rules for which a part of a text is not known, or not known well enough.
    fn open_for(&self, id: Id, value: &Val<'s>, state: &State<'s>) -> u64 {
        if self.is_fixed(id, value, state, 0) {
            return 0;
        }
        // A field, or what a class inherits.
        let elsewhere = matches!(self.kind(id), Kind::Name(sym) if state.get(*sym).is_none());
        let outside = elsewhere || state.flat(value).come_from_outside();
        let inside = if outside { 0 } else { self.rules.outside };
        !value.clean & !inside
    }

    fn watched(&self, at: (u32, u32), text: &str, open: u64) -> Marks<'s> {
        let starts = self.rules.assembled.iter().filter(|(start, _)| start.is_match(text));
        let bits = starts.fold(0, |bits, (_, mask)| bits | mask) & open;
        if bits == 0 {
            return Marks::default();
        }
        let trace = Trace::start(at, What::Source, self.excerpt(at));
        Marks::one(Mark { bits, origin: Origin::Source, trace, needs: None })
    }

    /// Whether the arguments from a place on are a command that is not fixed. In a
    /// list only the program counts, unless it is one that runs what it is given.
    pub(super) fn is_open_command(
        &self,
        from: usize,
        made: &Made<'_, 's>,
        state: &State<'s>,
    ) -> bool {
        // Whether it is open, and its text.
        let mut words: Vec<(bool, Option<Rc<str>>)> = Vec::new();
        for place in from..from + 12 {
            let Some((id, value)) = made.place(place) else { break };
            match state.obj(value.obj) {
                Some(list) if list.exact => {
                    for item in &list.items {
                        let text = match &item.konst {
                            Const::Str(text) => Some(text.clone()),
                            _ => None,
                        };
                        let open = !state.is_fixed(item, 0) && state.flat(item).come_from_outside();
                        words.push((open, text));
                    }
                    if list.rest.come_from_outside() {
                        words.push((true, None));
                    }
                }
                _ => {
                    let text = match &value.konst {
                        Const::Str(text) => Some(text.clone()),
                        _ => None,
                    };
                    words.push((self.is_open(id, value, state), text));
                }
            }
        }
        let Some((program_open, program)) = words.first() else { return false };
        if *program_open {
            return true;
        }
        let program = program.as_deref().unwrap_or_default();
        let name = program.rsplit(['/', '\\']).next().unwrap_or_default();
        runs_what_it_is_given(name) && words.iter().skip(1).any(|(open, _)| *open)
    }

    /// A call that formats or joins text.
    pub(super) fn formatted(
        &self,
        name: &str,
        made: &Made<'_, 's>,
        state: &State<'s>,
    ) -> Option<(Marks<'s>, u64)> {
        let formats = matches!(
            name,
            "format"
                | "sprintf"
                | "Sprintf"
                | "Format"
                | "formatted"
                | "concat"
                | "join"
                | "Concat"
                | "vsprintf"
                | "Errorf"
                | "Join"
        );
        if !formats {
            return None;
        }
        let mut parts: Vec<(Id, &Val<'s>)> = Vec::with_capacity(made.values.len() + 1);
        if let Some((id, on)) = &made.on
            && !matches!(on.konst, Const::Unknown)
        {
            parts.push((*id, on));
        }
        parts.extend(made.args.iter().map(|a| a.value).zip(&made.values));
        let marks = self.assembled(self.unit.range(made.id), &parts, state);
        let clean = self.settled_host(&parts, !matches!(name, "concat" | "Concat"), state);
        Some((marks, clean))
    }

    /// What text is clean for that begins with an address whose host is settled before
    /// the first part that may come from outside. In a format, what stands before the
    /// first place counts, and what is put there.
    pub(super) fn settled_host(
        &self,
        parts: &[(Id, &Val<'s>)],
        format: bool,
        state: &State<'s>,
    ) -> u64 {
        let guarded = self.rules.host_guarded;
        if parts.first().is_some_and(|(_, v)| v.clean & ANCHORED != 0) {
            return guarded | ANCHORED;
        }
        let mut begun = String::new();
        let mut rest = parts.iter();
        while let Some((id, value)) = rest.next() {
            if let Some(text) = value.konst.shown() {
                let place = text.find(['%', '{']).filter(|_| format);
                begun.push_str(&text[..place.unwrap_or(text.len())]);
                let Some(place) = place else { continue };
                // A place at the very beginning, filled with what is no danger.
                let settled = begun.is_empty()
                    && rest.next().is_some_and(|(id, v)| self.is_settled(*id, v, state));
                if settled {
                    begun.push('\u{1}');
                    let after = text[place..].find('/').map_or("", |slash| &text[place + slash..]);
                    begun.push_str(after.split(['%', '{']).next().unwrap_or_default());
                }
                break;
            }
            if !self.is_settled(*id, value, state) {
                break;
            }
            begun.push('\u{1}');
            if begun.len() > 512 {
                break;
            }
        }
        if has_host(&begun) { guarded | ANCHORED } else { 0 }
    }

    /// Whether nothing that a part of an address is made of comes from outside.
    fn is_settled(&self, id: Id, value: &Val<'s>, state: &State<'s>) -> bool {
        let named = matches!(
            self.kind(id),
            Kind::Name(_) | Kind::Field(..) | Kind::Index(..) | Kind::Call(..)
        );
        named && !state.flat(value).come_from_outside()
    }

    /// More is added to a builder of text.
    pub(super) fn built(
        &mut self,
        on: &Val<'s>,
        begun: &Rc<str>,
        made: &Made<'_, 's>,
        state: &mut State<'s>,
    ) {
        let mut open = 0;
        for (arg, value) in made.args.iter().zip(&made.values) {
            open |= self.open_for(arg.value, value, state);
        }
        let marks = self.watched(self.unit.range(made.id), begun, open);
        if let Some(object) = state.obj_mut(on.obj) {
            object.rest.join(&marks);
            object.spread |= open != 0;
        }
    }
}

/// Whether the beginning of an address, with `\u{1}` for what is not known, says which
/// host it is, or that it is this one.
fn has_host(begun: &str) -> bool {
    let after_host = |text: &str| {
        text.find(['/', '?', '#', '\\']).is_some_and(|end| {
            end > 0 && !text[..end].contains('@') && !text[end..].starts_with('\\')
        })
    };
    if let Some((scheme, rest)) = begun.split_once("//") {
        let plain = scheme.strip_suffix(':').unwrap_or(scheme);
        if plain.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.\x01".contains(&b)) {
            return after_host(rest);
        }
    }
    match begun.strip_prefix('/') {
        // A path, and not `//host`.
        Some(path) => path.starts_with(|c: char| c != '/' && c != '\\' && c != '\u{1}'),
        // Bases end with a `/`, or what follows begins with one.
        None => begun.starts_with('\u{1}'),
    }
}

/// Programs that take a program as an argument.
fn runs_what_it_is_given(name: &str) -> bool {
    let name = name.strip_suffix(".exe").unwrap_or(name);
    let name = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    matches!(
        name,
        "sh" | "bash"
            | "dash"
            | "zsh"
            | "ksh"
            | "csh"
            | "tcsh"
            | "fish"
            | "ash"
            | "cmd"
            | "powershell"
            | "pwsh"
            | "python"
            | "perl"
            | "ruby"
            | "node"
            | "php"
            | "env"
            | "sudo"
            | "xargs"
            | "eval"
            | "ssh"
            | "su"
            | "busybox"
    )
}
