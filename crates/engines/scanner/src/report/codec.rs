//! The stored form of a [`BlobReport`]: a version byte, then the fields in
//! order. Integers are LEB128, hashes fixed little-endian, strings and byte
//! runs length-prefixed. Decoding allocates only what the report itself holds.

use std::ops::Range;

use super::{
    BlobReport, ContextHashes, Fix, FlowStep, Function, FunctionShape, Health, LineCounts, Part,
    RawFinding, Span, StepKind, Suppression, TokenStream,
};
use crate::language::{Language, SkipReason};

/// Changes with every change of the layout.
const FORMAT: u8 = 5;

/// The stored bytes are not a report of this version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a stored scan report: {0}")]
pub struct DecodeError(&'static str);

impl DecodeError {
    pub(super) fn new(why: &'static str) -> Self {
        Self(why)
    }
}

/// Where in the stored form things stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Places {
    pub(super) parts: usize,
    pub(super) functions: usize,
    /// Of the tokens, without their length.
    pub(super) kinds: Range<usize>,
    /// Of their lines.
    pub(super) runs: Range<usize>,
    pub(super) links: usize,
}

impl BlobReport {
    /// The compact stored form.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        self.encode_placed().0
    }

    pub(super) fn encode_placed(&self) -> (Vec<u8>, Places) {
        let mut places = Places::default();
        let mut w = Writer {
            out: Vec::with_capacity(64 + self.tokens.kinds.len() + self.tokens.runs.len()),
        };
        w.out.push(FORMAT);
        w.out.extend_from_slice(&(self.language as u16).to_le_bytes());
        w.out.push(self.skipped.map_or(0, |s| s as u8 + 1));
        w.int(self.health.bytes);
        w.int(self.health.error_bytes);
        w.out.push(u8::from(self.health.rules_skipped));
        w.lines(self.lines);
        places.parts = w.out.len();
        w.int(self.parts.len() as u64);
        for p in &self.parts {
            w.out.extend_from_slice(&(p.language as u16).to_le_bytes());
            w.lines(p.lines);
            w.int(u64::from(p.first_token));
            w.int(u64::from(p.tokens));
        }
        places.functions = w.out.len();
        w.int(self.functions.len() as u64);
        for f in &self.functions {
            w.function(f);
        }
        w.int(self.findings.len() as u64);
        for f in &self.findings {
            w.finding(f);
        }
        w.int(self.suppressions.len() as u64);
        for s in &self.suppressions {
            w.span(s.span);
            w.context(&s.context);
            w.text(&s.marker);
            w.int(u64::from(s.start_line));
            w.int(u64::from(s.end_line));
            w.text(&s.reason);
            w.out.push(u8::from(s.only_metrics));
            w.int(s.rules.len() as u64);
            for rule in &s.rules {
                w.text(rule);
            }
        }
        w.bytes(&self.tokens.kinds);
        places.kinds = w.out.len() - self.tokens.kinds.len()..w.out.len();
        w.bytes(&self.tokens.runs);
        places.runs = w.out.len() - self.tokens.runs.len()..w.out.len();
        places.links = w.out.len();
        w.links(self.links.as_deref());
        (w.out, places)
    }

    /// Reads the stored form.
    ///
    /// # Errors
    /// When the bytes were cut short, damaged in a way that shows, or written
    /// by another version; the blob must then be analysed again.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self::decode_placed(bytes)?.0)
    }

    pub(super) fn decode_placed(bytes: &[u8]) -> Result<(Self, Places), DecodeError> {
        let mut places = Places::default();
        let mut r = Reader::new(bytes);
        let place = |r: &Reader<'_>| bytes.len() - r.rest.len();
        if r.byte()? != FORMAT {
            return Err(DecodeError("other format version"));
        }
        let language = r.language()?;
        let skipped = match r.byte()? {
            0 => None,
            n => Some(SkipReason::of_index(n - 1).ok_or(DecodeError("unknown skip reason"))?),
        };
        let health =
            Health { bytes: r.int()?, error_bytes: r.int()?, rules_skipped: r.byte()? != 0 };
        let lines = r.lines()?;
        places.parts = place(&r);
        let parts = r.list(Reader::part)?;
        places.functions = place(&r);
        let functions = r.list(Reader::function)?;
        let findings = r.list(Reader::finding)?;
        let suppressions = r.list(|r| {
            Ok(Suppression {
                span: r.span()?,
                context: r.context()?,
                marker: r.text()?,
                start_line: r.u32()?,
                end_line: r.u32()?,
                reason: r.text()?,
                only_metrics: r.byte()? != 0,
                rules: r.list(Reader::text)?,
            })
        })?;
        let kinds = r.bytes()?.to_vec();
        places.kinds = place(&r) - kinds.len()..place(&r);
        let runs = r.bytes()?.to_vec();
        places.runs = place(&r) - runs.len()..place(&r);
        let tokens = TokenStream { kinds, runs };
        places.links = place(&r);
        let links = r.links()?;
        if !r.rest.is_empty() {
            return Err(DecodeError("trailing bytes"));
        }
        let report = Self {
            language,
            skipped,
            health,
            lines,
            parts,
            functions,
            findings,
            suppressions,
            tokens,
            links,
        };
        Ok((report, places))
    }
}

