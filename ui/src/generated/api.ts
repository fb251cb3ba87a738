// Generated from the operation table in src-tauri/crates/wire by `cargo xtask generate`. Do not edit.

/**
 * A command that a playbook uses.
 */
export type ActionUse = { 
/**
 * The task.
 */
task: string, 
/**
 * The app.
 */
app: string, 
/**
 * The command.
 */
command: string, 
/**
 * Whether it blocks, isolates, quarantines, disables or deletes.
 */
destructive: boolean, 
/**
 * Whether the app and the command are installed here.
 */
known: boolean, };

/**
 * Which of them to add.
 */
export type AddShipped = { 
/**
 * Their ids.
 */
ids: Array<string>, };

/**
 * What became of it.
 */
export type AddedShipped = { 
/**
 * The playbooks that were added, called ones too.
 */
added: Array<string>, 
/**
 * The playbooks that were there already and stay as they are.
 */
kept: Array<string>, };

/**
 * Allows a playbook to run, or to act alone.
 */
export type AllowPlaybook = { 
/**
 * Its id.
 */
id: string, 
/**
 * Whether it may run.
 */
enabled?: boolean, 
/**
 * Whether its destructive commands run without an approval.
 */
act_alone?: boolean, };

/**
 * An answer to a question.
 */
export type Answer = { 
/**
 * Yes or no.
 */
approved: boolean, 
/**
 * Why; required to reject.
 */
opinion?: string, 
/**
 * The hash that the person saw; absent for answers given ahead on the command line.
 */
hash?: string, } | { 
/**
 * The value.
 */
value: JsonValue, };

/**
 * The kind of answer that an input task asks for.
 */
export type AnswerKind = "boolean" | "string" | "choice";

/**
 * Answers questions.
 */
export type AnswerQuestions = { 
/**
 * The questions; several only when they are equal.
 */
ids: Array<number>, 
/**
 * The answer. For approvals `hash` must be the question's; with several questions it is checked per question from `hashes`.
 */
answer: Answer, 
/**
 * For several approvals: each question's hash, in the order of `ids`.
 */
hashes?: Array<string>, };

/**
 * What became of answers.
 */
export type AnswerReport = { 
/**
 * How many were taken.
 */
answered: number, 
/**
 * Those that were not, with the reason.
 */
refused: Array<RefusedAnswer>, };

/**
 * An answer that was given.
 */
export type Answered = { 
/**
 * The answer.
 */
answer: Answer, 
/**
 * Who.
 */
by: string, 
/**
 * When.
 */
at: string, };

/**
 * An app as the designer sees it.
 */
export type App = { 
/**
 * Its id.
 */
id: string, 
/**
 * What people call it.
 */
name: Text, 
/**
 * Who makes it.
 */
vendor: string, 
/**
 * Whether it needs a connection; Haetae's own commands need none.
 */
needs_connection: boolean, 
/**
 * Its commands by id.
 */
commands: { [key in string]: Command }, };

/**
 * An app.
 */
export type AppDetail = { 
/**
 * Its id.
 */
id: string, 
/**
 * What people call it.
 */
name: Text, 
/**
 * Who makes it.
 */
vendor: string, 
/**
 * What it is for.
 */
description: Text, 
/**
 * The options of a connection, such as `url`.
 */
options: Array<Parameter>, 
/**
 * The fields of its credential, such as `api_key`; kept in the keyring.
 */
credential_fields: Array<CredentialField>, 
/**
 * Its commands.
 */
commands: Array<Command>, };

/**
 * The apps.
 */
export type Apps = { 
/**
 * By name.
 */
apps: Array<AppDetail>, };

/**
 * An observable in a ticket, normalised so that equal things are equal texts.
 */
export type Artifact = { 
/**
 * What it is.
 */
kind: ArtifactKind, 
/**
 * Its normal form: addresses per RFC 5952, domains and hashes in lower case.
 */
value: string, };

/**
 * The kind of an observable.
 */
export type ArtifactKind = "ip" | "url" | "domain" | "hash" | "email" | "file" | "registry" | "host" | "user";

/**
 * A host we own.
 */
export type Asset = { 
/**
 * Its host name, its id.
 */
host: string, 
/**
 * Its addresses.
 */
addresses: Array<string>, 
/**
 * Who owns it.
 */
owner: string | null, 
/**
 * The operating system.
 */
os: string | null, 
/**
 * What it is for.
 */
role: Text | null, 
/**
 * How bad it is to cut it off.
 */
criticality: Severity, 
/**
 * Whether it came with the sample.
 */
sample: boolean, };

/**
 * The assets.
 */
export type Assets = { 
/**
 * By name.
 */
assets: Array<Asset>, };

/**
 * Gives a ticket to somebody.
 */
export type AssignTicket = { 
/**
 * The ticket.
 */
id: number, 
/**
 * Who; null gives it back.
 */
assignee: string | null, };

/**
 * One attempt of a task.
 */
export type Attempt = { 
/**
 * From 1.
 */
number: number, 
/**
 * When it started.
 */
started_at: string, 
/**
 * When it ended.
 */
ended_at: string | null, 
/**
 * Why it failed.
 */
error: TaskError | null, };

/**
 * One attempt of a task, without what went wrong.
 */
export type AttemptMark = { 
/**
 * From 1.
 */
number: number, 
/**
 * When it started.
 */
started_at: string, 
/**
 * When it ended.
 */
ended_at?: string, 
/**
 * The code of its failure.
 */
error_code?: string, };

/**
 * A line of the audit.
 */
export type AuditEntry = { 
/**
 * Its number.
 */
id: number, 
/**
 * When.
 */
at: string, 
/**
 * Who.
 */
by: string, 
/**
 * The operation.
 */
operation: string, 
/**
 * What it was done to.
 */
target: string | null, 
/**
 * Its details.
 */
text: string, };

/**
 * A page of the audit.
 */
export type AuditPage = { 
/**
 * Newest first.
 */
entries: Array<AuditEntry>, 
/**
 * How many there are in all.
 */
total: number, };

/**
 * The blocklist.
 */
export type Blocklist = { 
/**
 * Newest first.
 */
entries: Array<BlocklistEntry>, };

/**
 * An observable to be blocked on devices.
 */
export type BlocklistEntry = { 
/**
 * Its number.
 */
id: number, 
/**
 * The observable.
 */
artifact: Artifact, 
/**
 * Why.
 */
reason: string, 
/**
 * Who or which playbook.
 */
added_by: string, 
/**
 * When.
 */
added_at: string, 
/**
 * When it ends.
 */
expires_at: string, 
/**
 * The ticket.
 */
ticket: number | null, 
/**
 * Whether it has ended.
 */
expired: boolean, };

/**
 * Names a blocklist entry.
 */
export type BlocklistRef = { 
/**
 * Its number.
 */
id: number, };

/**
 * How a mail's body is read.
 */
export type BodyFormat = "text" | "markdown" | "html";

/**
 * What became of the executions that a call task started.
 */
export type CallCounts = { 
/**
 * The call task.
 */
task: string, 
/**
 * How many executions it has started.
 */
total: number, 
/**
 * How many of them have each status; statuses that none has are absent.
 */
counts: Array<StatusCount>, };

/**
 * Everything that tasks may name.
 */
export type Catalog = { 
/**
 * The apps by id.
 */
apps: { [key in string]: App }, 
/**
 * The configured connections: names by app id.
 */
connections: { [key in string]: Array<string> }, 
/**
 * The ids of the playbooks that can be called.
 */
playbooks: Array<string>, };

/**
 * What tasks may use.
 */
export type CatalogDetail = { 
/**
 * Apps, commands, connections, playbooks.
 */
catalog: Catalog, };

/**
 * Whether a thing came, went or differs.
 */
export type ChangeKind = "added" | "removed" | "changed";

/**
 * Asks for an expression's diagnostics and value.
 */
export type CheckExpression = { 
/**
 * The expression or text.
 */
text: string, 
/**
 * What it is for.
 */
kind: ExpressionKind, 
/**
 * The playbook document it stands in, for the names in scope.
 */
document?: Document, 
/**
 * The playbook, for the last execution's data.
 */
playbook?: string, 
/**
 * The task it stands in.
 */
task?: string, 
/**
 * Whether it stands in `assign`, where it sees `output`.
 */
assign?: boolean, };

/**
 * Asks for diagnostics.
 */
export type CheckPlaybook = { 
/**
 * The document.
 */
document: Document, };

/**
 * An expression's diagnostics and value.
 */
export type CheckedExpression = { 
/**
 * The diagnostics.
 */
diagnostics: Array<Diagnostic>, 
/**
 * The value against the last execution's data, as text for people; null when there is none.
 */
value: string | null, 
/**
 * The type of the value.
 */
value_type: string | null, 
/**
 * The execution whose data was used; null also for a text that reads no data and has the same value in every execution.
 */
execution: number | null, };

/**
 * A document's diagnostics.
 */
export type CheckedPlaybook = { 
/**
 * In the order of the document, errors first.
 */
diagnostics: Array<Diagnostic>, };

/**
 * A page of called executions.
 */
export type ChildPage = { 
/**
 * In the order in which they were started.
 */
children: Array<ChildSummary>, 
/**
 * How many there are in all.
 */
total: number, };

/**
 * A called execution.
 */
export type ChildSummary = { 
/**
 * What the list says; `parent` names the task and the item's place in its list.
 */
execution: ExecutionSummary, 
/**
 * The item it was started for, plain JSON, cut to 4 KB; null for a call that runs once.
 */
value: unknown, };

/**
 * One thing that can be chosen.
 */
export type Choice = string | { 
/**
 * What the variable gets.
 */
value: string, 
/**
 * What people read.
 */
label: Text, };

/**
 * Closes or opens a ticket.
 */
export type CloseTicket = { 
/**
 * The ticket.
 */
id: number, 
/**
 * False opens it again.
 */
closed: boolean, 
/**
 * What it turned out to be.
 */
verdict: Verdict | null, };

/**
 * A command of an app.
 */
export type Command = { 
/**
 * Its id.
 */
id: string, 
/**
 * What people call it.
 */
name: Text, 
/**
 * What it does, one sentence.
 */
description?: Text, 
/**
 * Doing it twice is the same as doing it once.
 */
idempotent: boolean, 
/**
 * It blocks, isolates, quarantines, disables or deletes.
 */
destructive: boolean, 
/**
 * How to take it back, for destructive commands.
 */
undo?: Text, 
/**
 * Its parameters, in the order of the form.
 */
parameters: Array<Parameter>, 
/**
 * The fields of its output.
 */
output: Array<OutputField>, };

/**
 * A command with its rendered parameters: what an action, email or query task does.
 */
export type CommandCall = { 
/**
 * The app's id.
 */
app: string, 
/**
 * The connection's name.
 */
connection: string, 
/**
 * The command's id.
 */
command: string, 
/**
 * The parameters by name, plain JSON.
 */
parameters: Record<string, unknown>, };

/**
 * Adds a comment.
 */
export type CommentTicket = { 
/**
 * The ticket.
 */
id: number, 
/**
 * Markdown, 1 to 100,000 characters.
 */
text: string, };

/**
 * What compacting gave.
 */
export type CompactReport = { 
/**
 * Bytes of the database before.
 */
before_bytes: number, 
/**
 * Bytes of the database after.
 */
after_bytes: number, };

/**
 * Asks what differs between two documents.
 */
export type ComparePlaybooks = { 
/**
 * The playbook; may be absent when both sides are documents.
 */
id?: string, 
/**
 * The older side.
 */
from: Compared, 
/**
 * The newer side.
 */
to: Compared, };

/**
 * One side of a comparison.
 */
export type Compared = { "version": number } | "draft" | { "document": Document };

/**
 * What differs, with both documents, so that a canvas can draw them.
 */
export type ComparedPlaybooks = { 
/**
 * The differences.
 */
comparison: Comparison, 
/**
 * The older document.
 */
from: Document, 
/**
 * The newer document.
 */
to: Document, };

/**
 * The differences of two playbooks, in the order of the newer one.
 */
export type Comparison = { 
/**
 * What differs outside tasks, links and layout: `name`, `inputs.ticket`, `variables.score`, `triggers`, ...
 */
fields: Array<FieldChange>, 
/**
 * The tasks that differ.
 */
tasks: Array<TaskChange>, 
/**
 * The links that differ; one whose outcome changed is removed and added.
 */
links: Array<LinkChange>, 
/**
 * The tasks that stand elsewhere on the canvas.
 */
moved: Array<string>, 
/**
 * Whether notes or frames differ.
 */
notes: boolean, 
/**
 * Whether an execution could notice: false when only names, descriptions, notes and places differ.
 */
meaning: boolean, };

/**
 * Asks what could stand at a place.
 */
export type CompleteExpression = { 
/**
 * The expression or text.
 */
text: string, 
/**
 * The place, a UTF-8 byte offset.
 */
cursor: number, 
/**
 * What it is for.
 */
kind: ExpressionKind, 
/**
 * The playbook document it stands in.
 */
document?: Document, 
/**
 * The playbook, for the last execution's data.
 */
playbook?: string, 
/**
 * The task it stands in.
 */
task?: string, 
/**
 * Whether it stands in `assign`.
 */
assign?: boolean, };

/**
 * One completion.
 */
export type Completion = { 
/**
 * What is inserted.
 */
insert: string, 
/**
 * `function`, `input`, `variable`, `task` or `field`.
 */
kind: string, 
/**
 * Its type or signature.
 */
detail: string, 
/**
 * What it means.
 */
documentation: Text | null, 
/**
 * Its value in the last execution, as text.
 */
value: string | null, };

/**
 * What could stand at a place.
 */
export type Completions = { 
/**
 * The text that a completion replaces.
 */
span: Span, 
/**
 * Best first.
 */
items: Array<Completion>, 
/**
 * The call whose arguments are being written there.
 */
call: EnclosingCall | null, };

