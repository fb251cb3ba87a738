//! What the machine does, rule by rule, and a simulation over random playbooks.

mod rehearsal;
mod rules;
mod simulation;
