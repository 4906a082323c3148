//! What a file is that is no text.

use std::fmt::Write as _;

use git::Blob;
use maud::{Markup, Render, html};

use super::File;
use crate::components::{Button, Icon, icon};

/// So many bytes of what is no text are shown.
const GLIMPSE: usize = 256;

/// The type of a picture that browsers show, by the name of the file.
pub(in crate::pages::depots) fn picture(path: &str) -> Option<&'static str> {
    let ending = path.rsplit_once('.')?.1.to_ascii_lowercase();
    Some(match ending.as_str() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "svg" => "image/svg+xml",
        "ico" => "image/x-icon",
        _ => return None,
    })
}

pub(super) fn shown_picture(file: &File<'_>) -> Markup {
    html! { div.picture { img src=(file.to("raw")) alt=(file.path); } }
}

pub(super) fn large(file: &File<'_>) -> Markup {
    let t = file.visit.ui.t;
    html! { p.said { (t.code_too_large_file()) } div.body.line.center { (download(file)) } }
}

pub(super) fn download(file: &File<'_>) -> Markup {
    let address = format!("{}?download=1", file.to("raw"));
    Button::link(file.visit.ui.t.code_download(), &address).icon(Icon::Import).render()
}

pub(super) fn binary(file: &File<'_>, blob: &Blob) -> Markup {
    html! {
        p.said { (file.visit.ui.t.code_binary()) }
        pre.hex tabindex="0" { (hex(&blob.data[..blob.data.len().min(GLIMPSE)])) }
        div.body.line.center { (download(file)) }
    }
}

/// Sixteen bytes a line, with the letters among them.
fn hex(data: &[u8]) -> String {
    let mut out = String::new();
    for (line, bytes) in data.chunks(16).enumerate() {
        let _ = write!(out, "{:08x} ", line * 16);
        for place in 0..16 {
            let _ = match bytes.get(place) {
                Some(byte) => write!(out, " {byte:02x}"),
                None => write!(out, "   "),
            };
        }
        out.push_str("  ");
        out.extend(bytes.iter().map(|byte| match byte {
            0x20..=0x7e => char::from(*byte),
            _ => '.',
        }));
        out.push('\n');
    }
    out
}

/// A symbolic link leads on where its target is in the same tree.
pub(super) fn link(file: &File<'_>, blob: &Blob) -> Markup {
    let target = String::from_utf8_lossy(&blob.data).into_owned();
    let inside = resolve(file.path, &target);
    html! {
        p.said {
            (icon(Icon::Link)) " " (file.visit.ui.t.code_link()) " "
            @if let Some(path) = inside { a.mono href=(file.at.to("blob", file.rev, &path)) { (target) } } @else { code { (target) } }
        }
    }
}

/// Where a relative target leads in the tree, unless that is outside.
fn resolve(path: &str, target: &str) -> Option<String> {
    if target.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::{hex, resolve};

    #[test]
    fn links_stay_inside() {
        assert_eq!(resolve("a/b/c", "../d").as_deref(), Some("a/d"));
        assert_eq!(resolve("a", "./b").as_deref(), Some("b"));
        assert_eq!(resolve("a/b", "../../etc/passwd"), None);
        assert_eq!(resolve("a/b", "/etc/passwd"), None);
        assert_eq!(resolve("a/b", ".."), None);
    }

    #[test]
    fn bytes_are_shown() {
        assert!(hex(b"\0A\xff").starts_with("00000000  00 41 ff "));
        assert!(hex(b"\0A\xff").ends_with(".A.\n"));
    }
}
