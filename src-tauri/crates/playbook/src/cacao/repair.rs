//! A foreign CACAO playbook as the OASIS schemas want it, with every step, condition and command text as it was.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value as Json, json};

use super::import::{kind_of, text};
use super::{HAETAE, Loss, derived_id, haetae_definition, is_identifier};

type Object = Map<String, Json>;

/// Returns `source` as a valid CACAO 2.0 playbook, and says what had to be changed for that.
pub(super) fn repair(source: &Json, at: DateTime<Utc>) -> (Object, Vec<Loss>) {
    let mut playbook = source.as_object().cloned().unwrap_or_default();
    let mut repair = Repair { losses: Vec::new(), playbook: text(&playbook, "id").unwrap_or("playbook").to_owned(), end: None };
    repair.head(&mut playbook, at);
    repair.workflow(&mut playbook);
    for key in ["agent_definitions", "target_definitions"] {
        repair.each(&mut playbook, key, Repair::agent);
    }
    repair.each(&mut playbook, "authentication_info_definitions", Repair::authentication);
    repair.each(&mut playbook, "extension_definitions", Repair::extension_definition);
    repair.each(&mut playbook, "playbook_variables", Repair::variable);
    repair.keep_strangers(&mut playbook);
    (playbook, repair.losses)
}

struct Repair {
    losses: Vec<Loss>,
    playbook: String,
    /// The step for paths that have no end of their own.
    end: Option<String>,
}

impl Repair {
    fn changed(&mut self, place: impl Into<String>, ko: &str, en: &str) {
        self.losses.push(Loss::new("CACAO-022", place, ko.to_owned(), en.to_owned()));
    }

    fn id(&self, kind: &str, name: &str) -> String {
        derived_id(kind, &format!("{}/{name}", self.playbook))
    }

    fn head(&mut self, playbook: &mut Object, at: DateTime<Utc>) {
        let now = stamp(at);
        self.set(playbook, "type", json!("playbook"));
        self.set(playbook, "spec_version", json!("cacao-2.0"));
        if !text(playbook, "id").is_some_and(is_identifier) {
            let id = self.id("playbook", "");
            self.set(playbook, "id", json!(id));
        }
        if text(playbook, "name").is_none() {
            self.set(playbook, "name", json!(""));
        }
        if !text(playbook, "created_by").is_some_and(is_identifier) {
            self.set(playbook, "created_by", json!(derived_id("identity", "haetae")));
        }
        for (key, required) in [("created", true), ("modified", true), ("valid_from", false), ("valid_until", false)] {
            let Some(value) = playbook.get(key).cloned().or(required.then_some(Json::Null)) else { continue };
            match timestamp(&value) {
                Some(time) => self.set(playbook, key, json!(time)),
                None if required => self.set(playbook, key, json!(now)),
                None => self.drop(playbook, key, key),
            }
        }
        for key in ["priority", "severity", "impact"] {
            if playbook.get(key).is_some_and(|value| value.as_u64().is_none_or(|number| number > 100)) {
                self.drop(playbook, key, key);
            }
        }
        for (key, sound) in [("description", Json::is_string as fn(&Json) -> bool), ("revoked", Json::is_boolean)] {
            if playbook.get(key).is_some_and(|value| !sound(value)) {
                self.drop(playbook, key, key);
            }
        }
        for key in ["playbook_types", "playbook_activities", "industry_sectors", "labels"] {
            self.list(playbook, key, key, Json::is_string);
        }
        for key in ["derived_from", "related_to", "markings"] {
            self.list(playbook, key, key, |item| item.as_str().is_some_and(is_identifier));
        }
        self.list(playbook, "signatures", "signatures", Json::is_object);
        self.references(playbook, "external_references");
        for (old, new) in
            [("playbook_extension", "playbook_extensions"), ("agents", "agent_definitions"), ("targets", "target_definitions")]
        {
            if playbook.get(old).is_some_and(Json::is_object) && !playbook.contains_key(new) {
                let value = playbook.shift_remove(old).unwrap_or_default();
                playbook.insert(new.to_owned(), value);
                self.changed(old, "CACAO 2.0의 이름으로 옮겼습니다.", "Moved to its name in CACAO 2.0.");
            }
        }
        self.extensions(playbook, "playbook_extensions", "playbook_extensions");
        if let Some(summary) = playbook.get_mut("playbook_processing_summary") {
            match summary.as_object_mut() {
                Some(summary) => summary.retain(|_, value| value.is_boolean()),
                None => self.drop(playbook, "playbook_processing_summary", "playbook_processing_summary"),
            }
        }
    }

