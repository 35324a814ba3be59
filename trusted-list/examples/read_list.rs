//! Prints what reading a trusted list costs, as one JSON object: its bytes, the services taken
//! from it, and milliseconds of processor time.
//!
//!     cargo run --release --package trusted-list --example read_list [FILE PIN]
//!
//! Without a file, a list of the real size is made and signed with RSA first.

use std::{env, error::Error, fs, hint::black_box, time::SystemTime};

use trusted_list::{Fingerprint, Signers, TrustedList};

/// How often the list is read: the first time pays for memory that the others find.
const TIMES: u32 = 10;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (bytes, pin, now) = match arguments.as_slice() {
        [file, pin] => {
            let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
            (fs::read(file)?, pin.clone(), i64::try_from(now.as_secs())?)
        }
        [] => {
            let signer = trusted_lists::Signer::with_key(pki::Key::rsa(1));
            let signed = signer.sign(&trusted_lists::List::real_size().xml());
            (signed.into_bytes(), signer.pin(), trusted_lists::NOW)
        }
        _ => return Err("read_list [FILE PIN]".into()),
    };
    let signers = Signers::new([Fingerprint::parse(&pin)?])?;
    let before = processor_milliseconds()?;
    for _ in 0..TIMES {
        black_box(TrustedList::read(&bytes, &signers, now)?);
    }
    let spent = processor_milliseconds()? - before;
    let list = TrustedList::read(&bytes, &signers, now)?;
    println!(
        "{{\"bytes\": {}, \"services\": {}, \"milliseconds\": {:.1}}}",
        bytes.len(),
        list.services().len(),
        spent / f64::from(TIMES)
    );
    Ok(())
}

/// What this thread has used of the processor (Linux: proc_pid_schedstat(5)).
fn processor_milliseconds() -> Result<f64, Box<dyn Error>> {
    let line = fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds: f64 = line
        .split(' ')
        .next()
        .ok_or("no time in schedstat")?
        .parse()?;
    Ok(nanoseconds / 1e6)
}
