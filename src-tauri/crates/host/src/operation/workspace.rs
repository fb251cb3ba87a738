//! `workspace.show`, `settings.save`, `actions.stop`.

use std::time::{Duration, Instant};

use types::{Error, Language};
use wire::Caller;
use wire::workspace::{Settings, SettingsPatch, StopActions, Theme, Workspace};

use crate::error::invalid_request;
use crate::{Host, blocking, lock_of};

/// How many executions start at once until a lead says otherwise.
const LIMIT: u32 = 8;

/// How many commands run at once over all executions until a lead says otherwise: a group of five hundred answers does not open five
/// hundred connections.
const TASKS: u32 = 64;

/// The most that the limits may be set to.
const LIMITS: (u32, u32) = (64, 256);

/// The keyring is not asked more often than this.
const HEALTH: Duration = Duration::from_secs(30);

/// Reads the settings; the operator is empty until somebody set it.
pub(crate) fn settings_of(db: &store::Reader<'_>) -> store::Result<Settings> {
    Ok(Settings {
        operator: db.setting("operator")?.unwrap_or_default(),
        language: db.setting::<Language>("language")?,
        theme: db.setting::<Theme>("theme")?.unwrap_or_default(),
        execution_limit: db.setting("execution_limit")?.unwrap_or(LIMIT),
        task_limit: db.setting("task_limit")?.unwrap_or(TASKS),
        actions_stopped: db.setting("actions_stopped")?.unwrap_or_default(),
        never_block: db.setting("never_block")?.unwrap_or_default(),
        time_zone: db.setting("time_zone")?,
    })
}

/// Returns the time zone of texts and dates: the setting, else the computer's.
pub(crate) fn zone_of(settings: &Settings) -> String {
    let known = |zone: &String| zone.parse::<chrono_tz::Tz>().is_ok();
    settings
        .time_zone
        .clone()
        .filter(known)
        .or_else(|| iana_time_zone::get_timezone().ok().filter(known))
        .unwrap_or_else(|| "UTC".to_owned())
}

impl Host {
    /// Returns the operator's display name.
    pub async fn operator(&self) -> Result<String, Error> {
        self.setting(|settings| settings.operator.clone()).await
    }

    /// Returns the settings.
    pub async fn settings(&self) -> Result<Settings, Error> {
        self.setting(Settings::clone).await
    }

    /// Returns what `of` takes from the settings.
    async fn setting<T>(&self, of: impl Fn(&Settings) -> T) -> Result<T, Error> {
        let configuration = self.inner.store.configuration();
        if let Some((known, settings)) = &*lock_of(&self.inner.settings)
            && *known == configuration
        {
            return Ok(of(settings));
        }
        let mut settings = self.inner.store.read(settings_of).await?;
        if settings.operator.is_empty() {
            settings.operator.clone_from(&self.inner.operator);
        }
        let wanted = of(&settings);
        *lock_of(&self.inner.settings) = Some((configuration, settings));
        Ok(wanted)
    }

    /// `workspace.show`
    pub async fn workspace_show(&self) -> Result<Workspace, Error> {
        let settings = self.settings().await?;
        let operator = settings.operator.clone();
        let (counts, sample, empty) =
            self.inner.store.read(move |db| Ok((db.counts(&operator)?, db.has_sample()?, db.is_empty()?))).await?;
        Ok(Workspace {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            data_directory: self.inner.data.display().to_string(),
            settings,
            keyring_problem: self.keyring_problem().await,
            sample,
            empty,
            counts,
        })
    }

    /// Asks the keyring whether it works, not more often than every half minute.
    pub(crate) async fn keyring_problem(&self) -> Option<Error> {
        let known = lock_of(&self.inner.health).clone();
        if let Some((at, problem)) = known
            && at.elapsed() < HEALTH
        {
            return problem;
        }
        let vault = self.inner.vault.clone();
        let health = tokio::task::spawn_blocking(move || vault.health()).await;
        let problem = match health {
            Ok(health) => health.err().map(Error::from),
            Err(_) => Some(crate::error::closed()),
        };
        *lock_of(&self.inner.health) = Some((Instant::now(), problem.clone()));
        problem
    }

