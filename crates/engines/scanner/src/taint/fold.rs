//! Constants: operators and the pure methods of texts.

use super::ir::Op;
use super::value::{Const, LONGEST_TEXT};

/// The result of an operator on two constants.
pub(super) fn binary(op: Op, a: &Const, b: &Const) -> Const {
    use Const::{Bool, Int, Null, Str};
    match (op, a, b) {
        (Op::Eq | Op::Ne, a, b) if comparable(a, b) => Bool((a == b) == (op == Op::Eq)),
        (Op::And, a, b) => match (a.truth(), b.truth()) {
            (Some(false), _) | (_, Some(false)) => Bool(false),
            (Some(true), Some(true)) => Bool(true),
            _ => Const::Unknown,
        },
        (Op::Or, a, b) => match (a.truth(), b.truth()) {
            (Some(true), _) | (_, Some(true)) => Bool(true),
            (Some(false), Some(false)) => Bool(false),
            _ => Const::Unknown,
        },
        (op, Int(a), Int(b)) => {
            let number = match op {
                Op::Add => a.checked_add(*b),
                Op::Sub => a.checked_sub(*b),
                Op::Mul => a.checked_mul(*b),
                Op::Div => a.checked_div(*b),
                Op::Rem => a.checked_rem(*b),
                Op::Bits => Some(a | b),
                Op::Lt => return Bool(a < b),
                Op::Le => return Bool(a <= b),
                Op::Gt => return Bool(a > b),
                Op::Ge => return Bool(a >= b),
                _ => None,
            };
            number.map_or(Const::Unknown, Int)
        }
        (Op::Add, Null, _) | (Op::Add, _, Null) => Const::Unknown,
        (Op::Add, a @ Str(_), b) | (Op::Add, a, b @ Str(_)) => match (a.shown(), b.shown()) {
            (Some(a), Some(b)) => Const::text(&(a + &b)),
            _ => Const::Unknown,
        },
        (Op::In | Op::NotIn, Str(a), Str(b)) => Bool(b.contains(&**a) == (op == Op::In)),
        _ => Const::Unknown,
    }
}

fn comparable(a: &Const, b: &Const) -> bool {
    a.is_known()
        && b.is_known()
        && !matches!(a, Const::Setting(_))
        && !matches!(b, Const::Setting(_))
}

/// The result of a pure method of a text, in any of the languages' spellings.
pub(super) fn method(name: &str, on: &Const, args: &[&Const]) -> Const {
    let Const::Str(text) = on else { return Const::Unknown };
    let place = |at: usize| match args.get(at) {
        Some(Const::Int(n)) => usize::try_from(*n).ok(),
        _ => None,
    };
    let word = || match args.first() {
        Some(Const::Str(s)) => Some(&**s),
        _ => None,
    };
    let found = match (name, args.len()) {
        ("charAt" | "at", 1) => place(0)
            .and_then(|n| text.chars().nth(n))
            .map(|c| Const::text(c.encode_utf8(&mut [0; 4]))),
        ("length" | "size" | "__len__" | "Length", 0) => {
            i64::try_from(text.chars().count()).ok().map(Const::Int)
        }
        ("substring" | "slice" | "Substring", 1) => {
            place(0).and_then(|n| text.get(n..)).map(Const::text)
        }
        ("substring" | "slice", 2) => {
            place(0).zip(place(1)).and_then(|(a, b)| text.get(a..b)).map(Const::text)
        }
        ("equals" | "Equals", 1) => word().map(|w| Const::Bool(w == &**text)),
        ("equalsIgnoreCase", 1) => word().map(|w| Const::Bool(w.eq_ignore_ascii_case(text))),
        ("startsWith" | "startswith" | "StartsWith", 1) => {
            word().map(|w| Const::Bool(text.starts_with(w)))
        }
        ("endsWith" | "endswith" | "EndsWith", 1) => word().map(|w| Const::Bool(text.ends_with(w))),
        ("contains" | "includes" | "Contains", 1) => word().map(|w| Const::Bool(text.contains(w))),
        ("isEmpty", 0) => Some(Const::Bool(text.is_empty())),
        ("toLowerCase" | "lower" | "ToLower", _) => Some(Const::text(&text.to_lowercase())),
        ("toUpperCase" | "upper" | "ToUpper", _) => Some(Const::text(&text.to_uppercase())),
        ("trim" | "strip" | "Trim", 0) => Some(Const::text(text.trim())),
        ("toString" | "ToString" | "intern" | "encode", _) => Some(on.clone()),
        ("concat", 1) => word().map(|w| Const::text(&format!("{text}{w}"))),
        ("replace" | "Replace", 2) => match args {
            [Const::Str(a), Const::Str(b)] if !a.is_empty() => {
                // Counted before it is written: it may be as long as one times the other.
                let times = text.matches(&**a).count();
                let length = text.len() - times * a.len() + times * b.len();
                (length <= LONGEST_TEXT).then(|| Const::text(&text.replace(&**a, b)))
            }
            _ => None,
        },
        _ => None,
    };
    found.unwrap_or_default()
}

