//! What functions are called with by those who are not in the file: what a parameter is
//! by its type, its name and its annotations, and what a framework hands to a handler.

use super::ir::{FnId, Id, Parameter, Sym};
use super::machine::Machine;
use super::marks::{Mark, Marks, Origin, Trace, What};
use super::pattern::Shape;
use super::spec::{Meaning, OUTSIDE};
use super::value::Val;

impl<'s> Machine<'s> {
    /// Python names the object as the first parameter.
    pub(super) fn receiver_parameter(&self, f: FnId) -> usize {
        let function = &self.unit.functions[f as usize];
        let first = function.parameters.first().map_or("", |p| self.unit.name(p.name));
        usize::from(function.class.is_some() && matches!(first, "self" | "cls"))
    }

    /// What a parameter is by its type, its name and its annotations.
    pub(super) fn declared_source(&mut self, f: FnId, place: usize, value: &mut Val<'s>) {
        let function = &self.unit.functions[f as usize];
        let parameter = &function.parameters[place];
        let name = self.unit.name(parameter.name);
        if !parameter.ty.is_empty() {
            value.ty = parameter.ty;
        } else if value.ty.is_empty()
            && let Some(ty) = self.rules.parameters.get(name)
        {
            value.ty = ty;
        }
        if super::fold::is_scalar(parameter.ty) {
            return;
        }
        let service = is_service(parameter.ty);
        let mut mask = self.rules.parameter_sources | OUTSIDE;
        let handled = [self.handled_event(f, place)];
        let of_function = if service { &[][..] } else { function.notes.as_slice() };
        for (notes, shape) in [
            (parameter.notes.as_slice(), Shape::Param),
            (of_function, Shape::Params),
            (handled.as_slice(), Shape::Param),
        ] {
            for note in notes {
                for entry in self.rules.of(shape, note) {
                    let entry = &self.rules.entries[usize::from(*entry)];
                    if let Meaning::Source(bits) = entry.meaning
                        && self.holds_in_file(&entry.pattern)
                    {
                        mask |= bits;
                    }
                }
            }
        }
        if mask != 0 && !matches!(name, "self" | "cls" | "db" | "session" | "response") {
            let at = (parameter.start, parameter.end);
            let trace = Trace::start(at, What::Source, name);
            value.marks.join(&Marks::one(Mark {
                bits: mask,
                origin: Origin::Source,
                trace,
                needs: None,
            }));
        }
    }

    /// What the file's own code finds in a variable that nothing in the file sets: what whoever
    /// includes it has there.
    pub(super) fn inherited(&self, id: Id, sym: Sym) -> Val<'s> {
        let name = self.unit.name(sym);
        let set = self.unit.assigned[sym as usize] > 0;
        // Constants, and what is there everywhere, are no data of a caller.
        let special = !name.starts_with('$')
            || name.starts_with("$_")
            || matches!(name, "$this" | "$GLOBALS" | "$wpdb");
        if !self.unit.inherits || self.frame.function != 0 || set || special {
            return Val::default();
        }
        let read = self.unit.expr(id);
        let trace = Trace::start((read.start, read.end), What::Source, name);
        let bits = self.rules.parameter_sources | OUTSIDE;
        Val::marked(Marks::one(Mark { bits, origin: Origin::Source, trace, needs: None }))
    }

    /// The signature of functions that a cloud calls with what comes in.
    pub(super) fn handled_event(&self, f: FnId, place: usize) -> &'static str {
        let parameters = &self.unit.functions[f as usize].parameters;
        let named = |n: usize| parameters.get(n).map_or("", |p| self.unit.name(p.name));
        let event = place == 0 && named(0) == "event" && matches!(named(1), "context" | "ctx");
        if event { "lambda_event" } else { "" }
    }

    /// The rules for which what a function is called with comes from outside, where a
    /// call hands one over to be called for requests.
    pub(super) fn handled(&self, id: Id, name: &str, on: Option<&(Id, Val<'s>)>) -> u64 {
        let mut mask = 0;
        for number in self.rules.of(Shape::Handler, name) {
            let entry = &self.rules.entries[usize::from(*number)];
            let ty = on.map_or("", |(_, v)| v.ty);
            if let Meaning::Source(bits) = entry.meaning
                && self.fits(&entry.pattern, on.map(|(id, _)| *id), ty, id)
                && self.holds_in_file(&entry.pattern)
            {
                mask |= bits;
            }
        }
        mask
    }

    /// What such a function is called with.
    pub(super) fn received(&self, f: FnId, mask: u64) -> Vec<Val<'s>> {
        let parameters = &self.unit.functions[f as usize].parameters;
        let one = |parameter: &Parameter<'s>| {
            if is_service(parameter.ty) {
                return Val::default();
            }
            let at = (parameter.start, parameter.end);
            let trace = Trace::start(at, What::Source, self.unit.name(parameter.name));
            let origin = Origin::Source;
            Val::marked(Marks::one(Mark { bits: mask, origin, trace, needs: None }))
        };
        parameters.iter().map(one).collect()
    }
}

/// Types of which a framework hands over an object of its own, and nothing that came
/// with a request.
pub(super) fn is_service(ty: &str) -> bool {
    let interface = ty.strip_prefix('I').is_some_and(|rest| {
        let mut chars = rest.chars();
        chars.next().is_some_and(char::is_uppercase) && chars.next().is_some_and(char::is_lowercase)
    });
    // Files that are sent are the one interface that is data.
    (interface && !ty.starts_with("IForm"))
        || ["Context", "Interface", "Manager", "Repository", "Service", "Factory", "Principal"]
            .iter()
            .any(|end| ty.ends_with(end))
        || matches!(ty, "CancellationToken" | "HttpRequest" | "HttpResponse" | "Session")
}
