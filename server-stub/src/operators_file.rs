//! The operators file: CSV in, rows or every fault by line and column out (contract §5).

use std::{collections::HashSet, fmt};

use csv::{Position, ReaderBuilder, StringRecord};
use protocol::{
    CodiceFiscale,
    api::Operator,
    service::{Profile, ServiceId},
};

use crate::store::OperatorRow;

const COLUMNS: [&str; 10] = [
    "codice_fiscale",
    "cognome",
    "nome",
    "profile",
    "telefono_ufficio",
    "email",
    "regione",
    "asl",
    "services",
    "active",
];

/// Longest value that is taken, in characters: what fits on the credentials document.
const LONGEST: usize = 200;

/// What is wrong with a row, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFault {
    /// From 1, the header.
    pub line: u64,
    /// Column number from 1, where it is one column.
    pub column: Option<usize>,
    /// What is wrong, and what should stand there.
    pub fault: String,
}

impl fmt::Display for RowFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {}", self.line)?;
        if let Some(column) = self.column {
            write!(formatter, ", column {column}")?;
            if let Some(name) = column.checked_sub(1).and_then(|place| COLUMNS.get(place)) {
                write!(formatter, " ({name})")?;
            }
        }
        write!(formatter, ": {}", self.fault)
    }
}

/// Reads a whole file; with any bad row, every fault and no row.
pub fn read(file: &[u8]) -> Result<Vec<OperatorRow>, Vec<RowFault>> {
    // What spreadsheets put before UTF-8.
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    let mut records = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(file)
        .into_byte_records();
    let header_fault = || RowFault {
        line: 1,
        column: None,
        fault: format!("the header must be: {}", COLUMNS.join(",")),
    };
    match records.next() {
        Some(Ok(header)) if header.iter().eq(COLUMNS.iter().map(|name| name.as_bytes())) => {}
        _ => return Err(vec![header_fault()]),
    }
    let mut rows = Vec::new();
    let mut faults = Vec::new();
    let mut seen = HashSet::new();
    for record in records {
        let record = match record {
            Ok(record) => record,
            Err(fault) => {
                faults.push(RowFault {
                    line: fault.position().map_or(0, Position::line),
                    column: None,
                    fault: fault.to_string(),
                });
                continue;
            }
        };
        let line = record.position().map_or(0, |start| first_line(file, start));
        let record = match StringRecord::from_byte_record(record) {
            Ok(record) => record,
            Err(fault) => {
                faults.push(RowFault {
                    line,
                    column: Some(fault.utf8_error().field() + 1),
                    fault: "not UTF-8".to_owned(),
                });
                continue;
            }
        };
        let mut row = Row {
            record: &record,
            line,
            faults: Vec::new(),
        };
        let read = row.read();
        faults.append(&mut row.faults);
        if let Some(read) = read {
            if seen.insert(read.operator.codice_fiscale.clone()) {
                rows.push(read);
            } else {
                faults.push(RowFault {
                    line,
                    column: Some(1),
                    fault: "this codice fiscale stands in an earlier line already".to_owned(),
                });
            }
        }
    }
    if faults.is_empty() {
        Ok(rows)
    } else {
        Err(faults)
    }
}

/// The line a record's first value stands on; its position counts from the blank lines
/// before it.
fn first_line(file: &[u8], start: &Position) -> u64 {
    let from = usize::try_from(start.byte()).unwrap_or(usize::MAX);
    let blank = file
        .get(from..)
        .unwrap_or_default()
        .iter()
        .take_while(|byte| matches!(byte, b'\r' | b'\n'))
        .filter(|byte| **byte == b'\n')
        .count();
    start.line() + blank as u64
}

/// A row being read.
struct Row<'a> {
    record: &'a StringRecord,
    line: u64,
    faults: Vec<RowFault>,
}

