//! Signs with a card as barely as it can be done: what a login costs at the least.
//!
//! Its argument is a PKCS#11 module, the PIN a line on its standard input. It has found the
//! card, the certificate and the key when it says `ready`, as the host has when it asks for the
//! PIN; then it opens a session, logs in, signs, logs out and says `signed`.

use std::io::{self, BufRead, Read};

use cryptoki::{
    context::{CInitializeArgs, CInitializeFlags, Pkcs11},
    mechanism::Mechanism,
    object::{Attribute, AttributeType, ObjectClass},
    session::UserType,
    types::AuthPin,
};
use end_to_end::Outcome;

/// What a card with an RSA key is given to sign with SHA-256 (RFC 8017 §9.2).
const DIGEST_INFO: [u8; 51] = {
    let mut info = [0x5a; 51];
    let prefix = [
        0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01,
        0x05, 0x00, 0x04, 0x20,
    ];
    let mut at = 0;
    while at < prefix.len() {
        info[at] = prefix[at];
        at += 1;
    }
    info
};

fn main() -> Outcome<()> {
    let module = std::env::args().nth(1).ok_or("which module?")?;
    let module = Pkcs11::new(module)?;
    module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK))?;
    let slots = module.get_slots_with_initialized_token()?;
    let slot = *slots.first().ok_or("no card")?;
    module.get_token_info(slot)?;
    let session = module.open_ro_session(slot)?;
    for certificate in session.find_objects(&[Attribute::Class(ObjectClass::CERTIFICATE)])? {
        session.get_attributes(certificate, &[AttributeType::Value, AttributeType::Id])?;
    }
    drop(session);
    println!("ready");

    let mut pin = String::new();
    io::stdin().lock().read_line(&mut pin)?;
    let session = module.open_ro_session(slot)?;
    session.login(UserType::User, Some(&AuthPin::from(pin.trim_end())))?;
    let keys = session.find_objects(&[Attribute::Class(ObjectClass::PRIVATE_KEY)])?;
    let key = *keys.first().ok_or("no key")?;
    session.sign(&Mechanism::RsaPkcs, key, &DIGEST_INFO)?;
    session.logout()?;
    drop(session);
    println!("signed");

    // Stays to be looked at until its input ends.
    io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
