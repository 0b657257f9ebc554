//! Reads a reply while it arrives, so that its bytes need not be kept.
//!
//! The elements of the outermost array, and of the array under `Results` in the outermost object, are read one
//! by one as soon as they are complete; so are the other members of that object. What is not complete yet is
//! held and tried again when at least as much again has arrived: no byte is read more than about twice.

use std::fmt;

use rhai::{Array, Dynamic};
use serde::de::DeserializeSeed;

use super::fields::Fields;
use super::item::{Stop, place, read_item, words};
use super::read::{Key, Reader, Value};
use super::trie::{Path, Trie};

/// The key under which CIPP puts rows and result texts.
const RESULTS: &str = "Results";

/// Reads a whole reply.
///
/// With `wanted`, the objects of the outermost array or of the `Results` array keep these fields only. The
/// first of them is read whole all the same, because it may be a notice in place of data; see [`Projection`].
///
/// [`Projection`]: super::Projection
///
/// # Errors
/// Where the text is not JSON, or ends too early.
pub fn parse(bytes: &[u8], wanted: Option<&Fields>) -> Result<Dynamic, ParseError> {
    let mut stream = RowStream::new(wanted);
    stream.feed(bytes);
    stream.finish()
}

/// Why a reply could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// What is wrong, in the words of the parser.
    pub what: String,
    /// How many bytes into the reply.
    pub at: u64,
    /// The reply is good as far as it goes, but ends too early.
    pub cut_off: bool,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (byte {})", self.what, self.at)
    }
}

impl std::error::Error for ParseError {}

/// A reply that is read piece by piece; the value is the same however it is cut.
pub struct RowStream {
    reader: Reader,
    state: State,
    filtered: bool,
    /// The first row has been read, the one that is never filtered.
    past_first: bool,
    elements: Array,
    /// The last key of the outermost object; `None` when an array is outermost.
    path: Option<Path>,
    value: Dynamic,
    error: Option<ParseError>,
    held: Vec<u8>,
    /// Try again when so many bytes are held.
    enough: usize,
    /// How many bytes were read.
    done: u64,
}

/// What comes next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    FirstElement,
    Element,
    ElementEnd,
    FirstKey,
    Key,
    Colon { results: bool },
    Member { results: bool },
    MemberEnd,
    End,
}

impl RowStream {
    /// A reader that has got nothing yet; for `wanted` see [`parse`].
    pub fn new(wanted: Option<&Fields>) -> Self {
        Self {
            reader: Reader::new(wanted),
            state: State::Start,
            filtered: wanted.is_some(),
            past_first: false,
            elements: Array::new(),
            path: None,
            value: Dynamic::UNIT,
            error: None,
            held: Vec::new(),
            enough: 0,
            done: 0,
        }
    }

    /// Reads as much as can be read and holds the rest. Errors are told by [`finish`](Self::finish).
    pub fn feed(&mut self, bytes: &[u8]) {
        if self.error.is_some() {
            return;
        }
        if self.held.is_empty() {
            let used = self.advance(bytes);
            self.held.extend_from_slice(&bytes[used..]);
            return;
        }
        self.held.extend_from_slice(bytes);
        if self.held.len() >= self.enough {
            self.advance_held();
        }
    }

    /// The value, now that all has been fed.
    ///
    /// # Errors
    /// Where the text is not JSON, or ends too early.
    pub fn finish(mut self) -> Result<Dynamic, ParseError> {
        self.advance_held();
        if self.error.is_none() && self.state == State::Start {
            self.read_scalar();
        }
        match self.error {
            Some(error) => Err(error),
            None if self.state == State::End => Ok(self.value),
            None => Err(ParseError { what: "the text ends too early".into(), at: self.done, cut_off: true }),
        }
    }

    fn advance_held(&mut self) {
        let mut held = std::mem::take(&mut self.held);
        let used = self.advance(&held);
        held.drain(..used);
        self.held = held;
    }

