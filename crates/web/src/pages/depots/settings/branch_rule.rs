use axum::extract::Path;
use base::{Administer, Error, Granted};
use depots::{
    Depot,
    rules::branches::{self, BranchRuleChange, BranchRuleMember},
};
use maud::{Markup, html};

use super::{
    super::frame::at,
    Page, Seen, Sent,
    branches::{existing, matches},
    danger, group, people, see, show as show_page, yes,
};
use crate::{
    components::{
        Button, Column, Field, Icon, Tone, Weight, badge, card_flush, checkbox, facts, icon,
        switch, table,
    },
    request::{Answer, Fields, Visit},
    response,
};

type Whose = Path<(String, String, i64)>;

pub(super) async fn show(visit: Visit, Path((project, depot, rule)): Whose) -> Answer {
    let seen = see(&visit, &project, &depot).await?;
    draw(&visit, &seen, rule, &Sent::default()).await
}

async fn granted(
    visit: &Visit,
    project: &str,
    depot: &str,
) -> Result<Granted<Depot, Administer>, Error> {
    Ok(at::<Administer>(visit, project, depot).await?.depot)
}

pub(super) async fn save(
    visit: Visit,
    Path((project, depot, rule)): Whose,
    fields: Fields,
) -> Answer {
    let granted = granted(&visit, &project, &depot).await?;
    let done = match fields.one("required_grants").parse() {
        Ok(grants) => {
            let change = BranchRuleChange {
                pattern: Some(fields.one("pattern").to_owned()),
                deny_force_push: Some(fields.on("deny_force_push")),
                force_squash: Some(fields.on("force_squash")),
                required_grants: Some(grants),
                required_status: Some(fields.on("required_status")),
                status_contexts: Some(
                    fields.one("status_contexts").lines().map(str::to_owned).collect(),
                ),
                must_merge_to: Some(fields.one("must_merge_to").to_owned()),
                code_owners: Some(fields.on("code_owners")),
            };
            branches::modify(&visit.call, &granted, rule, change).await
        }
        Err(_) => Err(Error::invalid("required_grants", "must be between 0 and 50")),
    };
    let names = ["pattern", "required_grants", "status_contexts", "must_merge_to"];
    let fields = ("demands", fields, &names as &[_]);
    answer(&visit, (&project, &depot, rule), done.map(|_| ()), fields).await
}

pub(super) async fn delete(visit: Visit, Path((project, depot, rule)): Whose) -> Answer {
    let granted = granted(&visit, &project, &depot).await?;
    branches::delete(&visit.call, &granted, rule).await?;
    let seen = see(&visit, &project, &depot).await?;
    Ok(response::see_other(&seen.to("/branches")))
}

pub(super) async fn add(
    visit: Visit,
    Path((project, depot, rule)): Whose,
    fields: Fields,
) -> Answer {
    let granted = granted(&visit, &project, &depot).await?;
    let person = fields.on("user");
    let done = match people::subject(&fields) {
        Ok(who) => branches::add_member(&visit.call, &granted, rule, &who, fields.on("push")).await,
        Err(error) => Err(error),
    };
    let form: (_, _, &[&str]) =
        if person { ("person", fields, &["user"]) } else { ("role", fields, &["who"]) };
    answer(&visit, (&project, &depot, rule), done, form).await
}

pub(super) async fn change(
    visit: Visit,
    Path((project, depot, rule)): Whose,
    fields: Fields,
) -> Answer {
    let granted = granted(&visit, &project, &depot).await?;
    let who = people::subject(&fields)?;
    let push = fields.one("push") == "yes";
    let done = branches::change_member(&visit.call, &granted, rule, &who, push).await;
    answer(&visit, (&project, &depot, rule), done, ("members", fields, &[])).await
}

pub(super) async fn remove(
    visit: Visit,
    Path((project, depot, rule)): Whose,
    fields: Fields,
) -> Answer {
    let granted = granted(&visit, &project, &depot).await?;
    let who = people::subject(&fields)?;
    let done = branches::remove_member(&visit.call, &granted, rule, &who).await;
    answer(&visit, (&project, &depot, rule), done, ("members", fields, &[])).await
}

