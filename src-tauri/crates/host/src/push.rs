//! What is pushed to every door: transitions at once, changed tags collected for a moment.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::Duration;

use tokio::sync::{Notify, broadcast};
use wire::Push;

use crate::triggers::Wake;

/// Tags that change within this time are one push: an ingest of thousands of tickets is a few refreshes.
const MOMENT: Duration = Duration::from_millis(100);

/// A door that falls this far behind is told so, and asks for everything again.
const BACKLOG: usize = 4096;

/// The stream of pushes.
pub(crate) struct Pushes {
    sender: broadcast::Sender<Push>,
    tags: Mutex<BTreeSet<String>>,
    changed: Notify,
    /// Told when it may be time to look at triggers: tickets, playbooks or settings have changed, or executions have come to rest.
    pub(crate) wake: Wake,
}

impl Pushes {
    pub(crate) fn new() -> Self {
        Self { sender: broadcast::Sender::new(BACKLOG), tags: Mutex::default(), changed: Notify::new(), wake: Wake::default() }
    }

    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Push> {
        self.sender.subscribe()
    }

    pub(crate) fn send(&self, push: Push) {
        // Nobody listens when no window is open.
        let _ = self.sender.send(push);
    }

    /// Sends what `push` gives, when somebody listens.
    pub(crate) fn send_with(&self, push: impl FnOnce() -> Push) {
        if self.sender.receiver_count() > 0 {
            self.send(push());
        }
    }

    pub(crate) fn changed<T: AsRef<str>>(&self, tags: impl IntoIterator<Item = T>) {
        let (mut is_new, mut is_looked_at) = (false, false);
        {
            let mut known = crate::lock_of(&self.tags);
            for tag in tags {
                let tag = tag.as_ref();
                is_looked_at |= ["ticket", "playbook", "settings", "blocklist"].iter().any(|looked_at| tag.starts_with(looked_at));
                // Who put it there has told it, and it has not been taken yet.
                if !known.contains(tag) {
                    is_new |= known.insert(tag.to_owned());
                }
            }
        }
        if is_looked_at {
            self.wake.look.notify_one();
        }
        if is_new {
            self.changed.notify_one();
        }
    }

    /// Sends the collected tags, forever.
    pub(crate) async fn flush(&self) {
        loop {
            self.changed.notified().await;
            tokio::time::sleep(MOMENT).await;
            let tags: Vec<String> = std::mem::take(&mut *crate::lock_of(&self.tags)).into_iter().collect();
            if !tags.is_empty() {
                self.send(Push::Changed { tags });
            }
        }
    }
}