/**
 * Keeps executions for the same thing apart.
 */
export type Concurrency = { 
/**
 * A text with `{{ }}` over the inputs; executions with the same text count as for the same thing, an empty text as for none.
 */
key: string, 
/**
 * What happens to a start while another execution with the same key has not ended.
 */
policy?: ConcurrencyPolicy, };

/**
 * What happens to a start while another execution with the same key has not ended.
 */
export type ConcurrencyPolicy = "skip" | "queue";

/**
 * One configured instance of an app.
 */
export type ConnectionDetail = { 
/**
 * The app.
 */
app: string, 
/**
 * Its name.
 */
name: string, 
/**
 * Its options.
 */
options: Record<string, unknown>, 
/**
 * The credential's name; absent for apps without one.
 */
credential: string | null, 
/**
 * Which fields of the credential are in the keyring.
 */
credential_fields_set: Array<string>, 
/**
 * The last test.
 */
health: ConnectionHealth | null, 
/**
 * Whether it answers from recorded replies of the sample.
 */
sample: boolean, };

/**
 * The result of a test.
 */
export type ConnectionHealth = { 
/**
 * When.
 */
tested_at: string, 
/**
 * How long it took.
 */
milliseconds: number, 
/**
 * Null when it works.
 */
error: Error | null, };

/**
 * Names a connection.
 */
export type ConnectionRef = { 
/**
 * The app.
 */
app: string, 
/**
 * Its name, such as `default`.
 */
name: string, };

/**
 * A connection that a playbook uses.
 */
export type ConnectionUse = { 
/**
 * The app.
 */
app: string, 
/**
 * The connection's name.
 */
name: string, 
/**
 * The host it leads to, where the connection exists and says so.
 */
host: string | null, 
/**
 * The credential it uses.
 */
credential: string | null, 
/**
 * Whether the connection exists here.
 */
known: boolean, };

/**
 * The connections.
 */
export type Connections = { 
/**
 * By app, then name.
 */
connections: Array<ConnectionDetail>, };

/**
 * The counts of the rail and the top bar.
 */
export type Counts = { 
/**
 * Open questions, reviews and new tickets of the operator and of nobody.
 */
work: number, 
/**
 * Tickets that are not closed.
 */
tickets: number, 
/**
 * Executions that run (not queued, not waiting).
 */
running: number, 
/**
 * Executions that are queued.
 */
queued: number, };

/**
 * A credential's name and fields.
 */
export type CredentialDetail = { 
/**
 * Its name.
 */
name: string, 
/**
 * The fields that are set.
 */
fields: Array<string>, 
/**
 * When it last changed.
 */
updated_at: string, };

/**
 * A field of a credential.
 */
export type CredentialField = { 
/**
 * Its name.
 */
name: string, 
/**
 * What people call it.
 */
label: Text, 
/**
 * Where to find it.
 */
description?: Text, };

/**
 * Names a credential.
 */
export type CredentialRef = { 
/**
 * Its name.
 */
name: string, };

/**
 * The credentials; never a secret.
 */
export type Credentials = { 
/**
 * By name.
 */
credentials: Array<CredentialDetail>, };

/**
 * The task an execution is at.
 */
export type CurrentTask = { 
/**
 * Its id.
 */
id: string, 
/**
 * What people call it.
 */
name: Text, };

/**
 * The executions of a day.
 */
export type DayCount = { 
/**
 * The day, such as `2026-11-22`.
 */
day: string, 
/**
 * How many in each status that occurs.
 */
statuses: Array<StatusFigure>, };

/**
 * A question that somebody decided.
 */
export type Decision = { 
/**
 * The question's number.
 */
question: number, 
/**
 * What was asked.
 */
text: Text, 
/**
 * `approval`, `input` or `gate`.
 */
kind: string, 
/**
 * The answer, with the opinion.
 */
answer: Answer, 
/**
 * Who decided.
 */
by: string, 
/**
 * When.
 */
at: string, 
/**
 * Who was asked.
 */
assignee: string | null, 
/**
 * When it was asked.
 */
asked_at: string, 
/**
 * The execution.
 */
execution: number, 
/**
 * The playbook.
 */
playbook: string, 
/**
 * What people call it.
 */
playbook_name: Text, 
/**
 * The task.
 */
task: string, 
/**
 * What people call it.
 */
task_name: Text, 
/**
 * The ticket.
 */
ticket: number | null, 
/**
 * The ticket's title.
 */
ticket_title: string | null, };

/**
 * A page of decisions.
 */
export type DecisionPage = { 
/**
 * Newest first.
 */
decisions: Array<Decision>, 
/**
 * How many there are in all.
 */
total: number, };

/**
 * A remark on a document or an expression; a document with faults is a document with diagnostics.
 */
export type Diagnostic = { 
/**
 * The code, such as `PBK-014` or `EXP-003`.
 */
code: string, 
/**
 * Error or warning.
 */
level: DiagnosticLevel, 
/**
 * What is wrong, one sentence.
 */
message: Text, 
/**
 * What to do, such as "did you mean …".
 */
hint?: Text, 
/**
 * Where in the field's text.
 */
span?: Span, 
/**
 * Which part of the playbook.
 */
target: Target, 
/**
 * The one obvious change that answers it.
 */
fix?: Fix, };

/**
 * How bad a diagnostic is: an error refuses running, a warning does not.
 */
export type DiagnosticLevel = "error" | "warning";

/**
 * A playbook document: the JSON that is stored, with whatever the program does not understand kept in it.
 */
export type Document = Playbook;

/**
 * An unsaved document, kept within a second of each change.
 */
export type Draft = { 
/**
 * The document.
 */
document: Document, 
/**
 * The version it started from; 0 for a new playbook.
 */
base: number, 
/**
 * When it was kept.
 */
saved_at: string, };

/**
 * What the picture of an execution shows of its playbook version's document; what a task does in full comes with `execution.task`.
 *
 * In columns, because ten thousand tasks are read in a fraction of the time so; values are as the document has them.
 */
export type Drawing = { 
/**
 * The tasks' ids, in the order of the document.
 */
tasks: Array<string>, 
/**
 * The types that there are, each once.
 */
types: Array<string>, 
/**
 * The place in `types` of each task's type.
 */
type_of: Array<number | null>, 
/**
 * What people call them, plain in the language that was asked for.
 */
names: Array<Text | null>, 
/**
 * Where their corners stand from the left; null for a task that the document does not place.
 */
x: Array<number | null>, 
/**
 * And from the top.
 */
y: Array<number | null>, 
/**
 * The places in `tasks` of those that start at the first link that fires.
 */
any: Array<number>, 
/**
 * The places in `tasks` of those that are switched off.
 */
disabled: Array<number>, 
/**
 * The places in `tasks` of those that the links leave, in the order of the document: -1 for the start, null for what is no task.
 */
from: Array<number | null>, 
/**
 * And of those that they lead to.
 */
to: Array<number | null>, 
/**
 * The outcomes of the links that name one, by their places.
 */
outcomes: Array<[number, Outcome]>, 
/**
 * Notes and frames.
 */
notes: unknown, };

/**
 * Durations of executions.
 */
export type DurationFigure = { 
/**
 * How many.
 */
count: number, 
/**
 * The mean, in milliseconds.
 */
mean_ms: number | null, 
/**
 * Half of them took no longer, in milliseconds.
 */
median_ms: number | null, 
/**
 * Nine of ten took no longer, in milliseconds.
 */
p90_ms: number | null, 
/**
 * The filter that lists them, longest first.
 */
filter: ListExecutions, };

/**
 * A call once per item of a list.
 */
export type Each = { 
/**
 * The loop variable.
 */
variable: string, 
/**
 * An expression that gives the list.
 */
in: string, 
/**
 * How many at once; 1 where absent.
 */
concurrency?: number, 
/**
 * What a failed item does to the others.
 */
on_failure?: OnFailure, };

/**
 * A call whose arguments are being written.
 */
export type EnclosingCall = { 
/**
 * The function's name; it need not exist.
 */
function: string, 
/**
 * The argument, from 0.
 */
argument: number, };

/**
 * A refusal or failure with its code, what happened, what to do, and what it is about.
 */
export type Error = { 
/**
 * The code, such as `PLAYBOOK-CONFLICT`.
 */
code: string, 
/**
 * What happened, one sentence.
 */
message: Text, 
/**
 * What to do about it.
 */
hint?: Text, 
/**
 * What it is about: an id, a path, a field.
 */
target?: string, 
/**
 * More for programs, such as the current version in a conflict.
 */
details?: JsonValue, };

/**
 * Asks for a value.
 */
export type EvaluateExpression = { 
/**
 * The expression.
 */
text: string, 
/**
 * The variables by name.
 */
variables?: Record<string, unknown>, 
/**
 * The IANA time zone; the workspace's where absent.
 */
time_zone?: string, };

/**
 * A value in tagged JSON.
 */
export type EvaluatedExpression = { 
/**
 * The value, with `$ip`, `$date`, `$binary`, `$double` tags.
 */
value: unknown, };

/**
 * An event whole.
 */
export type EventDetail = { 
/**
 * What the list says.
 */
summary: EventSummary, 
/**
 * The record as the detector wrote it.
 */
raw: unknown, 
/**
 * The payload, base64; null when there is none.
 */
payload: string | null, };

/**
 * Names an event.
 */
export type EventRef = { 
/**
 * The hash that is its id, hex.
 */
id: string, };

/**
 * An event in a list.
 */
export type EventSummary = { 
/**
 * The hash that is its id, hex.
 */
id: string, 
/**
 * When the detector saw it.
 */
at: string, 
/**
 * The signature.
 */
signature: string, 
/**
 * The signature's id.
 */
signature_id: number, 
/**
 * The detector's category.
 */
category: string, 
/**
 * How bad.
 */
severity: Severity, 
/**
 * The source.
 */
src_ip: string | null, 
/**
 * The source's port.
 */
src_port: number | null, 
/**
 * The destination.
 */
dest_ip: string | null, 
/**
 * The destination's port.
 */
dest_port: number | null, 
/**
 * The protocol.
 */
protocol: string | null, 
/**
 * What the detector did: `allowed` or `blocked`.
 */
action: string | null, };

/**
 * What a task before a question found.
 */
export type Evidence = { 
/**
 * The task's id.
 */
task: string, 
/**
 * The task's name.
 */
name: Text, 
/**
 * The app's name, for actions.
 */
app: Text | null, 
/**
 * Where it stands.
 */
status: TaskStatus, 
/**
 * The error's code.
 */
error_code: string | null, 
/**
 * The output, plain JSON, cut to 4 KB.
 */
output: unknown, 
/**
 * When it ended.
 */
ended_at: string | null, };

/**
 * The format of a playbook's file.
 */
export type ExchangeFormat = "json" | "cacao";

/**
 * One execution whole.
 */
export type ExecutionDetail = { 
/**
 * What the list says.
 */
summary: ExecutionSummary, 
/**
 * The playbook version's document.
 */
document: Document, 
/**
 * Every task of the playbook, in its order. Inputs and outputs over 64 KB are cut, see `truncated`.
 */
tasks: Array<TaskRun>, 
/**
 * The fate of each link of the document, by index: `open`, `fired` or `dead`.
 */
links: Array<LinkState>, 
/**
 * The variables as they stand, plain JSON.
 */
variables: Record<string, unknown>, 
/**
 * The inputs it was started with, plain JSON.
 */
input: Record<string, unknown>, 
/**
 * Tasks whose input or output was cut to a preview.
 */
truncated: Array<string>, 
/**
 * Its open questions.
 */
questions: Array<OpenQuestion>, 
/**
 * The call tasks that have started executions, with how many there are.
 */
calls: Array<CallCounts>, };

/**
 * Where the text of a search was found in an execution.
 */
export type ExecutionMatch = { 
/**
 * The execution.
 */
execution: number, 
/**
 * In what.
 */
field: MatchField, 
/**
 * The task; absent for what belongs to the whole execution.
 */
task: string | null, 
/**
 * What people call the task.
 */
task_name: Text | null, 
/**
 * The place inside an input or output, such as `data.hits[0].address`.
 */
path: string, 
/**
 * The text around what was found, plain text.
 */
snippet: string, 
/**
 * What was found: from and to in `snippet`, in UTF-16 units as JavaScript counts, in order and apart.
 */
marks: Array<[number, number]>, };

/**
 * A page of executions.
 */
export type ExecutionPage = { 
/**
 * In the order that was asked for; newest first where none was.
 */
executions: Array<ExecutionSummary>, 
/**
 * How many there are in all; of a search that goes over several pages only an estimate, see `exact`.
 */
total: number, 
/**
 * Whether `total` is exact.
 */
exact: boolean, 
/**
 * The `offset` of the next page; null when this is the last one. A search may skip rows, so do not compute it.
 */
next_offset: number | null, 
/**
 * Where the text of the search was found, at most three places per execution.
 */
matches: Array<ExecutionMatch>, 
/**
 * The executions of this page that are marked to be kept.
 */
kept: Array<number>, };

/**
 * Names an execution.
 */
export type ExecutionRef = { 
/**
 * Its number.
 */
id: number, };

/**
 * The order of a list of executions.
 */
export type ExecutionSort = "number" | "started" | "ended" | "duration";

/**
 * Where an execution stands.
 */
export type ExecutionStatus = "queued" | "running" | "waiting" | "paused" | "needs_review" | "done" | "failed" | "cancelled";

/**
 * An execution in the list.
 */
