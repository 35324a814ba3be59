//! Handshakes that are never finished

use std::{io::Write, thread, time::Duration};

use super::crowd::{connect_from, is_closed, wait_until};
use crate::{
    installation::exchange,
    tls::{connect, https_installation},
};

#[test]
fn a_handshake_that_does_not_end_is_cut_off() {
    let (installation, certificate) = https_installation();
    let server = installation.serve_https();
    let half: Vec<_> = (0..300)
        .map(|number| {
            let mut stream = connect_from([127, 0, 0, 2], server.portal);
            if number % 2 == 0 {
                // The beginning of a ClientHello.
                stream.write_all(&[0x16, 3, 1, 2, 0, 1, 0]).unwrap();
            }
            stream
        })
        .collect();
    for _ in 0..5 {
        let stream = connect(&server, certificate.clone());
        let live = exchange(stream, "GET", "/api/health/live", "", "");
        assert_eq!(live.status, 200);
        thread::sleep(Duration::from_millis(200));
    }
    wait_until("all cut off", Duration::from_secs(20), || {
        half.iter().all(is_closed)
    });
}
