//! `view.*`, `storage.*`, `execution.export`, `execution.metrics` and the other operations on the record.

use std::io::Write;
use std::path::{Path, PathBuf};

use chrono::TimeDelta;
use serde_json::Value as Json;
use types::{Error, ExecutionId, Language, Text, Time};
use wire::execution::{ExecutionRef, ExecutionSummary, ListExecutions, RerunExecution};
use wire::record::{
    AuditPage, CompactReport, DecisionPage, ExportExecutions, ExportFormat, ExportedExecutions, KeepExecutions, ListAudit, ListDecisions,
    ListViews, ManyExecutions, ManyReport, ManyRow, Metrics, PurgeReport, PurgeStorage, Retention, SaveView, SavedView, SavedViews,
    ShowMetrics, ShowStorage, ShowValue, Storage, TaskValue, ValueField, ViewRef,
};
use wire::{Caller, Door};

use crate::error::invalid_request;
use crate::{Host, indexer};

/// Executions that are acted on at once.
const MANY: u32 = 10_000;

/// Rows of a page of an export, and of what is read at once.
const EXPORTED: u32 = 10_000;
const PAGE: u32 = 1000;

/// The longest filter of a view, and the longest name.
const VIEW: usize = 64 * 1024;
const NAME: usize = 200;

/// Bytes of a value that are sent at once.
const VALUE: usize = 4 << 20;

/// The longest period of figures.
const METRICS_DAYS: i64 = 3660;

/// Pages that one job gives back; others write in between.
const VACUUMED: u32 = 500;

impl Host {
    /// `view.list`
    pub async fn view_list(&self, request: ListViews) -> Result<SavedViews, Error> {
        self.inner.store.read(move |db| Ok(SavedViews { views: db.views(&request.screen)? })).await
    }

    /// `view.save`
    pub async fn view_save(&self, caller: &Caller, mut request: SaveView) -> Result<SavedView, Error> {
        request.name = request.name.trim().to_owned();
        if request.name.is_empty() || request.name.chars().count() > NAME || request.screen.is_empty() || request.screen.len() > NAME {
            return Err(invalid_request("이름은 1자에서 200자까지입니다.", "A name has 1 to 200 characters."));
        }
        if request.filter.to_string().len() > VIEW {
            return Err(invalid_request("보기가 너무 큽니다 (최대 64 KB).", "The view is too large (64 KB at most)."));
        }
        let (by, at) = (caller.name.clone(), self.now());
        self.inner.store.write(move |db| db.save_view(&request, &by, at)).await
    }

    /// `view.delete`
    pub async fn view_delete(&self, request: ViewRef) -> Result<(), Error> {
        self.inner.store.write(move |db| db.delete_view(request.id)).await
    }

    /// `question.history`
    pub async fn question_history(&self, request: ListDecisions) -> Result<DecisionPage, Error> {
        let operator = if request.mine == Some(true) { Some(self.operator().await?) } else { None };
        self.inner.store.read(move |db| db.decisions(&request, operator.as_deref())).await
    }

    /// `audit.list`
    pub async fn audit_list(&self, request: ListAudit) -> Result<AuditPage, Error> {
        self.inner.store.read(move |db| db.audit_page(&request)).await
    }

    /// `execution.value`
    pub async fn execution_value(&self, request: ShowValue) -> Result<TaskValue, Error> {
        let (id, task, field) = (ExecutionId(request.id), request.task.clone(), request.field);
        let value = self
            .inner
            .store
            .read(move |db| {
                db.execution_row(id)?;
                let (input, output) = match request.item {
                    None => db.task_run(id, &task, request.attempt)?.map(|run| (run.input, run.output)),
                    Some(item) => match db.item_execution(id, &task, item, request.attempt)? {
                        Some(called) => db.execution_values(called).map(|values| Some((values.input.into(), values.variables.into())))?,
                        None => None,
                    },
                }
                // What has not started has neither.
                .unwrap_or_default();
                Ok(match field {
                    ValueField::Input => input,
                    ValueField::Output => output,
                })
            })
            .await?;
        let path = request.path.as_deref().unwrap_or_default();
        let part = value.pointer(path).ok_or_else(|| {
            invalid_request(format!("값에 {path} 부분이 없습니다."), format!("The value has no part {path}.")).target(path)
        })?;
        Ok(slice(part, request.offset.unwrap_or(0) as usize, request.limit.map_or(usize::MAX, |limit| limit as usize)))
    }

