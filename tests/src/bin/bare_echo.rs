//! A native-messaging host as barely as it can be: says every message back, to its input's end.

use std::io::{self, Read, Write};

fn main() -> io::Result<()> {
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    let mut length = [0; 4];
    while input.read_exact(&mut length).is_ok() {
        let mut frame = length.to_vec();
        let body = u64::from(u32::from_ne_bytes(length));
        input.by_ref().take(body).read_to_end(&mut frame)?;
        output.write_all(&frame)?;
        output.flush()?;
    }
    Ok(())
}
