//! Files that are whole or not there, compressed or not.

use std::{
    fs::{File, OpenOptions},
    io::{self, BufRead, BufReader, BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};

/// How a compressed file begins.
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// The library's own default: a tenth of the size, at some 300 MB a second.
const LEVEL: i32 = 3;
const BUFFER_BYTES: usize = 1 << 20;

/// What a file holds, unpacked where it is compressed; `-` is standard input.
///
/// # Errors
/// When it cannot be opened.
pub(super) fn open(path: &Path) -> anyhow::Result<Box<dyn BufRead + Send>> {
    let source: Box<dyn io::Read + Send> = if path == Path::new("-") {
        Box::new(io::stdin())
    } else {
        let file = File::open(path);
        Box::new(file.with_context(|| format!("{} cannot be read", path.display()))?)
    };
    let mut source = BufReader::with_capacity(BUFFER_BYTES, source);
    let begin = source.fill_buf();
    let begin = begin.with_context(|| format!("{} cannot be read", path.display()))?;
    if !begin.starts_with(&ZSTD_MAGIC) {
        return Ok(Box::new(source));
    }
    let unpacked = zstd::Decoder::with_buffer(source).context("nothing can be unpacked")?;
    Ok(Box::new(BufReader::with_capacity(BUFFER_BYTES, unpacked)))
}

/// A file that is being written. It bears its name once it is whole; until then, and for ever when
/// it does not get so far, there is no such file.
pub(crate) struct Output {
    writer: Writer,
    /// Under which name it is written, and which it gets; none on standard output.
    names: Option<(PathBuf, PathBuf)>,
}

enum Writer {
    Plain(BufWriter<Box<dyn Write>>),
    Packed(Box<zstd::Encoder<'static, BufWriter<Box<dyn Write>>>>),
}

impl Output {
    /// Begins to write to standard output.
    pub(crate) fn standard() -> Self {
        Self {
            writer: Writer::Plain(BufWriter::new(Box::new(io::stdout()))),
            names: None,
        }
    }

    /// Begins to write the file `path`.
    ///
    /// # Errors
    /// When there is one already, or it cannot be made.
    pub(crate) fn create(path: &Path, is_packed: bool) -> anyhow::Result<Self> {
        if path.exists() {
            bail!("{} exists already; name another file", path.display());
        }
        let mut unfinished = path.as_os_str().to_owned();
        unfinished.push(".part");
        let unfinished = PathBuf::from(unfinished);
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .open(&unfinished)
            .with_context(|| format!("{} cannot be written", unfinished.display()))?;
        let plain = BufWriter::with_capacity(BUFFER_BYTES, Box::new(file) as Box<dyn Write>);
        let writer = if is_packed {
            let mut packed = zstd::Encoder::new(plain, LEVEL)?;
            packed.include_checksum(true)?;
            Writer::Packed(Box::new(packed))
        } else {
            Writer::Plain(plain)
        };
        Ok(Self {
            writer,
            names: Some((unfinished, path.to_owned())),
        })
    }

    /// Writes on.
    ///
    /// # Errors
    /// When the disk takes no more, or nobody reads the other end.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.writer {
            Writer::Plain(writer) => writer.write_all(bytes),
            Writer::Packed(writer) => writer.write_all(bytes),
        }
    }

    /// Brings everything to the disk, then gives the file its name.
    ///
    /// # Errors
    /// When the disk takes no more.
    pub(crate) fn finish(mut self) -> anyhow::Result<()> {
        let writer = std::mem::replace(
            &mut self.writer,
            Writer::Plain(BufWriter::new(Box::new(io::sink()))),
        );
        let mut plain = match writer {
            Writer::Plain(writer) => writer,
            Writer::Packed(writer) => writer.finish()?,
        };
        plain.flush()?;
        if let Some((unfinished, path)) = self.names.take() {
            File::open(&unfinished)?.sync_all()?;
            std::fs::rename(&unfinished, &path)
                .with_context(|| format!("{} cannot be named", path.display()))?;
        }
        Ok(())
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Self::write(self, bytes).map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        if let Some((unfinished, _)) = &self.names {
            let _gone = std::fs::remove_file(unfinished);
        }
    }
}
