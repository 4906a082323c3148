//! What data flow says, as findings and as what other files are told.

use crate::report::{
    AskedSetting, BlobReport, FlowFunction, FlowSink, Links, OpenFlow, RawFinding,
};
use crate::taint::{self, Flow};
use crate::text::Text;

/// A flow as a finding.
pub(super) fn finding_of(
    report: &BlobReport,
    flow: Flow,
    text: &Text,
    errors: &[std::ops::Range<usize>],
) -> RawFinding {
    let span = text.span(flow.range.clone());
    let line = span.start_line;
    let symbol = report
        .functions
        .iter()
        .filter(|f| f.start_line <= line && line <= f.end_line)
        .max_by_key(|f| f.start_line)
        .map_or_else(String::new, |f| f.qualified_name.clone());
    RawFinding {
        rule: flow.info.id.clone(),
        message: about(&flow.info.message, &text.bytes()[flow.range.clone()]),
        context: text.context(text.line_of(flow.range.start), &text.bytes()[flow.range.clone()]),
        uncertain: errors.iter().any(|e| e.start <= flow.range.start && flow.range.end <= e.end),
        span,
        symbol,
        suppressed: false,
        flow: flow.steps,
        fix: None,
    }
}

/// What a file tells others, with its findings written.
pub(super) fn links_of(
    report: &BlobReport,
    exported: taint::Exported,
    text: &Text,
    errors: &[std::ops::Range<usize>],
) -> Option<Box<Links>> {
    let finding = |flow: Flow| finding_of(report, flow, text, errors);
    let function = |f: taint::ExportedFunction| FlowFunction {
        owner: f.owner,
        supers: f.supers,
        name: f.name,
        arity: f.arity,
        passes: f.passes,
        yields: f.yields,
        sinks: f
            .sinks
            .into_iter()
            .map(|(parameter, flow)| FlowSink { parameter, finding: finding(flow) })
            .collect(),
    };
    let open = |f: taint::ExportedFlow| {
        let at = text.span(f.flow.range.clone());
        let finding = (!f.stands).then(|| finding(f.flow));
        OpenFlow { rule: f.rule, finding, at, needs: f.needs }
    };
    let asked = |a: taint::ExportedSetting| AskedSetting {
        finding: finding(a.flow),
        key: a.key,
        default: a.default,
        test: a.test,
        wanted: a.wanted,
    };
    let links = Links {
        package: exported.package,
        rules: exported.rules,
        functions: exported.functions.into_iter().map(function).collect(),
        calls: exported.calls,
        flows: exported.flows.into_iter().map(open).collect(),
        settings: Vec::new(),
        asked: exported.asked.into_iter().map(asked).collect(),
        own: None,
    };
    (!links.is_empty()).then(|| Box::new(links))
}

/// A message with the place that it is about where a pattern's capture would stand.
fn about(message: &str, place: &[u8]) -> String {
    let Some(start) = message.find('$') else { return message.to_owned() };
    let name = message[start + 1..].find(|c: char| !c.is_ascii_uppercase());
    let rest = name.map_or("", |end| &message[start + 1 + end..]);
    let place = String::from_utf8_lossy(place);
    let place = place.split(['(', '\n']).next().unwrap_or_default();
    let place: String = place.trim().chars().take(60).collect();
    format!("{}{place}{rest}", &message[..start])
}
