//! A login by card beside what stood in its place before: TLS with a client certificate.
//!
//! What nginx's check costs is what a connection with a certificate costs more than one without:
//! the authority's signature and the one of the card's key, and the authority's on its list
//! where that is asked too, as the portal always does. Each person comes over a connection of their
//! own and pays the whole of it: nothing is resumed. A login by card needs a connection as well, one
//! without a certificate, so that the last row has that on both sides.

mod handshakes;
mod server;

use super::{
    super::row::{Row, median},
    FEW,
    site::Site,
    verifications,
};
use crate::{Outcome, people::Issuer};
use handshakes::Visitors;
use server::{Asked, Nginx};

const ROUNDS: usize = 6;
const CONNECTIONS_A_TURN: u32 = 400;
const LOGINS_A_TURN: u64 = 1_500;

/// Measures nginx's sites, each twice (ABCCBA), then logins, and so on.
pub fn measure() -> Outcome<Vec<Row>> {
    let issuer = Issuer::new();
    let nginx = Nginx::start(&issuer)?;
    let site = Site::on_sqlite(&issuer, FEW, 0)?;
    let visitors = Visitors::new(&issuer, nginx.certificate())?;
    let turn = |asked| -> Outcome<f64> {
        let before = nginx.used()?;
        visitors.come(nginx.site(asked), CONNECTIONS_A_TURN)?;
        let used = nginx.used()?.saturating_sub(before);
        Ok(used.as_secs_f64() * 1e6 / f64::from(CONNECTIONS_A_TURN))
    };
    let (mut logins, mut bare) = (vec![], vec![]);
    let (mut checks, mut checks_with_list) = (vec![], vec![]);
    let (mut connections, mut whole) = (vec![], vec![]);
    for _ in 0..ROUNDS {
        use Asked::{Card, CardNotRevoked, Nothing};
        let there = [turn(Nothing)?, turn(Card)?, turn(CardNotRevoked)?];
        let back = [turn(CardNotRevoked)?, turn(Card)?, turn(Nothing)?];
        let nothing = f64::midpoint(there[0], back[2]);
        let card = f64::midpoint(there[1], back[1]);
        let not_revoked = f64::midpoint(there[2], back[0]);
        checks.push(card - nothing);
        checks_with_list.push(not_revoked - nothing);
        connections.push(nothing);
        whole.push(not_revoked);
        bare.push(verifications::cost());
        logins.push(site.log_in(LOGINS_A_TURN)?.0.server);
    }
    let login = median(logins);
    Ok(vec![
        Row::of(
            "login by card on SQLite beside nginx's check of a client certificate: CPU",
            login,
            "µs",
        )
        .beside(median(checks))
        .at_most_times(0.25)
        .limited_by(format!(
            "two requests, a nonce and a session kept on the disk, an audit log, none of which \
             nginx has; the two RSA verifications alone are {:.0} µs",
            median(bare)
        )),
        Row::of(
            "the same where nginx looks into the revocation list too, as we do",
            login,
            "µs",
        )
        .beside(median(checks_with_list)),
        Row::of(
            "login by card and its TLS connection beside nginx's whole connection with certificate and list",
            login + median(connections),
            "µs",
        )
        .beside(median(whole)),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_really_judged_where_one_is_asked_for() {
        let (issuer, other) = (Issuer::new(), Issuer::new());
        let nginx = Nginx::start(&issuer).unwrap();
        let come = |issuer, asked| {
            let visitors = Visitors::new(issuer, nginx.certificate()).unwrap();
            visitors.come(nginx.site(asked), 1)
        };
        come(&other, Asked::Nothing).unwrap();
        for asked in [Asked::Card, Asked::CardNotRevoked] {
            come(&issuer, asked).unwrap();
            let refusal = come(&other, asked).unwrap_err().to_string();
            assert!(refusal.contains("400 "), "{refusal}");
        }
    }
}
