//! Rust text reduced to what the compiler would see outside tests.

/// Returns the text with comments, strings, characters and items under `#[cfg(test)]` blanked; lines stay where they are.
pub(super) fn code_only(text: &str) -> String {
    without_tests(&blank_text(text))
}

/// Blanks comments and the insides of string and character literals.
fn blank_text(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let mut blank = |from: usize, to: usize| {
        for byte in &mut out[from..to.min(bytes.len())] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    };
    let mut at = 0;
    while at < bytes.len() {
        let end = match bytes[at] {
            b'/' if bytes[at..].starts_with(b"//") => find(bytes, at, b"\n").unwrap_or(bytes.len()),
            b'/' if bytes[at..].starts_with(b"/*") => block_comment_end(bytes, at),
            b'r' if !follows_word(bytes, at, b"bc") => match raw_string_end(bytes, at) {
                Some(end) => end,
                None => {
                    at += 1;
                    continue;
                }
            },
            b'"' => string_end(bytes, at),
            b'\'' => match character_end(bytes, at) {
                Some(end) => end,
                None => {
                    at += 1;
                    continue;
                }
            },
            _ => {
                at += 1;
                continue;
            }
        };
        blank(at, end);
        at = end;
    }
    // Only whole literals and comments were blanked, so no character was cut in two.
    String::from_utf8_lossy(&out).into_owned()
}

/// Says whether the byte before is part of a name (`b` and `c` before a raw string are not).
fn follows_word(bytes: &[u8], at: usize, prefixes: &[u8]) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    match at.checked_sub(1).map(|before| bytes[before]) {
        Some(byte) if prefixes.contains(&byte) => at >= 2 && is_word(bytes[at - 2]),
        Some(byte) => is_word(byte),
        None => false,
    }
}

fn find(bytes: &[u8], from: usize, what: &[u8]) -> Option<usize> {
    bytes[from..].windows(what.len()).position(|window| window == what).map(|position| from + position)
}

fn block_comment_end(bytes: &[u8], start: usize) -> usize {
    let mut depth = 0;
    let mut at = start;
    while at < bytes.len() {
        if bytes[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if bytes[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    bytes.len()
}

fn raw_string_end(bytes: &[u8], start: usize) -> Option<usize> {
    let hashes = bytes[start + 1..].iter().take_while(|byte| **byte == b'#').count();
    if bytes.get(start + 1 + hashes) != Some(&b'"') {
        return None;
    }
    let mut close = vec![b'"'];
    close.resize(1 + hashes, b'#');
    Some(find(bytes, start + 2 + hashes, &close).map_or(bytes.len(), |end| end + close.len()))
}

fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Returns the end of a character literal, or nothing for a lifetime.
fn character_end(bytes: &[u8], start: usize) -> Option<usize> {
    match *bytes.get(start + 1)? {
        b'\\' => Some(find(bytes, start + 3, b"'").map_or(bytes.len(), |end| end + 1)),
        first => {
            let length = match first {
                0xf0.. => 4,
                0xe0.. => 3,
                0xc0.. => 2,
                _ => 1,
            };
            (bytes.get(start + 1 + length) == Some(&b'\'')).then_some(start + 2 + length)
        }
    }
}

/// Blanks the item after every `#[cfg(test)]`.
fn without_tests(code: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut out = code.to_owned();
    let mut from = 0;
    while let Some(start) = out[from..].find(MARK).map(|position| from + position) {
        let end = item_end(out.as_bytes(), start + MARK.len());
        let blank: String = out[start..end].chars().map(|character| if character == '\n' { '\n' } else { ' ' }).collect();
        from = start + blank.len();
        out.replace_range(start..end, &blank);
    }
    out
}

fn item_end(bytes: &[u8], from: usize) -> usize {
    let mut depth = 0_usize;
    for (at, byte) in bytes.iter().enumerate().skip(from) {
        match byte {
            b'{' => depth += 1,
            b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            b';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::code_only;

    #[track_caller]
    fn check(text: &str, kept: &str) {
        let code = code_only(text);
        assert_eq!(code.split_whitespace().collect::<Vec<_>>().join(" "), kept);
        assert_eq!(code.lines().count(), text.lines().count());
    }

    #[test]
    fn comments_go() {
        check("a // SystemTime\nb /* x /* y */ z */ c", "a b c");
    }

    #[test]
    fn literals_go() {
        check(r##"a("rand::" , r#"a "b" c"#, 'x', '\'', b"q\"r") d"##, "a( , , , , b ) d");
    }

    #[test]
    fn lifetimes_and_names_that_end_in_r_stay() {
        check("fn a<'a>(x: &'a str, bar: char) { bar }", "fn a<'a>(x: &'a str, bar: char) { bar }");
    }

    #[test]
    fn hangul_characters_are_literals_too() {
        check("'해' \"태\" x", "x");
    }

    #[test]
    fn test_items_go() {
        check("a\n#[cfg(test)]\nmod tests { fn x() { y } }\nb\n#[cfg(test)]\nuse c;\nd", "a b d");
    }
}
