//! One signature: log in, sign, log out.

use std::ops::RangeInclusive;
use std::thread;
use std::time::Duration;

use cns::Certificate;
use cryptoki::error::{Error, RvError};
use cryptoki::object::{Attribute, AttributeType, CertificateType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;
use cryptoki::slot::{Slot, SlotInfo};
use protocol::token::signed_message;
use protocol::{Algorithm, ChallengeNonce, Origin};

use super::loaded::Loaded;
use super::mechanism::{Ladder, Rung};
use super::messages::{Report, SignFault};
use super::reset::reset;
use super::token::Token;
use super::verification::is_signature;
use crate::pin::Pin;

/// A private key, by the certificate that goes with it.
pub struct Key<'a> {
    /// The module that reaches its card.
    pub module: &'a Loaded,
    /// The card's slot.
    pub slot: Slot,
    /// The slot's description, which is its reader's name.
    pub reader: &'a str,
    /// The certificate.
    pub certificate: &'a Certificate,
    /// The certificate's `CKA_ID`.
    pub id: &'a [u8],
    /// What its reading told of the card.
    pub traits: Traits,
}

/// What is asked of a card once, when it is read: each such question has OpenSC ask every
/// reader again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Traits {
    /// How long its PIN may be, in bytes.
    pub pin_lengths: RangeInclusive<usize>,
    /// Whether it is a device, and not kept in software.
    pub is_hardware: bool,
}

impl Traits {
    /// As token and slot tell them.
    pub fn of(token: &Token, slot: Option<&SlotInfo>) -> Traits {
        Traits {
            pin_lengths: token.pin_lengths.clone(),
            is_hardware: slot.is_some_and(SlotInfo::hardware_slot),
        }
    }
}

/// Signs the challenge, then logs out and resets the card, signed or not, so that it
/// forgets the login.
///
/// A reset that fails is logged, and the signature stands: the session is closed, but the
/// card may stay unlocked to other programs until it is taken out or reset by one of them.
pub fn sign(
    key: &Key,
    origin: &Origin,
    challenge_nonce: &ChallengeNonce,
    pin: Option<Pin>,
    tell: &mut impl FnMut(Report),
) -> Result<(Algorithm, Vec<u8>), SignFault> {
    let ladder = Ladder::for_key(key.certificate.key())
        .ok_or_else(|| SignFault::Failed("the key is of no kind a token can carry".to_owned()))?;
    let message = signed_message(ladder.algorithm.hash(), origin, challenge_nonce);
    let signature =
        sign_message(key, &ladder, &message, pin, tell).map_err(|fault| match fault {
            // A card pulled out in the middle shows as any error at all.
            SignFault::Failed(_) | SignFault::LoginFailed(_) if !is_card_present(key) => {
                SignFault::Removed
            }
            fault => fault,
        })?;
    Ok((ladder.algorithm, signature))
}

fn sign_message(
    key: &Key,
    ladder: &Ladder,
    message: &[u8],
    pin: Option<Pin>,
    tell: &mut impl FnMut(Report),
) -> Result<Vec<u8>, SignFault> {
    let session = open_session(key)?;
    tell(Report::Alive);
    // The PIN is for the card whose certificate the person saw, not for one that has
    // taken its place since.
    if !holds_certificate(&session, key.certificate).map_err(fault)? {
        return Err(SignFault::Removed);
    }
    // So that no try is spent on one that cannot be right.
    let is_too_long_or_short = |pin: &Pin| !key.traits.pin_lengths.contains(&pin.length());
    if pin.as_ref().is_some_and(is_too_long_or_short) {
        return Err(SignFault::PinLength);
    }
    tell(match pin {
        Some(_) => Report::Alive,
        None => Report::AskingOnReader,
    });
    login(key, &session, pin.as_ref())?;
    drop(pin);
    tell(Report::Alive);
    let signature = climb(key, ladder, message, tell);
    log_out(key, session);
    signature
}

fn login(key: &Key, session: &Session, pin: Option<&Pin>) -> Result<(), SignFault> {
    // Only the answer counts, never a flag that says `locked` before it.
    key.module
        .direct
        .login(session, pin)
        .map_err(|error| match error {
            Error::Pkcs11(RvError::PinIncorrect | RvError::PinInvalid, _) => {
                let token = key.module.token(key.slot);
                let tries_left = token.ok().and_then(|token| token.tries_left);
                SignFault::PinIncorrect { tries_left }
            }
            Error::Pkcs11(RvError::GeneralError, _)
                if key.module.quirks.hides_wrong_pin && is_card_still_present(key) =>
            {
                SignFault::PinIncorrect { tries_left: None }
            }
            Error::Pkcs11(RvError::PinLenRange, _) => SignFault::PinLength,
            Error::Pkcs11(RvError::PinLocked, _) => SignFault::PinLocked,
            Error::Pkcs11(RvError::UserPinNotInitialized, _) => SignFault::PinNotInitialised,
            Error::Pkcs11(RvError::PinExpired, _) => SignFault::PinExpired,
            error => match fault(error) {
                SignFault::Failed(reason) => SignFault::LoginFailed(reason),
                fault => fault,
            },
        })
}