    pub(crate) fn forget_keyring_health(&self) {
        *lock_of(&self.inner.health) = None;
    }

    /// `settings.save`
    pub async fn settings_save(&self, caller: &Caller, patch: SettingsPatch) -> Result<Settings, Error> {
        check(&patch)?;
        let (by, at) = (caller.name.clone(), self.now());
        let (limits, changes_zone) = ((patch.execution_limit, patch.task_limit), patch.time_zone.is_some());
        self.inner
            .store
            .write(move |db| {
                db.audit(at, &by, "settings.save", None, &serde_json::to_string(&patch)?)?;
                let SettingsPatch { operator, language, theme, execution_limit, task_limit, never_block, time_zone } = patch;
                if let Some(operator) = operator {
                    db.set_setting("operator", &operator.trim())?;
                }
                if let Some(language) = language {
                    db.set_setting("language", &language)?;
                }
                if let Some(theme) = theme {
                    db.set_setting("theme", &theme)?;
                }
                if let Some(limit) = execution_limit {
                    db.set_setting("execution_limit", &limit)?;
                }
                if let Some(limit) = task_limit {
                    db.set_setting("task_limit", &limit)?;
                }
                if let Some(entries) = never_block {
                    let entries: Vec<_> = entries.iter().map(|entry| entry.trim()).collect();
                    db.set_setting("never_block", &entries)?;
                }
                match time_zone.as_deref() {
                    Some("") => db.clear_setting("time_zone")?,
                    Some(zone) => db.set_setting("time_zone", &zone)?,
                    None => {}
                }
                Ok(())
            })
            .await?;
        if self.inner.runs {
            self.inner.executor.set_limits(limits.0, limits.1);
        }
        let settings = self.settings().await?;
        if changes_zone {
            self.inner.executor.set_zone(zone_of(&settings));
        }
        self.inner.executor.set_language(settings.language.unwrap_or_default());
        Ok(settings)
    }

    /// `actions.stop`
    pub async fn actions_stop(&self, caller: &Caller, request: StopActions) -> Result<Settings, Error> {
        let (by, at, stopped) = (caller.name.clone(), self.now(), request.stopped);
        self.inner
            .store
            .write(move |db| {
                db.set_setting("actions_stopped", &stopped)?;
                db.audit(at, &by, "actions.stop", None, if stopped { "stopped" } else { "released" })
            })
            .await?;
        if self.inner.runs {
            self.inner.executor.stop(stopped, &caller.name).await?;
        }
        self.settings().await
    }
}

fn check(patch: &SettingsPatch) -> Result<(), Error> {
    if let Some(operator) = &patch.operator
        && !(1..=64).contains(&operator.trim().chars().count())
    {
        return Err(invalid_request("이름은 1자에서 64자까지입니다.", "A name has 1 to 64 characters.").target("operator"));
    }
    let (executions, tasks) = LIMITS;
    if patch.execution_limit.is_some_and(|limit| !(1..=executions).contains(&limit)) {
        let ko = format!("동시 실행 수는 1에서 {executions}까지입니다.");
        return Err(invalid_request(ko, format!("The number of executions at once is from 1 to {executions}.")).target("execution_limit"));
    }
    if patch.task_limit.is_some_and(|limit| !(1..=tasks).contains(&limit)) {
        let ko = format!("동시 명령 수는 1에서 {tasks}까지입니다.");
        return Err(invalid_request(ko, format!("The number of commands at once is from 1 to {tasks}.")).target("task_limit"));
    }
    if let Some(entry) = patch.never_block.iter().flatten().find(|entry| !blocking::is_entry(entry)) {
        let ko = format!("{entry}은(는) 주소, 대역, 도메인이 아닙니다.");
        return Err(invalid_request(ko, format!("{entry} is no address, network or domain.")).target("never_block"));
    }
    if let Some(zone) = patch.time_zone.as_ref().filter(|zone| !zone.is_empty())
        && zone.parse::<chrono_tz::Tz>().is_err()
    {
        return Err(
            invalid_request(format!("{zone}은(는) 시간대 이름이 아닙니다."), format!("{zone} is no time zone.")).target("time_zone")
        );
    }
    Ok(())
}
