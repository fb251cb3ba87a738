//! `execution.report`, `ticket.report`

use ::report::{Redaction, Report};
use base64::Engine as _;
use types::{Error, ExecutionId, Language, TicketId};
use wire::Caller;
use wire::execution::ListExecutions;
use wire::record::{ReportFormat, WriteReport, WrittenReport};

use super::record::{NewFile, allowed_path};
use crate::error::invalid_request;
use crate::{Host, report};

/// Executions of a ticket that its report tells, the newest.
const EXECUTIONS: u32 = 50;

impl Host {
    /// `execution.report`
    pub async fn execution_report(&self, caller: &Caller, request: WriteReport) -> Result<WrittenReport, Error> {
        let id = ExecutionId(request.id);
        let (record, ticket) = self
            .inner
            .store
            .read(move |db| {
                let record = report::execution_record(db, id)?;
                let ticket = record.detail.summary.ticket.map(|ticket| report::ticket_record(db, TicketId(ticket))).transpose()?;
                Ok((record, ticket))
            })
            .await?;
        let name = format!("haetae-execution-{}", id.0);
        let make = move |around: report::Around<'_>| report::of_execution(&record, ticket.as_ref(), around);
        self.write_report(caller, request, name, "execution.report", id.to_string(), make).await
    }

    /// `ticket.report`
    pub async fn ticket_report(&self, caller: &Caller, request: WriteReport) -> Result<WrittenReport, Error> {
        let id = TicketId(request.id);
        let (ticket, executions) = self
            .inner
            .store
            .read(move |db| {
                let ticket = report::ticket_record(db, id)?;
                let list = ListExecutions { ticket: Some(id.0), roots: Some(true), limit: Some(EXECUTIONS), ..ListExecutions::default() };
                let mut executions = db.executions(&list)?.executions;
                executions.reverse();
                let records = executions.iter().map(|execution| report::execution_record(db, ExecutionId(execution.id)));
                Ok((ticket, records.collect::<store::Result<Vec<_>>>()?))
            })
            .await?;
        let name = format!("haetae-ticket-{}", id.0);
        let make = move |around: report::Around<'_>| report::of_ticket(&ticket, &executions, None, around);
        self.write_report(caller, request, name, "ticket.report", id.to_string(), make).await
    }

    async fn write_report(
        &self,
        caller: &Caller,
        request: WriteReport,
        name: String,
        operation: &'static str,
        target: String,
        make: impl FnOnce(report::Around<'_>) -> Report + Send + 'static,
    ) -> Result<WrittenReport, Error> {
        let WriteReport { format, language, redact, path, .. } = request;
        let path = path.map(|path| allowed_path(caller, &path)).transpose()?;
        let redaction = Redaction::read(&redact).map_err(|word| {
            invalid_request(format!("가릴 종류 {word}을(를) 모릅니다."), format!("There is no kind {word} to leave out.")).target(word)
        })?;
        let settings = self.settings().await?;
        let language = language.or(settings.language).unwrap_or(Language::Ko);
        let (zone, now, registry) = (super::workspace::zone_of(&settings), self.now(), self.inner.registry.clone());
        // Setting a PDF takes a second of work.
        let work = move || {
            let around = report::Around { language, zone: &zone, now, registry: &registry, redaction, own_task: None };
            let report = make(around);
            match format {
                ReportFormat::Markdown => Ok(::report::markdown(&report).into_bytes()),
                ReportFormat::Html => Ok(::report::html(&report).into_bytes()),
                ReportFormat::Pdf => pdf(&report),
            }
        };
        let bytes = match tokio::task::spawn_blocking(work).await {
            Ok(bytes) => bytes?,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        };
        let (extension, media_type) = match format {
            ReportFormat::Markdown => ("md", "text/markdown; charset=utf-8"),
            ReportFormat::Html => ("html", "text/html; charset=utf-8"),
            ReportFormat::Pdf => ("pdf", "application/pdf"),
        };
        let (by, at) = (caller.name.clone(), self.now());
        let text = serde_json::json!({"format": extension, "redact": redact, "path": path}).to_string();
        self.inner.store.write(move |db| db.audit(at, &by, operation, Some(&target), &text)).await?;
        let mut written = WrittenReport {
            file_name: format!("{name}.{extension}"),
            media_type: media_type.to_owned(),
            text: None,
            base64: None,
            bytes: bytes.len() as u64,
            path: path.as_ref().map(|path| path.display().to_string()),
        };
        match (path, format) {
            (Some(path), _) => {
                let mut file = NewFile::create(&path)?;
                file.write(&bytes)?;
                file.finish()?;
            }
            (None, ReportFormat::Pdf) => written.base64 = Some(base64::engine::general_purpose::STANDARD.encode(&bytes)),
            (None, ReportFormat::Markdown | ReportFormat::Html) => written.text = Some(String::from_utf8_lossy(&bytes).into_owned()),
        }
        Ok(written)
    }
}

#[cfg(feature = "pdf")]
fn pdf(report: &Report) -> Result<Vec<u8>, Error> {
    ::report::pdf(report).map_err(|error| no_pdf(&error.message))
}

#[cfg(not(feature = "pdf"))]
fn pdf(_report: &Report) -> Result<Vec<u8>, Error> {
    Err(no_pdf("built without it"))
}

fn no_pdf(message: &str) -> Error {
    Error::new("REPORT-PDF", format!("PDF를 만들 수 없습니다: {message}"), format!("The PDF cannot be made: {message}")).hint(
        "HTML로 만들어 브라우저에서 인쇄하십시오. 로그와 함께 알려 주십시오.",
        "Make it as HTML and print that; please report this with the log.",
    )
}
