//! What each declared operation does: one method of the host.

use host::Host;
use types::Error;
use wire::operation::*;
use wire::{Caller, Nothing, Operation};

/// An operation that can run.
pub trait Run: Operation {
    /// Runs it for `caller`.
    fn run(host: &Host, caller: &Caller, request: Self::Request) -> impl Future<Output = Result<Self::Response, Error>> + Send;
}

macro_rules! bodies {
    ($($name:ident: |$host:ident, $caller:ident, $request:ident| $body:expr),* $(,)?) => {
        $(impl Run for $name {
            #[allow(unused_variables, reason = "some bodies need neither caller nor request")]
            async fn run($host: &Host, $caller: &Caller, $request: Self::Request) -> Result<Self::Response, Error> {
                $body
            }
        })*
    };
}

bodies! {
    WorkspaceShow: |host, caller, request| host.workspace_show().await,
    SettingsSave: |host, caller, request| host.settings_save(caller, request).await,
    ActionsStop: |host, caller, request| host.actions_stop(caller, request).await,
    SampleLoad: |host, caller, request| host.sample_load(caller).await,
    SampleRemove: |host, caller, request| host.sample_remove(caller).await,
    PlaybookList: |host, caller, request| host.playbook_list().await,
    PlaybookShow: |host, caller, request| host.playbook_show(request).await,
    PlaybookCheck: |host, caller, request| host.playbook_check(request).await,
    PlaybookSaveDraft: |host, caller, request| host.playbook_save_draft(caller, request).await,
    PlaybookDiscardDraft: |host, caller, request| host.playbook_discard_draft(request).await.map(|()| Nothing {}),
    PlaybookSave: |host, caller, request| host.playbook_save(caller, request).await,
    PlaybookVersions: |host, caller, request| host.playbook_versions(request).await,
    PlaybookCompare: |host, caller, request| host.playbook_compare(request).await,
    PlaybookImport: |host, caller, request| host.playbook_import(caller, request).await,
    PlaybookUse: |host, caller, request| host.playbook_uses(request).await,
    PlaybookExport: |host, caller, request| host.playbook_export(request).await,
    PlaybookShipped: |host, caller, request| host.playbook_shipped().await,
    PlaybookRehearsals: |host, caller, request| Ok(host.playbook_rehearsals(&request.id)),
    PlaybookAddShipped: |host, caller, request| host.playbook_add_shipped(caller, request).await,
    PlaybookAllow: |host, caller, request| host.playbook_allow(caller, request).await.map(|()| Nothing {}),
    PlaybookDelete: |host, caller, request| host.playbook_delete(caller, request).await.map(|()| Nothing {}),
    PlaybookTry: |host, caller, request| host.playbook_try(request).await,
    PlaybookTryCommand: |host, caller, request| host.playbook_try_command(request).await,
    CatalogShow: |host, caller, request| host.catalog_show().await,
    ExpressionCheck: |host, caller, request| host.expression_check(request).await,
    ExpressionComplete: |host, caller, request| host.expression_complete(request).await,
    ExpressionEvaluate: |host, caller, request| host.expression_evaluate(request).await,
    ExpressionFunctions: |host, caller, request| host.expression_functions().await,
    ExecutionStart: |host, caller, request| host.execution_start(caller, request).await,
    ExecutionList: |host, caller, request| host.execution_list(request).await,
    ExecutionShow: |host, caller, request| host.execution_show(request).await,
    ExecutionWatch: |host, caller, request| host.execution_watch(request).await,
    ExecutionTask: |host, caller, request| host.execution_task(request).await,
    ExecutionData: |host, caller, request| host.execution_data(request).await,
    ExecutionLog: |host, caller, request| host.execution_log(request).await,
    ExecutionReplay: |host, caller, request| host.execution_replay(request).await,
    ExecutionPause: |host, caller, request| host.execution_pause(caller, request).await.map(|()| Nothing {}),
    ExecutionResume: |host, caller, request| host.execution_resume(caller, request).await.map(|()| Nothing {}),
    ExecutionCancel: |host, caller, request| host.execution_cancel(caller, request).await.map(|()| Nothing {}),
    ExecutionChildren: |host, caller, request| host.execution_children(request).await,
    ExecutionRerunPreview: |host, caller, request| host.execution_rerun_preview(request).await,
    ExecutionRerun: |host, caller, request| host.execution_rerun(caller, request).await,
    ExecutionReview: |host, caller, request| host.execution_review(caller, request).await.map(|()| Nothing {}),
    ExecutionCancelMany: |host, caller, request| host.execution_cancel_many(caller, request).await,
    ExecutionValue: |host, caller, request| host.execution_value(request).await,
    ExecutionKeep: |host, caller, request| host.execution_keep(caller, request).await.map(|()| Nothing {}),
    ExecutionExport: |host, caller, request| host.execution_export(caller, request).await,
    ExecutionMetrics: |host, caller, request| host.execution_metrics(request).await,
    ExecutionReport: |host, caller, request| host.execution_report(caller, request).await,
    ExecutionRerunMany: |host, caller, request| host.execution_rerun_many(caller, request).await,
    TicketReport: |host, caller, request| host.ticket_report(caller, request).await,
    ViewList: |host, caller, request| host.view_list(request).await,
    ViewSave: |host, caller, request| host.view_save(caller, request).await,
    ViewDelete: |host, caller, request| host.view_delete(request).await.map(|()| Nothing {}),
    StorageShow: |host, caller, request| host.storage_show(request).await,
    RetentionSave: |host, caller, request| host.retention_save(caller, request).await,
    StoragePurge: |host, caller, request| host.storage_purge(caller, request).await,
    StorageCompact: |host, caller, request| host.storage_compact(caller).await,
    AuditList: |host, caller, request| host.audit_list(request).await,
    QuestionHistory: |host, caller, request| host.question_history(request).await,
    QuestionList: |host, caller, request| host.question_list(request).await,
    QuestionShow: |host, caller, request| host.question_show(request).await,
    QuestionAnswer: |host, caller, request| host.question_answer(caller, request).await,
    TicketList: |host, caller, request| host.ticket_list(request).await,
    TicketShow: |host, caller, request| host.ticket_show(request).await,
    TicketComment: |host, caller, request| host.ticket_comment(caller, request).await.map(|()| Nothing {}),
    TicketAssign: |host, caller, request| host.ticket_assign(caller, request).await.map(|()| Nothing {}),
    TicketClose: |host, caller, request| host.ticket_close(caller, request).await.map(|()| Nothing {}),
    TriggerList: |host, caller, request| host.trigger_list(request).await,
    EventIngest: |host, caller, request| host.event_ingest(caller, request).await,
    EventShow: |host, caller, request| host.event_show(request).await,
    QueryRun: |host, caller, request| host.query_run(request).await,
    BlocklistList: |host, caller, request| host.blocklist_list().await,
    BlocklistRemove: |host, caller, request| host.blocklist_remove(caller, request).await.map(|()| Nothing {}),
    AssetList: |host, caller, request| host.asset_list().await,
    AppList: |host, caller, request| host.app_list().await,
    ConnectionList: |host, caller, request| host.connection_list().await,
    ConnectionSave: |host, caller, request| host.connection_save(caller, request).await,
    ConnectionDelete: |host, caller, request| host.connection_delete(caller, request).await.map(|()| Nothing {}),
    ConnectionTest: |host, caller, request| host.connection_test(request).await,
    CredentialList: |host, caller, request| host.credential_list().await,
    CredentialSet: |host, caller, request| host.credential_set(caller, request).await.map(|()| Nothing {}),
    CredentialDelete: |host, caller, request| host.credential_delete(caller, request).await.map(|()| Nothing {}),
}
