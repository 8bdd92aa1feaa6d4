//! What processes take of the machine: processor time, peak memory, and how often they force the disk.

use std::{
    fs, io,
    process::{Child, Command, Stdio},
    time::Duration,
};

/// Clock ticks in a second, as `/proc` counts them on Linux.
const TICKS_PER_S: f64 = 100.0;

/// A process of the house, with its children.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub(crate) name: &'static str,
    /// One, or those of a cluster.
    pub(crate) pids: Vec<u32>,
}

/// Measures from its start on.
pub(crate) struct Meter {
    before: Vec<(Named, Duration)>,
    syncs: Vec<(&'static str, Option<Child>)>,
}

/// What one process took.
pub(crate) struct Usage {
    pub(crate) name: &'static str,
    pub(crate) cpu: Duration,
    /// The most memory it ever held, in MiB; of a family of processes the largest one's.
    pub(crate) peak_mib: u64,
    /// How often it forced the disk, where that could be counted.
    pub(crate) syncs: Option<u64>,
}

impl Meter {
    /// Starts; of those in `syncing` the forced writes are counted, too, with `perf` where the machine has it.
    pub(crate) fn start(processes: Vec<Named>, syncing: &[&'static str]) -> Self {
        let counted = processes.iter().filter(|p| syncing.contains(&p.name));
        let syncs = counted.map(|p| (p.name, count_syncs(&p.pids))).collect();
        let before = processes.into_iter().map(|process| {
            let cpu = cpu(&process.pids);
            (process, cpu)
        });
        Self {
            before: before.collect(),
            syncs,
        }
    }

    /// Ends and tells.
    pub(crate) fn stop(mut self) -> Vec<Usage> {
        let after: Vec<Duration> = self.before.iter().map(|(p, _)| cpu(&p.pids)).collect();
        let mut syncs: Vec<(&'static str, Option<u64>)> = Vec::new();
        for (name, counter) in self.syncs.drain(..) {
            syncs.push((name, counter.and_then(|counter| read_syncs(counter).ok())));
        }
        let each = self.before.iter().zip(after);
        each.map(|((process, before), after)| Usage {
            name: process.name,
            cpu: after.saturating_sub(*before),
            peak_mib: families(&process.pids)
                .into_iter()
                .map(peak_mib)
                .max()
                .unwrap_or(0),
            syncs: syncs
                .iter()
                .find(|(name, _)| *name == process.name)
                .and_then(|(_, syncs)| *syncs),
        })
        .collect()
    }
}

/// Lists a process and its children; ours alone, whose children are measured by themselves.
fn family(pid: u32) -> Vec<u32> {
    let mut family = vec![pid];
    if pid == std::process::id() {
        return family;
    }
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some(child) = name.to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        if fields(child).and_then(|fields| fields.first().copied()) == Some(u64::from(pid)) {
            family.push(child);
        }
    }
    family
}

/// Gives of a process its parent, and the processor times of itself and of its ended children, in ticks.
fn fields(pid: u32) -> Option<[u64; 5]> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name stands in brackets and may hold blanks.
    let (_, rest) = stat.rsplit_once(") ")?;
    let fields: Vec<&str> = rest.split(' ').collect();
    let number = |at: usize| fields.get(at)?.parse().ok();
    Some([
        number(1)?,
        number(11)?,
        number(12)?,
        number(13)?,
        number(14)?,
    ])
}

fn families(pids: &[u32]) -> Vec<u32> {
    pids.iter().flat_map(|pid| family(*pid)).collect()
}

fn cpu(pids: &[u32]) -> Duration {
    let ticks: u64 = families(pids)
        .into_iter()
        .filter_map(|pid| {
            let [_, user, system, children, children_system] = fields(pid)?;
            let ended = if pid == std::process::id() {
                0
            } else {
                children + children_system
            };
            Some(user + system + ended)
        })
        .sum();
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52 ticks")]
    let seconds = ticks as f64 / TICKS_PER_S;
    Duration::from_secs_f64(seconds)
}

/// What a process that ends by itself has taken, as far as it was seen.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Seen {
    pub(crate) cpu: Duration,
    pub(crate) peak_mib: u64,
}

/// Looks at a process until it is gone.
pub(crate) async fn watch(pid: u32) -> Seen {
    let mut seen = Seen::default();
    let mut pause = tokio::time::interval(Duration::from_millis(50));
    loop {
        pause.tick().await;
        let peak_mib = peak_mib(pid);
        if peak_mib == 0 {
            return seen;
        }
        seen = Seen {
            cpu: cpu(&[pid]),
            peak_mib,
        };
    }
}

fn peak_mib(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or(0) / 1024
}

fn count_syncs(pids: &[u32]) -> Option<Child> {
    let pids: Vec<String> = families(pids).iter().map(ToString::to_string).collect();
    let counter = Command::new("perf")
        .args(["stat", "-x", ",", "-e", "syscalls:sys_enter_fsync"])
        .args(["-e", "syscalls:sys_enter_fdatasync", "-p", &pids.join(",")])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn();
    counter.ok()
}

fn read_syncs(counter: Child) -> io::Result<u64> {
    let id = counter.id().to_string();
    Command::new("kill").args(["-INT", &id]).status()?;
    let said = counter.wait_with_output()?.stderr;
    let said = String::from_utf8_lossy(&said);
    let counts = said.lines().filter(|line| line.contains("sys_enter_"));
    let mut sum = 0;
    let mut any = false;
    for count in counts.filter_map(|line| line.split(',').next()) {
        let count: u64 = count.parse().map_err(io::Error::other)?;
        sum += count;
        any = true;
    }
    if any {
        Ok(sum)
    } else {
        Err(io::Error::other("nothing was counted"))
    }
}
