/// An axis from zero to a round number above the greatest value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    /// The value at the top.
    pub(super) top: i64,
    /// The distance of two lines.
    step: i64,
}

impl Scale {
    /// At most four steps of 1, 2 or 5 times a power of ten.
    pub(super) fn new(greatest: i64) -> Self {
        let greatest = greatest.max(1);
        let mut step = 1;
        'found: loop {
            for factor in [1, 2, 5] {
                if greatest <= step * factor * 4 {
                    step *= factor;
                    break 'found;
                }
            }
            step = step.saturating_mul(10);
            if step > i64::MAX / 100 {
                break;
            }
        }
        Self { top: (greatest + step - 1) / step * step, step }
    }

    /// The values that get a line.
    pub(super) fn ticks(self) -> impl Iterator<Item = i64> {
        (0..=self.top / self.step).map(move |n| n * self.step)
    }

    /// How far up a value stands, 0 at the bottom, 1 at the top.
    #[expect(clippy::cast_precision_loss, reason = "a pixel does not need 53 bits")]
    pub(super) fn share(self, value: i64) -> f64 {
        value as f64 / self.top as f64
    }
}

/// `part` of `whole` in percent with one digit.
#[expect(clippy::cast_precision_loss, reason = "a pixel does not need 53 bits")]
pub(super) fn percent(part: i64, whole: i64) -> f64 {
    if whole <= 0 { 0.0 } else { (part as f64 / whole as f64 * 1000.0).round() / 10.0 }
}

#[cfg(test)]
mod tests {
    use super::{Scale, percent};

    #[test]
    fn round_axes() {
        let ticks = |n| Scale::new(n).ticks().collect::<Vec<_>>();
        assert_eq!(ticks(0), [0, 1]);
        assert_eq!(ticks(3), [0, 1, 2, 3]);
        assert_eq!(ticks(17), [0, 5, 10, 15, 20]);
        assert_eq!(ticks(1_234), [0, 500, 1_000, 1_500]);
        assert_eq!(Scale::new(i64::MAX / 2).ticks().next(), Some(0));
    }

    #[test]
    fn percents() {
        assert!((percent(1, 3) - 33.3).abs() < 1e-9);
        assert!(percent(1, 0).abs() < 1e-9);
    }
}
