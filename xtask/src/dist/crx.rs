//! The CRX3 form: an archive behind a header that carries who signed it.
//!
//! Chromium's `components/crx_file/crx3.proto` describes the header. Its three messages have
//! nothing but fields of bytes, so they are written here by hand.

use super::key::Key;
use crate::process::Failed;

const MAGIC: &[u8] = b"Cr24";
const VERSION: u32 = 3;
/// What every signature begins with, the zero included.
const CONTEXT: &[u8] = b"CRX3 SignedData\0";

/// `CrxFileHeader`: the proofs by RSA keys, and what they sign.
const SHA256_WITH_RSA: u32 = 2;
const SIGNED_HEADER_DATA: u32 = 10_000;
/// `AsymmetricKeyProof`.
const PUBLIC_KEY: u32 = 1;
const SIGNATURE: u32 = 2;
/// `SignedData`.
const CRX_ID: u32 = 1;

/// Puts the signed header before an archive.
pub fn sign(archive: &[u8], key: &Key) -> Result<Vec<u8>, Failed> {
    let signed_data = field(CRX_ID, &key.crx_id());
    let length = (signed_data.len() as u32).to_le_bytes();
    let signature = key.sign(&[CONTEXT, &length, &signed_data, archive].concat())?;
    let proof = [
        field(PUBLIC_KEY, key.public()),
        field(SIGNATURE, &signature),
    ]
    .concat();
    let header = [
        field(SHA256_WITH_RSA, &proof),
        field(SIGNED_HEADER_DATA, &signed_data),
    ]
    .concat();
    let length = (header.len() as u32).to_le_bytes();
    Ok([MAGIC, &VERSION.to_le_bytes(), &length, &header, archive].concat())
}

/// A field of bytes in protobuf's form.
fn field(number: u32, content: &[u8]) -> Vec<u8> {
    const LENGTH_DELIMITED: u64 = 2;
    let mut field = varint(u64::from(number) << 3 | LENGTH_DELIMITED);
    field.extend(varint(content.len() as u64));
    field.extend(content);
    field
}

/// Seven bits a byte, the lowest first, the eighth saying that more follows.
fn varint(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

#[cfg(test)]
pub mod tests {
    use std::{fs, process::Command};

    use super::super::key::tests::key_in;
    use super::*;

    /// A package read back: its archive, its id and its signer's public key; the signature
    /// is judged by openssl.
    pub struct Read {
        pub archive: Vec<u8>,
        pub id: Vec<u8>,
        pub public: Vec<u8>,
        pub is_signed: bool,
    }

    pub fn read(package: &[u8]) -> Read {
        assert_eq!(&package[..4], b"Cr24");
        assert_eq!(package[4..8], 3_u32.to_le_bytes());
        let length = u32::from_le_bytes(package[8..12].try_into().unwrap()) as usize;
        let (header, archive) = package[12..].split_at(length);
        let header = fields(header);
        assert_eq!(header.len(), 2);
        let proof = fields(&header[0].1);
        let signed_data = &header[1].1;
        let id = fields(signed_data);
        assert_eq!((header[0].0, header[1].0, id[0].0), (2, 10_000, 1));
        let content = [
            b"CRX3 SignedData\0",
            &(signed_data.len() as u32).to_le_bytes()[..],
            signed_data,
            archive,
        ]
        .concat();
        Read {
            archive: archive.to_vec(),
            id: id[0].1.clone(),
            public: proof[0].1.clone(),
            is_signed: verifies(&proof[0].1, &proof[1].1, &content),
        }
    }

    fn fields(mut message: &[u8]) -> Vec<(u64, Vec<u8>)> {
        let mut fields = Vec::new();
        while !message.is_empty() {
            let tag = read_varint(&mut message);
            assert_eq!(tag & 7, 2);
            let length = read_varint(&mut message) as usize;
            let (content, rest) = message.split_at(length);
            fields.push((tag >> 3, content.to_vec()));
            message = rest;
        }
        fields
    }

    fn read_varint(bytes: &mut &[u8]) -> u64 {
        let mut number = 0;
        for place in 0.. {
            let byte = bytes[0];
            *bytes = &bytes[1..];
            number |= u64::from(byte & 0x7f) << (7 * place);
            if byte < 0x80 {
                break;
            }
        }
        number
    }

    fn verifies(public: &[u8], signature: &[u8], content: &[u8]) -> bool {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            fs::write(&path, bytes).unwrap();
            path
        };
        let output = Command::new("openssl")
            .args(["dgst", "-sha256", "-keyform", "DER", "-verify"])
            .arg(file("public", public))
            .arg("-signature")
            .arg(file("signature", signature))
            .arg(file("content", content))
            .output()
            .unwrap();
        output.status.success()
    }

    #[test]
    fn a_package_carries_its_signer_and_is_signed_by_it() {
        let folder = tempfile::tempdir().unwrap();
        let key = key_in(folder.path());
        let package = sign(b"the archive", &key).unwrap();
        let read_back = read(&package);
        assert_eq!(read_back.archive, b"the archive");
        assert_eq!(read_back.id, key.crx_id());
        assert_eq!(read_back.public, key.public());
        assert!(read_back.is_signed);
        assert_eq!(package, sign(b"the archive", &key).unwrap());

        let mut altered = package;
        *altered.last_mut().unwrap() ^= 1;
        assert!(!read(&altered).is_signed);
    }

    #[test]
    fn numbers_are_written_as_protobuf_does() {
        assert_eq!(varint(0), [0]);
        assert_eq!(varint(127), [0x7f]);
        assert_eq!(varint(300), [0xac, 0x02]);
        // The tag of field 10000, as in every CRX3.
        assert_eq!(field(10_000, b"x"), [0x82, 0xf1, 0x04, 1, b'x']);
    }
}
