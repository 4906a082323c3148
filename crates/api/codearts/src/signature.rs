//! The signature `SDK-HMAC-SHA256` of Huawei Cloud's SDKs.
//!
//! Source: "AK/SK Signing and Authentication Guide" of Huawei Cloud's API
//! Gateway, and the Python SDK's signer, whose six vectors the tests replay.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit as _, Mac as _};
use http::HeaderMap;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use sha2::{Digest as _, Sha256};

/// The algorithm's name at the head of the `Authorization` header.
pub(crate) const ALGORITHM: &str = "SDK-HMAC-SHA256";

/// The header that tells when the request was signed, `yyyyMMddTHHmmssZ`.
pub(crate) const DATE_HEADER: &str = "x-sdk-date";

const CONTENT_HEADER: &str = "x-sdk-content-sha256";

/// Everything but `A-Z a-z 0-9 - _ . ~` is encoded.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The parts of an `Authorization` header of this algorithm.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Authorization<'a> {
    /// The access key.
    pub(crate) access: &'a str,
    /// The signed headers' names as sent, separated by semicolons.
    pub(crate) signed_headers: &'a str,
    /// 64 hexadecimal characters.
    pub(crate) signature: &'a str,
}

impl<'a> Authorization<'a> {
    /// Reads `SDK-HMAC-SHA256 Access=…, SignedHeaders=…, Signature=…`; `None`
    /// for another algorithm or when a part is missing.
    pub(crate) fn parse(header: &'a str) -> Option<Self> {
        let (algorithm, rest) = header.trim().split_once(' ')?;
        if algorithm != ALGORITHM {
            return None;
        }
        let (mut access, mut signed_headers, mut signature) = (None, None, None);
        for part in rest.split(',') {
            let (name, value) = part.trim().split_once('=')?;
            match name {
                "Access" => access = Some(value),
                "SignedHeaders" => signed_headers = Some(value),
                "Signature" => signature = Some(value),
                _ => {}
            }
        }
        Some(Self { access: access?, signed_headers: signed_headers?, signature: signature? })
    }

    /// Whether the header of that name is covered by the signature.
    pub(crate) fn covers(&self, name: &str) -> bool {
        self.signed_headers.split(';').any(|signed| signed.eq_ignore_ascii_case(name))
    }
}

/// What was signed.
#[derive(Debug)]
pub(crate) struct SignedRequest<'a> {
    /// `GET`, `POST`, …
    pub(crate) method: &'a str,
    /// The path as it came, still percent-encoded.
    pub(crate) path: &'a str,
    /// The query as it came, without `?`; may be empty.
    pub(crate) query: &'a str,
    /// The headers.
    pub(crate) headers: &'a HeaderMap,
    /// The body.
    pub(crate) body: &'a [u8],
}

/// The signature that the request must carry, in lower-case hexadecimal;
/// `None` when a header that is said to be signed is not there.
pub(crate) fn expected(
    request: &SignedRequest<'_>,
    authorization: &Authorization<'_>,
    secret: &str,
) -> Option<String> {
    let date = request.headers.get(DATE_HEADER)?.to_str().ok()?;
    let canonical = canonical_request(request, authorization.signed_headers)?;
    let to_sign =
        format!("{ALGORITHM}\n{date}\n{}", hex::encode(Sha256::digest(canonical.as_bytes())));
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(to_sign.as_bytes());
    Some(hex::encode(mac.finalize().into_bytes()))
}

fn canonical_request(request: &SignedRequest<'_>, signed_headers: &str) -> Option<String> {
    let mut text = format!(
        "{}\n{}\n{}\n",
        request.method.to_ascii_uppercase(),
        canonical_path(request.path),
        canonical_query(request.query)
    );
    for name in signed_headers.split(';') {
        let value = request.headers.get(name)?;
        let value = String::from_utf8_lossy(value.as_bytes());
        let _ = writeln!(text, "{}:{}", name.to_ascii_lowercase(), value.trim());
    }
    let _ = write!(text, "\n{signed_headers}\n");
    match request.headers.get(CONTENT_HEADER) {
        Some(digest) if !request.body.is_empty() => text.push_str(digest.to_str().ok()?),
        _ => text.push_str(&hex::encode(Sha256::digest(request.body))),
    }
    Some(text)
}

