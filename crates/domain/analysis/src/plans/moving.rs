//! Plans follow their depot to another project.
//!
//! A plan goes along with the last of its depots that leaves its project; one
//! that scans others there stays with them. Where its name is taken, the
//! depot's is put behind it. Rules that are the old project's own are copied to
//! the new one, unless it has the same already.

use base::{Read, Result};
use call::{Call, Env};
use db::Tx;
use depots::happened::Transferred;
use depots::{Depot, DepotKey};
use events::{Event, EventKind as _, Listeners};
use projects::ProjectId;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _,
};
use serde_json::json;

use super::change::MAX_NAME;
use super::of_depot;
use crate::plan::ScanPlan;
use crate::ruleset::RulesetId;
use crate::tables::{plans as rows, rulesets};

pub(crate) fn listen(listeners: Listeners<Env>) -> Listeners<Env> {
    listeners.on("analysis.transfers", &[Transferred::KIND], |env: Env, event: Event| async move {
        let transferred: Transferred = serde_json::from_value(event.payload)?;
        hear(&env, &transferred).await
    })
}

async fn hear(env: &Env, transferred: &Transferred) -> Result<()> {
    let call = Call::system(env.clone());
    // It may have moved on, or be gone.
    let depot = match depots::authorise::<Read>(&call, DepotKey::Id(transferred.depot)).await {
        Ok(depot) => depot,
        Err(error) if error.is_not_found() => return Ok(()),
        Err(error) => return Err(error),
    };
    if depot.project == transferred.from {
        return Ok(());
    }
    let tx = call.db.begin().await?;
    super::standard::lock(&tx, depot.project).await?;
    for plan in of_depot(&*tx, depot.id).await? {
        if plan.project == transferred.from && !stays(&call, &plan).await? {
            follow(&call, &tx, &plan, &depot).await?;
        }
    }
    tx.commit().await
}

/// Whether another of a plan's depots is still in the plan's project.
async fn stays(call: &Call, plan: &ScanPlan) -> Result<bool> {
    let ids: Vec<_> = plan.sources.iter().map(|source| source.depot).collect();
    let depots = depots::by_ids(call, &ids).await?;
    Ok(depots.values().any(|depot| depot.project == plan.project))
}

async fn follow(call: &Call, tx: &Tx, plan: &ScanPlan, depot: &Depot) -> Result<()> {
    let name = free_name(tx, depot, &plan.name).await?;
    let ruleset = match plan.ruleset {
        Some(id) => usable(call, tx, depot.project, id).await?,
        None => None,
    };
    rows::ActiveModel {
        id: Set(plan.id),
        project_id: Set(depot.project),
        name: Set(name.clone()),
        ruleset_id: Set(ruleset),
        updated_at: Set(call.clock.now()),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    let details = json!({
        "plan": plan.id, "name": name, "project": depot.project,
        "from": plan.project, "former_name": plan.name, "depot": depot.id,
    });
    let event =
        events::NewEvent::plain("plan.moved", &call.actor, Some(depot.project.0), details.clone());
    call.events.emit(tx, event).await?;
    let subject = format!("plan:{}", plan.id);
    identity::audit::record(tx, call, "plan.moved", &subject, details).await
}

async fn free_name(tx: &Tx, depot: &Depot, wanted: &str) -> Result<String> {
    let mut name = wanted.to_owned();
    for further in 1_u32.. {
        let taken = rows::Entity::find()
            .filter(rows::Column::ProjectId.eq(depot.project))
            .filter(rows::Column::Name.eq(&name))
            .count(&**tx)
            .await?;
        if taken == 0 {
            break;
        }
        name = behind(
            wanted,
            &match further {
                1 => format!("-{}", depot.name),
                _ => format!("-{}-{further}", depot.name),
            },
        );
    }
    Ok(name)
}

/// A name with something behind it, as long as names may be.
fn behind(name: &str, end: &str) -> String {
    let room = MAX_NAME.saturating_sub(end.chars().count());
    let head: String = name.chars().take(room).collect();
    format!("{}{end}", head.trim_end()).chars().take(MAX_NAME).collect()
}

/// The ruleset for plans of another project: the same where it is the team's,
/// else one that makes the same choice.
async fn usable(
    call: &Call,
    tx: &Tx,
    project: ProjectId,
    id: RulesetId,
) -> Result<Option<RulesetId>> {
    let Some(row) = rulesets::Entity::find_by_id(id).one(&**tx).await? else { return Ok(None) };
    if row.project_id.is_none_or(|own| own == project) {
        return Ok(Some(id));
    }
    let there =
        rulesets::Entity::find().filter(rulesets::Column::ProjectId.eq(project)).all(&**tx).await?;
    if let Some(same) = there.iter().find(|it| it.name == row.name && it.hash == row.hash) {
        return Ok(Some(same.id));
    }
    let mut name = row.name.clone();
    let mut further = 2;
    while there.iter().any(|it| it.name == name) {
        name = behind(&row.name, &format!("-{further}"));
        further += 1;
    }
    let copy = rulesets::ActiveModel {
        id: NotSet,
        project_id: Set(Some(project)),
        name: Set(name),
        created_at: Set(call.clock.now()),
        updated_at: Set(call.clock.now()),
        team_id: Set(row.team_id),
        description: Set(row.description),
        content: Set(row.content),
        hash: Set(row.hash),
        creator_id: Set(row.creator_id),
    };
    Ok(Some(copy.insert(&**tx).await?.id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_short_enough() {
        assert_eq!(behind("default", "-site"), "default-site");
        let long = behind(&"x".repeat(128), "-site");
        assert_eq!(long.len(), 128);
        assert!(long.ends_with("x-site"));
        assert_eq!(behind("a", &"y".repeat(200)).chars().count(), 128);
    }
}