export type ExecutionSummary = { 
/**
 * Its number.
 */
id: number, 
/**
 * The playbook.
 */
playbook: string, 
/**
 * What people call it.
 */
name: Text, 
/**
 * The playbook's version.
 */
version: number, 
/**
 * Where it stands.
 */
status: ExecutionStatus, 
/**
 * What started it: `person`, `ticket`, `schedule`, `call`, `rerun` or `sample`.
 */
trigger: string, 
/**
 * The ticket it belongs to.
 */
ticket: number | null, 
/**
 * The ticket's title.
 */
ticket_title: string | null, 
/**
 * The task it is at.
 */
current_task: CurrentTask | null, 
/**
 * The error that failed it, or the newest failed task's.
 */
error_code: string | null, 
/**
 * When it was queued.
 */
queued_at: string, 
/**
 * When it started; null while queued.
 */
started_at: string | null, 
/**
 * When it ended.
 */
ended_at: string | null, 
/**
 * Who started it.
 */
started_by: string, 
/**
 * The call task that started it.
 */
parent: ParentRef | null, 
/**
 * The execution that it runs again.
 */
rerun_of: number | null, };

/**
 * What an execution was given and what it has made of it.
 */
export type ExecutionValues = { 
/**
 * The inputs it was started with, plain JSON.
 */
input: Record<string, unknown>, 
/**
 * The variables as they stand, plain JSON.
 */
variables: Record<string, unknown>, };

/**
 * Exports executions.
 */
export type ExportExecutions = { 
/**
 * Which ones, in which order. `offset` and `limit` (10,000 at most) choose the page of text; a file holds all.
 */
filter: ListExecutions, 
/**
 * How.
 */
format: ExportFormat, 
/**
 * The language of headings; English where absent.
 */
language?: Language, 
/**
 * Write everything to this new file instead of answering with text; refused at the HTTP door.
 */
path?: string, };

/**
 * The format of an export.
 */
export type ExportFormat = "csv" | "json";

/**
 * Asks for a playbook as a file.
 */
export type ExportPlaybook = { 
/**
 * Its id.
 */
id: string, 
/**
 * The version; the newest where absent, the draft where there is no version.
 */
version?: number, 
/**
 * The format of the file.
 */
format: ExchangeFormat, };

/**
 * An export.
 */
export type ExportedExecutions = { 
/**
 * How many rows it has.
 */
rows: number, 
/**
 * The text of this page; null when a file was written. Pages of CSV follow one another; pages of JSON are arrays of their own.
 */
text: string | null, 
/**
 * Where the next page starts; null when there is none.
 */
next_offset: number | null, 
/**
 * A name for the file.
 */
file_name: string, 
/**
 * The file that was written.
 */
path: string | null, };

/**
 * A playbook as a file.
 */
export type ExportedPlaybook = { 
/**
 * What to call the file.
 */
file_name: string, 
/**
 * Its text.
 */
text: string, 
/**
 * What the format cannot say; kept in an extension that Haetae reads back.
 */
losses: Array<Loss>, };

/**
 * What an expression is for.
 */
export type ExpressionKind = "expression" | "condition" | "template";

/**
 * A value that differs; absent on one side means that it was not there.
 */
export type FieldChange = { 
/**
 * The field, such as `parameters.ip`.
 */
field: string, 
/**
 * Its value before.
 */
before?: unknown, 
/**
 * Its value after.
 */
after?: unknown, };

/**
 * The one obvious change that answers a diagnostic; the designer offers it as a quick fix.
 */
export type Fix = { "fix": "connect", 
/**
 * The task it leaves, or `start`.
 */
from: string, 
/**
 * The outcome it follows.
 */
outcome: string, 
/**
 * The task it reaches; null where a person has to choose it.
 */
to: string | null, } | { "fix": "remove_link", 
/**
 * The index.
 */
link: number, } | { "fix": "remove_variable", 
/**
 * Its name.
 */
name: string, } | { "fix": "add_approval", 
/**
 * The task.
 */
task: string, } | { "fix": "replace", 
/**
 * The task.
 */
task: string, 
/**
 * The field, such as `app`.
 */
field: string, 
/**
 * The new text.
 */
text: string, } | { "fix": "rename_parameter", 
/**
 * The task.
 */
task: string, 
/**
 * The parameter as it is written.
 */
from: string, 
/**
 * The parameter that was meant.
 */
to: string, };

/**
 * What one event changed.
 */
export type Frame = { 
/**
 * The event's place in the journal, from 1; the transition log has the same.
 */
sequence: number, 
/**
 * When.
 */
at: string, 
/**
 * Where the execution stood after it.
 */
status: ExecutionStatus, 
/**
 * The tasks that it changed, as they stood after it.
 */
tasks: Array<TaskFrame>, 
/**
 * The links whose fate it decided.
 */
links: Array<LinkFrame>, };

/**
 * One function.
 */
export type Function = { 
/**
 * Its name.
 */
name: string, 
/**
 * Its family.
 */
family: string, 
/**
 * What people call the family.
 */
family_label: Text, 
/**
 * How it is called.
 */
signature: string, 
/**
 * What it does.
 */
documentation: Text, 
/**
 * What it takes, in order.
 */
parameters: Array<FunctionParameter>, 
/**
 * What it gives, beside null.
 */
result: Text, 
/**
 * Expressions with their values.
 */
examples: Array<FunctionExample>, };

/**
 * One example.
 */
export type FunctionExample = { 
/**
 * The expression.
 */
expression: string, 
/**
 * Its value as tagged JSON; null where it differs from run to run.
 */
value: string | null, };

/**
 * One parameter of a function.
 */
export type FunctionParameter = { 
/**
 * Its name.
 */
name: string, 
/**
 * The types it takes, in words.
 */
kinds: Text, 
/**
 * What it is for.
 */
documentation: Text, 
/**
 * Whether it must be given.
 */
required: boolean, 
/**
 * Whether it may be given any number of times.
 */
repeated: boolean, 
/**
 * Whether it may be given as `name=value`.
 */
named: boolean, };

/**
 * The functions of the language.
 */
export type Functions = { 
/**
 * By family, then by name.
 */
functions: Array<Function>, };

/**
 * A task that waits for an output.
 */
export type HeldTask = { 
/**
 * The task.
 */
task: string, 
/**
 * What it would run, parameters as they stand.
 */
call: CommandCall, 
/**
 * Whether the command acts on devices, so that running it for real has to be confirmed.
 */
destructive: boolean, };

/**
 * A file to import: a Haetae or a CACAO playbook.
 */
export type ImportPlaybook = { 
/**
 * The text of the file.
 */
text: string, 
/**
 * The name of the file, for the comment and, where the document has none, the id.
 */
name?: string, };

/**
 * What an import gave. The playbook is saved as version 1 and disabled until `playbook.allow` enables it.
 */
export type ImportedPlaybook = { 
/**
 * The new playbook; never one that was there before.
 */
id: string, 
/**
 * The id that the document asked for, when it was taken or could not be used.
 */
renamed_from: string | null, 
/**
 * What the file was.
 */
format: ExchangeFormat, 
/**
 * What could not be taken over as it was; nothing is dropped without standing here.
 */
losses: Array<Loss>, 
/**
 * What is wrong with the document that came out.
 */
diagnostics: Array<Diagnostic>, 
/**
 * What it would use, to be seen before it is enabled.
 */
uses: PlaybookUses, };

/**
 * Reads alert files.
 */
export type IngestEvents = { 
/**
 * Absolute paths of files that the owner of the data directory can read.
 */
files: Array<string>, 
/**
 * Let the executions that it starts run to their end before answering.
 */
run?: boolean, };

/**
 * What ingesting did (DESIGN.md, section 7).
 */
export type IngestReport = { 
/**
 * Files read.
 */
files: number, 
/**
 * Lines read.
 */
lines: number, 
/**
 * Events stored.
 */
stored: number, 
/**
 * Events that were there already.
 */
duplicates: number, 
/**
 * Lines that are no events.
 */
rejected: number, 
/**
 * Where the rejected lines are kept.
 */
rejects_file: string | null, 
/**
 * Tickets opened.
 */
tickets_opened: number, 
/**
 * Events merged into open tickets.
 */
tickets_merged: number, 
/**
 * Executions queued.
 */
executions_started: number, 
/**
 * The first rejected lines with their reason, at most 100.
 */
rejects?: Array<Reject>, };

/**
 * One input of a playbook.
 */
export type Input = { 
/**
 * Its name, read bare in expressions.
 */
name: string, 
/**
 * Its type.
 */
type: ValueType, 
/**
 * Whether a start without it is refused.
 */
required?: boolean, 
/**
 * Its value when not given.
 */
default?: JsonValue, 
/**
 * What it is for.
 */
description?: Text, };

/**
 * When a task with several incoming links starts.
 */
export type Join = "all" | "any";

export type JsonValue = number | string | boolean | Array<JsonValue> | { [key in string]: JsonValue } | null;

/**
 * Marks executions so that retention keeps them, or takes the mark off.
 */
export type KeepExecutions = { 
/**
 * The executions.
 */
ids: Array<number>, 
/**
 * True keeps.
 */
keep: boolean, };

/**
 * A language of the window and the command line.
 */
export type Language = "ko" | "en";

/**
 * The last time that retention deleted something.
 */
export type LastPurge = { 
/**
 * When.
 */
at: string, 
/**
 * By whom; `haetae` in the background.
 */
by: string, 
/**
 * How many executions.
 */
executions: number, };

/**
 * Where things stand on the canvas; never changes what a playbook does.
 */
export type Layout = { 
/**
 * The top left corner of each task.
 */
tasks?: { [key in string]: Position }, 
/**
 * Notes and frames.
 */
notes?: Array<Note>, };

/**
 * A directed edge from one outcome of a task to another task.
 */
export type Link = { 
/**
 * The task it leaves, or `start`.
 */
from: TaskId, 
/**
 * The outcome it follows; `done` where absent.
 */
outcome?: Outcome, 
/**
 * The task it reaches.
 */
to: TaskId, };

/**
 * A link that came or went.
 */
export type LinkChange = { 
/**
 * Whether it came or went.
 */
change: ChangeKind, 
/**
 * The task it leaves, or `start`.
 */
from: string, 
/**
 * The outcome it follows.
 */
outcome: Outcome, 
/**
 * The task it reaches.
 */
to: string, };

/**
 * A link after an event.
 */
export type LinkFrame = { 
/**
 * Its place in the document, from 0.
 */
link: number, 
/**
 * Its fate.
 */
state: LinkState, };

/**
 * The fate of a link.
 */
export type LinkState = "open" | "fired" | "dead";

/**
 * Asks for the audit.
 */
export type ListAudit = { 
/**
 * From when.
 */
from?: string, 
/**
 * Until when, not included.
 */
to?: string, 
/**
 * Only of this operation, such as `execution.cancel`.
 */
operation?: string, 
/**
 * Text in who, what or the details.
 */
search?: string, 
/**
 * Rows to skip.
 */
offset?: number, 
/**
 * Rows at most, 200 where absent, 1,000 at most.
 */
limit?: number, };

/**
 * Asks for the executions that the call tasks of an execution started.
 */
export type ListChildren = { 
/**
 * The execution that called.
 */
id: number, 
/**
 * Of this call task.
 */
task?: string, 
/**
 * In one of these statuses.
 */
status?: Array<ExecutionStatus>, 
/**
 * Rows to skip.
 */
offset?: number, 
/**
 * Rows at most, 200 where absent, 1,000 at most.
 */
limit?: number, };

/**
 * Asks for decisions.
 */
export type ListDecisions = { 
/**
 * True: only the operator's.
 */
mine?: boolean, 
/**
 * From when.
 */
from?: string, 
/**
 * Until when, not included.
 */
to?: string, 
/**
 * Text in the question, the answer, the playbook's name or the ticket's title.
 */
search?: string, 
/**
 * Rows to skip.
 */
offset?: number, 
/**
 * Rows at most, 100 where absent, 1,000 at most.
 */
limit?: number, };

/**
 * Asks for executions.
 */
export type ListExecutions = { 
/**
 * Of this playbook.
 */
playbook?: string, 
/**
 * Of this ticket.
 */
ticket?: number, 
/**
 * In one of these statuses.
 */
status?: Array<ExecutionStatus>, 
/**
 * Words, or "phrases in quotes", that all occur in inputs, outputs, errors, questions, answers, opinions, the playbook's name
 * or the ticket's title; or an execution's number.
 */
search?: string, 
/**
 * True: only executions that no call task started.
 */
roots?: boolean, 
/**
 * Of one of these playbooks.
 */
playbooks?: Array<string>, 
/**
 * Of this version.
 */
version?: number, 
/**
 * Started by one of these: `person`, `ticket`, `schedule`, `call`, `rerun`, `sample`.
 */
trigger?: Array<string>, 
/**
 * Started by this person.
 */
started_by?: string, 
/**
 * With this error code.
 */
error_code?: string, 
/**
 * Queued at or after this.
 */
queued_from?: string, 
/**
 * Queued before this.
 */
queued_to?: string, 
/**
 * Started at or after this.
 */
started_from?: string, 
/**
 * Started before this.
 */
started_to?: string, 
/**
 * Ended at or after this.
 */
ended_from?: string, 
/**
 * Ended before this.
 */
ended_to?: string, 
/**
 * With a task like this.
 */
task?: TaskFilter, 
/**
 * True: only those marked to be kept.
 */
kept?: boolean, 
/**
 * The order; by number where absent.
 */
sort?: ExecutionSort, 
/**
 * True: smallest, oldest or shortest first.
 */
ascending?: boolean, 
/**
 * Rows to skip.
 */
offset?: number, 
/**
 * Rows at most, 200 where absent, 1,000 at most.
 */
limit?: number, };

/**
 * Asks for what waits for people.
 */
export type ListQuestions = { 
/**
 * True: only what is asked of the operator or of nobody. False: everybody's.
 */
mine?: boolean, };

/**
 * Asks for tickets.
 */
