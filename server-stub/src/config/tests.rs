use std::time::Duration;

use verifier::RevocationPolicy;

use super::{trust::absolute_pattern, *};

const LEAST: &str = "origin = \"https://portal.example\"\ndatabase = \"sqlite:tessera.db\"\n\
                     trust.anchors = [\"ca/*.pem\"]\n";

fn read(text: &str, environment: &[(&str, &str)]) -> Result<Config, ConfigFault> {
    let environment = environment
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let folder = Path::new("/etc/tessera");
    Config::read(&mut Keys::read(text, environment, folder)?, folder)
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
    let serving = |config: &Config| {
        let limits = &config.limits;
        let connections = (limits.connections, limits.connections_per_address);
        (connections, limits.drain_seconds)
    };
    assert_eq!(serving(&example), serving(&usual));
    assert_eq!(example.retention.events_days, usual.retention.events_days);
    assert_eq!(example.retention.reports_days, usual.retention.reports_days);
    let audit = |config: &Config| {
        let audit = config.audit.clone();
        (audit.node, audit.key, audit.heads, audit.months)
    };
    assert_eq!(audit(&example), audit(&usual));
    assert_eq!(example.services, usual.services);
    assert_eq!(example.session.idle_minutes, usual.session.idle_minutes);
    assert_eq!(example.session.absolute_hours, usual.session.absolute_hours);
    assert_eq!(example.trust.revocation, usual.trust.revocation);
    assert_eq!(example.trust.state, usual.trust.state);
    let asking = |config: &Config| {
        let asking = config.trust.asking.clone();
        let addresses = (asking.crl_addresses, asking.ocsp_addresses);
        let times = (asking.login, asking.crl_every, asking.crl_within);
        (asking.fetch, addresses, times, asking.crl_bytes)
    };
    assert_eq!(asking(&example), asking(&usual));
    assert!(usual.admin.is_none() && usual.trusted_proxies.is_empty());
}

