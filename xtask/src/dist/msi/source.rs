//! What wixl makes a package of: WiX's source, as far as wixl knows it.

use std::fmt::Write;

use super::{
    NAME, Scope,
    browsers::{FIREFOX_SETTINGS, OTHER_FIREFOX_SETTINGS},
    codes::Code,
    component::{Component, Folder, Value},
    origins::{KEPT, KEPT_PROPERTY},
};

/// The package's folder, as values name it.
pub const PROGRAMS: &str = "PROGRAMS";
/// The property that is set where a package of another version is installed.
pub const OTHER_VERSION: &str = "OTHER_VERSION";

/// The Italian language, by Windows' number.
pub const LANGUAGE: u32 = 1040;

/// Who a package is and what is in it.
pub struct Source<'a> {
    /// For whom it is installed.
    pub scope: Scope,
    /// Numbers with dots.
    pub version: &'a str,
    /// All of it.
    pub components: &'a [Component],
}

impl Source<'_> {
    /// The text; the package is told from every other one by this code.
    pub fn text(&self, product: Code) -> String {
        let upgrade = self.scope.upgrade_code();
        let scope = self.scope.in_wix();
        let version = self.version;
        // A version that went before is removed, and one that came after as well: so going back
        // is installing the old one.
        let mut text = format!(
            r#"<?xml version="1.0" encoding="utf-8"?>
<Wix xmlns="http://schemas.microsoft.com/wix/2006/wi">
<Product Id="{product}" UpgradeCode="{upgrade}" Name="{NAME}" Version="{version}" Manufacturer="{NAME}" Language="{LANGUAGE}">
<Package InstallerVersion="500" Compressed="yes" InstallScope="{scope}" Comments="Login with the Carta Nazionale dei Servizi"/>
<Upgrade Id="{upgrade}"><UpgradeVersion Minimum="0.0.0" IncludeMinimum="yes" Property="{OTHER_VERSION}"/></Upgrade>
<Media Id="1" Cabinet="tessera.cab" EmbedCab="yes"/>
<Property Id="ARPNOMODIFY" Value="1"/>
<InstallExecuteSequence><RemoveExistingProducts After="InstallInitialize"/></InstallExecuteSequence>
"#
        );
        if self.scope == Scope::Machine {
            text += &search(KEPT_PROPERTY, KEPT);
            text += &search(OTHER_FIREFOX_SETTINGS, FIREFOX_SETTINGS);
        }
        text += "<Directory Id=\"TARGETDIR\" Name=\"SourceDir\">\n";
        let programs = format!("<Directory Id=\"{PROGRAMS}\" Name=\"{NAME}\">\n");
        text += &match self.scope {
            Scope::Machine => format!("<Directory Id=\"ProgramFiles64Folder\">{programs}"),
            Scope::User => format!(
                "<Directory Id=\"LocalAppDataFolder\"><Directory Id=\"ABOVE\" \
                 Name=\"Programs\">{}{programs}",
                self.components(Folder::Above)
            ),
        };
        text += &self.components(Folder::Programs);
        text += "</Directory></Directory>\n";
        if self.scope == Scope::User {
            text += "</Directory>\n<Directory Id=\"AppDataFolder\"><Directory Id=\"POLICY\" \
                     Name=\"tessera\">\n";
            text += &self.components(Folder::Policy);
            text += "</Directory></Directory>\n";
        }
        text += "</Directory>\n";
        let _ = writeln!(text, "<Feature Id=\"{NAME}\" Level=\"1\">");
        for component in self.components {
            let _ = writeln!(text, "<ComponentRef Id=\"{}\"/>", component.name);
        }
        text + "</Feature>\n</Product>\n</Wix>\n"
    }

    fn components(&self, folder: Folder) -> String {
        let of_folder = |component: &&Component| component.folder == folder;
        let components = self.components.iter().filter(of_folder);
        components
            .map(|component| self.component(component))
            .collect()
    }

    fn component(&self, component: &Component) -> String {
        let name = component.name;
        // The same in every version, so that Windows knows whose a file is.
        let code = Code::of(&[self.scope.in_wix().as_bytes(), name.as_bytes()]);
        let mut text = format!("<Component Id=\"{name}\" Guid=\"{code}\" Win64=\"yes\">\n");
        if let Some(file) = component.file {
            let _ = writeln!(
                text,
                "<File Id=\"File{name}\" Name=\"{file}\" Source=\"{file}\" KeyPath=\"yes\"/>"
            );
        }
        if component.file.is_none() && component.values.is_empty() {
            text += "<CreateFolder/>\n";
        }
        for (number, value) in component.values.iter().enumerate() {
            let is_key_path = component.file.is_none() && number == 0;
            text += &self.value(&format!("{name}{number}"), value, is_key_path);
        }
        text + "</Component>\n"
    }

    fn value(&self, id: &str, value: &Value, is_key_path: bool) -> String {
        let root = self.scope.root();
        let (key, text) = (escaped(&value.key), escaped(&value.text));
        let name = value.name.as_deref().map(escaped);
        let name = name.map_or(String::new(), |name| format!(" Name=\"{name}\""));
        let key_path = if is_key_path { " KeyPath=\"yes\"" } else { "" };
        format!(
            "<RegistryValue Id=\"{id}\" Root=\"{root}\" Key=\"{key}\"{name} Type=\"string\" \
             Value=\"{text}\"{key_path}/>\n"
        )
    }
}

/// A property that holds what a value of the registry does.
fn search(property: &str, (key, value): (&str, &str)) -> String {
    format!(
        "<Property Id=\"{property}\"><RegistrySearch Id=\"Search{property}\" Root=\"HKLM\" \
         Key=\"{key}\" Name=\"{value}\" Type=\"raw\" Win64=\"yes\"/></Property>\n"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}
