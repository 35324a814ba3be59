//! What processes have used of the processor, to the nanosecond.
//!
//! The kernel keeps a clock for each process that counts all its threads, those included that
//! have ended; /proc tells the same in hundredths of a second only.

use std::{
    collections::BTreeMap,
    fs, io,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use nix::{time::ClockId, unistd::Pid};

use crate::processes;

const BETWEEN_LOOKS: Duration = Duration::from_millis(1);

/// What a process and all it has started have used so far, each by itself.
#[derive(Debug, Clone)]
pub struct Usage(BTreeMap<u32, Duration>);

impl Usage {
    /// Looks at `root` and its descendants.
    pub fn of_family(root: u32) -> io::Result<Usage> {
        let mut used = BTreeMap::from([(root, of_process(root)?)]);
        for process in descendants(root) {
            // One that ended just now tells nothing any more.
            if let Ok(time) = of_process(process) {
                used.insert(process, time);
            }
        }
        Ok(Usage(used))
    }

    /// What was used since an earlier look.
    pub fn since(&self, earlier: &Usage) -> Duration {
        let before = |process| earlier.0.get(process).copied().unwrap_or_default();
        self.0
            .iter()
            .map(|(process, time)| time.saturating_sub(before(process)))
            .sum()
    }

    /// All of it.
    pub fn total(&self) -> Duration {
        self.0.values().sum()
    }
}

/// Looks at a family again and again, so that a moment can be asked for that has passed, and a
/// process that ends is counted up to its end.
pub struct Watch {
    begin: Usage,
    looks: Arc<Mutex<Vec<(Instant, Usage)>>>,
    is_over: Arc<AtomicBool>,
}

impl Watch {
    /// Begins with what `root` and its descendants have used up to now; what they start later
    /// is not counted.
    pub fn begin(root: u32) -> io::Result<Watch> {
        let begin = Usage::of_family(root)?;
        let looks = Arc::new(Mutex::new(vec![(Instant::now(), begin.clone())]));
        let is_over = Arc::new(AtomicBool::new(false));
        thread::spawn({
            let (looks, is_over) = (Arc::clone(&looks), Arc::clone(&is_over));
            move || {
                while !is_over.load(Ordering::Relaxed) {
                    thread::sleep(BETWEEN_LOOKS);
                    look_again(&looks);
                }
            }
        });
        Ok(Watch {
            begin,
            looks,
            is_over,
        })
    }

    /// What was used until `moment`: up to the first look after it, a millisecond too much
    /// rather than too little.
    pub fn until(self, moment: Instant) -> Duration {
        look_again(&self.looks);
        self.is_over.store(true, Ordering::Relaxed);
        let looks = locked(&self.looks);
        let after = looks.iter().find(|(time, _)| *time >= moment);
        after
            .or(looks.last())
            .map_or(Duration::ZERO, |(_, usage)| usage.since(&self.begin))
    }
}

fn look_again(looks: &Mutex<Vec<(Instant, Usage)>>) {
    let mut looks = locked(looks);
    let Some((_, usage)) = looks.last() else {
        return;
    };
    let mut usage = usage.clone();
    let time = Instant::now();
    for (process, used) in &mut usage.0 {
        if let Ok(now) = of_process(*process) {
            *used = now;
        }
    }
    looks.push((time, usage));
}

fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What one process has used.
pub fn of_process(number: u32) -> io::Result<Duration> {
    let number = i32::try_from(number).map_err(io::Error::other)?;
    let clock = ClockId::pid_cpu_clock_id(Pid::from_raw(number))?;
    Ok(Duration::from(clock.now()?))
}

/// In milliseconds.
pub fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn descendants(root: u32) -> Vec<u32> {
    let parents: Vec<(u32, u32)> = processes::all()
        .iter()
        .filter_map(|folder| {
            let status = fs::read_to_string(folder.join("status")).ok()?;
            let number = |name: &str| -> Option<u32> {
                let line = status.lines().find(|line| line.starts_with(name))?;
                line.split_whitespace().nth(1)?.parse().ok()
            };
            Some((number("Pid:")?, number("PPid:")?))
        })
        .collect();
    let mut family = vec![root];
    let mut next = 0;
    while let Some(&parent) = family.get(next) {
        let children = parents.iter().filter(|(_, of)| *of == parent);
        family.extend(children.map(|(child, _)| child));
        next += 1;
    }
    family.split_off(1)
}

#[cfg(test)]
mod tests {
    use std::{
        process::{Command, Stdio},
        time::Instant,
    };

    use super::*;

    /// However long that takes where others use the processor too.
    fn work() {
        let used = || Duration::from(ClockId::CLOCK_THREAD_CPUTIME_ID.now().unwrap());
        while used() < Duration::from_millis(50) {}
    }

    #[test]
    fn work_of_ended_threads_and_of_children_is_counted() {
        let root = std::process::id();
        let mut child = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        let before = Usage::of_family(root).unwrap();
        assert!(before.0.contains_key(&child.id()));
        thread::spawn(work).join().unwrap();
        let used = Usage::of_family(root).unwrap().since(&before);
        assert!(used > Duration::from_millis(20), "{used:?}");
        child.kill().unwrap();
        child.wait().unwrap();
    }

    #[test]
    fn a_process_that_ends_is_counted_up_to_its_end() {
        let mut child = Command::new("sh")
            .args([
                "-c",
                "read line; i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done",
            ])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let watch = Watch::begin(child.id()).unwrap();
        drop(child.stdin.take());
        child.wait().unwrap();
        let used = watch.until(Instant::now());
        assert!(used > Duration::from_millis(10), "{used:?}");
    }
}
