//! `operators import` of large files: all of it or nothing, again and again, in little memory

use std::{
    fmt::Write,
    process::{Child, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use pki::codice_fiscale;

use crate::installation::{Installation, Told};

const HEADER: &str =
    "codice_fiscale,cognome,nome,profile,telefono_ufficio,email,regione,asl,services,active\n";

/// A file of so many operators, all of one ASL; where it is.
fn write(installation: &Installation, count: u32, asl: &str) -> String {
    let mut file = HEADER.to_owned();
    for number in 0..count {
        let cf = codice_fiscale(number);
        let name = format!("\"D'ANTÒ\\, {number}\",\"UGO \"\"{number}\"\"\"");
        writeln!(
            file,
            "{cf},{name},medico,0612,u{number}@asl.example,Lazio,{asl},,true"
        )
        .unwrap();
    }
    installation.write("o.csv", file.as_bytes());
    installation.folder().join("o.csv").display().to_string()
}

fn import(installation: &Installation, file: &str) -> Told {
    installation.run(&["operators", "import", file])
}

/// Whether the operator of that number is one.
fn is_known(installation: &Installation, number: u32) -> bool {
    let cf = codice_fiscale(number);
    let told = installation.run(&["registrations", "revoke", &cf]);
    told.code == Some(0)
}

#[test]
fn the_same_file_again_changes_nothing_and_another_what_it_says() {
    let installation = Installation::new();
    for (count, asl, told) in [
        (
            3000,
            "A1",
            "3000 operators imported, 3000 of them new, 0 changed",
        ),
        (
            3000,
            "A1",
            "3000 operators imported, 0 of them new, 0 changed",
        ),
        (
            3100,
            "A2",
            "3100 operators imported, 100 of them new, 3000 changed",
        ),
        (10, "A2", "10 operators imported, 0 of them new, 0 changed"),
    ] {
        let file = write(&installation, count, asl);
        let imported = import(&installation, &file);
        assert_eq!(imported.code, Some(0), "{imported:?}");
        assert!(imported.out.contains(told), "{imported:?}");
    }
    assert!(is_known(&installation, 3099));
    assert!(!is_known(&installation, 3100));
}

#[test]
fn a_codice_fiscale_twice_is_told_wherever_it_stands_beside_all_other_faults() {
    let installation = Installation::new();
    let file = write(&installation, 6000, "A1");
    let mut text = std::fs::read_to_string(&file).unwrap();
    for (number, profile) in [(5, "medico"), (7, "mago"), (5999, "medico")] {
        writeln!(text, "{},B,C,{profile},,,,,,true", codice_fiscale(number)).unwrap();
    }
    std::fs::write(&file, text).unwrap();
    for arguments in [&["--dry-run"][..], &[]] {
        let told = installation.run(&[&["operators", "import", &file], arguments].concat());
        assert_eq!((told.code, told.out.as_str()), (Some(1), ""));
        let lines: Vec<&str> = told.err.lines().collect();
        assert_eq!(lines.len(), 4, "{told:?}");
        assert!(lines[0].starts_with("line 6003, column 4 (profile): write one of"));
        for (told, line) in [(lines[1], 6002), (lines[2], 6004)] {
            let twice = "this codice fiscale stands in an earlier line already";
            assert_eq!(
                told,
                format!("line {line}, column 1 (codice_fiscale): {twice}")
            );
        }
        assert!(lines[3].ends_with("nothing was imported"));
    }
    assert!(!is_known(&installation, 0));
}

#[test]
fn where_stderr_is_no_terminal_every_hundred_thousand_rows_are_a_line() {
    let installation = Installation::new();
    let file = write(&installation, 210_000, "A1");
    let told = installation.run(&["operators", "import", &file, "--dry-run"]);
    assert_eq!(told.code, Some(0), "{told:?}");
    assert_eq!(told.err.lines().count(), 2, "{told:?}");
    assert!(told.err.contains("00000 rows"), "{told:?}");
}

#[test]
fn killed_at_any_moment_it_has_imported_all_or_nothing() {
    let installation = Installation::new();
    const COUNT: u32 = 20_000;
    let file = write(&installation, COUNT, "A1");
    let mut killed = 0;
    let mut patience = Duration::from_millis(50);
    loop {
        let mut command = installation.command(&["operators", "import", &file]);
        let mut child = command.stderr(Stdio::null()).stdout(Stdio::null()).spawn();
        let child = child.as_mut().unwrap();
        sleep(patience);
        patience = patience.mul_f32(1.5);
        child.kill().unwrap();
        let by_itself = child.wait().unwrap().success();
        let known: Vec<bool> = [0, COUNT / 3, COUNT - 1]
            .map(|number| is_known(&installation, number))
            .to_vec();
        let all = known.iter().all(|known| *known);
        assert!(all || !known.contains(&true), "{known:?}");
        if by_itself || all {
            assert!(all);
            break;
        }
        killed += 1;
    }
    assert!(killed > 2, "{killed}");
    // What was left behind is in nobody's way.
    let told = import(&installation, &file);
    assert!(told.out.contains("0 of them new, 0 changed"), "{told:?}");
}

/// The most memory it ever took, in kibibytes.
#[cfg(target_os = "linux")]
fn peak(child: &mut Child) -> u64 {
    let file = format!("/proc/{}/status", child.id());
    let begin = Instant::now();
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        assert!(begin.elapsed() < Duration::from_secs(300));
        let status = std::fs::read_to_string(&file).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let now = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
        peak = now.unwrap_or(peak);
        sleep(Duration::from_millis(5));
    }
    assert!(child.wait().unwrap().success());
    peak
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_thirty_times_as_long_takes_hardly_more_memory() {
    let peaks = [5_000, 150_000].map(|count| {
        let installation = Installation::new();
        let file = write(&installation, count, "A1");
        let mut command = installation.command(&["operators", "import", &file]);
        let command = command.stderr(Stdio::null()).stdout(Stdio::null());
        peak(&mut command.spawn().unwrap())
    });
    // SQLite keeps so much of the tables at hand, and no more.
    let more = peaks[1].saturating_sub(peaks[0]) / 1024;
    assert!(more < 80, "{peaks:?}");
}
