//! The statements that the two databases spell differently. Nothing outside
//! this file may ask which database it is talking to.

use base::Result;
use sea_orm::sea_query::{
    Expr, ExprTrait as _, Func, LikeExpr, LockBehavior, LockType, SelectStatement, SimpleExpr,
};
use sea_orm::{ConnectionTrait, DbBackend, Statement};

/// `column` contains `text`, upper and lower case being the same, with `%`
/// and `_` in `text` standing for themselves.
pub fn contains_ignoring_case(column: impl Into<SimpleExpr>, text: &str) -> SimpleExpr {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for character in text.to_lowercase().chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    Expr::expr(Func::lower(column)).like(LikeExpr::new(pattern).escape('\\'))
}

/// Locks the selected rows and passes over those that another worker holds.
/// On SQLite the single writer already stands for the lock.
pub fn skip_locked(connection: &impl ConnectionTrait, select: &mut SelectStatement) {
    if connection.get_database_backend() == DbBackend::Postgres {
        select.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    }
}

/// Holds the lock `name` until the unit of work ends, across all replicas.
///
/// # Errors
/// When the database cannot be reached.
pub async fn lock_in_transaction(connection: &impl ConnectionTrait, name: &str) -> Result<()> {
    if connection.get_database_backend() == DbBackend::Postgres {
        connection
            .execute_raw(Statement::from_sql_and_values(
                DbBackend::Postgres,
                "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))",
                [name.into()],
            ))
            .await?;
    }
    Ok(())
}
