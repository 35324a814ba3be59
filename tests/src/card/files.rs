//! The card's files: what SELECT finds and READ BINARY reads (CNS File System v10).

use super::{AnswerToReset, apdu::StatusWord, contents::Contents};

const ROOT: u16 = 0x3F00;

const SELECT_BY_ID: u8 = 0x00;
const SELECT_BY_APPLICATION: u8 = 0x04;
const SELECT_BY_PATH_FROM_ROOT: u8 = 0x08;
const RETURN_CONTROL_INFORMATION: u8 = 0x00;
const RETURN_NOTHING: u8 = 0x0C;

/// A file's place: the identifiers below the root.
type Path = Vec<u16>;

enum Body {
    Directory,
    Transparent(Vec<u8>),
}

struct File {
    path: Path,
    body: Body,
}

/// The file tree and where in it the reader stands.
pub struct FileSystem {
    files: Vec<File>,
    selected: Path,
}

impl FileSystem {
    /// The tree of a CNS with these contents; without keys for signing documents their DF is
    /// absent.
    pub fn of(contents: &Contents) -> FileSystem {
        let directory = |path: &[u16]| File {
            path: path.to_vec(),
            body: Body::Directory,
        };
        let transparent = |path: &[u16], bytes: Vec<u8>| File {
            path: path.to_vec(),
            body: Body::Transparent(bytes),
        };
        if contents.answer_to_reset == AnswerToReset::Ace2025 {
            // Nothing where a CNS has it; its own application nobody here asks for.
            return FileSystem {
                files: vec![directory(&[])],
                selected: Vec::new(),
            };
        }
        let mut files = vec![
            directory(&[]),
            transparent(&[0x2F02], b"\x5A\x06CNS001".to_vec()),
            directory(&[0x1000]),
            transparent(&[0x1000, 0x1002], vec![0; 54]),
            transparent(&[0x1000, 0x1003], contents.id_carta.clone().into_bytes()),
            directory(&[0x1100]),
            transparent(&[0x1100, 0x1102], contents.holder.dati_personali()),
            directory(&[0x1200]),
        ];
        files.extend(
            contents
                .certificate
                .as_ref()
                .map(|certificate| transparent(&[0x1100, 0x1101], certificate.clone())),
        );
        if let Some(keyset) = &contents.signature_keyset {
            files.extend([
                directory(&[0x1400]),
                transparent(&[0x1400, 0x9010], keyset.certificate.clone()),
                directory(&[0x1400, 0x8110]),
            ]);
        }
        FileSystem {
            files,
            selected: Vec::new(),
        }
    }

    /// Back to the root, as after a reset.
    pub fn select_root(&mut self) {
        self.selected.clear();
    }

    /// SELECT: by identifier, or by path from the root; applications are none.
    pub fn select(&mut self, p1: u8, p2: u8, data: &[u8]) -> Result<Vec<u8>, StatusWord> {
        let identifiers: Path = data
            .chunks_exact(2)
            .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
            .collect();
        let found = match p1 {
            _ if data.is_empty() && p1 == SELECT_BY_ID => self.find(&[]),
            SELECT_BY_APPLICATION => None,
            _ if !data.len().is_multiple_of(2) => None,
            SELECT_BY_ID if identifiers == [ROOT] => self.find(&[]),
            SELECT_BY_ID if identifiers.len() == 1 => self.find_near(identifiers[0]),
            SELECT_BY_ID => None,
            SELECT_BY_PATH_FROM_ROOT => self.find(&identifiers),
            _ => return Err(StatusWord::WRONG_P1_P2),
        };
        let file = found.ok_or(StatusWord::FILE_NOT_FOUND)?;
        let answer = match p2 {
            RETURN_CONTROL_INFORMATION => file.control_information(),
            RETURN_NOTHING => Vec::new(),
            _ => return Err(StatusWord::WRONG_P1_P2),
        };
        self.selected = file.path.clone();
        Ok(answer)
    }

    /// READ BINARY of the selected file from an offset of 15 bits.
    pub fn read_binary(
        &self,
        p1: u8,
        p2: u8,
        expected: Option<usize>,
    ) -> Result<Vec<u8>, StatusWord> {
        if p1 & 0x80 != 0 {
            return Err(StatusWord::WRONG_P1_P2);
        }
        let Some(File {
            body: Body::Transparent(bytes),
            ..
        }) = self.find(&self.selected)
        else {
            return Err(StatusWord::NO_CURRENT_FILE);
        };
        let offset = usize::from(u16::from_be_bytes([p1, p2]));
        let rest = bytes.get(offset..).unwrap_or_default();
        if rest.is_empty() {
            return Err(StatusWord::OFFSET_OUTSIDE_FILE);
        }
        Ok(rest[..expected.unwrap_or(0).min(rest.len())].to_vec())
    }

    fn find(&self, path: &[u16]) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// A file of that identifier in the current directory, or the file already selected.
    fn find_near(&self, identifier: u16) -> Option<&File> {
        let here = match self.find(&self.selected)?.body {
            Body::Directory => &self.selected[..],
            Body::Transparent(_) => &self.selected[..self.selected.len() - 1],
        };
        self.find(&[here, &[identifier]].concat())
            .or_else(|| self.find(here).filter(|_| here.last() == Some(&identifier)))
    }
}

impl File {
    /// The file control information the CNS answers with: size, type, identifier, life
    /// cycle, and nine bytes of access conditions (00 free, FF never).
    fn control_information(&self) -> Vec<u8> {
        let identifier = self.path.last().copied().unwrap_or(ROOT).to_be_bytes();
        let (size_tag, size, file_type, conditions) = match &self.body {
            Body::Directory => (0x81, 0, [0x38, 0x00, 0x00], [0xFF; 9]),
            Body::Transparent(bytes) => {
                let mut read_only = [0xFF; 9];
                read_only[0] = 0x00;
                (0x80, bytes.len() as u16, [0x01, 0x00, 0x00], read_only)
            }
        };
        let mut body = vec![size_tag, 2];
        body.extend(size.to_be_bytes());
        body.extend([0x82, 3]);
        body.extend(file_type);
        body.extend([0x83, 2]);
        body.extend(identifier);
        body.extend([0x85, 1, 0x01, 0x86, 9]);
        body.extend(conditions);
        [vec![0x6F, body.len() as u8], body].concat()
    }
}
