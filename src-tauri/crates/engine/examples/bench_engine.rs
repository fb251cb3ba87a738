//! Engine steps per second in memory: one core, no journal.
//!
//! Prints its figures as `cargo xtask bench` reads them. W3 and W100 are formulas in a row, WF is 50
//! formulas and a join, WA waits for an answer, A100 is 100 commands in a row.

use std::io::Write;
use std::time::{Duration, Instant};

use engine::{Effect, Event, Plan, PlanOptions, State, What, step};
use playbook::{Catalog, Playbook};
use serde_json::{Value as Json, json};

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How long each workload runs.
const MEASURED: Duration = Duration::from_secs(1);

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    for (name, tasks, links) in [row("W3", 3, formula), row("W100", 100, formula), fan(), asking(), row("A100", 100, command)] {
        let plan = plan(tasks, links);
        let task_count = plan.task_ids().count() as f64;
        let (mut executions, mut steps) = (0_u64, 0_u64);
        let started = Instant::now();
        while started.elapsed() < MEASURED {
            for _ in 0..100 {
                steps += run(&plan);
            }
            executions += 100;
        }
        let elapsed = started.elapsed().as_secs_f64();
        let runs = executions as f64 * task_count;
        for (measure, value, unit) in [
            ("executions", executions as f64 / elapsed, "executions/s"),
            ("events", steps as f64 / elapsed, "steps/s"),
            ("per task run", elapsed * 1e9 / runs, "ns"),
        ] {
            writeln!(
                out,
                "{}",
                json!({"measure": format!("{name} {measure}"), "value": value.round(), "unit": unit, "note": "in memory, one core"})
            )?;
        }
    }
    Ok(())
}

/// Runs one execution to its end; returns how many steps that took.
fn run(plan: &Plan) -> u64 {
    let at = chrono::DateTime::UNIX_EPOCH;
    let mut state = State::new(plan);
    let mut next = Some(plan.started([].into(), false, 1, "UTC".to_owned(), "bench".to_owned()));
    let mut steps = 0;
    while let Some(what) = next.take() {
        steps += 1;
        for effect in step(plan, &mut state, &Event { at, what }).effects {
            next = match effect {
                Effect::RunTask { task, attempt, .. } => Some(What::TaskSucceeded { task, attempt, output: json!({"score": 1}) }),
                Effect::Ask { question } => Some(What::QuestionAnswered {
                    question: question.number,
                    answer: engine::Answer::Value { value: true.into() },
                    by: "bench".to_owned(),
                }),
                _ => next,
            };
        }
    }
    assert_eq!(state.status(), types::ExecutionStatus::Done, "the workload ends well");
    steps
}

fn formula(index: usize) -> Json {
    json!({"type": "formula", "variable": format!("v{index}"), "expression": index.to_string()})
}

fn command(_: usize) -> Json {
    json!({"type": "action", "app": "bench", "command": "nothing", "parameters": {"n": "{{ n }}"}, "assign": {"n": "output.score"}})
}

type Workload = (&'static str, Json, Vec<(String, String)>);

fn row(name: &'static str, count: usize, task: fn(usize) -> Json) -> Workload {
    let tasks: serde_json::Map<String, Json> = (0..count).map(|index| (format!("t{index}"), task(index))).collect();
    let before = |index: usize| if index == 0 { "start".to_owned() } else { format!("t{}", index - 1) };
    (name, tasks.into(), (0..count).map(|index| (before(index), format!("t{index}"))).collect())
}

fn fan() -> Workload {
    let mut tasks: serde_json::Map<String, Json> = (0..50).map(|index| (format!("t{index}"), formula(index))).collect();
    tasks.insert("join".to_owned(), formula(50));
    let links = (0..50).flat_map(|index| {
        let task = format!("t{index}");
        [("start".to_owned(), task.clone()), (task, "join".to_owned())]
    });
    ("WF", tasks.into(), links.collect())
}

fn asking() -> Workload {
    let tasks = json!({
        "ask": {"type": "input", "question": "go?", "kind": "boolean", "variable": "go"},
        "end": {"type": "formula", "variable": "x", "expression": "go"},
    });
    ("WA", tasks, vec![("start".to_owned(), "ask".to_owned()), ("ask".to_owned(), "end".to_owned())])
}

fn plan(tasks: Json, links: Vec<(String, String)>) -> Plan {
    let links: Vec<Json> = links.into_iter().map(|(from, to)| json!({"from": from, "to": to})).collect();
    let document: Playbook =
        serde_json::from_value(json!({"format": 1, "id": "bench", "tasks": tasks, "links": links})).expect("a playbook");
    Plan::new(&document, &Catalog::default(), PlanOptions { allow_unknown: true }).expect("it can run")
}