    /// Reads what is complete; how many bytes that is.
    fn advance(&mut self, bytes: &[u8]) -> usize {
        let mut used = 0;
        self.enough = 0;
        loop {
            used += bytes[used..].iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
            if used == bytes.len() {
                break;
            }
            match self.step(&bytes[used..]) {
                Ok(more) => used += more,
                Err(Stop::More) => {
                    self.enough = 2 * (bytes.len() - used);
                    break;
                }
                Err(Stop::Bad(what, ahead)) => {
                    let at = self.done + (used + ahead) as u64;
                    self.error = Some(ParseError { what, at, cut_off: false });
                    break;
                }
            }
        }
        self.done += used as u64;
        used
    }

    /// Reads one item at the start of these bytes; how many bytes it has.
    fn step(&mut self, bytes: &[u8]) -> Result<usize, Stop> {
        let (next, used) = match (self.state, bytes[0]) {
            // A number or a word ends where the reply ends.
            (State::Start, b'[') => (State::FirstElement, 1),
            (State::Start, b'{') => {
                self.path = Some(Trie::ROOT);
                (State::FirstKey, 1)
            }
            (State::Start, _) => return Err(Stop::More),
            (State::FirstElement | State::ElementEnd, b']') => (self.close_elements(), 1),
            (State::FirstElement | State::Element, first) => (State::ElementEnd, self.read_element(first, bytes)?),
            (State::ElementEnd, b',') => (State::Element, 1),
            (State::FirstKey | State::MemberEnd, b'}') => (self.close_object(), 1),
            (State::FirstKey | State::Key, b'"') => self.read_key(bytes)?,
            (State::Colon { results }, b':') => (State::Member { results }, 1),
            (State::Member { results: true }, b'[') => (State::FirstElement, 1),
            (State::Member { .. }, _) => (State::MemberEnd, self.read_member(bytes)?),
            (State::MemberEnd, b',') => (State::Key, 1),
            (state, _) => return Err(Stop::Bad(format!("expected {}", state.expected()), 0)),
        };
        self.state = next;
        Ok(used)
    }

    fn read_element(&mut self, first: u8, bytes: &[u8]) -> Result<usize, Stop> {
        let is_row = first == b'{';
        let root = if is_row && self.filtered && self.past_first { Trie::WANTED } else { Trie::ROOT };
        let (value, used) = self.read_value(root, bytes)?;
        self.past_first |= is_row;
        self.elements.push(value);
        Ok(used)
    }

    fn read_member(&mut self, bytes: &[u8]) -> Result<usize, Stop> {
        let (value, used) = self.read_value(Trie::ROOT, bytes)?;
        self.reader.open.push(value);
        Ok(used)
    }

    fn read_value(&mut self, path: Path, bytes: &[u8]) -> Result<(Dynamic, usize), Stop> {
        let base = self.reader.open.len();
        let read = read_item(Value(&mut self.reader, path), bytes);
        self.reader.open.truncate(base);
        read
    }

    fn read_key(&mut self, bytes: &[u8]) -> Result<(State, usize), Stop> {
        let path = self.path.unwrap_or(Trie::ROOT);
        let (path, used) = read_item(Key(&mut self.reader.trie, path), bytes)?;
        self.path = Some(path);
        let results = self.reader.trie.key(path).eq_ignore_ascii_case(RESULTS);
        Ok((State::Colon { results }, used))
    }

    fn close_elements(&mut self) -> State {
        let elements = Dynamic::from_array(std::mem::take(&mut self.elements));
        if self.path.is_some() {
            self.reader.open.push(elements);
            State::MemberEnd
        } else {
            self.value = elements;
            State::End
        }
    }

    fn close_object(&mut self) -> State {
        let path = self.path.unwrap_or(Trie::ROOT);
        self.value = Dynamic::from(self.reader.close_row(path, 0));
        State::End
    }

    /// Reads the whole reply, which is neither an array nor an object.
    fn read_scalar(&mut self) {
        let mut json = serde_json::Deserializer::from_slice(&self.held);
        let read = Value(&mut self.reader, Trie::ROOT).deserialize(&mut json);
        match read.and_then(|value| json.end().map(|()| value)) {
            Ok(value) => {
                self.value = value;
                self.state = State::End;
            }
            Err(error) => {
                let at = self.done + place(&error, &self.held) as u64;
                self.error = Some(ParseError { what: words(&error), at, cut_off: error.is_eof() });
            }
        }
    }
}

