//! The main job: a sample alert becomes a ticket, a playbook asks one question, the answer acts, the report is there.

use api::Api;
use engine::Answer;
use host::{Host, Options};
use serde_json::{Value as Json, json};
use tempfile::TempDir;
use types::{ArtifactKind, ExecutionStatus};
use vault::Vault;
use wire::casework::{BlocklistRef, TicketRef};
use wire::execution::{AnswerQuestions, ExecutionDetail, ExecutionRef, ListQuestions, QuestionSummary, StartExecution};
use wire::operation::*;
use wire::{Caller, Door, Nothing};

struct Backend {
    _folder: TempDir,
    api: Api,
}

impl Backend {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut options = Options::new(folder.path());
        options.vault = Some(Vault::in_memory());
        options.operator = Some("park".to_owned());
        Self { api: Api::new(Host::open(options).await.unwrap()), _folder: folder }
    }

    async fn run<O: api::bodies::Run>(&self, request: O::Request) -> O::Response {
        self.api.run::<O>(&self.caller(), request).await.unwrap()
    }

    fn caller(&self) -> Caller {
        Caller { name: "park".to_owned(), door: Door::Window }
    }

    /// Waits for what is pushed until `probe` finds something; nothing is polled.
    async fn until<T, F: Future<Output = Option<T>>>(&self, mut probe: impl FnMut() -> F) -> T {
        let mut pushes = self.api.subscribe();
        loop {
            if let Some(found) = probe().await {
                return found;
            }
            let _ = pushes.recv().await;
        }
    }

    async fn question_of(&self, ticket: i64) -> QuestionSummary {
        self.until(|| async {
            let groups = self.run::<QuestionList>(ListQuestions::default()).await.groups;
            groups.into_iter().flat_map(|group| group.questions).find(|question| question.ticket == Some(ticket))
        })
        .await
    }

    async fn answer(&self, question: i64, approved: bool, opinion: &str) -> Result<(), String> {
        let detail = self.run::<QuestionShow>(wire::execution::QuestionRef { id: question }).await;
        let hash = match &detail.question.kind {
            engine::QuestionKind::Approval { hash, .. } | engine::QuestionKind::Gate { hash, .. } => Some(hash.clone()),
            _ => None,
        };
        let answer = Answer::Approval { approved, opinion: opinion.to_owned(), hash };
        let request = AnswerQuestions { ids: vec![question], answer, hashes: Vec::new() };
        let report = self.api.run::<QuestionAnswer>(&self.caller(), request).await.map_err(|error| error.code)?;
        report.refused.into_iter().next().map_or(Ok(()), |refused| Err(refused.error.code))
    }

    async fn ended(&self, execution: i64) -> ExecutionDetail {
        self.until(|| async {
            let detail = self.run::<ExecutionShow>(ExecutionRef { id: execution }).await;
            detail.summary.status.is_final().then_some(detail)
        })
        .await
    }
}

fn output<'a>(detail: &'a ExecutionDetail, task: &str) -> &'a Json {
    &detail.tasks.iter().find(|run| run.id.as_str() == task).unwrap().output
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_sample_alerts_to_a_quarantine_and_a_report() {
    let backend = Backend::open().await;
    let report = backend.run::<SampleLoad>(Nothing {}).await;
    assert_eq!((report.playbooks, report.tickets), (3, 7));

    let question = backend.question_of(1).await;
    let shown = backend.run::<QuestionShow>(wire::execution::QuestionRef { id: question.id }).await;
    assert_eq!(shown.evidence.len(), 5, "five directions were investigated");
    let released: Vec<&Json> = shown.releases.iter().map(|release| &release.call.parameters["hosts"]).collect();
    assert_eq!(released, [&json!(["desk-017", "desk-042", "file-02"])]);

    assert_eq!(backend.answer(question.id, false, "").await, Err("ENGINE-OPINION".to_owned()), "a rejection needs an opinion");
    backend.answer(question.id, true, "Two sources agree.").await.unwrap();
    assert_eq!(backend.answer(question.id, false, "No.").await, Err("CONFLICT".to_owned()), "one decision stands");

    let detail = backend.ended(question.execution).await;
    assert_eq!(detail.summary.status, ExecutionStatus::Done);
    assert_eq!(output(&detail, "quarantine")["hosts"], json!(["desk-017", "desk-042", "file-02"]));
    let ticket = backend.run::<TicketShow>(TicketRef { id: 1 }).await;
    let report = ticket.report.expect("the report is there");
    assert!(report.contains("Two sources agree.") && report.contains("park"), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_reaches_the_firewall_and_the_blocklist_only_after_an_approval() {
    let backend = Backend::open().await;
    backend.run::<SampleLoad>(Nothing {}).await;
    let input = json!({"ip": "198.51.100.77", "reason": "scenario"}).as_object().unwrap().clone();
    let start = StartExecution { playbook: "ip-block".to_owned(), version: None, input, ticket: None, wait: Some(true) };
    let waiting = backend.run::<ExecutionStart>(start).await;
    assert_eq!(waiting.summary.status, ExecutionStatus::Waiting);
    assert!(backend.run::<BlocklistList>(Nothing {}).await.entries.iter().all(|entry| entry.artifact.value != "198.51.100.77"));

    backend.answer(waiting.questions[0].id, true, "").await.unwrap();
    let detail = backend.ended(waiting.summary.id).await;
    assert_eq!(detail.summary.status, ExecutionStatus::Done);
    let list = backend.run::<BlocklistList>(Nothing {}).await;
    let entry = list.entries.iter().find(|entry| entry.artifact.value == "198.51.100.77").expect("it is on the blocklist");
    assert_eq!(entry.artifact.kind, ArtifactKind::Ip);
    assert!(entry.expires_at > entry.added_at, "every block has an expiry");
    backend.run::<BlocklistRemove>(BlocklistRef { id: entry.id }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sample_leaves_nothing_behind() {
    let backend = Backend::open().await;
    backend.run::<SampleLoad>(Nothing {}).await;
    backend.question_of(1).await;
    backend.run::<SampleRemove>(Nothing {}).await;
    let workspace = backend.run::<WorkspaceShow>(Nothing {}).await;
    assert!(workspace.empty && !workspace.sample);
    let counted = backend.run::<QueryRun>(wire::casework::RunQuery { sql: "SELECT count(*) FROM events".to_owned(), limit: None }).await;
    assert_eq!(counted.rows, [[json!(0)]]);
}
