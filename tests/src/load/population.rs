//! Everybody whom the Sistema TS knows, by number: as many as a test wants.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::Command,
};

use postgres_server::Postgres;
use protocol::CodiceFiscale;

use crate::{portal::Portal, program::run};

const COGNOMI: [&str; 8] = [
    "ROSSI", "FERRARI", "D'AMICO", "MÜLLER", "ESPOSITO", "DE LUCA", "GRECO", "PICHLER",
];
const NOMI: [&str; 8] = [
    "MARIO",
    "ANNA",
    "GIULIA",
    "LUCA",
    "MARIA TERESA",
    "JOSEF",
    "PAOLA",
    "NICOLÒ",
];
/// Local health authorities in Italy, about.
const AUTHORITIES: u32 = 110;

/// So many operators, the first of whom are officers: registering them makes no credentials, whose
/// hashes cost a second of a test's time.
#[derive(Debug, Clone, Copy)]
pub struct Population {
    operators: u32,
    officers: u32,
}

impl Population {
    /// So many operators, with so many officers among them.
    pub fn new(operators: u32, officers: u32) -> Population {
        Population {
            operators,
            officers,
        }
    }

    /// Brings them into a portal by its own command, as an administrator does.
    pub fn import(&self, portal: &Portal) -> crate::Outcome<()> {
        let file = portal.folder().join("population.csv");
        self.write(&file)?;
        portal.command(&["operators", "import", &file.display().to_string()])?;
        Ok(())
    }

    /// Puts registrations of so many people straight into a portal's SQLite file: material of a
    /// test, of cards that do not exist. The product makes each by a card's signature, which for
    /// hundreds of thousands would take an hour.
    pub fn register_in_sqlite(portal: &Portal, count: u32) -> io::Result<()> {
        const PROGRAM: &str = "
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], timeout=30)
database.execute('''
    INSERT INTO registrations
        (codice_fiscale, certificate_fingerprint, registered_at, document_pending)
    SELECT codice_fiscale, randomblob(32), 1700000000000, 0 FROM operators LIMIT ?
    ON CONFLICT DO NOTHING''', [int(sys.argv[2])])
database.commit()
database.close()";
        let mut python = Command::new("python3");
        python
            .args(["-c", PROGRAM])
            .arg(portal.folder().join("tessera.db"))
            .arg(count.to_string());
        run(&mut python).map(drop)
    }

    /// Puts them all, and registrations of so many, straight into a PostgreSQL database with the
    /// portal's empty tables: material of a test too, in a tenth of the import's time.
    pub fn fill_postgres(
        &self,
        database: &Postgres,
        name: &str,
        registrations: u32,
    ) -> io::Result<()> {
        // The database's account reads it.
        let folder = tempfile::Builder::new()
            .permissions(fs::Permissions::from_mode(0o755))
            .tempdir()?;
        let file = folder.path().join("population.csv");
        self.write(&file)?;
        database.run(
            name,
            &format!(
                "CREATE TEMPORARY TABLE population (codice_fiscale TEXT, cognome TEXT, nome TEXT,
                     profile TEXT, telefono_ufficio TEXT, email TEXT, regione TEXT, asl TEXT,
                     services TEXT, active BOOLEAN);
                 COPY population FROM '{}' (FORMAT csv, HEADER, FORCE_NOT_NULL (services));
                 INSERT INTO operators (codice_fiscale, cognome, nome, profile, telefono_ufficio,
                     email, regione, asl, services, active, id, searched_name)
                 SELECT *, uuid_send(gen_random_uuid()), lower(cognome || ' ' || nome)
                 FROM population;
                 INSERT INTO registrations (codice_fiscale, certificate_fingerprint,
                     registered_at, document_pending)
                 SELECT codice_fiscale,
                     uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()),
                     1700000000000, false
                 FROM population LIMIT {registrations};",
                file.display()
            ),
        );
        database.run(name, "VACUUM ANALYZE");
        Ok(())
    }

    /// Writes the operators file.
    pub fn write(&self, file: &Path) -> io::Result<()> {
        let mut file = BufWriter::new(File::create(file)?);
        writeln!(
            file,
            "codice_fiscale,cognome,nome,profile,telefono_ufficio,email,regione,asl,services,active"
        )?;
        for number in 0..self.operators {
            let place = number as usize;
            writeln!(
                file,
                "{},{},{},{},06{number:08},persona.{number}@asl.example,REGIONE {},ASL {:03},,true",
                codice_fiscale(number),
                COGNOMI[place % COGNOMI.len()],
                NOMI[place / COGNOMI.len() % NOMI.len()],
                match number < self.officers {
                    true => "amministrazione",
                    false => "medico",
                },
                number % AUTHORITIES / 6,
                number % AUTHORITIES,
            )?;
        }
        file.flush()
    }
}

/// The codice fiscale of the person of this number: each its own, and neighbours far apart, as
/// those of real people are.
pub fn codice_fiscale(number: u32) -> String {
    const CONSONANTS: &[u8; 16] = b"BCDFGHLMNPRSTVZK";
    const MONTHS: &[u8; 12] = b"ABCDEHLMPRST";
    /// Odd, so that no two numbers meet (Knuth, TAOCP 3 §6.4).
    const SPREAD: u32 = 2_654_435_769;
    let mut rest = number.wrapping_mul(SPREAD);
    let mut next = |choices: u32| {
        let chosen = rest % choices;
        rest /= choices;
        chosen
    };
    let mut text = String::with_capacity(16);
    for _ in 0..6 {
        text.push(char::from(CONSONANTS[next(16) as usize]));
    }
    // What is left has eight bits: a year and a day.
    let (year, day) = (next(16), next(16));
    let month = MONTHS[number as usize % MONTHS.len()];
    text += &format!("{}{}{:02}", 50 + year, char::from(month), 1 + day);
    text += "H501";
    let whole = ('A'..='Z').map(|letter| format!("{text}{letter}"));
    whole
        .into_iter()
        .find(|text| CodiceFiscale::parse(text).is_ok())
        .expect("one of the letters is the check letter")
}
