use axum::extract::Path;
use base::{Administer, Error};
use depots::rules::files::{self, FileRule};
use maud::{Markup, html};

use super::{
    super::frame::at, Page, Seen, Sent, group, people, people::Names, see, show as show_page,
};
use crate::{
    components::{
        Answer as Choice, Button, Column, Field, Icon, Tone, Weight, badge, icon, radios, table,
    },
    i18n::Text,
    request::{Answer, Fields, Visit},
    response,
};

type Whose = Path<(String, String, i64)>;

pub(super) async fn show(visit: Visit, Path((project, depot)): Path<(String, String)>) -> Answer {
    let seen = see(&visit, &project, &depot).await?;
    draw(&visit, &seen, &Sent::default()).await
}

pub(super) async fn create(
    visit: Visit,
    Path((project, depot)): Path<(String, String)>,
    fields: Fields,
) -> Answer {
    let granted = at::<Administer>(&visit, &project, &depot).await?.depot;
    let deny = fields.one("deny") == "yes";
    let done = files::create(&visit.call, &granted, fields.one("pattern"), deny).await;
    answer(&visit, (&project, &depot), done.map(|_| ()), ("make".to_owned(), fields, "pattern"))
        .await
}

pub(super) async fn save(
    visit: Visit,
    Path((project, depot, rule)): Whose,
    fields: Fields,
) -> Answer {
    let granted = at::<Administer>(&visit, &project, &depot).await?.depot;
    let done = files::modify(&visit.call, &granted, rule, fields.one("deny") == "yes").await;
    answer(&visit, (&project, &depot), done, (format!("rule-{rule}"), fields, "deny")).await
}

pub(super) async fn delete(visit: Visit, Path((project, depot, rule)): Whose) -> Answer {
    let granted = at::<Administer>(&visit, &project, &depot).await?.depot;
    let done = files::delete(&visit.call, &granted, rule).await;
    let form = (format!("rule-{rule}"), Fields::default(), "rule");
    answer(&visit, (&project, &depot), done, form).await
}

pub(super) async fn add(
    visit: Visit,
    Path((project, depot, rule)): Whose,
    fields: Fields,
) -> Answer {
    let granted = at::<Administer>(&visit, &project, &depot).await?.depot;
    let person = fields.on("user");
    let deny = fields.one("deny") == "yes";
    let done = match people::subject(&fields) {
        Ok(who) => files::add_privilege(&visit.call, &granted, rule, &who, deny).await,
        Err(error) => Err(error),
    };
    let form = format!("rule-{rule}");
    let form = (form, fields, if person { "user" } else { "who" });
    answer(&visit, (&project, &depot), done, form).await
}

pub(super) async fn change(
    visit: Visit,
    Path((project, depot, rule)): Whose,
    fields: Fields,
) -> Answer {
    let granted = at::<Administer>(&visit, &project, &depot).await?.depot;
    let (who, deny) = (people::subject(&fields)?, fields.one("deny") == "yes");
    let done = files::change_privilege(&visit.call, &granted, rule, &who, deny).await;
    answer(&visit, (&project, &depot), done, (format!("rule-{rule}"), fields, "who")).await
}

pub(super) async fn remove(
    visit: Visit,
    Path((project, depot, rule)): Whose,
    fields: Fields,
) -> Answer {
    let granted = at::<Administer>(&visit, &project, &depot).await?.depot;
    let who = people::subject(&fields)?;
    let done = files::remove_privilege(&visit.call, &granted, rule, &who).await;
    answer(&visit, (&project, &depot), done, (format!("rule-{rule}"), fields, "who")).await
}

async fn answer(
    visit: &Visit,
    (project, depot): (&str, &str),
    done: Result<(), Error>,
    (form, fields, name): (String, Fields, &str),
) -> Answer {
    let seen = see(visit, project, depot).await?;
    match done {
        Ok(()) => Ok(response::see_other(&seen.to("/files"))),
        Err(error) => {
            let sent = Sent::back(visit, form, fields, error, &[name])?;
            draw(visit, &seen, &sent).await
        }
    }
}

