//! What the doors decode themselves: parameters of actions, signatures.

use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;

use crate::decode::Input;
use crate::signature::{Authorization, SignedRequest, expected};

/// What actions take: every shape once.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[derive(Default)]
struct Shapes {
    text: Option<String>,
    number: Option<i64>,
    small: Option<u8>,
    yes: Option<bool>,
    texts: Vec<String>,
    inner: Option<Box<Shapes>>,
    all: Vec<Shapes>,
}

impl Shapes {
    fn count(&self) -> usize {
        let own = usize::from(self.text.is_some())
            + usize::from(self.number.is_some() || self.small.is_some() || self.yes.is_some())
            + self.texts.len();
        let inner = self.inner.iter().map(|one| one.count()).sum::<usize>();
        own + inner + self.all.iter().map(Self::count).sum::<usize>()
    }
}

/// The body of an action, with members of lists and objects behind dots.
pub fn parameters(bytes: &[u8]) {
    let Ok(fields) = Input::parse(bytes) else { return };
    if let Ok(shapes) = Input::new(fields).decode::<Shapes>() {
        assert!(shapes.count() <= bytes.len(), "more comes out than went in");
    }
}

/// A signed request: its `Authorization`, its address, then its headers, each on
/// a line.
pub fn signed(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.split('\n');
    let Some(authorization) = lines.next().and_then(Authorization::parse) else { return };
    let (path, query) = lines.next().and_then(|line| line.split_once('?')).unwrap_or(("/", ""));
    let mut headers = HeaderMap::new();
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        let parts = (HeaderName::try_from(name), HeaderValue::try_from(value));
        if let (Ok(name), Ok(value)) = parts {
            headers.append(name, value);
        }
    }
    let request = SignedRequest { method: "GET", path, query, headers: &headers, body: b"" };
    if let Some(signature) = expected(&request, &authorization, "secret") {
        assert_eq!(signature.len(), 64);
    }
    let _ = authorization.covers("host");
}
