//! Numbers that run per parent: item codes of a project, scan numbers of a
//! plan. They start at 1 and leave no gaps among committed rows of one writer.

use base::{Error, Result};
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict, Query};

use crate::Tx;
use crate::migrate::Migration;

pub(crate) const MIGRATION: Migration = Migration {
    name: "db_0001_counters",
    up: |schema| {
        schema.table("counters").text("scope").big("value").primary_key(&["scope"]);
    },
};

/// The next number of `scope`, e.g. `"plan:7:scan"`.
///
/// # Errors
/// When the database cannot be reached.
pub async fn next(tx: &Tx, scope: &str) -> Result<i64> {
    let statement = Query::insert()
        .into_table("counters")
        .columns(["scope", "value"])
        .values_panic([scope.into(), 1_i64.into()])
        .on_conflict(
            OnConflict::column("scope")
                .value("value", Expr::col(("counters", "value")).add(1_i64))
                .to_owned(),
        )
        .returning_col("value")
        .to_owned();
    let row = tx
        .query_one(&statement)
        .await?
        .ok_or_else(|| Error::internal("a counter returned no row"))?;
    Ok(row.try_get("", "value")?)
}
