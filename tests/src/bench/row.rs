//! A row of the table, and how it is written.

use std::{
    borrow::Cow,
    fmt::{self, Write as _},
};

use serde::Serialize;

/// A figure beside what it is measured by.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// What was measured.
    pub figure: &'static str,
    /// Ours.
    pub ours: f64,
    /// The same without us, where there is such a thing.
    pub beside: Option<f64>,
    /// Of both.
    pub unit: &'static str,
    /// Ours by the other.
    pub ratio: Option<f64>,
    /// What it should be; none where the figure is for information.
    pub goal: Option<String>,
    /// Whether it is; true where there is no goal.
    pub met: bool,
    /// What it mostly consists of.
    pub limited_by: Option<Cow<'static, str>>,
}

impl Row {
    /// A figure for information.
    pub fn of(figure: &'static str, ours: f64, unit: &'static str) -> Row {
        Row {
            figure,
            ours: rounded(ours),
            beside: None,
            unit,
            ratio: None,
            goal: None,
            met: true,
            limited_by: None,
        }
    }

    /// Sets it beside what it costs without us.
    pub fn beside(mut self, other: f64) -> Row {
        self.beside = Some(rounded(other));
        self.ratio = Some(rounded(self.ours / other));
        self
    }

    /// It should be no more than this.
    pub fn at_most(mut self, goal: f64) -> Row {
        self.goal = Some(format!("≤ {goal} {}", self.unit));
        self.met = self.ours <= goal;
        self
    }

    /// It should be no less than this.
    pub fn at_least(mut self, goal: f64) -> Row {
        self.goal = Some(format!("≥ {goal} {}", self.unit));
        self.met = self.ours >= goal;
        self
    }

    /// It should be no more than so many times the other.
    pub fn at_most_times(mut self, goal: f64) -> Row {
        self.goal = Some(format!("≤ {goal} times that"));
        self.met = self.beside.is_some_and(|other| self.ours <= goal * other);
        self
    }

    /// It should be no less than so many times the other.
    pub fn at_least_times(mut self, goal: f64) -> Row {
        self.goal = Some(format!("≥ {goal} times that"));
        self.met = self.beside.is_some_and(|other| self.ours >= goal * other);
        self
    }

    /// It should be no more than so many times the other and this besides.
    pub fn at_most_times_plus(mut self, times: f64, besides: f64) -> Row {
        self.goal = Some(format!("≤ {times} times that plus {besides} {}", self.unit));
        let most = self.beside.map(|other| times * other + besides);
        self.met = most.is_some_and(|most| self.ours <= most);
        self
    }

    /// Says what it mostly consists of.
    pub fn limited_by(mut self, what: impl Into<Cow<'static, str>>) -> Row {
        self.limited_by = Some(what.into());
        self
    }

    /// Whether the goal is met, and what stands in the way of one that is not.
    fn verdict(&self) -> Cow<'_, str> {
        match (&self.goal, self.met, &self.limited_by) {
            (None, ..) => "–".into(),
            (Some(_), true, _) => "yes".into(),
            (Some(_), false, Some(limit)) => format!("no: {limit}").into(),
            (Some(_), false, None) => "no: not known why".into(),
        }
    }
}

/// A Markdown table; a goal that is missed stands with what it is limited by.
pub fn table(rows: &[Row]) -> String {
    let mut table =
        String::from("| figure | ours | beside | ratio | goal | met, or limited by |\n");
    table.push_str("| --- | ---: | ---: | ---: | ---: | --- |\n");
    for row in rows {
        let _ = writeln!(
            table,
            "| {} | {} {} | {} | {} | {} | {} |",
            row.figure,
            row.ours,
            row.unit,
            row.beside
                .map_or("–".to_owned(), |beside| format!("{beside} {}", row.unit)),
            row.ratio.map_or("–".to_owned(), |ratio| ratio.to_string()),
            row.goal.as_deref().unwrap_or("–"),
            row.verdict(),
        );
    }
    table
}

impl fmt::Display for Row {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {} {}", self.figure, self.ours, self.unit)?;
        if let Some(beside) = self.beside {
            write!(formatter, ", beside {beside} {}", self.unit)?;
        }
        Ok(())
    }
}

/// The middle one; of an even number the lower of the two.
pub fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    let middle = figures.len().saturating_sub(1) / 2;
    figures.get(middle).copied().unwrap_or(f64::NAN)
}

/// Three digits tell all that can be told.
fn rounded(figure: f64) -> f64 {
    let scale = match figure.abs() {
        0.0..10.0 => 100.0,
        10.0..100.0 => 10.0,
        _ => 1.0,
    };
    (figure * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_is_met_or_missed() {
        assert!(Row::of("start", 9.0, "ms").at_most(10.0).met);
        assert!(!Row::of("start", 10.1, "ms").at_most(10.0).met);
        assert!(Row::of("page", 95.0, "points").at_least(95.0).met);
        assert!(!Row::of("page", 94.0, "points").at_least(95.0).met);
        let row = Row::of("login", 14.0, "ms").beside(10.0);
        assert_eq!(row.ratio, Some(1.4));
        assert!(row.clone().at_most_times(1.5).met && !row.at_most_times(1.3).met);
        let row = Row::of("nodes", 30.0, "logins").beside(40.0);
        assert!(row.clone().at_least_times(0.75).met && !row.at_least_times(0.8).met);
    }

    #[test]
    fn a_goal_that_is_missed_says_what_limits_it() {
        let row = Row::of("login", 16.0, "ms").beside(10.0).at_most_times(1.5);
        assert!(!row.met);
        let line = |end| format!("| login | 16 ms | 10 ms | 1.6 | ≤ 1.5 times that | {end} |");
        assert!(table(std::slice::from_ref(&row)).contains(&line("no: not known why")));
        let row = row.limited_by("the card");
        assert!(table(std::slice::from_ref(&row)).contains(&line("no: the card")));
        let row = Row { met: true, ..row };
        assert!(table(&[row]).contains(&line("yes")));
    }

    #[test]
    fn a_goal_may_be_so_many_times_another_and_something_besides() {
        let row = Row::of("login", 16.0, "ms").beside(10.0);
        assert!(row.clone().at_most_times_plus(1.1, 5.0).met);
        assert!(!row.clone().at_most_times_plus(1.1, 4.9).met);
        // Nothing stands beside it, so nothing shows that it is met.
        assert!(!Row::of("login", 1.0, "ms").at_most_times_plus(1.1, 5.0).met);
        let table = table(&[row.at_most_times_plus(1.1, 4.0)]);
        let line =
            "| login | 16 ms | 10 ms | 1.6 | ≤ 1.1 times that plus 4 ms | no: not known why |";
        assert!(table.contains(line), "{table}");
    }

    #[test]
    fn the_middle_one_counts_not_the_odd_one_out() {
        assert_eq!(median(vec![900.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), 2.0);
    }
}
