//! The native-messaging host: its arguments, and what they start.

use std::io::Write;
use std::process::ExitCode;

use protocol::Origin;
use tessera_host::caller::Caller;
use tessera_host::doctor::{
    self,
    report::{Report, Verdict},
};
use tessera_host::install::{self, Scope};
use tessera_host::module;
use tessera_host::serve::serve;

const HELP: &str = "\
Tessera's native-messaging host: signs a login with the Carta Nazionale dei Servizi.
A browser starts it; a person needs only these:

    tessera-host install [--user | --system]     make it known to the browsers
    tessera-host uninstall [--user | --system]   take that back
    tessera-host doctor [--json] [--origin URL]  what this workstation has and what it lacks
    tessera-host --version

--user, for oneself, is meant where neither is said; --system is for everybody and
needs the administrator's rights. With --origin the doctor also says whether pages from
there, such as https://portal.example, may ask. Its exit code is 0 when a login can work and
1 when something is wrong.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args_os()
        .skip(1)
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect();
    if let Some(caller) = Caller::read(&arguments) {
        return serve(caller);
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments[..] {
        [module::ARGUMENT] => return module::serve::serve(),
        ["--version" | "-V"] => {
            println!("tessera-host {}", env!("CARGO_PKG_VERSION"));
            return ExitCode::SUCCESS;
        }
        ["--help" | "-h"] => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        ["doctor", ref options @ ..] => return examine(options),
        ["install"] | ["install", "--user"] => install::install(Scope::User),
        ["install", "--system"] => install::install(Scope::System),
        ["uninstall"] | ["uninstall", "--user"] => install::uninstall(Scope::User),
        ["uninstall", "--system"] => install::uninstall(Scope::System),
        _ => {
            eprint!("{HELP}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(changes) => {
            for change in changes {
                println!("{change}");
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("tessera-host: {error}");
            ExitCode::FAILURE
        }
    }
}

fn examine(options: &[&str]) -> ExitCode {
    let (form, origin): (fn(&Report) -> String, _) = match *options {
        [] => (Report::text, None),
        ["--json"] => (Report::json, None),
        ["--origin", origin] => (Report::text, Some(origin)),
        ["--json", "--origin", origin] | ["--origin", origin, "--json"] => {
            (Report::json, Some(origin))
        }
        _ => {
            eprint!("{HELP}");
            return ExitCode::from(2);
        }
    };
    let origin = match origin.map(Origin::parse).transpose() {
        Ok(origin) => origin,
        Err(fault) => {
            eprintln!("tessera-host: --origin: {fault}");
            return ExitCode::from(2);
        }
    };
    let report = doctor::consult(origin);
    // A reader that has gone away, such as `head`, takes nothing from the verdict.
    let _ = std::io::stdout().write_all(form(&report).as_bytes());
    match report.verdict {
        Verdict::Ok => ExitCode::SUCCESS,
        Verdict::Wrong => ExitCode::FAILURE,
    }
}
