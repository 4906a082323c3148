//! The furniture around every page: bar, rail, head, foot.

use maud::{DOCTYPE, Markup, html};

use crate::{
    assets,
    components::{Button, Icon, Weight, avatar, dialog, icon, kbd, menu},
    ui::{Theme, Ui},
};

/// Who looks at the page.
#[derive(Clone, Debug)]
pub struct Person {
    /// The name to sign in with.
    pub name: String,
    /// The name to be called by.
    pub display: String,
    /// May see the administration of the team.
    pub admin: bool,
}

/// The project that a page belongs to.
#[derive(Clone, Debug)]
pub struct Project {
    /// Its part of the address.
    pub slug: String,
    /// Its name for people.
    pub display: String,
    /// May change its settings.
    pub manage: bool,
}

/// The entry of the rail that is marked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Section {
    /// None.
    #[default]
    None,
    /// The project's overview.
    Overview,
    /// Depots.
    Code,
    /// Plans, scans, findings.
    Analysis,
    /// Who works here.
    Members,
    /// The project's settings.
    Settings,
}

/// What stands around a page.
#[derive(Clone, Debug)]
pub struct Shell<'a> {
    /// For whom it is drawn.
    pub ui: Ui,
    /// The title of the window, without our name.
    pub title: &'a str,
    /// Who looks; strangers see a sign-in link.
    pub person: Option<&'a Person>,
    /// The projects of the switcher, `(slug, name)`.
    pub projects: &'a [(String, String)],
    /// The project with its rail.
    pub project: Option<&'a Project>,
    /// The marked entry of the rail.
    pub section: Section,
    /// Takes the whole width: code, diff, board, log.
    pub wide: bool,
    /// Seconds after which the page asks anew where no script does.
    pub refresh: Option<u16>,
}

impl<'a> Shell<'a> {
    /// A page without person, project and rail.
    #[must_use]
    pub const fn new(ui: Ui, title: &'a str) -> Self {
        Self {
            ui,
            title,
            person: None,
            projects: &[],
            project: None,
            section: Section::None,
            wide: false,
            refresh: None,
        }
    }
}

/// The top of a page's content.
#[derive(Debug, Default)]
pub struct Head {
    /// What stands above the title: where one is.
    pub crumbs: Markup,
    /// The title.
    pub title: String,
    /// Badges beside it.
    pub signs: Markup,
    /// One line of facts, each in an element of its own.
    pub meta: Markup,
    /// Buttons; at most one primary.
    pub acts: Markup,
}

/// Draws a page's head.
#[must_use]
pub fn head(head: &Head) -> Markup {
    html! {
        header.head {
            (head.crumbs)
            div.top { h1 { (head.title) (head.signs) } div.acts { (head.acts) } }
            @if !head.meta.0.is_empty() { div.meta { (head.meta) } }
        }
    }
}

/// A whole page.
#[must_use]
pub fn page(shell: &Shell<'_>, body: &Markup) -> Markup {
    let ui = &shell.ui;
    document(
        shell,
        &html! {
            a.skip href="#main" { (ui.t.app_skip()) }
            (bar(shell))
            div class=(if shell.project.is_some() { "frame railed" } else { "frame" }) {
                @if let Some(project) = shell.project { (rail(ui, project, shell.section)) }
                main #main tabindex="-1" {
                    div class=(if shell.wide { "whole" } else { "held" }) { (body) }
                    (foot(ui, shell.wide))
                }
            }
            (help(ui))
            @if shell.person.is_some() { (palette(shell)) }
        },
    )
}

/// A page with nothing around it but our mark: signing in, consent.
#[must_use]
pub fn door(shell: &Shell<'_>, title: &str, line: &str, body: &Markup) -> Markup {
    document(
        shell,
        &html! {
            main #main.door tabindex="-1" {
                div.brand {
                    img src=(assets::MARK_SVG) width="48" height="48" alt="";
                    h1 { (title) }
                    @if !line.is_empty() { p.muted { (line) } }
                }
                (body)
                div.line.wide.small.muted.center { (languages(&shell.ui)) }
            }
        },
    )
}

fn document(shell: &Shell<'_>, body: &Markup) -> Markup {
    let ui = &shell.ui;
    html! {
        (DOCTYPE)
        html lang=(ui.t.lang.tag()) data-theme=(ui.theme.word()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (shell.title) " · " (ui.t.app_name()) }
                link rel="stylesheet" href=(assets::APP_CSS);
                link rel="icon" type="image/svg+xml" href=(assets::MARK_SVG);
                script type="module" src=(assets::APP_JS) {}
                @for module in assets::MODULES { link rel="modulepreload" href=(module); }
                @if let Some(seconds) = shell.refresh {
                    noscript { meta http-equiv="refresh" content=(seconds); }
                }
            }
            body { (body) }
        }
    }
}

