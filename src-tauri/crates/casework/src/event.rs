//! One alert as the rest of casework sees it, whatever detector wrote it.

use types::ArtifactKind;
use wire::casework::EventSummary;

/// An observable that the detector itself named in a field of its record, not checked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observable {
    /// What the field holds.
    pub kind: ArtifactKind,
    /// The field's text, hostile.
    pub text: String,
}

/// One event with what ticket rules and artifact extraction need of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Id, time, signature, addresses, severity.
    pub summary: EventSummary,
    /// What the detector named beside the addresses: host names, URLs, file hashes, e-mail addresses.
    pub observables: Vec<Observable>,
    /// The decoded payload, empty when there is none; hostile.
    pub payload: Vec<u8>,
}
