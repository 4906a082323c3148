//! Pictures drawn on the server as SVG.
//!
//! Positions across are percentages and sizes of type are pixels, so a chart
//! fits any width without scripts and without shrinking its words. Each says
//! in its title what it shows, has its numbers as a table behind a toggle,
//! and its points can be reached with the keyboard.

mod bars;
mod frame;
mod plot;
mod ring;
mod scale;
mod spark;
mod treemap;

pub use bars::{Bar, bars, gauge, ribbon};
pub use frame::Frame;
pub use plot::{Plot, Series, stacked, trend};
pub use ring::ring;
pub use spark::spark;
pub use treemap::{Cell, treemap};

/// The colour of a series; the words name it as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// One of the eight colours, counted from 1; 0 and others are grey, for
    /// the rest.
    Number(u8),
    /// The colour of what is good.
    Ok,
    /// The colour of warnings.
    Warn,
    /// The colour of errors.
    Bad,
    /// The colour of what is fatal.
    Fatal,
    /// The colour of information.
    Info,
}

impl Ink {
    /// The class that sets the colour.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Number(1) => "ink-1",
            Self::Number(2) => "ink-2",
            Self::Number(3) => "ink-3",
            Self::Number(4) => "ink-4",
            Self::Number(5) => "ink-5",
            Self::Number(6) => "ink-6",
            Self::Number(7) => "ink-7",
            Self::Number(8) => "ink-8",
            Self::Number(_) => "ink-0",
            Self::Ok => "ink-ok",
            Self::Warn => "ink-warn",
            Self::Bad => "ink-bad",
            Self::Fatal => "ink-fatal",
            Self::Info => "ink-info",
        }
    }
}
