//! The log: on stderr, quiet unless `HAETAE_LOG` says otherwise.

use tracing_subscriber::EnvFilter;

/// Starts the log; control characters in logged text are escaped by the formatter.
pub fn start() {
    let filter = EnvFilter::try_from_env("HAETAE_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    // A second start (tests) keeps the first one.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false).try_init();
}