/// Methods and functions whose result is a number or truth value: no data of
/// their arguments is in it.
pub(super) fn yields_no_text(name: &str) -> bool {
    matches!(
        name,
        "equals"
            | "equalsIgnoreCase"
            | "isEmpty"
            | "isBlank"
            | "contains"
            | "containsKey"
            | "containsValue"
            | "startsWith"
            | "endsWith"
            | "matches"
            | "length"
            | "size"
            | "indexOf"
            | "lastIndexOf"
            | "hashCode"
            | "compareTo"
            | "compareToIgnoreCase"
            | "exists"
            | "hasNext"
            | "hasMoreElements"
            | "hasMoreTokens"
            | "isDirectory"
            | "isFile"
            | "canRead"
            | "parseInt"
            | "parseLong"
            | "parseDouble"
            | "parseFloat"
            | "parseBoolean"
            | "intValue"
            | "longValue"
            | "doubleValue"
            | "booleanValue"
            | "len"
            | "int"
            | "float"
            | "bool"
            | "isdigit"
            | "isalnum"
            | "isalpha"
            | "isnumeric"
            | "isdecimal"
            | "startswith"
            | "endswith"
            | "rfind"
            | "isinstance"
            | "issubclass"
            | "hasattr"
            | "callable"
            | "ord"
            | "abs"
            | "includes"
            | "test"
            | "isNaN"
            | "Number"
            | "Boolean"
            | "isInteger"
            | "isArray"
            | "hasOwnProperty"
            | "charCodeAt"
            | "codePointAt"
            | "localeCompare"
            | "Atoi"
            | "ParseInt"
            | "ParseBool"
            | "ParseFloat"
            | "ParseUint"
            | "HasPrefix"
            | "HasSuffix"
            | "EqualFold"
            | "strlen"
            | "count_chars"
            | "intval"
            | "floatval"
            | "boolval"
            | "is_numeric"
            | "is_int"
            | "is_string"
            | "is_array"
            | "in_array"
            | "array_key_exists"
            | "ctype_digit"
            | "ctype_alnum"
            | "ctype_alpha"
            | "preg_match"
            | "strpos"
            | "strcmp"
            | "strcasecmp"
            | "is_null"
            | "is_dir"
            | "is_file"
            | "file_exists"
            | "TryParse"
            | "ToInt32"
            | "ToInt64"
            | "ToBoolean"
            | "ToDouble"
            | "Equals"
            | "Contains"
            | "ContainsKey"
            | "StartsWith"
            | "EndsWith"
            | "IndexOf"
            | "IsNullOrEmpty"
            | "IsNullOrWhiteSpace"
            | "Exists"
            | "CompareTo"
            | "GetHashCode"
            | "IsMatch"
            | "getTime"
            | "nextInt"
    )
}

/// The value of the constants for file modes that POSIX names.
pub(super) fn mode_bits(name: &str) -> Option<i64> {
    Some(match name.strip_prefix("S_I")? {
        "RWXU" => 0o700,
        "RUSR" => 0o400,
        "WUSR" => 0o200,
        "XUSR" => 0o100,
        "RWXG" => 0o070,
        "RGRP" => 0o040,
        "WGRP" => 0o020,
        "XGRP" => 0o010,
        "RWXO" => 0o007,
        "ROTH" => 0o004,
        "WOTH" => 0o002,
        "XOTH" => 0o001,
        _ => return None,
    })
}

/// Declared types whose values carry no text.
pub(super) fn is_scalar(ty: &str) -> bool {
    matches!(
        ty,
        "int"
            | "long"
            | "short"
            | "byte"
            | "char"
            | "float"
            | "double"
            | "boolean"
            | "bool"
            | "Integer"
            | "Long"
            | "Short"
            | "Boolean"
            | "Double"
            | "Float"
            | "BigDecimal"
            | "BigInteger"
            | "LocalDate"
            | "LocalDateTime"
            | "Instant"
            | "UUID"
            | "number"
            | "int8"
            | "int16"
            | "int32"
            | "int64"
            | "uint"
            | "uint8"
            | "uint16"
            | "uint32"
            | "uint64"
            | "float32"
            | "float64"
            | "decimal"
            | "Decimal"
            | "Guid"
            | "DateTime"
            | "Int32"
            | "Int64"
            | "ulong"
            | "ushort"
            | "sbyte"
            | "datetime"
            | "date"
    )
}

/// Whether a regular expression that must match lets only harmless text through:
/// it is anchored at both ends and names no character that anything hangs on.
pub(super) fn is_strict(expression: &str, anchored: bool) -> bool {
    let mut inner = expression;
    // PHP and JavaScript carry delimiters.
    if let Some(rest) = inner.strip_prefix('/')
        && let Some(end) = rest.rfind('/')
    {
        inner = &rest[..end];
    }
    let start = inner.starts_with('^') || inner.starts_with("\\A");
    let end = inner.ends_with('$') || inner.ends_with("\\z") || inner.ends_with("\\Z");
    if !(anchored || (start && end)) {
        return false;
    }
    let body = inner.trim_start_matches("\\A").trim_end_matches("\\z").trim_end_matches("\\Z");
    let body = body.trim_start_matches('^').trim_end_matches('$');
    !body.is_empty()
        && !body.replace("\\.", "").contains('.')
        && !body.contains("\\S")
        && !body.contains("\\W")
        && !body.contains("\\D")
        && !body.contains("[^")
        && !body.contains(['\'', '"', '<', '>', ';', '`'])
}
