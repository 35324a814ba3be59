//! What pages are put together from.

mod alert;
mod breadcrumb;
mod confirmation;
mod credentials_document;
mod field;
mod focus;
mod footer;
mod header;
mod icon;
mod language_switch;
mod menu;
mod operator_data;
mod page;
mod password_field;
mod search_form;
mod service_refusal;
mod session_line;
mod session_notice;
mod session_warning;

pub use alert::{Alert, RefusalAlert};
pub use breadcrumb::{Breadcrumb, Step};
pub use confirmation::Confirmation;
pub use credentials_document::CredentialsDocument;
pub use field::{Fault, Field, Kind, fault};
pub use focus::{find, go_to, go_to_fault};
pub use footer::Footer;
pub use header::Header;
pub use icon::{Icon, Shape};
pub use operator_data::OperatorData;
pub use page::{FirstPage, Page, Title, focused_on_arrival, name_window};
pub use password_field::PasswordField;
pub use service_refusal::{ServiceRefusal, refused, waiting};
pub use session_line::leave;
pub use session_notice::SessionNotice;
pub use session_warning::SessionWarning;
