//! `blocklist.*` and `asset.list`

use types::Error;
use wire::Caller;
use wire::casework::{Assets, Blocklist, BlocklistRef};

use crate::Host;

impl Host {
    /// `blocklist.list`
    pub async fn blocklist_list(&self) -> Result<Blocklist, Error> {
        let now = self.now();
        let entries = self.inner.store.read(move |db| db.blocklist(now)).await?;
        Ok(Blocklist { entries })
    }

    /// `blocklist.remove`
    pub async fn blocklist_remove(&self, caller: &Caller, request: BlocklistRef) -> Result<(), Error> {
        let (by, at) = (caller.name.clone(), self.now());
        self.inner
            .store
            .write(move |db| {
                let artifact = db.unblock(request.id, &by, at)?;
                db.audit(at, &by, "blocklist.remove", Some(&artifact.value), artifact.kind.as_str())
            })
            .await
    }

    /// `asset.list`
    pub async fn asset_list(&self) -> Result<Assets, Error> {
        Ok(Assets { assets: self.inner.store.read(|db| db.assets()).await? })
    }
}
