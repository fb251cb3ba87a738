//! `question.*`

use std::collections::HashSet;

use engine::message::{Answer, QuestionKind, Release};
use playbook::graph::Graph;
use playbook::{Catalog, Outcome, Playbook, TaskKind};
use serde_json::{Value as Json, json};
use store::{QuestionRow, QuestionState};
use tokio::sync::oneshot;
use types::{Error, QuestionId, TaskStatus, Text};
use wire::Caller;
use wire::casework::Asset;
use wire::execution::{
    AnswerQuestions, AnswerReport, Evidence, ListQuestions, QuestionDetail, QuestionGroups, QuestionRef, RefusedAnswer, ReleaseDetail,
};

use crate::actor::Command;
use crate::error::invalid_request;
use crate::{Host, blocking};

/// A finding longer than this is cut; the execution shows the whole.
const EVIDENCE: usize = 4 * 1024;

impl Host {
    /// `question.list`
    pub async fn question_list(&self, request: ListQuestions) -> Result<QuestionGroups, Error> {
        let operator = self.operator().await?;
        self.inner
            .store
            .read(move |db| {
                let groups = db.question_groups(request.mine.unwrap_or(true).then_some(operator.as_str()))?;
                let (tickets, new_tickets) = db.new_tickets()?;
                Ok(QuestionGroups { groups, reviews: db.reviews()?, tickets, new_tickets })
            })
            .await
    }

    /// `question.show`
    pub async fn question_show(&self, request: QuestionRef) -> Result<QuestionDetail, Error> {
        let catalog = self.catalog().await?;
        self.inner
            .store
            .read(move |db| {
                let row = db.question(QuestionId(request.id))?;
                let playbook = playbook::read_text(&db.document(&row.document)?).playbook;
                let runs = db.execution(row.execution)?.tasks;
                let assets = db.assets()?;
                Ok(detail(row, &playbook, &runs, &assets, &catalog))
            })
            .await
    }

    /// `question.answer`
    pub async fn question_answer(&self, caller: &Caller, request: AnswerQuestions) -> Result<AnswerReport, Error> {
        let executor = self.executor()?;
        let AnswerQuestions { ids, answer, hashes } = request;
        if ids.is_empty() || (ids.len() > 1 && !hashes.is_empty() && hashes.len() != ids.len()) {
            return Err(invalid_request("질문과 해시의 수가 맞지 않습니다.", "Questions and hashes do not match in number."));
        }
        let wanted: Vec<QuestionId> = ids.iter().copied().map(QuestionId).collect();
        let rows = self.inner.store.read(move |db| wanted.into_iter().map(|id| db.question(id)).collect::<store::Result<Vec<_>>>()).await?;
        let kind = |row: &QuestionRow| (row.document.clone(), row.question.task.clone(), std::mem::discriminant(&row.question.kind));
        if rows.iter().any(|row| kind(row) != kind(&rows[0])) {
            return Err(invalid_request("같은 질문끼리만 한꺼번에 답할 수 있습니다.", "Only equal questions can be answered together."));
        }
        let mut waiting = Vec::new();
        let mut refused = Vec::new();
        for (position, row) in rows.iter().enumerate() {
            let given = match (&answer, hashes.get(position)) {
                (Answer::Approval { approved, opinion, .. }, Some(hash)) => {
                    Answer::Approval { approved: *approved, opinion: opinion.clone(), hash: Some(hash.clone()) }
                }
                _ => answer.clone(),
            };
            // A person always says what list was seen; only answers given ahead on the command line do not.
            let unseen = matches!(given, Answer::Approval { hash: None, approved: true, .. });
            if unseen && !released(&row.question.kind).is_empty() {
                refused.push(RefusedAnswer { id: row.summary.id, error: hash_missing() });
                continue;
            }
            let (reply, outcome) = oneshot::channel();
            executor.send(row.execution, Command::Answer { question: row.question.number, answer: given, by: caller.name.clone(), reply });
            waiting.push((row.summary.id, outcome));
        }
        let mut answered = 0;
        for (id, outcome) in waiting {
            match outcome.await.unwrap_or_else(|_| Err(crate::error::closed())) {
                Ok(()) => answered += 1,
                Err(error) => refused.push(RefusedAnswer { id, error: self.with_decision(id, error).await }),
            }
        }
        if ids.len() == 1
            && let Some(refused) = refused.pop()
        {
            return Err(refused.error);
        }
        Ok(AnswerReport { answered, refused })
    }

    /// Adds to a conflict who decided what.
    async fn with_decision(&self, id: i64, error: Error) -> Error {
        if error.code != "CONFLICT" {
            return error;
        }
        match self.inner.store.read(move |db| db.question(QuestionId(id))).await {
            Ok(QuestionRow { state: QuestionState::Answered(answered), .. }) => error.details(json!({"answered": answered})),
            _ => error,
        }
    }
}

fn hash_missing() -> Error {
    Error::new("QUESTION-HASH", "승인하려는 명령 목록의 해시가 없습니다.", "The hash of the list of commands is missing.")
        .hint("질문을 열어 명령을 본 뒤 승인하십시오.", "Open the question, look at the commands, then approve.")
}

