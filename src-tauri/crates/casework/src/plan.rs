//! From a batch of new events to the tickets they open or join.
//!
//! Events of one signature from one source address belong to one ticket as long as no gap between neighbouring event
//! times exceeds an hour. [`plan`] groups inside the batch; the store asks [`TicketGroup::joins`] which open ticket
//! of an earlier batch a group continues.

use std::collections::HashMap;

use chrono::TimeDelta;
use indexmap::{IndexMap, IndexSet};
use types::{Artifact, PlaybookId, Severity, Time};

use crate::artifact::{ARTIFACTS_PER_TICKET, extract};
use crate::event::Event;
use crate::rule::{Decision, Rules};

/// How far apart in event time two neighbouring events of one ticket may be.
pub const MERGE_WINDOW: TimeDelta = TimeDelta::hours(1);

/// What a batch of new events means.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// The groups that open or join a ticket each, by the time of their first event.
    pub groups: Vec<TicketGroup>,
    /// How many events no ticket rule names.
    pub without_ticket: u64,
}

/// Events that belong to one ticket, with everything needed to open it.
///
/// Recording a group is idempotent by event id: an event that has a ticket already is passed over. That makes ingesting
/// safe to repeat after a crash between the two databases.
#[derive(Debug, Clone, PartialEq)]
pub struct TicketGroup {
    /// What merges: the signature and the source address as one text, to be compared for equality only.
    pub merge_key: String,
    /// The name of the rule that decided.
    pub rule: String,
    /// The ticket's title.
    pub title: String,
    /// The ticket's type, such as `malware`.
    pub kind: String,
    /// The ticket's severity: the rule's, else the highest of the events'.
    pub severity: Severity,
    /// The playbooks of which the first that is there is started when a ticket is opened (not when a group joins one).
    pub playbooks: Vec<PlaybookId>,
    /// The signature.
    pub signature: String,
    /// The signature's id.
    pub signature_id: i64,
    /// The detector's category.
    pub category: String,
    /// The source address of all events.
    pub src_ip: Option<String>,
    /// The source port of the first event.
    pub src_port: Option<u16>,
    /// The destination address of the first event.
    pub dest_ip: Option<String>,
    /// The destination port of the first event.
    pub dest_port: Option<u16>,
    /// The protocol of the first event.
    pub protocol: Option<String>,
    /// The event time of the first event.
    pub first_event_at: Time,
    /// The event time of the last event.
    pub last_event_at: Time,
    /// The ids of the events, by event time; never empty, no id twice.
    pub event_ids: Vec<String>,
    /// The artifacts of the events, the first seen first: source, destination, named fields, payload.
    pub artifacts: Vec<Artifact>,
    /// How many artifacts were left out because an event or the group held too many; worth a timeline entry when not zero.
    pub artifacts_left_out: u32,
}

/// A ticket that a group may continue: one with the same merge key that is not closed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OpenTicket {
    /// Its number.
    pub id: i64,
    /// The event time of its first event.
    pub first_event_at: Time,
    /// The event time of its last event.
    pub last_event_at: Time,
}

impl TicketGroup {
    /// Returns the ticket of `open` (all with this merge key and not closed) that the group continues: the nearest in
    /// time of those within [`MERGE_WINDOW`], the lowest number of those equally near.
    pub fn joins(&self, open: &[OpenTicket]) -> Option<i64> {
        open.iter().map(|ticket| (self.gap_to(ticket), ticket.id)).filter(|(gap, _)| *gap <= MERGE_WINDOW).min().map(|(_, id)| id)
    }

    /// The time between the group and the ticket, zero when they overlap.
    fn gap_to(&self, ticket: &OpenTicket) -> TimeDelta {
        let after = self.first_event_at - ticket.last_event_at;
        let before = ticket.first_event_at - self.last_event_at;
        after.max(before).max(TimeDelta::zero())
    }
}

