//! Comparisons of numbers as regular expressions: what semgrep asks of a
//! metavariable that stands for a number.

use serde_json::Value;

/// The metavariable of a comparison with a whole number that is not negative, and the
/// expression that such a number matches as it is written.
///
/// # Errors
/// Why the comparison cannot be kept.
pub(super) fn compared(of: &Value) -> Result<(String, String), String> {
    let fail = || "`metavariable-comparison` of more than a number".to_owned();
    let text = of["comparison"].as_str().ok_or_else(fail)?;
    let (at, operator) = ["<=", ">=", "==", "!=", "<", ">"]
        .iter()
        .filter_map(|operator| Some((text.find(operator)?, *operator)))
        .min_by_key(|(at, operator)| (*at, usize::MAX - operator.len()))
        .ok_or_else(fail)?;
    let (left, right) = (text[..at].trim(), text[at + operator.len()..].trim());
    let name = |side: &str| {
        let bare = side.strip_prefix("int(").and_then(|s| s.strip_suffix(')')).unwrap_or(side);
        let name = bare.trim().strip_prefix('$')?;
        let plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
        (!name.is_empty() && name.chars().all(plain)).then(|| name.to_owned())
    };
    let turned = match operator {
        "<" => ">",
        "<=" => ">=",
        ">" => "<",
        ">=" => "<=",
        same => same,
    };
    let (name, operator, number) = match (name(left), name(right)) {
        (Some(name), None) => (name, operator, right),
        (None, Some(name)) => (name, turned, left),
        _ => return Err(fail()),
    };
    let number: u64 = number.parse().map_err(|_| fail())?;
    let like = match operator {
        "<" => below(number),
        "<=" => below(number.saturating_add(1)),
        ">" => above(number),
        ">=" if number == 0 => "[0-9]+".to_owned(),
        ">=" => above(number - 1),
        "==" => number.to_string(),
        _ => format!("{}|{}", below(number), above(number)),
    };
    Ok((name, format!("^(?:{like})[uUlL]*$")))
}

/// Numbers that are less.
fn below(number: u64) -> String {
    let digits = number.to_string();
    let mut any: Vec<String> = Vec::new();
    if digits.len() > 1 {
        any.push(format!("[0-9]{{1,{}}}", digits.len() - 1));
    }
    for (at, digit) in digits.bytes().enumerate().filter(|(_, digit)| *digit > b'0') {
        let rest = digits.len() - at - 1;
        any.push(format!("{}[0-{}][0-9]{{{rest}}}", &digits[..at], char::from(digit - 1)));
    }
    // Nothing is less than nought.
    if any.is_empty() { "[^\\s\\S]".to_owned() } else { any.join("|") }
}

/// Numbers that are more.
fn above(number: u64) -> String {
    let digits = number.to_string();
    let mut any = vec![format!("[1-9][0-9]{{{},}}", digits.len())];
    for (at, digit) in digits.bytes().enumerate().filter(|(_, digit)| *digit < b'9') {
        let rest = digits.len() - at - 1;
        any.push(format!("{}[{}-9][0-9]{{{rest}}}", &digits[..at], char::from(digit + 1)));
    }
    any.join("|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_compared_by_how_they_are_written() {
        for (text, fits) in [
            ("$N < 2048", (|n| n < 2048) as fn(u64) -> bool),
            ("$N <= 999", |n| n <= 999),
            ("$N > 0", |n| n > 0),
            ("$N >= 10", |n| n >= 10),
            ("5 > $N", |n| n < 5),
            ("int($N) == 37", |n| n == 37),
            ("$N != 100", |n| n != 100),
            ("$N < 0", |_| false),
        ] {
            let (name, like) = compared(&serde_json::json!({ "comparison": text })).expect(text);
            let like = regex::Regex::new(&like).expect("an expression");
            assert_eq!(name, "N");
            for n in (0..120).chain([998, 999, 1000, 2047, 2048, 2049, 10_000, 4_096_000]) {
                assert_eq!(like.is_match(&n.to_string()), fits(n), "{text}: {n}");
            }
        }
        for text in ["$N < $M", "$N * 2 > 4", "re.match($N)", "$N > -1"] {
            assert!(compared(&serde_json::json!({ "comparison": text })).is_err(), "{text}");
        }
    }
}
