//! Reading `app.toml` with diagnostics, and compiling what it says.

use expression::{JsonTemplate, Program};
use indexmap::IndexMap;
use serde_json::Value as Json;
use types::Diagnostic;

use super::{Auth, Command, FORMAT, Kind, Manifest, RATE_OPTION, Request};
use crate::app::{App, CompiledCommand, CompiledErrors, CompiledOutput, CompiledRequest, PathPart};

/// Reads an `app.toml`; the app is there when no diagnostic is an error.
///
/// A diagnostic's `target.field` is the path in the manifest, such as `commands.check.output.score.value`.
pub fn read(text: &str) -> (Option<App>, Vec<Diagnostic>) {
    let manifest: Manifest = match toml::from_str(text) {
        Ok(manifest) => manifest,
        Err(error) => {
            let mut diagnostic = Diagnostic::error(
                "APM-001",
                format!("앱 정의를 읽을 수 없습니다: {}", error.message()),
                format!("The manifest cannot be read: {}", error.message()),
            );
            if let Some(span) = error.span() {
                diagnostic = diagnostic.at(span.start, span.end);
            }
            return (None, vec![diagnostic]);
        }
    };
    let mut reading = Reading { diagnostics: Vec::new() };
    let app = reading.app(manifest);
    let broken = reading.diagnostics.iter().any(Diagnostic::is_error);
    ((!broken).then_some(app), reading.diagnostics)
}

struct Reading {
    diagnostics: Vec<Diagnostic>,
}

impl Reading {
    fn error(&mut self, field: impl Into<String>, code: &str, ko: impl Into<String>, en: impl Into<String>) {
        let mut diagnostic = Diagnostic::error(code, ko, en);
        diagnostic.target.field = Some(field.into());
        self.diagnostics.push(diagnostic);
    }

    fn warning(&mut self, field: impl Into<String>, code: &str, ko: impl Into<String>, en: impl Into<String>) {
        let mut diagnostic = Diagnostic::warning(code, ko, en);
        diagnostic.target.field = Some(field.into());
        self.diagnostics.push(diagnostic);
    }

    fn app(&mut self, manifest: Manifest) -> App {
        if manifest.format != FORMAT {
            self.error(
                "format",
                "APM-002",
                format!("형식 {}은(는) 이 버전의 해태가 읽을 수 없습니다. 읽을 수 있는 형식은 {FORMAT}입니다.", manifest.format),
                format!("Format {} is not one this version of Haetae reads; it reads format {FORMAT}.", manifest.format),
            );
        }
        if !is_id(&manifest.id) {
            self.bad_id("id", &manifest.id);
        }
        self.connection(&manifest);
        let errors = CompiledErrors {
            message: self.program("errors.message", manifest.errors.message.as_deref(), &ANSWER),
            retry_after: self.program("errors.retry_after", manifest.errors.retry_after.as_deref(), &ANSWER),
            when: self.program("errors.when", manifest.errors.when.as_deref(), &ANSWER),
        };
        let options: Vec<&str> = manifest.options.iter().map(|option| option.name.as_str()).collect();
        let test = manifest.test.as_ref().map(|request| self.request("test", request, &[], &options));
        if manifest.kind == Kind::Http && test.is_none() {
            self.error("test", "APM-006", "연결 시험 요청(test)이 없습니다.", "The request of the connection test (test) is missing.");
        }
        if manifest.kind != Kind::Http && (test.is_some() || manifest.auth.is_some()) {
            self.error(
                if test.is_some() { "test" } else { "auth" },
                "APM-005",
                "HTTP 앱만 요청과 인증 방식(test, auth)을 적습니다.",
                "Only an HTTP app describes requests and how they carry a credential (test, auth).",
            );
        }
        let commands = manifest
            .commands
            .iter()
            .map(|(id, command)| (id.clone(), self.command(&format!("commands.{id}"), id, command, manifest.kind, &options)))
            .collect();
        App { errors, test, commands, manifest }
    }

