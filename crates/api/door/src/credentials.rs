//! What a request shows of itself.

use base::{Error, Result};
use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use http::{HeaderMap, header};
use identity::Secret;

/// Some clients leave the padding out.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What a request shows, read and not yet believed.
#[derive(Debug, Clone)]
pub enum Credentials {
    /// Nothing.
    None,
    /// A bearer token of whatever kind.
    Token(Secret),
    /// A name, and a password or a token in its place.
    NameAndSecret {
        /// The name; beside a token it may be anything.
        name: String,
        /// The password or the token.
        secret: Secret,
    },
}

impl Credentials {
    /// Reads, in this order: `Authorization` (`token T`, `Token T`,
    /// `Bearer T`, `Basic …`), `X-API-Key: T`, and in the query
    /// `access_token=T` and `token=T`. `query` is the undecoded text after the
    /// `?`.
    ///
    /// # Errors
    /// `Unauthenticated` for what cannot be read: nobody is let in as a
    /// stranger who meant to show something.
    pub fn read(headers: &HeaderMap, query: Option<&str>) -> Result<Self> {
        let mut shown = headers.get_all(header::AUTHORIZATION).iter();
        if let Some(value) = shown.next() {
            if shown.next().is_some() {
                return Err(Error::unauthenticated("there are two Authorization headers"));
            }
            return Self::authorization(value.to_str().map_err(|_| unreadable())?);
        }
        if let Some(key) = headers.get("x-api-key") {
            return Self::token(key.to_str().map_err(|_| unreadable())?);
        }
        match query.and_then(in_query) {
            Some(token) => Self::token(&token),
            None => Ok(Self::None),
        }
    }

    /// Reads the value of an `Authorization` header. A token without a scheme
    /// is understood, because some clients send it so.
    ///
    /// # Errors
    /// `Unauthenticated` for what cannot be read.
    pub fn authorization(value: &str) -> Result<Self> {
        let value = value.trim();
        let (scheme, rest) = value.split_once(' ').unwrap_or((value, ""));
        let rest = rest.trim();
        match scheme.to_ascii_lowercase().as_str() {
            "token" | "bearer" => Self::token(rest),
            "basic" => Self::basic(rest),
            _ if rest.is_empty() => Self::token(scheme),
            _ => Err(Error::unauthenticated("this scheme of Authorization is not known here")),
        }
    }

    fn token(text: &str) -> Result<Self> {
        let text = text.trim();
        if text.is_empty() || text.contains(char::is_whitespace) {
            return Err(unreadable());
        }
        Ok(Self::Token(Secret::from(text)))
    }

    fn basic(encoded: &str) -> Result<Self> {
        let bytes = BASE64.decode(encoded).map_err(|_| unreadable())?;
        let text = Secret::from(String::from_utf8(bytes).map_err(|_| unreadable())?);
        let (name, secret) = text.expose().split_once(':').ok_or_else(unreadable)?;
        // Some write the token as the name.
        if secret.is_empty() || secret == "x-oauth-basic" {
            return Self::token(name);
        }
        Ok(Self::NameAndSecret { name: name.to_owned(), secret: Secret::from(secret) })
    }
}

fn in_query(query: &str) -> Option<String> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).ok()?;
    let named = |wanted: &str| {
        pairs.iter().find(|(name, value)| name == wanted && !value.is_empty()).map(|(_, v)| v)
    };
    named("access_token").or_else(|| named("token")).cloned()
}

fn unreadable() -> Error {
    Error::unauthenticated("the credentials cannot be read")
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn read(pairs: &[(&'static str, &str)], query: Option<&str>) -> Result<Credentials> {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        Credentials::read(&headers, query)
    }

    fn token(pairs: &[(&'static str, &str)], query: Option<&str>) -> String {
        match read(pairs, query) {
            Ok(Credentials::Token(token)) => token.expose().to_owned(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_token_comes_in_many_forms() {
        for value in ["token T1", "Token T1", "Bearer T1", "bearer  T1 ", "BEARER T1", "T1"] {
            assert_eq!(token(&[("authorization", value)], None), "T1", "{value}");
        }
        assert_eq!(token(&[("x-api-key", "T2")], None), "T2");
        assert_eq!(token(&[], Some("a=b&access_token=T%333")), "T33");
        assert_eq!(token(&[], Some("token=T4")), "T4");
        assert_eq!(token(&[], Some("token=T4&access_token=T5")), "T5");
        let all = [("x-api-key", "T2"), ("authorization", "token T1")];
        assert_eq!(token(&all, Some("token=T4")), "T1");
        // T6: and T6:x-oauth-basic
        assert_eq!(token(&[("authorization", "Basic VDY6")], None), "T6");
        assert_eq!(token(&[("authorization", "Basic VDY6eC1vYXV0aC1iYXNpYw==")], None), "T6");
    }

    #[test]
    fn a_name_and_a_password_with_colons() {
        for value in ["Basic YWRhOnBhOnNz", "basic YWRhOnBhOnNz"] {
            let read = read(&[("authorization", value)], None).unwrap();
            let Credentials::NameAndSecret { name, secret } = read else { panic!("{read:?}") };
            assert_eq!((name.as_str(), secret.expose()), ("ada", "pa:ss"));
        }
        let unpadded = read(&[("authorization", "Basic YWRhOnBhc3M")], None);
        assert!(matches!(unpadded, Ok(Credentials::NameAndSecret { .. })), "{unpadded:?}");
    }

    #[test]
    fn what_cannot_be_read_is_not_nothing() {
        for value in [
            "",
            " ",
            "token ",
            "Bearer a b",
            "Basic",
            "Basic !!!",
            "Basic YWRh",
            "Basic /w==",
            "Digest username=ada",
            "Bearer \u{e9}",
        ] {
            let read = read(&[("authorization", value)], None);
            let wrong = matches!(&read, Err(Error::Unauthenticated { .. }));
            assert!(wrong, "{value:?}: {read:?}");
        }
        let twice = [("authorization", "token T1"), ("authorization", "token T2")];
        assert!(read(&twice, None).is_err());
    }

    #[test]
    fn nothing_is_nothing() {
        for query in [None, Some(""), Some("a=b"), Some("token="), Some("%zz&&&==")] {
            assert!(matches!(read(&[], query), Ok(Credentials::None)), "{query:?}");
        }
    }

    #[test]
    fn nothing_of_it_is_printed() {
        let read = read(&[("authorization", "Bearer sesame")], None).unwrap();
        assert!(!format!("{read:?}").contains("sesame"));
    }
}
