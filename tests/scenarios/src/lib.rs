//! Scenario tests over the whole backend, no window.
