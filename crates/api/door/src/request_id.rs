use http::HeaderMap;

const HEADER: &str = "x-request-id";

/// The id that the client or a layer before has given the request: 1 to 128
/// letters, digits and `-_.:`, because it goes into logs and answers.
pub fn request_id(headers: &HeaderMap) -> Option<&str> {
    let id = headers.get(HEADER)?.to_str().ok()?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
    ((1..=128).contains(&id.len()) && id.bytes().all(plain)).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_short_id_is_taken_over() {
        let of = |id: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(HEADER, id.parse().unwrap());
            request_id(&headers).map(str::to_owned)
        };
        assert_eq!(of("a-B_1.2:3").as_deref(), Some("a-B_1.2:3"));
        for bad in ["", "two words", "\"quoted\"", &"x".repeat(129)] {
            assert_eq!(of(bad), None, "{bad}");
        }
        assert_eq!(request_id(&HeaderMap::new()), None);
    }
}
