//! Child processes that never outlive the process that started them.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError, mpsc};
use std::time::Duration;
use std::{env, fs, io, thread};

use rustix::process::{
    Pid, Resource, Rlimit, Signal, WaitId, WaitIdOptions, getrlimit, kill_process, setrlimit,
    waitid,
};
use tokio::sync::watch;

use crate::error::{Error, IoContext, Result};
use crate::place::User;
use crate::stale::{self, Identity};
use crate::wait;

const HARD: Duration = Duration::from_secs(10);
const TAIL_LINES: usize = 12;

/// What is started, and how.
#[derive(Clone, Debug)]
pub struct Spec {
    /// What people call it; also the name of its log and its pid file.
    pub name: String,
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// Its whole environment.
    pub env: Vec<(String, OsString)>,
    /// Its working folder, where its pid file lies as well.
    pub folder: PathBuf,
    /// Where its output is appended to.
    pub log: PathBuf,
    /// The signal it gets when this process dies, however it dies.
    pub death: Death,
    /// Who it runs as, if not as this process.
    pub user: Option<User>,
}

/// The signal a child gets when the process that started it dies.
#[derive(Clone, Copy, Debug)]
pub enum Death {
    /// At once, even if it is paused.
    Kill,
    /// PostgreSQL's immediate shutdown, which takes its backends along.
    Quit,
}

/// A running child; killed when dropped.
#[derive(Debug)]
pub struct Child {
    name: String,
    pid: Pid,
    log: PathBuf,
    state: Arc<State>,
    exit: watch::Receiver<Option<ExitStatus>>,
}

#[derive(Debug, Default)]
struct State {
    exited: Mutex<Option<ExitStatus>>,
    changed: Condvar,
}

