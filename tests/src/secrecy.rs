//! Looking for a secret everywhere it must not be.

mod native_messages;
mod process_memory;
mod process_watch;
mod recording_proxy;
mod secret;

pub use native_messages::NativeMessages;
pub use process_memory::{Frozen, Mapping, MemoryFinding};
pub use process_watch::ProcessWatch;
pub use recording_proxy::RecordingProxy;
pub use secret::{Finding, Secret};
