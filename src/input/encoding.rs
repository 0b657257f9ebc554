//! Bytes to text, in the encodings that spreadsheets and shells write.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::failure::{Failure, Kind};

/// How many bytes tell whether it is UTF-16 without a mark.
const SAMPLE: usize = 4096;

/// The text of these bytes, in the encoding with this name or in the one that they look like.
///
/// # Errors
///
/// Where the name is unknown, or the bytes are not of that encoding.
pub(super) fn decode<'b>(bytes: &'b [u8], name: Option<&str>) -> Result<Cow<'b, str>, Failure> {
    let (encoding, mark) = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => (encoding, mark),
        None => (named(name)?.unwrap_or_else(|| guessed(bytes)), 0),
    };
    let bytes = &bytes[mark..];
    let (text, broken) = encoding.decode_without_bom_handling(bytes);
    if !broken {
        return Ok(text);
    }
    let before = text.split(char::REPLACEMENT_CHARACTER).next().unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    Err(Failure::new(Kind::Usage, format!("it is not {} in line {line}", encoding.name()))
        .hint("the option encoding names another one, as \"windows-1252\""))
}

fn named(name: Option<&str>) -> Result<Option<&'static Encoding>, Failure> {
    let Some(name) = name else { return Ok(None) };
    Encoding::for_label(name.as_bytes()).map(Some).ok_or_else(|| {
        Failure::new(Kind::Usage, format!("there is no encoding \"{name}\""))
            .hint("there are \"utf-8\", \"utf-16le\", \"utf-16be\", \"windows-1252\" and others")
    })
}

fn guessed(bytes: &[u8]) -> &'static Encoding {
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    let zeros = |first: usize| sample.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
    // Letters of Western languages have a zero as every other byte of UTF-16.
    match (zeros(0) * 4 > sample.len(), zeros(1) * 4 > sample.len()) {
        (true, false) => UTF_16BE,
        (false, true) => UTF_16LE,
        _ if std::str::from_utf8(bytes).is_ok() => UTF_8,
        _ => WINDOWS_1252,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_found() {
        let utf16 = |order: fn(u16) -> [u8; 2], mark: &[u8]| {
            let mut bytes = mark.to_vec();
            bytes.extend("Grüße;x\n".encode_utf16().flat_map(order));
            bytes
        };
        for bytes in [
            "Grüße;x\n".as_bytes().to_vec(),
            "\u{feff}Grüße;x\n".as_bytes().to_vec(),
            utf16(u16::to_le_bytes, &[0xff, 0xfe]),
            utf16(u16::to_be_bytes, &[0xfe, 0xff]),
            utf16(u16::to_le_bytes, &[]),
            utf16(u16::to_be_bytes, &[]),
            b"Gr\xfc\xdfe;x\n".to_vec(),
        ] {
            assert_eq!(decode(&bytes, None).unwrap(), "Grüße;x\n", "{bytes:?}");
        }
        assert_eq!(decode(b"\x80", Some("cp1252")).unwrap(), "€");
        assert_eq!(decode(b"", None).unwrap(), "");
    }

    #[test]
    fn what_is_not_of_the_encoding_is_told_by_its_line() {
        for (bytes, name, expected) in [
            (&b"a\nb\nGr\xfc\xdfe"[..], "utf-8", "it is not UTF-8 in line 3"),
            (b"\xff\xfea\0\x00\xd8", "utf-8", "it is not UTF-16LE in line 1"),
            (b"a", "latin-9000", "there is no encoding \"latin-9000\""),
        ] {
            assert_eq!(decode(bytes, Some(name)).unwrap_err().message, expected);
        }
    }
}
