//! The conversation with the browser: hello, one command, its answer (contract §3).

use std::io::{self, Write};
use std::process::ExitCode;

use protocol::FailureCode;
use protocol::command::{Command, HostError, HostMessage};
use tokio::sync::mpsc;

use crate::authenticate::authenticate;
use crate::caller::Caller;
use crate::checks;
use crate::frames::{Incoming, listen, write_message};
use crate::this_process::{refuse_inspection, take_output};

/// Serves the browser that started this process, until its command is answered or it goes.
pub fn serve(caller: Caller) -> ExitCode {
    let Ok(mut output) = take_output() else {
        return ExitCode::FAILURE;
    };
    if caller == Caller::Stranger {
        let error = HostError {
            code: FailureCode::OriginNotAllowed,
            message: "this host serves the Tessera extension only".to_owned(),
        };
        let _ = write_message(&mut output, &HostMessage::Error { error });
        return ExitCode::FAILURE;
    }
    // First of all: the extension waits for it, and it needs nothing that could fail.
    if write_message(&mut output, &hello()).is_err() {
        return ExitCode::SUCCESS;
    }
    refuse_inspection();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            log!("tessera-host: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut incoming = listen(io::stdin());
    runtime.block_on(converse(&mut incoming, &mut output));
    ExitCode::SUCCESS
}

/// Serves one command.
async fn converse(incoming: &mut mpsc::Receiver<Incoming>, output: &mut impl Write) {
    let command = match incoming.recv().await {
        None | Some(Incoming::Ended) => return,
        Some(Incoming::Frame(body)) => {
            Command::read(body.as_bytes()).map_err(|fault| fault.to_string())
        }
        Some(Incoming::NotUtf8) => Err("a command is a JSON object in UTF-8".to_owned()),
        Some(Incoming::TooLong) => Err("a command has at most 8,192 bytes".to_owned()),
    };
    let answer = match command {
        Ok(Command::Quit) => return,
        // The version is all there is to say, and a caller may have missed it.
        Ok(Command::Status) => hello(),
        Ok(Command::Checks(origin)) => match checks::look(origin, incoming).await {
            Some(answer) => answer,
            None => return,
        },
        Ok(Command::Authenticate(request)) => {
            return authenticate(request, incoming, output).await;
        }
        Err(message) => HostMessage::Error {
            error: HostError {
                code: FailureCode::NativeInvalidArgument,
                message,
            },
        },
    };
    // A browser that has gone needs no answer.
    let _ = write_message(output, &answer);
}

fn hello() -> HostMessage {
    HostMessage::Hello {
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}