export type ListTickets = { 
/**
 * In one of these statuses.
 */
status?: Array<TicketStatus>, 
/**
 * Of one of these severities.
 */
severity?: Array<Severity>, 
/**
 * Text in the title, an address or another artifact.
 */
search?: string, 
/**
 * Rows to skip.
 */
offset?: number, 
/**
 * Rows at most, 200 where absent, 1,000 at most.
 */
limit?: number, };

/**
 * Asks for the transition log of an execution.
 */
export type ListTransitions = { 
/**
 * The execution.
 */
id: number, 
/**
 * Only the entries after this place in the journal.
 */
after?: number, };

/**
 * Asks for triggers.
 */
export type ListTriggers = { 
/**
 * Only those of this playbook.
 */
playbook?: string, };

/**
 * Names a screen whose views are saved.
 */
export type ListViews = { 
/**
 * The screen, such as `executions`.
 */
screen: string, };

/**
 * One transition.
 */
export type LogEntry = { 
/**
 * Its place in the journal, from 1.
 */
sequence: number, 
/**
 * When.
 */
at: string, 
/**
 * The event's word, such as `task_succeeded`.
 */
event: string, 
/**
 * The task it is about.
 */
task: string | null, 
/**
 * Who, for what people did.
 */
by: string | null, 
/**
 * Its details, such as the error code.
 */
text: string | null, };

/**
 * Something that could not be taken over as it was.
 */
export type Loss = { 
/**
 * The code, such as `CACAO-003`.
 */
code: string, 
/**
 * Where in the source, such as `workflow.action--1b2c.commands[0]`.
 */
place: string, 
/**
 * What was done instead.
 */
message: Text, 
/**
 * The task that stands for it.
 */
task?: string, };

/**
 * Acts on several executions.
 */
export type ManyExecutions = { 
/**
 * These.
 */
ids?: Array<number>, 
/**
 * Or all that match, 10,000 at most.
 */
filter?: ListExecutions, 
/**
 * Only say which would be acted on.
 */
preview: boolean, };

/**
 * What became of several executions.
 */
export type ManyReport = { 
/**
 * A row for each.
 */
rows: Array<ManyRow>, 
/**
 * How many it was done to, or would be.
 */
done: number, 
/**
 * How many were refused, or would be.
 */
refused: number, };

/**
 * What became of one of several executions.
 */
export type ManyRow = { 
/**
 * The execution.
 */
id: number, 
/**
 * The playbook's name.
 */
name: Text | null, 
/**
 * Where it stood before.
 */
status: ExecutionStatus | null, 
/**
 * The new execution, for what starts one.
 */
started: number | null, 
/**
 * Why it was refused.
 */
error: Error | null, 
/**
 * The tasks whose destructive commands would run again; only said before a re-run.
 */
destructive: Array<Text>, };

/**
 * What of an execution a search looks through.
 */
export type MatchField = "playbook" | "ticket" | "input" | "output" | "error" | "question" | "answer" | "opinion";

/**
 * The figures of a period. Every number comes with the filter that lists the executions behind it.
 */
export type Metrics = { 
/**
 * From when.
 */
from: string, 
/**
 * Until when, not included.
 */
to: string, 
/**
 * The time zone of the days.
 */
zone: string, 
/**
 * How many executions there were in each status.
 */
statuses: Array<StatusFigure>, 
/**
 * By day, every day of the period, oldest first; at most the last 400 days.
 */
days: Array<DayCount>, 
/**
 * From being queued to the end, over executions that are done.
 */
executions: DurationFigure, 
/**
 * From opening to closing, over tickets that were closed in the period (of the playbook's executions, where one is named).
 */
tickets: TicketFigure, 
/**
 * Time that commands and decisions of the machine took, in milliseconds.
 */
automatic_ms: number, 
/**
 * Time that was spent waiting for people, in milliseconds.
 */
human_ms: number, 
/**
 * The time that was saved, where playbooks state how long their work takes by hand.
 */
saved: SavedFigure, 
/**
 * The tasks that took the longest on average (without waiting for people), at most 20.
 */
slowest: Array<TaskFigure>, 
/**
 * The tasks that failed most often, at most 20.
 */
failing: Array<TaskFigure>, 
/**
 * By playbook, most executions first, at most 50.
 */
playbooks: Array<PlaybookFigure>, 
/**
 * Executions of the period that the background has not looked at yet; the figures lack them for a moment.
 */
behind: number, };

/**
 * A note or a frame on the canvas.
 */
export type Note = { 
/**
 * Its id among the notes.
 */
id: string, 
/**
 * A note holds text; a frame stands behind tasks and names them.
 */
kind: NoteKind, 
/**
 * Its text.
 */
text: string, 
/**
 * The left edge.
 */
x: number, 
/**
 * The top edge.
 */
y: number, 
/**
 * The width.
 */
width: number, 
/**
 * The height.
 */
height: number, };

/**
 * A note or a frame.
 */
export type NoteKind = "note" | "frame";

/**
 * A request or response that carries nothing.
 */
export type Nothing = Record<symbol, never>;

/**
 * What a failed item of a loop does to the others.
 */
export type OnFailure = "stop" | "collect";

/**
 * A question that is open.
 */
export type OpenQuestion = { 
/**
 * Its number.
 */
id: number, 
/**
 * The execution.
 */
execution: number, 
/**
 * The question.
 */
question: Question, 
/**
 * When it was asked.
 */
asked_at: string, };

/**
 * How a task ended, as links name it.
 */
export type Outcome = "done" | "true" | "false" | "approved" | "rejected" | "expired" | "failed";

/**
 * A field of a command's output.
 */
export type OutputField = { 
/**
 * Its name.
 */
name: string, 
/**
 * Its type.
 */
type: ValueType, 
/**
 * What it means.
 */
description?: Text, };

/**
 * A parameter of a command.
 */
export type Parameter = { 
/**
 * Its name.
 */
name: string, 
/**
 * Its type.
 */
type: ValueType, 
/**
 * Whether a task without it cannot run.
 */
required: boolean, 
/**
 * What people call it.
 */
label?: Text, 
/**
 * What it is for.
 */
description?: Text, 
/**
 * Its value when not given.
 */
default?: JsonValue, 
/**
 * What it may be, when it is one of a few.
 */
choices?: Array<string>, };

/**
 * The call task that started an execution.
 */
export type ParentRef = { 
/**
 * The execution whose task it is.
 */
execution: number, 
/**
 * The call task.
 */
task: string, 
/**
 * The item of its list, from 0; null for a call that runs once.
 */
item: number | null, };

/**
 * Task runs of which there is nothing to tell but where they stand and when they began and ended, in columns: ten thousand of them take
 * a seventh of the bytes so.
 */
export type PlainRuns = { 
/**
 * The tasks.
 */
tasks: Array<string>, 
/**
 * Where they stand, the first letter of each status: pending, running, waiting, done, failed, skipped, cancelled, needs review.
 */
status: string, 
/**
 * The moment that the others count from, in milliseconds since the epoch.
 */
since: number, 
/**
 * When the one attempt of each started, in milliseconds; null for a task without one.
 */
started: Array<number | null>, 
/**
 * When they ended, in milliseconds.
 */
ended: Array<number | null>, };

/**
 * A versioned graph of tasks.
 */
export type Playbook = { 
/**
 * The format version, 1.
 */
format: number, 
/**
 * The id, also its file name.
 */
id: PlaybookId, 
/**
 * What people call it; the id where absent.
 */
name?: Text, 
/**
 * What it is for.
 */
description?: Text, 
/**
 * What it is given when it starts.
 */
inputs?: Array<Input>, 
/**
 * Types and first values of variables; formula, input and `assign` create variables without this.
 */
variables?: Array<Variable>, 
/**
 * What starts it besides a person.
 */
triggers?: Array<Trigger>, 
/**
 * Keeps executions for the same thing apart.
 */
concurrency?: Concurrency, 
/**
 * How long a person takes for the same work by hand; reports of time saved read it.
 */
manual?: Seconds, 
/**
 * The tasks by id, in the order they were drawn.
 */
tasks: { [key in string]: Task }, 
/**
 * The links.
 */
links: Array<Link>, 
/**
 * Where things stand on the canvas.
 */
layout?: Layout, 
/**
 * What an import from CACAO keeps so that an export gives it back; never changes what a playbook does.
 */
cacao?: unknown, };

/**
 * A playbook whole.
 */
export type PlaybookDetail = { 
/**
 * What the list says.
 */
summary: PlaybookSummary, 
/**
 * The version that `document` is; 0 when there is only a draft.
 */
version: number, 
/**
 * The saved document; null when there is only a draft.
 */
document: Document | null, 
/**
 * The draft.
 */
draft: Draft | null, };

/**
 * The figures of a playbook.
 */
export type PlaybookFigure = { 
/**
 * The playbook.
 */
playbook: string, 
/**
 * What people call it.
 */
name: Text, 
/**
 * How many executions it had.
 */
count: number, 
/**
 * How many of them failed.
 */
failed: number, 
/**
 * Half of those that are done took no longer, in milliseconds.
 */
median_ms: number | null, 
/**
 * The filter that lists them.
 */
filter: ListExecutions, };

/**
 * The id of a playbook, such as `malware-response`: letters, digits, `-`, `_`, `.`, at most 128 characters.
 */
export type PlaybookId = string;

/**
 * Names a playbook.
 */
export type PlaybookRef = { 
/**
 * Its id.
 */
id: string, };

/**
 * A playbook in the list.
 */
export type PlaybookSummary = { 
/**
 * Its id.
 */
id: string, 
/**
 * What people call it.
 */
name: Text, 
/**
 * What it is for.
 */
description: Text | null, 
/**
 * The newest version; 0 when only a draft exists.
 */
version: number, 
/**
 * Whether a draft differs from the newest version.
 */
draft: boolean, 
/**
 * When it was last saved.
 */
saved_at: string | null, 
/**
 * Who saved it.
 */
saved_by: string | null, 
/**
 * How many tasks it has.
 */
tasks: number, 
/**
 * Errors of the newest version (or the draft when there is no version).
 */
errors: number, 
/**
 * Warnings.
 */
warnings: number, 
/**
 * Whether it may run; an imported one starts false.
 */
enabled: boolean, 
/**
 * Whether its destructive commands run without an approval.
 */
act_alone: boolean, 
/**
 * Whether it came with the sample.
 */
sample: boolean, 
/**
 * When it last ran.
 */
last_execution_at: string | null, };

/**
 * What a playbook would use when it runs.
 */
export type PlaybookUses = { 
/**
 * The commands, in the order of the tasks.
 */
actions: Array<ActionUse>, 
/**
 * The connections, each once, with the host and the credential that they stand for.
 */
connections: Array<ConnectionUse>, 
/**
 * The playbooks that it calls.
 */
playbooks: Array<string>, 
/**
 * The hosts it would talk to, each once.
 */
hosts: Array<string>, 
/**
 * The credentials it would use, each once.
 */
credentials: Array<string>, };

/**
 * The playbooks.
 */
export type Playbooks = { 
/**
 * By name.
 */
playbooks: Array<PlaybookSummary>, };

/**
 * A point on the canvas in pixels at 100 %.
 */
export type Position = { 
/**
 * To the right.
 */
x: number, 
/**
 * Downwards.
 */
y: number, };

/**
 * What was deleted, or would be.
 */
export type PurgeReport = { 
/**
 * Executions, with their journals, task runs and questions.
 */
executions: number, 
/**
 * By status.
 */
statuses: Array<StatusCount>, 
/**
 * Executions that are old enough and stay because their ticket is open.
 */
kept_for_ticket: number, 
/**
 * Executions that are old enough and stay because they are marked.
 */
kept_by_mark: number, 
/**
 * When the oldest of them ended.
 */
oldest: string | null, 
/**
 * Whether they are deleted.
 */
deleted: boolean, };

/**
 * Deletes executions that are older than retention says.
 */
export type PurgeStorage = { 
/**
 * Only say what would be deleted.
 */
preview: boolean, 
/**
 * Other days than the settings say, this once.
 */
retention?: Retention, };

/**
 * What is pushed to every door: changed tags, transitions of executions, progress.
 */
export type Push = { "push": "changed", 
/**
 * The tags.
 */
tags: Array<string>, } | { "push": "transition", 
/**
 * The execution.
 */
execution: number, 
/**
 * Its status now.
 */
status: ExecutionStatus, 
/**
 * The tasks that changed, with their status now.
 */
tasks: Array<TaskTransition>, 
/**
 * When.
 */
at: string, } | { "push": "progress", 
/**
 * The job, such as `ingest:3`.
 */
job: string, 
/**
 * Done so far.
 */
done: number, 
/**
 * Of how many, when known.
 */
total: number | null, };

/**
 * Rows.
 */
export type QueryResult = { 
/**
 * The columns' names.
 */
columns: Array<string>, 
/**
 * The rows.
 */
rows: Array<Array<unknown>>, 
/**
 * Whether there were more rows than the limit.
 */
truncated: boolean, };

/**
 * A question to a person.
 */
export type Question = { 
/**
 * Its number inside the execution.
 */
number: number, 
/**
 * The task that asks.
 */
task: string, 
/**
 * What is asked, rendered.
 */
text: Text, 
/**
 * Who is asked; nobody in particular where absent.
 */
assignee?: string, 
/**
 * When it expires.
 */
deadline?: string, 
/**
 * What kind of answer.
 */
kind: QuestionKind, };

/**
 * A question with the data that led to it and what an answer does.
 */