    /// `execution.keep`
    pub async fn execution_keep(&self, caller: &Caller, request: KeepExecutions) -> Result<(), Error> {
        let (by, at) = (caller.name.clone(), self.now());
        self.inner
            .store
            .write(move |db| {
                for id in request.ids {
                    db.keep_execution(ExecutionId(id), request.keep, &by, at)?;
                    db.audit(at, &by, "execution.keep", Some(&ExecutionId(id).to_string()), if request.keep { "keep" } else { "" })?;
                }
                Ok(())
            })
            .await
    }

    /// `execution.metrics`
    pub async fn execution_metrics(&self, request: ShowMetrics) -> Result<Metrics, Error> {
        let to = request.to.unwrap_or_else(|| self.now());
        let from = request.from.unwrap_or(to - TimeDelta::days(30));
        if from >= to || to - from > TimeDelta::days(METRICS_DAYS) {
            return Err(invalid_request(
                "기간은 시작이 끝보다 앞서고 10년을 넘지 않아야 합니다.",
                "A period starts before it ends and has ten years at most.",
            ));
        }
        self.index_if_idle().await?;
        let zone = crate::operation::workspace::zone_of(&self.settings().await?).parse().unwrap_or(chrono_tz::Tz::UTC);
        self.inner.store.read(move |db| db.metrics(from, to, request.playbook.as_deref(), zone)).await
    }

    /// Brings the search index up to date: in the background that happens by itself.
    pub async fn catch_up_index(&self) -> Result<(), Error> {
        self.inner.store.catch_up_index().await.map(drop)
    }

    /// A command that does not advance executions has no background either.
    pub(crate) async fn index_if_idle(&self) -> Result<(), Error> {
        if self.inner.runs { Ok(()) } else { self.catch_up_index().await }
    }

    /// `execution.export`
    pub async fn execution_export(&self, caller: &Caller, request: ExportExecutions) -> Result<ExportedExecutions, Error> {
        let ExportExecutions { filter, format, language, path } = request;
        self.index_if_idle().await?;
        let language = language.unwrap_or(Language::En);
        let extension = match format {
            ExportFormat::Csv => "csv",
            ExportFormat::Json => "json",
        };
        let file_name = format!("haetae-executions-{}.{extension}", self.now().format("%Y%m%d-%H%M%S"));
        let exported = match path {
            None => {
                let limit = filter.limit.unwrap_or(EXPORTED).min(EXPORTED);
                let mut text = String::new();
                let mut writer = Rows::new(&mut text, format, language);
                let next_offset = self.export_rows(filter, limit, &mut writer).await?;
                let rows = writer.end();
                ExportedExecutions { rows, text: Some(text), next_offset, file_name, path: None }
            }
            Some(path) => {
                let path = allowed_path(caller, &path)?;
                let filter = ListExecutions { offset: None, limit: None, ..filter };
                let mut rows = 0;
                let mut file = NewFile::create(&path)?;
                let mut next = Some(0);
                let mut text = String::new();
                while let Some(offset) = next {
                    let mut writer = Rows::resume(&mut text, format, language, rows);
                    next = self.export_rows(ListExecutions { offset: Some(offset), ..filter.clone() }, PAGE, &mut writer).await?;
                    rows = if next.is_none() { writer.end() } else { writer.rows };
                    file.write(text.as_bytes())?;
                    text.clear();
                    self.progress("export", u64::from(rows), None);
                }
                file.finish()?;
                ExportedExecutions { rows, text: None, next_offset: None, file_name, path: Some(path.display().to_string()) }
            }
        };
        let (by, at, text) = (caller.name.clone(), self.now(), format!("{} {extension}", exported.rows));
        let target = exported.path.clone();
        self.inner.store.write(move |db| db.audit(at, &by, "execution.export", target.as_deref(), &text)).await?;
        Ok(exported)
    }

    /// Writes rows until there are `limit` of them, and returns where the next ones start.
    async fn export_rows(&self, filter: ListExecutions, limit: u32, rows: &mut Rows<'_>) -> Result<Option<u32>, Error> {
        let mut left = limit;
        let mut offset = filter.offset.unwrap_or(0);
        loop {
            let list = ListExecutions { offset: Some(offset), limit: Some(left.min(PAGE)), ..filter.clone() };
            let page = self.inner.store.read(move |db| db.executions(&list)).await?;
            left = left.saturating_sub(page.executions.len() as u32);
            for execution in &page.executions {
                rows.add(execution).map_err(store::Error::from)?;
            }
            match page.next_offset {
                Some(next) if left > 0 => offset = next,
                next => return Ok(next),
            }
        }
    }

