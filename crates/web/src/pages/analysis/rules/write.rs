//! Writing a rule and trying it, by a button or while one types.

use analysis::{Language, RuleFault, TriedRule};
use axum::{
    extract::{Path, Request},
    http::StatusCode,
};
use base::{Granted, Read};
use maud::{Markup, html};
use projects::Project;

use super::super::frame::trail;
use super::{list::address_of, trial};
use crate::{
    components::{Button, Field, Icon, Weight, icon},
    layout::{Head, Section, head},
    request::{Answer, Faults, Fields, Place, Visit, link},
    response,
};

/// What a form with a rule and a sample may hold, in bytes.
const LONGEST: usize = 512 * 1024;
const NAMES: &[&str] = &["rule", "sample", "language"];

/// A rule to begin with.
const BEGIN: &str = "id: no-print
language: python
severity: warning
message: \"`$X` is printed; write it to the log\"
rule:
  pattern: print($X)
metadata:
  category: smell
  effort_min: 5
  title: Print left over
  docs:
    en:
      what: Calls of `print` with one argument.
      why: Nobody reads what a service prints.
      fix: Use the logger of the module.
  tests:
    valid:
      - log.info(x)
    invalid:
      - print(x)
";
const SAMPLE: &str = "def f(x):\n    print(x)\n    log.info(x)\n";

pub(super) async fn new(visit: Visit, Path(slug): Path<String>) -> Answer {
    let project = writable(&visit, &slug).await?;
    let fields = Fields::of(&[("rule", BEGIN), ("sample", SAMPLE), ("language", "python")]);
    let tried = tried(&visit, &fields).await?;
    form(&visit, &slug, &project, None, &fields, &Faults::default(), Some(&tried)).await
}

pub(super) async fn edit(visit: Visit, Path((slug, name)): Path<(String, String)>) -> Answer {
    let project = writable(&visit, &slug).await?;
    let rule = analysis::own_rule(&visit.call, &project, &name).await?;
    let read = analysis::OwnRule::parse(&rule.text).ok();
    let info = read.as_ref().map(analysis::OwnRule::info);
    let sample = info.and_then(|info| info.examples.invalid.first()).map_or("", String::as_str);
    let language = info.and_then(|info| info.languages.first()).map_or("", |one| one.id());
    let fields = Fields::of(&[("rule", &rule.text), ("sample", sample), ("language", language)]);
    let tried = tried(&visit, &fields).await?;
    form(&visit, &slug, &project, Some(&name), &fields, &Faults::default(), Some(&tried)).await
}

/// The project, for whoever may write rules of its team.
async fn writable(visit: &Visit, slug: &str) -> Result<Granted<Project, Read>, base::Error> {
    let project = visit.project::<Read>(slug).await?;
    if analysis::may_write_rules(&visit.call, project.team) {
        return Ok(project);
    }
    Err(base::Error::denied("the role of an admin in the team"))
}

pub(super) async fn create(visit: Visit, Path(slug): Path<String>, request: Request) -> Answer {
    sent(visit, slug, None, request).await
}

pub(super) async fn save(
    visit: Visit,
    Path((slug, name)): Path<(String, String)>,
    request: Request,
) -> Answer {
    sent(visit, slug, Some(name), request).await
}

async fn sent(visit: Visit, slug: String, name: Option<String>, request: Request) -> Answer {
    let project = writable(&visit, &slug).await?;
    let fields = Fields::read(request, LONGEST).await?;
    if fields.on("preview") {
        let tried = tried(&visit, &fields).await?;
        if visit.part {
            let seen = trial::draw(&visit, fields.raw("sample"), &tried);
            return Ok(response::page(StatusCode::OK, html! { div data-part { (seen) } }));
        }
        let name = name.as_deref();
        return form(&visit, &slug, &project, name, &fields, &Faults::default(), Some(&tried))
            .await;
    }
    let text = fields.raw("rule").replace("\r\n", "\n");
    match analysis::save_own_rule(&visit.call, &project, &text, name.is_none()).await {
        Ok(rule) => Ok(response::see_other(&address_of(&slug, &rule.name))),
        Err(error) => {
            let faults = Faults::of(&visit.ui, error, NAMES)?;
            let tried = tried(&visit, &fields).await?;
            form(&visit, &slug, &project, name.as_deref(), &fields, &faults, Some(&tried)).await
        }
    }
}

