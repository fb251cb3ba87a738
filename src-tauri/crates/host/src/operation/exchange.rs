//! `playbook.compare`, `playbook.import` and `playbook.export`.

use playbook::{Catalog, TaskKind, cacao, compare_documents};
use serde_json::Value as Json;
use types::{Error, PlaybookId, Time};
use wire::Caller;
use wire::exchange::{
    ActionUse, ComparePlaybooks, Compared, ComparedPlaybooks, ConnectionUse, ExchangeFormat, ExportPlaybook, ExportedPlaybook,
    ImportPlaybook, ImportedPlaybook, PlaybookUses,
};
use wire::playbook::{Document, PlaybookRef};

use crate::Host;

/// The largest file that is imported, in bytes.
const LARGEST: usize = 32 << 20;

impl Host {
    /// `playbook.compare`
    pub async fn playbook_compare(&self, request: ComparePlaybooks) -> Result<ComparedPlaybooks, Error> {
        let ComparePlaybooks { id, from, to } = request;
        let from = self.compared(id.as_deref(), from).await?;
        let to = self.compared(id.as_deref(), to).await?;
        let comparison = compare_documents(&from, &to);
        Ok(ComparedPlaybooks { comparison, from: Document(from), to: Document(to) })
    }

    async fn compared(&self, id: Option<&str>, side: Compared) -> Result<Json, Error> {
        let id = id.map(str::to_owned);
        let named = || {
            id.clone().ok_or_else(|| {
                Error::new(
                    "INVALID",
                    "어느 플레이북의 버전인지 id가 없습니다.",
                    "The request names a version without the id of its playbook.",
                )
                .target("id")
            })
        };
        match side {
            Compared::Document(document) => Ok(document.0),
            Compared::Version(version) => self.stored(named()?, Some(version)).await.map(|(document, _)| document),
            Compared::Draft => {
                let id = named()?;
                let wanted = id.clone();
                let draft = self.inner.store.read(move |db| db.draft(&wanted)).await?;
                draft.map(|draft| draft.document.0).ok_or_else(|| missing(&id))
            }
        }
    }

    /// Returns a saved document and when it was saved; where no version is named and none is saved, the draft.
    async fn stored(&self, id: String, version: Option<u32>) -> Result<(Json, Time), Error> {
        let wanted = id.clone();
        let (row, versions, draft) = self
            .inner
            .store
            .read(move |db| {
                let row = db.playbook(&wanted)?;
                Ok((db.version(&row.id, version)?, db.versions(&row.id)?, db.draft(&row.id)?))
            })
            .await?;
        match (row, draft) {
            (Some(row), _) => {
                let saved = versions.iter().find(|version| version.version == row.version).map(|version| version.saved_at);
                Ok((serde_json::from_str(&row.text).map_err(store::Error::from)?, saved.unwrap_or_else(|| self.now())))
            }
            (None, Some(draft)) => Ok((draft.document.0, draft.saved_at)),
            (None, None) => Err(missing(&id)),
        }
    }

    /// `playbook.import`
    pub async fn playbook_import(&self, caller: &Caller, request: ImportPlaybook) -> Result<ImportedPlaybook, Error> {
        let ImportPlaybook { text, name } = request;
        let file = name.unwrap_or_default();
        let (format, mut document, losses) = understand(&text, &file)?;
        let asked = document.get("id").and_then(Json::as_str).unwrap_or_default().to_owned();
        let wanted = if PlaybookId::new(asked.as_str()).is_valid() { asked.clone() } else { id_of(&file) };
        let comment = if file.is_empty() { "import".to_owned() } else { format!("import: {file}") };
        let (by, at) = (caller.name.clone(), self.now());
        // Choosing the id and saving stand in one transaction, so that two imports of one file give two playbooks.
        let (id, document) = self
            .inner
            .store
            .write(move |db| {
                let id = db.free_playbook_id(&wanted)?;
                document["id"] = Json::String(id.clone());
                let text = serde_json::to_string_pretty(&document).map_err(store::Error::from)?;
                db.save_version(&id, &text, 0, &comment, &by, at)?;
                db.allow_playbook(&id, Some(false), Some(false), None)?;
                db.audit(at, &by, "playbook.import", Some(&id), &comment)?;
                Ok((id, document))
            })
            .await?;
        self.catalog_changed();
        let diagnostics = self.diagnose(&document).await?;
        let uses = self.uses(&document).await?;
        let renamed_from = (asked != id).then_some(asked);
        Ok(ImportedPlaybook { id, renamed_from, format, losses, diagnostics, uses })
    }