impl State {
    fn lock(&self) -> MutexGuard<'_, Option<ExitStatus>> {
        self.exited.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Child {
    /// Starts it and returns as soon as it exists, which says nothing about its being ready.
    pub fn start(spec: &Spec) -> Result<Self> {
        let child = spawn(command(spec)?).doing(|| format!("start {}", spec.name))?;
        let pid = Pid::from_child(&child);
        let pid_file = spec.folder.join(format!("{}.pid", spec.name));
        if let Some(identity) = Identity::of(pid) {
            fs::write(&pid_file, identity.line())
                .doing(|| format!("write {}", pid_file.display()))?;
        }
        let (sender, exit) = watch::channel(None);
        let state = Arc::new(State::default());
        watch_exit(child, Arc::clone(&state), sender, pid_file);
        Ok(Self {
            name: spec.name.clone(),
            pid,
            log: spec.log.clone(),
            state,
            exit,
        })
    }

    /// Returns what people call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns its process number.
    pub fn pid(&self) -> u32 {
        self.pid.as_raw_nonzero().get().unsigned_abs()
    }

    /// Returns how it ended, if it did.
    pub fn status(&self) -> Option<ExitStatus> {
        *self.state.lock()
    }

    /// Waits for its end.
    pub async fn exited(&self) -> ExitStatus {
        let mut exit = self.exit.clone();
        let ended = exit.wait_for(Option::is_some).await;
        ended
            .ok()
            .and_then(|status| *status)
            .or_else(|| self.status())
            .expect("the watcher tells the status before it goes")
    }

    /// Sends a signal; a child that has ended gets none, and nobody else gets it instead.
    pub fn signal(&self, signal: Signal) {
        let exited = self.state.lock();
        if exited.is_none() {
            // It may have ended by itself; as long as it is not reaped its number is its own.
            let _ = kill_process(self.pid, signal);
        }
    }

    /// Ends it as `kill -9` does and waits until it is gone.
    pub fn kill(&self) {
        self.signal(Signal::KILL);
        self.wait(HARD);
    }

    /// Asks it to end, waits, then ends it.
    pub async fn stop(&self, soft: Signal, patience: Duration) {
        self.signal(soft);
        if tokio::time::timeout(patience, self.exited()).await.is_err() {
            self.signal(Signal::KILL);
            self.exited().await;
        }
    }

    /// The same for places that cannot wait asynchronously.
    pub fn stop_now(&self, soft: Signal, patience: Duration) {
        self.signal(soft);
        if !self.wait(patience) {
            self.kill();
        }
    }

    fn wait(&self, patience: Duration) -> bool {
        let waited = self
            .state
            .changed
            .wait_timeout_while(self.state.lock(), patience, |exited| exited.is_none());
        let (exited, _) = waited.unwrap_or_else(PoisonError::into_inner);
        exited.is_some()
    }

    /// The error that says how it ended and what it wrote last.
    pub fn obituary(&self) -> Error {
        Error::Died {
            name: self.name.clone(),
            status: self
                .status()
                .map_or_else(|| "running".to_owned(), |status| status.to_string()),
            tail: self.last_words(),
        }
    }

    fn last_words(&self) -> String {
        let tail = self.tail();
        if tail.is_empty() {
            "(it wrote nothing)".to_owned()
        } else {
            tail
        }
    }

    /// Returns the last lines of its log.
    pub fn tail(&self) -> String {
        tail(&self.log)
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A place for one child that may be killed and started again the same way.
#[derive(Debug)]
pub(crate) struct Slot {
    spec: Spec,
    child: Mutex<Arc<Child>>,
}

impl Slot {
    /// Starts it with a log of its own; that of an earlier process is kept beside it.
    pub(crate) fn start(spec: Spec) -> Result<Self> {
        if spec.log.exists() {
            let old = spec.log.with_extension("log.old");
            fs::rename(&spec.log, &old).doing(|| format!("rename {}", spec.log.display()))?;
        }
        let child = Mutex::new(Arc::new(Child::start(&spec)?));
        Ok(Self { spec, child })
    }

    /// Returns the child that is or was there last.
    pub(crate) fn child(&self) -> Arc<Child> {
        Arc::clone(&self.child.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Starts it again, after making sure that it is gone.
    pub(crate) fn start_again(&self) -> Result<()> {
        self.child().kill();
        let child = Arc::new(Child::start(&self.spec)?);
        *self.child.lock().unwrap_or_else(PoisonError::into_inner) = child;
        Ok(())
    }

    pub(crate) fn log(&self) -> &Path {
        &self.spec.log
    }

    /// Returns when it stands still.
    pub(crate) fn pause(&self) {
        let child = self.child();
        child.signal(Signal::STOP);
        if child.status().is_none() {
            stale::wait_paused(child.pid);
        }
    }

    pub(crate) fn resume(&self) {
        self.child().signal(Signal::CONT);
    }

    /// Waits until `ready` says so; a child that ends meanwhile is an error at once.
    pub(crate) async fn ready<T, F>(
        &self,
        patience: Duration,
        mut ready: impl FnMut() -> F,
    ) -> Result<T>
    where
        F: Future<Output = Result<T, String>>,
    {
        let child = self.child();
        tokio::select! {
            found = wait::until(patience, &mut ready) => found.map_err(|reason| Error::NotReady {
                name: child.name.clone(),
                waited: patience,
                reason,
                tail: child.last_words(),
            }),
            _ = child.exited() => Err(child.obituary()),
        }
    }
}

/// Returns the last lines of a file, or nothing.
pub(crate) fn tail(path: &Path) -> String {
    let text = fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
}

fn command(spec: &Spec) -> Result<Command> {
    let output = open_log(&spec.log)?;
    let errors = output
        .try_clone()
        .doing(|| format!("open {} twice", spec.log.display()))?;
    let mut command = Command::new(setpriv()?);
    command.arg("--pdeathsig").arg(match spec.death {
        Death::Kill => "KILL",
        Death::Quit => "QUIT",
    });
    if let Some(user) = spec.user {
        command.args(["--reuid", &user.uid.to_string()]);
        command.args(["--regid", &user.gid.to_string(), "--clear-groups"]);
    }
    command
        .arg("--")
        .arg(&spec.program)
        .args(&spec.args)
        .env_clear()
        .envs(spec.env.iter().map(|(name, value)| (name, value)))
        .current_dir(&spec.folder)
        .stdin(Stdio::null())
        .stdout(output)
        .stderr(errors)
        // A Ctrl-C in the terminal reaches the stack only, which stops its children in order.
        .process_group(0);
    Ok(command)
}

fn open_log(path: &Path) -> Result<File> {
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .doing(|| format!("open {}", path.display()))
}

/// Finds `setpriv`, which is part of every Debian, Fedora and Alpine with util-linux.
pub(crate) fn setpriv() -> Result<PathBuf> {
    find("setpriv").ok_or(Error::Missing {
        program: "setpriv",
        remedy: "install util-linux (Debian: apt install util-linux)",
    })
}

/// Finds a program on the path.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|found| found.is_file())
}

type Spawned = io::Result<std::process::Child>;

/// Starts every child from one thread that lives as long as this process: the kernel sends a child its death
/// signal when the *thread* that started it ends.
fn spawn(command: Command) -> Spawned {
    static REQUESTS: OnceLock<mpsc::Sender<(Command, mpsc::Sender<Spawned>)>> = OnceLock::new();
    let requests = REQUESTS.get_or_init(|| {
        allow_open_files();
        let (sender, receiver) = mpsc::channel::<(Command, mpsc::Sender<Spawned>)>();
        thread::spawn(move || {
            for (mut command, answer) in receiver {
                // Whoever asked may have gone; then dropping the child is right.
                let _ = answer.send(command.spawn());
            }
        });
        sender
    });
    let (sender, answer) = mpsc::channel();
    requests
        .send((command, sender))
        .expect("the thread ends with the process only");
    answer.recv().expect("the thread answers every request")
}

/// Lets this process and its children open as many files as they may; a shell often allows 1,024 at first.
fn allow_open_files() {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        ..limit
    };
    // Where it cannot be raised, they live with what there is.
    let _ = setrlimit(Resource::Nofile, raised);
}

/// Waits for the end without reaping, so that the number stays the child's own until the state says it ended.
fn watch_exit(
    mut child: std::process::Child,
    state: Arc<State>,
    sender: watch::Sender<Option<ExitStatus>>,
    pid_file: PathBuf,
) {
    let pid = Pid::from_child(&child);
    thread::spawn(move || {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        while let Err(error) = waitid(WaitId::Pid(pid), options) {
            if error != rustix::io::Errno::INTR {
                break;
            }
        }
        let mut exited = state.lock();
        let status = child.wait().expect("nobody else reaps our children");
        // The file only serves an `up` after this process was killed.
        let _ = fs::remove_file(pid_file);
        *exited = Some(status);
        state.changed.notify_all();
        drop(exited);
        sender.send_replace(Some(status));
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::Folder;

    fn shell(folder: &Folder, script: &str) -> Spec {
        Spec {
            name: "shell".to_owned(),
            program: "/bin/sh".into(),
            args: vec!["-c".into(), script.into()],
            env: vec![("SEEN".to_owned(), "yes".into())],
            folder: folder.path().to_owned(),
            log: folder.join("shell.log"),
            death: Death::Kill,
            user: None,
        }
    }

    #[tokio::test]
    async fn a_child_gets_exactly_its_environment_and_its_end_is_seen() {
        let folder = Folder::new("child").expect("a test folder can be made");
        let child = Child::start(&shell(&folder, "echo seen=$SEEN home=$HOME; exit 3"))
            .expect("a shell is there");
        assert_eq!(child.exited().await.code(), Some(3));
        assert_eq!(child.tail(), "seen=yes home=");
        let line = child.obituary().to_string();
        assert!(line.starts_with("shell stopped (exit status: 3)"), "{line}");
        assert!(!folder.join("shell.pid").exists());
    }

    #[tokio::test]
    async fn a_child_that_does_not_listen_is_ended_after_the_patience() {
        let folder = Folder::new("child").expect("a test folder can be made");
        let script = "trap '' TERM; echo deaf; while :; do sleep 0.05; done";
        let child = Child::start(&shell(&folder, script)).expect("a shell is there");
        while child.tail() != "deaf" {
            tokio::task::yield_now().await;
        }
        assert!(folder.join("shell.pid").exists());
        child.stop(Signal::TERM, Duration::from_millis(50)).await;
        assert!(child.status().is_some_and(|status| !status.success()));
    }

    #[tokio::test]
    async fn a_child_may_open_as_many_files_as_it_may_ask_for() {
        let folder = Folder::new("child").expect("a test folder can be made");
        let script = "[ $(ulimit -S -n) = $(ulimit -H -n) ]";
        let child = Child::start(&shell(&folder, script)).expect("a shell is there");
        assert!(child.exited().await.success());
    }

    #[test]
    fn a_paused_child_can_still_be_killed() {
        let folder = Folder::new("child").expect("a test folder can be made");
        let child = Child::start(&shell(&folder, "sleep 60")).expect("a shell is there");
        child.signal(Signal::STOP);
        child.kill();
        assert!(child.status().is_some());
    }
}
