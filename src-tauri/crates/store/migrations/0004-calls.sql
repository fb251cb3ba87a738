-- Where an execution comes from: the call task that started it, or the execution that it runs again.

ALTER TABLE execution ADD COLUMN parent INTEGER REFERENCES execution (id) ON DELETE SET NULL;
ALTER TABLE execution ADD COLUMN parent_task TEXT;
-- Tells the executions of one call task apart, however often its items are tried.
ALTER TABLE execution ADD COLUMN invocation INTEGER;
-- The item of the list, from 0, with its value; null for a call that runs once.
ALTER TABLE execution ADD COLUMN item INTEGER;
ALTER TABLE execution ADD COLUMN item_value TEXT;
-- How many call tasks stand above it.
ALTER TABLE execution ADD COLUMN depth INTEGER NOT NULL DEFAULT 0;
-- The execution that it runs again, and from which task.
ALTER TABLE execution ADD COLUMN rerun_of INTEGER;
ALTER TABLE execution ADD COLUMN rerun_from TEXT;
-- Answers given ahead, by TASK or PLAYBOOK:TASK.
ALTER TABLE execution ADD COLUMN answers TEXT;

-- An invocation has one execution, whatever happens between its start and the next.
CREATE UNIQUE INDEX execution_parent ON execution (parent, parent_task, invocation) WHERE parent IS NOT NULL;