/// Decides for every event of a batch whether a rule names it, and groups those that one names.
///
/// The result does not depend on the order of `events`, but for the order of artifacts of events at the same instant.
pub fn plan(rules: &Rules, events: &[Event]) -> Plan {
    let mut by_key: IndexMap<String, Vec<(&Event, Decision)>> = IndexMap::new();
    let mut decisions: HashMap<(i64, &str, &str, Severity), Option<Decision>> = HashMap::new();
    let mut without_ticket = 0;
    for event in events {
        let summary = &event.summary;
        let decided = (summary.signature_id, summary.signature.as_str(), summary.category.as_str(), summary.severity);
        match *decisions.entry(decided).or_insert_with(|| rules.decide(summary)) {
            Some(decision) => by_key.entry(merge_key(event)).or_default().push((event, decision)),
            None => without_ticket += 1,
        }
    }
    let mut groups: Vec<TicketGroup> = Vec::new();
    for (key, mut members) in by_key {
        members.sort_by_key(|(event, _)| event.summary.at);
        let same_ticket = |a: &(&Event, Decision), b: &(&Event, Decision)| b.0.summary.at - a.0.summary.at <= MERGE_WINDOW;
        groups.extend(members.chunk_by(same_ticket).map(|chunk| group(&key, chunk)));
    }
    groups.sort_by(|a, b| a.first_event_at.cmp(&b.first_event_at).then_with(|| a.merge_key.cmp(&b.merge_key)));
    Plan { groups, without_ticket }
}

/// A signature is known by its number; one without a number by its text.
fn merge_key(event: &Event) -> String {
    let source = event.summary.src_ip.as_deref().unwrap_or("-");
    match event.summary.signature_id {
        0 => format!("{}@{source}", event.summary.signature),
        id => format!("{id}@{source}"),
    }
}

