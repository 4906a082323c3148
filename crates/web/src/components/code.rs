use maud::{Markup, PreEscaped, html};

use super::{Icon, Tone, icon};

/// Lines drawn as one block that the browser may skip while it is out of
/// sight; the style sheet reserves its height.
const CHUNK: usize = 200;

/// A remark below a line.
#[derive(Debug)]
pub struct Note {
    /// The line it belongs to.
    pub line: u32,
    /// Its shape.
    pub icon: Icon,
    /// Its colour.
    pub tone: Tone,
    /// What it says.
    pub body: Markup,
}

/// Text to show with line numbers.
#[derive(Debug)]
pub struct Source<'a> {
    /// The lines, as [`super::highlight`] made them.
    pub lines: &'a [String],
    /// The number of the first one.
    pub first: u32,
    /// The address before `#L12`; empty where the lines are on this page, nothing where no address
    /// leads to them.
    pub address: Option<&'a str>,
    /// Lines to mark, first and last.
    pub marked: Option<(u32, u32)>,
    /// Remarks, in the order of their lines.
    pub notes: &'a [Note],
    /// What the text is, for those who cannot see it.
    pub label: &'a str,
}

/// Draws code. Numbers are links where something leads to the lines, and stay out of what is copied.
#[must_use]
pub fn code(source: &Source<'_>) -> Markup {
    let here = source.address == Some("");
    let number =
        |place: usize| source.first + u32::try_from(place).unwrap_or(u32::MAX - source.first);
    html! {
        div.code tabindex="0" role="group" aria-label=(source.label) {
            div.sheet {
                @for (chunk, lines) in source.lines.chunks(CHUNK).enumerate() {
                    div class=[(lines.len() == CHUNK).then_some("chunk")] {
                        @for (place, line) in lines.iter().enumerate() {
                            @let no = number(chunk * CHUNK + place);
                            @let marked = source.marked.is_some_and(|(from, to)| (from..=to).contains(&no));
                            div class=(if marked { "ln mark" } else { "ln" }) id=[here.then(|| format!("L{no}"))] {
                                a href=[source.address.map(|address| format!("{address}#L{no}"))] { (no) }
                                span { (PreEscaped(line)) }
                            }
                            @for note in source.notes.iter().filter(|note| note.line == no) {
                                div class={ "note " (note.tone.class()) } { (icon(note.icon)) span { (note.body) } }
                            }
                        }
                    }
                }
            }
        }
    }
}
