use maud::{Markup, html};

use super::{Bar, Frame, plot::round, scale::percent};
use crate::{components::Column, i18n::group, ui::Ui};

/// Circumference of the ring's middle line, in units of its drawing.
const ROUND: f64 = 100.0;

/// The shares of a whole as a ring with the whole in its middle; for few
/// parts.
#[must_use]
pub fn ring(ui: &Ui, frame: &Frame<'_>, all: &[Bar]) -> Markup {
    let whole: i64 = all.iter().map(|bar| bar.value).sum();
    let mut start = 0.0;
    let parts: Vec<(f64, f64, &Bar)> = all
        .iter()
        .filter(|bar| bar.value > 0)
        .map(|bar| {
            let length = percent(bar.value, whole);
            let at = start;
            start += length;
            (at, length, bar)
        })
        .collect();
    let gap = if parts.len() > 1 { 0.8 } else { 0.0 };
    let picture = html! {
        div.ring {
            svg.dial viewBox="0 0 120 120" role="img" aria-label=(frame.title) {
                desc { (frame.about) }
                circle.ground cx="60" cy="60" r="50" {}
                @for (at, length, bar) in &parts {
                    circle class=(bar.ink.class()) cx="60" cy="60" r="50" pathLength=(ROUND) transform="rotate(-90 60 60)"
                        stroke-dasharray={ (round((length - gap).max(0.4))) " " (ROUND) } stroke-dashoffset=(round(-at)) { title { (bar.name) " " (group(bar.value)) } }
                }
                text.total x="60" y="67" text-anchor="middle" { (group(whole)) }
            }
            ul.legend.down {
                @for bar in all {
                    li {
                        span class={ "swatch " (bar.ink.class()) } {}
                        @if let Some(href) = &bar.href { a.cut href=(href) { (bar.name) } } @else { span.cut { (bar.name) } }
                        span.n { (group(bar.value)) }
                    }
                }
            }
        }
    };
    let lines: Vec<Vec<Markup>> =
        all.iter().map(|bar| vec![html! { (bar.name) }, html! { (group(bar.value)) }]).collect();
    frame.around(
        ui,
        &picture,
        &[Column::text(ui.t.chart_series()), Column::number(ui.t.chart_value())],
        &lines,
    )
}