fn log_out(key: &Key, session: Session) {
    // The module forgets the login; of a card that is gone it need not be told.
    let _ = session.logout();
    drop(session);
    // The card forgets it only with this. If it fails the login is over for this program
    // alone, which is for a technician: the person cannot do better than take the card out.
    if let Err(fault) = reset(key.reader, key.traits.is_hardware)
        && is_card_present(key)
    {
        log!("tessera-host: the card could not be reset after the login: {fault}");
    }
}

/// Tries the ladder's mechanisms until one gives a signature.
fn climb(
    key: &Key,
    ladder: &Ladder,
    message: &[u8],
    tell: &mut impl FnMut(Report),
) -> Result<Vec<u8>, SignFault> {
    let mut refusals = Vec::new();
    for rung in ladder.rungs {
        let signed = sign_with(key, ladder, rung, message);
        tell(Report::Alive);
        match signed {
            Ok(signature) => return Ok(signature),
            Err(SignFault::Failed(reason)) => {
                refusals.push(format!("{:?}: {reason}", rung.mechanism.mechanism_type()));
            }
            Err(fault) => return Err(fault),
        }
    }
    Err(SignFault::Failed(refusals.join("; ")))
}

fn sign_with(
    key: &Key,
    ladder: &Ladder,
    rung: &Rung,
    message: &[u8],
) -> Result<Vec<u8>, SignFault> {
    let data = ladder
        .prepare(rung, message)
        .ok_or_else(|| SignFault::Failed("the key is too short".to_owned()))?;
    // A session of its own: a module that failed one signature can refuse the next in the
    // same session as already begun. The login is the slot's, not the session's.
    let session = open_session(key)?;
    let private_key = find_private_key(&session, key)?;
    session
        .sign_init(&rung.mechanism, private_key)
        .map_err(fault)?;
    let signature = key.module.direct.sign(&session, &data).map_err(fault)?;
    if signature.len() != ladder.signature_length {
        return Err(SignFault::Failed(format!(
            "a signature of {} bytes instead of {}",
            signature.len(),
            ladder.signature_length
        )));
    }
    match is_signature(key.certificate, ladder.algorithm, message, &signature) {
        true => Ok(signature),
        false => Err(SignFault::Failed(
            "a signature that is not the key's".to_owned(),
        )),
    }
}

/// The private key with the certificate's id, else the one with its public key.
fn find_private_key(session: &Session, key: &Key) -> Result<ObjectHandle, SignFault> {
    let class = Attribute::Class(ObjectClass::PRIVATE_KEY);
    if !key.id.is_empty() {
        let id = Attribute::Id(key.id.to_vec());
        let keys = session.find_objects(&[class.clone(), id]).map_err(fault)?;
        if let [only] = keys[..] {
            return Ok(only);
        }
    }
    let keys = session.find_objects(&[class]).map_err(fault)?;
    let has_modulus = |handle: &ObjectHandle| {
        let Some(wanted) = key.certificate.rsa_modulus() else {
            return false;
        };
        let modulus = session.get_attributes(*handle, &[AttributeType::Modulus]);
        matches!(modulus.as_deref(), Ok([Attribute::Modulus(modulus)])
            if without_leading_zeros(modulus) == wanted)
    };
    match (keys.iter().find(|handle| has_modulus(handle)), &keys[..]) {
        (Some(handle), _) => Ok(*handle),
        // A card with one private key leaves no doubt; EC keys show no public part.
        (None, [only]) if key.certificate.rsa_modulus().is_none() => Ok(*only),
        _ => Err(SignFault::Failed(
            "the certificate's private key was not found".to_owned(),
        )),
    }
}

fn holds_certificate(session: &Session, certificate: &Certificate) -> Result<bool, Error> {
    let objects = session.find_objects(&[
        Attribute::Class(ObjectClass::CERTIFICATE),
        Attribute::CertificateType(CertificateType::X_509),
    ])?;
    for object in objects {
        let value = session.get_attributes(object, &[AttributeType::Value]);
        if matches!(value.as_deref(), Ok([Attribute::Value(der)]) if der == certificate.der()) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn open_session(key: &Key) -> Result<Session, SignFault> {
    key.module.context.open_ro_session(key.slot).map_err(fault)
}

fn is_card_present(key: &Key) -> bool {
    key.module
        .context
        .get_slot_info(key.slot)
        .is_ok_and(|slot| slot.token_present())
}

/// After what may have been the card's removal: pcscd notices one within 0.4 seconds.
fn is_card_still_present(key: &Key) -> bool {
    thread::sleep(Duration::from_millis(500));
    is_card_present(key)
}

fn without_leading_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|&&byte| byte == 0).count();
    &number[zeros..]
}

fn fault(error: Error) -> SignFault {
    let Error::Pkcs11(code, function) = error else {
        return SignFault::Failed(error.to_string());
    };
    match code {
        RvError::DeviceRemoved
        | RvError::TokenNotPresent
        | RvError::SessionHandleInvalid
        | RvError::SessionClosed
        | RvError::SlotIdInvalid => SignFault::Removed,
        RvError::FunctionCanceled | RvError::FunctionRejected | RvError::Cancel => {
            SignFault::Cancelled
        }
        // The code's name: its long text says no more.
        code => SignFault::Failed(format!("{function}: {code:?}")),
    }
}
