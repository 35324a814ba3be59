//! A PKCS#11 module with one card in software: a certificate, its RSA key and a PIN.
//!
//! The variable `CARD` names the card's file, lines of `name=hexadecimal digits`: `pin`,
//! `certificate` (DER), `modulus`, `exponent` (the private one). It signs with
//! `CKM_SHA256_RSA_PKCS` after a login with that PIN, and in no other way. Like some vendors' own
//! it prints, and where the variable `HANGS` is set it hangs.
#![allow(unsafe_code, non_snake_case, missing_docs)]
#![allow(clippy::missing_safety_doc, clippy::unwrap_used)] // a test's module

use std::collections::HashMap;
use std::ffi::c_void;
use std::sync::{LazyLock, Mutex, MutexGuard};

use cryptoki_sys::*;
use num_bigint::BigUint;
use sha2::{Digest, Sha256};

const SLOT: CK_SLOT_ID = 0;
const SESSION: CK_SESSION_HANDLE = 1;
const CERTIFICATE: CK_OBJECT_HANDLE = 1;
const KEY: CK_OBJECT_HANDLE = 2;
const ID: &[u8] = &[1];

struct Card {
    pin: Vec<u8>,
    certificate: Vec<u8>,
    modulus: BigUint,
    exponent: BigUint,
}

impl Card {
    fn read() -> Card {
        let text = std::fs::read_to_string(std::env::var_os("CARD").unwrap()).unwrap();
        let lines: HashMap<&str, Vec<u8>> = text
            .lines()
            .filter_map(|line| line.split_once('='))
            .map(|(name, digits)| (name, from_hexadecimal(digits)))
            .collect();
        let number = |name| BigUint::from_bytes_be(&lines[name]);
        Card {
            pin: lines["pin"].clone(),
            certificate: lines["certificate"].clone(),
            modulus: number("modulus"),
            exponent: number("exponent"),
        }
    }

    /// RFC 8017 §8.2.1 with SHA-256.
    fn sign(&self, message: &[u8]) -> Vec<u8> {
        const DIGEST_INFO: [u8; 19] = [
            0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02,
            0x01, 0x05, 0x00, 0x04, 0x20,
        ];
        let length = self.signature_length();
        let tail = [&DIGEST_INFO[..], &Sha256::digest(message)].concat();
        let mut block = vec![0xff; length - tail.len() - 1];
        block[0] = 0;
        block[1] = 1;
        block.push(0);
        block.extend(tail);
        let signature = BigUint::from_bytes_be(&block).modpow(&self.exponent, &self.modulus);
        let bytes = signature.to_bytes_be();
        let mut padded = vec![0; length - bytes.len()];
        padded.extend(bytes);
        padded
    }

    fn signature_length(&self) -> usize {
        self.modulus.bits().div_ceil(8) as usize
    }
}

fn from_hexadecimal(digits: &str) -> Vec<u8> {
    let pair = |at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
    (0..digits.len()).step_by(2).map(pair).collect()
}

static CARD: LazyLock<Card> = LazyLock::new(Card::read);

#[derive(Default)]
struct State {
    sessions: u32,
    is_logged_in: bool,
    found: Vec<CK_OBJECT_HANDLE>,
    is_signing: bool,
}

fn state() -> MutexGuard<'static, State> {
    static STATE: LazyLock<Mutex<State>> = LazyLock::new(Mutex::default);
    STATE.lock().unwrap()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn C_GetFunctionList(list: *mut *mut CK_FUNCTION_LIST) -> CK_RV {
    let own = Box::new(CK_FUNCTION_LIST {
        version: CK_VERSION {
            major: 2,
            minor: 40,
        },
        C_Initialize: Some(initialize),
        C_Finalize: Some(finalize),
        C_GetInfo: Some(get_info),
        C_GetFunctionList: Some(C_GetFunctionList),
        C_GetSlotList: Some(get_slot_list),
        C_GetSlotInfo: Some(get_slot_info),
        C_GetTokenInfo: Some(get_token_info),
        C_OpenSession: Some(open_session),
        C_CloseSession: Some(close_session),
        C_Login: Some(login),
        C_Logout: Some(logout),
        C_FindObjectsInit: Some(find_objects_init),
        C_FindObjects: Some(find_objects),
        C_FindObjectsFinal: Some(find_objects_final),
        C_GetAttributeValue: Some(get_attribute_value),
        C_SignInit: Some(sign_init),
        C_Sign: Some(sign),
        ..CK_FUNCTION_LIST::default()
    });
    unsafe { *list = Box::leak(own) };
    CKR_OK
}