async fn draw(visit: &Visit, seen: &Seen, sent: &Sent) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let rules = files::list(&visit.call, &seen.at.depot).await?;
    let mut names = people::names(visit, seen.admin.as_ref()).await?;
    // Rules for files name people and roles alone.
    names.keys.clear();
    let (fields, faults) = sent.of("make", &[("deny", "yes")]);
    let body = html! {
        (group("files", t.filerule_title(), t.filerule_about(), &html! { @if rules.is_empty() { p { (t.filerule_none()) } } }))
        @for rule in &rules { (card(visit, seen, rule, &names, sent)) }
        @if seen.manages() {
            (crate::components::card(t.filerule_make(), None, &html! {
                form.form method="post" action=(seen.to("/files")) {
                    (sent.banner(visit, "make"))
                    (Field::new(ui, "pattern", t.filerule_pattern()).value(fields.one("pattern")).hint(t.filerule_pattern_hint()).mono().fault(faults.get("pattern")))
                    (radios("deny", t.filerule_default_ask(), &[
                        Choice { value: "yes", label: t.sets_denied(), hint: Some(t.filerule_default_deny()) },
                        Choice { value: "no", label: t.sets_allowed(), hint: Some(t.filerule_default_allow()) },
                    ], fields.one("deny")))
                    div.acts { (Button::submit(t.filerule_make()).weight(Weight::Primary).icon(Icon::Plus)) }
                }
            }))
        }
    };
    show_page(visit, seen, Page::Files, sent, &body).await
}

/// Allowed or denied, in word and colour.
fn answer_sign(t: Text, deny: bool) -> Markup {
    if deny {
        badge(t.sets_denied(), Some(Tone::Bad))
    } else {
        badge(t.sets_allowed(), Some(Tone::Ok))
    }
}

/// One rule with everything that it says.
fn card(visit: &Visit, seen: &Seen, rule: &FileRule, names: &Names, sent: &Sent) -> Markup {
    let t = visit.ui.t;
    let base = seen.to(&format!("/files/{}", rule.id));
    let mut columns = vec![Column::text(t.sets_who()), Column::text(t.filerule_answer())];
    if seen.manages() {
        columns.push(Column::number(""));
    }
    let mut lines: Vec<Vec<Markup>> = rule
        .privileges
        .iter()
        .map(|said| {
            let value = people::value(&said.holder);
            vec![
                people::holder(t, names, &said.holder),
                answer_sign(t, said.deny),
                html! {
                    form method="post" action={ (base) "/say/change" } {
                        input type="hidden" name="who" value=(value);
                        (turn(t.filerule_say_allow(), t.filerule_say_deny(), said.deny))
                    }
                    form method="post" action={ (base) "/say/remove" } {
                        input type="hidden" name="who" value=(value);
                        (Button::submit(t.action_remove()).small().weight(Weight::Danger))
                    }
                },
            ]
        })
        .collect();
    lines.push(vec![
        html! { span.line.tight.keep { (icon(Icon::Globe)) span.nowrap { (t.filerule_everybody()) } } },
        answer_sign(t, rule.deny_all),
        html! { form method="post" action=(base) { (turn(t.filerule_allow_all(), t.filerule_deny_all(), rule.deny_all)) } },
    ]);
    let id = format!("rule-{}", rule.id);
    html! {
        section.card id=(id) {
            header {
                h2.mono { (rule.pattern) }
                @if seen.manages() {
                    div.acts { form method="post" action={ (base) "/delete" } { (Button::submit(t.filerule_remove()).small().weight(Weight::Danger)) } }
                }
            }
            div.folds { (table(&rule.pattern, &columns, &lines)) }
            @if seen.manages() { div.body { (add_forms(visit, &base, &id, names, sent)) } }
        }
    }
}

/// The button that says the other of somebody.
fn turn<'a>(allow: &'a str, deny: &'a str, denied: bool) -> Button<'a> {
    let (label, value) = if denied { (allow, "no") } else { (deny, "yes") };
    Button::submit(label).value("deny", value).small().weight(Weight::Quiet)
}

fn add_forms(visit: &Visit, base: &str, id: &str, names: &Names, sent: &Sent) -> Markup {
    let t = visit.ui.t;
    let (fields, faults) = sent.of(id, &[("who", "role:member")]);
    let fault = faults.get("user").or_else(|| faults.get("who"));
    let person = format!("{id}-user");
    let buttons = html! {
        (Button::submit(t.filerule_say_allow()).value("deny", "no").small())
        (Button::submit(t.filerule_say_deny()).value("deny", "yes").small())
    };
    html! {
        div.stack.s12 {
            (sent.banner(visit, id))
            @if let Some(fault) = fault { p.line.tight.wrong id={ (id) "-fault" } { (icon(Icon::Failed)) (fault) } }
            div.halves {
                form.form method="post" action={ (base) "/say" } {
                    div.field {
                        label for=(person) { (t.sets_person()) }
                        input.input.mono id=(person) name="user" value=(fields.one("user")) required spellcheck="false" autocapitalize="none" list={ (person) "-list" }
                            aria-invalid=[faults.get("user").map(|_| "true")] aria-describedby=[fault.map(|_| format!("{id}-fault"))];
                        datalist id={ (person) "-list" } { @for name in &names.people { option value=(name) {} } }
                    }
                    div.acts { (buttons) }
                }
                form.form method="post" action={ (base) "/say" } {
                    (people::choice(t, &format!("{id}-who"), names, fields.one("who")))
                    div.acts { (buttons) }
                }
            }
        }
    }
}
