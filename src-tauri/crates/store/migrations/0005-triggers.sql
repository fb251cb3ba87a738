-- What a trigger did last. `decided_to` is what it has seen: a moment for a schedule (no time up to it starts anything any more), a
-- number of the timeline for the changes of tickets.
CREATE TABLE trigger_state (
  playbook TEXT NOT NULL,
  trigger TEXT NOT NULL,
  decided_to INTEGER NOT NULL DEFAULT 0,
  last_at INTEGER,
  result TEXT,
  code TEXT,
  execution INTEGER,
  PRIMARY KEY (playbook, trigger)
) STRICT, WITHOUT ROWID;

-- Executions that take turns: of those with one key, those with `waiting` start when the earlier ones have ended. The chain names the
-- playbooks whose writes led to the execution.
CREATE TABLE execution_turn (
  execution INTEGER PRIMARY KEY REFERENCES execution (id) ON DELETE CASCADE,
  playbook TEXT NOT NULL,
  key TEXT,
  waiting INTEGER NOT NULL DEFAULT 0,
  chain TEXT NOT NULL DEFAULT '[]'
) STRICT;
CREATE INDEX execution_turn_key ON execution_turn (playbook, key) WHERE key IS NOT NULL;
CREATE INDEX execution_turn_waiting ON execution_turn (execution) WHERE waiting = 1;
