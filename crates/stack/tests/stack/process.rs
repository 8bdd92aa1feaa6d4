//! The command itself: who holds a folder, which port is taken, and that nothing outlives it.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use anmeldewerk_stack::folder::Folder;
use anmeldewerk_stack::lock::Lock;
use anmeldewerk_stack::{place, wait};

/// A thousand ports that no other test uses, below those that tests reserve one by one.
struct Base {
    number: u16,
    _lock: Lock,
}

impl Base {
    fn reserve() -> Self {
        let ports = place::folder().join("ports");
        fs::create_dir_all(&ports).expect("the checkout can be written");
        let mut numbers = (10_000..20_000).step_by(1_000);
        numbers
            .find_map(|number| {
                let lock = Lock::try_take(&ports.join(format!("base-{number}")));
                let lock = lock.expect("the checkout can be written")?;
                Some(Self {
                    number,
                    _lock: lock,
                })
            })
            .expect("there are more than tests that run at once")
    }
}

struct Stack {
    child: Child,
    home: PathBuf,
    first_line: String,
}

fn command(home: &Path, base: &Base) -> Command {
    // Whatever ends this test ends the stack too.
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "--", env!("CARGO_BIN_EXE_stack")]);
    command.arg("--home").arg(home);
    command.args(["servers", "--port-base", &base.number.to_string()]);
    command
}

/// The same with three nats-servers.
fn command_of_three(home: &Path, base: &Base) -> Command {
    let mut command = command(home, base);
    command.args(["--nats-nodes", "3"]);
    command
}

fn refused(home: &Path, base: &Base) -> Output {
    command(home, base).output().expect("the binary was built")
}

impl Stack {
    /// Returns when the servers are ready.
    fn start(home: &Path, base: &Base) -> Self {
        Self::of(home, command(home, base))
    }

    fn of(home: &Path, mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary was built");
        let mut first_line = String::new();
        let output = child.stdout.take().expect("it is piped");
        BufReader::new(output)
            .read_line(&mut first_line)
            .expect("it is text");
        assert!(first_line.starts_with("ready"), "{first_line}");
        Self {
            child,
            home: home.to_owned(),
            first_line,
        }
    }

    /// The process numbers of its nats-servers.
    fn nats(&self) -> Vec<&str> {
        let numbers = self.first_line.split_whitespace().nth(2);
        numbers.expect("they stand there").split(',').collect()
    }

