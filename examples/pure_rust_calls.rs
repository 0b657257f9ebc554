//! Calls an endpoint many times, several at once, with nothing but reqwest: the peer of `bulk` in `cargo bench`.
//!
//! Arguments: API URL, token, calls, how many at once.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a peer to measure against, as short as can be")]

use futures_util::{StreamExt as _, stream};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, token, calls, at_once] = arguments.as_slice() else { panic!("URL TOKEN CALLS AT_ONCE") };
    let (calls, at_once): (usize, usize) = (calls.parse().unwrap(), at_once.parse().unwrap());
    rustls::crypto::ring::default_provider().install_default().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let client = reqwest::Client::new();
    let good = runtime.block_on(
        stream::iter(0..calls)
            .map(|number| {
                let url = format!("{url}/ListPerUserMFA?tenantFilter=contoso.com&userId=ann@contoso.com&_imp={number}");
                let request = client.get(url).bearer_auth(token);
                async move {
                    let bytes = request.send().await?.bytes().await?;
                    Ok::<_, reqwest::Error>(serde_json::from_slice::<serde_json::Value>(&bytes).is_ok())
                }
            })
            .buffer_unordered(at_once)
            .filter(|result| std::future::ready(matches!(result, Ok(true))))
            .count(),
    );
    println!("{good}");
}
