//! The smallest program that embeds a Rhai engine with the features that cippsh uses: the peer of `cargo bench`.

#![expect(clippy::print_stderr, reason = "a peer to measure against, as short as can be")]

fn main() {
    let script = std::env::args().nth(1).unwrap_or_default();
    if let Err(error) = rhai::Engine::new().run(&script) {
        eprintln!("{error}");
    }
}
