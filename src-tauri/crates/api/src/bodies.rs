//! What each declared operation does: one method of the host.

use host::Host;
use types::Error;
use wire::operation::*;
use wire::{Caller, Operation};

/// An operation that can run.
#[allow(async_fn_in_trait)]
pub trait Run: Operation {
    /// Runs it for `caller`.
    fn run(host: &Host, caller: &Caller, request: Self::Request) -> impl Future<Output = Result<Self::Response, Error>> + Send;
}

macro_rules! bodies {
    ($($name:ident => $method:ident),* $(,)?) => {
        $(impl Run for $name {
            async fn run(host: &Host, caller: &Caller, request: Self::Request) -> Result<Self::Response, Error> {
                host.$method(caller, request).await
            }
        })*
    };
}

bodies! {
    WorkspaceShow => workspace_show,
    SettingsSave => settings_save,
    ActionsStop => actions_stop,
    SampleLoad => sample_load,
    SampleRemove => sample_remove,
    PlaybookList => playbook_list,
    PlaybookShow => playbook_show,
    PlaybookCheck => playbook_check,
    PlaybookSaveDraft => playbook_save_draft,
    PlaybookDiscardDraft => playbook_discard_draft,
    PlaybookSave => playbook_save,
    PlaybookVersions => playbook_versions,
    PlaybookAllow => playbook_allow,
    PlaybookDelete => playbook_delete,
    CatalogShow => catalog_show,
    ExpressionCheck => expression_check,
    ExpressionComplete => expression_complete,
    ExpressionEvaluate => expression_evaluate,
    ExpressionFunctions => expression_functions,
    ExecutionStart => execution_start,
    ExecutionList => execution_list,
    ExecutionShow => execution_show,
    ExecutionLog => execution_log,
    ExecutionPause => execution_pause,
    ExecutionResume => execution_resume,
    ExecutionCancel => execution_cancel,
    ExecutionReview => execution_review,
    QuestionList => question_list,
    QuestionShow => question_show,
    QuestionAnswer => question_answer,
    TicketList => ticket_list,
    TicketShow => ticket_show,
    TicketComment => ticket_comment,
    TicketAssign => ticket_assign,
    TicketClose => ticket_close,
    EventIngest => event_ingest,
    EventShow => event_show,
    QueryRun => query_run,
    BlocklistList => blocklist_list,
    BlocklistRemove => blocklist_remove,
    AssetList => asset_list,
    AppList => app_list,
    ConnectionList => connection_list,
    ConnectionSave => connection_save,
    ConnectionDelete => connection_delete,
    ConnectionTest => connection_test,
    CredentialList => credential_list,
    CredentialSet => credential_set,
    CredentialDelete => credential_delete,
}
