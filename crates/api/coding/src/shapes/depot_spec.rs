//! Specifications of depots.

use depots::rules::specs::{BranchType, Direction, Spec, SpecContent, SpecKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A specification in a list.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DepotSpec {
    /// `system` or `team`.
    r#type: &'static str,
    /// Its name.
    name: String,
    /// What it is about.
    description: String,
}

impl From<Spec> for DepotSpec {
    fn from(spec: Spec) -> Self {
        Self { r#type: kind(spec.kind), name: spec.title, description: spec.description }
    }
}

fn kind(kind: SpecKind) -> &'static str {
    match kind {
        SpecKind::System => "system",
        SpecKind::Team => "team",
        SpecKind::Depot => "depot",
    }
}

/// A specification.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DepotSpecDetail {
    /// `system`, `team`, or `depot` for a depot's own.
    r#type: &'static str,
    /// Its name; empty for a depot's own.
    name: String,
    /// What it is about.
    description: String,
    /// Whether branches of no type may be made.
    allow_push_wild_ref: bool,
    /// Of a depot: whether it follows a specification that others follow, too.
    use_existing_solution: bool,
    /// The types of branches.
    depot_branch_type_list: Vec<DepotBranchType>,
    /// What may be merged into what; empty for anything.
    depot_merge_request_rule_list: Vec<DepotMergeRequestRule>,
}

/// A type of branches.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
struct DepotBranchType {
    /// Its name.
    name: String,
    /// The names of its branches, `*` for any characters; empty for the default
    /// branch.
    rule: String,
    /// What it is for.
    description: String,
}

/// That branches of one type may be merged into those of another.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
struct DepotMergeRequestRule {
    /// The type that is merged.
    source_branch_type_name: String,
    /// The names of its branches.
    source_branch_type_rule: String,
    /// The type that it is merged into.
    target_branch_type_name: String,
    /// The names of its branches.
    target_branch_type_rule: String,
}

impl DepotSpecDetail {
    /// `used` says whether a depot that was asked for follows it with others.
    pub(crate) fn new(spec: Spec, used: bool) -> Self {
        let rules = spec.directions.iter().map(|direction| DepotMergeRequestRule {
            source_branch_type_rule: spec.rule_of(&direction.source).to_owned(),
            target_branch_type_rule: spec.rule_of(&direction.target).to_owned(),
            source_branch_type_name: direction.source.clone(),
            target_branch_type_name: direction.target.clone(),
        });
        Self {
            r#type: kind(spec.kind),
            allow_push_wild_ref: spec.allow_others,
            use_existing_solution: used,
            depot_merge_request_rule_list: rules.collect(),
            name: spec.title,
            description: spec.description,
            depot_branch_type_list: spec
                .types
                .into_iter()
                .map(|kind| DepotBranchType {
                    name: kind.name,
                    rule: kind.rule,
                    description: kind.description,
                })
                .collect(),
        }
    }

    /// The specification that a depot follows.
    pub(crate) fn followed(spec: Spec) -> Self {
        let used = spec.kind != SpecKind::Depot;
        Self::new(spec, used)
    }
}

/// What a specification says, as it shall be.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DepotSpecParam {
    /// Whether branches of no type may be made; `false` is the default.
    pub(crate) allow_push_wild_ref: Option<bool>,
    /// The types of branches.
    pub(crate) depot_branch_type_list: Option<Vec<TypeParam>>,
    /// What may be merged into what; empty for anything.
    pub(crate) depot_merge_request_rule_list: Option<Vec<RuleParam>>,
}

/// A type of branches.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct TypeParam {
    /// Its name.
    name: String,
    /// The names of its branches, `*` for any characters; empty for the default
    /// branch.
    rule: String,
    /// What it is for.
    description: Option<String>,
}

/// That branches of one type may be merged into those of another.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RuleParam {
    /// The type that is merged.
    source_branch_type_name: String,
    /// The type that it is merged into.
    target_branch_type_name: String,
}

impl DepotSpecParam {
    pub(crate) fn read(self) -> SpecContent {
        let types = self.depot_branch_type_list.unwrap_or_default();
        let directions = self.depot_merge_request_rule_list.unwrap_or_default();
        SpecContent {
            allow_others: self.allow_push_wild_ref.unwrap_or_default(),
            types: types
                .into_iter()
                .map(|kind| BranchType {
                    name: kind.name,
                    rule: kind.rule,
                    description: kind.description.unwrap_or_default(),
                })
                .collect(),
            directions: directions
                .into_iter()
                .map(|rule| Direction {
                    source: rule.source_branch_type_name,
                    target: rule.target_branch_type_name,
                })
                .collect(),
        }
    }
}
