//! The tables.

use db::Migration;

/// Tables `jobs` and `job_schedules`.
pub const MIGRATIONS: &[Migration] = &[Migration {
    name: "jobs_0001_queue",
    up: |schema| {
        schema
            .table("jobs")
            .id()
            .text("kind")
            .text("queue")
            .text("label")
            .text_or_null("subject")
            .text_or_null("dedupe")
            .text("payload")
            .text("state")
            .big("priority")
            .big("attempt")
            .big("attempts")
            .big("created_at")
            .big("run_at")
            .big_or_null("started_at")
            .big_or_null("finished_at")
            .text_or_null("worker")
            .big_or_null("lease_until")
            .boolean("cancel_requested")
            .big("progress_done")
            .big("progress_total")
            .text("progress_message")
            .text_or_null("error")
            .unique(&["dedupe"])
            .indexed(&["state", "queue", "run_at"])
            .indexed(&["kind", "state"])
            .indexed(&["subject"]);
        schema
            .table("job_schedules")
            .text("name")
            .big("every")
            .big("next_at")
            .primary_key(&["name"]);
    },
}];
