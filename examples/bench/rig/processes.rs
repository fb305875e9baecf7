//! What processes cost, read from `/proc`.

use std::fs::{read_dir, read_link, read_to_string};

use anyhow::Context;

/// Clock ticks a second, which Linux fixes for `/proc` on every platform we run on.
const TICKS_A_SECOND: f64 = 100.0;
/// The state of a listening socket in `/proc/net/tcp`.
const LISTEN: &str = "0A";

/// Seconds of processor time used so far by a process, by its children that ended, and by those
/// that live: for Postgres, all of the server.
pub(crate) fn processor_seconds(pid: u32) -> anyhow::Result<f64> {
    let own = ticks(pid, 4)?;
    let children = read_to_string(format!("/proc/{pid}/task/{pid}/children"))?;
    // A child that ended meanwhile is counted by its parent from the next look on.
    let living = children
        .split_whitespace()
        .filter_map(|child| ticks(child.parse().ok()?, 2).ok());
    Ok((own + living.sum::<f64>()) / TICKS_A_SECOND)
}

/// Seconds of processor time used so far by this program, without the servers that it started.
pub(crate) fn own_processor_seconds() -> anyhow::Result<f64> {
    Ok(ticks(std::process::id(), 2)? / TICKS_A_SECOND)
}

/// Seconds that all processors together were idle or waited for a disk since the machine started.
pub(crate) fn idle_seconds() -> anyhow::Result<f64> {
    let stat = read_to_string("/proc/stat")?;
    let all = stat.lines().next().context("/proc/stat is empty")?;
    // `cpu`, user, nice, system, idle, waiting for a disk.
    let idle = all.split_whitespace().skip(4).take(2);
    let ticks = idle.map(str::parse::<f64>).sum::<Result<f64, _>>()?;
    Ok(ticks / TICKS_A_SECOND)
}

/// The sum of the first `fields` of: own user and system time, the same of ended children.
fn ticks(pid: u32, fields: usize) -> anyhow::Result<f64> {
    let stat = read_to_string(format!("/proc/{pid}/stat"))?;
    // The name may hold spaces, and stands in parentheses; user time is the twelfth field behind it.
    let (_, behind_name) = stat.rsplit_once(')').context("no name in stat")?;
    let times = behind_name.split_whitespace().skip(11).take(fields);
    Ok(times.map(str::parse::<f64>).sum::<Result<f64, _>>()?)
}

/// The most memory that a process ever held, in megabytes.
pub(crate) fn peak_memory_mb(pid: u32) -> anyhow::Result<f64> {
    memory_mb(pid, "VmHWM:")
}

/// The memory that a process holds, in megabytes.
pub(crate) fn resident_memory_mb(pid: u32) -> anyhow::Result<f64> {
    memory_mb(pid, "VmRSS:")
}

fn memory_mb(pid: u32, field: &str) -> anyhow::Result<f64> {
    let status = read_to_string(format!("/proc/{pid}/status"))?;
    let kilobytes = status
        .lines()
        .find_map(|line| line.strip_prefix(field)?.split_whitespace().next())
        .with_context(|| format!("no {field} of process {pid}"))?;
    Ok(kilobytes.parse::<f64>()? / 1024.0)
}

/// The process of this machine that listens on a loopback port.
pub(crate) fn listener(port: u16) -> Option<u32> {
    let socket = listening_socket(port)?;
    let pids = read_dir("/proc").ok()?.flatten();
    pids.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .find(|pid| holds(*pid, &socket))
}

fn listening_socket(port: u16) -> Option<String> {
    let wanted = format!(":{port:04X}");
    ["/proc/net/tcp", "/proc/net/tcp6"]
        .iter()
        .filter_map(|table| read_to_string(table).ok())
        .find_map(|table| {
            table.lines().find_map(|line| {
                let fields: Vec<&str> = line.split_whitespace().collect();
                let listens = fields.get(1)?.ends_with(&wanted) && *fields.get(3)? == LISTEN;
                listens.then(|| format!("socket:[{}]", fields[9]))
            })
        })
}

fn holds(pid: u32, socket: &str) -> bool {
    let Ok(open) = read_dir(format!("/proc/{pid}/fd")) else {
        return false;
    };
    open.flatten()
        .any(|entry| read_link(entry.path()).is_ok_and(|target| target.as_os_str() == socket))
}
