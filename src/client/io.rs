//! One thread that does all network work, and the way to hand it some.

use std::{
    future::Future,
    sync::{Arc, mpsc},
    thread,
};

use tokio::{
    runtime::{Builder, Handle},
    sync::Notify,
};

use super::transport::Trouble;
use crate::failure::{Failure, Kind};

/// The network thread; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct Io {
    handle: Handle,
    stop: Arc<Notify>,
}

impl Io {
    /// Starts the thread.
    pub(super) fn start() -> Result<Self, Failure> {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(cannot_start)?;
        let handle = runtime.handle().clone();
        let stop = Arc::new(Notify::new());
        let stopped = Arc::clone(&stop);
        thread::Builder::new()
            .name("network".into())
            .spawn(move || runtime.block_on(stopped.notified()))
            .map_err(cannot_start)?;
        Ok(Self { handle, stop })
    }

    /// Runs a piece of work there and waits for its result. Not to be called from the network thread itself.
    pub(super) fn run<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> Result<T, Trouble> {
        let (sender, receiver) = mpsc::sync_channel(1);
        self.handle.spawn(async move {
            // Nobody listens only when the waiting thread is gone, and then nobody misses the result.
            let _ = sender.send(work.await);
        });
        receiver.recv().map_err(|_| Trouble::Lost("the network thread has ended".into()))
    }
}

impl Drop for Io {
    fn drop(&mut self) {
        self.stop.notify_one();
    }
}

fn cannot_start(cause: std::io::Error) -> Failure {
    Failure::new(Kind::Internal, "cannot start the network thread").because(cause)
}
