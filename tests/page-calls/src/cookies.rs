//! The cookies that a browser keeps for the portal.

use std::collections::BTreeMap;

use hyper::{HeaderMap, header::SET_COOKIE};

#[derive(Debug, Clone, Default)]
pub(crate) struct Cookies(BTreeMap<String, String>);

impl Cookies {
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn insert(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), value.to_owned());
    }

    /// Of the cookie whose name ends like this: its name, and its value.
    pub(crate) fn ending(&self, name: &str) -> Option<(&str, &str)> {
        let found = self.0.iter().find(|(found, _)| found.ends_with(name));
        found.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The `Cookie` header's value; none where there are none.
    pub(crate) fn header(&self) -> Option<String> {
        let pairs = self.0.iter().map(|(name, value)| format!("{name}={value}"));
        let pairs: Vec<String> = pairs.collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    /// Takes in what an answer sets and takes away.
    pub(crate) fn keep(&mut self, headers: &HeaderMap) {
        for line in headers.get_all(SET_COOKIE) {
            let line = line.to_str().unwrap_or_default();
            let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
            let Some((name, value)) = pair.split_once('=') else {
                continue;
            };
            match attributes.split(';').any(|it| it.trim() == "Max-Age=0") {
                true => self.0.remove(name),
                false => self.0.insert(name.to_owned(), value.to_owned()),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_answer_sets_is_sent_until_one_takes_it_away() {
        let mut cookies = Cookies::default();
        let mut hear = |line: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(SET_COOKIE, line.parse().unwrap());
            cookies.keep(&headers);
            cookies.header()
        };
        let set = "__Host-session=a=b; Path=/; Max-Age=0123; HttpOnly";
        assert_eq!(hear(set).as_deref(), Some("__Host-session=a=b"));
        assert_eq!(
            hear("x=1").as_deref(),
            Some("__Host-session=a=b; x=1"),
            "by name"
        );
        assert_eq!(hear("__Host-session=; Max-Age=0").as_deref(), Some("x=1"));
        assert_eq!(hear("x=; Path=/; Max-Age=0; Secure"), None);
    }
}