export type QuestionDetail = { 
/**
 * What the queue says.
 */
summary: QuestionSummary, 
/**
 * The question.
 */
question: Question, 
/**
 * The playbook's name.
 */
playbook: Text, 
/**
 * The playbook's version.
 */
version: number, 
/**
 * The task's name.
 */
task: Text, 
/**
 * What was found before: finished tasks in order, with their outputs.
 */
evidence: Array<Evidence>, 
/**
 * Tasks before the question that failed, run or need review: what was not heard.
 */
missing: Array<Evidence>, 
/**
 * What an approval releases, with what each host or address is.
 */
releases: Array<ReleaseDetail>, 
/**
 * Tasks that follow `rejected` or `false`.
 */
if_rejected: Array<Text>, 
/**
 * Tasks that follow `expired`; empty means the execution fails.
 */
if_expired: Array<Text>, 
/**
 * The answer, once there is one.
 */
answered: Answered | null, };

/**
 * Equal questions.
 */
export type QuestionGroup = { 
/**
 * `approval`, `input` or `gate`.
 */
kind: string, 
/**
 * The questions, soonest deadline first; at most 100 are listed.
 */
questions: Array<QuestionSummary>, 
/**
 * How many there are.
 */
count: number, 
/**
 * The worst severity of their tickets.
 */
severity: Severity | null, 
/**
 * The soonest deadline.
 */
deadline: string | null, 
/**
 * The playbook's name.
 */
playbook: Text, 
/**
 * The task's name.
 */
task: Text, };

/**
 * What waits for people, most urgent first.
 */
export type QuestionGroups = { 
/**
 * Equal questions of one playbook version's task, grouped: an answer may be given to all of them.
 */
groups: Array<QuestionGroup>, 
/**
 * Tasks that need review.
 */
reviews: Array<ReviewItem>, 
/**
 * New tickets with nobody assigned, the worst first and of equals the newest, at most 100.
 */
tickets: Array<TicketSummary>, 
/**
 * How many new tickets there are.
 */
new_tickets: number, };

/**
 * What kind of answer a question wants.
 */
export type QuestionKind = { "kind": "boolean" } | { "kind": "string", 
/**
 * The fewest characters.
 */
min_length?: number, 
/**
 * The most characters.
 */
max_length?: number, 
/**
 * A regular expression that the whole text has to match.
 */
pattern?: string, } | { "kind": "choice", 
/**
 * The choices.
 */
choices: Array<Choice>, 
/**
 * Whether several.
 */
multiple: boolean, } | { "kind": "approval", 
/**
 * The destructive commands that an approval releases, parameters as they stand.
 */
releases: Array<Release>, 
/**
 * The hash of that list; an answer carries it back.
 */
hash: string, } | { "kind": "gate", 
/**
 * The command, one entry.
 */
releases: Array<Release>, 
/**
 * The hash of that list.
 */
hash: string, };

/**
 * Names a question.
 */
export type QuestionRef = { 
/**
 * Its number.
 */
id: number, };

/**
 * A question in the queue.
 */
export type QuestionSummary = { 
/**
 * Its number.
 */
id: number, 
/**
 * What is asked.
 */
text: Text, 
/**
 * The execution.
 */
execution: number, 
/**
 * The ticket.
 */
ticket: number | null, 
/**
 * The ticket's title.
 */
ticket_title: string | null, 
/**
 * The ticket's severity.
 */
severity: Severity | null, 
/**
 * Who is asked.
 */
assignee: string | null, 
/**
 * When it was asked.
 */
asked_at: string, 
/**
 * When it expires.
 */
deadline: string | null, };

/**
 * An answer that was not taken.
 */
export type RefusedAnswer = { 
/**
 * The question.
 */
id: number, 
/**
 * Why.
 */
error: Error, };

/**
 * A line that is no event.
 */
export type Reject = { 
/**
 * The file.
 */
file: string, 
/**
 * The line, from 1.
 */
line: number, 
/**
 * Why.
 */
reason: string, };

/**
 * A destructive command that an approval releases.
 */
export type Release = { 
/**
 * The task.
 */
task: string, 
/**
 * The command with its parameters as they stand.
 */
call: CommandCall, };

/**
 * A destructive command that an approval releases.
 */
export type ReleaseDetail = { 
/**
 * The task's id.
 */
task: string, 
/**
 * The task's name.
 */
name: Text, 
/**
 * The app's name.
 */
app: Text, 
/**
 * The command's name.
 */
command_name: Text, 
/**
 * The command with its parameters.
 */
call: CommandCall, 
/**
 * How it can be taken back.
 */
undo: Text | null, 
/**
 * The assets among its parameters.
 */
assets: Array<Asset>, };

/**
 * An execution as it went: what each event of its journal changed.
 */
export type Replay = { 
/**
 * In order; before the first one every task is pending and every link open.
 */
frames: Array<Frame>, };

/**
 * The format of a report.
 */
export type ReportFormat = "markdown" | "html" | "pdf";

/**
 * Runs an execution again, as a new one.
 */
export type RerunExecution = { 
/**
 * The execution that has ended.
 */
id: number, 
/**
 * From this task on, with the recorded outputs of the tasks before it; from the start where absent.
 */
from?: string, 
/**
 * On which version; the one that ran where absent.
 */
version?: RerunVersion, 
/**
 * Answer only when it has ended or only people are awaited.
 */
wait?: boolean, };

/**
 * What a re-run would do.
 */
export type RerunPreview = { 
/**
 * The playbook.
 */
playbook: string, 
/**
 * The version that ran; 0 for a draft or a file.
 */
ran: number, 
/**
 * The version that would run.
 */
runs: number, 
/**
 * The tasks that differ between the two; empty for the same version.
 */
changes: Array<TaskChange>, 
/**
 * Whether links or inputs differ between the two.
 */
other_changes: boolean, 
/**
 * Every task of the version that would run, in its order.
 */
tasks: Array<RerunTask>, 
/**
 * Why it cannot be run again; null when it can.
 */
refusal: Error | null, };

/**
 * What a re-run does with a task.
 */
export type RerunTask = { 
/**
 * The task.
 */
task: string, 
/**
 * What people call it.
 */
name: Text, 
/**
 * Its type, such as `action`.
 */
type: string, 
/**
 * True: its recorded result is taken over and it does not run. False: it runs if the links before it say so.
 */
carried: boolean, 
/**
 * Where it stood at the end of the execution; null where it was not in that version.
 */
status: TaskStatus | null, 
/**
 * It runs a destructive command when it runs.
 */
destructive: boolean, 
/**
 * It has effects outside (an action, a mail, a call) and had them in the execution already.
 */
repeats: boolean, };

/**
 * Which version of the playbook runs again.
 */
export type RerunVersion = "same" | "current";

/**
 * How long executions are kept.
 */
export type Retention = { 
/**
 * Days after the end that executions which are done are kept; null for ever.
 */
done_days: number | null, 
/**
 * Days that failed ones are kept; null for ever.
 */
failed_days: number | null, 
/**
 * Days that cancelled ones are kept; null for ever.
 */
cancelled_days: number | null, };

/**
 * How often and when a failed attempt is repeated.
 */
export type Retry = { 
/**
 * Attempts in all, the first one counted; at least 1.
 */
attempts: number, 
/**
 * The pause before the second attempt; doubles, at most five minutes.
 */
backoff?: Seconds, 
/**
 * The error codes it is for; absent means every code.
 */
on?: Array<string>, };

/**
 * What a person decides about a task that needs review.
 */
export type Review = { "decision": "happened", 
/**
 * With this output.
 */
output: JsonValue, } | { "decision": "again" } | { "decision": "fail" };

/**
 * A task that needs review.
 */
export type ReviewItem = { 
/**
 * The execution.
 */
execution: number, 
/**
 * The playbook's name.
 */
playbook: Text, 
/**
 * The task's id.
 */
task: string, 
/**
 * The task's name.
 */
task_name: Text, 
/**
 * The ticket.
 */
ticket: number | null, 
/**
 * Since when.
 */
since: string, 
/**
 * What was sent and may or may not have happened.
 */
call: CommandCall | null, };

/**
 * Decides about a task whose effect is unknown.
 */
export type ReviewTask = { 
/**
 * The execution.
 */
id: number, 
/**
 * The task.
 */
task: string, 
/**
 * The decision.
 */
review: Review, };

/**
 * Runs SQL over the event store.
 */
export type RunQuery = { 
/**
 * One SELECT.
 */
sql: string, 
/**
 * Rows at most, 1,000 where absent, 100,000 at most.
 */
limit?: number, };

/**
 * What loading or removing the sample did.
 */
export type SampleReport = { 
/**
 * Playbooks.
 */
playbooks: number, 
/**
 * Connections.
 */
connections: number, 
/**
 * Assets.
 */
assets: number, 
/**
 * Events.
 */
events: number, 
/**
 * Tickets.
 */
tickets: number, 
/**
 * Executions started or removed.
 */
executions: number, };

/**
 * Saves a connection.
 */
export type SaveConnection = { 
/**
 * The app.
 */
app: string, 
/**
 * Its name: letters, digits, `-`, `_`.
 */
name: string, 
/**
 * Its options.
 */
options: Record<string, unknown>, 
/**
 * The credential's name; `APP-NAME` where absent.
 */
credential?: string, };

/**
 * Keeps a draft.
 */
export type SaveDraft = { 
/**
 * The playbook's id; it need not exist yet.
 */
id: string, 
/**
 * The document.
 */
document: Document, 
/**
 * The version it started from.
 */
base: number, };

/**
 * Saves a version.
 */
export type SavePlaybook = { 
/**
 * The document; its `id` names the playbook.
 */
document: Document, 
/**
 * The version it started from; 0 for a new playbook.
 */
base: number, 
/**
 * Why.
 */
comment?: string, };

/**
 * Saves a view.
 */
export type SaveView = { 
/**
 * The view to change; a new one where absent.
 */
id?: number, 
/**
 * The screen.
 */
screen: string, 
/**
 * Its name; VIEW-NAME when another view of the screen has it.
 */
name: string, 
/**
 * What the screen needs to show it again, 64 KB at most.
 */
filter: unknown, };

/**
 * A kept draft.
 */
export type SavedDraft = { 
/**
 * When.
 */
saved_at: string, 
/**
 * Its diagnostics.
 */
diagnostics: Array<Diagnostic>, };

/**
 * The time that was saved.
 */
export type SavedFigure = { 
/**
 * Executions that are done and whose playbook states how long the work takes by hand.
 */
count: number, 
/**
 * What people would have needed for them, in milliseconds.
 */
manual_ms: number, 
/**
 * What people did need for them: the time that questions were open, in milliseconds.
 */
human_ms: number, 
/**
 * The difference, never less than zero for an execution, in milliseconds.
 */
saved_ms: number, 
/**
 * The playbooks that state a manual duration.
 */
playbooks: Array<string>, 
/**
 * The filter that lists the executions of these playbooks.
 */
filter: ListExecutions, };

/**
 * A saved version.
 */
export type SavedVersion = { 
/**
 * The playbook.
 */
id: string, 
/**
 * The new version.
 */
version: number, 
/**
 * Its diagnostics; errors refuse running, not saving.
 */
diagnostics: Array<Diagnostic>, };

/**
 * A saved view: a name for a filter.
 */
export type SavedView = { 
/**
 * Its number.
 */
id: number, 
/**
 * The screen, such as `executions`.
 */
screen: string, 
/**
 * Its name, unique on its screen.
 */
name: string, 
/**
 * What the screen needs to show it again.
 */
filter: unknown, 
/**
 * Who saved it.
 */
saved_by: string, 
/**
 * When.
 */
saved_at: string, };

/**
 * The saved views of a screen.
 */
export type SavedViews = { 
/**
 * By name.
 */
views: Array<SavedView>, };

/**
 * A duration written as a number with s, m, h, d or w, such as `30s` or `1.5h`; kept in milliseconds.
 */
export type Seconds = string;

/**
 * Puts a secret into the keyring.
 */
export type SetCredential = { 
/**
 * The credential's name.
 */
name: string, 
/**
 * The field, such as `api_key`.
 */
field: string, 
/**
 * The secret.
 */
value: string, };

/**
 * The settings of this data directory.
 */
export type Settings = { 
/**
 * The operator's display name.
 */
operator: string, 
/**
 * The language; absent means the system's.
 */
language: Language | null, 
/**
 * `system`, `light` or `dark`.
 */
theme: Theme, 
/**
 * How many executions start at most at once.
 */
execution_limit: number, 
/**
 * How many commands run at most at once over all executions.
 */
task_limit: number, 
/**
 * Every execution is held before its next action.
 */
actions_stopped: boolean, 
/**
 * Addresses, networks and domains that are never blocked.
 */
never_block: Array<string>, 
/**
 * The IANA time zone for texts and dates; absent means the system's.
 */
time_zone: string | null, };

/**
 * New values of settings; absent fields stay.
 */
export type SettingsPatch = { 
/**
 * The operator's display name.
 */
operator?: string, 
/**
 * The language.
 */
language?: Language, 
/**
 * The colours.
 */
theme?: Theme, 
/**
 * How many executions start at most at once, 1 to 64.
 */
execution_limit?: number, 
/**
 * How many commands run at most at once over all executions, 1 to 256.
 */
task_limit?: number, 
/**
 * Addresses, networks and domains that are never blocked.
 */
never_block?: Array<string>, 
/**
 * The IANA time zone.
 */
time_zone?: string, };

/**
 * The severity of an event or a ticket, least first.
 */
export type Severity = "info" | "low" | "medium" | "high" | "critical";

/**
 * A playbook that comes with the program.
 */
export type ShippedPlaybook = { 
/**
 * Its id.
 */
id: string, 
/**
 * What people call it.
 */
name: Text, 
/**
 * What it does.
 */
description: Text, 
/**
 * How many tasks it has.
 */
tasks: number, 
/**
 * The apps whose commands it runs, Haetae's own left out.
 */
apps: Array<string>, 
/**
 * The playbooks it calls; they are added with it.
 */
calls: Array<string>, 
/**
 * Whether the workspace has a playbook of this id already.
 */
present: boolean, };

/**
 * What comes with the program.
 */
