//! Playbooks that come and go as files.

use serde_json::{Value as Json, json};
use testkit::{Workspace, person};
use types::Error;
use wire::exchange::{ComparePlaybooks, Compared, ExchangeFormat, ExportPlaybook, ImportPlaybook, ImportedPlaybook};
use wire::playbook::{Document, PlaybookRef, SavePlaybook};

async fn world() -> Workspace {
    Workspace::with_connections(&["virustotal"]).await
}

fn looking() -> Json {
    let look = json!({"type": "action", "app": "virustotal", "command": "ip-report", "parameters": {"ip": "{{ ip }}"}, "colour": "red"});
    let inputs = json!([{"name": "ip", "type": "ip"}]);
    json!({"format": 1, "id": "look", "inputs": inputs, "tasks": {"look": look}, "links": [{"from": "start", "to": "look"}]})
}

async fn import(world: &Workspace, text: String) -> Result<ImportedPlaybook, Error> {
    world.host.playbook_import(&person("kim"), ImportPlaybook { text, name: Some("Look at it.json".to_owned()) }).await
}

async fn export(world: &Workspace, id: &str, format: ExchangeFormat) -> Json {
    let exported = world.host.playbook_export(ExportPlaybook { id: id.to_owned(), version: None, format }).await.unwrap();
    serde_json::from_str(&exported.text).unwrap()
}

#[tokio::test]
async fn an_import_is_disabled_and_never_stands_in_the_place_of_another() {
    let world = world().await;
    let first = import(&world, looking().to_string()).await.unwrap();
    let second = import(&world, looking().to_string()).await.unwrap();
    assert_eq!((first.id.as_str(), first.renamed_from.as_deref()), ("look", None));
    assert_eq!((second.id.as_str(), second.renamed_from.as_deref()), ("look-2", Some("look")));
    assert_eq!(world.try_start("look", json!({})).await.unwrap_err().code, "PLAYBOOK-DISABLED");
    assert_eq!((first.uses.actions[0].app.as_str(), first.uses.actions[0].known), ("virustotal", true));
    assert_eq!((first.uses.connections[0].name.as_str(), first.uses.connections[0].known), ("default", true));
    assert_eq!(world.host.playbook_uses(PlaybookRef { id: "look-2".to_owned() }).await.unwrap(), second.uses);
    // What the program does not understand is still there.
    assert_eq!(export(&world, "look", ExchangeFormat::Json).await, looking());
}

#[tokio::test]
async fn a_playbook_comes_back_from_cacao_as_it_was() {
    let world = world().await;
    world.save(looking()).await;
    let foreign = export(&world, "look", ExchangeFormat::Cacao).await;
    assert_eq!(foreign["spec_version"], "cacao-2.0");
    let imported = import(&world, foreign.to_string()).await.unwrap();
    assert_eq!((imported.id.as_str(), imported.format, imported.losses.len()), ("look-2", ExchangeFormat::Cacao, 0));
    let mut expected = looking();
    expected["id"] = json!("look-2");
    assert_eq!(export(&world, "look-2", ExchangeFormat::Json).await, expected);
}

#[tokio::test]
async fn what_cannot_be_imported_leaves_nothing_behind() {
    let world = world().await;
    for (text, code) in [("{", "PLAYBOOK-FORMAT"), ("{\"format\": 9, \"id\": \"x\", \"tasks\": {}}", "PBK-002")] {
        assert_eq!(import(&world, text.to_owned()).await.unwrap_err().code, code);
    }
    let newer = json!({"type": "playbook", "spec_version": "cacao-3.0"}).to_string();
    assert_eq!(import(&world, newer).await.unwrap_err().code, "CACAO-NEWER");
    assert_eq!(world.host.playbook_list().await.unwrap().playbooks, []);
}

#[tokio::test]
async fn versions_are_compared_with_each_other_and_with_documents() {
    let world = world().await;
    world.save(looking()).await;
    let mut changed = looking();
    changed["tasks"]["look"]["timeout"] = json!("30s");
    let request = SavePlaybook { document: Document(changed.clone()), base: 1, comment: String::new() };
    world.host.playbook_save(&person("kim"), request).await.unwrap();
    let compare = |from, to| world.host.playbook_compare(ComparePlaybooks { id: Some("look".to_owned()), from, to });
    let compared = compare(Compared::Version(1), Compared::Version(2)).await.unwrap();
    assert_eq!((compared.comparison.tasks.len(), compared.comparison.meaning), (1, true));
    let same = compare(Compared::Version(2), Compared::Document(Document(changed))).await.unwrap();
    assert!(same.comparison.is_empty());
    assert_eq!(compare(Compared::Version(1), Compared::Draft).await.unwrap_err().code, "NOT-FOUND");
}

#[tokio::test]
async fn a_shipped_playbook_comes_with_its_recorded_courses() {
    let world = world().await;
    for own in apps::shipped::PLAYBOOKS {
        let courses = world.host.playbook_rehearsals(own.id).rehearsals;
        let cases: Vec<Option<&str>> = courses.iter().map(|course| course.case.as_deref()).collect();
        let others = own.more_rehearsals.iter().map(|(case, _)| Some(*case));
        assert_eq!(cases, std::iter::once(None).chain(others).collect::<Vec<_>>(), "{}", own.id);
        for course in courses {
            let has = |part: &str| course.rehearsal.get(part).is_some_and(Json::is_object);
            assert!(has("input") && (has("replies") || has("answers")), "{} {:?}", own.id, course.case);
        }
    }
    assert!(world.host.playbook_rehearsals("look").rehearsals.is_empty());
}