    fn signal(&self, signal: &str) {
        let status = Command::new("kill")
            .args([signal, &self.child.id().to_string()])
            .status();
        assert!(status.is_ok_and(|status| status.success()));
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Lists the processes that work in this folder or below it.
fn working_below(folder: &Path) -> Vec<PathBuf> {
    let processes = fs::read_dir("/proc").expect("this is Linux");
    processes
        .filter_map(|process| fs::read_link(process.ok()?.path().join("cwd")).ok())
        .filter(|cwd| cwd.starts_with(folder))
        .collect()
}

async fn wait_empty(folder: &Path) {
    let empty = wait::until(Duration::from_secs(15), async || {
        let left = working_below(folder);
        if left.is_empty() {
            Ok(())
        } else {
            Err(format!("{left:?}"))
        }
    });
    empty.await.expect("everything is gone");
}

#[tokio::test]
async fn a_killed_stack_leaves_no_server_behind_and_the_next_one_finds_its_data() {
    let folder = Folder::for_postgres("process").expect("a test folder can be made");
    let (home, base) = (folder.join("home"), Base::reserve());
    let mut stack = Stack::start(&home, &base);
    assert!(
        working_below(&home).len() > 2,
        "two servers and PostgreSQL's backends"
    );
    stack.child.kill().expect("it runs");
    wait_empty(&home).await;
    let left = home.join("postgres/data/postmaster.pid");
    fs::write(left, format!("{}\n", std::process::id())).expect("the folder is ours");
    drop(stack);
    let again = Stack::start(&home, &base);
    assert!(again.home.join("nats/store/jetstream").is_dir());
}

#[tokio::test]
async fn a_paused_server_does_not_outlive_a_killed_stack() {
    let folder = Folder::for_postgres("process").expect("a test folder can be made");
    let (home, base) = (folder.join("home"), Base::reserve());
    let mut stack = Stack::start(&home, &base);
    let nats = stack
        .first_line
        .split_whitespace()
        .nth(2)
        .expect("its number stands there");
    let paused = Command::new("kill").args(["-STOP", nats]).status();
    assert!(paused.is_ok_and(|status| status.success()));
    stack.child.kill().expect("it runs");
    wait_empty(&home).await;
}

#[tokio::test]
async fn a_stack_that_is_asked_to_stop_stops_its_servers_and_succeeds() {
    let folder = Folder::for_postgres("process").expect("a test folder can be made");
    let (home, base) = (folder.join("home"), Base::reserve());
    let mut stack = Stack::start(&home, &base);
    stack.signal("-TERM");
    assert!(stack.child.wait().expect("it is our child").success());
    assert_eq!(working_below(&home), Vec::<PathBuf>::new());
    let log = fs::read_to_string(home.join("postgres/postgres.log")).expect("it logs");
    assert!(log.contains("database system is shut down"), "{log}");
}

#[tokio::test]
async fn a_stack_whose_server_dies_says_which_and_stops_the_other() {
    let folder = Folder::for_postgres("process").expect("a test folder can be made");
    let (home, base) = (folder.join("home"), Base::reserve());
    let mut stack = command(&home, &base)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary was built");
    let mut line = String::new();
    let output = stack.stdout.take().expect("it is piped");
    BufReader::new(output)
        .read_line(&mut line)
        .expect("it is text");
    let nats = line
        .split_whitespace()
        .nth(2)
        .expect("its number stands there");
    let killed = Command::new("kill").args(["-KILL", nats]).status();
    assert!(killed.is_ok_and(|status| status.success()));
    let output = stack.wait_with_output().expect("it is our child");
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.starts_with("error: nats-server stopped (signal: 9"),
        "{said}"
    );
    assert!(said.contains("Server is ready"), "{said}");
    assert_eq!(working_below(&home), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn a_second_stack_in_the_same_folder_is_told_in_one_line_who_holds_it() {
    let folder = Folder::for_postgres("process").expect("a test folder can be made");
    let (home, base, other) = (folder.join("home"), Base::reserve(), Base::reserve());
    let first = Stack::start(&home, &base);
    let output = refused(&home, &other);
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains(&format!("in use by process {}", first.child.id())),
        "{said}"
    );
    assert_eq!(said.lines().count(), 1, "{said}");
}

#[tokio::test]
async fn a_taken_port_is_told_in_one_line() {
    let folder = Folder::for_postgres("process").expect("a test folder can be made");
    let (home, base) = (folder.join("home"), Base::reserve());
    let taken = base.number + 422;
    let _listener = TcpListener::bind((Ipv4Addr::LOCALHOST, taken)).expect("it is free");
    let output = refused(&home, &base);
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains(&format!("port {taken} is in use, nats-server needs it")),
        "{said}"
    );
    assert_eq!(said.lines().count(), 1, "{said}");
}

#[tokio::test]
async fn three_servers_have_data_and_databases_of_their_own_and_leave_none_running() {
    let folder = Folder::for_postgres("process").expect("a test folder can be made");
    let (home, base) = (folder.join("home"), Base::reserve());
    let mut stack = Stack::of(&home, command_of_three(&home, &base));
    assert_eq!(stack.nats().len(), 3);
    for node in ["n1", "n2", "n3"] {
        let store = home.join("nats-cluster").join(node).join("store/jetstream");
        assert!(store.is_dir(), "{node}");
    }
    assert!(home.join("postgres-cluster/data").is_dir());
    assert!(!home.join("nats").exists() && !home.join("postgres").exists());
    stack.signal("-TERM");
    assert!(stack.child.wait().expect("it is our child").success());
    assert_eq!(working_below(&home), Vec::<PathBuf>::new());
    drop(stack);
    let mut one = Stack::start(&home, &base);
    assert!(home.join("nats/store/jetstream").is_dir());
    one.child.kill().expect("it runs");
    wait_empty(&home).await;
    drop(one);
    let mut again = Stack::of(&home, command_of_three(&home, &base));
    again.child.kill().expect("it runs");
    wait_empty(&home).await;
}

#[tokio::test]
async fn two_of_three_servers_go_on_and_one_does_not() {
    let folder = Folder::for_postgres("process").expect("a test folder can be made");
    let (home, base) = (folder.join("home"), Base::reserve());
    let mut command = command_of_three(&home, &base);
    command.stderr(Stdio::piped());
    let mut stack = Stack::of(&home, command);
    let nats: Vec<String> = stack.nats().into_iter().map(str::to_owned).collect();
    let kill = |number: &str| {
        let killed = Command::new("kill").args(["-KILL", number]).status();
        assert!(killed.is_ok_and(|status| status.success()));
    };
    let said = stack.child.stderr.take().expect("it is piped");
    let mut said = BufReader::new(said).lines().map_while(Result::ok);
    kill(&nats[0]);
    let goes_on = said.find(|line| line.starts_with("The house goes on"));
    assert_eq!(
        goes_on.as_deref(),
        Some("The house goes on; nats-server: 2 left.")
    );
    assert!(stack.child.try_wait().expect("it is our child").is_none());
    kill(&nats[1]);
    assert!(!stack.child.wait().expect("it is our child").success());
    let last: Vec<String> = said.collect();
    assert!(
        last.iter()
            .any(|line| line.starts_with("error: nats-server-n2 stopped (signal: 9")),
        "{last:?}"
    );
    assert_eq!(working_below(&home), Vec::<PathBuf>::new());
}