impl State {
    fn expected(self) -> &'static str {
        match self {
            Self::Start | Self::FirstElement | Self::Element | Self::Member { .. } => "a value",
            Self::ElementEnd => "`,` or `]`",
            Self::FirstKey | Self::Key => "a key",
            Self::Colon { .. } => "`:`",
            Self::MemberEnd => "`,` or `}`",
            Self::End => "nothing more",
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value as Json, json};

    use super::super::{Row, equal, from_json, to_json};
    use super::*;

    fn parsed(text: &str) -> Dynamic {
        parse(text.as_bytes(), None).unwrap()
    }

    fn cut(text: &[u8], cuts: &[usize], wanted: Option<&Fields>) -> Result<Dynamic, ParseError> {
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % (text.len() + 1)).collect();
        cuts.extend([0, text.len()]);
        cuts.sort_unstable();
        let mut stream = RowStream::new(wanted);
        cuts.windows(2).for_each(|pair| stream.feed(&text[pair[0]..pair[1]]));
        stream.finish()
    }

    #[test]
    fn every_kind_of_reply_is_read() {
        for text in [
            "null",
            "true",
            "12",
            "-1.5",
            "\"a\\u00e9\\n\\ud83d\\ude00\"",
            "[]",
            " [ ] ",
            "{}",
            "[null,1,\"x\",[[],{}],{\"a\":{\"b\":[1]}}]",
            "{\"Results\":[{\"a\":1},{\"a\":2,\"b\":null}],\"Metadata\":{\"x\":[1,2]}}",
            "{\"results\":[1],\"Results\":\"text\",\"other\":[{\"a\":1}]}",
            "{\r\n  \"Results\": [\r\n    \"one\",\r\n    \"two\"\r\n  ]\r\n}\r\n",
        ] {
            let expected: Json = serde_json::from_str(text).unwrap();
            assert_eq!(to_json(&parsed(text)), expected, "{text}");
            for at in 0..text.len() {
                assert_eq!(to_json(&cut(text.as_bytes(), &[at], None).unwrap()), expected, "{text} cut at {at}");
            }
        }
    }

    #[test]
    fn numbers_and_repeated_keys() {
        for (text, expected) in [
            ("9223372036854775807", "9223372036854775807"),
            ("9223372036854775808", "9.223372036854776e+18"),
            ("1e3", "1000.0"),
            ("1.0", "1.0"),
            (r#"{"a":1,"b":2,"a":3}"#, r#"{"a":3,"b":2}"#),
            (r#"[{"a":1,"A":2},{"a":1,"a":2}]"#, r#"[{"a":1,"A":2},{"a":2}]"#),
        ] {
            assert_eq!(to_json(&parsed(text)).to_string(), expected);
        }
    }

    #[test]
    fn rows_of_one_form_share_their_keys() {
        let value = parsed(r#"[{"a":1,"b":{"c":1}},{"a":2,"b":{"c":2}},{"b":1,"a":2}]"#);
        let rows = value.as_array_ref().unwrap();
        let key = |at: usize| rows[at].read_lock::<Row>().unwrap().keys().next().unwrap().clone();
        assert!(key(0).ptr_eq(&key(1)));
        assert_eq!(key(2), "b");
    }

    #[test]
    fn only_wanted_fields_are_kept_but_in_the_first_row() {
        let wanted = Fields::new(["ID", "name"]);
        let rows = r#"[null,{"id":1,"x":{"id":5},"Name":"a"},{"id":2,"x":{"id":6},"Name":"b"},"text",{"y":[1]}]"#;
        let kept = r#"[null,{"id":1,"x":{"id":5},"Name":"a"},{"id":2,"Name":"b"},"text",{}]"#;
        for (before, after) in [("", ""), (r#"{"Results":"#, r#","Metadata":{"y":1}}"#)] {
            let value = parse(format!("{before}{rows}{after}").as_bytes(), Some(&wanted)).unwrap();
            assert_eq!(to_json(&value).to_string(), format!("{before}{kept}{after}"));
        }
    }

    #[test]
    fn errors_tell_what_and_where() {
        for (text, what, at, cut_off) in [
            ("", "EOF while parsing a value", 0, true),
            ("<html>", "expected value", 0, false),
            ("Endpoint not found", "expected value", 0, false),
            ("12 13", "trailing characters", 3, false),
            ("[1,2", "the text ends too early", 3, true),
            ("[{\"a\":1},{\"a\":", "the text ends too early", 9, true),
            ("{\"Results\":[1],", "the text ends too early", 15, true),
            ("[1,]", "expected value", 3, false),
            ("[1 2]", "expected `,` or `]`", 3, false),
            ("[1]]", "expected nothing more", 3, false),
            ("{\"a\" 1}", "expected `:`", 5, false),
            ("{\"a\":1 \"b\":2}", "expected `,` or `}`", 7, false),
            ("{a:1}", "expected a key", 1, false),
            ("[\n\n{\"a\":1},\n {\"a\":\n x}]", "expected value", 20, false),
        ] {
            let error = ParseError { what: what.into(), at, cut_off };
            assert_eq!(parse(text.as_bytes(), None).map(|value| value.to_string()), Err(error), "{text}");
        }
    }

    fn json_value() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::from),
            any::<i64>().prop_map(Json::from),
            any::<u64>().prop_map(Json::from),
            (-1e6..1e6).prop_map(Json::from),
            ".{0,12}".prop_map(Json::from),
        ];
        leaf.prop_recursive(4, 48, 6, |inner| {
            let key = prop_oneof![Just("Results".to_owned()), "[a-d]{1,2}", ".{0,4}"];
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Json::from),
                prop::collection::vec((key, inner), 0..6).prop_map(|members| members.into_iter().collect::<Json>()),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_json_in_any_pieces_is_the_same(
            json in json_value(),
            pretty: bool,
            cuts in prop::collection::vec(any::<usize>(), 0..8),
            filter: bool,
        ) {
            let text = if pretty { serde_json::to_string_pretty(&json) } else { serde_json::to_string(&json) }.unwrap();
            let wanted = filter.then(|| Fields::new(["a", "b"]));
            let whole = parse(text.as_bytes(), wanted.as_ref()).unwrap();
            let pieces = cut(text.as_bytes(), &cuts, wanted.as_ref()).unwrap();
            prop_assert!(equal(&whole, &pieces));
            if !filter {
                prop_assert_eq!(to_json(&whole).to_string(), to_json(&from_json(json)).to_string());
            }
        }

        #[test]
        fn any_text_fails_alike_in_any_pieces(
            json in json_value(),
            end in any::<usize>(),
            extra in "[\\]}{\",:x1 ]{0,3}",
            cuts in prop::collection::vec(any::<usize>(), 0..8),
        ) {
            let mut text = serde_json::to_vec(&json).unwrap();
            text.truncate(end % (text.len() + 1));
            text.extend(extra.as_bytes());
            let whole = parse(&text, None).map(|value| to_json(&value).to_string());
            let pieces = cut(&text, &cuts, None).map(|value| to_json(&value).to_string());
            let reference = serde_json::from_slice::<Json>(&text);
            prop_assert_eq!(whole.is_ok(), reference.is_ok());
            prop_assert_eq!(whole, pieces);
        }
    }

    #[test]
    fn a_piece_is_dropped_once_it_is_read() {
        let mut stream = RowStream::new(None);
        stream.feed(b"{\"Results\":[");
        for n in 0..1000 {
            stream.feed(format!("{{\"id\":{n},\"text\":\"{}\"}},", "x".repeat(50)).as_bytes());
            assert!(stream.held.len() <= 256, "{}", stream.held.len());
        }
        stream.feed(b"null]}");
        let value = stream.finish().unwrap();
        assert_eq!(to_json(&value)["Results"][999]["id"], json!(999));
    }
}
