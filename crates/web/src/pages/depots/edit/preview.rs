//! What a text that is being written will look like.

use maud::{Markup, html};

use super::{
    super::{changes, readme::is_markdown},
    Ground,
};
use crate::{
    components::{Links, markdown},
    request::{Fault, Fields, Visit, blocking},
};

/// Markdown as it is drawn; of every other file, what differs from before.
pub(super) async fn preview(
    visit: &Visit,
    ground: &Ground,
    path: &str,
    before: &str,
    fields: &Fields,
) -> Result<Markup, Fault> {
    let text = fields.raw("text");
    if is_markdown(path) {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let slash = |address: String| address.trim_end_matches('/').to_owned() + "/";
        let links =
            Links { pages: slash(ground.to("blob", folder)), raw: slash(ground.to("raw", folder)) };
        return Ok(html! { div.body { (markdown(text, &links)) } });
    }
    // Forms send line ends of their own; only what was typed is to differ.
    let (old, new) = (before.replace("\r\n", "\n"), text.replace("\r\n", "\n"));
    let content = blocking(move || Ok(git::diff_text(old.as_bytes(), new.as_bytes(), 3))).await?;
    Ok(changes::of_text(&visit.ui, path, &content))
}
