//! Scenarios over the whole backend, through the operations that the window uses and with the real recorded services; no window.
//!
//! They stand in `tests/`; this crate is apart from the shell so that they link without tauri.