fn bar(shell: &Shell<'_>) -> Markup {
    let (ui, t) = (&shell.ui, shell.ui.t);
    html! {
        header.bar {
            @if shell.project.is_some() {
                button.button.quiet.icon-only.burger type="button" popovertarget="rail" aria-label=(t.nav_menu()) { (icon(Icon::Menu)) }
            }
            a.mark href="/" data-go="h" aria-label={ (t.app_name()) ", " (t.nav_home()) } {
                img src=(assets::MARK_SVG) width="24" height="24" alt="";
                span { (t.app_name()) }
            }
            @if shell.person.is_some() {
                nav.where aria-label=(t.nav_projects()) {
                    span.slash aria-hidden="true" { "/" }
                    (switcher(shell))
                }
                form.find action="/-/search" role="search" aria-label=(t.nav_search()) {
                    (icon(Icon::Search))
                    input #find type="search" name="q" placeholder=(t.nav_search_hint()) aria-label=(t.nav_search()) autocomplete="off";
                    (kbd("/"))
                }
            } @else {
                span.grow {}
            }
            div.tools { (tools(ui, shell)) }
        }
    }
}

fn switcher(shell: &Shell<'_>) -> Markup {
    let t = shell.ui.t;
    html! {
        details.menu.start {
            summary {
                @if let Some(project) = shell.project { span.cut { (project.display) } } @else { span { (t.nav_projects()) } }
                (icon(Icon::Down))
            }
            div.panel {
                @if shell.projects.len() > 6 {
                    input.input type="search" data-narrow placeholder=(t.action_filter()) aria-label=(t.action_filter());
                }
                @for (slug, display) in shell.projects {
                    a.item href={ "/p/" (slug) } aria-current=[shell.project.filter(|p| p.slug == *slug).map(|_| "true")] {
                        (avatar(slug, "square")) span.cut { (display) }
                    }
                }
                @if !shell.projects.is_empty() { hr; }
                a.item href="/" { (icon(Icon::Home)) (t.nav_home()) }
                a.item href="/projects/new" { (icon(Icon::Plus)) (t.nav_create_project()) }
            }
        }
    }
}

fn tools(ui: &Ui, shell: &Shell<'_>) -> Markup {
    let t = ui.t;
    let Some(person) = shell.person else {
        return html! {
            (preferences(ui))
            (Button::link(t.nav_sign_in(), "/login").weight(Weight::Primary))
        };
    };
    let create = html! {
        a.item href="/projects/new" { (icon(Icon::Overview)) (t.nav_create_project()) }
        @if let Some(project) = shell.project {
            a.item href={ "/p/" (project.slug) "/depots/new" } { (icon(Icon::Depot)) (t.nav_create_depot()) }
            a.item href={ "/p/" (project.slug) "/depots/import" } { (icon(Icon::Import)) (t.nav_import_depot()) }
            a.item href={ "/p/" (project.slug) "/analysis/new" } { (icon(Icon::Analysis)) (t.nav_create_plan()) }
        }
    };
    let own = html! {
        div.about { strong { (person.display) } div.small.muted { (person.name) } }
        a.item href="/settings" { (icon(Icon::Settings)) (t.nav_profile()) }
        @if person.admin { a.item href="/admin" { (icon(Icon::Users)) (t.nav_admin()) } }
        a.item href="/docs/api" { (icon(Icon::Book)) (t.app_docs()) }
        button.item type="button" data-do="help" { (icon(Icon::Keyboard)) (t.keys_title()) span.n { "?" } }
        hr;
        form method="post" action="/logout" { button.item type="submit" { (icon(Icon::SignOut)) (t.nav_sign_out()) } }
    };
    html! {
        (menu("", &html! { (icon(Icon::Plus)) (icon(Icon::Down)) }, Some(t.nav_create()), &create))
        (preferences(ui))
        details.menu {
            summary.button.quiet.icon-only aria-label=(t.nav_profile()) title=(person.display) { (avatar(&person.display, "")) }
            div.panel { (own) }
        }
    }
}

fn preferences(ui: &Ui) -> Markup {
    let t = ui.t;
    let themes = [
        (Theme::Auto, Icon::Screen, t.prefs_theme_auto()),
        (Theme::Light, Icon::Sun, t.prefs_theme_light()),
        (Theme::Dark, Icon::Moon, t.prefs_theme_dark()),
    ];
    html! {
        details.menu {
            summary.button.quiet.icon-only aria-label={ (t.prefs_theme()) ", " (t.prefs_lang()) } title={ (t.prefs_theme()) ", " (t.prefs_lang()) } { (icon(Icon::Globe)) }
            form.panel method="post" action="/-/prefs" data-prefs {
                div.label { (t.prefs_lang()) }
                button.item name="lang" value="en" lang="en" aria-pressed=(pressed(ui.t.lang.short() == "en")) { (icon(Icon::Globe)) "English" }
                button.item name="lang" value="zh" lang="zh" aria-pressed=(pressed(ui.t.lang.short() == "zh")) { (icon(Icon::Globe)) "简体中文" }
                hr;
                div.label { (t.prefs_theme()) }
                @for (theme, picture, words) in themes {
                    button.item name="theme" value=(theme.word()) aria-pressed=(pressed(theme == ui.theme)) { (icon(picture)) (words) }
                }
            }
        }
    }
}

