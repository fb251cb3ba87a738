//! The shape of a playbook: what follows what.

use std::collections::{HashMap, HashSet, VecDeque};

use crate::document::{Playbook, START, TaskKind};
use crate::{Catalog, Outcome};

/// Predecessors and successors of every task, by id.
#[derive(Debug, Clone)]
pub struct Graph<'a> {
    after: HashMap<&'a str, Vec<(Outcome, &'a str)>>,
    before: HashMap<&'a str, Vec<&'a str>>,
    order: Vec<&'a str>,
    cycle: Option<Vec<&'a str>>,
}

impl<'a> Graph<'a> {
    /// Reads the links of `playbook`.
    pub fn new(playbook: &'a Playbook) -> Self {
        let mut after: HashMap<&str, Vec<(Outcome, &str)>> = HashMap::new();
        let mut before: HashMap<&str, Vec<&str>> = HashMap::new();
        for link in &playbook.links {
            after.entry(link.from.as_str()).or_default().push((link.outcome(), link.to.as_str()));
            before.entry(link.to.as_str()).or_default().push(link.from.as_str());
        }
        // Kahn's algorithm; what remains stands on or behind a cycle.
        let mut open: HashMap<&str, usize> = playbook.tasks.keys().map(|id| (id.as_str(), 0)).collect();
        for link in &playbook.links {
            if link.from.as_str() != START {
                *open.entry(link.to.as_str()).or_default() += 1;
            }
        }
        let mut ready: VecDeque<&str> = playbook.tasks.keys().map(|id| id.as_str()).filter(|id| open.get(id) == Some(&0)).collect();
        let mut order = Vec::with_capacity(playbook.tasks.len());
        while let Some(id) = ready.pop_front() {
            order.push(id);
            // A damaged document may hold a task of this name; links from start were not counted.
            if id == START {
                continue;
            }
            for (_, next) in after.get(id).into_iter().flatten() {
                if let Some(count) = open.get_mut(next) {
                    *count -= 1;
                    if *count == 0 {
                        ready.push_back(next);
                    }
                }
            }
        }
        let mut graph = Self { after, before, order, cycle: None };
        if graph.order.len() < playbook.tasks.len() {
            graph.cycle = graph.find_cycle(playbook);
        }
        graph
    }

    /// Returns the tasks of one cycle, in its order, if there is one.
    pub fn cycle(&self) -> Option<&[&'a str]> {
        self.cycle.as_deref()
    }

    /// Returns the tasks so that each stands after all that lead to it; tasks on or behind a cycle are missing.
    pub fn order(&self) -> &[&'a str] {
        &self.order
    }

    /// Returns the links that leave a task.
    pub fn after(&self, id: &str) -> &[(Outcome, &'a str)] {
        self.after.get(id).map_or(&[], Vec::as_slice)
    }

    /// Returns the tasks whose links reach a task, `start` among them.
    pub fn before(&self, id: &str) -> &[&'a str] {
        self.before.get(id).map_or(&[], Vec::as_slice)
    }

    /// Returns every task that can be reached from `from` through links that `follow` accepts; `from` itself is not among them.
    pub fn reachable(&self, from: &str, follow: impl Fn(&str, Outcome) -> bool) -> HashSet<&'a str> {
        let mut seen = HashSet::new();
        let mut queue: VecDeque<&str> = VecDeque::from([from]);
        while let Some(id) = queue.pop_front() {
            for (outcome, next) in self.after(id) {
                if follow(id, *outcome) && seen.insert(*next) {
                    queue.push_back(next);
                }
            }
        }
        seen
    }

    fn find_cycle(&self, playbook: &'a Playbook) -> Option<Vec<&'a str>> {
        let placed: HashSet<&str> = self.order.iter().copied().collect();
        // Every task left over has a predecessor that is left over, so walking backwards must meet a task twice.
        let mut id = playbook.tasks.keys().map(|id| id.as_str()).find(|id| !placed.contains(id))?;
        let mut walked: Vec<&str> = Vec::new();
        loop {
            if let Some(at) = walked.iter().position(|other| *other == id) {
                let mut cycle = walked.split_off(at);
                cycle.reverse();
                // It begins with the task that stands first in the document, however it was found.
                let place = |id: &&str| playbook.tasks.get_index_of(*id);
                let first = (0..cycle.len()).min_by_key(|index| place(&cycle[*index])).unwrap_or_default();
                cycle.rotate_left(first);
                return Some(cycle);
            }
            walked.push(id);
            id = self.before(id).iter().copied().find(|before| *before != START && !placed.contains(before))?;
        }
    }
}

/// Tells whether a task runs a destructive command.
pub fn is_destructive(playbook: &Playbook, catalog: &Catalog, id: &str) -> bool {
    match playbook.tasks.get(id).map(|task| &task.kind) {
        Some(TaskKind::Action { app, command, .. }) => catalog.command(app, command).is_some_and(|command| command.destructive),
        _ => false,
    }
}

/// Returns the destructive tasks that an approval releases: reached from its `approved` outcome before the next approval, in order.
pub fn released<'a>(playbook: &'a Playbook, graph: &Graph<'a>, catalog: &Catalog, approval: &str) -> Vec<&'a str> {
    let is_approval = |id: &str| matches!(playbook.tasks.get(id).map(|task| &task.kind), Some(TaskKind::Approval { .. }));
    let reached = graph.reachable(approval, |id, outcome| {
        if id == approval { outcome == Outcome::Approved } else { !is_approval(id) || outcome != Outcome::Approved }
    });
    graph.order().iter().copied().filter(|id| reached.contains(id) && is_destructive(playbook, catalog, id)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn playbook(links: &[(&str, &str)]) -> Playbook {
        let mut tasks = serde_json::Map::new();
        for id in links.iter().flat_map(|(from, to)| [from, to]).filter(|id| **id != START) {
            tasks.insert((*id).to_owned(), serde_json::json!({"type": "formula", "variable": "x", "expression": "1"}));
        }
        let links: Vec<_> = links.iter().map(|(from, to)| serde_json::json!({"from": from, "to": to})).collect();
        serde_json::from_value(serde_json::json!({"format": 1, "id": "x", "tasks": tasks, "links": links})).unwrap()
    }

    #[test]
    fn the_order_puts_each_task_after_those_that_lead_to_it() {
        let playbook = playbook(&[("start", "a"), ("b", "c"), ("a", "b"), ("a", "c")]);
        let graph = Graph::new(&playbook);
        assert_eq!(graph.order(), ["a", "b", "c"]);
        assert_eq!(graph.cycle(), None);
    }

    #[test]
    fn a_cycle_is_named_in_its_order_without_what_leads_to_it() {
        let playbook = playbook(&[("start", "a"), ("a", "b"), ("b", "c"), ("c", "d"), ("d", "b"), ("d", "e")]);
        let graph = Graph::new(&playbook);
        assert_eq!(graph.cycle().unwrap(), ["b", "c", "d"]);
    }
}
