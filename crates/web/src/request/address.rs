use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stays as it is in a segment of a path.
const SEGMENT: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'@').remove(b'+');

/// One segment of a path; a slash in it is encoded.
pub(crate) fn segment(text: &str) -> String {
    utf8_percent_encode(text, SEGMENT).to_string()
}

/// An address made of segments: `link(&["p", name])` is `/p/name`. A last
/// segment with slashes is a path and keeps them where `path` gives it.
pub(crate) fn link(segments: &[&str], path: &str) -> String {
    let mut address = String::new();
    for part in segments.iter().copied().chain(path.split('/').filter(|part| !part.is_empty())) {
        address.push('/');
        address.push_str(&segment(part));
    }
    address
}

/// The address, if it is a place on this site; what is typed into `?next=`
/// must not lead elsewhere.
pub(crate) fn inside(address: &str) -> Option<&str> {
    let ours = address.starts_with('/')
        && !address.starts_with("//")
        && !address.contains('\\')
        && address.chars().all(|c| !c.is_control());
    ours.then_some(address)
}

#[cfg(test)]
mod tests {
    use super::{inside, link};

    #[test]
    fn segments_keep_their_slashes_to_themselves() {
        assert_eq!(
            link(&["p", "a b", "tree", "feature/x"], "src/ü.rs"),
            "/p/a%20b/tree/feature%2Fx/src/%C3%BC.rs"
        );
    }

    #[test]
    fn only_our_own_places() {
        assert_eq!(inside("/p/x?y=1"), Some("/p/x?y=1"));
        for elsewhere in
            ["//evil.example", "https://evil.example", "/\\evil.example", "p", "", "/a\nb"]
        {
            assert_eq!(inside(elsewhere), None, "{elsewhere}");
        }
    }
}
