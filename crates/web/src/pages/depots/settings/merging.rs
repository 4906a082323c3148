use axum::extract::Path;
use base::Administer;
use depots::rules::merging::{
    self, MergeSettings, MergeSettingsChange, Squash, TEMPLATE_VARIABLES,
};
use maud::{Markup, html};

use super::{
    super::frame::at, Page, Seen, Sent, branches::existing, group, see, show as show_page, yes,
};
use crate::{
    components::{Answer as Choice, Button, Field, Weight, facts, radios, switch},
    i18n::Text,
    request::{Answer, Fault, Fields, Visit},
    response,
};

const NAMES: [&str; 3] = ["target_branch", "merge_template", "squash_template"];

pub(super) async fn show(visit: Visit, Path((project, depot)): Path<(String, String)>) -> Answer {
    let seen = see(&visit, &project, &depot).await?;
    draw(&visit, &seen, &Sent::default()).await
}

pub(super) async fn save(
    visit: Visit,
    Path((project, depot)): Path<(String, String)>,
    fields: Fields,
) -> Answer {
    let granted = at::<Administer>(&visit, &project, &depot).await?.depot;
    let text = |name| fields.one(name).replace("\r\n", "\n");
    let change = MergeSettingsChange {
        delete_source: Some(fields.on("delete_source")),
        fast_forward: Some(fields.on("fast_forward")),
        cancel_grants: Some(fields.on("cancel_grants")),
        status_check: Some(fields.on("status_check")),
        all_reviewers: Some(fields.on("all_reviewers")),
        squash: Some(fields.one("squash").parse()?),
        target_branch: Some(fields.one("target_branch").to_owned()),
        merge_template: Some(text("merge_template")),
        squash_template: Some(text("squash_template")),
    };
    let done = merging::modify(&visit.call, &granted, change).await;
    let seen = see(&visit, &project, &depot).await?;
    match done {
        Ok(_) => Ok(response::see_other(&seen.to("/merging"))),
        Err(error) => {
            let sent = Sent::back(&visit, "merging", fields, error, &NAMES)?;
            draw(&visit, &seen, &sent).await
        }
    }
}

async fn draw(visit: &Visit, seen: &Seen, sent: &Sent) -> Answer {
    let t = visit.ui.t;
    let settings = merging::get(&visit.call, &seen.at.depot).await?;
    let inside = if seen.manages() {
        form(visit, seen, &settings, sent).await?
    } else {
        shown(t, &settings)
    };
    let variables: Vec<(String, &str)> =
        TEMPLATE_VARIABLES.iter().map(|name| (format!("%{{{name}}}"), variable(t, name))).collect();
    let table = html! {
        dl.facts.wide { @for (name, words) in &variables { div { dt { code { (name) } } dd { (words) } } } }
    };
    let body = html! {
        (group("merging", t.merging_title(), t.merging_about(), &inside))
        (group("variables", t.merging_variables(), &t.merging_variables_about("%{title}"), &table))
    };
    show_page(visit, seen, Page::Merging, sent, &body).await
}

/// What a variable of a template stands for.
fn variable(t: Text, name: &str) -> &'static str {
    match name {
        "title" => t.merging_var_title(),
        "description" => t.merging_var_description(),
        "number" => t.merging_var_number(),
        "url" => t.merging_var_url(),
        "source_branch" => t.merging_var_source_branch(),
        "target_branch" => t.merging_var_target_branch(),
        "author" => t.merging_var_author(),
        "merged_by" => t.merging_var_merged_by(),
        "reviewers" => t.merging_var_reviewers(),
        "commits" => t.merging_var_commits(),
        _ => "",
    }
}

async fn form(
    visit: &Visit,
    seen: &Seen,
    settings: &MergeSettings,
    sent: &Sent,
) -> Result<Markup, Fault> {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let existing = existing(visit, seen).await?;
    let ticks = [
        ("delete_source", settings.delete_source),
        ("fast_forward", settings.fast_forward),
        ("cancel_grants", settings.cancel_grants),
        ("status_check", settings.status_check),
        ("all_reviewers", settings.all_reviewers),
    ];
    let mut kept = vec![
        ("squash", settings.squash.as_str()),
        ("target_branch", &settings.target_branch),
        ("merge_template", &settings.merge_template),
        ("squash_template", &settings.squash_template),
    ];
    kept.extend(ticks.iter().filter(|(_, on)| *on).map(|(name, _)| (*name, "on")));
    let (fields, faults) = sent.of("merging", &kept);
    let squash = [
        (Squash::No, t.merging_squash_no(), t.merging_squash_no_hint()),
        (Squash::Default, t.merging_squash_default(), t.merging_squash_default_hint()),
        (Squash::Force, t.merging_squash_force(), t.merging_squash_force_hint()),
    ]
    .map(|(value, label, hint)| Choice { value: value.as_str(), label, hint: Some(hint) });
    Ok(html! {
        form.form method="post" action=(seen.to("/merging")) {
            (sent.banner(visit, "merging"))
            (Field::new(ui, "target_branch", t.merging_target()).value(fields.one("target_branch")).hint(t.merging_target_hint()).mono().optional().suggestions(&existing[..existing.len().min(100)]).fault(faults.get("target_branch")))
            (switch("delete_source", t.merging_delete_source(), Some(t.merging_delete_source_hint()), fields.on("delete_source")))
            (switch("fast_forward", t.merging_fast_forward(), Some(t.merging_fast_forward_hint()), fields.on("fast_forward")))
            (switch("status_check", t.merging_status_check(), Some(t.merging_status_check_hint()), fields.on("status_check")))
            (switch("all_reviewers", t.merging_all_reviewers(), Some(t.merging_all_reviewers_hint()), fields.on("all_reviewers")))
            (switch("cancel_grants", t.merging_cancel_grants(), Some(t.merging_cancel_grants_hint()), fields.on("cancel_grants")))
            (radios("squash", t.merging_squash(), &squash, fields.one("squash")))
            (Field::new(ui, "merge_template", t.merging_merge_template()).area(4).value(fields.one("merge_template")).hint(t.merging_template_hint()).placeholder("Merge %{source_branch}: %{title}").mono().optional().fault(faults.get("merge_template")))
            (Field::new(ui, "squash_template", t.merging_squash_template()).area(4).value(fields.one("squash_template")).hint(t.merging_template_hint()).placeholder("%{title}\n\n%{description}").mono().optional().fault(faults.get("squash_template")))
            div.acts { (Button::submit(t.action_save()).weight(Weight::Primary)) }
        }
    })
}

fn shown(t: Text, settings: &MergeSettings) -> Markup {
    let squash = match settings.squash {
        Squash::No => t.merging_squash_no(),
        Squash::Default => t.merging_squash_default(),
        Squash::Force => t.merging_squash_force(),
    };
    let text = |text: &str| html! { @if text.is_empty() { span.muted { (t.sets_none()) } } @else { code.wrap { (text) } } };
    facts(
        true,
        &[
            (t.merging_target(), text(&settings.target_branch)),
            (t.merging_delete_source(), yes(t, settings.delete_source)),
            (t.merging_fast_forward(), yes(t, settings.fast_forward)),
            (t.merging_status_check(), yes(t, settings.status_check)),
            (t.merging_all_reviewers(), yes(t, settings.all_reviewers)),
            (t.merging_cancel_grants(), yes(t, settings.cancel_grants)),
            (t.merging_squash(), html! { (squash) }),
            (t.merging_merge_template(), text(&settings.merge_template)),
            (t.merging_squash_template(), text(&settings.squash_template)),
        ],
    )
}
