//! The log's lines as JSON: time, level, message, the event's own fields, the module, and the
//! fields of the request it belongs to, all in one flat object.
//!
//! tracing-subscriber's own form reads the request's fields anew for each line; a login is
//! four lines, and this costs half of that.

use std::fmt::{self, Debug, Write as _};

use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    field::RecordFields,
    fmt::{
        FmtContext, FormatEvent, FormatFields, FormattedFields,
        format::Writer,
        time::{FormatTime, SystemTime},
    },
    registry::LookupSpan,
};

/// A line for each event.
pub(super) struct JsonLine;

/// The fields of a span, each with a comma before it.
pub(super) struct JsonMembers;

impl<S, F> FormatEvent<S, F> for JsonLine
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    F: for<'writer> FormatFields<'writer> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, F>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let metadata = event.metadata();
        writer.write_str("{\"timestamp\":\"")?;
        SystemTime.format_time(&mut writer)?;
        write!(writer, "\",\"level\":\"{}\"", metadata.level())?;
        members(&mut writer, |members| event.record(members))?;
        write!(writer, ",\"target\":\"{}\"", metadata.target())?;
        if let Some(spans) = context.event_scope() {
            for span in spans.from_root() {
                if let Some(fields) = span.extensions().get::<FormattedFields<F>>() {
                    writer.write_str(fields)?;
                }
            }
        }
        writer.write_str("}\n")
    }
}

impl<'writer> FormatFields<'writer> for JsonMembers {
    fn format_fields<R: RecordFields>(
        &self,
        mut writer: Writer<'writer>,
        fields: R,
    ) -> fmt::Result {
        members(&mut writer, |members| fields.record(members))
    }

    fn add_fields(
        &self,
        current: &'writer mut FormattedFields<Self>,
        fields: &tracing::span::Record<'_>,
    ) -> fmt::Result {
        self.format_fields(current.as_writer(), fields)
    }
}

fn members<'writer>(
    writer: &mut Writer<'writer>,
    record: impl FnOnce(&mut Members<'_, 'writer>),
) -> fmt::Result {
    let mut members = Members {
        writer,
        written: Ok(()),
    };
    record(&mut members);
    members.written
}

/// Writes `,"name":value` for each field.
struct Members<'a, 'writer> {
    writer: &'a mut Writer<'writer>,
    written: fmt::Result,
}

impl Members<'_, '_> {
    fn write(&mut self, field: &Field, value: fmt::Arguments<'_>, is_text: bool) {
        if self.written.is_err() {
            return;
        }
        self.written = (|| {
            // A field's name is ours, and needs no escape.
            write!(self.writer, ",\"{}\":", field.name())?;
            if !is_text {
                return self.writer.write_fmt(value);
            }
            self.writer.write_char('"')?;
            Escaped(self.writer).write_fmt(value)?;
            self.writer.write_char('"')
        })();
    }
}

impl Visit for Members<'_, '_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        if value.is_finite() {
            self.write(field, format_args!("{value}"), false);
        } else {
            self.write(field, format_args!("null"), false);
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.write(field, format_args!("{value}"), false);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.write(field, format_args!("{value}"), false);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.write(field, format_args!("{value}"), false);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.write(field, format_args!("{value}"), true);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.write(field, format_args!("{value:?}"), true);
    }
}

/// Text within quotes (RFC 8259 §7).
struct Escaped<'a, 'writer>(&'a mut Writer<'writer>);

impl fmt::Write for Escaped<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut rest = text;
        while let Some(at) = rest.find(|letter: char| matches!(letter, '"' | '\\' | '\0'..='\x1f'))
        {
            self.0.write_str(&rest[..at])?;
            // Each of these is one byte.
            match rest.as_bytes()[at] {
                b'\n' => self.0.write_str("\\n")?,
                byte @ (b'"' | b'\\') => write!(self.0, "\\{}", char::from(byte))?,
                byte => write!(self.0, "\\u{byte:04x}")?,
            }
            rest = &rest[at + 1..];
        }
        self.0.write_str(rest)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Arc, Mutex},
    };

    use serde_json::{Value, json};
    use tracing_subscriber::{fmt, layer::SubscriberExt};

    use super::*;

    /// What is written while something is done.
    fn lines(say: impl FnOnce()) -> Vec<Value> {
        #[derive(Clone, Default)]
        struct Paper(Arc<Mutex<Vec<u8>>>);
        impl io::Write for Paper {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                self.0.lock().unwrap().extend(bytes);
                Ok(bytes.len())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let paper = Paper::default();
        let writer = paper.clone();
        let layer = fmt::layer()
            .with_writer(move || writer.clone())
            .event_format(JsonLine)
            .fmt_fields(JsonMembers);
        let subscriber = tracing_subscriber::registry().with(layer);
        tracing::subscriber::with_default(subscriber, say);
        let text = String::from_utf8(paper.0.lock().unwrap().clone()).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
        lines.collect()
    }

    #[test]
    fn whatever_is_said_is_one_object_on_one_line() {
        let nasty = "a \"quote\", a \\, a line\nand \u{1} \r\t, è, 𝄞, \u{7f}";
        let fault = io::Error::other(nasty);
        let lines = lines(|| {
            let outer =
                tracing::error_span!("outer", request_id = %nasty, later = tracing::field::Empty);
            outer.record("later", nasty);
            let _outer = outer.entered();
            let _inner = tracing::error_span!("inner", depth = 2u64).entered();
            tracing::warn!(
                text = nasty, %fault, count = -3i64, large = u64::MAX, share = 0.25, not_a_number = f64::NAN,
                yes = true, some = Some("x"), none = None::<&str>, list = ?["a\"b"],
                "said {nasty}"
            );
        });
        let [line] = &lines[..] else {
            panic!("{lines:?}")
        };
        for (member, expected) in [
            ("level", json!("WARN")),
            ("message", json!(format!("said {nasty}"))),
            ("text", json!(nasty)),
            ("fault", json!(nasty)),
            ("request_id", json!(nasty)),
            ("later", json!(nasty)),
            ("depth", json!(2)),
            ("count", json!(-3)),
            ("large", json!(u64::MAX)),
            ("share", json!(0.25)),
            ("not_a_number", Value::Null),
            ("yes", json!(true)),
            ("some", json!("x")),
            ("none", Value::Null),
            ("list", json!("[\"a\\\"b\"]")),
            ("target", json!("server_stub::telemetry::json::tests")),
        ] {
            assert_eq!(line[member], expected, "{member}");
        }
        let time = line["timestamp"].as_str().unwrap();
        assert!(time.ends_with('Z') && time.len() == 27, "{time}");
    }
}
