//! `CreateCodingProject`

use depots::initial::{Chosen, Ignore};
use depots::{InitialFiles, NewDepot};
use projects::{NewProject, Template};

use crate::prelude::*;

pub(super) struct CreateCodingProject;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The name in addresses: letters, digits, `.`, `_` and `-`.
    name: String,
    /// The name for people; `Name` where it is left out.
    display_name: Option<String>,
    /// Whether the project gets a depot of its name with a `README.md`.
    git_readme_enabled: Option<bool>,
    /// `git`; the others are not supported.
    vcs_type: Option<VcsType>,
    /// For Subversion, which is not supported; `false`.
    create_svn_layout: Option<bool>,
    /// 1 lets everybody who is signed in read the source; 0 is the default.
    shared: Option<bool>,
    /// What the project is for; `DEV_OPS` is the default.
    project_template: Option<ProjectTemplate>,
    /// What it is about.
    description: Option<String>,
    /// The address of a picture.
    icon: Option<String>,
    /// What Git is to ignore: `android`, `c`, `dotnet`, `go`, `java`, `node`,
    /// `python`, `ruby` or `rust`; the project gets a depot of its name.
    git_ignore: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum VcsType {
    Git,
    Svn,
    Hg,
}

#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum ProjectTemplate {
    CodeHost,
    ProjectManage,
    DevOps,
    DemoBegin,
    ChoiceDemand,
}

impl From<ProjectTemplate> for Template {
    fn from(template: ProjectTemplate) -> Self {
        match template {
            ProjectTemplate::CodeHost => Self::CodeHost,
            ProjectTemplate::ProjectManage => Self::ProjectManage,
            ProjectTemplate::DevOps | ProjectTemplate::ChoiceDemand => Self::DevOps,
            ProjectTemplate::DemoBegin => Self::Demo,
        }
    }
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The new project's number.
    project_id: i64,
}

impl Action for CreateCodingProject {
    const NAME: &'static str = "CreateCodingProject";
    const SUMMARY: &'static str = "Makes a project, with the caller as its admin.";
    const ACCESS: Access = Access::Changes(&[Scope::Project]);
    type Needs = SignedIn;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, _: UserActor, params: Params) -> Result<Answer> {
        if params.vcs_type.is_some_and(|kind| kind != VcsType::Git)
            || params.create_svn_layout == Some(true)
        {
            return Err(Error::unsupported("only Git is supported: VcsType must be git"));
        }
        let ignore = match params.git_ignore.as_deref().unwrap_or_default() {
            "" => None,
            key => Some(Ignore::from_key(key).ok_or_else(|| {
                let keys = Ignore::ALL.map(Ignore::key).join(", ");
                Error::invalid("GitIgnore", format!("must be one of {keys}"))
            })?),
        };
        let readme = params.git_readme_enabled == Some(true);
        let shared = params.shared.unwrap_or_default();
        let new = NewProject {
            name: params.name.clone(),
            display_name: params.display_name.unwrap_or_default(),
            description: params.description.unwrap_or_default(),
            icon: params.icon.unwrap_or_default(),
            shared,
            template: params.project_template.map(Template::from).unwrap_or_default(),
        };
        let project = if readme || ignore.is_some() {
            let files = InitialFiles::Chosen(Chosen { readme, licence: None, ignore });
            let depot = NewDepot { shared, files, ..NewDepot::named(params.name) };
            depots::create_project_with_depot(call, new, depot).await?.0
        } else {
            projects::create(call, new).await?
        };
        Ok(Answer { project_id: project.id.0 })
    }
}