/// Decoded as a whole, split at slashes, each segment encoded again, and a
/// slash at the end.
fn canonical_path(path: &str) -> String {
    let decoded = percent_decode_str(path).decode_utf8_lossy();
    let mut canonical = decoded
        .split('/')
        .map(|segment| utf8_percent_encode(segment, ENCODED).to_string())
        .collect::<Vec<_>>()
        .join("/");
    if !canonical.ends_with('/') {
        canonical.push('/');
    }
    canonical
}

fn canonical_query(query: &str) -> String {
    let decode =
        |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    let mut pairs: Vec<(String, String)> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(key), decode(value))
        })
        .collect();
    pairs.sort();
    let encoded = pairs.iter().map(|(key, value)| {
        format!("{}={}", utf8_percent_encode(key, ENCODED), utf8_percent_encode(value, ENCODED))
    });
    encoded.collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Vector {
        name: String,
        ak: String,
        sk: String,
        method: String,
        request_target: String,
        headers: std::collections::BTreeMap<String, String>,
        body: String,
        canonical_request: String,
        signature: String,
    }

    fn vectors() -> Vec<Vector> {
        serde_json::from_str(include_str!("../tests/fixtures/signature-vectors.json")).unwrap()
    }

    fn headers(vector: &Vector) -> HeaderMap {
        let header = |(name, value): (&String, &String)| {
            (
                HeaderName::from_bytes(name.as_bytes()).unwrap(),
                HeaderValue::from_str(value).unwrap(),
            )
        };
        vector.headers.iter().map(header).collect()
    }

    #[test]
    fn the_sdks_own_vectors_are_reproduced() {
        let vectors = vectors();
        assert_eq!(vectors.len(), 6);
        for vector in vectors {
            let headers = headers(&vector);
            let (path, query) =
                vector.request_target.split_once('?').unwrap_or((&vector.request_target, ""));
            let request = SignedRequest {
                method: &vector.method,
                path,
                query,
                headers: &headers,
                body: vector.body.as_bytes(),
            };
            let authorization = Authorization::parse(&vector.headers["Authorization"]).unwrap();
            assert_eq!(authorization.access, vector.ak, "{}", vector.name);
            let canonical = canonical_request(&request, authorization.signed_headers).unwrap();
            assert_eq!(canonical, vector.canonical_request, "{}", vector.name);
            let signature = expected(&request, &authorization, &vector.sk).unwrap();
            assert_eq!(signature, vector.signature, "{}", vector.name);
            assert_eq!(authorization.signature, vector.signature);
            assert!(authorization.covers("X-Sdk-Date"));
        }
    }

    #[test]
    fn any_change_breaks_the_signature() {
        let vector = vectors().remove(1);
        let headers = headers(&vector);
        let authorization = Authorization::parse(&vector.headers["Authorization"]).unwrap();
        let sign = |path: &str, body: &[u8], secret: &str| {
            let request =
                SignedRequest { method: "POST", path, query: "", headers: &headers, body };
            expected(&request, &authorization, secret).unwrap()
        };
        let body = vector.body.as_bytes();
        assert_eq!(sign("/v3/task", body, &vector.sk), vector.signature);
        assert_ne!(sign("/v3/tasks", body, &vector.sk), vector.signature);
        assert_ne!(sign("/v3/task", b"{}", &vector.sk), vector.signature);
        assert_ne!(sign("/v3/task", body, "another secret"), vector.signature);
    }

    #[test]
    fn other_headers_are_not_taken_for_ours() {
        for text in [
            "",
            "Bearer x",
            "SDK-HMAC-SHA256",
            "SDK-HMAC-SHA256 Access=a",
            "V11-HMAC-SHA256 Access=a, SignedHeaders=b, Signature=c",
        ] {
            assert_eq!(Authorization::parse(text), None, "{text}");
        }
    }
}
