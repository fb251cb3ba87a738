//! Fair turns: whoever has much to do does not keep the others waiting.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use tokio::sync::oneshot;
use types::ExecutionId;

use crate::lock_of;

/// A queue in which every owner has one turn a round, in the order in which they came.
#[derive(Debug)]
pub(crate) struct Fair<T> {
    round: VecDeque<ExecutionId>,
    waiting: HashMap<ExecutionId, VecDeque<T>>,
}

impl<T> Default for Fair<T> {
    fn default() -> Self {
        Self { round: VecDeque::new(), waiting: HashMap::new() }
    }
}

impl<T> Fair<T> {
    pub(crate) fn push(&mut self, owner: ExecutionId, item: T) {
        let waiting = self.waiting.entry(owner).or_default();
        if waiting.is_empty() {
            self.round.push_back(owner);
        }
        waiting.push_back(item);
    }

    pub(crate) fn pop(&mut self) -> Option<T> {
        let owner = self.round.pop_front()?;
        let waiting = self.waiting.get_mut(&owner)?;
        let item = waiting.pop_front();
        if waiting.is_empty() {
            self.waiting.remove(&owner);
        } else {
            self.round.push_back(owner);
        }
        item
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.round.is_empty()
    }

    pub(crate) fn retain(&mut self, keep: impl Fn(&T) -> bool) {
        self.waiting.retain(|_, waiting| {
            waiting.retain(&keep);
            !waiting.is_empty()
        });
        let waiting = &self.waiting;
        self.round.retain(|owner| waiting.contains_key(owner));
    }
}

/// So many at once over all executions, and a turn each when more want to.
#[derive(Debug)]
pub(crate) struct Turns {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    most: usize,
    taken: usize,
    waiting: Fair<oneshot::Sender<Turn>>,
}

/// A turn that was given; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    turns: Option<Arc<Turns>>,
}

impl Turns {
    pub(crate) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self { state: Mutex::new(State { most, ..State::default() }) })
    }

    /// Changes how many there are at once; turns that were given stay.
    pub(crate) fn set_most(self: &Arc<Self>, most: usize) {
        lock_of(&self.state).most = most;
        self.give();
    }

    /// Waits for a turn.
    pub(crate) async fn take(self: &Arc<Self>, owner: ExecutionId) -> Turn {
        let granted = {
            let mut state = lock_of(&self.state);
            if state.taken < state.most && state.waiting.is_empty() {
                state.taken += 1;
                return Turn { turns: Some(self.clone()) };
            }
            let (sender, granted) = oneshot::channel();
            state.waiting.push(owner, sender);
            granted
        };
        match granted.await {
            Ok(turn) => turn,
            // The sender lives in the queue for as long as somebody can give a turn.
            Err(_) => std::future::pending().await,
        }
    }

    fn end(self: &Arc<Self>) {
        lock_of(&self.state).taken -= 1;
        self.give();
    }

    /// Gives turns to those who wait, as long as there are any.
    fn give(self: &Arc<Self>) {
        loop {
            let next = {
                let mut state = lock_of(&self.state);
                if state.taken >= state.most {
                    return;
                }
                let Some(next) = state.waiting.pop() else { return };
                state.taken += 1;
                next
            };
            if let Err(mut turn) = next.send(Turn { turns: Some(self.clone()) }) {
                // It was abandoned while it waited: the turn goes to the next one.
                turn.turns = None;
                lock_of(&self.state).taken -= 1;
            }
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(turns) = self.turns.take() {
            turns.end();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_owner_has_one_turn_a_round() {
        let mut fair = Fair::default();
        for item in ["a1", "a2", "a3"] {
            fair.push(ExecutionId(1), item);
        }
        fair.push(ExecutionId(2), "b1");
        fair.push(ExecutionId(3), "c1");
        fair.push(ExecutionId(3), "c2");
        fair.retain(|item| *item != "a2");
        let order: Vec<_> = std::iter::from_fn(|| fair.pop()).collect();
        assert_eq!(order, ["a1", "b1", "c1", "a3", "c2"]);
        assert!(fair.is_empty());
    }

    #[tokio::test]
    async fn a_turn_that_nobody_takes_any_more_goes_to_the_next() {
        let turns = Turns::new(1);
        let first = turns.take(ExecutionId(1)).await;
        let abandoned = tokio::spawn({
            let turns = turns.clone();
            async move { drop(turns.take(ExecutionId(1)).await) }
        });
        let next = tokio::spawn({
            let turns = turns.clone();
            async move { drop(turns.take(ExecutionId(2)).await) }
        });
        while lock_of(&turns.state).waiting.waiting.len() < 2 {
            tokio::task::yield_now().await;
        }
        abandoned.abort();
        let _ = abandoned.await;
        drop(first);
        next.await.unwrap();
        assert_eq!(lock_of(&turns.state).taken, 0);
    }

    #[tokio::test]
    async fn a_higher_limit_lets_those_who_wait_go_on_and_a_lower_one_holds_them() {
        let turns = Turns::new(1);
        let first = turns.take(ExecutionId(1)).await;
        let take = |owner| {
            tokio::spawn({
                let turns = turns.clone();
                async move { turns.take(ExecutionId(owner)).await }
            })
        };
        let (second, third) = (take(2), take(3));
        while lock_of(&turns.state).waiting.waiting.len() < 2 {
            tokio::task::yield_now().await;
        }
        turns.set_most(2);
        let second = second.await.unwrap();
        assert_eq!((lock_of(&turns.state).taken, third.is_finished()), (2, false));
        turns.set_most(1);
        drop(first);
        assert_eq!((lock_of(&turns.state).taken, third.is_finished()), (1, false));
        drop(second);
        drop(third.await.unwrap());
        assert_eq!(lock_of(&turns.state).taken, 0);
    }
}
