//! AES in the modes and names of Java.
//!
//! RSA is left out on purpose: the maintained crate leaks timing (RUSTSEC-2023-0071), and keys do not belong in expressions.

use aes::cipher::block_padding::{NoPadding, Pkcs7};
use aes::cipher::{BlockDecryptMut, BlockEncryptMut, KeyInit, KeyIvInit, Unsigned};
use aes::{Aes128, Aes192, Aes256};
use aes_gcm::AesGcm;
use aes_gcm::aead::Aead;
use aes_gcm::aead::consts::{U8, U12, U16};

use super::{Definition, Family, Form, p, x};
use crate::machine::{Call, Outcome};
use crate::{Kinds, Value};

const PARAMETERS: &[super::Parameter] =
    &[p("cipher", Kinds::STRING), p("key", Kinds::BINARY), p("data", Kinds::BINARY), p("iv", Kinds::BINARY).optional()];

pub(super) const FUNCTIONS: &[Definition] = &[
    Definition::new(Family::Encoding, "encrypt", "encrypt(cipher, key, data[, iv]) → binary", Form::Plain(encrypt))
        .takes(PARAMETERS)
        .gives(Kinds::BINARY)
        .says(
            "AES로 암호화한다: AES/CBC/PKCS5Padding, AES/CBC/NoPadding, AES/ECB/…, AES/GCM/NoPadding. AES만 쓰면 iv가 있을 때 CBC, 없으면 ECB. 키나 iv의 길이가 틀리면 null.",
            "Encrypts with AES: AES/CBC/PKCS5Padding, AES/CBC/NoPadding, AES/ECB/..., AES/GCM/NoPadding. AES alone is CBC with an iv and ECB without. A key or iv of the wrong length gives null.",
        )
        .examples(&[x(
            "encrypt(\"AES/CBC/NoPadding\", binary(\"0123456789abcdef\"), binary(\"sixteen byte msg\"), binary(\"fedcba9876543210\"))",
            "{\"$binary\": \"36cba28ac6bfe149915557c67a349d91\"}",
        )]),
    Definition::new(Family::Encoding, "decrypt", "decrypt(cipher, key, data[, iv]) → binary", Form::Plain(decrypt))
        .takes(PARAMETERS)
        .gives(Kinds::BINARY)
        .says("encrypt()가 만든 것을 푼다. 키, 채움, 태그가 맞지 않으면 null.", "Decrypts what encrypt() makes; a wrong key, padding or tag gives null.")
        .examples(&[x(
            "decode(decrypt(\"AES\", binary(\"0123456789abcdef\"), fromhex(\"7474524ebeb66d4a2c4c689035421e0d700f05f1610ef20668eb534c09b88abd\")))",
            "\"quarantine host 7\"",
        )]),
];

fn encrypt(call: &mut Call<'_, '_>) -> Outcome<Value> {
    transform(call, true)
}

fn decrypt(call: &mut Call<'_, '_>) -> Outcome<Value> {
    transform(call, false)
}

fn transform(call: &mut Call<'_, '_>, encrypting: bool) -> Outcome<Value> {
    let (Some(name), Some(key), Some(data)) = (call.text(0)?, call.binary(1), call.binary(2)) else { return Ok(Value::Null) };
    let iv = call.binary(3);
    if call.given(3) && iv.is_none() {
        return Ok(Value::Null);
    }
    call.machine.spend(8 + data.len() as u64 / 16)?;
    call.machine.room_for_text(data.len() + 32)?;
    let Some(suite) = Suite::find(&name, iv) else { return Ok(Value::Null) };
    let result = match key.len() {
        16 => suite.run::<Aes128>(key, data, encrypting),
        24 => suite.run::<Aes192>(key, data, encrypting),
        32 => suite.run::<Aes256>(key, data, encrypting),
        _ => None,
    };
    match result {
        Some(bytes) => call.make_binary(bytes),
        None => Ok(Value::Null),
    }
}