fn languages(ui: &Ui) -> Markup {
    html! {
        form.line.tight method="post" action="/-/prefs" {
            button.button.quiet.small name="lang" value="en" lang="en" aria-pressed=(pressed(ui.t.lang.short() == "en")) { "English" }
            button.button.quiet.small name="lang" value="zh" lang="zh" aria-pressed=(pressed(ui.t.lang.short() == "zh")) { "简体中文" }
        }
    }
}

const fn pressed(on: bool) -> &'static str {
    if on { "true" } else { "false" }
}

/// The entries of a project's rail: section, key, shape, words, address.
fn entries(ui: &Ui, project: &Project) -> Vec<(Section, &'static str, Icon, &'static str, String)> {
    let t = ui.t;
    let base = format!("/p/{}", project.slug);
    let mut all = vec![
        (Section::Overview, "o", Icon::Overview, t.nav_overview(), base.clone()),
        (Section::Code, "c", Icon::Code, t.nav_code(), format!("{base}/depots")),
        (Section::Analysis, "a", Icon::Analysis, t.nav_analysis(), format!("{base}/analysis")),
        (Section::Members, "u", Icon::Users, t.nav_members(), format!("{base}/members")),
    ];
    if project.manage {
        all.push((
            Section::Settings,
            "s",
            Icon::Settings,
            t.nav_settings(),
            format!("{base}/settings"),
        ));
    }
    all
}

fn rail(ui: &Ui, project: &Project, here: Section) -> Markup {
    html! {
        nav.rail #rail popover="auto" aria-label=(ui.t.nav_project_nav()) {
            a.who href={ "/p/" (project.slug) } title=(project.display) { (avatar(&project.slug, "square large")) span.cut { (project.display) } }
            ul {
                @for (section, key, picture, words, href) in entries(ui, project) {
                    li {
                        a.item href=(href) data-go=(key) title=(words) aria-current=[(section == here).then_some("page")] {
                            (icon(picture)) span.word { (words) }
                        }
                    }
                }
            }
        }
    }
}

fn foot(ui: &Ui, wide: bool) -> Markup {
    html! {
        footer class=(if wide { "foot" } else { "foot held" }) {
            span { (ui.t.app_footer(env!("CARGO_PKG_VERSION"))) }
            a href="/docs/api" { (ui.t.app_docs()) }
        }
    }
}

fn help(ui: &Ui) -> Markup {
    let t = ui.t;
    let all: [(&str, &[&str]); 21] = [
        (t.keys_search(), &["/"]),
        (t.keys_palette(), &["Ctrl", "K"]),
        (t.keys_help(), &["?"]),
        (t.keys_go_home(), &["g", "h"]),
        (t.keys_go_overview(), &["g", "o"]),
        (t.keys_go_code(), &["g", "c"]),
        (t.keys_go_analysis(), &["g", "a"]),
        (t.keys_go_members(), &["g", "u"]),
        (t.keys_next(), &["j"]),
        (t.keys_previous(), &["k"]),
        (t.keys_open(), &["o"]),
        (t.keys_select(), &["x"]),
        (t.keys_ignore(), &["i"]),
        (t.keys_assign(), &["a"]),
        (t.keys_create(), &["c"]),
        (t.keys_edit(), &["e"]),
        (t.keys_find(), &["t"]),
        (t.keys_blame(), &["b"]),
        (t.keys_line(), &["l"]),
        (t.keys_permalink(), &["y"]),
        (t.keys_close(), &["Esc"]),
    ];
    let body = html! {
        div.keys {
            @for (words, keys) in all { div { span { (words) } span { @for key in keys { (kbd(key)) } } } }
        }
    };
    dialog(ui, "help", t.keys_title(), &body)
}

fn palette(shell: &Shell<'_>) -> Markup {
    let (ui, t) = (&shell.ui, shell.ui.t);
    html! {
        dialog.dialog.palette #palette aria-label=(t.keys_palette()) {
            input type="search" placeholder=(t.nav_search_hint()) aria-label=(t.nav_search()) autocomplete="off" spellcheck="false" autofocus;
            ul {
                @if let Some(project) = shell.project {
                    @for (_, key, picture, words, href) in entries(ui, project) {
                        li { a href=(href) { (icon(picture)) (words) span.n { "g " (key) } } }
                    }
                }
                li { a href="/" { (icon(Icon::Home)) (t.nav_home()) span.n { "g h" } } }
                li { a href="/projects/new" { (icon(Icon::Plus)) (t.nav_create_project()) } }
                li { a href="/settings" { (icon(Icon::Settings)) (t.nav_profile()) } }
            }
        }
    }
}
