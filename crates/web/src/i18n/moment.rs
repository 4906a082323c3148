use jiff::{Timestamp, tz::TimeZone};

use super::{Lang, Text};

/// How long ago `then` was, or how far off it is, in words of one unit.
#[must_use]
pub fn relative(text: Text, now: Timestamp, then: Timestamp) -> String {
    let seconds = now.as_second() - then.as_second();
    let (ahead, seconds) = (seconds < 0, seconds.abs());
    let (minute, hour, day) = (60, 3_600, 86_400);
    if seconds < 45 {
        return text.time_now().to_owned();
    }
    let say: [fn(Text, i64) -> String; 10] = [
        |t, n| t.time_minutes_ago(n),
        |t, n| t.time_hours_ago(n),
        |t, n| t.time_days_ago(n),
        |t, n| t.time_months_ago(n),
        |t, n| t.time_years_ago(n),
        |t, n| t.time_in_minutes(n),
        |t, n| t.time_in_hours(n),
        |t, n| t.time_in_days(n),
        |t, n| t.time_in_months(n),
        |t, n| t.time_in_years(n),
    ];
    let (unit, number) = if seconds < 45 * minute {
        (0, (seconds + minute / 2) / minute)
    } else if seconds < 22 * hour {
        (1, (seconds + hour / 2) / hour)
    } else if seconds < 45 * day {
        (2, (seconds + day / 2) / day)
    } else if seconds < 365 * day {
        (3, (seconds + 15 * day) / (30 * day))
    } else {
        (4, seconds / (365 * day))
    };
    say[unit + if ahead { 5 } else { 0 }](text, number.max(1))
}

/// Date and time to the minute, in UTC, as the language writes them.
#[must_use]
pub fn exact(lang: Lang, moment: Timestamp) -> String {
    let format = match lang {
        Lang::En => "%-d %B %Y, %H:%M UTC",
        Lang::Zh => "%Y年%-m月%-d日 %H:%M UTC",
    };
    moment.to_zoned(TimeZone::UTC).strftime(format).to_string()
}

#[cfg(test)]
mod tests {
    use super::{exact, relative};
    use crate::i18n::{Lang, Text};
    use jiff::Timestamp;

    #[test]
    fn one_unit_both_ways_both_languages() {
        let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        let ago = |seconds: i64| Timestamp::from_second(now.as_second() - seconds).unwrap();
        let (en, zh) = (Text { lang: Lang::En }, Text { lang: Lang::Zh });
        assert_eq!(relative(en, now, ago(5)), "just now");
        assert_eq!(relative(en, now, ago(60)), "1 minute ago");
        assert_eq!(relative(en, now, ago(7_200)), "2 hours ago");
        assert_eq!(relative(en, now, ago(86_400 * 3)), "3 days ago");
        assert_eq!(relative(en, now, ago(-86_400 * 90)), "in 3 months");
        assert_eq!(relative(zh, now, ago(86_400 * 800)), "2 年前");
        assert_eq!(exact(Lang::Zh, now), "2026年11月21日 12:00 UTC");
        assert_eq!(exact(Lang::En, now), "21 November 2026, 12:00 UTC");
    }
}
