//! The one table of operations.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use types::{ExecutionStatus, TaskStatus, Time};

/// What an operation may do; checked in one place for every door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// Changes nothing.
    Read,
    /// Changes data of ours.
    Write,
    /// Acts on devices, or deletes.
    Destructive,
    /// Carries a secret; refused at the HTTP door.
    Secret,
}

/// Where a request came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Door {
    /// The window of this process.
    Window,
    /// The socket in the data directory, or this process's own command line.
    Local,
    /// The loopback HTTP door.
    Http,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The operator's name, recorded on every write.
    pub name: String,
    /// The door.
    pub door: Door,
}

/// An operation: its name, class, wire types and the data it depends on or changes.
pub trait Operation {
    /// `noun.verb`.
    const NAME: &'static str;
    /// What it may do.
    const CLASS: Class;
    /// One sentence for help.
    const DOC: &'static str;
    /// What it is asked with.
    type Request: Clone + DeserializeOwned + Serialize + TS + Send + 'static;
    /// What it answers.
    type Response: Serialize + DeserializeOwned + TS + Send + 'static;
    /// The tags it depends on (read) or changes (otherwise), such as `executions` or `playbook:ip-triage`.
    fn tags(request: &Self::Request, response: &Self::Response) -> Vec<String>;
}

/// An operation's row in the table.
#[derive(Debug, Clone, Copy)]
pub struct Declaration {
    /// `noun.verb`.
    pub name: &'static str,
    /// What it may do.
    pub class: Class,
    /// One sentence for help.
    pub doc: &'static str,
    /// The TypeScript name of the request.
    pub request: fn() -> String,
    /// The TypeScript name of the response.
    pub response: fn() -> String,
}

/// What is pushed to every door: changed tags, transitions of executions, progress.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "push", rename_all = "snake_case")]
pub enum Push {
    /// Queries that depend on these tags are stale.
    Changed {
        /// The tags.
        tags: Vec<String>,
    },
    /// An execution moved; `execution:ID` and `executions` are stale too (no separate `changed` follows).
    Transition {
        /// The execution.
        execution: i64,
        /// Its status now.
        status: ExecutionStatus,
        /// The tasks that changed, with their status now.
        tasks: Vec<TaskTransition>,
        /// When.
        #[ts(type = "string")]
        at: Time,
    },
    /// A long operation went on.
    Progress {
        /// The job, such as `ingest:3`.
        job: String,
        /// Done so far.
        #[ts(type = "number")]
        done: u64,
        /// Of how many, when known.
        #[ts(type = "number | null")]
        total: Option<u64>,
    },
}

/// One task's new status.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct TaskTransition {
    /// The task.
    pub task: String,
    /// Its status.
    pub status: TaskStatus,
}

/// A request or response that carries nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct Nothing {}

