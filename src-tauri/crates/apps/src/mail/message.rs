//! From a command's parameters to a message, with every address and header line checked.

use engine::message::TaskError;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Mailboxes, MultiPart, SinglePart};
use lettre::{Address, Message};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::html;
use crate::error::{code, task_error};

/// The most recipients of one message; beyond it, a list server is the right way.
const RECIPIENTS: usize = 200;

/// The longest subject.
const SUBJECT: usize = 1_000;

/// The longest body, in bytes.
const BODY: usize = 5 << 20;

/// A message, ready to be sent.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) id: String,
    pub(crate) from: Address,
    /// Everybody it goes to, nobody twice.
    pub(crate) recipients: Vec<Address>,
    pub(crate) bytes: Vec<u8>,
}

/// Builds the message of `send`.
///
/// # Errors
/// MAIL-ADDRESS, MAIL-HEADER or APP-002.
pub(crate) fn prepare(parameters: &Map<String, Json>, from: &str) -> Result<Prepared, TaskError> {
    let from = sender(from)?;
    let (to, cc) = (mailboxes("to", parameters.get("to"))?, mailboxes("cc", parameters.get("cc"))?);
    if to.is_empty() {
        return Err(task_error(code::MAIL_ADDRESS, "The parameter `to` names nobody."));
    }
    let mut recipients: Vec<Address> = Vec::new();
    for mailbox in to.iter().chain(&cc) {
        if !recipients.contains(&mailbox.email) {
            recipients.push(mailbox.email.clone());
        }
    }
    if recipients.len() > RECIPIENTS {
        return Err(task_error(
            code::MAIL_ADDRESS,
            format!("The mail has {} recipients; {RECIPIENTS} is the most. Use the address of a mailing list.", recipients.len()),
        ));
    }
    let subject = text(parameters, "subject");
    one_line("subject", subject)?;
    if subject.chars().count() > SUBJECT {
        return Err(task_error(code::PARAMETER, format!("The parameter `subject` is longer than {SUBJECT} characters.")));
    }
    let body = text(parameters, "body");
    if body.len() > BODY {
        return Err(task_error(code::PARAMETER, format!("The parameter `body` is longer than {} MiB.", BODY >> 20)));
    }
    let body = lines(body);
    let id = format!("<{}@{}>", Uuid::new_v4(), from.email.domain());
    let mut builder = Message::builder().from(from.clone()).subject(subject).message_id(Some(id.clone())).header(AutoSubmitted);
    for mailbox in to {
        builder = builder.to(mailbox);
    }
    for mailbox in cc {
        builder = builder.cc(mailbox);
    }
    let alternative = |plain: String, fragment: String| MultiPart::alternative_plain_html(plain, html::page(&fragment));
    let message = match text(parameters, "format") {
        "markdown" => builder.multipart(alternative(body.clone(), html::of_markdown(&body))),
        "html" => {
            let fragment = html::cleaned(&body);
            builder.multipart(alternative(html::text_of(&fragment), fragment))
        }
        _ => builder.singlepart(SinglePart::plain(body)),
    };
    let message = message.map_err(|error| task_error(code::MAIL_ADDRESS, format!("The mail cannot be put together: {error}.")))?;
    Ok(Prepared { id, from: from.email, recipients, bytes: message.formatted() })
}

/// Reads the sender of a connection.
pub(crate) fn sender(from: &str) -> Result<Mailbox, TaskError> {
    one_line("from", from)?;
    from.trim().parse().map_err(|_| task_error(code::CONNECTION, format!("The connection's sender {from:?} is no mail address.")))
}

fn text<'a>(parameters: &'a Map<String, Json>, name: &str) -> &'a str {
    parameters.get(name).and_then(Json::as_str).unwrap_or_default()
}

/// Reads the recipients of one header: a text with commas, or a list of such texts.
fn mailboxes(name: &str, value: Option<&Json>) -> Result<Vec<Mailbox>, TaskError> {
    let wrong = |value: &Json| {
        let shown: String = value.to_string().chars().take(120).collect();
        task_error(code::MAIL_ADDRESS, format!("The parameter `{name}` holds {shown}, which is no mail address."))
    };
    match value {
        None | Some(Json::Null) => Ok(Vec::new()),
        Some(Json::String(text)) => {
            one_line(name, text)?;
            let text = text.trim().trim_end_matches(',');
            if text.is_empty() {
                return Ok(Vec::new());
            }
            let parsed: Mailboxes = text.parse().map_err(|_| wrong(&Json::String(text.to_owned())))?;
            Ok(parsed.into_iter().collect())
        }
        Some(Json::Array(items)) => {
            let mut all = Vec::new();
            for item in items {
                match item {
                    Json::String(_) => all.extend(mailboxes(name, Some(item))?),
                    other => return Err(wrong(other)),
                }
            }
            Ok(all)
        }
        Some(other) => Err(wrong(other)),
    }
}