fn released(kind: &QuestionKind) -> &[Release] {
    match kind {
        QuestionKind::Approval { releases, .. } | QuestionKind::Gate { releases, .. } => releases,
        QuestionKind::Boolean | QuestionKind::String { .. } | QuestionKind::Choice { .. } => &[],
    }
}

fn detail(row: QuestionRow, playbook: &Playbook, runs: &[engine::TaskRun], assets: &[Asset], catalog: &Catalog) -> QuestionDetail {
    let graph = Graph::new(playbook);
    let asking = row.question.task.as_str();
    let mut before: HashSet<&str> = HashSet::new();
    let mut next: Vec<&str> = graph.before(asking).to_vec();
    while let Some(task) = next.pop() {
        if before.insert(task) {
            next.extend(graph.before(task));
        }
    }
    let mut earlier: Vec<&engine::TaskRun> = runs.iter().filter(|run| before.contains(run.id.as_str())).collect();
    earlier.sort_by_key(|run| (run.ended_at.is_none(), run.ended_at));
    let name = |task: &str| task_name(playbook, task);
    let evidence_of = |run: &&engine::TaskRun| Evidence {
        task: run.id.to_string(),
        name: name(run.id.as_str()),
        app: app_of(playbook, catalog, run.id.as_str()),
        status: run.status,
        error_code: run.error.as_ref().map(|error| error.code.clone()),
        output: cut(&run.output),
        ended_at: run.ended_at,
    };
    // Which way a branch went is no finding.
    let is_branch =
        |run: &engine::TaskRun| matches!(playbook.tasks.get(run.id.as_str()).map(|task| &task.kind), Some(TaskKind::Branch { .. }));
    let is_found = |run: &&&engine::TaskRun| run.status == TaskStatus::Done && !run.output.is_null() && !is_branch(run);
    let is_missing = |run: &&&engine::TaskRun| matches!(run.status, TaskStatus::Failed | TaskStatus::Running | TaskStatus::NeedsReview);
    let after = |outcomes: &[Outcome]| -> Vec<Text> {
        graph.after(asking).iter().filter(|(outcome, _)| outcomes.contains(outcome)).map(|(_, task)| name(task)).collect()
    };
    let releases = released(&row.question.kind).iter().map(|release| release_detail(release, playbook, assets, catalog)).collect();
    let answered = match row.state {
        QuestionState::Answered(answered) => Some(answered),
        QuestionState::Open | QuestionState::Withdrawn => None,
    };
    QuestionDetail {
        task: name(asking),
        evidence: earlier.iter().filter(is_found).map(evidence_of).collect(),
        missing: earlier.iter().filter(is_missing).map(evidence_of).collect(),
        releases,
        if_rejected: after(&[Outcome::Rejected, Outcome::False]),
        if_expired: after(&[Outcome::Expired]),
        answered,
        summary: row.summary,
        question: row.question,
        playbook: row.playbook,
        version: row.version,
    }
}

fn task_name(playbook: &Playbook, id: &str) -> Text {
    playbook.tasks.get(id).and_then(|task| task.name.clone()).unwrap_or_else(|| Text::from(id))
}

fn app_of(playbook: &Playbook, catalog: &Catalog, id: &str) -> Option<Text> {
    match &playbook.tasks.get(id)?.kind {
        TaskKind::Action { app, .. } => Some(catalog.apps.get(app).map_or_else(|| Text::from(app.as_str()), |app| app.name.clone())),
        _ => None,
    }
}

fn release_detail(release: &Release, playbook: &Playbook, assets: &[Asset], catalog: &Catalog) -> ReleaseDetail {
    let call = &release.call;
    let command = catalog.command(&call.app, &call.command);
    let mut texts = HashSet::new();
    call.parameters.values().for_each(|value| gather(value, &mut texts));
    let concerned = |asset: &&Asset| {
        let own = blocking::own_networks(std::slice::from_ref(*asset));
        texts.iter().any(|text| {
            asset.host.eq_ignore_ascii_case(text)
                || text.parse::<std::net::IpAddr>().is_ok_and(|address| own.iter().any(|own| own.contains(&address)))
        })
    };
    ReleaseDetail {
        task: release.task.to_string(),
        name: task_name(playbook, release.task.as_str()),
        app: catalog.apps.get(&call.app).map_or_else(|| Text::from(call.app.as_str()), |app| app.name.clone()),
        command_name: command.map_or_else(|| Text::from(call.command.as_str()), |command| command.name.clone()),
        undo: command.and_then(|command| command.undo.clone()),
        assets: assets.iter().filter(concerned).cloned().collect(),
        call: call.clone(),
    }
}

fn gather<'a>(value: &'a Json, texts: &mut HashSet<&'a str>) {
    match value {
        Json::String(text) => drop(texts.insert(text.trim())),
        Json::Array(items) => items.iter().for_each(|item| gather(item, texts)),
        Json::Object(fields) => fields.values().for_each(|value| gather(value, texts)),
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}

fn cut(output: &Json) -> Json {
    let text = output.to_string();
    if text.len() <= EVIDENCE {
        return output.clone();
    }
    let end = (0..=EVIDENCE).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    Json::String(format!("{}…", &text[..end]))
}
