-- A name for a filter of a screen.
CREATE TABLE saved_view (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  screen TEXT NOT NULL,
  name TEXT NOT NULL,
  filter TEXT NOT NULL,
  saved_by TEXT NOT NULL,
  saved_at INTEGER NOT NULL,
  UNIQUE (screen, name)
) STRICT;

-- Executions that retention keeps because a person said so.
CREATE TABLE execution_kept (
  execution INTEGER PRIMARY KEY REFERENCES execution (id) ON DELETE CASCADE,
  kept_by TEXT NOT NULL,
  kept_at INTEGER NOT NULL
) STRICT;

-- Decisions, newest first.
CREATE INDEX question_decided ON question (ended_at) WHERE state = 'answered';
