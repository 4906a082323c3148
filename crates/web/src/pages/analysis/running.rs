use analysis::{Scan, ScanState};
use maud::{Markup, html};

use crate::{
    components::{Button, Icon, Weight, progress},
    request::Visit,
};

/// How far a scan is, as a part that asks anew until it is over.
pub(super) fn running(visit: &Visit, scan: &Scan, address: &str, may_cancel: bool) -> Markup {
    let t = visit.ui.t;
    let stage = &scan.progress;
    let words = match (scan.state, stage.name.as_str()) {
        (ScanState::Waiting, _) => t.stage_waiting(),
        (ScanState::Queued, _) | (_, "") => t.stage_queued(),
        (_, "fetch") => t.stage_fetch(),
        (_, "list") => t.stage_list(),
        (_, "analyse") => t.stage_analyse(),
        (_, "adapters") => t.stage_adapters(),
        (_, "dependencies") => t.stage_dependencies(),
        (_, "join") => t.stage_join(),
        (_, "compare") => t.stage_compare(),
        (_, "script") => t.stage_script(),
        (_, _) => t.stage_save(),
    };
    let share = (stage.total > 0)
        .then(|| u8::try_from(stage.done.saturating_mul(100) / stage.total).unwrap_or(100));
    html! {
        div.body.stack.s12 {
            div.line.apart {
                strong { (t.scan_running(scan.number)) }
                @if may_cancel {
                    form method="post" action={ (address) "/cancel" } { (Button::submit(t.scan_cancel()).icon(Icon::Stop).small().weight(Weight::Danger)) }
                }
            }
            (progress(words, share))
        }
    }
}

/// The same within a card of a page; `then` is where the page goes at the end.
pub(super) fn running_card(visit: &Visit, scan: &Scan, address: &str, may_cancel: bool) -> Markup {
    html! { div.card data-live={ (address) "?part=progress" } { (running(visit, scan, address, may_cancel)) } }
}