    /// `storage.show`
    pub async fn storage_show(&self, request: ShowStorage) -> Result<Storage, Error> {
        let log = |name: &str| std::fs::metadata(self.inner.data.join(name)).map_or(0, |file| file.len());
        let (log_bytes, event_bytes) = (log("haetae.db-wal") + log("search.db-wal"), log("events.duckdb") + log("events.duckdb.wal"));
        self.inner
            .store
            .read(move |db| {
                let [main, search] = db.space()?;
                Ok(Storage {
                    database_bytes: main.bytes,
                    free_bytes: main.free + search.free,
                    search_bytes: search.bytes,
                    log_bytes,
                    event_bytes,
                    executions: db.execution_counts()?,
                    kept: db.kept_count()?,
                    oldest: db.oldest_execution()?,
                    unindexed: db.unindexed()?,
                    retention: db.retention()?,
                    last_purge: db.last_purge()?,
                    tables: if request.tables == Some(true) { Some(db.table_sizes()?) } else { None },
                })
            })
            .await
    }

    /// `retention.save`
    pub async fn retention_save(&self, caller: &Caller, request: Retention) -> Result<Retention, Error> {
        let days = [request.done_days, request.failed_days, request.cancelled_days];
        if days.into_iter().flatten().any(|days| !(1..=36_500).contains(&days)) {
            return Err(invalid_request("보존 기간은 1일에서 36,500일까지입니다.", "Executions are kept for 1 to 36,500 days."));
        }
        let (by, at) = (caller.name.clone(), self.now());
        self.inner
            .store
            .write(move |db| {
                db.set_retention(&request)?;
                db.audit(at, &by, "retention.save", None, &serde_json::to_string(&request)?)?;
                Ok(request)
            })
            .await
    }

    /// `storage.purge`
    pub async fn storage_purge(&self, caller: &Caller, request: PurgeStorage) -> Result<PurgeReport, Error> {
        let now = self.now();
        let (retention, mut report) = self
            .inner
            .store
            .read(move |db| {
                let retention = match request.retention {
                    Some(retention) => retention,
                    None => db.retention()?,
                };
                let report = db.purge_preview(&retention, now)?;
                Ok((retention, report))
            })
            .await?;
        if !request.preview {
            let total = u64::from(report.executions);
            let progress = |done: u32| self.progress("purge", u64::from(done), Some(total));
            report.executions = indexer::purge(&self.inner.store, &retention, now, &caller.name, progress).await?;
            report.deleted = true;
        }
        Ok(report)
    }

    /// `storage.compact`
    pub async fn storage_compact(&self, caller: &Caller) -> Result<CompactReport, Error> {
        let bytes = || async { self.inner.store.read(|db| Ok(db.space()?.map(|space| space.bytes).iter().sum::<u64>())).await };
        let before_bytes = bytes().await?;
        let store = &self.inner.store;
        let mut total = None;
        loop {
            let left = store.write(|db| db.vacuum_some(VACUUMED)).await?;
            let total = *total.get_or_insert(left + u64::from(VACUUMED));
            self.progress("compact", total.saturating_sub(left), Some(total));
            if left == 0 {
                break;
            }
        }
        while store.write_index(|db| db.vacuum_some(VACUUMED)).await? > 0 {}
        store.checkpoint().await?;
        let after_bytes = bytes().await?;
        let (by, at) = (caller.name.clone(), self.now());
        store.write(move |db| db.audit(at, &by, "storage.compact", None, &format!("{before_bytes} > {after_bytes}"))).await?;
        Ok(CompactReport { before_bytes, after_bytes })
    }

    /// `execution.cancel_many`
    pub async fn execution_cancel_many(&self, caller: &Caller, request: ManyExecutions) -> Result<ManyReport, Error> {
        let chosen = self.chosen(&request).await?;
        let mut rows = Vec::new();
        for (id, execution) in chosen {
            let mut row = row_of(id, execution);
            if row.error.is_none() {
                if row.status.is_some_and(types::ExecutionStatus::is_final) {
                    row.error = Some(ended(id));
                } else if !request.preview {
                    row.error = self.execution_cancel(caller, ExecutionRef { id }).await.err();
                }
            }
            rows.push(row);
        }
        Ok(report_of(rows))
    }

