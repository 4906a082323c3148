use axum::extract::Path;
use base::{Scope, Scopes};
use identity::tokens::{self, CreatedToken, NewToken, Token};
use maud::{Markup, Render, html};

use super::{Here, page};
use crate::{
    components::{
        Button, Column, Field, Icon, Tone, Weight, badge, banner, card, card_flush, checkbox,
        checkboxes, copy_field, empty, table,
    },
    i18n::Text,
    request::{Answer, Faults, Fields, Visit},
    response,
};

pub(super) async fn show(visit: Visit) -> Answer {
    let fields = Fields::of(&[("scope", "project:depot"), ("scope", "project:analysis")]);
    list(&visit, &fields, &Faults::default(), None).await
}

pub(super) async fn create(visit: Visit, fields: Fields) -> Answer {
    let user = visit.call.actor.user()?.id;
    let made = async {
        let mut scopes = Scopes::NOTHING;
        for scope in Scope::ALL {
            if fields.all("scope").any(|name| name == scope.name()) {
                scopes = scopes.with(*scope);
            }
        }
        let new = NewToken {
            user,
            team: None,
            label: fields.one("label").to_owned(),
            scopes,
            expires_at: fields.day("expires_at")?,
        };
        tokens::create(&visit.call, new).await
    };
    match made.await {
        // Shown in the answer itself, because it can be shown only once.
        Ok(made) => list(&visit, &Fields::default(), &Faults::default(), Some(made)).await,
        Err(error) => {
            let faults = Faults::of(&visit.ui, error, &["label", "scope", "expires_at"])?;
            list(&visit, &fields, &faults, None).await
        }
    }
}

pub(super) async fn revoke(visit: Visit, Path(id): Path<i64>) -> Answer {
    visit.call.actor.user()?;
    tokens::revoke(&visit.call, id).await?;
    Ok(response::see_other("/settings/tokens"))
}

async fn list(
    visit: &Visit,
    fields: &Fields,
    faults: &Faults,
    made: Option<CreatedToken>,
) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let user = visit.call.actor.user()?.id;
    let all = tokens::list(&visit.call, user).await?;
    let body = html! {
        @if let Some(made) = &made {
            (banner(Tone::Ok, &t.token_made(&made.token.label), &html! {
                p { (t.token_once()) }
                (copy_field(ui, made.secret.expose()))
            }))
        }
        @if all.is_empty() {
            (card(t.own_tokens(), None, &empty(ui, Icon::Key, t.token_none(), t.token_about(), &Markup::default(), &[])))
        } @else {
            (card_flush(t.own_tokens(), None, &tokens_table(visit, &all)))
        }
        (card(t.token_new(), None, &form(visit, fields, faults)))
    };
    page(visit, Here::Tokens, faults.status(), &body).await
}

fn tokens_table(visit: &Visit, all: &[Token]) -> Markup {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let now = visit.call.clock.now();
    let columns = [
        Column::text(t.token_label()),
        Column::text(t.token_scopes()),
        Column::text(t.token_expires()),
        Column::text(t.token_used()),
        Column::number(""),
    ];
    let lines: Vec<Vec<Markup>> = all
        .iter()
        .map(|token| {
            let over = token.expires_at.is_some_and(|end| end <= now);
            let scopes = token.scopes.to_string();
            vec![
                html! { strong { (token.label) } },
                html! { div.line.tight { @for scope in scopes.split(',') { (badge(scope, None)) } } },
                html! {
                    @if over { (badge(t.token_over(), Some(Tone::Bad))) }
                    @else if let Some(end) = token.expires_at { (ui.time(end.to_jiff())) }
                    @else { (t.time_never()) }
                },
                ui.time_or_never(token.last_used_at.map(base::Timestamp::to_jiff)),
                html! {
                    form method="post" action={ "/settings/tokens/" (token.id) "/revoke" } {
                        (Button::submit(t.action_revoke()).weight(Weight::Danger).small())
                    }
                },
            ]
        })
        .collect();
    table(t.own_tokens(), &columns, &lines)
}

fn form(visit: &Visit, fields: &Fields, faults: &Faults) -> Markup {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let boxes = html! {
        @for scope in Scope::ALL {
            (checkbox("scope", scope.name(), scope.name(), Some(scope_about(t, *scope)), fields.all("scope").any(|s| s == scope.name())))
        }
    };
    html! {
        form.form method="post" action="/settings/tokens" {
            (faults.banner(ui))
            div.pair {
                (Field::new(ui, "label", t.token_label()).value(fields.one("label")).hint(t.token_label_hint()).fault(faults.get("label")))
                (Field::new(ui, "expires_at", t.token_expires()).kind("date").value(fields.one("expires_at")).optional().hint(t.token_expires_hint()).fault(faults.get("expires_at")))
            }
            (checkboxes(t.token_scopes(), Some(t.token_scopes_hint()), faults.get("scope"), &boxes))
            div.acts { (Button::submit(t.token_create()).weight(Weight::Primary).render()) }
        }
    }
}

/// What a scope lets do, in words.
pub(crate) fn scope_about(t: Text, scope: Scope) -> &'static str {
    match scope {
        Scope::User => t.scope_user(),
        Scope::UserEmail => t.scope_email(),
        Scope::Notification => t.scope_notification(),
        Scope::Project => t.scope_project(),
        Scope::ProjectApiDoc => t.scope_api_doc(),
        Scope::ProjectArtifacts => t.scope_artifacts(),
        Scope::ProjectDepot => t.scope_depot(),
        Scope::ProjectFile => t.scope_file(),
        Scope::ProjectIssue => t.scope_issue(),
        Scope::ProjectKey => t.scope_key(),
        Scope::ProjectMembers => t.scope_members(),
        Scope::ProjectNotice => t.scope_notice(),
        Scope::ProjectAnalysis => t.scope_analysis(),
        Scope::ProjectCi => t.scope_ci(),
        Scope::TeamAdmin => t.scope_team(),
    }
}
