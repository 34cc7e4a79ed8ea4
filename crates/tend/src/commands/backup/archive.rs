//! Just enough of the tar format: plain files with short names, of any size.

use std::io::{self, Read, Result, Write};

use aws_lc_rs::digest::{Context, SHA256};
use tend_core::secrets::hex;

const BLOCK: usize = 512;
/// What fits into eleven octal digits; beyond it stands a binary number.
const MOST_OCTAL: u64 = 0o777_7777_7777;

pub struct Writer<W> {
    out: W,
}

impl<W: Write> Writer<W> {
    pub fn new(out: W) -> Self {
        Self { out }
    }

    /// Adds a file of exactly `size` bytes; the answer is its SHA-256.
    pub fn add(&mut self, name: &str, size: u64, content: &mut impl Read) -> Result<String> {
        self.out.write_all(&header(name, size)?)?;
        let mut hashed = Hashed { inner: &mut *content, hash: Context::new(&SHA256) };
        let copied = io::copy(&mut (&mut hashed).take(size), &mut self.out)?;
        if copied != size {
            return Err(io::Error::other(format!("{name} became shorter while it was copied")));
        }
        self.out.write_all(&vec![0; padding(size)])?;
        Ok(hashed.close())
    }

    /// The mark of the end; without it an archive is cut off.
    pub fn close(mut self) -> Result<W> {
        self.out.write_all(&[0; 2 * BLOCK])?;
        self.out.flush()?;
        Ok(self.out)
    }
}

pub struct Reader<R> {
    input: R,
}

impl<R: Read> Reader<R> {
    pub fn new(input: R) -> Self {
        Self { input }
    }

    /// Hands each file's name, size and content to `each`, which reads it whole or not at all.
    ///
    /// # Errors
    /// The archive is cut off or is none.
    pub fn each(
        &mut self,
        mut each: impl FnMut(&str, u64, &mut dyn Read) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        loop {
            let mut block = [0; BLOCK];
            self.input.read_exact(&mut block)?;
            if block.iter().all(|it| *it == 0) {
                return Ok(());
            }
            let (name, size) = entry(&block)?;
            let mut content = (&mut self.input).take(size);
            each(&name, size, &mut content)?;
            io::copy(&mut content, &mut io::sink())?;
            let padding = padding(size) as u64;
            io::copy(&mut (&mut self.input).take(padding), &mut io::sink())?;
        }
    }
}

/// Passes bytes on and hashes them.
pub struct Hashed<R> {
    inner: R,
    hash: Context,
}

impl<R: Read> Hashed<R> {
    pub fn new(inner: R) -> Self {
        Self { inner, hash: Context::new(&SHA256) }
    }

    pub fn close(self) -> String {
        hex(self.hash.finish().as_ref())
    }
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let read = self.inner.read(buffer)?;
        self.hash.update(&buffer[..read]);
        Ok(read)
    }
}

fn padding(size: u64) -> usize {
    (BLOCK - (size % BLOCK as u64) as usize) % BLOCK
}

fn header(name: &str, size: u64) -> Result<[u8; BLOCK]> {
    if name.len() > 100 {
        return Err(io::Error::other(format!("{name} is too long a name")));
    }
    let mut block = [0; BLOCK];
    let mut put = |at: usize, text: &[u8]| block[at..at + text.len()].copy_from_slice(text);
    put(0, name.as_bytes());
    put(100, b"0000600\0");
    put(108, b"0000000\0");
    put(116, b"0000000\0");
    match size > MOST_OCTAL {
        false => put(124, format!("{size:011o}\0").as_bytes()),
        true => {
            put(124, &[0x80, 0, 0, 0]);
            put(128, &size.to_be_bytes());
        }
    }
    put(136, b"00000000000\0");
    put(148, b"        ");
    put(156, b"0");
    put(257, b"ustar\x0000");
    let sum: u32 = block.iter().map(|it| u32::from(*it)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    Ok(block)
}

fn entry(block: &[u8; BLOCK]) -> anyhow::Result<(String, u64)> {
    let mut summed = *block;
    summed[148..156].fill(b' ');
    let sum: u32 = summed.iter().map(|it| u32::from(*it)).sum();
    anyhow::ensure!(octal(&block[148..156]) == Some(u64::from(sum)), "This is no backup of Tend.");
    let end = block[..100].iter().position(|it| *it == 0).unwrap_or(100);
    let name = std::str::from_utf8(&block[..end])?.to_owned();
    let size = match block[124] {
        0x80 => Some(u64::from_be_bytes(block[128..136].try_into()?)),
        _ => octal(&block[124..136]),
    };
    let size = size.ok_or_else(|| anyhow::anyhow!("This is no backup of Tend."))?;
    Ok((name, size))
}

fn octal(text: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(text).ok()?.trim_matches(['\0', ' ']);
    u64::from_str_radix(text, 8).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut writer = Writer::new(Vec::new());
        let long = vec![7; 1500];
        let sum = writer.add("a", 3, &mut &b"abc"[..]).expect("adds");
        writer.add("files/b", 1500, &mut long.as_slice()).expect("adds");
        assert!(writer.add("short", 9, &mut &b"abc"[..]).is_err());
        assert!(sum.starts_with("ba7816bf"));

        let mut writer = Writer::new(Vec::new());
        writer.add("a", 3, &mut &b"abc"[..]).expect("adds");
        writer.add("files/b", 1500, &mut long.as_slice()).expect("adds");
        let bytes = writer.close().expect("closes");
        let mut found = Vec::new();
        let mut note = |name: &str, _: u64, content: &mut dyn Read| {
            let mut bytes = Vec::new();
            content.read_to_end(&mut bytes)?;
            found.push((name.to_owned(), bytes.len()));
            Ok(())
        };
        Reader::new(bytes.as_slice()).each(&mut note).expect("reads");
        assert!(Reader::new(&bytes[..bytes.len() - 1025]).each(&mut note).is_err(), "is cut off");
        assert!(Reader::new(&[b'x'; 1024][..]).each(&mut note).is_err(), "is no archive");
        assert_eq!(found[..2], [("a".to_owned(), 3), ("files/b".to_owned(), 1500)]);
    }

    #[test]
    fn large_sizes_are_kept() {
        for size in [0, 511, MOST_OCTAL, MOST_OCTAL + 1, u64::MAX / 2] {
            assert_eq!(entry(&header("x", size).expect("fits")).expect("reads").1, size);
        }
    }
}