    /// `execution.rerun_many`
    pub async fn execution_rerun_many(&self, caller: &Caller, request: ManyExecutions) -> Result<ManyReport, Error> {
        let chosen = self.chosen(&request).await?;
        let mut rows = Vec::new();
        for (id, execution) in chosen {
            let mut row = row_of(id, execution);
            if row.error.is_none() {
                let again = RerunExecution { id, ..RerunExecution::default() };
                if request.preview {
                    match self.execution_rerun_preview(again).await {
                        Ok(preview) => {
                            row.error = preview.refusal;
                            row.destructive = preview.tasks.into_iter().filter(|task| task.destructive).map(|task| task.name).collect();
                        }
                        Err(error) => row.error = Some(error),
                    }
                } else {
                    match self.execution_rerun(caller, again).await {
                        Ok(started) => row.started = Some(started.summary.id),
                        Err(error) => row.error = Some(error),
                    }
                }
            }
            rows.push(row);
        }
        Ok(report_of(rows))
    }

    /// Returns the executions that are meant; none in place of one that is not there.
    async fn chosen(&self, request: &ManyExecutions) -> Result<Vec<(i64, Option<ExecutionSummary>)>, Error> {
        match (&request.ids, &request.filter) {
            (Some(ids), None) if ids.len() <= MANY as usize => {
                let ids = ids.clone();
                let find =
                    move |db: &store::Reader<'_>| Ok(ids.into_iter().map(|id| (id, db.execution_summary(ExecutionId(id)).ok())).collect());
                self.inner.store.read(find).await
            }
            (None, Some(filter)) => {
                self.index_if_idle().await?;
                let filter = filter.clone();
                let found = self.inner.store.read(move |db| db.matching_executions(&filter, MANY + 1)).await?;
                if found.len() > MANY as usize {
                    return Err(too_many());
                }
                Ok(found.into_iter().map(|execution| (execution.id, Some(execution))).collect())
            }
            (Some(_), None) => Err(too_many()),
            _ => Err(invalid_request("실행의 번호나 조건 가운데 하나만 주십시오.", "Give either the executions' numbers or a filter.")),
        }
    }
}

fn too_many() -> Error {
    invalid_request("한 번에 10,000건까지 할 수 있습니다.", "At most 10,000 executions at once.")
}

fn ended(id: i64) -> Error {
    let id = ExecutionId(id);
    Error::new("ENGINE-ENDED", format!("실행 {id}은(는) 이미 끝났습니다."), format!("Execution {id} has ended already."))
        .hint("목록을 새로 보십시오.", "Look at the list again.")
        .target(id.to_string())
}

fn row_of(id: i64, execution: Option<ExecutionSummary>) -> ManyRow {
    let error = execution.is_none().then(|| {
        let id = ExecutionId(id);
        Error::new("NOT-FOUND", format!("실행 {id}은(는) 없습니다."), format!("There is no execution {id}.")).target(id.to_string())
    });
    let (name, status) = execution.map(|execution| (execution.name, execution.status)).unzip();
    ManyRow { id, name, status, started: None, error, destructive: Vec::new() }
}

fn report_of(rows: Vec<ManyRow>) -> ManyReport {
    let refused = rows.iter().filter(|row| row.error.is_some()).count() as u32;
    ManyReport { done: rows.len() as u32 - refused, refused, rows }
}

