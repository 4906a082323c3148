//! What whoever started the server needs to know.

use call::Env;
use identity::FirstStart;

use crate::config::Config;
use crate::output;

pub(super) fn print(config: &Config, env: &Env, first: Option<&FirstStart>) {
    let version = env!("CARGO_PKG_VERSION");
    output::say(&format!("Mortise {version} is ready at {}", env.addresses.http));
    output::say(&format!("  data      {} ({})", config.data_dir.display(), env.db.product()));
    if let Some(first) = first {
        output::say(&format!("  user      {}", first.admin));
        let password = first.one_time_password.expose();
        output::say(&format!(
            "  password  {password}   (once: you choose your own at the first sign-in)"
        ));
    }
    tracing::info!(version, address = env.addresses.http, database = env.db.product(), "ready");
}
