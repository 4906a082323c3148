//! A pattern that finds, in a whole file, at least the lines that match.

use regex_syntax::hir::{Class, ClassBytes, ClassUnicode, Hir, HirKind, Look, Repetition};

/// `pattern`, which is meant for one line without its end, made fit for a file:
/// it never takes a line feed, and every line that `pattern` matches holds a
/// match of it. It may match more.
pub(super) fn relax(pattern: &Hir) -> Hir {
    match pattern.kind() {
        HirKind::Empty => Hir::empty(),
        HirKind::Literal(literal) if literal.0.contains(&b'\n') => Hir::fail(),
        HirKind::Literal(literal) => Hir::literal(literal.0.clone()),
        HirKind::Class(Class::Unicode(class)) => {
            let mut class = class.clone();
            class.difference(&ClassUnicode::new([regex_syntax::hir::ClassUnicodeRange::new(
                '\n', '\n',
            )]));
            Hir::class(Class::Unicode(class))
        }
        HirKind::Class(Class::Bytes(class)) => {
            let mut class = class.clone();
            class.difference(&ClassBytes::new([regex_syntax::hir::ClassBytesRange::new(
                b'\n', b'\n',
            )]));
            Hir::class(Class::Bytes(class))
        }
        HirKind::Look(look) => match look {
            Look::Start => Hir::look(Look::StartLF),
            // The carriage return before a line feed is no part of the line.
            Look::End | Look::EndLF => {
                Hir::alternation(vec![Hir::look(Look::EndCRLF), Hir::look(Look::EndLF)])
            }
            other => Hir::look(*other),
        },
        HirKind::Repetition(repetition) => {
            let sub = relax(&repetition.sub);
            Hir::repetition(Repetition { sub: Box::new(sub), ..repetition.clone() })
        }
        HirKind::Capture(capture) => relax(&capture.sub),
        HirKind::Concat(parts) => Hir::concat(parts.iter().map(relax).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.iter().map(relax).collect()),
    }
}