pub(super) async fn remove(visit: Visit, Path((slug, name)): Path<(String, String)>) -> Answer {
    let project = writable(&visit, &slug).await?;
    analysis::remove_own_rule(&visit.call, &project, &name).await?;
    Ok(response::see_other(&link(&["p", &slug, "analysis", "rules"], "")))
}

async fn tried(
    visit: &Visit,
    fields: &Fields,
) -> Result<Result<TriedRule, RuleFault>, base::Error> {
    let text = fields.raw("rule").replace("\r\n", "\n");
    let sample = fields.raw("sample").replace("\r\n", "\n");
    analysis::try_rule(&visit.call, &text, fields.one("language"), &sample).await
}

async fn form(
    visit: &Visit,
    slug: &str,
    project: &Granted<Project, Read>,
    name: Option<&str>,
    fields: &Fields,
    faults: &Faults,
    tried: Option<&Result<TriedRule, RuleFault>>,
) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let nav = visit.nav(project).await?;
    let base = link(&["p", slug, "analysis", "rules"], "");
    let title = name.map_or_else(|| t.rules_new().to_owned(), |name| format!("own/{name}"));
    let crumbs = [(t.rules_title().to_owned(), base.clone()), (title.clone(), String::new())];
    let top = Head {
        crumbs: trail(visit, &nav, slug, &crumbs),
        title: title.clone(),
        meta: html! { span { (t.rules_write_about()) } },
        ..Head::default()
    };
    let languages: Vec<(&str, &str)> = Language::all()
        .filter(|spec| spec.language.is_analysed())
        .map(|s| (s.id, s.name))
        .collect();
    let seen = tried.map(|tried| trial::draw(visit, fields.raw("sample"), tried));
    let inside = html! {
        form.form method="post" data-unsaved {
            // What Enter in a field presses is the first button of a form.
            button type="submit" hidden {}
            (faults.banner(ui))
            div.editing {
                div.stack.s12 {
                    (area(t.rules_text(), "rule", t.rules_text_hint(), 26, fields, faults))
                    (area(t.rules_sample(), "sample", t.rules_sample_hint(), 10, fields, faults))
                    (Field::new(ui, "language", t.rules_sample_language()).choice(&languages).value(fields.one("language")))
                }
                section.preview #preview aria-label=(t.rules_try()) tabindex="-1" {
                    button.button.small type="submit" name="preview" value="1" formaction="#preview" formnovalidate data-preview { (icon(Icon::Play)) (t.rules_try()) }
                    div.card aria-live="polite" hidden[seen.is_none()] { @if let Some(seen) = &seen { (seen) } }
                }
            }
            div.acts { (Button::submit(t.action_save()).weight(Weight::Primary)) (Button::link(t.action_cancel(), &base)) }
        }
        @if let Some(name) = name {
            form method="post" action=(link(&["p", slug, "analysis", "rules", "own", name, "delete"], "")) {
                (Button::submit(t.rules_remove()).weight(Weight::Danger).icon(Icon::Trash))
                p.small.muted { (t.rules_remove_about()) }
            }
        }
    };
    let place = Place {
        title: &title,
        project: Some(&nav),
        section: Section::Analysis,
        status: Some(faults.status()),
        wide: true,
        ..Place::default()
    };
    visit.show(place, html! { (head(&top)) div.stack { (inside) } }).await
}

/// A field for code. The line end at its start is no part of the text: HTML
/// drops the first one.
fn area(
    label: &str,
    name: &str,
    hint: &str,
    lines: u8,
    fields: &Fields,
    faults: &Faults,
) -> Markup {
    let id = format!("f-{name}");
    html! {
        div.field {
            label for=(id) { (label) }
            textarea.input.mono.code-area id=(id) name=(name) rows=(lines) spellcheck="false" autocapitalize="none" autocomplete="off" wrap="off" data-tabs aria-describedby={ (id) "-hint" } { "\n" (fields.raw(name)) }
            @if let Some(fault) = faults.get(name) { p.fault { (icon(Icon::Failed)) span { (fault) } } }
            p.hint id={ (id) "-hint" } { (hint) }
        }
    }
}
