-- One record for every append: its events with what they changed, packed. The parts of an execution's records, read in order, are
-- its journal, its task runs, its variables and the fates of its links. Tasks that have not started are in no record.

CREATE TABLE record (
  -- Ever growing over all executions: whoever derives something from executions goes on after the last record that it has seen.
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  execution INTEGER NOT NULL REFERENCES execution (id) ON DELETE CASCADE,
  -- That of the last event; 0 when an execution ended without ever having started.
  sequence INTEGER NOT NULL,
  at INTEGER NOT NULL,
  -- A list of events.
  events TEXT NOT NULL,
  -- A list of the task runs that changed: lists by position (store/src/record.rs), or objects that an earlier format wrote.
  runs TEXT,
  -- The variables that changed, by name.
  variables TEXT,
  -- The fates of all links when one changed, a letter each: o, f, d.
  links TEXT
) STRICT;

INSERT INTO record (execution, sequence, at, events)
  SELECT execution, sequence, at, '[' || event || ']' FROM journal ORDER BY execution, sequence;

CREATE UNIQUE INDEX journal_execution ON record (execution, sequence);

-- What stood beside the journal goes to the last record of each execution.
UPDATE record SET
  runs = (SELECT '[' || group_concat(run, ',') || ']' FROM task_run t WHERE t.execution = record.execution),
  variables = (SELECT variables FROM execution e WHERE e.id = record.execution),
  links = (SELECT (SELECT group_concat(substr(value, 1, 1), '') FROM json_each(e.links)) FROM execution e WHERE e.id = record.execution)
  WHERE sequence = (SELECT max(sequence) FROM record r WHERE r.execution = record.execution);

-- Tasks whose effect is unknown, with the task run as it stood then.
CREATE TABLE review (
  execution INTEGER NOT NULL REFERENCES execution (id) ON DELETE CASCADE,
  task TEXT NOT NULL,
  run TEXT NOT NULL,
  PRIMARY KEY (execution, task)
) STRICT, WITHOUT ROWID;
INSERT INTO review (execution, task, run) SELECT execution, task, run FROM task_run WHERE status = 'needs_review';

DROP TABLE task_run;
DROP TABLE journal;
ALTER TABLE record RENAME TO journal;

ALTER TABLE execution DROP COLUMN variables;
ALTER TABLE execution DROP COLUMN links;
