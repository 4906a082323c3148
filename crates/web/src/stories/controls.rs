use jiff::{SignedDuration, Timestamp};
use maud::{Markup, Render, html};

use super::story;
use crate::{
    components::{
        Answer, Button, Choice, Column, Entry, Field, Figure, Filter, Icon, Moment, Row, Status,
        Step, Tab, Tone, Weight, avatar, badge, banner, breadcrumb, card, card_flush, checkbox,
        checkboxes, copy_field, empty, facts, figures, filters, icon, kbd, pager, person, progress,
        radios, row, rows, sheet, status, status_icon, switch, table, tabs, timeline, tree,
        verdict,
    },
    ui::Ui,
};

pub(super) fn stories(ui: &Ui) -> Markup {
    html! {
        (story("Verdict and figures", &overview(ui)))
        (story("Buttons", &buttons(ui)))
        (story("Signs", &signs(ui)))
        (story("Fields", &fields(ui)))
        (story("Lists", &lists(ui)))
        (story("Table and facts", &tables(ui)))
        (story("Folder", &folder(ui)))
        (story("What happened", &happened(ui)))
        (story("Empty", &nothing(ui)))
    }
}

fn ago(ui: &Ui, minutes: i64) -> Timestamp {
    ui.now.checked_sub(SignedDuration::from_mins(minutes)).unwrap_or(ui.now)
}

fn overview(ui: &Ui) -> Markup {
    let figure =
        |name, value: &str, note: Option<(&str, &'static str)>, state: Option<Status>| Figure {
            name,
            value: value.to_owned(),
            note: note.map(|(words, direction)| (words.to_owned(), direction)),
            href: Some("#".to_owned()),
            lead: state.map(
                |s| html! { span class={ "status " (s.tone().class()) } { (status_icon(s)) } },
            ),
            spark: Some(crate::charts::spark(
                crate::charts::Ink::Number(1),
                &[4, 6, 5, 8, 12, 9, 7],
            )),
        };
    html! {
        (verdict(Status::Passed, "Gate passed. 3 new findings since v1.4, 12 fixed.", &html! { "main at 3f9a1c2, " (ui.time(ago(ui, 12))) }))
        (verdict(Status::Failed, "Gate failed: 2 new errors, none allowed.", &html! { a href="#" { "2 new errors" } }))
        (figures(&[
            figure(ui.t.severity_fatal(), "0", None, Some(Status::Fatal)),
            figure(ui.t.severity_error(), "14", Some(("+2", "up")), Some(Status::Error)),
            figure(ui.t.severity_warning(), "1,208", Some(("\u{2212}31", "down")), Some(Status::Warning)),
            figure(ui.t.code_copy(), "3.1 %", None, None),
        ]))
    }
}

fn buttons(ui: &Ui) -> Markup {
    let t = ui.t;
    html! {
        div.line {
            (Button::submit(t.action_create()).weight(Weight::Primary).icon(Icon::Plus))
            (Button::submit(t.action_save()))
            (Button::submit(t.action_cancel()).weight(Weight::Quiet))
            (Button::submit(t.action_delete()).weight(Weight::Danger).icon(Icon::Trash))
            (Button::submit(t.action_save()).disabled(true))
            (Button::link(t.action_next(), "#").icon(Icon::Right))
            (Button::script(t.keys_title(), "help").icon(Icon::Keyboard).icon_only())
            (Button::submit(t.action_save()).small())
            (kbd("g")) (kbd("a"))
        }
        div.line { @for (_, shape) in Icon::ALL { (icon(*shape)) } }
        (tabs("Tabs", &[
            Tab { label: t.nav_overview(), href: "#".into(), count: None, here: true },
            Tab { label: t.status_open(), href: "#".into(), count: Some(1_208), here: false },
            Tab { label: t.status_fixed(), href: "#".into(), count: Some(31), here: false },
        ]))
        (filters(ui, &[
            Filter { label: "Severity", choices: vec![
                Choice { label: t.severity_error().into(), href: "#".into(), count: Some(14), on: true },
                Choice { label: t.severity_warning().into(), href: "#".into(), count: Some(1_208), on: false },
            ] },
            Filter { label: "Rule", choices: vec![Choice { label: "python-bare-except".into(), href: "#".into(), count: Some(3), on: false }] },
        ], Some("#"), &Markup::default()))
        (breadcrumb(ui, "path", &[("engine".into(), "#".into()), ("src".into(), "#".into()), ("main.rs".into(), "#".into())]))
        (pager(ui, Some("#"), &t.list_page_of(2, 14), Some("#")))
    }
}

fn signs(ui: &Ui) -> Markup {
    html! {
        div.line.wide { @for state in Status::ALL { (status(ui, *state)) } }
        div.line {
            (badge("main", None)) (badge("admin", Some(Tone::Info))) (badge("expired", Some(Tone::Bad)))
            (badge("paused", Some(Tone::Warn))) (badge("active", Some(Tone::Ok)))
            (person("Ada Lovelace")) (person("王小明")) @for name in ["m", "n", "o", "p", "q", "r", "s", "t"] { (avatar(name, "large")) } (avatar("x", "square large"))
        }
        (banner(Tone::Info, "The scan is running.", &html! { span { "Figures below are those of the scan before." } }))
        (banner(Tone::Warn, "This token is shown once.", &html! { (copy_field(ui, "3f9a1c2e5b7d9f1a3c5e7b9d1f3a5c7e9b1d3f5a")) }))
        (banner(Tone::Bad, ui.t.field_errors(), &Markup::default()))
        (progress("Counting lines", Some(62)))
    }
}

