//! Turns the window's description (`ui/`) into Rust.

fn main() -> Result<(), slint_build::CompileError> {
    // The style gives nothing but the system's colour scheme; naming it keeps the
    // environment from choosing another one.
    let configuration = slint_build::CompilerConfiguration::new().with_style("fluent".into());
    slint_build::compile_with_config("ui/window.slint", configuration)
}
