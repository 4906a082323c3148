use std::fmt::Write as _;

use maud::{Markup, html};

use super::{Frame, Ink, scale::Scale};
use crate::{components::Column, i18n::group, ui::Ui};

/// Pixels above the top line, for the value written at the end.
const ABOVE: f64 = 18.0;
/// Pixels below the zero line, for the words of the axis.
const BELOW: f64 = 22.0;
/// Units of the stretched drawing inside.
const SIDE: f64 = 1000.0;

/// Numbers over time.
#[derive(Debug)]
pub struct Plot<'a> {
    /// The words under the points, as many as each series has values.
    pub at: &'a [String],
    /// The lines or layers, at most eight.
    pub series: &'a [Series<'a>],
    /// Height in pixels.
    pub height: u16,
    /// Whether the values are tenths of what is written.
    pub tenths: bool,
}

impl Plot<'_> {
    fn written(&self, value: i64) -> String {
        if self.tenths && value % 10 != 0 {
            format!("{}.{}", group(value / 10), value % 10)
        } else if self.tenths {
            group(value / 10)
        } else {
            group(value)
        }
    }
}

/// One line or layer.
#[derive(Debug)]
pub struct Series<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its colour.
    pub ink: Ink,
    /// Its values, none negative.
    pub values: &'a [i64],
}

/// Lines from zero, the last value written at the end of each.
#[must_use]
pub fn trend(ui: &Ui, frame: &Frame<'_>, plot: &Plot<'_>) -> Markup {
    draw(ui, frame, plot, false)
}

/// Layers on top of each other.
#[must_use]
pub fn stacked(ui: &Ui, frame: &Frame<'_>, plot: &Plot<'_>) -> Markup {
    draw(ui, frame, plot, true)
}

struct Sizes {
    scale: Scale,
    plot: f64,
    count: usize,
}

impl Sizes {
    /// Percent across.
    fn x(&self, place: usize) -> f64 {
        if self.count < 2 {
            50.0
        } else {
            f64::from(u32::try_from(place).unwrap_or(0)) * 100.0
                / f64::from(u32::try_from(self.count - 1).unwrap_or(1))
        }
    }

    /// Pixels from the top.
    fn y(&self, value: i64) -> f64 {
        ABOVE + self.plot * (1.0 - self.scale.share(value))
    }
}

fn draw(ui: &Ui, frame: &Frame<'_>, plot: &Plot<'_>, stack: bool) -> Markup {
    let count = plot.at.len();
    let tops = tops(plot, stack);
    let greatest = tops.iter().flatten().copied().max().unwrap_or(0);
    let sizes =
        Sizes { scale: Scale::new(greatest), plot: f64::from(plot.height) - ABOVE - BELOW, count };
    let picture = html! {
        @if plot.series.len() > 1 { (legend(plot)) }
        svg.plot height=(plot.height) role="group" aria-label=(frame.title) {
            desc { (frame.about) }
            (grid(&sizes))
            svg x="0" y=(ABOVE) width="100%" height=(round(sizes.plot)) viewBox={ "0 0 " (SIDE) " " (SIDE) } preserveAspectRatio="none" {
                @for (place, series) in plot.series.iter().enumerate().rev() {
                    @let floor: &[i64] = if stack && place > 0 { &tops[place - 1] } else { &[] };
                    g class=(series.ink.class()) {
                        @if stack {
                            path.layer d=(area(&sizes, &tops[place], floor)) {}
                        } @else {
                            @if plot.series.len() == 1 { path.area d=(area(&sizes, &tops[place], floor)) {} }
                            path class={ "stroke dash-" (place + 1) } d=(path(&sizes, &tops[place])) {}
                        }
                    }
                }
            }
            (words(&sizes, plot))
            (points(&sizes, plot, &tops, stack))
        }
    };
    let mut columns = vec![Column::text(ui.t.chart_when())];
    columns.extend(plot.series.iter().map(|series| Column::number(series.name)));
    let lines: Vec<Vec<Markup>> = plot
        .at
        .iter()
        .enumerate()
        .map(|(place, at)| {
            std::iter::once(html! { (at) })
                .chain(
                    plot.series.iter().map(|series| html! { (plot.written(series.values[place])) }),
                )
                .collect()
        })
        .collect();
    frame.around(ui, &picture, &columns, &lines)
}

/// The heights at which the lines run: the values, or their running sums.
fn tops(plot: &Plot<'_>, stack: bool) -> Vec<Vec<i64>> {
    let mut below = vec![0; plot.at.len()];
    plot.series
        .iter()
        .map(|series| {
            let tops: Vec<i64> =
                below.iter().zip(series.values).map(|(below, value)| below + value).collect();
            if stack {
                below.clone_from(&tops);
            }
            tops
        })
        .collect()
}

fn grid(sizes: &Sizes) -> Markup {
    html! {
        @for tick in sizes.scale.ticks() {
            line class=(if tick == 0 { "grid zero" } else { "grid" }) x1="0" x2="100%" y1=(round(sizes.y(tick))) y2=(round(sizes.y(tick))) {}
        }
    }
}

/// The words of both axes, over the lines so that none hides them.
fn words(sizes: &Sizes, plot: &Plot<'_>) -> Markup {
    let bottom = sizes.y(0) + 16.0;
    let last = plot.at.len().saturating_sub(1);
    let middle = last / 2;
    html! {
        @for tick in sizes.scale.ticks() {
            @if tick > 0 { text.tick x="0" y=(round(sizes.y(tick) - 4.0)) { (plot.written(tick)) } }
        }
        @if let Some(first) = plot.at.first() { text x="0" y=(round(bottom)) { (first) } }
        @if last > 3 { text.middle x={ (round(sizes.x(middle))) "%" } y=(round(bottom)) text-anchor="middle" { (plot.at[middle]) } }
        @if last > 0 { text x="100%" y=(round(bottom)) text-anchor="end" { (plot.at[last]) } }
    }
}

