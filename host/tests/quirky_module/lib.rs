//! A PKCS#11 module with the quirks of vendors' own: a real one behind a few calls that fail,
//! hang, crash, lie or talk, as the variable `QUIRK` says.
//!
//! The real one is SoftHSM, or the module whose path `QUIRKY_BEHIND` holds.
//! A reader with keys types the PIN in `QUIRKY_PIN`, where there is one, else SoftHSM's.
#![allow(unsafe_code, non_snake_case, missing_docs)]
#![allow(clippy::missing_safety_doc, clippy::unwrap_used)] // a test's module

use std::ffi::c_void;
use std::io::Read;
use std::os::unix::net::UnixStream;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use cryptoki_sys::*;

const SOFTHSM: [&str; 2] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
];

fn behind() -> &'static CK_FUNCTION_LIST {
    static LIST: OnceLock<usize> = OnceLock::new();
    let list = *LIST.get_or_init(|| {
        let named = std::env::var("QUIRKY_BEHIND").ok();
        let softhsm = || {
            let mut places = SOFTHSM.into_iter();
            places.find(|path| std::path::Path::new(path).exists())
        };
        let path = named.as_deref().or_else(softhsm);
        let module = unsafe { Pkcs11::new(path.unwrap()) }.unwrap();
        let mut list = std::ptr::null_mut();
        assert_eq!(unsafe { module.C_GetFunctionList(&mut list) }, CKR_OK);
        std::mem::forget(module);
        list as usize
    });
    unsafe { &*(list as *const CK_FUNCTION_LIST) }
}

/// Every quirk there is, `none` among them; those that are an act `at the` place besides.
const QUIRKS: [&str; 29] = [
    "",
    "none",
    "fails at the start",
    "leaves a child behind",
    "prints",
    "says only that verification failed",
    "tells of the last try",
    "has no reader",
    "has no card",
    "has more readers than there is memory",
    "takes five seconds for its first token info",
    "has keys on the reader",
    "has a clock that does not go",
    "tells lengths that are none",
    "is locked",
    "cannot log in",
    "was never activated",
    "wants another PIN first",
    "takes five digits only",
    "loses the card at login",
    "cannot hash",
    "cannot pad",
    "cannot sign",
    "cannot tell lengths",
    "fails at the first mechanism",
    "signs something else",
    "signs something else at first",
    "signs more than there is room for",
    "signs too little",
];
const ACTS: [&str; 4] = ["hangs", "hangs restlessly", "crashes", "aborts"];
const PLACES: [&str; 10] = [
    "start",
    "slot list",
    "token info",
    "session",
    "search",
    "login",
    "signature",
    "logout",
    "end",
    "exit",
];

fn quirk() -> String {
    std::env::var("QUIRK").unwrap_or_default()
}

/// A quirk by a wrong name would behave well, and its test pass for nothing.
fn is_known(quirk: &str) -> bool {
    let is_act = |(act, place): (&str, &str)| ACTS.contains(&act) && PLACES.contains(&place);
    QUIRKS.contains(&quirk) || quirk.split_once(" at the ").is_some_and(is_act)
}

fn hang() -> CK_RV {
    loop {
        std::thread::sleep(std::time::Duration::from_secs(3600));
    }
}

/// Looks again and again whether somebody answers who never will.
fn hang_restlessly() {
    let (mut own, _other) = UnixStream::pair().unwrap();
    let moment = std::time::Duration::from_millis(100);
    own.set_read_timeout(Some(moment)).unwrap();
    loop {
        let _ = own.read(&mut [0]);
    }
}

