//! Links and joins: what becomes ready, what is skipped.
//!
//! Iterative throughout: a playbook of any length advances without using up the stack.

use playbook::{Join, Outcome};
use types::TaskStatus;

use crate::state::{LinkFate, Phase};
use crate::step::Machine;

impl Machine<'_> {
    /// Fires the links that leave `start`; tasks that no link reaches are skipped.
    pub(crate) fn begin_links(&mut self) {
        let plan = self.plan;
        for &link in &plan.first {
            self.decide(link, LinkFate::Fired);
        }
        for position in 0..plan.tasks.len() {
            if plan.tasks[position].incoming == 0 && self.state.tasks[position].phase == Phase::Idle {
                self.skip(position);
            }
        }
        self.bury();
    }

    /// Decides the links that leave a task that has ended.
    pub(crate) fn settle(&mut self, position: usize, outcome: Outcome) {
        let plan = self.plan;
        for &link in &plan.tasks[position].outgoing {
            self.decide(link, if plan.links[link].outcome == outcome { LinkFate::Fired } else { LinkFate::Dead });
        }
        self.bury();
    }

    fn decide(&mut self, link: usize, fate: LinkFate) {
        // An execution that is ending has already let every link die.
        if self.state.links[link] != LinkFate::Open {
            return;
        }
        self.state.links[link] = fate;
        let position = self.plan.links[link].to;
        let join = self.plan.tasks[position].join;
        let task = &mut self.state.tasks[position];
        task.open -= 1;
        if fate == LinkFate::Fired {
            task.fired += 1;
        }
        if task.phase != Phase::Idle {
            return;
        }
        let starts = match join {
            Join::All => task.open == 0 && task.fired > 0,
            Join::Any => task.fired > 0,
        };
        if starts {
            task.phase = Phase::Ready;
            self.enqueue(position);
        } else if task.open == 0 {
            self.skip(position);
        }
    }

    pub(crate) fn enqueue(&mut self, position: usize) {
        let is_pure = self.plan.tasks[position].is_pure();
        let queue = if is_pure { &mut self.state.ready_pure } else { &mut self.state.ready };
        queue.push_back(position);
    }

    fn skip(&mut self, position: usize) {
        self.state.tasks[position].phase = Phase::Over;
        self.set_status(position, TaskStatus::Skipped);
        self.dying.push(position);
    }

    /// Lets the links of skipped tasks die, and of those skipped by that.
    fn bury(&mut self) {
        let plan = self.plan;
        while let Some(position) = self.dying.pop() {
            for &link in &plan.tasks[position].outgoing {
                self.decide(link, LinkFate::Dead);
            }
        }
    }
}
