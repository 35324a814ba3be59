//! A picture of every stage of the window in every language, for persons to look at:
//! `target/pictures/window/<language>/<stage>.png`.

mod views;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{ChildStdin, Command, ExitCode, Stdio},
};

use end_to_end::{
    Outcome,
    pin_window::{PinWindow, wait_until_no_window},
    product,
    program::{Program, mortal, run},
    suite,
    waiting::wait_for,
    workstation::Workstation,
};
use protocol::{Language, window::WindowView};

use views::{Named, every_stage};

/// Fewer colours than this are a blank window.
const COLOURS_MIN: usize = 12;

/// Stages enough to see every part in the dark.
const IN_THE_DARK: [&str; 5] = [
    "choosing-certificate",
    "pin",
    "pin-incorrect-last-try",
    "done",
    "failed-no-certificate",
];

/// Tells programs that the desktop is a dark one.
const DARK_DESKTOP: &str = include_str!("../../../host/window/tests/window/dark_desktop.py");

fn main() -> ExitCode {
    suite::run(&[
        (
            "every_stage_looks_and_reads_like_no_other_in_every_language",
            every_stage_looks_and_reads_like_no_other_in_every_language,
        ),
        (
            "a_dark_desktop_has_a_dark_window",
            a_dark_desktop_has_a_dark_window,
        ),
    ])
}

struct Studio {
    workstation: Workstation,
}

impl suite::Stage for Studio {
    fn start() -> Outcome<Studio> {
        Ok(Studio {
            workstation: Workstation::start()?,
        })
    }

    fn expect_at_rest(&mut self) -> Outcome<()> {
        wait_until_no_window(&self.workstation)
    }
}

/// What was seen and read of a stage.
struct Taken {
    picture: Vec<u8>,
    said: String,
    heading: String,
}

/// The window's program, told what to show as the host tells it.
struct Shown {
    _program: Program,
    input: ChildStdin,
}

impl Shown {
    fn start(workstation: &Workstation) -> Outcome<Shown> {
        let mut command = mortal(product::window()?);
        command.envs(workstation.environment().iter().cloned());
        command.stdin(Stdio::piped());
        let mut program = Program::start_talking("window", &mut command, workstation.folder())?;
        let input = program
            .child()
            .stdin
            .take()
            .ok_or("no pipe to the window")?;
        Ok(Shown {
            _program: program,
            input,
        })
    }

    fn show(&mut self, view: &WindowView) -> Outcome<()> {
        let line = serde_json::to_string(view)?;
        Ok(writeln!(self.input, "{line}")?)
    }
}

impl Studio {
    /// Shows one after the other in one window, and takes a picture of each.
    fn photograph(&mut self, folder: &Path, views: &[Named]) -> Outcome<BTreeMap<String, Taken>> {
        fs::create_dir_all(folder)?;
        let mut shown = Shown::start(&self.workstation)?;
        let mut taken: BTreeMap<String, Taken> = BTreeMap::new();
        let mut last: Option<(String, Vec<u8>)> = None;
        for (name, view) in views {
            shown.show(view)?;
            let mut window = PinWindow::wait(&mut self.workstation)?;
            let file = folder.join(format!("{name}.ppm"));
            let before = last.as_ref().map(|(_, picture)| &picture[..]);
            let picture = photograph_when_calm(&window, &file, before)?;
            let before = last.as_ref().map(|(said, _)| &said[..]);
            let (heading, said) = read_when_calm(&mut window, before)
                .map_err(|failure| format!("{name}: {failure}"))?;
            last = Some((said.clone(), picture.clone()));
            let one = Taken {
                picture,
                said,
                heading,
            };
            taken.insert((*name).to_owned(), one);
        }
        drop(shown);
        develop(folder)?;
        Ok(taken)
    }
}

/// Reads the heading and all words, once they are others than `before` and stay the same:
/// the tree is told of its nodes one after the other.
fn read_when_calm(window: &mut PinWindow, before: Option<&str>) -> Outcome<(String, String)> {
    let mut last = None;
    let words = wait_for("words that stay", || {
        let now = (heading(window)?, window.text().ok()?);
        let is_calm = before != Some(&now.1[..]) && last.as_ref() == Some(&now);
        last = Some(now.clone());
        is_calm.then_some(now)
    });
    Ok(words.map_err(|error| format!("{error}, but {last:?} after {before:?}"))?)
}

/// What is said after who asks.
fn heading(window: &mut PinWindow) -> Option<String> {
    let nodes = window.nodes().ok()?;
    let mut labels = nodes.into_iter().filter(|node| node.role == "label");
    labels.nth(1).map(|label| label.name)
}

