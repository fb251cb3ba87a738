//! Writes the reference of the functions in one language: `docs/guide/LANGUAGE/functions.md`, or the file named as argument.
//!
//! The language is read from the file's folder, so that one generator serves both files.

use std::fmt::Write as _;
use std::path::Path;

use expression::{Example, Family, FunctionDoc, Parameter, functions};
use types::Language;

/// What the page says around the functions.
struct Words {
    title: &'static str,
    introduction: &'static str,
    parameter: &'static str,
    kinds: &'static str,
    purpose: &'static str,
    remark: &'static str,
    optional: &'static str,
    repeated: &'static str,
    named: &'static str,
    gives: &'static str,
    or_null: &'static str,
    example: &'static str,
    value: &'static str,
    depends: &'static str,
}

const KOREAN: Words = Words {
    title: "함수 목록",
    introduction: "표현식에서 쓰는 함수를 갈래별로 모았습니다. 종류가 맞지 않는 인자를 받으면 대개 null을 냅니다. \
        예의 값은 시간대 Asia/Seoul에서 계산한 것이며 `haetae expression eval`로 직접 해 볼 수 있습니다. \
        IP는 `{\"$ip\": …}`, 날짜는 `{\"$date\": …}`, 바이너리는 `{\"$binary\": …}`로 적습니다.",
    parameter: "인자",
    kinds: "종류",
    purpose: "뜻",
    remark: "비고",
    optional: "생략 가능",
    repeated: "여러 번",
    named: "이름으로 줄 수 있음",
    gives: "결과",
    or_null: "또는 null",
    example: "예",
    value: "값",
    depends: "실행마다 다름",
};

const ENGLISH: Words = Words {
    title: "Functions",
    introduction: "The functions of expressions, by family. An argument of the wrong kind usually gives null. The values of the \
        examples are those in the time zone Asia/Seoul; try any of them with `haetae expression eval`. Addresses are written as \
        `{\"$ip\": …}`, dates as `{\"$date\": …}`, bytes as `{\"$binary\": …}`.",
    parameter: "Parameter",
    kinds: "Kind",
    purpose: "What it is",
    remark: "Remark",
    optional: "optional",
    repeated: "any number of times",
    named: "may be given by name",
    gives: "Gives",
    or_null: "or null",
    example: "Example",
    value: "Value",
    depends: "differs from run to run",
};

fn main() -> std::io::Result<()> {
    let target = std::env::args().nth(1).unwrap_or_else(|| "docs/guide/en/functions.md".to_owned());
    let folder = Path::new(&target).parent().and_then(Path::file_name).and_then(|name| name.to_str());
    let (language, words) = if folder == Some("ko") { (Language::Ko, &KOREAN) } else { (Language::En, &ENGLISH) };
    std::fs::write(target, page(language, words))
}

fn page(language: Language, words: &Words) -> String {
    let mut text = format!(
        "<!-- Generated from src-tauri/crates/expression by `cargo xtask generate`. Do not edit. -->\n\n# {}\n\n{}\n",
        words.title, words.introduction
    );
    let mut family: Option<Family> = None;
    for function in functions() {
        if family != Some(function.family) {
            family = Some(function.family);
            let _ = writeln!(text, "\n## {}", function.family.label().get(language));
        }
        write(&mut text, function, language, words);
    }
    text
}

fn write(text: &mut String, function: &FunctionDoc, language: Language, words: &Words) {
    let _ = write!(text, "\n### {}\n\n`{}`\n\n{}\n", function.name, function.signature, function.summary().get(language));
    if !function.parameters.is_empty() {
        let _ = write!(text, "\n| {} | {} | {} | {} |\n|---|---|---|---|\n", words.parameter, words.kinds, words.purpose, words.remark);
        for parameter in function.parameters {
            let kinds = parameter.kinds.describe();
            let purpose = function.explain(parameter);
            let (kinds, purpose) = (kinds.get(language), purpose.get(language));
            let _ = writeln!(text, "| `{}` | {kinds} | {purpose} | {} |", parameter.name, remark(parameter, words));
        }
    }
    let _ = write!(text, "\n{}: {} {}\n", words.gives, function.result.describe().get(language), words.or_null);
    if !function.examples.is_empty() {
        let _ = write!(text, "\n| {} | {} |\n|---|---|\n", words.example, words.value);
        for Example { expression, result } in function.examples {
            let value = result.map_or_else(|| words.depends.to_owned(), code);
            let _ = writeln!(text, "| {} | {value} |", code(expression));
        }
    }
}

fn remark(parameter: &Parameter, words: &Words) -> String {
    let said = [(!parameter.required, words.optional), (parameter.repeated, words.repeated), (parameter.named, words.named)];
    said.iter().filter(|(holds, _)| *holds).map(|(_, word)| *word).collect::<Vec<_>>().join(", ")
}

/// Returns a code span for a table's cell: a bar would end the cell, a backtick the span.
fn code(text: &str) -> String {
    let fence = if text.contains('`') { "`` " } else { "`" };
    let close: String = fence.chars().rev().collect();
    format!("{fence}{}{close}", text.replace('|', "\\|").replace('\n', " "))
}