/// The way on after a form: the page of the rule, with what is wrong or anew.
async fn answer(
    visit: &Visit,
    (project, depot, rule): (&str, &str, i64),
    done: Result<(), Error>,
    (form, fields, names): (&str, Fields, &[&str]),
) -> Answer {
    let seen = see(visit, project, depot).await?;
    match done {
        Ok(()) => Ok(response::see_other(&seen.to(&format!("/branches/{rule}")))),
        Err(error) => {
            let sent = Sent::back(visit, form, fields, error, names)?;
            draw(visit, &seen, rule, &sent).await
        }
    }
}

async fn draw(visit: &Visit, seen: &Seen, rule: i64, sent: &Sent) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let rule = branches::get(&visit.call, &seen.at.depot, rule).await?;
    let members = branches::members(&visit.call, &seen.at.depot, rule.id).await?;
    let names = people::names(visit, seen.admin.as_ref()).await?;
    let existing = existing(visit, seen).await?;
    let base = seen.to(&format!("/branches/{}", rule.id));
    let grants = rule.required_grants.to_string();
    let contexts = rule.status_contexts.join("\n");
    let ticks = [
        ("deny_force_push", rule.deny_force_push),
        ("force_squash", rule.force_squash),
        ("required_status", rule.required_status),
        ("code_owners", rule.code_owners),
    ];
    let mut kept = vec![
        ("pattern", rule.pattern.as_str()),
        ("required_grants", &grants),
        ("status_contexts", &contexts),
        ("must_merge_to", &rule.must_merge_to),
    ];
    kept.extend(ticks.iter().filter(|(_, on)| *on).map(|(name, _)| (*name, "on")));
    let (fields, faults) = sent.of("demands", &kept);
    let demands = if seen.manages() {
        html! {
            form.form method="post" action=(base) {
                (sent.banner(visit, "demands"))
                (Field::new(ui, "pattern", t.branchrule_pattern()).value(fields.one("pattern")).hint(t.branchrule_pattern_hint()).mono().fault(faults.get("pattern")))
                (switch("deny_force_push", t.branchrule_field_force(), Some(t.branchrule_field_force_hint()), fields.on("deny_force_push")))
                (Field::new(ui, "required_grants", t.branchrule_field_grants()).kind("number").between("0", "50").value(fields.one("required_grants")).fault(faults.get("required_grants")))
                (switch("required_status", t.branchrule_field_status(), Some(t.branchrule_field_status_hint()), fields.on("required_status")))
                (Field::new(ui, "status_contexts", t.branchrule_field_contexts()).area(2).value(fields.one("status_contexts")).hint(t.branchrule_field_contexts_hint()).mono().optional().fault(faults.get("status_contexts")))
                (switch("code_owners", t.branchrule_field_owners(), Some(t.branchrule_field_owners_hint()), fields.on("code_owners")))
                (switch("force_squash", t.branchrule_field_squash(), Some(t.branchrule_field_squash_hint()), fields.on("force_squash")))
                (Field::new(ui, "must_merge_to", t.branchrule_field_must_merge()).value(fields.one("must_merge_to")).hint(t.branchrule_field_must_merge_hint()).mono().optional().suggestions(&existing[..existing.len().min(100)]).fault(faults.get("must_merge_to")))
                div.acts { (Button::submit(t.action_save()).weight(Weight::Primary)) }
            }
        }
    } else {
        facts(
            true,
            &[
                (t.branchrule_pattern(), html! { code { (rule.pattern) } }),
                (t.branchrule_field_force(), yes(t, rule.deny_force_push)),
                (t.branchrule_field_grants(), html! { (rule.required_grants) }),
                (
                    t.branchrule_field_status(),
                    html! { (yes(t, rule.required_status)) @if rule.required_status { @for context in &rule.status_contexts { " " code { (context) } } } },
                ),
                (t.branchrule_field_owners(), yes(t, rule.code_owners)),
                (t.branchrule_field_squash(), yes(t, rule.force_squash)),
                (
                    t.branchrule_field_must_merge(),
                    html! { @if rule.must_merge_to.is_empty() { span.muted { (t.sets_none()) } } @else { code { (rule.must_merge_to) } } },
                ),
            ],
        )
    };
    let remove = html! {
        form.form method="post" action={ (base) "/delete" } {
            p { (t.branchrule_remove_about()) }
            div.acts { (Button::submit(t.branchrule_remove()).weight(Weight::Danger).icon(Icon::Trash)) }
        }
    };
    let body = html! {
        div.stack.s4 {
            a.line.tight href=(seen.to("/branches")) { (icon(Icon::Left)) (t.branchrule_back()) }
            h2.line { (icon(Icon::Lock)) span.mono { (rule.pattern) } }
            p.small.muted { (matches(t, &rule, &existing)) }
        }
        (group("demands", t.branchrule_demands(), t.branchrule_demands_about(), &demands))
        (list(visit, seen, &base, &members, &names, sent))
        @if seen.manages() { (danger(t.branchrule_remove(), &remove)) }
    };
    show_page(visit, seen, Page::Branches, sent, &body).await
}

