//! The framing of Git's protocol: four hexadecimal digits of length (with themselves), then data.

use bytes::{BufMut, Bytes, BytesMut};
use tokio::io::{AsyncBufRead, AsyncBufReadExt};

use crate::{Error, Result};

/// The largest packet, with its four digits.
pub const MAX_PACKET: usize = 65520;

/// One packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Packet {
    /// Data, without the four digits; may be empty.
    Data(Bytes),
    /// `0000`, the end of a section.
    Flush,
    /// `0001`, the border between the parts of a request of protocol version 2.
    Delimiter,
    /// `0002`, the end of a response over a connection without state.
    ResponseEnd,
}

impl Packet {
    /// The data as a line: without the line end that senders may or may not add.
    pub fn line(&self) -> Option<&[u8]> {
        match self {
            Packet::Data(data) => Some(data.strip_suffix(b"\n").unwrap_or(data)),
            _ => None,
        }
    }
}

/// Takes the first packet off `buffer`, or nothing while it is not whole.
///
/// # Errors
/// [`Error::Protocol`] for a length that is none.
pub fn take_packet(buffer: &mut BytesMut) -> Result<Option<Packet>> {
    let Some(digits) = buffer.first_chunk::<4>() else { return Ok(None) };
    let length = length(*digits)?;
    let packet = match length {
        0 => Packet::Flush,
        1 => Packet::Delimiter,
        2 => Packet::ResponseEnd,
        _ if buffer.len() < length => return Ok(None),
        _ => {
            let mut packet = buffer.split_to(length);
            drop(packet.split_to(4));
            return Ok(Some(Packet::Data(packet.freeze())));
        }
    };
    drop(buffer.split_to(4));
    Ok(Some(packet))
}

fn length(digits: [u8; 4]) -> Result<usize> {
    let mut length = 0;
    for digit in digits {
        let value = char::from(digit).to_digit(16).ok_or_else(|| {
            Error::Protocol(format!("{:?} is no length", String::from_utf8_lossy(&digits)))
        })?;
        length = length << 4 | value as usize;
    }
    if length == 3 || length > MAX_PACKET {
        return Err(Error::Protocol(format!("{length} is no packet's length")));
    }
    Ok(length)
}

/// Appends one data packet. `data` longer than a packet may be is cut.
pub fn put_packet(out: &mut impl BufMut, data: &[u8]) {
    let data = &data[..data.len().min(MAX_PACKET - 4)];
    out.put_slice(format!("{:04x}", data.len() + 4).as_bytes());
    out.put_slice(data);
}

/// Appends `0000`.
pub fn put_flush(out: &mut impl BufMut) {
    out.put_slice(b"0000");
}

/// Reads packets from a stream that has other things behind them, without taking any of those,
/// and keeps the bytes as they came.
pub(crate) struct PacketReader<'a, R> {
    input: &'a mut R,
    /// Everything read so far.
    raw: BytesMut,
    limit: usize,
}

impl<'a, R: AsyncBufRead + Unpin> PacketReader<'a, R> {
    /// Refuses when more than `limit` bytes would have to be read.
    pub(crate) fn new(input: &'a mut R, limit: usize) -> Self {
        PacketReader { input, raw: BytesMut::new(), limit }
    }

    /// The next packet; `None` when the stream ends between two.
    pub(crate) async fn next(&mut self) -> Result<Option<Packet>> {
        let start = self.raw.len();
        if !self.fill(4).await? {
            return match self.raw.len() - start {
                0 => Ok(None),
                _ => Err(Error::Protocol("the request ends inside a packet".to_owned())),
            };
        }
        let mut digits = [0; 4];
        digits.copy_from_slice(&self.raw[start..]);
        Ok(Some(match length(digits)? {
            0 => Packet::Flush,
            1 => Packet::Delimiter,
            2 => Packet::ResponseEnd,
            length => {
                if !self.fill(length - 4).await? {
                    return Err(Error::Protocol("the request ends inside a packet".to_owned()));
                }
                Packet::Data(Bytes::copy_from_slice(&self.raw[start + 4..]))
            }
        }))
    }

