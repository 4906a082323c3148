use maud::{Markup, html};

use super::{
    Frame,
    plot::{round, wide},
};
use crate::{components::Column, i18n::group, ui::Ui};

/// How much wider than high the picture is taken to be.
const ASPECT: f64 = 2.6;

/// A rectangle of a [`treemap`].
#[derive(Clone, Debug)]
pub struct Cell {
    /// What it is.
    pub name: String,
    /// Its area; not negative.
    pub size: i64,
    /// Its heat from 1 (calm) to 5 (hot).
    pub heat: u8,
    /// What size and heat are, in words.
    pub said: String,
    /// Where it is told in full.
    pub href: Option<String>,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    x: f64,
    y: f64,
    w: f64,
    h: f64,
}

/// Areas by size, colours by heat.
#[must_use]
pub fn treemap(ui: &Ui, frame: &Frame<'_>, height: u16, sizes: &str, cells: &[Cell]) -> Markup {
    let mut sorted: Vec<&Cell> = cells.iter().filter(|cell| cell.size > 0).collect();
    sorted.sort_by_key(|cell| std::cmp::Reverse(cell.size));
    let areas: Vec<i64> = sorted.iter().map(|cell| cell.size).collect();
    let places = squares(&areas);
    let picture = html! {
        svg height=(height) role="group" aria-label=(frame.title) {
            desc { (frame.about) }
            @for (cell, place) in sorted.iter().zip(&places) {
                @let (w, h) = (place.w * 100.0 / ASPECT, place.h * 100.0);
                g.cellbox {
                    @if let Some(href) = &cell.href {
                        a href=(href) aria-label={ (cell.name) ": " (cell.said) } { (rectangle(cell, *place, w, h, height)) }
                    } @else {
                        g tabindex="0" role="img" aria-label={ (cell.name) ": " (cell.said) } { (rectangle(cell, *place, w, h, height)) }
                    }
                }
            }
        }
    };
    let lines: Vec<Vec<Markup>> = sorted
        .iter()
        .map(|cell| {
            vec![html! { (cell.name) }, html! { (group(cell.size)) }, html! { (cell.said) }]
        })
        .collect();
    let columns = [
        Column::text(ui.t.chart_series()),
        Column::number(sizes),
        Column::text(ui.t.chart_value()),
    ];
    frame.around(ui, &picture, &columns, &lines)
}

/// Pixels of a hundredth of the picture, on a page that is not narrow.
const WIDE: f64 = 9.0;
/// The same on a telephone.
const NARROW: f64 = 2.9;

fn rectangle(cell: &Cell, place: Place, w: f64, h: f64, height: u16) -> Markup {
    let room = h / 100.0 * f64::from(height);
    // A name that would be cut off is left to the title.
    let needed = wide(&cell.name) + 14.0;
    let fits = room > 20.0 && needed <= w * WIDE;
    html! {
        svg.box x={ (round(place.x * 100.0 / ASPECT)) "%" } y={ (round(place.y * 100.0)) "%" } width={ (round(w)) "%" } height={ (round(h)) "%" } {
            title { (cell.name) ": " (cell.said) }
            rect class={ "cell heat-" (cell.heat.clamp(1, 5)) } width="100%" height="100%" rx="4" {}
            @if fits { text.roomy[needed > w * NARROW] x="8" y="18" { (cell.name) } }
        }
    }
}

/// Rectangles as near to squares as a row-by-row layout gets (Bruls, Huizing
/// and van Wijk), in a field of [`ASPECT`] × 1. `areas` is sorted, greatest
/// first.
#[expect(clippy::cast_precision_loss, reason = "a pixel does not need 53 bits")]
fn squares(areas: &[i64]) -> Vec<Place> {
    let whole: f64 = areas.iter().map(|a| *a as f64).sum();
    let mut free = Place { x: 0.0, y: 0.0, w: ASPECT, h: 1.0 };
    let mut placed = Vec::with_capacity(areas.len());
    let scaled: Vec<f64> = areas.iter().map(|a| *a as f64 * ASPECT / whole).collect();
    let mut rest = scaled.as_slice();
    while !rest.is_empty() {
        let side = free.w.min(free.h);
        let mut taken = 1;
        while taken < rest.len() && worst(&rest[..=taken], side) <= worst(&rest[..taken], side) {
            taken += 1;
        }
        let (row, after) = rest.split_at(taken);
        let sum: f64 = row.iter().sum();
        let depth = sum / side;
        let mut along = 0.0;
        for area in row {
            let length = area / depth;
            placed.push(if free.w >= free.h {
                Place { x: free.x, y: free.y + along, w: depth, h: length }
            } else {
                Place { x: free.x + along, y: free.y, w: length, h: depth }
            });
            along += length;
        }
        if free.w >= free.h {
            free.x += depth;
            free.w -= depth;
        } else {
            free.y += depth;
            free.h -= depth;
        }
        rest = after;
    }
    placed
}

/// The greatest ratio of the sides in a row along `side`.
fn worst(row: &[f64], side: f64) -> f64 {
    let sum: f64 = row.iter().sum();
    row.iter()
        .map(|area| {
            let ratio = side * side * area / (sum * sum);
            ratio.max(1.0 / ratio)
        })
        .fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::{ASPECT, squares};

    #[test]
    fn fills_the_field_without_overlap() {
        let places = squares(&[60, 25, 20, 10, 5, 3, 1]);
        let area: f64 = places.iter().map(|p| p.w * p.h).sum();
        assert!((area - ASPECT).abs() < 1e-9);
        for (n, a) in places.iter().enumerate() {
            assert!(
                a.x >= -1e-9
                    && a.y >= -1e-9
                    && a.x + a.w <= ASPECT + 1e-9
                    && a.y + a.h <= 1.0 + 1e-9
            );
            for b in &places[n + 1..] {
                let apart = a.x + a.w <= b.x + 1e-9
                    || b.x + b.w <= a.x + 1e-9
                    || a.y + a.h <= b.y + 1e-9
                    || b.y + b.h <= a.y + 1e-9;
                assert!(apart);
            }
        }
    }
}
