//! A PKCS#11 module with the quirks of vendors' own: SoftHSM behind a few calls that fail,
//! hang or talk as the variable `QUIRK` says.
#![allow(unsafe_code, non_snake_case, missing_docs)]
#![allow(clippy::missing_safety_doc, clippy::unwrap_used)] // a test's module

use std::ffi::c_void;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use cryptoki_sys::*;

const SOFTHSM: [&str; 2] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
];

fn behind() -> &'static CK_FUNCTION_LIST {
    static LIST: OnceLock<usize> = OnceLock::new();
    let list = *LIST.get_or_init(|| {
        let path = SOFTHSM
            .into_iter()
            .find(|path| std::path::Path::new(path).exists());
        let module = unsafe { Pkcs11::new(path.unwrap()) }.unwrap();
        let mut list = std::ptr::null_mut();
        assert_eq!(unsafe { module.C_GetFunctionList(&mut list) }, CKR_OK);
        std::mem::forget(module);
        list as usize
    });
    unsafe { &*(list as *const CK_FUNCTION_LIST) }
}

fn quirk() -> String {
    std::env::var("QUIRK").unwrap_or_default()
}

fn hang() -> CK_RV {
    loop {
        std::thread::sleep(std::time::Duration::from_secs(3600));
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn C_GetFunctionList(list: *mut *mut CK_FUNCTION_LIST) -> CK_RV {
    let own = Box::new(CK_FUNCTION_LIST {
        C_Initialize: Some(initialize),
        C_Finalize: Some(finalize),
        C_GetSlotList: Some(get_slot_list),
        C_Login: Some(login),
        C_SignInit: Some(sign_init),
        C_Sign: Some(sign),
        ..*behind()
    });
    unsafe { *list = Box::leak(own) };
    CKR_OK
}

unsafe extern "C" fn initialize(arguments: *mut c_void) -> CK_RV {
    match quirk().as_str() {
        "hangs at the start" => hang(),
        "hangs at the exit" => {
            extern "C" fn wait() {
                hang();
            }
            assert_eq!(unsafe { libc::atexit(wait) }, 0);
            unsafe { behind().C_Initialize.unwrap()(arguments) }
        }
        "fails at the start" => CKR_GENERAL_ERROR,
        // Past Rust's own buffer, as a module written in C does.
        "prints" => {
            let words = b"\x05\0\0\0hello from a module\n";
            unsafe { libc::write(1, words.as_ptr().cast(), words.len()) };
            unsafe { behind().C_Initialize.unwrap()(arguments) }
        }
        _ => unsafe { behind().C_Initialize.unwrap()(arguments) },
    }
}

unsafe extern "C" fn finalize(reserved: *mut c_void) -> CK_RV {
    if quirk() == "hangs at the end" {
        return hang();
    }
    unsafe { behind().C_Finalize.unwrap()(reserved) }
}

unsafe extern "C" fn get_slot_list(
    with_token: CK_BBOOL,
    slots: *mut CK_SLOT_ID,
    count: *mut CK_ULONG,
) -> CK_RV {
    if quirk() == "has no reader" {
        unsafe { *count = 0 };
        return CKR_OK;
    }
    unsafe { behind().C_GetSlotList.unwrap()(with_token, slots, count) }
}

unsafe extern "C" fn login(
    session: CK_SESSION_HANDLE,
    user: CK_USER_TYPE,
    pin: *mut CK_UTF8CHAR,
    length: CK_ULONG,
) -> CK_RV {
    match quirk().as_str() {
        "is locked" => CKR_PIN_LOCKED,
        "says only that verification failed" => CKR_GENERAL_ERROR,
        "was never activated" => CKR_USER_PIN_NOT_INITIALIZED,
        "loses the card at login" => CKR_DEVICE_REMOVED,
        _ => unsafe { behind().C_Login.unwrap()(session, user, pin, length) },
    }
}

unsafe extern "C" fn sign_init(
    session: CK_SESSION_HANDLE,
    mechanism: *mut CK_MECHANISM,
    key: CK_OBJECT_HANDLE,
) -> CK_RV {
    let kind = unsafe { (*mechanism).mechanism };
    let refused = match quirk().as_str() {
        "cannot hash" => kind == CKM_SHA256_RSA_PKCS,
        "cannot pad" => kind != CKM_RSA_X_509,
        "cannot sign" => true,
        _ => false,
    };
    if refused {
        return CKR_MECHANISM_INVALID;
    }
    unsafe { behind().C_SignInit.unwrap()(session, mechanism, key) }
}

unsafe extern "C" fn sign(
    session: CK_SESSION_HANDLE,
    data: *mut CK_BYTE,
    data_length: CK_ULONG,
    signature: *mut CK_BYTE,
    signature_length: *mut CK_ULONG,
) -> CK_RV {
    static FAILED: AtomicBool = AtomicBool::new(false);
    let quirk = quirk();
    match quirk.as_str() {
        // Bit4id: a query for the length fails and forgets the operation.
        "cannot tell lengths" if signature.is_null() => return CKR_GENERAL_ERROR,
        "hangs at the signature" => return hang(),
        // The mechanism is announced and begun, and then fails, the session with it.
        "fails at the first mechanism" if !FAILED.swap(true, Ordering::SeqCst) => {
            return CKR_FUNCTION_FAILED;
        }
        _ => {}
    }
    unsafe { behind().C_Sign.unwrap()(session, data, data_length, signature, signature_length) }
}
