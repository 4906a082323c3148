//! Plans: making, changing, listing.

mod change;
mod clock;
mod list;
mod moving;
mod schedule;
mod standard;

pub(crate) use change::check_branch;
pub use change::{NewPlan, PlanChange, create_plan, delete_plan, modify_plan};
pub use clock::next_run;
pub(crate) use clock::tick;
pub use list::{PlanFilter, plans};
pub(crate) use list::{of_depot, one, with_sources};
pub(crate) use moving::listen;
pub use standard::ensure_default_plan;