/// Whom the rule names, with the forms that change it.
fn list(
    visit: &Visit,
    seen: &Seen,
    base: &str,
    members: &[BranchRuleMember],
    names: &people::Names,
    sent: &Sent,
) -> Markup {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let mut columns = vec![Column::text(t.sets_who()), Column::text("")];
    if seen.manages() {
        columns.push(Column::number(""));
    }
    let lines: Vec<Vec<Markup>> = members
        .iter()
        .map(|member| {
            let value = people::value(&member.holder);
            let (label, push) = if member.allow_push {
                (t.branchrule_member_forbid(), "no")
            } else {
                (t.branchrule_member_allow(), "yes")
            };
            vec![
                people::holder(t, names, &member.holder),
                html! {
                    @if member.allow_push { (badge(t.branchrule_member_push(), Some(Tone::Ok))) }
                    @else { (badge(t.branchrule_member_no_push(), None)) }
                },
                html! {
                    form method="post" action={ (base) "/members/change" } {
                        input type="hidden" name="who" value=(value);
                        (Button::submit(label).value("push", push).small().weight(Weight::Quiet))
                    }
                    form method="post" action={ (base) "/members/remove" } {
                        input type="hidden" name="who" value=(value);
                        (Button::submit(t.action_remove()).small().weight(Weight::Danger))
                    }
                },
            ]
        })
        .collect();
    let (person, person_faults) = sent.of("person", &[("push", "on")]);
    let (role, role_faults) = sent.of("role", &[("push", "on"), ("who", "role:admin")]);
    html! {
        (card_flush(t.branchrule_members(), None, &html! {
            div.body { p.muted { @if members.is_empty() { (t.branchrule_members_none()) } @else { (t.branchrule_members_about()) } } (sent.banner(visit, "members")) }
            @if !members.is_empty() { (table(t.branchrule_members(), &columns, &lines)) }
        }))
        @if seen.manages() {
            div.halves {
                (crate::components::card(t.branchrule_add_person(), None, &html! {
                    form.form method="post" action={ (base) "/members" } {
                        (Field::new(ui, "user", t.sets_person()).value(person.one("user")).hint(t.sets_person_hint()).mono().suggestions(&names.people).fault(person_faults.get("user")))
                        (checkbox("push", "on", t.branchrule_member_push(), None, person.on("push")))
                        div.acts { (Button::submit(t.branchrule_add_person()).icon(Icon::Plus)) }
                    }
                }))
                (crate::components::card(t.branchrule_add_role(), None, &html! {
                    form.form method="post" action={ (base) "/members" } {
                        @if let Some(fault) = role_faults.get("who") { p.fault { (fault) } }
                        (people::choice(t, "f-who", names, role.one("who")))
                        (checkbox("push", "on", t.branchrule_member_push(), None, role.on("push")))
                        div.acts { (Button::submit(t.branchrule_add_role()).icon(Icon::Plus)) }
                    }
                }))
            }
        }
    }
}
