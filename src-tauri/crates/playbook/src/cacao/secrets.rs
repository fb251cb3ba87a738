//! Secrets in a CACAO file stay out of our documents: they belong into the keyring.

use serde_json::Value as Json;

use super::Loss;
use super::condition::reference;

/// The fields of authentication definitions that hold a secret itself.
const SECRET: [&str; 7] = ["password", "private_key", "token", "oauth_header", "client_secret", "api_key", "secret"];

/// What stands in the place of a secret, so that the field stays valid.
pub(super) const REMOVED: &str = "removed-by-haetae";

/// Takes the secrets out of the authentication definitions; references to variables stay.
pub(super) fn remove(source: &mut Json, losses: &mut Vec<Loss>) {
    for section in ["authentication_info_definitions", "authentication_info", "agent_definitions", "target_definitions"] {
        for (id, definition) in source.get_mut(section).and_then(Json::as_object_mut).into_iter().flatten() {
            for (key, value) in definition.as_object_mut().into_iter().flatten() {
                let Some(text) = value.as_str() else { continue };
                if !SECRET.contains(&key.as_str()) || text.is_empty() || text == REMOVED || reference(text).is_some() {
                    continue;
                }
                *value = Json::String(REMOVED.to_owned());
                losses.push(Loss::new(
                    "CACAO-007",
                    format!("{section}.{id}.{key}"),
                    "비밀 값은 저장하지 않았습니다. 필요하면 자격증명으로 등록하세요.".to_owned(),
                    "The secret was not stored; register it as a credential where it is needed.".to_owned(),
                ));
            }
        }
    }
}