    /// `playbook.export`
    pub async fn playbook_export(&self, request: ExportPlaybook) -> Result<ExportedPlaybook, Error> {
        let ExportPlaybook { id, version, format } = request;
        let (document, at) = self.stored(id.clone(), version).await?;
        let (file_name, json, losses) = match format {
            ExchangeFormat::Json => (format!("{id}.json"), document, Vec::new()),
            ExchangeFormat::Cacao => {
                let exported = cacao::export(&document, at);
                (format!("{id}.cacao.json"), exported.document, exported.losses)
            }
        };
        let text = serde_json::to_string_pretty(&json).map_err(store::Error::from)? + "\n";
        Ok(ExportedPlaybook { file_name, text, losses })
    }

    /// `playbook.uses`
    pub async fn playbook_uses(&self, request: PlaybookRef) -> Result<PlaybookUses, Error> {
        let (document, _) = self.stored(request.id, None).await?;
        self.uses(&document).await
    }

    /// Returns what a document would use when it runs.
    async fn uses(&self, document: &Json) -> Result<PlaybookUses, Error> {
        let catalog = self.catalog().await?;
        let rows = self.inner.store.read(|db| db.connections()).await?;
        Ok(uses(document, &catalog, &rows))
    }
}

fn uses(document: &Json, catalog: &Catalog, connections: &[store::ConnectionRow]) -> PlaybookUses {
    let mut uses = PlaybookUses::default();
    let connect = |uses: &mut PlaybookUses, app: &str, name: &str| {
        if uses.connections.iter().any(|known| known.app == app && known.name == name) {
            return;
        }
        let row = connections.iter().find(|row| row.app == app && row.name == name);
        let host = row.and_then(|row| {
            let text = |option: &str| row.options.get(option).and_then(Json::as_str);
            let address = text("url").or_else(|| text("host"))?;
            Some(host_of(address).to_owned())
        });
        let credential = row.and_then(|row| row.credential.clone());
        for (list, one) in [(&mut uses.hosts, &host), (&mut uses.credentials, &credential)] {
            list.extend(one.iter().filter(|one| !list.contains(one)).cloned().collect::<Vec<_>>());
        }
        uses.connections.push(ConnectionUse { app: app.to_owned(), name: name.to_owned(), host, credential, known: row.is_some() });
    };
    for (task, one) in &playbook::read(document).playbook.tasks {
        match &one.kind {
            TaskKind::Action { app, connection, command, .. } => {
                let known = catalog.command(app, command);
                uses.actions.push(ActionUse {
                    task: task.to_string(),
                    app: app.clone(),
                    command: command.clone(),
                    destructive: known.is_some_and(|command| command.destructive),
                    known: known.is_some(),
                });
                if catalog.apps.get(app).is_none_or(|app| app.needs_connection) {
                    connect(&mut uses, app, connection.as_deref().unwrap_or("default"));
                }
            }
            TaskKind::Email { connection, .. } => connect(&mut uses, "smtp", connection.as_deref().unwrap_or("default")),
            TaskKind::Query { source, .. } if source != "events" => connect(&mut uses, "sql", source),
            TaskKind::Call { playbook, .. } if !uses.playbooks.iter().any(|known| known == playbook.as_str()) => {
                uses.playbooks.push(playbook.to_string());
            }
            _ => {}
        }
    }
    uses
}

/// The host of an address, with or without a scheme, user or path.
fn host_of(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    authority.rsplit_once('@').map_or(authority, |(_, host)| host)
}

