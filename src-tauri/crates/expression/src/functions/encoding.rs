//! Encodings and hashes.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::conversion::charset;
use super::{Definition, Family, Form, Rule, p, x};
use crate::machine::{Call, Outcome};
use crate::{Kinds, Value};

/// Reads with or without padding, and ignores the bits beyond the last byte as Java does.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true).with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

const HASHES: &str = "md5, sha1, sha256, sha384, sha512";

pub(super) const FUNCTIONS: &[Definition] = &[
    Definition::new(Family::Encoding, "decode", "decode(binary[, charset]) → string", Form::Plain(decode))
        .takes(&[p("binary", Kinds::BINARY), p("charset", Kinds::STRING).optional()])
        .gives(Kinds::STRING)
        .says("바이트를 문자열로. 문자집합 기본값은 utf-8.", "The text of bytes, by default in utf-8.")
        .examples(&[x("decode(fromhex(\"736f6172\"))", "\"soar\""), x("decode(fromhex(\"0041d55c\"), \"utf-16be\")", "\"A한\"")]),
    Definition::new(Family::Encoding, "encode", "encode(text[, charset]) → binary", Form::Plain(encode))
        .takes(&[p("text", Kinds::STRING), p("charset", Kinds::STRING).optional()])
        .gives(Kinds::BINARY)
        .says("문자열의 바이트. 문자열이 아니면 null.", "The bytes of a text; null for anything else.")
        .examples(&[x("encode(\"A한\", \"utf-16le\")", "{\"$binary\": \"41005cd5\"}"), x("encode(7)", "null")]),
    Definition::new(Family::Encoding, "frombase64", "frombase64(text) → binary", Form::Plain(from_base64))
        .takes(&[p("text", Kinds::SCALAR)])
        .gives(Kinds::BINARY)
        .says("Base64를 푼다. 공백과 채움 문자는 없어도 된다.", "Decodes Base64; white space is ignored, padding is optional.")
        .examples(&[x("frombase64(\"AP8Q\")", "{\"$binary\": \"00ff10\"}")]),
    Definition::new(Family::Encoding, "fromhex", "fromhex(text) → binary", Form::Plain(from_hex))
        .takes(&[p("text", Kinds::SCALAR)])
        .gives(Kinds::BINARY)
        .says(
            "16진수를 푼다. 홀수 길이나 다른 문자는 null.",
            "Decodes hexadecimal digits; an odd number of them or any other sign gives null.",
        )
        .examples(&[x("fromhex(\"00FF\")", "{\"$binary\": \"00ff\"}"), x("fromhex(\"abc\")", "null")]),
    Definition::new(Family::Encoding, "hash", "hash(algorithm, binary) → binary", Form::Plain(hash))
        .takes(&[p("algorithm", Kinds::STRING), p("binary", Kinds::BINARY)])
        .gives(Kinds::BINARY)
        .says("md5, sha1, sha256, sha384, sha512 해시.", "The md5, sha1, sha256, sha384 or sha512 hash.")
        .examples(&[x("tohex(hash(\"md5\", binary(\"\")))", "\"d41d8cd98f00b204e9800998ecf8427e\"")])
        .literals(&[(0, Rule::Words { accepts: is_hash, ko: "해시 이름", en: "the name of a hash", allowed: HASHES })]),
    Definition::new(Family::Encoding, "tobase64", "tobase64(binary) → string", Form::Plain(to_base64))
        .takes(&[p("binary", Kinds::BINARY)])
        .gives(Kinds::STRING)
        .says("바이트를 Base64로.", "The bytes in Base64.")
        .examples(&[x("tobase64(binary(\"soar\"))", "\"c29hcg==\"")]),
    Definition::new(Family::Encoding, "tohex", "tohex(binary) → string", Form::Plain(to_hex))
        .takes(&[p("binary", Kinds::BINARY)])
        .gives(Kinds::STRING)
        .says("바이트를 소문자 16진수로.", "The bytes in lower-case hexadecimal.")
        .examples(&[x("tohex(encode(\"AZ\"))", "\"415a\"")]),
];

fn decode(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let (Some(bytes), Some(charset)) = (call.binary(0), charset(call, 1)?) else { return Ok(Value::Null) };
    call.machine.room_for_text(bytes.len())?;
    call.make_text(charset.decode(bytes))
}

fn encode(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let (Some(text), Some(charset)) = (call.get(0).as_str(), charset(call, 1)?) else { return Ok(Value::Null) };
    call.machine.room_for_text(text.len())?;
    call.make_binary(charset.encode(text))
}

fn from_base64(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let Some(text) = call.text(0)? else { return Ok(Value::Null) };
    let compact: String = text.chars().filter(|sign| !sign.is_whitespace()).collect();
    let digits = compact.trim_end_matches('=');
    // Padding may be left out; where it is given it has to be all of it.
    if compact.len() > digits.len() && (!compact.len().is_multiple_of(4) || compact.len() - digits.len() > 2) {
        return Ok(Value::Null);
    }
    match LENIENT.decode(digits) {
        Ok(bytes) => call.make_binary(bytes),
        Err(_) => Ok(Value::Null),
    }
}

fn from_hex(call: &mut Call<'_, '_>) -> Outcome<Value> {
    match call.text(0)?.and_then(|text| hex::decode(&*text).ok()) {
        Some(bytes) => call.make_binary(bytes),
        None => Ok(Value::Null),
    }
}

fn to_base64(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let Some(bytes) = call.binary(0) else { return Ok(Value::Null) };
    call.machine.room_for_text(bytes.len())?;
    call.make_text(base64::engine::general_purpose::STANDARD.encode(bytes))
}

fn to_hex(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let Some(bytes) = call.binary(0) else { return Ok(Value::Null) };
    call.machine.room_for_text(bytes.len())?;
    call.make_text(hex::encode(bytes))
}

fn is_hash(name: &str) -> bool {
    digest(name, &[]).is_some()
}

fn digest(name: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    Some(match name.to_ascii_lowercase().as_str() {
        "md5" => Md5::digest(bytes).to_vec(),
        "sha1" => Sha1::digest(bytes).to_vec(),
        "sha256" => Sha256::digest(bytes).to_vec(),
        "sha384" => Sha384::digest(bytes).to_vec(),
        "sha512" => Sha512::digest(bytes).to_vec(),
        _ => return None,
    })
}

fn hash(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let (Some(name), Some(bytes)) = (call.text(0)?, call.binary(1)) else { return Ok(Value::Null) };
    call.machine.spend(4 + bytes.len() as u64 / 16)?;
    match digest(&name, bytes) {
        Some(bytes) => call.make_binary(bytes),
        None => Ok(Value::Null),
    }
}
