//! EMSA-PKCS1-v1_5 (RFC 8017 §9.2), for modules that leave it to their caller.

use protocol::token::Hash;

/// The DER of `DigestInfo` up to the digest (RFC 8017 §9.2, note 1).
fn digest_info_prefix(hash: Hash) -> [u8; 19] {
    let (algorithm, length) = match hash {
        Hash::Sha256 => (1, 32),
        Hash::Sha384 => (2, 48),
        Hash::Sha512 => (3, 64),
    };
    [
        0x30,
        0x11 + length, // everything after these two bytes
        0x30,
        0x0d,
        0x06, // 2.16.840.1.101.3.4.2.algorithm
        0x09,
        0x60,
        0x86,
        0x48,
        0x01,
        0x65,
        0x03,
        0x04,
        0x02,
        algorithm,
        0x05, // NULL
        0x00,
        0x04, // OCTET STRING
        length,
    ]
}

/// The hash of `message`, named as the signature names it.
pub fn digest_info(hash: Hash, message: &[u8]) -> Vec<u8> {
    let mut info = digest_info_prefix(hash).to_vec();
    info.extend(hash.digest(message));
    info
}

/// `00 01 FF … FF 00 ‖ info`, `length` bytes long.
///
/// `None` where fewer than eight bytes of `FF` would fit: such a key is too short.
pub fn pad_pkcs1(info: &[u8], length: usize) -> Option<Vec<u8>> {
    let padding = length.checked_sub(info.len() + 3).filter(|&n| n >= 8)?;
    let mut block = vec![0x00, 0x01];
    block.resize(2 + padding, 0xff);
    block.push(0x00);
    block.extend_from_slice(info);
    Some(block)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn digest_info_has_the_prefixes_of_rfc_8017() {
        for (hash, prefix) in [
            (Hash::Sha256, "3031300d060960864801650304020105000420"),
            (Hash::Sha384, "3041300d060960864801650304020205000430"),
            (Hash::Sha512, "3051300d060960864801650304020305000440"),
        ] {
            let info = digest_info(hash, b"abc");
            assert_eq!(hex(&info[..19]), prefix);
            assert_eq!(info[19..], hash.digest(b"abc"));
        }
    }

    #[test]
    fn the_block_is_as_long_as_the_modulus() {
        let info = digest_info(Hash::Sha256, b"");
        let block = pad_pkcs1(&info, 256).unwrap();
        assert_eq!(block.len(), 256);
        assert_eq!(block[..2], [0, 1]);
        assert!(block[2..204].iter().all(|&byte| byte == 0xff));
        assert_eq!(block[204], 0);
        assert_eq!(block[205..], info);
    }

    #[test]
    fn at_least_eight_bytes_of_padding_are_kept() {
        assert!(pad_pkcs1(&[7; 10], 21).is_some());
        assert!(pad_pkcs1(&[7; 10], 20).is_none());
        assert!(pad_pkcs1(&[7; 10], 5).is_none());
    }
}
