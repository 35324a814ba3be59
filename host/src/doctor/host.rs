//! The host's own part of the report: its program, and the window's beside it.

use super::report::Check;
use super::surroundings::Surroundings;
use super::window_trial::WindowTrial;

/// What a window needs that cannot open; on Linux the Debian packages that hold what it opens.
const NEEDED: &str = if cfg!(target_os = "linux") {
    "check the display, and that these packages are installed: libx11-6 libx11-xcb1 libxcursor1 \
     libxi6 libxkbcommon0 libxkbcommon-x11-0 xkb-data libfontconfig1 fonts-dejavu-core"
} else {
    "run the doctor in the person's own session, on the screen"
};

/// Where a program learns its own path.
const WHERE_IT_STANDS: &str = if cfg!(target_os = "linux") {
    "see that /proc is there"
} else {
    "start it by its whole path"
};

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
            WHERE_IT_STANDS,
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
        WindowTrial::Fails(reason) => {
            Check::wrong(ID, SUBJECT, format!("cannot open: {reason}"), NEEDED)
        }
        WindowTrial::Hangs => Check::wrong(
            ID,
            SUBJECT,
            "does not answer",
            "check that the display answers other programs",
        ),
    }
}