    /// Checks what belongs to the connection: its options, its credential, and how requests carry it.
    fn connection(&mut self, manifest: &Manifest) {
        let has_option = |name: &str| manifest.options.iter().any(|option| option.name == name);
        for name in manifest.kind.options().iter().filter(|name| !has_option(name)) {
            self.error(
                "options",
                "APM-006",
                format!("이 종류의 앱에는 연결 옵션 `{name}`이(가) 있어야 합니다."),
                format!("An app of this kind needs the option `{name}` of its connections."),
            );
        }
        if let Some(rate) = manifest.options.iter().position(|option| option.name == RATE_OPTION)
            && manifest.options[rate].kind != playbook::ValueType::Number
        {
            self.error(format!("options[{rate}].type"), "APM-005", "이 옵션은 숫자여야 합니다.", "This option has to be a number.");
        }
        let used = match &manifest.auth {
            None => manifest.kind.credential().iter().map(|field| ("credential", *field)).collect(),
            Some(Auth::Header { name, field, .. }) => {
                if reqwest::header::HeaderName::from_bytes(name.as_bytes()).is_err() {
                    self.error("auth.name", "APM-005", "HTTP 헤더 이름이 아닙니다.", "This is not the name of an HTTP header.");
                }
                vec![("auth.field", field.as_str())]
            }
            Some(Auth::Query { field, .. }) => vec![("auth.field", field.as_str())],
            Some(Auth::Basic { user, password }) => vec![("auth.user", user.as_str()), ("auth.password", password.as_str())],
        };
        for (place, field) in &used {
            if !manifest.credential.iter().any(|known| known.name == *field) {
                self.error(
                    *place,
                    "APM-007",
                    format!("자격증명에 `{field}` 필드가 없습니다."),
                    format!("The credential has no field `{field}`."),
                );
            }
        }
        for (position, field) in manifest.credential.iter().enumerate() {
            if !used.iter().any(|(_, name)| *name == field.name) {
                self.warning(
                    format!("credential[{position}]"),
                    "APM-009",
                    format!("자격증명 필드 `{}`을(를) 쓰는 곳이 없습니다.", field.name),
                    format!("Nothing uses the credential field `{}`.", field.name),
                );
            }
        }
    }

    fn command(&mut self, place: &str, id: &str, command: &Command, kind: Kind, options: &[&str]) -> CompiledCommand {
        if !is_id(id) {
            self.bad_id(place, id);
        }
        if kind.commands().is_some_and(|known| !known.contains(&id)) {
            self.error(
                place,
                "APM-010",
                format!("이 종류의 앱에는 명령 `{id}`이(가) 없습니다."),
                format!("An app of this kind has no command `{id}`."),
            );
        }
        let parameters: Vec<&str> = command.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
        for (position, name) in parameters.iter().enumerate() {
            let reserved = kind == Kind::Http && RESERVED.contains(name);
            if !types::is_name(name) || reserved || parameters[..position].contains(name) {
                self.error(
                    format!("{place}.parameters[{position}].name"),
                    "APM-003",
                    format!("`{name}`은(는) 매개변수 이름으로 쓸 수 없거나 이미 있습니다."),
                    format!("`{name}` cannot be the name of a parameter, or is there already."),
                );
            }
        }
        if command.destructive && command.undo.is_none() {
            self.error(
                format!("{place}.undo"),
                "APM-006",
                "파괴적인 명령에는 되돌리는 방법(undo)을 적어야 합니다.",
                "A destructive command has to say how to take it back (undo).",
            );
        }
        if let Some(blocks) = &command.blocks
            && !parameters.contains(&blocks.as_str())
        {
            self.unknown_name(&format!("{place}.blocks"), blocks);
        }
        let bare: Vec<&str> = parameters.iter().copied().chain(REQUEST).collect();
        let skip_when = self.program(&format!("{place}.skip_when"), command.skip_when.as_deref(), &bare);
        let request = match (&command.request, kind) {
            (Some(request), Kind::Http) => Some(self.request(&format!("{place}.request"), request, &parameters, options)),
            (None, Kind::Http) => {
                self.error(format!("{place}.request"), "APM-006", "보낼 요청(request)이 없습니다.", "What is sent (request) is missing.");
                None
            }
            (Some(_), Kind::Own | Kind::Smtp | Kind::Sql) => {
                self.error(
                    format!("{place}.request"),
                    "APM-005",
                    "HTTP 앱의 명령만 요청을 적습니다.",
                    "Only the commands of an HTTP app describe a request.",
                );
                None
            }
            (None, Kind::Own | Kind::Smtp | Kind::Sql) => None,
        };
        let mut output = IndexMap::new();
        for (name, field) in &command.output {
            let place = format!("{place}.output.{name}");
            if !types::is_name(name) {
                self.bad_id(&place, name);
            }
            if field.value.is_none() && kind == Kind::Http {
                self.error(
                    format!("{place}.value"),
                    "APM-006",
                    "값을 구하는 식(value)이 없습니다.",
                    "The expression of its value is missing.",
                );
            }
            let program = self.program(&format!("{place}.value"), field.value.as_deref(), &OUTPUT);
            output.insert(name.clone(), CompiledOutput { program, required: field.required, default: field.default.clone() });
        }
        CompiledCommand { skip_when, request, output }
    }

