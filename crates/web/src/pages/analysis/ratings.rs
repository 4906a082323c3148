use analysis::{
    Scan,
    gate::{Letter, Measures, Quality, Reason},
};
use base::Read;
use maud::{Markup, html};

use super::{
    frame::At,
    words::{number, rating_name, severity_word},
};
use crate::{
    components::{Figure, Tone, figures},
    i18n::Text,
    request::Visit,
};

/// How good the code is, each rating with its reason, and how much of it tests
/// run. Nothing where measures were not kept.
pub(super) fn ratings(
    visit: &Visit,
    at: &At<Read>,
    scan: &Scan,
    measures: Option<&Measures>,
) -> Markup {
    let t = visit.ui.t;
    let Some(measures) = measures.filter(|measures| measures.overall.code.is_some()) else {
        return Markup::default();
    };
    let reasons: Vec<(Quality, Letter, String)> = Quality::ALL
        .into_iter()
        .map(|quality| {
            let rating = measures.overall.rating(quality);
            (quality, rating.letter, reason(t, rating.reason))
        })
        .collect();
    let address = at.scan(scan.number);
    let mut all: Vec<Figure<'_>> = reasons
        .iter()
        .map(|(quality, letter, reason)| Figure {
            name: rating_name(t, *quality),
            value: letter.as_str().to_owned(),
            note: Some((reason.clone(), "")),
            href: Some(match quality {
                Quality::Reliability => format!("{address}?category=bug"),
                Quality::Security => format!("{address}?category=security"),
                Quality::Maintainability => format!("{address}?category=smell"),
            }),
            lead: Some(html! { span class={ "status " (tone(*letter).class()) } { "●" } }),
            spark: None,
        })
        .collect();
    if let Some(percent) = measures.overall.coverage.and_then(analysis::gate::Covered::percent) {
        all.push(Figure {
            name: t.quality_coverage_tab(),
            value: format!("{} %", number(percent)),
            note: measures
                .new
                .coverage
                .and_then(analysis::gate::Covered::percent)
                .map(|new| (t.quality_of_new(format!("{} %", number(new))), "")),
            href: Some(format!("{address}?tab=coverage")),
            lead: None,
            spark: None,
        });
    }
    figures(&all)
}

fn tone(letter: Letter) -> Tone {
    match letter {
        Letter::A => Tone::Ok,
        Letter::B => Tone::Info,
        Letter::C => Tone::Warn,
        Letter::D | Letter::E => Tone::Bad,
    }
}

fn reason(t: Text, reason: Reason) -> String {
    match reason {
        Reason::Clean => t.quality_clean().to_owned(),
        Reason::Worst(severity, count) => t.quality_worst(count, severity_word(t, severity)),
        Reason::Debt(minutes, percent) => t.quality_debt(lasting(t, minutes), number(percent)),
    }
}

/// Minutes as people say them; a day of work has eight hours.
fn lasting(t: Text, minutes: u64) -> String {
    match minutes {
        0..=119 => t.quality_minutes(minutes),
        120..=959 => t.quality_hours(minutes / 60),
        _ => t.quality_days(minutes / 480),
    }
}