#[test]
fn relative_paths_start_at_the_files_folder() {
    let config = read(LEAST, &[]).unwrap();
    assert_eq!(
        config.database.to_string(),
        "sqlite:/etc/tessera/tessera.db"
    );
    assert_eq!(config.trust.anchors, ["/etc/tessera/ca/*.pem"]);
    let elsewhere = LEAST.replace("sqlite:tessera.db", "sqlite:/var/lib/t.db");
    assert_eq!(
        read(&elsewhere, &[]).unwrap().database.to_string(),
        "sqlite:/var/lib/t.db"
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
    let with = |address: &str| LEAST.replace("sqlite:tessera.db", address);
    let config = read(&with("postgres://u:secret@one,other:5433/db"), &[]).unwrap();
    let shown = "postgres://u@one,other:5433/db";
    assert_eq!(config.database.to_string(), shown);
    assert!(!format!("{config:?}").contains("secret"));
    let line = fault(&with("postgres://u:secret@host/db?sslmod=require"));
    assert!(
        line.starts_with("database = \"postgres://u@host/db\""),
        "{line}"
    );
    assert!(
        line.contains("sslmod") && !line.contains("secret"),
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

const PIN: &str = "ed36919a6a09991c1428fa779133166839d05640d0639b4a2e42bb05fdb678da";

#[test]
fn a_trusted_list_takes_the_place_of_anchors() {
    let without = LEAST.replace("trust.anchors = [\"ca/*.pem\"]", "");
    let with = |place: &str| {
        format!("{without}[trust]\ntrust_list = \"{place}\"\ntrust_list_signers = [\"{PIN}\"]\n")
    };
    let config = read(&with("TSL-IT.xml"), &[]).unwrap();
    let list = config.trust.list.unwrap();
    let file = PathBuf::from("/etc/tessera/TSL-IT.xml");
    assert_eq!(list.place, ListPlace::File(file));
    assert_eq!(
        (list.may_shrink, list.every),
        (10, Duration::from_secs(6 * 3600))
    );
    assert_eq!(config.trust.state, Path::new("/etc/tessera/trust-state"));
    let config = read(&with("https://tl.example/TSL-IT.xml"), &[]).unwrap();
    let place = config.trust.list.unwrap().place;
    assert!(
        matches!(place, ListPlace::Address(address) if address.as_str() == "https://tl.example/TSL-IT.xml")
    );
    for bad in ["ftp://tl.example/", "https://u:p@tl.example/", "https://"] {
        let line = fault(&with(bad));
        assert!(line.starts_with("trust.trust_list = "), "{line}");
    }
    let line = fault(&with("l.xml").replace(PIN, "ed36"));
    assert!(
        line.starts_with("trust.trust_list_signers = ") && line.contains("64"),
        "{line}"
    );
}

#[test]
fn a_trusted_list_and_its_signers_go_together() {
    let line = fault(&format!("{LEAST}[trust]\n").replace(
        "trust.anchors = [\"ca/*.pem\"]\n[trust]",
        "[trust]\ntrust_list = \"l.xml\"",
    ));
    assert!(line.contains("trust.trust_list_signers too"), "{line}");
    let line = fault(&format!("{LEAST}trust.trust_list_signers = [\"{PIN}\"]\n"));
    assert!(line.contains("trust.trust_list too"), "{line}");
    let line = fault(&format!("{LEAST}trust.trust_list_signers = []\n"));
    assert!(line.contains("trust.trust_list too"), "{line}");
}

#[test]
fn addresses_are_given_by_the_authoritys_fingerprint() {
    let text = format!(
        "{LEAST}[revocation]\nfetch = false\nlogin_milliseconds = 500\n\
         [revocation.crl_addresses]\n{PIN} = [\"http://127.0.0.1:1/a.crl\", \"http://b/\"]\n"
    );
    let pin = *trusted_list::Fingerprint::parse(PIN).unwrap().as_bytes();
    let asking = read(&text, &[]).unwrap().trust.asking;
    assert!(!asking.fetch);
    assert_eq!(asking.login, Duration::from_millis(500));
    assert_eq!(asking.crl_addresses[&pin].len(), 2);
    let variables = [
        ("TESSERA_REVOCATION__FETCH", "true"),
        (
            "TESSERA_REVOCATION__OCSP_ADDRESSES",
            &format!("{PIN}=http://ocsp.example/?a=b, {PIN}=http://c/") as &str,
        ),
    ];
    let asking = read(&text, &variables).unwrap().trust.asking;
    assert!(asking.fetch);
    let addresses = &asking.ocsp_addresses[&pin];
    assert_eq!(addresses[0].as_str(), "http://ocsp.example/?a=b");
    assert_eq!(addresses.len(), 2);
}

/// So many addresses, each another.
fn many(count: usize) -> String {
    let addresses = (0..count).map(|number| format!("\"http://x/{number}\""));
    addresses.collect::<Vec<_>>().join(", ")
}

#[test]
fn as_many_addresses_as_are_used_can_be_given() {
    let section = |key: &str, pin: usize, count| {
        format!("[revocation.{key}]\n{pin:064x} = [{}]\n", many(count))
    };
    for (key, count) in [("crl_addresses", 16), ("ocsp_addresses", 3)] {
        read(&format!("{LEAST}{}", section(key, 1, count)), &[]).unwrap();
    }
    let each = |pin| format!("{pin:064x} = [{}]\n", many(16));
    let of = |authorities| (0..authorities).map(each).collect::<String>();
    let all = |authorities| format!("{LEAST}[revocation.crl_addresses]\n{}", of(authorities));
    read(&all(32), &[]).unwrap();
    let line = fault(&all(33));
    assert!(line.contains("512 addresses"), "{line}");
}

#[test]
fn what_will_not_do_under_revocation_is_named_too() {
    for (changed, named) in [
        (
            "[revocation]\nfetch = \"yes\"\n",
            &["revocation.fetch", "true or false"][..],
        ),
        (
            "[revocation]\ncrl_hours = 0\n",
            &["revocation.crl_hours", "from 1"],
        ),
        (
            "[revocation]\ncrl_adresses = 1\n",
            &["revocation.crl_adresses", "no such key"],
        ),
        (
            "[revocation.crl_addresses]\nab = [\"http://x/\"]\n",
            &["revocation.crl_addresses", "\"ab\"", "SHA-256"],
        ),
        (
            "[revocation.crl_addresses]\nab = \"http://x/\"\n",
            &["list of texts by each name"],
        ),
        (
            "[revocation.ocsp_addresses]\nPIN = [\"ldap://x/\"]\n",
            &["revocation.ocsp_addresses", "ldap://x/", "http"],
        ),
        (
            "[revocation.ocsp_addresses]\nPIN = []\n",
            &["revocation.ocsp_addresses", PIN, "[]", "leave the name out"],
        ),
        (
            &*format!("[revocation.ocsp_addresses]\nPIN = [{}]\n", many(4)),
            &["revocation.ocsp_addresses", PIN, "3 addresses"],
        ),
        (
            &*format!("[revocation.crl_addresses]\nPIN = [{}]\n", many(17)),
            &["revocation.crl_addresses", PIN, "16 addresses"],
        ),
        (
            "trust.state = \" \"\n",
            &["trust.state", "folder of its own"],
        ),
    ] {
        let line = fault(&format!("{LEAST}{}", changed.replace("PIN", PIN)));
        for part in named {
            assert!(line.contains(part), "{line} lacks {part}");
        }
    }
    let told = read(LEAST, &[("TESSERA_REVOCATION__CRL_ADDRESSES", "x")]).unwrap_err();
    assert!(told.mend.contains("name=entry"), "{told}");
}

#[test]
fn a_value_may_stand_in_a_file_that_the_environment_names() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    std::fs::write(&file, "sqlite:elsewhere.db\n").unwrap();
    let named = ("TESSERA_DATABASE_FILE", file.to_str().unwrap());
    let config = read(LEAST, &[named]).unwrap();
    assert_eq!(
        config.database.to_string(),
        "sqlite:/etc/tessera/elsewhere.db"
    );

    let told = read(LEAST, &[named, ("TESSERA_DATABASE", "sqlite:x.db")]).unwrap_err();
    assert!(told.mend.contains("one of the two"), "{told}");
    let told = read(LEAST, &[("TESSERA_DATABASE_FILE", "/nowhere")]).unwrap_err();
    assert_eq!(told.key, "TESSERA_DATABASE_FILE");
    assert!(told.to_string().contains("/nowhere"), "{told}");
    // A number is no secret, and its file no number.
    let told = read(LEAST, &[("TESSERA_LIMITS__CONNECTIONS_FILE", "/nowhere")]).unwrap_err();
    assert!(told.mend.contains("no such key"), "{told}");
}

#[test]
fn an_unknown_variable_keeps_its_value_to_itself() {
    let told = read(LEAST, &[("TESSERA_DATABSE", "postgres://u:secret@h/d")]).unwrap_err();
    assert!(!told.to_string().contains("secret"), "{told}");
}

#[test]
fn a_node_has_a_name_and_its_commands_another() {
    let config = read(LEAST, &[("TESSERA_AUDIT__NODE", "node-1")]).unwrap();
    assert_eq!(config.audit.commands.as_str(), "command@node-1");
    assert_eq!(config.audit.key, Path::new("/etc/tessera/audit.key"));
    for (line, expected) in [
        (
            "audit.node = \"nodo uno\"",
            "audit.node = \"nodo uno\": write a name",
        ),
        ("audit.node = \"command@a\"", "may not begin with command@"),
        ("audit.key = \"audit.pub\"", "ends in .pub"),
        (
            "audit.months = 5",
            "audit.months = 5: write a number from 6 to 240",
        ),
    ] {
        let fault = fault(&format!("{LEAST}{line}\n"));
        assert!(fault.contains(expected), "{fault}");
    }
}
