//! Alert files: plain or gzip, one record a line, or a JSON array of records.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;
use memchr::memchr;
use types::Error;

use crate::error;

/// The longest record, in bytes; Suricata's own limit for a record with payload, packet and bodies is far below.
pub const LONGEST_RECORD: usize = 4 * 1024 * 1024;

/// How much of a record that is too long is kept for the rejects file.
const KEPT_OF_TOO_LONG: usize = 4 * 1024;

/// How much of the beginning decides what a file is.
const SNIFFED: usize = 64 * 1024;

/// One record as it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RawRecord {
    /// The line on which it begins, from 1.
    pub(crate) line: u64,
    /// Its bytes, without the end of the line.
    pub(crate) bytes: Vec<u8>,
    /// Why it cannot be a record, when the reader itself knows.
    pub(crate) fault: Option<String>,
}

/// An open alert file.
pub(crate) struct Source {
    input: Box<dyn BufRead + Send>,
    style: Style,
    line: u64,
    /// Bytes of the file itself (compressed, where it is) that have been read.
    pub(crate) position: Arc<AtomicU64>,
    /// The size of the file.
    pub(crate) size: u64,
    ended: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    /// One record a line.
    Lines,
    /// Records over several lines, in an array or one after the other.
    Spread,
}

impl Source {
    /// Opens a file and looks at its beginning; `EVENTS-FORMAT` when that is nothing known.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let file = File::open(path).map_err(|fault| error::file(path, &fault))?;
        let metadata = file.metadata().map_err(|fault| error::file(path, &fault))?;
        if metadata.is_dir() {
            return Err(format_error(path, "폴더입니다", "it is a folder"));
        }
        let position = Arc::new(AtomicU64::new(0));
        let mut plain = BufReader::with_capacity(SNIFFED, Counted { file, position: Arc::clone(&position) });
        let is_gzip = plain.fill_buf().map_err(|fault| error::file(path, &fault))?.starts_with(&[0x1f, 0x8b]);
        let mut input: Box<dyn BufRead + Send> =
            if is_gzip { Box::new(BufReader::with_capacity(4 * SNIFFED, MultiGzDecoder::new(plain))) } else { Box::new(plain) };
        let style = match input.fill_buf() {
            Ok(head) => style_of(head).map_err(|(ko, en)| format_error(path, ko, en))?,
            Err(_) => return Err(format_error(path, "손상된 gzip 파일입니다", "it is a damaged gzip file")),
        };
        let mut source = Self { input, style, line: 0, position, size: metadata.len(), ended: false };
        source.skip_byte_order_mark();
        Ok(source)
    }

    /// Returns the next record that is not blank; none at the end of the file.
    ///
    /// A file that breaks off (a cut gzip stream) ends with a record whose fault says so.
    pub(crate) fn next(&mut self) -> Option<RawRecord> {
        while !self.ended {
            let read = match self.style {
                Style::Lines => self.next_line(),
                Style::Spread => self.next_spread(),
            };
            match read {
                Ok(Some(record)) if record.fault.is_none() && record.bytes.iter().all(u8::is_ascii_whitespace) => {}
                Ok(Some(record)) => return Some(record),
                Ok(None) => self.ended = true,
                Err(fault) => {
                    self.ended = true;
                    return Some(RawRecord {
                        line: self.line + 1,
                        bytes: Vec::new(),
                        fault: Some(format!("the file cannot be read from here on ({fault})")),
                    });
                }
            }
        }
        None
    }

    fn skip_byte_order_mark(&mut self) {
        if self.input.fill_buf().is_ok_and(|head| head.starts_with(&[0xef, 0xbb, 0xbf])) {
            self.input.consume(3);
        }
    }

    fn next_line(&mut self) -> io::Result<Option<RawRecord>> {
        let mut record = Collected::default();
        loop {
            let buffer = self.input.fill_buf()?;
            if buffer.is_empty() {
                if record.is_empty() {
                    return Ok(None);
                }
                break;
            }
            match memchr(b'\n', buffer) {
                Some(end) => {
                    record.extend(&buffer[..end]);
                    self.input.consume(end + 1);
                    break;
                }
                None => {
                    let length = buffer.len();
                    record.extend(buffer);
                    self.input.consume(length);
                }
            }
        }
        self.line += 1;
        if record.bytes.last() == Some(&b'\r') {
            record.bytes.pop();
        }
        Ok(Some(record.finish(self.line)))
    }

    /// Reads one object by its braces; text between objects that is no separator becomes a record that cannot be read.
    fn next_spread(&mut self) -> io::Result<Option<RawRecord>> {
        let mut record = Collected::default();
        let mut first_line = 0;
        let mut depth = 0_u32;
        let (mut in_string, mut escaped) = (false, false);
        loop {
            let buffer = self.input.fill_buf()?;
            if buffer.is_empty() {
                return Ok((!record.is_empty()).then(|| record.finish(first_line)));
            }
            let mut taken = 0;
            let mut kept_from = 0;
            let mut done = false;
            for byte in buffer {
                taken += 1;
                let is_separator = depth == 0 && (byte.is_ascii_whitespace() || matches!(byte, b',' | b'[' | b']'));
                if *byte == b'\n' {
                    self.line += 1;
                }
                if depth == 0 && (is_separator || *byte == b'{') && !record.is_empty_with(taken - 1 - kept_from) {
                    // Stray text ends here; a brace is left for the next record.
                    if *byte == b'\n' {
                        self.line -= 1;
                    }
                    taken -= 1;
                    done = true;
                    break;
                }
                if is_separator {
                    kept_from = taken;
                    continue;
                }
                if record.is_empty_with(taken - 1 - kept_from) {
                    first_line = self.line + 1;
                }
                if in_string {
                    match byte {
                        _ if escaped => escaped = false,
                        b'\\' => escaped = true,
                        b'"' => in_string = false,
                        _ => {}
                    }
                    continue;
                }
                match byte {
                    b'"' if depth > 0 => in_string = true,
                    b'{' => depth += 1,
                    b'}' if depth > 0 => {
                        depth -= 1;
                        if depth == 0 {
                            done = true;
                            break;
                        }
                    }
                    _ => {}
                }
            }
            record.extend(&buffer[kept_from..taken]);
            self.input.consume(taken);
            if done {
                return Ok(Some(record.finish(first_line)));
            }
        }
    }
}