fn group(key: &str, members: &[(&Event, Decision)]) -> TicketGroup {
    let (first, Decision { rule, ticket }) = members[0];
    let mut event_ids = IndexSet::with_capacity(members.len());
    let mut artifacts: IndexSet<Artifact> = IndexSet::new();
    let mut left_out = 0_u32;
    for (event, _) in members {
        event_ids.insert(event.summary.id.clone());
        let extraction = extract(event);
        left_out = left_out.saturating_add(extraction.left_out);
        for artifact in extraction.artifacts {
            if artifacts.len() < ARTIFACTS_PER_TICKET {
                artifacts.insert(artifact);
            } else if !artifacts.contains(&artifact) {
                left_out = left_out.saturating_add(1);
            }
        }
    }
    let highest = members.iter().map(|(event, _)| event.summary.severity).max().unwrap_or(first.summary.severity);
    TicketGroup {
        merge_key: key.to_owned(),
        rule: rule.to_owned(),
        title: ticket.title_for(&first.summary),
        kind: ticket.kind.clone(),
        severity: ticket.severity.unwrap_or(highest),
        playbooks: ticket.playbooks.clone(),
        signature: first.summary.signature.clone(),
        signature_id: first.summary.signature_id,
        category: first.summary.category.clone(),
        src_ip: first.summary.src_ip.clone(),
        src_port: first.summary.src_port,
        dest_ip: first.summary.dest_ip.clone(),
        dest_port: first.summary.dest_port,
        protocol: first.summary.protocol.clone(),
        first_event_at: first.summary.at,
        last_event_at: members[members.len() - 1].0.summary.at,
        event_ids: event_ids.into_iter().collect(),
        artifacts: artifacts.into_iter().collect(),
        artifacts_left_out: left_out,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use types::ArtifactKind;
    use wire::casework::EventSummary;

    use crate::event::Observable;

    /// An event of signature 7 at a minute of the day.
    fn event(id: &str, minute: i64, source: &str) -> Event {
        Event {
            summary: EventSummary {
                id: id.into(),
                at: at(minute),
                signature: "TEST signature".into(),
                signature_id: 7,
                category: "Test".into(),
                severity: Severity::Low,
                src_ip: Some(source.into()),
                src_port: Some(1000),
                dest_ip: Some("198.51.100.9".into()),
                dest_port: Some(443),
                protocol: Some("TCP".into()),
                action: None,
            },
            observables: Vec::new(),
            payload: Vec::new(),
        }
    }

    fn at(minute: i64) -> Time {
        Time::UNIX_EPOCH + TimeDelta::minutes(minute)
    }

    fn rules() -> Rules {
        Rules::from_file(
            r#"{"format": 1, "rules": [{"name": "none", "when": {"signature_ids": 8}, "ticket": null},
                {"name": "all", "ticket": {"type": "test", "playbook": "ip-triage"}}]}"#,
        )
        .unwrap()
    }

    /// The event ids of each group.
    fn groups(events: &[Event]) -> Vec<Vec<String>> {
        plan(&rules(), events).groups.into_iter().map(|group| group.event_ids).collect()
    }

    fn open(id: i64, first: i64, last: i64) -> OpenTicket {
        OpenTicket { id, first_event_at: at(first), last_event_at: at(last) }
    }

    #[test]
    fn one_source_within_an_hour_is_one_ticket() {
        assert_eq!(groups(&[event("a", 0, "10.0.0.1"), event("b", 60, "10.0.0.1")]), [["a", "b"]]);
        assert_eq!(groups(&[event("a", 0, "10.0.0.1"), event("b", 61, "10.0.0.1")]), [["a"], ["b"]]);
        assert_eq!(groups(&[event("a", 0, "10.0.0.1"), event("b", 0, "10.0.0.2")]), [["a"], ["b"]]);
    }

    #[test]
    fn the_order_of_a_batch_does_not_matter() {
        let (a, b, c) = (event("a", 0, "10.0.0.1"), event("b", 50, "10.0.0.1"), event("c", 100, "10.0.0.1"));
        for order in [[&a, &b, &c], [&c, &a, &b], [&b, &c, &a]] {
            assert_eq!(groups(&order.map(Clone::clone)), [["a", "b", "c"]]);
        }
    }

    #[test]
    fn another_signature_is_another_ticket_and_an_unnamed_one_is_none() {
        let (mut other, mut unnamed) = (event("b", 0, "10.0.0.1"), event("c", 0, "10.0.0.1"));
        other.summary.signature_id = 9;
        unnamed.summary.signature_id = 8;
        let plan = plan(&rules(), &[event("a", 0, "10.0.0.1"), other, unnamed]);
        assert_eq!((plan.groups.len(), plan.without_ticket), (2, 1));
    }

    #[test]
    fn a_group_describes_its_first_event_and_its_worst() {
        let (mut first, mut last) = (event("a", 0, "10.0.0.1"), event("b", 30, "10.0.0.1"));
        first.observables.push(Observable { kind: ArtifactKind::Domain, text: "Evil.example.com".into() });
        last.summary.severity = Severity::Critical;
        last.summary.dest_ip = Some("198.51.100.10".into());
        let plan = plan(&rules(), &[last, first]);
        let group = &plan.groups[0];
        assert_eq!((group.rule.as_str(), group.kind.as_str(), group.title.as_str()), ("all", "test", "TEST signature"));
        assert_eq!((group.severity, group.dest_ip.as_deref()), (Severity::Critical, Some("198.51.100.9")));
        assert_eq!((group.first_event_at, group.last_event_at), (at(0), at(30)));
        let artifacts: Vec<&str> = group.artifacts.iter().map(|artifact| artifact.value.as_str()).collect();
        assert_eq!(artifacts, ["10.0.0.1", "198.51.100.9", "evil.example.com", "198.51.100.10"]);
    }

    #[test]
    fn a_group_joins_the_nearest_open_ticket_within_an_hour() {
        let plan = plan(&rules(), &[event("a", 100, "10.0.0.1"), event("b", 110, "10.0.0.1")]);
        let group = &plan.groups[0];
        assert_eq!(group.joins(&[]), None);
        assert_eq!(group.joins(&[open(1, 0, 39)]), None, "61 minutes before");
        assert_eq!(group.joins(&[open(1, 0, 40)]), Some(1), "60 minutes before");
        assert_eq!(group.joins(&[open(1, 170, 200)]), Some(1), "60 minutes after");
        assert_eq!(group.joins(&[open(1, 171, 200)]), None, "61 minutes after");
        assert_eq!(group.joins(&[open(2, 105, 300), open(1, 0, 90), open(3, 0, 100)]), Some(2), "both overlap, the lower number");
    }

    #[test]
    fn invented_artifacts_are_bounded_and_counted() {
        let mut hostile = event("a", 0, "10.0.0.1");
        hostile.payload = (0..500).map(|n| format!("h{n}.example.com ")).collect::<String>().into_bytes();
        let plan = plan(&rules(), &[hostile]);
        let group = &plan.groups[0];
        assert_eq!(group.artifacts.len(), crate::ARTIFACTS_PER_EVENT);
        assert_eq!(group.artifacts_left_out as usize, 502 - crate::ARTIFACTS_PER_EVENT);
    }
}
