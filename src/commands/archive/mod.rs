//! `betstream export`, `import`, `backup`, `restore`: a log as a file, and a file as a log.

mod export;
mod file;
mod take_in;
mod write;

pub(crate) use self::{
    export::run as export,
    file::Output,
    take_in::{import, restore},
    write::run as backup,
};
