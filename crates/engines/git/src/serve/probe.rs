//! What [`crate::probe`] needs of this directory.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, Waker},
};

use tokio::io::{AsyncBufRead, AsyncRead, ReadBuf};

pub(crate) use super::receive::probe::{check_object, take_large, unpack};
pub(crate) use super::session::check_archive;
pub(crate) use super::upload::parse as parse_upload;

/// Bytes that come in pieces, without ever waiting.
pub(crate) struct Pieces<'b> {
    pub(crate) bytes: &'b [u8],
    pub(crate) step: usize,
}

impl AsyncRead for Pieces<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let count = self.bytes.len().min(self.step).min(buffer.remaining());
        buffer.put_slice(&self.bytes[..count]);
        self.bytes = &self.bytes[count..];
        Poll::Ready(Ok(()))
    }
}

impl AsyncBufRead for Pieces<'_> {
    fn poll_fill_buf(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<&[u8]>> {
        let this = self.get_mut();
        Poll::Ready(Ok(&this.bytes[..this.bytes.len().min(this.step)]))
    }

    fn consume(mut self: Pin<&mut Self>, count: usize) {
        self.bytes = &self.bytes[count..];
    }
}

/// The outcome of what has nothing to wait for.
pub(crate) fn now<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => outcome,
        Poll::Pending => unreachable!("bytes in memory are always there"),
    }
}
