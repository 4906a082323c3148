//! Whom rules name: drawing them, and reading them from forms.

use base::{Administer, Error, Granted};
use depots::{
    Depot, keys,
    rules::{Holder, Subject},
};
use identity::users::{MemberFilter, team_members};
use maud::{Markup, html};
use projects::ProjectRole;

use crate::{
    components::{Icon, icon, person},
    i18n::Text,
    pages::projects::role_name,
    request::{Fields, Visit},
};

/// Names that are offered while one is typed.
const OFFERED: u64 = 200;

/// Names that rules can have.
#[derive(Default)]
pub(super) struct Names {
    /// The unique names of people of the team.
    pub(super) people: Vec<String>,
    /// The deploy keys of the depot: number and title.
    pub(super) keys: Vec<(i64, String)>,
}

/// Finds whom rules of a depot can name; nobody for whoever may not change
/// them.
///
/// # Errors
/// When the database cannot be read.
pub(super) async fn names(
    visit: &Visit,
    depot: Option<&Granted<Depot, Administer>>,
) -> Result<Names, Error> {
    let Some(depot) = depot else { return Ok(Names::default()) };
    let page = base::PageRequest::first(OFFERED);
    let team = team_members(&visit.call, page, &MemberFilter::default()).await?;
    let keys = keys::list(&visit.call, depot).await?;
    Ok(Names {
        people: team.items.into_iter().map(|member| member.user.name).collect(),
        keys: keys.into_iter().map(|key| (key.key.id.0, key.key.title)).collect(),
    })
}

/// Somebody whom a rule names.
pub(super) fn holder(t: Text, names: &Names, who: &Holder) -> Markup {
    match who {
        Holder::User(user) => person(&user.display_name),
        Holder::Role(_) => {
            html! { span.line.tight.keep { (icon(Icon::Users)) span.cut { (words(t, names, who)) } } }
        }
        Holder::DeployKey(_) => {
            html! { span.line.tight.keep { (icon(Icon::Key)) span.cut { (words(t, names, who)) } } }
        }
    }
}

/// [`holder`] within a sentence.
pub(super) fn words(t: Text, names: &Names, who: &Holder) -> String {
    match who {
        Holder::User(user) => user.display_name.clone(),
        Holder::Role(role) => t.sets_role_at_least(role_name(t, *role)),
        Holder::DeployKey(id) => {
            let title = names.keys.iter().find(|(known, _)| known == id);
            t.sets_deploy_key(title.map_or_else(|| format!("#{id}"), |(_, title)| title.clone()))
        }
    }
}

/// Somebody as forms name him.
pub(super) fn value(who: &Holder) -> String {
    match who {
        Holder::User(user) => format!("user:{}", user.name),
        Holder::Role(role) => format!("role:{}", role.as_str()),
        Holder::DeployKey(id) => format!("key:{id}"),
    }
}

/// Whom a form names: the person in the field `user`, or what [`value`] gave,
/// in `who`.
///
/// # Errors
/// `Missing` or `Invalid` on `user` or `who`.
pub(super) fn subject(fields: &Fields) -> Result<Subject, Error> {
    if fields.on("user") {
        return match fields.one("user") {
            "" => Err(Error::missing("user")),
            name => Ok(Subject::User(name.to_owned())),
        };
    }
    let wrong = || Error::invalid("who", "is nobody whom a rule can name");
    match fields.one("who").split_once(':').ok_or_else(wrong)? {
        ("user", name) => Ok(Subject::User(name.to_owned())),
        ("role", role) => role.parse().map(Subject::Role).map_err(|_| wrong()),
        ("key", id) => id.parse().map(Subject::DeployKey).map_err(|_| wrong()),
        _ => Err(wrong()),
    }
}

/// A choice among the roles, and the deploy keys where there are any.
pub(super) fn choice(t: Text, id: &str, names: &Names, chosen: &str) -> Markup {
    let option = |value: String, words: String| html! { option value=(value) selected[value == chosen] { (words) } };
    html! {
        div.field {
            label for=(id) { @if names.keys.is_empty() { (t.role_word()) } @else { (t.sets_role_or_key()) } }
            select.input id=(id) name="who" required {
                optgroup label=(t.sets_roles()) {
                    @for role in ProjectRole::ALL { (option(format!("role:{}", role.as_str()), t.sets_role_at_least(role_name(t, role)))) }
                }
                @if !names.keys.is_empty() {
                    optgroup label=(t.sets_deploy_keys()) {
                        @for (id, title) in &names.keys { (option(format!("key:{id}"), title.clone())) }
                    }
                }
            }
        }
    }
}