unsafe extern "C" fn initialize(_: *mut c_void) -> CK_RV {
    LazyLock::force(&CARD);
    print();
    CKR_OK
}

/// By the system's handle, and by the C runtime's descriptor, as a module written in C does.
fn print() {
    println!("\"hello from a module\"");
    #[cfg(windows)]
    {
        unsafe extern "C" {
            fn _write(descriptor: i32, bytes: *const u8, length: u32) -> i32;
        }
        let words = b"\"hello from a module in C\"\n";
        unsafe { _write(1, words.as_ptr(), words.len() as u32) };
    }
}

unsafe extern "C" fn finalize(_: *mut c_void) -> CK_RV {
    CKR_OK
}

fn padded<const LENGTH: usize>(text: &str) -> [u8; LENGTH] {
    let mut field = [b' '; LENGTH];
    field[..text.len()].copy_from_slice(text.as_bytes());
    field
}

unsafe extern "C" fn get_info(info: *mut CK_INFO) -> CK_RV {
    let told = CK_INFO {
        cryptokiVersion: CK_VERSION {
            major: 2,
            minor: 40,
        },
        manufacturerID: padded("Tessera's tests"),
        flags: 0,
        libraryDescription: padded("A card in software"),
        libraryVersion: CK_VERSION { major: 1, minor: 0 },
    };
    unsafe { info.write_unaligned(told) };
    CKR_OK
}

unsafe extern "C" fn get_slot_list(
    _with_token: CK_BBOOL,
    slots: *mut CK_SLOT_ID,
    count: *mut CK_ULONG,
) -> CK_RV {
    while std::env::var_os("HANGS").is_some() {
        std::thread::sleep(std::time::Duration::from_secs(60));
    }
    unsafe {
        if !slots.is_null() {
            *slots = SLOT;
        }
        *count = 1;
    }
    CKR_OK
}

unsafe extern "C" fn get_slot_info(_: CK_SLOT_ID, info: *mut CK_SLOT_INFO) -> CK_RV {
    // No hardware: there is no card in a reader to be reset.
    let told = CK_SLOT_INFO {
        slotDescription: padded("A reader in software"),
        manufacturerID: padded("Tessera's tests"),
        flags: CKF_TOKEN_PRESENT,
        hardwareVersion: CK_VERSION::default(),
        firmwareVersion: CK_VERSION::default(),
    };
    unsafe { info.write_unaligned(told) };
    CKR_OK
}

unsafe extern "C" fn get_token_info(_: CK_SLOT_ID, info: *mut CK_TOKEN_INFO) -> CK_RV {
    let told = CK_TOKEN_INFO {
        label: padded("CNS"),
        manufacturerID: padded("Tessera's tests"),
        model: padded("software"),
        serialNumber: padded("6090123456789012"),
        flags: CKF_LOGIN_REQUIRED | CKF_USER_PIN_INITIALIZED | CKF_TOKEN_INITIALIZED,
        ulMaxPinLen: 8,
        ulMinPinLen: 5,
        ..CK_TOKEN_INFO::default()
    };
    unsafe { info.write_unaligned(told) };
    CKR_OK
}

unsafe extern "C" fn open_session(
    _: CK_SLOT_ID,
    _: CK_FLAGS,
    _: *mut c_void,
    _: CK_NOTIFY,
    session: *mut CK_SESSION_HANDLE,
) -> CK_RV {
    state().sessions += 1;
    unsafe { *session = SESSION };
    CKR_OK
}

unsafe extern "C" fn close_session(_: CK_SESSION_HANDLE) -> CK_RV {
    let mut state = state();
    state.sessions -= 1;
    state.is_logged_in &= state.sessions > 0;
    CKR_OK
}

unsafe extern "C" fn login(
    _: CK_SESSION_HANDLE,
    _: CK_USER_TYPE,
    pin: *mut CK_UTF8CHAR,
    length: CK_ULONG,
) -> CK_RV {
    let pin = unsafe { std::slice::from_raw_parts(pin, length as usize) };
    match pin == CARD.pin {
        true => {
            state().is_logged_in = true;
            CKR_OK
        }
        false => CKR_PIN_INCORRECT,
    }
}

unsafe extern "C" fn logout(_: CK_SESSION_HANDLE) -> CK_RV {
    state().is_logged_in = false;
    CKR_OK
}

