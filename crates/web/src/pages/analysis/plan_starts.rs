//! What starts a plan's scans: pushes, tags, and the clock.

use analysis::{Definition, Hook, HookEvent, Triggers};
use maud::{Markup, html};

use crate::{
    components::{Field, card, switch},
    request::{Faults, Fields, Visit},
};

/// Zones that are offered while typing; every other one is taken as well.
const ZONES: [&str; 10] = [
    "Asia/Shanghai",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Los_Angeles",
    "Australia/Sydney",
    "UTC",
];

/// The names of the fields of this part, for faults.
pub(super) const NAMES: [&str; 4] = ["triggers", "folders", "schedule", "time_zone"];

/// The card of the form. A plan whose triggers say more than it has fields for
/// keeps them.
pub(super) fn card_of(visit: &Visit, fields: &Fields, faults: &Faults) -> Markup {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let zones: Vec<String> = ZONES.iter().map(|&zone| zone.to_owned()).collect();
    let due = due(visit, &definition(fields, Definition::default()));
    let several = fields.on("several_hooks");
    card(
        t.plan_starts(),
        None,
        &html! { div.form {
            (switch("push", t.plan_push(), Some(t.plan_push_hint()), fields.on("push")))
            @if several {
                input type="hidden" name="several_hooks" value="on";
                p.small.muted { (t.plan_several_hooks()) }
            } @else {
                (switch("tags", t.plan_tags(), None, fields.on("tags")))
                div.pair {
                    (Field::new(ui, "pattern", t.plan_pattern()).value(fields.one("pattern")).hint(t.plan_pattern_hint()).placeholder("release/*").mono().optional().fault(faults.get("triggers")))
                    (Field::new(ui, "folders", t.plan_folders()).value(fields.one("folders")).area(2).hint(t.plan_folders_hint()).placeholder("services/shop").mono().optional().fault(faults.get("folders")))
                }
            }
            div.pair {
                (Field::new(ui, "schedule", t.plan_schedule()).value(fields.one("schedule")).hint(t.plan_schedule_hint()).placeholder("30 2 * * 1-5").mono().optional().fault(faults.get("schedule")))
                (Field::new(ui, "time_zone", t.plan_zone()).value(fields.one("time_zone")).hint(t.plan_zone_hint()).placeholder("UTC").suggestions(&zones).mono().optional().fault(faults.get("time_zone")))
            }
            @if let Some(due) = due { p.small.muted { (t.plan_due()) " " (due) } }
            (switch("history_secrets", t.leaks_option(), Some(t.leaks_option_hint()), fields.on("history_secrets")))
        } },
    )
}

/// When the clock starts the next scan, if it does.
pub(super) fn due(visit: &Visit, definition: &Definition) -> Option<Markup> {
    let now = visit.call.clock.now();
    let next = analysis::next_run(definition, now).ok().flatten()?;
    Some(visit.ui.time(next.to_jiff()))
}

/// What the form says of triggers, on top of what the plan had.
pub(super) fn definition(fields: &Fields, before: Definition) -> Definition {
    let push = fields.on("push");
    let schedule = fields.one("schedule").to_owned();
    let mut hooks = before.triggers.hooks.clone();
    if !fields.on("several_hooks") {
        let mut events = Vec::new();
        if push {
            events.push(HookEvent::Push);
        }
        if fields.on("tags") {
            events.push(HookEvent::Tag);
        }
        let known = hooks.first().cloned().unwrap_or_default();
        events.extend(known.events.iter().copied().filter(|one| *one == HookEvent::MergeRequest));
        let folders = fields.one("folders").lines().map(str::trim).filter(|one| !one.is_empty());
        let hook = Hook {
            branch: fields.one("pattern").to_owned(),
            folders: folders.map(str::to_owned).collect(),
            events,
            ..known
        };
        hooks = if hook.events.is_empty() { Vec::new() } else { vec![hook] };
    } else if !push && !schedule.is_empty() {
        hooks.clear();
    }
    let enabled = push || fields.on("tags") || !schedule.is_empty();
    let zone = fields.one("time_zone").to_owned();
    Definition {
        triggers: Triggers { enabled, hooks, schedule, time_zone: zone },
        history_secrets: fields.on("history_secrets"),
        ..before
    }
}

/// The triggers of a plan as the fields of the form.
pub(super) fn values(triggers: &Triggers) -> Vec<(&'static str, String)> {
    let on = |on: bool| if on { "on".to_owned() } else { String::new() };
    let first = triggers.hooks.first();
    let has =
        |event| triggers.enabled && triggers.hooks.iter().any(|hook| hook.events.contains(&event));
    let plain = triggers.hooks.len() <= 1 && first.is_none_or(|hook| hook.depot.is_none());
    vec![
        ("push", on(has(HookEvent::Push))),
        ("tags", on(has(HookEvent::Tag))),
        ("several_hooks", on(!plain)),
        ("pattern", first.map(|hook| hook.branch.clone()).unwrap_or_default()),
        ("folders", first.map(|hook| hook.folders.join("\n")).unwrap_or_default()),
        ("schedule", triggers.schedule.clone()),
        ("time_zone", triggers.time_zone.clone()),
    ]
}
