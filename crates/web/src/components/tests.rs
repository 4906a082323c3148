//! How the furniture is built, as text to be compared.

use insta::assert_snapshot;
use maud::{Markup, Render, html};

use super::{
    Button, Choice, Column, Field, Filter, Icon, Row, Status, Step, Tone, Weight, banner,
    breadcrumb, copy_field, empty, filters, pager, progress, row, status, table, tabs,
};
use crate::{
    charts::{Bar, Frame, Ink, Plot, Series, ribbon, trend},
    i18n::Lang,
    ui::{Theme, Ui},
};

fn ui(lang: Lang) -> Ui {
    Ui::new(lang, Theme::Auto, "2026-11-21T12:00:00Z".parse().unwrap())
}

/// One element a line, so that a difference can be read.
fn lines(markup: &Markup) -> String {
    markup.0.replace("><", ">\n<")
}

#[test]
fn buttons() {
    let all = html! {
        (Button::submit("Save").weight(Weight::Primary))
        (Button::link("Next <b>", "/x?a=1&b=2").icon(Icon::Right).small())
        (Button::script("Help", "help").icon(Icon::Keyboard).icon_only())
    };
    assert_snapshot!(lines(&all));
}

#[test]
fn a_field_that_is_wrong() {
    let ui = ui(Lang::Zh);
    let field = Field::new(&ui, "name", "名称")
        .value("a\"b")
        .hint("提示")
        .fault(Some("不对"))
        .optional()
        .mono();
    assert_snapshot!(lines(&field.render()));
}

#[test]
fn states_are_shape_word_and_colour() {
    let ui = ui(Lang::En);
    let all = html! { @for state in Status::ALL { (status(&ui, *state)) "\n" } };
    for state in Status::ALL {
        assert!(all.0.contains(state.word(&ui)) && all.0.contains(state.tone().class()));
    }
    let words =
        |ui: &Ui| Status::ALL.iter().map(|state| state.word(ui)).collect::<Vec<_>>().join(", ");
    assert_snapshot!(words(&ui));
    assert_snapshot!(words(&self::ui(Lang::Zh)));
}

#[test]
fn lists_and_ways() {
    let ui = ui(Lang::En);
    let chips = [Filter {
        label: "Severity",
        choices: vec![Choice {
            label: "Error".into(),
            href: "?severity=error".into(),
            count: Some(1_208),
            on: true,
        }],
    }];
    let all = html! {
        (row(&Row { lead: Markup::default(), title: "<script>", href: "/x", signs: Markup::default(), meta: html! { span { "m" } }, side: Markup::default() }))
        (filters(&ui, &chips, Some("?"), &Markup::default()))
        (breadcrumb(&ui, "path", &[("a".into(), "/a".into()), ("b".into(), String::new())]))
        (pager(&ui, None, "Page 1", Some("?page=2")))
        (tabs("Tabs", &[]))
    };
    assert_snapshot!(lines(&all));
}

#[test]
fn blocks() {
    let ui = ui(Lang::En);
    let all = html! {
        (banner(Tone::Bad, "Nothing was saved", &Markup::default()))
        (progress("Counting", Some(62)))
        (copy_field(&ui, "git clone <x>"))
        (empty(&ui, Icon::Depot, "Empty", "Why", &Markup::default(), &[Step { label: "Do", command: "a\nb" }]))
        (table("Table", &[Column::text("a"), Column::number("b")], &[vec![html! { "x" }, html! { "1" }]]))
    };
    assert_snapshot!(lines(&all));
}

#[test]
fn charts() {
    let ui = ui(Lang::En);
    let at: Vec<String> = (1..=3).map(|n| format!("#{n}")).collect();
    let series = [Series { name: "Open", ink: Ink::Number(1), values: &[4, 10, 7] }];
    let frame = Frame { title: "Open findings", about: "They fell." };
    assert_snapshot!(
        "trend",
        lines(&trend(&ui, &frame, &Plot { at: &at, series: &series, height: 180, tenths: false }))
    );
    let bar = |name: &str, value| Bar { name: name.into(), value, ink: Ink::Number(1), href: None };
    assert_snapshot!("ribbon", lines(&ribbon(&ui, &frame, &[bar("Rust", 3), bar("C", 1)])));
}
