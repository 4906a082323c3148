//! Files that lie beside the repository, and the pointers that stand for them.

use base::Read;
use depots::lfs;
use maud::{Markup, html};

use super::{
    super::{frame::At, tree::size},
    File, other,
};
use crate::{
    components::{Tone, banner},
    request::{Fault, Visit},
};

/// A pointer is no longer than this, in bytes.
const LONGEST: usize = 1_024;

/// What a pointer of Git LFS says about the file that it stands for.
#[derive(Debug)]
pub(in crate::pages::depots) struct Pointer {
    /// The SHA-256 of the content, in hexadecimal.
    pub(in crate::pages::depots) oid: String,
    /// How long the content is, in bytes.
    pub(in crate::pages::depots) size: u64,
    /// Whether the depot holds the content.
    pub(in crate::pages::depots) held: bool,
}

impl Pointer {
    /// Reads a file as a pointer, and looks whether its content is here;
    /// nothing for every other file.
    pub(in crate::pages::depots) async fn find(
        visit: &Visit,
        at: &At<Read>,
        data: &[u8],
    ) -> Result<Option<Self>, Fault> {
        let Some((oid, size)) = parse(data) else { return Ok(None) };
        let held = lfs::held(&visit.call, &at.depot, &[oid]).await?.contains_key(oid);
        Ok(Some(Self { oid: oid.to_owned(), size, held }))
    }

    /// That this is a pointer, and the way to what it stands for.
    pub(super) fn banner(&self, file: &File<'_>) -> Markup {
        let t = file.visit.ui.t;
        let (tone, more) = if self.held {
            (Tone::Info, html! { div { (other::download(file)) } })
        } else {
            (Tone::Warn, html! { p { (t.code_lfs_missing()) } })
        };
        html! { div.body { (banner(tone, &t.code_lfs(size(self.size)), &more)) } }
    }
}

/// The name and the length of the content.
fn parse(data: &[u8]) -> Option<(&str, u64)> {
    if data.len() > LONGEST {
        return None;
    }
    let lines = std::str::from_utf8(data).ok()?;
    let lines = lines.strip_prefix("version https://git-lfs.github.com/spec/v1\n")?;
    let oid = lines.lines().find_map(|line| line.strip_prefix("oid sha256:"))?;
    let size = lines.lines().find_map(|line| line.strip_prefix("size ")?.parse().ok())?;
    (oid.len() == 64 && oid.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some((oid, size))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn pointers_are_told_from_text() {
        let oid = "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393";
        let text =
            format!("version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize 12\n");
        assert_eq!(parse(text.as_bytes()), Some((oid, 12)));
        assert_eq!(parse(text.replace("size 12", "size x").as_bytes()), None);
        assert_eq!(parse(text.replace("4d7a", "../a").as_bytes()), None);
        assert_eq!(parse(b"version 2"), None);
    }
}
