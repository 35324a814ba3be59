//! The process of one module: hears orders, calls the module, tells what came of it.
//!
//! It ends when it is told to, and at once when the host has gone, also from the middle of
//! a call that never returns.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use super::loaded::Loaded;
use super::messages::{Bytes, Order, Report, SignFault, reason};
use super::middleware;
use super::reading::Cards;
use super::traffic::Traffic;
use super::voice::Voice;
use crate::pin::{LockedBytes, Pin};
use crate::policy::Policy;
use crate::this_process::{
    end_at_once, end_with_parent, expect_crashes, refuse_inspection, take_input, take_output,
};

/// An order, and the PIN that came with it.
type Told = (Order, Option<Pin>);

/// Serves the host that started this process.
pub fn serve() -> ExitCode {
    let traffic = Traffic::of_this_thread();
    refuse_inspection();
    end_with_parent();
    expect_crashes();
    let (Ok(input), Ok(output)) = (take_input(), take_output()) else {
        return ExitCode::FAILURE;
    };
    let voice = Arc::new(Voice::new(output));
    let (sender, orders) = channel();
    thread::spawn(move || {
        listen(input, &sender);
        // The host has gone: whatever the module is doing, nobody waits for it. A card it
        // has logged in to is reset by pcscd, which sees this process end.
        end_at_once()
    });
    if let Some(traffic) = traffic {
        let voice = Arc::clone(&voice);
        thread::spawn(move || voice.tell_traffic(&traffic));
    }
    match load(&orders) {
        Ok(loaded) => {
            voice.answer(&Report::Loaded(loaded.library()));
            obey(loaded, &orders, &voice);
        }
        Err(fault) => voice.answer(&Report::NotLoaded(reason(fault))),
    }
    end_at_once()
}

/// The first order.
fn load(orders: &Receiver<Told>) -> Result<Loaded, String> {
    let Ok((Order::Load { module }, _)) = orders.recv() else {
        return Err("the first order loads a module".to_owned());
    };
    permit(&module)?;
    Loaded::load(&module).map_err(|error| error.to_string())
}

/// Believes the policy, not whoever started this process.
fn permit(module: &Path) -> Result<(), String> {
    let policy = Policy::load().map_err(|fault| fault.to_string())?;
    let choice = middleware::choose(policy.modules(), policy.keeper());
    match choice.chosen.iter().any(|chosen| chosen == module) {
        true => Ok(()),
        false => Err("neither the policy nor a known place names this module".to_owned()),
    }
}

/// The orders after it.
fn obey(loaded: Loaded, orders: &Receiver<Told>, voice: &Voice) {
    let mut cards = Cards::of(loaded);
    let tell = &mut |report| voice.tell(&report);
    while let Ok((order, pin)) = orders.recv() {
        voice.begin();
        match order {
            Order::Look { pass_over } => {
                let seen = cards.look(pass_over, tell);
                voice.answer(&seen);
            }
            Order::Sign {
                certificate,
                origin,
                challenge_nonce,
                ..
            } => {
                let signed = cards.sign(&certificate.0, &origin, &challenge_nonce, pin, tell);
                voice.answer(&match signed {
                    Ok((algorithm, signature)) => Report::Signed {
                        algorithm,
                        signature: Bytes(signature),
                    },
                    Err(SignFault::Failed(why)) => {
                        Report::NotSigned(SignFault::Failed(reason(why)))
                    }
                    Err(SignFault::LoginFailed(why)) => {
                        Report::NotSigned(SignFault::LoginFailed(reason(why)))
                    }
                    Err(fault) => Report::NotSigned(fault),
                });
            }
            Order::Load { .. } => {}
            Order::End => break,
        }
    }
    cards.finalise();
}

/// Hears orders until there are no more, in one locked page: a PIN follows some.
fn listen(mut input: File, orders: &Sender<Told>) {
    let mut page = LockedBytes::new();
    let buffer = page.as_mut_slice();
    let mut filled = 0;
    loop {
        while let Some((told, length)) = next(&buffer[..filled]) {
            buffer.copy_within(length..filled, 0);
            buffer[filled - length..filled].fill(0);
            filled -= length;
            if orders.send(told).is_err() {
                // The last order is being carried out: now only the end is waited for.
                let _ = io::copy(&mut input, &mut io::sink());
                return;
            }
        }
        match input.read(&mut buffer[filled..]) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            // The end, an error, an order longer than the page: nothing more to be heard.
            Ok(0) | Err(_) => return,
            Ok(count) => filled += count,
        }
    }
}

/// The first whole order, and how many bytes it takes; what is no order is passed over.
fn next(bytes: &[u8]) -> Option<(Told, usize)> {
    let mut start = 0;
    loop {
        let end = start + bytes[start..].iter().position(|&byte| byte == b'\n')?;
        let Some(order) = Order::read(&bytes[start..end]) else {
            start = end + 1;
            continue;
        };
        let pin_length = match &order {
            Order::Sign { pin_length, .. } => *pin_length,
            _ => None,
        };
        let after = end + 1;
        let Some(pin_length) = pin_length else {
            return Some(((order, None), after));
        };
        let pin = bytes.get(after..)?.get(..pin_length)?;
        return Some(((order, Pin::new(pin)), after + pin_length));
    }
}

#[cfg(test)]
mod tests {
    use protocol::{ChallengeNonce, Origin};

    use super::*;

    fn sign(pin_length: Option<usize>) -> Vec<u8> {
        let order = Order::Sign {
            certificate: Bytes(vec![1; 32]),
            origin: Origin::parse("https://sistemats.it").unwrap(),
            challenge_nonce: ChallengeNonce::from_random([1; 32]),
            pin_length,
        };
        order.line()
    }

    #[test]
    fn a_pin_follows_its_order_and_nothing_else() {
        let told = [&sign(Some(5))[..], b"12345", &Order::End.line()].concat();
        let ((order, pin), length) = next(&told).unwrap();
        assert!(matches!(order, Order::Sign { .. }));
        assert_eq!(pin.unwrap().expose(), b"12345");
        assert_eq!(&told[length..], Order::End.line());
        let ((order, pin), _) = next(&told[length..]).unwrap();
        assert_eq!(order, Order::End);
        assert!(pin.is_none());
    }

    #[test]
    fn a_pin_may_hold_a_lines_end() {
        let told = [&sign(Some(5))[..], b"1\n\"en"].concat();
        let ((_, pin), length) = next(&told).unwrap();
        assert_eq!(pin.unwrap().expose(), b"1\n\"en");
        assert_eq!(length, told.len());
    }

    #[test]
    fn an_order_is_not_carried_out_before_it_is_whole() {
        let told = [&sign(Some(5))[..], b"12345"].concat();
        for length in 0..told.len() {
            assert!(next(&told[..length]).is_none(), "{length}");
        }
        assert!(next(&sign(Some(usize::MAX))).is_none());
    }

    #[test]
    fn what_is_no_order_is_passed_over() {
        let told = [b"hello\n", &Order::End.line()[..]].concat();
        let ((order, _), length) = next(&told).unwrap();
        assert_eq!(order, Order::End);
        assert_eq!(length, told.len());
        assert!(next(b"hello\n").is_none());
    }

    #[test]
    fn a_module_nobody_names_is_not_loaded() {
        let said = permit(Path::new("/usr/lib/no-such-module.so")).unwrap_err();
        assert!(said.contains("names this module"), "{said}");
    }
}