export type ShippedPlaybooks = { 
/**
 * In the order in which people see them.
 */
playbooks: Array<ShippedPlaybook>, };

/**
 * One recorded course: what goes in, and what apps and people reply.
 */
export type ShippedRehearsal = { 
/**
 * What is different about it, as a part of its file's name; absent for the usual course.
 */
case: string | null, 
/**
 * The rehearsal: `input`, `answers`, `replies` and what is expected of it.
 */
rehearsal: Record<string, unknown>, };

/**
 * The recorded courses of a playbook that comes with the program.
 */
export type ShippedRehearsals = { 
/**
 * The usual course first; none for a playbook that does not come with the program.
 */
rehearsals: Array<ShippedRehearsal>, };

/**
 * Asks for the figures of a period.
 */
export type ShowMetrics = { 
/**
 * From when, by the time an execution was queued; 30 days before `to` where absent.
 */
from?: string, 
/**
 * Until when, not included; now where absent.
 */
to?: string, 
/**
 * Only of this playbook.
 */
playbook?: string, };

/**
 * Asks for a playbook.
 */
export type ShowPlaybook = { 
/**
 * Its id.
 */
id: string, 
/**
 * The version; the newest where absent.
 */
version?: number, };

/**
 * Asks for the state of the storage.
 */
export type ShowStorage = { 
/**
 * Also the size of every table, which reads the whole database.
 */
tables?: boolean, };

/**
 * Asks for a value of a task beyond its preview.
 */
export type ShowValue = { 
/**
 * The execution.
 */
id: number, 
/**
 * The task.
 */
task: string, 
/**
 * Which value.
 */
field: ValueField, 
/**
 * As it was in this attempt, from 1; the last one where absent.
 */
attempt?: number, 
/**
 * Of a call over a list: this item, from 0. Its input is what its execution was given, its output are that execution's variables; its
 * attempts are the executions that were started for it.
 */
item?: number, 
/**
 * The part of it as a JSON pointer (RFC 6901), such as `/data/hits/0`; the whole where absent.
 */
path?: string, 
/**
 * The first entry or UTF-8 byte of a long array or text that is wanted.
 */
offset?: number, 
/**
 * Entries or bytes at most; as much as 4 MB holds where absent.
 */
limit?: number, };

/**
 * A place in a text: UTF-8 byte offsets, `end` exclusive.
 */
export type Span = { 
/**
 * The first byte.
 */
start: number, 
/**
 * One past the last byte.
 */
end: number, };

/**
 * Starts a playbook.
 */
export type StartExecution = { 
/**
 * Its id.
 */
playbook: string, 
/**
 * The version; the newest where absent.
 */
version?: number, 
/**
 * The inputs by name. A `ticket` input may be a ticket's number.
 */
input?: Record<string, unknown>, 
/**
 * The ticket it belongs to.
 */
ticket?: number, 
/**
 * Answer only when it has ended or only people are awaited.
 */
wait?: boolean, };

/**
 * An execution that was started, as it stood when that was answered; `execution.show` has its tasks and its document.
 */
export type StartedExecution = { 
/**
 * What the list says.
 */
summary: ExecutionSummary, 
/**
 * The variables as they stand, plain JSON.
 */
variables: Record<string, unknown>, 
/**
 * Its open questions.
 */
questions: Array<OpenQuestion>, 
/**
 * The tasks that have failed, whether or not a link handled that, in the order in which they began.
 */
failures: Array<TaskFailure>, };

/**
 * How many executions have a status.
 */
export type StatusCount = { 
/**
 * The status.
 */
status: ExecutionStatus, 
/**
 * How many.
 */
count: number, };

/**
 * How many executions are in a status, with the filter that lists them.
 */
export type StatusFigure = { 
/**
 * The status.
 */
status: ExecutionStatus, 
/**
 * How many.
 */
count: number, 
/**
 * The filter that lists them.
 */
filter: ListExecutions, };

/**
 * Stops or releases all actions.
 */
export type StopActions = { 
/**
 * True holds, false lets go on.
 */
stopped: boolean, };

/**
 * The state of the storage.
 */
export type Storage = { 
/**
 * The database's bytes, free pages included.
 */
database_bytes: number, 
/**
 * The search index's bytes; it is derived and can be made anew.
 */
search_bytes: number, 
/**
 * Bytes of pages that nothing uses, of both; `storage.compact` gives them back to the disk.
 */
free_bytes: number, 
/**
 * Bytes of the write-ahead log.
 */
log_bytes: number, 
/**
 * Bytes of the event store.
 */
event_bytes: number, 
/**
 * Executions by status.
 */
executions: Array<StatusCount>, 
/**
 * Executions that are marked to be kept.
 */
kept: number, 
/**
 * When the oldest execution was queued.
 */
oldest: string | null, 
/**
 * Executions that the search index does not hold as they stand.
 */
unindexed: number, 
/**
 * How long executions are kept.
 */
retention: Retention, 
/**
 * When retention last deleted something, and how much.
 */
last_purge: LastPurge | null, 
/**
 * The tables, largest first; null unless asked for.
 */
tables: Array<TableSize> | null, };

/**
 * The size of a table with its indexes.
 */
export type TableSize = { 
/**
 * Its name.
 */
name: string, 
/**
 * Its rows.
 */
rows: number, 
/**
 * Its bytes.
 */
bytes: number, };

/**
 * The part of a playbook that a diagnostic is about; all empty means the document.
 */
export type Target = { 
/**
 * The task.
 */
task?: string, 
/**
 * The index into `links`.
 */
link?: number, 
/**
 * The field of the task or document, such as `parameters.ip`.
 */
field?: string, };

/**
 * A task: what every type has, and what its own type has.
 */
export type Task = { 
/**
 * What people call it; the id where absent.
 */
name?: Text, 
/**
 * A remark for designers.
 */
note?: Text, 
/**
 * False: the task does nothing, and its `done` (or first) outcome fires with a null output.
 */
enabled?: boolean, 
/**
 * When it starts.
 */
join?: Join, 
/**
 * How long one attempt may take; then it fails with ENGINE-TIMEOUT.
 */
timeout?: Seconds, 
/**
 * How failures are repeated.
 */
retry?: Retry, 
/**
 * How long a person takes for the same work by hand; reports of time saved read it.
 */
manual?: Seconds, } & ({ "type": "action", 
/**
 * The app's id; `haetae` for our own commands.
 */
app: string, 
/**
 * The connection; `default` where absent.
 */
connection?: string, 
/**
 * The command's id.
 */
command: string, 
/**
 * The command's parameters.
 */
parameters?: { [key in string]: JsonValue }, 
/**
 * What to keep of the output.
 */
assign?: { [key in string]: string }, } | { "type": "branch", 
/**
 * An expression that gives true, false or null (null takes `false`).
 */
condition: string, } | { "type": "formula", 
/**
 * The variable.
 */
variable: string, 
/**
 * The expression.
 */
expression: string, } | { "type": "input", 
/**
 * What is asked; may hold `{{ }}`.
 */
question: Text, 
/**
 * The kind of answer.
 */
kind: AnswerKind, 
/**
 * What can be chosen, for `choice`.
 */
choices?: Array<Choice>, 
/**
 * Whether several can be chosen.
 */
multiple?: boolean, 
/**
 * The fewest characters of an answer, for `string`.
 */
min_length?: number, 
/**
 * The most characters of an answer, for `string`.
 */
max_length?: number, 
/**
 * A regular expression that the whole answer must match, for `string`.
 */
pattern?: string, 
/**
 * The variable that takes the answer.
 */
variable: string, 
/**
 * Who is asked; nobody in particular where absent.
 */
assignee?: string, 
/**
 * How long the question stands; then `expired`.
 */
deadline?: Seconds, } | { "type": "approval", 
/**
 * What is asked; may hold `{{ }}`.
 */
question: Text, 
/**
 * Who is asked; nobody in particular where absent.
 */
assignee?: string, 
/**
 * How long the question stands; then `expired`.
 */
deadline?: Seconds, } | { "type": "wait", 
/**
 * A number of seconds, or a text whose `{{ expression }}` gives one.
 */
seconds: number | string, } | { "type": "email", 
/**
 * The smtp connection; `default` where absent.
 */
connection?: string, 
/**
 * One address, a list, or a text that gives one.
 */
to: string | Array<string>, 
/**
 * Copies.
 */
cc?: string | Array<string>, 
/**
 * The subject; may hold `{{ }}`.
 */
subject: Text, 
/**
 * The body; may hold `{{ }}`.
 */
body: Text, 
/**
 * How the body is read.
 */
format?: BodyFormat, } | { "type": "call", 
/**
 * The other playbook.
 */
playbook: PlaybookId, 
/**
 * Its inputs.
 */
inputs?: { [key in string]: JsonValue }, 
/**
 * Once per item of a list.
 */
each?: Each, 
/**
 * What to keep of the output.
 */
assign?: { [key in string]: string }, } | { "type": "query", 
/**
 * `events`, or the name of a sql connection.
 */
source: string, 
/**
 * The query's text, with `$name` for its parameters.
 */
query: string, 
/**
 * The query's parameters.
 */
parameters?: { [key in string]: JsonValue }, 
/**
 * What to keep of the output.
 */
assign?: { [key in string]: string }, });

/**
 * A task that differs between two versions.
 */
export type TaskChange = { 
/**
 * The task.
 */
task: string, 
/**
 * What people call it.
 */
name: Text, 
/**
 * How it differs.
 */
change: TaskChangeKind, };

/**
 * How a task differs between two versions.
 */
export type TaskChangeKind = "added" | "removed" | "changed";

/**
 * One task run whole.
 */
export type TaskDetail = { 
/**
 * The task as the document has it.
 */
task: Task | null, 
/**
 * What people call it.
 */
name: Text, 
/**
 * The run; an input or output over 64 KB is cut to the first part of its text.
 */
run: TaskRun, 
/**
 * Which of them were cut; `execution.value` has them whole.
 */
truncated: Array<ValueField>, };

/**
 * Why an attempt failed.
 */
export type TaskError = { 
/**
 * The code, such as `APP-429` or `ENGINE-TIMEOUT`.
 */
code: string, 
/**
 * What happened, never with a secret in it; what a vendor says is in the vendor's language.
 */
message: Text, 
/**
 * How long the vendor asked us to wait, in milliseconds.
 */
retry_after_ms?: number, };

/**
 * A task that has failed.
 */
export type TaskFailure = { 
/**
 * The task.
 */
task: string, 
/**
 * Why.
 */
error: TaskError, };

/**
 * The figures of a task.
 */
export type TaskFigure = { 
/**
 * The playbook.
 */
playbook: string, 
/**
 * What people call it.
 */
playbook_name: Text, 
/**
 * The task.
 */
task: string, 
/**
 * What people call it.
 */
task_name: Text, 
/**
 * Its type, such as `action`.
 */
type: string, 
/**
 * How often it ended.
 */
runs: number, 
/**
 * How often it failed.
 */
failed: number, 
/**
 * Its mean duration without waiting for people, in milliseconds.
 */
mean_ms: number, 
/**
 * Half of its runs took no longer, in milliseconds.
 */
median_ms: number, 
/**
 * Nine of ten of its runs took no longer, in milliseconds.
 */
p90_ms: number, 
/**
 * The mean of the time it waited for people, in milliseconds.
 */
human_ms: number, 
/**
 * The error code that occurred most often.
 */
error_code: string | null, 
/**
 * The filter that lists the executions in which it ran; for a failing task those in which it failed.
 */
filter: ListExecutions, };

/**
 * A task's status that a list of executions is filtered by.
 */
export type TaskFilter = { 
/**
 * The task's id; any task where absent.
 */
task?: string, 
/**
 * In one of these statuses; any where absent.
 */
status?: Array<TaskStatus>, 
/**
 * With this error code.
 */
error_code?: string, };

/**
 * A task after an event.
 */
export type TaskFrame = { 
/**
 * The task.
 */
task: string, 
/**
 * Its status.
 */
status: TaskStatus, 
/**
 * Attempts so far.
 */
attempts: number, };

/**
 * The id of a task inside its playbook, a name ([`is_name`]); `start` is reserved.
 */
export type TaskId = string;

/**
 * A task run without its input and output; what is usual is absent.
 */
export type TaskMark = { 
/**
 * The task.
 */
id: string, 
/**
 * Where it stands.
 */
status: TaskStatus, 
/**
 * Attempts so far; absent for none.
 */
attempts?: number, 
/**
 * When the first attempt started.
 */
started_at?: string, 
/**
 * When it ended.
 */
ended_at?: string, 
/**
 * When its timer or backoff ends.
 */
until?: string, 
/**
 * How it ended, as links name it; absent for what is simply done.
 */
outcome?: Outcome, 
/**
 * The code of its failure.
 */
error_code?: string, 
/**
 * Every attempt, in order; absent when there is at most one and its times are those of the task.
 */
history?: Array<AttemptMark>, 
/**
 * Who answered it.
 */
answered_by?: string, 
/**
 * Its result was taken over from the execution that this one runs again; absent when it was not.
 */
carried?: boolean, 
/**
 * Of a call over a list: how many of its items are finished, and of how many.
 */
progress?: [number, number], };

/**
 * Names a task of an execution.
 */
export type TaskRef = { 
/**
 * The execution.
 */
id: number, 
/**
 * The task.
 */
task: string, };

/**
 * One task's attempt(s) inside an execution.
 */
