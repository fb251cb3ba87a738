//! The disk is full while executions run: whoever asks is told, nothing is lost or done twice, and all goes on when there is room.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value as Json, json};
use testkit::Workspace;
use types::{ExecutionId, ExecutionStatus, TaskStatus};

/// Executions that are under way when the disk is full.
const EXECUTIONS: usize = 3;

fn document() -> Json {
    let task = json!({"type": "action", "app": "virustotal", "command": "ip-report", "parameters": {"ip": "{{ ip }}"}});
    json!({"format": 1, "id": "row", "inputs": [{"name": "ip", "type": "string"}], "tasks": {"first": task, "second": task},
        "links": [{"from": "start", "to": "first"}, {"from": "first", "to": "second"}]})
}

/// More than fits into the pages that are there.
fn much() -> String {
    "x".repeat(50_000)
}

/// What says that there is no room.
enum Disk {
    /// SQLite itself, at its limit on pages.
    Pages,
    /// A file system of a few megabytes, in memory, that something else fills.
    Small(Small),
}

impl Disk {
    async fn fill(&self, world: &Workspace, full: bool) {
        match self {
            Self::Pages => world.host.store().write(move |db| store::failpoint::fill_disk(db, full)).await.unwrap(),
            Self::Small(small) if full => small.fill(),
            Self::Small(small) => std::fs::remove_file(small.ballast()).unwrap(),
        }
    }
}

/// A mounted file system; it is taken down with this.
struct Small(PathBuf);

impl Small {
    /// Mounts one, where that is permitted.
    fn mount(folder: &Path) -> Option<Self> {
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=12m", "tmpfs"]).arg(folder).output();
        mounted.is_ok_and(|mounted| mounted.status.success()).then(|| Self(folder.to_owned()))
    }

    fn ballast(&self) -> PathBuf {
        self.0.join("ballast")
    }

    fn fill(&self) {
        let mut ballast = File::create(self.ballast()).unwrap();
        let full = loop {
            if let Err(error) = ballast.write_all(&[7; 4096]) {
                break error;
            }
        };
        assert_eq!(full.kind(), ErrorKind::StorageFull);
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let taken_down = Command::new("umount").arg("--lazy").arg(&self.0).status();
        assert!(taken_down.is_ok_and(|status| status.success()), "{} is still mounted", self.0.display());
    }
}

/// Waits until the writer has tried so many more jobs.
async fn tried(world: &Workspace, jobs: u64) {
    let before = world.host.store().statistics().jobs;
    while world.host.store().statistics().jobs < before + jobs {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_full_disk_holds_executions_up_and_loses_nothing() {
    holds_up_and_loses_nothing(Workspace::with_connections(&["virustotal"]).await, &Disk::Pages).await;
}

#[tokio::test]
async fn a_disk_that_is_really_full_holds_executions_up_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let Some(small) = Small::mount(folder.path()) else {
        eprintln!("skipped: a file system cannot be mounted here");
        return;
    };
    let disk = Disk::Small(small);
    let world = Workspace::in_folder(folder, &["virustotal"]).await;
    let world = holds_up_and_loses_nothing(world, &disk).await;
    // What is in the log only survives the restart too.
    let world = world.restart().await;
    let ended = world.host.store().read(|db| db.execution_ids(&[ExecutionStatus::Done], ExecutionId(0), 100)).await.unwrap();
    assert_eq!(ended.len(), EXECUTIONS);
    world.host.close().await;
    drop(disk);
}

async fn holds_up_and_loses_nothing(world: Workspace, disk: &Disk) -> Workspace {
    world.save(document()).await;
    let mut ids: Vec<ExecutionId> = Vec::new();
    let mut commands = Vec::new();
    for number in 0..EXECUTIONS {
        ids.push(world.start("row", json!({"ip": format!("198.51.100.{number}")})).await);
        commands.push(world.runner.next().await);
    }
    disk.fill(&world, true).await;
    for command in commands {
        assert_eq!(command.cause.task.as_str(), "first");
        command.give(json!({"malicious": 1, "text": much()}));
    }
    tried(&world, EXECUTIONS as u64).await;
    let refused = world.try_start("row", json!({"ip": much()})).await.unwrap_err();
    assert_eq!(refused.code, "STORE-FULL");
    assert!(refused.hint.is_some());
    for id in &ids {
        let detail = world.show(*id).await;
        assert_eq!((detail.summary.status, detail.tasks[0].status), (ExecutionStatus::Running, TaskStatus::Running));
    }
    assert_eq!(world.runner.waiting(), 0, "an effect follows from what is not durable");

    disk.fill(&world, false).await;
    for _ in 0..EXECUTIONS {
        let command = world.runner.next().await;
        assert_eq!(command.cause.task.as_str(), "second", "the first was done before the disk was full");
        command.give(json!({"malicious": 2}));
    }
    for id in ids {
        let detail = world.reaches(id, ExecutionStatus::Done).await;
        assert_eq!((detail.tasks[0].attempts, detail.tasks[0].output["text"].as_str().map(str::len)), (1, Some(50_000)));
    }
    assert_eq!(world.runner.waiting(), 0);
    world
}
