//! What is read from every request and said in every answer, whatever it is about.

pub mod address;
pub mod cookies;
pub mod headers;
pub mod json_body;
pub mod patience;
pub mod same_origin;
