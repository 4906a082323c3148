use maud::{Markup, PreEscaped, html};

macro_rules! icons {
    ($($(#[$doc:meta])* $name:ident $shape:literal)*) => {
        /// A picture of 16 × 16, drawn in the colour of the text around it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Icon {
            $($(#[$doc])* $name,)*
        }

        impl Icon {
            /// Every icon, for the story page.
            pub const ALL: &[(&str, Icon)] = &[$((stringify!($name), Icon::$name),)*];

            const fn shape(self) -> &'static str {
                match self { $(Icon::$name => $shape,)* }
            }
        }
    };
}

icons! {
    /// A house: the start page.
    Home "<path d='M2.5 7 8 2.5 13.5 7v6a.7.7 0 0 1-.7.7H3.2a.7.7 0 0 1-.7-.7z'/><path d='M6.3 13.7V9.3h3.4v4.4'/>"
    /// Four panes: an overview.
    Overview "<rect x='2' y='2' width='5' height='6.5' rx='1'/><rect x='9' y='2' width='5' height='3.5' rx='1'/><rect x='2' y='10.5' width='5' height='3.5' rx='1'/><rect x='9' y='7.5' width='5' height='6.5' rx='1'/>"
    /// Angle brackets: code.
    Code "<path d='m5 4.5-3.5 3.5L5 11.5M11 4.5l3.5 3.5-3.5 3.5M9.2 3 6.8 13'/>"
    /// A folder.
    Folder "<path d='M1.8 4.2c0-.6.4-1 1-1h3l1.6 1.7h5.8c.6 0 1 .4 1 1v6.4c0 .6-.4 1-1 1H2.8c-.6 0-1-.4-1-1z'/>"
    /// A sheet of paper: a file.
    File "<path d='M9.3 1.8H4.2c-.6 0-1 .4-1 1v10.4c0 .6.4 1 1 1h7.6c.6 0 1-.4 1-1V5.3z'/><path d='M9.2 2v3.4h3.5'/>"
    /// A stack of discs: a depot.
    Depot "<ellipse cx='8' cy='3.8' rx='5.5' ry='2'/><path d='M2.5 3.8v8.4c0 1.1 2.5 2 5.5 2s5.5-.9 5.5-2V3.8M2.5 8c0 1.1 2.5 2 5.5 2s5.5-.9 5.5-2'/>"
    /// A line that forks: a branch.
    Branch "<circle cx='4.5' cy='3.5' r='1.7'/><circle cx='4.5' cy='12.5' r='1.7'/><circle cx='11.5' cy='5' r='1.7'/><path d='M4.5 5.2v5.6M11.5 6.7c0 2.5-3 2.8-5.3 3.3'/>"
    /// A bead on a string: a commit.
    Commit "<circle cx='8' cy='8' r='2.7'/><path d='M1.5 8h3.8M10.7 8h3.8'/>"
    /// A label: a tag.
    Tag "<path d='M2 2.8v4.5l6.5 6.5 5.3-5.3L7.3 2H2.8z'/><circle cx='5.2' cy='5.2' r='.7'/>"
    /// A shield: analysis.
    Analysis "<path d='M8 1.8 13 3.6v4c0 3.2-2.2 5.5-5 6.6-2.8-1.1-5-3.4-5-6.6v-4z'/><path d='m5.7 7.9 1.6 1.6 3-3.1'/>"
    /// A play sign: start.
    Play "<path d='M4.5 2.8v10.4L13 8z'/>"
    /// A wheel: settings.
    Settings "<circle cx='8' cy='8' r='2.2'/><path d='M8 1.6v1.8M8 12.6v1.8M1.6 8h1.8M12.6 8h1.8M3.5 3.5l1.3 1.3M11.2 11.2l1.3 1.3M3.5 12.5l1.3-1.3M11.2 4.8l1.3-1.3'/>"
    /// A lens: search.
    Search "<circle cx='7' cy='7' r='4.5'/><path d='m10.5 10.5 3.5 3.5'/>"
    /// A plus: create.
    Plus "<path d='M8 3v10M3 8h10'/>"
    /// Points down.
    Down "<path d='m4 6 4 4 4-4'/>"
    /// Points right.
    Right "<path d='m6 4 4 4-4 4'/>"
    /// Points left.
    Left "<path d='m10 4-4 4 4 4'/>"
    /// A tick.
    Check "<path d='m3 8.5 3.3 3.3L13 5'/>"
    /// A tick in a circle: passed, fixed.
    Passed "<circle cx='8' cy='8' r='6.2'/><path d='m5.3 8.2 1.9 1.9 3.6-3.9'/>"
    /// A cross: close, remove.
    Cross "<path d='m4 4 8 8M12 4l-8 8'/>"
    /// Two sheets: copy.
    Copy "<rect x='5.5' y='5.5' width='8.3' height='8.3' rx='1.3'/><path d='M10.5 5.3V3.5c0-.7-.6-1.3-1.3-1.3H3.5c-.7 0-1.3.6-1.3 1.3v5.7c0 .7.6 1.3 1.3 1.3h1.8'/>"
    /// A chain: a link.
    Link "<path d='M6.5 9.5 9.5 6.5M7 4.5l1.3-1.3a2.9 2.9 0 0 1 4.2 4.2L11.2 8.8M9 11.5l-1.3 1.3a2.9 2.9 0 0 1-4.2-4.2l1.3-1.4'/>"
    /// An arrow out of a box: elsewhere.
    External "<path d='M9.5 2.5h4v4M13.3 2.7 7.5 8.5M11.5 9.5v3c0 .6-.4 1-1 1h-7c-.6 0-1-.4-1-1v-7c0-.6.4-1 1-1h3'/>"
    /// A person.
    User "<circle cx='8' cy='5.3' r='2.8'/><path d='M2.8 13.8c.5-2.6 2.6-4 5.2-4s4.7 1.4 5.2 4'/>"
    /// Persons: members.
    Users "<circle cx='6' cy='5.5' r='2.5'/><path d='M1.5 13.3c.4-2.3 2.2-3.6 4.5-3.6s4.1 1.3 4.5 3.6M10.5 3.2a2.5 2.5 0 0 1 0 4.6M12 10c1.4.5 2.3 1.7 2.5 3.3'/>"
    /// A key: tokens.
    Key "<circle cx='5' cy='11' r='2.8'/><path d='m7 9 6.3-6.3M11 5l2 2M9.3 6.7l1.3 1.3'/>"
    /// A padlock: private.
    Lock "<rect x='3' y='7' width='10' height='7' rx='1.3'/><path d='M5.2 7V5a2.8 2.8 0 0 1 5.6 0v2'/>"
    /// A door with an arrow: sign out.
    SignOut "<path d='M6.5 13.5h-3c-.6 0-1-.4-1-1v-9c0-.6.4-1 1-1h3M10.5 11l3-3-3-3M13.3 8H6'/>"
    /// Three lines: the menu.
    Menu "<path d='M2.5 4.5h11M2.5 8h11M2.5 11.5h11'/>"
    /// The sun: light colours.
    Sun "<circle cx='8' cy='8' r='2.8'/><path d='M8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M3.4 12.6l.9-.9M11.7 4.3l.9-.9'/>"
    /// The moon: dark colours.
    Moon "<path d='M13.5 9.5A5.8 5.8 0 0 1 6.5 2.5a5.8 5.8 0 1 0 7 7z'/>"
    /// A screen: as the system.
    Screen "<rect x='1.8' y='2.8' width='12.4' height='8.4' rx='1.2'/><path d='M5.5 14h5M8 11.3V14'/>"
    /// A globe: language.
    Globe "<circle cx='8' cy='8' r='6.2'/><path d='M1.8 8h12.4M8 1.8c2 1.7 2.8 3.9 2.8 6.2S10 12.5 8 14.2C6 12.5 5.2 10.3 5.2 8S6 3.5 8 1.8z'/>"
    /// A clock: when, waiting.
    Clock "<circle cx='8' cy='8' r='6.2'/><path d='M8 4.5V8l2.3 1.5'/>"
    /// A funnel: filter.
    Filter "<path d='M2 3h12L9.5 8.5v4l-3 1.5V8.5z'/>"
    /// Three dots: more.
    More "<circle cx='3.5' cy='8' r='.8'/><circle cx='8' cy='8' r='.8'/><circle cx='12.5' cy='8' r='.8'/>"
    /// A pencil: edit.
    Edit "<path d='m10.5 3 2.5 2.5L5.5 13l-3 .5.5-3z'/>"
    /// A bin: delete.
    Trash "<path d='M2.5 4.2h11M6 4V2.5h4V4M4 4.5l.6 8.5c0 .6.5 1 1 1h4.8c.5 0 1-.4 1-1l.6-8.5M6.7 7v4M9.3 7v4'/>"
    /// An eye: seen.
    Eye "<path d='M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8z'/><circle cx='8' cy='8' r='2'/>"
    /// A crossed eye: ignored.
    Ignored "<path d='M6.3 3.8A6.4 6.4 0 0 1 8 3.5c4 0 6.5 4.5 6.5 4.5a11 11 0 0 1-2 2.5M4.2 4.8A11 11 0 0 0 1.5 8S4 12.5 8 12.5c1.4 0 2.7-.5 3.7-1.2M2.5 2.5l11 11'/>"
    /// Two arrows in a circle: again.
    Again "<path d='M13.5 8a5.5 5.5 0 1 1-1.7-4M13.5 2.5v2.8h-2.8'/>"
    /// An arrow into a tray: import, download.
    Import "<path d='M8 2v7.5M5 6.8l3 3 3-3M2.5 10.5v2c0 .6.4 1 1 1h9c.6 0 1-.4 1-1v-2'/>"
    /// An arrow out of a tray: upload.
    Export "<path d='M8 9.5V2M5 4.8l3-3 3 3M2.5 10.5v2c0 .6.4 1 1 1h9c.6 0 1-.4 1-1v-2'/>"
    /// Two arrows against each other: swap.
    Swap "<path d='M2.5 5.5h11M10.5 2.5l3 3-3 3M13.5 10.5h-11M5.5 7.5l-3 3 3 3'/>"
    /// A prompt: a command.
    Terminal "<rect x='1.8' y='2.8' width='12.4' height='10.4' rx='1.2'/><path d='m4.5 6 2 2-2 2M8.5 10.2h3'/>"
    /// A triangle with a mark: warning.
    Warning "<path d='M8 2.2 14.5 13.5h-13zM8 6.5v3.2M8 11.5v.1'/>"
    /// A circle with a cross: error, failed.
    Failed "<circle cx='8' cy='8' r='6.2'/><path d='m5.8 5.8 4.4 4.4M10.2 5.8l-4.4 4.4'/>"
    /// An octagon with a mark: fatal.
    Fatal "<path d='M5.4 1.8h5.2l3.6 3.6v5.2l-3.6 3.6H5.4l-3.6-3.6V5.4zM8 4.8v3.8M8 11v.1'/>"
    /// A circle with an i: information.
    Info "<circle cx='8' cy='8' r='6.2'/><path d='M8 7.3v3.7M8 5v.1'/>"
    /// A circle: open.
    Open "<circle cx='8' cy='8' r='6.2'/>"
    /// A circle with a point: new.
    New "<circle cx='8' cy='8' r='6.2'/><circle cx='8' cy='8' r='2' fill='currentColor' stroke='none'/>"
    /// An open ring: running.
    Running "<path d='M8 1.8A6.2 6.2 0 1 1 1.8 8' />"
    /// A circle with a stroke: cancelled.
    Cancelled "<circle cx='8' cy='8' r='6.2'/><path d='m3.7 12.3 8.6-8.6'/>"
    /// Two equal blocks: duplicates.
    Duplicate "<rect x='1.8' y='3' width='5' height='10' rx='1'/><rect x='9.2' y='3' width='5' height='10' rx='1'/><path d='M3.5 6h1.6M3.5 8.3h1.6M10.9 6h1.6M10.9 8.3h1.6'/>"
    /// The sign of a function: complexity.
    Function "<path d='M3.5 13.5c1.8.3 2.5-.5 2.8-2.5l1-6.5c.3-2 1-2.5 2.5-2.2M4.5 6.8h5M10 9.5l3.5 4M13.5 9.5l-3.5 4'/>"
    /// A line that rises: a trend.
    Trend "<path d='m1.8 11.5 4-4 2.7 2.7 5.7-5.7M10.5 4.2h3.8v3.8'/>"
    /// A list.
    List "<path d='M5.5 4h8.3M5.5 8h8.3M5.5 12h8.3M2.3 4h.1M2.3 8h.1M2.3 12h.1'/>"
    /// A clock that goes back: history.
    History "<path d='M2.5 8a5.5 5.5 0 1 0 1.7-4M2.5 2.5v2.8h2.8M8 5v3.2l2 1.3'/>"
    /// A speech bubble: a comment.
    Comment "<path d='M2.8 2.8h10.4c.6 0 1 .4 1 1v6.4c0 .6-.4 1-1 1H8.5l-3 2.6v-2.6H2.8c-.6 0-1-.4-1-1V3.8c0-.6.4-1 1-1z'/>"
    /// A bell.
    Bell "<path d='M4 6.5a4 4 0 0 1 8 0c0 3.5 1.5 4.5 1.5 4.5h-11S4 10 4 6.5zM6.8 13.5a1.3 1.3 0 0 0 2.4 0'/>"
    /// Keys: the keyboard.
    Keyboard "<rect x='1.5' y='4' width='13' height='8.5' rx='1.3'/><path d='M4.2 6.7h.1M6.8 6.7h.1M9.3 6.7h.1M11.8 6.7h.1M5 9.7h6'/>"
    /// An open book: documentation.
    Book "<path d='M8 4.2C6.7 3 4.7 2.8 2 3v9.3c2.7-.2 4.7 0 6 1.2 1.3-1.2 3.3-1.4 6-1.2V3c-2.7-.2-4.7 0-6 1.2zM8 4.2v9.3'/>"
    /// A balance beam: a gate.
    Gate "<path d='M2 13.5v-9M14 13.5v-9M2 6.5h12M2 10h12M5 6.5V10M8 6.5V10M11 6.5V10'/>"
    /// An arrow to the right.
    Forward "<path d='M2.5 8h11M9.5 4l4 4-4 4'/>"
    /// Stop: cancel a run.
    Stop "<rect x='3.5' y='3.5' width='9' height='9' rx='1.3'/>"
}

/// Draws an icon; the words beside it carry the meaning for those who do not
/// see it.
#[must_use]
pub fn icon(which: Icon) -> Markup {
    html! { svg.icon viewBox="0 0 16 16" aria-hidden="true" { (PreEscaped(which.shape())) } }
}

/// An icon with a further class.
#[must_use]
pub fn icon_with(which: Icon, class: &str) -> Markup {
    html! { svg class={ "icon " (class) } viewBox="0 0 16 16" aria-hidden="true" { (PreEscaped(which.shape())) } }
}

/// An icon that stands alone and says its name.
#[must_use]
pub fn icon_named(which: Icon, name: &str) -> Markup {
    html! { svg.icon viewBox="0 0 16 16" role="img" aria-label=(name) { title { (name) } (PreEscaped(which.shape())) } }
}