/// Cuts the wanted part out of a long list or text; other values are whole.
fn slice(value: &Json, offset: usize, limit: usize) -> TaskValue {
    let bytes = value.to_string().len() as u64;
    match value {
        Json::Array(items) => {
            let mut room = VALUE;
            let rest = items.iter().skip(offset).take(limit);
            // One entry at least, however long: otherwise nobody would ever get past it.
            let fits = |(position, item): &(usize, &Json)| {
                let length = item.to_string().len() + 1;
                let fits = *position == 0 || length <= room;
                room = room.saturating_sub(length);
                fits
            };
            let part: Vec<Json> = rest.enumerate().take_while(fits).map(|(_, item)| item.clone()).collect();
            let next = offset + part.len();
            let next_offset = (next < items.len() && !part.is_empty()).then_some(next as u64);
            TaskValue { value: Json::Array(part), bytes, length: Some(items.len() as u64), next_offset }
        }
        Json::String(text) => {
            let floor = |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            let start = floor(offset);
            // Four bytes at least, so that a limit never stands before a character for ever.
            let end = floor(start.saturating_add(limit.clamp(4, VALUE)));
            let next_offset = (end < text.len()).then_some(end as u64);
            TaskValue { value: Json::from(&text[start..end]), bytes, length: Some(text.len() as u64), next_offset }
        }
        Json::Object(fields) => TaskValue { value: value.clone(), bytes, length: Some(fields.len() as u64), next_offset: None },
        _ => TaskValue { value: value.clone(), bytes, length: None, next_offset: None },
    }
}

/// Writes executions as rows of CSV or as entries of a JSON array.
struct Rows<'a> {
    out: &'a mut String,
    format: ExportFormat,
    language: Language,
    rows: u32,
}

const COLUMNS: [(&str, &str); 16] = [
    ("번호", "number"),
    ("상태", "status"),
    ("플레이북", "playbook"),
    ("플레이북 ID", "playbook id"),
    ("버전", "version"),
    ("계기", "trigger"),
    ("티켓", "ticket"),
    ("티켓 제목", "ticket title"),
    ("현재 태스크", "current task"),
    ("오류 코드", "error code"),
    ("대기열 시각 (UTC)", "queued (UTC)"),
    ("시작 (UTC)", "started (UTC)"),
    ("종료 (UTC)", "ended (UTC)"),
    ("소요 시간 (초)", "duration (s)"),
    ("시작한 사람", "started by"),
    ("이전 실행", "rerun of"),
];

impl<'a> Rows<'a> {
    fn new(out: &'a mut String, format: ExportFormat, language: Language) -> Self {
        let mut rows = Self { out, format, language, rows: 0 };
        rows.begin();
        rows
    }

    /// Goes on after `rows` rows that were written elsewhere.
    fn resume(out: &'a mut String, format: ExportFormat, language: Language, rows: u32) -> Self {
        if rows == 0 { Self::new(out, format, language) } else { Self { out, format, language, rows } }
    }

    fn begin(&mut self) {
        match self.format {
            ExportFormat::Csv => {
                // Spreadsheets take UTF-8 for something else without the mark, and Korean becomes unreadable.
                self.out.push('\u{feff}');
                let names = COLUMNS.map(|(ko, en)| if self.language == Language::Ko { ko } else { en }.to_owned());
                self.line(&names);
            }
            ExportFormat::Json => self.out.push('['),
        }
    }

    fn add(&mut self, execution: &ExecutionSummary) -> Result<(), serde_json::Error> {
        match self.format {
            ExportFormat::Csv => {
                let text = |text: &Text| text.get(self.language).to_owned();
                let time = |at: Option<Time>| at.map(|at| at.format("%Y-%m-%d %H:%M:%S").to_string()).unwrap_or_default();
                let duration =
                    execution.started_at.zip(execution.ended_at).map(|(start, end)| (end - start).num_milliseconds() as f64 / 1000.0);
                let cells = [
                    execution.id.to_string(),
                    execution.status.as_str().to_owned(),
                    text(&execution.name),
                    execution.playbook.clone(),
                    execution.version.to_string(),
                    execution.trigger.clone(),
                    execution.ticket.map(|ticket| ticket.to_string()).unwrap_or_default(),
                    execution.ticket_title.clone().unwrap_or_default(),
                    execution.current_task.as_ref().map(|task| text(&task.name)).unwrap_or_default(),
                    execution.error_code.clone().unwrap_or_default(),
                    time(Some(execution.queued_at)),
                    time(execution.started_at),
                    time(execution.ended_at),
                    duration.map(|seconds| seconds.to_string()).unwrap_or_default(),
                    execution.started_by.clone(),
                    execution.rerun_of.map(|id| id.to_string()).unwrap_or_default(),
                ];
                self.line(&cells);
            }
            ExportFormat::Json => {
                self.out.push_str(if self.rows == 0 { "\n" } else { ",\n" });
                self.out.push_str(&serde_json::to_string(execution)?);
            }
        }
        self.rows += 1;
        Ok(())
    }

