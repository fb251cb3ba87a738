//! What each parameter is for. Most names mean the same in every function that has them; what differs stands under the function's name.

use types::Text;

/// Parameters by name, or by `function.name` where a function means something of its own.
static PROSE: &[(&str, &str, &str)] = &[
    ("address", "IP 주소. 문자열이나 IP 값.", "The address, as a text or an ip."),
    ("algorithm", "해시 이름: md5, sha1, sha256, sha384, sha512.", "The hash: md5, sha1, sha256, sha384 or sha512."),
    ("amount", "더할 단위의 수. 음수면 앞으로 간다.", "How many units; negative goes back."),
    ("base", "밑.", "The number that is raised."),
    ("begin", "첫 글자의 자리, 0부터. 음수면 끝에서 센다.", "The place of the first character, from 0; negative counts from the end."),
    ("binary", "바이트.", "The bytes."),
    ("bound", "결과가 항상 이보다 작다. 1 이상.", "The result is always below this; at least 1."),
    (
        "candidate",
        "비교할 값이나 목록. 문자열 상수의 *는 아무 문자열과 맞는다.",
        "A value to compare with, or a list of them; * in a text literal stands for any run.",
    ),
    ("charset", "문자 집합의 IANA 이름. 없으면 utf-8.", "The character set by its IANA name; utf-8 when left out."),
    ("cipher", "알고리즘/모드/채움, 예: AES/CBC/PKCS5Padding.", "Algorithm/mode/padding, such as AES/CBC/PKCS5Padding."),
    (
        "columns",
        "열의 이름 목록, 또는 이름과 제목의 맵. 없으면 모든 열.",
        "The names of the columns, or a map of names to headings; all columns when left out.",
    ),
    ("condition", "null과 false만 성립하지 않는다.", "Only null and false do not hold."),
    ("count", "글자 수.", "How many characters."),
    ("data", "암호화하거나 풀 바이트.", "The bytes to encrypt or decrypt."),
    ("date", "날짜.", "The date."),
    ("default", "값이 null일 때 쓸 값.", "What is taken when the value is null."),
    ("digits", "남길 소수 자릿수. 음수면 소수점 왼쪽 자리.", "How many decimals are kept; negative works left of the point."),
    ("direction", "\"asc\" 또는 \"desc\".", "\"asc\" or \"desc\"."),
    ("dividend", "나누어지는 수.", "The number that is divided."),
    ("divisor", "나누는 수.", "What it is divided by."),
    ("else", "조건이 성립하지 않을 때의 값.", "The value when the condition does not hold."),
    ("end", "끝 자리. 이 자리는 들어가지 않으며 음수면 끝에서 센다.", "Where it ends, this place left out; negative counts from the end."),
    ("exponent", "지수.", "The power."),
    (
        "expression",
        "항목마다 계산할 식. _1, _2 …로 각 목록의 항목을 쓴다.",
        "What is evaluated for each item; _1, _2 and so on are the items of the lists.",
    ),
    ("from", "찾기 시작할 자리, 0부터.", "Where the search starts, from 0."),
    ("interval", "간격, 예: 1d, 12h, 1mon. 없으면 하루.", "The step, such as 1d, 12h or 1mon; a day when left out."),
    ("iv", "초기화 벡터. CBC는 16바이트, GCM은 보통 12바이트.", "The initial vector: 16 bytes for CBC, usually 12 for GCM."),
    (
        "keyregex",
        "키 전체와 맞아야 하는 정규식. 없으면 모든 키.",
        "A regular expression that the whole key has to match; all keys when left out.",
    ),
    ("kvsep", "키와 값 사이의 문자열.", "What stands between a key and its value."),
    ("length", "결과의 글자 수.", "The length of the result in characters."),
    ("limit", "조각의 최대 개수, 2 이상.", "The most pieces; at least 2."),
    ("list", "목록.", "The list."),
    ("locale", "월과 요일 이름의 언어: en 또는 ko.", "The language of month and weekday names: en or ko."),
    ("map", "맵.", "The map."),
    ("mode", "\"re\"면 from을 정규식으로 읽는다.", "\"re\" reads from as a regular expression."),
    ("more", "다음 조건과 값, 또는 마지막 기본값.", "Further conditions with their values, or the default at the end."),
    ("name", "변수의 이름 그대로.", "The very name of the variable."),
    ("number", "숫자. 문자열은 읽지 않는다.", "A number; a text is not read as one."),
    ("offset", "구간의 경계를 옮길 기간, 예: 9h.", "How far the edges of the buckets are moved, such as 9h."),
    ("pad", "채울 문자열. 없으면 공백.", "What fills the room; blanks when left out."),
    ("pairsep", "쌍 사이의 문자열.", "What stands between two pairs."),
    ("part", "찾을 문자열.", "The text that is looked for."),
    ("prefix", "네트워크 비트 수. IPv4는 0–32, IPv6는 0–128.", "The bits of the network: 0 to 32 for IPv4, 0 to 128 for IPv6."),
    ("regex", "정규식. 앞뒤 탐색과 역참조는 없다.", "The regular expression; no look-around and no back-references."),
    ("rows", "행의 목록. 행은 맵이나 목록이다.", "The rows; each is a map or a list."),
    ("seed", "같은 씨앗은 항상 같은 난수를 준다.", "The same seed always gives the same number."),
    ("separator", "사이에 놓이는 문자열.", "What stands between the pieces."),
    ("span", "기간, 예: 90m, 3d, 1mon.", "A span, such as 90m, 3d or 1mon."),
    ("text", "문자열. 다른 값은 글로 바꾼다.", "The text; other values are converted to it."),
    ("then", "조건이 성립할 때의 값.", "The value when the condition holds."),
    ("to", "대신 놓을 문자열. 정규식이면 $1은 그룹.", "What takes its place; with a regular expression $1 is a group."),
    ("unit", "단위: year, mon, day, hour, min, sec, msec.", "The unit: year, mon, day, hour, min, sec or msec."),
    ("value", "값.", "The value."),
    ("date.text", "읽을 문자열.", "The text that is read."),
    ("date.format", "자바 날짜 글자, 예: yyyy-MM-dd HH:mm:ss.", "Java's date letters, such as yyyy-MM-dd HH:mm:ss."),
    ("string.format", "자바 날짜 글자. 값이 날짜일 때만 쓴다.", "Java's date letters; only for a date."),
    ("str.format", "자바 날짜 글자. 값이 날짜일 때만 쓴다.", "Java's date letters; only for a date."),
    ("string.locale", "언어(en, ko)나 시간대(UTC, GMT+9, Asia/Seoul).", "A language (en, ko) or a zone (UTC, GMT+9, Asia/Seoul)."),
    ("str.locale", "언어(en, ko)나 시간대(UTC, GMT+9, Asia/Seoul).", "A language (en, ko) or a zone (UTC, GMT+9, Asia/Seoul)."),
    (
        "x => …",
        "항목마다 계산할 식. 화살표 앞의 이름이 항목이다: hit => hit.score.",
        "What is evaluated for each item; the name before the arrow is the item: hit => hit.score.",
    ),
    ("x => key", "항목마다 계산해 그 값으로 정렬한다.", "What is evaluated for each item; the items are ordered by its value."),
    ("dict.key", "키가 되는 문자열.", "The text of the key."),
    ("dict.value", "그 키의 값.", "The value of the key."),
    ("encrypt.key", "16, 24 또는 32바이트.", "16, 24 or 32 bytes."),
    ("decrypt.key", "16, 24 또는 32바이트.", "16, 24 or 32 bytes."),
    ("valueof.key", "맵의 키나 목록의 자리.", "A key of the map, or a place in the list."),
    ("valueof.value", "맵이나 목록.", "The map or list."),
    ("randbytes.count", "바이트 수, 1에서 10240.", "How many bytes, 1 to 10240."),
    (
        "datepart.part",
        "year, mon, day, hour, dow, week, epoch 같은 부분의 이름.",
        "The part by name: year, mon, day, hour, dow, week, epoch and so on.",
    ),
    ("daterange.end", "끝. 이 시각은 들어가지 않는다.", "Where it ends, this moment left out."),
    ("datediff.end", "나중 날짜.", "The later date."),
    ("datediff.start", "먼저 날짜.", "The earlier date."),
    ("daterange.start", "첫 날짜.", "The first date."),
    ("datetrunc.span", "구간의 너비, 예: 1h, 1d, 1w, 3mon.", "The width of a bucket, such as 1h, 1d, 1w or 3mon."),
    ("epoch.number", "초나 밀리초.", "Seconds or milliseconds."),
    ("long2ip.number", "주소의 정수. 음수 형태도 받는다.", "The address as a number; the negative form too."),
    ("format.format", "%로 시작하는 자리를 가진 글, 예: %s, %5.2f.", "A text with places that start with %, such as %s or %5.2f."),
    ("format.value", "차례로 넣을 값들, 또는 값의 목록 하나.", "The values in order, or one list of them."),
    ("replace.from", "찾을 문자열이나 정규식.", "The text, or regular expression, that is looked for."),
    ("subarray.start", "첫 항목의 자리, 0부터. 음수면 끝에서 센다.", "The place of the first item, from 0; negative counts from the end."),
    ("contains.text", "문자열이나 목록.", "A text or a list."),
    ("contains.part", "찾을 문자열이나 항목.", "The text or item that is looked for."),
    ("foreach.list", "목록들. 목록이 아닌 값은 되풀이된다.", "The lists; a value that is none is repeated."),
    ("max.value", "비교할 값이나 값의 목록. null은 무시한다.", "The values, or lists of them; nulls are ignored."),
    ("min.value", "비교할 값이나 값의 목록. null은 무시한다.", "The values, or lists of them; nulls are ignored."),
    ("case.value", "조건이 성립할 때의 값.", "The value when the condition holds."),
    ("array.value", "항목.", "An item."),
    ("flatten.value", "펼칠 목록.", "The list that is flattened."),
];

/// Returns what a parameter of a function is for.
pub(super) fn of(function: &str, parameter: &str) -> Text {
    let own = |name: &str| PROSE.iter().find(|(known, _, _)| name == *known);
    let found = own(&format!("{function}.{parameter}")).or_else(|| own(parameter));
    found.map_or_else(|| Text::from(""), |(_, ko, en)| Text::both(*ko, *en))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions;

    #[test]
    fn every_parameter_is_explained_and_every_word_is_used() {
        let mut used = std::collections::HashSet::new();
        for doc in functions() {
            for parameter in doc.parameters {
                let own = format!("{}.{}", doc.name, parameter.name);
                let found =
                    PROSE.iter().find(|(name, _, _)| *name == own).or_else(|| PROSE.iter().find(|(name, _, _)| *name == parameter.name));
                assert!(found.is_some(), "{own} is not explained");
                used.extend(found.map(|(name, _, _)| *name));
            }
        }
        let idle: Vec<_> = PROSE.iter().map(|(name, _, _)| *name).filter(|name| !used.contains(name)).collect();
        assert_eq!(idle, Vec::<&str>::new(), "explained, but no function has it");
    }
}
