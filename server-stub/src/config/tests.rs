use super::*;

const LEAST: &str = "origin = \"https://portal.example\"\ndatabase = \"sqlite:tessera.db\"\n\
                     trust.anchors = [\"ca/*.pem\"]\n";

fn read(text: &str, environment: &[(&str, &str)]) -> Result<Config, ConfigFault> {
    let environment = environment
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::read(Keys::read(text, environment)?, Path::new("/etc/tessera"))
}

fn fault(text: &str) -> String {
    let line = read(text, &[]).unwrap_err().to_string();
    assert_eq!(line.lines().count(), 1);
    line
}

#[test]
fn the_example_is_a_configuration_and_shows_the_usual_values() {
    let example = read(EXAMPLE, &[]).unwrap();
    let usual = read(LEAST, &[]).unwrap();
    assert_eq!(example.listen, usual.listen);
    assert_eq!(
        example.limits.challenge_seconds,
        usual.limits.challenge_seconds
    );
    assert_eq!(
        example.limits.challenges_per_minute,
        usual.limits.challenges_per_minute
    );
    assert_eq!(
        example.limits.passwords_per_quarter_hour,
        usual.limits.passwords_per_quarter_hour
    );
    assert_eq!(
        example.limits.reports_per_hour,
        usual.limits.reports_per_hour
    );
    assert_eq!(example.retention.events_days, usual.retention.events_days);
    assert_eq!(example.retention.reports_days, usual.retention.reports_days);
    assert_eq!(example.services, usual.services);
    assert_eq!(example.session.idle_minutes, usual.session.idle_minutes);
    assert_eq!(example.session.absolute_hours, usual.session.absolute_hours);
    assert_eq!(example.trust.revocation, usual.trust.revocation);
    assert!(usual.admin.is_none() && usual.trusted_proxies.is_empty());
}

#[test]
fn relative_paths_start_at_the_files_folder() {
    let config = read(LEAST, &[]).unwrap();
    assert_eq!(config.database, Path::new("/etc/tessera/tessera.db"));
    assert_eq!(config.trust.anchors, ["/etc/tessera/ca/*.pem"]);
    let elsewhere = LEAST.replace("sqlite:tessera.db", "sqlite:/var/lib/t.db");
    assert_eq!(
        read(&elsewhere, &[]).unwrap().database,
        Path::new("/var/lib/t.db")
    );
}

#[test]
fn a_folder_with_stars_in_its_name_is_no_pattern() {
    assert_eq!(
        absolute_pattern(Path::new("/a[b]*"), "ca/*.pem"),
        "/a[[]b[]][*]/ca/*.pem"
    );
}

#[test]
fn the_environment_wins() {
    let config = read(
        LEAST,
        &[
            ("TESSERA_LISTEN", "0.0.0.0:80"),
            ("TESSERA_TRUST__ANCHORS", "/a.pem, /b.pem"),
            ("TESSERA_TRUST__REVOCATION", "off"),
            ("TESSERA_LIMITS__CHALLENGE_SECONDS", "60"),
            ("TESSERA_TRUSTED_PROXIES", "10.0.0.0/8,::1"),
            ("HOME", "/root"),
        ],
    )
    .unwrap();
    assert_eq!(config.listen, "0.0.0.0:80".parse().unwrap());
    assert_eq!(config.trust.anchors, ["/a.pem", "/b.pem"]);
    assert_eq!(config.trust.revocation, RevocationPolicy::Off);
    assert_eq!(config.limits.challenge_seconds, 60);
    assert_eq!(config.trusted_proxies.len(), 2);
}

#[test]
fn the_environment_alone_is_enough() {
    let config = read(
        "",
        &[
            ("TESSERA_ORIGIN", "http://localhost:1"),
            ("TESSERA_DATABASE", "sqlite:x.db"),
            ("TESSERA_TRUST__ANCHORS", "ca.pem"),
        ],
    );
    assert_eq!(config.unwrap().origin.as_str(), "http://localhost:1");
}

