//! What is asked of Windows directly: the only folder of the host with `unsafe` for it.
//!
//! Each function is one wish and the system's calls for it, in terms the rooms above know.
#![allow(unsafe_code)]

mod access;
mod job;
mod memory;
mod process;

pub use access::{account_of_this_process, security_descriptor};
pub use job::Job;
pub use memory::{lock, unlock};
pub use process::{
    Standard, end_at_once, has_ended, keep_from_children, look_for_libraries_beside,
    refuse_inspection, replace_standard, show_no_boxes,
};
