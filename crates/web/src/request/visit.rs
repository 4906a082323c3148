use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use axum::{
    body::Body,
    extract::FromRequestParts,
    http::{HeaderMap, Response, StatusCode, header, request::Parts},
};
use base::{Error, PageRequest, Right, TeamRole};
use call::Call;
use maud::Markup;
use projects::{Project, ProjectFilter, ProjectKey, ProjectRole};

use super::{Answer, Fault};
use crate::{
    layout::{self, Person, Section, Shell},
    response,
    ui::Ui,
};

/// How many projects the switcher lists.
const SWITCHER: u64 = 30;

/// One request for a page: who asks, and how he wants it drawn.
#[derive(Clone, Debug)]
pub(crate) struct Visit {
    /// The call to hand to domains.
    pub(crate) call: Call,
    /// Language, colours, moment.
    pub(crate) ui: Ui,
    /// The open session, if there is one.
    pub(crate) session: Option<Arc<door::session::Open>>,
    /// Only the part that changes is wanted.
    pub(crate) part: bool,
    /// The address that the thing of this page has now, where it was asked for
    /// by one that it has left.
    pub(crate) moved: Moved,
    /// The headers, for what few pages need.
    pub(crate) headers: Arc<HeaderMap>,
}

/// A note of a page for the gate: another address begins with this one now.
#[derive(Clone, Debug, Default)]
pub(crate) struct Moved(Arc<OnceLock<(String, String)>>);

impl Moved {
    /// Notes that what lay below the address `from` lies below `to`.
    pub(crate) fn note(&self, from: String, to: String) {
        // A page asks for its depot more than once.
        drop(self.0.set((from, to)));
    }

    /// Where a path with its query is now, if it has moved.
    pub(super) fn of(&self, path: &str) -> Option<String> {
        let (from, to) = self.0.get()?;
        let rest = path.strip_prefix(from.as_str())?;
        (rest.is_empty() || rest.starts_with(['/', '?'])).then(|| format!("{to}{rest}"))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Fault> {
        let missing = || Fault(Error::internal("the gate was passed by"));
        parts.extensions.get::<Self>().cloned().ok_or_else(missing)
    }
}

/// Where a page stands.
#[derive(Debug, Default)]
pub(crate) struct Place<'a> {
    /// The title of the window.
    pub(crate) title: &'a str,
    /// The project of the rail.
    pub(crate) project: Option<&'a layout::Project>,
    /// The marked entry of the rail.
    pub(crate) section: Section,
    /// Takes the whole width.
    pub(crate) wide: bool,
    /// Shows Markdown with pictures from elsewhere.
    pub(crate) pictures: bool,
    /// Asks anew after so many seconds where no script does.
    pub(crate) refresh: Option<u16>,
    /// The answer's status; 200 where it is not given.
    pub(crate) status: Option<StatusCode>,
}

impl Visit {
    /// The project with this slug, if the right is there.
    pub(crate) async fn project<R: Right>(
        &self,
        slug: &str,
    ) -> Result<base::Granted<Project, R>, Error> {
        projects::authorise(&self.call, ProjectKey::Name(slug)).await
    }

    /// What the rail shows of a project.
    pub(crate) async fn nav(
        &self,
        project: &base::Granted<Project, impl Right>,
    ) -> Result<layout::Project, Error> {
        let role = projects::role_in(&self.call, project).await?;
        Ok(layout::Project {
            slug: project.name.clone(),
            display: project.display_name.clone(),
            manage: role == Some(ProjectRole::Admin),
        })
    }

    /// Whether the visitor manages the team.
    pub(crate) fn manages_team(&self) -> bool {
        self.call.actor.user().is_ok_and(|user| user.role >= TeamRole::Admin)
    }

    /// Draws a page with everything around it.
    pub(crate) async fn show(&self, place: Place<'_>, body: Markup) -> Answer {
        let (person, projects) = match self.call.actor.user() {
            Ok(actor) => {
                let user = identity::users::get(self.call.db.reader(), actor.id).await?;
                let mine = projects::list(
                    &self.call,
                    &ProjectFilter::default(),
                    PageRequest::first(SWITCHER),
                )
                .await?;
                let person = Person {
                    name: user.name,
                    display: user.display_name,
                    admin: actor.role >= TeamRole::Admin,
                };
                (Some(person), mine.items.into_iter().map(|p| (p.name, p.display_name)).collect())
            }
            Err(_) => (None, Vec::new()),
        };
        let shell = Shell {
            person: person.as_ref(),
            projects: &projects,
            project: place.project,
            section: place.section,
            wide: place.wide,
            refresh: place.refresh,
            ..Shell::new(self.ui, place.title)
        };
        let page = layout::page(&shell, &body);
        Ok(if place.pictures {
            response::page_with_pictures(page)
        } else {
            response::page(place.status.unwrap_or(StatusCode::OK), page)
        })
    }

    /// Draws a page with nothing around it.
    pub(crate) fn door(
        &self,
        status: StatusCode,
        title: &str,
        line: &str,
        body: &Markup,
    ) -> Response<Body> {
        response::page(status, layout::door(&Shell::new(self.ui, title), title, line, body))
    }

    /// The base address of the installation.
    pub(crate) fn base(&self) -> &str {
        &self.call.addresses.http
    }

    /// Whether the installation is reached by https.
    pub(crate) fn secure(&self) -> bool {
        self.base().starts_with("https://")
    }

    /// How the browser names itself.
    pub(crate) fn agent(&self) -> &str {
        self.headers
            .get(header::USER_AGENT)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

/// Runs what reads a repository away from the threads that serve requests.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, git::Error> + Send + 'static,
) -> Result<T, Fault> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?.map_err(Fault::from)
}

/// [`blocking`] for work whose cost depends on what people have pushed: after
/// `patience` it is told to stop, and the answer is nothing.
pub(crate) async fn patient<T: Send + 'static>(
    patience: Duration,
    work: impl FnOnce(&git::Cancel) -> Result<T, git::Error> + Send + 'static,
) -> Result<Option<T>, Fault> {
    let cancel = git::Cancel::new();
    let inside = cancel.clone();
    let task = blocking(move || work(&inside));
    match tokio::time::timeout(patience, task).await {
        Ok(done) => done.map(Some),
        Err(_) => {
            cancel.cancel();
            Ok(None)
        }
    }
}
