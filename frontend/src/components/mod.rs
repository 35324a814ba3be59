//! What pages are put together from.

mod alert;
mod breadcrumb;
mod credentials_document;
mod footer;
mod header;
mod icon;
mod language_switch;
mod menu;
mod operator_data;
mod page;
mod password_field;
mod search_form;
mod session_line;

pub use alert::{Alert, RefusalAlert};
pub use breadcrumb::{Breadcrumb, Step};
pub use credentials_document::CredentialsDocument;
pub use footer::Footer;
pub use header::Header;
pub use icon::{Icon, Shape};
pub use operator_data::OperatorData;
pub use page::{FirstPage, Page, Title, focused_on_arrival, name_window};
pub use password_field::PasswordField;