/// Refuses what would begin another header line.
fn one_line(name: &str, text: &str) -> Result<(), TaskError> {
    match text.chars().find(|sign| sign.is_control() && *sign != '\t') {
        None => Ok(()),
        Some(_) => Err(task_error(code::MAIL_HEADER, format!("`{name}` holds a line break or another control character."))),
    }
}

/// Returns text with the line ends that mail wants, and without control characters that a server might read differently than we do.
fn lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(|sign| !sign.is_control() || matches!(sign, '\n' | '\t')).collect::<String>().replace('\n', "\r\n")
}

/// Says that a program wrote the mail, so that holiday notices do not answer it (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn prepared(parameters: Json) -> Result<Prepared, String> {
        let parameters: Map<String, Json> = serde_json::from_value(parameters).unwrap();
        prepare(&parameters, "관제센터 <soc@haetae.example>").map_err(|error| error.code)
    }

    fn written(parameters: Json) -> String {
        String::from_utf8(prepared(parameters).unwrap().bytes).unwrap()
    }

    #[test]
    fn recipients_are_a_text_or_a_list_and_nobody_stands_twice() {
        let both = prepared(json!({"to": "Kim <kim@a.example>, lee@a.example", "cc": ["kim@a.example", "\"Park, J\" <park@b.example>"]}));
        let addresses: Vec<String> = both.unwrap().recipients.iter().map(ToString::to_string).collect();
        assert_eq!(addresses, ["kim@a.example", "lee@a.example", "park@b.example"]);
        assert_eq!(prepared(json!({"to": ["김철수 <kim@a.example>"]})).unwrap().recipients.len(), 1);
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for to in [json!("kim"), json!("kim@"), json!("a b@c.example d"), json!(["a@b.example", 7]), json!([]), json!(" "), json!({"a": 1})]
        {
            assert_eq!(prepared(json!({"to": to})).unwrap_err(), "MAIL-ADDRESS", "{to}");
        }
        let many: Vec<String> = (0..201).map(|number| format!("a{number}@b.example")).collect();
        assert_eq!(prepared(json!({"to": many})).unwrap_err(), "MAIL-ADDRESS");
    }

    #[test]
    fn no_value_begins_a_header_line() {
        let hostile = "x\r\nBcc: evil@e.example";
        assert_eq!(prepared(json!({"to": "a@b.example", "subject": hostile})).unwrap_err(), "MAIL-HEADER");
        assert_eq!(prepared(json!({"to": "a@b.example\nBcc: evil@e.example"})).unwrap_err(), "MAIL-HEADER");
        assert_eq!(prepared(json!({"to": ["a@b.example\rX"]})).unwrap_err(), "MAIL-HEADER");
        assert_eq!(prepared(json!({"to": "a@b.example", "cc": "\"x\0\" <c@b.example>"})).unwrap_err(), "MAIL-HEADER");
        let parameters: Map<String, Json> = serde_json::from_value(json!({"to": "a@b.example"})).unwrap();
        assert_eq!(prepare(&parameters, "soc@h.example\r\nX: y").unwrap_err().code, "MAIL-HEADER");
    }

    #[test]
    fn a_text_has_one_part_and_its_lines_end_as_mail_wants() {
        let mail = written(json!({"to": "a@b.example", "subject": "plain", "body": "one\rtwo\nthree\r\n.\n\u{0}end"}));
        assert!(mail.contains("Content-Type: text/plain; charset=utf-8\r\n"), "{mail}");
        assert!(mail.ends_with("\r\n\r\none\r\ntwo\r\nthree\r\n.\r\nend\r\n"), "{mail:?}");
        assert!(mail.contains("Auto-Submitted: auto-generated\r\n") && mail.contains("@haetae.example>\r\n"), "{mail}");
    }

    #[test]
    fn markdown_and_html_go_with_a_plain_text() {
        let mail = written(json!({"to": "a@b.example", "format": "markdown", "body": "**bold** <script>x</script>"}));
        assert!(mail.contains("multipart/alternative") && mail.contains("<strong>bold</strong>"), "{mail}");
        let mail = written(json!({"to": "a@b.example", "format": "html", "body": "<p>hello</p><script>x</script>"}));
        assert!(mail.contains("\r\n\r\nhello\r\n") && mail.contains("<p>hello</p>") && !mail.contains("<script>"), "{mail}");
    }
}
