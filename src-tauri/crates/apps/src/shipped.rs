//! The playbooks that come with the program, each with its rehearsals.

/// A playbook that comes with the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShippedPlaybook {
    /// Its id.
    pub id: &'static str,
    /// Whether the sample workspace has it.
    pub sample: bool,
    /// The document, JSON.
    pub document: &'static str,
    /// Its rehearsal, JSON: the usual course, with what commonly goes wrong on the way.
    pub rehearsal: &'static str,
    /// Rehearsals of the other courses: name and JSON.
    pub more_rehearsals: &'static [(&'static str, &'static str)],
}

macro_rules! shipped {
    ($($id:literal $(($sample:ident))?: [$($case:literal),* $(,)?]),+ $(,)?) => {
        &[$(ShippedPlaybook {
            id: $id,
            sample: shipped!(@sample $($sample)?),
            document: include_str!(concat!("../../../../playbooks/", $id, ".json")),
            rehearsal: include_str!(concat!("../../../../playbooks/", $id, ".rehearsal.json")),
            more_rehearsals: &[$(($case, include_str!(concat!("../../../../playbooks/rehearsals/", $id, ".", $case, ".json")))),*],
        }),+]
    };
    (@sample) => { false };
    (@sample sample) => { true };
}

/// The shipped playbooks, in the order in which people see them.
pub const PLAYBOOKS: &[ShippedPlaybook] = shipped! {
    "malware-response" (sample): ["rejected", "unanswered", "no-file"],
    "ip-triage" (sample): ["harmless", "unknown", "block-failed", "unanswered"],
    "ip-block" (sample): ["with-ticket", "rejected", "unanswered"],
    "phishing-mail": ["harmless", "unanswered"],
    "c2-contact": ["not-serious", "unanswered"],
    "brute-force": ["nothing-happened"],
    "web-attack": ["succeeded", "no-attack"],
    "web-shell": ["still-there", "nothing-found"],
    "ransomware": ["spreads", "unanswered"],
    "data-leak": ["nothing-leaked", "unanswered"],
    "ddos": ["goes-on", "as-usual"],
    "privileged-account": ["asked-for", "unknown-account"],
    "indicator-sharing": ["not-shared"],
    "account-review": ["unknown-account"],
    "share-indicator": ["address", "hash", "domain"],
};

/// Returns the playbooks of the sample workspace.
pub fn of_the_sample() -> impl Iterator<Item = &'static ShippedPlaybook> {
    PLAYBOOKS.iter().filter(|playbook| playbook.sample)
}

/// Returns a shipped playbook.
pub fn find(id: &str) -> Option<&'static ShippedPlaybook> {
    PLAYBOOKS.iter().find(|playbook| playbook.id == id)
}
