//! Character sets by their IANA names.

use encoding_rs::{DecoderResult, EncoderResult, Encoding};

/// A character set that can be written and read.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Charset {
    Utf8,
    /// `encoding_rs` takes US-ASCII and Latin-1 for windows-1252, as browsers do; here they are what they say.
    Ascii,
    Latin1,
    Utf16 {
        little: bool,
    },
    Other(&'static Encoding),
}

impl Charset {
    /// Returns the set of a name, of any case.
    pub(crate) fn find(name: &str) -> Option<Self> {
        let lower = name.to_ascii_lowercase();
        Some(match lower.as_str() {
            "utf-8" | "utf8" => Charset::Utf8,
            "us-ascii" | "ascii" | "iso646-us" | "ansi_x3.4-1968" => Charset::Ascii,
            "iso-8859-1" | "iso8859-1" | "iso_8859-1" | "latin1" | "latin-1" | "l1" => Charset::Latin1,
            "utf-16" | "utf-16be" | "utf16" => Charset::Utf16 { little: false },
            "utf-16le" => Charset::Utf16 { little: true },
            "cp949" | "ms949" | "x-windows-949" | "uhc" => Charset::Other(encoding_rs::EUC_KR),
            "cp932" | "ms932" => Charset::Other(encoding_rs::SHIFT_JIS),
            "cp936" | "ms936" => Charset::Other(encoding_rs::GBK),
            "cp950" | "ms950" => Charset::Other(encoding_rs::BIG5),
            other => {
                let encoding = Encoding::for_label_no_replacement(other.as_bytes())?;
                // "user-defined" and the like are for documents of browsers.
                if other.trim() != other || encoding == encoding_rs::X_USER_DEFINED {
                    return None;
                }
                Charset::Other(encoding)
            }
        })
    }

    /// Returns the bytes of a text; a character that the set lacks becomes `?`.
    pub(crate) fn encode(self, text: &str) -> Vec<u8> {
        let narrow = |last: u32| {
            text.chars().map(|sign| u8::try_from(u32::from(sign)).ok().filter(|byte| u32::from(*byte) <= last).unwrap_or(b'?')).collect()
        };
        match self {
            Charset::Utf8 => text.as_bytes().to_vec(),
            Charset::Ascii => narrow(0x7f),
            Charset::Latin1 => narrow(0xff),
            Charset::Utf16 { little } => {
                text.encode_utf16().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
            }
            Charset::Other(encoding) => encode_with(encoding, text),
        }
    }

    /// Returns the text of bytes; what is no character becomes U+FFFD.
    pub(crate) fn decode(self, bytes: &[u8]) -> String {
        match self {
            Charset::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
            Charset::Ascii => {
                bytes.iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { char::REPLACEMENT_CHARACTER }).collect()
            }
            Charset::Latin1 => bytes.iter().map(|byte| char::from(*byte)).collect(),
            Charset::Utf16 { little } => {
                let encoding = if little { encoding_rs::UTF_16LE } else { encoding_rs::UTF_16BE };
                decode_with(encoding, bytes)
            }
            Charset::Other(encoding) => decode_with(encoding, bytes),
        }
    }
}

fn encode_with(encoding: &'static Encoding, text: &str) -> Vec<u8> {
    let mut encoder = encoding.new_encoder();
    let mut out = Vec::with_capacity(text.len() + 16);
    let mut rest = text;
    // A missing character is written by encoding "?" in its place, so that stateful sets stay in step.
    let mut missing = false;
    loop {
        let (source, last) = if missing { ("?", rest.is_empty()) } else { (rest, true) };
        out.reserve(source.len() * 2 + 32);
        let (result, read) = encoder.encode_from_utf8_to_vec_without_replacement(source, &mut out, last);
        if !missing {
            rest = &rest[read..];
        }
        match result {
            EncoderResult::InputEmpty if rest.is_empty() => return out,
            EncoderResult::InputEmpty => missing = false,
            EncoderResult::OutputFull => out.reserve(64),
            EncoderResult::Unmappable(_) => missing = true,
        }
    }
}

fn decode_with(encoding: &'static Encoding, bytes: &[u8]) -> String {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut out = String::with_capacity(bytes.len() + 16);
    let mut rest = bytes;
    loop {
        out.reserve(rest.len() * 3 + 16);
        let (result, read) = decoder.decode_to_string_without_replacement(rest, &mut out, true);
        rest = &rest[read..];
        match result {
            DecoderResult::InputEmpty => return out,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(_, _) => out.push(char::REPLACEMENT_CHARACTER),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_round_trip_and_mark_what_they_lack() {
        for (name, text, bytes) in [
            ("UTF-8", "한", "ed959c"),
            ("euc-kr", "한국", "c7d1b1b9"),
            ("cp949", "한국", "c7d1b1b9"),
            ("shift_jis", "日本", "93fa967b"),
            ("utf-16le", "A한", "41005cd5"),
            ("iso-8859-1", "ü", "fc"),
        ] {
            let charset = Charset::find(name).unwrap_or_else(|| panic!("{name}"));
            assert_eq!(hex::encode(charset.encode(text)), bytes, "{name}");
            assert_eq!(charset.decode(&hex::decode(bytes).unwrap_or_default()), text, "{name}");
        }
        assert_eq!(Charset::find("us-ascii").map(|charset| charset.encode("aü한")), Some(b"a??".to_vec()));
        assert_eq!(Charset::find("euc-kr").map(|charset| charset.encode("a😀b")), Some(b"a?b".to_vec()));
        assert_eq!(Charset::find("iso-2022-jp").map(|charset| charset.encode("日😀本")), Some(b"\x1b$BF|\x1b(B?\x1b$BK\\\x1b(B".to_vec()));
        assert!(Charset::find("no-such-set").is_none());
        assert_eq!(Charset::find("euc-kr").map(|charset| charset.decode(b"a\xffb")), Some("a\u{fffd}b".into()));
    }
}