/// An object's attribute, in the bytes PKCS#11 gives it.
fn attribute(object: CK_OBJECT_HANDLE, kind: CK_ATTRIBUTE_TYPE) -> Option<Vec<u8>> {
    let number = |number: CK_ULONG| Some(number.to_ne_bytes().to_vec());
    match (object, kind) {
        (CERTIFICATE, CKA_CLASS) => number(CKO_CERTIFICATE),
        (CERTIFICATE, CKA_CERTIFICATE_TYPE) => number(CKC_X_509),
        (CERTIFICATE, CKA_VALUE) => Some(CARD.certificate.clone()),
        (KEY, CKA_CLASS) => number(CKO_PRIVATE_KEY),
        (KEY, CKA_KEY_TYPE) => number(CKK_RSA),
        (KEY, CKA_MODULUS) => Some(CARD.modulus.to_bytes_be()),
        (CERTIFICATE | KEY, CKA_ID) => Some(ID.to_vec()),
        _ => None,
    }
}

unsafe extern "C" fn find_objects_init(
    _: CK_SESSION_HANDLE,
    template: *mut CK_ATTRIBUTE,
    count: CK_ULONG,
) -> CK_RV {
    let mut state = state();
    let mut objects = vec![CERTIFICATE];
    if state.is_logged_in {
        objects.push(KEY);
    }
    for place in 0..count as usize {
        let wanted = unsafe { template.add(place).read_unaligned() };
        let (start, length) = (wanted.pValue.cast::<u8>(), wanted.ulValueLen as usize);
        let value = unsafe { std::slice::from_raw_parts(start, length) };
        let kind = wanted.type_;
        objects.retain(|object| attribute(*object, kind).is_some_and(|has| has == value));
    }
    state.found = objects;
    CKR_OK
}

unsafe extern "C" fn find_objects(
    _: CK_SESSION_HANDLE,
    objects: *mut CK_OBJECT_HANDLE,
    room: CK_ULONG,
    count: *mut CK_ULONG,
) -> CK_RV {
    let mut state = state();
    let taken = state.found.len().min(room as usize);
    for (place, object) in state.found.drain(..taken).enumerate() {
        unsafe { *objects.add(place) = object };
    }
    unsafe { *count = taken as CK_ULONG };
    CKR_OK
}

unsafe extern "C" fn find_objects_final(_: CK_SESSION_HANDLE) -> CK_RV {
    CKR_OK
}

unsafe extern "C" fn get_attribute_value(
    _: CK_SESSION_HANDLE,
    object: CK_OBJECT_HANDLE,
    template: *mut CK_ATTRIBUTE,
    count: CK_ULONG,
) -> CK_RV {
    let mut outcome = CKR_OK;
    for place in 0..count as usize {
        let at = unsafe { template.add(place) };
        let mut asked = unsafe { at.read_unaligned() };
        match attribute(object, asked.type_) {
            None => {
                asked.ulValueLen = CK_UNAVAILABLE_INFORMATION;
                outcome = CKR_ATTRIBUTE_TYPE_INVALID;
            }
            Some(value) => {
                let (start, room) = (asked.pValue.cast::<u8>(), asked.ulValueLen as usize);
                if !start.is_null() && room >= value.len() {
                    unsafe { start.copy_from_nonoverlapping(value.as_ptr(), value.len()) };
                }
                asked.ulValueLen = value.len() as CK_ULONG;
            }
        }
        unsafe { at.write_unaligned(asked) };
    }
    outcome
}

unsafe extern "C" fn sign_init(
    _: CK_SESSION_HANDLE,
    mechanism: *mut CK_MECHANISM,
    key: CK_OBJECT_HANDLE,
) -> CK_RV {
    let kind = unsafe { mechanism.read_unaligned() }.mechanism;
    let mut state = state();
    match (state.is_logged_in, key, kind) {
        (false, ..) => CKR_USER_NOT_LOGGED_IN,
        (true, KEY, CKM_SHA256_RSA_PKCS) => {
            state.is_signing = true;
            CKR_OK
        }
        (true, KEY, _) => CKR_MECHANISM_INVALID,
        _ => CKR_KEY_HANDLE_INVALID,
    }
}

unsafe extern "C" fn sign(
    _: CK_SESSION_HANDLE,
    data: *mut CK_BYTE,
    data_length: CK_ULONG,
    signature: *mut CK_BYTE,
    signature_length: *mut CK_ULONG,
) -> CK_RV {
    if !std::mem::take(&mut state().is_signing) {
        return CKR_OPERATION_NOT_INITIALIZED;
    }
    unsafe {
        if (*signature_length as usize) < CARD.signature_length() {
            return CKR_BUFFER_TOO_SMALL;
        }
        let signed = CARD.sign(std::slice::from_raw_parts(data, data_length as usize));
        signature.copy_from_nonoverlapping(signed.as_ptr(), signed.len());
        *signature_length = signed.len() as CK_ULONG;
    }
    CKR_OK
}
