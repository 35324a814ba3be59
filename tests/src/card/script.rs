//! What a card and its reader do otherwise than they should, and when.
//!
//! A script is data: a test's table tells with it what happens at the card, command by
//! command, and so no test has to be quick enough to do it by hand.

use std::time::Duration;

/// The deviations of one card in one reader, in their order; none is a card as it should be.
pub type Script = &'static [Deviation];

/// One deviation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deviation {
    /// At which command.
    pub at: Moment,
    /// What happens there.
    pub act: Act,
}

/// A command, by what it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Every command.
    Every,
    /// The n-th command since the card was put in, counted from 1.
    Nth(u32),
    /// The certificate is selected, to be read.
    CertificateRead,
    /// A PIN is presented (VERIFY with data).
    PinPresented,
    /// The key is used (the last part of PERFORM SECURITY OPERATION).
    KeyUsed,
    /// The card is reset after its key was used: the login is to be forgotten.
    ResetAfterUse,
}

/// What happens at a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// The card takes so long for it.
    Take(Duration),
    /// The card answers this status word and does nothing.
    Refuse(u16),
    /// The card does it, but of a wrong PIN it says no more than 6300.
    HideTries,
    /// The card is taken out before it can do it.
    Remove,
    /// The card keeps everybody waiting until the test lets it go on.
    Hold,
}

impl Deviation {
    /// A deviation, for tables.
    pub const fn new(at: Moment, act: Act) -> Deviation {
        Deviation { at, act }
    }
}

/// A script while it is played.
pub struct Play {
    script: Script,
    commands: u32,
    key_was_used: bool,
}

impl Play {
    /// Begins a script.
    pub fn new(script: Script) -> Play {
        Play {
            script,
            commands: 0,
            key_was_used: false,
        }
    }

    /// What happens at this command (an APDU as it came).
    pub fn at_command(&mut self, command: &[u8]) -> Vec<Act> {
        self.commands += 1;
        let purpose = purpose(command);
        self.key_was_used |= purpose == Some(Moment::KeyUsed);
        let is_now = |at: Moment| match at {
            Moment::Every => true,
            Moment::Nth(number) => number == self.commands,
            at => purpose == Some(at),
        };
        self.acts(is_now)
    }

    /// What happens when the card is reset, or its power goes on or off.
    pub fn at_reset(&mut self) -> Vec<Act> {
        let key_was_used = std::mem::take(&mut self.key_was_used);
        self.acts(|at| key_was_used && at == Moment::ResetAfterUse)
    }

    fn acts(&self, is_now: impl Fn(Moment) -> bool) -> Vec<Act> {
        let played = self.script.iter().filter(|deviation| is_now(deviation.at));
        played.map(|deviation| deviation.act).collect()
    }
}

fn purpose(command: &[u8]) -> Option<Moment> {
    match command {
        [0x00, 0xA4, 0x08, _, 0x04, 0x11, 0x00, 0x11, 0x01, ..] => Some(Moment::CertificateRead),
        [0x00, 0x20, 0x00, _, _, ..] => Some(Moment::PinPresented),
        [0x00, 0x2A, ..] => Some(Moment::KeyUsed),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SELECT_CERTIFICATE: &[u8] = &[0x00, 0xA4, 0x08, 0x00, 0x04, 0x11, 0x00, 0x11, 0x01];
    const READ: &[u8] = &[0x00, 0xB0, 0x00, 0x00, 0xFF];
    const VERIFY: &[u8] = b"\x00\x20\x00\x10\x0812345\xFF\xFF\xFF";
    const HOW_MANY_TRIES: &[u8] = &[0x00, 0x20, 0x00, 0x10];
    const FIRST_PART: &[u8] = &[0x10, 0x2A, 0x80, 0x86, 0x01, 0x00];
    const LAST_PART: &[u8] = &[0x00, 0x2A, 0x80, 0x86, 0x01, 0x00];

    #[test]
    fn a_card_as_it_should_be_deviates_nowhere() {
        let mut play = Play::new(&[]);
        for command in [SELECT_CERTIFICATE, READ, VERIFY, LAST_PART] {
            assert_eq!(play.at_command(command), []);
        }
        assert_eq!(play.at_reset(), []);
    }

    #[test]
    fn commands_are_known_by_what_they_are_for() {
        for (moment, own) in [
            (Moment::CertificateRead, SELECT_CERTIFICATE),
            (Moment::PinPresented, VERIFY),
            (Moment::KeyUsed, LAST_PART),
        ] {
            for command in [
                SELECT_CERTIFICATE,
                READ,
                VERIFY,
                HOW_MANY_TRIES,
                FIRST_PART,
                LAST_PART,
            ] {
                assert_eq!(purpose(command) == Some(moment), command == own);
            }
        }
    }

    #[test]
    fn commands_are_counted_from_the_first() {
        const SCRIPT: Script = &[
            Deviation::new(Moment::Nth(2), Act::Remove),
            Deviation::new(Moment::Every, Act::Take(Duration::from_millis(40))),
        ];
        let mut play = Play::new(SCRIPT);
        let slow = Act::Take(Duration::from_millis(40));
        assert_eq!(play.at_command(READ), [slow]);
        assert_eq!(play.at_command(READ), [Act::Remove, slow]);
        assert_eq!(play.at_command(READ), [slow]);
    }

    #[test]
    fn a_reset_counts_only_after_the_key_was_used() {
        const SCRIPT: Script = &[Deviation::new(Moment::ResetAfterUse, Act::Hold)];
        let mut play = Play::new(SCRIPT);
        assert_eq!(play.at_reset(), []);
        play.at_command(VERIFY);
        assert_eq!(play.at_reset(), []);
        play.at_command(LAST_PART);
        assert_eq!(play.at_reset(), [Act::Hold]);
        assert_eq!(play.at_reset(), []);
    }
}