/// Takes the picture that is another one than `before`, and the same when looked at again.
fn photograph_when_calm(
    window: &PinWindow,
    file: &Path,
    before: Option<&[u8]>,
) -> Outcome<Vec<u8>> {
    let mut last: Option<Vec<u8>> = None;
    Ok(wait_for(
        &format!("calm picture {}", file.display()),
        || {
            window.photograph(file).ok()?;
            let now = fs::read(file).ok()?;
            let is_calm = before != Some(&now[..]) && last.as_ref() == Some(&now);
            let picture = is_calm.then(|| now.clone());
            last = Some(now);
            picture
        },
    )?)
}

/// Makes PNG files of a folder's plain pictures.
fn develop(folder: &Path) -> Outcome<()> {
    let of = |extension: &str| -> Outcome<Vec<PathBuf>> {
        let entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
        let paths = entries.into_iter().map(|entry| entry.path());
        Ok(paths
            .filter(|path| path.extension().is_some_and(|own| own == extension))
            .collect())
    };
    let plain = of("ppm")?;
    run(Command::new("mogrify")
        .args(["-format", "png"])
        .args(&plain))?;
    for file in plain {
        fs::remove_file(file)?;
    }
    Ok(())
}

/// How many colours a plain picture (PPM, eight bits a colour) has.
fn colours(picture: &[u8]) -> usize {
    // The header is a few bytes, and not worth reading.
    let pixels = picture.rchunks_exact(3);
    pixels.collect::<BTreeSet<_>>().len()
}

fn every_stage_looks_and_reads_like_no_other_in_every_language(studio: &mut Studio) -> Outcome<()> {
    /// Words that every stage but the last has one of, each of one language alone.
    const OWN_WORDS: [(Language, [&str; 2]); 3] = [
        (Language::It, ["Annulla", "Chiudi"]),
        (Language::De, ["Abbrechen", "Schließen"]),
        (Language::En, ["Cancel", "Close"]),
    ];
    let mut pictures = BTreeMap::new();
    let mut headings: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (language, own_words) in OWN_WORDS {
        let code = language.code();
        let folder = product::pictures_of_the_window().join(code);
        let taken = studio.photograph(&folder, &every_stage(language))?;
        let mut all_said = BTreeMap::new();
        for (stage, one) in taken {
            let place = format!("{code}/{stage}");
            let colours = colours(&one.picture);
            assert!(colours >= COLOURS_MIN, "{place} has {colours} colours");
            let speaks = |words: &[&str]| words.iter().any(|word| one.said.contains(word));
            if stage != "done" {
                assert!(speaks(&own_words), "{place} says\n{}", one.said);
            }
            for (other, words) in OWN_WORDS {
                let is_own = other == language;
                assert!(is_own || !speaks(&words), "{place} says\n{}", one.said);
            }
            assert!(!one.heading.is_empty(), "{place} has no heading");
            headings.entry(stage).or_default().insert(one.heading);
            if let Some(twin) = all_said.insert(one.said, place.clone()) {
                return Err(format!("{place} says what {twin} says").into());
            }
            if let Some(twin) = pictures.insert(one.picture, place.clone()) {
                return Err(format!("{place} looks like {twin}").into());
            }
        }
    }
    for (stage, headings) in headings {
        assert_eq!(headings.len(), 3, "{stage}: {headings:?}");
    }
    Ok(())
}

fn a_dark_desktop_has_a_dark_window(studio: &mut Studio) -> Outcome<()> {
    let mut command = mortal("/usr/bin/python3");
    command.args(["-c", DARK_DESKTOP]);
    command.envs(studio.workstation.environment().iter().cloned());
    let mut desktop = Program::start("dark", &mut command, studio.workstation.folder())?;
    wait_for("dark desktop", || {
        let named = run(Command::new("dbus-send")
            .envs(studio.workstation.environment().iter().cloned())
            .args([
                "--session",
                "--print-reply",
                "--dest=org.freedesktop.DBus",
                "/",
            ])
            .arg("org.freedesktop.DBus.GetNameOwner")
            .arg("string:org.freedesktop.portal.Desktop"));
        named.ok()
    })?;
    let mut views = every_stage(Language::It);
    views.retain(|(name, _)| IN_THE_DARK.contains(name));
    let folder = product::pictures_of_the_window().join("it-dark");
    let taken = studio.photograph(&folder, &views)?;
    desktop.kill();
    assert_eq!(taken.len(), IN_THE_DARK.len());
    for (stage, one) in taken {
        let colours = colours(&one.picture);
        assert!(colours >= COLOURS_MIN, "{stage} has {colours} colours");
        let light: usize = one.picture.iter().map(|part| usize::from(*part)).sum();
        let mean = light / one.picture.len();
        assert!(mean < 0x60, "{stage} is as light as {mean}");
    }
    Ok(())
}
