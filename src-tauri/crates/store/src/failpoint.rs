//! Named points between an effect and its commit at which a test can let the program die.
//!
//! `HAETAE_FAILPOINT=NAME:N` ends a debug build as `kill -9` would when it passes NAME for the Nth time; other builds have no such points.

/// The names, in the order in which an action passes them.
pub const POINTS: [&str; 6] = ["step-taken", "transaction-written", "transaction-committed", "step-durable", "effect-next", "effect-done"];

/// Passes a point.
#[cfg(debug_assertions)]
pub fn pass(name: &'static str) {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicUsize, Ordering};

    static FATAL: LazyLock<Option<(String, AtomicUsize)>> = LazyLock::new(|| {
        let text = std::env::var("HAETAE_FAILPOINT").ok()?;
        let (name, number) = text.split_once(':')?;
        Some((name.to_owned(), AtomicUsize::new(number.parse().ok()?)))
    });
    if let Some((fatal, left)) = &*FATAL
        && fatal == name
        && left.fetch_sub(1, Ordering::Relaxed) == 1
    {
        // Nothing is flushed, closed or unwound.
        std::process::abort();
    }
}

/// Passes a point, which does nothing.
#[cfg(not(debug_assertions))]
#[inline]
pub fn pass(_name: &'static str) {}

/// Fills the disk as far as the database can tell, or makes room again: it gets no page more than it has, and SQLite says so in the
/// words of a full disk.
#[cfg(debug_assertions)]
pub fn fill_disk(db: &crate::Writer<'_>, full: bool) -> crate::Result<()> {
    let pages: i64 = if full { 1 } else { 1 << 30 };
    Ok(db.db.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?)
}