pub(super) struct Writer {
    pub(super) out: Vec<u8>,
}

impl Writer {
    pub(super) fn int(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.out.push((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        self.out.push(value as u8);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.int(bytes.len() as u64);
        self.out.extend_from_slice(bytes);
    }

    pub(super) fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    fn lines(&mut self, l: LineCounts) {
        for n in [l.total, l.code, l.comment, l.blank] {
            self.int(u64::from(n));
        }
    }

    fn context(&mut self, context: &ContextHashes) {
        self.out.extend_from_slice(&context.line.to_le_bytes());
        self.out.extend_from_slice(&context.text.to_le_bytes());
        for hash in context.around {
            self.out.extend_from_slice(&hash.to_le_bytes());
        }
    }

    fn function(&mut self, f: &Function) {
        self.text(&f.name);
        self.text(&f.qualified_name);
        for n in [
            f.start_line,
            f.end_line,
            u32::from(f.parameters),
            f.cyclomatic,
            f.cognitive,
            u32::from(f.nesting),
            f.tokens,
        ] {
            self.int(u64::from(n));
        }
        self.context(&f.context);
    }

    pub(super) fn finding(&mut self, f: &RawFinding) {
        self.text(&f.rule);
        self.span(f.span);
        self.text(&f.message);
        self.text(&f.symbol);
        self.context(&f.context);
        let fix = u8::from(f.fix.is_some()) << 2;
        self.out.push(u8::from(f.suppressed) | u8::from(f.uncertain) << 1 | fix);
        if let Some(fix) = &f.fix {
            self.int(u64::from(fix.start));
            self.int(u64::from(fix.end));
            self.text(&fix.text);
        }
        self.int(f.flow.len() as u64);
        for step in &f.flow {
            self.step(step);
        }
    }

    pub(super) fn step(&mut self, step: &FlowStep) {
        self.out.push(step.kind as u8);
        self.text(&step.name);
        self.text(&step.path);
        self.span(step.span);
    }

    pub(super) fn span(&mut self, s: Span) {
        for n in [s.start_line, s.start_column, s.end_line, s.end_column] {
            self.int(u64::from(n));
        }
    }
}

pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

pub(super) type Read<T> = Result<T, DecodeError>;

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    fn take(&mut self, n: usize) -> Read<&'a [u8]> {
        let (head, rest) = self.rest.split_at_checked(n).ok_or(DecodeError("cut short"))?;
        self.rest = rest;
        Ok(head)
    }

    pub(super) fn byte(&mut self) -> Read<u8> {
        Ok(self.take(1)?[0])
    }

