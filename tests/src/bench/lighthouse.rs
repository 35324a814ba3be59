//! How soon a page is there on a slow phone, in Lighthouse's points.

use super::row::{Row, median};
use crate::{
    Outcome,
    chain::CARD_PAGE,
    desk::Desk,
    lighthouse::{Category, Verdict},
    portal::Portal,
};

const RUNS: usize = 5;
/// What a page should reach, of a hundred.
const GOAL: f64 = 95.0;

/// Measures it for the pages a login begins with.
pub fn measure(desk: &mut Desk) -> Outcome<Vec<Row>> {
    let portal = Portal::start(&desk.issuer, &[])?;
    let pages = [
        ("home page: Lighthouse performance (mobile)", "/"),
        ("card page: Lighthouse performance (mobile)", CARD_PAGE),
    ];
    let mut rows = Vec::new();
    for (figure, path) in pages {
        let mut points = Vec::new();
        for _ in 0..RUNS {
            let performance = [Category::Performance];
            let verdict = Verdict::on(&portal.address(path), &performance, portal.folder())?;
            points.push(verdict.points(Category::Performance));
        }
        rows.push(Row::of(figure, median(points), "points").at_least(GOAL));
    }
    Ok(rows)
}
