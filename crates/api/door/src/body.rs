//! Bodies: read with a limit, decoded with errors that name the field.

use axum::body::Body;
use base::{Error, Result};
use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;

/// Reads the whole body, at most `limit` bytes.
///
/// # Errors
/// `Limit` when it is longer; `Invalid` on `body` when it breaks off.
pub async fn bytes(body: Body, limit: usize) -> Result<Bytes> {
    axum::body::to_bytes(body, limit).await.map_err(|error| {
        use std::error::Error as _;
        let is_long = error
            .source()
            .is_some_and(|source| source.to_string().contains("length limit exceeded"));
        if is_long {
            Error::limit(format!("the body is longer than {}", size(limit)))
        } else {
            Error::invalid("body", "broke off")
        }
    })
}

fn size(bytes: usize) -> String {
    match bytes {
        0..1024 => format!("{bytes} bytes"),
        1024..1_048_576 => format!("{} KiB", bytes / 1024),
        _ => format!("{} MiB", bytes / 1_048_576),
    }
}

/// Reads a JSON body of at most `limit` bytes; an empty one is `{}`.
///
/// # Errors
/// `Limit` when it is longer; `Missing` and `Invalid` on the field by its path
/// (`tasks[0].name`), or on `body` where it is no JSON at all.
pub async fn json<T: DeserializeOwned>(body: Body, limit: usize) -> Result<T> {
    parse(&bytes(body, limit).await?)
}

/// Decodes JSON that has been read already; see [`json`].
///
/// # Errors
/// `Missing` and `Invalid`, as [`json`].
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    let text = if bytes.trim_ascii().is_empty() { b"{}" } else { bytes };
    let mut decoder = serde_json::Deserializer::from_slice(text);
    let value = serde_path_to_error::deserialize(&mut decoder).map_err(named)?;
    decoder.end().map_err(|error| Error::invalid("body", format!("is not JSON: {error}")))?;
    Ok(value)
}

/// The error of the decoder with the field that it is about.
fn named(error: serde_path_to_error::Error<serde_json::Error>) -> Error {
    let (path, cause) = (error.path().clone(), error.into_inner());
    if !cause.is_data() {
        return Error::invalid("body", format!("is not JSON: {cause}"));
    }
    let text = cause.to_string();
    // The position says nothing to whoever did not write the text by hand.
    let text = text.rfind(" at line ").map_or(text.as_str(), |end| &text[..end]);
    let mut field = String::new();
    for segment in path.iter() {
        match segment {
            Segment::Seq { index } => field.push_str(&format!("[{index}]")),
            Segment::Map { key } => join(&mut field, key),
            Segment::Enum { variant } => join(&mut field, variant),
            Segment::Unknown => {}
        }
    }
    let missing = text.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`'));
    if let Some(name) = missing {
        join(&mut field, name);
        return Error::missing(field);
    }
    if field.is_empty() || field.starts_with('[') {
        field.insert_str(0, "body");
    }
    Error::invalid(field, format!("cannot be read: {text}"))
}

fn join(path: &mut String, name: &str) {
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(name);
}

/// Reads a form body of at most `limit` bytes together with the query; the
/// body counts where both have a field.
///
/// # Errors
/// `Limit` when it is longer; `Invalid` on `form` when it is none; `Missing`
/// and `Invalid` on a field.
pub async fn form<T: DeserializeOwned>(query: Option<&str>, body: Body, limit: usize) -> Result<T> {
    let body = bytes(body, limit).await?;
    let mut fields = serde_json::Map::new();
    for text in [query.unwrap_or_default().as_bytes(), &body] {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(text)
            .map_err(|_| Error::invalid("form", "cannot be read"))?;
        fields.extend(pairs.into_iter().map(|(name, value)| (name, value.into())));
    }
    serde_path_to_error::deserialize(serde_json::Value::Object(fields)).map_err(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    struct Task {
        name: String,
        #[serde(default)]
        tags: Vec<u8>,
    }

    #[derive(Debug, serde::Deserialize)]
    struct Body {
        #[serde(default)]
        tasks: Vec<Task>,
        limit: Option<u8>,
    }

    fn error(text: &str) -> String {
        parse::<Body>(text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn errors_name_the_field() {
        assert_eq!(error(r#"{"tasks":[{"name":"a"},{}]}"#), "tasks[1].name is missing");
        assert_eq!(
            error(r#"{"limit":"many"}"#),
            "limit cannot be read: invalid type: string \"many\", expected u8"
        );
        let deep = error(r#"{"tasks":[{"name":"a","tags":[1,300]}]}"#);
        assert!(deep.starts_with("tasks[0].tags[1] cannot be read: "), "{deep}");
        for broken in ["{", "nonsense", "{} {}", "\u{feff}{}"] {
            assert!(error(broken).starts_with("body is not JSON"), "{broken}");
        }
        assert!(error("[1]").starts_with("body[0] cannot be read"), "{}", error("[1]"));
    }

    #[test]
    fn an_empty_body_is_an_empty_object() {
        let body: Body = parse(b" \n").unwrap();
        assert!(body.tasks.is_empty() && body.limit.is_none());
        let body: Body = parse(br#"{"tasks":[{"name":"a","tags":[1]}]}"#).unwrap();
        assert_eq!((body.tasks[0].name.as_str(), body.tasks[0].tags.len()), ("a", 1));
    }

    #[derive(Debug, serde::Deserialize)]
    struct Pair {
        a: String,
        #[serde(default)]
        b: String,
    }

    #[tokio::test]
    async fn a_form_counts_more_than_the_query() {
        let pair: Pair = form(Some("a=1&b=2"), "b=3%204".into(), 100).await.unwrap();
        assert_eq!((pair.a.as_str(), pair.b.as_str()), ("1", "3 4"));
        let missing = form::<Pair>(None, "b=3".into(), 100).await.unwrap_err();
        assert_eq!(missing.to_string(), "a is missing");
    }

    #[tokio::test]
    async fn a_long_body_is_not_read() {
        let long = bytes("x".repeat(2049).into(), 2048).await.unwrap_err();
        assert_eq!(long.to_string(), "the body is longer than 2 KiB");
        assert_eq!(bytes("x".repeat(2048).into(), 2048).await.unwrap().len(), 2048);
    }
}