    pub(super) fn int(&mut self) -> Read<u64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(DecodeError("number too long"))
    }

    fn u32(&mut self) -> Read<u32> {
        u32::try_from(self.int()?).map_err(|_| DecodeError("number too large"))
    }

    fn u16(&mut self) -> Read<u16> {
        u16::try_from(self.int()?).map_err(|_| DecodeError("number too large"))
    }

    fn bytes(&mut self) -> Read<&'a [u8]> {
        let n = usize::try_from(self.int()?).map_err(|_| DecodeError("length too large"))?;
        self.take(n)
    }

    pub(super) fn text(&mut self) -> Read<String> {
        String::from_utf8(self.bytes()?.to_vec()).map_err(|_| DecodeError("text is not UTF-8"))
    }

    pub(super) fn list<T>(&mut self, item: impl Fn(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        let n = usize::try_from(self.int()?).map_err(|_| DecodeError("length too large"))?;
        // A damaged length must not reserve memory: every item takes a byte.
        if n > self.rest.len() {
            return Err(DecodeError("cut short"));
        }
        (0..n).map(|_| item(self)).collect()
    }

    fn array<const N: usize>(&mut self) -> Read<[u8; N]> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    fn language(&mut self) -> Read<Language> {
        Language::of_index(u16::from_le_bytes(self.array()?))
            .ok_or(DecodeError("unknown language number"))
    }

    fn lines(&mut self) -> Read<LineCounts> {
        Ok(LineCounts {
            total: self.u32()?,
            code: self.u32()?,
            comment: self.u32()?,
            blank: self.u32()?,
        })
    }

    fn context(&mut self) -> Read<ContextHashes> {
        let line = u64::from_le_bytes(self.array()?);
        let text = u64::from_le_bytes(self.array()?);
        let mut around = [0; 6];
        for hash in &mut around {
            *hash = u32::from_le_bytes(self.array()?);
        }
        Ok(ContextHashes { line, text, around })
    }

    pub(super) fn part(&mut self) -> Read<Part> {
        Ok(Part {
            language: self.language()?,
            lines: self.lines()?,
            first_token: self.u32()?,
            tokens: self.u32()?,
        })
    }

    /// The simple name of a function; the rest of it is passed over.
    pub(super) fn function_name(&mut self) -> Read<&'a [u8]> {
        let name = self.bytes()?;
        self.bytes()?;
        self.measures()?;
        Ok(name)
    }

    /// What is asked of every function; the rest of it is passed over.
    pub(super) fn shape(&mut self) -> Read<FunctionShape> {
        self.bytes()?;
        self.bytes()?;
        let [start_line, end_line, _, cyclomatic, cognitive, ..] = self.measures()?;
        Ok(FunctionShape { start_line, end_line, cyclomatic, cognitive })
    }

    /// The numbers of a function, in the order in which they are stored.
    fn measures(&mut self) -> Read<[u32; 7]> {
        let mut measures = [0; 7];
        for measure in &mut measures {
            *measure = self.u32()?;
        }
        self.context()?;
        Ok(measures)
    }

    pub(super) fn function(&mut self) -> Read<Function> {
        Ok(Function {
            name: self.text()?,
            qualified_name: self.text()?,
            start_line: self.u32()?,
            end_line: self.u32()?,
            parameters: self.u16()?,
            cyclomatic: self.u32()?,
            cognitive: self.u32()?,
            nesting: self.u16()?,
            tokens: self.u32()?,
            context: self.context()?,
        })
    }

    pub(super) fn finding(&mut self) -> Read<RawFinding> {
        let rule = self.text()?;
        let span = self.span()?;
        let message = self.text()?;
        let symbol = self.text()?;
        let context = self.context()?;
        let bits = self.byte()?;
        let fix = match bits & 4 {
            0 => None,
            _ => Some(Fix { start: self.u32()?, end: self.u32()?, text: self.text()? }),
        };
        Ok(RawFinding {
            rule,
            span,
            message,
            symbol,
            context,
            suppressed: bits & 1 != 0,
            uncertain: bits & 2 != 0,
            flow: self.list(Self::step)?,
            fix,
        })
    }

    pub(super) fn step(&mut self) -> Read<FlowStep> {
        let kind = usize::from(self.byte()?);
        let kind = *StepKind::ALL.get(kind).ok_or(DecodeError("unknown kind of step"))?;
        Ok(FlowStep { kind, name: self.text()?, path: self.text()?, span: self.span()? })
    }

    pub(super) fn span(&mut self) -> Read<Span> {
        Ok(Span {
            start_line: self.u32()?,
            start_column: self.u32()?,
            end_line: self.u32()?,
            end_column: self.u32()?,
        })
    }
}

#[cfg(test)]
mod tests;