/// Reads the text of a file as a Haetae or a CACAO playbook.
fn understand(text: &str, file: &str) -> Result<(ExchangeFormat, Json, Vec<cacao::Loss>), Error> {
    if text.len() > LARGEST {
        let size = text.len() >> 20;
        return Err(Error::new(
            "PLAYBOOK-LARGE",
            format!("{size} MB 파일은 가져올 수 없습니다. 32 MB까지입니다."),
            format!("A file of {size} MB cannot be imported; 32 MB is the most."),
        )
        .target(file));
    }
    // Editors of other systems put a byte order mark before the text.
    let json: Json = serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| {
        Error::new("PLAYBOOK-FORMAT", format!("JSON이 아닙니다: {error}"), format!("This is not JSON: {error}"))
            .hint("파일이 잘렸거나 다른 형식인지 확인하십시오.", "Check whether the file was cut off or has another format.")
            .target(file)
    })?;
    if cacao::is_cacao(&json) {
        let imported = cacao::import(&json)?;
        return Ok((ExchangeFormat::Cacao, imported.document, imported.losses));
    }
    let diagnostics = playbook::read(&json).diagnostics;
    if let Some(newer) = diagnostics.into_iter().find(|diagnostic| diagnostic.code == "PBK-002") {
        return Err(Error { code: newer.code, message: newer.message, hint: newer.hint, target: Some(file.to_owned()), details: None });
    }
    if json.get("format").is_some_and(Json::is_u64) && json.get("tasks").is_some_and(Json::is_object) {
        return Ok((ExchangeFormat::Json, json, Vec::new()));
    }
    let error = Error::new("PLAYBOOK-FORMAT", "플레이북 파일이 아닙니다.", "This is not a playbook file.");
    Err(error
        .hint(
            "해태 플레이북은 format, id, tasks가 있는 JSON, CACAO는 type이 playbook인 JSON입니다.",
            "A Haetae playbook is JSON with format, id and tasks; a CACAO playbook is JSON whose type is playbook.",
        )
        .target(file))
}

/// An id made of a file's name.
fn id_of(file: &str) -> String {
    let name = file.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = name.strip_suffix(".json").unwrap_or(name).trim_end_matches(".cacao");
    let id: String =
        stem.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' }).take(100).collect();
    let id = id.trim_matches(['-', '.', '_']).to_lowercase();
    if id.is_empty() { "imported".to_owned() } else { id }
}

fn missing(id: &str) -> Error {
    Error::new("NOT-FOUND", format!("플레이북 {id}의 초안이 없습니다."), format!("The playbook {id} has no draft.")).target(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_made_of_file_names() {
        assert_eq!(id_of("C:\\in\\Block IP (v2).cacao.json"), "block-ip--v2");
        assert_eq!(id_of("한글.json"), "imported");
    }

    #[test]
    fn hosts_are_read_out_of_addresses() {
        for (address, host) in
            [("https://user@fw.example:8443/api?x", "fw.example:8443"), ("mail.example", "mail.example"), ("http://h#x", "h")]
        {
            assert_eq!(host_of(address), host);
        }
    }

    #[track_caller]
    fn check_refused(text: &str, code: &str) {
        assert_eq!(understand(text, "x.json").unwrap_err().code, code);
    }

    #[test]
    fn what_is_no_playbook_is_refused_with_a_code() {
        check_refused("{", "PLAYBOOK-FORMAT");
        check_refused("[1, 2]", "PLAYBOOK-FORMAT");
        check_refused("{\"openapi\": \"3.0.0\"}", "PLAYBOOK-FORMAT");
        check_refused("{\"format\": 2, \"id\": \"x\", \"tasks\": {}}", "PBK-002");
        check_refused(&" ".repeat(LARGEST + 1), "PLAYBOOK-LARGE");
        assert!(understand("\u{feff}{\"format\": 1, \"tasks\": {}}", "x.json").is_ok());
    }
}
