//! The real host without a browser: native messages over pipes, its real window on the screen.

use std::{
    io::{Read, Write},
    path::PathBuf,
    process::{ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use cns::Certificate;
use protocol::{Algorithm, ChallengeNonce, Language, Origin, Token, token::signed_message};
use serde_json::{Value, json};

use crate::{
    Outcome, product,
    program::{Program, mortal},
    waiting::wait_until,
    workstation::Workstation,
};

/// Who asks, in every conversation.
pub const ORIGIN: &str = "https://sistemats.it";

/// The longest a frame may keep us waiting.
const PATIENCE: Duration = Duration::from_secs(30);

/// A host that was started as a browser starts it, and our end of the conversation.
pub struct PlainHost {
    program: Program,
    input: Option<ChildStdin>,
    frames: Receiver<(Instant, Value)>,
    /// When the last frame came.
    heard: Instant,
    nonce: ChallengeNonce,
}

/// What a host's process has besides the workstation's own environment.
#[derive(Debug, Clone, Default)]
pub struct HostSetup {
    /// Variables of test modules.
    pub variables: Vec<(String, String)>,
    /// A file that is hidden from this host alone.
    pub hidden: Option<PathBuf>,
}

impl PlainHost {
    /// Starts a host and waits until it says its version.
    pub fn start(workstation: &Workstation, setup: &HostSetup) -> Outcome<PlainHost> {
        let mut command = command(setup)?;
        command.envs(workstation.environment().iter().cloned());
        command.envs(setup.variables.iter().cloned());
        command.stdin(Stdio::piped());
        let mut program = Program::start_talking("host", &mut command, workstation.folder())?;
        let input = program.child().stdin.take();
        let mut output = program.child().stdout.take().ok_or("no pipe to the host")?;
        let (sender, frames) = channel();
        thread::spawn(move || {
            while let Ok(frame) = read_frame(&mut output) {
                if sender.send((Instant::now(), frame)).is_err() {
                    return;
                }
            }
        });
        let mut nonce = [0; 32];
        aws_lc_rs::rand::fill(&mut nonce).map_err(|_| "no random numbers")?;
        let mut host = PlainHost {
            program,
            input,
            frames,
            heard: Instant::now(),
            nonce: ChallengeNonce::from_random(nonce),
        };
        let hello = host.next_frame()?;
        match hello["version"].is_string() {
            true => Ok(host),
            false => Err(format!("the host did not begin with its version: {hello}").into()),
        }
    }

    /// Its process number.
    pub fn id(&self) -> u32 {
        self.program.id()
    }

    /// When its last frame came.
    pub fn heard(&self) -> Instant {
        self.heard
    }

    /// What it has written to its log.
    pub fn log(&self) -> String {
        self.program.log()
    }

    /// Asks for a token, in this language, with progress.
    pub fn ask(&mut self, language: Language) -> Outcome<()> {
        self.ask_as(ORIGIN, language)
    }

    /// Asks as a page of another origin does.
    pub fn ask_as(&mut self, origin: &str, language: Language) -> Outcome<()> {
        self.send(&json!({
            "command": "authenticate",
            "arguments": {
                "challengeNonce": self.nonce.as_str(),
                "origin": origin,
                "lang": language,
                "progress": true,
            },
        }))
    }

    /// Sends a native message.
    pub fn send(&mut self, message: &Value) -> Outcome<()> {
        let body = message.to_string();
        let input = self.input.as_mut().ok_or("the port is closed")?;
        input.write_all(&(body.len() as u32).to_ne_bytes())?;
        input.write_all(body.as_bytes())?;
        Ok(())
    }

    /// Waits until it tells that it has come to this state.
    pub fn wait_for_progress(&mut self, state: &str) -> Outcome<()> {
        loop {
            let frame = self.next_frame()?;
            match frame["progress"]["state"].as_str() {
                Some(now) if now == state => return Ok(()),
                Some(_) => {}
                None => return Err(format!("instead of {state} came {frame}").into()),
            }
        }
    }

    /// Waits for the answer: a token or an error.
    pub fn wait_for_answer(&mut self) -> Outcome<Value> {
        loop {
            let frame = self.next_frame()?;
            if frame.get("progress").is_none() {
                return Ok(frame);
            }
        }
    }

    /// Waits for a failure and checks that it is this one.
    pub fn expect_failure(&mut self, code: &str) -> Outcome<()> {
        let answer = self.wait_for_answer()?;
        match answer["error"]["code"].as_str() {
            Some(told) if told == code => Ok(()),
            _ => Err(format!("expected {code}, the host answers {answer}").into()),
        }
    }

    /// Waits until it has ended, and checks that it gave no answer.
    pub fn expect_no_answer(&mut self) -> Outcome<()> {
        self.wait_until_ended()?;
        let mut frames = self.frames.iter().map(|(_, frame)| frame);
        match frames.find(|frame| frame.get("progress").is_none()) {
            None => Ok(()),
            Some(frame) => Err(format!("nobody waits for {frame}").into()),
        }
    }

    /// Waits for a token and checks it as a server does; answers whose it is.
    pub fn expect_token(&mut self) -> Outcome<String> {
        let answer = self.wait_for_answer()?;
        let token = Token::from_json(&answer).map_err(|_| format!("no token: {answer}"))?;
        if token.algorithm != Algorithm::Rs256 {
            return Err(format!("a token with {:?}", token.algorithm).into());
        }
        let certificate = Certificate::read(&token.unverified_certificate)
            .map_err(|fault| format!("the token's certificate: {fault:?}"))?;
        let message = signed_message(token.algorithm.hash(), &Origin::parse(ORIGIN)?, &self.nonce);
        let key = certificate.public_key_info();
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key)
            .verify(&message, &token.signature)
            .map_err(|_| "the token's signature does not verify")?;
        let codice_fiscale = certificate.codice_fiscale();
        Ok(codice_fiscale
            .ok_or("the token's certificate names nobody")?
            .as_str()
            .to_owned())
    }

    /// Closes the port, as a browser does that has lost its page.
    pub fn close_port(&mut self) {
        self.input = None;
    }

    /// Whether its process has ended, by itself or not.
    pub fn has_ended(&mut self) -> bool {
        matches!(self.program.child().try_wait(), Ok(Some(_)))
    }

    /// Waits until its process has ended, by itself or not.
    pub fn wait_until_ended(&mut self) -> Outcome<()> {
        Ok(wait_until("end of the host", || self.has_ended())?)
    }

    fn next_frame(&mut self) -> Outcome<Value> {
        let asked = Instant::now();
        let (heard, frame) = self.frames.recv_timeout(PATIENCE).map_err(|error| {
            let waited = asked.elapsed().as_secs();
            let what = match error {
                RecvTimeoutError::Timeout => format!("said nothing for {waited} s"),
                RecvTimeoutError::Disconnected => "ended without an answer".to_owned(),
            };
            crate::Failure::from(format!("the host {what}\n{}", self.log()))
        })?;
        self.heard = heard;
        Ok(frame)
    }
}

/// The command that starts the host, where need be without a file of the machine's.
fn command(setup: &HostSetup) -> Outcome<Command> {
    let host = product::host()?;
    let Some(hidden) = &setup.hidden else {
        return Ok(mortal(host));
    };
    // Only root may do so; a file that anybody may write is to the host as good as none.
    let mut command = Command::new("unshare");
    command.args(["--mount", "--propagation", "private", "sh", "-ec"]);
    command.arg("mount --bind /dev/null \"$1\"; shift; exec setpriv --pdeathsig TERM -- \"$@\"");
    command.arg("sh").arg(hidden).arg(host);
    Ok(command)
}

fn read_frame(output: &mut impl Read) -> std::io::Result<Value> {
    let mut length = [0; 4];
    output.read_exact(&mut length)?;
    let mut body = vec![0; u32::from_ne_bytes(length) as usize];
    output.read_exact(&mut body)?;
    Ok(serde_json::from_slice(&body)?)
}