    fn workflow(&mut self, playbook: &mut Object) {
        let written: Vec<(String, Object)> = match playbook.get("workflow") {
            Some(Json::Object(steps)) => steps.iter().filter_map(|(id, step)| Some((id.clone(), step.as_object()?.clone()))).collect(),
            Some(Json::Array(steps)) => {
                let id = |index: usize, step: &Object| {
                    text(step, "step_uuid").or_else(|| text(step, "id")).map_or_else(|| format!("step--{index}"), str::to_owned)
                };
                let steps = steps.iter().enumerate().filter_map(|(index, step)| Some((index, step.as_object()?.clone())));
                steps.map(|(index, step)| (id(index, &step), step)).collect()
            }
            _ => Vec::new(),
        };
        let mut ids: HashMap<String, String> = HashMap::new();
        let mut suffixes: HashMap<String, String> = HashMap::new();
        let mut taken: HashSet<String> = HashSet::new();
        let mut steps: Vec<(String, Object)> = Vec::with_capacity(written.len());
        for (index, (old, mut step)) in written.into_iter().enumerate() {
            let kind = known(kind_of(&old, &step)).to_owned();
            let suffix = old.split_once("--").map_or("", |(_, suffix)| suffix).to_owned();
            let mut id = format!("{kind}--{suffix}");
            if !is_identifier(&id) || taken.contains(&id) {
                id = self.id(&kind, &format!("{old}/{index}"));
            }
            if id != old {
                self.changed(format!("workflow.{old}"), "단계의 id를 규격에 맞췄습니다.", "The id of the step was made valid.");
            }
            taken.insert(id.clone());
            suffixes.entry(suffix).or_insert_with(|| id.clone());
            ids.entry(old).or_insert_with(|| id.clone());
            step.insert("type".to_owned(), json!(kind));
            steps.push((id, step));
        }
        let find = |id: &str| {
            let suffix = id.split_once("--").map_or(id, |(_, suffix)| suffix);
            ids.get(id).or_else(|| suffixes.get(suffix)).cloned()
        };
        let mut extra: Vec<(String, Object)> = Vec::new();
        for (id, step) in &mut steps {
            self.step(id, step, &find, &mut extra);
        }
        steps.append(&mut extra);
        let start = text(playbook, "workflow_start").and_then(find);
        let start = start.or_else(|| steps.iter().find(|(_, step)| step["type"] == "start").or(steps.first()).map(|(id, _)| id.clone()));
        let start = match start {
            Some(start) => start,
            None => {
                let (start, end) = (self.id("start", ""), self.end());
                let step = json!({"type": "start", "on_completion": end});
                steps.insert(0, (start.clone(), step.as_object().cloned().unwrap_or_default()));
                start
            }
        };
        self.set(playbook, "workflow_start", json!(start));
        if let Some(exception) = playbook.get("workflow_exception").cloned() {
            match exception.as_str().and_then(find) {
                Some(id) => self.set(playbook, "workflow_exception", json!(id)),
                None => self.drop(playbook, "workflow_exception", "workflow_exception"),
            }
        }
        if let Some(end) = &self.end {
            steps.push((end.clone(), json!({"type": "end"}).as_object().cloned().unwrap_or_default()));
        }
        let workflow: Object = steps.into_iter().map(|(id, step)| (id, Json::Object(step))).collect();
        playbook.insert("workflow".to_owned(), Json::Object(workflow));
    }

    fn end(&mut self) -> String {
        let id = self.end.clone().unwrap_or_else(|| self.id("end", "repair"));
        self.end = Some(id.clone());
        id
    }

