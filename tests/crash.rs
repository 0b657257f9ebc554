//! A panic is told without secrets. It has a process of its own, because the hook is the process's.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed, and this one is about panics"
)]

use std::{
    io::{self, Write},
    panic,
    sync::{Arc, Mutex},
};

#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<u8>>>);

impl Write for Told {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_crash_message_holds_no_secret() {
    cippsh::redact::remember("planted~secret.1");
    let told = Told::default();
    let usual = panic::take_hook();
    panic::set_hook(Box::new(cippsh::crash::hook(told.clone())));
    let facts =
        "index 7 of planted~secret.1, Bearer 0123456789abcdefXYZ, Password: Hush.1-x, {\"clientSecret\":\"a~b\"}";
    let caught = panic::catch_unwind(|| panic!("{facts}"));
    panic::set_hook(usual);
    assert!(caught.is_err());
    let told = String::from_utf8(told.0.lock().unwrap().clone()).unwrap();
    assert!(told.contains("tests/crash.rs") || told.contains(r"tests\crash.rs"), "where it was: {told}");
    assert!(told.contains("index 7 of ••••, Bearer ••••, Password: ••••"), "{told}");
    for secret in ["planted", "0123456789abcdef", "Hush.1", "a~b"] {
        assert!(!told.contains(secret), "{secret}: {told}");
    }
}