fn path(sizes: &Sizes, values: &[i64]) -> String {
    let mut path = String::new();
    for (place, value) in values.iter().enumerate() {
        let _ = write!(
            path,
            "{}{} {}",
            if place == 0 { 'M' } else { 'L' },
            round(sizes.x(place) * SIDE / 100.0),
            round(SIDE * (1.0 - sizes.scale.share(*value)))
        );
    }
    if values.len() == 1 {
        // One point still deserves a mark: a short level line.
        let y = round(SIDE * (1.0 - sizes.scale.share(values[0])));
        path = format!("M0 {y}L{SIDE} {y}");
    }
    path
}

fn area(sizes: &Sizes, top: &[i64], floor: &[i64]) -> String {
    let mut path = path(sizes, top);
    if floor.is_empty() || top.len() == 1 {
        let _ = write!(path, "L{SIDE} {SIDE}L0 {SIDE}Z");
        return path;
    }
    for (place, value) in floor.iter().enumerate().rev() {
        let _ = write!(
            path,
            "L{} {}",
            round(sizes.x(place) * SIDE / 100.0),
            round(SIDE * (1.0 - sizes.scale.share(*value)))
        );
    }
    path.push('Z');
    path
}

fn points(sizes: &Sizes, plot: &Plot<'_>, tops: &[Vec<i64>], stack: bool) -> Markup {
    let width = 100.0 / f64::from(u32::try_from(sizes.count.max(1)).unwrap_or(1));
    html! {
        @for (place, at) in plot.at.iter().enumerate() {
            @let x = sizes.x(place);
            @let end = place + 1 == sizes.count;
            @let said: Vec<String> = plot.series.iter().map(|s| format!("{} {}", s.name, plot.written(s.values[place]))).collect();
            g class=(if end { "pt end" } else { "pt" }) tabindex="0" role="img" aria-label={ (at) ": " (said.join(", ")) } {
                rect.hit x={ (round(x - width / 2.0)) "%" } width={ (round(width)) "%" } y="0" height=(round(sizes.y(0))) {}
                line.rule x1={ (round(x)) "%" } x2={ (round(x)) "%" } y1=(round(ABOVE)) y2=(round(sizes.y(0))) {}
                @if !stack {
                    @for (series, top) in plot.series.iter().zip(tops) {
                        circle class=(series.ink.class()) cx={ (round(x)) "%" } cy=(round(sizes.y(top[place]))) r="4" {}
                    }
                }
                @if end && !stack { (ends(sizes, plot, x)) }
                (tip(x, sizes.y(tops.iter().map(|t| t[place]).max().unwrap_or(0)), at, &said))
            }
        }
    }
}

/// The last values beside the ends of the lines, kept from covering each
/// other.
fn ends(sizes: &Sizes, plot: &Plot<'_>, x: f64) -> Markup {
    let mut labels: Vec<(f64, i64)> = plot
        .series
        .iter()
        .filter_map(|series| series.values.last())
        .map(|value| (sizes.y(*value) + 4.0, *value))
        .collect();
    labels.sort_by(|a, b| a.0.total_cmp(&b.0));
    for place in 1..labels.len() {
        labels[place].0 = labels[place].0.max(labels[place - 1].0 + 13.0);
    }
    html! {
        @for (y, value) in labels { text.last x={ (round(if sizes.count < 2 { 100.0 } else { x })) "%" } dx="9" y=(round(y)) { (plot.written(value)) } }
    }
}

fn tip(x: f64, y: f64, at: &str, said: &[String]) -> Markup {
    let lines: Vec<&str> = std::iter::once(at).chain(said.iter().map(String::as_str)).collect();
    let width = lines.iter().map(|line| wide(line)).fold(0.0, f64::max) + 16.0;
    let height = f64::from(u32::try_from(lines.len()).unwrap_or(1)) * 16.0 + 8.0;
    let left = if x < 25.0 {
        10.0
    } else if x > 75.0 {
        -width - 10.0
    } else {
        -width / 2.0
    };
    let aside = !(25.0..=75.0).contains(&x);
    let top = if aside { (y - height / 2.0).max(0.0) } else { (y - height - 10.0).max(0.0) };
    html! {
        svg.tip x={ (round(x)) "%" } y=(round(top)) overflow="visible" width="1" height="1" aria-hidden="true" {
            rect x=(round(left)) y="0" width=(round(width)) height=(round(height)) rx="5" {}
            @for (place, line) in lines.iter().enumerate() {
                text x=(round(left + 8.0)) y=(16 + place * 16) { (line) }
            }
        }
    }
}

/// About how many pixels a text of 12 px takes.
pub(super) fn wide(text: &str) -> f64 {
    text.chars().map(|c| if c.is_ascii() { 6.6 } else { 12.5 }).sum()
}

fn legend(plot: &Plot<'_>) -> Markup {
    html! {
        ul.legend {
            @for series in plot.series {
                li {
                    span class={ "swatch " (series.ink.class()) } {}
                    (series.name)
                    @if let Some(last) = series.values.last() { span.n { (plot.written(*last)) } }
                }
            }
        }
    }
}

/// One digit after the point is finer than a pixel.
pub(super) fn round(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}
