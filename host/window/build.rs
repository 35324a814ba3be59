//! Turns the window's description (`ui/`) into Rust.

fn main() -> Result<(), slint_build::CompileError> {
    // The style gives nothing but the system's colour scheme; naming it keeps the
    // environment from choosing another one.
    let configuration = slint_build::CompilerConfiguration::new().with_style("fluent".into());
    if std::env::var("CARGO_CFG_WINDOWS").is_ok() {
        // For `src/system/windows.rs`; the option is GNU's linker's, by which Windows' programs
        // are made here.
        println!("cargo:rustc-link-arg=-Wl,--wrap=EnumDisplaySettingsExW");
    }
    slint_build::compile_with_config("ui/window.slint", configuration)
}
