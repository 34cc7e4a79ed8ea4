//! A power cut: the file system's image is copied at some instant, as the disk
//! would have kept it, and Tend starts on the copy. What was not flushed is
//! missing there; what was acknowledged must not be.

use std::{
    collections::HashSet,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use tend_store::{Db, Options};

use crate::{MarkId, column, mark, options, write};

const ADDRESS: &str = "TEND_TEST_POWER_ADDRESS";

/// An ext4 file system in a file, whose writes go past the system's cache of that file.
struct Disk {
    device: String,
    folder: PathBuf,
}

impl Disk {
    fn make(image: &Path) -> Option<Self> {
        let file = std::fs::File::create(image).expect("the temporary folder takes one more");
        file.set_len(64 << 20).expect("there is room");
        run(Command::new("mkfs.ext4").arg("-q").arg(image))?;
        Self::attach(image)
    }

    fn attach(image: &Path) -> Option<Self> {
        let mut losetup = Command::new("losetup");
        losetup.args(["--find", "--show", "--direct-io=on"]).arg(image);
        let device = run(&mut losetup)?.trim().to_owned();
        let folder = image.with_extension("mounted");
        std::fs::create_dir_all(&folder).expect("the temporary folder takes one more");
        let disk = Self { device, folder };
        run(Command::new("mount").arg(&disk.device).arg(&disk.folder))?;
        Some(disk)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        run(Command::new("umount").arg(&self.folder));
        run(Command::new("losetup").args(["--detach", &self.device]));
    }
}

/// Goes before the disk that it writes on.
struct Writer(Child);

impl Drop for Writer {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn run(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Eight threads write and say so, until someone kills us.
#[test]
#[ignore = "is the other process of the next test"]
fn a_process_that_writes_on_a_disk() {
    let Ok(address) = std::env::var(ADDRESS) else { return };
    let db = Db::sqlite(address, options()).expect("opens");
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let db = &db;
            scope.spawn(move || {
                for n in 0..20_000 {
                    let word = format!("{thread}-{n}");
                    let id = write(db, move |tx| mark(tx, &word)).expect("writes");
                    println!("done {id}");
                }
            });
        }
    });
}

#[test]
fn nothing_that_was_acknowledged_is_lost_when_the_power_goes() {
    let base = tempfile::tempdir().expect("the temporary folder takes one more");
    let image = base.path().join("disk.img");
    let Some(disk) = Disk::make(&image) else {
        eprintln!("SKIPPED: only root may attach a disk for the power to go from");
        return;
    };
    let child = Command::new(std::env::current_exe().expect("we run"))
        .args(["--exact", "power::a_process_that_writes_on_a_disk", "--ignored", "--nocapture"])
        .env(ADDRESS, disk.folder.join("tend.db"))
        .stdout(Stdio::piped())
        .spawn()
        .expect("runs again");
    let mut writer = Writer(child);
    let pipe = BufReader::new(writer.0.stdout.take().expect("is piped"));
    let mut lines = pipe.lines().map_while(Result::ok).filter(|it| it.starts_with("done "));
    let mut done: Vec<String> = Vec::new();

    for round in 0..5 {
        // All that is acknowledged before the instant, and it goes on meanwhile.
        done.extend(lines.by_ref().take(100 + 50 * round));
        let copy = base.path().join(format!("cut-{round}.img"));
        // A copy takes a moment; the process holds still so that it is of one instant.
        let signal =
            |name: &str| run(Command::new("kill").args([name, &writer.0.id().to_string()]));
        signal("-STOP").expect("holds still");
        std::fs::copy(&image, &copy).expect("copies");
        signal("-CONT").expect("goes on");

        let cut = Disk::attach(&copy).expect("the copy mounts");
        let db = Db::sqlite(cut.folder.join("tend.db"), Options { node: None, ..options() });
        let db = db.expect("opens");
        let kept: HashSet<MarkId> =
            column(&db, "SELECT id AS it FROM marks", &[]).into_iter().collect();
        let lost = done
            .iter()
            .filter_map(|it| it.trim_start_matches("done ").parse().ok())
            .filter(|it: &MarkId| !kept.contains(it))
            .count();
        assert_eq!((lost, db.check()), (0, Ok(vec![])), "of {} in round {round}", done.len());
        assert!(kept.len() >= done.len());
    }
}
