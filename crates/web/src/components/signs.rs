use maud::{Markup, html};

use super::{Icon, icon, icon_with};
use crate::ui::Ui;

/// What a colour means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Good.
    Ok,
    /// Look at it.
    Warn,
    /// Bad.
    Bad,
    /// Worse than bad.
    Fatal,
    /// To know.
    Info,
    /// Neither.
    Calm,
}

impl Tone {
    /// The class that sets the colours.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Ok => "tone-ok",
            Self::Warn => "tone-warn",
            Self::Bad => "tone-bad",
            Self::Fatal => "tone-fatal",
            Self::Info => "tone-info",
            Self::Calm => "tone-calm",
        }
    }
}

/// A state or severity: shape, word and colour say the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the word it shows")]
pub enum Status {
    Waiting,
    Running,
    Passed,
    Done,
    Failed,
    Cancelled,
    New,
    Open,
    Reopened,
    Fixed,
    Ignored,
    Fatal,
    Error,
    Warning,
    Info,
}

impl Status {
    /// Every state, for the story page.
    pub const ALL: &[Self] = &[
        Self::Waiting,
        Self::Running,
        Self::Passed,
        Self::Done,
        Self::Failed,
        Self::Cancelled,
        Self::New,
        Self::Open,
        Self::Reopened,
        Self::Fixed,
        Self::Ignored,
        Self::Fatal,
        Self::Error,
        Self::Warning,
        Self::Info,
    ];

    /// Shape.
    #[must_use]
    pub const fn icon(self) -> Icon {
        match self {
            Self::Waiting => Icon::Clock,
            Self::Running => Icon::Running,
            Self::Passed | Self::Done | Self::Fixed => Icon::Passed,
            Self::Failed | Self::Error => Icon::Failed,
            Self::Cancelled => Icon::Cancelled,
            Self::New => Icon::New,
            Self::Open => Icon::Open,
            Self::Reopened => Icon::Again,
            Self::Ignored => Icon::Ignored,
            Self::Fatal => Icon::Fatal,
            Self::Warning => Icon::Warning,
            Self::Info => Icon::Info,
        }
    }

    /// Colour.
    #[must_use]
    pub const fn tone(self) -> Tone {
        match self {
            Self::Waiting | Self::Cancelled | Self::Open | Self::Ignored => Tone::Calm,
            Self::Running | Self::Info => Tone::Info,
            Self::Passed | Self::Done | Self::Fixed => Tone::Ok,
            Self::Failed | Self::Error => Tone::Bad,
            Self::New | Self::Reopened | Self::Warning => Tone::Warn,
            Self::Fatal => Tone::Fatal,
        }
    }

    /// Word.
    #[must_use]
    pub const fn word(self, ui: &Ui) -> &'static str {
        let t = ui.t;
        match self {
            Self::Waiting => t.status_waiting(),
            Self::Running => t.status_running(),
            Self::Passed => t.status_passed(),
            Self::Done => t.status_done(),
            Self::Failed => t.status_failed(),
            Self::Cancelled => t.status_cancelled(),
            Self::New => t.status_new(),
            Self::Open => t.status_open(),
            Self::Reopened => t.status_reopened(),
            Self::Fixed => t.status_fixed(),
            Self::Ignored => t.status_ignored(),
            Self::Fatal => t.severity_fatal(),
            Self::Error => t.severity_error(),
            Self::Warning => t.severity_warning(),
            Self::Info => t.severity_info(),
        }
    }
}

/// Icon, word and colour of a state.
#[must_use]
pub fn status(ui: &Ui, state: Status) -> Markup {
    html! {
        span class={ "status " (state.tone().class()) } { (status_icon(state)) (state.word(ui)) }
    }
}

/// The shape alone, for the place before words that already say the state.
#[must_use]
pub fn status_icon(state: Status) -> Markup {
    icon_with(state.icon(), if state == Status::Running { "spin" } else { "still" })
}

/// The shape of a state in its colour, named for those who do not see it.
#[must_use]
pub fn status_mark(ui: &Ui, state: Status) -> Markup {
    html! {
        span class={ "status " (state.tone().class()) } title=(state.word(ui)) {
            (status_icon(state)) span.sr { (state.word(ui)) }
        }
    }
}

/// A word in a pill.
#[must_use]
pub fn badge(label: &str, tone: Option<Tone>) -> Markup {
    html! { span class={ "badge " (tone.map_or("", Tone::class)) } { (label) } }
}

/// A number in a pill.
#[must_use]
pub fn count(number: &str) -> Markup {
    html! { span.count { (number) } }
}

/// Who it is, as initials on the colour of the name.
#[must_use]
pub fn avatar(name: &str, class: &str) -> Markup {
    let hue =
        name.bytes().fold(7_u32, |sum, b| sum.wrapping_mul(31).wrapping_add(u32::from(b))) % 8 + 1;
    html! { span class={ "avatar hue-" (hue) " " (class) } aria-hidden="true" data-i=(initials(name)) {} }
}

/// The first letters of the first two words; one Han character is enough.
fn initials(name: &str) -> String {
    let mut words = name.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    let Some(first) = words.next().and_then(|w| w.chars().next()) else {
        return "?".to_owned();
    };
    if !first.is_ascii() {
        return first.to_string();
    }
    let second = words.next().and_then(|w| w.chars().next()).filter(char::is_ascii);
    std::iter::once(first).chain(second).collect()
}

/// A person: avatar and name.
#[must_use]
pub fn person(name: &str) -> Markup {
    html! { span.line.tight.keep { (avatar(name, "")) span.cut { (name) } } }
}

/// A message at the top of what it is about.
#[must_use]
pub fn banner(tone: Tone, title: &str, body: &Markup) -> Markup {
    let picture = match tone {
        Tone::Ok => Icon::Passed,
        Tone::Warn => Icon::Warning,
        Tone::Bad => Icon::Failed,
        Tone::Fatal => Icon::Fatal,
        Tone::Info | Tone::Calm => Icon::Info,
    };
    let role = if matches!(tone, Tone::Bad | Tone::Fatal) { "alert" } else { "status" };
    html! {
        div class={ "banner " (tone.class()) } role=(role) {
            (icon(picture))
            div.body { strong { (title) } (body) }
        }
    }
}

/// The answer of a page in one sentence.
#[must_use]
pub fn verdict(state: Status, sentence: &str, more: &Markup) -> Markup {
    html! {
        div class={ "verdict " (state.tone().class()) } {
            (status_icon(state))
            div { p.say { (sentence) } div.small { (more) } }
        }
    }
}

/// How far something is; without a share it only says that it runs.
#[must_use]
pub fn progress(label: &str, share: Option<u8>) -> Markup {
    html! {
        div.progress {
            div.line { span { (label) } @if let Some(share) = share { span.num.muted { (share) "%" } } }
            @if let Some(share) = share {
                progress max="100" value=(share.min(100)) aria-label=(label) {}
            } @else {
                progress aria-label=(label) {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_of_many_kinds_of_names() {
        assert_eq!(initials("ada lovelace"), "al");
        assert_eq!(initials("mortise"), "m");
        assert_eq!(initials("王小明"), "王");
        assert_eq!(initials("---"), "?");
    }
}
