//! How many actions a second the server answers.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::product::Product;
use super::report::Report;

/// How many projects the list has to choose its page from.
const PROJECTS: usize = 30;

/// Loads two actions with wrk: 2 threads, 16 connections.
///
/// # Errors
/// An answer is an error, or wrk does not say what it saw.
pub(super) fn measure(
    report: &mut Report,
    product: &Product,
    scratch: &Path,
    seconds: u32,
) -> Result<()> {
    for number in 0..PROJECTS {
        product.create_project(&format!("listed-{number}"))?;
    }
    let one = json!({"Action": "DescribeOneProject", "ProjectId": product.project()});
    let list = json!({"Action": "DescribeCodingProjects", "PageNumber": 1, "PageSize": 10});
    for (name, body) in [("DescribeOneProject", one), ("DescribeCodingProjects", list)] {
        product.action(&body)?;
        let (rate, latency) = load(product, &body, scratch, seconds)?;
        report.single(name, "actions/s", rate);
        report.single(&format!("{name}, half of them within"), "ms", latency);
    }
    Ok(())
}

/// Answers a second and their median time in milliseconds.
fn load(product: &Product, body: &Value, scratch: &Path, seconds: u32) -> Result<(f64, f64)> {
    let script = scratch.join("wrk.lua");
    // JSON is a Lua string once its brackets cannot close ours.
    let text = format!(
        "wrk.method = 'POST'\nwrk.body = [==[{body}]==]\n\
         wrk.headers['Content-Type'] = 'application/json'\n\
         wrk.headers['Authorization'] = 'token {}'\n\
         local bad = 0\nlocal threads = {{}}\n\
         function setup(thread) table.insert(threads, thread) end\n\
         function init() errors = 0 end\n\
         function response(status, headers, body)\n\
           if status ~= 200 or body:find('\"Error\"', 1, true) then errors = errors + 1 end\n\
         end\n\
         function done() for _, t in ipairs(threads) do bad = bad + t:get('errors') end\n\
           print('bad ' .. bad) end\n",
        product.token()
    );
    std::fs::write(&script, text)?;
    let output = Command::new("wrk")
        .args(["--threads", "2", "--connections", "16", "--latency"])
        .args(["--duration", &format!("{seconds}s"), "--script"])
        .arg(&script)
        .arg(product.url("/open-api"))
        .stdin(Stdio::null())
        .output()
        .context("wrk")?;
    let text = String::from_utf8_lossy(&output.stdout);
    ensure!(output.status.success() && text.contains("\nbad 0\n"), "wrk: {text}");
    let field = |name: &str| {
        let line = text.lines().find_map(|line| line.trim().strip_prefix(name));
        line.map(str::trim).with_context(|| format!("wrk does not say {name}: {text}"))
    };
    let rate = field("Requests/sec:")?.parse().context("wrk's rate")?;
    Ok((rate, milliseconds(field("50%")?).context("wrk's latency")?))
}

/// wrk's times are `812.00us`, `1.52ms` or `1.01s`.
fn milliseconds(text: &str) -> Option<f64> {
    let number = |unit: &str, factor: f64| {
        text.strip_suffix(unit)?.parse::<f64>().ok().map(|value| value * factor)
    };
    number("us", 0.001).or_else(|| number("ms", 1.0)).or_else(|| number("s", 1000.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_wrk() {
        assert_eq!(milliseconds("500.00us"), Some(0.5));
        assert_eq!(milliseconds("1.50ms"), Some(1.5));
        assert_eq!(milliseconds("2.00s"), Some(2000.0));
        assert_eq!(milliseconds("x"), None);
    }
}