#[test]
fn what_will_not_do_is_named_with_its_value_and_mend() {
    for (changed, named) in [
        (
            "colour = \"red\"\n",
            &["colour", "\"red\"", "no such key"][..],
        ),
        ("[trust2]\nx = 1\n", &["trust2.x", "1"]),
        (
            "listen = \"localhost\"\n",
            &["listen", "\"localhost\"", "port"],
        ),
        ("listen = 8080\n", &["listen", "8080", "quotes"]),
        (
            "[limits]\nchallenge_seconds = 0\n",
            &["limits.challenge_seconds", "0", "from 1"],
        ),
        ("[limits]\nchallenge_seconds = \"5\"\n", &["whole number"]),
        (
            "[tls]\ncertificate = \"x.pem\"\n",
            &["tls.certificate", "x.pem", "tls.key"],
        ),
        (
            "trusted_proxies = [\"proxy\"]\n",
            &["trusted_proxies", "\"proxy\"", "network"],
        ),
        ("[admin]\nlisten = \"x\"\n", &["admin.listen", "\"x\""]),
        (
            "[services]\nmessaggi = \"https://x.example\"\n",
            &["services.messaggi", "no such key"],
        ),
        (
            "[retention]\nevents_days = 0\n",
            &["retention.events_days", "0", "from 1"],
        ),
    ] {
        let line = fault(&format!("{}\n{changed}", LEAST));
        for part in named {
            assert!(line.contains(part), "{line} lacks {part}");
        }
    }
}

#[test]
fn the_examples_services_are_good_once_they_are_let_in() {
    let (begin, services) = EXAMPLE.split_once("# [services]").unwrap();
    let (services, rest) = services.split_once("\n\n").unwrap();
    let services = services.replace("# ", "");
    let config = read(&format!("{begin}[services]{services}\n\n{rest}"), &[]).unwrap();
    assert_eq!(config.services.len(), 12);
}

#[test]
fn a_service_is_at_an_https_address() {
    let address = |value: &str| format!("{LEAST}[services]\ncms = \"{value}\"\n");
    let config = read(&address("https://cms.example/a?b=c"), &[]).unwrap();
    assert_eq!(
        config.services[&ServiceId::Cms],
        "https://cms.example/a?b=c"
    );
    for bad in [
        "http://cms.example",
        "cms.example",
        "https://",
        "https:cms",
        "https://u:p@cms.example",
        "javascript:alert(1)",
        "",
    ] {
        let line = fault(&address(bad));
        assert!(line.starts_with("services.cms = "), "{line}");
        assert!(line.contains("https"), "{line}");
    }
    let variable = ("TESSERA_SERVICES__GESTIONE_STP", "https://stp.example/");
    let config = read(LEAST, &[variable]).unwrap();
    assert_eq!(config.services[&ServiceId::GestioneStp], variable.1);
}

#[test]
fn an_origin_that_is_no_secure_context_is_named() {
    for origin in [
        "http://portal.example",
        "https://portal.example/",
        "https://Portal.example",
        "portal",
    ] {
        let line = fault(&LEAST.replace("https://portal.example", origin));
        assert!(line.starts_with("origin = "), "{line}");
        assert!(line.contains(origin), "{line}");
    }
}

#[test]
fn what_is_required_is_asked_for() {
    for (key, line) in LEAST
        .lines()
        .map(|line| (line.split(' ').next().unwrap(), line))
    {
        let told = fault(&LEAST.replace(line, ""));
        assert!(told.starts_with(&format!("{key} = (nothing)")), "{told}");
    }
}

#[test]
fn a_database_elsewhere_keeps_its_password_to_itself() {
    let line = fault(&LEAST.replace("sqlite:tessera.db", "postgres://u:secret@host/db"));
    assert!(
        line.contains("postgres") && !line.contains("secret"),
        "{line}"
    );
}

#[test]
fn a_fault_of_form_names_the_line() {
    assert!(fault("origin = \"https://portal.example\"\nlisten = = 3\n").contains("line 2"));
}

#[test]
fn an_unknown_variable_is_an_unknown_key() {
    let told = read(LEAST, &[("TESSERA_TRUST__REVOCATON", "off")]).unwrap_err();
    assert_eq!(told.key, "TESSERA_TRUST__REVOCATON");
}
