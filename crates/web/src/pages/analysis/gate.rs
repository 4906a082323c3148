use analysis::{PlanChange, RuleTitles, Tried, Verdict, what_if};
use axum::extract::Path;
use base::{Error, Read, Write};
use maud::{Markup, html};

use super::{
    conditions::{fields_of, gate_of, lines},
    frame::{At, at, short},
    words::{condition_name, value},
};
use crate::{
    components::{
        Button, Column, Status, Tone, Weight, banner, card, card_flush, folding, status, switch,
    },
    layout::{Head, head},
    request::{Answer, Faults, Fields, Place, Visit},
    response,
};

/// Scans on which conditions are tried.
const TRIED: u64 = 30;
const NAMES: &[&str] = &["conditions", "least_lines", "days"];

pub(super) async fn show(visit: Visit, Path((project, plan)): Path<(String, String)>) -> Answer {
    let at = at::<Read>(&visit, &project, &plan).await?;
    let fields = fields_of(&at.plan.definition.gate);
    page(&visit, &at, &fields, &Faults::default(), None).await
}

async fn page(
    visit: &Visit,
    at: &At<Read>,
    fields: &Fields,
    faults: &Faults,
    tried: Option<&[Tried]>,
) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let base = at.base();
    let top = Head {
        crumbs: at.crumbs(visit, &[(t.gate_title().to_owned(), String::new())]),
        title: t.gate_title().to_owned(),
        meta: html! { span { (t.quality_gate_about()) } },
        ..Head::default()
    };
    let context = analysis::status_context(&at.plan);
    let titles = analysis::rule_titles(&visit.call, &at.plan).await?;
    let content = html! {
        (head(&top))
        div.stack {
            @if let Some(tried) = tried { (history(visit, at, &titles, tried)) }
            form.stack method="post" action={ (base) "/gate" } {
                (faults.banner(ui))
                (card(t.quality_conditions(), None, &html! { div.form {
                    (switch("enabled", t.gate_on(), Some(t.gate_hint()), fields.on("enabled")))
                    (lines(ui, fields, faults))
                    p.small.muted { (t.quality_changed_next()) }
                } }))
                div.line {
                    (Button::submit(t.action_save()).weight(Weight::Primary))
                    button.button type="submit" name="try" value="1" { (t.quality_try()) }
                    (Button::link(t.action_cancel(), &base).weight(Weight::Quiet))
                }
            }
            (banner(Tone::Info, t.quality_status(), &html! { p { (t.quality_status_about()) " " code { (context) } } }))
        }
    };
    let place = Place { title: t.gate_title(), status: Some(faults.status()), ..Place::default() };
    at.show(visit, place, html! { div.column { (content) } }).await
}

/// What the conditions would have said.
fn history(visit: &Visit, at: &At<Read>, titles: &RuleTitles, tried: &[Tried]) -> Markup {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let failed = tried.iter().filter(|one| one.would.verdict == Verdict::Failed).count();
    let word = |verdict: Verdict| match verdict {
        Verdict::Passed => status(ui, Status::Passed),
        Verdict::Failed => status(ui, Status::Failed),
        Verdict::None => html! { span.muted { (t.quality_no_gate()) } },
    };
    let columns = [
        Column::text(t.quality_scan()),
        Column::text(t.quality_was()),
        Column::text(t.quality_would()),
        Column::text(t.quality_why()),
    ];
    let lines: Vec<Vec<Markup>> = tried
        .iter()
        .map(|one| {
            let broken: Vec<String> = one
                .would
                .conditions
                .iter()
                .filter(|measured| !measured.holds)
                .map(|measured| {
                    let condition = &measured.condition;
                    let name = condition_name(t, titles, &condition.metric, condition.scope);
                    format!("{name}: {}", value(&condition.metric, measured.value))
                })
                .collect();
            vec![
                html! { a href=(at.scan(one.number)) { (t.scan_number(one.number)) } div.mono.small.muted { (short(&one.commit)) } },
                word(one.was),
                word(one.would.verdict),
                html! { span.small { (broken.join(t.list_and())) } },
            ]
        })
        .collect();
    let title = t.quality_tried(failed, tried.len());
    html! { @if tried.is_empty() { (banner(Tone::Info, t.quality_nothing_to_try(), &Markup::default())) } @else { (card_flush(&title, None, &folding(&title, &columns, &lines))) } }
}

pub(super) async fn change(
    visit: Visit,
    Path((project, plan)): Path<(String, String)>,
    fields: Fields,
) -> Answer {
    let read = at::<Read>(&visit, &project, &plan).await?;
    if fields.on("try") {
        let tried = match gate_of(&fields) {
            Ok(gate) => what_if(&visit.call, &read.plan, &gate, TRIED).await,
            Err(error) => Err(error),
        };
        return match tried {
            Ok(tried) => page(&visit, &read, &fields, &Faults::default(), Some(&tried)).await,
            Err(error) => {
                let faults = Faults::of(&visit.ui, error, NAMES)?;
                page(&visit, &read, &fields, &faults, None).await
            }
        };
    }
    let at = at::<Write>(&visit, &project, &plan).await?;
    let saved = async {
        let mut definition = at.plan.definition.clone();
        definition.gate = gate_of(&fields)?;
        let change = PlanChange { definition: Some(definition), ..PlanChange::default() };
        analysis::modify_plan(&visit.call, &at.plan, change).await?;
        Ok::<_, Error>(())
    };
    match saved.await {
        Ok(()) => Ok(response::see_other(&at.base())),
        Err(error) => {
            let faults = Faults::of(&visit.ui, error, NAMES)?;
            page(&visit, &read, &fields, &faults, None).await
        }
    }
}
