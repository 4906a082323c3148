use maud::{Markup, html};

use super::{Frame, Ink, plot::round, scale::percent};
use crate::{components::Column, i18n::group, ui::Ui};

/// A thing and its number.
#[derive(Clone, Debug)]
pub struct Bar {
    /// What it is.
    pub name: String,
    /// How much of it; not negative.
    pub value: i64,
    /// Its colour.
    pub ink: Ink,
    /// Where it is told in full.
    pub href: Option<String>,
}

fn lines(all: &[Bar]) -> Vec<Vec<Markup>> {
    all.iter().map(|bar| vec![html! { (bar.name) }, html! { (group(bar.value)) }]).collect()
}

/// Bars from the left, one below the other, named and numbered directly.
#[must_use]
pub fn bars(ui: &Ui, frame: &Frame<'_>, all: &[Bar]) -> Markup {
    let greatest = all.iter().map(|bar| bar.value).max().unwrap_or(0);
    let picture = html! {
        div.stack.s8 {
            @for bar in all {
                div.row-bar {
                    @if let Some(href) = &bar.href { a.cut href=(href) title=(bar.name) { (bar.name) } }
                    @else { span.cut title=(bar.name) { (bar.name) } }
                    svg class=(bar.ink.class()) aria-hidden="true" {
                        rect.ground width="100%" height="12" rx="3" {}
                        rect.solid width={ (percent(bar.value, greatest).max(0.4)) "%" } height="12" rx="3" {}
                    }
                    span.n { (group(bar.value)) }
                }
            }
        }
    };
    frame.around(
        ui,
        &picture,
        &[Column::text(ui.t.chart_series()), Column::number(ui.t.chart_value())],
        &lines(all),
    )
}

/// The shares of a whole as one bar, with names and percentages below.
#[must_use]
pub fn ribbon(ui: &Ui, frame: &Frame<'_>, all: &[Bar]) -> Markup {
    let whole: i64 = all.iter().map(|bar| bar.value).sum();
    let mut left = 0.0;
    let parts: Vec<(f64, f64, &Bar)> = all
        .iter()
        .map(|bar| {
            let width = percent(bar.value, whole);
            let at = left;
            left += width;
            (round(at), width, bar)
        })
        .collect();
    let picture = html! {
        svg.ribbon role="img" aria-label=(frame.title) {
            desc { (frame.about) }
            @for (x, width, bar) in &parts {
                rect class={ "solid " (bar.ink.class()) } x={ (x) "%" } width={ (width) "%" } height="10" { title { (bar.name) " " (width) "%" } }
            }
        }
        ul.legend {
            @for (_, width, bar) in &parts {
                li {
                    span class={ "swatch " (bar.ink.class()) } {}
                    @if let Some(href) = &bar.href { a href=(href) { (bar.name) } } @else { (bar.name) }
                    span.n { (width) "%" }
                }
            }
        }
    };
    frame.around(
        ui,
        &picture,
        &[Column::text(ui.t.chart_series()), Column::number(ui.t.chart_value())],
        &lines(all),
    )
}

/// How much of what is allowed is used: a bar with a line at the limit.
#[must_use]
pub fn gauge(label: &str, value: i64, limit: i64) -> Markup {
    let top = value.max(limit).max(1) * 5 / 4 + 1;
    let ink = if value > limit { Ink::Bad } else { Ink::Ok };
    html! {
        div.chart {
            div.row-bar {
                span.cut { (label) }
                svg class=(ink.class()) role="img" aria-label={ (label) ": " (group(value)) " / " (group(limit)) } {
                    rect.ground width="100%" height="12" rx="3" {}
                    rect.solid width={ (percent(value, top)) "%" } height="12" rx="3" {}
                    line stroke="currentColor" stroke-width="2" x1={ (percent(limit, top)) "%" } x2={ (percent(limit, top)) "%" } y1="-2" y2="14" {}
                }
                span.n { (group(value)) " / " (group(limit)) }
            }
        }
    }
}