impl Row<'_> {
    fn read(&mut self) -> Option<OperatorRow> {
        if self.record.len() != COLUMNS.len() {
            self.faults.push(RowFault {
                line: self.line,
                // The first that is missing, or the first too many.
                column: Some(self.record.len().min(COLUMNS.len()) + 1),
                fault: format!("{} columns instead of {}", self.record.len(), COLUMNS.len()),
            });
            return None;
        }
        let codice_fiscale = self.parsed(0, |text| {
            CodiceFiscale::parse(text).map_err(|fault| fault.to_string())
        });
        let cognome = self.name(1);
        let nome = self.name(2);
        let profile = self.parsed(3, |text| {
            Profile::from_name(text).ok_or_else(|| {
                let names = Profile::ALL.map(Profile::name);
                format!("write one of {}", names.join(", "))
            })
        });
        let telefono_ufficio = self.plain(4);
        let email = self.plain(5);
        let regione = self.plain(6);
        let asl = self.plain(7);
        let services = self.parsed(8, |text| {
            text.split(';')
                .filter(|_| !text.is_empty())
                .map(|id| {
                    ServiceId::from_id(id).ok_or_else(|| format!("there is no service {id:?}"))
                })
                .collect::<Result<Vec<_>, _>>()
        });
        let active = self.parsed(9, |text| match text {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err("write true or false".to_owned()),
        });
        Some(OperatorRow {
            operator: Operator {
                codice_fiscale: codice_fiscale?,
                cognome: cognome?,
                nome: nome?,
                profile: profile?,
                telefono_ufficio: telefono_ufficio?,
                email: email?,
                regione: regione?,
                asl: asl?,
            },
            services: services?,
            active: active?,
        })
    }

    /// A value that must be there.
    fn name(&mut self, place: usize) -> Option<String> {
        let text = self.plain(place)?;
        if text.trim().is_empty() {
            return self.fault(place, "must not be empty".to_owned());
        }
        Some(text)
    }

    /// Any text of one line.
    fn plain(&mut self, place: usize) -> Option<String> {
        self.parsed(place, |text| {
            if text.chars().any(char::is_control) {
                Err("holds a control character or a line break".to_owned())
            } else if text.chars().count() > LONGEST {
                Err(format!("longer than {LONGEST} characters"))
            } else {
                Ok(text.to_owned())
            }
        })
    }

    fn parsed<T>(
        &mut self,
        place: usize,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        match parse(&self.record[place]) {
            Ok(value) => Some(value),
            Err(fault) => self.fault(place, fault),
        }
    }

    fn fault<T>(&mut self, place: usize, fault: String) -> Option<T> {
        self.faults.push(RowFault {
            line: self.line,
            column: Some(place + 1),
            fault,
        });
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str =
        "codice_fiscale,cognome,nome,profile,telefono_ufficio,email,regione,asl,services,active\n";
    const MARIO: &str =
        "RSSMRA80A01H501U,ROSSI,MARIO,medico,06123456,mario@asl.example,Lazio,A001,,true\n";

    fn faults(rows: &str) -> Vec<String> {
        read(format!("{HEADER}{rows}").as_bytes())
            .unwrap_err()
            .iter()
            .map(RowFault::to_string)
            .collect()
    }

    #[test]
    fn good_rows_are_read() {
        let file = format!(
            "\u{feff}{HEADER}{MARIO}VRDNNA70P49F205F,\"VERDI, B.\",ANNA,amministrazione,,,,,cms;gestione-ts,false\r\n"
        );
        let rows = read(file.as_bytes()).unwrap();
        assert_eq!(rows.len(), 2);
        assert!(rows[0].active && rows[0].services.is_empty());
        assert_eq!(rows[1].operator.cognome, "VERDI, B.");
        assert_eq!(rows[1].services, [ServiceId::Cms, ServiceId::GestioneTs]);
        assert!(!rows[1].active);
    }

    #[test]
    fn a_file_with_a_header_alone_changes_nothing() {
        assert_eq!(read(HEADER.as_bytes()), Ok(vec![]));
    }

    #[test]
    fn another_header_is_named() {
        for header in ["", "cf,cognome\n", &HEADER.replace("active", "active,x")] {
            let faults = read(header.as_bytes()).unwrap_err();
            assert_eq!(faults[0].line, 1);
            assert!(faults[0].to_string().contains("codice_fiscale,cognome"));
        }
    }

    #[test]
    fn a_bad_value_is_named_by_line_and_column() {
        for (good, bad, place) in [
            (
                "RSSMRA80A01H501U",
                "RSSMRA80A01H501A",
                "column 1 (codice_fiscale)",
            ),
            (
                "RSSMRA80A01H501U",
                "rssmra80a01h501u",
                "column 1 (codice_fiscale)",
            ),
            ("ROSSI", "", "column 2 (cognome)"),
            ("MARIO", " ", "column 3 (nome)"),
            ("medico", "Medico", "column 4 (profile)"),
            ("06123456", "\"06\n12\"", "column 5 (telefono_ufficio)"),
            (",,true", ",nothing,true", "column 9 (services)"),
            (",,true", ",cms; gestione-ts,true", "column 9 (services)"),
            ("true", "yes", "column 10 (active)"),
            ("true", "", "column 10 (active)"),
        ] {
            let told = faults(&format!("{MARIO}{}", MARIO.replacen(good, bad, 1)));
            assert!(
                told.iter()
                    .any(|line| line.starts_with(&format!("line 3, {place}: "))),
                "{bad:?}: {told:?}"
            );
        }
    }

    #[test]
    fn every_bad_row_is_named() {
        let rows = format!(
            "{}{MARIO}RSSMRA80A01H501U,x\n{}",
            MARIO.replace("medico", "x").replace("true", "y"),
            MARIO
        );
        let told = faults(&rows);
        assert_eq!(told.len(), 4, "{told:?}");
        assert!(told[0].starts_with("line 2, column 4"));
        assert!(told[1].starts_with("line 2, column 10"));
        assert!(told[2].starts_with("line 4, column 3 (nome): 2 columns"));
        assert!(
            told[3].starts_with("line 5, column 1 (codice_fiscale): this codice fiscale stands")
        );
    }

    #[test]
    fn lines_are_counted_through_quotes_and_blank_lines() {
        let two_lines = MARIO.replace("Lazio", "\"La\nzio\"");
        let told = faults(&format!("\n{two_lines}{}", MARIO.replace("medico", "x")));
        assert!(
            told[0].starts_with("line 3, column 7 (regione)"),
            "{told:?}"
        );
        assert!(
            told[1].starts_with("line 5, column 4 (profile)"),
            "{told:?}"
        );
    }

    #[test]
    fn what_is_not_utf_8_is_named() {
        let mut file = HEADER.as_bytes().to_vec();
        file.extend(
            MARIO
                .replace("ROSSI", "ROSS\u{ec}")
                .bytes()
                .map(|byte| if byte == 0xc3 { 0xff } else { byte }),
        );
        let faults = read(&file).unwrap_err();
        assert_eq!((faults[0].line, faults[0].column), (2, Some(2)));
    }
}
