//! One tagged sheet of paper: PDF/A-2a and PDF/UA-1, lines broken here.

use std::{num::NonZeroU16, sync::LazyLock};

use krilla::{
    Document, SerializeSettings,
    configure::{Accessibility, Archival, ConfigurationBuilder},
    destination::XyzDestination,
    geom::Point,
    metadata::{DateTime, Metadata},
    outline::{Outline, OutlineNode},
    page::PageSettings,
    surface::Surface,
    tagging::{ContentTag, SpanTag, Tag, TagGroup, TagTree},
    text::{Font, GlyphId, KrillaGlyph},
};
use time::OffsetDateTime;
use ttf_parser::Face;

/// A4 (ISO 216), in points.
const WIDTH: f32 = 595.276;
const HEIGHT: f32 = 841.89;
const MARGIN: f32 = 64.0;

/// What stands on the sheet, from the top.
pub(super) enum Line {
    Title(String),
    Heading(String),
    Text(String),
    Secret(String),
}

/// The document could not be written.
#[derive(Debug, thiserror::Error)]
pub enum DocumentFault {
    /// The writer refused.
    #[error("the document cannot be written: {0}")]
    Writer(String),
    /// A font of the program itself cannot be read.
    #[error("a font of the program cannot be read")]
    Font,
}

/// A font as the writer and as the line breaking see it.
struct Typeface {
    font: Font,
    face: Face<'static>,
}

static REGULAR: LazyLock<Option<Typeface>> =
    LazyLock::new(|| Typeface::read(include_bytes!("../../../fonts/TitilliumWeb-Regular.ttf")));
static SEMI_BOLD: LazyLock<Option<Typeface>> =
    LazyLock::new(|| Typeface::read(include_bytes!("../../../fonts/TitilliumWeb-SemiBold.ttf")));

impl Typeface {
    fn read(file: &'static [u8]) -> Option<Typeface> {
        Some(Typeface {
            font: Font::new(file.to_vec().into(), 0)?,
            face: Face::parse(file, 0).ok()?,
        })
    }

    /// A character of the font in the place of one it lacks.
    fn writable(&self, character: char) -> char {
        if self.face.glyph_index(character).is_some() {
            character
        } else {
            '?'
        }
    }

    /// One glyph for each character, so that no ligature hides two letters of a password.
    fn glyphs(&self, text: &str) -> Vec<KrillaGlyph> {
        let per_em = f32::from(self.face.units_per_em());
        text.char_indices()
            .filter_map(|(start, character)| {
                let glyph = self.face.glyph_index(character)?;
                let advance = f32::from(self.face.glyph_hor_advance(glyph).unwrap_or_default());
                Some(KrillaGlyph {
                    glyph_id: GlyphId::new(u32::from(glyph.0)),
                    text_range: start..start + character.len_utf8(),
                    x_advance: advance / per_em,
                    x_offset: 0.0,
                    y_offset: 0.0,
                    y_advance: 0.0,
                    location: None,
                })
            })
            .collect()
    }

    fn width(&self, text: &str, size: f32) -> f32 {
        self.glyphs(text)
            .iter()
            .map(|glyph| glyph.x_advance * size)
            .sum()
    }

    /// Breaks text into lines that fit; a word longer than a line is cut.
    fn lines(&self, text: &str, size: f32) -> Vec<String> {
        let room = WIDTH - 2.0 * MARGIN;
        let mut lines = vec![String::new()];
        for word in text.split(' ') {
            let mut word: String = word.chars().map(|letter| self.writable(letter)).collect();
            let line = lines.pop().unwrap_or_default();
            let together = if line.is_empty() {
                word.clone()
            } else {
                format!("{line} {word}")
            };
            if self.width(&together, size) <= room {
                lines.push(together);
                continue;
            }
            if !line.is_empty() {
                lines.push(line);
            }
            while self.width(&word, size) > room {
                let mut fitting = String::new();
                for letter in word.chars() {
                    fitting.push(letter);
                    if self.width(&fitting, size) > room {
                        fitting.pop();
                        break;
                    }
                }
                word = word.split_off(fitting.len());
                lines.push(fitting);
            }
            lines.push(word);
        }
        lines
    }
}