macro_rules! operations {
    ($($(#[doc = $doc:literal])+ $name:ident = $wire:literal, $class:ident, $request:ty => $response:ty, |$req:ident, $res:ident| $tags:expr;)*) => {
        $(
            $(#[doc = $doc])+
            #[derive(Debug)]
            pub struct $name;

            impl Operation for $name {
                const NAME: &'static str = $wire;
                const CLASS: Class = Class::$class;
                const DOC: &'static str = concat!($($doc),+);
                type Request = $request;
                type Response = $response;
                #[allow(unused_variables)]
                fn tags($req: &$request, $res: &$response) -> Vec<String> {
                    $tags.into_iter().map(|tag| tag.to_string()).collect()
                }
            }
        )*

        /// Every operation, in the order of the reference.
        pub const TABLE: &[Declaration] = &[$(Declaration {
            name: $wire,
            class: Class::$class,
            doc: <$name as Operation>::DOC,
            request: || <$request as TS>::name(&ts_rs::Config::default()),
            response: || <$response as TS>::name(&ts_rs::Config::default()),
        }),*];

        /// Calls `$visit!(Operation)` for every operation: how `api` builds its dispatch without a second list.
        #[macro_export]
        macro_rules! for_each_operation {
            ($visit:ident) => { $visit!($($name),*); };
        }

        /// Visits every wire type, to export TypeScript.
        pub fn visit_types(visitor: &mut impl ts_rs::TypeVisitor) {
            visitor.visit::<Push>();
            visitor.visit::<types::Error>();
            $( visitor.visit::<$request>(); visitor.visit::<$response>(); )*
        }
    };
}

use crate::app::*;
use crate::casework::*;
use crate::exchange::*;
use crate::execution::*;
use crate::playbook::*;
use crate::record::*;
use crate::replay::*;
use crate::shipped::*;
use crate::trigger::*;
use crate::tryout::*;
use crate::watch::*;
use crate::workspace::*;

operations! {
    /// Returns who owns the data directory, the operator, the keyring's health, the sample workspace and the counts of the rail.
    WorkspaceShow = "workspace.show", Read, Nothing => Workspace, |q, r| ["workspace", "executions", "questions", "tickets", "settings"];
    /// Saves settings; absent fields stay.
    SettingsSave = "settings.save", Write, SettingsPatch => Settings, |q, r| ["settings", "workspace"];
    /// Holds every execution before its next action, or lets them go on.
    ActionsStop = "actions.stop", Write, StopActions => Settings, |q, r| ["settings", "workspace", "executions"];
    /// Loads the sample workspace: recorded services, alerts, assets, connections and three playbooks.
    SampleLoad = "sample.load", Write, Nothing => SampleReport, |q, r| ["workspace", "playbooks", "tickets", "connections", "assets", "executions", "questions", "blocklist", "credentials", "catalog"];
    /// Removes the sample workspace and everything that came from it.
    SampleRemove = "sample.remove", Destructive, Nothing => SampleReport, |q, r| ["workspace", "playbooks", "tickets", "connections", "assets", "executions", "questions", "blocklist", "credentials", "catalog"];

    /// Lists the playbooks.
    PlaybookList = "playbook.list", Read, Nothing => Playbooks, |q, r| ["playbooks"];
    /// Returns a playbook: a saved version (the newest where none is named), and the draft if there is one.
    PlaybookShow = "playbook.show", Read, ShowPlaybook => PlaybookDetail, |q, r| [format!("playbook:{}", q.id)];
    /// Reads a document and returns its diagnostics.
    PlaybookCheck = "playbook.check", Read, CheckPlaybook => CheckedPlaybook, |q, r| ["catalog"];
    /// Keeps the draft of a playbook; drafts are not versions and cannot run from triggers.
    PlaybookSaveDraft = "playbook.save_draft", Write, SaveDraft => SavedDraft, |q, r| [format!("playbook:{}", q.id)];
    /// Throws the draft away.
    PlaybookDiscardDraft = "playbook.discard_draft", Write, PlaybookRef => Nothing, |q, r| [format!("playbook:{}", q.id), "playbooks".into()];
    /// Saves a document as a new immutable version; refused with PLAYBOOK-CONFLICT when `base` is not the newest version.
    PlaybookSave = "playbook.save", Write, SavePlaybook => SavedVersion, |q, r| [format!("playbook:{}", r.id), "playbooks".into(), "catalog".into()];
    /// Lists the versions of a playbook.
    PlaybookVersions = "playbook.versions", Read, PlaybookRef => VersionHistory, |q, r| [format!("playbook:{}", q.id)];
    /// Compares two versions, drafts or documents: tasks, links, fields, and what only moved.
    PlaybookCompare = "playbook.compare", Read, ComparePlaybooks => ComparedPlaybooks, |q, r| [format!("playbook:{}", q.id.as_deref().unwrap_or(""))];
    /// Imports a Haetae or CACAO file as a new playbook, disabled, with a report of what could not be taken over and what it would use.
    PlaybookImport = "playbook.import", Write, ImportPlaybook => ImportedPlaybook, |q, r| [format!("playbook:{}", r.id), "playbooks".into(), "catalog".into()];
    /// Returns what a playbook would use when it runs: commands, connections with their hosts and credentials, called playbooks.
    PlaybookUse = "playbook.uses", Read, PlaybookRef => PlaybookUses, |q, r| [format!("playbook:{}", q.id), "connections".into(), "catalog".into()];
    /// Returns a playbook as a file, as it is or as CACAO 2.0.
    PlaybookExport = "playbook.export", Read, ExportPlaybook => ExportedPlaybook, |q, r| [format!("playbook:{}", q.id)];
    /// Lists the playbooks that come with the program.
    PlaybookShipped = "playbook.shipped", Read, Nothing => ShippedPlaybooks, |q, r| ["playbooks"];
    /// Returns the recorded courses of a playbook that comes with the program: inputs, answers and replies.
    PlaybookRehearsals = "playbook.rehearsals", Read, PlaybookRef => ShippedRehearsals, |q, r| [] as [String; 0];
    /// Adds playbooks that come with the program, and those that they call; what is there already stays as it is.
    PlaybookAddShipped = "playbook.add_shipped", Write, AddShipped => AddedShipped, |q, r| ["playbooks", "catalog"];
    /// Allows or forbids a playbook to run (imported ones start forbidden), and to act without approvals.
    PlaybookAllow = "playbook.allow", Destructive, AllowPlaybook => Nothing, |q, r| [format!("playbook:{}", q.id), "playbooks".into()];
    /// Deletes a playbook that no execution is running; its history stays.
    PlaybookDelete = "playbook.delete", Destructive, PlaybookRef => Nothing, |q, r| [format!("playbook:{}", q.id), "playbooks".into(), "catalog".into()];
    /// Runs a draft on a simulated clock with replies and pinned outputs, and returns every move of its tasks; nothing touches the network.
    PlaybookTry = "playbook.try", Read, TryPlaybook => TriedPlaybook, |q, r| ["catalog"];
    /// Runs one command of a trial for real, with its connection, and returns its output; one that acts on devices has to be confirmed.
    PlaybookTryCommand = "playbook.try_command", Destructive, TryCommand => TriedCommand, |q, r| [] as [String; 0];
    /// Returns the apps, commands, connections and playbooks that tasks may use.
    CatalogShow = "catalog.show", Read, Nothing => CatalogDetail, |q, r| ["catalog", "connections"];
    /// Checks an expression or a text with placeholders, and shows its value against the last execution's data.
    ExpressionCheck = "expression.check", Read, CheckExpression => CheckedExpression, |q, r| [format!("playbook:{}", q.playbook.as_deref().unwrap_or(""))];
    /// Completes names and functions at a place in an expression.
    ExpressionComplete = "expression.complete", Read, CompleteExpression => Completions, |q, r| [format!("playbook:{}", q.playbook.as_deref().unwrap_or(""))];
    /// Evaluates an expression over variables.
    ExpressionEvaluate = "expression.evaluate", Read, EvaluateExpression => EvaluatedExpression, |q, r| [] as [String; 0];
    /// Lists the functions of the expression language with their documentation.
    ExpressionFunctions = "expression.functions", Read, Nothing => Functions, |q, r| [] as [String; 0];

    /// Starts a playbook; with `wait`, answers when the execution has ended or only people are awaited.
    ExecutionStart = "execution.start", Write, StartExecution => StartedExecution, |q, r| ["executions", "workspace"];
    /// Lists executions, newest first.
    ExecutionList = "execution.list", Read, ListExecutions => ExecutionPage, |q, r| ["executions"];
    /// Returns one execution with every task of its playbook version.
    ExecutionShow = "execution.show", Read, ExecutionRef => ExecutionDetail, |q, r| [format!("execution:{}", q.id)];
    /// Returns an execution without inputs and outputs, whole or only what has changed since the last answer.
    ExecutionWatch = "execution.watch", Read, WatchExecution => WatchedExecution, |q, r| [format!("execution:{}", q.id)];
    /// Returns one task run of an execution whole.
    ExecutionTask = "execution.task", Read, TaskRef => TaskDetail, |q, r| [format!("execution:{}", q.id)];
    /// Returns the inputs and variables of an execution.
    ExecutionData = "execution.data", Read, ExecutionRef => ExecutionValues, |q, r| [format!("execution:{}", q.id)];
    /// Returns the transition log of an execution, whole or after a place in it.
    ExecutionLog = "execution.log", Read, ListTransitions => TransitionLog, |q, r| [format!("execution:{}", q.id)];
    /// Returns what each event of an execution's journal changed, for replaying it.
    ExecutionReplay = "execution.replay", Read, ExecutionRef => Replay, |q, r| [format!("execution:{}", q.id)];
    /// Holds an execution before its next action.
    ExecutionPause = "execution.pause", Write, ExecutionRef => Nothing, |q, r| [format!("execution:{}", q.id), "executions".into()];
    /// Lets a held execution go on.
    ExecutionResume = "execution.resume", Write, ExecutionRef => Nothing, |q, r| [format!("execution:{}", q.id), "executions".into()];
    /// Ends an execution; effects in flight finish and are recorded.
    ExecutionCancel = "execution.cancel", Write, ExecutionRef => Nothing, |q, r| [format!("execution:{}", q.id), "executions".into(), "questions".into()];
    /// Lists the executions that the call tasks of an execution started.
    ExecutionChildren = "execution.children", Read, ListChildren => ChildPage, |q, r| [format!("execution:{}", q.id)];
    /// Tells what running an execution again would do: what differs between the versions, what is taken over, what runs again.
    ExecutionRerunPreview = "execution.rerun_preview", Read, RerunExecution => RerunPreview, |q, r| [format!("execution:{}", q.id), format!("playbook:{}", r.playbook)];
    /// Runs an execution again as a new one, whole or from a task with the recorded outputs before it.
    ExecutionRerun = "execution.rerun", Destructive, RerunExecution => ExecutionDetail, |q, r| ["executions", "workspace"];
    /// Decides about a task whose effect is unknown.
    ExecutionReview = "execution.review", Destructive, ReviewTask => Nothing, |q, r| [format!("execution:{}", q.id), "executions".into(), "questions".into()];

    /// Ends several executions, by number or by filter; with `preview` only says which.
    ExecutionCancelMany = "execution.cancel_many", Write, ManyExecutions => ManyReport, |q, r| ["executions", "questions"];
    /// Returns a task's input or output beyond its preview, whole or in parts.
    ExecutionValue = "execution.value", Read, ShowValue => TaskValue, |q, r| [format!("execution:{}", q.id)];
    /// Marks executions so that retention keeps them, or takes the mark off.
    ExecutionKeep = "execution.keep", Write, KeepExecutions => Nothing, |q, r| q.ids.iter().map(|id| format!("execution:{id}")).chain(["executions".into(), "storage".into()]);
    /// Exports executions as CSV or JSON, a page of text or a file.
    ExecutionExport = "execution.export", Write, ExportExecutions => ExportedExecutions, |q, r| ["audit"];
    /// Returns the figures of a period: by day and status, durations, people against machine, slow and failing tasks.
    ExecutionMetrics = "execution.metrics", Read, ShowMetrics => Metrics, |q, r| ["metrics"];
    /// Writes the report of an execution from its record: Markdown, HTML or PDF, with chosen fields left out.
    ExecutionReport = "execution.report", Write, WriteReport => WrittenReport, |q, r| ["audit"];
    /// Runs several executions again, by number or by filter; with `preview` only says which.
    ExecutionRerunMany = "execution.rerun_many", Destructive, ManyExecutions => ManyReport, |q, r| if q.preview { Vec::new() } else { vec!["executions", "workspace"] };
    /// Lists the saved views of a screen.
    ViewList = "view.list", Read, ListViews => SavedViews, |q, r| ["views"];
    /// Saves a view under a name; VIEW-NAME when its screen has another of that name.
    ViewSave = "view.save", Write, SaveView => SavedView, |q, r| ["views"];
    /// Deletes a saved view.
    ViewDelete = "view.delete", Write, ViewRef => Nothing, |q, r| ["views"];
    /// Returns what the data takes on the disk, and how long executions are kept.
    StorageShow = "storage.show", Read, ShowStorage => Storage, |q, r| ["storage"];
    /// Says how long executions are kept after their end.
    RetentionSave = "retention.save", Write, Retention => Retention, |q, r| ["storage"];
    /// Deletes executions that are older than retention says; with `preview` only says what.
    StoragePurge = "storage.purge", Destructive, PurgeStorage => PurgeReport, |q, r| if r.deleted { vec!["storage", "executions", "questions", "audit"] } else { Vec::new() };
    /// Gives the space of deleted executions back to the disk.
    StorageCompact = "storage.compact", Write, Nothing => CompactReport, |q, r| ["storage"];
    /// Lists the audit, newest first.
    AuditList = "audit.list", Read, ListAudit => AuditPage, |q, r| ["audit"];

    /// Lists what waits for a person, equal questions grouped, most urgent first.
    QuestionList = "question.list", Read, ListQuestions => QuestionGroups, |q, r| ["questions", "tickets"];
    /// Returns one question with the data that led to it and exactly what a yes does.
    QuestionShow = "question.show", Read, QuestionRef => QuestionDetail, |q, r| [format!("question:{}", q.id), "questions".into()];
    /// Answers one or several equal questions; CONFLICT when somebody else was first.
    QuestionAnswer = "question.answer", Destructive, AnswerQuestions => AnswerReport, |q, r| ["questions", "executions", "workspace"];
    /// Lists what people decided, newest first.
    QuestionHistory = "question.history", Read, ListDecisions => DecisionPage, |q, r| ["questions"];

    /// Lists tickets, newest first.
    TicketList = "ticket.list", Read, ListTickets => TicketPage, |q, r| ["tickets"];
    /// Returns one ticket with artifacts, events, timeline, report and executions.
    TicketShow = "ticket.show", Read, TicketRef => TicketDetail, |q, r| [format!("ticket:{}", q.id)];
    /// Writes the report of a ticket and of what was run for it: Markdown, HTML or PDF, with chosen fields left out.
    TicketReport = "ticket.report", Write, WriteReport => WrittenReport, |q, r| ["audit"];
    /// Adds a comment to a ticket.
    TicketComment = "ticket.comment", Write, CommentTicket => Nothing, |q, r| [format!("ticket:{}", q.id), "tickets".into()];
    /// Gives a ticket to somebody, or to nobody.
    TicketAssign = "ticket.assign", Write, AssignTicket => Nothing, |q, r| [format!("ticket:{}", q.id), "tickets".into()];
    /// Closes a ticket with a verdict, or opens it again.
    TicketClose = "ticket.close", Write, CloseTicket => Nothing, |q, r| [format!("ticket:{}", q.id), "tickets".into(), "workspace".into()];
    /// Lists what starts playbooks besides people: when next, and what came of it last.
    TriggerList = "trigger.list", Read, ListTriggers => Triggers, |q, r| ["triggers", "playbooks", "executions", "settings"];
    /// Reads alert files into the event store, opens tickets and queues their playbooks.
    EventIngest = "event.ingest", Write, IngestEvents => IngestReport, |q, r| ["tickets", "executions", "events", "workspace"];
    /// Returns one event whole: the raw record and its payload.
    EventShow = "event.show", Read, EventRef => EventDetail, |q, r| ["events"];
    /// Runs SQL over the event store (read only).
    QueryRun = "query.run", Read, RunQuery => QueryResult, |q, r| ["events"];
    /// Lists the blocklist.
    BlocklistList = "blocklist.list", Read, Nothing => Blocklist, |q, r| ["blocklist"];
    /// Takes an entry off the blocklist.
    BlocklistRemove = "blocklist.remove", Destructive, BlocklistRef => Nothing, |q, r| ["blocklist"];
    /// Lists the assets.
    AssetList = "asset.list", Read, Nothing => Assets, |q, r| ["assets"];

    /// Lists the apps with their commands, connection options and credential fields.
    AppList = "app.list", Read, Nothing => Apps, |q, r| ["catalog", "connections"];
    /// Lists the connections.
    ConnectionList = "connection.list", Read, Nothing => Connections, |q, r| ["connections"];
    /// Saves a connection.
    ConnectionSave = "connection.save", Write, SaveConnection => ConnectionDetail, |q, r| ["connections", "catalog"];
    /// Deletes a connection.
    ConnectionDelete = "connection.delete", Destructive, ConnectionRef => Nothing, |q, r| ["connections", "catalog"];
    /// Asks the vendor whether the connection works.
    ConnectionTest = "connection.test", Write, ConnectionRef => ConnectionHealth, |q, r| ["connections"];
    /// Lists the names of the credentials and their fields; never a secret.
    CredentialList = "credential.list", Read, Nothing => Credentials, |q, r| ["credentials"];
    /// Puts a secret into the OS keyring.
    CredentialSet = "credential.set", Secret, SetCredential => Nothing, |q, r| ["credentials", "connections", "workspace"];
    /// Deletes a credential from the OS keyring.
    CredentialDelete = "credential.delete", Destructive, CredentialRef => Nothing, |q, r| ["credentials", "connections"];
}