/// A mode with what it needs.
enum Suite<'i> {
    Ecb { padded: bool },
    Cbc { padded: bool, iv: &'i [u8] },
    Gcm { iv: &'i [u8] },
}

impl<'i> Suite<'i> {
    fn find(name: &str, iv: Option<&'i [u8]>) -> Option<Self> {
        let upper = name.to_ascii_uppercase();
        let mut parts = upper.split('/');
        let (algorithm, mode, padding) = (parts.next()?, parts.next(), parts.next());
        if algorithm != "AES" || parts.next().is_some() {
            return None;
        }
        let Some(mode) = mode else {
            return Some(match iv {
                None => Suite::Ecb { padded: true },
                Some(iv) => Suite::Cbc { padded: true, iv },
            });
        };
        let padded = match padding? {
            "PKCS5PADDING" | "PKCS7PADDING" => true,
            "NOPADDING" => false,
            _ => return None,
        };
        match (mode, iv) {
            ("ECB", None) => Some(Suite::Ecb { padded }),
            ("CBC", Some(iv)) => Some(Suite::Cbc { padded, iv }),
            ("GCM", Some(iv)) if !padded => Some(Suite::Gcm { iv }),
            _ => None,
        }
    }

    fn run<C>(&self, key: &[u8], data: &[u8], encrypting: bool) -> Option<Vec<u8>>
    where
        C: KeyInit
            + aes::cipher::BlockCipher
            + aes::cipher::BlockEncrypt
            + aes::cipher::BlockDecrypt
            + aes::cipher::BlockSizeUser<BlockSize = U16>
            + BlockEncryptMut
            + BlockDecryptMut
            + Clone,
    {
        match *self {
            Suite::Ecb { padded: true } if encrypting => {
                Some(ecb::Encryptor::<C>::new_from_slice(key).ok()?.encrypt_padded_vec_mut::<Pkcs7>(data))
            }
            Suite::Ecb { padded: true } => ecb::Decryptor::<C>::new_from_slice(key).ok()?.decrypt_padded_vec_mut::<Pkcs7>(data).ok(),
            Suite::Cbc { padded: true, iv } if encrypting => {
                Some(cbc::Encryptor::<C>::new_from_slices(key, iv).ok()?.encrypt_padded_vec_mut::<Pkcs7>(data))
            }
            Suite::Cbc { padded: true, iv } => {
                cbc::Decryptor::<C>::new_from_slices(key, iv).ok()?.decrypt_padded_vec_mut::<Pkcs7>(data).ok()
            }
            // Without padding only whole blocks can be made; the library would panic on others.
            Suite::Ecb { .. } | Suite::Cbc { .. } if !data.len().is_multiple_of(C::BlockSize::USIZE) => None,
            Suite::Ecb { .. } if encrypting => {
                Some(ecb::Encryptor::<C>::new_from_slice(key).ok()?.encrypt_padded_vec_mut::<NoPadding>(data))
            }
            Suite::Ecb { .. } => ecb::Decryptor::<C>::new_from_slice(key).ok()?.decrypt_padded_vec_mut::<NoPadding>(data).ok(),
            Suite::Cbc { iv, .. } if encrypting => {
                Some(cbc::Encryptor::<C>::new_from_slices(key, iv).ok()?.encrypt_padded_vec_mut::<NoPadding>(data))
            }
            Suite::Cbc { iv, .. } => cbc::Decryptor::<C>::new_from_slices(key, iv).ok()?.decrypt_padded_vec_mut::<NoPadding>(data).ok(),
            Suite::Gcm { iv } => match iv.len() {
                8 => gcm::<AesGcm<C, U8>>(key, iv, data, encrypting),
                12 => gcm::<AesGcm<C, U12>>(key, iv, data, encrypting),
                16 => gcm::<AesGcm<C, U16>>(key, iv, data, encrypting),
                _ => None,
            },
        }
    }
}

fn gcm<A: Aead + KeyInit>(key: &[u8], iv: &[u8], data: &[u8], encrypting: bool) -> Option<Vec<u8>> {
    let cipher = A::new_from_slice(key).ok()?;
    let nonce = aes_gcm::aead::Nonce::<A>::from_slice(iv);
    if encrypting { cipher.encrypt(nonce, data).ok() } else { cipher.decrypt(nonce, data).ok() }
}
