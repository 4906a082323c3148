use analysis::{
    LeakCounts, RatedScan, Scan,
    gate::{Letter, Measures, Quality, Reason},
};
use base::Read;
use maud::{Markup, html};

use super::{
    frame::At,
    words::{number, rating_name, severity_word},
};
use crate::{
    components::{Figure, Icon, Tone, badge, card, figures, icon},
    i18n::{Text, group},
    request::Visit,
};

/// Changes of a rating that are told.
const MOST_CHANGES: usize = 8;

/// How good the code is, each rating with its reason, and how much of it tests
/// run, and the secrets that the history holds. Nothing where measures were not kept.
pub(super) fn ratings(
    visit: &Visit,
    at: &At<Read>,
    scan: &Scan,
    measures: Option<&Measures>,
    leaks: Option<LeakCounts>,
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
    if let Some(counts) = leaks {
        all.push(secrets(visit, at, measures, counts));
    }
    figures(&all)
}

/// The secrets of the history that ask for work.
fn secrets<'a>(
    visit: &'a Visit,
    at: &At<Read>,
    measures: &Measures,
    counts: LeakCounts,
) -> Figure<'a> {
    let t = visit.ui.t;
    let searched = measures.overall.leaks.is_some() || counts.open > 0;
    let note = match counts {
        _ if !searched => Some((t.leaks_unsearched().to_owned(), "")),
        LeakCounts { full: true, .. } => Some((t.leaks_or_more().to_owned(), "up")),
        LeakCounts { open: 0, .. } => None,
        LeakCounts { open_at_tip: 0, .. } => Some((t.leaks_all_removed().to_owned(), "")),
        LeakCounts { open_at_tip, .. } => Some((t.leaks_still(open_at_tip), "up")),
    };
    Figure {
        name: t.leaks_title(),
        value: match searched {
            true => group(i64::try_from(counts.open).unwrap_or(i64::MAX)),
            false => "–".to_owned(),
        },
        note,
        href: Some(format!("{}/secrets", at.base())),
        lead: Some(icon(Icon::Key)),
        spark: None,
    }
}

/// How the ratings came to be what they are: each with the scans at which it
/// changed. Nothing where there are not two scans to compare.
pub(super) fn over_time(visit: &Visit, at: &At<Read>, rated: &[RatedScan]) -> Markup {
    let t = visit.ui.t;
    if rated.len() < 2 {
        return Markup::default();
    }
    let rows: Vec<(Quality, Vec<(&RatedScan, Letter)>)> = Quality::ALL
        .into_iter()
        .enumerate()
        .map(|(place, quality)| {
            let mut changes: Vec<(&RatedScan, Letter)> = Vec::new();
            for one in rated {
                let letter = one.letters[place];
                if changes.last().is_none_or(|(_, last)| *last != letter) {
                    changes.push((one, letter));
                }
            }
            // What is long past is not told.
            (quality, changes.split_off(changes.len().saturating_sub(MOST_CHANGES)))
        })
        .collect();
    card(
        &t.quality_ratings_over(rated.len()),
        None,
        &html! {
            div.stack.s12 {
                @for (quality, changes) in &rows {
                    div.line {
                        strong.small { (rating_name(t, *quality)) }
                        @for (place, (scan, letter)) in changes.iter().enumerate() {
                            @if place > 0 { span.muted aria-hidden="true" { "→" } }
                            span.line.tight {
                                (badge(letter.as_str(), Some(tone(*letter))))
                                a.small href=(at.scan(scan.number)) { (t.scan_number(scan.number)) }
                            }
                        }
                    }
                }
            }
        },
    )
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
