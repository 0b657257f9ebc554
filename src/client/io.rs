//! One thread that does all network work, and the way to hand it some.

use std::{future::Future, panic::AssertUnwindSafe, pin::Pin, thread};

use futures_util::{
    future::FutureExt as _,
    stream::{FuturesUnordered, StreamExt as _},
};
use tokio::{
    runtime::Builder,
    sync::{mpsc, oneshot},
};

use super::transport::Trouble;
use crate::failure::{Failure, Kind};

type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The network thread; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct Io {
    inbox: mpsc::UnboundedSender<Work>,
}

impl Io {
    /// Starts the thread.
    pub(super) fn start() -> Result<Self, Failure> {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(cannot_start)?;
        let (inbox, work) = mpsc::unbounded_channel();
        thread::Builder::new()
            .name("network".into())
            .spawn(move || runtime.block_on(work_off(work)))
            .map_err(cannot_start)?;
        Ok(Self { inbox })
    }

    /// Runs a piece of work there and waits for its result. Not to be called from the network thread itself.
    pub(super) fn run<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> Result<T, Trouble> {
        let (sender, receiver) = oneshot::channel();
        // One that panics takes no other with it: its sender is dropped. Nobody listens only when the waiting thread is
        // gone, and then nobody misses the result.
        let work = AssertUnwindSafe(work).catch_unwind().map(|done| drop(done.map(|result| sender.send(result))));
        let ended = || Trouble::Lost("the network thread has ended".into());
        self.inbox.send(Box::pin(work)).map_err(|_| ended())?;
        receiver.blocking_recv().map_err(|_| ended())
    }
}

/// Does all work at once until nobody can hand over more. A task of the runtime for each piece would cost more: its
/// memory is aligned in a way that takes an allocator long.
async fn work_off(mut inbox: mpsc::UnboundedReceiver<Work>) {
    let mut at_work = FuturesUnordered::new();
    loop {
        tokio::select! {
            work = inbox.recv() => match work {
                Some(work) => at_work.push(work),
                None => return,
            },
            Some(()) = at_work.next() => {}
        }
    }
}

fn cannot_start(cause: std::io::Error) -> Failure {
    Failure::new(Kind::Internal, "cannot start the network thread").because(cause)
}
