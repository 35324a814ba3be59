//! The host's own part of the report: its program, and the window's beside it.

use super::report::Check;
use super::surroundings::Surroundings;
use super::window_trial::WindowTrial;

/// The Debian packages that hold what the window opens.
const LIBRARIES: &str = "libx11-6 libx11-xcb1 libxcursor1 libxi6 libxkbcommon0 \
                         libxkbcommon-x11-0 xkb-data libfontconfig1 fonts-dejavu-core";

/// Looks at the programs; `window` is what came of trying the window's.
pub fn check(surroundings: &Surroundings, window: &WindowTrial) -> Vec<Check> {
    let version = env!("CARGO_PKG_VERSION");
    let program = match &surroundings.program {
        Some(path) => Check::ok(
            "host",
            "tessera-host",
            format!("{version}, {}", path.display()),
        ),
        None => Check::wrong(
            "host",
            "tessera-host",
            format!("{version}, but the system does not tell where it stands"),
            "see that /proc is there",
        ),
    };
    vec![program, window_check(window)]
}

fn window_check(trial: &WindowTrial) -> Check {
    const ID: &str = "window";
    const SUBJECT: &str = "tessera-window";
    match trial {
        WindowTrial::Opens => Check::ok(ID, SUBJECT, "can open on this display"),
        WindowTrial::ProgramAbsent(path) => Check::wrong(
            ID,
            SUBJECT,
            format!("no program at {}", path.display()),
            "put it beside tessera-host; the two are installed together",
        ),
        WindowTrial::NoDisplay => Check::warning(
            ID,
            SUBJECT,
            "not tried: this session has no display (neither DISPLAY nor WAYLAND_DISPLAY)",
            "run the doctor in the person's own session, on the screen",
        ),
        WindowTrial::Fails(reason) => Check::wrong(
            ID,
            SUBJECT,
            format!("cannot open: {reason}"),
            format!("check the display, and that these packages are installed: {LIBRARIES}"),
        ),
        WindowTrial::Hangs => Check::wrong(
            ID,
            SUBJECT,
            "does not answer",
            "check that the display answers other programs",
        ),
    }
}
