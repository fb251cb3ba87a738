//! `app.list`, `connection.*`, `credential.*`

use store::ConnectionRow;
use types::{Error, SecretRef};
use vault::Secret;
use wire::Caller;
use wire::app::{
    Apps, ConnectionDetail, ConnectionHealth, ConnectionRef, Connections, CredentialDetail, CredentialRef, Credentials, SaveConnection,
    SetCredential,
};

use crate::Host;
use crate::error::invalid_request;
use crate::runner::connection_of;

impl Host {
    /// `app.list`
    pub async fn app_list(&self) -> Result<Apps, Error> {
        Ok(Apps { apps: self.inner.registry.details() })
    }

    /// `connection.list`
    pub async fn connection_list(&self) -> Result<Connections, Error> {
        let (rows, credentials) = self.inner.store.read(|db| Ok((db.connections()?, db.credentials()?))).await?;
        Ok(Connections { connections: rows.into_iter().map(|row| detail(row, &credentials)).collect() })
    }

    /// `connection.save`
    pub async fn connection_save(&self, caller: &Caller, request: SaveConnection) -> Result<ConnectionDetail, Error> {
        let SaveConnection { app, name, options, credential } = request;
        let Some(known) = self.inner.registry.app(&app) else {
            let error = Error::new("APP-001", format!("{app} 앱이 없습니다."), format!("There is no app {app}."));
            return Err(error.hint("앱 목록에서 고르십시오.", "Choose one from the list of apps.").target(app));
        };
        let is_name = |text: &str| {
            (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        };
        if !is_name(&name) {
            let error = invalid_request(
                "연결 이름은 영문자, 숫자, -, _로 64자까지입니다.",
                "A connection's name has letters, digits, - and _, at most 64.",
            );
            return Err(error.target("name"));
        }
        let manifest = known.manifest();
        if let Some(unknown) = options.keys().find(|option| !manifest.options.iter().any(|known| known.name == **option)) {
            let ko = format!("{app} 연결에 {unknown} 옵션이 없습니다.");
            return Err(invalid_request(ko, format!("A connection of {app} has no option {unknown}.")).target(unknown));
        }
        let is_empty = |value: &serde_json::Value| value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty());
        let missing = manifest
            .options
            .iter()
            .find(|option| option.required && option.default.is_none() && options.get(&option.name).is_none_or(is_empty));
        if let Some(missing) = missing {
            let ko = format!("{} 옵션이 필요합니다.", missing.name);
            return Err(invalid_request(ko, format!("The option {} is required.", missing.name)).target(&missing.name));
        }
        let credential = (!manifest.credential.is_empty()).then(|| credential.unwrap_or_else(|| format!("{app}-{name}")));
        let row = ConnectionRow { app, name, options, credential, health: None, sample: false };
        let (by, at, saved) = (caller.name.clone(), self.now(), row.clone());
        let credentials = self
            .inner
            .store
            .write(move |db| {
                db.save_connection(&saved)?;
                db.audit(
                    at,
                    &by,
                    "connection.save",
                    Some(&format!("{}/{}", saved.app, saved.name)),
                    &serde_json::to_string(&saved.options)?,
                )?;
                db.credentials()
            })
            .await?;
        self.catalog_changed();
        Ok(detail(row, &credentials))
    }

    /// `connection.delete`
    pub async fn connection_delete(&self, caller: &Caller, request: ConnectionRef) -> Result<(), Error> {
        let (by, at) = (caller.name.clone(), self.now());
        self.inner
            .store
            .write(move |db| {
                db.delete_connection(&request.app, &request.name)?;
                db.audit(at, &by, "connection.delete", Some(&format!("{}/{}", request.app, request.name)), "")
            })
            .await?;
        self.catalog_changed();
        Ok(())
    }

    /// `connection.test`
    pub async fn connection_test(&self, request: ConnectionRef) -> Result<ConnectionHealth, Error> {
        let ConnectionRef { app, name } = request;
        let (wanted_app, wanted_name) = (app.clone(), name.clone());
        let row = self.inner.store.read(move |db| db.connection(&wanted_app, &wanted_name)).await?;
        let health = self.inner.apps.test(&connection_of(row)).await;
        let kept = health.clone();
        self.inner.store.write(move |db| db.set_connection_health(&app, &name, &kept)).await?;
        Ok(health)
    }

    /// `credential.list`
    pub async fn credential_list(&self) -> Result<Credentials, Error> {
        Ok(Credentials { credentials: self.inner.store.read(|db| db.credentials()).await? })
    }

    /// `credential.set`
    pub async fn credential_set(&self, caller: &Caller, request: SetCredential) -> Result<(), Error> {
        let SetCredential { name, field, value } = request;
        if name.is_empty() || field.is_empty() || value.is_empty() {
            return Err(invalid_request("이름, 필드, 값이 모두 있어야 합니다.", "Name, field and value must not be empty."));
        }
        let vault = self.inner.vault.clone();
        let reference = SecretRef { credential: name.clone(), field: field.clone() };
        self.forget_keyring_health();
        blocking(move || vault.set(&reference, Secret::new(value))).await?;
        let (by, at) = (caller.name.clone(), self.now());
        self.inner
            .store
            .write(move |db| {
                db.set_credential(&name, &field, at, false)?;
                db.audit(at, &by, "credential.set", Some(&name), &field)
            })
            .await
    }

    /// `credential.delete`
    pub async fn credential_delete(&self, caller: &Caller, request: CredentialRef) -> Result<(), Error> {
        let name = request.name;
        let known = self.inner.store.read(|db| db.credentials()).await?;
        let fields = known.into_iter().find(|credential| credential.name == name).map(|credential| credential.fields).unwrap_or_default();
        let vault = self.inner.vault.clone();
        let credential = name.clone();
        self.forget_keyring_health();
        blocking(move || {
            fields.into_iter().try_for_each(|field| vault.delete(&SecretRef { credential: credential.clone(), field }).map(drop))
        })
        .await?;
        let (by, at) = (caller.name.clone(), self.now());
        self.inner
            .store
            .write(move |db| {
                db.delete_credential(&name)?;
                db.audit(at, &by, "credential.delete", Some(&name), "")
            })
            .await
    }
}

/// The keyring may ask the person for its password first.
async fn blocking(work: impl FnOnce() -> Result<(), vault::Error> + Send + 'static) -> Result<(), Error> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result.map_err(Error::from),
        Err(_) => Err(crate::error::closed()),
    }
}

fn detail(row: ConnectionRow, credentials: &[CredentialDetail]) -> ConnectionDetail {
    let set = credentials.iter().find(|credential| Some(&credential.name) == row.credential.as_ref());
    ConnectionDetail {
        app: row.app,
        name: row.name,
        options: row.options,
        credential: row.credential,
        credential_fields_set: set.map(|credential| credential.fields.clone()).unwrap_or_default(),
        health: row.health,
        sample: row.sample,
    }
}
