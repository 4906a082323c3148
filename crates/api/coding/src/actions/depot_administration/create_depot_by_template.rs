//! `CreateDepotByTemplate`

use depots::initial::{self, Template};
use depots::{DepotId, DepotKey, InitialFiles, NewDepot};
use projects::Project;

use crate::prelude::*;
use crate::shapes::DepotInfo;

pub(super) struct CreateDepotByTemplate;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The name: letters, digits, `.`, `_` and `-`.
    depot_name: String,
    /// `SPRING`, `ROR`, `SINATRA`, `NODEJS`, `ANDROID` or `FLASK`; or the number
    /// of a depot whose files are taken.
    template: String,
    /// What it is about.
    description: Option<String>,
    /// Whether everybody who is signed in may read it; `false` is the default.
    shared: Option<bool>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    depot_info: DepotInfo,
}

impl Action for CreateDepotByTemplate {
    const NAME: &'static str = "CreateDepotByTemplate";
    const SUMMARY: &'static str = "Makes a depot with a small project in it.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    const FIELDS: &'static [(&'static str, &'static str)] = &[("name", "DepotName")];
    type Needs = OnProject<Write>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, project: Granted<Project, Write>, params: Params) -> Result<Answer> {
        let template = params.template.trim();
        let files = match (Template::from_key(template), template.parse()) {
            (Some(template), _) => InitialFiles::Template { template, licence: None },
            (None, Ok(number)) => {
                let key = DepotKey::Id(DepotId(number));
                let source = depots::authorise::<Read>(call, key).await?;
                initial::copied(call, &source).await?
            }
            (None, Err(_)) => {
                let keys = Template::ALL.map(Template::key).join(", ");
                let why = format!("must be one of {keys}, or a depot's number");
                return Err(Error::invalid("Template", why));
            }
        };
        let new = NewDepot {
            description: params.description.unwrap_or_default(),
            shared: params.shared.unwrap_or_default(),
            files,
            ..NewDepot::named(params.depot_name)
        };
        let depot = depots::create(call, &project, new).await?;
        Ok(Answer { depot_info: DepotInfo::new(call, depot) })
    }
}
