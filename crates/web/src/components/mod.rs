//! The furniture: one function or builder each, drawn in all its states on
//! the story page.

mod blocks;
mod button;
mod code;
mod diff;
mod field;
mod highlight;
mod icon;
mod markdown;
mod navigation;
mod signs;
#[cfg(test)]
mod tests;

pub use blocks::{
    Column, Entry, Figure, Moment, Row, Step, card, card_flush, dialog, empty, facts, figures,
    folding, row, rows, sheet, table, timeline, tree,
};
pub use button::{Button, Weight, acts, kbd};
pub use code::{Note, Source, code};
pub use diff::{
    FileDiff, Hunk, Inside, Line, LineKind, LineNotes, Pictures, Talk, View, anchor, churn, diff,
    diff_file, diff_inside, mark, path_to_copy,
};
pub use field::{
    Answer, Field, checkbox, checkboxes, copy_button, copy_field, previewed, radios, switch,
};
pub use highlight::{Language, highlight};
pub use icon::{Icon, icon, icon_named, icon_with};
pub use markdown::{Links, markdown};
pub use navigation::{Choice, Filter, Tab, breadcrumb, filters, menu, pager, tabs};
pub use signs::{
    Status, Tone, avatar, badge, banner, count, person, progress, status, status_icon, status_mark,
    verdict,
};