    fn line(&mut self, cells: &[String]) {
        let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
        self.out.push_str(&cells.join(","));
        self.out.push_str("\r\n");
    }

    fn end(self) -> u32 {
        if self.format == ExportFormat::Json {
            self.out.push_str("\n]\n");
        }
        self.rows
    }
}

/// Writes a cell of CSV (RFC 4180). What a spreadsheet would take for a formula gets an apostrophe before it (OWASP, CSV injection).
fn cell(text: &str) -> String {
    let is_number = text.parse::<f64>().is_ok();
    let text = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_number { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// Only who sits at this computer says where a file goes.
pub(crate) fn allowed_path(caller: &Caller, path: &str) -> Result<PathBuf, Error> {
    if caller.door == Door::Http {
        return Err(Error::new("EXPORT-DOOR", "HTTP로는 파일을 쓰지 않습니다.", "Files are not written for callers over HTTP.")
            .hint("path 없이 부르면 내용을 돌려줍니다.", "Call it without a path: the answer carries the content."));
    }
    let path = PathBuf::from(path);
    if path.is_absolute() { Ok(path) } else { Err(file_error(&path, "the path is not absolute")) }
}

pub(crate) fn file_error(path: &Path, why: impl std::fmt::Display) -> Error {
    Error::new("EXPORT-FILE", format!("파일을 쓸 수 없습니다: {why}"), format!("The file cannot be written: {why}"))
        .hint(
            "폴더가 있는지, 쓸 권한과 자리가 있는지 확인하십시오.",
            "Check that the folder exists, and that you may write there and have the space.",
        )
        .target(path.display().to_string())
}

/// A file that appears whole or not at all.
pub(crate) struct NewFile {
    path: PathBuf,
    partial: PathBuf,
    file: Option<std::fs::File>,
}

impl NewFile {
    pub(crate) fn create(path: &Path) -> Result<Self, Error> {
        let mut partial = path.as_os_str().to_owned();
        partial.push(format!(".{}.partial", std::process::id()));
        let partial = PathBuf::from(partial);
        let file = std::fs::File::create_new(&partial).map_err(|error| file_error(path, error))?;
        Ok(Self { path: path.to_owned(), partial, file: Some(file) })
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let Some(file) = &mut self.file else { return Ok(()) };
        file.write_all(bytes).map_err(|error| file_error(&self.path, error))
    }

    pub(crate) fn finish(mut self) -> Result<(), Error> {
        if let Some(file) = self.file.take() {
            file.sync_all().map_err(|error| file_error(&self.path, error))?;
        }
        std::fs::rename(&self.partial, &self.path).map_err(|error| file_error(&self.path, error))
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        // Gone already when it was finished.
        let _ = std::fs::remove_file(&self.partial);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_cell_is_never_a_formula() {
        assert_eq!(cell("=HYPERLINK(\"http://bad\",\"x\")"), "\"'=HYPERLINK(\"\"http://bad\"\",\"\"x\"\")\"");
        for start in ["+1+cmd", "-2+3", "@SUM(A1)", "\tx", "-"] {
            assert!(cell(start).starts_with('\''), "{start}");
        }
        assert_eq!(cell("\rx"), "\"'\rx\"");
        assert_eq!(cell("-5.25"), "-5.25");
        assert_eq!(cell("a,b"), "\"a,b\"");
    }

    #[test]
    fn a_value_is_cut_between_entries_and_characters() {
        let part = slice(&json!([1, 2, 3, 4]), 1, 2);
        assert_eq!((part.value, part.length, part.next_offset), (json!([2, 3]), Some(4), Some(3)));
        assert_eq!(slice(&json!([1, 2]), 0, usize::MAX).next_offset, None);
        let text = "가나다".repeat(2);
        let mut seen = String::new();
        let mut next = Some(0);
        while let Some(offset) = next {
            let part = slice(&json!(text), offset as usize, 4);
            seen.push_str(part.value.as_str().unwrap());
            next = part.next_offset;
        }
        assert_eq!(seen, text);
        assert_eq!(slice(&json!({"a": 1}), 5, 0).value, json!({"a": 1}));
    }

    #[test]
    fn one_entry_is_given_however_long() {
        let part = slice(&json!(["x".repeat(VALUE + 1), "y"]), 0, usize::MAX);
        assert_eq!((part.value.as_array().unwrap().len(), part.next_offset), (1, Some(1)));
    }
}