export type TaskRun = { 
/**
 * The task.
 */
id: string, 
/**
 * Its type, such as `action`.
 */
type: string, 
/**
 * Where it stands.
 */
status: TaskStatus, 
/**
 * Attempts so far.
 */
attempts: number, 
/**
 * When the first attempt started.
 */
started_at: string | null, 
/**
 * When it ended.
 */
ended_at: string | null, 
/**
 * When its timer or backoff ends.
 */
until?: string, 
/**
 * What was rendered for it.
 */
input: unknown, 
/**
 * What it gave.
 */
output: unknown, 
/**
 * How it ended, as links name it.
 */
outcome: Outcome | null, 
/**
 * Why it failed.
 */
error: TaskError | null, 
/**
 * Every attempt, in order.
 */
history: Array<Attempt>, 
/**
 * Who answered it.
 */
answered_by?: string, 
/**
 * It did not run: its result was taken over from the execution that this one runs again.
 */
carried?: boolean, };

/**
 * Where one task of an execution stands; every task of the plan has a status from the first second.
 */
export type TaskStatus = "pending" | "running" | "waiting" | "done" | "failed" | "skipped" | "cancelled" | "needs_review";

/**
 * One task's new status.
 */
export type TaskTransition = { 
/**
 * The task.
 */
task: string, 
/**
 * Its status.
 */
status: TaskStatus, };

/**
 * A value, or a part of it.
 */
export type TaskValue = { 
/**
 * The value, plain JSON; of an array the entries, of a text the part that was asked for.
 */
value: unknown, 
/**
 * How many bytes the whole has as JSON.
 */
bytes: number, 
/**
 * How many entries the array or object, or how many UTF-8 bytes the text has; null for other values.
 */
length: number | null, 
/**
 * Where the next part of an array or text starts; null when this is its end.
 */
next_offset: number | null, };

/**
 * A text for people: a plain string, or `{ko, en}` of which one may be missing.
 */
export type Text = string | { 
/**
 * The Korean text.
 */
ko?: string, 
/**
 * The English text.
 */
en?: string, };

/**
 * The colours of the window.
 */
export type Theme = "system" | "light" | "dark";

/**
 * One ticket whole.
 */
export type TicketDetail = { 
/**
 * What the list says.
 */
summary: TicketSummary, 
/**
 * The signature of its events.
 */
signature: string | null, 
/**
 * The signature's id.
 */
signature_id: number | null, 
/**
 * The detector's category.
 */
category: string | null, 
/**
 * Its artifacts, by kind then value.
 */
artifacts: Array<Artifact>, 
/**
 * Its newest events, at most 200.
 */
events: Array<EventSummary>, 
/**
 * What happened to it, oldest first.
 */
timeline: Array<TimelineEntry>, 
/**
 * Its executions, newest first.
 */
executions: Array<ExecutionSummary>, 
/**
 * The incident report, Markdown.
 */
report: string | null, };

/**
 * Durations of tickets.
 */
export type TicketFigure = { 
/**
 * How many.
 */
count: number, 
/**
 * The mean (MTTR), in milliseconds.
 */
mean_ms: number | null, 
/**
 * Half of them took no longer, in milliseconds.
 */
median_ms: number | null, 
/**
 * Nine of ten took no longer, in milliseconds.
 */
p90_ms: number | null, 
/**
 * The tickets that took the longest, at most 100.
 */
longest: Array<number>, };

/**
 * A page of tickets.
 */
export type TicketPage = { 
/**
 * Newest first.
 */
tickets: Array<TicketSummary>, 
/**
 * How many there are in all.
 */
total: number, };

/**
 * Names a ticket.
 */
export type TicketRef = { 
/**
 * Its number.
 */
id: number, };

/**
 * Where a ticket stands.
 */
export type TicketStatus = "new" | "assigned" | "closed";

/**
 * A ticket in the list.
 */
export type TicketSummary = { 
/**
 * Its number.
 */
id: number, 
/**
 * Its title.
 */
title: string, 
/**
 * Its type, such as `malware`; names the ticket rule's `type`.
 */
type: string, 
/**
 * How bad.
 */
severity: Severity, 
/**
 * Where it stands.
 */
status: TicketStatus, 
/**
 * What it turned out to be.
 */
verdict: Verdict | null, 
/**
 * Who has it.
 */
assignee: string | null, 
/**
 * The source address of its events.
 */
src_ip: string | null, 
/**
 * The destination address of its first event.
 */
dest_ip: string | null, 
/**
 * How many events are merged into it.
 */
event_count: number, 
/**
 * The event time of the first one.
 */
first_event_at: string | null, 
/**
 * The event time of the last one.
 */
last_event_at: string | null, 
/**
 * When it was opened.
 */
opened_at: string, 
/**
 * When it last changed.
 */
updated_at: string, 
/**
 * Whether it came with the sample.
 */
sample: boolean, };

/**
 * An entry of a ticket's timeline.
 */
export type TimelineEntry = { 
/**
 * When.
 */
at: string, 
/**
 * Who: a person's name, or the playbook's id.
 */
by: string, 
/**
 * Whether a playbook did it.
 */
automatic: boolean, 
/**
 * `opened`, `merged`, `assigned`, `comment`, `report`, `blocked`, `execution`, `closed` or `reopened`.
 */
kind: string, 
/**
 * The text, Markdown for comments; hostile.
 */
text: string, 
/**
 * The execution that did it.
 */
execution: number | null, };

/**
 * The transition log of an execution.
 */
export type TransitionLog = { 
/**
 * In order.
 */
entries: Array<LogEntry>, };

/**
 * What a command gave.
 */
export type TriedCommand = { 
/**
 * Its output.
 */
output: unknown, };

/**
 * A trial, walked through frame by frame.
 */
export type TriedPlaybook = { 
/**
 * What happened, in order.
 */
frames: Array<TryFrame>, 
/**
 * Where the run came to rest.
 */
status: ExecutionStatus, 
/**
 * Tasks that wait for an output, because no reply and no pin was given for them.
 */
held: Array<HeldTask>, 
/**
 * Questions that were not answered, those that expired on the simulated clock too.
 */
questions: Array<Question>, 
/**
 * What is worth a warning.
 */
warnings: Array<Diagnostic>, };

/**
 * What starts a playbook besides a person.
 */
export type Trigger = { "on": "ticket_created", 
/**
 * An expression that sees `ticket`; the playbook starts where it gives true. Absent means always.
 */
when?: string, } | { "on": "ticket_changed", 
/**
 * An expression that sees `ticket` and `change` (kind, by, automatic, text); the playbook starts where it gives true.
 * Absent means always.
 */
when?: string, } | { "on": "schedule", 
/**
 * Minute, hour, day of month, month, day of week, such as `0 9 * * 1-5`.
 */
cron: string, 
/**
 * The IANA time zone that the clock is read in; the workspace's where absent.
 */
timezone?: string, 
/**
 * What the playbook is given.
 */
input?: { [key in string]: JsonValue }, } | { "on": "playbook", };

/**
 * One trigger of a playbook's newest version.
 */
export type TriggerDetail = { 
/**
 * The playbook's id.
 */
playbook: string, 
/**
 * What people call the playbook.
 */
name: Text, 
/**
 * Whether the playbook may run; one that may not starts nothing.
 */
enabled: boolean, 
/**
 * The trigger as the document has it.
 */
trigger: Trigger, 
/**
 * The time zone that a schedule is read in.
 */
timezone: string | null, 
/**
 * When a schedule starts the playbook next; null when it never does, and for other triggers.
 */
next_at: string | null, 
/**
 * What it did last; null when it has done nothing yet.
 */
last: TriggerOutcome | null, };

/**
 * What a trigger did.
 */
export type TriggerOutcome = { 
/**
 * The moment it was for.
 */
at: string, 
/**
 * What came of it.
 */
result: TriggerResult, 
/**
 * The code of what stood in the way.
 */
code: string | null, 
/**
 * The execution that was started, or the one that stood in the way.
 */
execution: number | null, 
/**
 * Where that execution stands.
 */
status: ExecutionStatus | null, };

/**
 * What came of a trigger.
 */
export type TriggerResult = "started" | "waiting" | "skipped" | "missed" | "failed";

/**
 * The triggers of the saved playbooks.
 */
export type Triggers = { 
/**
 * By playbook, in the order of the document.
 */
triggers: Array<TriggerDetail>, };

/**
 * Runs one command of a trial for real.
 */
export type TryCommand = { 
/**
 * The command with its parameters.
 */
call: CommandCall, 
/**
 * A person confirmed that a destructive command runs.
 */
confirmed?: boolean, };

/**
 * One task moved.
 */
export type TryFrame = { 
/**
 * When, on the simulated clock.
 */
at: string, 
/**
 * The task as it stood then.
 */
task: TaskRun, 
/**
 * The variables that changed, plain JSON.
 */
variables: Record<string, unknown>, };

/**
 * Runs a draft from its start on a simulated clock; nothing touches the network, and the same request gives the same answer.
 */
export type TryPlaybook = { 
/**
 * The document.
 */
document: Document, 
/**
 * The inputs by name.
 */
input?: Record<string, unknown>, 
/**
 * Recorded replies by task, as in a rehearsal; a pin comes first.
 */
replies?: Record<string, unknown[]>, 
/**
 * Outputs by task: the task gives this without being run. Of a formula it is the variable's value, of a branch true or false.
 */
pins?: Record<string, unknown>, 
/**
 * Tasks that are passed through with their usual outcome, as if they were switched off.
 */
skip?: Array<string>, 
/**
 * Answers to questions by task.
 */
answers?: { [key in string]: Answer }, };

/**
 * A value of a task run.
 */
export type ValueField = "input" | "output";

/**
 * The type of an input or a variable.
 */
export type ValueType = "string" | "number" | "boolean" | "list" | "object" | "ip" | "date" | "ticket" | "event" | "any";

/**
 * One declared variable.
 */
export type Variable = { 
/**
 * Its name.
 */
name: string, 
/**
 * Its type.
 */
type: ValueType, 
/**
 * Its first value.
 */
value?: JsonValue, };

/**
 * What a ticket turned out to be.
 */
export type Verdict = "true_positive" | "false_positive" | "needs_analyst" | "excepted";

/**
 * One saved version.
 */
export type Version = { 
/**
 * Its number, from 1.
 */
version: number, 
/**
 * When.
 */
saved_at: string, 
/**
 * Who.
 */
saved_by: string, 
/**
 * Why.
 */
comment: string, 
/**
 * The hash of the document, SHA-256 in hex.
 */
hash: string, };

/**
 * The versions of a playbook, newest first.
 */
export type VersionHistory = { 
/**
 * Newest first.
 */
versions: Array<Version>, };

/**
 * Names a saved view.
 */
export type ViewRef = { 
/**
 * Its number.
 */
id: number, };

/**
 * Asks for an execution as a screen watches it: whole at first, then only what has changed since.
 */
export type WatchExecution = { 
/**
 * Its number.
 */
id: number, 
/**
 * The `sequence` of the last answer: only what has changed since is told.
 */
after?: number, 
/**
 * The drawings that the asker has already in the language that it asks for, by their keys: none of these is told again.
 */
drawn?: Array<string>, 
/**
 * The language of the names in the drawing; both when none is named.
 */
language?: Language, };

/**
 * An execution as a screen watches it: without inputs and outputs, which `execution.task` has.
 */
export type WatchedExecution = { 
/**
 * What the list says; its current task goes by its id, because the document has the names.
 */
summary: ExecutionSummary, 
/**
 * The last place in the journal that this includes.
 */
sequence: number, 
/**
 * The key of its drawing: executions of one document have one.
 */
drawing_key: string, 
/**
 * Its drawing; null when the asker has it, or asked with `after`.
 */
drawing: Drawing | null, 
/**
 * The tasks that have begun or were passed over, with `after` those that have moved since; the others are pending, and skipped
 * once the execution has ended. Each stands in one of the two: nearly all in columns, those with more to tell in `tasks`.
 */
plain: PlainRuns, 
/**
 * The tasks of which there is more to tell.
 */
tasks: Array<TaskMark>, 
/**
 * What became of links, in order: all of them a letter each (`o`pen, `f`ired, `d`ead), or `3f7-9d` for those that changed, by
 * their places in the document.
 */
links: Array<string>, 
/**
 * Its open questions.
 */
questions: Array<OpenQuestion>, 
/**
 * The call tasks that have started executions, with how many there are.
 */
calls: Array<CallCounts>, 
/**
 * Whether retention keeps it because a person said so.
 */
kept: boolean, };

/**
 * What the frame of the window shows.
 */
export type Workspace = { 
/**
 * The program's version.
 */
version: string, 
/**
 * The data directory.
 */
data_directory: string, 
/**
 * The settings.
 */
settings: Settings, 
/**
 * Null when the keyring works, else why not and what to do.
 */
keyring_problem: Error | null, 
/**
 * Whether the sample workspace is loaded.
 */
sample: boolean, 
/**
 * Whether nothing at all is here yet: the window offers the sample.
 */
empty: boolean, 
/**
 * The counts of the rail.
 */
counts: Counts, };

/**
 * Asks for a report of an execution.
 */
export type WriteReport = { 
/**
 * The execution, or for `ticket.report` the ticket.
 */
id: number, 
/**
 * How.
 */
format: ReportFormat, 
/**
 * The language; that of the settings where absent.
 */
language?: Language, 
/**
 * What is left out: names of fields (`password`), paths (`look.output.owner`), or kinds (`kind:ip`, `kind:domain`, `kind:url`,
 * `kind:hash`, `kind:email`, `kind:people`).
 */
redact?: Array<string>, 
/**
 * Write to this new file instead of answering with the content; refused at the HTTP door.
 */
path?: string, };

/**
 * A report.
 */
export type WrittenReport = { 
/**
 * A name for the file.
 */
file_name: string, 
/**
 * Such as `application/pdf`.
 */
media_type: string, 
/**
 * Its text (Markdown, HTML); null for PDF and when a file was written.
 */
text: string | null, 
/**
 * Its bytes in base64 (PDF); null otherwise.
 */
base64: string | null, 
/**
 * How many bytes it has.
 */
bytes: number, 
/**
 * The file that was written.
 */
path: string | null, };

