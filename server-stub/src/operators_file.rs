//! The operators file: CSV in, rows or every fault by line and column out (contract §5).

use std::{
    collections::VecDeque,
    fmt,
    io::{self, Read},
};

use csv::{ByteRecord, ReaderBuilder, StringRecord};
use protocol::{
    CodiceFiscale,
    api::Operator,
    service::{Profile, ServiceId},
};

use crate::store::{OperatorRow, StagedRow};

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

/// The rows of a file, one after the other: good, or every fault of a bad one.
pub struct OperatorsFile<R> {
    records: csv::Reader<Tail<R>>,
    record: ByteRecord,
}

impl<R: Read> OperatorsFile<R> {
    /// Begins to read; the header must be the contract's.
    pub fn open(mut file: R) -> io::Result<Result<OperatorsFile<R>, RowFault>> {
        let mut begin = Vec::new();
        file.by_ref().take(3).read_to_end(&mut begin)?;
        // What spreadsheets put before UTF-8.
        if begin == b"\xef\xbb\xbf" {
            begin.clear();
        }
        let mut records = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(Tail {
                file: io::Cursor::new(begin).chain(file),
                kept: VecDeque::new(),
                from: 0,
            });
        let mut record = ByteRecord::new();
        let there = records.read_byte_record(&mut record)?;
        let columns = COLUMNS.iter().map(|name| name.as_bytes());
        Ok(if there && record.iter().eq(columns) {
            Ok(OperatorsFile { records, record })
        } else {
            Err(RowFault {
                line: 1,
                column: None,
                fault: format!("the header must be: {}", COLUMNS.join(",")),
            })
        })
    }

    /// How many bytes were read.
    pub fn bytes(&self) -> u64 {
        self.records.position().byte()
    }

    /// The next row; none: the file is over.
    pub fn next_row(&mut self) -> io::Result<Option<Result<StagedRow, Vec<RowFault>>>> {
        if !self.records.read_byte_record(&mut self.record)? {
            return Ok(None);
        }
        let end = self.records.position().byte();
        let tail = self.records.get_mut();
        let line = match self.record.position() {
            Some(start) => start.line() + tail.blank_lines(start.byte()),
            None => 0,
        };
        tail.forget(end);
        Ok(Some(self.read(line)))
    }

    fn read(&self, line: u64) -> Result<StagedRow, Vec<RowFault>> {
        let record = StringRecord::from_byte_record(self.record.clone()).map_err(|fault| {
            vec![RowFault {
                line,
                column: Some(fault.utf8_error().field() + 1),
                fault: "not UTF-8".to_owned(),
            }]
        })?;
        let mut row = Row {
            record: &record,
            line,
            faults: Vec::new(),
        };
        match row.read() {
            Some(operator) => Ok(StagedRow { line, operator }),
            None => Err(row.faults),
        }
    }
}

/// That a row's codice fiscale was there before.
pub fn repeated(line: u64) -> RowFault {
    RowFault {
        line,
        column: Some(1),
        fault: "this codice fiscale stands in an earlier line already".to_owned(),
    }
}

/// A file being read, and the end of what was read of it: a record's position counts from the
/// blank lines before it, and only the bytes tell how many there are.
struct Tail<R> {
    file: io::Chain<io::Cursor<Vec<u8>>, R>,
    kept: VecDeque<u8>,
    from: u64,
}

impl<R: Read> Read for Tail<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.kept.extend(buffer.iter().take(count));
        Ok(count)
    }
}

impl<R> Tail<R> {
    /// The blank lines from that place on.
    fn blank_lines(&self, place: u64) -> u64 {
        self.kept
            .iter()
            .skip(self.until(place))
            .take_while(|byte| matches!(byte, b'\r' | b'\n'))
            .filter(|byte| **byte == b'\n')
            .count() as u64
    }

    /// Nothing before that place is asked for again.
    fn forget(&mut self, place: u64) {
        self.kept.drain(..self.until(place));
        self.from = place;
    }

    fn until(&self, place: u64) -> usize {
        let count = usize::try_from(place.saturating_sub(self.from)).unwrap_or(usize::MAX);
        count.min(self.kept.len())
    }
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

    /// All rows, or all faults.
    fn read(file: &[u8]) -> Result<Vec<OperatorRow>, Vec<RowFault>> {
        let mut file = OperatorsFile::open(file)
            .unwrap()
            .map_err(|fault| vec![fault])?;
        let (mut rows, mut faults) = (Vec::new(), Vec::new());
        while let Some(row) = file.next_row().unwrap() {
            match row {
                Ok(row) => rows.push(row.operator),
                Err(mut of_row) => faults.append(&mut of_row),
            }
        }
        if faults.is_empty() {
            Ok(rows)
        } else {
            Err(faults)
        }
    }

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
        let bad = MARIO.replace("medico", "x").replace("true", "y");
        let rows = format!("{bad}{MARIO}RSSMRA80A01H501U,x\n{MARIO}");
        let told = faults(&rows);
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(told[0].starts_with("line 2, column 4"));
        assert!(told[1].starts_with("line 2, column 10"));
        assert!(told[2].starts_with("line 4, column 3 (nome): 2 columns"));
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
    fn lines_are_counted_over_blank_lines_longer_than_what_is_read_at_once() {
        for line_end in ["\n", "\r\n"] {
            let blank = line_end.repeat(100_000);
            let bad = MARIO.replace("medico", "x");
            let file = format!("{HEADER}{MARIO}{blank}{MARIO}{bad}").replace('\n', line_end);
            let file = file.replace("\r\r", "\r");
            let faults = read(file.as_bytes()).unwrap_err();
            assert_eq!((faults.len(), faults[0].line), (1, 100_004));
        }
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
