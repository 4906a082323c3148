//! Who is to look after a finding: by hand, by blame, by CODEOWNERS.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use base::{AtLeast, Error, Granted, PageRequest, Read, Result, Right, UserId, Write};
use call::{Call, Env};
use depots::rules::Owners;
use depots::{DepotId, DepotKey};
use git::Oid;
use projects::{Project, ProjectId, ProjectKey};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _};

use super::decide::{change, happened, those};
use crate::finding::{FindingEventKind, FindingId, FindingState};
use crate::plan::{PlanId, ScanPlan};
use crate::scan::Scan;
use crate::tables::findings as rows;

/// Findings that are given to people at once.
const AT_ONCE: usize = 500;
/// Members of a project among whom owners are looked for.
const MEMBERS: u64 = 1_000;

/// Gives findings to a member of the project, or to nobody.
///
/// # Errors
/// `NotFound` when one of them is not the plan's; `Invalid` on `assignee` when he
/// is no member. Then nothing is changed.
pub async fn assign<R: Right + AtLeast<Write>>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    ids: &[FindingId],
    assignee: Option<UserId>,
) -> Result<()> {
    let person = match assignee {
        Some(user) => {
            let project = projects::authorise::<Read>(call, ProjectKey::Id(plan.project)).await?;
            let members = members(call, &project).await?;
            let found = members.into_iter().find(|member| member.id == user);
            Some(found.ok_or_else(|| Error::invalid("assignee", "is no member of the project"))?)
        }
        None => None,
    };
    let tx = call.db.begin().await?;
    let found: Vec<FindingId> =
        those(&tx, plan, ids).await?.into_iter().map(|row| row.id).collect();
    let given = rows::ActiveModel {
        assignee_id: Set(person.as_ref().map(|person| person.id)),
        assignee_name: Set(person.as_ref().map(|person| person.name.clone())),
        ..Default::default()
    };
    change(&tx, &found, given).await?;
    let note = person.map(|person| person.name).unwrap_or_default();
    happened(call, &tx, &found, FindingEventKind::Assigned, &note).await?;
    tx.commit().await
}

struct Person {
    id: UserId,
    name: String,
    mail: String,
}

async fn members(call: &Call, project: &Granted<Project, Read>) -> Result<Vec<Person>> {
    let page = PageRequest::first(MEMBERS);
    let found = projects::members::list(call, project, None, page).await?;
    Ok(found
        .items
        .into_iter()
        .map(|member| Person {
            id: member.user.id,
            mail: member.user.email.to_lowercase(),
            name: member.user.name,
        })
        .collect())
}

/// Gives what is new in a scan to whom CODEOWNERS names for its file, else to
/// who wrote the line, where that is a member of the project.
pub(crate) async fn by_owners(
    env: &Env,
    plan: PlanId,
    project: ProjectId,
    scan: &Scan,
) -> Result<()> {
    let found: Vec<(FindingId, DepotId, String, Option<String>)> = rows::Entity::find()
        .select_only()
        .columns([
            rows::Column::Id,
            rows::Column::DepotId,
            rows::Column::Path,
            rows::Column::AuthorMail,
        ])
        .filter(rows::Column::PlanId.eq(plan))
        .filter(rows::Column::FirstScanId.eq(scan.id))
        .filter(rows::Column::AssigneeId.is_null())
        .filter(rows::Column::State.is_in(FindingState::ACTIVE.map(FindingState::as_str)))
        .into_tuple()
        .all(env.db.reader())
        .await?;
    if found.is_empty() {
        return Ok(());
    }
    let call = Call::system(env.clone());
    let project = projects::authorise::<Read>(&call, ProjectKey::Id(project)).await?;
    let people = members(&call, &project).await?;
    let by_name: HashMap<String, &Person> =
        people.iter().map(|person| (person.name.to_lowercase(), person)).collect();
    let by_mail: HashMap<&str, &Person> = people
        .iter()
        .filter(|person| !person.mail.is_empty())
        .map(|person| (person.mail.as_str(), person))
        .collect();
    let owners = owners_of(&call, scan, found.iter().map(|(_, depot, _, _)| *depot)).await?;
    let mut given: BTreeMap<i64, (UserId, String, Vec<FindingId>)> = BTreeMap::new();
    for (id, depot, path, mail) in found {
        let named = owners.get(&depot).and_then(|owners| {
            owners.of(&path).iter().find_map(|owner| match owner.strip_prefix('@') {
                Some(name) => by_name.get(&name.to_lowercase()).copied(),
                None => by_mail.get(owner.to_lowercase().as_str()).copied(),
            })
        });
        let mail = mail.unwrap_or_default().to_lowercase();
        let Some(person) = named.or_else(|| by_mail.get(mail.as_str()).copied()) else { continue };
        given
            .entry(person.id.0)
            .or_insert_with(|| (person.id, person.name.clone(), Vec::new()))
            .2
            .push(id);
    }
    for (_, (user, name, ids)) in given {
        for some in ids.chunks(AT_ONCE) {
            let tx = env.db.begin().await?;
            rows::Entity::update_many()
                .col_expr(rows::Column::AssigneeId, sea_orm::sea_query::Expr::value(user))
                .col_expr(rows::Column::AssigneeName, sea_orm::sea_query::Expr::value(name.clone()))
                .filter(rows::Column::Id.is_in(some.iter().copied()))
                .filter(rows::Column::AssigneeId.is_null())
                .exec(&*tx)
                .await?;
            tx.commit().await?;
        }
    }
    Ok(())
}

/// The CODEOWNERS of each depot at the scanned commit, where it has some.
async fn owners_of(
    call: &Call,
    scan: &Scan,
    depots: impl Iterator<Item = DepotId>,
) -> Result<HashMap<DepotId, Owners>> {
    let mut all = HashMap::new();
    let wanted: BTreeSet<i64> = depots.map(|depot| depot.0).collect();
    for source in scan.sources.iter().filter(|source| wanted.contains(&source.depot.0)) {
        let Ok(commit) = Oid::from_hex(&source.commit) else { continue };
        let depot = match depots::authorise::<Read>(call, DepotKey::Id(source.depot)).await {
            Ok(depot) => depot,
            Err(error) if error.is_not_found() => continue,
            Err(error) => return Err(error),
        };
        let repository = depots::repository(&call.env, &depot)?;
        let read = tokio::task::spawn_blocking(move || Owners::read(&repository, commit)).await;
        if let Some(owners) = read.map_err(Error::internal)?? {
            all.insert(source.depot, owners);
        }
    }
    Ok(all)
}
