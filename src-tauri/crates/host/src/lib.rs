//! The host: runs executions over the store, the apps, the vault and the event store of one data directory.
// CONTRACT FROM THE LEAD (delete this comment once it is true; api/src/bodies.rs, src-tauri/src/cli and window.rs already call it):
// - `host::Options::new(data: &Path) -> Options` with pub fields `advance: bool` (run executions, default true), `clock`, ...
// - `Host::open(options) -> Result<Host, types::Error>` async; `host.operator() -> String`; `host.subscribe() -> broadcast::Receiver<wire::Push>`;
//   `host.shutdown()` async (&self; idempotent: stops advancing, waits for the writer).
// - every operation: `async fn NOUN_VERB(&self, caller: &wire::Caller, request: REQUEST) -> Result<RESPONSE, types::Error>`
//   for all rows of wire/src/operation.rs (see api/src/bodies.rs for the list of names; futures must be Send).
// - data directory: `haetae.sqlite` (SQLite), `events.duckdb`, `lock`, `rejects/`, `ticket-rules.json`, `settings` inside SQLite.
// - simulate.rs is being written BY THE LEAD (simulated runs, rehearsals): do not write it; keep `pub mod simulate;`.
pub mod simulate;
