use maud::{Markup, html};

use super::{Listed, Section, Source};
use crate::{
    components::{Button, Icon, Tone, badge, card, card_flush, count, empty, icon},
    i18n::group,
    layout::{Head, head},
    request::{Answer, Asked, Place, Visit, link},
};

pub(super) async fn show(source: &dyn Source, visit: &Visit, asked: &Asked) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let wish = asked.one("q");
    let only = asked.some("supported").is_some();
    let sections: Vec<Section> = source
        .sections()
        .into_iter()
        .map(|mut section| {
            section.actions.retain(|action| (action.supported || !only) && fits(action, wish));
            section
        })
        .filter(|section| !section.actions.is_empty())
        .collect();
    let top = Head {
        title: t.app_docs().to_owned(),
        meta: html! { span { (t.reference_about()) } },
        acts: html! { (Button::link(t.reference_machine(), "/docs/api.json")) },
        ..Head::default()
    };
    let body = html! {
        (head(&top))
        div.stack.s16 {
            form.chips method="get" action="/docs/api" role="search" {
                input.input.fit type="search" name="q" value=(wish) placeholder=(t.reference_find()) aria-label=(t.reference_find());
                label.tick { input type="checkbox" name="supported" value="1" checked[only]; span { (t.reference_only()) } }
                (Button::submit(t.nav_search()).small())
            }
            @if sections.is_empty() {
                (card(t.app_docs(), None, &empty(ui, Icon::Search, t.search_none(), t.reference_none(), &Markup::default(), &[])))
            }
            @for section in &sections {
                div id=(section.key) { (card_flush(section.name.of(t.lang), Some(&known(section)), &rows(visit, section))) }
            }
        }
    };
    visit.show(Place { title: t.app_docs(), ..Place::default() }, body).await
}

/// Every word of the wish is in the name or in what the action does.
fn fits(action: &Listed, wish: &str) -> bool {
    let text = format!("{} {} {}", action.name, action.about.en, action.about.zh).to_lowercase();
    wish.to_lowercase().split_whitespace().all(|word| text.contains(word))
}

/// How many of a section's actions can be done.
fn known(section: &Section) -> Markup {
    let known = section.actions.iter().filter(|action| action.supported).count();
    let number = |count: usize| group(i64::try_from(count).unwrap_or(i64::MAX));
    html! { (count(&format!("{} / {}", number(known), number(section.actions.len())))) }
}

fn rows(visit: &Visit, section: &Section) -> Markup {
    let t = visit.ui.t;
    html! {
        div.rows {
            @for action in &section.actions {
                div.row {
                    div.lead { (icon(Icon::Terminal)) }
                    div.title {
                        a href=(link(&["docs", "api", &action.name], "")) data-row { (action.name) }
                        @if !action.supported { (badge(t.reference_later(), Some(Tone::Calm))) }
                    }
                    div.meta { span { (action.about.of(t.lang)) } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::reference::Words;

    #[test]
    fn every_word_of_the_wish_must_fit() {
        let about = Words {
            en: "Lists the depots of a project.".into(),
            zh: "查询项目下仓库".into(),
        };
        let action = Listed { name: "DescribeProjectDepots".into(), about, supported: true };
        for wish in ["", "depot", "LISTS project", "仓库", "describe 项目"] {
            assert!(fits(&action, wish), "{wish}");
        }
        assert!(!fits(&action, "depot branch"));
    }
}
