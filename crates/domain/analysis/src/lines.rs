//! Sets of lines of a file.

/// Line numbers of one file, from 1.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lines(Vec<u32>);

impl Lines {
    /// How many there are.
    pub fn count(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(u32::MAX)
    }

    /// Whether this one is among them.
    pub fn contains(&self, line: u32) -> bool {
        self.0.binary_search(&line).is_ok()
    }

    /// Those from `first` to `last`, both included.
    pub fn within(&self, first: u32, last: u32) -> impl Iterator<Item = u32> + '_ {
        let start = self.0.partition_point(|line| *line < first);
        self.0[start..].iter().copied().take_while(move |line| *line <= last)
    }

    /// Whether any from `first` to `last`, both included, is among them.
    pub fn meets(&self, first: u32, last: u32) -> bool {
        self.within(first, last).next().is_some()
    }
}

impl FromIterator<u32> for Lines {
    fn from_iter<T: IntoIterator<Item = u32>>(lines: T) -> Self {
        let mut lines: Vec<u32> = lines.into_iter().collect();
        lines.sort_unstable();
        lines.dedup();
        Self(lines)
    }
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn ranges_are_met_at_their_ends() {
        let lines: Lines = [7, 3, 4, 3].into_iter().collect();
        assert_eq!(lines.count(), 3);
        assert!(lines.contains(7) && !lines.contains(5));
        assert!(lines.meets(4, 6) && lines.meets(1, 3) && !lines.meets(5, 6) && !lines.meets(8, 9));
        assert_eq!(lines.within(3, 4).collect::<Vec<_>>(), [3, 4]);
    }
}
