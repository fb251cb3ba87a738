//! Reports of executions and tickets, made from the record alone: Markdown, self-contained HTML and PDF.
