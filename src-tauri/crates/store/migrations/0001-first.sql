-- Times are milliseconds since 1970 (UTC). JSON is text. Words are the words of the wire.

CREATE TABLE setting (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Documents are stored once, by the SHA-256 of their text: versions and executions point at them.
CREATE TABLE document (
  hash TEXT PRIMARY KEY,
  text TEXT NOT NULL
) STRICT;

CREATE TABLE playbook (
  id TEXT PRIMARY KEY,
  version INTEGER NOT NULL DEFAULT 0,
  enabled INTEGER NOT NULL DEFAULT 1,
  act_alone INTEGER NOT NULL DEFAULT 0,
  sample INTEGER NOT NULL DEFAULT 0,
  deleted INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE playbook_version (
  playbook TEXT NOT NULL REFERENCES playbook (id),
  version INTEGER NOT NULL,
  document TEXT NOT NULL REFERENCES document (hash),
  saved_at INTEGER NOT NULL,
  saved_by TEXT NOT NULL,
  comment TEXT NOT NULL,
  PRIMARY KEY (playbook, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX playbook_version_document ON playbook_version (document);

CREATE TABLE playbook_draft (
  playbook TEXT PRIMARY KEY REFERENCES playbook (id),
  base INTEGER NOT NULL,
  text TEXT NOT NULL,
  saved_at INTEGER NOT NULL,
  saved_by TEXT NOT NULL
) STRICT;

CREATE TABLE ticket (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  title TEXT NOT NULL,
  type TEXT NOT NULL,
  severity TEXT NOT NULL,
  status TEXT NOT NULL,
  verdict TEXT,
  assignee TEXT,
  -- What merges: of casework, compared for equality only.
  merge_key TEXT,
  rule TEXT,
  src_ip TEXT,
  src_port INTEGER,
  dest_ip TEXT,
  dest_port INTEGER,
  protocol TEXT,
  signature TEXT,
  signature_id INTEGER,
  category TEXT,
  event_count INTEGER NOT NULL,
  first_event_at INTEGER,
  last_event_at INTEGER,
  opened_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  report TEXT,
  sample INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX ticket_status ON ticket (status, assignee);
CREATE INDEX ticket_severity ON ticket (severity, status);
CREATE INDEX ticket_merge ON ticket (merge_key) WHERE status <> 'closed';

-- An event belongs to one ticket; rows stand in the order in which the events came.
CREATE TABLE ticket_event (
  id INTEGER PRIMARY KEY,
  event TEXT NOT NULL UNIQUE,
  ticket INTEGER NOT NULL REFERENCES ticket (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX ticket_event_ticket ON ticket_event (ticket, id);

-- Rows stand in the order in which the artifacts were seen.
CREATE TABLE artifact (
  id INTEGER PRIMARY KEY,
  ticket INTEGER NOT NULL REFERENCES ticket (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  UNIQUE (ticket, kind, value)
) STRICT;

CREATE TABLE timeline (
  id INTEGER PRIMARY KEY,
  ticket INTEGER NOT NULL REFERENCES ticket (id) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  by TEXT NOT NULL,
  automatic INTEGER NOT NULL,
  kind TEXT NOT NULL,
  text TEXT NOT NULL,
  execution INTEGER,
  task TEXT
) STRICT;
CREATE INDEX timeline_ticket ON timeline (ticket, id);

CREATE TABLE execution (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  playbook TEXT NOT NULL,
  version INTEGER NOT NULL,
  document TEXT NOT NULL REFERENCES document (hash),
  name TEXT NOT NULL,
  status TEXT NOT NULL,
  trigger TEXT NOT NULL,
  ticket INTEGER REFERENCES ticket (id) ON DELETE SET NULL,
  input TEXT NOT NULL,
  started_by TEXT NOT NULL,
  queued_at INTEGER NOT NULL,
  started_at INTEGER,
  ended_at INTEGER,
  current_task TEXT,
  error_code TEXT,
  variables TEXT NOT NULL DEFAULT '{}',
  links TEXT NOT NULL DEFAULT '[]',
  sequence INTEGER NOT NULL DEFAULT 0,
  -- Held by "stop all actions", so that releasing it lets go on exactly these.
  held INTEGER NOT NULL DEFAULT 0,
  sample INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX execution_status ON execution (status, id);
CREATE INDEX execution_playbook ON execution (playbook, id);
CREATE INDEX execution_ticket ON execution (ticket, id) WHERE ticket IS NOT NULL;
CREATE INDEX execution_document ON execution (document);

CREATE TABLE journal (
  execution INTEGER NOT NULL REFERENCES execution (id) ON DELETE CASCADE,
  sequence INTEGER NOT NULL,
  at INTEGER NOT NULL,
  event TEXT NOT NULL,
  PRIMARY KEY (execution, sequence)
) STRICT, WITHOUT ROWID;

-- Tasks that have not started have no row: the document says that they are there.
CREATE TABLE task_run (
  execution INTEGER NOT NULL REFERENCES execution (id) ON DELETE CASCADE,
  task TEXT NOT NULL,
  status TEXT NOT NULL,
  ended_at INTEGER,
  run TEXT NOT NULL,
  PRIMARY KEY (execution, task)
) STRICT, WITHOUT ROWID;
CREATE INDEX task_run_review ON task_run (execution, task) WHERE status = 'needs_review';

CREATE TABLE timer (
  execution INTEGER NOT NULL REFERENCES execution (id) ON DELETE CASCADE,
  timer INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (execution, timer)
) STRICT, WITHOUT ROWID;

CREATE TABLE question (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  execution INTEGER NOT NULL REFERENCES execution (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  task TEXT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  text TEXT NOT NULL,
  question TEXT NOT NULL,
  assignee TEXT,
  deadline INTEGER,
  asked_at INTEGER NOT NULL,
  answer TEXT,
  ended_by TEXT,
  ended_at INTEGER,
  UNIQUE (execution, number)
) STRICT;
CREATE INDEX question_open ON question (assignee) WHERE state = 'open';

CREATE TABLE blocklist_entry (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  reason TEXT NOT NULL,
  added_by TEXT NOT NULL,
  added_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  ticket INTEGER,
  execution INTEGER,
  sample INTEGER NOT NULL DEFAULT 0,
  removed_at INTEGER,
  removed_by TEXT
) STRICT;
CREATE UNIQUE INDEX blocklist_entry_present ON blocklist_entry (kind, value) WHERE removed_at IS NULL;

CREATE TABLE asset (
  host TEXT PRIMARY KEY,
  owner TEXT,
  os TEXT,
  role TEXT,
  criticality TEXT NOT NULL,
  sample INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE asset_address (
  host TEXT NOT NULL REFERENCES asset (host) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  address TEXT NOT NULL,
  PRIMARY KEY (host, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX asset_address_address ON asset_address (address);

CREATE TABLE connection (
  app TEXT NOT NULL,
  name TEXT NOT NULL,
  options TEXT NOT NULL,
  credential TEXT,
  health TEXT,
  sample INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (app, name)
) STRICT, WITHOUT ROWID;

-- Names only: the secrets are in the keyring of the operating system.
CREATE TABLE credential (
  name TEXT NOT NULL,
  field TEXT NOT NULL,
  updated_at INTEGER NOT NULL,
  sample INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (name, field)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  by TEXT NOT NULL,
  operation TEXT NOT NULL,
  target TEXT,
  text TEXT NOT NULL
) STRICT;