fn fields(ui: &Ui) -> Markup {
    let form = html! {
        form.form.column {
            (Field::new(ui, "s-name", "Name").value("analytical-engine").hint("Part of the address.").prefix("/p/").mono())
            (Field::new(ui, "s-mail", "Email").kind("email").value("ada@").fault(Some("This is no email address.")))
            (Field::new(ui, "s-text", "Description").area(3).optional().placeholder("What is this project for?"))
            div.pair {
                (Field::new(ui, "s-branch", "Branch").choice(&[("main", "main"), ("dev", "dev")]).value("main"))
                (Field::new(ui, "s-date", "Expires").kind("date").value("2027-01-01"))
            }
            (radios("s-kind", "Who sees it", &[
                Answer { value: "private", label: "Private", hint: Some("Only its members.") },
                Answer { value: "team", label: "Team", hint: Some("Everyone in the team.") },
            ], "private"))
            (checkboxes("Scopes", Some("What the token may do."), None, &html! {
                (checkbox("s-scope", "depot", "depot", Some("Read and write code"), true))
                (checkbox("s-scope", "analysis", "analysis", None, false))
            }))
            (switch("s-on", "Scan on every push", None, true))
            div.acts { (Button::submit(ui.t.action_save()).weight(Weight::Primary)) (Button::link(ui.t.action_cancel(), "#").weight(Weight::Quiet)) }
        }
    };
    html! {
        (card("Settings", None, &form))
        (copy_field(ui, "git clone http://127.0.0.1:8080/mortise/engine/core.git"))
        (copy_field(ui, "git remote add origin http://127.0.0.1:8080/mortise/engine/core.git\ngit push -u origin main"))
    }
}

fn lists(ui: &Ui) -> Markup {
    let line = |state: Status, title: &str, path: &str, minutes| {
        row(&Row {
            lead: html! { span class={ "status " (state.tone().class()) } { (status_icon(state)) } },
            title,
            href: "#",
            signs: html! { (badge("python-bare-except", None)) },
            meta: html! { span.mono { (path) } span { (person("Ada Lovelace")) } span { (ui.time(ago(ui, minutes))) } },
            side: html! { (status(ui, Status::Open)) },
        })
    };
    sheet(&rows(&html! {
        (line(Status::Fatal, "SQL text is built from a request", "src/server/query/handlers/list.py:188", 20))
        (line(Status::Error, "Bare except hides every error, the keyboard's interrupt as well", "src/server/main.py:42", 60 * 26))
        (line(Status::Warning, "捕获了所有异常,错误会被吞掉", "docs/脚本/构建.py:7", 60 * 24 * 40))
    }))
}

fn tables(ui: &Ui) -> Markup {
    let columns = [
        Column::text("Language"),
        Column::number("Files"),
        Column::number("Code"),
        Column::number("Comment"),
    ];
    let line = |name: &str, a: &str, b: &str, c: &str| {
        vec![html! { (name) }, html! { (a) }, html! { (b) }, html! { (c) }]
    };
    html! {
        (card_flush("Languages", None, &table("Languages", &columns, &[
            line("Python", "883", "120,381", "18,204"),
            line("JavaScript", "87", "22,010", "1,944"),
            line("CSS", "16", "3,020", "80"),
        ])))
        (card("Facts", None, &facts(true, &[
            ("Branch", html! { (badge("main", None)) }),
            ("Created", ui.time(ago(ui, 60 * 24 * 3))),
            ("By", person("Ada Lovelace")),
        ])))
    }
}

fn folder(ui: &Ui) -> Markup {
    let entry = |name: &str, shape, minutes| Entry {
        name: name.to_owned(),
        note: String::new(),
        href: Some("#".to_owned()),
        icon: shape,
        last: Some((
            "Count blank lines as such, not as code".into(),
            "#".into(),
            ui.time(ago(ui, minutes)),
        )),
        end: String::new(),
    };
    sheet(&tree(
        "Files",
        &[
            entry("docs", Icon::Folder, 200),
            entry("src", Icon::Folder, 12),
            entry("README.md", Icon::File, 60 * 24 * 90),
        ],
    ))
}

fn happened(ui: &Ui) -> Markup {
    timeline(&[
        Moment {
            icon: Icon::New,
            tone: Tone::Warn.class(),
            said: html! { "Found in scan 12 " span.muted { (ui.time(ago(ui, 60 * 24 * 9))) } },
            note: None,
        },
        Moment {
            icon: Icon::Ignored,
            tone: "",
            said: html! { (person("Ada Lovelace")) " ignored it" },
            note: Some("Generated file; the generator is fixed in #12.".into()),
        },
        Moment {
            icon: Icon::Passed,
            tone: Tone::Ok.class(),
            said: html! { "Fixed in 3f9a1c2" },
            note: None,
        },
    ])
}

fn nothing(ui: &Ui) -> Markup {
    sheet(&empty(
        ui,
        Icon::Depot,
        "No code yet",
        "A depot keeps the code of one program and its whole history.",
        &Button::link(ui.t.nav_create_depot(), "#").weight(Weight::Primary).render(),
        &[Step {
            label: "Push a repository you have",
            command: "git remote add origin http://127.0.0.1:8080/mortise/engine/core.git\ngit push -u origin main",
        }],
    ))
}