    fn step(&mut self, id: &str, step: &mut Object, find: &impl Fn(&str) -> Option<String>, extra: &mut Vec<(String, Object)>) {
        let place = |key: &str| format!("workflow.{id}.{key}");
        for key in ["name", "description", "condition", "switch"] {
            if let Some(value) = step.get(key).filter(|value| !value.is_string()).cloned() {
                step.insert(key.to_owned(), json!(value.to_string()));
                self.changed(place(key), "글로 바꿨습니다.", "Written as text.");
            }
        }
        for (key, least) in [("delay", 1), ("timeout", i64::MIN)] {
            if step.get(key).is_some_and(|value| value.as_i64().is_none_or(|number| number < least)) {
                self.drop(step, key, &place(key));
            }
        }
        if step.get("owner").is_some_and(|owner| !owner.as_str().is_some_and(is_identifier)) {
            self.drop(step, "owner", &place("owner"));
        }
        self.references(step, "external_references");
        self.extensions(step, "step_extensions", &place("step_extensions"));
        self.each(step, "step_variables", Self::variable);
        let kind = text(step, "type").unwrap_or_default().to_owned();
        for key in ["on_completion", "on_success", "on_failure", "on_true", "on_false"] {
            if let Some(target) = step.get(key).cloned() {
                let target = self.target(&target, &place(key), find, extra);
                self.set(step, key, json!(target));
            }
        }
        match kind.as_str() {
            "end" => {
                for key in ["on_completion", "on_success", "on_failure"] {
                    if step.contains_key(key) {
                        self.drop(step, key, &place(key));
                    }
                }
            }
            "start" => {
                if let (false, Some(next)) = (step.contains_key("on_completion"), step.get("on_success").cloned()) {
                    step.insert("on_completion".to_owned(), next);
                }
                for key in ["on_success", "on_failure"] {
                    if step.contains_key(key) {
                        self.drop(step, key, &place(key));
                    }
                }
            }
            "if-condition" | "while-condition" => {
                if !step.contains_key("condition") {
                    let inputs = step.get("in_args").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str);
                    let condition = inputs.collect::<Vec<_>>().join(", ");
                    step.insert("condition".to_owned(), json!(condition));
                    self.changed(place("condition"), "없던 조건을 채웠습니다.", "The missing condition was filled in.");
                }
                if !step.contains_key("on_true") {
                    let end = self.end();
                    self.set(step, "on_true", json!(end));
                }
            }
            "switch-condition" => {
                if !step.contains_key("switch") {
                    let name = text(step, "name").unwrap_or_default().to_owned();
                    self.set(step, "switch", json!(name));
                }
                let cases = step.get("cases").and_then(Json::as_object).cloned().unwrap_or_default();
                let cases: Object = cases
                    .iter()
                    .map(|(key, target)| (key.clone(), json!(self.target(target, &place(&format!("cases.{key}")), find, extra))))
                    .collect();
                self.set(step, "cases", Json::Object(cases));
            }
            "parallel" => {
                let targets = match step.get("next_steps") {
                    Some(Json::Array(targets)) => targets.clone(),
                    Some(one) => vec![one.clone()],
                    None => Vec::new(),
                };
                let mut steps: Vec<String> = targets.iter().map(|target| self.target(target, &place("next_steps"), find, extra)).collect();
                while steps.len() < 2 {
                    steps.push(self.end());
                }
                self.set(step, "next_steps", json!(steps));
            }
            "playbook-action" => {
                if !text(step, "playbook_id").is_some_and(is_identifier) {
                    let called = derived_id("playbook", text(step, "playbook_id").unwrap_or_default());
                    self.set(step, "playbook_id", json!(called));
                }
                if let Some(version) = step.get("playbook_version").cloned() {
                    match timestamp(&version) {
                        Some(time) => self.set(step, "playbook_version", json!(time)),
                        None => self.drop(step, "playbook_version", &place("playbook_version")),
                    }
                }
            }
            _ => self.action(id, step),
        }
        for key in ["in_args", "out_args"] {
            if let Some(one) = step.get(key).filter(|value| value.is_string()).cloned() {
                self.set(step, key, json!([one]));
            }
            self.list(step, key, &place(key), Json::is_string);
        }
    }

    fn action(&mut self, id: &str, step: &mut Object) {
        let place = |key: &str| format!("workflow.{id}.{key}");
        let mut commands: Vec<Json> = match step.get("commands") {
            Some(Json::Array(commands)) => commands.clone(),
            Some(one @ Json::Object(_)) => vec![one.clone()],
            _ => Vec::new(),
        };
        if let Some(one) = step.get("command").filter(|command| command.is_object()).cloned() {
            commands.push(one);
            step.shift_remove("command");
            self.changed(place("command"), "commands로 옮겼습니다.", "Moved into commands.");
        }
        if commands.is_empty() {
            let what = text(step, "description").or_else(|| text(step, "name")).unwrap_or_default().to_owned();
            commands.push(json!({"type": "manual", "command": what}));
            self.changed(place("commands"), "없던 명령을 사람이 할 일로 채웠습니다.", "The missing command was filled in as a manual one.");
        }
        for command in &mut commands {
            let Some(object) = command.as_object_mut() else {
                *command = json!({"type": "manual", "command": command.to_string()});
                continue;
            };
            if text(object, "type").is_none() {
                self.set(object, "type", json!("manual"));
            }
            for key in ["description", "version", "playbook_activity"] {
                if object.get(key).is_some_and(|value| !value.is_string()) {
                    self.drop(object, key, &place("commands"));
                }
            }
            self.references(object, "external_references");
        }
        step.insert("commands".to_owned(), Json::Array(commands));
        if !text(step, "agent").is_some_and(is_identifier) {
            // Agents of SOARCA carry names after their ids.
            let agent = derived_id("organization", text(step, "agent").unwrap_or("haetae"));
            self.set(step, "agent", json!(agent));
            self.changed(place("agent"), "수행자를 규격에 맞췄습니다.", "The agent was made valid.");
        }
        if let Some(one) = step.shift_remove("target") {
            let mut targets = step.get("targets").and_then(Json::as_array).cloned().unwrap_or_default();
            targets.push(one);
            step.insert("targets".to_owned(), Json::Array(targets));
        }
        self.list(step, "targets", &place("targets"), |target| target.as_str().is_some_and(is_identifier));
    }

    /// The step that a reference means; the end where it means none, a parallel step where it means several.
    fn target(&mut self, target: &Json, place: &str, find: &impl Fn(&str) -> Option<String>, extra: &mut Vec<(String, Object)>) -> String {
        let targets: Vec<&Json> = target.as_array().map_or_else(|| vec![target], |list| list.iter().collect());
        let mut found: Vec<String> = targets.iter().filter_map(|target| target.as_str().and_then(find)).collect();
        if found.len() < targets.len() || found.is_empty() {
            self.changed(place, "없는 단계를 가리켜 끝으로 이었습니다.", "It named no step and leads to the end now.");
        }
        match found.len() {
            0 => self.end(),
            1 => found.remove(0),
            _ => {
                let id = self.id("parallel", place);
                let step = json!({"type": "parallel", "next_steps": found});
                extra.push((id.clone(), step.as_object().cloned().unwrap_or_default()));
                self.changed(place, "여러 단계를 병렬 단계로 묶었습니다.", "Several steps stand behind a parallel step now.");
                id
            }
        }
    }

    fn agent(&mut self, id: &str, place: &str, agent: &mut Object) {
        const KINDS: [&str; 10] =
            ["group", "http-api", "individual", "linux", "location", "net-address", "organization", "sector", "security-category", "ssh"];
        let prefix = id.split_once("--").map_or("", |(prefix, _)| prefix);
        let known = KINDS.contains(&prefix) && is_identifier(id);
        let kind = if known { prefix } else { text(agent, "type").unwrap_or(prefix) }.to_owned();
        self.set(agent, "type", json!(kind));
        if text(agent, "name").is_none() {
            self.set(agent, "name", json!(id));
        }
        if agent.get("description").is_some_and(|value| !value.is_string()) {
            self.drop(agent, "description", place);
        }
        self.extensions(agent, "agent_target_extensions", place);
        if matches!(kind.as_str(), "http-api" | "linux" | "net-address" | "ssh") {
            let written = agent.get("address").and_then(Json::as_object).cloned().unwrap_or_default();
            let address = self.address(&written, place);
            if kind != "net-address" || agent.contains_key("address") {
                self.set(agent, "address", Json::Object(address));
            }
            if let Some(port) = agent.get("port").filter(|port| !port.is_string()).cloned() {
                self.set(agent, "port", json!(port.to_string()));
            }
            if agent.get("authentication_info").is_some_and(|value| !value.as_str().is_some_and(is_identifier)) {
                self.drop(agent, "authentication_info", place);
            }
        }
        self.list(agent, "category", place, Json::is_string);
        if kind == "security-category" && !agent.contains_key("category") {
            self.set(agent, "category", json!(["orchestrator"]));
        }
        if kind == "sector" && !agent.get("sector").is_some_and(Json::is_string) {
            self.set(agent, "sector", json!("other"));
        }
        self.list(agent, "logical", place, Json::is_string);
        let texts = |object: &Object| object.values().all(Json::is_string);
        let sound = |contact: &Json| {
            contact.as_object().is_some_and(|contact| {
                contact.iter().all(|(key, value)| match key.as_str() {
                    "email" | "phone" => value.as_object().is_some_and(texts),
                    "contact_details" => value.is_string(),
                    _ => true,
                })
            })
        };
        if agent.get("contact").is_some_and(|contact| !sound(contact)) {
            self.drop(agent, "contact", place);
        }
        if agent
            .get("location")
            .is_some_and(|location| !location.as_object().is_some_and(|object| texts(object) && !object.contains_key("region")))
        {
            let region = agent.get("location").and_then(|location| location.get("region")).and_then(Json::as_str);
            const WORLD: [&str; 7] = ["africa", "americas", "asia", "europe", "oceania", "antarctica", "northern-america"];
            let sound = region.is_some_and(|region| WORLD.contains(&region) || region.contains("-eastern") || region.contains("ern-"));
            if !sound || !agent.get("location").and_then(Json::as_object).is_some_and(texts) {
                self.drop(agent, "location", place);
            }
        }
    }

    /// Addresses that are none, such as references to variables, stand as names: any text is a name.
    fn address(&mut self, written: &Object, place: &str) -> Object {
        let mut address = Object::new();
        let mut names: Vec<Json> = Vec::new();
        for (key, value) in written {
            let values = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
            let (sound, other): (Vec<Json>, Vec<Json>) = values.into_iter().partition(|value| is_address(key, value));
            names.extend(other.into_iter().map(|value| value.as_str().map_or_else(|| json!(value.to_string()), |text| json!(text))));
            if !sound.is_empty() {
                address.insert(key.clone(), Json::Array(sound));
            }
        }
        if !names.is_empty() {
            self.changed(place, "주소가 아닌 값을 이름으로 옮겼습니다.", "What is no address stands as a name now.");
            let known = address.entry("dname").or_insert_with(|| json!([]));
            known.as_array_mut().into_iter().for_each(|known| known.append(&mut names));
        }
        address
    }

    fn authentication(&mut self, id: &str, place: &str, info: &mut Object) {
        let prefix = id.split_once("--").map_or("", |(prefix, _)| prefix);
        if matches!(prefix, "http-basic" | "oauth2" | "user-auth") {
            self.set(info, "type", json!(prefix));
        }
        if text(info, "type").is_none() {
            self.set(info, "type", json!("user-auth"));
        }
        for key in ["name", "description", "user_id", "username", "password", "oauth_header", "token", "kms_key_identifier"] {
            if let Some(value) = info.get(key).filter(|value| !value.is_string()).cloned() {
                self.set(info, key, json!(value.to_string()));
            }
        }
        if info.get("kms").is_some_and(|kms| !kms.is_boolean()) {
            self.drop(info, "kms", place);
        }
        if prefix == "oauth2" {
            for key in ["oauth_header", "token"] {
                if !info.contains_key(key) {
                    self.set(info, key, json!(""));
                }
            }
        }
        self.extensions(info, "authentication_info_extensions", place);
    }

    fn extension_definition(&mut self, id: &str, _: &str, definition: &mut Object) {
        self.set(definition, "type", json!("extension-definition"));
        if !text(definition, "created_by").is_some_and(is_identifier) {
            self.set(definition, "created_by", json!(derived_id("identity", "haetae")));
        }
        for (key, value) in [("name", id), ("schema", ""), ("version", "1.0.0")] {
            if text(definition, key).is_none() {
                self.set(definition, key, json!(value));
            }
        }
        if definition.get("description").is_some_and(|value| !value.is_string()) {
            definition.shift_remove("description");
        }
        self.references(definition, "external_references");
    }

    fn variable(&mut self, _: &str, place: &str, variable: &mut Object) {
        if text(variable, "type").is_none() {
            self.set(variable, "type", json!("string"));
        }
        if let Some(value) = variable.get("value").filter(|value| !value.is_string() && !value.is_null()).cloned() {
            self.set(variable, "value", json!(value.to_string()));
        }
        for (key, sound) in
            [("description", Json::is_string as fn(&Json) -> bool), ("constant", Json::is_boolean), ("external", Json::is_boolean)]
        {
            if variable.get(key).is_some_and(|value| !sound(value)) {
                self.drop(variable, key, place);
            }
        }
    }

    // ---- small ones

    /// Repairs each entry of a map of objects; entries that are none go, and so does an empty map.
    fn each(&mut self, object: &mut Object, key: &str, repair: impl Fn(&mut Self, &str, &str, &mut Object)) {
        let Some(value) = object.get_mut(key) else { return };
        let mut strange = Vec::new();
        match value.as_object_mut() {
            Some(entries) => {
                entries.retain(|id, entry| {
                    if !entry.is_object() {
                        strange.push(id.clone());
                    }
                    entry.is_object()
                });
                for (id, entry) in entries.iter_mut() {
                    let place = format!("{key}.{id}");
                    if let Some(entry) = entry.as_object_mut() {
                        repair(self, id, &place, entry);
                    }
                }
            }
            None => strange.push(String::new()),
        }
        let empty = value.as_object().is_none_or(Map::is_empty);
        for id in strange {
            self.changed(format!("{key}.{id}"), "읽을 수 없어 뺐습니다.", "It could not be read and was left out.");
        }
        if empty {
            object.shift_remove(key);
        }
    }

    /// Keeps the sound items of a list; a list that is left empty goes, because the schemas want one item.
    fn list(&mut self, object: &mut Object, key: &str, place: &str, sound: impl Fn(&Json) -> bool) {
        let Some(value) = object.get(key) else { return };
        let items: Vec<Json> = value.as_array().into_iter().flatten().filter(|item| sound(item)).cloned().collect();
        if value.as_array().is_some_and(|list| list.len() == items.len() && !items.is_empty()) {
            return;
        }
        if items.is_empty() {
            object.shift_remove(key)
        } else {
            object.insert(key.to_owned(), Json::Array(items))
        };
        self.changed(place, "비었거나 맞지 않는 항목을 뺐습니다.", "Empty or wrong items were left out.");
    }

    fn references(&mut self, object: &mut Object, key: &str) {
        let Some(Json::Array(list)) = object.get_mut(key) else {
            if object.contains_key(key) {
                self.drop(object, key, key);
            }
            return;
        };
        for reference in list.iter_mut().filter_map(Json::as_object_mut) {
            reference.retain(|_, value| value.is_string());
            if !reference.contains_key("name") {
                let name = reference.values().next().cloned().unwrap_or_else(|| json!(""));
                reference.insert("name".to_owned(), name);
            }
        }
        self.list(object, key, key, Json::is_object);
    }

    fn extensions(&mut self, object: &mut Object, key: &str, place: &str) {
        let Some(value) = object.get_mut(key) else { return };
        let before = value.as_object().map_or(0, Map::len);
        if let Some(entries) = value.as_object_mut() {
            entries.retain(|id, entry| entry.is_object() && is_identifier(id));
        }
        let left = value.as_object().map_or(0, Map::len);
        if left == 0 {
            object.shift_remove(key);
        }
        if left < before || before == 0 {
            self.changed(place, "확장이 아닌 항목을 뺐습니다.", "What is no extension was left out.");
        }
    }

    fn set(&mut self, object: &mut Object, key: &str, value: Json) {
        if object.get(key) != Some(&value) {
            if object.contains_key(key) {
                self.changed(key, "규격에 맞는 값으로 바꿨습니다.", "Changed to a valid value.");
            }
            object.insert(key.to_owned(), value);
        }
    }

    fn drop(&mut self, object: &mut Object, key: &str, place: &str) {
        object.shift_remove(key);
        self.changed(place, "규격에 맞지 않아 뺐습니다.", "It is not valid and was left out.");
    }

    /// Moves top-level fields that CACAO does not know into our extension.
    fn keep_strangers(&mut self, playbook: &mut Object) {
        const KNOWN: [&str; 34] = [
            "type",
            "spec_version",
            "id",
            "name",
            "description",
            "playbook_types",
            "playbook_activities",
            "playbook_processing_summary",
            "created_by",
            "created",
            "modified",
            "revoked",
            "valid_from",
            "valid_until",
            "derived_from",
            "related_to",
            "priority",
            "severity",
            "impact",
            "industry_sectors",
            "labels",
            "external_references",
            "markings",
            "playbook_variables",
            "workflow_start",
            "workflow_exception",
            "workflow",
            "playbook_extensions",
            "authentication_info_definitions",
            "agent_definitions",
            "target_definitions",
            "extension_definitions",
            "data_marking_definitions",
            "signatures",
        ];
        let strangers: Vec<String> = playbook.keys().filter(|key| !KNOWN.contains(&key.as_str())).cloned().collect();
        if strangers.is_empty() {
            return;
        }
        let mut kept = Object::new();
        for key in strangers {
            self.changed(
                key.as_str(),
                "CACAO 2.0에 없는 항목이라 해태의 확장에 보관합니다.",
                "CACAO 2.0 has no such field; it is kept in Haetae's extension.",
            );
            let value = playbook.shift_remove(&key).unwrap_or_default();
            kept.insert(key, value);
        }
        playbook.entry("playbook_extensions").or_insert_with(|| json!({}))[HAETAE] = json!({"type": "haetae", "kept": kept});
        playbook.entry("extension_definitions").or_insert_with(|| json!({}))[HAETAE] = haetae_definition();
    }
}