/// The bytes of a record, no more of them than is useful.
#[derive(Default)]
struct Collected {
    bytes: Vec<u8>,
    length: usize,
}

impl Collected {
    fn extend(&mut self, bytes: &[u8]) {
        self.length += bytes.len();
        let room = (LONGEST_RECORD + 1).saturating_sub(self.bytes.len());
        self.bytes.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    fn is_empty(&self) -> bool {
        self.length == 0
    }

    fn is_empty_with(&self, more: usize) -> bool {
        self.length + more == 0
    }

    fn finish(mut self, line: u64) -> RawRecord {
        let fault = (self.length > LONGEST_RECORD).then(|| {
            self.bytes.truncate(KEPT_OF_TOO_LONG);
            self.bytes.shrink_to_fit();
            format!("longer than {} bytes ({})", LONGEST_RECORD, self.length)
        });
        RawRecord { line, bytes: self.bytes, fault }
    }
}

/// Counts the bytes that are read, for progress.
struct Counted {
    file: File,
    position: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.file.read(buffer)?;
        self.position.fetch_add(length as u64, Ordering::Relaxed);
        Ok(length)
    }
}

/// Decides from the first bytes how records are written, or says what the file seems to be instead.
fn style_of(head: &[u8]) -> Result<Style, (&'static str, &'static str)> {
    let known: [(&[u8], &str, &str); 6] = [
        (b"PK\x03\x04", "zip 압축 파일입니다", "it is a zip archive"),
        (b"\xfd7zXZ", "xz 압축 파일입니다", "it is an xz archive"),
        (b"BZh", "bzip2 압축 파일입니다", "it is a bzip2 archive"),
        (b"\x28\xb5\x2f\xfd", "zstd 압축 파일입니다", "it is a zstd archive"),
        (b"\xd4\xc3\xb2\xa1", "패킷 캡처(pcap)입니다", "it is a packet capture"),
        (b"\x0a\x0d\x0d\x0a", "패킷 캡처(pcapng)입니다", "it is a packet capture"),
    ];
    if let Some((_, ko, en)) = known.iter().find(|(magic, ..)| head.starts_with(magic)) {
        return Err((ko, en));
    }
    let head = head.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(head);
    if memchr(0, head).is_some() {
        return Err(("텍스트 파일이 아닙니다", "it is not a text file"));
    }
    let mut lines = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
    let Some(first) = lines.next() else { return Ok(Style::Lines) };
    match first {
        [b'['] | [b'[', b'{', ..] | [b'[', b' ' | b'\t', ..] | b"[]" | b"{" => Ok(Style::Spread),
        // A faulty line or two at the beginning is for the rejects, a file without any object is not ours.
        _ if first.starts_with(b"{") || lines.any(|line| line.starts_with(b"{")) => Ok(Style::Lines),
        _ => Err(("JSON 레코드가 없습니다", "it holds no JSON records")),
    }
}

