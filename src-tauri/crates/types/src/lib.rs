//! The words of Haetae that every other crate shares: ids, texts in two languages, time, severity, statuses, artifacts, errors.
//!
//! Invariant: no I/O, no clock, no randomness, no async. Time is always an argument.

mod artifact;
mod duration;
mod error;
mod id;
mod severity;
mod status;
mod text;

pub use artifact::{Artifact, ArtifactKind};
pub use duration::{DurationError, Seconds};
pub use error::{Code, Diagnostic, DiagnosticLevel, Error, Fix, Span, Target};
pub use id::{ExecutionId, NameError, PlaybookId, QuestionId, SecretRef, TaskId, TicketId, is_name};
pub use severity::Severity;
pub use status::{ExecutionStatus, TaskStatus};
pub use text::{Language, Text};

/// An instant, always UTC, milliseconds matter.
pub type Time = chrono::DateTime<chrono::Utc>;
