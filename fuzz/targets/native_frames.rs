//! What the browser's side of the pipe sends: frames, and commands in them (contract §3).
#![no_main]

use libfuzzer_sys::fuzz_target;
use protocol::command::Command;
use tessera_host::frames::{FRAME_LENGTH_MAX, Incoming, read_frame};

fuzz_target!(|input: &[u8]| {
    let mut reader = input;
    loop {
        let before = reader.len();
        match read_frame(&mut reader) {
            Incoming::Frame(body) => {
                assert!(body.len() <= FRAME_LENGTH_MAX);
                assert_eq!(reader.len(), before - 4 - body.len());
                read_command(&body);
            }
            Incoming::NotUtf8 => assert!(reader.len() < before),
            Incoming::TooLong | Incoming::Ended => return,
        }
    }
});

/// A command that is understood is understood the same when it is written again.
fn read_command(body: &str) {
    if let Ok(Command::Authenticate(request)) = Command::read(body.as_bytes()) {
        let again = Command::read(request.to_json().to_string().as_bytes());
        assert_eq!(again, Ok(Command::Authenticate(request)));
    }
}