    /// Appends exactly `count` bytes of the stream; false when it ends before.
    async fn fill(&mut self, count: usize) -> Result<bool> {
        if self.raw.len() + count > self.limit {
            return Err(Error::Protocol(format!(
                "more than {} bytes before the content",
                self.limit
            )));
        }
        let mut missing = count;
        while missing > 0 {
            let available =
                self.input.fill_buf().await.map_err(Error::io("cannot read the request"))?;
            if available.is_empty() {
                return Ok(false);
            }
            let taken = available.len().min(missing);
            self.raw.extend_from_slice(&available[..taken]);
            self.input.consume(taken);
            missing -= taken;
        }
        Ok(true)
    }

    /// How many bytes were read.
    pub(crate) fn seen(&self) -> usize {
        self.raw.len()
    }

    /// What was read, as it came.
    pub(crate) fn into_raw(self) -> Bytes {
        self.raw.freeze()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_come_and_go() {
        let mut buffer = BytesMut::new();
        put_packet(&mut buffer, b"hello\n");
        put_packet(&mut buffer, b"");
        put_flush(&mut buffer);
        buffer.extend_from_slice(b"00010002000");
        let mut seen = Vec::new();
        while let Some(packet) = take_packet(&mut buffer).unwrap() {
            seen.push(packet);
        }
        assert_eq!(seen[0].line(), Some(&b"hello"[..]));
        assert_eq!(
            seen[1..],
            [Packet::Data(Bytes::new()), Packet::Flush, Packet::Delimiter, Packet::ResponseEnd]
        );
        assert_eq!(&buffer[..], b"000");
    }

    #[test]
    fn nonsense_is_refused() {
        for nonsense in ["zzzz", "-001", "0003", "fff1", "ffff", "+004", "\u{0661}xx"] {
            assert!(take_packet(&mut BytesMut::from(nonsense.as_bytes())).is_err(), "{nonsense}");
        }
        // Not yet whole is no error.
        assert_eq!(take_packet(&mut BytesMut::from(&b"0006a"[..])).unwrap(), None);
    }

    /// Whatever bytes arrive, in whatever pieces: an answer, never a panic, and the same one.
    #[tokio::test]
    async fn any_bytes_are_survived() {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut random = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        for _ in 0..2000 {
            let length = random() % 64;
            let alphabet = b"0000123456789abcfxz\n ";
            let bytes: Vec<u8> = (0..length)
                .map(|_| alphabet[(random() % alphabet.len() as u64) as usize])
                .collect();
            let mut buffer = BytesMut::from(&bytes[..]);
            let mut whole = Vec::new();
            let whole_failed = loop {
                match take_packet(&mut buffer) {
                    Ok(Some(packet)) => whole.push(packet),
                    Ok(None) => break !buffer.is_empty(),
                    Err(_) => break true,
                }
            };
            let mut input =
                tokio::io::BufReader::with_capacity(1 + (random() % 7) as usize, &bytes[..]);
            let mut reader = PacketReader::new(&mut input, 1 << 20);
            let mut pieces = Vec::new();
            let pieces_failed = loop {
                match reader.next().await {
                    Ok(Some(packet)) => pieces.push(packet),
                    Ok(None) => break false,
                    Err(_) => break true,
                }
            };
            assert_eq!((whole, whole_failed), (pieces, pieces_failed), "{bytes:?}");
        }
    }

    #[tokio::test]
    async fn limit_holds_before_reading() {
        let mut out = Vec::new();
        put_packet(&mut out, &[b'x'; 1000]);
        let mut input = &out[..];
        let error = PacketReader::new(&mut input, 500).next().await.unwrap_err();
        assert!(matches!(error, Error::Protocol(_)));
    }
}