export type Class = 'read' | 'write' | 'destructive' | 'secret';

/** Every operation with its request and response. */
export type Operations = {
  /** Returns who owns the data directory, the operator, the keyring's health, the sample workspace and the counts of the rail. */
  'workspace.show': { request: Nothing; response: Workspace };
  /** Saves settings; absent fields stay. */
  'settings.save': { request: SettingsPatch; response: Settings };
  /** Holds every execution before its next action, or lets them go on. */
  'actions.stop': { request: StopActions; response: Settings };
  /** Loads the sample workspace: recorded services, alerts, assets, connections and three playbooks. */
  'sample.load': { request: Nothing; response: SampleReport };
  /** Removes the sample workspace and everything that came from it. */
  'sample.remove': { request: Nothing; response: SampleReport };
  /** Lists the playbooks. */
  'playbook.list': { request: Nothing; response: Playbooks };
  /** Returns a playbook: a saved version (the newest where none is named), and the draft if there is one. */
  'playbook.show': { request: ShowPlaybook; response: PlaybookDetail };
  /** Reads a document and returns its diagnostics. */
  'playbook.check': { request: CheckPlaybook; response: CheckedPlaybook };
  /** Keeps the draft of a playbook; drafts are not versions and cannot run from triggers. */
  'playbook.save_draft': { request: SaveDraft; response: SavedDraft };
  /** Throws the draft away. */
  'playbook.discard_draft': { request: PlaybookRef; response: Nothing };
  /** Saves a document as a new immutable version; refused with PLAYBOOK-CONFLICT when `base` is not the newest version. */
  'playbook.save': { request: SavePlaybook; response: SavedVersion };
  /** Lists the versions of a playbook. */
  'playbook.versions': { request: PlaybookRef; response: VersionHistory };
  /** Compares two versions, drafts or documents: tasks, links, fields, and what only moved. */
  'playbook.compare': { request: ComparePlaybooks; response: ComparedPlaybooks };
  /** Imports a Haetae or CACAO file as a new playbook, disabled, with a report of what could not be taken over and what it would use. */
  'playbook.import': { request: ImportPlaybook; response: ImportedPlaybook };
  /** Returns what a playbook would use when it runs: commands, connections with their hosts and credentials, called playbooks. */
  'playbook.uses': { request: PlaybookRef; response: PlaybookUses };
  /** Returns a playbook as a file, as it is or as CACAO 2.0. */
  'playbook.export': { request: ExportPlaybook; response: ExportedPlaybook };
  /** Lists the playbooks that come with the program. */
  'playbook.shipped': { request: Nothing; response: ShippedPlaybooks };
  /** Returns the recorded courses of a playbook that comes with the program: inputs, answers and replies. */
  'playbook.rehearsals': { request: PlaybookRef; response: ShippedRehearsals };
  /** Adds playbooks that come with the program, and those that they call; what is there already stays as it is. */
  'playbook.add_shipped': { request: AddShipped; response: AddedShipped };
  /** Allows or forbids a playbook to run (imported ones start forbidden), and to act without approvals. */
  'playbook.allow': { request: AllowPlaybook; response: Nothing };
  /** Deletes a playbook that no execution is running; its history stays. */
  'playbook.delete': { request: PlaybookRef; response: Nothing };
  /** Runs a draft on a simulated clock with replies and pinned outputs, and returns every move of its tasks; nothing touches the network. */
  'playbook.try': { request: TryPlaybook; response: TriedPlaybook };
  /** Runs one command of a trial for real, with its connection, and returns its output; one that acts on devices has to be confirmed. */
  'playbook.try_command': { request: TryCommand; response: TriedCommand };
  /** Returns the apps, commands, connections and playbooks that tasks may use. */
  'catalog.show': { request: Nothing; response: CatalogDetail };
  /** Checks an expression or a text with placeholders, and shows its value against the last execution's data. */
  'expression.check': { request: CheckExpression; response: CheckedExpression };
  /** Completes names and functions at a place in an expression. */
  'expression.complete': { request: CompleteExpression; response: Completions };
  /** Evaluates an expression over variables. */
  'expression.evaluate': { request: EvaluateExpression; response: EvaluatedExpression };
  /** Lists the functions of the expression language with their documentation. */
  'expression.functions': { request: Nothing; response: Functions };
  /** Starts a playbook; with `wait`, answers when the execution has ended or only people are awaited. */
  'execution.start': { request: StartExecution; response: StartedExecution };
  /** Lists executions, newest first. */
  'execution.list': { request: ListExecutions; response: ExecutionPage };
  /** Returns one execution with every task of its playbook version. */
  'execution.show': { request: ExecutionRef; response: ExecutionDetail };
  /** Returns an execution without inputs and outputs, whole or only what has changed since the last answer. */
  'execution.watch': { request: WatchExecution; response: WatchedExecution };
  /** Returns one task run of an execution whole. */
  'execution.task': { request: TaskRef; response: TaskDetail };
  /** Returns the inputs and variables of an execution. */
  'execution.data': { request: ExecutionRef; response: ExecutionValues };
  /** Returns the transition log of an execution, whole or after a place in it. */
  'execution.log': { request: ListTransitions; response: TransitionLog };
  /** Returns what each event of an execution's journal changed, for replaying it. */
  'execution.replay': { request: ExecutionRef; response: Replay };
  /** Holds an execution before its next action. */
  'execution.pause': { request: ExecutionRef; response: Nothing };
  /** Lets a held execution go on. */
  'execution.resume': { request: ExecutionRef; response: Nothing };
  /** Ends an execution; effects in flight finish and are recorded. */
  'execution.cancel': { request: ExecutionRef; response: Nothing };
  /** Lists the executions that the call tasks of an execution started. */
  'execution.children': { request: ListChildren; response: ChildPage };
  /** Tells what running an execution again would do: what differs between the versions, what is taken over, what runs again. */
  'execution.rerun_preview': { request: RerunExecution; response: RerunPreview };
  /** Runs an execution again as a new one, whole or from a task with the recorded outputs before it. */
  'execution.rerun': { request: RerunExecution; response: ExecutionDetail };
  /** Decides about a task whose effect is unknown. */
  'execution.review': { request: ReviewTask; response: Nothing };
  /** Ends several executions, by number or by filter; with `preview` only says which. */
  'execution.cancel_many': { request: ManyExecutions; response: ManyReport };
  /** Returns a task's input or output beyond its preview, whole or in parts. */
  'execution.value': { request: ShowValue; response: TaskValue };
  /** Marks executions so that retention keeps them, or takes the mark off. */
  'execution.keep': { request: KeepExecutions; response: Nothing };
  /** Exports executions as CSV or JSON, a page of text or a file. */
  'execution.export': { request: ExportExecutions; response: ExportedExecutions };
  /** Returns the figures of a period: by day and status, durations, people against machine, slow and failing tasks. */
  'execution.metrics': { request: ShowMetrics; response: Metrics };
  /** Writes the report of an execution from its record: Markdown, HTML or PDF, with chosen fields left out. */
  'execution.report': { request: WriteReport; response: WrittenReport };
  /** Runs several executions again, by number or by filter; with `preview` only says which. */
  'execution.rerun_many': { request: ManyExecutions; response: ManyReport };
  /** Lists the saved views of a screen. */
  'view.list': { request: ListViews; response: SavedViews };
  /** Saves a view under a name; VIEW-NAME when its screen has another of that name. */
  'view.save': { request: SaveView; response: SavedView };
  /** Deletes a saved view. */
  'view.delete': { request: ViewRef; response: Nothing };
  /** Returns what the data takes on the disk, and how long executions are kept. */
  'storage.show': { request: ShowStorage; response: Storage };
  /** Says how long executions are kept after their end. */
  'retention.save': { request: Retention; response: Retention };
  /** Deletes executions that are older than retention says; with `preview` only says what. */
  'storage.purge': { request: PurgeStorage; response: PurgeReport };
  /** Gives the space of deleted executions back to the disk. */
  'storage.compact': { request: Nothing; response: CompactReport };
  /** Lists the audit, newest first. */
  'audit.list': { request: ListAudit; response: AuditPage };
  /** Lists what waits for a person, equal questions grouped, most urgent first. */
  'question.list': { request: ListQuestions; response: QuestionGroups };
  /** Returns one question with the data that led to it and exactly what a yes does. */
  'question.show': { request: QuestionRef; response: QuestionDetail };
  /** Answers one or several equal questions; CONFLICT when somebody else was first. */
  'question.answer': { request: AnswerQuestions; response: AnswerReport };
  /** Lists what people decided, newest first. */
  'question.history': { request: ListDecisions; response: DecisionPage };
  /** Lists tickets, newest first. */
  'ticket.list': { request: ListTickets; response: TicketPage };
  /** Returns one ticket with artifacts, events, timeline, report and executions. */
  'ticket.show': { request: TicketRef; response: TicketDetail };
  /** Writes the report of a ticket and of what was run for it: Markdown, HTML or PDF, with chosen fields left out. */
  'ticket.report': { request: WriteReport; response: WrittenReport };
  /** Adds a comment to a ticket. */
  'ticket.comment': { request: CommentTicket; response: Nothing };
  /** Gives a ticket to somebody, or to nobody. */
  'ticket.assign': { request: AssignTicket; response: Nothing };
  /** Closes a ticket with a verdict, or opens it again. */
  'ticket.close': { request: CloseTicket; response: Nothing };
  /** Lists what starts playbooks besides people: when next, and what came of it last. */
  'trigger.list': { request: ListTriggers; response: Triggers };
  /** Reads alert files into the event store, opens tickets and queues their playbooks. */
  'event.ingest': { request: IngestEvents; response: IngestReport };
  /** Returns one event whole: the raw record and its payload. */
  'event.show': { request: EventRef; response: EventDetail };
  /** Runs SQL over the event store (read only). */
  'query.run': { request: RunQuery; response: QueryResult };
  /** Lists the blocklist. */
  'blocklist.list': { request: Nothing; response: Blocklist };
  /** Takes an entry off the blocklist. */
  'blocklist.remove': { request: BlocklistRef; response: Nothing };
  /** Lists the assets. */
  'asset.list': { request: Nothing; response: Assets };
  /** Lists the apps with their commands, connection options and credential fields. */
  'app.list': { request: Nothing; response: Apps };
  /** Lists the connections. */
  'connection.list': { request: Nothing; response: Connections };
  /** Saves a connection. */
  'connection.save': { request: SaveConnection; response: ConnectionDetail };
  /** Deletes a connection. */
  'connection.delete': { request: ConnectionRef; response: Nothing };
  /** Asks the vendor whether the connection works. */
  'connection.test': { request: ConnectionRef; response: ConnectionHealth };
  /** Lists the names of the credentials and their fields; never a secret. */
  'credential.list': { request: Nothing; response: Credentials };
  /** Puts a secret into the OS keyring. */
  'credential.set': { request: SetCredential; response: Nothing };
  /** Deletes a credential from the OS keyring. */
  'credential.delete': { request: CredentialRef; response: Nothing };
};

/** What each operation may do. */
export const CLASSES = {
  'workspace.show': 'read',
  'settings.save': 'write',
  'actions.stop': 'write',
  'sample.load': 'write',
  'sample.remove': 'destructive',
  'playbook.list': 'read',
  'playbook.show': 'read',
  'playbook.check': 'read',
  'playbook.save_draft': 'write',
  'playbook.discard_draft': 'write',
  'playbook.save': 'write',
  'playbook.versions': 'read',
  'playbook.compare': 'read',
  'playbook.import': 'write',
  'playbook.uses': 'read',
  'playbook.export': 'read',
  'playbook.shipped': 'read',
  'playbook.rehearsals': 'read',
  'playbook.add_shipped': 'write',
  'playbook.allow': 'destructive',
  'playbook.delete': 'destructive',
  'playbook.try': 'read',
  'playbook.try_command': 'destructive',
  'catalog.show': 'read',
  'expression.check': 'read',
  'expression.complete': 'read',
  'expression.evaluate': 'read',
  'expression.functions': 'read',
  'execution.start': 'write',
  'execution.list': 'read',
  'execution.show': 'read',
  'execution.watch': 'read',
  'execution.task': 'read',
  'execution.data': 'read',
  'execution.log': 'read',
  'execution.replay': 'read',
  'execution.pause': 'write',
  'execution.resume': 'write',
  'execution.cancel': 'write',
  'execution.children': 'read',
  'execution.rerun_preview': 'read',
  'execution.rerun': 'destructive',
  'execution.review': 'destructive',
  'execution.cancel_many': 'write',
  'execution.value': 'read',
  'execution.keep': 'write',
  'execution.export': 'write',
  'execution.metrics': 'read',
  'execution.report': 'write',
  'execution.rerun_many': 'destructive',
  'view.list': 'read',
  'view.save': 'write',
  'view.delete': 'write',
  'storage.show': 'read',
  'retention.save': 'write',
  'storage.purge': 'destructive',
  'storage.compact': 'write',
  'audit.list': 'read',
  'question.list': 'read',
  'question.show': 'read',
  'question.answer': 'destructive',
  'question.history': 'read',
  'ticket.list': 'read',
  'ticket.show': 'read',
  'ticket.report': 'write',
  'ticket.comment': 'write',
  'ticket.assign': 'write',
  'ticket.close': 'write',
  'trigger.list': 'read',
  'event.ingest': 'write',
  'event.show': 'read',
  'query.run': 'read',
  'blocklist.list': 'read',
  'blocklist.remove': 'destructive',
  'asset.list': 'read',
  'app.list': 'read',
  'connection.list': 'read',
  'connection.save': 'write',
  'connection.delete': 'destructive',
  'connection.test': 'write',
  'credential.list': 'read',
  'credential.set': 'secret',
  'credential.delete': 'destructive',
} as const satisfies Record<keyof Operations, Class>;
