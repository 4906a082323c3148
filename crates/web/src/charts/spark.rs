use std::fmt::Write as _;

use maud::{Markup, html};

use super::{Ink, plot::round, scale::Scale};

/// A line as small as a word; the words beside it carry the numbers.
#[must_use]
pub fn spark(ink: Ink, values: &[i64]) -> Markup {
    if values.len() < 2 {
        return Markup::default();
    }
    let scale = Scale::new(values.iter().copied().max().unwrap_or(0));
    let step = 100.0 / f64::from(u32::try_from(values.len() - 1).unwrap_or(1));
    let mut path = String::new();
    for (place, value) in values.iter().enumerate() {
        let x = f64::from(u32::try_from(place).unwrap_or(0)) * step;
        let _ = write!(
            path,
            "{}{} {}",
            if place == 0 { 'M' } else { 'L' },
            round(x),
            round(30.0 * (1.0 - scale.share(*value)))
        );
    }
    html! {
        svg class={ "spark " (ink.class()) } viewBox="0 0 100 30" preserveAspectRatio="none" aria-hidden="true" {
            path.area d={ (path) "L100 30L0 30Z" } {}
            path.stroke d=(path) {}
        }
    }
}