/// Misbehaves here, where the quirk says so.
fn pass(place: &str) {
    let quirk = quirk();
    let Some(act) = quirk.strip_suffix(&format!(" at the {place}")) else {
        return;
    };
    match act {
        "hangs" => {
            hang();
        }
        "hangs restlessly" => hang_restlessly(),
        "crashes" => unsafe {
            // Not raised, which Rust's own handler would let pass: a real one.
            std::ptr::without_provenance_mut::<u8>(8).write_volatile(0);
        },
        "aborts" => std::process::abort(),
        _ => {}
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn C_GetFunctionList(list: *mut *mut CK_FUNCTION_LIST) -> CK_RV {
    if !is_known(&quirk()) {
        eprintln!("quirky_module: there is no quirk {:?}", quirk());
        std::process::abort();
    }
    let own = Box::new(CK_FUNCTION_LIST {
        C_Initialize: Some(initialize),
        C_Finalize: Some(finalize),
        C_GetInfo: Some(get_info),
        C_GetSlotList: Some(get_slot_list),
        C_GetTokenInfo: Some(get_token_info),
        C_OpenSession: Some(open_session),
        C_FindObjectsInit: Some(find_objects_init),
        C_GetAttributeValue: Some(get_attribute_value),
        C_Login: Some(login),
        C_Logout: Some(logout),
        C_SignInit: Some(sign_init),
        C_Sign: Some(sign),
        ..*behind()
    });
    unsafe { *list = Box::leak(own) };
    CKR_OK
}

unsafe extern "C" fn initialize(arguments: *mut c_void) -> CK_RV {
    pass("start");
    match quirk().as_str() {
        "hangs at the exit" => {
            extern "C" fn wait() {
                hang();
            }
            assert_eq!(unsafe { libc::atexit(wait) }, 0);
        }
        "fails at the start" => return CKR_GENERAL_ERROR,
        "leaves a child behind" => unsafe {
            if libc::fork() == 0 {
                loop {
                    libc::pause();
                }
            }
        },
        // Past Rust's own buffer, as a module written in C does.
        "prints" => {
            let words = b"\x05\0\0\0hello from a module\n";
            unsafe { libc::write(1, words.as_ptr().cast(), words.len()) };
        }
        _ => {}
    }
    unsafe { behind().C_Initialize.unwrap()(arguments) }
}

unsafe extern "C" fn finalize(reserved: *mut c_void) -> CK_RV {
    pass("end");
    unsafe { behind().C_Finalize.unwrap()(reserved) }
}

unsafe extern "C" fn get_info(info: *mut CK_INFO) -> CK_RV {
    let told = unsafe { behind().C_GetInfo.unwrap()(info) };
    let maker = match quirk().as_str() {
        // The quirk of one maker's, and of no other's.
        "says only that verification failed" => b"OpenSC Project                  ",
        // Of OpenSC's modules nobody believes it.
        "tells of the last try" => b"bit4id srl                      ",
        _ => return told,
    };
    if told == CKR_OK {
        unsafe { (*info).manufacturerID = *maker };
    }
    told
}

unsafe extern "C" fn get_slot_list(
    with_token: CK_BBOOL,
    slots: *mut CK_SLOT_ID,
    count: *mut CK_ULONG,
) -> CK_RV {
    pass("slot list");
    match quirk().as_str() {
        "has no reader" => {
            unsafe { *count = 0 };
            return CKR_OK;
        }
        "has no card" if with_token != 0 => {
            unsafe { *count = 0 };
            return CKR_OK;
        }
        "has more readers than there is memory" => {
            unsafe { *count = CK_ULONG::MAX / 64 };
            return CKR_OK;
        }
        _ => {}
    }
    unsafe { behind().C_GetSlotList.unwrap()(with_token, slots, count) }
}

unsafe extern "C" fn get_token_info(slot: CK_SLOT_ID, token: *mut CK_TOKEN_INFO) -> CK_RV {
    static ASKED: AtomicBool = AtomicBool::new(false);
    pass("token info");
    let quirk = quirk();
    let is_first = !ASKED.swap(true, Ordering::SeqCst);
    if is_first && quirk == "takes five seconds for its first token info" {
        std::thread::sleep(std::time::Duration::from_secs(5));
    }
    let answer = unsafe { behind().C_GetTokenInfo.unwrap()(slot, token) };
    let flag = match quirk.as_str() {
        "has keys on the reader" => CKF_PROTECTED_AUTHENTICATION_PATH,
        "tells of the last try" => CKF_USER_PIN_FINAL_TRY,
        "has a clock that does not go" => CKF_CLOCK_ON_TOKEN,
        _ => 0,
    };
    if answer == CKR_OK {
        unsafe { (*token).flags |= flag };
        if flag == CKF_CLOCK_ON_TOKEN {
            unsafe { (*token).utcTime = [b' '; 16] };
        }
    }
    answer
}

unsafe extern "C" fn open_session(
    slot: CK_SLOT_ID,
    flags: CK_FLAGS,
    application: *mut c_void,
    notify: CK_NOTIFY,
    session: *mut CK_SESSION_HANDLE,
) -> CK_RV {
    pass("session");
    unsafe { behind().C_OpenSession.unwrap()(slot, flags, application, notify, session) }
}

unsafe extern "C" fn find_objects_init(
    session: CK_SESSION_HANDLE,
    template: *mut CK_ATTRIBUTE,
    count: CK_ULONG,
) -> CK_RV {
    pass("search");
    unsafe { behind().C_FindObjectsInit.unwrap()(session, template, count) }
}

unsafe extern "C" fn get_attribute_value(
    session: CK_SESSION_HANDLE,
    object: CK_OBJECT_HANDLE,
    template: *mut CK_ATTRIBUTE,
    count: CK_ULONG,
) -> CK_RV {
    let told = unsafe { behind().C_GetAttributeValue.unwrap()(session, object, template, count) };
    if quirk() == "tells lengths that are none" {
        for place in 0..usize::try_from(count).unwrap() {
            unsafe { (*template.add(place)).ulValueLen = CK_ULONG::MAX / 2 };
        }
    }
    told
}

unsafe extern "C" fn login(
    session: CK_SESSION_HANDLE,
    user: CK_USER_TYPE,
    pin: *mut CK_UTF8CHAR,
    length: CK_ULONG,
) -> CK_RV {
    pass("login");
    match quirk().as_str() {
        "is locked" => CKR_PIN_LOCKED,
        "says only that verification failed" | "cannot log in" => CKR_GENERAL_ERROR,
        "was never activated" => CKR_USER_PIN_NOT_INITIALIZED,
        "wants another PIN first" => CKR_PIN_EXPIRED,
        "takes five digits only" if length != 5 => CKR_PIN_LEN_RANGE,
        "loses the card at login" => CKR_DEVICE_REMOVED,
        "has keys on the reader" => type_on_reader(session, user, pin),
        _ => unsafe { behind().C_Login.unwrap()(session, user, pin, length) },
    }
}

/// What is typed on the reader: a wrong PIN, one too short, then the right one.
fn type_on_reader(session: CK_SESSION_HANDLE, user: CK_USER_TYPE, pin: *mut CK_UTF8CHAR) -> CK_RV {
    static TYPED: AtomicUsize = AtomicUsize::new(0);
    // PKCS #11 v2.40 §5.6: no PIN comes from the program.
    if !pin.is_null() {
        return CKR_ARGUMENTS_BAD;
    }
    let right = std::env::var("QUIRKY_PIN");
    let mut right = right.unwrap_or_else(|_| "12345".to_owned()).into_bytes();
    let length = CK_ULONG::try_from(right.len()).unwrap();
    match TYPED.fetch_add(1, Ordering::SeqCst) {
        0 => CKR_PIN_INCORRECT,
        1 => CKR_PIN_LEN_RANGE,
        _ => unsafe { behind().C_Login.unwrap()(session, user, right.as_mut_ptr(), length) },
    }
}

unsafe extern "C" fn logout(session: CK_SESSION_HANDLE) -> CK_RV {
    pass("logout");
    unsafe { behind().C_Logout.unwrap()(session) }
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
    pass("signature");
    let quirk = quirk();
    match quirk.as_str() {
        // Bit4id: a query for the length fails and forgets the operation.
        "cannot tell lengths" if signature.is_null() => return CKR_GENERAL_ERROR,
        // The mechanism is announced and begun, and then fails, the session with it.
        "fails at the first mechanism" if !FAILED.swap(true, Ordering::SeqCst) => {
            return CKR_FUNCTION_FAILED;
        }
        _ => {}
    }
    let signed = unsafe {
        behind().C_Sign.unwrap()(session, data, data_length, signature, signature_length)
    };
    let is_first = !FAILED.swap(true, Ordering::SeqCst);
    match quirk.as_str() {
        "signs something else" => unsafe { *signature ^= 1 },
        "signs something else at first" if is_first => unsafe { *signature ^= 1 },
        "signs more than there is room for" => unsafe { *signature_length = CK_ULONG::MAX },
        "signs too little" => unsafe { *signature_length = 7 },
        _ => {}
    }
    signed
}