fn format_error(path: &Path, ko: &str, en: &str) -> Error {
    Error::new("EVENTS-FORMAT", format!("알림 파일로 읽을 수 없습니다: {ko}."), format!("The file is not one of alerts: {en}."))
        .hint(
            "Suricata EVE JSON(한 줄에 한 레코드, 또는 JSON 배열)을 그대로 또는 gzip으로 압축하여 주십시오.",
            "Give Suricata EVE JSON (one record a line, or a JSON array), plain or compressed with gzip.",
        )
        .target(path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn records_of(bytes: &[u8]) -> Result<Vec<RawRecord>, Error> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("eve");
        std::fs::write(&path, bytes).unwrap();
        let mut source = Source::open(&path)?;
        Ok(std::iter::from_fn(|| source.next()).collect())
    }

    /// Lines and texts of the records, the same plain and compressed.
    fn check(bytes: impl AsRef<[u8]>, expected: &[(u64, &str)]) {
        for bytes in [bytes.as_ref().to_vec(), gzip(bytes.as_ref())] {
            let records = records_of(&bytes).unwrap();
            let found: Vec<(u64, &str)> = records.iter().map(|record| (record.line, std::str::from_utf8(&record.bytes).unwrap())).collect();
            assert_eq!(found, expected);
        }
    }

    fn code(bytes: &[u8]) -> String {
        records_of(bytes).unwrap_err().code
    }

    #[test]
    fn lines_of_every_kind() {
        check("{\"a\":1}\n{\"b\":2}\n", &[(1, "{\"a\":1}"), (2, "{\"b\":2}")]);
        check("\u{feff}{\"a\":1}\r\n\r\n  \n{\"b\":2}", &[(1, "{\"a\":1}"), (4, "{\"b\":2}")]);
        check("oops\n{\"a\":1}\n", &[(1, "oops"), (2, "{\"a\":1}")]);
        check("", &[]);
        check("\n\n", &[]);
    }

    #[test]
    fn arrays_and_records_over_several_lines() {
        check("[\n  {\n \"a\": \"}\\\"{\"},\n  {\"b\": {}}\n]\n", &[(2, "{\n \"a\": \"}\\\"{\"}"), (4, "{\"b\": {}}")]);
        check("[{\"a\":1},{\"b\":2}]", &[(1, "{\"a\":1}"), (1, "{\"b\":2}")]);
        check("{\n\"a\":1\n}\n{\n\"b\":2\n}\n", &[(1, "{\n\"a\":1\n}"), (4, "{\n\"b\":2\n}")]);
        check("[{\"a\":1}, 7,\nwhat {\"b\":2}", &[(1, "{\"a\":1}"), (1, "7"), (2, "what"), (2, "{\"b\":2}")]);
        check("[]", &[]);
    }

    #[test]
    fn what_is_no_alert_file_is_named() {
        for bytes in [
            &b"PK\x03\x04rest"[..],
            b"a,b,c\n1,2,3\n",
            b"\x7fELF\x00\x01",
            b"just words",
            "{\"a\":1}".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>().as_slice(),
        ] {
            assert_eq!(code(bytes), "EVENTS-FORMAT");
        }
        assert_eq!(code(&gzip(b"\x00\x01\x02")), "EVENTS-FORMAT");
        assert_eq!(code(b"\x1f\x8b\x08garbage"), "EVENTS-FORMAT");
        assert_eq!(Source::open(Path::new("/nonexistent/file")).err().unwrap().code, "EVENTS-FILE");
    }

    #[test]
    fn a_cut_gzip_stream_keeps_what_came_before() {
        let text: String = (0..20_000).map(|n| format!("{{\"n\":{n}}}\n")).collect();
        let whole = gzip(text.as_bytes());
        let records = records_of(&whole[..whole.len() / 2]).unwrap();
        assert!(records.len() > 1_000);
        assert!(records.last().unwrap().fault.as_ref().unwrap().starts_with("the file cannot be read from here on"));
        assert_eq!(records.iter().filter(|record| record.fault.is_some()).count(), 1);
    }

    #[test]
    fn a_record_that_is_too_long_is_cut_and_the_next_one_read() {
        let text = format!("{{\"a\":\"{}\"}}\n{{\"b\":2}}\n", "x".repeat(LONGEST_RECORD));
        let records = records_of(text.as_bytes()).unwrap();
        assert_eq!(records.len(), 2);
        assert!(records[0].fault.as_ref().unwrap().starts_with("longer than 4194304 bytes") && records[0].bytes.len() == KEPT_OF_TOO_LONG);
        assert_eq!((records[1].line, records[1].bytes.as_slice()), (2, &b"{\"b\":2}"[..]));
    }
}