/// The eight types of the standard; anything else is work to do.
fn known(kind: &str) -> &str {
    const KINDS: [&str; 7] = ["start", "end", "playbook-action", "parallel", "if-condition", "while-condition", "switch-condition"];
    if KINDS.contains(&kind) { kind } else { "action" }
}

fn is_address(key: &str, value: &Json) -> bool {
    let text = value.as_str().unwrap_or_default();
    match key {
        "ipv4" => text.parse::<std::net::Ipv4Addr>().is_ok(),
        "ipv6" => text.parse::<std::net::Ipv6Addr>().is_ok() && !text.contains('.'),
        // The schema's pattern wants a name with a dot and a top-level domain of two to six letters.
        "url" => text.rsplit('.').next().is_some_and(|last| {
            let letters = last.bytes().take_while(u8::is_ascii_lowercase).count();
            text.split('.').count() > 1 && (2..=6).contains(&letters) && text.is_ascii() && !text.contains(' ')
        }),
        "l2mac" => {
            let parts: Vec<&str> = text.split(':').collect();
            parts.len() == 6 && parts.iter().all(|part| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
        }
        "vlan" => value.as_u64().is_some_and(|number| number < 4096),
        _ => value.is_string(),
    }
}

/// A time as CACAO writes it, in UTC.
pub(super) fn stamp(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

fn timestamp(value: &Json) -> Option<String> {
    let text = value.as_str()?;
    let time = DateTime::parse_from_rfc3339(text).ok()?.with_timezone(&Utc);
    // A time that is valid as it is stays as precise as it is.
    Some(if text.ends_with('Z') && text.contains('T') { text.to_owned() } else { stamp(time) })
}
