//! What whoever started the server needs to know.

use call::Env;
use identity::FirstStart;

use crate::config::Config;
use crate::output;

pub(super) fn print(config: &Config, env: &Env, first: Option<&FirstStart>) {
    let version = env!("CARGO_PKG_VERSION");
    if let Some(first) = first {
        let password = first.one_time_password.expose();
        output::say("This is the first start; sign in with");
        output::say(&format!("  user      {}", first.admin));
        output::say(&format!("  password  {password}   (once; then you choose your own)"));
    }
    let (data, product) = (config.data_dir.display(), env.db.product());
    output::say(&format!("Data in {data} ({product})"));
    if let Some(key) = identity::ssh_keys::hosts(env).first() {
        output::say(&format!("SSH at {}, host key {}", env.addresses.ssh, key.fingerprint));
    }
    // Whoever waits for the server reads up to this line.
    output::say(&format!("Mortise {version} is ready at {}", env.addresses.http));
    tracing::info!(version, address = env.addresses.http, database = product, "ready");
}