    fn request(&mut self, place: &str, request: &Request, parameters: &[&str], options: &[&str]) -> CompiledRequest {
        if request.json.is_some() && request.form.is_some() {
            self.error(place, "APM-005", "json과 form을 함께 쓸 수 없습니다.", "There is both a json and a form body; keep one.");
        }
        for name in request.headers.keys() {
            if reqwest::header::HeaderName::from_bytes(name.as_bytes()).is_err() {
                self.error(
                    format!("{place}.headers.{name}"),
                    "APM-005",
                    "HTTP 헤더 이름이 아닙니다.",
                    "This is not the name of an HTTP header.",
                );
            }
        }
        let bare: Vec<&str> = parameters.iter().copied().chain(REQUEST).collect();
        let fields =
            |entries: &IndexMap<String, Json>| Json::Object(entries.iter().map(|(key, value)| (key.clone(), value.clone())).collect());
        CompiledRequest {
            method: request.method,
            path: self.path(&format!("{place}.path"), &request.path, parameters, options),
            query: self.template(&format!("{place}.query"), Some(&fields(&request.query)), &bare),
            headers: self.template(&format!("{place}.headers"), Some(&fields(&request.headers)), &bare),
            json: self.template(&format!("{place}.json"), request.json.as_ref(), &bare),
            form: self.template(&format!("{place}.form"), request.form.as_ref().map(fields).as_ref(), &bare),
            answer: request.answer,
        }
    }

    fn path(&mut self, place: &str, path: &str, parameters: &[&str], options: &[&str]) -> Vec<PathPart> {
        let mut parts = Vec::new();
        let Some(inside) = path.strip_prefix('/') else {
            self.error(place, "APM-005", "경로는 /로 시작해야 합니다.", "A path starts with /.");
            return parts;
        };
        for segment in inside.split('/') {
            match segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
                Some(name) if parameters.contains(&name) => parts.push(PathPart::Parameter(name.to_owned())),
                Some(name) if options.contains(&name) => parts.push(PathPart::Option(name.to_owned())),
                Some(name) => self.unknown_name(place, name),
                None if segment.contains(['{', '}', '?', '#', '%', '\\']) || matches!(segment, "." | "..") => self.error(
                    place,
                    "APM-005",
                    format!("경로 조각 `{segment}`을(를) 쓸 수 없습니다. 매개변수는 조각 하나를 통째로 차지합니다."),
                    format!("The path segment `{segment}` cannot be used; a parameter is a whole segment."),
                ),
                None => parts.push(PathPart::Text(segment.to_owned())),
            }
        }
        parts
    }

    fn program(&mut self, place: &str, text: Option<&str>, names: &[&str]) -> Option<Program> {
        match Program::compile(text?) {
            Ok(program) => {
                for name in program.names() {
                    if !names.contains(&name.name.as_ref()) {
                        self.unknown_name(place, &name.name);
                    }
                }
                Some(program)
            }
            Err(diagnostics) => {
                self.diagnostics.extend(diagnostics.into_iter().map(|mut diagnostic| {
                    diagnostic.target.field = Some(place.to_owned());
                    diagnostic
                }));
                None
            }
        }
    }

    fn template(&mut self, place: &str, json: Option<&Json>, names: &[&str]) -> Option<JsonTemplate> {
        match JsonTemplate::compile(json?) {
            Ok(template) => {
                for name in template.names() {
                    if !names.contains(&name.name.as_ref()) {
                        self.unknown_name(place, &name.name);
                    }
                }
                Some(template)
            }
            Err(diagnostics) => {
                self.diagnostics.extend(diagnostics.into_iter().map(|mut diagnostic| {
                    let inner = diagnostic.target.field.take().map(|inner| format!(".{inner}")).unwrap_or_default();
                    diagnostic.target.field = Some(format!("{place}{inner}"));
                    diagnostic
                }));
                None
            }
        }
    }

    fn unknown_name(&mut self, place: &str, name: &str) {
        self.error(
            place,
            "APM-004",
            format!("`{name}`은(는) 여기서 읽을 수 있는 이름이 아닙니다."),
            format!("`{name}` is not a name that can be read here."),
        );
    }

    fn bad_id(&mut self, place: &str, id: &str) {
        self.error(
            place,
            "APM-003",
            format!("`{id}`은(는) 이름으로 쓸 수 없습니다. 영문 소문자로 시작하고 소문자, 숫자, `-`만 쓰세요."),
            format!("`{id}` cannot be a name: start with a lower-case letter, then lower-case letters, digits and `-`."),
        );
    }
}

/// What expressions over a request may read beside the parameters.
const REQUEST: [&str; 2] = ["parameters", "options"];

/// What expressions over an answer may read.
const ANSWER: [&str; 3] = ["status", "headers", "body"];

/// What the expressions of an output may read.
const OUTPUT: [&str; 5] = ["status", "headers", "body", "parameters", "options"];

/// Names that a parameter cannot have, because expressions read something else by them.
const RESERVED: [&str; 5] = OUTPUT;

/// Tells whether a text is the id of an app or a command.
fn is_id(text: &str) -> bool {
    text.len() <= 64
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}
