//! What the domain reads itself: reports of coverage, properties of plans,
//! schedules. Taken in by their files, without the database behind them.

use std::collections::BTreeMap;

use base::Timestamp;

use crate::coverage::{CoverageFormat, pack, read, settle, unpack};
use crate::parameters::{Parameters, PathMatcher};

/// A report of coverage behind a byte that chooses its format, or none.
pub fn coverage(bytes: &[u8]) {
    let Some((first, text)) = bytes.split_first() else { return };
    let format = CoverageFormat::ALL.get(usize::from(*first)).copied();
    let Ok((found, files)) = read(format, text) else { return };
    assert!(format.is_none_or(|format| format == found));
    for (path, file) in &files {
        assert!(!path.is_empty());
        assert!(file.lines().is_sorted_by(|(one, _), (other, _)| one < other), "{path}");
        assert!(file.lines().iter().all(|(line, _)| *line > 0), "{path}");
        let totals = file.totals();
        assert!(totals.hit <= totals.lines);
    }
    assert_eq!(unpack(&pack(&files)).ok().as_ref(), Some(&files), "changes when it is stored");
    let known: Vec<String> = files.keys().take(20).map(|path| format!("src/{path}")).collect();
    let all = files.len();
    let (settled, lost): (BTreeMap<_, _>, usize) = settle(files, &known);
    assert!(settled.len() + lost <= all);
}

/// Properties behind a path that their filters are asked about.
pub fn properties(bytes: &[u8]) {
    let (path, text) = crate::split(bytes);
    let properties = Parameters::parse(&text);
    let substituted = properties.substitute(|name| (name == "branch").then(|| "main".to_owned()));
    for all in [&properties, &substituted] {
        if let Ok(matcher) = PathMatcher::new(&all.paths()) {
            let _ = matcher.admits(&path);
        }
    }
}

/// A schedule behind a time zone: what comes next comes later.
pub fn schedule(bytes: &[u8]) {
    let (zone, schedule) = crate::split(bytes);
    let now = Timestamp::from_seconds(1_767_225_600);
    if let Ok(next) = crate::plans::next(&schedule, &zone, now) {
        assert!(next > now);
    }
}
