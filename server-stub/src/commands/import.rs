//! `operators import`: a file of any length, read and staged at the same time.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use tokio::{sync::mpsc, task};

use super::{Failure, open_to_change, progress::Progress};
use crate::{
    audit::{Hash, HashedFile},
    clock,
    config::Config,
    operators_file::{self, OperatorsFile, RowFault},
    store::{Import, StagedRow},
};

/// Rows that are read before they are staged together.
const BATCH: usize = 4000;
/// Batches that are read ahead.
const AHEAD: usize = 2;

/// A piece of the file.
#[derive(Default)]
struct Batch {
    rows: Vec<StagedRow>,
    faults: Vec<RowFault>,
    /// Bytes of the file until its end.
    bytes: u64,
}

pub(super) async fn run(config: &Config, path: &Path, dry_run: bool) -> Result<(), Failure> {
    let of_file = |fault: io::Error| Failure::Other(format!("{}: {fault}", path.display()));
    let file = File::open(path).map_err(of_file)?;
    let length = file.metadata().map_err(of_file)?.len();
    let store = if dry_run {
        None
    } else {
        Some(open_to_change(config).await?)
    };
    let mut import = match &store {
        Some(store) => store.begin_import().await?,
        None => Import::rehearse().await?,
    };
    let mut progress = Progress::of_bytes(length);
    let (sender, mut batches) = mpsc::channel(AHEAD);
    let reading = task::spawn_blocking(move || read(file, &sender));
    let (mut good, mut bad) = (0, 0);
    while let Some(batch) = batches.recv().await {
        bad += batch.faults.len();
        for fault in batch.faults {
            progress.tell(&fault);
        }
        import.stage(&batch.rows).await?;
        good += batch.rows.len();
        progress.advance(batch.bytes, good);
    }
    let hash = match reading.await {
        Ok(read) => read.map_err(of_file)?,
        Err(fault) => return Err(Failure::Other(fault.to_string())),
    };
    progress.enter("looking for repeated rows");
    if import.find_repeated().await? {
        let mut after = 0;
        loop {
            let lines = import.repeated(after).await?;
            let Some(last) = lines.last() else { break };
            after = *last;
            bad += lines.len();
            for line in lines {
                progress.tell(&operators_file::repeated(line));
            }
        }
    }
    let path = path.display();
    if bad > 0 {
        progress.end();
        return Err(Failure::Other(format!("{path}: nothing was imported")));
    }
    if dry_run {
        progress.end();
        println!("{path}: {good} operators, all good; nothing was imported");
        return Ok(());
    }
    progress.enter("merging");
    let done = import.merge(hash, clock::now()).await?;
    progress.end();
    if let Some(store) = store {
        // Which signs what the audit log says of it.
        store.close().await;
    }
    println!(
        "{path}: {} operators imported, {} of them new, {} changed",
        done.operators, done.new, done.changed
    );
    Ok(())
}

/// Reads until the end, or until nobody wants more; the hash of what was read.
fn read(file: File, batches: &mpsc::Sender<Batch>) -> io::Result<Hash> {
    let mut hashed = HashedFile::new(file);
    let mut batch = Batch::default();
    match OperatorsFile::open(&mut hashed)? {
        Ok(file) => read_rows(file, batches)?,
        Err(fault) => {
            batch.faults.push(fault);
            let _ = batches.blocking_send(batch);
        }
    }
    Ok(hashed.finish())
}

fn read_rows(mut file: OperatorsFile<impl Read>, batches: &mpsc::Sender<Batch>) -> io::Result<()> {
    let mut batch = Batch::default();
    loop {
        let row = file.next_row()?;
        let over = row.is_none();
        match row {
            Some(Ok(row)) => batch.rows.push(row),
            Some(Err(mut faults)) => batch.faults.append(&mut faults),
            None => {}
        }
        if over || batch.rows.len() + batch.faults.len() >= BATCH {
            batch.bytes = file.bytes();
            if batches.blocking_send(std::mem::take(&mut batch)).is_err() || over {
                return Ok(());
            }
        }
    }
}
