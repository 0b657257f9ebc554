//! A body that ends in an error, on which the server closes the connection.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Bytes, HttpBody};
use http_body::{Frame, SizeHint};

/// A body that announces a length and fails after its first part.
///
/// With an empty first part it fails before anything is written, the head of the answer included.
#[derive(Debug)]
pub(crate) struct Broken {
    part: Bytes,
    length: u64,
    waited: bool,
}

impl Broken {
    /// A body of which `part` is sent and `length` announced.
    pub(crate) fn new(part: Bytes, length: usize) -> Self {
        Self { waited: part.is_empty(), part, length: length as u64 }
    }
}

impl HttpBody for Broken {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if !self.part.is_empty() {
            return Poll::Ready(Some(Ok(Frame::data(std::mem::take(&mut self.part)))));
        }
        if !self.waited {
            // What is buffered is written out only when the body has nothing more to give at the moment.
            self.waited = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(std::io::ErrorKind::ConnectionReset.into())))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length)
    }
}