/// How a line looks: typeface, size, room above.
fn style(line: &Line) -> Result<(&'static Typeface, f32, f32), DocumentFault> {
    let (typeface, size, above) = match line {
        Line::Title(_) => (&SEMI_BOLD, 22.0, 0.0),
        Line::Heading(_) => (&SEMI_BOLD, 14.0, 16.0),
        Line::Text(_) => (&REGULAR, 11.5, 6.0),
        Line::Secret(_) => (&SEMI_BOLD, 15.0, 8.0),
    };
    let typeface = typeface.as_ref().ok_or(DocumentFault::Font)?;
    Ok((typeface, size, above))
}

/// Writes the lines as one PDF; `created` in Unix milliseconds.
pub(super) fn write(
    lines: &[Line],
    title: &str,
    language: &str,
    created: i64,
) -> Result<Vec<u8>, DocumentFault> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|fault| DocumentFault::Writer(format!("{fault:?}")))?;
    let mut document = Document::new_with(SerializeSettings {
        configuration,
        ..SerializeSettings::default()
    });
    let page = PageSettings::from_wh(WIDTH, HEIGHT)
        .ok_or_else(|| DocumentFault::Writer("page size".to_owned()))?;
    let mut tags = TagTree::new().with_lang(Some(language.to_owned()));

    let mut page = document.start_page_with(page);
    let mut surface = page.surface();
    let mut top = MARGIN;
    for line in lines {
        let (typeface, size, above) = style(line)?;
        top += above;
        let (text, mut group) = match line {
            Line::Title(text) => (text, heading(NonZeroU16::MIN, text)),
            Line::Heading(text) => (text, heading(SECOND, text)),
            Line::Text(text) | Line::Secret(text) => (text, TagGroup::new(Tag::P)),
        };
        for broken in typeface.lines(text, size) {
            top += size * 1.35;
            group.push(draw(&mut surface, typeface, size, top, &broken));
        }
        tags.push(group);
    }
    surface.finish();
    page.finish();

    let mut outline = Outline::new();
    outline.push_child(OutlineNode::new(
        title.to_owned(),
        XyzDestination::new(0, Point::from_xy(MARGIN, MARGIN)),
    ));
    document.set_outline(outline);
    document.set_metadata(
        Metadata::new()
            .title(title.to_owned())
            .language(language.to_owned())
            .creation_date(date(created)),
    );
    document.set_tag_tree(tags);
    document
        .finish()
        .map_err(|fault| DocumentFault::Writer(fault.to_string()))
}

/// The level below the title.
const SECOND: NonZeroU16 = NonZeroU16::MIN.saturating_add(1);

fn heading(level: NonZeroU16, text: &str) -> TagGroup {
    TagGroup::new(Tag::Hn(level, Some(text.to_owned())))
}

fn date(millis: i64) -> DateTime {
    let time =
        OffsetDateTime::from_unix_timestamp(millis / 1000).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    DateTime::new(u16::try_from(time.year()).unwrap_or_default())
        .month(time.month().into())
        .day(time.day())
        .hour(time.hour())
        .minute(time.minute())
        .second(time.second())
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}

fn draw(
    surface: &mut Surface<'_>,
    typeface: &Typeface,
    size: f32,
    baseline: f32,
    text: &str,
) -> krilla::tagging::Node {
    let span = SpanTag {
        lang: None,
        alt_text: None,
        expanded: None,
        actual_text: None,
    };
    let identifier = surface.start_tagged(ContentTag::Span(span));
    surface.draw_glyphs(
        Point::from_xy(MARGIN, baseline),
        &typeface.glyphs(text),
        typeface.font.clone(),
        text,
        size,
        false,
    );
    surface.end_tagged();
    identifier.into()
}
