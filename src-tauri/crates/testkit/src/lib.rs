//! What tests of the whole backend share: a data directory in a temporary folder, a clock that a test moves, a runner that a test plays.
//!
//! Everything panics when something is not as the test says: that is how a test fails.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::TimeDelta;
use engine::message::{Answer, CommandCall, TaskError};
use host::clock::{FakeClock, Pending};
use host::runner::{Cause, Runner};
use host::{Host, Options};
use serde_json::Value as Json;
use store::ConnectionRow;
use tokio::sync::{Notify, oneshot};
use types::{Error, ExecutionId, ExecutionStatus, Time};
use vault::Vault;
use wire::execution::{AnswerQuestions, ExecutionDetail, ExecutionRef, ListQuestions, StartExecution};
use wire::playbook::{Document, SavePlaybook};
use wire::{Caller, Door};

/// What a command gives.
pub type Outcome = Result<Json, TaskError>;

/// Returns the moment at which every workspace's clock starts.
pub fn start() -> Time {
    Time::from_timestamp(1_790_000_000, 0).expect("a moment in 2026")
}

/// Returns a person at the window.
pub fn person(name: &str) -> Caller {
    Caller { name: name.to_owned(), door: Door::Window }
}

/// A command that waits for the test to end it.
pub struct Command {
    /// What is to be run.
    pub call: CommandCall,
    /// On whose behalf.
    pub cause: Cause,
    end: oneshot::Sender<Outcome>,
}

impl Command {
    /// Ends the command well.
    pub fn give(self, output: Json) {
        self.end.send(Ok(output)).expect("the execution waits for its command");
    }

    /// Ends the command badly.
    pub fn fail(self, code: &str) {
        let error = TaskError::new(code, "played by a test");
        self.end.send(Err(error)).expect("the execution waits for its command");
    }
}

/// A runner whose commands end when the test says so.
#[derive(Clone, Default)]
pub struct Played {
    waiting: Arc<Mutex<VecDeque<Command>>>,
    arrived: Arc<Notify>,
}

impl Runner for Played {
    fn run(&self, call: CommandCall, cause: Cause) -> Pending<Outcome> {
        let (end, ended) = oneshot::channel();
        self.commands(|waiting| waiting.push_back(Command { call, cause, end }));
        self.arrived.notify_one();
        Box::pin(async move {
            match ended.await {
                Ok(outcome) => outcome,
                // The test let go of the command: it never ends, like one of a process that was killed.
                Err(_) => std::future::pending().await,
            }
        })
    }
}

impl Played {
    fn commands<T>(&self, look: impl FnOnce(&mut VecDeque<Command>) -> T) -> T {
        look(&mut self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Waits for the next command.
    pub async fn next(&self) -> Command {
        loop {
            if let Some(command) = self.commands(VecDeque::pop_front) {
                return command;
            }
            self.arrived.notified().await;
        }
    }

    /// Returns how many commands wait for the test.
    pub fn waiting(&self) -> usize {
        self.commands(|waiting| waiting.len())
    }
}

/// A data directory with a host over it.
pub struct Workspace {
    /// Where it is.
    pub folder: tempfile::TempDir,
    /// Its time.
    pub clock: FakeClock,
    /// What vendors answer.
    pub runner: Played,
    /// The host.
    pub host: Host,
}

impl Workspace {
    /// Opens a new data directory that has a connection `default` for each of `apps`.
    pub async fn with_connections(apps: &[&str]) -> Self {
        Self::in_folder(tempfile::tempdir().expect("a temporary folder"), apps).await
    }

    /// The same in a folder of the test.
    pub async fn in_folder(folder: tempfile::TempDir, apps: &[&str]) -> Self {
        let (clock, runner) = (FakeClock::at(start()), Played::default());
        let host = Self::open(&folder, &clock, &runner).await.expect("the data directory opens");
        for app in apps {
            let row = ConnectionRow {
                app: (*app).to_owned(),
                name: "default".to_owned(),
                options: Default::default(),
                credential: None,
                health: None,
                sample: false,
            };
            host.store().write(move |db| db.save_connection(&row)).await.expect("the connection is saved");
        }
        Self { folder, clock, runner, host }
    }

    /// Opens the data directory once more.
    pub async fn open(folder: &tempfile::TempDir, clock: &FakeClock, runner: &Played) -> Result<Host, Error> {
        Host::open(Options {
            clock: Arc::new(clock.clone()),
            runner: Some(Arc::new(runner.clone())),
            vault: Some(Vault::in_memory()),
            operator: Some("kim".to_owned()),
            ..Options::new(folder.path())
        })
        .await
    }

    /// Stops everything where it is, commands under way included, and opens the directory again.
    pub async fn restart(self) -> Self {
        let Self { folder, clock, runner, host } = self;
        host.close().await;
        runner.commands(VecDeque::clear);
        let host = Self::open(&folder, &clock, &runner).await.expect("the data directory opens again");
        Self { folder, clock, runner, host }
    }

    /// Saves a playbook's first version.
    pub async fn save(&self, document: Json) {
        let request = SavePlaybook { document: Document(document), base: 0, comment: String::new() };
        self.host.playbook_save(&person("kim"), request).await.expect("the playbook is saved");
    }

    /// Starts a playbook.
    pub async fn try_start(&self, playbook: &str, input: Json) -> Result<ExecutionId, Error> {
        let input = input.as_object().cloned().unwrap_or_default();
        let request = StartExecution { playbook: playbook.to_owned(), version: None, input, ticket: None, wait: None };
        let detail = self.host.execution_start(&person("kim"), request).await?;
        Ok(ExecutionId(detail.summary.id))
    }

    /// Starts a playbook that can start.
    pub async fn start(&self, playbook: &str, input: Json) -> ExecutionId {
        self.try_start(playbook, input).await.expect("the execution starts")
    }

    /// Returns an execution.
    pub async fn show(&self, id: ExecutionId) -> ExecutionDetail {
        self.host.execution_show(ExecutionRef { id: id.0 }).await.expect("the execution is there")
    }

    /// Waits until an execution is as `holds` says.
    pub async fn until(&self, id: ExecutionId, holds: impl Fn(&ExecutionDetail) -> bool) -> ExecutionDetail {
        let mut pushes = self.host.subscribe();
        loop {
            let detail = self.show(id).await;
            if holds(&detail) {
                return detail;
            }
            pushes.recv().await.expect("the host goes on");
        }
    }

    /// Waits until an execution has a status.
    pub async fn reaches(&self, id: ExecutionId, status: ExecutionStatus) -> ExecutionDetail {
        self.until(id, |detail| detail.summary.status == status).await
    }

    /// Returns the most urgent open question.
    pub async fn question(&self) -> i64 {
        let groups = self.host.question_list(ListQuestions::default()).await.expect("questions are listed").groups;
        groups.first().expect("a question is open").questions[0].id
    }

    /// Answers a question with JSON as on the wire.
    pub async fn answer(&self, question: i64, answer: Json, by: &str) -> Result<u32, Error> {
        let answer: Answer = serde_json::from_value(answer).expect("an answer");
        let request = AnswerQuestions { ids: vec![question], answer, hashes: Vec::new() };
        Ok(self.host.question_answer(&person(by), request).await?.answered)
    }

    /// Moves the clock.
    pub fn advance(&self, by: TimeDelta) {
        self.clock.advance(by);
    }
}
